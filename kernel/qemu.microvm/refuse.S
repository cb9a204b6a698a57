/* SPDX-License-Identifier: ISC */
/*
 * Leave a machine that has not the memory of the image, which entry.S finds
 * out before it uses any: no stack, no constants, no tables. Only the first
 * page of text is known to be there, so the words are here, too.
 */
#include <platform.h>

#define UART_STATUS (PLATFORM_UART + 5)	/* as in drivers/uart */
#define STATUS_EMPTY 0x20
#define STATUS_NOT_STARTED 126	/* KERNEL_STATUS_NOT_STARTED */

	.code32
	.section .text.start, "ax", @progbits
refuse_memory:
	cld
	mov $words, %esi
	mov $words_end - words, %ecx
1:	mov $UART_STATUS, %edx
	in %dx, %al		/* a port that is not there says 0xff */
	test $STATUS_EMPTY, %al
	jz 1b
	mov $PLATFORM_UART, %edx
	outsb
	loop 1b
	mov $PLATFORM_EXIT, %edx
	mov $STATUS_NOT_STARTED, %eax
	out %eax, %dx
	lidt no_table		/* as in platform.c */
	ud2
	.type no_table, @object
no_table:
	.skip 6
	.size no_table, . - no_table
	.type words, @object
words:
	.ascii "kernel: the machine has less memory than the image takes\n"
	.ascii "exit 126\n"
words_end:
	.size words, words_end - words
	.code64			/* for what kernel.S includes next */
