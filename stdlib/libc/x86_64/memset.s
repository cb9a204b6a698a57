/* SPDX-License-Identifier: ISC */
/*
 * memset: the last eight bytes by one move that may overlap, the rest by
 * rep stosq.
 */
	.section .text.memset, "ax", @progbits
	.globl memset
	.type memset, @function
memset:
	movzbl %sil, %eax
	mov $0x0101010101010101, %r8
	imul %r8, %rax
	mov %rdi, %r8
	cmp $8, %rdx
	jb 1f
	mov %rax, -8(%rdi, %rdx)
	lea -1(%rdx), %rcx
	shr $3, %rcx
	rep stosq
	mov %r8, %rax
	ret
1:	cmp $4, %edx
	jb 2f
	mov %eax, (%rdi)
	mov %eax, -4(%rdi, %rdx)
	mov %r8, %rax
	ret
2:	test %edx, %edx
	jz 3f
	mov %al, (%rdi)
	mov %al, -1(%rdi, %rdx)
	shr $1, %edx
	mov %al, (%rdi, %rdx)
3:	mov %r8, %rax
	ret
	.size memset, . - memset
	.section .note.GNU-stack, "", @progbits
