/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/usual_zeek.h: the kernel of log_usual_zeek(), for one set of instructions.
 */
#ifndef LOGS_USUAL_ZEEK_H
#define LOGS_USUAL_ZEEK_H

#include "logs/text.h"
#include "logs/usual_kernel.h"
#include "logs/zeek_table.h"

/* A second that lines have, as they write it. */
struct second {
	uint64_t first; /* eight digits */
	uint64_t last;  /* the other two, and the point */
	int64_t us;
};

/* Microseconds of "1591367999.306059" at ${text}; negative if it is anything else. Of most
 * lines the ${second} is that of the line before. */
static inline int64_t
epoch_at(const char *text, struct second *second)
{
	const uint64_t low = UINT64_C(0xffffff); /* of the last octets of the second */
	uint64_t first = eight_at(text);
	uint64_t point = eight_at(text + 8);
	uint64_t last = (uint64_t)(unsigned char)text[16] - '0';
	uint64_t digits = (point ^ UINT64_C(0x30303030302e3030)) & ~low;

	if (last > 9 || ((digits | (digits + EIGHT_EACH * 0x76)) & EIGHT_EACH * 0x80) != 0)
		return -1;
	if (__builtin_expect(first != second->first || (point & low) != second->last, 0)) {
		uint64_t values = first ^ EIGHT_EACH * '0';
		uint64_t rest = (point ^ UINT64_C(0x2e3030)) & low;

		if (((values | (values + EIGHT_EACH * 0x76) | rest |
		      (rest + UINT64_C(0x7f7676))) &
		     EIGHT_EACH * 0x80) != 0)
			return -1;
		second->first = first;
		second->last = point & low;
		second->us = (int64_t)(eight_number(values) * 100 + (rest & 255) * 10 +
		                       (rest >> 8 & 255)) *
		             1000000;
	}
	/* "000" and five digits */
	return second->us + (int64_t)(eight_number(digits) * 10 + last);
}

/* Whether the octets ${start} to ${end} of ${wide} are digits and dots and have the form of
 * an address, as text_looks_like_address() wants it. */
static inline __attribute__((always_inline)) bool
is_v4(struct wide wide, unsigned start, unsigned end, struct octets octets)
{
	uint64_t digits = wide_digits(wide, octets.zero, octets.nine);
	uint64_t dots = wide_is(wide, octets.dot);
	uint64_t within = below(end) & UINT64_MAX << start;

	return ((digits | dots) & within) == within && (dots & within) != 0 &&
	       end - start >= 7 && end - start <= 15 && (digits >> start & 1) != 0 &&
	       (digits >> (end - 1) & 1) != 0;
}

/* ${marks} without the lowest ${count} of them. */
static inline uint64_t
pass(uint64_t marks, unsigned count)
{
	for (; count > 0; count--)
		marks &= marks - 1;
	return marks;
}

/* The rows of a log whose first column is the time. */
struct rows {
	unsigned client; /* columns between time and client, */
	unsigned name;   /* between client and name, */
	unsigned rest;   /* and between name and the last one that must be there */
	struct second second;
};

/* Reads the row of dns.log at ${text}, whose LF is at ${end}, as zeek_table_cut() and
 * zeek_row_read() do. False when it is not usual. */
static inline __attribute__((always_inline)) bool
zeek_line(const char *text, const char *end, struct rows *rows, struct octets octets,
          struct log_usual *line)
{
	const char *at = text + 17;
	int64_t us = epoch_at(text, &rows->second);
	struct wide wide = wide_load(at);
	uint64_t tabs = pass(wide_is(wide, octets.tab), rows->client);
	unsigned start = lowest(tabs) + 1;
	unsigned len = lowest(tabs & (tabs - 1));
	struct span address = {at + start, len - start};
	uint64_t dots, unfit;

	if (us < 0 || *at != '\t' || at[len] != '\t' || len < start)
		return false;
	if (__builtin_expect(!is_v4(wide, start, len, octets), 0) &&
	    !text_looks_like_address(address))
		return false;
	at += len;
	tabs = pass(wide_is(wide_load(at), octets.tab), rows->name);
	if (tabs == 0)
		return false;
	at += lowest(tabs) + 1;
	wide = wide_load(at);
	tabs = wide_is(wide, octets.tab);
	len = lowest(tabs);
	dots = wide_is(wide, octets.dot) & below(len);
	unfit = wide_invisible(wide, octets.one, octets.first) |
	        wide_is(wide, octets.backslash);
	if (at[len] != '\t' || !dots_fit(dots, len) || (unfit & below(len)) != 0 ||
	    (len == 1 && *at == '-'))
		return false;
	line->line = text;
	line->name = at;
	line->client = address.text;
	line->us = us;
	line->dots = dots;
	line->len = (uint32_t)(end - (end[-1] == '\r') - text);
	line->name_len = (uint8_t)len;
	line->client_len = (uint8_t)address.len;
	tabs = pass(tabs, rows->rest);
	if (__builtin_expect(tabs == 0, 0)) {
		at += len;
		tabs = pass(wide_is(wide_load(at), octets.tab), rows->rest);
	}
	return tabs != 0 && at + lowest(tabs) < end;
}

static inline size_t
read_zeek(const struct log_dialect *dialect, struct span *text,
          const struct log_scratch *scratch, struct log_usual *lines, size_t most)
{
	unsigned client = dialect->place[LOG_ROLE_CLIENT];
	unsigned name = dialect->place[LOG_ROLE_NAME];
	struct rows rows = {.client = client - 2,
	                    .name = name - client - 1,
	                    .rest = dialect->width - name - 1U,
	                    .second = {.last = UINT64_MAX}}; /* of no line */

	(void)scratch;
	if (dialect->variant != ZEEK_TABLE_DNS || dialect->separator != '\t' ||
	    dialect->why != NULL || dialect->place[LOG_ROLE_TIME] != 1 || client < 2 ||
	    name <= client || dialect->width <= name)
		return 0;
	READ_LINES(zeek_line, &rows);
}

#endif
