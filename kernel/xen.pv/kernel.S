/* SPDX-License-Identifier: ISC */
/* The kernel's assembly is one unit, as its C is. */
#include "entry.S"
#include <exceptions.S>
#include "notes.S"
#include <identity.S>
#include <hypercalls.S>
