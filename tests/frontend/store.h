/* SPDX-License-Identifier: ISC */
/* The instance store, as machine.c knows it. */
#ifndef FRONTEND_STORE_H
#define FRONTEND_STORE_H

#include <stdbool.h>
#include <stdint.h>

int store_start(void);
bool store_event(void);
uint64_t store_deadline_ns(void);

/* Of the tests: begin anew. */
void store_forget(void);

#endif
