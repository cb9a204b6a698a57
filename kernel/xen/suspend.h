/* SPDX-License-Identifier: ISC */
/*
 * Suspend: the machine stops, is written to a file and goes on, here or
 * elsewhere. What Xen and the host had given it is gone then.
 */
#ifndef UNICC_XEN_SUSPEND_H
#define UNICC_XEN_SUSPEND_H

/*
 * Let the host's tools find what they need for suspending this machine. [start,
 * and again after each suspension] Without it they do not even ask.
 */
void platform_offer_suspend(void);

/*
 * Suspend the machine; returns when it goes on. [loop; waits]
 * 0: it was suspended. No grant and no port of before is valid, none is open,
 * and start_info_given has new ports: the caller tells whoever used them. The
 * clock goes on where it stood.
 * An error: it was not suspended, and nothing has changed. E_ABSENT: this
 * platform cannot be. E_BUSY: the host called it off.
 */
int platform_suspend(void);

/* What a suspension leaves behind, forgotten by its owner. */
void event_forget(void);
void grant_forget(void);
void system_time_continue(void);

/*
 * Stop, and when going on map anew what is shared. Implemented by each
 * platform; 0, or an error of platform_suspend.
 */
int shared_suspend(void);

#endif
