/* SPDX-License-Identifier: ISC */
/*
 * Evaluate: run the configuration and write down what was asked for.
 *
 * A global that is assigned is an instance's name, or a plain value for use
 * in expressions. A name may be used before the line that assigns it, as a
 * wire: such a use is a reference that is settled at the end, so that order
 * in the file means nothing.
 *
 * Every error that can be found is recorded; a word that is not understood
 * becomes poison (script.h), so that one mistake is reported once.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "instance.h"
#include "type.h"

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

struct evaluation {
	struct build *build;
	struct script *script;
	size_t image_token;
	bool has_image;
	LIST(struct reference *) made;	/* in order of the calls */
	LIST(struct wire) wires;
	LIST(struct binding *) bindings;
};

/* Keys in the Lua registry. */
static const char words_key, values_key, bindings_key, references_key,
	reference_kind, module_kind;

static struct evaluation *
evaluation_of(lua_State *L)
{
	return script_of(L)->owner;
}

static struct where
where_of(const struct evaluation *evaluation, size_t token)
{
	return script_where(evaluation->script, token);
}

/* ---- References and modules as Lua values ----------------------------------------- */

/* The pointer in a userdata made by push_pointer with this kind, or NULL. */
static void *
pointer_at(lua_State *L, int index, const char *kind)
{
	bool is_kind = false;

	if (lua_type(L, index) != LUA_TUSERDATA ||
	    !lua_getmetatable(L, index))
		return NULL;
	lua_rawgetp(L, LUA_REGISTRYINDEX, kind);
	is_kind = lua_rawequal(L, -1, -2);
	lua_pop(L, 2);
	return is_kind ? *(void **)lua_touserdata(L, index) : NULL;
}

static void
push_pointer(lua_State *L, void *pointer, const char *kind)
{
	*(void **)lua_newuserdatauv(L, sizeof pointer, 0) = pointer;
	lua_rawgetp(L, LUA_REGISTRYINDEX, kind);
	lua_setmetatable(L, -2);
}

/* What a value is, in the configuration's own words. */
static const char *
found(const struct item *item)
{
	lua_State *L = item->script->state;
	const struct reference *reference =
		pointer_at(L, item->index, &reference_kind);
	const struct module *module = pointer_at(L, item->index, &module_kind);

	if (reference != NULL)
		return reference->name == NULL
			       ? "an instance"
			       : arena_printf("the instance %s",
					      reference->name);
	if (module != NULL)
		return arena_printf("the module %s", module->name);
	return item_found(item);
}

static int
reference_index(lua_State *L)
{
	const struct reference *reference = pointer_at(L, 1, &reference_kind);

	if (reference->instance == NULL)
		return luaL_error(L, "%s is made further down: here it can "
				  "only be a wire", reference->name);
	return luaL_error(L, "an instance has no values to read");
}

static int
module_index(lua_State *L)
{
	const struct module *module = pointer_at(L, 1, &module_kind);

	return luaL_error(L, "%s is a module: write %s { ... }", module->name,
			  module->name);
}

/* ---- Names -------------------------------------------------------------------------- */

static bool
is_reserved(const char *name)
{
	/* Keywords of C, and what generated C and the image call their own. */
	static const char *const reserved[] = {
		"asm", "auto", "bool", "break", "case", "char", "const",
		"continue", "default", "do", "double", "else", "enum",
		"extern", "false", "float", "for", "goto", "if", "inline",
		"int", "long", "nullptr", "register", "restrict", "return",
		"short", "signed", "sizeof", "static", "struct", "switch",
		"true", "typedef", "typeof", "union", "unsigned", "void",
		"volatile", "while", "absent", "contract", "countof",
		"kernel", "libc", "machine", "unicc",
	};
	size_t i;

	for (i = 0; i < countof(reserved); i++)
		if (text_equal(reserved[i], name))
			return true;
	return false;
}

