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
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "device.h"
#include "instance.h"

struct resolution {
	struct build *build;
	size_t written_count;	/* instances of the configuration */
	/* By interface: the written instances that provide it, by name. */
	LIST(struct instance *) *providers;
};

static struct where
where_of(const struct instance *instance)
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

static const char *
slot_name(const struct instance *instance, size_t slot)
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

static bool
provides(const struct module *module, const char *interface)
{
	size_t i;

	for (i = 0; i < module->provides_count; i++)
		if (text_equal(module->provides[i], interface))
			return true;
	return false;
}

static bool
runs_on(const struct module *module, const struct platform *platform)
{
	size_t i;

	for (i = 0; i < module->platforms_count; i++)
		if (text_equal(module->platforms[i], platform->name))
			return true;
	return module->platforms_count == 0;
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
		    provides(module, interface) &&
		    runs_on(module, resolution->build->image.platform))
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

	diag(E0302, blame(resolution, user), slot_name(user, slot),
	     "%zu instances provide %s", resolution->providers[index].count,
	     requirement->interface);
	for (i = 0; i < resolution->providers[index].count; i++) {
		const struct instance *provider =
			resolution->providers[index].at[i];

		diag_also(where_of(provider), "%s provides it", provider->name);
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

	diag(E0301, blame(resolution, user), slot_name(user, slot),
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
		if (!provides(provider->module, requirement->interface)) {
			diag(E0305, user->wire_origins[slot].where,
			     slot_name(user, slot),
			     "%s does not provide %s", provider->name,
			     requirement->interface);
			diag_also(where_of(provider), "it is a %s",
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
		if (!runs_on(instance->module, build->image.platform))
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

/* ---- What must not be shared ----------------------------------------- */

static bool
uses(const struct instance *user, const struct instance *provider,
     const char *interface)
{
	size_t slot;

	for (slot = 0; slot < user->module->requires.count; slot++)
		if (user->wires[slot] == provider &&
		    text_equal(user->module->requires.at[slot].interface,
			       interface))
			return true;
	return false;
}

static void
check_exclusive(const struct resolution *resolution,
		const struct instance *provider, const char *interface)
{
	const struct instance *first = NULL;
	bool is_reported = false;
	size_t i;

	if (!catalogue_interface(resolution->build->catalogue, interface)
		     ->is_exclusive)
		return;
	for (i = 0; i < provider->users_count; i++) {
		const struct instance *user = provider->users[i];

		if (!uses(user, provider, interface))
			continue;
		if (first == NULL) {
			first = user;
			continue;
		}
		if (!is_reported) {
			diag(E0307, where_of(provider), provider->name,
			     "%s has one user at most", interface);
			diag_also(where_of(first), "%s uses it", first->name);
		}
		diag_also(where_of(user), "%s uses it too", user->name);
		is_reported = true;
	}
	if (is_reported)
		diag_fix("give each user a %s of its own",
			 provider->module->name);
}

static void
check_all_exclusive(const struct resolution *resolution)
{
	const struct build *build = resolution->build;
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *provider = build->instances.at[i];

		for (j = 0; j < provider->module->provides_count; j++)
			check_exclusive(resolution, provider,
					provider->module->provides[j]);
	}
}

static void
check_single(const struct build *build)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (!instance->module->is_single)
			continue;
		for (j = 0; j < i; j++) {
			const struct instance *other = build->instances.at[j];

			if (other->module != instance->module)
				continue;
			diag(E0307, where_of(instance), instance->name,
			     "an image holds one %s", instance->module->name);
			diag_also(where_of(other), "%s is one already",
				  other->name);
			diag_fix("remove one of them");
			break;
		}
	}
}

/* A port that an instance listens on, and whose port that is. */
struct listener {
	const struct instance *instance, *provider;
	size_t setting_index;
	int64_t port;
};

static const struct instance *
wired_to(const struct instance *instance, const char *slot)
{
	size_t i;

	for (i = 0; i < instance->module->requires.count; i++)
		if (text_equal(instance->module->requires.at[i].slot, slot))
			return instance->wires[i];
	return NULL;
}

static struct where
value_where(const struct instance *instance, size_t setting_index)
{
	const struct origin *origin = &instance->origins[setting_index];

	return origin->kind == ORIGIN_CONFIG ||
	       origin->kind == ORIGIN_OPTION ||
	       origin->kind == ORIGIN_OPTION_DEFAULT
		       ? origin->where
		       : where_of(instance);
}

static void
refuse_listener(const struct listener *listener, const struct listener *other)
{
	const struct instance *instance = listener->instance;
	const char *setting =
		instance->module->settings.at[listener->setting_index].name;

	assert(listener->provider != NULL);
	diag(E0307, value_where(instance, listener->setting_index),
	     arena_printf("%s.%s", instance->name, setting),
	     "port %lld of %s is taken", (long long)listener->port,
	     listener->provider->name);
	diag_also(value_where(other->instance, other->setting_index),
		  "%s listens on it", other->instance->name);
	diag_fix("give %s.%s another port", instance->name, setting);
}

static void
check_listeners(const struct build *build)
{
	LIST(struct listener) listeners = { 0 };
	size_t i, j, k;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct module *module = instance->module;

		for (j = 0; j < module->settings.count; j++) {
			const char *slot = module->settings.at[j].listens_slot;
			struct listener *listener;

			if (slot == NULL || wired_to(instance, slot) == NULL ||
			    !instance_has_value(instance, j))
				continue;
			listener = list_add(&listeners);
			*listener = (struct listener){
				instance, wired_to(instance, slot), j,
				instance->values[j].number,
			};
			for (k = 0; k + 1 < listeners.count; k++)
				if (listeners.at[k].provider ==
					    listener->provider &&
				    listeners.at[k].port == listener->port)
					refuse_listener(listener,
							&listeners.at[k]);
		}
	}
}

