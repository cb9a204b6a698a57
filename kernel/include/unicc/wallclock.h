/* SPDX-License-Identifier: ISC */
/*
 * Interface wallclock: the date. Optional on many platforms: a module that can
 * do without says requires = { wallclock = optional "wallclock" } and tests the
 * generated enumerator wallclock_is_present.
 */
#ifndef UNICC_WALLCLOCK_H
#define UNICC_WALLCLOCK_H

#include <stdint.h>
#include <unicc/types.h>

#define wallclock_unix_s UNICC_JOIN(wallclock_provider, wallclock_unix_s)

/* Seconds since 1970-01-01 00:00:00 UTC, without leap seconds. [loop] */
uint64_t wallclock_unix_s(void);

#endif
