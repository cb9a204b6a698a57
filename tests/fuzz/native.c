/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as declarations of build-time C, and as what its child writes.
 *
 * The input is the text of a record's fields and of a function's type, each
 * with its NUL, and then the child's bytes. Build with compiler/ c_type.c and
 * what reads the catalogue; -llua5.4.
 *
 * What is taken as a value of a type is one: written anew and read again, it is
 * the same.
 */
#include "repository.h"

#include "../../compiler/native.c"

/* No child is started here. */
const char *
build_root(void)
{
	return ".";
}

const char *
native_library(const struct module *module, struct native_failure *failure)
{
	(void)module;
	(void)failure;
	return NULL;
}

/* Cut a text off the input. */
static const char *
take_text(const uint8_t **bytes, size_t *size)
{
	size_t length = strnlen((const char *)*bytes, *size);
	const char *text = arena_copy_n((const char *)*bytes, length);

	length += length < *size;
	*bytes += length;
	*size -= length;
	return text;
}

static void
check_value(const struct c_type *type, const struct native_value *value)
{
	struct buffer first = { 0 }, second = { 0 };
	struct native_value again;
	struct bytes left;

	assert(c_type_show_value(type, value)[0] != '\0');
	c_type_encode(&first, type, value);
	left = (struct bytes){ (const uint8_t *)first.at, first.size };
	assert(c_type_decode(&left, type, &again) && left.size == 0);
	c_type_encode(&second, type, &again);
	assert(first.size == second.size &&
	       memcmp(first.at, second.at, first.size) == 0);
	free(first.at);
	free(second.at);
}

static void
check_answers(const struct module *module, struct bytes bytes)
{
	const struct function *function = &module->functions.at[0];
	struct child child = { .module = module, .sent = 3 };
	struct native_call calls[3] = { 0 };
	size_t done = 0, i;
	const char *wrong;

	buffer_add(&child.input, bytes.at, bytes.size);
	wrong = take_answers(&child, function, calls, countof(calls), &done);
	assert(wrong == NULL || wrong[0] != '\0');
	assert(done <= countof(calls) && child.input_at <= child.input.size);
	for (i = 0; i < done; i++)
		check_value(&function->result, &calls[i].result);
	free(child.input.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct c_record record = { .name = "pair" };
	struct module module = { .name = "fuzz" };
	struct function function = { .name = "call" };
	struct buffer code = { 0 };
	const char *wrong;

	input_name = NULL;
	if (c_record_read(take_text(&bytes, &size), &module, &record) == NULL)
		*list_add(&module.records) = &record;
	wrong = c_signature_read(take_text(&bytes, &size), &module, &function);
	assert(wrong == NULL || wrong[0] != '\0');
	if (wrong == NULL) {
		assert(c_signature_show(&function)[0] != '\0');
		c_type_write_code(&code, &function.result);
		free(code.at);
		*list_add(&module.functions) = function;
		check_answers(&module, (struct bytes){ bytes, size });
	}
	arena_release();
	return 0;
}
