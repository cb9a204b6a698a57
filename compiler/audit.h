/* SPDX-License-Identifier: ISC */
/*
 * The audit: every byte of an image's file in exactly one row, with its kind,
 * where it comes from and what brought it in.
 *
 * Three inputs: the image, its NAME.debug (symbols, lines, relocations), and
 * what only the build knows (which input section lies where, which unit it is
 * of, which line of the configuration asked for it). The build takes the last
 * from itself and keeps it in audit.json; a reader takes it from there.
 *
 *     causes   lines of the configuration        www = httpd, web.lua:6
 *     units    what was compiled                 generated/www.c -> www
 *     sections what the linker placed            .text.www_start, 0x1075d0
 *     nodes    a section, or a piece of a merged one (one string)
 *     edges    a node refers to a node, by relocations
 *     rows     a range of the file
 *
 * Whether a node is there because of a cause is reachability: the roots are the
 * entry, the notes and what the layout keeps. A cause is removed with all that
 * needs it, and a node goes with it if no reference of what stays leads there
 * (audit_removal.c). Its users are the causes that lead to it: what one
 * instance's code makes another's reachable is the users' doing, but a call from
 * the kernel or from machine.c into an instance is there because that instance
 * is asked for.
 */
#ifndef UNICC_AUDIT_H
#define UNICC_AUDIT_H

#include "elf_image.h"
#include "elf_linked.h"

struct build;
struct origin;

enum audit_kind {
	AUDIT_CODE, AUDIT_CONSTANTS, AUDIT_DATA, AUDIT_STRING, AUDIT_TABLE,
	AUDIT_HEADER, AUDIT_PADDING, AUDIT_NOTE,
	AUDIT_KINDS
};
extern const char *const audit_kinds[AUDIT_KINDS];

#define AUDIT_NONE ((size_t)-1)

struct audit_use {
	size_t cause;
	bool is_need;		/* else it takes the other, if that is there */
};

/* An instance, or a setting of one whose files are in the image. */
struct audit_cause {
	const char *name;	/* "www", "www.content" */
	const char *value;	/* "httpd", "\"site\"" */
	const char *module;
	const char *origin;	/* "web.lua:6", "implied by www" */
	size_t *needs;		/* causes that it is wired to, or is part of */
	size_t needs_count;
	size_t *takes;		/* wired to, but it can do without or with another */
	size_t takes_count;
	LIST(struct audit_use) used_by;	/* who needs or takes it */
	bool is_always;		/* in every image of the platform */
	bool is_implied;	/* not written: its users brought it in */
	bool is_provider;	/* refused where it has no users */
};

/* A set of causes: bit i is cause i. */
struct audit_set {
	uint64_t *words;
};

struct audit_unit {
	const char *label;	/* "generated/www.c", "musl:src/string/memcpy.c" */
	const char *module;	/* "httpd", "kernel", "libc" */
	size_t cause;		/* AUDIT_NONE: the kernel's own or libc */
};

struct audit_section {
	uint64_t address, size;
	const char *name;	/* ".text.kernel_log" */
	size_t unit;		/* AUDIT_NONE: merged from several */
	LIST(const char *) files;	/* labels; of content: what it holds */
};

/* Where bytes come from: a label, and a function of it or NULL. */
struct audit_source {
	const char *file, *function;
};

/* What DWARF says lies at an address: a variable, or a literal text. */
struct audit_variable {
	uint64_t address;
	const char *name;	/* NULL: a literal */
	bool is_local;		/* inside of a function */
	uint64_t size;		/* of a literal */
	/* A literal's function is that of whose lines it may be. */
	struct audit_source source;
};

/* A function, and the one it is inlined into, or NULL. */
struct audit_scope {
	const char *name;
	const struct audit_scope *outer;
};

/* What the place of a reference refers to, where the linked file alone would
 * tell something else: a table whose index starts at 1 is referred to by an
 * address before it. */
struct audit_target {
	uint64_t at, address;
};

struct audit_node {
	uint64_t address, size;
	size_t section, unit;
	const char *name;	/* the first symbol, the string, or the section */
	enum audit_kind kind;
	bool is_symbol;		/* name is a symbol's */
	bool is_root;
	bool is_always;		/* there whatever the configuration asks for */
	bool is_orphan;		/* nothing refers to it */
	/* It ends the text that the node before begins: who refers to that
	 * refers to this, too. */
	bool is_tail;
	/* Of what is merged: the units that refer to it, if several do. */
	const size_t *units;
	size_t units_count;
	/* Of what is no code: all it comes from. Several share it: one text of
	 * two files is in the image once. */
	const struct audit_source *sources;
	size_t sources_count;
	struct audit_set users;	/* all causes that reach it */
	/* The fewest whose going removes it. If it is one: others that each
	 * would, too, its own line and those that need no other of these. */
	struct audit_set causes, also;
	struct audit_set without;	/* each whose going alone removes it */
	/* Of a function that calls hooks: whose. */
	struct audit_set parts;
	/* Of what is folded: all whose it is; else words are NULL. */
	struct audit_set owners;
	size_t first_edge, edges_count;	/* of audit.edges */
	size_t first_row, rows_count;	/* of audit.rows */
	size_t file_bytes;	/* of these */
};

