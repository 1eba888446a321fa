/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/request.h: the beginning of what a caller sends, as far as it is understood:
 * an HTTP request (0.9 to 1.1; RFC 9112, RFC 1945), read leniently, for it is evidence and
 * not an order: bare LF, missing Host, unknown methods and versions are no reason to refuse
 * it. The body is never read. Pure, total, and linear: octets that came before are not read
 * again when more come.
 */
#ifndef SINKHOLE_REQUEST_H
#define SINKHOLE_REQUEST_H

#include "base/span.h"

#include <stdint.h>

/* Octets of request line and header together, at most. */
#define SINKHOLE_REQUEST_MOST 8192

/* Header fields that are looked at; those behind are kept in fields. */
#define SINKHOLE_FIELDS_MOST 100

enum sinkhole_state {
	SINKHOLE_MORE,    /* not to be told yet */
	SINKHOLE_REQUEST, /* its header is whole: struct sinkhole_request says what it is */
	SINKHOLE_HELLO,   /* it begins TLS: see sinkhole/hello.h */
	SINKHOLE_STRANGE, /* it is neither, and will not be */
	SINKHOLE_TOO_LONG, /* a request whose line or header is longer than is read: what
	                    * came of it is told */
	SINKHOLE_BROKEN    /* a request line, and then what is no header */
};

/* Where reading stands; zeroed before the first octet. Each connection has one. */
struct sinkhole_reader {
	uint32_t seen;      /* octets that were read */
	uint32_t line;      /* where the present line begins */
	uint32_t fields_at; /* 0: the request line is not whole */
	uint8_t state;
};

/* Places in the octets; empty: it was not said. Of a field that comes more than once the
 * first. Without blanks around. */
struct sinkhole_request {
	struct span line; /* the request line, without its end */
	struct span method, target, version;
	struct span fields; /* the header, all lines */
	struct span host, agent, referrer, via, forwarded;
	bool body;    /* there is more to come: Content-Length other than 0, chunked */
	size_t count; /* of fields */
};

/* Reads on in ${octets}, which begin with all that were given before. With ${ended} nothing
 * will come any more: a whole line without an end is HTTP/0.9 then. ${request} is filled
 * when the result is SINKHOLE_REQUEST, _TOO_LONG or _BROKEN. */
enum sinkhole_state sinkhole_request_read(struct sinkhole_reader *reader,
                                          struct span octets, bool ended,
                                          struct sinkhole_request *request);

#endif
