/* SPDX-License-Identifier: ISC */
/* Idling, and powering off QEMU's microvm, which has no ACPI. */
#include <platform.h>
#include <cpu.h>
#include <machine.h>

void
platform_prepare(void)
{
	interrupt_prepare();
}

void
platform_idle(void)
{
	cpu_idle();
}

_Noreturn void
platform_power_off(unsigned status)
{
	cpu_out32(PLATFORM_EXIT, status);
	/* Without that device: -no-reboot makes QEMU leave. */
	cpu_reset();
}
