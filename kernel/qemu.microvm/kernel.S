/* SPDX-License-Identifier: ISC */
/* The kernel's assembly is one unit, as its C is. */
#include "entry.S"
#include <start.S>
#include "refuse.S"
#include <exceptions.S>
#include <lines.S>
#include <pvh.S>
#include <identity.S>
