/* SPDX-License-Identifier: ISC */
/*
 * Some lines are raised while interrupts are closed, as interrupts that the
 * CPU sends itself. Each idle wait must take one of them and none may be lost;
 * a line that was closed is not heard again.
 */
#include <platform.h>
#include <unicc/interrupt.h>
#include <unicc/kernel.h>
#include <cpu.h>
#include <machine.h>

enum {
	LINES = 8,
	LAPIC_COMMAND = 0x300,		/* Intel SDM 3A, 10.6.1 */
	COMMAND_SELF = 1 << 18,
	IOAPIC_SELECT = 0, IOAPIC_WINDOW = 0x10, IOAPIC_REDIRECTIONS = 0x10,
	IOAPIC_MASKED = 1 << 16,
};

static bool
is_closed(unsigned line)
{
	cpu_mmio_write(PLATFORM_IOAPIC + IOAPIC_SELECT,
		       IOAPIC_REDIRECTIONS + 2 * line);
	return cpu_mmio_read(PLATFORM_IOAPIC + IOAPIC_WINDOW) & IOAPIC_MASKED;
}

int
storm_start(void)
{
	unsigned line;

	for (line = 0; line < LINES; line++)
		interrupt_open(line);
	for (line = 0; line < LINES; line++)
		cpu_mmio_write(PLATFORM_LAPIC + LAPIC_COMMAND,
			       COMMAND_SELF | (VECTOR_LINES + line));
	return 0;
}

bool
storm_event(void)
{
	static uint64_t waits, taken, most;
	uint64_t now = 0;
	unsigned line;

	for (line = 0; line < LINES; line++)
		now += interrupt_take(line);
	taken += now;
	most = now > most ? now : most;
	if (taken < LINES) {
		waits++;
		return false;
	}
	interrupt_close(1);
	kernel_log(instance_name, "%u waits, %u lines, %u at most in one",
		   waits, taken, most);
	kernel_exit(!(is_closed(1) && !is_closed(2)));
}
