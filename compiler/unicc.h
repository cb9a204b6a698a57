/* SPDX-License-Identifier: ISC */
/*
 * The shapes between the stages of unicc.
 *
 * Data flows left to right: catalogue and config.lua -> evaluate -> resolve ->
 * freeze -> check -> compile -> link -> fingerprint -> audit -> package. Everything
 * hangs off one struct build and lives in the arena. A stage fills its part,
 * records every error it can find with diag(), and returns; the driver stops
 * when diag_count() has grown. No stage below freeze reads Lua.
 */
#ifndef UNICC_H
#define UNICC_H

#include <sys/types.h>

#include "base.h"
#include "diag.h"

#define UNICC_VERSION "0.1"

/* ---- Values ---------------------------------------------------------- */

enum type {
	TYPE_FLAG, TYPE_INT, TYPE_SIZE, TYPE_DURATION, TYPE_PORT, TYPE_TEXT,
	TYPE_CHOICE, TYPE_IPV4, TYPE_IPV6, TYPE_CIDR, TYPE_MAC, TYPE_FILE,
	TYPE_FILES, TYPE_LIST, TYPE_MAP, TYPE_RECORD, TYPE_SECRET,
	TYPES
};

enum origin_kind {
	ORIGIN_NONE, ORIGIN_DEFAULT, ORIGIN_CONFIG, ORIGIN_OPTION,
	ORIGIN_OPTION_DEFAULT, ORIGIN_IMPLIED
};

/* Why something is as it is. Printed as "default", "configs/web.lua:12:3",
 * "option env (--set env=prod)", "implied by nic". */
struct origin {
	enum origin_kind kind;
	struct where where;	/* config; option: where its value was given,
				 * option's default: its declaration */
	const char *by;		/* option: its name; implied: the instance;
				 * config: the function called there, or NULL */
};

struct value {
	enum type type;
	/* Not folded into code: it lies in a slot of the image (slot.h), which
	 * holds a value only if it is filled. No part of a value is sealed. */
	bool is_sealed, is_filled;
	int64_t number;		/* flag, int, size, duration, port; index of a choice;
				 * ipv4 and cidr: the address in host order */
	unsigned prefix_bits;	/* cidr */
	uint8_t mac[6];
	uint8_t ipv6[16];
	const char *text;	/* text, choice; file and files: the path as written */
	struct value *items;	/* list; map: by key; record: by field */
	const char **keys;	/* map */
	size_t items_count;
	/* Parallel to items: */
	struct origin *origins;	/* ORIGIN_NONE: a field not given */
	struct origin *replaced;	/* record: what an override replaced */
	struct content *content;	/* file, files: set by freeze (content.c) */
};

/* ---- The catalogue: what module.lua files declare ---------------------- */

struct setting {
	const char *name;	/* "idle_timeout" */
	const char *c_name;	/* "httpd_idle_timeout_ns"; of a part: what begins
				 * the names of its types */
	enum type type;
	const struct setting *item;	/* list, map: what each of them is */
	LIST(struct setting) fields;	/* record */
	size_t parts_count;	/* itself, its item or fields, and theirs */
	bool is_optional;	/* no default and none needed: C gets
				 * MODULE_SETTING_is_set */
	bool has_default;
	bool is_power_of_two;
	bool is_unique;		/* no two instances have the same */
	bool is_sealable;	/* the module's code does without a constant */
	bool has_range;
	struct value default_value;
	int64_t min, max;	/* numbers; text: max bytes; list, map: items */
	const char **choices;
	size_t choices_count;
	const char *doc;
	const char *option;	/* a macro of the module's option header, or NULL */
	const char *listens_slot;	/* port: taken of the provider in this slot */
	/* files: settings and build-time functions of the same module, or NULL */
	const char *types_from, *index_from, *gzip_from;
	const char *tag_function, *head_function;
	struct where where;
};

struct requirement {
	const char *slot;	/* the key a configuration may write: "stack" */
	const char *interface;	/* "tcp" */
	bool is_optional;
	struct where where;
};

/* Build-time C: types of the functions of check.c (native.h). */
enum c_kind {
	C_FLAG, C_U8, C_U16, C_U32, C_U64, C_I8, C_I16, C_I32, C_I64,
	C_IPV4, C_IPV6, C_CIDR, C_MAC, C_TEXT, C_BYTES, C_RECORD,
	C_KINDS
};
struct c_type {
	enum c_kind kind;
	const struct c_record *record;	/* C_RECORD */
	uint32_t bytes_max;	/* C_BYTES: of a result */
};

