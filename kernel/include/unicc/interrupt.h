/* SPDX-License-Identifier: ISC */
/* Device interrupt lines: a line is opened once, then marks itself pending. */
#ifndef UNICC_INTERRUPT_H
#define UNICC_INTERRUPT_H

#include <stdbool.h>

/* Let line (0 .. 23, edge-triggered) end an idle wait from now on. [start] */
void interrupt_open(unsigned line);

/* Let line, raised by a device that has stopped, end no wait any more. [loop] */
void interrupt_close(unsigned line);

/* True once after each time the line was raised. [loop; never waits] */
bool interrupt_take(unsigned line);

#endif
