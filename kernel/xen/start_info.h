/* SPDX-License-Identifier: ISC */
/*
 * What the domain was given when it was built, the same on PV and PVH: one
 * page shared with each of two daemons, and the port of each.
 */
#ifndef UNICC_XEN_START_INFO_H
#define UNICC_XEN_START_INFO_H

#include <stdint.h>

struct start_channel {
	void *page;	/* NULL: there is none */
	uint32_t port;	/* 0: there is none */
};

struct start_info_given {
	struct start_channel console;	/* xen/io/console.h */
	struct start_channel xenstore;	/* xen/io/xs_wire.h */
};

/*
 * Valid from the first start hook on; platform_suspend gives it new ports. The
 * pages are mapped for good. The other side writes them at any time: copy,
 * check, then use.
 */
extern struct start_info_given start_info_given;

#endif
