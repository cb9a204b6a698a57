/* SPDX-License-Identifier: ISC */
/*
 * NAME.libvirt.xml: the machine that an image needs, as virsh define takes it
 * (libvirt's Domain XML format, driver libxl). libvirt wants the kernel's whole
 * path; images lie in the folder of its default pool.
 */
#include "package.h"

#include <string.h>

#include "device.h"

static const char images[] = "/var/lib/libvirt/images";

/* What tells PVH from PV: type and machine of <os>. */
static const struct {
	const char *xl, *type, *machine;
} kinds[] = {
	{ "pvh", "xenpvh", "xenpvh" },
	{ "pv", "linux", "xenpv" },
};

static void
add_os(struct buffer *out, const struct build *build)
{
	size_t i;

	for (i = 0; i < countof(kinds); i++)
		if (text_equal(kinds[i].xl, build->image.platform->xl))
			buffer_printf(out,
				      "  <os>\n"
				      "    <type arch='x86_64' machine='%s'>%s"
				      "</type>\n"
				      "    <kernel>%s/%s.elf</kernel>\n"
				      "  </os>\n", kinds[i].machine,
				      kinds[i].type, images, build->image.name);
}

static void
add_device(struct buffer *out, const struct build *build,
	   const struct instance *instance)
{
	const struct device *device = &instance->module->device;
	size_t i;

	for (i = 0; i < device->libvirt_count; i++) {
		const char *line = device_text(build, instance,
					       device->libvirt[i]);

		if (line[0] != '\0')
			buffer_printf(out, "    %s\n", line);
	}
}

struct bytes
libvirt_file(const struct build *build)
{
	const char *name = build->image.name;
	const struct instance *instance;
	struct buffer out = { 0 };
	size_t i, slot;

	buffer_printf(&out, "<!-- %s on Xen through libvirt: put %s.elf into "
			    "%s, then\n     virsh -c xen:///system define "
			    "%s.libvirt.xml. Written by unicc. -->\n"
			    "<domain type='xen'>\n  <name>%s</name>\n"
			    "  <memory unit='KiB'>%lld</memory>\n"
			    "  <vcpu>1</vcpu>\n", name, name, images, name, name,
		      (long long)build->image.memory_bytes / 1024);
	add_os(&out, build);
	buffer_printf(&out, "  <on_poweroff>destroy</on_poweroff>\n"
			    "  <on_reboot>restart</on_reboot>\n"
			    "  <on_crash>destroy</on_crash>\n  <devices>\n");
	for (i = 0; i < build->image.platform->buses_count; i++) {
		const struct bus *bus = &build->image.platform->buses[i];

		for (slot = 0; slot < bus->slots_count; slot++) {
			instance = device_at(build, bus->name, (int)slot);
			if (instance != NULL)
				add_device(&out, build, instance);
		}
	}
	buffer_printf(&out, "    <console type='pty'>\n"
			    "      <target type='xen' port='0'/>\n"
			    "    </console>\n  </devices>\n</domain>\n");
	return (struct bytes){ (const uint8_t *)out.at, out.size };
}
