/* SPDX-License-Identifier: ISC */
/*
 * The index of the C library: read once from musl's files, then kept.
 *
 * Kept as text, one file after the other:
 *
 *     file src/string/strlen.c
 *     def strlen
 *     use memchr
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "libc_index.h"
#include "tokens.h"

/*
 * Words that are macros of musl's headers, and the names behind them: files
 * are read without their headers, whose prototypes name everything.
 */
static const struct {
	const char *word, *name;
} macros[] = {
	{ "errno", "__errno_location" },
	{ "CURRENT_LOCALE", "libc_thread" },
	{ "CURRENT_UTF8", "libc_thread" },
	{ "MB_CUR_MAX", "libc_thread" },
	{ "MB_CUR_MAX", "__ctype_get_mb_cur_max" },
	{ "__pthread_self", "libc_thread" },
	{ "libc_thread", "__libc" },
	{ "libc", "__libc" },
	{ "C_LOCALE", "__c_locale" },
	{ "UTF8_LOCALE", "__c_dot_utf8_locale" },
	{ "LCTRANS", "__lctrans" },
	{ "LCTRANS_CUR", "__lctrans_cur" },
	{ "FLOCK", "__lockfile" },
	{ "FUNLOCK", "__unlockfile" },
	{ "shgetc", "__shgetc" },
	{ "shlim", "__shlim" },
	{ "fpclassify", "__fpclassifyl" },
	{ "isfinite", "__fpclassifyl" },
	{ "isinf", "__fpclassifyl" },
	{ "isnan", "__fpclassifyl" },
	{ "signbit", "__signbitl" },
};

/* ---- Mentions -------------------------------------------------------------- */

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* at is at "/"; past the comment, or past the "/". */
static const char *
skip_comment(const char *at, const char *end)
{
	const char *found;

	if (end - at >= 2 && at[1] == '/') {
		found = memchr(at, '\n', (size_t)(end - at));
		return found == NULL ? end : found;
	}
	if (end - at >= 2 && at[1] == '*') {
		found = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);
		return found == NULL ? end : found + 2;
	}
	return at + 1;
}

/* at is at a quote; past the literal, or to the end of its line. */
static const char *
skip_literal(const char *at, const char *end)
{
	char quote = *at++;

	for (; at != end && *at != '\n'; at++) {
		if (*at == '\\' && at + 1 != end)
			at++;
		else if (*at == quote)
			return at + 1;
	}
	return at;
}

/* After "#include": the header, if one is spelled out. */
static enum mention
take_header(struct mentions *mentions, const char **text, size_t *size)
{
	const char *at = mentions->at, *close;
	char open;

	while (at != mentions->end && (*at == ' ' || *at == '\t'))
		at++;
	if (at == mentions->end || (*at != '<' && *at != '"'))
		return MENTION_END;
	open = *at++;
	close = memchr(at, open == '<' ? '>' : '"',
		       (size_t)(mentions->end - at));
	if (close == NULL)
		return MENTION_END;
	*text = at;
	*size = (size_t)(close - at);
	mentions->at = close + 1;
	return open == '<' ? MENTION_ANGLED : MENTION_QUOTED;
}

enum mention
mentions_next(struct mentions *mentions, const char **text, size_t *size)
{
	while (mentions->at != mentions->end) {
		const char *at = mentions->at, *end = mentions->end;
		char c = *at, before = mentions->before;
		bool is_member = before == '.' || (before == '>' &&
						   mentions->before_that == '-');

		if (c == ' ' || c == '\t' || c == '\n') {
			mentions->at++;
			continue;
		}
		if (c == '/' || c == '"' || c == '\'') {
			mentions->at = c == '/' ? skip_comment(at, end)
						: skip_literal(at, end);
			continue;
		}
		mentions->before_that = before;
		mentions->before = c;
		if (!is_name(c)) {
			mentions->at++;
			continue;
		}
		while (at != end && is_name(*at))
			at++;
		*text = mentions->at;
		*size = (size_t)(at - mentions->at);
		mentions->at = at;
		if (before == '#' && *size == 7 &&
		    memcmp(*text, "include", 7) == 0) {
			enum mention header = take_header(mentions, text, size);

			if (header != MENTION_END)
				return header;
		} else if (!is_member && !isdigit((unsigned char)c)) {
			return MENTION_NAME;
		}
	}
	return MENTION_END;
}

/* ---- The table of names ------------------------------------------------------ */

static uint32_t
name_hash(const char *text, size_t size)
{
	uint32_t hash = 0x811c9dc5;
	size_t i;

	for (i = 0; i < size; i++)
		hash = (hash ^ (uint8_t)text[i]) * 0x01000193;
	return hash;
}

