/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_stream.h: requests and answers by TCP (RFC 7766). Connections to an upstream
 * are few and kept for a while; several requests are under way on each, answered in any
 * order. Where the upstream is told by PROXY header who asks, which stands at the begin of
 * a connection, each request has its own.
 */
#ifndef GUARD_RELAY_STREAM_H
#define GUARD_RELAY_STREAM_H

#include "guard/relay_upstream.h"

/* Writes ${entry} to a connection of ${upstream}, to leave at the next flush; false when
 * there is none, and none can be made. */
bool relay_stream_send(struct relay_upstream *upstream, struct relay_entry *entry);

/* Sends what was written; whether what failed is to be sent anew. */
bool relay_stream_flush(struct guard_relay *relay);

/* Nothing new is asked on the connection ${lane} if nothing came there since ${sent_us}: it
 * may be dead without a word. */
void relay_stream_tire(struct relay_lane *lane, int64_t sent_us);

/* Nor on any of ${upstream}. */
void relay_stream_tire_all(struct relay_upstream *upstream);

/* Closes the connections that are idle, and those that are stuck; to be called once a
 * second. */
void relay_stream_sweep(struct guard_relay *relay);

/* Closes all of ${upstream}; what is under way on them is not asked again. */
void relay_stream_close(struct relay_upstream *upstream);

#endif
