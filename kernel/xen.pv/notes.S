/* SPDX-License-Identifier: ISC */
/*
 * What the domain builder reads (Xen's public elfnote.h). Physical addresses
 * of the file are its virtual ones, hence the offset.
 */
#include <platform.h>
#include <xen/interface.h>
#include <xen/elfnote.h>

	.macro note_number type, number
	.balign 4
	.long 4, 8, \type
	.asciz "Xen"
	.quad \number
	.endm

	.macro note_text type, text
	.balign 4
	.long 4, 2f - 1f, \type
	.asciz "Xen"
1:	.asciz "\text"
2:
	.endm

	.section .note.Xen, "a", @note
	note_text XEN_ELFNOTE_GUEST_OS, "unicc"
	note_text XEN_ELFNOTE_LOADER, "generic"
	note_text XEN_ELFNOTE_XEN_VERSION, "xen-3.0"
	note_number XEN_ELFNOTE_ENTRY, start
	note_number XEN_ELFNOTE_HYPERCALL_PAGE, hypercall_page
	note_number XEN_ELFNOTE_VIRT_BASE, PLATFORM_VIRT_BASE
	note_number XEN_ELFNOTE_PADDR_OFFSET, PLATFORM_VIRT_BASE
	note_number XEN_ELFNOTE_SUSPEND_CANCEL, 1
	.balign 4
