/* SPDX-License-Identifier: ISC */
/* Slots: see slot.h. */
#include "slot.h"

#include <stdlib.h>
#include <string.h>

#include "type.h"

enum { SLOT_ALIGN = 4, FILLED_BYTES = 4, LENGTH_BYTES = 4 };

const struct setting *
slot_setting(const struct slot *slot)
{
	return &slot->instance->module->settings.at[slot->index];
}

struct value *
slot_value(const struct slot *slot)
{
	return &slot->instance->values[slot->index];
}

bool
slot_is_secret(const struct slot *slot)
{
	return slot_setting(slot)->type == TYPE_SECRET;
}

/* ---- The layout ------------------------------------------------------- */

static bool
has_length(enum type type)
{
	return type == TYPE_TEXT || type == TYPE_SECRET;
}

/* A number of 8 bytes; every other one is an int. */
static bool
is_wide(const struct setting *setting)
{
	switch (setting->type) {
	case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION: case TYPE_PORT:
		return !type_is_enumerator(setting);
	default:
		return false;
	}
}

static size_t
value_bytes(const struct setting *setting)
{
	if (has_length(setting->type))
		return LENGTH_BYTES + (size_t)setting->max + 1;
	if (setting->type == TYPE_CIDR || is_wide(setting))
		return 8;
	if (setting->type == TYPE_IPV6)
		return 16;
	return setting->type == TYPE_MAC ? 6 : 4;
}

size_t
slot_bytes(const struct setting *setting)
{
	size_t bytes = FILLED_BYTES + value_bytes(setting);

	return (bytes + SLOT_ALIGN - 1) & ~(size_t)(SLOT_ALIGN - 1);
}

static int
slot_order(const void *a, const void *b)
{
	const struct slot *first = a, *second = b;

	if (slot_is_secret(first) != slot_is_secret(second))
		return slot_is_secret(first) ? 1 : -1;
	return strcmp(first->name, second->name);
}

static void
add_slots(struct slots *slots, struct instance *instance)
{
	const struct module *module = instance->module;
	size_t i;

	for (i = 0; i < module->settings.count; i++)
		if (instance->values[i].is_sealed)
			*list_add(&slots->list) = (struct slot){
				.name = arena_printf("%s.%s", instance->name,
						     module->settings.at[i].name),
				.instance = instance,
				.index = i,
				.bytes = slot_bytes(&module->settings.at[i]),
			};
}

struct slots
slots_of(const struct build *build)
{
	struct slots slots = { 0 };
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		add_slots(&slots, build->instances.at[i]);
	if (slots.list.count == 0)
		return slots;
	qsort(slots.list.at, slots.list.count, sizeof *slots.list.at,
	      slot_order);
	slots.sealed_bytes = slots.bytes = SLOT_ALIGN;
	for (i = 0; i < slots.list.count; i++) {
		slots.list.at[i].offset = slots.bytes;
		slots.bytes += slots.list.at[i].bytes;
		if (!slot_is_secret(&slots.list.at[i]))
			slots.sealed_bytes = slots.bytes;
	}
	return slots;
}

/* ---- As C and assembly see them --------------------------------------- */

static const char *
c_type(const struct setting *setting)
{
	if (is_wide(setting))
		return setting->min < 0 ? "slot_i64" : "slot_u64";
	switch (setting->type) {
	case TYPE_TEXT: case TYPE_SECRET:
		return "char";
	case TYPE_IPV4:
		return "uint32_t";
	case TYPE_IPV6:
		return "struct ipv6";
	case TYPE_CIDR:
		return "struct cidr";
	case TYPE_MAC:
		return "struct mac";
	default:
		return "int";
	}
}

void
slot_write_c(struct buffer *out, const struct instance *instance, size_t index)
{
	const struct setting *setting = &instance->module->settings.at[index];
	size_t i;

	if (setting->is_optional)
		buffer_printf(out, "enum { %s_is_set = 1 };\n",
			      setting->c_name);
	for (i = 0; i < setting->choices_count; i++)
		buffer_printf(out, "enum { %s_%s = %zu };\n", setting->c_name,
			      setting->choices[i], i);
	buffer_printf(out, "extern const %s %s%s __asm__(\"%s.%s\");\n",
		      c_type(setting), setting->c_name,
		      has_length(setting->type) ? "[]" : "", instance->name,
		      setting->name);
	if (has_length(setting->type))
		buffer_printf(out, "extern const int %s_length "
				   "__asm__(\"%s.%s.length\");\n",
			      setting->c_name, instance->name, setting->name);
}

static void
write_object(struct buffer *out, const char *name, size_t bytes)
{
	buffer_printf(out, "\t.globl %s\n\t.type %s, @object\n"
			   "\t.size %s, %zu\n%s:\t.zero %zu\n",
		      name, name, name, bytes, name, bytes);
}

