/* SPDX-License-Identifier: ISC */
/*
 * Source packages through apt, as any user of the machine may: with the
 * machine's own mirrors, keys and proxies, and with state of our own.
 */
#ifndef UNICC_APT_H
#define UNICC_APT_H

#include "unicc.h"

enum apt_result {
	APT_DONE,		/* the package's files are in the folder */
	APT_OTHER_VERSION,	/* the mirrors have the package, not this version */
	APT_FAILED
};

/*
 * Download the files of package at its recorded version into folder. state is
 * a folder for apt's indexes; the caller holds the lock of both. *answer is
 * apt's last words, or the versions that the mirrors have; arena. Nothing
 * that is downloaded is trusted here: the caller checks the hashes.
 */
enum apt_result apt_download(const struct package *package, const char *state,
			     const char *folder, const char **answer);

/*
 * One file of apt's list of sources with "deb" turned into "deb-src": in the
 * one-line form, or in the deb822 form when is_deb822. Options, keys and
 * comments stay as they are.
 */
void apt_sources_list(struct buffer *out, const char *text, bool is_deb822);

#endif
