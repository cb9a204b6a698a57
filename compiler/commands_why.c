/* SPDX-License-Identifier: ISC */
/*
 * unicc why: the line of the configuration that a thing in an image is there
 * because of, and the way from there to it.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "driver.h"
#include "why_values.h"

/* ---- Chains as text --------------------------------------------------------------- */

static void
print_step(const char *what, const char *where)
{
	printf("    %-40s  %s\n", what, where);
}

static void
print_cause(const struct audit *audit, size_t cause)
{
	const struct audit_cause *is = &audit->causes.at[cause];

	print_step(arena_printf("%s = %s", is->name, is->value), is->origin);
}

static void
print_chain(const struct audit *audit, size_t node, size_t cause)
{
	struct audit_chain chain = audit_chain(audit, node, cause);
	size_t i;

	if (cause != AUDIT_NONE)
		print_cause(audit, cause);
	if (chain.user != cause && chain.user != AUDIT_NONE)
		print_cause(audit, chain.user);
	for (i = 0; i < chain.nodes.count; i++) {
		const struct audit_node *step =
			&audit->nodes.at[chain.nodes.at[i]];

		print_step(audit_show(step),
			   arena_printf("%llu bytes of %s",
					(unsigned long long)step->size,
					audit_owner_of(audit, step)));
	}
	if (chain.nodes.count == 0)
		print_step(audit_show(&audit->nodes.at[node]),
			   "no reference to it is seen");
}

/* The names of the set: "www, ip". */
static const char *
set_names(const struct audit *audit, struct audit_set set)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(set, i))
			buffer_printf(&out, "%s%s", out.size == 0 ? "" : ", ",
				      audit->causes.at[i].name);
	return out.at == NULL ? "" : out.at;
}

static void
print_values(const struct value_causes *values)
{
	struct buffer names = { 0 };
	size_t i;

	if (values->list.count == 0)
		return;
	for (i = 0; i < values->list.count; i++)
		buffer_printf(&names, "%s%s", i == 0 ? "" : ", ",
			      values->list.at[i].name);
	if (values->list.count == 1)
		printf("  because of %s: if that were %s, it would not be "
		       "there\n", names.at,
		       values->list.at[0].otherwise);
	else
		printf("  because of %s: with none of them written, it would "
		       "not be there\n", names.at);
	for (i = 0; i < values->list.count; i++) {
		const struct written *is = &values->list.at[i];

		print_step(arena_printf("%s = %s", is->name, is->value),
			   is->origin);
	}
}

/* "ip.dhcp = false", which was said already. */
static bool
is_said(const char *other, const struct value_causes *values)
{
	const struct written *only = values->list.at;

	return values->list.count == 1 &&
	       text_equal(other, arena_printf("%s = %s", only->name,
					      only->otherwise));
}

/* False: none of the causes is a user of it. */
static bool
print_each(const struct audit *audit, size_t index, struct audit_set causes)
{
	bool is_reached = false;
	size_t i;

	for (i = 0; i < audit->causes.count; i++) {
		if (!audit_set_has(causes, i))
			continue;
		if (audit_user_of(audit, index, i) == AUDIT_NONE) {
			print_cause(audit, i);
			continue;
		}
		print_chain(audit, index, i);
		is_reached = true;
	}
	return is_reached;
}

/* Causes that are none of its users have their line alone; the first user that
 * is left tells how it is reached. */
static void
print_causes(const struct audit *audit, size_t index)
{
	const struct audit_node *node = &audit->nodes.at[index];
	size_t count = audit_set_count(audit, node->causes), i;
	size_t also = audit_set_count(audit, node->also);
	bool is_reached;

	printf("  because of %s", set_names(audit, node->causes));
	if (also != 0)
		printf(" and of %s: without %s it would not be there\n",
		       set_names(audit, node->also),
		       also == 1 ? "either" : "any one of them");
	else
		printf("%s\n", count > 1 ? ": any of them is enough" : "");
	is_reached = print_each(audit, index, node->causes);
	is_reached |= print_each(audit, index, node->also);
	for (i = 0; i < audit->causes.count && !is_reached; i++)
		if (audit_set_has(node->users, i)) {
			printf("  reached from %s\n",
			       audit->causes.at[i].name);
			print_chain(audit, index, i);
			is_reached = true;
		}
}

