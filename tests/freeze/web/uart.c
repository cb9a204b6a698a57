/* uart: uart, implied by kernel. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "uart"
#define console_provider uart

#include <uart/uart.c>
