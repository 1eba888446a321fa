/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/sinkhole/question.h: questions for the held names, octet by octet.
 */
#ifndef TEST_SINKHOLE_QUESTION_H
#define TEST_SINKHOLE_QUESTION_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* Types of records. */
#define A 1
#define NS 2
#define CNAME 5
#define SOA 6
#define HINFO 13
#define MX 15
#define TXT 16
#define AAAA 28
#define OPT 41
#define IXFR 251
#define AXFR 252
#define ANY 255

/* A question; its name is of labels of any octets but the dot. */
struct question {
	const char *name;
	unsigned qtype, qclass; /* 0: A, IN */
	bool edns;
	unsigned udp_size;   /* 0: 1232 */
	struct span options; /* of the OPT record, in wire form */
};

static inline uint8_t *
put16(uint8_t *at, unsigned number)
{
	at[0] = (uint8_t)(number >> 8);
	at[1] = (uint8_t)number;
	return at + 2;
}

static inline unsigned
get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* Writes ${question} with the id 0x1234 and RD; its length. */
static inline size_t
write_question(const struct question *question, uint8_t out[1500])
{
	static const uint8_t head[] = {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
	const char *label = question->name;
	uint8_t *at = out + sizeof(head);

	memcpy(out, head, sizeof(head));
	while (*label != '\0') {
		size_t len = strcspn(label, ".");

		*at++ = (uint8_t)len;
		memcpy(at, label, len);
		at += len;
		label += len + (label[len] == '.');
	}
	*at++ = 0;
	at = put16(at, question->qtype == 0 ? A : question->qtype);
	at = put16(at, question->qclass == 0 ? 1 : question->qclass);
	if (question->edns) {
		out[11] = 1;
		*at++ = 0;
		at = put16(at, OPT);
		at = put16(at, question->udp_size == 0 ? 1232 : question->udp_size);
		at = put16(put16(at, 0), 0);
		at = put16(at, (unsigned)question->options.len);
		if (question->options.len > 0)
			memcpy(at, question->options.text, question->options.len);
		at += question->options.len;
	}
	return (size_t)(at - out);
}

#endif
