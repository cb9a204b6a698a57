/* SPDX-License-Identifier: ISC */
/* unicc fleet: a machine for every row of a table, of an image that is sealed or
 * of a configuration that is linked again. */
#include <stdio.h>

#include "catalogue.h"
#include "driver.h"
#include "fleet.h"
#include "store.h"

struct request {
	struct build build;	/* if path is a configuration's */
	const char *path, *table, *out, *modules;
};

static bool
is_config(const struct request *request)
{
	return text_ends(request->path, ".lua");
}

/* STATUS_OK or the status of a usage error. */
static int
take_words(struct request *request, int argc, char **argv)
{
	struct build *build = &request->build;
	int i;

	for (i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool has_next = i + 1 < argc && argv[i + 1][0] != '\0';

		if (text_equal(word, "-o") && has_next)
			request->out = argv[++i];
		else if (text_equal(word, "--modules") && has_next)
			request->modules = argv[++i];
		else if (!text_equal(word, "-v") &&
			 build_option(build, argc, argv, &i))
			continue;
		else if (word[0] == '-' || word[0] == '\0' ||
			 request->table != NULL)
			return usage_unknown(word);
		else if (request->path == NULL)
			request->path = word;
		else
			request->table = word;
	}
	if (request->path == NULL)
		return usage_error("which image or configuration?");
	if (request->table == NULL)
		return usage_error("which table? NAME.csv or NAME.lua");
	if (request->out == NULL)
		return usage_error("where to? add -o DIR");
	if (!is_config(request) &&
	    (build->given.count != 0 || build->env_paths.count != 0))
		return usage_error("--set and --env are for a configuration, "
				   "and %s is an image", request->path);
	if (is_config(request) && request->modules != NULL)
		return usage_error("--modules is for an image: a configuration "
				   "finds its modules beside it");
	return STATUS_OK;
}

/* Build it as it is, in a folder that is gone afterwards: what is wrong with it
 * is told before its table is read, and the modules judge each row. */
static bool
open_config(struct fleet *fleet, struct request *request)
{
	struct build *build = &request->build;

	build->config_path = request->path;
	build->out_path = build_scratch();
	build->is_out_given = true;
	if (build->out_path == NULL || !build_open(build) ||
	    !build_stages(build, "audit"))
		return false;
	package_unlock();
	/* Who links again makes one of its own. */
	store_remove_work();
	if (build->image.layout_seed == NULL) {
		diag(E0204, build->image.where, "image.layout_seed",
		     "each machine of a fleet is linked again to have a layout "
		     "of its own, and the layout is fixed");
		diag_fix("add layout = \"unique\", layout_seed = \"...\", or "
			 "build it once and name the image");
		return false;
	}
	fleet->build = build;
	return seal_open_built(fleet->sealing, build);
}

static bool
open_image(struct fleet *fleet, const struct request *request)
{
	struct sealing *sealing = fleet->sealing;

	if (build_open(&sealing->build) && request->modules != NULL)
		catalogue_add_users(sealing->build.catalogue, request->modules);
	return diag_count() == 0 && seal_open(sealing, request->path);
}

static void
say_done(const struct fleet *fleet)
{
	const struct sealing *sealing = fleet->sealing;

	fprintf(stderr, "%s: %zu machines of %s, ", fleet->out,
		fleet->done_count, sealing->name);
	if (fleet->build == NULL)
		fprintf(stderr, "code %s",
			host_hex(sealing->identity.code_root, 8));
	else
		fputs("each with a layout of its own", stderr);
	fprintf(stderr, ": %zu written, %zu were there\n",
		fleet->written_count,
		fleet->done_count - fleet->written_count);
}

int
command_fleet(int argc, char **argv)
{
	struct request request = { 0 };
	struct sealing sealing = { 0 };
	struct fleet fleet = { .sealing = &sealing };
	int status = take_words(&request, argc, argv);

	if (status != STATUS_OK)
		return status;
	fleet.out = request.out;
	if (!(is_config(&request) ? open_config(&fleet, &request)
				  : open_image(&fleet, &request)) ||
	    !table_open(&fleet.table, sealing.build.catalogue, request.table))
		return (int)diag_flush();
	status = (int)fleet_make(&fleet);
	if (status == STATUS_OK && !diag_json)
		say_done(&fleet);
	table_close(&fleet.table);
	seal_close(&sealing);
	return status;
}
