/* SPDX-License-Identifier: ISC */
/*
 * Package: the files of an image, all of them or none.
 *
 * Every file is written beside its place first; only when all of them are on
 * the disk are they renamed, the image last. A lock on the folder keeps two
 * builds of one image apart.
 */
#include "package.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_lines.h"
#include "built.h"
#include "elf_image.h"
#include "sbom.h"

static const char unfinished_end[] = ".unfinished";

static int lock = -1;	/* the output folder, while it is ours */
static bool is_made;	/* by us: it was not there */

static struct bytes
qemu_script(const struct build *build)
{
	struct words words = qemu_command(build, "", NULL, 0);
	struct buffer text = { 0 };
	size_t i;

	buffer_printf(&text, "#!/bin/sh\n# %s under QEMU. Written by unicc; "
			     "more arguments are passed on.\nexec",
		      build->image.name);
	for (i = 0; i < words.count; i++) {
		bool is_option = words.at[i][0] == '-';

		buffer_printf(&text, is_option ? " \\\n\t" : " ");
		if (words.at[i][0] == '\0')
			buffer_printf(&text, "\"$(dirname \"$0\")\"/%s.elf",
				      qemu_quote(build->image.name));
		else
			buffer_printf(&text, "%s", qemu_quote(words.at[i]));
	}
	buffer_printf(&text, " \\\n\t\"$@\"\n");
	return (struct bytes){ (const uint8_t *)text.at, text.size };
}

void
package_cannot_write(const char *path)
{
	int error = errno;

	diag_cannot_write(path);
	if (error == EACCES || error == EROFS)
		diag_fix("name a folder that can be written: -o DIR");
}

bool
package_has(const char *folder, const struct output *output)
{
	const char *path = host_join(folder, output->name);

	return host_holds(path, output->bytes) &&
	       ((output->mode & 077) != 0 || chmod(path, output->mode) == 0);
}

/* False after diag(). */
static bool
write_beside(const char *folder, const struct output *output, bool *is_new)
{
	const char *path = host_join(folder, output->name);
	const char *beside = arena_printf("%s%s", path, unfinished_end);
	struct stat status;
	bool is_written;
	mode_t mask;

	*is_new = !package_has(folder, output);
	if (!*is_new)
		return true;
	/* No rename would replace it, when others are done. */
	if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		package_cannot_write(path);
		return false;
	}
	host_remove_on_interrupt(beside);
	/* What nobody else may read is at no time readable. */
	mask = umask(077);
	if ((output->mode & 077) != 0)
		umask(mask);
	is_written = host_write(beside, output->bytes);
	umask(mask);
	if (is_written && chmod(beside, output->mode & ~mask) == 0)
		return true;
	package_cannot_write(path);
	return false;
}

/* NAME.elf.unfinished, and what host_write left of it: OUTPUT.XXXXXX. Any
 * other file in the folder may be the user's. */
static bool
is_unfinished(const char *name, const struct output *outputs, size_t count)
{
	size_t i, size;

	for (i = 0; i < count; i++) {
		const char *ours = arena_printf("%s%s", outputs[i].name,
						unfinished_end);

		size = strlen(ours);
		if (text_equal(name, ours) ||
		    (text_starts(name, ours) && name[size] == '.' &&
		     strlen(name + size) == strlen(".XXXXXX")))
			return true;
	}
	return false;
}

static void
remove_unfinished(const char *folder, const struct output *outputs,
		  size_t outputs_count)
{
	const char **names;
	size_t count, i;

	if (!host_list(folder, &names, &count))
		return;
	for (i = 0; i < count; i++)
		if (is_unfinished(names[i], outputs, outputs_count))
			unlink(host_join(folder, names[i]));
}

static void
write_all(const char *folder, const struct output *outputs, size_t count)
{
	bool *is_new = arena_alloc(count, sizeof *is_new);
	size_t i;

	for (i = 0; i < count; i++)
		if (!write_beside(folder, &outputs[i], &is_new[i]))
			goto remove;
	host_hold();
	for (i = 0; i < count; i++) {
		const char *path = host_join(folder, outputs[i].name);
		const char *beside = arena_printf("%s%s", path, unfinished_end);

		if (!is_new[i])
			continue;
		if (rename(beside, path) != 0) {
			host_release();
			package_cannot_write(path);
			goto remove;
		}
		host_keep(beside);
	}
	host_release();
	return;
remove:
	remove_unfinished(folder, outputs, count);
	if (is_made)
		rmdir(folder);
}

static uint64_t
file_bytes(const struct elf_image *image, bool is_executable, bool is_writable)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < image->segments_count; i++)
		if (image->segments[i].is_executable == is_executable &&
		    image->segments[i].is_writable == is_writable)
			sum += image->segments[i].bytes.size;
	return sum;
}

