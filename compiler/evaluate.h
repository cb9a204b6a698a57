/* SPDX-License-Identifier: ISC */
/* What the files of stage evaluate share: evaluate*.c. */
#ifndef UNICC_EVALUATE_H
#define UNICC_EVALUATE_H

#include "include.h"
#include "script.h"
#include "type.h"
#include "unicc.h"

/* An instance, or a name that may become one. */
struct reference {
	const char *name;		/* NULL: no name yet */
	struct instance *instance;	/* NULL: not made yet */
	size_t token;			/* of the call, or of the first use */
};

/* A global that holds a plain value. */
struct binding {
	const char *name;
	size_t token;
	bool is_used;
};

/* A wire as the user wrote it, settled when all names are known. */
struct wire {
	struct instance *instance;
	size_t slot;
	struct reference *provider;
	size_t token;
	const char *subject;
};

/* What is to replace values of an instance, applied when all are made. */
struct override {
	struct reference *reference;
	size_t token;
	int table;		/* in the Lua registry */
};

struct evaluation {
	struct build *build;
	struct script *script;
	struct includes includes;
	size_t image_token;
	bool has_image;
	LIST(struct reference *) made;	/* in order of the calls */
	LIST(struct wire) wires;
	LIST(struct binding *) bindings;
	LIST(struct override) overrides;
	LIST(struct sealed *) sealed;	/* evaluate_sealed.c's */
};

struct evaluation *evaluation_of(lua_State *L);
struct where where_of(const struct evaluation *evaluation, size_t token);

/* Does the token lie in what a variant adds (build->appended)? */
bool is_appended(const struct evaluation *evaluation, size_t token);

/* A reference or a module as a Lua value, and which one a value is, or NULL. */
void push_reference(lua_State *L, struct reference *reference);
void push_module(lua_State *L, struct module *module);
struct reference *reference_at(lua_State *L, int index);
struct module *module_at(lua_State *L, int index);

/*
 * What a name stands for (evaluate_names.c), in tables of the Lua registry:
 * words of unicc, the values of plain globals and their bindings, references.
 * push_named pushes what is there and returns its type; set_named pops it.
 */
extern const char named_words, named_values, named_bindings, named_references;
int push_named(lua_State *L, const char *table, const char *name);
void set_named(lua_State *L, const char *table, const char *name);
void *named_pointer(lua_State *L, const char *table, const char *name);

/* Can an instance be called so, and is the name not taken yet? False after
 * diag(): E0111, E0105. */
bool check_name(struct evaluation *evaluation, const char *name, size_t token);
bool is_free(struct evaluation *evaluation, const char *name, size_t token);

/* Complain of a name that nothing has: E0104. */
void unknown_global(struct evaluation *evaluation, const char *name,
		    size_t token);

/* Reading and assigning a global (evaluate_global.c): __index and __newindex of
 * the table of globals. */
int global_get(lua_State *L);
int global_set(lua_State *L);

/* Give an instance that has no name yet this one. */
void name_instance(struct evaluation *evaluation, struct reference *reference,
		   const char *name, size_t token);

/* The reference of that name, made if there is none yet. */
struct reference *reference_named(struct evaluation *evaluation,
				  const char *name, size_t token);

/* What stands there, in the configuration's own words: "the instance nic". */
const char *value_found(const struct item *item);

/* "ip" in `ip = tcpip {`; the module's name where that cannot be seen. */
const char *subject_of(const struct script *script, size_t call,
		       const struct module *module);

/* Take an instance's settings and wires from the table given to its module
 * (evaluate_instance.c); subject is what messages call it. */
void read_settings(struct evaluation *evaluation, struct instance *instance,
		   const struct item *table, const char *subject);

/* Complain of empty keys of such a table that are no setting and no wire; true
 * if there are none. */
bool refuse_unknown(const struct instance *instance, const struct item *table,
		    const struct item_keys *keys, const char *subject);

/* Take one key of such a table. */
void read_setting(struct evaluation *evaluation, struct instance *instance,
		  const struct item *table, const char *key,
		  const char *subject);

/* For values that the user wrote: whom to blame, and where parts come from. */
struct type_blame blame_user(struct evaluation *evaluation,
			     const char *subject);

/* Take what the user wrote for a setting of the module: sealed, or a value and
 * where it comes from. */
void take_setting(const struct setting *setting, const struct item *field,
		  const struct type_blame *blame, const struct module *module,
		  struct value *value, struct origin *origin);

/* override(INSTANCE, { ... }), as a function of Lua, and what it asked for,
 * called protected (evaluate_override.c). */
int word_override(lua_State *L);
void apply_overrides(struct evaluation *evaluation);

/* evaluate_left_out.c: build->left_out, of what was evaluated without error. */
void leave_out(struct build *build);

/* include "FILE", as a function of Lua (evaluate_include.c). Its globals are
 * those of the table at registry[&include_globals]. */
int word_include(lua_State *L);
extern const char include_globals;

/* option { ... }, as a function of Lua (evaluate_option.c). */
int word_option(lua_State *L);

/* Is the field's value an option's, unchanged? Then *origin is the option's. */
bool option_origin(const struct evaluation *evaluation,
		   const struct item *field, struct origin *origin);

/* sealed(VALUE), as a function of Lua (evaluate_sealed.c). */
int word_sealed(lua_State *L);

/* Is the field's value sealed? Then take it, into *value or after diag(). */
bool take_sealed(const struct item *field, const struct module *module,
		 const struct setting *setting, const char *subject,
		 struct value *value);

/* Fill slots with what --set INSTANCE.SETTING=VALUE gives, at the end. */
void apply_given(const struct evaluation *evaluation);

/* Complain of what no setting has taken. */
void report_sealed(const struct evaluation *evaluation);

/* MODULE.FUNCTION(...) (evaluate_call.c): a field of a module, as a metamethod,
 * and the kind of value that it is. */
int module_field(lua_State *L);
void make_function_kind(lua_State *L);

/* "tcpip.hosts" if a call of a module's function is written there, or NULL. */
const char *call_written(const struct evaluation *evaluation,
			 const struct item *value);

/* image { ... }, as a function of Lua (evaluate_image.c), and its setting
 * budget (evaluate_budget.c). */
int word_image(lua_State *L);
void take_budget(struct evaluation *evaluation, const struct item *field);

#endif
