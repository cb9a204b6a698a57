/* SPDX-License-Identifier: ISC */
/* What a command answers with --json. */
#include "answer.h"

#include <stdio.h>
#include <stdlib.h>

void
answer_print(cJSON *whole)
{
	char *text = cJSON_Print(whole);

	puts(text == NULL ? "" : text);
	free(text);
	cJSON_Delete(whole);
}
