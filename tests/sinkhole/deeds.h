/* SPDX-License-Identifier: BSD-2-Clause
 *
 * deeds.h: what a caller of a sinkhole may do, well-behaved or not: a table of what is
 * sent, in which pieces, and how the caller goes. It opens nothing.
 */
#ifndef DEEDS_H
#define DEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEED_MOST 10240 /* octets of what is sent */
#define DEED_WORD 264

enum deed_end {
	DEED_READS,  /* waits for the answer, and for the end */
	DEED_SHUTS,  /* says that it has said all, and waits for the end */
	DEED_LEAVES, /* closes */
	DEED_RESETS  /* closes by RST */
};

enum deed_port { DEED_WEB, DEED_DNS };

/* What one caller sends, and one word by which the test knows it again. */
struct deed_text {
	uint8_t octets[DEED_MOST];
	size_t len;
	char word[DEED_WORD];
};

/* Names of a forecast, of which each question takes one. */
struct deed_names {
	char (*names)[254];
	size_t count;
};

struct deed {
	const char *word;
	void (*write)(struct deed_text *text, unsigned number,
	              const struct deed_names *names);
	size_t piece;   /* octets of one send; 0: all */
	unsigned share; /* of all callers, to those of the others */
	enum deed_port port;
	enum deed_end end;
	bool datagram;
};

/* What caller ${number} does: the same each time. */
const struct deed *deed_of(unsigned number);

#endif
