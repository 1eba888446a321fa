/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/usual_kernel.h: the kernels of logs/usual_kernels.h, for the set of instructions
 * that the file which includes it is compiled for. Where the lines end is found for many
 * of them first: to read a line then needs nothing of the one in front of it, and the
 * processor reads several at the same time.
 */
#ifndef LOGS_USUAL_KERNEL_H
#define LOGS_USUAL_KERNEL_H

#include "logs/eight.h"
#include "logs/text.h"
#include "logs/usual_kernels.h"
#include "logs/usual_lanes.h"
#include "logs/zeek_table.h"

/* Octets that may be looked at from the start of a line on, whatever it says. */
#define REACH 384

/* Lines of one step. */
#define MOST 32

/* What octets are compared with, and where the step ends. */
struct octets {
	wide_lane blank;
	wide_lane hash;
	wide_lane tab;
	wide_lane dot;
	wide_lane backslash;
	wide_lane zero;
	wide_lane nine;  /* the number */
	wide_lane one;   /* the number */
	wide_lane first; /* visible one, moved up by one */
};

static inline __attribute__((always_inline)) struct octets
make_octets(void)
{
	return (struct octets){
	        .blank = wide_each(' '),
	        .hash = wide_each('#'),
	        .tab = wide_each('\t'),
	        .dot = wide_each('.'),
	        .backslash = wide_each('\\'),
	        .zero = wide_each('0'),
	        .nine = wide_each(9),
	        .one = wide_each(1),
	        .first = wide_each('!' + 1),
	};
}

/* The bits below ${bit}, 0 to 63. */
static inline uint64_t
below(unsigned bit)
{
	return (UINT64_C(1) << bit) - 1;
}

/* The number of the lowest bit of ${marks}; 63 when there is none, where there may be a
 * mark that was passed. */
static inline unsigned
lowest(uint64_t marks)
{
	return (unsigned)__builtin_ctzll(marks | UINT64_C(1) << 63);
}

/* Whether the ${len} visible octets of a name whose dots are ${dots} are a domain name
 * without a final dot: no label is empty, and none is too long where all are 63. */
static inline bool
dots_fit(uint64_t dots, unsigned len)
{
	return len > 0 && ((dots & (dots << 1 | 1)) | dots >> (len - 1)) == 0;
}

/* Stores in ${ends} where the first lines of ${text} end, at most ${most} of them, which
 * is at most MOST, and returns how many there are. */
static inline __attribute__((always_inline)) size_t
find_ends(struct span text, const char **ends, size_t most)
{
	const wide_lane lf = wide_each('\n');
	const char *at = text.text;
	size_t count = 0;

	for (; count < most && text.text + text.len - at >= 64; at += 64) {
		uint64_t marks = wide_is(wide_load(at), lf);

		ends[count] = at + lowest(marks);
		count += marks != 0;
		for (marks &= marks - 1; __builtin_expect(marks != 0 && count < most, 0);
		     marks &= marks - 1)
			ends[count++] = at + lowest(marks);
	}
	return count;
}

/* Microseconds of "34.066 q" in ${text}; negative if it is anything else. */
static inline int64_t
seconds_at(const char *text)
{
	/* From each digit its '0' is taken, from the others themselves, so that 0 is left;
	 * then none may be above 59.999. */
	uint64_t values = eight_at(text) ^ UINT64_C(0x71203030302e3030);
	uint64_t above = values + UINT64_C(0x7f7f7676767f767a);
	uint64_t pairs = values * 10 + (values >> 8);

	if (((above | values) & EIGHT_EACH * 0x80) != 0)
		return -1;
	return (int64_t)((pairs & 255) * 1000000 + (pairs >> 24 & 255) * 10000 +
	                 (values >> 40 & 255) * 1000);
}

/* Octets of "21-Nov-2026 19:41:". */
#define BIND_MINUTE 18

/* Whether the line at ${text} begins with the minute that ${scratch} remembers. */
static inline bool
same_minute(const char *text, const struct log_scratch *scratch)
{
	return memcmp(text, scratch->minute, BIND_MINUTE) == 0;
}

/* Reads the usual line of BIND at ${text}, whose LF is at ${end}, as read_usual() of
 * bind_line.c does. False when it is not usual. What stands between two blanks is within
 * the line as long as its name is. */
static inline __attribute__((always_inline)) bool
bind_line(const char *text, const char *end, const struct log_scratch *scratch,
          struct octets octets, struct log_usual *line)
{
	static const char front[] = " queries: info: client @";
	const char *at = text + 48;
	struct wide wide = wide_load(at);
	uint64_t marks = wide_is(wide, octets.blank);
	int64_t us = seconds_at(text + BIND_MINUTE);
	unsigned client, len;
	uint64_t hashes, dots;
	struct span address;

	if (us < 0 || !same_minute(text, scratch) || memcmp(text + 24, front, 24) != 0)
		return false;
	client = lowest(marks) + 1;
	len = lowest(marks & (marks - 1));
	hashes = wide_is(wide, octets.hash) & below(len) & UINT64_MAX << (client & 63);
	if (hashes == 0 || client > len || memcmp(at + len, " (", 2) != 0)
		return false;
	address =
	        (struct span){at + client, 63 - (unsigned)__builtin_clzll(hashes) - client};
	at += len + 1;
	at += lowest(wide_is(wide_load(at), octets.blank));
	if (memcmp(at, " query: ", 8) != 0)
		return false;
	at += 8;
	wide = wide_load(at);
	len = lowest(wide_invisible(wide, octets.one, octets.first));
	dots = wide_is(wide, octets.dot) & below(len);
	if (memcmp(at + len, " IN ", 4) != 0 || !dots_fit(dots, len) || at + len >= end)
		return false;
	line->line = text;
	line->name = at;
	line->client = address.text;
	line->us = scratch->minute_us + us;
	line->dots = dots;
	end -= end[-1] == '\r';
	line->len = (uint32_t)(end - text);
	line->name_len = (uint8_t)len;
	line->client_len = (uint8_t)address.len;
	return end[-1] == ')' && address.len > 0;
}

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

/* Takes the lines that end in ${text} off its front, as far as ${read} reads them. */
#define READ_LINES(read, context)                                                          \
	const struct octets octets = make_octets();                                        \
	const char *const behind = text->text + text->len;                                 \
	const char *at = text->text;                                                       \
	const char *ends[MOST + 1];                                                        \
	size_t all = find_ends(*text, ends, most < MOST ? most : MOST);                    \
	size_t count = 0;                                                                  \
                                                                                           \
	while (count < all && behind - at >= REACH &&                                      \
	       read(at, ends[count], context, octets, &lines[count]))                      \
		at = ends[count++] + 1;                                                    \
	*text = (struct span){at, (size_t)(behind - at)};                                  \
	return count

static size_t
read_bind(const struct log_dialect *dialect, struct span *text,
          const struct log_scratch *scratch, struct log_usual *lines, size_t most)
{
	(void)dialect;
	if (text->len < REACH || !same_minute(text->text, scratch))
		return 0;
	READ_LINES(bind_line, scratch);
}

static size_t
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
