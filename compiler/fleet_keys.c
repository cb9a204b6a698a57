/* SPDX-License-Identifier: ISC */
/*
 * Fleets, what no two machines share: names, addresses, MACs. Twelve bytes for
 * each of every row are kept, and sorted.
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

/* The kind of a slot's value; FLEET_KINDS: any two may be equal. */
static enum fleet_kind
kind_of(const struct slot *slot)
{
	switch (slot_setting(slot)->type) {
	case TYPE_CIDR:
		return FLEET_ADDRESS;
	case TYPE_MAC:
		return FLEET_MAC;
	default:
		return FLEET_KINDS;
	}
}

static struct fleet_key
key_of(const struct slot *slot, size_t row)
{
	const struct value *value = slot_value(slot);
	const uint8_t *mac = value->mac;
	struct fleet_key key = { .row = (uint32_t)row };

	if (kind_of(slot) == FLEET_ADDRESS) {
		key.low = (uint32_t)value->number;
	} else {
		key.high = (uint32_t)mac[0] << 8 | mac[1];
		key.low = (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 |
			  (uint32_t)mac[4] << 8 | mac[5];
	}
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
	struct fleet_key key = { .row = (uint32_t)index };
	uint8_t sha256[32];
	size_t i;

	host_sha256((struct bytes){ (const uint8_t *)name, strlen(name) },
		    sha256);
	memcpy(&key.high, sha256, sizeof key.high);
	memcpy(&key.low, sha256 + sizeof key.high, sizeof key.low);
	add_key(out, key, FLEET_NAME);
	for (i = 0; i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];

		if (kind_of(slot) != FLEET_KINDS)
			add_key(out, key_of(slot, index), kind_of(slot));
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

static const char *
show_key(const struct fleet_key *key, enum fleet_kind kind)
{
	if (kind == FLEET_ADDRESS)
		return arena_printf("the address %u.%u.%u.%u", key->low >> 24,
				    key->low >> 16 & 255, key->low >> 8 & 255,
				    key->low & 255);
	if (kind == FLEET_MAC)
		return arena_printf("the MAC %02x:%02x:%02x:%02x:%02x:%02x",
				    key->high >> 8, key->high & 255,
				    key->low >> 24, key->low >> 16 & 255,
				    key->low >> 8 & 255, key->low & 255);
	return "the name";
}

/* A row's name and place; it was read without an error before. */
static const char *
read_name(struct fleet *fleet, uint32_t index, struct where *where)
{
	struct table_row row = { 0 };
	size_t i;

	table_row(&fleet->table, index, &row);
	*where = row.where;
	for (i = 0; i < row.cells.count; i++)
		if (text_equal(row.cells.at[i].name, "name"))
			return arena_copy(row.cells.at[i].text);
	return "?";
}

static void
report_shared(struct fleet *fleet, enum fleet_kind kind,
	      const struct fleet_key *first, const struct fleet_key *second)
{
	struct where where, first_where;
	const char *first_name = read_name(fleet, first->row, &first_where);
	const char *name = read_name(fleet, second->row, &where);

	if (first->row == second->row) {
		diag(E0806, where, name, "%s is there twice",
		     show_key(second, kind));
		return;
	}
	diag(E0806, where, name, "%s is taken", show_key(second, kind));
	diag_also(first_where, "by %s", first_name);
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