void
slots_write_assembly(struct buffer *out, const struct slots *slots)
{
	size_t i;

	buffer_printf(out, "/* What is filled in after the build. Written by "
			   "unicc. */\n"
			   "\t.section .note.unicc.slots, \"a\", @note\n"
			   "\t.balign 4\n\t.long 6, 2f - 1f, 3\n"
			   "\t.asciz \"unicc\"\n\t.balign 4\n"
			   "1:\t.long %zu\n", slots->sealed_bytes);
	for (i = 0; i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];
		const struct setting *setting = slot_setting(slot);
		size_t bytes = value_bytes(setting);

		write_object(out, arena_printf("%s.filled", slot->name),
			     FILLED_BYTES);
		if (has_length(setting->type)) {
			write_object(out, arena_printf("%s.length", slot->name),
				     LENGTH_BYTES);
			bytes -= LENGTH_BYTES;
		}
		write_object(out, slot->name, bytes);
		buffer_printf(out, "\t.balign %d\n", SLOT_ALIGN);
	}
	buffer_printf(out, "2:\n");
}

/* ---- Values ------------------------------------------------------------ */

static void
put(uint8_t *at, uint64_t number, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		at[i] = (uint8_t)(number >> (8 * i));
}

static void
put_text(uint8_t *at, struct bytes text)
{
	put(at, text.size, LENGTH_BYTES);
	if (text.size != 0)
		memcpy(at + LENGTH_BYTES, text.at, text.size);
}

static void
put_value(uint8_t *at, const struct setting *setting, const struct value *value)
{
	switch (setting->type) {
	case TYPE_TEXT:
		put_text(at, (struct bytes){ (const uint8_t *)value->text,
					     strlen(value->text) });
		break;
	case TYPE_CIDR:
		put(at, (uint64_t)value->number, 4);
		put(at + 4, value->prefix_bits, 4);
		break;
	case TYPE_IPV6:
		memcpy(at, value->ipv6, sizeof value->ipv6);
		break;
	case TYPE_MAC:
		memcpy(at, value->mac, sizeof value->mac);
		break;
	default:
		put(at, (uint64_t)value->number, value_bytes(setting));
	}
}

void
slots_fill(const struct slots *slots, uint8_t *payload)
{
	size_t i;

	for (i = 0; i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];
		const struct value *value = slot_value(slot);
		uint8_t *at = payload + slot->offset;

		if (slot_is_secret(slot))
			continue;
		memset(at, 0, slot->bytes);
		put(at, value->is_filled, FILLED_BYTES);
		if (value->is_filled)
			put_value(at + FILLED_BYTES, slot_setting(slot), value);
	}
}

void
slot_fill_secret(const struct slot *slot, struct bytes secret, uint8_t *payload)
{
	uint8_t *at = payload + slot->offset;

	memset(at, 0, slot->bytes);
	put(at, 1, FILLED_BYTES);
	put_text(at + FILLED_BYTES, secret);
}

static bool
is_zero(const uint8_t *at, size_t size)
{
	while (size != 0 && at[size - 1] == 0)
		size--;
	return size == 0;
}

static uint64_t
get(const uint8_t *at, size_t bytes)
{
	uint64_t number = 0;

	while (bytes-- != 0)
		number = number << 8 | at[bytes];
	return number;
}

static bool
get_text(const struct setting *setting, const uint8_t *at, struct value *value)
{
	uint64_t size = get(at, LENGTH_BYTES);

	at += LENGTH_BYTES;
	if (size > (uint64_t)setting->max || memchr(at, '\0', size) != NULL)
		return false;
	value->text = arena_copy_n((const char *)at, size);
	return is_zero(at + size, (size_t)setting->max + 1 - size);
}

static bool
get_choice(const struct setting *setting, struct value *value)
{
	if ((uint64_t)value->number >= setting->choices_count)
		return false;
	value->text = setting->choices[value->number];
	return true;
}

static bool
get_value(const struct setting *setting, const uint8_t *at,
	  struct value *value)
{
	size_t bytes = value_bytes(setting);

	if (setting->type == TYPE_TEXT)
		return get_text(setting, at, value);
	if (setting->type == TYPE_IPV6)
		memcpy(value->ipv6, at, sizeof value->ipv6);
	if (setting->type == TYPE_MAC)
		memcpy(value->mac, at, sizeof value->mac);
	if (bytes == 8)
		value->number = (int64_t)get(at, 8);
	if (bytes == 4)
		value->number = (int32_t)get(at, 4);
	if (setting->type == TYPE_CIDR)
		value->prefix_bits = (unsigned)get(at + 4, 4);
	if (setting->type == TYPE_CIDR || setting->type == TYPE_IPV4)
		value->number = (int64_t)get(at, 4);
	if (setting->type == TYPE_CHOICE)
		return get_choice(setting, value);
	return setting->type != TYPE_CIDR || value->prefix_bits <= 32;
}

bool
slot_read(const struct setting *setting, const uint8_t *at,
	  struct value *value)
{
	uint64_t filled = get(at, FILLED_BYTES);
	size_t used = FILLED_BYTES + value_bytes(setting);

	*value = (struct value){ .type = setting->type, .is_sealed = true,
				 .is_filled = filled != 0 };
	if (filled == 0)
		return is_zero(at, slot_bytes(setting));
	return filled == 1 &&
	       get_value(setting, at + FILLED_BYTES, value) &&
	       is_zero(at + used, slot_bytes(setting) - used);
}

bool
slot_is_filled(const struct slot *slot, const uint8_t *payload)
{
	return payload[slot->offset] != 0;
}

const char *
slot_show(const struct setting *setting, const struct value *value)
{
	if (setting->type == TYPE_SECRET || !value->is_sealed)
		return type_show(setting, value);
	if (!value->is_filled)
		return "sealed, not filled";
	return arena_printf("%s (sealed)", type_show(setting, value));
}
