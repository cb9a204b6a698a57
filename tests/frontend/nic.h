/* SPDX-License-Identifier: ISC */
/* The drivers under test, as machine.c and their users know them. */
#ifndef FRONTEND_NIC_H
#define FRONTEND_NIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef NIC_SLOTS
#define NIC_SLOTS 2
#endif

int nic_start(void);
bool nic_event(void);
uint64_t nic_deadline_ns(void);
void nic_stop(void);

/* Of the tests: begin anew; is it running; assert what always holds. */
void nic_forget(void);
bool nic_is_running(void);
void nic_check(void);

#endif
