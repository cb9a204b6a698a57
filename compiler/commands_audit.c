/* SPDX-License-Identifier: ISC */
/* unicc audit: every byte of an image, by kind, by module, by line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_code.h"
#include "driver.h"
#include "eliminated.h"
#include "package.h"
#include "trial.h"

/* ---- Sums --------------------------------------------------------------------- */

struct sum {
	const char *name, *note;
	size_t bytes, rows;
};

struct sums {
	LIST(struct sum) list;
};

static void
count_in(struct sums *sums, const char *name, const char *note, size_t bytes)
{
	size_t i;

	for (i = 0; i < sums->list.count; i++)
		if (text_equal(sums->list.at[i].name, name))
			break;
	if (i == sums->list.count)
		*list_add(&sums->list) = (struct sum){ name, note, 0, 0 };
	sums->list.at[i].bytes += bytes;
	sums->list.at[i].rows++;
}

static int
larger_first(const void *a, const void *b)
{
	const struct sum *first = a, *second = b;

	if (first->bytes != second->bytes)
		return first->bytes > second->bytes ? -1 : 1;
	return strcmp(first->name, second->name);
}

static void
print_sums(const char *title, struct sums *sums, size_t whole)
{
	size_t i;

	if (sums->list.count != 0)
		qsort(sums->list.at, sums->list.count, sizeof *sums->list.at,
		      larger_first);
	printf("\n%s\n", title);
	for (i = 0; i < sums->list.count; i++) {
		const struct sum *sum = &sums->list.at[i];

		printf("%10zu  %5.1f %%  ", sum->bytes,
		       100.0 * (double)sum->bytes / (double)whole);
		if (sum->note[0] == '\0')
			printf("%s\n", sum->name);
		else
			printf("%-24s  %s\n", sum->name, sum->note);
	}
}

/* ---- The answer ------------------------------------------------------------------ */

/* "www, ip": not all of many. */
static const char *
set_names(const struct audit *audit, struct audit_set set)
{
	enum { NAMES_MAX = 6 };
	size_t count = audit_set_count(audit, set), shown = 0, i;
	struct buffer names = { 0 };

	for (i = 0; i < audit->causes.count; i++) {
		if (!audit_set_has(set, i))
			continue;
		if (shown == NAMES_MAX - 1 && count > NAMES_MAX) {
			buffer_printf(&names, " and %zu more", count - shown);
			break;
		}
		buffer_printf(&names, "%s%s", shown++ == 0 ? "" : ", ",
			      audit->causes.at[i].name);
	}
	return buffer_keep(&names);
}

/* The line of all causes of the set; NULL: they have several. */
static const char *
set_origin(const struct audit *audit, struct audit_set set)
{
	const char *origin = NULL;
	size_t i;

	for (i = 0; i < audit->causes.count; i++) {
		if (!audit_set_has(set, i))
			continue;
		if (origin != NULL &&
		    !text_equal(origin, audit->causes.at[i].origin))
			return NULL;
		origin = audit->causes.at[i].origin;
	}
	return origin;
}

static const char *
set_note(const struct audit *audit, struct audit_set set)
{
	const char *origin = set_origin(audit, set);
	size_t i;

	if (origin == NULL)
		return "any of these lines is enough";
	if (audit_set_count(audit, set) > 1)
		return origin;
	for (i = 0; !audit_set_has(set, i);)
		i++;
	return arena_printf("%s, %s", audit->causes.at[i].value, origin);
}

static void
count_cause(struct sums *sums, const struct audit *audit,
	    const struct audit_row *row)
{
	struct audit_set set = audit_row_causes(audit, row);

	if (set.words == NULL)
		count_in(sums, "always", "whatever is configured", row->size);
	else
		count_in(sums, set_names(audit, set), set_note(audit, set),
			 row->size);
}

/* What goes with each line. */
static void
print_removals(const struct audit *audit)
{
	struct sums sums = { 0 };
	size_t i;

	for (i = 0; i < audit->removals.count; i++) {
		const struct audit_removal *removal = &audit->removals.at[i];
		const char *names = set_names(audit, removal->causes);

		count_in(&sums, removal->origin,
			 audit_set_count(audit, removal->with) == 0
				 ? names
				 : arena_printf("%s, and with it %s", names,
						set_names(audit,
							  removal->with)),
			 removal->bytes);
	}
	if (sums.list.count != 0)
		print_sums("gone with a line, and what is not valid without it",
			   &sums, audit->file.size);
}

/* "httpd", or "shared: kernel, www". */
static const char *
module_name(const struct audit *audit, const struct audit_row *row)
{
	const struct audit_node *node;

	if (row->node == AUDIT_NONE)
		return "image";
	node = &audit->nodes.at[row->node];
	return text_equal(audit_module_of(audit, node), "shared")
		       ? arena_printf("shared: %s", audit_owner_of(audit, node))
		       : audit_module_of(audit, node);
}

