/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/transfer.h: a transfer that is under way: which message comes next. It holds its
 * version of the zone, and needs no more memory than a message.
 */
#ifndef FEED_TRANSFER_H
#define FEED_TRANSFER_H

#include "feed/history.h"
#include "feed/tsig.h"

enum feed_transfer_kind {
	FEED_ALL,    /* the whole zone (RFC 5936 section 2.2) */
	FEED_DELTAS, /* what has changed (RFC 1995 section 4) */
	FEED_SINGLE  /* the SOA: nothing has changed, or it does not fit */
};

/* Which record comes next. */
enum feed_stage {
	FEED_OPENS, /* the SOA of the present serial */
	FEED_SERVERS,
	FEED_PART, /* the SOA in front of a part: names removed, or added */
	FEED_TOLD, /* the canaries of the part */
	FEED_BLOCKED,
	FEED_NAMES,
	FEED_CLOSES, /* the SOA again */
	FEED_DONE
};

struct feed_transfer {
	struct feed_version *version; /* held */
	uint16_t id, qtype;
	bool opt; /* the request had an OPT record */
	enum feed_transfer_kind kind;
	enum feed_stage stage;
	size_t part;  /* of deltas: delta * 2, and 1 more for names added */
	bool pending; /* the cursor's name has not been packed */
	struct feed_cursor cursor;
};

/* Begins a transfer of ${version}, which it holds, by the deltas from number ${delta} on
 * when it is of that kind; id, qtype and opt are the caller's to set before. */
void feed_transfer_begin(struct feed_transfer *transfer, struct feed_version *version,
                         enum feed_transfer_kind kind, size_t delta);

/* Writes the next message into ${packer}, whose octets and most the caller sets, and signs
 * it: behind ${most} there are FEED_TSIG_ROOM more. FSK_END: that was the last one;
 * FSK_OK: there are more; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_transfer_next(struct feed_transfer *transfer,
                                             struct feed_signer *signer, int64_t now,
                                             struct wire_packer *packer);

/* Ends it; NULL and one that was ended are allowed. */
void feed_transfer_end(struct feed_transfer *transfer);

#endif
