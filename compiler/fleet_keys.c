/* SPDX-License-Identifier: ISC */
/*
 * Fleets, what no two machines share: names, and what a module declares unique.
 * Twelve bytes for each of every row are kept, and sorted.
 */
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "type.h"

/* As a batch sends it. */
struct sent {
	struct fleet_key key;
	uint32_t kind;
};

/* FLEET_KINDS: any two may be equal. */
static enum fleet_kind
kind_of(const struct slot *slot)
{
	return slot_setting(slot)->is_unique ? FLEET_UNIQUE : FLEET_KINDS;
}

/* An address without its prefix. */
static const char *
show(const struct slot *slot)
{
	const char *shown = type_show(slot_setting(slot), slot_value(slot));

	return arena_copy_n(shown, strcspn(shown, "/"));
}

/* Eight bytes of a hash: that two texts share them is not to be met. */
static struct fleet_key
key_of(const char *text, size_t row)
{
	struct fleet_key key = { .row = (uint32_t)row };
	uint8_t sha256[32];

	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
	memcpy(&key.high, sha256, sizeof key.high);
	memcpy(&key.low, sha256 + sizeof key.high, sizeof key.low);
	return key;
}

static void
add_key(struct buffer *out, struct fleet_key key, enum fleet_kind kind)
{
	struct sent sent = { key, kind };

	buffer_add(out, &sent, sizeof sent);
}

void
fleet_add_keys(const struct fleet *fleet, size_t index, const char *name,
	       struct buffer *out)
{
	const struct slots *slots = &fleet->sealing->slots;
	size_t i;

	add_key(out, key_of(name, index), FLEET_NAME);
	for (i = 0; i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];

		if (kind_of(slot) != FLEET_KINDS)
			add_key(out, key_of(show(slot), index), kind_of(slot));
	}
}

/* Room for all rows at once: an array that grows would be there twice. */
static void
make_room(struct fleet *fleet, enum fleet_kind kind)
{
	const struct slots *slots = &fleet->sealing->slots;
	size_t columns = kind == FLEET_NAME, i;

	for (i = 0; i < slots->list.count; i++)
		columns += kind_of(&slots->list.at[i]) == kind;
	fleet->keys[kind].room = columns * fleet->table.rows_count;
	fleet->keys[kind].at = arena_alloc(fleet->keys[kind].room,
					   sizeof *fleet->keys[kind].at);
}

void
fleet_take_keys(struct fleet *fleet, struct bytes keys)
{
	struct sent sent;

	for (; keys.size >= sizeof sent; keys.size -= sizeof sent) {
		memcpy(&sent, keys.at, sizeof sent);
		keys.at += sizeof sent;
		if (fleet->keys[sent.kind].at == NULL)
			make_room(fleet, sent.kind);
		fleet->keys[sent.kind].at[fleet->keys[sent.kind].count++] =
			sent.key;
	}
}

/* ---- What is shared -------------------------------------------------------- */

static int
key_order(const void *a, const void *b)
{
	const struct fleet_key *first = a, *second = b;

	if (first->high != second->high)
		return first->high < second->high ? -1 : 1;
	if (first->low != second->low)
		return first->low < second->low ? -1 : 1;
	return (first->row > second->row) - (first->row < second->row);
}

/* Seal for the row once more; what of it has this key, in words. */
static const char *
find_value(struct fleet *fleet, enum fleet_kind kind,
	   const struct fleet_key *key, struct table_row *row,
	   const char **name)
{
	const struct slots *slots = &fleet->sealing->slots;
	struct fleet_key own;
	size_t i;

	/* Cannot fail: it was judged. */
	*name = fleet_row(fleet, key->row, row);
	for (i = 0; kind != FLEET_NAME && i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];

		if (kind_of(slot) != kind)
			continue;
		own = key_of(show(slot), key->row);
		if (own.high == key->high && own.low == key->low)
			return arena_printf("%s %s", slot->name, show(slot));
	}
	return "the name";
}

static void
report_shared(struct fleet *fleet, enum fleet_kind kind,
	      const struct fleet_key *first, const struct fleet_key *second)
{
	struct table_row row = { 0 }, first_row = { 0 };
	const char *name, *first_name, *value;

	find_value(fleet, kind, first, &first_row, &first_name);
	value = find_value(fleet, kind, second, &row, &name);
	diag(E0806, row.where, name, "%s is taken", value);
	diag_also(first_row.where, "by %s", first_name);
}

void
fleet_find_shared(struct fleet *fleet)
{
	enum fleet_kind kind;
	size_t i, first;

	for (kind = 0; kind < FLEET_KINDS; kind++) {
		const struct fleet_key *keys = fleet->keys[kind].at;
		size_t count = fleet->keys[kind].count;

		if (count != 0)
			qsort(fleet->keys[kind].at, count,
			      sizeof *fleet->keys[kind].at, key_order);
		for (i = 1, first = 0; i < count; i++)
			if (keys[i].high != keys[first].high ||
			    keys[i].low != keys[first].low)
				first = i;
			else
				report_shared(fleet, kind, &keys[first],
					      &keys[i]);
	}
}
