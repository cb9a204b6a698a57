/* SPDX-License-Identifier: ISC */
/*
 * Build-time C: refuses addresses that cannot work, and arithmetic on networks
 * for configurations. A setting that is not given arrives as 0.
 */
#include <unicc/types.h>

uint32_t
tcpip_netmask(struct cidr address)
{
	return address.prefix_bits == 0
		       ? 0
		       : UINT32_MAX << (32 - address.prefix_bits);
}

uint32_t
tcpip_network(struct cidr address)
{
	return address.address & tcpip_netmask(address);
}

uint32_t
tcpip_broadcast(struct cidr address)
{
	return address.address | ~tcpip_netmask(address);
}

/* RFC 3021: a network of two addresses has neither its own nor a broadcast
 * address. */
static bool
has_broadcast(struct cidr address)
{
	return address.prefix_bits < 31;
}

bool
tcpip_contains(struct cidr network, uint32_t address)
{
	return (address & tcpip_netmask(network)) == tcpip_network(network);
}

struct tcpip_range
tcpip_hosts(struct cidr network)
{
	uint32_t ends = has_broadcast(network) ? 1 : 0;
	uint32_t first = tcpip_network(network) + ends;
	uint32_t last = tcpip_broadcast(network) - ends;

	return (struct tcpip_range){ first, last, (uint64_t)last - first + 1 };
}

const char *
tcpip_address_usable(struct cidr address, bool dhcp)
{
	uint32_t first = address.address >> 24;

	if (address.address == 0 && address.prefix_bits == 0)
		return dhcp ? NULL : "an address is needed, or dhcp = true\n"
			      "add address = \"10.0.2.15/24\", or dhcp = true";
	if (first == 0 || first == 127 || first >= 224)
		return "no machine can have this address (RFC 6890)\n"
		       "choose one of your network, or of 10.0.0.0/8";
	if (!has_broadcast(address))
		return NULL;
	if (address.address == tcpip_network(address))
		return "this is the network's own address, not a machine's\n"
		       "raise its last number by one";
	if (address.address == tcpip_broadcast(address))
		return "this is the network's broadcast address\n"
		       "lower its last number by one, or the prefix's";
	return NULL;
}

const char *
tcpip_gateway_inside(struct cidr address, uint32_t gateway)
{
	if (gateway == 0)
		return NULL;
	if (address.address == 0 && address.prefix_bits == 0)
		return "a gateway goes with an address; DHCP tells its own\n"
		       "remove gateway, or add address";
	if (gateway == address.address)
		return "the gateway is the machine itself\n"
		       "write the address of the network's router";
	if (!tcpip_contains(address, gateway))
		return "the gateway is outside of the address's network\n"
		       "correct one of the two, or the prefix behind the "
		       "address";
	if (has_broadcast(address) && (gateway == tcpip_network(address) ||
				       gateway == tcpip_broadcast(address)))
		return "the gateway is no machine's address\n"
		       "write the address of the network's router";
	return NULL;
}

const char *
tcpip_window_sane(uint64_t window, uint64_t send_buffer, uint64_t mss)
{
	if (window < 2 * mss)
		return "a window below two segments (mss) makes every sender "
		       "wait for a delayed acknowledgement\n"
		       "raise window, or lower mss";
	if (send_buffer < 2 * mss)
		return "a send buffer below two segments (mss) cannot keep a "
		       "connection busy\n"
		       "raise send_buffer, or lower mss";
	return NULL;
}
