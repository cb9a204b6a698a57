/* SPDX-License-Identifier: ISC */
/*
 * unicc diff A B: what differs between two images, by function, table and text.
 *
 * Things move when others grow, so addresses are no difference: of a thing's
 * bytes those that the linker filled in are left out, and what they refer to is
 * taken in their place.
 */
#include <assert.h>
#include <cjson/cJSON.h>
#include <elf.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_image.h"
#include "driver.h"

enum { HASH_BYTES = 32 };

struct thing {
	const struct audit *audit;
	const struct audit_node *node;
	const char *owner, *shown;
	uint8_t hash[HASH_BYTES];
};

struct side {
	const struct audit *audit;
	LIST(struct thing) things;	/* by owner, kind, name, hash */
};

/* ---- Things -------------------------------------------------------------------- */

static void
hash_text(struct sha256_ctx *hash, const char *text)
{
	sha256_update(hash, strlen(text) + 1, (const uint8_t *)text);
}

/* A place that refers to something: its field, and what that is. */
static void
hash_reference(struct sha256_ctx *hash, const struct thing *thing,
	       uint8_t *bytes, size_t size,
	       const struct linked_relocation *relocation)
{
	const struct audit *audit = thing->audit;
	size_t at = (size_t)(relocation->at - thing->node->address), i;
	size_t target = audit_relocation_target(audit, relocation);
	size_t width = relocation->type == R_X86_64_64 ||
				       relocation->type == R_X86_64_PC64
			       ? 8
			       : 4;

	for (i = at; i < at + width && i < size; i++)
		bytes[i] = 0;
	hash_text(hash, arena_printf("%zu %u", at, relocation->type));
	if (target == AUDIT_NONE) {
		hash_text(hash, audit->linked.symbols[relocation->symbol].name);
		return;
	}
	hash_text(hash, audit_owner_of(audit, &audit->nodes.at[target]));
	hash_text(hash, audit->nodes.at[target].name);
}

static void
hash_thing(struct thing *thing)
{
	const struct audit *audit = thing->audit;
	const struct audit_node *node = thing->node;
	struct bytes linked = audit_bytes_of(audit, node);
	uint8_t *bytes = arena_alloc(linked.size + 1, 1);
	struct sha256_ctx hash;
	size_t i;

	sha256_init(&hash);
	hash_text(&hash, arena_printf("%llu", (unsigned long long)node->size));
	if (linked.at != NULL)
		memcpy(bytes, linked.at, linked.size);
	for (i = audit_first_relocation(audit, node->address);
	     i < audit->linked.relocations.count &&
	     audit->linked.relocations.at[i].at < node->address + linked.size;
	     i++)
		hash_reference(&hash, thing, bytes, linked.size,
			       &audit->linked.relocations.at[i]);
	sha256_update(&hash, linked.size, bytes);
	sha256_digest(&hash, HASH_BYTES, thing->hash);
}

static int
key_order(const struct thing *a, const struct thing *b)
{
	int order = strcmp(a->owner, b->owner);

	if (order == 0)
		order = (a->node->kind > b->node->kind) -
			(a->node->kind < b->node->kind);
	return order != 0 ? order : strcmp(a->node->name, b->node->name);
}

static int
thing_order(const void *a, const void *b)
{
	const struct thing *first = a, *second = b;
	int order = key_order(first, second);

	return order != 0 ? order
			  : memcmp(first->hash, second->hash, HASH_BYTES);
}

static struct side
make_side(const struct audit *audit)
{
	struct side side = { audit, { 0 } };
	size_t i;

	for (i = 0; i < audit->nodes.count; i++) {
		struct thing *thing = list_add(&side.things);

		thing->audit = audit;
		thing->node = &audit->nodes.at[i];
		thing->owner = audit_owner_of(audit, thing->node);
		thing->shown = audit_show(thing->node);
		hash_thing(thing);
	}
	if (side.things.count != 0)
		qsort(side.things.at, side.things.count,
		      sizeof *side.things.at, thing_order);
	return side;
}