/* An address that no two instances may have, and whose it is. */
struct taken {
	const struct instance *instance;
	size_t setting_index;
	const char *address;	/* as it is shown, without a prefix */
	size_t sequence;
};

static int
address_order(const void *a, const void *b)
{
	const struct taken *first = a, *second = b;
	int order = strcmp(first->address, second->address);

	return order != 0 ? order : (first->sequence > second->sequence) -
				    (first->sequence < second->sequence);
}

static void
refuse_address(const struct taken *taken, const struct taken *other)
{
	const struct instance *instance = taken->instance;
	const char *setting =
		instance->module->settings.at[taken->setting_index].name;

	diag(E0307, value_where(instance, taken->setting_index),
	     arena_printf("%s.%s", instance->name, setting),
	     "%s has this address: %s", other->instance->name, taken->address);
	diag_also(value_where(other->instance, other->setting_index),
		  "it is given to %s here", other->instance->name);
	diag_fix("give one of the two another address");
}

static void
check_unique(const struct build *build)
{
	LIST(struct taken) taken = { 0 };
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->settings.count; j++) {
			const struct setting *setting =
				&instance->module->settings.at[j];
			const char *shown;
			size_t sequence = taken.count;

			if (!setting->is_unique ||
			    !instance_has_value(instance, j))
				continue;
			shown = type_show(setting, &instance->values[j]);
			*list_add(&taken) = (struct taken){ instance, j,
				arena_copy_n(shown, strcspn(shown, "/")),
				sequence };
		}
	}
	if (taken.count != 0)
		qsort(taken.at, taken.count, sizeof *taken.at, address_order);
	for (i = 1; i < taken.count; i++)
		if (text_equal(taken.at[i - 1].address, taken.at[i].address))
			refuse_address(&taken.at[i], &taken.at[i - 1]);
}

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

	diag(E0304, where_of(instance), instance->name,
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
			if (runs_on(instance->module, platform))
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
		diag(E0307, where_of(instance), instance->name,
		     "the bus %s has %u slots, and all are taken", bus->name,
		     bus->slots_count);
		diag_also(where_of(last[bus - platform->buses]),
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

		if (runs_on(module, platform))
			continue;
		diag(E0304, blame(resolution, instance), instance->name, "%s does not run on %s",
		     module->name, platform->name);
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
		diag(E0306, where_of(instance), instance->name,
		     "nothing uses it, and all it does is provide %s",
		     module->provides[0]);
		diag_fix("remove it, or wire something to it");
	}
}

/* ---- Order ----------------------------------------------------------- */

/*
 * Instances are numbered by name. ready is a binary heap of numbers whose
 * providers have all been placed: the least is next.
 */
struct order {
	struct build *build;
	size_t *waits;		/* by number: providers not yet placed */
	size_t *ready;
	size_t ready_count;
};

static void
swap(size_t *a, size_t *b)
{
	size_t other = *a;

	*a = *b;
	*b = other;
}

static void
push_ready(struct order *order, size_t number)
{
	size_t *heap = order->ready, at = order->ready_count++;

	heap[at] = number;
	for (; at != 0 && heap[(at - 1) / 2] > heap[at]; at = (at - 1) / 2)
		swap(&heap[at], &heap[(at - 1) / 2]);
}

