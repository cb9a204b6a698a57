/* SPDX-License-Identifier: ISC */
/*
 * Resolve: every requirement gets exactly one provider, and the graph an
 * order.
 *
 * A requirement goes to the instance that the user wired; else to the only
 * instance written in the configuration that provides it; else to the
 * platform's default provider, which is made once and named after its module.
 * Instances made here never count as "the only one", so that the result does
 * not depend on the order in which requirements are looked at.
 *
 * Nothing depends on the order of the configuration: instances are taken by
 * name. Afterwards build->instances is in start order: kernel first, then
 * providers before users, ties by name.
 */
#include <stdlib.h>

#include "catalogue.h"
#include "device.h"
#include "instance.h"
#include "resolve.h"

struct resolution {
	struct build *build;
	size_t written_count;	/* instances of the configuration */
	/* By interface: the written instances that provide it, by name. */
	LIST(struct instance *) *providers;
};

struct where
instance_where(const struct instance *instance)
{
	return instance->origin.where;
}

/* Where to blame an instance: one that is implied has no line of its own. */
static struct where
blame(const struct resolution *resolution, const struct instance *instance)
{
	if (instance->origin.kind == ORIGIN_IMPLIED)
		return resolution->build->image.platform_where;
	return instance->origin.where;
}

const char *
wire_name(const struct instance *instance, size_t slot)
{
	return arena_printf("%s.%s", instance->name,
			    instance->module->requires.at[slot].slot);
}

static size_t
interface_index(const struct resolution *resolution, const char *name)
{
	const struct catalogue *catalogue = resolution->build->catalogue;

	return (size_t)(catalogue_interface(catalogue, name) -
			catalogue->interfaces);
}

/* A module of the catalogue that provides interface on the image's platform. */
static const struct module *
module_providing(const struct resolution *resolution, const char *interface)
{
	const struct catalogue *catalogue = resolution->build->catalogue;
	size_t i;

	for (i = 0; i < catalogue->modules.count; i++) {
		struct module *module = catalogue->modules.at[i];

		if (module->is_users)
			continue;
		module = catalogue_module(catalogue, module->name);
		if (module->state == MODULE_READ &&
		    module_provides(module, interface) &&
		    module_runs_on(module, resolution->build->image.platform))
			return module;
	}
	return NULL;
}

/* ---- Providers ------------------------------------------------------- */

static struct instance *
find_instance(const struct build *build, const char *name, size_t from)
{
	size_t i;

	for (i = from; i < build->instances.count; i++)
		if (text_equal(build->instances.at[i]->name, name))
			return build->instances.at[i];
	return NULL;
}

static struct instance *
imply(struct resolution *resolution, const char *name, const char *by)
{
	struct build *build = resolution->build;
	struct module *module = catalogue_module(build->catalogue, name);
	struct instance *instance;

	if (module == NULL || module->state != MODULE_READ)
		return NULL;
	instance = instance_make(module);
	instance->name = module->name;
	instance->origin.kind = ORIGIN_IMPLIED;
	instance->origin.by = by;
	*list_add(&build->instances) = instance;
	return instance;
}

static struct instance *
default_provider(struct resolution *resolution, const char *interface,
		 const struct instance *user)
{
	struct build *build = resolution->build;
	const struct platform *platform = build->image.platform;
	struct instance *instance;
	size_t i;

	for (i = 0; i < platform->providers_count; i++)
		if (text_equal(platform->provider_interfaces[i], interface))
			break;
	if (i == platform->providers_count)
		return NULL;
	instance = find_instance(build, platform->provider_modules[i],
				 resolution->written_count);
	if (instance != NULL)
		return instance;
	return imply(resolution, platform->provider_modules[i], user->name);
}

static void
report_several(const struct resolution *resolution,
	       const struct instance *user, size_t slot)
{
	const struct requirement *requirement =
		&user->module->requires.at[slot];
	size_t index = interface_index(resolution, requirement->interface), i;

	diag(E0302, blame(resolution, user), wire_name(user, slot),
	     "%zu instances provide %s", resolution->providers[index].count,
	     requirement->interface);
	for (i = 0; i < resolution->providers[index].count; i++) {
		const struct instance *provider =
			resolution->providers[index].at[i];

		diag_also(instance_where(provider), "%s provides it", provider->name);
	}
	if (user->origin.kind == ORIGIN_IMPLIED)
		diag_fix("write NAME = %s { %s = %s }", user->module->name,
			 requirement->slot,
			 resolution->providers[index].at[0]->name);
	else
		diag_fix("add %s = %s", requirement->slot,
			 resolution->providers[index].at[0]->name);
}

