/* SPDX-License-Identifier: ISC */
/*
 * Interrupt lines of the IOAPIC (unicc/interrupt.h), edge-triggered: a device
 * that raises its line again after it was acknowledged is never missed.
 *
 * The handlers are in lines.S. They are part of an image only when
 * interrupt_open or the timer is.
 */
#include <platform.h>
#include <unicc/interrupt.h>
#include <unicc/kernel.h>
#include <cpu.h>
#include <machine.h>

enum {
	/* Offsets of the LAPIC's registers (Intel SDM 3A, 10.4.1). */
	LAPIC_SPURIOUS = 0xf0,
	LAPIC_LINT0 = 0x350,
	LAPIC_ENABLED = 0x100,
	LAPIC_MASKED = 0x10000,

	/* The IOAPIC's (Intel 82093AA, 3.1 and 3.2). */
	IOAPIC_SELECT = 0,
	IOAPIC_WINDOW = 0x10,
	IOAPIC_REDIRECTIONS = 0x10,
	IOAPIC_MASKED = 0x10000,
};

/* Written by lines.S while the machine idles. */
volatile uint8_t interrupt_pending[LINES_COUNT];

void
interrupt_prepare(void)
{
	/* The 8259 hangs on LINT0 and has no vectors set up. */
	cpu_mmio_write(PLATFORM_LAPIC + LAPIC_LINT0, LAPIC_MASKED);
	cpu_mmio_write(PLATFORM_LAPIC + LAPIC_SPURIOUS,
		       LAPIC_ENABLED | VECTOR_SPURIOUS);
}

static void
ioapic_write(uint32_t index, uint32_t value)
{
	cpu_mmio_write(PLATFORM_IOAPIC + IOAPIC_SELECT, index);
	cpu_mmio_write(PLATFORM_IOAPIC + IOAPIC_WINDOW, value);
}

void
interrupt_open(unsigned line)
{
	INTERRUPT_LINK_VECTORS();
	kernel_assert(line < LINE_TIMER);
	/* Upper half: LAPIC 0. Lower half: edge, active high, not masked. */
	ioapic_write(IOAPIC_REDIRECTIONS + 2 * line + 1, 0);
	ioapic_write(IOAPIC_REDIRECTIONS + 2 * line, VECTOR_LINES + line);
}

void
interrupt_close(unsigned line)
{
	kernel_assert(line < LINE_TIMER);
	ioapic_write(IOAPIC_REDIRECTIONS + 2 * line, IOAPIC_MASKED);
}

bool
interrupt_take(unsigned line)
{
	if (!interrupt_pending[line])
		return false;
	interrupt_pending[line] = 0;
	return true;
}
