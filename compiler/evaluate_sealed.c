/* SPDX-License-Identifier: ISC */
/*
 * Evaluate, SETTING = sealed(VALUE): a value that lies in a slot of the image
 * and can be replaced after the build; sealed() has none yet.
 *
 * It is a value that nothing can be done with. So that nothing is done with it
 * unseen, as a comparison would be, it stands alone in the table of settings:
 * all else is refused (E0801).
 */
#include <string.h>

#include "catalogue.h"
#include "evaluate.h"
#include "instance.h"
#include "layout.h"
#include "type_text.h"

/* In the Lua registry: the metatable of all that sealed() returns. */
static const char sealed_kind;

struct sealed {
	size_t token;		/* of the call */
	bool has_value;
	bool is_taken;		/* by a setting */
};

static struct sealed *
sealed_at(lua_State *L, int index)
{
	bool is_kind;

	if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index))
		return NULL;
	lua_rawgetp(L, LUA_REGISTRYINDEX, &sealed_kind);
	is_kind = lua_rawequal(L, -1, -2);
	lua_pop(L, 2);
	return is_kind ? *(struct sealed **)lua_touserdata(L, index) : NULL;
}

/* Whatever is done with one: an operator, a call, an index. */
static int
compute(lua_State *L)
{
	struct script *script = script_of(L);
	size_t token = script_token(script);

	if (script_is_new(script, token, E0801)) {
		diag(E0801, script_where(script, token), "sealed",
		     "nothing can be computed from a sealed value: it is "
		     "replaced after the build");
		diag_fix("write SETTING = sealed(VALUE), and nothing more");
	}
	script_push_poison(script);
	return 1;
}

static void
push_kind(lua_State *L)
{
	static const char *const operators[] = {
		"__add", "__sub", "__mul", "__div", "__idiv", "__mod", "__pow",
		"__unm", "__band", "__bor", "__bxor", "__bnot", "__shl",
		"__shr", "__concat", "__len", "__eq", "__lt", "__le",
		"__index", "__call",
	};
	size_t i;

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &sealed_kind) != LUA_TNIL)
		return;
	lua_pop(L, 1);
	lua_newtable(L);
	for (i = 0; i < countof(operators); i++) {
		lua_pushcfunction(L, compute);
		lua_setfield(L, -2, operators[i]);
	}
	lua_pushstring(L, "sealed value");
	lua_setfield(L, -2, "__name");
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &sealed_kind);
}

/* SETTING = sealed(...) with nothing before it or behind. */
static bool
stands_alone(const struct scan *scan, size_t call)
{
	size_t end = call + 1;

	if (call == 0 || !scan_is(scan, call - 1, "="))
		return false;
	if (scan_is(scan, end, "(") || scan_is(scan, end, "{"))
		end = scan->tokens.at[end].partner;
	return scan_is(scan, end + 1, ",") || scan_is(scan, end + 1, ";") ||
	       scan_is(scan, end + 1, "}");
}

int
word_sealed(lua_State *L)
{
	struct script *script = script_of(L);
	struct evaluation *evaluation = script->owner;
	size_t call = script_token(script);
	int count = lua_gettop(L);
	struct sealed *sealed;

	script_charge(script, 50);
	if (count > 1 || !stands_alone(script->scan, call)) {
		if (script_is_new(script, call, E0801)) {
			diag(E0801, script_where(script, call), "sealed",
			     count > 1 ? "it takes one value, or none yet"
				       : "a sealed value is a setting's whole "
					 "value");
			diag_fix("write SETTING = sealed(VALUE) in the table of "
				 "the instance");
		}
		script_push_poison(script);
		return 1;
	}
	if (count == 1 && script_is_poison(L, 1))
		return 1;
	lua_settop(L, 1);
	sealed = arena_alloc(1, sizeof *sealed);
	*sealed = (struct sealed){ call, count == 1, false };
	*list_add(&evaluation->sealed) = sealed;
	/* The value itself is the userdata's own value. */
	*(struct sealed **)lua_newuserdatauv(L, sizeof sealed, 1) = sealed;
	lua_pushvalue(L, 1);
	lua_setiuservalue(L, 2, 1);
	push_kind(L);
	lua_setmetatable(L, 2);
	return 1;
}

static void
refuse_frozen(const struct item *field, const struct module *module,
	      const struct setting *setting, const char *subject)
{
	size_t i;
	struct buffer names = { 0 };

	for (i = 0; i < module->settings.count; i++)
		if (module->settings.at[i].is_sealable)
			buffer_printf(&names, "%s%s",
				      names.size == 0 ? "" : ", ",
				      module->settings.at[i].name);
	diag(E0801, item_where(field), subject,
	     "%s is frozen only: %s is made for its value at build time%s%s",
	     setting->name, module->name,
	     names.size == 0 ? "" : "; it can seal ",
	     names.size == 0 ? "" : names.at);
	diag_fix("write the value without sealed()");
}

bool
take_sealed(const struct item *field, const struct module *module,
	    const struct setting *setting, const char *subject,
	    struct value *value)
{
	lua_State *L = field->script->state;
	struct sealed *sealed = sealed_at(L, field->index);
	struct type_blame blame = { .subject = subject };
	struct item argument;
	bool is_good;

