/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a domain's file for `unicc check-host`.
 *
 * What is read is bounded and lies on lines of the file; compared with what an
 * image needs, every finding has a name and a line of the file. The image's own
 * file has no finding, and bytes that differ from it in what they say do.
 */
#include "check_host.h"
#include "device.h"
#include "repository.h"

static const char *xl_words[] = { "vif", "bridge=lan%n,script=%s" };
static struct module module = {
	.name = "netfront",
	.device = { .bus = "xen_vif", .what = "Xen network interface",
		    .xl = xl_words, .xl_count = countof(xl_words) },
};
static struct instance instances[2] = {
	{ .name = "nic0", .module = &module, .device_slot = 0 },
	{ .name = "nic1", .module = &module, .device_slot = 1 },
};
static struct instance *instance_list[] = { &instances[0], &instances[1] };
static struct bus bus = { "xen_vif", 8 };
static struct platform platform = {
	.name = "xen.pvh", .xl = "pvh", .buses = &bus, .buses_count = 1,
};

static void
check_value(const struct xl_value *value, unsigned lines)
{
	size_t i;

	assert(value->line >= 1 && value->line <= lines);
	assert(value->items_count <= 256);
	assert((value->text == NULL) == (value->kind == XL_LIST));
	for (i = 0; i < value->items_count; i++) {
		assert(value->items[i].kind != XL_LIST);
		check_value(&value->items[i], lines);
	}
}

static const struct build build = {
	.image = { .name = "t", .platform = &platform,
		   .memory_bytes = 4 << 20 },
	.instances = { instance_list, countof(instance_list), 0 },
};

static size_t
compare(const struct xl_config *needed, const struct xl_config *config,
	unsigned lines)
{
	struct host_findings findings = { 0 };
	size_t i;

	check_host_compare(&build, "/dev/null/t.elf", "/dev/null", needed,
			   config, &findings);
	for (i = 0; i < findings.count; i++) {
		assert(findings.at[i].line <= lines);
		assert(findings.at[i].field[0] != '\0');
		assert(findings.at[i].message[0] != '\0');
	}
	return findings.count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct bytes file;
	struct xl_config config, needed;
	unsigned line, lines = 1;
	size_t i;

	if (file.at == NULL) {
		file = xl_file(&build);
		arena_keep();
	}
	assert(xl_read(file, &needed, &line) == NULL);
	/* No kernel can be found in that folder. */
	assert(compare(&needed, &needed, 64) == 1);
	for (i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	if (xl_read((struct bytes){ bytes, size }, &config, &line) != NULL) {
		assert(line <= lines);
	} else {
		assert(config.count <= 256);
		for (i = 0; i < config.count; i++)
			check_value(&config.at[i].value, lines);
		assert(compare(&needed, &config, lines) != 0);
	}
	arena_release();
	return 0;
}
