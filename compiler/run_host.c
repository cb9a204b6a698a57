/* SPDX-License-Identifier: ISC */
/*
 * What an image can be booted on, and the command that does it.
 */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "driver.h"
#include "run.h"
#include "toolchain.h"
#include "xen_host.h"

struct host {
	const char *name;	/* of --on */
	bool (*is_for)(const struct platform *platform);
	/* Make ready, then the command; false after diag(). */
	bool (*prepare)(struct run *run, struct launch *launch);
	bool is_qemu;		/* the command is one of QEMU's */
};

const char *
run_output(const struct run *run, const char *end)
{
	return host_join(run->build.out_path,
			 arena_printf("%s%s", run->build.image.name, end));
}

static bool
is_for_qemu(const struct platform *platform)
{
	return platform->qemu_count != 0;
}

static bool
is_for_xen(const struct platform *platform)
{
	return platform->xl != NULL;
}

static void
launch_qemu(struct run *run, struct launch *launch)
{
	size_t i;

	for (i = 0; i < run->qemu_args.count; i++)
		words_add(&launch->words, run->qemu_args.at[i]);
	launch->program = toolchain_qemu.path;
	/* A guest keeps nothing, so QEMU need not be asked; asked, it would
	 * talk. */
	launch->end_signal = SIGKILL;
}

static bool
prepare_qemu(struct run *run, struct launch *launch)
{
	launch->words = qemu_command(&run->build, run_output(run, ".elf"),
				     run->forwards, run->forwards_count);
	launch_qemu(run, launch);
	launch->subject = toolchain_qemu.name;
	return true;
}

static bool
prepare_xen(struct run *run, struct launch *launch)
{
	if (!xen_host_check_disks(&run->build))
		return false;
	launch->folder = xen_host_folder();
	if (launch->folder == NULL)
		return false;
	launch->words = xen_host_command(&run->build, run->forwards,
					 run->forwards_count);
	launch_qemu(run, launch);
	launch->subject = "Xen host";
	if (!diag_json && !run->is_print)
		fputs("unicc: booting a Xen host under emulation, 10 seconds "
		      "or so\n", stderr);
	return true;
}

/* Is this machine dom0 of a running Xen? The file is xenfs's. */
static bool
is_dom0(void)
{
	FILE *file = fopen("/proc/xen/capabilities", "re");
	char line[64] = "";
	bool is_control;

	if (file == NULL)
		return false;
	is_control = fgets(line, sizeof line, file) != NULL &&
		     strstr(line, "control_d") != NULL;
	fclose(file);
	return is_control;
}

static bool
prepare_xl(struct run *run, struct launch *launch)
{
	if (!run->is_print && !is_dom0()) {
		diag(E0705, (struct where){ 0 }, "--on xl",
		     "this machine is not dom0 of a running Xen: no control_d "
		     "in /proc/xen/capabilities");
		diag_fix("unicc run --on xen boots a Xen host of its own");
		return false;
	}
	launch->subject = "xl";
	launch->program = host_join(build_root(),
				    "host/xen/dom0/sbin/run-image");
	launch->folder = run->build.out_path;
	words_add(&launch->words, launch->program);
	words_add(&launch->words, run->build.image.name);
	launch->end_signal = SIGTERM;
	return true;
}

/* An image runs on the first that it is for, unless it is told. */
static const struct host hosts[] = {
	{ "qemu", is_for_qemu, prepare_qemu, true },
	{ "xen", is_for_xen, prepare_xen, true },
	{ "xl", is_for_xen, prepare_xl, false },
};

const struct host *
run_find_host(const char *name)
{
	size_t i;

	for (i = 0; i < countof(hosts); i++)
		if (text_equal(hosts[i].name, name))
			return &hosts[i];
	return NULL;
}

static void
refuse_host(const struct run *run)
{
	const struct image *image = &run->build.image;
	struct where where = image->platform_where;
	struct buffer names = { 0 };
	size_t i;

	for (i = 0; i < countof(hosts); i++)
		if (hosts[i].is_for(image->platform))
			buffer_printf(&names, "%s%s", names.size == 0 ? ""
							: " or ",
				      hosts[i].name);
	if (where.file == NULL)
		where.file = run->what;
	diag(E0704, where, "image.platform",
	     "an image for %s does not run on %s", image->platform->name,
	     run->host->name);
	diag_fix("write --on %s, or give the image another platform",
		 names.at == NULL ? "" : names.at);
}

/* False after diag(). */
static bool
choose_host(struct run *run)
{
	const struct platform *platform = run->build.image.platform;
	size_t i;

	for (i = 0; run->host == NULL && i < countof(hosts); i++)
		if (hosts[i].is_for(platform))
			run->host = &hosts[i];
	assert(run->host != NULL && "every platform has a host");
	if (run->host->is_for(platform))
		return true;
	refuse_host(run);
	return false;
}

bool
run_prepare_host(struct run *run, struct launch *launch)
{
	return choose_host(run) &&
	       (run->is_print || !run->host->is_qemu ||
		toolchain_locate(&toolchain_qemu)) &&
	       run->host->prepare(run, launch);
}

bool
run_can_forward(const struct run *run)
{
	return run->host == NULL || run->host->is_qemu;
}
