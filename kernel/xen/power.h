/* SPDX-License-Identifier: ISC */
/* How the machine leaves. */
#ifndef UNICC_XEN_POWER_H
#define UNICC_XEN_POWER_H

/* Let the end of this machine be a new start: kernel_exit reboots. [any] */
void power_reboot_at_exit(void);

#endif
