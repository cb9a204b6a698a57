/* SPDX-License-Identifier: ISC */
/*
 * Console on a 16550 (National Semiconductor PC16550D): polled, write only.
 *
 * Usable from the first instruction on and in a panic; it sets itself up on
 * first use. A port that never gets ready loses text, it never stops us.
 */
#include <platform.h>
#include <unicc/console.h>
#include <cpu.h>

enum {
	UART_DATA = PLATFORM_UART,
	UART_FIFO = PLATFORM_UART + 2,
	UART_LINE = PLATFORM_UART + 3,
	UART_STATUS = PLATFORM_UART + 5,

	FIFO_ENABLED = 1,
	FIFO_BYTES = 16,
	LINE_8N1 = 3,
	STATUS_FIFO_EMPTY = 0x20,
	STATUS_POLLS_MAX = 1 << 18,
};

static bool
wait_until_empty(void)
{
	unsigned polls;

	for (polls = 0; polls < STATUS_POLLS_MAX; polls++)
		if (cpu_in8(UART_STATUS) & STATUS_FIFO_EMPTY)
			return true;
	return false;
}

void
console_write(const char *bytes, size_t size_bytes)
{
	static bool is_ready;
	size_t batch;

	if (!is_ready) {
		cpu_out8(UART_LINE, LINE_8N1);
		cpu_out8(UART_FIFO, FIFO_ENABLED);
		is_ready = true;
	}
	for (; size_bytes; size_bytes -= batch, bytes += batch) {
		if (!wait_until_empty())
			return;
		batch = size_bytes < FIFO_BYTES ? size_bytes : FIFO_BYTES;
		cpu_out_bytes(UART_DATA, bytes, batch);
	}
}
