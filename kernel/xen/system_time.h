/* SPDX-License-Identifier: ISC */
/* Xen's own clock, read without asking Xen. */
#ifndef UNICC_XEN_SYSTEM_TIME_H
#define UNICC_XEN_SYSTEM_TIME_H

#include <stdint.h>

/* Nanoseconds since Xen started; never goes back. [any; never waits] */
uint64_t system_time_ns(void);

#endif
