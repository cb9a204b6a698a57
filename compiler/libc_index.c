/* SPDX-License-Identifier: ISC */
/*
 * The index of the C library: read once from musl's files, then kept.
 *
 * Kept as text, one file after the other:
 *
 *     file src/string/strlen.c package
 *     def strlen
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libc_index.h"
#include "tokens.h"

/* ---- Names ------------------------------------------------------------------- */

/*
 * Macros of musl's own headers that rename what a file defines: files are read
 * without their headers.
 */
static const struct {
	const char *text, *name;
} renamed[] = {
	{ "bittab", "__fsmu8" },	/* src/multibyte/internal.h */
};

static void
add_name(struct libc_index *index, const char *text, size_t size)
{
	struct libc_name *name = list_add(&index->names);
	size_t i;

	name->text = arena_copy_n(text, size);
	name->file = index->files.count - 1;
	for (i = 0; i < countof(renamed); i++)
		if (text_equal(name->text, renamed[i].text))
			name->text = renamed[i].name;
}

/* Equal names by file: ours are added first, and stand in for musl's. */
static int
name_compare(const void *left, const void *right)
{
	const struct libc_name *a = left, *b = right;
	int order = strcmp(a->text, b->text);

	return order != 0 ? order : (a->file > b->file) - (a->file < b->file);
}

/* The first file to define a name keeps it. */
static void
sort_names(struct libc_index *index)
{
	struct libc_name *names = index->names.at;
	size_t count = 0, i;

	if (index->names.count == 0)
		return;
	qsort(names, index->names.count, sizeof *names, name_compare);
	for (i = 0; i < index->names.count; i++)
		if (count == 0 ||
		    !text_equal(names[i].text, names[count - 1].text))
			names[count++] = names[i];
	index->names.count = count;
}

static int
text_compare(const void *key, const void *element)
{
	const struct libc_name *name = element;

	return strcmp(key, name->text);
}

struct libc_file *
libc_index_find(const struct libc_index *index, const char *name)
{
	const struct libc_name *found = NULL;

	if (index->names.count != 0)
		found = bsearch(name, index->names.at, index->names.count,
				sizeof *found, text_compare);
	return found == NULL ? NULL : &index->files.at[found->file];
}

/* ---- Definitions in C --------------------------------------------------------- */

/* One declaration at the outermost level, as far as it has been read. */
struct outermost {
	struct token name;	/* the last word outside of parentheses */
	struct token called;	/* the word before the first "(" */
	struct token argument;	/* the last word inside */
	bool is_hidden;		/* static, extern, typedef */
	bool is_defined;
	unsigned braces, parentheses, brackets;
};

static bool
token_is(const struct token *token, const char *text)
{
	return token->size == strlen(text) &&
	       memcmp(token->at, text, token->size) == 0;
}

static void
define(struct libc_index *index, struct outermost *state,
       const struct token *name)
{
	if (!state->is_hidden && !state->is_defined && name->size != 0)
		add_name(index, name->at, name->size);
	state->is_defined = true;
}

static void
end_declaration(struct libc_index *index, struct outermost *state)
{
	if (token_is(&state->called, "weak_alias"))
		define(index, state, &state->argument);
	else if (state->called.size == 0)
		define(index, state, &state->name);
	*state = (struct outermost){ 0 };
}

static void
read_word(struct outermost *state, const struct token *token)
{
	if (state->braces != 0)
		return;
	if (token_is(token, "static") || token_is(token, "extern") ||
	    token_is(token, "typedef"))
		state->is_hidden = true;
	if (state->parentheses != 0)
		state->argument = *token;
	else if (state->brackets == 0)
		state->name = *token;
}