static void
print_text(const struct audit *audit)
{
	struct sums kinds = { 0 }, modules = { 0 }, causes = { 0 };
	size_t i, whole = audit->file.size;

	for (i = 0; i < audit->rows.count; i++) {
		const struct audit_row *row = &audit->rows.at[i];

		count_in(&kinds, audit_kinds[row->kind], "", row->size);
		count_in(&modules, module_name(audit, row), "", row->size);
		count_cause(&causes, audit, row);
	}
	printf("%s: %zu bytes, each in one of %zu rows\n", audit->name, whole,
	       audit->rows.count);
	print_sums("by kind", &kinds, whole);
	print_sums("by module", &modules, whole);
	print_sums(arena_printf("by line of %s", audit->config), &causes,
		   whole);
	print_removals(audit);
}

/* ---- What its code can do ----------------------------------------------------- */

static const char *
fact_what(const struct audit *audit, const struct code_fact *fact)
{
	const char *name;

	if (fact->kind == CODE_POINTER_CALLED)
		return "";
	if (fact->target != AUDIT_NONE)
		return audit->nodes.at[fact->target].name;
	if (fact->kind == CODE_POINTER_STORED)
		return "one of several";
	if (!fact->is_known)
		return "computed";
	name = code_number_name(fact);
	return arena_printf("0x%llx%s%s", (unsigned long long)fact->number,
			    name == NULL ? "" : " ", name == NULL ? "" : name);
}

static void
print_facts(const struct code *code)
{
	const struct audit *audit = code->audit;
	size_t i, next;

	printf("\nwhat its code reaches\n");
	for (i = 0; i < code->facts.count; i = next) {
		const struct code_fact *fact = &code->facts.at[i];
		const struct audit_node *node = &audit->nodes.at[fact->node];

		for (next = i + 1; next < code->facts.count &&
		     code_is_same(fact, &code->facts.at[next]);)
			next++;
		printf("    %-24s  %-22s  %s, %s%s\n", code_facts[fact->kind],
		       fact_what(audit, fact), node->name,
		       audit_module_of(audit, node),
		       next - i == 1 ? "" : arena_printf(", %zu times",
							 next - i));
	}
}

static const char *
stack_bytes(uint64_t bytes, uint64_t allocated)
{
	return bytes == CODE_NO_BOUND
		       ? "no bound"
		       : arena_printf("at most %llu%s", (unsigned long long)bytes,
				      bytes > allocated ? ", more than it has,"
							: "");
}

static void
print_stacks(const struct code *code)
{
	const struct audit_node *nodes = code->audit->nodes.at;
	size_t i, j;

	for (i = 0; i < code->stacks.count; i++) {
		const struct code_stack *stack = &code->stacks.at[i];

		printf("\n%s of %llu bytes: %s by calls%s, %s if any pointer may "
		       "lead anywhere\n   ", stack->name,
		       (unsigned long long)stack->allocated_bytes,
		       stack_bytes(stack->direct_bytes,
				   stack->allocated_bytes),
		       stack->recursions.count == 0
			       ? ""
			       : " if none is entered twice",
		       stack_bytes(stack->bytes, stack->allocated_bytes));
		for (j = 0; j < stack->path.count; j++)
			printf(" %s", nodes[stack->path.at[j]].name);
		printf("\n");
		for (j = 0; j < stack->recursions.count; j++)
			printf("    can be entered again: %s\n",
			       stack->recursions.at[j]);
		for (j = 0; j < stack->unbounded.count; j++)
			printf("    has no bound: %s, which takes a computed "
			       "amount\n", nodes[stack->unbounded.at[j]].name);
	}
}

static void
print_pages(const struct audit *audit)
{
	size_t i;

	printf("\npages\n");
	for (i = 0; i < audit->image.segments_count; i++) {
		const struct elf_segment *segment = &audit->image.segments[i];

		printf("    0x%08llx  r%c%c  %10llu bytes of memory, %zu of "
		       "the file\n", (unsigned long long)segment->address,
		       segment->is_writable ? 'w' : '-',
		       segment->is_executable ? 'x' : '-',
		       (unsigned long long)segment->memory_bytes,
		       segment->bytes.size);
	}
}

static void
print_not_linked(const struct audit *audit)
{
	struct build build = { 0 };
	const struct module **modules;
	size_t count, i;

	if (!build_open(&build))
		return;
	modules = audit_not_linked(audit, build.catalogue, &count);
	printf("\nin the catalogue, not in the image\n   ");
	for (i = 0; i < count; i++)
		printf(" %s", modules[i]->name);
	printf("\n");
}

/* ---- Files beside the image --------------------------------------------------- */

/* Write name beside the image, or into a folder, and say where it is. */
static void
write_beside(const char *image, const char *folder, const char *name,
	     struct bytes bytes)
{
	const char *path;

