/* SPDX-License-Identifier: ISC */
/* Prints its message and a newline, and nothing else. */
#include <unicc/console.h>
#include <unicc/kernel.h>

int
hello_start(void)
{
	console_write(hello_message, hello_message_length);
	console_write("\n", 1);
	return 0;
}