/* ---- What differs ----------------------------------------------------------------- */

/* before or after is NULL where there is none. */
struct change {
	const struct thing *before, *after;
};

struct changes {
	LIST(struct change) list;
};

static void
add_change(struct changes *changes, const struct thing *before,
	   const struct thing *after)
{
	*list_add(&changes->list) = (struct change){ before, after };
}

/* Things of one name: what is equal cancels, the rest changed in turn. */
static void
compare_group(struct changes *changes, const struct thing *a, size_t a_count,
	      const struct thing *b, size_t b_count)
{
	LIST(const struct thing *) gone = { 0 }, come = { 0 };
	size_t i = 0, j = 0;

	while (i < a_count || j < b_count) {
		int order = i == a_count   ? 1
			    : j == b_count ? -1
					   : memcmp(a[i].hash, b[j].hash,
						    HASH_BYTES);

		if (order < 0)
			*list_add(&gone) = &a[i++];
		else if (order > 0)
			*list_add(&come) = &b[j++];
		else
			i++, j++;
	}
	for (i = 0; i < gone.count || i < come.count; i++)
		add_change(changes, i < gone.count ? gone.at[i] : NULL,
			   i < come.count ? come.at[i] : NULL);
}

static size_t
group_end(const struct side *side, size_t start)
{
	size_t end = start + 1;

	while (end < side->things.count &&
	       key_order(&side->things.at[start], &side->things.at[end]) == 0)
		end++;
	return end;
}

static long long
delta(const struct change *change)
{
	return (change->after == NULL ? 0
				      : (long long)change->after->node->size) -
	       (change->before == NULL
			? 0
			: (long long)change->before->node->size);
}

/* The largest differences first; those of one size by name. */
static int
change_order(const void *a, const void *b)
{
	const struct change *first = a, *second = b;
	long long one = llabs(delta(first)), other = llabs(delta(second));

	if (one != other)
		return one > other ? -1 : 1;
	return key_order(first->after == NULL ? first->before : first->after,
			 second->after == NULL ? second->before
					       : second->after);
}

static struct changes
compare(const struct side *a, const struct side *b)
{
	struct changes changes = { 0 };
	size_t i = 0, j = 0, i_end, j_end;

	while (i < a->things.count || j < b->things.count) {
		int order = i == a->things.count   ? 1
			    : j == b->things.count ? -1
			    : key_order(&a->things.at[i], &b->things.at[j]);

		i_end = order <= 0 ? group_end(a, i) : i;
		j_end = order >= 0 ? group_end(b, j) : j;
		compare_group(&changes, a->things.at + i, i_end - i,
			      b->things.at + j, j_end - j);
		i = i_end;
		j = j_end;
	}
	if (changes.list.count != 0)
		qsort(changes.list.at, changes.list.count,
		      sizeof *changes.list.at, change_order);
	return changes;
}

/* ---- The answer --------------------------------------------------------------------- */

static void
print_change(const struct change *change)
{
	const struct thing *before = change->before, *after = change->after;
	const struct thing *one = after == NULL ? before : after;
	const char *what;

	assert(one != NULL);
	if (before == NULL || after == NULL)
		what = arena_printf("%c %s", before == NULL ? '+' : '-',
				    one->shown);
	else
		what = arena_printf("~ %s", one->shown);
	printf("%-52s  %+6lld  %s of %s%s\n", what, delta(change),
	       one->node->file_bytes == 0 ? "memory"
					  : audit_kinds[one->node->kind],
	       one->owner,
	       before != NULL && after != NULL && delta(change) == 0
		       ? ", other bytes"
		       : "");
}

static void
json_thing(cJSON *object, const char *key, const struct thing *thing)
{
	if (thing != NULL)
		cJSON_AddNumberToObject(object, key,
					(double)thing->node->size);
}