static void
report_none(const struct resolution *resolution, const struct instance *user,
	    size_t slot)
{
	const struct requirement *requirement =
		&user->module->requires.at[slot];
	const struct module *module =
		module_providing(resolution, requirement->interface);

	diag(E0301, blame(resolution, user), wire_name(user, slot),
	     "nothing provides %s, which %s requires", requirement->interface,
	     user->module->name);
	if (module != NULL)
		diag_fix("add NAME = %s {}", module->name);
}

static void
fill_wire(struct resolution *resolution, struct instance *user, size_t slot)
{
	const struct requirement *requirement =
		&user->module->requires.at[slot];
	size_t index = interface_index(resolution, requirement->interface);
	struct instance *provider = user->wanted_wires[slot];

	if (provider != NULL) {
		if (!module_provides(provider->module, requirement->interface)) {
			diag(E0305, user->wire_origins[slot].where,
			     wire_name(user, slot),
			     "%s does not provide %s", provider->name,
			     requirement->interface);
			diag_also(instance_where(provider), "it is a %s",
				  provider->module->name);
			if (resolution->providers[index].count == 1)
				diag_fix("write %s", resolution
						->providers[index].at[0]->name);
			return;
		}
		user->wires[slot] = provider;
		return;
	}
	if (user->wire_origins[slot].kind == ORIGIN_CONFIG)
		return;		/* optional, and written as false */
	user->wire_origins[slot].kind = ORIGIN_IMPLIED;
	user->wire_origins[slot].by = user->name;
	if (resolution->providers[index].count > 1) {
		report_several(resolution, user, slot);
		return;
	}
	provider = resolution->providers[index].count == 1
			? resolution->providers[index].at[0]
			: default_provider(resolution, requirement->interface,
					   user);
	user->wires[slot] = provider;
	if (provider == NULL) {
		user->wire_origins[slot].kind = ORIGIN_NONE;
		if (!requirement->is_optional)
			report_none(resolution, user, slot);
	}
}

/* The list grows as default providers are made: they have requirements too. */
static void
fill_wires(struct resolution *resolution)
{
	struct build *build = resolution->build;
	size_t i, slot;

	for (i = 0; i < build->instances.count; i++) {
		struct instance *instance = build->instances.at[i];

		/* What it lacks is then no news: see check_platforms. */
		if (!module_runs_on(instance->module, build->image.platform))
			continue;
		for (slot = 0; slot < instance->module->requires.count; slot++)
			fill_wire(resolution, instance, slot);
	}
}

static void
list_providers(struct resolution *resolution)
{
	const struct build *build = resolution->build;
	size_t i, j;

	resolution->providers =
		arena_alloc(build->catalogue->interfaces_count,
			    sizeof *resolution->providers);
	for (i = 0; i < resolution->written_count; i++) {
		struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->provides_count; j++)
			*list_add(&resolution->providers[interface_index(
				resolution, instance->module->provides[j])]) =
				instance;
	}
}

/* ---- Users ----------------------------------------------------------- */

static bool
is_listed(const struct instance *provider, const struct instance *user)
{
	/* Users come by name, one after the other. */
	return provider->users_count != 0 &&
	       provider->users[provider->users_count - 1] == user;
}

static void
each_wire(struct build *build,
	  void (*visit)(struct instance *user, struct instance *provider))
{
	size_t i, slot;

	for (i = 0; i < build->instances.count; i++) {
		struct instance *user = build->instances.at[i];

		for (slot = 0; slot < user->module->requires.count; slot++)
			if (user->wires[slot] != NULL)
				visit(user, user->wires[slot]);
	}
}

static void
count_user(struct instance *user, struct instance *provider)
{
	(void)user;
	provider->users_count++;
}

static void
add_user(struct instance *user, struct instance *provider)
{
	if (!is_listed(provider, user))
		provider->users[provider->users_count++] = user;
}

/* Instances are sorted by name here, so users are too. */
static void
list_users(struct build *build)
{
	size_t i;

	each_wire(build, count_user);
	for (i = 0; i < build->instances.count; i++) {
		struct instance *instance = build->instances.at[i];

		instance->users = arena_alloc(instance->users_count,
					      sizeof *instance->users);
		instance->users_count = 0;
	}
	each_wire(build, add_user);
	for (i = 0; i < build->instances.count; i++) {
		struct instance *instance = build->instances.at[i];

		/* The first user by name, whoever was looked at first. */
		if (instance->origin.kind == ORIGIN_IMPLIED &&
		    instance->users_count != 0)
			instance->origin.by = instance->users[0]->name;
	}
}

