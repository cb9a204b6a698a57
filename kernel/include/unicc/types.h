/* SPDX-License-Identifier: ISC */
/*
 * How the values of a configuration look in C.
 *
 * Every file that freeze writes includes this header first. A setting whose
 * declared range fits an int is an enumerator (usable in array sizes and case
 * labels); every other one is a static const object whose initialiser the
 * compiler sees. Both are called MODULE_SETTING, with the unit last:
 * httpd_connections, httpd_idle_timeout_ns.
 *
 * A sealed setting has the same name and type, but is an extern const object:
 * its value is filled in after the build, and nothing can be folded. What a
 * module declares sealable it must not use where C wants a constant.
 */
#ifndef UNICC_TYPES_H
#define UNICC_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IPv4 address is a uint32_t in host order: 10.0.0.1 is 0x0a000001. */

/* An address and the length of its network's prefix, 0 .. 32. */
struct cidr {
	uint32_t address;
	uint32_t prefix_bits;
};

/* In network order: ::1 has its 1 last. */
struct ipv6 {
	uint8_t bytes[16];
};

struct mac {
	uint8_t bytes[6];
};

/* One entry of a map setting. Both texts are UTF-8 without a NUL inside. */
struct pair {
	const char *key;
	const char *value;
};

/* A sealed number lies at a multiple of 4 bytes, whatever its size. */
typedef uint64_t slot_u64 __attribute__((aligned(4)));
typedef int64_t slot_i64 __attribute__((aligned(4)));

#define countof(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Names are joined to instances by these two. An interface header defines
 * each of its calls with UNICC_JOIN and the provider's name, so that a call
 * in the source is a direct call to one instance's function.
 */
#define UNICC_JOIN_(instance, call) instance##_##call
#define UNICC_JOIN(instance, call) UNICC_JOIN_(instance, call)

#endif
