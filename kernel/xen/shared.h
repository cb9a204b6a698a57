/* SPDX-License-Identifier: ISC */
/*
 * Pages that others own and we map: what differs between PV and PVH is how.
 * Implemented by each platform.
 */
#ifndef UNICC_XEN_SHARED_H
#define UNICC_XEN_SHARED_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/interface.h>

/* Declares an object of whole pages, zero at first, of the image's data. */
#define SHARED_PAGES __attribute__((aligned(4096)))

/*
 * Events and time; Xen writes it at any time. In its place until it is mapped,
 * which is before kernel_main, lies plain memory.
 */
extern union shared_page {
	struct shared_info info;
	char bytes[4096];
} shared_page;

/* The frame by which other domains know a page of ours. [any] */
uint64_t shared_frame(const void *page);

/* Frames of the grant table that can be mapped. */
enum { SHARED_GRANT_FRAMES = 4 };

/*
 * Map frame index of the grant table over a page of ours, for good. [start,
 * loop] False: Xen gives this domain no such frame.
 */
bool shared_map_grants(unsigned index, void *page);

#endif
