/* SPDX-License-Identifier: ISC */
/*
 * The image's identity: an ELF note "unicc" of type 1, defined in assembly so
 * that no compiler folds its zeros, and filled in by unicc after linking.
 * Its own bytes count as zero in every hash. Type 2 is the contract: text, one
 * line a device, "INSTANCE MODULE BUS SLOT\n", also written by unicc. Type 3
 * is there if values are sealed: the slots themselves (compiler/slot.h).
 */
#ifndef UNICC_NOTE_H
#define UNICC_NOTE_H

#define UNICC_NOTE_IDENTITY 1
#define UNICC_NOTE_CONTRACT 2
#define UNICC_NOTE_SLOTS 3
#define UNICC_NOTE_SEGMENTS 3

#ifndef __ASSEMBLER__
#include <stdint.h>

struct unicc_note {
	uint32_t name_bytes;		/* 6 */
	uint32_t payload_bytes;		/* sizeof minus 20 */
	uint32_t type;
	char name[8];			/* "unicc" */
	uint8_t code_root[32];
	uint8_t instance_root[32];
	uint8_t segments[UNICC_NOTE_SEGMENTS][32];	/* text, constants, data */
};

extern const struct unicc_note unicc_note;
#endif

#endif
