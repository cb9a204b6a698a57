/* SPDX-License-Identifier: ISC */
/*
 * A Xen host under QEMU: where its files lie, and the command that boots it.
 *
 *     CACHE/xen/4.17.7+...-6.1.192-2-HHHHHHHHHHHHHHHH/xen, linux, dom0.cpio
 *
 * named by the versions of hypervisor and kernel and a hash of what made it,
 * host/xen in the catalogue. The folder appears by one rename. A newer package
 * makes no new host: remove the folder, and the next run makes one.
 */
#include "xen_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apt.h"
#include "device.h"
#include "driver.h"
#include "label.h"
#include "store.h"

/* Memory of the hypervisor and dom0, in MiB; the guest's comes on top. */
enum { DOM0_MIB = 256, HYPERVISOR_MIB = 192 };

static const int64_t MIB = 1024 * 1024;

static const struct where nowhere;

/* ---- Its files --------------------------------------------------------------- */

/* Append every file below folder/name, by name. */
static void
add_files(struct buffer *out, const char *folder, const char *name)
{
	const char *path = host_join(folder, name), **names;
	struct bytes bytes;
	struct stat status;
	size_t count, i;

	if (stat(path, &status) != 0) {
		diag(E0703, (struct where){ path, 0, 0 }, NULL, "%s",
		     strerror(errno));
	} else if (!S_ISDIR(status.st_mode)) {
		if (!host_read(path, &bytes))
			bytes.size = 0;
		buffer_printf(out, "%s %zu\n", name, bytes.size);
		buffer_add(out, bytes.at, bytes.size);
	} else if (host_list(path, &names, &count)) {
		for (i = 0; i < count; i++)
			add_files(out, folder, host_join(name, names[i]));
	}
}

/* A hash of what makes a host. */
static const char *
recipe_name(const char *recipe)
{
	struct buffer files = { 0 };
	uint8_t sha256[32];

	add_files(&files, recipe, "make");
	add_files(&files, recipe, "dom0");
	host_sha256((struct bytes){ (const uint8_t *)files.at, files.size },
		    sha256);
	return host_hex(sha256, 8);
}

/* The newest host of this recipe, by the names of the versions; NULL. */
static const char *
find_host(const char *hosts, const char *recipe)
{
	const char **names, *found = NULL;
	size_t count, i;

	if (!host_list(hosts, &names, &count))
		return NULL;
	for (i = 0; i < count; i++)
		if (text_ends(names[i], recipe))
			found = names[i];
	return found == NULL ? NULL : host_join(hosts, found);
}

/* The version of the first package whose name starts so: a line is "NAME
 * VERSION". */
static const char *
version_of(const char *packages, const char *name)
{
	const char *line = strstr(packages, name), *version;

	if (line == NULL)
		return "";
	version = line + strcspn(line, " \n");
	version += *version == ' ';
	return arena_copy_n(version, strcspn(version, "\n"));
}

/* apt's first complaint is the cause, of others the last. */
static const char *
cause_in(const char *said)
{
	const char *line, *last = "it did not say why";

	for (line = said; *line != '\0'; line += line[0] == '\n') {
		size_t size = strcspn(line, "\n");

		if (text_starts(line, "E: "))
			return arena_copy_n(line + 3, size - 3);
		if (size != 0)
			last = arena_copy_n(line, size);
		line += size;
	}
	return last;
}

static void
tell_failure(const char *folder)
{
	struct bytes said = { 0 };

	if (!host_read(host_join(folder, "said"), &said))
		said.at = (const uint8_t *)"";
	diag(E0703, nowhere, "Xen host", "%s",
	     cause_in(arena_copy_n((const char *)said.at, said.size)));
	diag_fix("see that apt on this machine has a mirror of Debian 12 that "
		 "can be reached");
}

/* Make a host in a folder of its own and move it to its place: the path, or
 * NULL after diag(). */
