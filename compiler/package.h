/* SPDX-License-Identifier: ISC */
/* What package.c, manifest.c, qemu.c and run.c share. */
#ifndef UNICC_PACKAGE_H
#define UNICC_PACKAGE_H

#include <cjson/cJSON.h>

#include "unicc.h"

/* One file of the output. */
struct output {
	const char *name;	/* "web.elf" */
	struct bytes bytes;
	unsigned mode;		/* permissions, less the umask */
};

struct outputs {
	struct output *at;
	size_t count, room;
};

/* Every file of a fingerprinted build, the manifest last. */
struct outputs package_outputs(const struct build *build);

/* Add the files that hosts are given: of the build, the image and the instances
 * are used, so it may be one that manifest_read has read. */
void package_host_files(const struct build *build, struct outputs *outputs);

/* Is this file in the folder, with all its bytes, and no link? What nobody else
 * may read is then made so again. */
bool package_has(const char *folder, const struct output *output);

/* Write them all into a folder: all of them or none, after diag(). What is there
 * already stays. */
void package_put(const char *folder, struct outputs outputs);

/* The same for the folder that package_lock has taken, and let it go. */
void package_write(const char *folder, struct outputs outputs);

/* An output could not be written: say so, by errno. */
void package_cannot_write(const char *path);

/* A forwarded TCP port of the host's loopback. */
struct forward {
	unsigned host, guest;
};

struct words {
	const char **at;
	size_t count, room;
};

/*
 * The words of QEMU's command for the image in this file; forwards go to every
 * network device. Of the build, image and instances are used, and of their
 * values those of type cidr and ipv4.
 */
struct words qemu_command(const struct build *build, const char *elf_path,
			  const struct forward *forwards,
			  size_t forwards_count);

/* One more word. */
void words_add(struct words *words, const char *word);

/* netdev, a user network of QEMU's for this device, with the addresses that
 * are frozen into the image and the forwards to it. */
const char *qemu_network(const struct build *build,
			 const struct instance *device, const char *netdev,
			 const struct forward *forwards, size_t count);

/* NAME.xl and NAME.libvirt.xml; the platform is one of Xen's. */
struct bytes xl_file(const struct build *build);
struct bytes libvirt_file(const struct build *build);

/* The kind of host that is called so ("xl"): its file of this image; a file
 * without bytes: the image is not for it. names, if not NULL, are the kinds
 * that the image is for, "xl, libvirt". */
struct output package_host_file(const struct build *build, const char *kind,
				const char **names);

/* A word as a shell takes it, quoted where needed. */
const char *qemu_quote(const char *word);

/* Read OUT/NAME.manifest.json back into what qemu_command uses; the only
 * manifest of the folder decides the name. False after diag(). */
bool manifest_read(struct build *build, const char *folder);

/* The same of a manifest that was read, from the file at path. */
bool manifest_take(struct build *build, const cJSON *whole, const char *path);

/* What a build has read that is no source, sorted, each once, by its label. */
struct input *manifest_inputs(const struct build *build, size_t *count);

/* NAME.manifest.json over the other files. */
struct bytes manifest_write(const struct build *build,
			    const struct output *outputs, size_t outputs_count);

/* Where in the source an address of a running image lies. */
struct crash_place {
	const char *function;
	const char *label;	/* see label.h */
	unsigned line;
};

/* By the symbols and lines of NAME.debug; false: in no known code. is_fault:
 * the address is surely that of an instruction. */
bool crash_find(struct bytes debug, uint64_t address, bool is_fault,
		struct crash_place *place);

#endif
