/* www: httpd, web.lua:6:7. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "www"
#define tcp_provider ip	/* stack: web.lua:6:15 */
#define tcp_consumer www
enum { tcp_consumer_index = 0 };
#define wallclock_provider rtc	/* wallclock: implied by www */
enum { wallclock_is_present = 1 };

/* Hooks. */
#define httpd_start www_start
#define httpd_stop www_stop

/* Settings. */
/* port: default */
enum { httpd_port = 80 };
/* content: web.lua:6:27 */
#include <unicc/files.h>
extern const uint8_t www_content_0dd1c4b95484fecb[], www_content_0dd1c4b95484fecb_gzip[];
extern const uint8_t www_content_2b7ca967a7916ffd[], www_content_2b7ca967a7916ffd_gzip[];
extern const uint8_t www_content_0322515749c13ddd[], www_content_0322515749c13ddd_gzip[];
extern const uint8_t www_content_8574dc0fb6c76121[], www_content_8574dc0fb6c76121_gzip[];
static const struct file httpd_content_entries[] = {
	{
		.path = "/index.html", .path_bytes = 11, .hash = 0x457c5a71,
		.plain = { www_content_0dd1c4b95484fecb, 1815, 150,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Length: 1815\r\n"
			"ETag: \"0dd1c4b95484fecb\"\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.gzip = { www_content_0dd1c4b95484fecb_gzip, 948, 178,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Length: 948\r\n"
			"ETag: \"0dd1c4b95484fecb-gzip\"\r\n"
			"Content-Encoding: gzip\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.type = "text/html; charset=utf-8", .etag = "\"0dd1c4b95484fecb\"",
	},
	{
		.path = "/logo.svg", .path_bytes = 9, .hash = 0x33899869,
		.plain = { www_content_2b7ca967a7916ffd, 309, 138,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: image/svg+xml\r\n"
			"Content-Length: 309\r\n"
			"ETag: \"2b7ca967a7916ffd\"\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.gzip = { www_content_2b7ca967a7916ffd_gzip, 235, 167,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: image/svg+xml\r\n"
			"Content-Length: 235\r\n"
			"ETag: \"2b7ca967a7916ffd-gzip\"\r\n"
			"Content-Encoding: gzip\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.type = "image/svg+xml", .etag = "\"2b7ca967a7916ffd\"",
	},
	{
		.path = "/how/index.html", .path_bytes = 15, .hash = 0x5c61358a,
		.plain = { www_content_0322515749c13ddd, 1698, 150,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Length: 1698\r\n"
			"ETag: \"0322515749c13ddd\"\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.gzip = { www_content_0322515749c13ddd_gzip, 905, 178,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Length: 905\r\n"
			"ETag: \"0322515749c13ddd-gzip\"\r\n"
			"Content-Encoding: gzip\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.type = "text/html; charset=utf-8", .etag = "\"0322515749c13ddd\"",
	},
	{
		.path = "/style.css", .path_bytes = 10, .hash = 0x29d360da,
		.plain = { www_content_8574dc0fb6c76121, 1958, 149,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/css; charset=utf-8\r\n"
			"Content-Length: 1958\r\n"
			"ETag: \"8574dc0fb6c76121\"\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.gzip = { www_content_8574dc0fb6c76121_gzip, 801, 177,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/css; charset=utf-8\r\n"
			"Content-Length: 801\r\n"
			"ETag: \"8574dc0fb6c76121-gzip\"\r\n"
			"Content-Encoding: gzip\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.type = "text/css; charset=utf-8", .etag = "\"8574dc0fb6c76121\"",
	},
	{
		.path = "/how/", .path_bytes = 5, .hash = 0xd176121d,
		.plain = { www_content_0322515749c13ddd, 1698, 150,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Length: 1698\r\n"
			"ETag: \"0322515749c13ddd\"\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.gzip = { www_content_0322515749c13ddd_gzip, 905, 178,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Length: 905\r\n"
			"ETag: \"0322515749c13ddd-gzip\"\r\n"
			"Content-Encoding: gzip\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.type = "text/html; charset=utf-8", .etag = "\"0322515749c13ddd\"",
	},
	{
		.path = "/", .path_bytes = 1, .hash = 0x2a0c975e,
		.plain = { www_content_0dd1c4b95484fecb, 1815, 150,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Length: 1815\r\n"
			"ETag: \"0dd1c4b95484fecb\"\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.gzip = { www_content_0dd1c4b95484fecb_gzip, 948, 178,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Length: 948\r\n"
			"ETag: \"0dd1c4b95484fecb-gzip\"\r\n"
			"Content-Encoding: gzip\r\n"
			"Vary: Accept-Encoding\r\n"
			"Accept-Ranges: bytes\r\n" },
		.type = "text/html; charset=utf-8", .etag = "\"0dd1c4b95484fecb\"",
	},
};
static const uint16_t httpd_content_starts[] = {
	0, 0, 2, 4, 4, 4, 5, 6, 6,
};
static const struct files httpd_content = {
	httpd_content_entries, httpd_content_starts, 8,
};
/* index: default */
static const char httpd_index[] = "index.html";
enum { httpd_index_length = 10 };
/* gzip: default */
enum { httpd_gzip = 1 };
/* types: default */
static const struct pair httpd_types[] = {
	{ "*", "application/octet-stream" },
	{ "css", "text/css; charset=utf-8" },
	{ "csv", "text/csv; charset=utf-8" },
	{ "gif", "image/gif" },
	{ "htm", "text/html; charset=utf-8" },
	{ "html", "text/html; charset=utf-8" },
	{ "ico", "image/x-icon" },
	{ "jpeg", "image/jpeg" },
	{ "jpg", "image/jpeg" },
	{ "js", "text/javascript; charset=utf-8" },
	{ "json", "application/json" },
	{ "md", "text/markdown; charset=utf-8" },
	{ "mjs", "text/javascript; charset=utf-8" },
	{ "pdf", "application/pdf" },
	{ "png", "image/png" },
	{ "svg", "image/svg+xml" },
	{ "ttf", "font/ttf" },
	{ "txt", "text/plain; charset=utf-8" },
	{ "wasm", "application/wasm" },
	{ "webp", "image/webp" },
	{ "woff", "font/woff" },
	{ "woff2", "font/woff2" },
	{ "xml", "application/xml" },
};
enum { httpd_types_count = 23 };
/* headers: default */
static const struct pair httpd_headers[] = {
	{ 0, 0 }
};
enum { httpd_headers_count = 0 };
/* identity: default */
enum { httpd_identity = 0 };
/* connections: default */
enum { httpd_connections = 64 };
/* line_max: default */
enum { httpd_line_max_bytes = 2048 };
/* header_max: default */
enum { httpd_header_max_bytes = 8192 };
/* body_max: default */
enum { httpd_body_max_bytes = 65536 };
/* idle_timeout: web.lua:6:45 */
static const uint64_t httpd_idle_timeout_ns = 15000000000;
/* header_timeout: default */
static const uint64_t httpd_header_timeout_ns = 10000000000;
/* body_timeout: default */
static const uint64_t httpd_body_timeout_ns = 30000000000;
/* send_timeout: default */
static const uint64_t httpd_send_timeout_ns = 30000000000;

#include <httpd/syntax.c>
#include <httpd/identity.c>
#include <httpd/request.c>
#include <httpd/response.c>
#include <httpd/httpd.c>
