/* SPDX-License-Identifier: ISC */
/* Xen's own clock, read without asking Xen. */
#ifndef UNICC_XEN_SYSTEM_TIME_H
#define UNICC_XEN_SYSTEM_TIME_H

#include <stdint.h>

/*
 * Nanoseconds since the Xen that started this domain did; never goes back, and
 * stands still while the domain is suspended. [any; never waits]
 */
uint64_t system_time_ns(void);

/* The same moment by the clock of the Xen that runs the domain now. */
uint64_t system_time_of_xen(uint64_t ns);

#endif
