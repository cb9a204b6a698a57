/* SPDX-License-Identifier: ISC */
/* What tests of one driver share: a case of it, on the host of host.h. */
#ifndef FRONTEND_CASE_H
#define FRONTEND_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <unicc/error.h>
#include "host.h"
#include "store.h"

/* setup is the file's own: it makes the host anew and starts xenstore. */
#define TEST(name) cmocka_unit_test_setup(test_##name, setup)

#define assert_logged(text) assert_non_null(strstr(host.log, text))

/* As machine.c does, in its order, until nobody wants to be called again. */
static inline void
run_with(bool (*event)(void))
{
	unsigned rounds = 0;
	bool is_more;

	do {
		is_more = store_event();
		is_more |= event();
		assert_true(++rounds < 1000);
	} while (is_more);
}

/* Suspended and resumed; what follows from it comes with the next events. */
static inline void
suspend(void)
{
	host.suspend_error = 0;
	host_set("control/shutdown", "suspend");
	host_deliver();
}

/*
 * Start the driver with no grant, with one, and so on until it starts: how many
 * it takes. A start that fails gives back what it took, and logs said.
 */
static inline unsigned
grants_of_a_start(int (*setup_host)(void **state), int (*start)(void),
		  const char *said)
{
	unsigned grants = 0;

	for (;; grants++) {
		int error;

		setup_host(NULL);
		host.grants_left = grants;
		error = start();
		if (error == 0)
			return grants;
		assert_int_equal(error, E_FULL);
		assert_logged(said);
		assert_int_equal(host.grants_left, grants);
	}
}

#endif
