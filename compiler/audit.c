/* SPDX-License-Identifier: ISC */
/*
 * Audit, the stage: read the finished image again as a stranger would.
 */
#include <stdio.h>

#include "audit.h"
#include "unicc.h"

void
audit(struct build *build)
{
	struct audit audit;
	const char *wrong;

	if (!audit_of_build(&audit, build))
		return;
	wrong = audit_analyse(&audit);
	if (wrong != NULL) {
		diag(E0901, (struct where){ build->config_path, 0, 0 }, NULL,
		     "%s", wrong);
		return;
	}
	build->audit = audit_write(&audit);
}
