/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/likeness.h: the shape of a request: what stays the same while a program varies what
 * it sends. Requests that no fingerprint of a bot knows are grouped by it, so that a new
 * kind of them is seen among millions: "there may be a second phase" (feared in 2009).
 * Pure.
 *
 * Of a request: method, the path's skeleton, the keys of its query, the version, and the
 * names of the header fields in their order. In a skeleton a word (letters, digits and what
 * is escaped with %) is N when it is of digits, H when it is of more than seven hexadecimal
 * digits, S when it is longer than eleven; in shorter ones each run of digits is N. Of path
 * and query so many octets at most, then "~". Of a URL (to a proxy) the host is left out.
 *
 * Of octets that are no request: the first eight, and between which powers of two their
 * number lies.
 *
 * Printable ASCII; other octets, backslashes and quotes are \xHH. At most
 * WATCH_LIKENESS_SIZE octets with the NUL: what is longer ends in its hash.
 */
#ifndef WATCH_LIKENESS_H
#define WATCH_LIKENESS_H

#include "base/span.h"

#include <stdint.h>

#define WATCH_LIKENESS_SIZE 192

/* A request as it was read: fields is all of its header behind the request line. */
struct watch_likeness {
	struct span method, target, version;
	struct span fields; /* lines, each "Name: value" and its end */
};

/* Writes the shape of a request, or of ${octets} that are none, into ${text}, and a NUL
 * behind it; its length. */
size_t watch_likeness_of(const struct watch_likeness *request,
                         char text[WATCH_LIKENESS_SIZE]);
size_t watch_likeness_raw(struct span octets, char text[WATCH_LIKENESS_SIZE]);

#endif
