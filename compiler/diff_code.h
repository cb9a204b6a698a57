/* SPDX-License-Identifier: ISC */
/*
 * How much of one image's code lies where it does in another: what an attack
 * made for the one may count on in the other.
 */
#ifndef UNICC_DIFF_CODE_H
#define UNICC_DIFF_CODE_H

#include "audit.h"

struct diff_code {
	/* Of the first image; the second has one of the same name there. */
	size_t functions, same_functions;
	/*
	 * Of the first image: at most five instructions that end with a return,
	 * or with a jump or call by a register, from every byte on. The second
	 * has the same bytes there.
	 */
	size_t gadgets, same_gadgets;
};

/* False: capstone cannot be used. */
bool diff_code(const struct audit *before, const struct audit *after,
	       struct diff_code *code);

#endif
