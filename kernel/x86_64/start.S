/* SPDX-License-Identifier: ISC */
/*
 * From the entry of a PVH image to kernel_main: 32-bit protected mode, paging
 * off, .bss zero (Xen's docs/misc/pvh.pandoc).
 *
 * When kernel_main runs, the page tables allow exactly what image.lds says
 * and the pages of PLATFORM_PAGES; the tables, the descriptors and the value
 * of the stack protector lie in pages that nothing can write any more. Before
 * that the platform may map more (PLATFORM_BEFORE_SEALING). SSE and x87 are
 * on. Nothing here uses the protected stack.
 */
#include <platform.h>
#include <machine.h>

/* Page table entries (Intel SDM 3A, 4.5). Accessed and dirty are set from
 * the start, so that the CPU never writes a table. */
#define PRESENT 0x61
#define WRITABLE 0x02
#define UNCACHED 0x18
#define NO_EXECUTE 0x80000000	/* in the upper half */

#define CR0_PG_NE_ET_MP_PE 0x80000033
#define CR0_WP_BIT 16
#define CR4_PAE_OSFXSR_OSXMMEXCPT 0x620
#define CR4_UMIP_BIT 11
#define CR4_SMEP_BIT 20
#define CR4_SMAP_BIT 21
#define MSR_EFER 0xc0000080
#define EFER_LME 0x100
#define EFER_NXE_BIT 11

#define MXCSR_DEFAULT 0x1f80	/* all exceptions masked */

	.code32
	.section .text.start, "ax", @progbits
	.globl start_32
start_32:
	cld
	mov $stack_end, %esp

	/* ebp: the upper half of entries that must not be executed. */
	mov $0x80000001, %eax
	cpuid
	xor %ebp, %ebp
	bt $20, %edx
	rcr $1, %ebp
	mov %ebp, cpu_no_execute

	movl $page_tables + 2 * PAGE_BYTES + PRESENT + WRITABLE, page_tables + PAGE_BYTES
	movl $page_tables + PAGE_BYTES + PRESENT + WRITABLE, page_tables
	mov $page_tables + 3 * PAGE_BYTES + PRESENT + WRITABLE, %eax
	mov $page_tables + 2 * PAGE_BYTES, %edi
	mov $page_tables_count, %ecx
1:	mov %eax, (%edi)
	add $PAGE_BYTES, %eax
	add $8, %edi
	loop 1b

	mov $ranges, %esi
1:	lodsl
	mov %eax, %edi
	shr $9, %edi
	lea page_tables + 3 * PAGE_BYTES(%edi), %edi
	or (%esi), %eax			/* address and lower half */
	mov 4(%esi), %edx
	and %ebp, %edx			/* upper half */
	mov 8(%esi), %ecx
	add $12, %esi
	jmp 3f
2:	mov %eax, (%edi)
	mov %edx, 4(%edi)
	add $8, %edi
	add $PAGE_BYTES, %eax
3:	cmp %ecx, %eax
	jb 2b
	cmp $ranges_end, %esi
	jb 1b

#define MAP(virtual, physical)                                               \
	movl $physical + PRESENT + WRITABLE + UNCACHED,                      \
		page_tables + 3 * PAGE_BYTES + (virtual >> 9);               \
	mov %ebp, page_tables + 3 * PAGE_BYTES + (virtual >> 9) + 4;
	PLATFORM_PAGES(MAP)

	/* Exceptions come on a stack of their own, number 1 of the task. */
	mov $exception_vectors, %eax
	mov $idt, %edi
	mov $VECTOR_EXCEPTIONS_COUNT, %ecx
	mov $VECTOR_EXCEPTION_STRIDE, %ebx
	mov $0x8e01, %esi
	call gates
	/* Lines are only there when something opens one. */
	mov $line_vectors, %eax
	mov $idt + 16 * VECTOR_LINES, %edi
	mov $line_vectors_count, %ecx
	jecxz 1f
	mov $VECTOR_LINE_STRIDE, %ebx
	mov $0x8e00, %esi
	call gates
