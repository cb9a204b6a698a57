/* SPDX-License-Identifier: ISC */
/* What package.c, manifest.c, qemu.c and run.c share. */
#ifndef UNICC_PACKAGE_H
#define UNICC_PACKAGE_H

#include "unicc.h"

/* One file of the output. */
struct output {
	const char *name;	/* "web.elf" */
	struct bytes bytes;
	unsigned mode;		/* permissions, less the umask */
};

/* A forwarded TCP port of the host's loopback. */
struct forward {
	unsigned host, guest;
};

struct words {
	const char **at;
	size_t count, room;
};

/* The words of QEMU's command for the image in this file; forwards go to the
 * network devices. */
struct words qemu_command(const struct build *build, const char *elf_path,
			  const struct forward *forwards,
			  size_t forwards_count);

/* A word as a shell takes it, quoted where needed. */
const char *qemu_quote(const char *word);

/* NAME.manifest.json over the other files. */
struct bytes manifest_write(const struct build *build,
			    const struct output *outputs, size_t outputs_count);

#endif
