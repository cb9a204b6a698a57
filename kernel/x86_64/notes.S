/* SPDX-License-Identifier: ISC */
/*
 * The notes of an image. Xen's comes first and all are aligned to 4 bytes:
 * QEMU reads one PT_NOTE with one alignment and looks no further than that.
 */
#include <unicc/note.h>

/* Xen public headers, elfnote.h: the 32-bit entry point of a PVH guest. */
#define XEN_ELFNOTE_PHYS32_ENTRY 18

	.section .note.Xen, "a", @note
	.balign 4
	.long 4, 8, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz "Xen"
	.quad start

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
