/* SPDX-License-Identifier: ISC */
/* What the clock's driver tells the idle wait. */
#ifndef UNICC_XEN_IDLE_H
#define UNICC_XEN_IDLE_H

#include <stdint.h>

/* End every idle wait at deadline_ns, in system_time_ns. [loop] 0: never. */
void idle_alarm(uint64_t deadline_ns);

#endif
