/* SPDX-License-Identifier: ISC */
/*
 * Evaluate, override(INSTANCE, { ... }): other values for what an instance was
 * given. It replaces only what is set there, and nothing twice, so that no
 * value is lost unseen; of a record, field by field. All are applied at the end: order means nothing.
 */
#include <string.h>

#include "catalogue.h"
#include "evaluate.h"

int
word_override(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	size_t call = script_token(script);
	struct reference *reference;
	struct override *override;

	script_charge(script, 50);
	lua_settop(L, 2);
	reference = reference_at(L, 1);
	/* Its name is its module's, and it may be made further down. */
	if (module_at(L, 1) != NULL &&
	    text_equal(module_at(L, 1)->name, "kernel"))
		reference = reference_named(evaluation, "kernel", call);
	if (script_is_poison(L, 1) || script_is_poison(L, 2))
		return 0;
	if (reference == NULL || lua_type(L, 2) != LUA_TTABLE) {
		diag(E0202, where_of(evaluation, call), "override",
		     "it takes an instance and a table");
		diag_fix("write override(NAME, { SETTING = VALUE })");
		return 0;
	}
	override = list_add(&evaluation->overrides);
	override->reference = reference;
	override->token = call;
	override->table = luaL_ref(L, LUA_REGISTRYINDEX);
	return 0;
}

/* The "{" in override(NAME, { ... }); the call where it is not written so. */
static size_t
table_token(const struct scan *scan, size_t call)
{
	return scan_is(scan, call + 1, "(") && scan_is(scan, call + 3, ",")
		       ? call + 4
		       : call;
}

/* Forget the wire that is replaced. */
static void
forget_wire(struct evaluation *evaluation, const struct instance *instance,
	    size_t slot)
{
	size_t i, kept = 0;

	for (i = 0; i < evaluation->wires.count; i++) {
		const struct wire *wire = &evaluation->wires.at[i];

		if (wire->instance != instance || wire->slot != slot)
			evaluation->wires.at[kept++] = *wire;
	}
	evaluation->wires.count = kept;
}

/* What one key of an override's table is about. */
struct replacing {
	struct evaluation *evaluation;
	const struct instance *instance;
	const char *key;
	const char *subject;	/* "ip.address", "app.admin.port" */
	struct where where;	/* of the key */
};

static struct replacing
replacing_key(struct evaluation *evaluation, const struct instance *instance,
	      const struct item *table, const char *key, const char *subject)
{
	const struct scan_key *at = table->constructor == NULL
		? NULL : scan_key(table->constructor, key, strlen(key));

	return (struct replacing){
		evaluation, instance, key,
		arena_printf("%s.%s", subject, key),
		where_of(evaluation, at == NULL ? table->token : at->key),
	};
}

/* May what has this origin be replaced? Then note that it is. */
static bool
may_replace(const struct replacing *replacing, const struct origin *origin,
	    struct origin *replaced)
{
	if (replaced->kind != ORIGIN_NONE) {
		diag(E0105, replacing->where, replacing->subject,
		     "overridden a second time");
		diag_also(origin->where, "first overridden here");
		diag_fix("keep one of the two");
		return false;
	}
	if (origin->kind == ORIGIN_NONE || origin->kind == ORIGIN_DEFAULT) {
		diag(E0118, replacing->where, replacing->subject,
		     "it is not set there: an override replaces a value that "
		     "is");
		diag_also(replacing->instance->origin.where,
			  "%s is made here", replacing->instance->name);
		diag_fix("set %s there", replacing->key);
		return false;
	}
	*replaced = *origin;
	return true;
}

/* What is set stays: nil written out says something else. */
static void
refuse_nil(struct evaluation *evaluation, const struct item *table,
	   const struct item_keys *keys, const char *subject)
{
	const struct scan *scan = evaluation->script->scan;
	size_t i;

	for (i = 0; i < keys->empty_count; i++) {
		const struct scan_key *at = scan_key(table->constructor,
			keys->empty[i], strlen(keys->empty[i]));

		if (at == NULL || !scan_is(scan, at->value, "nil"))
			continue;
		diag(E0118, where_of(evaluation, at->key),
		     arena_printf("%s.%s", subject, keys->empty[i]),
		     "nil replaces nothing: what is set there stays");
		diag_fix("remove it here, or there");
	}
}

/* Of a record that is set, the fields that are written; its others stay. */
static void
replace_value(const struct replacing *replacing, const struct setting *setting,
	      const struct item *item, struct value *value,
	      struct origin *origin, struct origin *replaced)
{
	struct evaluation *evaluation = replacing->evaluation;
	struct type_blame blame = blame_user(evaluation, replacing->subject);
	struct item_keys keys;
	size_t i;

