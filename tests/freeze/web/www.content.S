/* Bodies of www.content, by their SHA-256. Written by unicc. */
	.section .rodata.www_content_0dd1c4b95484fecb, "a"
	.globl www_content_0dd1c4b95484fecb
	.type www_content_0dd1c4b95484fecb, @object
	.size www_content_0dd1c4b95484fecb, 1815
www_content_0dd1c4b95484fecb:
	.incbin "0dd1c4b95484fecb8e452a91755a7ed0142e4954154cefdab1ded5d4c6a89cbf"
	.section .rodata.www_content_0dd1c4b95484fecb_gzip, "a"
	.globl www_content_0dd1c4b95484fecb_gzip
	.type www_content_0dd1c4b95484fecb_gzip, @object
	.size www_content_0dd1c4b95484fecb_gzip, 948
www_content_0dd1c4b95484fecb_gzip:
	.incbin "84f0c79d063ee32f90f0c3e0c9e3a00d0bb1b7d8558fb96ef2c7f9ae8eac6ffe"
	.section .rodata.www_content_2b7ca967a7916ffd, "a"
	.globl www_content_2b7ca967a7916ffd
	.type www_content_2b7ca967a7916ffd, @object
	.size www_content_2b7ca967a7916ffd, 309
www_content_2b7ca967a7916ffd:
	.incbin "2b7ca967a7916ffd20e3acecf326ae06307350d2519957dde072f334ad20be69"
	.section .rodata.www_content_2b7ca967a7916ffd_gzip, "a"
	.globl www_content_2b7ca967a7916ffd_gzip
	.type www_content_2b7ca967a7916ffd_gzip, @object
	.size www_content_2b7ca967a7916ffd_gzip, 235
www_content_2b7ca967a7916ffd_gzip:
	.incbin "9f5368d2b64ee27b3f03256a39a78ffe947bedcc0718bda115c6c558a1801a9a"
	.section .rodata.www_content_55103cd0f3eb67c8, "a"
	.globl www_content_55103cd0f3eb67c8
	.type www_content_55103cd0f3eb67c8, @object
	.size www_content_55103cd0f3eb67c8, 1715
www_content_55103cd0f3eb67c8:
	.incbin "55103cd0f3eb67c84c16011c938d8bf7bb5b397650e10977ea48032e233436b6"
	.section .rodata.www_content_55103cd0f3eb67c8_gzip, "a"
	.globl www_content_55103cd0f3eb67c8_gzip
	.type www_content_55103cd0f3eb67c8_gzip, @object
	.size www_content_55103cd0f3eb67c8_gzip, 914
www_content_55103cd0f3eb67c8_gzip:
	.incbin "58297c57d75bc2d2ea68426934dc28e5e3b9f5726ee6ce43a819cd852bdf3e99"
	.section .rodata.www_content_ec00f782e940d92b, "a"
	.globl www_content_ec00f782e940d92b
	.type www_content_ec00f782e940d92b, @object
	.size www_content_ec00f782e940d92b, 1958
www_content_ec00f782e940d92b:
	.incbin "ec00f782e940d92bc86446214e7553aa5ab6bcff7468ff55ee94e06ff7f0aaff"
	.section .rodata.www_content_ec00f782e940d92b_gzip, "a"
	.globl www_content_ec00f782e940d92b_gzip
	.type www_content_ec00f782e940d92b_gzip, @object
	.size www_content_ec00f782e940d92b_gzip, 800
www_content_ec00f782e940d92b_gzip:
	.incbin "e1c2b0ff13dd054cb04c5b9783f609dac36b11d56ccf04398067ac09666f6de7"
