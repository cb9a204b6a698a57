/* SPDX-License-Identifier: ISC */
/*
 * Addresses as values: IPv4, IPv6, an IPv4 address with its network, MAC.
 */
#include <stdio.h>
#include <string.h>

#include "type_rows.h"

/* Decimal without leading zeros, up to max; the end, or NULL. */
static const char *
read_decimal(const char *text, unsigned max, unsigned *number)
{
	const char *at = text;

	*number = 0;
	while (*at >= '0' && *at <= '9' && at - text < 4)
		*number = *number * 10 + (unsigned)(*at++ - '0');
	if (at == text || *number > max || (text[0] == '0' && at - text > 1))
		return NULL;
	return at;
}

static const char *
read_ipv4(const char *text, int64_t *address)
{
	unsigned part, i;

	*address = 0;
	for (i = 0; i < 4; i++) {
		text = read_decimal(text, 255, &part);
		if (text == NULL || (i < 3 && *text != '.'))
			return NULL;
		text += i < 3;
		*address = *address << 8 | part;
	}
	return text;
}

bool
type_accept_ipv4(const struct accept *accept)
{
	const char *text = item_text(accept->item), *end;

	if (text == NULL)
		return type_refuse(accept);
	end = read_ipv4(text, &accept->value->number);
	if (end == NULL || *end != '\0') {
		type_refuse(accept);
		if (end != NULL && *end == '/')
			diag_fix("write \"%.*s\"", (int)(end - text), text);
		return false;
	}
	return true;
}

const char *
type_show_ipv4(const struct setting *setting, const struct value *value)
{
	unsigned address = (unsigned)value->number;

	(void)setting;
	return arena_printf("%u.%u.%u.%u", address >> 24, address >> 16 & 255,
			    address >> 8 & 255, address & 255);
}

bool
type_accept_cidr(const struct accept *accept)
{
	const char *text = item_text(accept->item), *end;

	if (text == NULL)
		return type_refuse(accept);
	end = read_ipv4(text, &accept->value->number);
	if (end != NULL && *end == '\0') {
		type_refuse(accept);
		diag_fix("write \"%s/24\" if that is the network's size", text);
		return false;
	}
	if (end != NULL && *end == '/')
		end = read_decimal(end + 1, 32, &accept->value->prefix_bits);
	if (end == NULL || *end != '\0')
		return type_refuse(accept);
	return true;
}

const char *
type_show_cidr(const struct setting *setting, const struct value *value)
{
	return arena_printf("%s/%u", type_show_ipv4(setting, value),
			    value->prefix_bits);
}

bool
type_accept_mac(const struct accept *accept)
{
	static const char digits[] = "0123456789abcdef";
	const char *text = item_text(accept->item);
	size_t i;

	if (text == NULL)
		return type_refuse(accept);
	if (strlen(text) != 17)
		return type_refuse(accept);
	for (i = 0; i < 17; i++) {
		char c = text[i] >= 'A' && text[i] <= 'F'
				 ? (char)(text[i] - 'A' + 'a') : text[i];
		const char *digit = strchr(digits, c);
		uint8_t *byte = &accept->value->mac[i / 3];

		if (i % 3 == 2 ? c != ':' : digit == NULL)
			return type_refuse(accept);
		if (i % 3 != 2)
			*byte = (uint8_t)(*byte << 4 | (digit - digits));
	}
	return true;
}

const char *
type_show_mac(const struct setting *setting, const struct value *value)
{
	const uint8_t *mac = value->mac;

	(void)setting;
	return arena_printf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			    mac[2], mac[3], mac[4], mac[5]);
}

/* ---- IPv6 ------------------------------------------------------------ */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One to four hex digits; the end, or NULL. */
static const char *
read_group(const char *text, unsigned *group)
{
	const char *at = text;

	*group = 0;
	while (at - text < 4 && hex_digit(*at) >= 0)
		*group = *group << 4 | (unsigned)hex_digit(*at++);
	return at == text ? NULL : at;
}

