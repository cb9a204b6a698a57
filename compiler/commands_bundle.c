/* SPDX-License-Identifier: ISC */
/* unicc bundle: all that a build was made from, in one file. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bundle.h"
#include "driver.h"
#include "package.h"
#include "rebuild.h"

bool
bundle_build(struct build *build)
{
	build->out_path = build_scratch();
	if (build->out_path == NULL)
		return false;
	build->out_path = host_join(build->out_path, "out");
	build->is_out_given = true;
	host_record_reads();
	return build_open(build) && build_stages(build, "audit");
}

const char *
bundle_config(const char *word)
{
	struct stat status;

	if (stat(word, &status) == 0 && S_ISDIR(status.st_mode))
		return host_join(word, "config.lua");
	return word;
}

/* Before anything is built: a device or folder of this name is no place. */
static bool
is_writable(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
		return true;
	diag(E0605, (struct where){ path, 0, 0 }, NULL,
	     "it is there already, and no regular file");
	diag_fix("name another: -o FILE.tar");
	return false;
}

static int
write_bundle(struct build *build, const char *path, bool has_packages)
{
	struct bundle bundle;
	struct bytes file;

	if (!is_writable(path) || !bundle_build(build) || !bundle_pack(build, has_packages, &bundle))
		return (int)diag_flush();
	file = tar_write(&bundle.files);
	if (!host_write(path, file)) {
		package_cannot_write(path);
		return (int)diag_flush();
	}
	printf("%s: %zu files, %zu bytes, code %s\n", path,
	       bundle.files.count, file.size, host_hex(build->code_root, 8));
	return STATUS_OK;
}

int
command_bundle(int argc, char **argv)
{
	struct build build = { 0 };
	bool has_packages = true;
	const char *path;
	int i;

	for (i = 1; i < argc; i++)
		if (text_equal(argv[i], "--without-packages"))
			has_packages = false;
		else if (argv[i][0] != '-' && argv[i][0] != '\0' &&
			 build.config_path == NULL)
			build.config_path = bundle_config(argv[i]);
		else if (!build_option(&build, argc, argv, &i))
			return usage_unknown(argv[i]);
	if (build.config_path == NULL)
		return usage_error("which configuration?");
	if (!build.is_out_given)
		return usage_error("into which file? -o FILE.tar");
	path = build.out_path;
	return write_bundle(&build, path, has_packages);
}
