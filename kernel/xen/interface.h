/* SPDX-License-Identifier: ISC */
/*
 * Xen's public headers (libxen-dev) of one version. Include this before any
 * other <xen/...> header of theirs: without a version they declare what Xen
 * had in 2005. <xen/xen.h> is theirs, <xen/event.h> ours: no name is both.
 */
#ifndef UNICC_XEN_INTERFACE_H
#define UNICC_XEN_INTERFACE_H

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>
#else
#define __ASSEMBLY__	/* the name that Xen's headers ask for */
#endif

#define __XEN_INTERFACE_VERSION__ 0x00040e00
#include <xen/xen.h>

#endif
