/* SPDX-License-Identifier: ISC */
/*
 * unicc package IMAGE --for KIND: write a host's file of a built image again.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "built.h"
#include "driver.h"
#include "package.h"

struct package_request {
	struct build build;
	const char *what;	/* image or folder */
	const char *kind;
	const char *out;	/* folder; NULL: the image's */
};

/* STATUS_OK or the status of a usage error. */
static int
take_words(struct package_request *request, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool has_next = i + 1 < argc && argv[i + 1][0] != '\0';

		if (text_equal(word, "--for") && has_next)
			request->kind = argv[++i];
		else if (text_equal(word, "-o") && has_next)
			request->out = argv[++i];
		else if (text_equal(word, "--errors=json"))
			diag_json = true;
		else if (word[0] == '-' || word[0] == '\0' ||
			 request->what != NULL)
			return usage_unknown(word);
		else
			request->what = word;
	}
	if (request->what == NULL)
		return usage_error("which image?");
	if (request->kind == NULL)
		return usage_error("--for which host: qemu, xl or libvirt?");
	return STATUS_OK;
}

static void
write_file(const struct package_request *request)
{
	const char *names, *path;
	struct output file = package_host_file(&request->build, request->kind,
					       &names);

	if (file.name == NULL) {
		diag(E0704, (struct where){ request->what, 0, 0 },
		     arena_printf("--for %s", request->kind),
		     "an image for %s has no such file; it has one for %s",
		     request->build.image.platform->name, names);
		return;
	}
	path = host_join(request->out == NULL ? request->build.out_path
					      : request->out, file.name);
	if (!host_make_folders(host_folder_of(path)) ||
	    !host_write(path, file.bytes) ||
	    (file.mode == 0777 && chmod(path, 0755) != 0))
		package_cannot_write(path);
	else
		puts(path);
}

int
command_package(int argc, char **argv)
{
	struct package_request request = { 0 };
	int status = take_words(&request, argc, argv);
	const char *image;

	if (status != STATUS_OK)
		return status;
	image = built_image(request.what);
	if (image != NULL && build_open(&request.build) &&
	    manifest_read(&request.build, host_folder_of(image)))
		write_file(&request);
	return (int)diag_flush();
}
