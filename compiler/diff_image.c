/* SPDX-License-Identifier: ISC */
/*
 * unicc diff A B: what differs between two images, by function, table and text.
 *
 * Things move when others grow, so addresses are no difference: of a thing's
 * bytes those that the linker filled in are left out, and what they refer to is
 * taken in their place, with where in it; of a text, the text from there, which
 * may be the end of another in one image and not in the other.
 */
#include <assert.h>
#include <cjson/cJSON.h>
#include <elf.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_image.h"
#include "answer.h"
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

static bool
is_relative(unsigned type)
{
	return type == R_X86_64_PC32 || type == R_X86_64_PLT32 ||
	       type == R_X86_64_PC64;
}

/* Who shares a thing is no more its own than where it lies. */
static const char *
owner_of(const struct audit *audit, const struct audit_node *node)
{
	return node->unit == AUDIT_NONE ? "shared"
					: audit_owner_of(audit, node);
}

/* What a reference means: the text at its end, or a thing and where in it. */
static void
hash_target(struct sha256_ctx *hash, const struct audit *audit,
	    const struct audit_node *node,
	    const struct linked_relocation *relocation)
{
	const struct linked_symbol *symbol =
		&audit->linked.symbols[relocation->symbol];
	uint64_t inside = symbol->address + (uint64_t)relocation->addend +
			  (is_relative(relocation->type) ? 4 : 0) -
			  node->address;

	/* Where the end of a text is another one's, its node ends there. */
	if (node->kind == AUDIT_STRING && inside <= strlen(node->name)) {
		hash_text(hash, "text");
		hash_text(hash, node->name + inside);
		return;
	}
	hash_text(hash, owner_of(audit, node));
	hash_text(hash, node->name);
	hash_text(hash, arena_printf("%lld", (long long)inside));
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
	if (target != AUDIT_NONE) {
		hash_target(hash, audit, &audit->nodes.at[target], relocation);
		return;
	}
	hash_text(hash, audit->linked.symbols[relocation->symbol].name);
	hash_text(hash, arena_printf("%lld", (long long)relocation->addend));
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
		thing->owner = owner_of(audit, thing->node);
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
	size_t same_count, moved_count;	/* things that are in both, and of
					 * these, at another address */
	const char *apart;	/* what differs although no thing does, or NULL */
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
			changes->same_count++,
			changes->moved_count += a[i++].node->address !=
						b[j++].node->address;
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

static bool
have_same_segments(const struct elf_image *a, const struct elf_image *b)
{
	size_t i;

	if (a->segments_count != b->segments_count)
		return false;
	for (i = 0; i < a->segments_count; i++)
		if (a->segments[i].address != b->segments[i].address ||
		    a->segments[i].memory_bytes != b->segments[i].memory_bytes)
			return false;
	return true;
}

/* What no thing holds, the header and the gaps, where both images have them at
 * the same places: else things tell why they differ. */
static const char *
find_apart(const struct audit *a, const struct audit *b)
{
	size_t i;

	if (a->rows.count != b->rows.count || a->file.size != b->file.size ||
	    !have_same_segments(&a->image, &b->image))
		return NULL;
	for (i = 0; i < a->rows.count; i++) {
		const struct audit_row *row = &a->rows.at[i];

		if (row->offset != b->rows.at[i].offset ||
		    row->size != b->rows.at[i].size)
			return NULL;
		if (row->node == AUDIT_NONE &&
		    memcmp(a->file.at + row->offset, b->file.at + row->offset,
			   (size_t)row->size) != 0)
			return audit_kinds[row->kind];
	}
	return NULL;
}

/* ---- The answer --------------------------------------------------------------------- */

/* The two images and all that is said of them. */
struct answer {
	const struct audit *before, *after;
	const char *before_name, *after_name;
	const struct diff_besides *besides;
	struct changes changes;
};

struct module_sum {
	const char *name;
	long long delta;	/* bytes of the file */
};

struct module_sums {
	LIST(struct module_sum) list;
};

static const char *
module_of(const struct audit *audit, const struct audit_row *row)
{
	return row->node == AUDIT_NONE
		       ? "image"
		       : audit_module_of(audit, &audit->nodes.at[row->node]);
}

static void
add_to_module(struct module_sums *sums, const char *name, long long bytes)
{
	size_t i;

	for (i = 0; i < sums->list.count; i++)
		if (text_equal(sums->list.at[i].name, name))
			break;
	if (i == sums->list.count)
		*list_add(&sums->list) = (struct module_sum){ name, 0 };
	sums->list.at[i].delta += bytes;
}

static struct module_sums
sum_modules(const struct answer *answer)
{
	const struct audit *both[] = { answer->before, answer->after };
	struct module_sums sums = { 0 };
	size_t i, j;

	for (i = 0; i < 2; i++)
		for (j = 0; j < both[i]->rows.count; j++) {
			const struct audit_row *row = &both[i]->rows.at[j];

			add_to_module(&sums, module_of(both[i], row),
				      (i == 0 ? -1 : 1) * (long long)row->size);
		}
	return sums;
}

/* ---- As text -------------------------------------------------------------------------- */

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

/* Of one code, nothing: all of it does. */
static void
print_code(const struct diff_code *code)
{
	if (code->same_functions != code->functions ||
	    code->same_gadgets != code->gadgets)
		printf("  %zu of %zu functions and %zu of %zu gadgets lie at "
		       "the same address\n", code->same_functions,
		       code->functions, code->same_gadgets, code->gadgets);
}

static unsigned long long
memory_kib(const struct audit *audit)
{
	return (unsigned long long)(audit->image.end + 1023) / 1024;
}

static void
print_text(const struct answer *answer)
{
	const struct changes *changes = &answer->changes;
	struct module_sums sums = sum_modules(answer);
	size_t i;

	printf("%s, %zu bytes, %llu KiB of memory -> %s, %zu bytes, %llu KiB\n",
	       answer->before_name, answer->before->file.size,
	       memory_kib(answer->before), answer->after_name,
	       answer->after->file.size, memory_kib(answer->after));
	for (i = 0; i < sums.list.count; i++)
		if (sums.list.at[i].delta != 0)
			printf("  %-50s  %+6lld  bytes of the file\n",
			       sums.list.at[i].name, sums.list.at[i].delta);
	for (i = 0; i < changes->list.count; i++)
		print_change(&changes->list.at[i]);
	if (changes->apart != NULL)
		printf("~ %-50s  %+6d  other bytes\n", changes->apart, 0);
	if (changes->moved_count != 0)
		printf("  %zu of %zu that are the same lie elsewhere\n",
		       changes->moved_count, changes->same_count);
	print_sealed(&answer->besides->sealed);
	print_code(&answer->besides->code);
}

/* ---- As JSON --------------------------------------------------------------------------- */

static void
add_number(cJSON *object, const char *key, size_t number)
{
	cJSON_AddNumberToObject(object, key, (double)number);
}

static void
json_image(cJSON *whole, const char *key, const struct audit *audit,
	   const char *name)
{
	cJSON *object = cJSON_AddObjectToObject(whole, key);

	cJSON_AddStringToObject(object, "image", text_utf8(name));
	add_number(object, "file_bytes", audit->file.size);
	add_number(object, "memory_bytes", (size_t)audit->image.end);
}

static void
json_modules(cJSON *array, const struct answer *answer)
{
	struct module_sums sums = sum_modules(answer);
	size_t i;

	for (i = 0; i < sums.list.count; i++) {
		const struct module_sum *sum = &sums.list.at[i];
		cJSON *object;

		if (sum->delta == 0)
			continue;
		object = cJSON_CreateObject();
		cJSON_AddItemToArray(array, object);
		cJSON_AddStringToObject(object, "module", text_utf8(sum->name));
		cJSON_AddNumberToObject(object, "file_bytes",
					(double)sum->delta);
	}
}

static void
json_change(cJSON *array, const struct change *change)
{
	const struct thing *before = change->before, *after = change->after;
	const struct thing *one = after == NULL ? before : after;
	cJSON *object = cJSON_CreateObject();

	assert(one != NULL);
	cJSON_AddItemToArray(array, object);
	cJSON_AddStringToObject(object, "change",
				before == NULL	? "added"
				: after == NULL ? "removed"
						: "changed");
	cJSON_AddStringToObject(object, "name", text_utf8(one->node->name));
	cJSON_AddStringToObject(object, "kind", audit_kinds[one->node->kind]);
	cJSON_AddStringToObject(object, "owner", one->owner);
	if (before != NULL)
		add_number(object, "before", (size_t)before->node->size);
	if (after != NULL)
		add_number(object, "after", (size_t)after->node->size);
}

static void
json_value(cJSON *object, const char *key, const char *value)
{
	if (value == NULL)
		cJSON_AddNullToObject(object, key);
	else
		cJSON_AddStringToObject(object, key, value);
}

static void
json_sealed(cJSON *array, const struct sealed_change *change)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddItemToArray(array, object);
	cJSON_AddStringToObject(object, "name", change->name);
	cJSON_AddBoolToObject(object, "is_secret", change->is_secret);
	json_value(object, "before", change->before);
	json_value(object, "after", change->after);
}

