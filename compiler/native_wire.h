/* SPDX-License-Identifier: ISC */
/*
 * What unicc and the child that runs build-time C say to each other, over two
 * pipes, in this machine's own byte order.
 *
 * First unicc sends one message of texts, each with its NUL: the path of the
 * shared object, then for each function its symbol and its types, the result's
 * first. The child answers with an empty message numbered 0 once its sandbox
 * stands, or with one numbered WIRE_REFUSED whose payload says why not.
 *
 * Then unicc sends calls, numbered from 1, and the child answers each with the
 * same number. A call's payload is the function's index as 8 bytes and the
 * arguments; an answer's is the result. Each value is padded to 8 bytes: a
 * number or a struct is its image in memory; a text or bytes are their size
 * as 8 bytes, WIRE_NONE for a NULL text, then they themselves and a NUL.
 *
 * A type is written: ? flag, B H I Q and b h i q integers of 1 to 8 bytes
 * without and with a sign, {...} a struct, s a text, y bytes, and yN; bytes of
 * N at most as a result.
 */
#ifndef UNICC_NATIVE_WIRE_H
#define UNICC_NATIVE_WIRE_H

#include <stdint.h>

#define WIRE_REFUSED UINT64_MAX
#define WIRE_NONE UINT64_MAX

enum {
	WIRE_PADDING = 8,
	/* Of a payload: a folder of 60000 files with long names fits. */
	WIRE_BYTES_MAX = 16 << 20,
	WIRE_TEXT_MAX = 1 << 20,
	WIRE_FUNCTIONS_MAX = 256,
};

struct wire_head {
	uint64_t number;
	uint64_t payload_bytes;
};

#endif
