/* SPDX-License-Identifier: ISC */
/* The image's identity, which unicc fills in after linking. */
#include <unicc/note.h>

	.section .note.unicc, "a", @note
	.balign 4
	.globl unicc_note
unicc_note:
	.long 6, 1f - 0f, UNICC_NOTE_IDENTITY
	.asciz "unicc"
	.balign 4
0:	.fill 32 * (2 + UNICC_NOTE_SEGMENTS), 1, 0
1:	.size unicc_note, . - unicc_note
	.type unicc_note, @object
