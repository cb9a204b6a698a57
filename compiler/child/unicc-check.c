/* SPDX-License-Identifier: ISC */
/*
 * The child that runs a module's build-time C (native_wire.h). unicc starts
 * it with an empty environment, fixed addresses and a bounded stack; nothing
 * of unicc's memory is in it.
 *
 * The code is a shared object without a libc and without initialisers, so the
 * first instruction of it that runs is the function that was asked for. By
 * then nothing is open but the two pipes, the limits are set, and seccomp's
 * strict mode leaves four system calls: read, write, exit and the return from
 * a signal. From there on no memory is asked for: asking is a system call.
 *
 * Each call finds the code's variables as they were at the start: what it
 * answers depends on its arguments alone.
 */
#include <dlfcn.h>
#include <ffi.h>
#include <link.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../native_wire.h"

enum {
	ARGUMENTS_MAX = 16,
	FIELDS_MAX = 16,
	VALUES_MAX = 2 * ARGUMENTS_MAX + 2,	/* bytes are two of C's */
	CPU_SECONDS_MAX = 2,
	DATA_BYTES_MAX = 256 << 20,
	VARIABLES_BYTES_MAX = 4 << 20,
	OUTPUT_BYTES = 64 << 10,
	RESULT_BYTES_MAX = 512,		/* of a record: native.h */
};

struct function {
	void (*code)(void);
	const char *types;	/* of the arguments, as they were declared */
	char result;		/* first letter of its type */
	uint32_t result_max;	/* bytes */
	size_t result_bytes;	/* of a number's or struct's image */
	ffi_cif cif;
	ffi_type *arguments[VALUES_MAX];
};

static struct function functions[WIRE_FUNCTIONS_MAX];
static size_t functions_count;
static uint8_t *result_bytes;	/* room for the largest result */

/* ---- The pipes -------------------------------------------------------------- */

/* exit_group is not among strict mode's four; this process has one thread. */
__attribute__((noreturn)) static void
leave(void)
{
	for (;;)
		syscall(SYS_exit, 1);
}

static uint8_t input[WIRE_BYTES_MAX + sizeof(struct wire_head)];
static size_t input_bytes, input_at;
static uint8_t output[OUTPUT_BYTES];
static size_t output_bytes;

static void
write_all(const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	while (size != 0) {
		ssize_t written = write(1, at, size);

		if (written <= 0)
			leave();
		at += written;
		size -= (size_t)written;
	}
}

static void
flush(void)
{
	write_all(output, output_bytes);
	output_bytes = 0;
}

static void
put(const void *bytes, size_t size)
{
	if (size > sizeof output - output_bytes)
		flush();
	if (size > sizeof output) {
		write_all(bytes, size);
		return;
	}
	if (size != 0)
		memcpy(output + output_bytes, bytes, size);
	output_bytes += size;
}

/*
 * Have size bytes of input in one piece. Answers go out before what may wait:
 * nobody sends more until they have come.
 */
static const uint8_t *
take(size_t size)
{
	const uint8_t *at;
	ssize_t got;

	if (size > sizeof input)
		leave();
	if (input_bytes - input_at < size) {
		memmove(input, input + input_at, input_bytes - input_at);
		input_bytes -= input_at;
		input_at = 0;
	}
	while (input_bytes - input_at < size) {
		flush();
		got = read(0, input + input_bytes, sizeof input - input_bytes);
		if (got <= 0)
			leave();
		input_bytes += (size_t)got;
	}
	at = input + input_at;
	input_at += size;
	return at;
}

__attribute__((noreturn)) static void
refuse(const char *why)
{
	struct wire_head head = { WIRE_REFUSED, strlen(why) };

	put(&head, sizeof head);
	put(why, strlen(why));
	flush();
	leave();
}

/* ---- Types ------------------------------------------------------------------- */

static ffi_type *
number_type(char letter)
{
	switch (letter) {
	case '?': case 'B':
		return &ffi_type_uint8;
	case 'H':
		return &ffi_type_uint16;
	case 'I':
		return &ffi_type_uint32;
	case 'Q':
		return &ffi_type_uint64;
	case 'b':
		return &ffi_type_sint8;
	case 'h':
		return &ffi_type_sint16;
	case 'i':
		return &ffi_type_sint32;
	case 'q':
		return &ffi_type_sint64;
	case 's':
		return &ffi_type_pointer;
	default:
		return NULL;
	}
}

/* Cut a type that C passes as one value off *types. Structs lie at most 5 deep
 * in each other (native.h). */