static bool
check_name(struct evaluation *evaluation, const char *name, size_t token)
{
	if (is_name(name) && !is_reserved(name))
		return true;
	if (is_name(name))
		diag(E0111, where_of(evaluation, token), name,
		     "unicc or C uses this name itself");
	else
		diag(E0111, where_of(evaluation, token), name,
		     "an instance's name is a letter a-z, then a-z, 0-9 and _, "
		     "64 at most");
	return false;
}

/* Push registry[table_key][name]. */
static int
push_named(lua_State *L, const char *table_key, const char *name)
{
	int type;

	lua_rawgetp(L, LUA_REGISTRYINDEX, table_key);
	type = lua_getfield(L, -1, name);
	lua_remove(L, -2);
	return type;
}

/* registry[table_key][name] = the value on top, which is popped. */
static void
set_named(lua_State *L, const char *table_key, const char *name)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, table_key);
	lua_insert(L, -2);
	lua_setfield(L, -2, name);
	lua_pop(L, 1);
}

static void *
named_pointer(lua_State *L, const char *table_key, const char *name)
{
	void *pointer;

	push_named(L, table_key, name);
	pointer = lua_touserdata(L, -1);
	lua_pop(L, 1);
	return pointer;
}

/* What a word of unicc is, for the error of assigning to it. NULL: no word. */
static const char *
word_kind(struct evaluation *evaluation, const char *name)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	lua_State *L = evaluation->script->state;
	bool is_word;
	size_t i;

	for (i = 0; i < catalogue->words_count; i++)
		if (text_equal(catalogue->words[i].name, name))
			return "a unit";
	for (i = 0; i < catalogue->modules.count; i++)
		if (text_equal(catalogue->modules.at[i]->name, name))
			return "a module";
	is_word = push_named(L, &words_key, name) != LUA_TNIL;
	lua_pop(L, 1);
	return is_word ? "a word of unicc" : NULL;
}

/* Complain if name is already something. */
static bool
is_free(struct evaluation *evaluation, const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	const char *kind = word_kind(evaluation, name);
	const struct reference *reference;
	const struct binding *binding;

	if (kind != NULL) {
		if (script_is_new(evaluation->script, token, E0105))
			diag(E0105, where_of(evaluation, token), name,
			     "this is %s", kind);
		return false;
	}
	reference = named_pointer(L, &references_key, name);
	binding = named_pointer(L, &bindings_key, name);
	if (binding == NULL &&
	    (reference == NULL || reference->instance == NULL))
		return true;
	if (!script_is_new(evaluation->script, token, E0105))
		return false;
	diag(E0105, where_of(evaluation, token), name,
	     "assigned a second time");
	if (binding != NULL) {
		diag_also(where_of(evaluation, binding->token),
			  "first assigned here");
		return false;
	}
	if (reference->token == token) {
		diag_fix("in a loop, write instance(\"%s\" .. i, %s { ... })",
			 name, reference->instance->module->name);
		return false;
	}
	diag_also(where_of(evaluation, reference->token), "first made here");
	diag_fix("give one of the two another name");
	return false;
}

/* ---- Instances ------------------------------------------------------------------------ */

/* "ip" in `ip = tcpip {`; the module's name where that cannot be seen. */
static const char *
subject_of(const struct script *script, size_t call, const struct module *module)
{
	const struct scan *scan = script->scan;

	if (call >= 2 && scan_is(scan, call - 1, "=") &&
	    scan->tokens.at[call - 2].kind == SCAN_NAME)
		return arena_copy_n(scan->tokens.at[call - 2].text,
				    scan->tokens.at[call - 2].size);
	return module->name;
}

static void
take_wire(struct evaluation *evaluation, struct instance *instance, size_t slot,
	  const struct item *field, const char *subject)
{
	lua_State *L = evaluation->script->state;
	const struct requirement *requirement =
		&instance->module->requires.at[slot];
	struct reference *provider =
		pointer_at(L, field->index, &reference_kind);
	const struct module *module = pointer_at(L, field->index, &module_kind);

	if (provider != NULL) {
		*list_add(&evaluation->wires) = (struct wire){
			instance, slot, provider, field->token, subject };
		instance->wire_origins[slot] = (struct origin){
			ORIGIN_CONFIG, item_key_where(field), NULL };
		return;
	}
	if (script_is_poison(L, field->index))
		return;
	diag(E0202, item_where(field), subject,
	     "found %s; allowed is an instance that provides %s", found(field),
	     requirement->interface);
	if (module != NULL)
		diag_fix("name one, %s = %s {}, and write that name",
			 requirement->slot, module->name);
	else if (item_text(field) != NULL)
		diag_fix("write the instance's name without quotes");
}