1:
	movl $fault_stack_end, task + 36
	movl $0x0000ffff, gdt + SELECTOR_CODE
	movl $0x00af9b00, gdt + SELECTOR_CODE + 4
	mov $task, %eax
	mov %eax, %edx
	shl $16, %eax
	mov $task_bytes - 1, %ax
	mov %eax, gdt + SELECTOR_TASK
	mov %edx, %eax
	and $0xff000000, %edx
	shr $16, %eax
	movzbl %al, %eax
	lea 0x8900(%edx, %eax), %eax
	mov %eax, gdt + SELECTOR_TASK + 4
	lgdt gdt_pointer
	lidt idt_pointer

	call draw_guard

	/* edi: what CR4 may hold. */
	mov $CR4_PAE_OSFXSR_OSXMMEXCPT, %edi
	xor %eax, %eax
	cpuid
	cmp $7, %eax
	jb 1f
	mov $7, %eax
	xor %ecx, %ecx
	cpuid
	bt $7, %ebx
	jnc 2f
	bts $CR4_SMEP_BIT, %edi
2:	bt $20, %ebx
	jnc 2f
	bts $CR4_SMAP_BIT, %edi
2:	bt $2, %ecx
	jnc 1f
	bts $CR4_UMIP_BIT, %edi
1:	mov %edi, %cr4
	mov $page_tables, %eax
	mov %eax, %cr3
	mov $MSR_EFER, %ecx
	rdmsr
	or $EFER_LME, %eax
	test %ebp, %ebp
	jz 1f
	bts $EFER_NXE_BIT, %eax
1:	wrmsr
	mov $CR0_PG_NE_ET_MP_PE, %eax
	mov %eax, %cr0
	ljmp $SELECTOR_CODE, $start_64

/* Write ecx gates from edi for code from eax on, ebx bytes apart; esi: kind.
 * All of it lies in one 64 KiB (asserted in image.lds). */
gates:
	mov %eax, %edx
	xor %ax, %ax
	add %eax, %esi
	movzwl %dx, %eax
	add $SELECTOR_CODE << 16, %eax
1:	mov %eax, (%edi)
	mov %esi, 4(%edi)
	add %ebx, %eax
	add $16, %edi
	loop 1b
	ret

#include "guard.S"

	.code64
start_64:
	xor %eax, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %fs
	mov %eax, %gs
	mov %eax, %ss
	mov $stack_end, %esp
	mov $SELECTOR_TASK, %eax
	ltr %ax				/* marks the task busy: writes gdt */
	fninit
	pushq $MXCSR_DEFAULT
	ldmxcsr (%rsp)
	pop %rax
	PLATFORM_BEFORE_SEALING
	mov %cr0, %rax
	bts $CR0_WP_BIT, %rax
	mov %rax, %cr0			/* from here on sealed is sealed */
	call kernel_main
	ud2

	.section .rodata.start, "a", @progbits
	.balign 4
/* First address, lower half, upper half, end plus lower half. */
#define RANGE(from, low, high, to) .long from, low, high, to + low
ranges:
	RANGE(text_start, PRESENT, 0, text_end)
	RANGE(constants_start, PRESENT, NO_EXECUTE, constants_end)
	RANGE(data_start, PRESENT + WRITABLE, NO_EXECUTE, data_end)
	RANGE(fault_stack, PRESENT + WRITABLE, NO_EXECUTE, fault_stack_end)
	RANGE(stack, PRESENT + WRITABLE, NO_EXECUTE, stack_end)
	RANGE(sealed_start, PRESENT, NO_EXECUTE, image_end)
ranges_end:
gdt_pointer:
	.short gdt_end - gdt - 1
	.long gdt
idt_pointer:
	.short 16 * VECTORS_COUNT - 1
	.long idt

	.section .sealed, "aw", @nobits
	.balign 16
idt:	.skip 16 * VECTORS_COUNT
gdt:	.skip SELECTOR_TASK + 16
gdt_end:
task:	.skip 104
	.set task_bytes, . - task
	.globl cpu_no_execute
cpu_no_execute: .skip 4
