/* SPDX-License-Identifier: ISC */
/*
 * A Xen host that runs under QEMU's software emulation: hypervisor, dom0 with
 * xl and its daemons, made out of Debian packages by host/xen/make, once.
 */
#ifndef UNICC_XEN_HOST_H
#define UNICC_XEN_HOST_H

#include "package.h"

/*
 * The folder in the cache that holds the host's files (host/xen/make); made
 * first if it is not there, which takes a minute and 80 MB from a mirror. NULL
 * after diag().
 */
const char *xen_host_folder(void);

/* Can every file that is to be a disk of the image be read? False after
 * diag(). */
bool xen_host_check_disks(const struct build *build);

/*
 * The words of QEMU's command, to be run in the host's folder, that boots this
 * host, which boots the image in build->out_path by its NAME.xl: the image's
 * console is QEMU's stdout, complaints of the host go to QEMU's stderr.
 */
struct words xen_host_command(const struct build *build,
			      const struct forward *forwards,
			      size_t forwards_count);

#endif