static void
unknown_setting(const struct instance *instance, const struct item *table,
		const char *key, const char *subject)
{
	const struct module *module = instance->module;
	size_t count = module->settings.count + module->requires.count, i;
	const char **names = arena_alloc(count + 1, sizeof *names);
	const struct scan_key *at = NULL;
	const char *nearest;

	for (i = 0; i < module->settings.count; i++)
		names[i] = module->settings.at[i].name;
	for (; i < count; i++)
		names[i] = module->requires.at[i - module->settings.count].slot;
	if (table->constructor != NULL)
		at = scan_key(table->constructor, key, strlen(key));
	diag(E0201, script_where(table->script,
				 at != NULL ? at->key : table->token),
	     arena_printf("%s.%s", subject, key), "%s has no such setting",
	     module->name);
	nearest = text_nearest(key, names, count);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
	else
		diag_fix("unicc doc %s lists its settings", module->name);
}

static void
take_key(struct evaluation *evaluation, struct instance *instance,
	 const struct item *table, const char *key, const char *name)
{
	const struct module *module = instance->module;
	const char *subject = arena_printf("%s.%s", name, key);
	struct type_blame blame = { subject, false };
	struct item field;
	size_t i;

	if (!item_field(table, key, &field))
		return;
	for (i = 0; i < module->settings.count; i++)
		if (text_equal(module->settings.at[i].name, key)) {
			instance->origins[i] = (struct origin){
				ORIGIN_CONFIG, item_key_where(&field), NULL };
			type_accept(&module->settings.at[i], &field, &blame,
				    &instance->values[i]);
			goto done;
		}
	for (i = 0; i < module->requires.count; i++)
		if (text_equal(module->requires.at[i].slot, key)) {
			take_wire(evaluation, instance, i, &field, subject);
			goto done;
		}
	unknown_setting(instance, table, key, name);
done:
	lua_pop(evaluation->script->state, 1);
}

static void
read_settings(struct evaluation *evaluation, struct instance *instance,
	      const struct item *table, const char *subject)
{
	const struct module *module = instance->module;
	struct item_keys keys = item_keys(table);
	size_t i;

	if (keys.elements_count != 0 || keys.strange != NULL) {
		struct item first = *table;

		if (table->constructor != NULL && keys.elements_count != 0)
			first.token = scan_item(table->constructor, 1) != NULL
				? scan_item(table->constructor, 1)->value
				: table->token;
		diag(E0201, item_where(&first), subject,
		     "a value without a setting's name");
		diag_fix("write NAME = VALUE; unicc doc %s lists the settings",
			 module->name);
	}
	for (i = 0; i < keys.names_count; i++)
		take_key(evaluation, instance, table, keys.names[i], subject);
	for (i = 0; i < module->settings.count; i++) {
		const struct setting *setting = &module->settings.at[i];

		if (setting->is_optional || setting->has_default ||
		    instance->origins[i].kind != ORIGIN_NONE)
			continue;
		diag(E0204, instance->origin.where,
		     arena_printf("%s.%s", subject, setting->name),
		     "%s must be given: %s", setting->name,
		     type_allowed(setting));
		diag_fix("add %s = ...", setting->name);
	}
}

static void
name_instance(struct evaluation *evaluation, struct reference *reference,
	      const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	struct reference *forward;

	reference->name = name;
	reference->instance->name = name;
	*list_add(&evaluation->build->instances) = reference->instance;
	/* Uses above this line hold the reference that was made for them. */
	forward = named_pointer(L, &references_key, name);
	if (forward != NULL)
		forward->instance = reference->instance;
	if (forward != NULL)
		forward->token = token;
	else {
		lua_pushlightuserdata(L, reference);
		set_named(L, &references_key, name);
	}
	reference->token = token;
}