/* ---- Platforms ------------------------------------------------------- */

static const struct bus *
find_bus(const struct platform *platform, const char *name)
{
	size_t i;

	for (i = 0; i < platform->buses_count; i++)
		if (text_equal(platform->buses[i].name, name))
			return &platform->buses[i];
	return NULL;
}

static void
refuse_bus(const struct resolution *resolution, const struct instance *instance)
{
	const struct module *module = instance->module, *other = NULL;
	const struct image *image = &resolution->build->image;

	diag(E0304, instance_where(instance), instance->name,
	     "%s sits on the bus %s, which %s does not have", module->name,
	     module->device.bus, image->platform->name);
	diag_also(image->platform_where, "the platform is chosen here");
	if (module->provides_count != 0)
		other = module_providing(resolution, module->provides[0]);
	if (other != NULL)
		diag_fix("use %s", other->name);
}

static void
assign_device_slots(const struct resolution *resolution)
{
	const struct build *build = resolution->build;
	const struct platform *platform = build->image.platform;
	unsigned *taken = arena_alloc(platform->buses_count, sizeof *taken);
	const struct instance **last =
		arena_alloc(platform->buses_count, sizeof *last);
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		struct instance *instance = build->instances.at[i];
		const struct device *device = &instance->module->device;
		const struct bus *bus;

		if (device->bus == NULL)
			continue;
		bus = find_bus(platform, device->bus);
		if (bus == NULL) {
			/* Else check_platforms has said so. */
			if (module_runs_on(instance->module, platform))
				refuse_bus(resolution, instance);
			continue;
		}
		instance->device_slot = (int)taken[bus - platform->buses]++;
		if ((unsigned)instance->device_slot < bus->slots_count) {
			last[bus - platform->buses] = instance;
			continue;
		}
		if ((unsigned)instance->device_slot > bus->slots_count)
			continue;
		diag(E0307, instance_where(instance), instance->name,
		     "the bus %s has %u slots, and all are taken", bus->name,
		     bus->slots_count);
		diag_also(instance_where(last[bus - platform->buses]),
			  "%s takes the last one",
			  last[bus - platform->buses]->name);
		diag_fix("remove a device, or choose another platform");
	}
}

static void
check_platforms(const struct resolution *resolution)
{
	const struct build *build = resolution->build;
	const struct platform *platform = build->image.platform;
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct module *module = instance->module;
		const struct module *other = NULL;

		if (module_runs_on(module, platform))
			continue;
		diag(E0304, blame(resolution, instance), instance->name,
		     "%s does not run on %s", module->name, platform->name);
		diag_also(build->image.platform_where,
			  "the platform is chosen here");
		for (j = 0; j < module->provides_count && other == NULL; j++)
			other = module_providing(resolution,
						 module->provides[j]);
		if (other != NULL)
			diag_fix("use %s", other->name);
	}
}

static void
check_unused(const struct build *build)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct module *module = instance->module;

		if (instance->users_count != 0 || module->provides_count == 0 ||
		    instance->origin.kind != ORIGIN_CONFIG)
			continue;
		diag(E0306, instance_where(instance), instance->name,
		     "nothing uses it, and all it does is provide %s",
		     module->provides[0]);
		diag_fix("remove it, or wire something to it");
	}
}

/* ---- The stage ------------------------------------------------------- */

void
resolve(struct build *build)
{
	struct resolution resolution = { .build = build };

	resolution.written_count = build->instances.count;
	list_providers(&resolution);
	if (find_instance(build, "kernel", 0) == NULL &&
	    imply(&resolution, "kernel", "image") == NULL)
		return;
	fill_wires(&resolution);
	check_platforms(&resolution);
	if (diag_count() != 0)
		return;
	qsort(build->instances.at, build->instances.count,
	      sizeof *build->instances.at, instance_order);
	list_users(build);
	resolve_refuse_taken(build);
	assign_device_slots(&resolution);
	device_check(build);
	if (!build->may_be_unused)
		check_unused(build);
	resolve_order(build);
}

void
resolve_sealed(const struct build *build)
{
	resolve_refuse_taken_values(build);
	device_check(build);
}
