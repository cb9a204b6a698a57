/* SPDX-License-Identifier: ISC */
/* Variants, lines: what another value is in the words of a configuration. See
 * variant.h. */
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "type.h"
#include "variant.h"

/* ---- Lines ---------------------------------------------------------------------- */

/* One that is implied is written down for the purpose. */
static const char *
setting_lines(const struct instance *instance, const char *setting,
	      const char *value)
{
	if (text_equal(instance->module->name, "kernel"))
		return arena_printf("kernel { %s = %s }\n", setting, value);
	if (instance->origin.kind == ORIGIN_IMPLIED)
		return arena_printf("instance(\"%s\", %s { %s = %s })\n",
				    instance->name, instance->module->name,
				    setting, value);
	return arena_printf("override(%s, { %s = %s })\n", instance->name,
			    setting, value);
}

struct variant
variant_with(const struct build *build, const struct alternative *alternative)
{
	struct variant variant = {
		.config_path = build->config_path,
		.asked = build,
		.name = alternative->shown,
	};

	if (alternative->instance == NULL)
		variant.option = arena_printf("%s=%s",
					      alternative->setting->name,
					      alternative->value);
	else
		variant.lines = setting_lines(alternative->instance,
					      alternative->setting->name,
					      alternative->value);
	return variant;
}

bool
variant_with_two(struct variant *variant, const struct build *build,
		 const struct alternative *first,
		 const struct alternative *second)
{
	struct variant other = variant_with(build, second);

	*variant = variant_with(build, first);
	if (first->setting == second->setting &&
	    first->instance == second->instance)
		return false;
	if (variant->option != NULL && other.option != NULL)
		return false;
	if (other.option != NULL)
		variant->option = other.option;
	else if (variant->lines == NULL)
		variant->lines = other.lines;
	else
		variant->lines = arena_printf("%s%s", variant->lines,
					      other.lines);
	variant->name = arena_printf("%s, %s", first->shown, second->shown);
	return true;
}

/* ---- Values --------------------------------------------------------------------- */

/* As a text in the words of a configuration. */
static const char *
quote(const char *text)
{
	struct buffer out = { 0 };

	buffer_printf(&out, "\"");
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == '"' ||
		    *text == '\\' || *text == 0x7f)
			buffer_printf(&out, "\\%03u", (unsigned char)*text);
		else
			buffer_add(&out, text, 1);
	buffer_printf(&out, "\"");
	return buffer_keep(&out);
}

static bool
is_text(enum type type)
{
	return type == TYPE_TEXT || type == TYPE_CHOICE || type == TYPE_IPV4 ||
	       type == TYPE_IPV6 || type == TYPE_CIDR || type == TYPE_MAC ||
	       type == TYPE_FILE || type == TYPE_FILES;
}

static bool
is_loaded(lua_State *L, const char *text)
{
	bool is = luaL_loadbufferx(L, text, strlen(text), "value", "t") ==
		  LUA_OK;

	lua_settop(L, 0);
	return is;
}

/* One expression: it could close what it stands in, and say more. Two forms,
 * because each lets something pass that the other does not. */
static bool
is_expression(const char *value)
{
	lua_State *L = luaL_newstate();
	bool is;

	if (L == NULL)
		return false;
	is = is_loaded(L, arena_printf("return %s\n", value)) &&
	     is_loaded(L, arena_printf("return (%s\n)", value));
	lua_close(L);
	return is;
}

/* The value as it is to stand in a line, or NULL after diag(). */
static const char *
value_words(const char *word, const char *key, const char *value, bool is_plain)
{
	if (is_plain && value[0] != '"' && value[0] != '\'' &&
	    value[0] != '[' && !text_equal(value, "false") &&
	    !text_equal(value, "nil"))
		return quote(value);
	if (is_expression(value))
		return arena_printf("%s\n", value);
	diag(E0102, (struct where){ word, 0, 0 }, key,
	     "the value is to be one in the words of a configuration");
	diag_fix("write a number as 2 * MiB, a text as \"text\", in the quotes "
		 "of your shell");
	return NULL;
}

/* ---- Settings ------------------------------------------------------------------- */

static const struct instance *
find_instance(const struct build *build, const char *name)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (text_equal(build->instances.at[i]->name, name))
			return build->instances.at[i];
	return NULL;
}

