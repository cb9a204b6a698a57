/* SPDX-License-Identifier: ISC */
/*
 * Where QEMU's microvm (acpi=off) has its devices. Also read by assembly.
 *
 * Memory-mapped devices are mapped below the image, each with absent pages
 * around it; nothing else of the machine's address space is reachable. The
 * physical addresses are those of hw/i386/microvm.c and target/i386's APIC.
 */
#ifndef UNICC_PLATFORM_H
#define UNICC_PLATFORM_H

#define PLATFORM_VIRTIO_PAGE 0xe0000
#define PLATFORM_IOAPIC 0xe8000
#define PLATFORM_LAPIC 0xf0000

/* X(virtual page, physical page): what start.S maps besides the image. */
#define PLATFORM_PAGES(X)                      \
	X(PLATFORM_VIRTIO_PAGE, 0xfeb00000)    \
	X(PLATFORM_IOAPIC, 0xfec00000)         \
	X(PLATFORM_LAPIC, 0xfee00000)

/* The frame is as the CPU makes it. */
#define PLATFORM_FAULT \
	mov %rsp, %rdi;\
	mov %cr2, %rsi

/* start.S maps all there is. */
#define PLATFORM_BEFORE_SEALING

/* The registers and the interrupt line of slot 0 .. 7 of bus virtio_mmio. */
#define PLATFORM_VIRTIO(slot) (PLATFORM_VIRTIO_PAGE + 512 * (slot))
#define PLATFORM_VIRTIO_LINE(slot) (5 + (slot))

/* I/O ports. */
#define PLATFORM_UART 0x3f8
#define PLATFORM_RTC 0x70
#define PLATFORM_EXIT 0xf4	/* isa-debug-exit */

/* The LAPIC timer counts nanoseconds (hw/intc/apic.c, APIC bus at 1 GHz). */
#define PLATFORM_LAPIC_HZ 1000000000

#endif