/* A struct that functions take and give by value. */
struct c_record {
	const char *name;	/* struct MODULE_NAME in C */
	struct c_type *fields;	/* neither text nor bytes */
	const char **field_names;
	size_t fields_count;
};

/* A function of check.c, called through libffi. */
struct function {
	const char *name;	/* "response_head"; its symbol is MODULE_NAME */
	struct c_type result;
	struct c_type *arguments;
	const char **argument_names;
	size_t arguments_count;
	const char *doc;	/* NULL: no configuration calls it */
	struct where where;
};

/* A validator: a function with result text applied to settings; NULL from it
 * means accepted, a text is the complaint. */
struct validator {
	const char *function;
	const char **settings;
	size_t settings_count;
	struct where where;
};

struct device {
	const char *bus;	/* NULL: the module is no device */
	const char *what;	/* "virtio network device" */
	/* What each host is told; words as device.c knows them. */
	const char **qemu;	/* arguments */
	size_t qemu_count;
	const char **xl;	/* a list of NAME.xl, and an element's text */
	size_t xl_count;
	const char **libvirt;	/* lines of NAME.libvirt.xml */
	size_t libvirt_count;
};

enum hook {
	HOOK_START = 1, HOOK_EVENT = 2, HOOK_DEADLINE = 4, HOOK_STOP = 8
};

struct module {
	const char *name;	/* the folder's name */
	const char *folder;	/* path that can be opened */
	const char *label;	/* path as shown and recorded: "stdlib/httpd" */
	const char *summary;
	struct where where;	/* its module.lua */
	bool is_users;		/* found beside the configuration */
	/* catalogue_module reads module.lua at the first call; until then only
	 * name, folder, label, where and is_users are set. */
	enum { MODULE_FOUND, MODULE_READ, MODULE_BROKEN } state;
	bool is_single;		/* at most one instance in an image */
	const char **platforms;	/* count 0: all */
	size_t platforms_count;
	const char **provides;	/* interfaces */
	size_t provides_count;
	LIST(struct requirement) requires;
	const char **sources;	/* included into the instance's unit, in order */
	size_t sources_count;
	unsigned hooks;		/* set of enum hook */
	LIST(struct setting) settings;
	size_t default_values_count;	/* of all settings, parts included */
	LIST(struct c_record *) records;
	LIST(struct function) functions;
	LIST(struct validator) validators;
	struct device device;
	/* Third-party code, part of the instance's unit after the sources. */
	const char *package;	/* a row of build.lua's sources, or NULL */
	const char **package_files;	/* paths in the package, sorted */
	size_t package_files_count;
	const char **package_includes;	/* folders; "package:" paths in the package,
				 * others in the module's folder */
	size_t package_includes_count;
	const char *option_header;	/* "lwipopts.h", or NULL */
};

struct interface {
	const char *name;
	const char *doc;
	bool is_exclusive;
	bool calls_back;
};

struct bus {
	const char *name;
	unsigned slots_count;
};

struct platform {
	const char *name;
	const char *summary;
	const char *arch;
	const char **folders;	/* on the include path */
	size_t folders_count;
	const char **sources;	/* C, part of the kernel's own unit */
	size_t sources_count;
	const char **assembly;
	size_t assembly_count;
	const char *layout;	/* linker script */
	const char *headers;	/* of a Debian package: "/usr/include/xen" */
	const char *headers_package;	/* "libxen-dev" */
	const char *headers_path;	/* on the include path; see headers.c */
	uint64_t load;
	int64_t memory_min, memory_max;
	struct bus *buses;
	size_t buses_count;
	const char **provider_interfaces;	/* parallel to provider_modules */
	const char **provider_modules;
	size_t providers_count;
	/* The hosts it has: */
	const char **qemu;	/* words of a command; none: no QEMU */
	size_t qemu_count;
	const char *xl;		/* the type of a domain, NULL: no Xen */
};

struct package_file {
	const char *name;	/* "lwip_2.1.3+dfsg1.orig.tar.xz" */
	const char *sha256;	/* lower-case hex */
};

/* A pinned Debian source package. */
struct package {
	const char *name;	/* of the source package */
	const char *version;
	const char *license;	/* an SPDX expression for files that name none */
	const char *copyright;	/* the line for files that have none, or NULL */
	struct package_file *files;	/* the .dsc first */
	size_t files_count;
};