static void
print_node(const struct audit *audit, size_t index,
	   const struct value_causes *values)
{
	const struct audit_node *node = &audit->nodes.at[index];
	struct other_values others = why_other_values(node);
	size_t i;

	for (i = 0; i < others.list.count; i++)
		if (!is_said(others.list.at[i], values))
			printf("  not if %s\n", others.list.at[i]);
	if (node->is_always) {
		printf("  always: whatever %sis configured\n",
		       values->list.count != 0 ? "else " : "");
		print_chain(audit, index, AUDIT_NONE);
		return;
	}
	print_causes(audit, index);
	if (audit_set_count(audit, node->users) > 1)
		printf("  used by %s\n", set_names(audit, node->users));
}

/* ---- Things ---------------------------------------------------------------------- */

/* An instance is there because of its line, or of those that imply it. */
static void
print_instance(const struct audit *audit, const struct found *found)
{
	const struct audit_cause *is = &audit->causes.at[found->cause];
	size_t i;

	if (is->is_always || !is->is_implied) {
		printf("  %s\n", is->is_always ? "always: whatever is configured"
					       : "because of its own line");
		print_cause(audit, found->cause);
		return;
	}
	printf("  nobody wrote it: it is needed\n");
	print_cause(audit, found->cause);
	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(audit->needs[i], found->cause) &&
		    !audit->causes.at[i].is_implied &&
		    strchr(audit->causes.at[i].name, '.') == NULL)
			print_cause(audit, i);
}

/* Many nodes: how many bytes of them each cause has brought in. */
static void
print_many(const struct audit *audit, const struct found *found)
{
	size_t *bytes = arena_alloc(audit->causes.count + 1, sizeof *bytes);
	size_t i, j, always = 0;

	for (i = 0; i < found->rows.count; i++) {
		const struct audit_row *row =
			&audit->rows.at[found->rows.at[i]];
		struct audit_set set = audit_row_causes(audit, row);

		if (set.words == NULL)
			always += row->size;
		for (j = 0; set.words != NULL && j < audit->causes.count; j++)
			if (audit_set_has(set, j))
				bytes[j] += row->size;
	}
	if (always != 0)
		printf("  %zu bytes always: whatever is configured\n", always);
	for (i = 0; i < audit->causes.count; i++) {
		if (bytes[i] == 0)
			continue;
		printf("  %zu bytes because of\n", bytes[i]);
		print_cause(audit, i);
	}
}

/* What a symbol is that does not name its node: another function that equals
 * it, or a part of it. */
static void
print_symbol(const struct audit *audit, const struct audit_node *node,
	     const char *thing)
{
	size_t i;

	for (i = 0; i < audit->linked.symbols_count; i++) {
		const struct linked_symbol *symbol = &audit->linked.symbols[i];

		if (symbol->section == 0 || !text_equal(symbol->name, thing) ||
		    text_equal(thing, node->name) ||
		    symbol->address < node->address ||
		    symbol->address - node->address >= node->size)
			continue;
		printf("%s is %s ", thing, symbol->address == node->address
						   ? "the same as"
						   : "in");
		return;
	}
}

static void
print_found(const struct audit *audit, const struct found *found,
	    const char *thing)
{
	const struct audit_node *node =
		found->nodes.count == 0
			? NULL
			: &audit->nodes.at[found->nodes.at[0]];
	struct value_causes values = why_values(audit, found, thing);
	const char *source;

	if (found->nodes.count == 1 && found->cause == AUDIT_NONE) {
		source = audit_sources_of(audit, node);
		print_symbol(audit, node, thing);
		printf("%s: %llu bytes of %s in %s%s%s\n", audit_show(node),
		       (unsigned long long)node->size,
		       found->bytes == 0 ? "memory"
					 : audit_kinds[node->kind],
		       audit_owner_of(audit, node), source == NULL ? "" : ", ",
		       source == NULL ? "" : source);
		print_values(&values);
		print_node(audit, found->nodes.at[0], &values);
		return;
	}
	printf("%s: %s, %zu bytes\n", thing, found->as, found->bytes);
	print_values(&values);
	if (found->cause != AUDIT_NONE)
		print_instance(audit, found);
	else if (found->nodes.count == 0)
		printf("  always: whatever is configured\n");
	else
		print_many(audit, found);
}

/* ---- The same for programs ---------------------------------------------------------- */

