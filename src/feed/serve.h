/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/serve.h: from the octets of a request to those of its answer. What a client may
 * send ends here; the sockets are elsewhere.
 */
#ifndef FEED_SERVE_H
#define FEED_SERVE_H

#include "feed/desk.h"
#include "feed/transfer.h"

/* A request as it came. */
struct feed_call {
	const uint8_t *octets;
	size_t len;
	struct net_endpoint peer;
	bool stream; /* by TCP */
	int64_t now; /* seconds since 1970 */
};

/* What comes of it. The caller sets packer.octets (which may be the request's octets) to
 * WIRE_RPZ_MOST + FEED_TSIG_ROOM bytes. */
struct feed_reply {
	struct wire_packer packer;
	struct feed_signer signer;
	struct feed_transfer transfer;
};

enum feed_outcome {
	FEED_SILENCE,
	FEED_REPLY,   /* packer.octets[0..packer.len) */
	FEED_TRANSFER /* by stream only: the messages of transfer, signed by signer; the
	               * caller ends it */
};

enum feed_outcome feed_serve(struct feed_desk *desk, const struct feed_call *call,
                             struct feed_reply *reply);

#endif
