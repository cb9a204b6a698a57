/* SPDX-License-Identifier: ISC */
/*
 * What the kernel offers to every instance, and what it expects of one.
 *
 * One virtual CPU, run to completion. An instance's hooks are called by the
 * generated machine.c; module.lua lists the ones a module has:
 *
 *     int NAME_start(void)          once, providers before users; 0 or an error
 *     bool NAME_event(void)         do bounded work; true: call again before idling
 *     uint64_t NAME_deadline_ns(void)   when event must next be called, in
 *                                   clock_monotonic_ns; UINT64_MAX: never
 *     void NAME_stop(void)          at an orderly end, users before providers
 *
 * Interrupts are open only while the machine idles. A device interrupt only
 * marks its line pending (interrupt.h) and ends the idling.
 */
#ifndef UNICC_KERNEL_H
#define UNICC_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicc/error.h>

/*
 * The name of the instance whose hook runs; a fault is reported as its. Set by
 * machine.c before it calls a hook, and back by the kernel before it idles.
 */
extern const char *kernel_instance;

/* Statuses the kernel itself leaves with. */
enum {
	KERNEL_STATUS_NOT_STARTED = 126,	/* an instance could not start */
	KERNEL_STATUS_PANIC = 127,	/* no "exit" line: the panic is the last */
};

/*
 * Print one line on the console as "INSTANCE: FACT". [any; waits for the UART]
 * The words of fact are borrowed. Only %s %u %x and %% with no flags are
 * understood; %u and %x take uint64_t.
 */
void kernel_log(const char *instance, const char *fact, ...);

/*
 * End the machine because something of ours is wrong. [any; never returns]
 * Prints "panic: INSTANCE: FACT" and the caller's address; the host's tools
 * find the source line from NAME.debug.
 */
_Noreturn void kernel_panic(const char *instance, const char *fact);

/*
 * What must hold unless the code is wrong: one trapping instruction, in every
 * build, reported as "assertion failed". [any] condition has no side effects.
 */
#define kernel_assert(condition)                \
	do {                                    \
		if (!(condition))               \
			__builtin_trap();       \
	} while (0)

/*
 * Leave in order: every stop hook, then the last console line "exit STATUS",
 * then power off. [loop; never returns] status is 0 .. 255.
 */
_Noreturn void kernel_exit(unsigned status);

/*
 * The generated machine.c. machine_run never returns: it calls every event hook
 * until none wants to be called again, sets the clock's alarm to the earliest
 * deadline hook, and idles. Each function is there only if an instance has such
 * a hook: the generated kernel.c says so, by machine_has_starts, _events and
 * _stops. A machine without events ends with status 0 after machine_start.
 */
void machine_prepare(void);
void machine_start(void);
void machine_run(void);
void machine_stop(void);
extern const char machine_name[];

/*
 * Called by machine_start after each start hook. [start; returns only if error
 * is 0] Else prints "INSTANCE: could not start: TEXT" with the error's text
 * and leaves by kernel_exit(KERNEL_STATUS_NOT_STARTED): machine_stop must stop
 * only instances that have started.
 */
void kernel_started(const char *instance, int error);

/*
 * Called first of all by machine_start, for each value that is filled in after
 * the build. [start; returns only if is_filled] Else prints one line that
 * names it and leaves by kernel_exit(KERNEL_STATUS_NOT_STARTED).
 */
void kernel_need_slot(const char *name, int is_filled);

/* Called by machine_run: wait for an event. [loop] */
void kernel_idle(void);

#endif
