/* SPDX-License-Identifier: ISC */
/*
 * What two instances may not both have: a provider with one user at most, a
 * module that an image holds once, a port, an address.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "instance.h"
#include "resolve.h"

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
check_exclusive(const struct build *build, const struct instance *provider,
		const char *interface)
{
	const struct instance *first = NULL;
	bool is_reported = false;
	size_t i;

	if (!catalogue_interface(build->catalogue, interface)->is_exclusive)
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
			diag(E0307, instance_where(provider), provider->name,
			     "%s has one user at most", interface);
			diag_also(instance_where(first), "%s uses it",
				  first->name);
		}
		diag_also(instance_where(user), "%s uses it too", user->name);
		is_reported = true;
	}
	if (is_reported)
		diag_fix("give each user a %s of its own",
			 provider->module->name);
}

static void
check_all_exclusive(const struct build *build)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *provider = build->instances.at[i];

		for (j = 0; j < provider->module->provides_count; j++)
			check_exclusive(build, provider,
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
			diag(E0307, instance_where(instance), instance->name,
			     "an image holds one %s", instance->module->name);
			diag_also(instance_where(other), "%s is one already",
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

static void
refuse_listener(const struct listener *listener, const struct listener *other)
{
	const struct instance *instance = listener->instance;
	const char *setting =
		instance_setting_name(instance, listener->setting_index);

	assert(listener->provider != NULL);
	diag(E0307, instance_value_where(instance, listener->setting_index), setting,
	     "port %lld of %s is taken", (long long)listener->port,
	     listener->provider->name);
	diag_also(instance_value_where(other->instance, other->setting_index),
		  "%s listens on it", other->instance->name);
	diag_fix("give %s another port", setting);
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
		instance_setting_name(instance, taken->setting_index);

	diag(E0307, instance_value_where(instance, taken->setting_index), setting,
	     "%s has this address: %s", other->instance->name, taken->address);
	diag_also(instance_value_where(other->instance, other->setting_index),
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

void
resolve_refuse_taken(const struct build *build)
{
	check_single(build);
	check_all_exclusive(build);
	resolve_refuse_taken_values(build);
}

void
resolve_refuse_taken_values(const struct build *build)
{
	check_listeners(build);
	check_unique(build);
}
