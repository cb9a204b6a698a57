/* SPDX-License-Identifier: ISC */
/*
 * A Xen host in this process, for the drivers of one domain: its clock, ports,
 * grants and xenstored. Everything happens inside the domain's own calls, so
 * a test sees the same each time.
 */
#ifndef FRONTEND_HOST_H
#define FRONTEND_HOST_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HOST_PORTS_COUNT = 32,
	HOST_GRANTS_COUNT = 1024,
	HOST_XENSTORE_PORT = 1,
	HOST_CONSOLE_PORT = 2,
	HOST_PORTS_FREE = HOST_PORTS_COUNT - 3,
};

struct host_grant {
	void *page;		/* NULL: not shared */
	uint16_t domain;
	bool is_read_only;
};

struct host_port {
	bool is_offered, is_open, is_raised;
};

struct host {
	uint64_t now_ns, tick_ns;
	struct host_port ports[HOST_PORTS_COUNT];
	struct host_grant grants[HOST_GRANTS_COUNT];
	unsigned ports_left, grants_left;
	bool keeps_grants;	/* grant_end fails */
	bool is_silent;		/* xenstored does not answer */
	bool is_deaf;		/* and does not read either */
	size_t piece_bytes;	/* of what it says at a time */
	int suspend_error;

	/* What the backends of a test do; NULL: nothing. */
	void (*on_write)(const char *path, const char *value);
	void (*on_notify)(uint32_t port);
	void (*on_wait)(void);
	void (*on_suspend)(void);

	/* What the domain did. */
	jmp_buf left;		/* where kernel_exit goes */
	unsigned left_status;
	bool is_reboot;
	char log[4096];
};

extern struct host host;

/* Begin anew, with an empty xenstore. */
void host_reset(void);

/* The node at path; NULL or "": there is none. Setting one fires watches. */
const char *host_get(const char *path);
void host_set(const char *path, const char *value);
void host_remove(const char *path);
uint64_t host_get_number(const char *path);
void host_set_number(const char *path, uint64_t number);

/* Raise a port of the domain. */
void host_raise(uint32_t port);

/* Let xenstored say what it has to say. */
void host_deliver(void);

/* Let xenstored say these bytes as they are, next. */
void host_say(const void *bytes, size_t size_bytes);

/* The page behind a grant; NULL: there is none. */
void *host_map(uint64_t reference);

#endif
