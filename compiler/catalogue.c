/* SPDX-License-Identifier: ISC */
/*
 * The catalogue: build.lua, and which modules there are.
 *
 * build.lua is data: global tables read once it has run. A module.lua is read
 * when its module is first asked for by name (module.c), so that a
 * configuration pays for what it names and is not stopped by what it does not.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "type.h"

/* ---- Reading declarations -------------------------------------------- */

void
declare_wrong(const struct item *item, const char *subject, const char *format,
	      ...)
{
	va_list args;

	if (script_is_poison(item->script->state, item->index))
		return;
	va_start(args, format);
	diag(E0501, item_where(item), subject, "%s",
	     arena_vprintf(format, args));
	va_end(args);
}

const char *
declare_text(const struct item *table, const char *key)
{
	struct item field;
	const char *text;

	if (!item_field(table, key, &field))
		return NULL;
	text = item_text(&field);
	if (text == NULL)
		declare_wrong(&field, key, "found %s; a text is meant",
			      item_found(&field));
	lua_pop(table->script->state, 1);
	return text;
}

bool
declare_flag(const struct item *table, const char *key)
{
	lua_State *L = table->script->state;
	struct item field;
	bool is_set;

	if (!item_field(table, key, &field))
		return false;
	if (lua_type(L, field.index) != LUA_TBOOLEAN)
		declare_wrong(&field, key, "found %s; true or false is meant",
			      item_found(&field));
	is_set = lua_toboolean(L, field.index) != 0;
	lua_pop(L, 1);
	return is_set;
}

bool
declare_integer(const struct item *table, const char *key, int64_t *number)
{
	lua_State *L = table->script->state;
	struct item field;
	bool is_integer;

	if (!item_field(table, key, &field))
		return false;
	is_integer = lua_isinteger(L, field.index);
	if (is_integer)
		*number = lua_tointeger(L, field.index);
	else
		declare_wrong(&field, key, "found %s; a whole number is meant",
			      item_found(&field));
	lua_pop(L, 1);
	return is_integer;
}

bool
declare_table(const struct item *table, const char *key, struct item *field)
{
	lua_State *L = table->script->state;

	if (!item_field(table, key, field))
		return false;
	if (lua_type(L, field->index) == LUA_TTABLE)
		return true;
	declare_wrong(field, key, "found %s; a table is meant",
		      item_found(field));
	lua_pop(L, 1);
	return false;
}

