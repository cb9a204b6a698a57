/* SPDX-License-Identifier: ISC */
/*
 * The note that makes an ELF file a PVH guest. It comes first in the file and
 * all notes are aligned to 4 bytes: QEMU reads one PT_NOTE with one alignment
 * and looks no further than that.
 */

/* Xen public headers, elfnote.h: the 32-bit entry point of a PVH guest. */
#define XEN_ELFNOTE_PHYS32_ENTRY 18

	.section .note.Xen, "a", @note
	.balign 4
	.long 4, 8, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz "Xen"
	.quad start
