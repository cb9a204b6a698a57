/* SPDX-License-Identifier: ISC */
/* The errors of kernel, drivers and services: 0 is success, these are not. */
#ifndef UNICC_ERROR_H
#define UNICC_ERROR_H

#define UNICC_ERRORS(X)                                        \
	X(E_ABSENT, "the device or peer is not there")         \
	X(E_FULL, "no room; retry when the callee says so")    \
	X(E_RANGE, "an argument is outside its bounds")        \
	X(E_PEER, "the other side broke the protocol")         \
	X(E_ENTROPY, "no source of entropy")                   \
	X(E_TIMEOUT, "the other side did not answer in time")  \
	X(E_MEMORY, "a fixed pool is exhausted")               \
	X(E_BUSY, "the address or port is taken")              \
	X(E_REFUSED, "the other side does not allow it")       \
	X(E_MEDIUM, "the medium failed")

enum unicc_error {
	E_NONE = 0,
#define UNICC_ERROR_NAME(name, text) name,
	UNICC_ERRORS(UNICC_ERROR_NAME)
#undef UNICC_ERROR_NAME
};

#endif
