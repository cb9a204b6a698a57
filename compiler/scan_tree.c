/* SPDX-License-Identifier: ISC */
/*
 * The tree over the tokens: brackets and their partners, constructors and
 * their keys, assignments; and the places that liblua's lines stand for.
 *
 * Nothing is refused here but a key given twice: what does not nest is
 * liblua's to name.
 */
#include "scan_tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- Building it ------------------------------------------------------- */

/* An open bracket, or a block from its keyword to its end. */
struct frame {
	uint32_t token;
	char kind;		/* ( [ { or b for a block */
	bool is_at_field;	/* of {: the next token starts a field */
};

struct tree {
	struct scan *scan;
	LIST(struct frame) frames;
};

bool
scan_is(const struct scan *scan, size_t token, const char *text)
{
	return scan_token_is(scan_token_at(scan, token), text);
}

/* A decimal or hexadecimal integer that fits, as liblua would take it. */
static bool
token_integer(const struct scan_token *token, int64_t *number)
{
	char text[24], *end;
	size_t i;

	if (token->kind != SCAN_NUMBER || token->size >= sizeof text)
		return false;
	for (i = 0; i < token->size; i++)
		if (token->text[i] < '0' || token->text[i] > '9')
			return false;
	memcpy(text, token->text, token->size);
	text[token->size] = '\0';
	*number = strtoll(text, &end, 10);
	return *end == '\0' && token->size < 19;
}

static void
add_computed(struct scan *scan, uint32_t open, uint32_t at)
{
	struct scan_token *bracket = &scan->tokens.at[at];
	struct scan_constructor *constructor;

	bracket->constructor = scan->tokens.at[open].constructor;
	constructor = &scan->constructors.at[bracket->constructor - 1];
	constructor->last_computed = at;
	if (constructor->first_computed == 0)
		constructor->first_computed = at;
}

static void
add_field(struct scan *scan, uint32_t open, uint32_t at)
{
	struct scan_constructor *constructor =
		&scan->constructors.at[scan->tokens.at[open].constructor - 1];
	const struct scan_token *token = scan_token_at(scan, at);
	struct scan_key *key;

	if (token->kind == SCAN_NAME && scan_is(scan, at + 1, "=")) {
		key = list_add(&constructor->keys);
		*key = (struct scan_key){ token->text, token->size, 0, at,
					  at + 2 };
	} else if (scan_token_is(token, "[")) {
		const struct scan_token *inner = scan_token_at(scan, at + 1);
		struct scan_key found = { .key = at, .value = at + 4 };

		if (!scan_is(scan, at + 2, "]") || !scan_is(scan, at + 3, "=") ||
		    (inner->kind != SCAN_STRING &&
		     !token_integer(inner, &found.number))) {
			add_computed(scan, open, at);
			return;
		}
		if (inner->kind == SCAN_STRING) {
			found.text = inner->text;
			found.size = inner->size;
		}
		*list_add(&constructor->keys) = found;
	} else {
		key = list_add(&constructor->keys);
		*key = (struct scan_key){ NULL, 0, ++constructor->items_count,
					  at, at };
	}
}

/* Every name in NAME, NAME = of a statement that is no local and no for. */
static void
add_assignments(struct scan *scan, uint32_t equals)
{
	uint32_t at = equals, first;

	for (first = equals; first >= 1; first -= 2) {
		const struct scan_token *name = scan_token_at(scan, first - 1);

		if (name->kind != SCAN_NAME)
			return;
		if (first < 2 || !scan_is(scan, first - 2, ","))
			break;
	}
	if (first < 1)
		return;
	if (first >= 2 &&
	    (scan_is(scan, first - 2, ".") || scan_is(scan, first - 2, "local") ||
	     scan_is(scan, first - 2, "for")))
		return;
	for (; at >= first; at -= 2) {
		const struct scan_token *name = scan_token_at(scan, at - 1);
		struct scan_assignment *assignment =
			list_add(&scan->assignments);

		assignment->name = arena_copy_n(name->text, name->size);
		assignment->token = at - 1;
		if (at < 2)
			break;
	}
}

static void
push(struct tree *tree, uint32_t token, char kind)
{
	struct frame *frame = list_add(&tree->frames);

	frame->token = token;
	frame->kind = kind;
	frame->is_at_field = kind == '{';
	if (kind == '{') {
		struct scan *scan = tree->scan;

		list_add(&scan->constructors)->open = token;
		scan->tokens.at[token].constructor =
			(uint32_t)scan->constructors.count;
	}
}

/* A bracket without its partner is liblua's to report. */
static void
pop(struct tree *tree, uint32_t token, char kind)
{
	struct frame *top = tree->frames.count == 0
				? NULL
				: &tree->frames.at[tree->frames.count - 1];

	if (top == NULL || top->kind != kind)
		return;
	tree->scan->tokens.at[top->token].partner = token;
	tree->scan->tokens.at[token].partner = top->token;
	tree->frames.count--;
}

