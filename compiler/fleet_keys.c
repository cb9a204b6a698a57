/* SPDX-License-Identifier: ISC */
/*
 * Fleets, what no two machines share: names, and what a module declares unique.
 * Twelve bytes for each of every row are kept, in a table by their hash.
 */
#include <dirent.h>
#include <string.h>

#include "fleet.h"
#include "type.h"

/* As a batch sends it. */
struct sent {
	uint32_t high, low;
	uint32_t slot;		/* from 1; 0: the name; behind all: the seed */
};

/* An address without its prefix. */
static const char *
show(const struct slot *slot)
{
	const char *shown = type_show(slot_setting(slot), slot_value(slot));

	return arena_copy_n(shown, strcspn(shown, "/"));
}

/* Eight bytes of a hash: that two texts share them is not to be met. No name is
 * an address. */
static struct sent
key_of(const char *text, size_t slot)
{
	struct sent sent = { .slot = (uint32_t)slot };
	uint8_t sha256[32];

	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
	memcpy(&sent.high, sha256, sizeof sent.high);
	memcpy(&sent.low, sha256 + sizeof sent.high, sizeof sent.low);
	return sent;
}

static void
add_key(struct buffer *out, const char *text, size_t slot)
{
	struct sent sent = key_of(text, slot);

	buffer_add(out, &sent, sizeof sent);
}

/* No name and no address is as this is. */
static const char *
seed_text(const char *seed)
{
	return arena_printf("%s %s", fleet_seed_column, seed);
}

void
fleet_add_keys(const struct fleet *fleet, const char *name, struct buffer *out)
{
	const struct slots *slots = &fleet->sealing->slots;
	size_t i;

	if (name != NULL)
		add_key(out, name, 0);
	if (fleet->seed != NULL)
		add_key(out, seed_text(fleet->seed), slots->list.count + 1);
	for (i = 0; i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];

		if (slot_setting(slot)->is_unique && slot_value(slot)->is_filled)
			add_key(out, show(slot), i + 1);
	}
}

/* Room for the keys of all rows at once, of which a fifth stays free: a table
 * that grows would be there twice. */
static void
make_room(struct fleet *fleet)
{
	const struct slots *slots = &fleet->sealing->slots;
	size_t columns = fleet->build == NULL ? 1 : 2, i;

	for (i = 0; i < slots->list.count; i++)
		columns += slot_setting(&slots->list.at[i])->is_unique;
	fleet->keys_room = columns * fleet->table.rows_count * 5 / 4 + 1;
	fleet->keys = arena_alloc(fleet->keys_room, sizeof *fleet->keys);
}

/* Where the key is, or is to be. */
static struct fleet_key *
find_key(const struct fleet *fleet, const struct sent *sent)
{
	size_t at = (size_t)(((uint64_t)sent->high << 32 | sent->low) %
			     fleet->keys_room);

	while (fleet->keys[at].row != 0 && (fleet->keys[at].high != sent->high ||
					    fleet->keys[at].low != sent->low))
		at = at + 1 == fleet->keys_room ? 0 : at + 1;
	return &fleet->keys[at];
}

/* Of the row that was read, whose slot has this key. */
static const char *
show_shared(struct fleet *fleet, uint32_t slot_number,
	    const struct table_row *row)
{
	const struct slot *slot;

	if (slot_number == 0)
		return "the name";
	if (slot_number > fleet->sealing->slots.list.count)
		return seed_text(fleet_row_seed(fleet, row,
						fleet_row_name(row)));
	slot = &fleet->sealing->slots.list.at[slot_number - 1];
	/* Cannot fail: what is wrong sends no key. */
	fleet_row_slot(fleet, row, slot);
	return arena_printf("%s %s", slot->name, show(slot));
}

static void
report_shared(struct fleet *fleet, const struct sent *sent, size_t index,
	      size_t first_index)
{
	struct table_row row = { 0 };
	struct where where;
	const char *name;

	/* Cannot fail: both have sent a key. */
	table_row(&fleet->table, first_index, &row);
	where = row.where;
	name = fleet_row_name(&row);
	name = name == NULL ? "this one" : arena_copy(name);
	table_row(&fleet->table, index, &row);
	diag(E0806, row.where, fleet_row_name(&row), "%s is taken",
	     show_shared(fleet, sent->slot, &row));
	diag_also(where, "by %s", name);
}

void
fleet_take_keys(struct fleet *fleet, size_t index, struct bytes keys)
{
	struct fleet_key *key;
	struct sent sent;

	if (fleet->keys == NULL)
		make_room(fleet);
	for (; keys.size >= sizeof sent; keys.size -= sizeof sent) {
		memcpy(&sent, keys.at, sizeof sent);
		keys.at += sizeof sent;
		key = find_key(fleet, &sent);
		if (key->row != 0)
			report_shared(fleet, &sent, index, key->row - 1);
		else
			*key = (struct fleet_key){ sent.high, sent.low,
						   (uint32_t)index + 1 };
	}
}

/* ---- The fleet as a whole -------------------------------------------------- */

static void
refuse_frozen(const struct fleet *fleet, const struct instance *instance,
	      size_t index)
{
	const struct setting *setting = &instance->module->settings.at[index];

	diag(E0806, (struct where){ fleet->table.path, 0, 0 },
	     arena_printf("%s.%s", instance->name, setting->name),
	     "%s is frozen into the code, so all of its %zu machines have it",
	     type_show(setting, &instance->values[index]),
	     fleet->table.rows_count);
	if (setting->is_sealable)
		diag_fix("write %s = sealed() in the configuration, %sand add "
			 "a column", setting->name,
			 fleet->build == NULL ? "build it again, " : "");
}

void
fleet_find_frozen(const struct fleet *fleet)
{
	const struct build *build = &fleet->sealing->build;
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->settings.count; j++)
			if (instance->module->settings.at[j].is_unique &&
			    instance->origins[j].kind != ORIGIN_NONE &&
			    !instance->values[j].is_sealed)
				refuse_frozen(fleet, instance, j);
	}
}

static bool
is_machine(const char *folder, const char *name)
{
	const char *manifest = arena_printf("%s/%s.manifest.json", name, name);

	return is_image_name(name) && host_exists(host_join(folder, manifest));
}

bool
fleet_find_strangers(const struct fleet *fleet)
{
	DIR *folder = opendir(fleet->out);
	size_t before = diag_count();
	struct dirent *entry;
	struct sent sent;

	if (folder == NULL) {
		package_cannot_write(fleet->out);
		return false;
	}
	/* Names are not kept: there may be very many. */
	while ((entry = readdir(folder)) != NULL) {
		sent = key_of(entry->d_name, 0);
		if (find_key(fleet, &sent)->row != 0 ||
		    !is_machine(fleet->out, entry->d_name))
			continue;
		diag(E0807, (struct where){ host_join(fleet->out, entry->d_name),
					    0, 0 }, NULL,
		     "%s names no such machine", fleet->table.path);
		diag_fix("remove it");
	}
	closedir(folder);
	return diag_count() == before;
}