static void
json_cause(const struct audit *audit, cJSON *array, size_t node, size_t cause)
{
	struct audit_chain chain = audit_chain(audit, node, cause);
	cJSON *object = cJSON_CreateObject(), *steps, *step;
	size_t i;

	cJSON_AddItemToArray(array, object);
	if (cause != AUDIT_NONE) {
		const struct audit_cause *is = &audit->causes.at[cause];

		cJSON_AddStringToObject(object, "name", is->name);
		cJSON_AddStringToObject(object, "value", text_utf8(is->value));
		cJSON_AddStringToObject(object, "origin",
					text_utf8(is->origin));
	}
	steps = cJSON_AddArrayToObject(object, "chain");
	for (i = 0; i < chain.nodes.count; i++) {
		const struct audit_node *is =
			&audit->nodes.at[chain.nodes.at[i]];

		step = cJSON_CreateObject();
		cJSON_AddStringToObject(step, "name", text_utf8(is->name));
		cJSON_AddNumberToObject(step, "bytes", (double)is->size);
		cJSON_AddStringToObject(step, "owner", audit_owner_of(audit, is));
		cJSON_AddItemToArray(steps, step);
	}
}

static void
json_node(const struct audit *audit, cJSON *array, size_t index)
{
	const struct audit_node *node = &audit->nodes.at[index];
	cJSON *object = cJSON_CreateObject(), *causes, *also, *not_if;
	struct other_values others = why_other_values(node);
	const char *source = audit_sources_of(audit, node);
	size_t i;

	cJSON_AddItemToArray(array, object);
	cJSON_AddStringToObject(object, "name", text_utf8(node->name));
	cJSON_AddStringToObject(object, "kind", audit_kinds[node->kind]);
	cJSON_AddNumberToObject(object, "address", (double)node->address);
	cJSON_AddNumberToObject(object, "bytes", (double)node->size);
	cJSON_AddStringToObject(object, "owner", audit_owner_of(audit, node));
	if (source != NULL)
		cJSON_AddStringToObject(object, "source", text_utf8(source));
	cJSON_AddBoolToObject(object, "is_always", node->is_always);
	not_if = cJSON_AddArrayToObject(object, "not_if");
	for (i = 0; i < others.list.count; i++)
		cJSON_AddItemToArray(not_if, cJSON_CreateString(text_utf8(
						     others.list.at[i])));
	causes = cJSON_AddArrayToObject(object, "causes");
	if (node->is_always)
		json_cause(audit, causes, index, AUDIT_NONE);
	also = cJSON_AddArrayToObject(object, "also");
	for (i = 0; i < audit->causes.count; i++) {
		if (audit_set_has(node->causes, i))
			json_cause(audit, causes, index, i);
		if (audit_set_has(node->also, i))
			json_cause(audit, also, index, i);
	}
}

/* null: it is not known. */
static void
json_values(cJSON *object, const struct value_causes *values)
{
	cJSON *array, *value;
	size_t i;

	if (!values->is_known) {
		cJSON_AddNullToObject(object, "values");
		return;
	}
	array = cJSON_AddArrayToObject(object, "values");
	for (i = 0; i < values->list.count; i++) {
		value = cJSON_CreateObject();
		written_write(value, &values->list.at[i]);
		cJSON_AddItemToArray(array, value);
	}
}

static void
print_json(const struct audit *audit, const struct finding *finding,
	   const char *thing)
{
	cJSON *array = cJSON_CreateArray(), *object, *nodes;
	size_t i, j;

	for (i = 0; i < finding->list.count; i++) {
		const struct found *found = &finding->list.at[i];
		struct value_causes values = why_values(audit, found, thing);

		object = cJSON_CreateObject();
		cJSON_AddItemToArray(array, object);
		cJSON_AddStringToObject(object, "is", found->as);
		cJSON_AddNumberToObject(object, "bytes", (double)found->bytes);
		json_values(object, &values);
		nodes = cJSON_AddArrayToObject(object, "nodes");
		for (j = 0; j < found->nodes.count; j++)
			json_node(audit, nodes, found->nodes.at[j]);
	}
	answer_print(array);
}

/* ---- Values that are folded into code -------------------------------------------------- */

