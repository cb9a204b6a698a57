/* SPDX-License-Identifier: ISC */
/*
 * Resolve on graphs made by hand: who is wired to whom, in which order, and
 * which graphs are refused.
 *
 * Needs: resolve resolve_taken resolve_order instance device catalogue module module_setting module_function c_type type type_number type_allowed type_address type_items type_write type_names origin label content_c script script_item script_words script_list script_text script_guard scan scan_tree scan_emit base diag host
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "instance.h"
#include "unicc.h"

/* ---- A small world --------------------------------------------------- */

static struct interface interfaces[] = {
	{ "clock", "time", false, false },
	{ "console", "words", false, false },
	{ "frames", "one user", true, false },
	{ "stream", "many users", false, true },
};
static struct bus buses[] = { { "slots", 2 } };
static const char *provided[] = { "clock", "console" };
static const char *providers[] = { "ticker", "serial" };
static struct platform platform = {
	.name = "p", .buses = buses, .buses_count = 1,
	.provider_interfaces = provided, .provider_modules = providers,
	.providers_count = 2,
};
static struct catalogue catalogue = {
	.interfaces = interfaces, .interfaces_count = countof(interfaces),
	.platforms = &platform, .platforms_count = 1,
};
static struct build build;

/* requires: "slot:interface" or "slot?interface", separated by spaces. */
static struct module *
add_module(const char *name, const char *provides, const char *requires)
{
	struct module *module = arena_alloc(1, sizeof *module);
	char *words = arena_copy(requires), *word, *rest = NULL;

	module->name = name;
	module->state = MODULE_READ;
	if (provides != NULL) {
		module->provides = arena_alloc(1, sizeof *module->provides);
		module->provides[0] = provides;
		module->provides_count = 1;
	}
	for (word = strtok_r(words, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		struct requirement *requirement = list_add(&module->requires);
		char *mark = word + strcspn(word, ":?");

		requirement->is_optional = *mark == '?';
		*mark = '\0';
		requirement->slot = word;
		requirement->interface = mark + 1;
	}
	*list_add(&catalogue.modules) = module;
	return module;
}

static int
by_name(const void *a, const void *b)
{
	const struct module *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

static void
begin(void)
{
	catalogue.modules.count = 0;
	build = (struct build){ .catalogue = &catalogue };
	build.image.platform = &platform;
	add_module("kernel", NULL, "console:console");
	add_module("serial", "console", "");
	add_module("ticker", "clock", "");
	add_module("card", "frames", "")->device.bus = "slots";
	add_module("ip", "stream", "net:frames clock:clock");
	add_module("web", NULL, "stack:stream");
	add_module("ring", "clock", "next:clock");
	add_module("maybe", NULL, "stack?stream clock?clock");
	add_module("alone", NULL, "")->is_single = true;
	qsort(catalogue.modules.at, catalogue.modules.count,
	      sizeof *catalogue.modules.at, by_name);
}

static struct instance *
add(const char *name, const char *module)
{
	struct instance *instance =
		instance_make(catalogue_module(&catalogue, module));

	instance->name = name;
	instance->origin = (struct origin){
		ORIGIN_CONFIG,
		{ "t.lua", (unsigned)build.instances.count + 1, 1 }, NULL };
	*list_add(&build.instances) = instance;
	return instance;
}

static void
wire(struct instance *user, size_t slot, struct instance *provider)
{
	user->wanted_wires[slot] = provider;
	user->wire_origins[slot].kind = ORIGIN_CONFIG;
	user->wire_origins[slot].where = user->origin.where;
}

static size_t
run(void)
{
	size_t before = diag_count();

	qsort(build.instances.at, build.instances.count,
	      sizeof *build.instances.at, instance_order);
	resolve(&build);
	return diag_count() - before;
}

static const char *
order(void)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < build.instances.count; i++)
		buffer_printf(&out, "%s%s", i == 0 ? "" : " ",
			      build.instances.at[i]->name);
	return out.at;
}

/* resolve stops where earlier errors stand: forget them. */
static int
forget(void **state)
{
	FILE *null = freopen("/dev/null", "w", stderr);

	(void)state;
	assert_non_null(null);
	diag_flush();
	return 0;
}

/* ---- Graphs that stand ----------------------------------------------- */

static void
defaults_are_made_once(void **state)
{
	struct instance *ip, *card, *web;

	(void)state;
	begin();
	web = add("www", "web");
	ip = add("net", "ip");
	card = add("eth", "card");
	assert_int_equal(run(), 0);
	assert_string_equal(order(), "kernel eth serial ticker net www");
	assert_ptr_equal(web->wires[0], ip);
	assert_ptr_equal(ip->wires[0], card);
	assert_string_equal(ip->wires[1]->name, "ticker");
	assert_string_equal(origin_show(&ip->wires[1]->origin),
			    "implied by net");
	assert_string_equal(origin_show(&ip->wire_origins[1]),
			    "implied by net");
	assert_int_equal(card->device_slot, 0);
	assert_int_equal(web->device_slot, -1);
	assert_int_equal(ip->users_count, 1);
	assert_ptr_equal(ip->users[0], web);
}

static void
what_is_written_goes_before_defaults(void **state)
{
	struct instance *own, *ip;

	(void)state;
	begin();
	own = add("aaa", "ticker");
	ip = add("net", "ip");
	add("eth", "card");
	add("www", "web");
	assert_int_equal(run(), 0);
	assert_ptr_equal(ip->wires[1], own);
	assert_string_equal(order(), "kernel aaa eth net serial www");
}

