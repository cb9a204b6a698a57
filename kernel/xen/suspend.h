/* SPDX-License-Identifier: ISC */
/* Suspend: the machine stops, is written to a file and goes on elsewhere. */
#ifndef UNICC_XEN_SUSPEND_H
#define UNICC_XEN_SUSPEND_H

/*
 * Suspend the machine; returns when it goes on. [loop; waits]
 * 0: it was suspended, and every channel, grant and port is gone: drivers
 * connect anew. An error: it was not, and nothing has changed. E_ABSENT: this
 * platform cannot be suspended.
 */
int platform_suspend(void);

#endif
