/* SPDX-License-Identifier: ISC */
/*
 * Start, event loop, log, panic and exit of every image (unicc/kernel.h).
 *
 * The console sees, in this order: the banner with the image's name and both
 * roots of its identity, the lines of the instances, and last "exit STATUS"
 * or "panic: ...".
 */
#include <stdarg.h>
#include <string.h>
#include <unicc/console.h>
#include <unicc/kernel.h>
#include <unicc/note.h>
#include <unicc/types.h>
#include <cpu.h>
#include <machine.h>

/* image.lds puts it between two absent pages; start.S runs on it. */
__attribute__((section(".bss..stack"), used, aligned(16)))
static char kernel_stack_memory[kernel_stack_bytes];

const char *kernel_instance = "kernel";

/* ---- Printing ---------------------------------------------------------- */

static const char hex_digits[] = "0123456789abcdef";

static void
print(const char *text)
{
	console_write(text, strlen(text));
}

/* base is 10 or 16. */
static void
print_number(uint64_t number, unsigned base)
{
	char digits[20];	/* of 2^64 - 1 in base 10 */
	size_t first = sizeof digits;

	do
		digits[--first] = hex_digits[number % base];
	while (number /= base);
	console_write(digits + first, sizeof digits - first);
}

static void
print_root(const uint8_t root[32])
{
	char digits[64];
	size_t i;

	for (i = 0; i < sizeof digits; i += 2) {
		digits[i] = hex_digits[root[i / 2] >> 4];
		digits[i + 1] = hex_digits[root[i / 2] & 15];
	}
	console_write(digits, sizeof digits);
}

static void
print_labelled(const char *instance, const char *text)
{
	print(instance);
	print(": ");
	print(text);
}

/* ---- What instances may call ------------------------------------------- */

/* Print what stands behind a %. */
static void
print_argument(char kind, va_list *args)
{
	switch (kind) {
	case 's':
		print(va_arg(*args, const char *));
		break;
	case 'u':
	case 'x':
		print_number(va_arg(*args, uint64_t), kind == 'u' ? 10 : 16);
		break;
	default:
		console_write(&kind, 1);
	}
}

void
kernel_log(const char *instance, const char *fact, ...)
{
	const char *run;
	va_list args;

	print_labelled(instance, "");
	va_start(args, fact);
	for (run = fact; *fact; run = fact) {
		while (*fact && *fact != '%')
			fact++;
		console_write(run, (size_t)(fact - run));
		if (!*fact)
			break;
		fact++;		/* the kind; a last % stands for nothing */
		if (*fact)
			print_argument(*fact++, &args);
	}
	va_end(args);
	print("\n");
}

_Noreturn void
kernel_fault(const char *instance, const struct kernel_fault *fault)
{
	static bool is_faulting;

	/* A fault while one is reported: nothing here can be relied on. */
	if (is_faulting)
		platform_power_off(KERNEL_STATUS_PANIC);
	is_faulting = true;
	print("panic: ");
	print_labelled(instance, fault->fact);
	if (fault->at_is_known) {
		print(" at 0x");
		print_number(fault->at, 16);
	}
	print(", from 0x");
	print_number(fault->from, 16);
	print("\n");
	platform_power_off(KERNEL_STATUS_PANIC);
}

_Noreturn void
kernel_panic(const char *instance, const char *fact)
{
	struct kernel_fault fault = {
		.fact = fact,
		.from = (uintptr_t)__builtin_return_address(0),
	};

	kernel_fault(instance, &fault);
}

_Noreturn void
kernel_exit(unsigned status)
{
	if (machine_has_stops)
		machine_stop();
	print("exit ");
	print_number(status, 10);
	print("\n");
	platform_power_off(status);
}

void
kernel_started(const char *instance, int error)
{
	static const char *const texts[] = {
#define KERNEL_ERROR_TEXT(name, text) [name] = text,
		UNICC_ERRORS(KERNEL_ERROR_TEXT)
#undef KERNEL_ERROR_TEXT
	};

	if (error == E_NONE)
		return;
	kernel_log(instance, "could not start: %s",
		   error > 0 && (size_t)error < countof(texts) ?
			   texts[error] : "unknown error");
	kernel_exit(KERNEL_STATUS_NOT_STARTED);
}

void
kernel_need_slot(const char *name, int is_filled)
{
	if (is_filled)
		return;
	kernel_log("kernel", "%s is not filled: give it a value with unicc seal",
		   name);
	kernel_exit(KERNEL_STATUS_NOT_STARTED);
}

void
kernel_idle(void)
{
	kernel_instance = "kernel";
	platform_idle();
}

/* ---- From entry to the end --------------------------------------------- */

static void
print_banner(void)
{
	print(machine_name);
	print(" code ");
	print_root(unicc_note.code_root);
	print(" instance ");
	print_root(unicc_note.instance_root);
	print("\n");
}

_Noreturn void
kernel_main(void)
{
	print_banner();
	if (!cpu_guard_is_random)
		kernel_log("kernel", "no RDRAND: the stack protector's value "
			   "is the time stamp");
	if (!cpu_no_execute)
		kernel_log("kernel", "no NX: data can be executed");
	if (machine_has_events)
		machine_prepare();
	if (machine_has_starts)
		machine_start();
	if (machine_has_events)
		machine_run();
	kernel_exit(0);
}
