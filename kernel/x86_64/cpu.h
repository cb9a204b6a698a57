/* SPDX-License-Identifier: ISC */
/* Single instructions of the CPU that C cannot say. */
#ifndef UNICC_X86_64_CPU_H
#define UNICC_X86_64_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline void
cpu_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void
cpu_out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t
cpu_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* Write size_bytes bytes to one port. */
static inline void
cpu_out_bytes(uint16_t port, const char *bytes, size_t size_bytes)
{
	__asm__ volatile("rep outsb"
			 : "+S"(bytes), "+c"(size_bytes)
			 : "d"(port)
			 : "memory");
}

/* A device register: never cached, merged or reordered with another. */
static inline uint32_t
cpu_mmio_read(uintptr_t address)
{
	uint32_t value;

	__asm__ volatile("movl (%1), %0"
			 : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline uint8_t
cpu_mmio_read_8(uintptr_t address)
{
	uint8_t value;

	__asm__ volatile("movb (%1), %0"
			 : "=q"(value) : "r"(address) : "memory");
	return value;
}

static inline void
cpu_mmio_write(uintptr_t address, uint32_t value)
{
	__asm__ volatile("movl %0, (%1)"
			 : : "r"(value), "r"(address) : "memory");
}

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid
cpu_id(uint32_t leaf)
{
	struct cpuid id = { .eax = leaf };

	__asm__("cpuid"
		: "+a"(id.eax), "=b"(id.ebx), "+c"(id.ecx), "=d"(id.edx));
	return id;
}

/* The time stamp: grows evenly, at a rate that nobody tells. */
static inline uint64_t
cpu_time_stamp(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* Reset the machine: a fault that finds no gate. What the CPU does of itself
 * is all that is left when no host is there to be asked. */
_Noreturn static inline void
cpu_reset(void)
{
	static const struct { uint16_t size; uint64_t at; }
	__attribute__((packed)) no_table = { 0, 0 };

	__asm__ volatile("lidt %0; ud2" : : "m"(no_table));
	__builtin_unreachable();
}

/*
 * Open interrupts, wait for one, close them. A line raised before the call
 * ends the wait at once: sti takes effect after the next instruction, hlt.
 * Handlers return with interrupts closed; cli is for the spurious one.
 */
static inline void
cpu_idle(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

#endif