/* A word for a number in a configuration: KiB, second. */
struct word {
	const char *name;
	int64_t number;
};

struct catalogue {
	const char *root;	/* folder that holds build.lua */
	LIST(struct module *) modules;	/* sorted by name */
	struct word *words;
	size_t words_count;
	struct interface *interfaces;
	size_t interfaces_count;
	struct platform *platforms;
	size_t platforms_count;
	struct package *packages;
	size_t packages_count;
	const char **cflags;
	size_t cflags_count;
};

/* ---- The configuration ------------------------------------------------- */

struct instance {
	const char *name;
	struct module *module;
	struct origin origin;
	/* Parallel to module->settings: */
	struct value *values;
	struct origin *origins;	/* ORIGIN_NONE: an optional one not given */
	struct origin *replaced;	/* what an override replaced, or
					 * ORIGIN_NONE */
	/* Parallel to module->requires, filled by resolve: */
	struct instance **wires;	/* NULL: optional and absent */
	struct origin *wire_origins;
	struct origin *replaced_wires;
	int device_slot;	/* -1: no device */
	struct instance **users;	/* instances wired to this one, by name */
	size_t users_count;
	/* evaluate leaves what the user wrote for the wires here: */
	struct instance **wanted_wires;
};

/* An input of the configuration: NAME = option { ... }. */
struct config_option {
	const char *name;
	struct setting setting;	/* what it accepts; its name is the option's */
	struct value value;
	struct origin origin;
	bool is_given;		/* by --set or --env, be it the default */
};

/* A value for an option from outside of the configuration. */
struct given {
	const char *name;	/* as an option is called */
	const char *text;
	struct where where;	/* its file is "--set env=prod", or the one
				 * named with --env */
	size_t sequence;	/* in the order of the command line */
	bool is_used;
};

/* What an image may take, as the build prints it. */
enum { BUDGET_TEXT, BUDGET_CONSTANTS, BUDGET_DATA, BUDGET_FILE, BUDGET_MEMORY,
       BUDGETS };
extern const char *const budget_names[BUDGETS];
struct budget {
	bool is_set;
	int64_t bytes;
	struct origin origin;
};

struct image {
	const char *name;
	struct origin name_origin;
	struct where where;
	struct platform *platform;
	struct where platform_where;
	struct origin platform_origin;
	int64_t memory_bytes;
	struct origin memory_origin;
	struct budget budgets[BUDGETS];
	const char *layout_seed;	/* NULL: the linker's own order */
	struct origin layout_origin;
};

/* A file read while building; every one is part of the fingerprint. */
struct input {
	const char *name;	/* as recorded: relative, never absolute */
	uint8_t sha256[32];
};

/* ---- Content: files that enter the image ------------------------------- */

struct content_file {
	const char *path;	/* "/index.html" */
	const char *source;	/* path that can be opened */
	struct bytes plain;
	size_t gzip_bytes;
	const char *type;
	const char *etag;	/* with its quotes; "": no function makes it */
	const char *head, *gzip_head;
	uint32_t hash;
	const char *blob;	/* the body's SHA-256, its name in the store */
	const char *gzip_blob;	/* the same of its compressed form, or NULL */
	const char *symbol;	/* of the body; its gzip form has _gzip behind */
	bool owns_body;		/* the first of a setting with these bytes */
};
struct content {
	LIST(struct content_file) files;	/* sorted by bucket, then path */
	uint32_t buckets_count;
	uint32_t *starts;	/* of each bucket in files, and their end */
};

/* ---- Compiling and linking --------------------------------------------- */

/* One thing to compile: freeze and compile agree on this list. */
struct unit {
	const char *name;	/* unique, a file name: "www", "ip-tcp_in" */
	const char *source;	/* file to compile (.c, .S, .s) that can be opened */
	const char *label;	/* as recorded: "generated/www.c", "lwip:src/core/tcp.c" */
	struct instance *instance;	/* NULL: the kernel's own or libc */
	const char **flags;	/* besides the platform's and build.lua's */
	size_t flags_count;
	bool is_system;		/* third-party: warnings off */
	const char *object;	/* set by compile: file in the store */
	struct read_file **reads;	/* set by compile: see store.h */
	size_t reads_count;
};

