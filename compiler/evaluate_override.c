/* SPDX-License-Identifier: ISC */
/*
 * Evaluate, override(INSTANCE, { ... }): other values for what an instance was
 * given. It replaces only what is set there, and nothing twice, so that no
 * value is lost unseen. All are applied at the end: order means nothing.
 */
#include <string.h>

#include "evaluate.h"

int
word_override(lua_State *L)
{
	struct evaluation *evaluation = script_of(L)->owner;
	struct script *script = evaluation->script;
	size_t call = script_token(script);
	struct reference *reference;
	struct override *override;

	script_charge(script, 50);
	lua_settop(L, 2);
	reference = reference_at(L, 1);
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

/* What a key of the table replaces: where its origin stands, and where the one
 * that is replaced is kept. False: the module has no such setting. */
static bool
find_origin(const struct instance *instance, const char *key,
	    const struct origin **origin, struct origin **replaced)
{
	const struct module *module = instance->module;
	size_t i;

	for (i = 0; i < module->settings.count; i++)
		if (text_equal(module->settings.at[i].name, key)) {
			*origin = &instance->origins[i];
			*replaced = &instance->replaced[i];
			return true;
		}
	for (i = 0; i < module->requires.count; i++)
		if (text_equal(module->requires.at[i].slot, key)) {
			*origin = &instance->wire_origins[i];
			*replaced = &instance->replaced_wires[i];
			return true;
		}
	return false;
}

/* Forget the wire that is replaced, if key is one. */
static void
forget_wire(struct evaluation *evaluation, const struct instance *instance,
	    const char *key)
{
	size_t i, kept = 0;

	for (i = 0; i < evaluation->wires.count; i++) {
		const struct wire *wire = &evaluation->wires.at[i];

		if (wire->instance != instance ||
		    !text_equal(instance->module->requires.at[wire->slot].slot,
				key))
			evaluation->wires.at[kept++] = *wire;
	}
	evaluation->wires.count = kept;
}

static void
replace(struct evaluation *evaluation, struct instance *instance,
	const struct item *table, const char *key)
{
	const struct scan_key *at = table->constructor == NULL
		? NULL : scan_key(table->constructor, key, strlen(key));
	struct where where = where_of(evaluation,
				      at == NULL ? table->token : at->key);
	const char *subject = arena_printf("%s.%s", instance->name, key);
	const struct origin *origin;
	struct origin *replaced;

	if (find_origin(instance, key, &origin, &replaced)) {
		if (replaced->kind != ORIGIN_NONE) {
			diag(E0105, where, subject, "overridden a second time");
			diag_also(origin->where, "first overridden here");
			return;
		}
		if (origin->kind == ORIGIN_NONE ||
		    origin->kind == ORIGIN_DEFAULT) {
			diag(E0118, where, subject,
			     "it is not set there: an override replaces a "
			     "value that is");
			diag_also(instance->origin.where, "%s is made here",
				  instance->name);
			diag_fix("set %s there", key);
			return;
		}
		*replaced = *origin;
		forget_wire(evaluation, instance, key);
	}
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
		lua_pop(L, 1);
	}
}
