/* SPDX-License-Identifier: ISC */
/* What run.c (the guest) and run_host.c (what it is booted on) share. */
#ifndef UNICC_RUN_H
#define UNICC_RUN_H

#include "package.h"

struct host;

enum { FORWARDS_MAX = 16 };

struct run {
	struct build build;
	const char *what;	/* the configuration or folder */
	const struct host *host;	/* of --on; NULL: not said */
	struct forward forwards[FORWARDS_MAX];
	size_t forwards_count;
	LIST(const char *) qemu_args;
	bool is_print;
};

/* A command, whose stdout is the guest's console. */
struct launch {
	const char *subject;	/* what it is, in messages */
	const char *program;	/* path */
	const char *folder;	/* to run it in; NULL: ours */
	struct words words;
	int end_signal;		/* the signal that ends it at once */
};

/* A host by the word of --on, NULL. */
const struct host *run_find_host(const char *name);

/* Decide on a host, make it ready and give the command; false after diag(). */
bool run_prepare_host(struct run *run, struct launch *launch);

/* Can ports be forwarded to a guest of the host that was asked for? */
bool run_can_forward(const struct run *run);

/* A file of the image by its end: "OUT/NAME.elf". */
const char *run_output(const struct run *run, const char *end);

#endif
