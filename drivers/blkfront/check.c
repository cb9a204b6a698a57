/* SPDX-License-Identifier: ISC */
/* Build-time C: refuses more memory than can be shared with a backend, and a
 * disk that is nowhere. */
#include <unicc/types.h>

const char *blkfront_shared_pages_fit(uint64_t requests,
				      uint64_t transfer_bytes);
const char *blkfront_target_named(const char *target);

enum {
	PAGE_BYTES = 4096,
	PAGES_MAX = 2000,	/* of the kernel's grants, less those of others */
};

const char *
blkfront_shared_pages_fit(uint64_t requests, uint64_t transfer_bytes)
{
	if (transfer_bytes % PAGE_BYTES != 0)
		return "transfer must be whole pages of 4 KiB";
	if (requests * (transfer_bytes / PAGE_BYTES + 1) > PAGES_MAX)
		return "requests times transfer must be below 8 MB: that much "
		       "can be shared with a host";
	return NULL;
}

const char *
blkfront_target_named(const char *target)
{
	return *target == '\0' ? "name a file or a device of the host" : NULL;
}
