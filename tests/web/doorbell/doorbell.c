/* SPDX-License-Identifier: ISC */
/*
 * A bell that ends the machine, so that a test sees what the stop hooks
 * print. It waits until its own connection is gone and rests in no pool.
 */
#include <unicc/clock.h>
#include <unicc/kernel.h>
#include <unicc/tcp.h>

#define DOORBELL_UPCALLS(consumer) TCP_UPCALLS(consumer)
DOORBELL_UPCALLS(tcp_consumer);

static struct tcp_connection *doorbell_connection;
static uint64_t doorbell_end_ns = UINT64_MAX;

static void
doorbell_rung(void)
{
	doorbell_end_ns = clock_monotonic_ns() + doorbell_delay_ns;
}

int
doorbell_start(void)
{
	return tcp_port_listen(doorbell_port, tcp_consumer_index);
}

bool
doorbell_event(void)
{
	if (clock_monotonic_ns() >= doorbell_end_ns)
		kernel_exit(0);
	return false;
}

uint64_t
doorbell_deadline_ns(void)
{
	return doorbell_end_ns;
}

void *
tcp_accepted(struct tcp_connection *connection)
{
	doorbell_connection = connection;
	return &doorbell_connection;
}

size_t
tcp_received(void *context, const void *bytes, size_t size_bytes)
{
	(void)context;
	(void)bytes;
	return size_bytes;
}

void
tcp_writable(void *context)
{
	(void)context;
}

void
tcp_tick(void *context)
{
	(void)context;
}

void
tcp_finished(void *context)
{
	(void)context;
	tcp_connection_close(doorbell_connection);
	doorbell_rung();
}

void
tcp_lost(void *context)
{
	(void)context;
	doorbell_rung();
}
