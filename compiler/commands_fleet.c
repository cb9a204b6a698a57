/* SPDX-License-Identifier: ISC */
/* unicc fleet: an image sealed once for every row of a table. */
#include <stdio.h>

#include "catalogue.h"
#include "driver.h"
#include "fleet.h"

struct request {
	const char *path, *table, *out, *modules;
};

/* STATUS_OK or the status of a usage error. */
static int
take_words(struct request *request, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool has_next = i + 1 < argc && argv[i + 1][0] != '\0';

		if (text_equal(word, "--errors=json"))
			diag_json = true;
		else if (text_equal(word, "-o") && has_next)
			request->out = argv[++i];
		else if (text_equal(word, "--modules") && has_next)
			request->modules = argv[++i];
		else if (word[0] == '-' || word[0] == '\0' ||
			 request->table != NULL)
			return usage_unknown(word);
		else if (request->path == NULL)
			request->path = word;
		else
			request->table = word;
	}
	if (request->path == NULL)
		return usage_error("which image?");
	if (request->table == NULL)
		return usage_error("which table? NAME.csv or NAME.lua");
	if (request->out == NULL)
		return usage_error("where to? add -o DIR");
	return STATUS_OK;
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
	if (build_open(&sealing.build) && request.modules != NULL)
		catalogue_add_users(sealing.build.catalogue, request.modules);
	if (diag_count() != 0 || !seal_open(&sealing, request.path) ||
	    !table_open(&fleet.table, sealing.build.catalogue, request.table))
		return (int)diag_flush();
	status = (int)fleet_make(&fleet);
	if (status == STATUS_OK && !diag_json)
		fprintf(stderr, "%s: %zu machines of %s, code %s: %zu written, "
				"%zu were there\n", fleet.out,
			fleet.done_count, sealing.name,
			host_hex(sealing.identity.code_root, 8),
			fleet.written_count,
			fleet.done_count - fleet.written_count);
	table_close(&fleet.table);
	seal_close(&sealing);
	return status;
}