static void
users_come_by_name_and_once(void **state)
{
	struct instance *ip, *users[3];

	(void)state;
	begin();
	users[2] = add("c", "web");
	users[0] = add("a", "web");
	users[1] = add("b", "maybe");
	ip = add("net", "ip");
	add("eth", "card");
	assert_int_equal(run(), 0);
	assert_int_equal(ip->users_count, 3);
	assert_memory_equal(ip->users, users, sizeof users);
}

static void
optional_ones_may_stay_empty(void **state)
{
	struct instance *maybe;

	(void)state;
	begin();
	maybe = add("m", "maybe");
	assert_int_equal(run(), 0);
	assert_null(maybe->wires[0]);
	assert_int_equal(maybe->wire_origins[0].kind, ORIGIN_NONE);
	assert_string_equal(maybe->wires[1]->name, "ticker");
}

static void
optional_ones_can_be_refused(void **state)
{
	struct instance *maybe;

	(void)state;
	begin();
	maybe = add("m", "maybe");
	wire(maybe, 1, NULL);
	assert_int_equal(run(), 0);
	assert_null(maybe->wires[1]);
	assert_string_equal(order(), "kernel m serial");
}

static void
slots_go_by_name(void **state)
{
	struct instance *z, *a, *i, *j;

	(void)state;
	begin();
	z = add("z", "card");
	a = add("a", "card");
	i = add("i", "ip");
	j = add("j", "ip");
	wire(i, 0, z);
	wire(j, 0, a);
	wire(add("w", "web"), 0, i);
	wire(add("x", "web"), 0, j);
	assert_int_equal(run(), 0);
	assert_int_equal(a->device_slot, 0);
	assert_int_equal(z->device_slot, 1);
}

/* ---- Graphs that do not ---------------------------------------------- */

static void
nothing_provides(void **state)
{
	(void)state;
	begin();
	add("www", "web");
	assert_int_equal(run(), 1);
}

static void
two_provide(void **state)
{
	(void)state;
	begin();
	add("e0", "card");
	add("e1", "card");
	add("net", "ip");
	add("www", "web");
	assert_int_equal(run(), 1);
}

static void
a_wire_to_something_else(void **state)
{
	struct instance *web;

	(void)state;
	begin();
	web = add("www", "web");
	wire(web, 0, add("eth", "card"));
	assert_int_equal(run(), 1);
}

static void
one_user_at_most(void **state)
{
	struct instance *card, *i, *j;

	(void)state;
	begin();
	card = add("eth", "card");
	i = add("i", "ip");
	j = add("j", "ip");
	wire(i, 0, card);
	wire(j, 0, card);
	wire(add("w", "web"), 0, i);
	wire(add("x", "web"), 0, j);
	assert_int_equal(run(), 1);
}

static void
each_cycle_once(void **state)
{
	struct instance *a, *b, *c, *d, *e, *tail;

	(void)state;
	begin();
	a = add("a", "ring");
	b = add("b", "ring");
	c = add("c", "ring");
	d = add("d", "ring");
	e = add("e", "ring");
	tail = add("tail", "maybe");
	wire(a, 0, b);
	wire(b, 0, a);
	wire(c, 0, d);
	wire(d, 0, c);
	wire(e, 0, a);		/* leads into a cycle, is not in one */
	wire(tail, 1, e);
	assert_int_equal(run(), 2);
}

static void
itself_is_a_cycle_too(void **state)
{
	struct instance *a;

	(void)state;
	begin();
	a = add("a", "ring");
	wire(a, 0, a);
	assert_int_equal(run(), 1);
}

static void
too_many_devices_is_said_once(void **state)
{
	size_t i;

	(void)state;
	begin();
	for (i = 0; i < 5; i++) {
		struct instance *card = add(arena_printf("c%zu", i), "card");
		struct instance *ip = add(arena_printf("i%zu", i), "ip");

		wire(ip, 0, card);
		wire(add(arena_printf("w%zu", i), "web"), 0, ip);
	}
	assert_int_equal(run(), 1);
}

static void
another_platform(void **state)
{
	static const char *names[] = { "q" };

	(void)state;
	begin();
	catalogue_module(&catalogue, "ip")->platforms = names;
	catalogue_module(&catalogue, "ip")->platforms_count = 1;
	add("eth", "card");
	add("net", "ip");
	add("www", "web");
	assert_int_equal(run(), 1);
}

static void
single_ones(void **state)
{
	(void)state;
	begin();
	add("a", "alone");
	add("b", "alone");
	assert_int_equal(run(), 1);
}

static void
nothing_uses_it(void **state)
{
	(void)state;
	begin();
	add("eth", "card");
	assert_int_equal(run(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(defaults_are_made_once, forget),
		cmocka_unit_test_setup(what_is_written_goes_before_defaults,
				       forget),
		cmocka_unit_test_setup(users_come_by_name_and_once, forget),
		cmocka_unit_test_setup(optional_ones_may_stay_empty, forget),
		cmocka_unit_test_setup(optional_ones_can_be_refused, forget),
		cmocka_unit_test_setup(slots_go_by_name, forget),
		cmocka_unit_test_setup(nothing_provides, forget),
		cmocka_unit_test_setup(two_provide, forget),
		cmocka_unit_test_setup(a_wire_to_something_else, forget),
		cmocka_unit_test_setup(one_user_at_most, forget),
		cmocka_unit_test_setup(each_cycle_once, forget),
		cmocka_unit_test_setup(itself_is_a_cycle_too, forget),
		cmocka_unit_test_setup(too_many_devices_is_said_once, forget),
		cmocka_unit_test_setup(another_platform, forget),
		cmocka_unit_test_setup(single_ones, forget),
		cmocka_unit_test_setup(nothing_uses_it, forget),
	};

	return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
