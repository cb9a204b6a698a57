/* SPDX-License-Identifier: ISC */
/* A configuration as it would be with one thing changed. */
#ifndef UNICC_VARIANT_H
#define UNICC_VARIANT_H

#include "audit.h"
#include "unicc.h"

/*
 * What was asked of a configuration on the command line. Lines in the words of
 * the configuration are evaluated behind it: they may set what it left at its
 * default, and replace what it set.
 */
struct variant {
	const char *config_path;
	const struct build *asked;	/* --set, --env */
	const char *option;	/* "env=prod", in place of what was asked; NULL */
	const char *lines;		/* NULL: the configuration as it is */
	const char *name;		/* what errors in the lines are placed in */
	/* Settings and instances that are as if nobody wrote them:
	 * build.left_out. */
	const char **left_out;
	size_t left_out_count;
	/* To see what is in it, not to have it: the modules are not asked
	 * whether they accept the values. */
	bool is_unchecked;
	bool may_be_unused;	/* an instance that only provides (E0306) */
};

/*
 * Take the words of a command about variants: CONFIG.lua, one word more,
 * --json, and what every building command knows but -o and -v. STATUS_OK, or
 * STATUS_USAGE after usage_error. *word stays as it is if it is not given.
 */
int variant_words(struct build *build, const char **word, bool *is_json,
		  int argc, char **argv);

/*
 * Build it in a process of its own and read the image; files are written in a
 * folder that is gone afterwards. The exit status. Not STATUS_OK: *said is what
 * was wrong, and *audit is not set. If it is the machine that fails, that is
 * said and the program ends: no answer would be true.
 */
enum status variant_build(const struct variant *variant, struct audit *audit,
			  const char **said);

/*
 * variant_lines.c: make it the variant with KEY=VALUE. "env=prod" is an option,
 * whose value is text; what has a dot is a setting or wire of an instance, or of
 * the image, and build, which was evaluated, is asked what it is: numbers, flags,
 * lists and maps are written as in a configuration, what is text may be plain.
 * False after diag(); errors of the build name KEY=VALUE.
 */
bool variant_set(struct variant *variant, const struct build *build,
		 const char *word);

/*
 * Another value that a setting or an option could have: of a flag, a choice, a
 * small range of numbers, and of an optional setting that it is not given, or
 * the least.
 */
struct alternative {
	const struct instance *instance;	/* NULL: an option */
	const struct setting *setting;
	const char *value;	/* in the words of a configuration, or text */
	const char *shown;	/* "www.gzip = false", "env = prod" */
};

/* The configuration of build with it; and with another one besides: false if
 * that cannot be, or is of the same setting. */
struct variant variant_with(const struct build *build,
			    const struct alternative *alternative);
bool variant_with_two(struct variant *variant, const struct build *build,
		      const struct alternative *first,
		      const struct alternative *second);

struct alternatives {
	LIST(struct alternative) list;
};

/* All of a resolved build, by instance and setting. */
struct alternatives variant_alternatives(const struct build *build);

/* The same of a module that is not in the image, one more that is nothing but
 * its name, and examples of optional values. */
struct alternatives variant_module_alternatives(struct module *module);

/* A value of this setting in the words of a configuration, one that is likely
 * to be accepted; NULL if there is none. */
const char *variant_example(const struct setting *setting);

/*
 * variant_module.c: the configuration of build with an instance of a module and
 * of what that requires. What uses it may be missing: a variant may have what
 * nothing uses. shown is "NAME = tcpip { dhcp = true }", with what else is
 * needed for it, "NAME = virtio_net {}", or "".
 */
struct with_module {
	struct variant variant;
	const char *shown, *with;
};

/* with is one of the module's alternatives. False: it cannot be tried. */
bool variant_with_module(struct with_module *out, const struct build *build,
			 const struct module *module,
			 const struct alternative *with);

#endif
