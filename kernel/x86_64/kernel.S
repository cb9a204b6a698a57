/* SPDX-License-Identifier: ISC */
/* The kernel's assembly is one unit, as its C is. */
#include "start.S"
#include <refuse.S>
#include "vectors.S"
#include "notes.S"