static void
print_sizes(const struct build *build)
{
	struct elf_image image;

	if (diag_json || elf_read(build->elf, &image) != NULL)
		return;
	fprintf(stderr,
		"%s: %zu bytes (text %llu, constants %llu, data %llu), takes "
		"%llu of %lld KiB of memory, code %s\n",
		host_join(build->out_path,
			  arena_printf("%s.elf", build->image.name)),
		build->elf.size,
		(unsigned long long)file_bytes(&image, true, false),
		(unsigned long long)file_bytes(&image, false, false),
		(unsigned long long)file_bytes(&image, false, true),
		(unsigned long long)(build->image_end + 1023) / 1024,
		(long long)build->image.memory_bytes / 1024,
		host_hex(build->code_root, 8));
}

bool
package_lock(const char *out_path)
{
	if (lock >= 0)
		return true;
	is_made = !host_exists(out_path);
	if (host_make_folders(out_path))
		lock = open(out_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (lock >= 0 && errno == EWOULDBLOCK) {
		if (!diag_json)
			fprintf(stderr, "unicc: waiting for another unicc that "
					"builds into %s\n", out_path);
		if (flock(lock, LOCK_EX) == 0)
			return true;
	}
	package_cannot_write(out_path);
	return false;
}

void
package_unlock(void)
{
	close(lock);
	lock = -1;
}

/* ---- The files that hosts are given ------------------------------------------ */

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

static const struct kind {
	const char *name;	/* of --for */
	unsigned mode;
	bool (*is_for)(const struct platform *platform);
	struct bytes (*make)(const struct build *build);
} kinds[BUILT_HOSTS] = {
	[BUILT_QEMU] = { "qemu", 0777, is_for_qemu, qemu_script },
	[BUILT_XL] = { "xl", 0666, is_for_xen, xl_file },
	[BUILT_LIBVIRT] = { "libvirt", 0666, is_for_xen, libvirt_file },
};

static const char *
host_file_name(const struct build *build, size_t kind)
{
	return arena_printf("%s%s", build->image.name,
			    built_host_endings[kind]);
}

static struct output
make_host_file(const struct build *build, size_t kind)
{
	return (struct output){
		host_file_name(build, kind), kinds[kind].make(build),
		kinds[kind].mode,
	};
}

void
package_host_files(const struct build *build, struct outputs *outputs)
{
	size_t i;

	for (i = 0; i < BUILT_HOSTS; i++)
		if (kinds[i].is_for(build->image.platform))
			*list_add(outputs) = make_host_file(build, i);
}

struct output
package_host_file(const struct build *build, const char *kind,
		  const char **names)
{
	struct output output = { 0 };
	struct buffer text = { 0 };
	size_t i;

	for (i = 0; i < BUILT_HOSTS; i++) {
		if (!kinds[i].is_for(build->image.platform))
			continue;
		buffer_printf(&text, "%s%s", text.size == 0 ? "" : ", ",
			      kinds[i].name);
		if (text_equal(kinds[i].name, kind))
			output = make_host_file(build, i);
	}
	*names = text.at;
	return output;
}

/* ---- All of them ---------------------------------------------------------------- */

struct outputs
package_outputs(const struct build *build)
{
	const char *name = build->image.name;
	struct outputs outputs = { 0 };
	struct bytes manifest;

	*list_add(&outputs) = (struct output){
		arena_printf("%s.debug", name), build->debug, 0666 };
	package_host_files(build, &outputs);
	*list_add(&outputs) = (struct output){
		arena_printf("%s.elf", name), build->elf, 0666 };
	*list_add(&outputs) = (struct output){
		arena_printf("%s.spdx.json", name), sbom_write(build), 0666 };
	*list_add(&outputs) = (struct output){
		arena_printf("%s.provenance.json", name),
		provenance_write(build), 0666 };
	*list_add(&outputs) = (struct output){ audit_file, build->audit, 0666 };
	manifest = manifest_write(build, outputs.at, outputs.count);
	*list_add(&outputs) = (struct output){
		arena_printf("%s.manifest.json", name), manifest, 0666 };
	return outputs;
}

void
package_put(const char *folder, struct outputs outputs)
{
	remove_unfinished(folder, outputs.at, outputs.count);
	write_all(folder, outputs.at, outputs.count);
}

void
package_write(const char *folder, struct outputs outputs)
{
	package_put(folder, outputs);
	package_unlock();
}

/* For hosts that the image was for when it was last built here. */
static void
remove_host_files(const struct build *build)
{
	size_t i;

	for (i = 0; i < BUILT_HOSTS; i++)
		if (!kinds[i].is_for(build->image.platform))
			unlink(host_join(build->out_path,
					 host_file_name(build, i)));
}

void
package(struct build *build)
{
	struct outputs outputs = package_outputs(build);

	if (!package_lock(build->out_path))
		return;
	package_write(build->out_path, outputs);
	if (diag_count() != 0)
		return;
	remove_host_files(build);
	print_sizes(build);
}
