/* SPDX-License-Identifier: ISC */
/* What becomes of one unit: compile.c, compile_key.c and compile_ninja.c. */
#ifndef UNICC_COMPILE_JOB_H
#define UNICC_COMPILE_JOB_H

#include "record.h"
#include "store.h"
#include "unicc.h"

/* One unit on its way to an object. */
struct compile_job {
	struct unit *unit;
	struct read_file *source;
	const char *folder, *rest;	/* of the source, see label_split */
	LIST(const char *) flags;
	LIST(const char *) folders;	/* of the include path */
	struct include_path path;
	uint8_t key[32];
	const char *stem;	/* of its files in the work folder; NULL: a hit */
};

/* Fill flags, folders, path and key; unit, source, folder and rest are
 * there. */
void compile_prepare(struct compile_job *job, const struct build *build);

/* Write work/build.ninja for every job that has a stem; false after having set
 * errno. */
bool compile_write_ninja(const char *work, const struct compile_job *jobs,
			 size_t count);

/* Run it there, confined; false: it did not finish. */
bool compile_run_ninja(const char *work);

#endif