struct build {
	/* Given. */
	const char *config_path;	/* as the user wrote it */
	const char *out_path;	/* -o, or build/NAME beside the configuration */
	bool is_out_given;
	bool is_verbose;
	bool is_check_only;	/* write no file */
	struct catalogue *catalogue;
	LIST(struct given) given;	/* evaluate: sorted by name */
	LIST(const char *) env_paths;	/* of --env */
	/* Text that is evaluated behind the configuration, and what it is shown
	 * as: see variant.h. NULL: none. */
	const char *appended, *appended_name;
	bool is_variant;	/* to be looked at: neither its budgets nor the
				 * machine's memory hold it */
	bool is_unchecked;	/* modules need not accept the values */
	bool may_be_unused;	/* an instance that only provides (E0306) */
	const char *varied;	/* "env=prod" in place of what was given, or NULL */
	LIST(const char *) left_out;	/* "ip.dhcp": as if nobody wrote it;
					 * "app": as if it were not made */

	/* evaluate */
	struct image image;
	LIST(struct config_option) options;	/* in order of evaluation */
	LIST(struct instance *) instances;	/* resolve: in start order */
	LIST(struct input) inputs;

	/* freeze */
	const char *generated_path;	/* OUT/generated */
	LIST(struct unit) units;

	/* link */
	struct bytes elf;	/* the stripped image, written by package */
	struct bytes debug;	/* NAME.debug, written by package */
	struct bytes map;	/* what lies where, as the linker told it */
	uint8_t link_key[32];	/* of what was linked, in the store */
	uint64_t image_end;	/* first address after .bss */
	const char *debug_path;	/* NAME.debug */

	/* fingerprint */
	uint8_t code_root[32];
	uint8_t instance_root[32];
	struct tree *tree;	/* what the roots are made of: fingerprint.h */

	/* audit */
	struct bytes audit;	/* audit.json, written by package */
};

/*
 * The stages, in order; each records errors with diag(). unicc.c's table of
 * stages is what runs them.
 */
void evaluate(struct build *build);
void resolve(struct build *build);
void freeze(struct build *build);
void check(struct build *build);
void compile(struct build *build);
void link_image(struct build *build);
void fingerprint(struct build *build);
void audit(struct build *build);
void package(struct build *build);

/* Of check and resolve, what depends on sealed values: for an image whose
 * slots are filled anew. */
void check_sealed(const struct build *build);
void resolve_sealed(const struct build *build);

/* ---- Services of single files ------------------------------------------ */

/* catalogue.c: read build.lua and every module.lua below root. */
struct catalogue *catalogue_read(const char *root);
/* A module by name: the user's beside the configuration first; NULL. */
struct module *catalogue_module(const struct catalogue *catalogue,
				const char *name);
/* Add the modules found in folder (subfolders with module.lua). */
void catalogue_add_folder(struct catalogue *catalogue, const char *folder,
			  const char *label, bool is_users);

/* type.c: the table of types. */
const char *type_name(enum type type);
/* The value as text for messages and unicc config: "15 s", "10.0.2.15/24". */
const char *type_show(const struct setting *setting, const struct value *value);
/* Append the C definition of one setting, without its comment. */
void type_write_c(struct buffer *out, const struct setting *setting,
		  const struct value *value, bool is_set);

/* origin.c: "configs/web.lua:12:9", "option env (--set env=prod)". */
const char *origin_show(const struct origin *origin);

/* Its file as it is written into what a build makes (label_shown), where nothing
 * depends on how a path was written; one of --env goes by its name alone. */
const char *origin_file(const struct origin *origin);

/* By the user, so that there is a place of his to show? */
bool origin_is_written(const struct origin *origin);

/*
 * Call visit for every part of a value that has an origin of its own: fields of
 * records, entries of lists and maps that hold records, files, lists or maps;
 * else for the value itself, and for an empty list or map. A name goes on as
 * "upstreams[2].port". is_set is false for what is not given.
 */
struct part {
	const char *name;
	const struct setting *setting;
	struct value *value;
	const struct origin *origin, *replaced;
	bool is_set;
};
void type_each_part(const struct part *whole,
		    void (*visit)(void *context, const struct part *part),
		    void *context);

/* sources.c: the folder where a pinned package lies unpacked and patched, in
 * the cache; fetched and verified when it is not there. NULL after diag(). */
const char *sources_folder(const struct package *package);

/* The folder where all files of the package lie as Debian has them, verified;
 * NULL after diag(). */