static size_t
pop_ready(struct order *order)
{
	size_t *heap = order->ready, least = heap[0], at = 0, child;

	heap[0] = heap[--order->ready_count];
	while ((child = at * 2 + 1) < order->ready_count) {
		if (child + 1 < order->ready_count &&
		    heap[child + 1] < heap[child])
			child++;
		if (heap[at] <= heap[child])
			break;
		swap(&heap[at], &heap[child]);
		at = child;
	}
	return least;
}

/* By name; the instance is there. */
static size_t
number_of(const struct build *build, const struct instance *instance)
{
	struct instance **found = bsearch(&instance, build->instances.at,
					  build->instances.count,
					  sizeof *build->instances.at,
					  instance_order);

	return (size_t)(found - build->instances.at);
}

static bool
is_kernel(const struct instance *instance)
{
	return text_equal(instance->name, "kernel");
}

/* Distinct providers: a wire counts once for each slot on both sides. */
static size_t
count_wires(const struct instance *user, const struct instance *provider)
{
	size_t slot, count = 0;

	for (slot = 0; slot < user->module->requires.count; slot++)
		count += provider == NULL ? user->wires[slot] != NULL
					  : user->wires[slot] == provider;
	return count;
}

/* A provider of number that waits too; there is one while number waits. */
static size_t
waiting_provider(const struct order *order, size_t number, size_t *slot)
{
	const struct instance *user = order->build->instances.at[number];

	for (*slot = 0; *slot < user->module->requires.count; (*slot)++) {
		size_t provider;

		if (user->wires[*slot] == NULL)
			continue;
		provider = number_of(order->build, user->wires[*slot]);
		if (order->waits[provider] != 0)
			return provider;
	}
	return number;
}

/*
 * Report each cycle once. From any waiting instance a walk along waiting
 * providers must enter a cycle; walks that meet an earlier one stop.
 */
static void
report_cycles(struct order *order)
{
	const struct build *build = order->build;
	size_t *walk = arena_alloc(build->instances.count, sizeof *walk);
	size_t start, slot;

	for (start = 0; start < build->instances.count; start++) {
		size_t at = start, first;
		const struct instance *instance;

		if (order->waits[start] == 0)
			continue;
		for (; walk[at] == 0; at = waiting_provider(order, at, &slot))
			walk[at] = start + 1;
		if (walk[at] != start + 1)
			continue;
		first = at;
		instance = build->instances.at[first];
		diag(E0303, where_of(instance), instance->name,
		     "it needs itself to start");
		do {
			size_t next = waiting_provider(order, at, &slot);
			const struct instance *user = build->instances.at[at];

			diag_also(user->wire_origins[slot].kind == ORIGIN_CONFIG
					  ? user->wire_origins[slot].where
					  : where_of(user),
				  "%s needs %s", slot_name(user, slot),
				  build->instances.at[next]->name);
			at = next;
		} while (at != first);
		waiting_provider(order, first, &slot);
		diag_fix("wire %s to an instance that does not need %s",
			 slot_name(instance, slot), instance->name);
	}
}

static void
order_instances(struct build *build)
{
	struct order order = { .build = build };
	size_t count = build->instances.count, placed = 0, i;
	struct instance **placement = arena_alloc(count, sizeof *placement);

	order.waits = arena_alloc(count, sizeof *order.waits);
	order.ready = arena_alloc(count, sizeof *order.ready);
	for (i = 0; i < count; i++) {
		struct instance *instance = build->instances.at[i];

		if (is_kernel(instance)) {
			placement[placed++] = instance;
			continue;
		}
		order.waits[i] = count_wires(instance, NULL);
		if (order.waits[i] == 0)
			push_ready(&order, i);
	}
	while (order.ready_count != 0) {
		struct instance *provider =
			build->instances.at[pop_ready(&order)];

		placement[placed++] = provider;
		for (i = 0; i < provider->users_count; i++) {
			struct instance *user = provider->users[i];
			size_t number = number_of(build, user);

			if (is_kernel(user))
				continue;
			order.waits[number] -= count_wires(user, provider);
			if (order.waits[number] == 0)
				push_ready(&order, number);
		}
	}
	if (placed != count) {
		report_cycles(&order);
		return;
	}
	memcpy(build->instances.at, placement, count * sizeof *placement);
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
	check_single(build);
	check_listeners(build);
	check_unique(build);
	assign_device_slots(&resolution);
	device_check(build);
	check_unused(build);
	check_all_exclusive(&resolution);
	order_instances(build);
}

void
resolve_sealed(const struct build *build)
{
	check_listeners(build);
	check_unique(build);
	device_check(build);
}
