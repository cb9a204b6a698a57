/* kernel: kernel, implied by image. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "kernel"
#define console_provider xenconsole	/* console: implied by kernel */

/* What machine.c has. */
enum { machine_has_starts = 1 };
enum { machine_has_events = 0 };
enum { machine_has_stops = 0 };

/* Settings. */
/* stack: default */
enum { kernel_stack_bytes = 16384 };

#include <kernel/kernel.c>
#include <kernel/x86_64/cpu.c>
#include <kernel/xen/event.c>
#include <kernel/xen/grant.c>
#include <kernel/xen/system_time.c>
#include <kernel/xen/power.c>
#include <kernel/xen/suspend.c>
#include <kernel/xen.pvh/platform.c>
