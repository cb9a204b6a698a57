/* SPDX-License-Identifier: ISC */
/* Nothing: what matters is check.c. */
int
hostile_start(void)
{
	return 0;
}
