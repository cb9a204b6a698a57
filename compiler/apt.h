/* SPDX-License-Identifier: ISC */
/*
 * Packages through apt, as any user of the machine may: with the machine's own
 * mirrors, keys and proxies, and with state of our own.
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
 * An apt of our own, its state in this folder, with fresh indexes of one type:
 * "deb" or "deb-src". The caller holds the lock of the folder. The word
 * "APT_CONFIG=..." for the environment of apt's programs; arena; NULL: apt is
 * missing, or nothing can be written. That a mirror could not be reached shows
 * when a package is asked for.
 */
const char *apt_prepare(const char *state, const char *type);

/*
 * Download the files of package at its recorded version into folder. state is
 * a folder for apt's indexes; the caller holds the lock of both. *answer is
 * apt's last words, or the versions that the mirrors have; arena. Nothing
 * that is downloaded is trusted here: the caller checks the hashes.
 */
enum apt_result apt_download(const struct package *package, const char *state,
			     const char *folder, const char **answer);

/*
 * One file of apt's list of sources with the type of its packages, "deb",
 * turned into this type: in the one-line form, or in the deb822 form when
 * is_deb822. Options, keys and comments stay as they are.
 */
void apt_sources_list(struct buffer *out, const char *text, bool is_deb822,
		      const char *type);

#endif
