/* SPDX-License-Identifier: ISC */
/*
 * Audit, the stage: read the finished image again as a stranger would, and
 * refuse what does not hold: a byte that nobody knows, a page that can be
 * written and executed, a budget that is exceeded, a setting that was to be
 * folded and is left as an object.
 */
#include "audit.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store.h"
#include "unicc.h"

/* ---- Budgets ------------------------------------------------------------------ */

enum { LARGEST_SHOWN = 5 };

static int64_t
used(const struct build *build, const struct audit *audit, size_t budget)
{
	int64_t sum = 0;
	size_t i;

	if (budget == BUDGET_FILE)
		return (int64_t)audit->file.size;
	if (budget == BUDGET_MEMORY)
		return (int64_t)build->image_end;
	for (i = 0; i < audit->image.segments_count; i++) {
		const struct elf_segment *segment = &audit->image.segments[i];

		if (budget == (segment->is_executable ? BUDGET_TEXT
			       : segment->is_writable ? BUDGET_DATA
						      : BUDGET_CONSTANTS))
			sum += (int64_t)segment->bytes.size;
	}
	return sum;
}

static uint64_t
weight(const struct audit_node *node, size_t budget)
{
	size_t of = node->kind == AUDIT_CODE   ? BUDGET_TEXT
		    : node->kind == AUDIT_DATA ? BUDGET_DATA
					       : BUDGET_CONSTANTS;

	if (budget == BUDGET_MEMORY)
		return node->size;
	return budget == BUDGET_FILE || budget == of ? node->file_bytes : 0;
}

static const char *
largest(const struct audit *audit, size_t budget)
{
	bool *is_shown = arena_alloc(audit->nodes.count, sizeof *is_shown);
	struct buffer table = { 0 };
	size_t shown, i;

	if (budget == BUDGET_MEMORY && audit->image.segments_count != 0)
		buffer_printf(&table, "\n    %12llu  below the image, which "
				      "is loaded there",
			      (unsigned long long)
				      audit->image.segments[0].address);
	for (shown = 0; shown < LARGEST_SHOWN; shown++) {
		const struct audit_node *most = NULL;

		for (i = 0; i < audit->nodes.count; i++) {
			const struct audit_node *node = &audit->nodes.at[i];

			if (!is_shown[i] && weight(node, budget) != 0 &&
			    (most == NULL || weight(node, budget) >
						     weight(most, budget)))
				most = node;
		}
		if (most == NULL)
			break;
		is_shown[most - audit->nodes.at] = true;
		buffer_printf(&table, "\n    %12llu  %s, %s",
			      (unsigned long long)weight(most, budget),
			      audit_show(most), audit_owner_of(audit, most));
	}
	return table.at == NULL ? "" : table.at;
}

static void
check_budgets(const struct build *build, const struct audit *audit)
{
	size_t i;

	for (i = 0; i < BUDGETS; i++) {
		const struct budget *budget = &build->image.budgets[i];
		int64_t bytes = used(build, audit, i);

		if (!budget->is_set || bytes <= budget->bytes)
			continue;
		diag(E0905, budget->origin.where,
		     arena_printf("image.budget.%s", budget_names[i]),
		     "%lld bytes, and the image takes %lld; the largest:%s",
		     (long long)budget->bytes, (long long)bytes,
		     largest(audit, i));
		diag_fix("allow %s = %lld * KiB there, or leave something out",
			 budget_names[i], (long long)(bytes + 1023) / 1024);
	}
}

/* ---- Settings ------------------------------------------------------------------ */

/* A value of one machine word: the compiler folds it wherever it is used. */
static bool
is_scalar(enum type type)
{
	return type == TYPE_FLAG || type == TYPE_INT || type == TYPE_SIZE ||
	       type == TYPE_DURATION || type == TYPE_PORT ||
	       type == TYPE_CHOICE || type == TYPE_IPV4;
}

/*
 * A symbol of the instance's own unit that is called so: without one there is
 * nothing to load from, and nothing for a relocation to name. One that shares
 * its bytes with an equal constant has its symbol still, and where there is none
 * the section may be called after it.
 */