static void
follow_keyword(struct tree *tree, uint32_t at)
{
	static const char *const openers[] = { "function", "if", "do",
					       "repeat" };
	size_t i;

	for (i = 0; i < countof(openers); i++)
		if (scan_is(tree->scan, at, openers[i]))
			push(tree, at, 'b');
	if (scan_is(tree->scan, at, "end") || scan_is(tree->scan, at, "until"))
		pop(tree, at, 'b');
}

static void
follow_symbol(struct tree *tree, uint32_t at)
{
	const struct scan_token *token = scan_token_at(tree->scan, at);

	if (token->size != 1)
		return;
	switch (token->text[0]) {
	case '(': case '[': case '{':
		push(tree, at, token->text[0]);
		break;
	case ')':
		pop(tree, at, '(');
		break;
	case ']':
		pop(tree, at, '[');
		break;
	case '}':
		pop(tree, at, '{');
		break;
	default:
		break;
	}
}

static void
follow_token(struct tree *tree, uint32_t at)
{
	struct scan *scan = tree->scan;
	const struct scan_token *token = scan_token_at(scan, at);
	struct frame *top = tree->frames.count == 0
				? NULL
				: &tree->frames.at[tree->frames.count - 1];

	if (token->kind == SCAN_END) {
		/* What is open here is no business of the next file. */
		tree->frames.count = 0;
		return;
	}
	if (top != NULL && top->kind == '{') {
		if (scan_token_is(token, ",") || scan_token_is(token, ";")) {
			top->is_at_field = true;
		} else if (top->is_at_field && !scan_token_is(token, "}")) {
			top->is_at_field = false;
			add_field(scan, top->token, at);
		}
	} else if (scan_token_is(token, "=") && (top == NULL || top->kind == 'b')) {
		add_assignments(scan, at);
	}
	if (token->kind == SCAN_NAME && scan_is(scan, at, "instance") &&
	    scan_is(scan, at + 1, "(") &&
	    scan_token_at(scan, at + 2)->kind == SCAN_STRING) {
		struct scan_assignment *made = list_add(&scan->assignments);

		made->name = scan_token_at(scan, at + 2)->text;
		made->token = at + 2;
	}
	if (token->kind == SCAN_KEYWORD)
		follow_keyword(tree, at);
	else if (token->kind == SCAN_SYMBOL)
		follow_symbol(tree, at);
}

/* ---- Sorting and looking up ------------------------------------------ */