static const char *
make_host(const char *recipe, const char *hosts, const char *recipe_hash)
{
	const char *work = store_work_folder(), *folder, *environment, *place;
	struct bytes packages;
	const char *text;

	folder = work == NULL ? NULL : host_join(work, "xen");
	if (folder == NULL || !host_make_folders(folder)) {
		diag(E0605, nowhere, host_cache_folder(), "%s",
		     strerror(errno));
		return NULL;
	}
	if (!diag_json)
		fputs("unicc: making a Xen host in the cache, once: about 80 "
		      "MB to fetch and half a minute\n", stderr);
	environment = apt_prepare(host_join(host_cache_folder(), "apt-binary"),
				  "deb");
	if (environment == NULL) {
		diag(E0703, nowhere, "Xen host", "apt is missing");
		return NULL;
	}
	if (host_run((const char *[]){ "env", environment, "LC_ALL=C",
				       host_join(recipe, "make"), folder,
				       diag_json ? "--quiet" : NULL, NULL },
		     NULL) != 0 ||
	    !host_read(host_join(folder, "packages"), &packages)) {
		tell_failure(folder);
		return NULL;
	}
	text = arena_copy_n((const char *)packages.at, packages.size);
	place = host_join(hosts, arena_printf("%s-%s-%s",
					      version_of(text, "xen-hypervisor"),
					      version_of(text, "linux-image"),
					      recipe_hash));
	if (store_adopt(folder, place))
		return place;
	diag_cannot_write(place);
	return NULL;
}

/* The lock of the folder of hosts, -1 after diag(). */
static int
lock_hosts(const char *hosts)
{
	int lock = -1;

	if (host_make_folders(hosts))
		lock = open(hosts, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK && !diag_json)
			fputs("unicc: waiting for another unicc that makes a "
			      "Xen host\n", stderr);
		if (flock(lock, LOCK_EX) != 0) {
			close(lock);
			lock = -1;
		}
	}
	if (lock < 0)
		diag_cannot_write(hosts);
	return lock;
}

const char *
xen_host_folder(void)
{
	const char *recipe = host_join(build_root(), "host/xen");
	const char *hosts = host_join(host_cache_folder(), "xen");
	const char *hash = recipe_name(recipe);
	const char *found = find_host(hosts, hash);
	int lock;

	if (diag_count() != 0)
		return NULL;
	if (found != NULL || (lock = lock_hosts(hosts)) < 0)
		return found;
	/* Another run may have made it while this one waited. */
	found = find_host(hosts, hash);
	if (found == NULL)
		found = make_host(recipe, hosts, hash);
	close(lock);
	return found;
}

/* ---- The command ------------------------------------------------------------- */

/* A path as part of an option of QEMU's, where a comma starts the next. */
static const char *
option_path(const char *path)
{
	struct buffer text = { 0 };

	for (; *path != '\0'; path++)
		buffer_printf(&text, *path == ',' ? ",," : "%c", *path);
	return text.at == NULL ? "." : text.at;
}

/* ---- Networks ---------------------------------------------------------------- */

/* The bridge of dom0 that a device is to be put in; NULL: it needs none. */
static const char *
device_bridge(const struct instance *instance)
{
	const struct value *bridge = device_value(instance, "bridge");

	return instance->device_slot < 0 || bridge == NULL ? NULL
							   : bridge->text;
}

/* Is this the first of the image's devices on its bridge? */
static bool
is_first_on_bridge(const struct build *build, size_t index)
{
	const char *bridge = device_bridge(build->instances.at[index]), *other;
	size_t i;

	for (i = 0; bridge != NULL && i < index; i++) {
		other = device_bridge(build->instances.at[i]);
		if (other != NULL && text_equal(other, bridge))
			bridge = NULL;
	}
	return bridge != NULL;
}

static void
add_networks(struct words *words, const struct build *build,
	     const struct forward *forwards, size_t forwards_count)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (!is_first_on_bridge(build, i))
			continue;
		words_add(words, "-netdev");
		words_add(words, qemu_network(build, instance,
					      arena_printf("user,id=%s",
							   instance->name),
					      forwards, forwards_count));
		words_add(words, "-device");
		words_add(words, arena_printf("virtio-net-pci,netdev=%s,romfile=",
					      instance->name));
	}
}

/* ---- Disks ------------------------------------------------------------------- */

/* The file that is to be a device's disk; NULL: it is none. */
static const char *
device_target(const struct instance *instance)
{
	const struct value *target = device_value(instance, "target");

	return instance->device_slot < 0 || target == NULL ? NULL
							   : target->text;
}