static void
print_folded(const struct audit *audit, const struct folded *folded)
{
	const struct written *is = &folded->value;
	size_t i;

	printf("%s: setting, folded into the code that uses it\n", is->name);
	print_step(arena_printf("%s = %s", is->name, is->value), is->origin);
	printf("  %zu things, %zu bytes of the file are there because of it\n",
	       folded->nodes.count, folded->bytes);
	for (i = 0; i < folded->nodes.count; i++) {
		const struct audit_node *node =
			&audit->nodes.at[folded->nodes.at[i]];

		print_step(audit_show(node),
			   arena_printf("%llu bytes of %s",
					(unsigned long long)node->size,
					audit_owner_of(audit, node)));
	}
	if (folded->shared_count != 0)
		printf("  %zu more because of it and of other values\n",
		       folded->shared_count);
}

static void
json_folded(const struct audit *audit, const struct folded *folded)
{
	cJSON *array = cJSON_CreateArray(), *object = cJSON_CreateObject();
	cJSON *values, *value = cJSON_CreateObject(), *nodes;
	size_t i;

	cJSON_AddItemToArray(array, object);
	cJSON_AddStringToObject(object, "is", "value");
	cJSON_AddNumberToObject(object, "bytes", (double)folded->bytes);
	values = cJSON_AddArrayToObject(object, "values");
	cJSON_AddItemToArray(values, value);
	written_write(value, &folded->value);
	nodes = cJSON_AddArrayToObject(object, "nodes");
	for (i = 0; i < folded->nodes.count; i++)
		json_node(audit, nodes, folded->nodes.at[i]);
	answer_print(array);
}

/* "www.gzip" of an image that has www. */
static bool
may_be_setting(const struct audit *audit, const char *thing)
{
	size_t size = strcspn(thing, "."), i;

	for (i = 0; thing[size] == '.' && i < audit->causes.count; i++)
		if (strlen(audit->causes.at[i].name) == size &&
		    text_starts(thing, audit->causes.at[i].name))
			return true;
	return false;
}

/* A thing that has no bytes of its own may be a value. */
static int
answer_value(const struct audit *audit, const struct build *build,
	     const char *thing, bool is_json)
{
	struct folded folded = { 0 };
	const char *nearest;

	if (may_be_setting(audit, thing) &&
	    why_folded(&folded, audit, thing)) {
		if (is_json)
			json_folded(audit, &folded);
		else
			print_folded(audit, &folded);
		return STATUS_OK;
	}
	diag(E0903, (struct where){ build->config_path, 0, 0 }, thing,
	     "nothing in the image is called so, no text in it holds it, and it "
	     "is no address or offset");
	nearest = audit_nearest(audit, thing);
	if (nearest != NULL)
		diag_fix("ask for %s", nearest);
	else if (may_be_setting(audit, thing) &&
		 !text_ends(build->config_path, ".lua"))
		diag_fix("name CONFIG.lua: a value is folded into code, and "
			 "found by building without it");
	return (int)diag_flush();
}

static int
answer(struct build *build, const char *thing, bool is_json)
{
	static struct audit audit;
	enum status status = audit_open(&audit, build);
	struct finding finding;
	size_t i;

	if (status != STATUS_OK)
		return (int)status;
	finding = audit_find(&audit, thing);
	why_values_open(&audit, text_ends(build->config_path, ".lua") ? build
								      : NULL);
	if (finding.list.count == 0)
		return answer_value(&audit, build, thing, is_json);
	if (is_json)
		print_json(&audit, &finding, thing);
	for (i = 0; !is_json && i < finding.list.count; i++)
		print_found(&audit, &finding.list.at[i], thing);
	return STATUS_OK;
}

int
command_why(int argc, char **argv)
{
	struct build build = { 0 };
	const char *thing = NULL;
	bool is_json = false, is_asked = false;
	int i;

	for (i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--json"))
			is_json = true;
		else if (text_equal(argv[i], "--errors=json"))
			diag_json = true;
		else if (build_option(&build, argc, argv, &i))
			is_asked = true;
		else if (build.config_path == NULL && argv[i][0] != '-' &&
			 argv[i][0] != '\0')
			build.config_path = argv[i];
		else if (build.config_path != NULL && thing == NULL &&
			 argv[i][0] != '\0' && !text_equal(argv[i], "--help"))
			thing = argv[i];
		else
			return usage_unknown(argv[i]);
	}
	if (build.config_path == NULL || thing == NULL)
		return usage_error(build.config_path == NULL ? "which image?"
							     : "why what?");
	if (is_asked && !text_ends(build.config_path, ".lua"))
		return usage_error("an image has no options: name CONFIG.lua");
	return answer(&build, thing, is_json);
}
