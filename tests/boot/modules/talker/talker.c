/* SPDX-License-Identifier: ISC */
/* Numbered lines of one length. */
#include <unicc/kernel.h>

int
talker_start(void)
{
	uint64_t line;

	for (line = 0; line < talker_lines; line++)
		kernel_log(instance_name, "line %u of what nobody may be there "
			   "to read", line);
	return 0;
}
