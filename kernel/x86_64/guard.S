/* SPDX-License-Identifier: ISC */
/*
 * The value of the stack protector: random where the CPU offers RDRAND and
 * does not repeat itself (a known fault), else the time stamp, and
 * cpu_guard_is_random says so. Its first byte is NUL, so that copying text
 * cannot reproduce it. The same text serves 32-bit and 64-bit entries; it
 * changes eax, ebx, ecx and edx.
 */
#define RDRAND_TRIES 10

draw_guard:
	mov $1, %eax
	cpuid
	bt $30, %ecx
	jnc 2f
	mov $RDRAND_TRIES, %ecx
1:	rdrand %eax
	jnc 3f
	rdrand %edx
	jnc 3f
	cmp %eax, %edx
	jne 4f
3:	loop 1b
2:	rdtsc
	jmp 5f
4:	movb $1, cpu_guard_is_random
5:	xor %al, %al
	mov %eax, __stack_chk_guard
	mov %edx, __stack_chk_guard + 4
	ret

	.pushsection .sealed, "aw", @nobits
	.balign 8
	.globl __stack_chk_guard
__stack_chk_guard: .skip 8
	.globl cpu_guard_is_random
cpu_guard_is_random: .skip 1
	.popsection
