/* SPDX-License-Identifier: ISC */
/*
 * QEMU's command line: the platform's words, the image, and each device at
 * the slot whose address is frozen in its driver.
 */
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "instance.h"
#include "package.h"

void
words_add(struct words *words, const char *word)
{
	words->at = list_grow(words->at, &words->room, words->count,
			      sizeof *words->at);
	words->at[words->count++] = word;
}

/* "virtio_mmio" is QEMU's "virtio-mmio-bus.N". */
static const char *
bus_of(const struct instance *instance)
{
	char *name = arena_copy(instance->module->device.bus);
	char *c;

	for (c = name; *c != '\0'; c++)
		if (*c == '_')
			*c = '-';
	return arena_printf("%s-bus.%d", name, instance->device_slot);
}

/* The user network's own address and the one it gives to a lone guest. */
static const uint32_t default_network = 0x0a000200, default_guest = 0x0a00020f;

static const char *
ipv4_show(uint32_t address)
{
	return arena_printf("%u.%u.%u.%u", address >> 24, address >> 16 & 255,
			    address >> 8 & 255, address & 255);
}

/* The first value of this type among the settings of a user of the device. */
static const struct value *
user_value(const struct build *build, const struct instance *device,
	   enum type type)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *user = build->instances.at[i];
		bool is_wired = false;

		for (j = 0; j < user->module->requires.count; j++)
			is_wired |= user->wires[j] == device;
		for (j = 0; is_wired && j < user->module->settings.count; j++)
			if (user->module->settings.at[j].type == type &&
			    instance_has_value(user, j))
				return &user->values[j];
	}
	return NULL;
}

/*
 * QEMU's user network is 10.0.2.0/24 unless it is told; it forwards to the
 * address it would give by DHCP unless it is told. Both follow the addresses
 * frozen into the image.
 */
const char *
qemu_network(const struct build *build, const struct instance *device,
	     const char *netdev, const struct forward *forwards, size_t count)
{
	const struct value *address = user_value(build, device, TYPE_CIDR);
	const struct value *gateway = user_value(build, device, TYPE_IPV4);
	uint32_t guest = address == NULL ? default_guest
					 : (uint32_t)address->number;
	unsigned prefix_bits = address == NULL ? 24 : address->prefix_bits;
	uint32_t mask = prefix_bits == 0 ? 0 : UINT32_MAX << (32 - prefix_bits);
	struct buffer text = { 0 };
	size_t i;

	buffer_printf(&text, "%s", netdev);
	if ((guest & mask) != default_network || prefix_bits != 24)
		buffer_printf(&text, ",net=%s/%u", ipv4_show(guest & mask),
			      prefix_bits);
	if (text.size != strlen(netdev) && gateway != NULL &&
	    gateway->number != 0)
		buffer_printf(&text, ",host=%s",
			      ipv4_show((uint32_t)gateway->number));
	/* Its own defaults lie outside of a network of 16 addresses or less. */
	if (prefix_bits > 27 && prefix_bits < 31)
		buffer_printf(&text, ",dns=%s,dhcpstart=%s",
			      ipv4_show(guest | ~mask), ipv4_show(guest));
	for (i = 0; i < count; i++)
		buffer_printf(&text, ",hostfwd=tcp:127.0.0.1:%u-%s:%u",
			      forwards[i].host,
			      guest == default_guest ? "" : ipv4_show(guest),
			      forwards[i].guest);
	return buffer_keep(&text);
}

/* The address that the device's own driver was given, as QEMU's word. */
static const char *
mac_of(const struct instance *device)
{
	const struct module *module = device->module;
	size_t i;

	for (i = 0; i < module->settings.count; i++)
		if (module->settings.at[i].type == TYPE_MAC &&
		    instance_has_value(device, i))
			return arena_printf(",mac=%s",
					    type_show(&module->settings.at[i],
						      &device->values[i]));
	return "";
}

static void
add_device(struct words *words, const struct build *build,
	   const struct instance *instance, const struct forward *forwards,
	   size_t count)
{
	const struct device *device = &instance->module->device;
	const char *option = "", *word;
	size_t i;

	for (i = 0; i < device->qemu_count; i++) {
		word = device_text(build, instance, device->qemu[i]);
		if (text_equal(option, "-netdev"))
			word = qemu_network(build, instance, word, forwards,
					    count);
		else if (text_equal(option, "-device"))
			word = arena_printf("%s%s,bus=%s", word,
					    mac_of(instance),
					    bus_of(instance));
		words_add(words, word);
		option = word;
	}
}

struct words
qemu_command(const struct build *build, const char *elf_path,
	     const struct forward *forwards, size_t forwards_count)
{
	const struct platform *platform = build->image.platform;
	struct words words = { 0 };
	size_t i;

	words_add(&words, "qemu-system-x86_64");
	for (i = 0; i < platform->qemu_count; i++)
		words_add(&words, platform->qemu[i]);
	words_add(&words, "-m");
	words_add(&words, arena_printf("%lldK",
				 (long long)build->image.memory_bytes / 1024));
	words_add(&words, "-kernel");
	words_add(&words, elf_path);
	for (i = 0; i < build->instances.count; i++)
		if (build->instances.at[i]->device_slot >= 0)
			add_device(&words, build, build->instances.at[i],
				   forwards, forwards_count);
	return words;
}

const char *
qemu_quote(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=.,:/@%";
	struct buffer text = { 0 };

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0')
		return word;
	buffer_printf(&text, "'");
	for (; *word != '\0'; word++)
		buffer_printf(&text, *word == '\'' ? "'\\''" : "%c", *word);
	buffer_printf(&text, "'");
	return buffer_keep(&text);
}
