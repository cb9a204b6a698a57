/* SPDX-License-Identifier: ISC */
/*
 * Evaluate, one instance: the table given to a module, key by key. Whatever
 * is not understood is an error at the key's or the value's own place.
 */
#include <string.h>

#include "catalogue.h"
#include "evaluate.h"
#include "type.h"

const char *
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
		reference_at(L, field->index);
	const struct module *module = module_at(L, field->index);

	if (provider != NULL) {
		*list_add(&evaluation->wires) = (struct wire){
			instance, slot, provider, field->token, subject };
		instance->wire_origins[slot] = (struct origin){
			ORIGIN_CONFIG, item_key_where(field), NULL };
		return;
	}
	if (script_is_poison(L, field->index))
		return;
	if (requirement->is_optional &&
	    lua_type(L, field->index) == LUA_TBOOLEAN &&
	    !lua_toboolean(L, field->index)) {
		/* No provider, although there might be one: resolve sees an
		 * origin without an instance. */
		instance->wire_origins[slot] = (struct origin){
			ORIGIN_CONFIG, item_key_where(field), NULL };
		return;
	}
	diag(E0202, item_where(field), subject,
	     "found %s; allowed is an instance that provides %s%s",
	     value_found(field), requirement->interface,
	     requirement->is_optional ? ", or false for none" : "");
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

bool
refuse_unknown(const struct instance *instance, const struct item *table,
	       const struct item_keys *keys, const char *subject)
{
	const struct module *module = instance->module;
	bool is_good = true;
	size_t i, j;

	for (i = 0; i < keys->empty_count; i++) {
		const char *key = keys->empty[i];

		for (j = 0; j < module->requires.count; j++)
			if (text_equal(module->requires.at[j].slot, key))
				break;
		if (j != module->requires.count ||
		    module_setting_index(module, key) != module->settings.count)
			continue;
		unknown_setting(instance, table, key, subject);
		is_good = false;
	}
	return is_good;
}

/* A part that is an option, unchanged, comes from the option; one that is
 * written as a call comes from that function too. */
static void
refine_origin(const struct type_blame *blame, const struct item *part,
	      struct origin *origin)
{
	if (!option_origin(blame->owner, part, origin))
		origin->by = call_written(blame->owner, part);
}

struct type_blame
blame_user(struct evaluation *evaluation, const char *subject)
{
	return (struct type_blame){ .subject = subject,
				    .refine = refine_origin,
				    .owner = evaluation };
}

void
take_setting(const struct setting *setting, const struct item *field,
	     const struct type_blame *blame, const struct module *module,
	     struct value *value, struct origin *origin)
{
	if (!take_sealed(field, module, setting, blame->subject, value)) {
		type_accept_part(setting, field, blame, value, origin);
		return;
	}
	*origin = (struct origin){ ORIGIN_CONFIG, item_key_where(field), NULL };
}

void
read_setting(struct evaluation *evaluation, struct instance *instance,
	     const struct item *table, const char *key, const char *name)
{
	const struct module *module = instance->module;
	const char *subject = arena_printf("%s.%s", name, key);
	struct type_blame blame = blame_user(evaluation, subject);
	struct item field;
	size_t i;

	if (!item_field(table, key, &field))
		return;
	for (i = 0; i < module->settings.count; i++)
		if (text_equal(module->settings.at[i].name, key)) {
			take_setting(&module->settings.at[i], &field, &blame,
				     module, &instance->values[i],
				     &instance->origins[i]);
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

void
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
		read_setting(evaluation, instance, table, keys.names[i],
			     subject);
	refuse_unknown(instance, table, &keys, subject);
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
