/* SPDX-License-Identifier: ISC */
/*
 * One instance of httpd on the host: what unicc would write into
 * generated/www.c, with small limits so that tests reach them soon. A test
 * defines a name of the left column before it includes this header to have
 * another value, and gives httpd_content itself.
 */
#ifndef TESTS_HTTP_INSTANCE_H
#define TESTS_HTTP_INSTANCE_H

#include <unicc/files.h>
#include <unicc/note.h>
#include <unicc/types.h>

#ifndef HTTPD_CONNECTIONS
#define HTTPD_CONNECTIONS 4
#endif
#ifndef HTTPD_PORT
#define HTTPD_PORT 80
#endif
#ifndef HTTPD_SECONDS
#define HTTPD_SECONDS(s) (UINT64_C(1000000000) * (s))
#endif

#define instance_name "www"
#define tcp_provider ip
#define tcp_consumer www
enum { tcp_consumer_index = 0 };
#define wallclock_provider rtc
enum { wallclock_is_present = 1 };

#define httpd_start www_start
#define httpd_stop www_stop

enum { httpd_port = HTTPD_PORT };
enum { httpd_connections = HTTPD_CONNECTIONS };
enum { httpd_line_max_bytes = 1280 };
enum { httpd_header_max_bytes = 2048 };
enum { httpd_body_max_bytes = 4096 };
static const uint64_t httpd_idle_timeout_ns = HTTPD_SECONDS(3);
static const uint64_t httpd_header_timeout_ns = HTTPD_SECONDS(2);
static const uint64_t httpd_body_timeout_ns = HTTPD_SECONDS(2);
static const uint64_t httpd_send_timeout_ns = HTTPD_SECONDS(2);
static const struct pair httpd_headers[] = {
	{ "Server", "unicc" },
};
enum { httpd_headers_count = 1 };
enum { httpd_identity = 1 };
const struct unicc_note unicc_note = {
	.code_root = { 0x12, 0xab }, .instance_root = { 0x34, 0xcd },
};

#endif
