/* kernel: kernel, implied by image. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "kernel"
#define console_provider uart	/* console: implied by kernel */

/* What machine.c has. */
enum { machine_has_starts = 1 };
enum { machine_has_events = 1 };
enum { machine_has_stops = 1 };

/* Settings. */
/* stack: default */
enum { kernel_stack_bytes = 16384 };

#include <kernel/kernel.c>
#include <kernel/x86_64/cpu.c>
#include <kernel/x86_64/interrupt.c>
#include <kernel/qemu.microvm/platform.c>