const struct libc_name *
libc_index_find(const struct libc_index *index, const char *text, size_t size)
{
	uint32_t hash = name_hash(text, size);
	size_t i = hash & (index->slots_count - 1);

	for (; index->slots[i] != 0; i = (i + 1) & (index->slots_count - 1)) {
		const struct libc_name *name =
			&index->names.at[index->slots[i] - 1];

		if (name->hash == hash && name->size == size &&
		    memcmp(name->text, text, size) == 0)
			return name;
	}
	return NULL;
}

/* The first file to define a name keeps it. */
static void
add_name(struct libc_index *index, const char *text, size_t size)
{
	struct libc_name *name;
	size_t i;

	if (libc_index_find(index, text, size) != NULL ||
	    index->names.count * 2 >= index->slots_count)
		return;
	name = list_add(&index->names);
	name->text = arena_copy_n(text, size);
	name->size = size;
	name->hash = name_hash(text, size);
	name->file = index->files.count - 1;
	i = name->hash & (index->slots_count - 1);
	while (index->slots[i] != 0)
		i = (i + 1) & (index->slots_count - 1);
	index->slots[i] = (uint32_t)index->names.count;
}

static void
add_use(const struct libc_index *index, struct libc_file *file,
	const char *text, size_t size)
{
	const struct libc_name *name = libc_index_find(index, text, size);
	size_t i, number;

	if (name == NULL || &index->files.at[name->file] == file)
		return;
	number = (size_t)(name - index->names.at);
	for (i = 0; i < file->uses.count; i++)
		if (file->uses.at[i] == number)
			return;
	*list_add(&file->uses) = number;
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
		if (is_outside && state->called.size == 0)
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

static void
read_uses(const struct libc_index *index, struct libc_file *file,
	  struct bytes bytes)
{
	struct mentions mentions = { .at = (const char *)bytes.at,
				     .end = (const char *)bytes.at + bytes.size };
	enum mention mention;
	const char *text;
	size_t size, i;

	while ((mention = mentions_next(&mentions, &text, &size)) !=
	       MENTION_END) {
		if (mention != MENTION_NAME)
			continue;
		add_use(index, file, text, size);
		for (i = 0; i < countof(macros); i++)
			if (strlen(macros[i].word) == size &&
			    memcmp(macros[i].word, text, size) == 0)
				add_use(index, file, macros[i].name,
					strlen(macros[i].name));
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
	if (text_ends(path, ".S"))
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
	for (i = 0; i < index->files.count; i++) {
		struct bytes bytes;

		if (!read_file(index->files.at[i].path, &bytes))
			return false;
		read_uses(index, &index->files.at[i], bytes);
	}
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
	size_t i, j, name = 0;

	for (i = 0; i < index->files.count; i++) {
		const struct libc_file *file = &index->files.at[i];

		buffer_printf(&out, "file %s %s\n",
			      strchr(file->label, ':') == NULL
				      ? file->label
				      : strchr(file->label, ':') + 1,
			      file->is_ours ? "ours" : "package");
		for (; name < index->names.count &&
		       index->names.at[name].file == i; name++)
			buffer_printf(&out, "def %s\n",
				      index->names.at[name].text);
		for (j = 0; j < file->uses.count; j++)
			buffer_printf(&out, "use %s\n",
				      index->names.at[file->uses.at[j]].text);
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

/* Uses come after all names are known. */
static void
read_kept(struct libc_index *index, const struct module *module,
	  const char *folder, struct bytes bytes)
{
	const char *text = (const char *)bytes.at;
	char *copy = arena_copy_n(text, bytes.size), *line, *rest;
	size_t file = 0;

	for (line = strtok_r(copy, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		if (line[0] != 'u')
			read_kept_line(index, module, folder, line);
	copy = arena_copy_n(text, bytes.size);
	for (line = strtok_r(copy, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (line[0] == 'f')
			file++;
		else if (text_starts(line, "use ") && file != 0)
			add_use(index, &index->files.at[file - 1], line + 4,
				strlen(line + 4));
	}
}

/* Everything that the index follows from, besides the package's own bytes. */
static const char *
kept_path(const struct module *module, const char *kept)
{
	struct buffer text = { 0 };
	struct bytes bytes;
	uint8_t sha256[32];
	size_t i;

	buffer_printf(&text, "libc index 1\n%s\n", module->label);
	for (i = 0; i < module->package_files_count; i++)
		buffer_printf(&text, "%s\n", module->package_files[i]);
	for (i = 0; i < countof(macros); i++)
		buffer_printf(&text, "%s %s\n", macros[i].word, macros[i].name);
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

	index->slots_count = 8192;
	index->slots = arena_alloc(index->slots_count, sizeof *index->slots);
	if (host_read(path, &bytes)) {
		read_kept(index, module, folder, bytes);
		return index;
	}
	if (!read_ours(index, module) || !read_package(index, module, folder))
		return NULL;
	write_kept(index, path);
	return index;
}