struct audit_edge {
	size_t from, to;	/* nodes */
	uint64_t at;		/* the first place in from */
	size_t part;		/* the cause it is a part of, or AUDIT_NONE */
	/* There because its target was asked for, not because of its source:
	 * a hook, an upcall to a user, the files of a setting. */
	bool is_start;
};

/* Where the code or values of a cause are first referred to. */
struct audit_start {
	size_t cause, node;
};

struct audit_row {
	size_t offset, size;	/* in the file */
	enum audit_kind kind;
	size_t node;		/* AUDIT_NONE: headers */
	size_t part;		/* the cause that has a part of the node here */
	/* Of code after inlining; of what its node's sources agree on. */
	const char *source;	/* label of the source file, or NULL */
	const char *function;	/* or NULL */
};

/* What would go with a line of the configuration. */
struct audit_removal {
	const char *origin;
	struct audit_set causes;	/* of the line */
	struct audit_set with;	/* written elsewhere, but not valid without */
	size_t bytes;		/* of the file, all in all */
};

struct audit {
	const char *path;	/* of its file, if it has one */
	const char *name;	/* of the image */
	const char *config;	/* the configuration's file name */
	LIST(const char *) config_lines;	/* its text */
	struct bytes file;	/* the image */
	struct bytes debug;
	struct elf_image image;
	struct linked linked;
	LIST(struct audit_cause) causes;
	LIST(struct audit_unit) units;
	LIST(struct audit_section) sections;	/* by address */
	LIST(const char *) layout_symbols;	/* defined by the layout; sorted */
	LIST(struct audit_target) targets;	/* by at */
	LIST(struct audit_node) nodes;		/* by address */
	LIST(struct audit_edge) edges;		/* by from, then to */
	LIST(struct audit_start) starts;
	struct audit_set *needs;	/* of each cause: all it needs */
	bool *is_kept;		/* of each cause: none can be removed */
	size_t *cause_queue;	/* room for each cause, of audit_close_removal */
	/* Of each cause: itself, or the fewest without which it is not implied. */
	struct audit_set *because_of;
	LIST(struct audit_removal) removals;	/* by the first cause of each */
	LIST(struct audit_row) rows;		/* by offset */
	/* Of each byte of an executable segment; NULLs where nothing is known.
	 * NULL: of another segment. */
	struct audit_source *code[ELF_SEGMENTS_MAX];
	const struct audit_scope **scopes[ELF_SEGMENTS_MAX];
	LIST(struct audit_variable) variables;
	LIST(uint64_t) lines;	/* addresses where the code of a line begins */
};

/*
 * What is to be read, from a finished build: its elf, debug, units and
 * instances, and then its link map. False after diag().
 */
void audit_of_build(struct audit *audit, const struct build *build);
bool audit_map_of_build(struct audit *audit, const struct build *build);

/* "web.lua:6", beside the configuration, wherever that lies. */
const char *audit_show_origin(const struct origin *origin);

/*
 * The same from an output folder, or the image in one, by the audit.json
 * beside it. False after diag() (E0901, E0902).
 */
bool audit_of_path(struct audit *audit, const char *path);

/*
 * Find nodes, edges, causes and rows. NULL, or what does not hold: any bytes
 * may have been given. Afterwards the rows cover the file, each byte once.
 */
const char *audit_analyse(struct audit *audit);

/* Refuse what is both writable and executable (E0904); file is blamed. */
void audit_check_pages(const struct audit *audit, const char *file);

/* The text with what moves a terminal's cursor, and what is no UTF-8, as \xHH;
 * itself if it has none. */
const char *audit_printable(const char *text);

/* A node in one line: text is quoted, a table says so. */
const char *audit_show(const struct audit_node *node);

/* "www" or, of no instance, the module: "libc"; of what several share all of
 * them, with commas. */
const char *audit_owner_of(const struct audit *audit,
			   const struct audit_node *node);

/* Where it comes from: "rtc_start in drivers/rtc/rtc.c", several with " and "
 * between them; of code its file alone, where its first byte does. NULL: it is
 * not known. */
const char *audit_sources_of(const struct audit *audit,
			     const struct audit_node *node);

/* Steps of audit_analyse, each by those before it. */
const char *audit_find_nodes(struct audit *audit);
void audit_find_edges(struct audit *audit);
void audit_find_parts(struct audit *audit);
void audit_find_folds(struct audit *audit);
void audit_find_users(struct audit *audit);
void audit_find_causes(struct audit *audit);
void audit_find_places(struct audit *audit);
const char *audit_find_rows(struct audit *audit);
void audit_find_removals(struct audit *audit);

/* The node that covers this address, or AUDIT_NONE. */
size_t audit_node_at(const struct audit *audit, uint64_t address);

/* Is it a name that the layout gives to an address, not a unit to a thing? */
bool audit_is_layout_symbol(const struct audit *audit, const char *name);