static void
read_punctuator(struct libc_index *index, struct outermost *state,
		const struct token *token)
{
	bool is_outside = state->braces == 0 && state->parentheses == 0;

	switch (token->at[0]) {
	case '(':
		if (is_outside && (state->called.size == 0 ||
				   token_is(&state->called, "__attribute__")))
			state->called = state->name;
		state->parentheses++;
		break;
	case ')':
		state->parentheses -= state->parentheses != 0;
		break;
	case '[':
		state->brackets++;
		break;
	case ']':
		state->brackets -= state->brackets != 0;
		break;
	case '=':
		if (is_outside && token->size == 1 && state->brackets == 0)
			define(index, state, &state->name);
		break;
	case '{':
		if (is_outside && state->called.size != 0)
			define(index, state, &state->called);
		state->braces++;
		break;
	case '}':
		state->braces -= state->braces != 0;
		if (state->braces == 0 && state->called.size != 0)
			*state = (struct outermost){ 0 };
		break;
	case ',':
		if (is_outside && state->called.size == 0) {
			define(index, state, &state->name);
			state->is_defined = false;
		}
		break;
	case ';':
		if (is_outside)
			end_declaration(index, state);
		break;
	default:
		break;
	}
}

static void
read_definitions(struct libc_index *index, struct bytes text)
{
	struct outermost state = { 0 };
	struct tokens tokens;

	tokens_open(&tokens, text, TOKENS_C);
	for (;;) {
		struct token token = tokens_next(&tokens);

		if (token.kind == TOKEN_END)
			break;
		if (tokens.is_directive)
			continue;
		if (token.kind == TOKEN_WORD)
			read_word(&state, &token);
		else if (token.kind == TOKEN_PUNCTUATOR)
			read_punctuator(index, &state, &token);
	}
}

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Assembly says which of its names are seen: .globl NAME. */
static void
read_globals(struct libc_index *index, struct bytes text)
{
	static const char word[] = ".globl";
	const char *at = (const char *)text.at, *end = at + text.size;

	while ((at = memmem(at, (size_t)(end - at), word, sizeof word - 1)) !=
	       NULL) {
		const char *start;

		at += sizeof word - 1;
		while (at != end && (*at == ' ' || *at == '\t'))
			at++;
		for (start = at; at != end && is_name(*at); at++)
			continue;
		add_name(index, start, (size_t)(at - start));
	}
}

/* ---- Files ---------------------------------------------------------------------- */

static bool
read_file(const char *path, struct bytes *bytes)
{
	if (host_read(path, bytes))
		return true;
	diag(E0502, (struct where){ path, 0, 0 }, NULL, "%s", strerror(errno));
	return false;
}

static struct libc_file *
add_file(struct libc_index *index, const char *path, const char *label,
	 bool is_ours)
{
	struct libc_file *file = list_add(&index->files);

	file->path = path;
	file->label = label;
	file->is_ours = is_ours;
	return file;
}

static bool
add_definitions(struct libc_index *index)
{
	const char *path = index->files.at[index->files.count - 1].path;
	struct bytes bytes;

	if (!read_file(path, &bytes))
		return false;
	if (text_ends(path, ".s"))
		read_globals(index, bytes);
	else
		read_definitions(index, bytes);
	return true;
}

static bool
add_package_file(struct libc_index *index, const struct module *module,
		 const char *folder, const char *file)
{
	add_file(index, host_join(folder, file),
		 arena_printf("%s:%s", module->package, file), false);
	return add_definitions(index);
}

static bool
add_package_entry(struct libc_index *index, const struct module *module,
		  const char *folder, const char *entry)
{
	const char **names;
	size_t count, i;

	if (text_ends(entry, ".c"))
		return add_package_file(index, module, folder, entry);
	if (!host_list(host_join(folder, entry), &names, &count)) {
		diag(E0501, module->where, entry, "%s: %s", module->package,
		     strerror(errno));
		return false;
	}
	for (i = 0; i < count; i++)
		if (text_ends(names[i], ".c") &&
		    !add_package_file(index, module, folder,
				      host_join(entry, names[i])))
			return false;
	return true;
}