/* A module's word: upvalue-free, the module is the called userdata. */
static int
call_module(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct module *module = pointer_at(L, 1, &module_kind);
	size_t call = script_token(script);
	const char *subject = subject_of(script, call, module);
	struct reference *reference;
	struct item table;

	/* What C keeps of an instance is not counted as memory of Lua. */
	script_charge(script, 100 + 10 * module->settings.count);
	lua_settop(L, 2);
	table = item_at(script, 2, scan_call_argument(script->scan, call, 0));
	if (lua_type(L, 2) != LUA_TTABLE) {
		if (!script_is_poison(L, 2)) {
			diag(E0202, where_of(evaluation, call), subject,
			     "%s is given %s; it takes a table", module->name,
			     found(&table));
			diag_fix("write %s { ... }", module->name);
		}
		script_push_poison(script);
		return 1;
	}
	reference = arena_alloc(1, sizeof *reference);
	reference->instance = instance_make(module);
	reference->token = call;
	reference->instance->origin = (struct origin){
		ORIGIN_CONFIG, where_of(evaluation, call), NULL };
	read_settings(evaluation, reference->instance, &table, subject);
	*list_add(&evaluation->made) = reference;
	if (text_equal(module->name, "kernel")) {
		/* There is one in every image: using it is naming it. */
		if (named_pointer(L, &references_key, "kernel") == NULL)
			name_instance(evaluation, reference, "kernel", call);
		else
			is_free(evaluation, "kernel", call);
	}
	push_pointer(L, reference, &reference_kind);
	return 1;
}

/* instance("www1", httpd { ... }) */
static int
word_instance(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct reference *reference;
	size_t call = script_token(script);
	struct item name_item;
	const char *name;

	lua_settop(L, 2);
	name_item = item_at(script, 1, call);
	name = item_text(&name_item);
	reference = pointer_at(L, 2, &reference_kind);
	if (script_is_poison(L, 1) || script_is_poison(L, 2)) {
		script_push_poison(script);
		return 1;
	}
	if (name == NULL || reference == NULL || reference->instance == NULL) {
		diag(E0202, where_of(evaluation, call), "instance",
		     "it takes a name and a new instance");
		diag_fix("write instance(\"NAME\", MODULE { ... })");
		script_push_poison(script);
		return 1;
	}
	if (reference->name != NULL) {
		diag(E0105, where_of(evaluation, call), name,
		     "this instance is called %s already", reference->name);
	} else if (check_name(evaluation, name, call) &&
		   is_free(evaluation, name, call)) {
		name_instance(evaluation, reference, name, call);
	} else {
		/* Said already; that it has no name is not the mistake. */
		reference->name = name;
	}
	lua_pushvalue(L, 2);
	return 1;
}

/* ---- image -------------------------------------------------------------------------------- */

static void
take_image_name(struct image *image, const struct item *field)
{
	const char *name = item_text(field);
	size_t i;

	image->name = "";
	if (script_is_poison(field->script->state, field->index))
		return;
	if (name == NULL) {
		diag(E0202, item_where(field), "image.name",
		     "found %s; allowed is a text", item_found(field));
		return;
	}
	for (i = 0; name[i] != '\0'; i++)
		if (!(name[i] >= 'a' && name[i] <= 'z') &&
		    (i == 0 || (!(name[i] >= '0' && name[i] <= '9') &&
				name[i] != '-' && name[i] != '_')))
			break;
	if (name[i] != '\0' || i == 0 || i > 64)
		diag(E0111, item_where(field), "image.name",
		     "found %s; a name is a letter a-z, then a-z, 0-9, - and "
		     "_, 64 at most: files are called after it",
		     item_found(field));
	image->name = name;
}

