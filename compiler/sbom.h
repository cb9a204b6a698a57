/* SPDX-License-Identifier: ISC */
/* What is told about an image to those who keep accounts of software. */
#ifndef UNICC_SBOM_H
#define UNICC_SBOM_H

#include "package.h"

/* NAME.spdx.json of an audited build. */
struct bytes sbom_write(const struct build *build);

/* NAME.provenance.json of a fingerprinted build. */
struct bytes provenance_write(const struct build *build);

#endif
