/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/hello.h: the ClientHello with which TLS begins (RFC 8446 sections 4.1.2 and 5.1,
 * RFC 6066 section 3): the name of the server that is wanted. Read, never answered, by
 * who has no certificate. Pure and total; also of one that comes in several records.
 */
#ifndef SINKHOLE_HELLO_H
#define SINKHOLE_HELLO_H

#include "base/span.h"

#include <stdint.h>

/* Octets that are waited for, at most. */
#define SINKHOLE_HELLO_MOST 4096

enum sinkhole_greeting {
	SINKHOLE_HELLO_MORE,
	SINKHOLE_HELLO_WHOLE,
	SINKHOLE_HELLO_LONG, /* longer than is waited for; its name if it stands early */
	SINKHOLE_HELLO_NONE  /* begins like one, and is none: cut by its own lengths */
};

/* Reads the hello in ${octets}; its name, lower case and without a final dot, into ${name}
 * of 256 octets and NUL-terminated ("" if it says none, or what is no name). */
enum sinkhole_greeting sinkhole_hello_read(struct span octets, char name[256]);

#endif