static void
take_image_platform(struct evaluation *evaluation, const struct item *field)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	struct image *image = &evaluation->build->image;
	const char **names =
		arena_alloc(catalogue->platforms_count, sizeof *names);
	struct setting setting = { .name = "platform", .type = TYPE_CHOICE,
				   .choices = names,
				   .choices_count = catalogue->platforms_count };
	struct type_blame blame = { "image.platform", false };
	struct value value = { 0 };
	size_t i;

	image->platform_where = item_key_where(field);
	for (i = 0; i < catalogue->platforms_count; i++)
		names[i] = catalogue->platforms[i].name;
	if (type_accept(&setting, field, &blame, &value))
		image->platform = &catalogue->platforms[value.number];
}

/* Once the platform is known: its bounds are the memory's. */
static void
take_image_memory(struct evaluation *evaluation, const struct item *field)
{
	struct image *image = &evaluation->build->image;
	struct setting setting = { .name = "memory", .type = TYPE_SIZE,
				   .min = 0, .max = INT64_MAX };
	struct type_blame blame = { "image.memory", false };
	struct value value = { 0 };

	if (image->platform != NULL) {
		setting.min = image->platform->memory_min;
		setting.max = image->platform->memory_max;
	}
	image->memory_origin =
		(struct origin){ ORIGIN_CONFIG, item_key_where(field), NULL };
	if (!type_accept(&setting, field, &blame, &value))
		return;
	image->memory_bytes = value.number;
	if (value.number % 4096 != 0) {
		diag(E0203, item_where(field), "image.memory",
		     "found %lld bytes; allowed is a whole number of pages of "
		     "4 KiB", (long long)value.number);
		diag_fix("write %s", type_write_number(TYPE_SIZE,
				(value.number + 4095) / 4096 * 4096));
	}
}

static const char *const image_keys[] = { "memory", "name", "platform" };

static void
check_image_keys(const struct item *table)
{
	struct item_keys keys = item_keys(table);
	size_t i, j;

	if (keys.elements_count != 0 || keys.strange != NULL)
		diag(E0201, item_where(table), "image",
		     "a value without a setting's name");
	for (i = 0; i < keys.names_count; i++) {
		const struct scan_key *key = NULL;
		const char *nearest;

		for (j = 0; j < countof(image_keys); j++)
			if (text_equal(keys.names[i], image_keys[j]))
				break;
		if (j < countof(image_keys))
			continue;
		if (table->constructor != NULL)
			key = scan_key(table->constructor, keys.names[i],
				       strlen(keys.names[i]));
		diag(E0201, script_where(table->script,
					 key != NULL ? key->key : table->token),
		     arena_printf("image.%s", keys.names[i]),
		     "image has no such setting; it has name, platform and "
		     "memory");
		nearest = text_nearest(keys.names[i], image_keys,
				       countof(image_keys));
		if (nearest != NULL)
			diag_fix("write %s", nearest);
	}
}

static int
word_image(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct image *image = &evaluation->build->image;
	size_t call = script_token(script), i;
	struct item table, field;

	lua_settop(L, 1);
	table = item_at(script, 1, scan_call_argument(script->scan, call, 0));
	if (evaluation->has_image) {
		diag(E0108, where_of(evaluation, call), "image",
		     "used a second time");
		diag_also(where_of(evaluation, evaluation->image_token),
			  "first used here");
		return 0;
	}
	evaluation->has_image = true;
	evaluation->image_token = call;
	image->where = where_of(evaluation, call);
	if (lua_type(L, 1) != LUA_TTABLE) {
		if (!script_is_poison(L, 1))
			diag(E0202, image->where, "image",
			     "image is given %s; it takes a table",
			     found(&table));
		return 0;
	}
	check_image_keys(&table);
	if (item_field(&table, "name", &field))
		take_image_name(image, &field);
	if (item_field(&table, "platform", &field))
		take_image_platform(evaluation, &field);
	if (item_field(&table, "memory", &field))
		take_image_memory(evaluation, &field);
	for (i = 0; i < countof(image_keys); i++)
		if (!item_field(&table, image_keys[i], &field)) {
			diag(E0204, image->where,
			     arena_printf("image.%s", image_keys[i]),
			     "%s must be given", image_keys[i]);
			diag_fix("add %s = ...", image_keys[i]);
		}
	return 0;
}

