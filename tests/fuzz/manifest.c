/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as NAME.manifest.json: `unicc run DIR` takes it from anybody.
 *
 * Build with compiler/ manifest_read.c qemu.c xl.c and what reads the catalogue;
 * -lcjson -llua5.4.
 *
 * What is taken gives QEMU a fixed number of words a device; no name in it
 * holds what QEMU reads as another option, and every word survives a shell.
 */
#include "device.h"
#include "package.h"
#include "repository.h"
#include "slot.h"

/* Of the manifest's root, which is not asked for here. */
const char *
host_hex(const uint8_t *bytes, size_t size)
{
	(void)bytes;
	(void)size;
	return "";
}

enum { WORDS_MAX = 64, WORDS_A_DEVICE_MAX = 8 };

static void
check_name(const char *name, const char *besides)
{
	assert(name[0] != '\0');
	for (; *name != '\0'; name++)
		assert((*name >= 'a' && *name <= 'z') ||
		       (*name >= 'A' && *name <= 'Z') ||
		       (*name >= '0' && *name <= '9') ||
		       strchr(besides, *name) != NULL);
}

static void
check_command(const struct build *build)
{
	const struct forward forward = { 8080, 80 };
	struct words words = qemu_command(build, "fuzz.elf", &forward, 1);
	size_t i;

	assert(words.count <= WORDS_MAX +
				  WORDS_A_DEVICE_MAX * build->instances.count);
	for (i = 0; i < words.count; i++)
		assert(qemu_quote(words.at[i])[0] != '\0');
	device_has_network(build);
}

/* Its strings are whole, and no value ends one or starts an option. */
static void
check_xl(const struct build *build)
{
	struct bytes file = xl_file(build);
	size_t i, quotes = 0, commas = 0, devices = 0;

	for (i = 0; i < file.size; i++) {
		quotes += file.at[i] == '"';
		commas += file.at[i] == ',';
		assert(file.at[i] != '\\');
	}
	for (i = 0; i < build->instances.count; i++)
		devices += build->instances.at[i]->device_slot >= 0;
	assert(quotes <= 2 * (8 + devices) && quotes % 2 == 0);
	assert(commas <= 4 * devices);
}

/* What is read back fits the slots that it says there are. */
static void
check_slots(const struct build *build)
{
	struct slots slots = slots_of(build);
	uint8_t *payload = malloc(slots.bytes + 1);
	size_t i, end = slots.bytes == 0 ? 0 : 4;

	slots_fill(&slots, payload);
	for (i = 0; i < slots.list.count; i++) {
		const struct slot *slot = &slots.list.at[i];

		assert(slot->offset == end && slot->offset % 4 == 0);
		assert(slot_show(slot_setting(slot), slot_value(slot)) != NULL);
		assert(!slot_is_secret(slot) || !slot_value(slot)->is_filled);
		end += slot->bytes;
	}
	assert(end == slots.bytes);
	free(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct build build = { .catalogue = catalogue };
	size_t i;

	input = (struct bytes){ bytes, size };
	input_name = "fuzz.manifest.json";
	diag_number = 0;
	if (manifest_read(&build, "fuzz")) {
		assert(diag_number == 0);
		assert(build.image.memory_bytes >=
		       build.image.platform->memory_min);
		check_name(build.image.name, "_-");
		for (i = 0; i < build.instances.count; i++)
			check_name(build.instances.at[i]->name, "_");
		check_command(&build);
		check_slots(&build);
		if (build.image.platform->xl != NULL)
			check_xl(&build);
	} else {
		assert(diag_number != 0);
	}
	arena_release();
	return 0;
}