	if (folder == NULL)
		folder = host_folder_of(image);
	path = host_join(folder, name);
	if (host_make_folders(folder) && host_write(path, bytes))
		printf("%s\n", path);
	else
		package_cannot_write(path);
}

static void
write_page(const struct code *code, const char *folder)
{
	struct build build = { 0 };
	struct bytes page;

	if (build_open(&build) && audit_page(code, build.catalogue, &page))
		write_beside(code->audit->path, folder, "audit.html", page);
}

static void
write_eliminated(const struct audit *audit, const struct build *build)
{
	struct eliminations all = eliminations_find(build, audit);
	size_t i;

	for (i = 0; i < all.list.count; i++) {
		const struct eliminated *one = &all.list.at[i];

		if (one->status == STATUS_OK)
			printf("%-40s  %3zu symbols, %3zu texts, %3zu runs of "
			       "lines, %6zu bytes are not in it\n",
			       one->alternative->shown, one->symbols.list.count,
			       one->texts.list.count +
				       one->wide_texts.list.count,
			       one->lines.list.count, one->bytes);
		else
			printf("%-40s  refused: %s\n",
			       one->alternative->shown, one->said);
	}
	for (i = 0; i < all.brought.count; i++)
		printf("%-40s  %3zu things, %6zu bytes are in it because of "
		       "that\n",
		       values_show(all.written, &all.brought.at[i].values),
		       all.brought.at[i].nodes.count, all.brought.at[i].bytes);
	write_beside(audit->path, NULL, "eliminated.json",
		     eliminations_write(&all, build, audit));
}

/* ---- The command ----------------------------------------------------------------- */

/* In a child first: the code may be anybody's. */
static void
try_code(void *context)
{
	struct code code;

	code_find(&code, context);
}

enum form { AS_TEXT, AS_JSON, AS_PAGE, AS_ELIMINATED };

static void
tell(struct audit *audit, const struct build *build, enum form form)
{
	struct bytes json;
	struct code code;

	if (form == AS_ELIMINATED) {
		write_eliminated(audit, build);
		return;
	}
	if (!trial(try_code, audit)) {
		diag(E0901, (struct where){ audit->path, 0, 0 }, NULL,
		     "its code cannot be followed to an end");
	} else if (!code_find(&code, audit)) {
		diag(E0601, (struct where){ 0 }, "capstone",
		     "it cannot disassemble x86-64");
	} else if (form == AS_PAGE) {
		write_page(&code, build->out_path);
	} else if (form == AS_JSON) {
		json = audit_write(audit, &code);
		fwrite(json.at, 1, json.size, stdout);
	} else {
		print_text(audit);
		print_pages(audit);
		print_facts(&code);
		print_stacks(&code);
		print_not_linked(audit);
	}
}

enum status
audit_open(struct audit *audit, struct build *build)
{
	const char *path = build->config_path;
	enum status status;

	if (text_ends(path, ".lua")) {
		if (!build_open(build))
			return diag_flush();
		status = build_until(build, "package");
		if (status != STATUS_OK)
			return status;
		path = host_join(build->out_path,
				 arena_printf("%s.elf", build->image.name));
	}
	audit_of_path(audit, path);
	return diag_flush();
}

static int
audit_path(struct build *build, enum form form)
{
	static struct audit audit;
	enum status status = audit_open(&audit, build);

	if (status != STATUS_OK)
		return (int)status;
	tell(&audit, build, form);
	return (int)diag_flush();
}

static bool
take_form(const char *word, enum form *form)
{
	if (text_equal(word, "--json"))
		*form = AS_JSON;
	else if (text_equal(word, "--html"))
		*form = AS_PAGE;
	else if (text_equal(word, "--eliminated"))
		*form = AS_ELIMINATED;
	else
		return false;
	return true;
}

int
command_audit(int argc, char **argv)
{
	struct build build = { 0 };
	enum form form = AS_TEXT;
	unsigned forms = 0;
	int i;

	for (i = 1; i < argc; i++) {
		if (take_form(argv[i], &form))
			forms++;
		else if (text_equal(argv[i], "--errors=json"))
			diag_json = true;
		else if (build_option(&build, argc, argv, &i))
			continue;
		else if (argv[i][0] == '-' || argv[i][0] == '\0' ||
			 build.config_path != NULL)
			return usage_unknown(argv[i]);
		else
			build.config_path = argv[i];
	}
	if (build.config_path == NULL)
		return usage_error("which image?");
	if (forms > 1)
		return usage_error("one of --json, --html and --eliminated");
	if (text_ends(build.config_path, ".lua"))
		return audit_path(&build, form);
	if (form == AS_ELIMINATED)
		return usage_error("other values are built from a "
				   "configuration: name CONFIG.lua");
	if (build.given.count != 0 || build.env_paths.count != 0)
		return usage_error("an image has no options: name CONFIG.lua");
	if (build.out_path != NULL && form != AS_PAGE)
		return usage_error("-o is for --html, or for CONFIG.lua");
	return audit_path(&build, form);
}
