/* SPDX-License-Identifier: ISC */
/*
 * memmove: memcpy unless the target starts inside the source; then from the
 * end, eight bytes at a time, where musl's goes by single bytes.
 */
	.section .text.memmove, "ax", @progbits
	.globl memmove
	.type memmove, @function
memmove:
	mov %rdi, %rax
	sub %rsi, %rax
	cmp %rdx, %rax
	jae memcpy
	mov %rdi, %rax
	jmp 2f
1:	mov -8(%rsi, %rdx), %rcx
	mov %rcx, -8(%rdi, %rdx)
	sub $8, %rdx
2:	cmp $8, %rdx
	jae 1b
	jmp 4f
3:	movzbl -1(%rsi, %rdx), %ecx
	mov %cl, -1(%rdi, %rdx)
	dec %rdx
4:	test %rdx, %rdx
	jnz 3b
	ret
	.size memmove, . - memmove
	.section .note.GNU-stack, "", @progbits