static int
order_of(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Numbers before texts; texts bytewise. */
static int
key_compare(const struct scan_key *a, const struct scan_key *b)
{
	size_t shared = a->size < b->size ? a->size : b->size;
	int order;

	if (a->text == NULL || b->text == NULL) {
		if (a->text == NULL && b->text == NULL)
			return (a->number > b->number) - (a->number < b->number);
		return a->text == NULL ? -1 : 1;
	}
	order = memcmp(a->text, b->text, shared);
	return order != 0 ? order : order_of(a->size, b->size);
}

static int
key_order(const void *a, const void *b)
{
	const struct scan_key *first = a, *second = b;
	int order = key_compare(first, second);

	return order != 0 ? order : order_of(first->key, second->key);
}

static int
assignment_order(const void *a, const void *b)
{
	const struct scan_assignment *first = a, *second = b;
	int order = strcmp(first->name, second->name);

	return order != 0 ? order : order_of(first->token, second->token);
}

static void
report_duplicates(const struct scan *scan,
		  const struct scan_constructor *constructor)
{
	size_t i;

	for (i = 1; i < constructor->keys.count; i++) {
		const struct scan_key *first = &constructor->keys.at[i - 1];
		const struct scan_key *again = &constructor->keys.at[i];
		const char *name;

		if (key_compare(first, again) != 0)
			continue;
		name = again->text != NULL
			? again->text
			: arena_printf("%lld", (long long)again->number);
		diag(E0106, scan_where(scan, again->key),
		     again->text != NULL ? arena_copy_n(name, again->size) : name,
		     "given twice in one table");
		diag_also(scan_where(scan, first->key), "first given here");
		diag_fix("keep one of the two");
	}
}

void
scan_tree(struct scan *scan)
{
	struct tree tree = { .scan = scan };
	size_t i;

	for (i = 0; i < scan->tokens.count; i++)
		follow_token(&tree, (uint32_t)i);
	for (i = 0; i < scan->constructors.count; i++) {
		struct scan_constructor *constructor = &scan->constructors.at[i];

		if (constructor->keys.count != 0)
			qsort(constructor->keys.at, constructor->keys.count,
			      sizeof *constructor->keys.at, key_order);
		report_duplicates(scan, constructor);
	}
	if (scan->assignments.count != 0)
		qsort(scan->assignments.at, scan->assignments.count,
		      sizeof *scan->assignments.at, assignment_order);
}

/* ---- Questions to a scan --------------------------------------------- */

struct where
scan_where(const struct scan *scan, size_t token)
{
	const struct scan_token *at = scan_token_at(scan, token);
	size_t low = 0, high = scan->others.count;

	/* The last file that begins at the token or before it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (scan->others.at[middle].first <= token)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct where){ low == 0 ? scan->file
					: scan->others.at[low - 1].name,
			       at->line, at->column };
}

const struct scan_constructor *
scan_constructor(const struct scan *scan, size_t token)
{
	const struct scan_token *open = scan_token_at(scan, token);
	const struct scan_token *next;

	if (open->constructor == 0 || open->partner == 0)
		return NULL;
	/* { } or x, { } .. x: the value is not the table written here. */
	next = scan_token_at(scan, (size_t)open->partner + 1);
	if (next->kind == SCAN_KEYWORD
		    ? scan_token_is(next, "or") || scan_token_is(next, "and")
		    : next->kind == SCAN_SYMBOL &&
			      strchr(",;})]=(", next->text[0]) == NULL)
		return NULL;
	return &scan->constructors.at[open->constructor - 1];
}

size_t
scan_callee(const struct scan *scan, size_t call)
{
	const struct scan_token *token = scan_token_at(scan, call);

	if (call == 0 || token->kind == SCAN_NAME ||
	    scan_token_at(scan, call - 1)->kind != SCAN_NAME)
		return call;
	if (token->kind == SCAN_STRING || scan_token_is(token, "{") ||
	    scan_token_is(token, "(") || scan_token_is(token, ".") ||
	    scan_token_is(token, ":"))
		return call - 1;
	return call;
}

size_t
scan_call_argument(const struct scan *scan, size_t call, unsigned link)
{
	size_t at = call;

	if (scan_token_at(scan, at)->kind != SCAN_NAME)
		return call;
	/* The callee is NAME, NAME.NAME or NAME:NAME. */
	at++;
	while (scan_is(scan, at, ".") || scan_is(scan, at, ":"))
		at += 2;
	for (; link != 0; link--)
		at = (scan_token_at(scan, at)->partner != 0
			      ? scan_token_at(scan, at)->partner : at) + 1;
	if (scan_is(scan, at, "(") && scan_constructor(scan, at + 1) != NULL &&
	    scan_token_at(scan, at + 1)->partner + 1 == scan_token_at(scan, at)->partner)
		at++;
	return scan_constructor(scan, at) != NULL ? at : call;
}

static const struct scan_key *
find_key(const struct scan_constructor *constructor, const struct scan_key *key)
{
	size_t low = 0, high = constructor->keys.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (key_compare(&constructor->keys.at[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < constructor->keys.count &&
	    key_compare(&constructor->keys.at[low], key) == 0)
		return &constructor->keys.at[low];
	return NULL;
}

const struct scan_key *
scan_key(const struct scan_constructor *constructor, const char *text,
	 size_t size)
{
	return find_key(constructor, &(struct scan_key){ .text = text,
							 .size = size });
}

const struct scan_key *
scan_item(const struct scan_constructor *constructor, int64_t number)
{
	return find_key(constructor, &(struct scan_key){ .number = number });
}

size_t
scan_name_before(const struct scan *scan, size_t token, const char *name)
{
	size_t back;

	for (back = 0; back <= 3 && back <= token; back++)
		if (scan_token_at(scan, token - back)->kind == SCAN_NAME &&
		    scan_is(scan, token - back, name))
			return token - back;
	return token;
}

/* The first assignment of name at token or later, as an index. */
static size_t
assignment_from(const struct scan *scan, const char *name, size_t token)
{
	size_t low = 0, high = scan->assignments.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct scan_assignment *at = &scan->assignments.at[middle];
		int order = strcmp(at->name, name);

		if (order < 0 || (order == 0 && at->token < token))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
scan_assignment_before(const struct scan *scan, size_t token, const char *name)
{
	size_t from = assignment_from(scan, name, token + 1);

	if (from != 0 && text_equal(scan->assignments.at[from - 1].name, name))
		return scan->assignments.at[from - 1].token;
	return token;
}

bool
scan_is_assigned(const struct scan *scan, const char *name, size_t *token)
{
	size_t first = assignment_from(scan, name, 0);

	if (first == scan->assignments.count ||
	    !text_equal(scan->assignments.at[first].name, name))
		return false;
	*token = scan->assignments.at[first].token;
	return true;
}
