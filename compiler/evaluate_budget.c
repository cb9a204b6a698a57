/* SPDX-License-Identifier: ISC */
/* Evaluate, image { budget = { ... } }: what the image may take at most. */
#include <string.h>

#include "evaluate.h"
#include "type.h"

const char *const budget_names[BUDGETS] = {
	"text", "constants", "data", "file", "memory",
};

static size_t
index_of(const char *name)
{
	size_t i;

	for (i = 0; i < BUDGETS; i++)
		if (text_equal(budget_names[i], name))
			break;
	return i;
}

static void
unknown_name(const struct item *table, const char *name)
{
	const char *nearest;

	diag(E0201, item_name_where(table, name),
	     arena_printf("image.budget.%s", name),
	     "there is no such budget; there are text, constants, data, file "
	     "and memory");
	nearest = text_nearest(name, budget_names, BUDGETS);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
}

static void
take_one(struct evaluation *evaluation, const struct item *table,
	 const char *name)
{
	struct setting setting = { .name = name, .type = TYPE_SIZE,
				   .min = 0, .max = INT64_MAX };
	struct type_blame blame = {
		.subject = arena_printf("image.budget.%s", name),
	};
	size_t index = index_of(name);
	struct budget *budget;
	struct value value = { 0 };
	struct item field;

	if (index == BUDGETS) {
		unknown_name(table, name);
		return;
	}
	budget = &evaluation->build->image.budgets[index];
	if (!item_field(table, name, &field))
		return;		/* nil: no budget */
	budget->origin = (struct origin){ ORIGIN_CONFIG,
					  item_key_where(&field), NULL };
	option_origin(evaluation, &field, &budget->origin);
	if (type_accept(&setting, &field, &blame, &value)) {
		budget->is_set = true;
		budget->bytes = value.number;
	}
	lua_pop(table->script->state, 1);
}

void
take_budget(struct evaluation *evaluation, const struct item *field)
{
	lua_State *L = field->script->state;
	struct item_keys keys;
	const char *name;
	size_t i;

	if (script_is_poison(L, field->index))
		return;
	if (lua_type(L, field->index) != LUA_TTABLE) {
		diag(E0202, item_where(field), "image.budget",
		     "found %s; allowed is a table of sizes", item_found(field));
		diag_fix("write budget = { file = 64 * KiB }");
		return;
	}
	keys = item_keys(field);
	if (keys.elements_count != 0 || keys.strange != NULL)
		diag(E0201, item_where(field), "image.budget",
		     "a size without a name");
	for (i = 0; (name = item_keys_name(&keys, i)) != NULL; i++)
		take_one(evaluation, field, name);
}
