/* SPDX-License-Identifier: ISC */
/* Interface clock: monotonic time and the alarm that ends an idle wait. */
#ifndef UNICC_CLOCK_H
#define UNICC_CLOCK_H

#include <stdint.h>
#include <unicc/types.h>

#define clock_monotonic_ns UNICC_JOIN(clock_provider, clock_monotonic_ns)
#define clock_alarm UNICC_JOIN(clock_provider, clock_alarm)

/* Nanoseconds since some moment at boot; never goes back. [any; never waits] */
uint64_t clock_monotonic_ns(void);

/*
 * Interrupt the next idle wait at deadline_ns or a little later; an earlier
 * alarm that is still set may end it sooner. [loop] UINT64_MAX: no alarm.
 */
void clock_alarm(uint64_t deadline_ns);

#endif