static bool
is_left(const struct audit *audit, const struct instance *instance,
	const char *name)
{
	const char *section = arena_printf(".rodata.%s", name);
	const char *file = arena_printf("%s.c", instance->name);
	size_t i;

	for (i = 0; i < audit->linked.symbols_count; i++) {
		const struct linked_symbol *symbol = &audit->linked.symbols[i];

		if (symbol->section != 0 && text_equal(symbol->name, name) &&
		    text_equal(symbol->file, file))
			return true;
	}
	for (i = 0; i < audit->nodes.count; i++) {
		size_t cause = audit_cause_of(audit, &audit->nodes.at[i]);

		if (cause != AUDIT_NONE &&
		    text_equal(audit->causes.at[cause].name, instance->name) &&
		    text_equal(audit->sections.at[audit->nodes.at[i].section]
				       .name, section))
			return true;
	}
	return false;
}

static void
check_settings(const struct build *build, const struct audit *audit)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->settings.count; j++) {
			const struct setting *setting =
				&instance->module->settings.at[j];

			if (!is_scalar(setting->type) ||
			    instance->values[j].is_sealed ||
			    !is_left(audit, instance, setting->c_name))
				continue;
			diag(E0906, setting->where,
			     arena_printf("%s.%s", instance->name,
					  setting->name),
			     "%s is an object in the image: its address is "
			     "taken", setting->c_name);
			diag_fix("use its value");
		}
	}
}

/* ---- The stage ------------------------------------------------------------------ */

/* What the answer depends on, and who gives it. */
static const char *
make_place(const struct build *build, const struct audit *audit)
{
	struct bytes given = audit_write_given(audit);
	struct stat program = { 0 };
	struct sha256_ctx hash;
	const char *rest;
	uint8_t key[32];
	size_t i;

	stat("/proc/self/exe", &program);
	rest = arena_printf("%s %lld %lld %lld", UNICC_VERSION,
			    (long long)program.st_ino,
			    (long long)program.st_size,
			    (long long)program.st_mtime);
	sha256_init(&hash);
	sha256_update(&hash, strlen(rest), (const uint8_t *)rest);
	sha256_update(&hash, sizeof build->link_key, build->link_key);
	sha256_update(&hash, given.size, given.at);
	sha256_update(&hash, build->elf.size, build->elf.at);
	for (i = 0; i < BUDGETS; i++) {
		const struct budget *budget = &build->image.budgets[i];

		rest = arena_printf("%d %lld", budget->is_set,
				    (long long)budget->bytes);
		sha256_update(&hash, strlen(rest) + 1, (const uint8_t *)rest);
	}
	sha256_digest(&hash, sizeof key, key);
	return store_path("audits", key);
}

/* True if everything holds. */
static bool
check_image(struct audit *audit, const struct build *build)
{
	const char *wrong;

	if (!audit_map_of_build(audit, build))
		return false;
	wrong = audit_analyse(audit);
	if (wrong != NULL) {
		diag(E0901, (struct where){ build->config_path, 0, 0 }, NULL,
		     "%s", wrong);
		return false;
	}
	audit_check_pages(audit, build->config_path);
	check_budgets(build, audit);
	check_settings(build, audit);
	return diag_count() == 0;
}

/*
 * An answer of which all was in order is kept: it costs more than to know that
 * nothing it depends on has changed. Its hash stands before it, so that a file
 * that a full disk or a lost page has damaged is none.
 */
static const char *
hash_line(struct bytes answer)
{
	uint8_t sha256[32];

	host_sha256(answer, sha256);
	return arena_printf("%s\n", host_hex(sha256, sizeof sha256));
}

static bool
read_kept(const char *place, struct bytes *answer)
{
	size_t line = 2 * 32 + 1;
	struct bytes file;

	if (!host_read(place, &file) || file.size < line)
		return false;
	*answer = (struct bytes){ file.at + line, file.size - line };
	return memcmp(file.at, hash_line(*answer), line) == 0;
}

static void
keep(const char *place, struct bytes answer)
{
	struct buffer file = { 0 };

	buffer_printf(&file, "%s", hash_line(answer));
	buffer_add(&file, answer.at, answer.size);
	/* That it cannot be kept costs time only. */
	if (host_make_folders(host_folder_of(place)))
		host_write(place, (struct bytes){ (const uint8_t *)file.at,
						  file.size });
}

void
audit(struct build *build)
{
	struct audit audit;
	const char *place;

	audit_of_build(&audit, build);
	place = make_place(build, &audit);
	if (read_kept(place, &build->audit)) {
		store_use(place);
		return;
	}
	if (!check_image(&audit, build))
		return;
	build->audit = audit_write(&audit, NULL);
	keep(place, build->audit);
}
