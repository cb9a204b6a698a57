/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <string.h>
#include <xen/interface.h>
#include <xen/io/xenbus.h>
#include "netback.h"
#include "host.h"

struct netback netback;

static void
netback_connect(void)
{
	void *tx = host_map(host_get_number(VIF "/tx-ring-ref"));
	void *rx = host_map(host_get_number(VIF "/rx-ring-ref"));

	if (!tx || !rx)
		return;
	netback.tx = tx;
	netback.rx = rx;
	netback.port = (uint32_t)host_get_number(VIF "/event-channel");
	netback.tx_taken = netback.rx_taken = 0;
	host_set_number(VIF_BACKEND "/state", XenbusStateConnected);
}

void
netback_serve(void)
{
	struct netif_tx_request request;
	struct netif_tx_response *response;
	const uint8_t *page;

	while (!netback.keeps && netback.tx &&
	       netback.tx_taken != netback.tx->req_prod) {
		request = netback.tx->ring[netback.tx_taken % 256].req;
		page = host_map(request.gref);
		assert(page && host.grants[request.gref].is_read_only);
		assert(request.offset + request.size <= 4096);
		assert(!(request.flags &
			 ~(NETTXF_csum_blank | NETTXF_data_validated)));
		if (netback.sent_count < NETBACK_SENT_MAX) {
			memcpy(netback.sent[netback.sent_count].bytes,
			       page + request.offset, request.size);
			netback.sent[netback.sent_count].flags = request.flags;
			netback.sent[netback.sent_count++].size_bytes =
				request.size;
		}
		response = &netback.tx->ring[netback.tx_taken++ % 256].rsp;
		response->id = request.id;
		response->status = NETIF_RSP_OKAY;
		if (netback.tx->rsp_event == ++netback.tx->rsp_prod)
			host_raise(netback.port);
		netback.tx->req_event = netback.tx_taken + 1;
	}
}

uint16_t
netback_next_id(void)
{
	return netback.rx->ring[netback.rx_taken % 256].req.id;
}

void
netback_put_response(struct netif_rx_response response)
{
	netback.rx->ring[netback.rx_taken++ % 256].rsp = response;
	netback.rx->rsp_prod++;
}

bool
netback_put(const void *bytes, size_t size_bytes, unsigned offset,
	    unsigned flags)
{
	struct netif_rx_request request;
	uint8_t *page;

	if (!netback.rx || netback.rx_taken == netback.rx->req_prod)
		return false;
	request = netback.rx->ring[netback.rx_taken % 256].req;
	page = host_map(request.gref);
	assert(page && !host.grants[request.gref].is_read_only);
	memcpy(page + offset, bytes, size_bytes);
	netback_put_response((struct netif_rx_response){
		.id = request.id, .offset = (uint16_t)offset,
		.flags = (uint16_t)flags, .status = (int16_t)size_bytes,
	});
	netback.rx->req_event = netback.rx_taken + 1;
	return true;
}

bool
netback_receive(const void *bytes, size_t size_bytes)
{
	bool is_put = netback_put(bytes, size_bytes, 0, 0);

	if (is_put && netback.rx->rsp_event == netback.rx->rsp_prod)
		host_raise(netback.port);
	return is_put;
}

void
netback_wrote(const char *path, const char *value)
{
	if (strcmp(path, VIF "/state") != 0)
		return;
	if (strcmp(value, "4") == 0)
		netback_connect();
	else if (strcmp(value, "6") == 0)
		host_set_number(VIF_BACKEND "/state", XenbusStateClosed);
}

void
netback_notified(uint32_t port)
{
	if (port == netback.port)
		netback_serve();
}

void
netback_suspended(void)
{
	netback.tx = NULL;
	netback.rx = NULL;
	host_set_number(VIF_BACKEND "/state", XenbusStateInitWait);
}

void
netback_reset(void)
{
	memset(&netback, 0, sizeof netback);
	host.on_write = netback_wrote;
	host.on_notify = netback_notified;
	host.on_suspend = netback_suspended;
	host_set(VIF "/backend", VIF_BACKEND);
	host_set(VIF "/backend-id", "0");
	host_set(VIF "/mac", "00:16:3e:0a:0B:fc");
	host_set(VIF_BACKEND "/feature-rx-copy", "1");
	host_set_number(VIF_BACKEND "/state", XenbusStateInitWait);
}