/* ---- Globals ---------------------------------------------------------------------------------- */

/* Words of Lua that are not here: why, and what there is instead. */
static const struct {
	const char *name, *why, *instead;
} not_here[] = {
	{ "string", "Lua's own library is not here", "use text" },
	{ "table", "Lua's own library is not here", "use list" },
	{ "math", "Lua's own library is not here",
	  "integers have // % << and >>" },
	{ "next", "a table has no order but that of pairs", "use pairs" },
	{ "print", "a configuration prints nothing",
	  "unicc config CONFIG.lua prints every value" },
	{ "os", "nothing outside of the configuration can be read", NULL },
	{ "io", "nothing outside of the configuration can be read", NULL },
	{ "require", "nothing outside of the configuration can be read", NULL },
	{ "dofile", "nothing outside of the configuration can be read", NULL },
	{ "loadfile", "nothing outside of the configuration can be read",
	  NULL },
	{ "load", "nothing is compiled while evaluating", NULL },
	{ "setmetatable", "tables are plain here", NULL },
	{ "getmetatable", "tables are plain here", NULL },
	{ "coroutine", "a configuration runs from top to bottom", NULL },
};

static void
unknown_name(struct evaluation *evaluation, const char *name, size_t token)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	const struct scan *scan = evaluation->script->scan;
	size_t count = catalogue->modules.count + catalogue->words_count +
		       scan->assignments.count + 2, i, at = 0;
	const char **names = arena_alloc(count, sizeof *names);
	const char *nearest;

	for (i = 0; i < countof(not_here); i++)
		if (text_equal(name, not_here[i].name)) {
			diag(E0104, where_of(evaluation, token), name, "%s",
			     not_here[i].why);
			if (not_here[i].instead != NULL)
				diag_fix("%s", not_here[i].instead);
			return;
		}
	diag(E0104, where_of(evaluation, token), name,
	     "nothing has this name");
	for (i = 0; i < catalogue->modules.count; i++)
		names[at++] = catalogue->modules.at[i]->name;
	for (i = 0; i < catalogue->words_count; i++)
		names[at++] = catalogue->words[i].name;
	for (i = 0; i < scan->assignments.count; i++)
		names[at++] = scan->assignments.at[i].name;
	names[at++] = "image";
	names[at++] = "instance";
	nearest = text_nearest(name, names, at);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
	else if (scan_is(scan, token + 1, "{"))
		diag_fix("unicc modules lists what can be named");
}

/* A module's word, made and its module.lua read at first use. */
static bool
push_module(struct evaluation *evaluation, const char *name)
{
	lua_State *L = evaluation->script->state;
	struct module *module =
		catalogue_module(evaluation->build->catalogue, name);

	if (module == NULL || !module_is_named(module))
		return false;
	if (module->state == MODULE_BROKEN)
		script_push_poison(evaluation->script);
	else
		push_pointer(L, module, &module_kind);
	lua_pushvalue(L, -1);
	set_named(L, &words_key, name);
	return true;
}

/* Push the reference called name, which may be made further down. */
static void
push_reference(struct evaluation *evaluation, const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	struct reference *reference = named_pointer(L, &references_key, name);

	if (reference == NULL) {
		reference = arena_alloc(1, sizeof *reference);
		reference->name = name;
		reference->token = token;
		lua_pushlightuserdata(L, reference);
		set_named(L, &references_key, name);
	}
	push_pointer(L, reference, &reference_kind);
}

