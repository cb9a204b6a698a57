/* SPDX-License-Identifier: ISC */
/* The only thread, as musl's internals see it: it has the global locale. */
#include "locale_impl.h"
#include "pthread_impl.h"

struct __pthread libc_thread = {
	.self = &libc_thread,
	.locale = &__libc.global_locale,
};
