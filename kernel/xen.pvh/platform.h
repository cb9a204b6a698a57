/* SPDX-License-Identifier: ISC */
/* What start.S needs to know of a PVH guest. Also read by assembly. */
#ifndef UNICC_PLATFORM_H
#define UNICC_PLATFORM_H

/* Nothing lies at an address known at build time. */
#define PLATFORM_PAGES(X)

/* The frame is as the CPU makes it. */
#define PLATFORM_FAULT \
	mov %rsp, %rdi;\
	mov %cr2, %rsi

/* platform.c: hypercalls, and the pages shared with Xen and its daemons. */
#define PLATFORM_BEFORE_SEALING call platform_map

#endif
