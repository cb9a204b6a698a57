/* SPDX-License-Identifier: ISC */
/*
 * Memory and text of the build side: one arena a run, nothing freed.
 *
 * Every function here ends the process with status 3 and a message when
 * memory is exhausted, so callers need no check.
 */
#ifndef UNICC_BASE_H
#define UNICC_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define countof(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes that may hold anything, NUL included. Borrowed or in the arena. */
struct bytes {
	const uint8_t *at;
	size_t size;
};

/* Zeroed memory that lives as long as the process, aligned for any object. */
void *arena_alloc(size_t count, size_t size);
char *arena_copy(const char *text);
char *arena_copy_n(const char *text, size_t size);
char *arena_printf(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
char *arena_vprintf(const char *format, va_list args);

/*
 * A growable array: LIST(struct x) declares one, zero-initialised; list_add
 * returns a pointer to a new zeroed element, valid until the next list_add.
 */
#define LIST(type)                         \
	struct {                           \
		type *at;                  \
		size_t count;              \
		size_t room;               \
	}
#define list_add(list)                                                       \
	((list)->at = list_grow((list)->at, &(list)->room, (list)->count,    \
				sizeof *(list)->at),                         \
	 &(list)->at[(list)->count++])
void *list_grow(void *at, size_t *room, size_t count, size_t size);

/* Growing text, always NUL-terminated after the first add. */
struct buffer {
	char *at;
	size_t size;		/* without the NUL */
	size_t room;
};
void buffer_add(struct buffer *buffer, const void *bytes, size_t size);
void buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Its text, in the arena; the buffer is freed. */
const char *buffer_keep(struct buffer *buffer);

/* Append bytes as a C string literal with its quotes; octal escapes for
 * everything but printable ASCII, ? included (no trigraphs). */
void buffer_c_string(struct buffer *buffer, const char *bytes, size_t size);

/* The text that buffer_c_string has written; NULL: it has not, or the text holds
 * a NUL. */
const char *text_c_string(const char *literal);

bool text_equal(const char *a, const char *b);
/* As strcmp does; NULL is before every text. */
int text_order_of(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* The word of words nearest to word by edit distance, NULL if none is near. */
const char *text_nearest(const char *word, const char *const *words,
			 size_t words_count);

/* Read size bytes from twice as many digits 0-9 a-f; false if there are not so
 * many, and bytes are then in part written. */
bool text_hex(const char *text, uint8_t *bytes, size_t size);

/* Bytes of the UTF-8 character that text starts with, its NUL included; 0: it
 * starts with none (RFC 3629, 4: no surrogates, no overlong forms). */
size_t text_utf8_size(const char *text);

/* Text with all that moves a terminal's cursor, and every byte that is no UTF-8,
 * written as \xHH, apart from the bytes of kept. */
const char *text_visible(const char *text, const char *kept);

/* Text with every byte that is no UTF-8 written as \xHH: JSON has no other. */
const char *text_utf8(const char *text);

#endif
