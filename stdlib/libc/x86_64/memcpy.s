/* SPDX-License-Identifier: ISC */
/*
 * memcpy without a loop of single bytes: the ends are written by moves that
 * may overlap, what is between by rep movsq. musl's steps through up to
 * fourteen single bytes; frames and headers are never aligned.
 */
	.section .text.memcpy, "ax", @progbits
	.globl memcpy
	.type memcpy, @function
memcpy:
	mov %rdi, %rax
	cmp $16, %rdx
	jb 1f
	mov -8(%rsi, %rdx), %r8
	lea -8(%rdi, %rdx), %r9
	lea -1(%rdx), %rcx
	shr $3, %rcx
	rep movsq
	mov %r8, (%r9)
	ret
1:	cmp $8, %edx
	jb 2f
	mov (%rsi), %r8
	mov -8(%rsi, %rdx), %r9
	mov %r8, (%rdi)
	mov %r9, -8(%rdi, %rdx)
	ret
2:	cmp $4, %edx
	jb 3f
	mov (%rsi), %r8d
	mov -4(%rsi, %rdx), %r9d
	mov %r8d, (%rdi)
	mov %r9d, -4(%rdi, %rdx)
	ret
3:	test %edx, %edx
	jz 4f
	/* One, two or three bytes: the first, the middle, the last. */
	movzbl (%rsi), %r8d
	movzbl -1(%rsi, %rdx), %r9d
	mov %edx, %ecx
	shr $1, %ecx
	movzbl (%rsi, %rcx), %esi
	mov %sil, (%rdi, %rcx)
	mov %r8b, (%rdi)
	mov %r9b, -1(%rdi, %rdx)
4:	ret
	.size memcpy, . - memcpy
	.section .note.GNU-stack, "", @progbits