/*
 * Groups between ":", the last two perhaps as an IPv4 address, up to the end or
 * to "::" (RFC 4291, 2.2). The end, or NULL.
 */
static const char *
read_groups(const char *text, unsigned groups[8], size_t *count)
{
	const char *end;
	int64_t ipv4;

	for (;;) {
		if (*count == 8)
			return NULL;
		end = read_ipv4(text, &ipv4);
		if (end != NULL && *end == '\0' && *count <= 6) {
			groups[(*count)++] = (unsigned)(ipv4 >> 16);
			groups[(*count)++] = (unsigned)(ipv4 & 0xffff);
			return end;
		}
		text = read_group(text, &groups[*count]);
		if (text == NULL)
			return NULL;
		(*count)++;
		if (*text != ':' || text[1] == ':')
			return text;
		text++;
	}
}

static bool
read_ipv6(const char *text, uint8_t address[16])
{
	unsigned head[8] = { 0 }, tail[8] = { 0 };
	size_t head_count = 0, tail_count = 0, i;
	bool has_gap = false;

	if (!text_starts(text, "::"))
		text = read_groups(text, head, &head_count);
	if (text != NULL && text_starts(text, "::")) {
		has_gap = true;
		text += 2;
		if (*text != '\0')
			text = read_groups(text, tail, &tail_count);
	}
	if (text == NULL || *text != '\0')
		return false;
	/* "::" is one group of zeros or more. */
	if (has_gap ? head_count + tail_count > 7 : head_count != 8)
		return false;
	for (i = 0; i < tail_count; i++)
		head[8 - tail_count + i] = tail[i];
	for (i = 0; i < 8; i++) {
		address[2 * i] = (uint8_t)(head[i] >> 8);
		address[2 * i + 1] = (uint8_t)head[i];
	}
	return true;
}

bool
type_accept_ipv6(const struct accept *accept)
{
	const char *text = item_text(accept->item);
	size_t size;

	if (text == NULL)
		return type_refuse(accept);
	if (read_ipv6(text, accept->value->ipv6))
		return true;
	type_refuse(accept);
	/* A prefix, a zone, or brackets around what is an address. */
	size = strcspn(text, "/%");
	if (text[0] == '[' && text[strlen(text) - 1] == ']')
		text = arena_copy_n(text + 1, strlen(text) - 2);
	else
		text = arena_copy_n(text, size);
	if (read_ipv6(text, accept->value->ipv6))
		diag_fix("write \"%s\"", text);
	return false;
}

/* The run of zeros that :: stands for: the longest, the first of these, and two
 * groups at least (RFC 5952, 4.2). Its end; *start is 8 where there is none. */
static size_t
find_gap(const unsigned groups[8], size_t *start)
{
	size_t i = 0, run, longest = 1;

	*start = 8;
	while (i < 8) {
		for (run = 0; i + run < 8 && groups[i + run] == 0;)
			run++;
		if (run > longest) {
			longest = run;
			*start = i;
		}
		i += run + 1;
	}
	return *start == 8 ? 8 : *start + longest;
}

const char *
type_show_ipv6(const struct setting *setting, const struct value *value)
{
	const uint8_t *at = value->ipv6;
	struct buffer out = { 0 };
	unsigned groups[8];
	size_t start, end, i;

	(void)setting;
	for (i = 0; i < 8; i++)
		groups[i] = (unsigned)at[2 * i] << 8 | at[2 * i + 1];
	/* RFC 5952, 5: an address that carries an IPv4 one shows it. */
	if (memcmp(at, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0)
		return arena_printf("::ffff:%u.%u.%u.%u", at[12], at[13],
				    at[14], at[15]);
	end = find_gap(groups, &start);
	for (i = 0; i < 8; i++) {
		if (i == start) {
			buffer_printf(&out, "::");
			i = end - 1;
			continue;
		}
		buffer_printf(&out, "%s%x", i == 0 || i == end ? "" : ":",
			      groups[i]);
	}
	return type_keep(&out);
}