/* Reading a global. */
static int
global_get(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct binding *binding;
	const char *name;
	size_t token, assigned;

	if (lua_type(L, 2) != LUA_TSTRING)
		return luaL_error(L, "a name is a text");
	script_charge(script, 5);
	name = lua_tostring(L, 2);
	if (push_named(L, &words_key, name) != LUA_TNIL)
		return 1;
	if (push_named(L, &values_key, name) != LUA_TNIL) {
		binding = named_pointer(L, &bindings_key, name);
		binding->is_used = true;
		return 1;
	}
	name = arena_copy(name);
	token = scan_name_before(script->scan, script_token(script), name);
	if (push_module(evaluation, name))
		return 1;
	if (named_pointer(L, &references_key, name) != NULL ||
	    scan_is_assigned(script->scan, name, &assigned)) {
		push_reference(evaluation, name, token);
		return 1;
	}
	if (script_is_new(script, token, E0104))
		unknown_name(evaluation, name, token);
	script_push_poison(script);
	return 1;
}

static void
bind_value(struct evaluation *evaluation, const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	struct binding *binding = arena_alloc(1, sizeof *binding);

	binding->name = name;
	binding->token = token;
	*list_add(&evaluation->bindings) = binding;
	lua_pushlightuserdata(L, binding);
	set_named(L, &bindings_key, name);
	lua_pushvalue(L, 3);
	set_named(L, &values_key, name);
}

/* Assigning a global: arguments are the globals, the name, the value. */
static int
global_set(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct reference *reference;
	const char *name;
	size_t token;

	if (lua_type(L, 2) != LUA_TSTRING)
		return luaL_error(L, "a name is a text");
	script_charge(script, 50);
	name = arena_copy(lua_tostring(L, 2));
	token = scan_assignment_before(script->scan, script_token(script), name);
	reference = pointer_at(L, 3, &reference_kind);
	if (reference != NULL && reference->name != NULL &&
	    reference->instance != NULL &&
	    text_equal(reference->name, name))
		return 0;	/* www = instance("www", ...) */
	if (!is_free(evaluation, name, token)) {
		if (reference != NULL && reference->name == NULL)
			reference->name = name;
		return 0;
	}
	if (script_is_poison(L, 3)) {
		bind_value(evaluation, name, token);
		return 0;
	}
	if (lua_isnil(L, 3)) {
		diag(E0202, where_of(evaluation, token), name,
		     "nothing is assigned to it");
		return 0;
	}
	if (pointer_at(L, 3, &module_kind) != NULL) {
		const struct module *module = pointer_at(L, 3, &module_kind);

		diag(E0202, where_of(evaluation, token), name,
		     "the module %s itself is assigned, not an instance",
		     module->name);
		diag_fix("write %s = %s { ... }", name, module->name);
		return 0;
	}
	if (reference == NULL) {
		bind_value(evaluation, name, token);
	} else if (reference->name != NULL) {
		diag(E0105, where_of(evaluation, token), name,
		     "this instance is called %s already", reference->name);
		diag_fix("use %s", reference->name);
	} else if (check_name(evaluation, name, token)) {
		name_instance(evaluation, reference, name, token);
	} else {
		reference->name = name;
	}
	return 0;
}

/* ---- The end of the file --------------------------------------------------------------------------- */

static void
settle_wires(struct evaluation *evaluation)
{
	size_t i;

	for (i = 0; i < evaluation->wires.count; i++) {
		const struct wire *wire = &evaluation->wires.at[i];
		const struct reference *provider = wire->provider;

		if (provider->instance != NULL)
			wire->instance->wanted_wires[wire->slot] =
				provider->instance;
		else if (!evaluation->script->is_poisoned)
			diag(E0202, where_of(evaluation, wire->token),
			     wire->subject, "%s is no instance; allowed is one "
			     "that provides %s", provider->name,
			     wire->instance->module->requires.at[wire->slot]
				     .interface);
	}
}

static void
report_unused(struct evaluation *evaluation)
{
	size_t i;

	for (i = 0; i < evaluation->made.count; i++) {
		const struct reference *reference = evaluation->made.at[i];
		const char *module = reference->instance->module->name;

		if (reference->name != NULL)
			continue;
		diag(E0107, where_of(evaluation, reference->token), module,
		     "an instance needs a name");
		diag_fix("write NAME = %s { ... }, or instance(\"NAME\", %s "
			 "{ ... })", module, module);
	}
	for (i = 0; i < evaluation->bindings.count; i++) {
		const struct binding *binding = evaluation->bindings.at[i];

		if (!binding->is_used && !evaluation->script->is_poisoned) {
			diag(E0110, where_of(evaluation, binding->token),
			     binding->name, "nothing uses this value");
			diag_fix("remove it, or use it");
		}
	}
}

