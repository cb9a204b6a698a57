# comment
.globl start; start: mov $1, %eax // b
	.ascii "a\"b"
