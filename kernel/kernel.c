/* SPDX-License-Identifier: ISC */
/*
 * Start, event loop, log, panic and exit of every image (unicc/kernel.h).
 *
 * The console sees, in this order: the banner with the image's name and both
 * roots of its identity, the lines of the instances, and last "exit STATUS"
 * or "panic: ...". A line reaches the console in one piece.
 */
#include <stdarg.h>
#include <string.h>
#include <unicc/console.h>
#include <unicc/kernel.h>
#include <unicc/note.h>
#include <unicc/types.h>
#include <x86_64/cpu.h>
#include <x86_64/machine.h>

/* image.lds puts it between two absent pages; start.S runs on it. */
__attribute__((section(".bss..stack"), used, aligned(16)))
static char kernel_stack_memory[kernel_stack_bytes];

const char *kernel_instance = "kernel";

/* ---- Lines ------------------------------------------------------------- */

/* Text on its way to the console, written out when full or ended. */
struct line {
	char text[240];
	size_t size;
};

static void
line_write(struct line *line)
{
	console_write(line->text, line->size);
	line->size = 0;
}

static void
line_add(struct line *line, char c)
{
	if (line->size == sizeof line->text)
		line_write(line);
	line->text[line->size++] = c;
}

static void
line_add_text(struct line *line, const char *text)
{
	while (*text)
		line_add(line, *text++);
}

static void
line_add_decimal(struct line *line, uint64_t number)
{
	char digits[20];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count)
		line_add(line, digits[--count]);
}

/* digits_min digits at least. */
static void
line_add_hex(struct line *line, uint64_t number, unsigned digits_min)
{
	unsigned digits = 16;

	while (digits > digits_min && number >> (4 * (digits - 1)) == 0)
		digits--;
	while (digits--)
		line_add(line, "0123456789abcdef"[number >> (4 * digits) & 15]);
}

static void
line_end(struct line *line)
{
	line_add(line, '\n');
	line_write(line);
}

static void
line_add_root(struct line *line, const char *what, const uint8_t *root)
{
	size_t i;

	line_add_text(line, what);
	for (i = 0; i < sizeof unicc_note.code_root; i++)
		line_add_hex(line, root[i], 2);
}

/* ---- What instances may call ------------------------------------------- */

void
kernel_log(const char *instance, const char *fact, ...)
{
	struct line line;
	va_list args;

	line.size = 0;
	line_add_text(&line, instance);
	line_add_text(&line, ": ");
	va_start(args, fact);
	for (; *fact; fact++) {
		if (*fact != '%') {
			line_add(&line, *fact);
			continue;
		}
		switch (*++fact) {
		case 's':
			line_add_text(&line, va_arg(args, const char *));
			break;
		case 'u':
			line_add_decimal(&line, va_arg(args, uint64_t));
			break;
		case 'x':
			line_add_hex(&line, va_arg(args, uint64_t), 1);
			break;
		case 'c':
			line_add(&line, (char)va_arg(args, int));
			break;
		default:
			line_add(&line, '%');
		}
	}
	va_end(args);
	line_end(&line);
}

_Noreturn void
kernel_fault(const char *instance, const struct kernel_fault *fault)
{
	static bool is_faulting;
	struct line line;

	/* A fault while one is reported: nothing here can be relied on. */
	if (is_faulting)
		platform_power_off(KERNEL_STATUS_PANIC);
	is_faulting = true;
	line.size = 0;
	line_add_text(&line, "panic: ");
	line_add_text(&line, instance);
	line_add_text(&line, ": ");
	line_add_text(&line, fault->fact);
	if (fault->at_is_known) {
		line_add_text(&line, " at 0x");
		line_add_hex(&line, fault->at, 1);
	}
	line_add_text(&line, ", from 0x");
	line_add_hex(&line, fault->from, 1);
	line_end(&line);
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
	struct line line;

	machine_stop();
	line.size = 0;
	line_add_text(&line, "exit ");
	line_add_decimal(&line, status);
	line_end(&line);
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

/* ---- From entry to the end --------------------------------------------- */

static void
print_banner(void)
{
	struct line line;

	line.size = 0;
	line_add_text(&line, machine_name);
	line_add_root(&line, " code ", unicc_note.code_root);
	line_add_root(&line, " instance ", unicc_note.instance_root);
	line_end(&line);
}

_Noreturn void
kernel_main(void)
{
	print_banner();
	if (!cpu_guard_is_random)
		kernel_log("kernel", "no RDRAND: the stack protector's value "
			   "is the time stamp");
	if (machine_has_events)
		interrupt_prepare();
	machine_start();
	if (!machine_has_events)
		kernel_exit(0);
	for (;;) {
		while (machine_event())
			;
		machine_arm();
		kernel_instance = "kernel";
		cpu_idle();
	}
}
