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
	.section .rodata.www_content_0322515749c13ddd, "a"
	.globl www_content_0322515749c13ddd
	.type www_content_0322515749c13ddd, @object
	.size www_content_0322515749c13ddd, 1698
www_content_0322515749c13ddd:
	.incbin "0322515749c13ddd5550f63e575c204334fc4f922b646286a1c4eda1d9ef8f57"
	.section .rodata.www_content_0322515749c13ddd_gzip, "a"
	.globl www_content_0322515749c13ddd_gzip
	.type www_content_0322515749c13ddd_gzip, @object
	.size www_content_0322515749c13ddd_gzip, 905
www_content_0322515749c13ddd_gzip:
	.incbin "f749cf52c3f96a770f1107cd5eb67fb369cb6ec87a4c04699fb8737780c71cef"
	.section .rodata.www_content_8574dc0fb6c76121, "a"
	.globl www_content_8574dc0fb6c76121
	.type www_content_8574dc0fb6c76121, @object
	.size www_content_8574dc0fb6c76121, 1958
www_content_8574dc0fb6c76121:
	.incbin "8574dc0fb6c76121d72f31a00332e489772cb3c935805dad52044c3b1ff6c872"
	.section .rodata.www_content_8574dc0fb6c76121_gzip, "a"
	.globl www_content_8574dc0fb6c76121_gzip
	.type www_content_8574dc0fb6c76121_gzip, @object
	.size www_content_8574dc0fb6c76121_gzip, 801
www_content_8574dc0fb6c76121_gzip:
	.incbin "5ff8ce15f8a7db2864d65e0c399aeabb83b9824e85bf3576e92258ae7ec53015"
