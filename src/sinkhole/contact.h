/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/contact.h: from what came on a connection to the sighting that is kept: which
 * name was meant and how that is known, whose it is, who sends such requests, and the shape
 * of what nobody is known to send. It answers nothing.
 *
 * A name that is concluded, and not said, is none of a bot of another family. Of who sends
 * nothing of a bot it is kept as it was concluded (SIGHTING_BY_PLACE and what is less
 * sure): he may be a scanner who chanced upon the address, and is no host by that alone.
 */
#ifndef SINKHOLE_CONTACT_H
#define SINKHOLE_CONTACT_H

#include "net/socket.h"
#include "sinkhole/desk.h"
#include "sinkhole/request.h"

struct sinkhole_contact {
	const struct net_endpoint *peer, *local;
	int64_t us;         /* of the calendar, when the connection began */
	struct span octets; /* what came, as it came; of TLS that was spoken what was said
	                     * in it, if anything was */
	const struct sinkhole_request *request; /* places in octets; NULL: none */
	const char *sni; /* of the ClientHello, "" if it said none; NULL: no TLS */
	bool spoken;     /* octets were said in TLS */
};

/* Keeps ${contact}, and counts it: bot, visitor, or strange, which has a shape. */
void sinkhole_contact_keep(struct sinkhole_desk *desk,
                           const struct sinkhole_contact *contact);

#endif