static void
json_code(cJSON *whole, const struct diff_code *code)
{
	cJSON *object = cJSON_AddObjectToObject(whole, "same_address");

	add_number(object, "functions", code->same_functions);
	add_number(object, "of_functions", code->functions);
	add_number(object, "gadgets", code->same_gadgets);
	add_number(object, "of_gadgets", code->gadgets);
}

static void
print_json(const struct answer *answer)
{
	const struct changes *changes = &answer->changes;
	const struct sealed_changes *sealed = &answer->besides->sealed;
	cJSON *whole = cJSON_CreateObject(), *array;
	size_t i;

	json_image(whole, "before", answer->before, answer->before_name);
	json_image(whole, "after", answer->after, answer->after_name);
	json_modules(cJSON_AddArrayToObject(whole, "modules"), answer);
	array = cJSON_AddArrayToObject(whole, "changes");
	for (i = 0; i < changes->list.count; i++)
		json_change(array, &changes->list.at[i]);
	json_value(whole, "apart", changes->apart);
	add_number(whole, "same", changes->same_count);
	add_number(whole, "moved", changes->moved_count);
	array = cJSON_AddArrayToObject(whole, "sealed");
	for (i = 0; i < sealed->count; i++)
		json_sealed(array, &sealed->at[i]);
	cJSON_AddBoolToObject(whole, "only_sealed", sealed->is_all);
	if (answer->besides->code.functions != 0)
		json_code(whole, &answer->besides->code);
	answer_print(whole);
}

bool
diff_print(const struct audit *before, const char *before_name,
	   const struct audit *after, const char *after_name,
	   const struct diff_besides *besides, bool is_json)
{
	struct side a = make_side(before), b = make_side(after);
	struct answer answer = {
		before, after, before_name, after_name, besides,
		compare(&a, &b),
	};

	answer.changes.apart = find_apart(before, after);
	if (is_json)
		print_json(&answer);
	else if (before->file.size != after->file.size ||
		 memcmp(before->file.at, after->file.at, after->file.size) != 0)
		print_text(&answer);
	return answer.changes.list.count != 0 &&
	       delta(&answer.changes.list.at[0]) != 0;
}

int
diff_images(const char *before, const char *after, bool is_json)
{
	static struct audit a, b;
	struct diff_besides besides;

	if (!audit_of_path(&a, before) || !audit_of_path(&b, after))
		return (int)diag_flush();
	besides.sealed = diff_sealed(&a, &b);
	if (!diff_code(&a, &b, &besides.code))
		diag(E0601, (struct where){ 0 }, "capstone",
		     "it cannot disassemble x86-64");
	diff_print(&a, before, &b, after, &besides, is_json);
	return (int)diag_flush();
}
