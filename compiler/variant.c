/* SPDX-License-Identifier: ISC */
/* Variants: see variant.h. */
#include "variant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "driver.h"
#include "label.h"
#include "store.h"

/* ---- Building ------------------------------------------------------------------- */

struct work {
	const struct variant *variant;
	const char *folder;
	int said;		/* a file without a name: no disk is full for it */
};

/* In the child: what a build of the changed configuration says goes to a
 * file, and it ends as that build would. */
static void
build_here(void *context)
{
	const struct work *work = context;
	const struct variant *variant = work->variant;
	struct build build = { 0 };
	size_t i;

	if (dup2(work->said, STDERR_FILENO) < 0 ||
	    dup2(work->said, STDOUT_FILENO) < 0)
		_exit(STATUS_MACHINE);
	label_clear();
	/* What a file gave, if that was read before, is read again. */
	for (i = 0; i < variant->asked->given.count; i++)
		if (variant->asked->given.at[i].where.line == 0)
			*list_add(&build.given) = variant->asked->given.at[i];
	build.env_paths = variant->asked->env_paths;
	build.varied = variant->option;
	build.config_path = variant->config_path;
	build.appended = variant->lines;
	build.appended_name = variant->name;
	for (i = 0; i < variant->left_out_count; i++)
		*list_add(&build.left_out) = variant->left_out[i];
	build.is_unchecked = variant->is_unchecked;
	build.may_be_unused = variant->may_be_unused;
	build.out_path = work->folder;
	build.is_variant = true;
	build.is_out_given = true;
	if (!build_open(&build))
		exit((int)diag_flush());
	exit((int)build_until(&build, "package"));
}

/* Errors in the lines without their place in these: nobody wrote them. */
static const char *
without_places(const char *said, const char *name)
{
	size_t size = name == NULL ? 0 : strlen(name);
	struct buffer out = { 0 };
	const char *end;

	for (; *said != '\0'; said = end) {
		size_t indent = strspn(said, " ");

		end = said + strcspn(said, "\n");
		end += *end == '\n';
		if (size != 0 && text_starts(said + indent, name) &&
		    said[indent + size] == ':') {
			buffer_add(&out, said, indent + size);
			said += indent + size;
			said += strspn(said, ":0123456789");
			buffer_add(&out, ":", 1);
		}
		buffer_add(&out, said, (size_t)(end - said));
	}
	return out.at == NULL ? "" : buffer_keep(&out);
}

/* Whether the machine failed, and not what was to be built: a linker that fails
 * may do so because of that. Then nothing can be said of any variant. */
static bool
is_machines_failure(int status, const char *said)
{
	return status < 0 || status > STATUS_CONTRACT ||
	       (status == STATUS_MACHINE &&
		strstr(said, "error E0604") == NULL &&
		strstr(said, "\"E0604\"") == NULL);
}

static const char *
read_said(int said)
{
	off_t size = lseek(said, 0, SEEK_END);
	char *text = arena_alloc(size < 0 ? 1 : (size_t)size + 1, 1);

	if (size > 0 && pread(said, text, (size_t)size, 0) != size)
		text[0] = '\0';
	return text;
}

enum status
variant_build(const struct variant *variant, struct audit *audit,
	      const char **said)
{
	const char *scratch = build_scratch();
	struct work work = { .variant = variant };
	int status;

	*said = "";
	if (scratch == NULL)
		exit((int)diag_flush());
	work.folder = host_join(scratch, "variant");
	work.said = memfd_create("said", MFD_CLOEXEC);
	if (work.said < 0 || !host_make_folders(work.folder)) {
		diag_cannot_write(work.folder);
		exit((int)diag_flush());
	}
	/* The child makes one of its own. */
	store_remove_work();
	status = host_run_function(build_here, &work);
	*said = without_places(read_said(work.said), variant->name);
	close(work.said);
	if (is_machines_failure(status, *said)) {
		fputs((*said)[0] != '\0' ? *said
					 : "unicc: a build was ended\n",
		      stderr);
		exit(STATUS_MACHINE);
	}
	if (status == STATUS_OK && !audit_of_path(audit, work.folder))
		status = (int)diag_flush();
	host_remove_folder(work.folder);
	return (enum status)status;
}

int
variant_words(struct build *build, const char **word, bool *is_json, int argc,
	      char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--json"))
			*is_json = true;
		else if (!text_equal(argv[i], "-o") &&
			 !text_equal(argv[i], "-v") &&
			 build_option(build, argc, argv, &i))
			continue;
		else if (argv[i][0] == '-' || argv[i][0] == '\0' ||
			 *word != NULL)
			return usage_unknown(argv[i]);
		else if (build->config_path == NULL)
			build->config_path = argv[i];
		else
			*word = argv[i];
	}
	if (build->config_path == NULL)
		return usage_error("which configuration?");
	if (!text_ends(build->config_path, ".lua"))
		return usage_error("other values are built from a "
				   "configuration: name CONFIG.lua");
	return STATUS_OK;
}