/* The bytes of a node; none of what is zero at the start. */
struct bytes audit_bytes_of(const struct audit *audit,
			    const struct audit_node *node);

/* The first relocation at or behind this address: an index, at most their
 * count. */
size_t audit_first_relocation(const struct audit *audit, uint64_t address);

/* Where sections are cut into nodes (audit_pieces.c). */
struct audit_cuts {
	uint64_t *references;	/* addresses that are referred to, sorted */
	size_t references_count;
	const struct linked_symbol **objects;	/* in code, by address */
	size_t objects_count;
};
struct audit_cuts audit_cuts(const struct audit *audit);

/* Add the nodes of a section, which lies in output. */
void audit_cut_section(struct audit *audit, size_t index,
		       const struct linked_section *output,
		       const struct audit_cuts *cuts);

/* The address that a relocation leads to by what the linked file tells. */
uint64_t audit_apparent_address(const struct audit *audit,
				const struct linked_relocation *relocation);

/* The node that a relocation refers to, or AUDIT_NONE; the second gives the
 * place in it that a symbol there has, too. */
size_t audit_relocation_target(const struct audit *audit,
			       const struct linked_relocation *relocation);
size_t audit_relocation_place(const struct audit *audit,
			      const struct linked_relocation *relocation,
			      uint64_t *address);

/* The address of the byte at this offset of the file; 0: of a header. */
uint64_t audit_address_of(const struct audit *audit, size_t offset);

/* Whose a node is: its cause, its module; "shared": of several. */
size_t audit_cause_of(const struct audit *audit, const struct audit_node *node);
const char *audit_module_of(const struct audit *audit,
			    const struct audit_node *node);

/*
 * How a node is reached: by a cause of its causes, or AUDIT_NONE if it is there
 * always. The nodes from the first that the cause reaches to the node itself,
 * by the fewest references; *user is whose those are: the cause itself, or what
 * it implies. Empty if nothing is seen to refer to the node.
 */
struct audit_chain {
	size_t user;
	LIST(size_t) nodes;
};
struct audit_chain audit_chain(const struct audit *audit, size_t node,
			       size_t cause);

/* The cause, or what it implies, if its code reaches the node by itself; else
 * AUDIT_NONE. */
size_t audit_user_of(const struct audit *audit, size_t node, size_t cause);

/* The instance or sealed value that the code there is a part of, of machine.c;
 * else AUDIT_NONE. */
size_t audit_part_at(const struct audit *audit, uint64_t address);

/* Does machine_start count there for machine_stop? Without that the compiler
 * drops the count: it is no reference that keeps it. */
bool audit_is_counting(const struct audit *audit, size_t from, size_t to);

/*
 * Add to these causes all that go with them: what needs one, and what is implied
 * for them alone; if is_valid, also what would be refused because nothing uses
 * it then.
 */
void audit_close_removal(const struct audit *audit, struct audit_set gone,
			 bool is_valid);

/* Find of each node whether it is there without these causes, which are
 * closed. */
struct audit_room {
	bool *is_there;
	size_t *queue;
};
struct audit_room audit_room(const struct audit *audit);
void audit_reach(const struct audit *audit, struct audit_set gone,
		 const struct audit_room *room);

/* The causes that the bytes of a row are counted at; words NULL: always. */
struct audit_set audit_row_causes(const struct audit *audit,
				  const struct audit_row *row);

/* Sets of causes. */
struct audit_set audit_set_make(const struct audit *audit);
bool audit_set_has(struct audit_set set, size_t cause);
void audit_set_add(struct audit_set set, size_t cause);
size_t audit_set_count(const struct audit *audit, struct audit_set set);

/* Which section each reference in the objects was made to: targets of the audit,
 * whose sections are known. objects[i] is the file of unit i. */
void audit_read_objects(struct audit *audit, const char *const *objects,
			size_t objects_count);

/* The link map of lld: sections and layout_symbols of the audit; objects[i] is
 * the name the map gives to unit i. NULL, or what is wrong with it. */
const char *audit_read_map(struct audit *audit, struct bytes map,
			   const char *const *objects);

/* By address, as they are to be. */
void audit_sort_sections(struct audit *audit);

/* Read the DWARF of NAME.debug: code, scopes, variables and lines of the audit,
 * which has its image. */
void audit_sources(struct audit *audit);

/* What the byte of code at this address comes from; NULLs: nothing is known.
 * *scope, its functions from the innermost on, or NULL. */
struct audit_source audit_source_at(const struct audit *audit, uint64_t address,
				    const struct audit_scope **scope);

/* Does the code of a line begin at this address? In assembly, an instruction
 * does: what is not one has no line. */
bool audit_is_line(const struct audit *audit, uint64_t address);

/* audit.json, and back. code is what was found in its code, or NULL. False: it
 * is no such file. */
struct code;
struct bytes audit_write(const struct audit *audit, const struct code *code);
/* The part of it that is known before the link map is read. */
struct bytes audit_write_given(const struct audit *audit);
bool audit_read(struct audit *audit, struct bytes json);

#endif