static bool
unknown_instance(const struct build *build, const char *name)
{
	size_t count = build->instances.count, i;
	const char **names = arena_alloc(count + 2, sizeof *names), *nearest;

	for (i = 0; i < count; i++)
		names[i] = build->instances.at[i]->name;
	names[count] = "image";
	diag(E0202, (struct where){ build->config_path, 0, 0 }, name,
	     "there is no such instance");
	nearest = text_nearest(name, names, count + 1);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
	return false;
}

static bool
unknown_setting(const struct build *build, const char *key,
		const struct module *module, const char *name)
{
	size_t count = module->settings.count, i;
	const char **names = arena_alloc(count + module->requires.count + 1,
					 sizeof *names), *nearest;

	for (i = 0; i < count; i++)
		names[i] = module->settings.at[i].name;
	for (i = 0; i < module->requires.count; i++)
		names[count++] = module->requires.at[i].slot;
	diag(E0201, (struct where){ build->config_path, 0, 0 }, key,
	     "%s has no such setting", module->name);
	nearest = text_nearest(name, names, count);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
	else
		diag_fix("ask unicc doc %s", module->name);
	return false;
}

static bool
set_setting(struct variant *variant, const struct build *build,
	    const char *word, const char *key)
{
	const char *setting = strchr(key, '.') + 1, *value = word + strlen(key) + 1;
	const char *name = arena_copy_n(key, (size_t)(setting - 1 - key));
	const struct instance *instance = find_instance(build, name);
	const struct module *module;
	bool is_plain = false;
	size_t i;

	if (instance == NULL)
		return unknown_instance(build, name);
	module = instance->module;
	for (i = 0; i < module->requires.count; i++)
		if (text_equal(module->requires.at[i].slot, setting))
			goto known;
	for (i = 0; i < module->settings.count; i++)
		if (text_equal(module->settings.at[i].name, setting)) {
			is_plain = is_text(module->settings.at[i].type);
			goto known;
		}
	return unknown_setting(build, key, module, setting);
known:
	value = value_words(word, key, value, is_plain);
	if (value == NULL)
		return false;
	variant->lines = setting_lines(instance, setting, value);
	return true;
}

/* ---- The image -------------------------------------------------------------------- */

static bool
set_image(struct variant *variant, const struct build *build, const char *word,
	  const char *key)
{
	static const char *const names[] = { "layout", "layout_seed", "memory",
					     "name", "platform" };
	const char *name = key + strlen("image."), *nearest, *value;
	const char *seed = build->image.layout_seed;
	size_t i;

	for (i = 0; i < countof(names); i++)
		if (text_equal(names[i], name))
			break;
	if (i == countof(names)) {
		diag(E0201, (struct where){ build->config_path, 0, 0 }, key,
		     text_starts(name, "budget")
			     ? "a budget is a limit, and costs nothing"
			     : "image has no such setting");
		nearest = text_nearest(name, names, countof(names));
		if (nearest != NULL)
			diag_fix("write image.%s", nearest);
		else
			diag_fix("it has name, platform, memory, layout and "
				 "layout_seed");
		return false;
	}
	value = value_words(word, key, word + strlen(key) + 1,
			    !text_equal(name, "memory"));
	if (value == NULL)
		return false;
	variant->lines = arena_printf("image { %s = %s }\n", name, value);
	/* Each of the two needs the other. */
	if (text_equal(name, "layout_seed"))
		variant->lines = arena_printf("image { layout = \"unique\", "
					      "layout_seed = %s }\n", value);
	else if (text_equal(name, "layout") && !text_equal(value, "\"fixed\""))
		variant->lines = arena_printf("image { layout = %s, "
					      "layout_seed = %s }\n", value,
					      quote(seed == NULL ? "cost"
								 : seed));
	return true;
}

/* The text of an option, which may have the quotes that a setting's has. */
static const char *
option_word(const char *word, const char *key)
{
	const char *value = word + strlen(key) + 1;
	size_t size = strlen(value);

	if (size < 2 || value[0] != '"' || value[size - 1] != '"')
		return word;
	return arena_printf("%s=%s", key, arena_copy_n(value + 1, size - 2));
}

bool
variant_set(struct variant *variant, const struct build *build, const char *word)
{
	const char *key = arena_copy_n(word, strcspn(word, "="));

	variant->name = word;
	if (strchr(key, '.') == NULL)
		variant->option = option_word(word, key);
	else if (text_starts(key, "image."))
		return set_image(variant, build, word, key);
	else
		return set_setting(variant, build, word, key);
	return true;
}