const char **
declare_texts(const struct item *table, const char *key, size_t *count)
{
	lua_State *L = table->script->state;
	LIST(const char *) texts = { 0 };
	struct item list, element;
	struct item_keys keys;
	size_t i;

	*count = 0;
	if (!declare_table(table, key, &list))
		return NULL;
	keys = item_keys(&list);
	if (keys.names_count != 0 || keys.strange != NULL)
		declare_wrong(&list, key, "a list has no keys");
	for (i = 0; i < keys.elements_count; i++) {
		const char *text;

		item_element(&list, (int64_t)i + 1, &element);
		text = item_text(&element);
		if (text == NULL)
			declare_wrong(&element, key,
				      "found %s; a text is meant",
				      item_found(&element));
		else
			*list_add(&texts) = text;
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	*count = texts.count;
	return texts.at;
}

struct item
declare_element(const struct item *table, const char *key, size_t index)
{
	const struct scan *scan = table->script->scan;
	const struct scan_key *field = NULL, *element = NULL;
	const struct scan_constructor *list = NULL;
	struct item item = *table;

	if (table->constructor != NULL)
		field = scan_key(table->constructor, key, strlen(key));
	if (field != NULL) {
		item.token = field->value;
		list = scan_constructor(scan, field->value);
	}
	if (list != NULL)
		element = scan_item(list, (int64_t)index + 1);
	if (element != NULL)
		item.token = element->value;
	return item;
}

struct item_keys
declare_keys(const struct item *table, const char *what,
	     const char *const *known, size_t known_count)
{
	struct item_keys keys = item_keys(table);
	const char *name;
	size_t i, j;

	if (keys.strange != NULL || keys.elements_count != 0)
		declare_wrong(table, what, "found an entry under %s; every key "
			      "is a text", keys.strange != NULL
						   ? keys.strange
						   : "the number 1");
	for (i = 0; (name = item_keys_name(&keys, i)) != NULL; i++) {
		const char *nearest;

		for (j = 0; j < known_count; j++)
			if (text_equal(name, known[j]))
				break;
		if (known != NULL && j == known_count) {
			diag(E0501, item_name_where(table, name), name,
			     "%s has no such key", what);
			nearest = text_nearest(name, known, known_count);
			if (nearest != NULL)
				diag_fix("write %s", nearest);
		} else if (i >= keys.names_count) {
			diag(E0501, item_name_where(table, name), name,
			     "nothing is given for it");
			diag_fix("leave it out");
		}
	}
	return keys;
}

/* ---- build.lua ------------------------------------------------------- */

struct reading {
	struct catalogue *catalogue;
	const char **folders;		/* that hold modules */
	size_t folders_count;
	struct script *script;
};

/* Call each(reading, name, row) for the rows of build.lua's table key. */
static size_t
read_rows(struct reading *reading, const struct item *table, const char *key,
	  void (*each)(struct reading *reading, size_t index, const char *name,
		       const struct item *row))
{
	lua_State *L = table->script->state;
	struct item rows, row;
	struct item_keys keys;
	size_t i;

	if (!declare_table(table, key, &rows))
		return 0;
	keys = declare_keys(&rows, key, NULL, 0);
	each(reading, keys.names_count, NULL, &rows);
	for (i = 0; i < keys.names_count; i++) {
		item_field(&rows, keys.names[i], &row);
		each(reading, i, keys.names[i], &row);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return keys.names_count;
}

static bool
is_table(const struct item *row, const char *name)
{
	if (lua_type(row->script->state, row->index) == LUA_TTABLE)
		return true;
	declare_wrong(row, name, "found %s; a table is meant", item_found(row));
	return false;
}

static void
read_word(struct reading *reading, size_t index, const char *name,
	  const struct item *row)
{
	struct catalogue *catalogue = reading->catalogue;
	lua_State *L = row->script->state;

	if (name == NULL) {
		catalogue->words = arena_alloc(index, sizeof *catalogue->words);
		catalogue->words_count = index;
		return;
	}
	catalogue->words[index].name = name;
	if (lua_isinteger(L, row->index))
		catalogue->words[index].number = lua_tointeger(L, row->index);
	else
		declare_wrong(row, name, "found %s; a whole number is meant",
			      item_found(row));
}

static void
read_interface(struct reading *reading, size_t index, const char *name,
	       const struct item *row)
{
	static const char *const known[] = { "doc", "exclusive", "calls_back" };
	struct catalogue *catalogue = reading->catalogue;
	struct interface *interface;

	if (name == NULL) {
		catalogue->interfaces =
			arena_alloc(index, sizeof *catalogue->interfaces);
		catalogue->interfaces_count = index;
		return;
	}
	interface = &catalogue->interfaces[index];
	interface->name = name;
	if (!is_table(row, name))
		return;
	declare_keys(row, name, known, countof(known));
	interface->doc = declare_text(row, "doc");
	interface->is_exclusive = declare_flag(row, "exclusive");
	interface->calls_back = declare_flag(row, "calls_back");
}

static void
read_package(struct reading *reading, size_t index, const char *name,
	     const struct item *row)
{
	static const char *const known[] = {
		"version", "license", "copyright", "files",
	};
	struct catalogue *catalogue = reading->catalogue;
	lua_State *L = row->script->state;
	struct item files, file;
	struct package *package;
	struct item_keys keys;
	size_t i;

	if (name == NULL) {
		catalogue->packages =
			arena_alloc(index, sizeof *catalogue->packages);
		catalogue->packages_count = index;
		return;
	}
	package = &catalogue->packages[index];
	package->name = name;
	if (!is_table(row, name))
		return;
	declare_keys(row, name, known, countof(known));
	package->version = declare_text(row, "version");
	package->license = declare_text(row, "license");
	package->copyright = declare_text(row, "copyright");
	if (package->version == NULL || package->license == NULL || !declare_table(row, "files", &files)) {
		declare_wrong(row, name, "a source has a version, a license and files");
		return;
	}
	keys = item_keys(&files);
	package->files =
		arena_alloc(keys.elements_count, sizeof *package->files);
	for (i = 0; i < keys.elements_count; i++) {
		item_element(&files, (int64_t)i + 1, &file);
		if (is_table(&file, name)) {
			struct item part;

			if (item_element(&file, 1, &part)) {
				package->files[i].name = item_text(&part);
				lua_pop(L, 1);
			}
			if (item_element(&file, 2, &part)) {
				package->files[i].sha256 = item_text(&part);
				lua_pop(L, 1);
			}
		}
		if (package->files[i].name == NULL ||
		    package->files[i].sha256 == NULL)
			declare_wrong(&file, name,
				      "a file is { \"NAME\", \"SHA-256\" }");
		lua_pop(L, 1);
	}
	package->files_count = keys.elements_count;
	lua_pop(L, 1);
}

static void
read_buses(struct platform *platform, const struct item *row)
{
	lua_State *L = row->script->state;
	struct item buses;
	struct item_keys keys;
	size_t i;

	if (!declare_table(row, "buses", &buses))
		return;
	keys = declare_keys(&buses, "buses", NULL, 0);
	platform->buses = arena_alloc(keys.names_count, sizeof *platform->buses);
	platform->buses_count = keys.names_count;
	for (i = 0; i < keys.names_count; i++) {
		int64_t slots = 0;

		declare_integer(&buses, keys.names[i], &slots);
		platform->buses[i].name = keys.names[i];
		platform->buses[i].slots_count = (unsigned)slots;
	}
	lua_pop(L, 1);
}

static void
read_providers(struct platform *platform, const struct item *row)
{
	lua_State *L = row->script->state;
	struct item providers;
	struct item_keys keys;
	size_t i;

	if (!declare_table(row, "providers", &providers))
		return;
	keys = declare_keys(&providers, "providers", NULL, 0);
	platform->provider_interfaces = keys.names;
	platform->provider_modules =
		arena_alloc(keys.names_count, sizeof(const char *));
	platform->providers_count = keys.names_count;
	for (i = 0; i < keys.names_count; i++) {
		const char *module = declare_text(&providers, keys.names[i]);

		platform->provider_modules[i] = module == NULL ? "" : module;
	}
	lua_pop(L, 1);
}

static void
read_memory(struct platform *platform, const struct item *row)
{
	static const char *const known[] = { "min", "max" };
	struct item memory;

	if (!declare_table(row, "memory", &memory))
		return;
	declare_keys(&memory, "memory", known, countof(known));
	declare_integer(&memory, "min", &platform->memory_min);
	declare_integer(&memory, "max", &platform->memory_max);
	lua_pop(row->script->state, 1);
}

static void
read_headers(struct platform *platform, const struct item *row)
{
	static const char *const known[] = { "package", "folder" };
	struct item headers;

	if (!declare_table(row, "headers", &headers))
		return;
	declare_keys(&headers, "headers", known, countof(known));
	platform->headers_package = declare_text(&headers, "package");
	platform->headers = declare_text(&headers, "folder");
	if (platform->headers_package == NULL || platform->headers == NULL ||
	    strchr(platform->headers, '/') == NULL)
		declare_wrong(&headers, "headers",
			      "headers have package = and folder =");
	lua_pop(row->script->state, 1);
}

static void
read_platform(struct reading *reading, size_t index, const char *name,
	      const struct item *row)
{
	static const char *const known[] = {
		"summary", "arch", "folders", "sources", "assembly", "layout",
		"load", "memory", "headers", "buses", "providers", "qemu",
		"xl",
	};
	struct catalogue *catalogue = reading->catalogue;
	struct platform *platform;
	int64_t load = 0;

	if (name == NULL) {
		catalogue->platforms =
			arena_alloc(index, sizeof *catalogue->platforms);
		catalogue->platforms_count = index;
		return;
	}
	platform = &catalogue->platforms[index];
	platform->name = name;
	if (!is_table(row, name))
		return;
	declare_keys(row, name, known, countof(known));
	platform->summary = declare_text(row, "summary");
	platform->arch = declare_text(row, "arch");
	platform->folders =
		declare_texts(row, "folders", &platform->folders_count);
	platform->sources =
		declare_texts(row, "sources", &platform->sources_count);
	platform->assembly =
		declare_texts(row, "assembly", &platform->assembly_count);
	platform->layout = declare_text(row, "layout");
	declare_integer(row, "load", &load);
	platform->load = (uint64_t)load;
	platform->qemu = declare_texts(row, "qemu", &platform->qemu_count);
	platform->xl = declare_text(row, "xl");
	read_memory(platform, row);
	read_headers(platform, row);
	read_buses(platform, row);
	read_providers(platform, row);
}

/* Protected: run build.lua and read what it left in its globals. */
static int
read_build(lua_State *L)
{
	static const char *const known[] = {
		"modules", "units", "interfaces", "platforms", "cflags",
		"sources",
	};
	struct script *script = script_of(L);
	struct reading *reading = script->owner;
	struct catalogue *catalogue = reading->catalogue;
	struct item globals;

	lua_newtable(L);
	script_load(script, 0, 1);
	lua_call(L, 0, 0);
	globals = item_at(script, 1, 0);
	declare_keys(&globals, "build.lua", known, countof(known));
	reading->folders =
		declare_texts(&globals, "modules", &reading->folders_count);
	read_rows(reading, &globals, "units", read_word);
	read_rows(reading, &globals, "interfaces", read_interface);
	read_rows(reading, &globals, "platforms", read_platform);
	read_rows(reading, &globals, "sources", read_package);
	catalogue->cflags =
		declare_texts(&globals, "cflags", &catalogue->cflags_count);
	return 0;
}

/* ---- Which modules there are ----------------------------------------- */

static int
module_order(const void *a, const void *b)
{
	const struct module *const *first = a, *const *second = b;
	int order = strcmp((*first)->name, (*second)->name);

	/* The user's own comes first: catalogue_module takes the first. */
	return order != 0 ? order
			  : (*second)->is_users - (*first)->is_users;
}

static void
add_module(struct catalogue *catalogue, const char *name, const char *folder,
	   const char *label, bool is_users)
{
	const char *file = host_join(folder, "module.lua");
	struct module *module;

	if (!is_name(name) || !host_exists(file))
		return;
	module = arena_alloc(1, sizeof *module);
	module->name = name;
	module->folder = folder;
	module->label = label;
	module->is_users = is_users;
	module->where.file = file;
	*list_add(&catalogue->modules) = module;
}

static void
sort_modules(struct catalogue *catalogue)
{
	if (catalogue->modules.count != 0)
		qsort(catalogue->modules.at, catalogue->modules.count,
		      sizeof *catalogue->modules.at, module_order);
}

void
catalogue_add_folder(struct catalogue *catalogue, const char *folder,
		     const char *label, bool is_users)
{
	const char **names;
	size_t count, i;

	if (!host_list(folder, &names, &count))
		return;
	for (i = 0; i < count; i++)
		add_module(catalogue, names[i], host_join(folder, names[i]),
			   host_join(label, names[i]), is_users);
	sort_modules(catalogue);
}

void
catalogue_add_users(struct catalogue *catalogue, const char *folder)
{
	struct bytes here, ours;

	/* A configuration that lies beside build.lua itself has the catalogue's
	 * modules around it: they are not the user's. */
	if (host_exists(host_join(folder, "build.lua")) &&
	    host_read(host_join(folder, "build.lua"), &here) &&
	    host_read(host_join(catalogue->root, "build.lua"), &ours) &&
	    here.size == ours.size && memcmp(here.at, ours.at, here.size) == 0)
		return;
	catalogue_add_folder(catalogue, folder, folder, true);
}

struct catalogue *
catalogue_read(const char *root)
{
	struct catalogue *catalogue = arena_alloc(1, sizeof *catalogue);
	struct reading reading = { .catalogue = catalogue };
	const char *path = host_join(root, "build.lua");
	size_t i;

	catalogue->root = root;
	reading.script = script_open(path, path);
	if (reading.script == NULL)
		return catalogue;
	reading.script->owner = &reading;
	script_protect(reading.script, read_build);
	script_close(reading.script);
	for (i = 0; i < reading.folders_count; i++) {
		const char *label = reading.folders[i];
		const char *folder = host_join(root, label);

		/* kernel holds its own module.lua. */
		add_module(catalogue, label, folder, label, false);
		catalogue_add_folder(catalogue, folder, label, false);
	}
	sort_modules(catalogue);
	return catalogue;
}

struct module *
catalogue_module(const struct catalogue *catalogue, const char *name)
{
	size_t low = 0, high = catalogue->modules.count;
	struct module *module;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(catalogue->modules.at[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == catalogue->modules.count ||
	    !text_equal(catalogue->modules.at[low]->name, name))
		return NULL;
	module = catalogue->modules.at[low];
	if (module->state == MODULE_FOUND)
		module_read(catalogue, module);
	return module;
}

bool
module_is_named(const struct module *module)
{
	return !text_equal(module->name, "libc");
}

bool
module_runs_on(const struct module *module, const struct platform *platform)
{
	size_t i;

	for (i = 0; i < module->platforms_count; i++)
		if (text_equal(module->platforms[i], platform->name))
			return true;
	return module->platforms_count == 0;
}

bool
module_provides(const struct module *module, const char *interface)
{
	size_t i;

	for (i = 0; i < module->provides_count; i++)
		if (text_equal(module->provides[i], interface))
			return true;
	return false;
}

const struct interface *
catalogue_interface(const struct catalogue *catalogue, const char *name)
{
	size_t i;

	for (i = 0; i < catalogue->interfaces_count; i++)
		if (text_equal(catalogue->interfaces[i].name, name))
			return &catalogue->interfaces[i];
	return NULL;
}
