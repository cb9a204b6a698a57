/* SPDX-License-Identifier: ISC */
/* The backend of a NIC: does what the interface says, or what a test wants. */
#ifndef FRONTEND_NETBACK_H
#define FRONTEND_NETBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/interface.h>
#include <xen/io/netif.h>

#define VIF "device/vif/0"
#define VIF_BACKEND "/local/domain/0/backend/vif/7/0"

enum { NETBACK_SENT_MAX = 64 };

struct netback {
	struct netif_tx_sring *tx;	/* NULL: not connected */
	struct netif_rx_sring *rx;
	uint32_t tx_taken, rx_taken;
	uint32_t port;
	bool keeps;		/* what is sent is not answered */
	unsigned sent_count;
	struct {
		size_t size_bytes;
		unsigned flags;
		uint8_t bytes[2048];
	} sent[NETBACK_SENT_MAX];
};

extern struct netback netback;

/* Make the device known to the domain, the backend waiting for it. */
void netback_reset(void);

/*
 * The driver has written one of its nodes; has notified a port; the machine
 * goes on where nobody is connected to it.
 */
void netback_wrote(const char *path, const char *value);
void netback_notified(uint32_t port);
void netback_suspended(void);

/* Answer what waits. */
void netback_serve(void);

/* Put bytes in the next receive buffer, offset bytes from its start, without
 * telling. False: there is none. */
bool netback_put(const void *bytes, size_t size_bytes, unsigned offset,
		 unsigned flags);

/* The next response is this one, whatever it means. */
void netback_put_response(struct netif_rx_response response);

/* Whole frame, and tell. */
bool netback_receive(const void *bytes, size_t size_bytes);

/* The id of the next receive request. */
uint16_t netback_next_id(void);

#endif
