/* SPDX-License-Identifier: ISC */
/* A built image against a build of its configuration, made now. */
#include <errno.h>
#include <string.h>

#include "audit_lines.h"
#include "built.h"
#include "compare.h"
#include "driver.h"
#include "fingerprint.h"
#include "package.h"
#include "verify.h"

/* Why the roots differ: the branch of the tree that does. */
static void
add_reason(const struct verification *verification, const struct build *build)
{
	const cJSON *tree = NULL;
	const struct tree *ours = build->tree;
	const struct {
		const char *name, *fix;
		const uint8_t *hash;
	} leaves[] = {
		{ "values", "the configuration has other values: unicc diff "
			    "shows those of two configurations", ours->values },
		{ "sources", "the C that is compiled is another one: the "
			     "manifest lists each file with its hash",
		  ours->sources },
		{ "toolchain", "compiler, linker or their flags are others: "
			       "the manifest names them", ours->toolchain },
		{ "linked", "the same sources gave other code: their comments, "
			    "spacing or lines are others, and the C depends on "
			    "them (#x, __LINE__)", ours->linked },
	};
	size_t i;

	if (verification->manifest.whole != NULL)
		tree = manifest_field(&verification->manifest,
				      "fingerprint");
	for (i = 0; tree != NULL && i < countof(leaves); i++)
		if (!text_equal(manifest_text(tree, leaves[i].name),
				host_hex(leaves[i].hash, 32))) {
			diag_fix("%s", leaves[i].fix);
			return;
		}
}

/* No build can know them. */
static struct bytes
image_without_secrets(const struct verification *verification)
{
	struct elf_image image;

	return elf_read(verification->image, &image) == NULL
		       ? elf_without_secrets(verification->image, &image)
		       : verification->image;
}

/* Lines of the configuration may have moved since. */
static bool
is_same_audit(const struct output *output, struct bytes there)
{
	uint8_t has[32], is[32];

	return text_equal(output->name, audit_file) &&
	       audit_hash(output->bytes, has) && audit_hash(there, is) &&
	       memcmp(has, is, sizeof has) == 0;
}

static void
compare_file(struct verification *verification,
	     const struct build *build, const struct output *output)
{
	const char *path = host_join(host_folder_of(verification->image_path),
				     output->name);
	struct difference difference;
	struct bytes there;

	if (text_ends(output->name, ".elf")) {
		path = verification->image_path;
		there = image_without_secrets(verification);
	} else if (!host_read(path, &there)) {
		if (errno != ENOENT)
			diag(E0609, (struct where){ path, 0, 0 }, NULL, "%s",
			     host_read_error());
		verification->has_skipped = true;
		return;
	}
	if (is_same_audit(output, there) ||
	    !compare_output(output->name, there, output->bytes, build->debug,
			    &difference))
		return;
	diag(E0609, (struct where){ path, 0, 0 }, difference.part,
	     "it differs from the build of %s, %s", build->config_path,
	     difference.text);
	add_reason(verification, build);
}

/* As `unicc seal --name` does it, the name of the image is not that of the
 * configuration. */
static const char *
image_name(const struct verification *verification)
{
	const char *name = built_name(
		built_beside(verification->image_path, ""));

	if (verification->manifest.whole != NULL)
		name = manifest_text(verification->manifest.whole, "name");
	return arena_copy(name);
}

void
verify_build(struct verification *verification, struct build *build)
{
	size_t before = diag_count(), i;
	struct outputs outputs;

	if (verification->manifest.whole != NULL &&
	    !manifest_has_version(verification->manifest.whole,
				  verification->manifest.path))
		return;
	build->out_path = build_scratch();
	build->is_out_given = true;
	if (build->out_path == NULL || !build_open(build) ||
	    !build_stages(build, "audit"))
		return;
	build->image.name = image_name(verification);
	outputs = package_outputs(build);
	for (i = 0; i < outputs.count; i++)
		compare_file(verification, build, &outputs.at[i]);
	if (diag_count() == before)
		verification->config = build->config_path;
}
