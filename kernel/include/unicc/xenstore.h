/* SPDX-License-Identifier: ISC */
/*
 * Interface xenstore: the tree of texts in which a Xen host and its domains
 * agree on devices (xen/io/xs_wire.h).
 *
 * A node is named by a folder and a key in it: "device/vif/0" and "mac". A
 * folder that does not begin with "/" is the domain's own. What a node says
 * was written by someone who is not trusted to make sense.
 *
 * Users are told apart by xenstore_consumer_index, a generated enumerator;
 * the provider's generated xenstore_consumers(X) lists X(index, instance).
 */
#ifndef UNICC_XENSTORE_H
#define UNICC_XENSTORE_H

#include <stddef.h>
#include <stdint.h>
#include <unicc/types.h>

enum {
	/* Of folder, key and their NUL; of a value to write. */
	XENSTORE_PATH_MAX_BYTES = 512,
	XENSTORE_VALUE_MAX_BYTES = 256,
};

/* The provider's calls. */
#define xenstore_read UNICC_JOIN(xenstore_provider, xenstore_read)
#define xenstore_write UNICC_JOIN(xenstore_provider, xenstore_write)
#define xenstore_watch UNICC_JOIN(xenstore_provider, xenstore_watch)
#define xenstore_wait UNICC_JOIN(xenstore_provider, xenstore_wait)

/* The user's calls, made by the provider. */
#define xenstore_changed UNICC_JOIN(xenstore_consumer, xenstore_changed)
#define xenstore_resumed UNICC_JOIN(xenstore_consumer, xenstore_resumed)

/*
 * Each of these asks the host once and waits for its answer, bounded by the
 * provider's setting timeout. [start, loop] Texts are borrowed.
 *
 * 0, or E_ABSENT: there is no such node. E_REFUSED: the host will not do it.
 * E_RANGE: folder and key, or the value, are too long. E_TIMEOUT: no answer
 * came; whether the host did it is not known. E_PEER: the host broke the
 * protocol, now or earlier; no later call will do better.
 */

/*
 * value_bytes is the room for the value and a NUL that is put behind it.
 * E_RANGE also: the value is longer, or not plain ASCII on one line, as it must
 * be for a console. After an error value is "".
 */
int xenstore_read(const char *folder, const char *key, char *value,
		  size_t value_bytes);

/* Write a node, which need not exist. */
int xenstore_write(const char *folder, const char *key, const char *value);

/*
 * Tell the user with this index whenever the node, or one below it, changes;
 * and once now, so that nothing written before is missed. The node need not
 * exist. One watch cannot be told from another of the same user.
 */
int xenstore_watch(const char *folder, const char *key,
		   unsigned consumer_index);

/*
 * Wait until something watched by this user has changed since it was last
 * told. [start; waits until deadline_ns of clock_monotonic_ns] 0, or
 * E_TIMEOUT; E_PEER as above. The machine ends inside the call when the host
 * asks for that.
 */
int xenstore_wait(unsigned consumer_index, uint64_t deadline_ns);

/*
 * xenstore_changed: something watched has changed. [loop, from the provider's
 *     event hook] Several changes may be told as one.
 * xenstore_resumed: the machine was suspended and goes on, perhaps on another
 *     host. [loop, from the provider's event hook] Every watch, grant and port
 *     is gone.
 */
void xenstore_changed(void);
void xenstore_resumed(void);

#endif