bool
xen_host_check_disks(const struct build *build)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const char *target = device_target(instance);
		struct where where = { 0 };

		if (target == NULL)
			continue;
		where = instance->origin.where;
		if (target[0] != '/') {
			diag(E0701, where, instance->name,
			     "its target %s is no whole path, as a Xen host "
			     "wants it", target);
		} else if (access(target, R_OK) != 0) {
			diag(E0701, where, instance->name,
			     "its target %s: %s", target, strerror(errno));
			diag_fix("make it: truncate -s SIZE %s", target);
		}
	}
	return diag_count() == 0;
}

/* A drive of QEMU's for each target, which dom0/init puts at its path. */
static void
add_disks(struct words *words, const struct build *build)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const char *target = device_target(instance);

		if (target == NULL)
			continue;
		words_add(words, "-drive");
		words_add(words, arena_printf("if=none,format=raw,id=%s,file=%s%s",
					      instance->name,
					      option_path(target),
					      access(target, W_OK) == 0
						      ? ""
						      : ",readonly=on"));
		words_add(words, "-device");
		words_add(words, arena_printf("virtio-blk-pci,drive=%s",
					      instance->name));
	}
}

/* ---- The whole --------------------------------------------------------------- */

/* dom0's kernel with its arguments, and its file system: the arguments that
 * the kernel does not know are variables of dom0/init. */
static const char *
modules_of(const struct build *build)
{
	struct buffer text = { 0 };
	const char *end = "";
	size_t i;

	buffer_printf(&text, "linux console=hvc0 quiet panic=-1 "
			     "start=run-image name=%s bridges=",
		      build->image.name);
	for (i = 0; i < build->instances.count; i++)
		if (is_first_on_bridge(build, i)) {
			buffer_printf(&text, "%s%s", end,
				      device_bridge(build->instances.at[i]));
			end = ":";
		}
	buffer_printf(&text, " disks=");
	for (i = 0; i < build->instances.count; i++)
		if (device_target(build->instances.at[i]) != NULL)
			buffer_printf(&text, "%s|",
				      device_target(build->instances.at[i]));
	buffer_printf(&text, ",dom0.cpio");
	return text.at;
}

struct words
xen_host_command(const struct build *build, const struct forward *forwards,
		 size_t forwards_count)
{
	/* Without smap and smep, as dom0 faults early with them; without
	 * rdtscp, as Xen cannot emulate it for a PVH guest here. */
	static const char *const machine[] = {
		"qemu-system-x86_64", "-M", "q35", "-accel", "tcg",
		"-cpu", "max,-smap,-smep,-rdtscp", "-nodefaults",
		"-no-user-config", "-no-reboot", "-display", "none",
		"-kernel", "xen",
	};
	static const char *const ports[] = {
		"-chardev", "file,id=console,path=/dev/stdout",
		"-chardev", "file,id=errors,path=/dev/stderr",
		"-device", "virtio-serial-pci",
		"-device", "virtserialport,chardev=console",
		"-device", "virtserialport,chardev=errors",
	};
	int64_t guest_mib = (build->image.memory_bytes + MIB - 1) / MIB;
	struct words words = { 0 };
	size_t i;

	for (i = 0; i < countof(machine); i++)
		words_add(&words, machine[i]);
	words_add(&words, "-serial");
	words_add(&words, build->is_verbose ? "file:/dev/stderr" : "null");
	words_add(&words, "-append");
	words_add(&words, arena_printf("console=com1 com1=115200,8n1 "
				       "dom0_mem=%dM dom0_max_vcpus=1 "
				       "guest_loglvl=all", DOM0_MIB));
	words_add(&words, "-initrd");
	words_add(&words, modules_of(build));
	words_add(&words, "-m");
	words_add(&words, arena_printf("%lldM", HYPERVISOR_MIB + DOM0_MIB +
				       (long long)guest_mib));
	for (i = 0; i < countof(ports); i++)
		words_add(&words, ports[i]);
	words_add(&words, "-virtfs");
	words_add(&words, arena_printf(
		"local,mount_tag=host,security_model=none,readonly=on,"
		"multidevs=remap,path=%s",
		option_path(label_absolute(build->out_path))));
	add_networks(&words, build, forwards, forwards_count);
	add_disks(&words, build);
	return words;
}
