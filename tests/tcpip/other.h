/* SPDX-License-Identifier: ISC */
/* A second user of tcpip, which takes no connection: what it is told is
 * nothing. */
#ifndef TESTS_TCPIP_OTHER_H
#define TESTS_TCPIP_OTHER_H

#include "instance.h"

TCP_UPCALLS(other);

size_t
other_tcp_received(void *context, const void *bytes, size_t size_bytes)
{
	(void)context;
	(void)bytes;
	return size_bytes;
}

void
other_tcp_writable(void *context)
{
	(void)context;
}

void
other_tcp_tick(void *context)
{
	(void)context;
}

void
other_tcp_finished(void *context)
{
	(void)context;
}

void
other_tcp_lost(void *context)
{
	(void)context;
}

#endif