	if (setting->type != TYPE_RECORD || origin->kind != ORIGIN_CONFIG ||
	    value->items == NULL) {
		if (may_replace(replacing, origin, replaced))
			take_setting(setting, item, &blame,
				     replacing->instance->module, value,
				     origin);
		return;
	}
	if (!type_accept_keys(setting, item, &blame))
		return;
	keys = item_keys(item);
	refuse_nil(evaluation, item, &keys, replacing->subject);
	for (i = 0; i < keys.names_count; i++) {
		size_t at = type_field_index(setting, keys.names[i]);
		struct replacing field = replacing_key(evaluation,
			replacing->instance, item, keys.names[i],
			replacing->subject);
		struct item part;

		item_field(item, keys.names[i], &part);
		replace_value(&field, &setting->fields.at[at], &part,
			      &value->items[at], &value->origins[at],
			      &value->replaced[at]);
		lua_pop(evaluation->script->state, 1);
	}
}

static void
replace_wire(const struct replacing *replacing, struct instance *instance,
	     const struct item *table, size_t slot)
{
	if (!may_replace(replacing, &instance->wire_origins[slot],
			 &instance->replaced_wires[slot]))
		return;
	forget_wire(replacing->evaluation, instance, slot);
	read_setting(replacing->evaluation, instance, table, replacing->key,
		     instance->name);
}

/* What is asked of a variant is another value, whatever there was; false, for
 * what is no flag, is none. */
static void
vary(struct evaluation *evaluation, struct instance *instance,
     const struct item *table, const char *key)
{
	const struct module *module = instance->module;
	size_t index = module_setting_index(module, key), i;
	struct item field;
	bool is_none;

	for (i = 0; i < module->requires.count; i++)
		if (text_equal(module->requires.at[i].slot, key))
			forget_wire(evaluation, instance, i);
	if (index < module->settings.count &&
	    module->settings.at[index].is_optional &&
	    module->settings.at[index].type != TYPE_FLAG &&
	    item_field(table, key, &field)) {
		is_none = lua_isboolean(table->script->state, field.index);
		lua_pop(table->script->state, 1);
		if (is_none) {
			instance->values[index] = (struct value){
				.type = module->settings.at[index].type };
			instance->origins[index].kind = ORIGIN_NONE;
			return;
		}
	}
	read_setting(evaluation, instance, table, key, instance->name);
}

static void
replace(struct evaluation *evaluation, struct instance *instance,
	const struct item *table, const char *key)
{
	const struct module *module = instance->module;
	struct replacing replacing = replacing_key(evaluation, instance, table,
						   key, instance->name);
	struct item item;
	size_t i;

	if (is_appended(evaluation, table->token)) {
		vary(evaluation, instance, table, key);
		return;
	}
	for (i = 0; i < module->settings.count; i++)
		if (text_equal(module->settings.at[i].name, key)) {
			item_field(table, key, &item);
			replace_value(&replacing, &module->settings.at[i],
				      &item, &instance->values[i],
				      &instance->origins[i],
				      &instance->replaced[i]);
			lua_pop(evaluation->script->state, 1);
			return;
		}
	for (i = 0; i < module->requires.count; i++)
		if (text_equal(module->requires.at[i].slot, key)) {
			replace_wire(&replacing, instance, table, i);
			return;
		}
	/* Says that there is no such setting. */
	read_setting(evaluation, instance, table, key, instance->name);
}

void
apply_overrides(struct evaluation *evaluation)
{
	struct script *script = evaluation->script;
	lua_State *L = script->state;
	size_t i, j;

	for (i = 0; i < evaluation->overrides.count; i++) {
		const struct override *override =
			&evaluation->overrides.at[i];
		struct instance *instance = override->reference->instance;
		struct item table;
		struct item_keys keys;

		if (instance == NULL || instance->name == NULL) {
			if (!script->is_poisoned)
				diag(E0202, where_of(evaluation,
						     override->token),
				     "override", "there is no such instance");
			continue;
		}
		lua_rawgeti(L, LUA_REGISTRYINDEX, override->table);
		table = item_at(script, -1,
				table_token(script->scan, override->token));
		keys = item_keys(&table);
		if (keys.elements_count != 0 || keys.strange != NULL)
			diag(E0201, item_where(&table), instance->name,
			     "a value without a setting's name");
		for (j = 0; j < keys.names_count; j++)
			replace(evaluation, instance, &table, keys.names[j]);
		if (refuse_unknown(instance, &table, &keys, instance->name) &&
		    !is_appended(evaluation, table.token))
			refuse_nil(evaluation, &table, &keys, instance->name);
		lua_pop(L, 1);
	}
}