static ffi_type *
take_type(const char **types) /* NOLINT(misc-no-recursion) */
{
	ffi_type *type = number_type(**types);
	size_t count = 0;

	if (type != NULL) {
		(*types)++;
		return type;
	}
	if (*(*types)++ != '{')
		refuse("its types are not understood");
	type = calloc(1, sizeof *type);
	if (type != NULL)
		type->elements = calloc(FIELDS_MAX + 1, sizeof(ffi_type *));
	if (type == NULL || type->elements == NULL)
		refuse("it has no memory");
	type->type = FFI_TYPE_STRUCT;
	while (**types != '}') {
		if (count == FIELDS_MAX)
			refuse("its types are not understood");
		type->elements[count++] = take_type(types);
	}
	(*types)++;
	return type;
}

static void
prepare(struct function *function, const char *types)
{
	ffi_type *result = &ffi_type_uint64;	/* size_t, of bytes */
	size_t count = 0;
	char *end;

	function->result = *types;
	if (*types == 'y') {
		function->result_max = (uint32_t)strtoul(types + 1, &end, 10);
		types = end + 1;
	} else {
		result = take_type(&types);
	}
	function->types = types;
	while (*types != '\0') {
		if (count + 4 > VALUES_MAX)
			refuse("its types are not understood");
		if (*types == 'y') {
			types++;
			function->arguments[count++] = &ffi_type_pointer;
			function->arguments[count++] = &ffi_type_uint64;
		} else {
			function->arguments[count++] = take_type(&types);
		}
	}
	if (function->result == 'y') {
		function->arguments[count++] = &ffi_type_pointer;
		function->arguments[count++] = &ffi_type_uint64;
	}
	if (ffi_prep_cif(&function->cif, FFI_DEFAULT_ABI, (unsigned)count,
			 result, function->arguments) != FFI_OK)
		refuse("libffi cannot call it");
	function->result_bytes = result->size;
}

/* ---- The code's variables ------------------------------------------------------ */

struct variables {
	uint8_t *at, *kept;
	size_t size;
};
static struct variables variables[8];
static size_t variables_count;

/* Writable parts of the object that holds the address *owner. */
static int
find_variables(struct dl_phdr_info *info, size_t size, void *owner)
{
	uintptr_t wanted = *(const uintptr_t *)owner;
	size_t i, all = 0;

	(void)size;
	if (info->dlpi_addr != wanted)
		return 0;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		struct variables *kept = &variables[variables_count];

		if (part->p_type != PT_LOAD || !(part->p_flags & PF_W))
			continue;
		all += part->p_memsz;
		if (variables_count == sizeof variables / sizeof *variables ||
		    all > VARIABLES_BYTES_MAX)
			refuse("its variables take more than 4 MiB");
		kept->at = (uint8_t *)(wanted + part->p_vaddr);
		kept->size = part->p_memsz;
		kept->kept = malloc(kept->size + 1);
		if (kept->kept == NULL)
			refuse("it has no memory");
		memcpy(kept->kept, kept->at, kept->size);
		variables_count++;
	}
	return 1;
}

static void
restore_variables(void)
{
	size_t i;

	for (i = 0; i < variables_count; i++)
		memcpy(variables[i].at, variables[i].kept, variables[i].size);
}

/* ---- Calls -------------------------------------------------------------------- */

static size_t
round_up(size_t size)
{
	return (size + WIRE_PADDING - 1) / WIRE_PADDING * WIRE_PADDING;
}

/* One argument of the payload: point at what libffi is to pass. A text or
 * bytes need a pointer of their own, which is kept in *slot. */
static const uint8_t *
point(const uint8_t *at, char letter, const ffi_type *type, void **value,
      uint64_t *slot)
{
	uint64_t size;

	if (letter != 's' && letter != 'y') {
		value[0] = (void *)(uintptr_t)at;
		return at + round_up(type->size);
	}
	memcpy(&size, at, sizeof size);
	at += sizeof size;
	slot[0] = size == WIRE_NONE ? 0 : (uint64_t)(uintptr_t)at;
	slot[1] = size;
	value[0] = &slot[0];
	if (letter == 'y')
		value[1] = &slot[1];
	return size == WIRE_NONE ? at : at + round_up(size + 1);
}

static void
answer_bytes(const struct function *function, uint64_t number,
	     const uint64_t *result)
{
	static const uint8_t zeros[WIRE_PADDING + 1];
	struct wire_head head = { number, sizeof(uint64_t) };
	const char *bytes = (const char *)result_bytes;
	uint64_t size = *result, most = function->result_max;

	if (function->result == 's') {
		bytes = (const char *)(uintptr_t)*result;
		most = WIRE_TEXT_MAX;
		size = bytes == NULL ? WIRE_NONE
				     : strnlen(bytes, WIRE_TEXT_MAX + 1);
	}
	/* One beyond its bound is told of by its size alone. */
	if (size <= most)
		head.payload_bytes += round_up(size + 1);
	put(&head, sizeof head);
	put(&size, sizeof size);
	if (size > most)
		return;
	put(bytes, size);
	put(zeros, round_up(size + 1) - size);
}

