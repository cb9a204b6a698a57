/* SPDX-License-Identifier: ISC */
/* What a command answers with --json. */
#ifndef UNICC_ANSWER_H
#define UNICC_ANSWER_H

#include <cjson/cJSON.h>

/* Print it as a line or more on stdout, and delete it. */
void answer_print(cJSON *whole);

#endif