	if (sealed == NULL)
		return false;
	sealed->is_taken = true;
	if (!scan_is(field->script->scan, field->token, "sealed")) {
		diag(E0801, item_where(field), subject,
		     "a sealed value is taken from elsewhere");
		diag_also(script_where(field->script, sealed->token),
			  "it stands here");
		diag_fix("write %s = sealed(VALUE) in the table of the "
			 "instance", setting->name);
		return true;
	}
	if (!setting->is_sealable && setting->type != TYPE_SECRET) {
		refuse_frozen(field, module, setting, subject);
		return true;
	}
	*value = (struct value){ .type = setting->type, .is_sealed = true };
	if (!sealed->has_value)
		return true;
	lua_getiuservalue(L, field->index, 1);
	argument = item_at(field->script, lua_gettop(L),
			   scan_is(field->script->scan, sealed->token + 1, "(")
				   ? sealed->token + 2 : sealed->token + 1);
	is_good = type_accept(setting, &argument, &blame, value);
	lua_pop(L, 1);
	value->is_sealed = true;
	value->is_filled = is_good;
	return true;
}

void
report_sealed(const struct evaluation *evaluation)
{
	size_t i;

	for (i = 0; i < evaluation->sealed.count; i++)
		if (!evaluation->sealed.at[i]->is_taken) {
			diag(E0801, where_of(evaluation,
					     evaluation->sealed.at[i]->token),
			     "sealed", "no setting takes this value");
			diag_fix("write SETTING = sealed(VALUE) in the table "
				 "of the instance");
		}
}

/* ---- --set INSTANCE.SETTING=VALUE, image.layout_seed=SEED --------------- */

static const char seed_name[] = "image.layout_seed";

static void
take_given(const struct evaluation *evaluation, struct instance *instance,
	   size_t index, const struct given *given)
{
	const struct setting *setting = &instance->module->settings.at[index];
	const struct type_text text = {
		evaluation->build->catalogue, evaluation->script,
		{ .subject = given->name }, given->where,
	};
	struct value *value = &instance->values[index];

	if (setting->type == TYPE_SECRET) {
		diag(E0209, given->where, given->name,
		     "a secret stands on no command line");
		diag_fix("unicc seal IMAGE --set-file %s=FILE fills it in",
			 given->name);
		return;
	}
	if (!value->is_sealed) {
		diag(E0802, given->where, given->name,
		     "it is frozen: only what is sealed can be given so");
		diag_fix(setting->is_sealable
				 ? "write %s = sealed(...) in %s"
				 : "change %s in %s",
			 setting->name, evaluation->build->config_path);
		return;
	}
	if (instance->replaced[index].kind == ORIGIN_NONE)
		instance->replaced[index] = instance->origins[index];
	instance->origins[index] =
		(struct origin){ ORIGIN_CONFIG, given->where, NULL };
	value->is_filled = type_accept_text(&text, setting, given->text, value);
}

static void
report_unknown(const struct build *build, const struct given *given)
{
	LIST(const char *) names = { 0 };
	const char *nearest;
	size_t i, j;

	if (build->image.layout_seed != NULL)
		*list_add(&names) = seed_name;
	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->settings.count; j++)
			if (instance->values[j].is_sealed)
				*list_add(&names) = arena_printf(
					"%s.%s", instance->name,
					instance->module->settings.at[j].name);
	}
	diag(E0802, given->where, given->name, "%s has no such value",
	     build->config_path);
	nearest = text_nearest(given->name, names.at, names.count);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
}

/* A machine's layout is its own as what is sealed is. */
static void
take_given_seed(const struct evaluation *evaluation, const struct given *given)
{
	struct image *image = &evaluation->build->image;
	const struct type_text text = {
		evaluation->build->catalogue, evaluation->script,
		{ .subject = given->name }, given->where,
	};
	struct value value = { 0 };

	if (image->layout_seed == NULL && diag_count() == 0) {
		diag(E0110, given->where, given->name,
		     "a fixed layout has no seed");
		diag_fix("write layout = \"unique\" and a layout_seed in %s",
			 evaluation->build->config_path);
	} else if (type_accept_text(&text, &layout_seed, given->text, &value)) {
		image->layout_seed = value.text;
		image->layout_origin =
			(struct origin){ ORIGIN_CONFIG, given->where, NULL };
	}
}

void
apply_given(const struct evaluation *evaluation)
{
	struct build *build = evaluation->build;
	size_t i, index;

	for (i = 0; i < build->given.count; i++) {
		struct given *given = &build->given.at[i];
		const char *dot = strchr(given->name, '.');
		struct instance *instance;

		if (dot == NULL)
			continue;	/* an option's name has none */
		given->is_used = true;
		if (text_equal(given->name, seed_name)) {
			take_given_seed(evaluation, given);
			continue;
		}
		instance = instance_named(build, given->name,
					 (size_t)(dot - given->name));
		index = instance == NULL ? 0
			: module_setting_index(instance->module, dot + 1);
		if (instance == NULL ||
		    index == instance->module->settings.count)
			report_unknown(build, given);
		else
			take_given(evaluation, instance, index, given);
	}
}
