/* The host's contract. Written by unicc. */
	.section .note.unicc.contract, "a", @note
	.balign 4
	.long 6, 2f - 1f, 2
	.asciz "unicc"
	.balign 4
1:
2:
	.balign 4
