/* SPDX-License-Identifier: ISC */
/*
 * QEMU's command line: the platform's words, the image, and each device at
 * the slot whose address is frozen in its driver.
 */
#include <stdio.h>
#include <string.h>

#include "package.h"

static void
add(struct words *words, const char *word)
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

/* The module's word with each %s replaced by the instance's name. */
static const char *
named(const char *word, const char *name)
{
	struct buffer text = { 0 };

	for (; *word != '\0'; word++) {
		if (word[0] == '%' && word[1] == 's') {
			buffer_printf(&text, "%s", name);
			word++;
		} else {
			buffer_add(&text, word, 1);
		}
	}
	return text.at == NULL ? "" : text.at;
}

static const char *
with_forwards(const char *netdev, const struct forward *forwards, size_t count)
{
	struct buffer text = { 0 };
	size_t i;

	buffer_printf(&text, "%s", netdev);
	for (i = 0; i < count; i++)
		buffer_printf(&text, ",hostfwd=tcp:127.0.0.1:%u-:%u",
			      forwards[i].host, forwards[i].guest);
	return text.at;
}

static void
add_device(struct words *words, const struct instance *instance,
	   const struct forward *forwards, size_t count)
{
	const struct device *device = &instance->module->device;
	const char *option = "", *word;
	size_t i;

	for (i = 0; i < device->qemu_count; i++) {
		word = named(device->qemu[i], instance->name);
		if (text_equal(option, "-netdev"))
			word = with_forwards(word, forwards, count);
		else if (text_equal(option, "-device"))
			word = arena_printf("%s,bus=%s", word,
					    bus_of(instance));
		add(words, word);
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

	add(&words, "qemu-system-x86_64");
	for (i = 0; i < platform->qemu_count; i++)
		add(&words, platform->qemu[i]);
	add(&words, "-m");
	add(&words, arena_printf("%lldK",
				 (long long)build->image.memory_bytes / 1024));
	add(&words, "-kernel");
	add(&words, elf_path);
	for (i = 0; i < build->instances.count; i++)
		if (build->instances.at[i]->device_slot >= 0)
			add_device(&words, build->instances.at[i], forwards,
				   forwards_count);
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
	return text.at;
}