static void
answer(const struct function *function, uint64_t number, const uint64_t *result)
{
	struct wire_head head = { number, round_up(function->result_bytes) };

	if (function->result == 's' || function->result == 'y') {
		answer_bytes(function, number, result);
		return;
	}
	put(&head, sizeof head);
	put(result, head.payload_bytes);
}

static void
serve(void)
{
	uint64_t slots[2 * VALUES_MAX];
	void *values[VALUES_MAX];
	/* A struct comes back whole, a number widened to a register. */
	uint64_t result[RESULT_BYTES_MAX / 8] = { 0 };
	const struct function *function;
	const uint8_t *at;
	struct wire_head head;
	uint64_t index;
	const char *type;
	size_t count = 0;

	memcpy(&head, take(sizeof head), sizeof head);
	at = take(head.payload_bytes);
	memcpy(&index, at, sizeof index);
	at += sizeof index;
	function = &functions[index];
	/* A struct's letters go by its braces; its image is one value. */
	for (type = function->types; *type != '\0'; type++) {
		int depth = 0;

		at = point(at, *type, function->arguments[count],
			   &values[count], &slots[2 * count]);
		count += *type == 'y' ? 2 : 1;
		do
			depth += *type == '{' ? 1 : *type == '}' ? -1 : 0;
		while (depth != 0 && *++type != '\0');
	}
	if (function->result == 'y') {
		slots[2 * count] = (uint64_t)(uintptr_t)result_bytes;
		slots[2 * count + 1] = function->result_max;
		values[count] = &slots[2 * count];
		values[count + 1] = &slots[2 * count + 1];
	}
	ffi_call((ffi_cif *)(uintptr_t)&function->cif, function->code, result,
		 values);
	answer(function, head.number, result);
	restore_variables();
	if (function->result == 'y')
		memset(result_bytes, 0, function->result_max);
}

/* ---- Starting ------------------------------------------------------------------ */

static const char *
next_text(const char **at, const char *end)
{
	const char *text = *at, *stop = memchr(text, '\0', (size_t)(end - text));

	if (stop == NULL)
		refuse("its functions are not understood");
	*at = stop + 1;
	return text;
}

static void
load(void)
{
	const char *at, *end, *symbol;
	static char why[512];
	size_t result_max = 1;
	struct wire_head head;
	struct link_map *map;
	uintptr_t base;
	char *texts;
	void *code;

	memcpy(&head, take(sizeof head), sizeof head);
	texts = malloc(head.payload_bytes + 1);
	if (texts == NULL)
		refuse("it has no memory");
	memcpy(texts, take(head.payload_bytes), head.payload_bytes);
	at = texts;
	end = texts + head.payload_bytes;
	code = dlopen(next_text(&at, end), RTLD_NOW | RTLD_LOCAL);
	if (code == NULL || dlinfo(code, RTLD_DI_LINKMAP, &map) != 0)
		refuse("it cannot be loaded");
	while (at < end && functions_count < WIRE_FUNCTIONS_MAX) {
		struct function *function = &functions[functions_count++];

		symbol = next_text(&at, end);
		/* POSIX lets what dlsym gives be called. */
		function->code = FFI_FN((uintptr_t)dlsym(code, symbol));
		if (function->code == NULL) {
			snprintf(why, sizeof why, "%s", symbol);
			refuse(why);
		}
		prepare(function, next_text(&at, end));
		if (function->result_max > result_max)
			result_max = function->result_max;
	}
	result_bytes = calloc(1, result_max);
	base = map->l_addr;
	dl_iterate_phdr(find_variables, &base);
	if (result_bytes == NULL)
		refuse("it has no memory");
}

/* Soft, so that SIGXCPU tells a hang from what seccomp kills; one that is lower
 * already stays. */
static bool
set_limit(int resource, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return false;
	if (limit.rlim_max > most + 1)
		limit.rlim_max = most + 1;
	if (limit.rlim_cur > most)
		limit.rlim_cur = most;
	return setrlimit(resource, &limit) == 0;
}

int
main(void)
{
	struct wire_head ready = { 0, 0 };

	if (!set_limit(RLIMIT_DATA, DATA_BYTES_MAX) ||
	    !set_limit(RLIMIT_CPU, CPU_SECONDS_MAX) ||
	    !set_limit(RLIMIT_CORE, 0))
		refuse("its limits cannot be set");
	load();
	/* The clock of the CPU is a clock too. */
	if (syscall(SYS_close_range, 2, ~0U, 0) != 0 ||
	    prctl(PR_SET_TSC, PR_TSC_SIGSEGV) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
		refuse("its sandbox cannot be set up");
	put(&ready, sizeof ready);
	for (;;)
		serve();
}
