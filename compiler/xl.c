/* SPDX-License-Identifier: ISC */
/*
 * NAME.xl: the machine that an image needs, as xl create takes it (xl.cfg(5)).
 *
 * The devices of a bus stand in the list that their module names, in the order
 * of their numbers on the bus: so xl gives each the number that it expects.
 */
#include "package.h"

#include <string.h>

#include "device.h"

static const int64_t mib_bytes = 1024 * 1024;

/* A string of xl's: its quotes know no escapes but of quotes (xl.cfg(5)). */
static void
add_text(struct buffer *out, const char *name, const char *text)
{
	buffer_printf(out, "%s = \"%s\"\n", name, text);
}

/* The devices of one bus; all stand in the same list. */
static void
add_bus(struct buffer *out, const struct build *build, const struct bus *bus)
{
	const struct instance *instance = device_at(build, bus->name, 0);
	int slot;

	if (instance == NULL || instance->module->device.xl_count == 0)
		return;
	buffer_printf(out, "%s = [\n", instance->module->device.xl[0]);
	for (slot = 0; instance != NULL; slot++) {
		buffer_printf(out, "    \"%s\",  # %s\n",
			      device_text(build, instance,
					  instance->module->device.xl[1]),
			      instance->name);
		instance = device_at(build, bus->name, slot + 1);
	}
	buffer_printf(out, "]\n");
}

struct bytes
xl_file(const struct build *build)
{
	const struct platform *platform = build->image.platform;
	const char *name = build->image.name;
	struct buffer out = { 0 };
	struct bytes text;
	size_t i;

	buffer_printf(&out, "# %s on Xen: \"xl create %s.xl\" in the folder of "
			    "%s.elf. Written by unicc.\n", name, name, name);
	add_text(&out, "name", name);
	add_text(&out, "type", platform->xl);
	add_text(&out, "kernel", arena_printf("%s.elf", name));
	buffer_printf(&out, "memory = %lld\n",
		      (long long)((build->image.memory_bytes + mib_bytes - 1) /
				  mib_bytes));
	buffer_printf(&out, "vcpus = 1\n");
	for (i = 0; i < platform->buses_count; i++)
		add_bus(&out, build, &platform->buses[i]);
	add_text(&out, "on_poweroff", "destroy");
	add_text(&out, "on_reboot", "restart");
	add_text(&out, "on_crash", "destroy");
	text.size = out.size;
	text.at = (const uint8_t *)buffer_keep(&out);
	return text;
}
