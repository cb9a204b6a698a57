/* SPDX-License-Identifier: ISC */
/*
 * What a machine says of itself, on its console when it starts and over HTTP:
 *
 *     web code 64-DIGITS instance 64-DIGITS
 */
#ifndef UNICC_BANNER_H
#define UNICC_BANNER_H

#include "elf_image.h"

struct banner {
	uint8_t code_root[ELF_HASH_BYTES];
	uint8_t instance_root[ELF_HASH_BYTES];
};

/* The last one in a console's log, which may hold several boots, and anything
 * before the name in its line. Any bytes may be given; false: there is none. */
bool banner_in_log(struct bytes log, struct banner *banner);

/* The one that an HTTP answer consists of, with nothing before or behind. */
bool banner_is_answer(struct bytes answer, struct banner *banner);

#endif
