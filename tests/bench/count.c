/* SPDX-License-Identifier: ISC */
/*
 * A QEMU plugin that counts guest instructions, readable while the guest runs.
 *
 *     -plugin count.so,entry=0x100000,from=0x100000,to=0x10d000,counter=COUNTER
 *
 * COUNTER is 16 bytes, shared with whoever maps or reads it: the instructions
 * executed since the guest first reached entry (without entry: since reset),
 * then 1 as soon as that has happened. Both in the host's byte order. from and
 * to: only those at addresses from .. to - 1, for an image that is a guest of a
 * guest; nothing else there may have code at its addresses.
 *
 * Every translated block adds its number of instructions when it is entered.
 * TCG translates one iteration of a repeated string instruction and jumps back
 * to it, so each iteration counts as one instruction, and so does the check
 * that ends the repetition: rep movsb of n bytes counts n + 1. A block that is
 * left early by a fault counts whole. A halted CPU counts nothing. One virtual
 * CPU only: the addition is not atomic.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <qemu-plugin.h>

struct counter {
	uint64_t instructions;
	uint64_t is_started;
};

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static struct counter *counter;
static uint64_t entry, from, to = UINT64_MAX;

/*
 * A block is translated right before it first runs, and with one CPU nothing
 * runs meanwhile: zeroing here makes the entry block the first one counted.
 */
static void
count_block(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
	uint64_t at = qemu_plugin_tb_vaddr(block);

	(void)id;
	if (!counter->is_started && at == entry) {
		counter->instructions = 0;
		counter->is_started = 1;
	}
	if (at < from || at >= to)
		return;
	qemu_plugin_register_vcpu_tb_exec_inline(block,
		QEMU_PLUGIN_INLINE_ADD_U64, &counter->instructions,
		qemu_plugin_tb_n_insns(block));
}

static struct counter *
counter_map(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	void *at = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof(struct counter)) == 0)
		at = mmap(NULL, sizeof(struct counter), PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return at == MAP_FAILED ? NULL : at;
}

QEMU_PLUGIN_EXPORT int
qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
		    char **argv)
{
	const char *path = NULL;
	bool has_entry = false;
	int i;

	for (i = 0; i < argc; i++) {
		if (strncmp(argv[i], "entry=", 6) == 0) {
			entry = strtoull(argv[i] + 6, NULL, 0);
			has_entry = true;
		} else if (strncmp(argv[i], "from=", 5) == 0) {
			from = strtoull(argv[i] + 5, NULL, 0);
		} else if (strncmp(argv[i], "to=", 3) == 0) {
			to = strtoull(argv[i] + 3, NULL, 0);
		} else if (strncmp(argv[i], "counter=", 8) == 0) {
			path = argv[i] + 8;
		}
	}
	if (!path || !info->system_emulation || info->system.smp_vcpus != 1) {
		fputs("count: wants counter=FILE and one virtual CPU\n", stderr);
		return -1;
	}
	counter = counter_map(path);
	if (!counter) {
		perror(path);
		return -1;
	}
	counter->is_started = !has_entry;
	qemu_plugin_register_vcpu_tb_trans_cb(id, count_block);
	return 0;
}