/* A value of a secret is not known here, and one that is not filled is none. */
static void
print_sealed(const struct sealed_changes *sealed)
{
	size_t i;

	for (i = 0; i < sealed->count; i++) {
		const struct sealed_change *change = &sealed->at[i];

		if (change->is_secret)
			printf("~ %s: another secret\n", change->name);
		else
			printf("~ %s = %s -> %s  sealed\n", change->name,
			       change->before == NULL ? "not filled"
						      : change->before,
			       change->after == NULL ? "not filled"
						     : change->after);
	}
	if (sealed->is_all)
		puts("nothing but sealed values differs, and the identity that "
		     "follows from them");
}

static void
print_json(const struct changes *changes)
{
	cJSON *array = cJSON_CreateArray(), *object;
	char *text;
	size_t i;

	for (i = 0; i < changes->list.count; i++) {
		const struct change *change = &changes->list.at[i];
		const struct thing *one = change->after == NULL
						  ? change->before
						  : change->after;

		assert(one != NULL);
		object = cJSON_CreateObject();
		cJSON_AddItemToArray(array, object);
		cJSON_AddStringToObject(object, "change",
					change->before == NULL	? "added"
					: change->after == NULL ? "removed"
								: "changed");
		cJSON_AddStringToObject(object, "name",
					text_utf8(one->node->name));
		cJSON_AddStringToObject(object, "kind",
					audit_kinds[one->node->kind]);
		cJSON_AddStringToObject(object, "owner", one->owner);
		json_thing(object, "before", change->before);
		json_thing(object, "after", change->after);
	}
	text = cJSON_Print(array);
	puts(text == NULL ? "" : text);
	free(text);
	cJSON_Delete(array);
}

static const char *
module_of(const struct audit *audit, const struct audit_row *row)
{
	return row->node == AUDIT_NONE
		       ? "image"
		       : audit_module_of(audit, &audit->nodes.at[row->node]);
}

static void
print_modules(const struct audit *before, const struct audit *after)
{
	const struct audit *both[] = { before, after };
	LIST(const char *) names = { 0 };
	LIST(long long) deltas = { 0 };
	size_t i, j, k;

	for (i = 0; i < 2; i++)
		for (j = 0; j < both[i]->rows.count; j++) {
			const struct audit_row *row = &both[i]->rows.at[j];
			const char *name = module_of(both[i], row);

			for (k = 0; k < names.count; k++)
				if (text_equal(names.at[k], name))
					break;
			if (k == names.count) {
				*list_add(&names) = name;
				*list_add(&deltas) = 0;
			}
			deltas.at[k] += (i == 0 ? -1 : 1) *
					(long long)row->size;
		}
	for (k = 0; k < names.count; k++)
		if (deltas.at[k] != 0)
			printf("  %-50s  %+6lld  bytes of the file\n",
			       names.at[k], deltas.at[k]);
}

void
diff_print(const struct audit *before, const struct audit *after,
	   const struct sealed_changes *sealed, bool is_json)
{
	struct side a = make_side(before), b = make_side(after);
	struct changes changes = compare(&a, &b);
	bool is_same = before->file.size == after->file.size &&
		       memcmp(before->file.at, after->file.at,
			      after->file.size) == 0;
	size_t i;

	if (is_json) {
		print_json(&changes);
		return;
	}
	if (is_same)
		return;
	printf("%s, %zu bytes -> %s, %zu bytes\n", before->name,
	       before->file.size, after->name, after->file.size);
	print_modules(before, after);
	for (i = 0; i < changes.list.count; i++)
		print_change(&changes.list.at[i]);
	print_sealed(sealed);
}

int
diff_images(const char *before, const char *after, bool is_json)
{
	static struct audit a, b;
	struct sealed_changes sealed;

	if (!audit_of_path(&a, before) || !audit_of_path(&b, after))
		return (int)diag_flush();
	sealed = diff_sealed(&a, before, &b, after);
	diff_print(&a, &b, &sealed, is_json);
	return STATUS_OK;
}
