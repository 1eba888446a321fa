/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/message.h: what a DNS message asks (RFC 1035 section 4.1): its header, its
 * one question, and the client that stands behind the one who sent it (RFC 7871).
 * Records are passed over, not read: what an answer says is of no use here. A
 * message is any octets of any length; nothing outside them is read.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include <foresink/dga.h>

#include "base/address.h"
#include "base/fault.h"

/* Octets of the header (RFC 1035 section 4.1.1). */
#define WIRE_HEADER 12

/* Opcode and class of what resolvers are asked (RFC 1035 sections 4.1.1, 3.2.4). */
#define WIRE_OPCODE_QUERY 0
#define WIRE_CLASS_IN 1
#define WIRE_CLASS_ANY 255

struct wire_message {
	struct fsk_name name; /* of the question, in lower case; its len is 0 for the
	                       * root, which wire/name.h does not take for a name */
	uint16_t qtype;       /* of the question */
	uint16_t qclass;
	uint16_t id;
	bool response; /* QR */
	uint8_t opcode;
	uint8_t rcode;         /* the four bits of the header */
	bool has_subnet;       /* the client subnet option says something */
	uint8_t subnet_bits;   /* that count, 1..32 or 1..128 */
	struct address subnet; /* the others are 0 */
};

/* Reads the ${len} octets at ${octets} into ${message}. FSK_SYNTAX when they do not
 * begin with a header and one whole question, or when its name has no text form (an
 * octet that is not printable, a blank, or a dot in a label); ${fault} (may be NULL)
 * gives the octet, from 1, and the reason. A compression pointer in the question is
 * refused: there is nothing in front of it to point at. What is wrong behind the
 * question takes nothing from it: the subnet is then not said. */
FSK_MUST_USE enum fsk_err wire_message_read(const unsigned char *octets, size_t len,
                                            struct wire_message *message,
                                            struct fault *fault);

#endif