static void
finish(struct evaluation *evaluation)
{
	settle_wires(evaluation);
	report_unused(evaluation);
	if (!evaluation->has_image && !evaluation->script->is_poisoned) {
		diag(E0108, (struct where){ evaluation->script->file, 0, 0 },
		     "image", "the configuration does not say which image");
		diag_fix("add image { name = \"NAME\", platform = "
			 "\"qemu.microvm\", memory = 4 * MiB }");
	}
}

/* ---- Running it ------------------------------------------------------------------------------------- */

static void
make_kind(lua_State *L, const char *kind, lua_CFunction index,
	  lua_CFunction call)
{
	lua_newtable(L);
	lua_pushcfunction(L, index);
	lua_setfield(L, -2, "__index");
	if (call != NULL) {
		lua_pushcfunction(L, call);
		lua_setfield(L, -2, "__call");
	}
	lua_rawsetp(L, LUA_REGISTRYINDEX, kind);
}

static void
make_words(struct evaluation *evaluation)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	lua_State *L = evaluation->script->state;
	size_t i;

	lua_newtable(L);
	script_push_words(evaluation->script);
	lua_pushcfunction(L, word_image);
	lua_setfield(L, -2, "image");
	lua_pushcfunction(L, word_instance);
	lua_setfield(L, -2, "instance");
	for (i = 0; i < catalogue->words_count; i++) {
		lua_pushinteger(L, catalogue->words[i].number);
		lua_setfield(L, -2, catalogue->words[i].name);
	}
	for (i = 0; i < catalogue->modules.count; i++) {
		const struct module *module = catalogue->modules.at[i];

		if (lua_getfield(L, -1, module->name) != LUA_TNIL)
			diag(E0501, module->where, module->name,
			     "a module of this name cannot be used: it is a "
			     "word of unicc");
		lua_pop(L, 1);
	}
	lua_rawsetp(L, LUA_REGISTRYINDEX, &words_key);
}

static void
report_return(struct evaluation *evaluation)
{
	const struct scan *scan = evaluation->script->scan;
	size_t token = scan->tokens.count;

	while (token != 0 && !scan_is(scan, token - 1, "return"))
		token--;
	diag(E0110, where_of(evaluation, token - 1), "return",
	     "nothing uses what a configuration returns");
	diag_fix("remove it");
}

static int
run_configuration(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	static const char *const tables[] = { &values_key, &bindings_key,
					      &references_key };
	size_t i;

	for (i = 0; i < countof(tables); i++) {
		lua_newtable(L);
		lua_rawsetp(L, LUA_REGISTRYINDEX, tables[i]);
	}
	make_kind(L, &reference_kind, reference_index, NULL);
	make_kind(L, &module_kind, module_index, call_module);
	make_words(evaluation);
	lua_newtable(L);
	lua_newtable(L);
	lua_pushcfunction(L, global_get);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, global_set);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	script_load(evaluation->script, lua_gettop(L));
	lua_call(L, 0, 1);
	if (!lua_isnil(L, -1))
		report_return(evaluation);
	return 0;
}

void
evaluate(struct build *build)
{
	struct evaluation evaluation = { .build = build };
	const char *folder = host_folder_of(build->config_path);

	/* The repository itself is no folder of the user's modules. */
	if (!host_exists(host_join(folder, "build.lua")))
		catalogue_add_folder(build->catalogue, folder, folder, true);
	evaluation.script = script_open(build->config_path, build->config_path);
	if (evaluation.script == NULL)
		return;
	evaluation.script->owner = &evaluation;
	if (script_protect(evaluation.script, run_configuration))
		finish(&evaluation);
	script_close(evaluation.script);
	if (build->instances.count != 0)
		qsort(build->instances.at, build->instances.count,
		      sizeof *build->instances.at, instance_order);
}
