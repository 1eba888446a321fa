/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/octets.h: what the files of this room share that read and write messages in place:
 * numbers in network order, and the records of a message one after the other. No name is
 * followed through a compression pointer here, so that nothing can go round in a circle.
 */
#ifndef WIRE_OCTETS_H
#define WIRE_OCTETS_H

#include "wire/query.h"

/* Octets of what has one length only: RFC 1035 sections 4.1.2 and 4.1.3, RFC 6891 section
 * 6.1.2 (an OPT record up to its options; an option up to its data). */
#define WIRE_QUESTION_FIXED 4
#define WIRE_RECORD_FIXED 10
#define WIRE_OPT_FIXED 11
#define WIRE_OPTION_FIXED 4

/* Places of the header's numbers. */
#define WIRE_AT_FLAGS 2
#define WIRE_AT_QDCOUNT 4
#define WIRE_AT_ANCOUNT 6
#define WIRE_AT_NSCOUNT 8
#define WIRE_AT_ARCOUNT 10

/* Places of an OPT record's numbers, from its owner's one octet on; DO of its flags. */
#define WIRE_AT_OPT_SIZE 3
#define WIRE_AT_OPT_RCODE 5
#define WIRE_AT_OPT_FLAGS 7
#define WIRE_AT_OPT_RDLENGTH 9
#define WIRE_OPT_DO 0x8000u

/* What everybody takes, whatever he says: RFC 6891 section 6.2.3. */
#define WIRE_UDP_LEAST 512

/* A pointer in a name: RFC 1035 section 4.1.4. */
#define WIRE_POINTER 0xc000u

static inline uint16_t
wire_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint8_t *
wire_put16(uint8_t *at, uint16_t number)
{
	at[0] = (uint8_t)(number >> 8);
	at[1] = (uint8_t)number;
	return at + 2;
}

static inline uint8_t *
wire_put32(uint8_t *at, uint32_t number)
{
	return wire_put16(wire_put16(at, (uint16_t)(number >> 16)), (uint16_t)number);
}

/* One record: octets at .. end of the message, its type and what follows at "fixed". */
struct wire_record {
	size_t at, fixed, end;
	uint16_t type;
};

/* Where the name at octet ${at} of ${len} ends, at the root or behind a pointer; 0 when it
 * is cut or has a label that is neither. */
size_t wire_name_end(const uint8_t *octets, size_t len, size_t at);

/* Reads the bounds of the record at octet ${at} of ${len}; false when it is cut. */
bool wire_record_read(const uint8_t *octets, size_t len, size_t at,
                      struct wire_record *record);

/* Finds the options of the OPT record that ${query} has, which lies in ${octets}, and sets
 * the spans of ${query} anew. False when they do not fill the record exactly. */
bool wire_options_find(const uint8_t *octets, struct wire_query *query);

#endif
