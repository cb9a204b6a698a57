/* SPDX-License-Identifier: ISC */
/*
 * Audit, an image on the disk: NAME.elf with NAME.debug, NAME.manifest.json and
 * audit.json beside it. All may be anybody's bytes, and each of another image.
 */
#include <string.h>

#include "audit.h"
#include "audit_lines.h"
#include "beside.h"
#include "built.h"
#include "trial.h"
#include "unicc.h"

static bool
refuse(enum diag_code code, const char *path, const char *why)
{
	diag(code, (struct where){ path, 0, 0 }, NULL, "%s", why);
	return false;
}

/* NAME.debug beside it: its segments hold the same bytes, but for what was
 * sealed since it was linked. */
static bool
read_debug(struct audit *audit, const struct manifest *manifest)
{
	const char *path = audit->path;
	const char *debug = built_beside(path, ".debug");
	uint8_t has[ELF_LEAVES][ELF_HASH_BYTES], is[ELF_LEAVES][ELF_HASH_BYTES];
	struct elf_image image;
	const char *wrong;

	if (!beside_read(manifest, ".debug", debug, &audit->debug))
		return false;
	wrong = elf_read(audit->debug, &image);
	if (wrong != NULL)
		return refuse(E0902, debug, wrong);
	elf_leaves(elf_without_slots(audit->file, &audit->image),
		   &audit->image, has);
	elf_leaves(audit->debug, &image, is);
	if (memcmp(has, is, sizeof has) != 0)
		return refuse(E0902, debug,
			      arena_printf("it is not of these bytes: %s was "
					   "changed, or is of another build",
					   path));
	return true;
}

/* libdw is not made for a stranger's bytes, and those of an image can ask for
 * more than anybody has the time and the memory for. */
static void
analyse(void *context)
{
	audit_analyse(context);
}

static bool
read_account(struct audit *audit, const struct manifest *manifest)
{
	const char *path = host_join(host_folder_of(audit->path), audit_file);
	struct bytes json;

	if (!beside_read(manifest, audit_file, path, &json))
		return false;
	if (audit_read(audit, json))
		return true;
	return manifest_has_version(manifest->whole, manifest->path) &&
	       refuse(E0902, path, "it is no audit.json as unicc writes it");
}

/* All that lies beside the image, each file once it is known to be its own. */
static bool
read_beside(struct audit *audit)
{
	struct manifest manifest = { 0 };
	bool is_read = beside_manifest(audit->path, audit->file, &audit->image,
				       &manifest) &&
		       read_debug(audit, &manifest) &&
		       read_account(audit, &manifest);

	manifest_close(&manifest);
	return is_read;
}

bool
audit_of_path(struct audit *audit, const char *path)
{
	const char *wrong;

	*audit = (struct audit){ 0 };
	path = built_image(path);
	if (path == NULL)
		return false;
	if (!host_read(path, &audit->file))
		return refuse(E0606, path, host_read_error());
	wrong = elf_read(audit->file, &audit->image);
	if (wrong != NULL)
		return refuse(E0606, path, wrong);
	audit->path = path;
	if (!read_beside(audit))
		return false;
	if (!trial(analyse, audit))
		return refuse(E0902, built_beside(path, ".debug"),
			      "no audit of it ends");
	wrong = audit_analyse(audit);
	if (wrong != NULL)
		return refuse(E0901, path, wrong);
	audit_check_pages(audit, path);
	return diag_count() == 0;
}
