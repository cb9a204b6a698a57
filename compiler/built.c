/* SPDX-License-Identifier: ISC */
/* Finding the files of a built image; see built.h. */
#include "built.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "unicc.h"

static void
refuse(const char *path, const char *why)
{
	diag(E0606, (struct where){ path, 0, 0 }, NULL, "%s", why);
}

static const char *
image_in(const char *folder)
{
	const char **names, *found = NULL;
	size_t count, i;

	if (!host_list(folder, &names, &count)) {
		refuse(folder, strerror(errno));
		return NULL;
	}
	for (i = 0; i < count; i++) {
		if (!text_ends(names[i], ".elf"))
			continue;
		if (found != NULL) {
			refuse(folder, arena_printf("it holds several images: "
						    "%s and %s", found,
						    names[i]));
			return NULL;
		}
		found = names[i];
	}
	if (found == NULL)
		refuse(folder, "no file in it ends with .elf");
	return found == NULL ? NULL : host_join(folder, found);
}

static const char *
without(const char *path, const char *ending)
{
	return arena_copy_n(path, strlen(path) - strlen(ending));
}

const char *
built_image(const char *path)
{
	static const char *const endings[] = { ".manifest.json", ".debug" };
	struct stat status;
	size_t i;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return image_in(path);
	for (i = 0; i < countof(endings); i++)
		if (text_ends(path, endings[i]))
			return arena_printf("%s.elf",
					    without(path, endings[i]));
	return path;
}

const char *
built_beside(const char *image_path, const char *ending)
{
	const char *stem = text_ends(image_path, ".elf")
				   ? without(image_path, ".elf")
				   : image_path;

	return arena_printf("%s%s", stem, ending);
}

const char *
built_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

const char *const built_host_endings[BUILT_HOSTS] = {
	[BUILT_QEMU] = ".qemu",
	[BUILT_XL] = ".xl",
	[BUILT_LIBVIRT] = ".libvirt.xml",
};

bool
built_is_host_ending(const char *ending)
{
	size_t i;

	for (i = 0; i < BUILT_HOSTS; i++)
		if (text_equal(ending, built_host_endings[i]))
			return true;
	return false;
}

bool
built_is_plain_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}