static bool
read_package(struct libc_index *index, const struct module *module,
	     const char *folder)
{
	size_t i;

	for (i = 0; i < module->package_files_count; i++)
		if (!add_package_entry(index, module, folder,
				       module->package_files[i]))
			return false;
	return true;
}

static bool
read_ours(struct libc_index *index, const struct module *module)
{
	size_t i;

	for (i = 0; i < module->sources_count; i++) {
		add_file(index, host_join(module->folder, module->sources[i]),
			 host_join(module->label, module->sources[i]), true);
		if (!add_definitions(index))
			return false;
	}
	return true;
}

/* ---- Keeping it -------------------------------------------------------------------- */

static void
write_kept(const struct libc_index *index, const char *path)
{
	struct buffer out = { 0 };
	size_t i, j;

	for (i = 0; i < index->files.count; i++) {
		const struct libc_file *file = &index->files.at[i];
		const char *colon = strchr(file->label, ':');

		buffer_printf(&out, "file %s %s\n",
			      colon == NULL ? file->label : colon + 1,
			      file->is_ours ? "ours" : "package");
		for (j = 0; j < index->names.count; j++)
			if (index->names.at[j].file == i)
				buffer_printf(&out, "def %s\n",
					      index->names.at[j].text);
	}
	/* Not kept is only slower the next time. */
	if (host_make_folders(host_folder_of(path)))
		host_write(path,
			   (struct bytes){ (const uint8_t *)out.at, out.size });
}

static void
read_kept_line(struct libc_index *index, const struct module *module,
	       const char *folder, char *line)
{
	char *word = strchr(line, ' '), *kind;

	if (word == NULL)
		return;
	*word++ = '\0';
	kind = strchr(word, ' ');
	if (text_equal(line, "def") && index->files.count != 0) {
		add_name(index, word, strlen(word));
	} else if (text_equal(line, "file") && kind != NULL) {
		*kind++ = '\0';
		if (text_equal(kind, "ours"))
			add_file(index,
				 host_join(module->folder,
					   word + strlen(module->label) + 1),
				 word, true);
		else
			add_file(index, host_join(folder, word),
				 arena_printf("%s:%s", module->package, word),
				 false);
	}
}

static void
read_kept(struct libc_index *index, const struct module *module,
	  const char *folder, struct bytes bytes)
{
	char *text = arena_copy_n((const char *)bytes.at, bytes.size);
	char *line, *rest;

	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		read_kept_line(index, module, folder, line);
}

/* Everything that the index follows from, besides the package's own bytes. */
static const char *
kept_path(const struct module *module, const char *kept)
{
	struct buffer text = { 0 };
	struct bytes bytes;
	uint8_t sha256[32];
	size_t i;

	buffer_printf(&text, "libc index 2\n%s\n", module->label);
	for (i = 0; i < module->package_files_count; i++)
		buffer_printf(&text, "%s\n", module->package_files[i]);
	for (i = 0; i < countof(renamed); i++)
		buffer_printf(&text, "%s %s\n", renamed[i].text,
			      renamed[i].name);
	for (i = 0; i < module->sources_count; i++) {
		buffer_printf(&text, "%s\n", module->sources[i]);
		if (host_read(host_join(module->folder, module->sources[i]),
			      &bytes))
			buffer_add(&text, bytes.at, bytes.size);
	}
	host_sha256((struct bytes){ (const uint8_t *)text.at, text.size },
		    sha256);
	return host_join(kept, arena_printf("index-%s", host_hex(sha256, 8)));
}

struct libc_index *
libc_index_read(const struct module *module, const char *folder,
		const char *kept)
{
	struct libc_index *index = arena_alloc(1, sizeof *index);
	const char *path = kept_path(module, kept);
	struct bytes bytes;

	if (host_read(path, &bytes)) {
		read_kept(index, module, folder, bytes);
		sort_names(index);
		return index;
	}
	if (!read_ours(index, module) || !read_package(index, module, folder))
		return NULL;
	sort_names(index);
	write_kept(index, path);
	return index;
}
