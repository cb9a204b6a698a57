/* SPDX-License-Identifier: ISC */
/*
 * Grants (table version 1): a page of ours that another domain may map or
 * have copied. The table is Xen's to read and ours to write.
 */
#ifndef UNICC_XEN_GRANT_H
#define UNICC_XEN_GRANT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Let domain use one page; *reference names the grant to it. [start, loop;
 * never waits] page is kept until grant_end has returned true: it starts a
 * page, lies in the image's data, and holds nothing that domain must not see
 * (zero it first). is_read_only: domain may not write it.
 * 0; E_FULL: no grant is left, nothing was shared.
 */
int grant_share(uint16_t domain, const void *page, bool is_read_only,
		uint32_t *reference);

/*
 * Take a grant back. [start, loop; never waits] True: domain cannot use the
 * page any more, and what it wrote is there to be read; reference is free.
 * False: it still maps the page; page and reference must not be reused, now
 * or ever, unless a later call returns true.
 */
bool grant_end(uint32_t reference);

#endif
