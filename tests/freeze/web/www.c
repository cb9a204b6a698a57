/* www: httpd, configs/web.lua:9. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "www"
#define tcp_provider ip			/* stack, configs/web.lua:10 */
#define tcp_consumer www
enum { tcp_consumer_index = 0 };
#define clock_provider lapic_timer	/* implied by www */
#define wallclock_provider rtc		/* implied by www */
enum { wallclock_is_present = 1 };

/* Hooks. */
#define httpd_start www_start

/* Settings. */
enum { httpd_port = 80 };		/* default */
static const char httpd_index[] = "index.html";	/* default */
enum { httpd_gzip = 1 };		/* default */
static const uint64_t httpd_idle_timeout_ns = 15000000000;	/* configs/web.lua:11 */
static const struct pair httpd_types[] = {	/* default */
	{ "*", "application/octet-stream" },
	{ "html", "text/html; charset=utf-8" },
};
enum { httpd_types_count = 2 };

/* content: 3 files of configs/site, configs/web.lua:10 */
#include <unicc/files.h>
extern const uint8_t www_content_0[], www_content_0_gzip[];	/* www.content.S */
static const struct file httpd_content_entries[] = {
	{
		.path = "/index.html", .path_bytes = 11, .hash = 0x12345678,
		.plain = { www_content_0, 612, 98, "HTTP/1.1 200 OK\r\n..." },
		.gzip = { www_content_0_gzip, 301, 120, "HTTP/1.1 200 OK\r\n..." },
		.type = "text/html; charset=utf-8",
		.etag = "\"5d41402abc4b2a76\"",
	},
};
static const uint16_t httpd_content_starts[] = { 0, 1 };
static const struct files httpd_content = {
	httpd_content_entries, httpd_content_starts, 1,
};

#include <httpd/httpd.c>
