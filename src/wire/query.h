/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/query.h: a request as a server must read it (RFC 1035 section 4.1, RFC 6891):
 * header, the one question, the OPT record with the options that matter to who stands
 * between a client and its resolver. It reads in place: what it finds are places in the
 * octets. Total: any octets of any length may come, nothing outside them is read, and
 * the work for one is bounded by its length. wire/message.h reads what logs and captures
 * hold; this reads what is to be answered, and says how it is to be refused.
 */
#ifndef WIRE_QUERY_H
#define WIRE_QUERY_H

#include <foresink/dga.h>

#include "base/span.h"
#include "wire/message.h"

/* Of the flags (RFC 1035 section 4.1.1, RFC 4035 section 3), as 16 bits. */
#define WIRE_QR 0x8000u
#define WIRE_AA 0x0400u
#define WIRE_TC 0x0200u
#define WIRE_RD 0x0100u
#define WIRE_RA 0x0080u
#define WIRE_AD 0x0020u
#define WIRE_CD 0x0010u
#define WIRE_RCODE 0x000fu

/* RFC 1035 section 4.1.1, RFC 6891 section 9, RFC 7873 section 8. */
enum wire_rcode {
	WIRE_RCODE_NOERROR = 0,
	WIRE_RCODE_FORMERR = 1,
	WIRE_RCODE_SERVFAIL = 2,
	WIRE_RCODE_NXDOMAIN = 3,
	WIRE_RCODE_NOTIMP = 4,
	WIRE_RCODE_REFUSED = 5,
	WIRE_RCODE_BADVERS = 16,
	WIRE_RCODE_BADCOOKIE = 23
};

/* Types that are treated by themselves. */
enum wire_type {
	WIRE_TYPE_A = 1,
	WIRE_TYPE_NS = 2,
	WIRE_TYPE_SOA = 6,
	WIRE_TYPE_TXT = 16,
	WIRE_TYPE_AAAA = 28,
	WIRE_TYPE_OPT = 41,
	WIRE_TYPE_IXFR = 251,
	WIRE_TYPE_AXFR = 252,
	WIRE_TYPE_ANY = 255
};

/* Codes of EDNS options: RFC 7871, 7873, 8914; dnsmasq's --add-mac. */
enum wire_option {
	WIRE_OPTION_SUBNET = 8,
	WIRE_OPTION_COOKIE = 10,
	WIRE_OPTION_EDE = 15,
	WIRE_OPTION_MAC = 65001
};

/* What is to be done with a request. */
enum wire_reading {
	WIRE_ANSWER,  /* it is whole: all of struct wire_query is filled */
	WIRE_DROP_IT, /* it must not be answered: shorter than a header, or a response */
	WIRE_REFUSE   /* the answer is query->refusal, and says nothing else */
};

struct wire_query {
	uint16_t id;
	uint16_t flags;
	uint8_t opcode;
	enum wire_rcode refusal; /* of WIRE_REFUSE: FORMERR, NOTIMP, BADVERS; NOERROR of who
	                          * has no question, but a cookie, and so asks for one (RFC
	                          * 7873 section 5.4): FORMERR where there are none */

	/* The question; of WIRE_REFUSE has_question says whether it could be read. */
	bool has_question;
	bool has_name;        /* the name has a text form (wire/name.h) or is the root */
	struct fsk_name name; /* lower case; len 0: the root, or no text form */
	uint16_t qtype, qclass;
	size_t question_end; /* octets of the message up to the end of the question */

	/* The OPT record; octets opt_at .. opt_end of the message. */
	bool has_opt;
	bool dnssec_ok;
	uint8_t version;
	uint16_t udp_size; /* as the client says; 512 at least; 512 without OPT */
	size_t opt_at, opt_end;

	/* The data of options, the first of each code; place NULL: not there. */
	struct span cookie; /* 8, or 16 to 40 octets: other lengths are FORMERR */
	struct span subnet; /* as it is: see wire_subnet_read() */
	struct span mac;

	bool extra; /* there are records besides: a signature perhaps; not looked into */
};

/* Reads the ${len} octets at ${octets} into ${query}. Refused are: more or fewer than one
 * question, or one that is cut or compressed (FORMERR); octets behind what the counts say,
 * or records that are cut, an OPT that is not in the additional section, two of them, or
 * one with another owner than the root, its options cut (FORMERR); an opcode other than
 * QUERY (NOTIMP), whatever else is wrong; an EDNS version other than 0 (BADVERS), whose
 * options are not looked at. Unknown flags, options, types and classes are no reason (RFC
 * 6891 section 6.1.4, RFC 3597). All fields have a value unless it is to be dropped, and
 * places in the message lie inside it. */
enum wire_reading wire_query_read(const uint8_t *octets, size_t len,
                                  struct wire_query *query);

/* Reads the data of a client subnet option (RFC 7871 section 6) into ${address}, mapped as
 * base/address.h has it, and the source prefix in ${bits} (0..32, 0..128). False when it is
 * malformed: then the request is (section 7.1.1: FORMERR). That is: a family that is
 * neither IPv4 nor IPv6 (none is the same as ::/0), a prefix beyond its bits, more or fewer
 * octets than it needs, bits behind it that are not 0, a scope other than 0. */
bool wire_subnet_read(struct span data, struct address *address, uint8_t *bits);

/* Reads the header and question of a response, to be compared with what was asked: the id,
 * the flags, the type, where the question ends, and the OPT record and its options, whose
 * lengths are not looked at. False when QR is not set, there is not one question, or
 * anything is not as wire_query_read() wants it. The name is not read (has_name is false),
 * nor what the records say. */
bool wire_response_read(const uint8_t *octets, size_t len, struct wire_query *response);

#endif