const char *sources_files(const struct package *package);
/* Is a build made of it: is it the C library, or that of an instance? */
bool sources_are_used(const struct build *build, const struct package *package);

/* package.c: wait until no other unicc builds into this folder, and keep others
 * out until package is done or we end. Made if missing; false after diag(). */
bool package_lock(const char *out_path);
void package_unlock(void);

/* host.c: everything that touches the machine. All paths may be relative.
 * Each returns false after having set errno, unless it says otherwise. */
bool host_read(const char *path, struct bytes *bytes);	/* into the arena */
/* Note every file that host_read reads from now on, by its path as given. */
void host_record_reads(void);
const char *const *host_reads(size_t *count);
/* Why host_read has just failed, in words. */
const char *host_read_error(void);
bool host_write(const char *path, struct bytes bytes);	/* whole or not at all */
/* Into an open file, whatever interrupts; false with errno. */
bool host_write_all(int file, struct bytes bytes);
/* Is there no room for what a tool has failed to write, without saying so? errno
 * is that then. */
bool host_is_full(const char *folder);
/* Is there a file that holds just these bytes? No link to one is. */
bool host_holds(const char *path, struct bytes bytes);
bool host_write_if_changed(const char *path, struct bytes bytes);
bool host_make_folders(const char *path);
/* A folder with all that is in it, as far as it goes. */
void host_remove_folder(const char *path);
bool host_exists(const char *path);
/* Names in a folder, sorted bytewise, without . and .. */
bool host_list(const char *path, const char ***names, size_t *names_count);
/* For a path that is not there: "write site in place of sites", if the folder has
 * a name that is near; else NULL. */
const char *host_nearest(const char *path);
const char *host_cache_folder(void);	/* $XDG_CACHE_HOME/unicc */
const char *host_program_folder(void);	/* where this executable lies */
const char *host_folder_of(const char *path);	/* "." for a bare name */
const char *host_join(const char *folder, const char *name);
/* Run and wait; output (stdout and stderr together) goes to *output if not
 * NULL, else to ours. The exit status, 128 + N after signal N, -1: not started. */
int host_run(const char *const *argv, struct buffer *output);
/* The same of a program that a stranger can make talk: it is ended once it has
 * said more than most bytes. */
int host_run_bounded(const char *const *argv, struct buffer *output,
		     size_t most);
/* The same; before is called in the child first, if it is not NULL. */
int host_run_after(const char *const *argv, struct buffer *output,
		   void (*before)(void));
/* The same with these bytes as its standard input. */
int host_run_input(const char *const *argv, struct bytes input,
		   struct buffer *output);
/* A process of our own that ends with us, and until then is waited for; 0 in it.
 * It may write into our scratch folder, has none itself, and removes what it has
 * not finished when it is ended. -1: no process can be had. */
enum { HOST_CHILDREN_MAX = 64 };
pid_t host_fork(void);
/* What waitpid tells of it, or -1. */
int host_wait(pid_t child);
/* Run a function in such a process, which it exits; as host_run. */
int host_run_function(void (*function)(void *context), void *context);
/* A folder of ours alone below $TMPDIR, made at the first call and removed at
 * exit with all that is in it. */
const char *host_scratch_folder(void);
void host_sha256(struct bytes bytes, uint8_t sha256[32]);
/* A 16-digit lower-case hex prefix or all 64 digits of a hash. */
const char *host_hex(const uint8_t *bytes, size_t size);
/* Remove this path, a folder with all that is in it, if the process is
 * interrupted; host_keep forgets it. */
void host_remove_on_interrupt(const char *path);
void host_keep(const char *path);
/* Take no interrupt before host_release: for what is made and is then to be
 * removed, and for what is done as a whole. */
void host_hold(void);
void host_release(void);

/* commands.c and others: each takes what follows the command's name. */
int command_modules(int argc, char **argv);
int command_doc(int argc, char **argv);
int command_config(int argc, char **argv);
int command_diff(int argc, char **argv);
int command_run(int argc, char **argv);
int command_package(int argc, char **argv);
int command_check_host(int argc, char **argv);
int command_id(int argc, char **argv);
int command_seal(int argc, char **argv);
int command_fleet(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_affected(int argc, char **argv);
int command_bundle(int argc, char **argv);
int command_rebuild(int argc, char **argv);
int command_audit(int argc, char **argv);
int command_why(int argc, char **argv);
int command_why_not(int argc, char **argv);
int command_cost(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_new(int argc, char **argv);

#endif
