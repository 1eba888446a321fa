/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/usual_kernel.h: the kernels of logs/usual_kernels.h, for the set of instructions
 * that the file which includes it is compiled for. A mark is an octet that is not
 * visible: in a usual line it is a blank (or a tab) where one is expected, and the LF
 * behind it. As each of them is looked at, no line reaches into the next one.
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

/* Octets of "21-Nov-2026 19:41:". */
#define BIND_MINUTE 18

/* Whether the ${len} octets of a name whose dots are ${dots}, all visible, are a domain
 * name: no label is empty, and none is too long for 63. */
static inline bool
dots_fit(uint64_t dots, unsigned len)
{
	return ((dots & (dots << 1 | 1)) | dots >> (len - 1)) == 0;
}

/* Stores in ${line} the ${len} octets at ${name}, whose end lies in ${wide}, the 64 octets
 * there. False if they are no domain name, or one that ends in a dot. */
static inline __attribute__((always_inline)) bool
take_name(const char *name, struct wide wide, unsigned len, struct log_usual *line)
{
	if (len == 0)
		return false;
	line->name = name;
	line->name_len = (uint8_t)len;
	line->dots = wide_is(wide, '.') & ((UINT64_C(1) << len) - 1);
	return dots_fit(line->dots, len);
}

/* Stores in ${ends} where the first lines of ${text} end, at most ${most} of them, which
 * is at most MOST, and returns how many there are. That is done for all of them first: to
 * read a line then needs nothing of the one in front of it, and the processor reads several
 * at the same time. */
static inline __attribute__((always_inline)) size_t
find_ends(struct span text, const char **ends, size_t most)
{
	const char *at = text.text;
	size_t count = 0;

	for (; count < most && text.text + text.len - at >= 64; at += 64) {
		uint64_t marks = wide_is(wide_load(at), '\n');

		ends[count] = at + __builtin_ctzll(marks | UINT64_C(1) << 63);
		count += marks != 0;
		for (marks &= marks - 1; __builtin_expect(marks != 0 && count < most, 0);
		     marks &= marks - 1)
			ends[count++] = at + __builtin_ctzll(marks);
	}
	return count;
}

/* Stores in ${line} that it begins at ${text} and ends in front of the LF at ${end}. */
static inline void
take_line(const char *text, const char *end, struct log_usual *line)
{
	line->line = text;
	line->len = (uint32_t)(end - (end[-1] == '\r') - text);
}

/* The highest bit of the octets of ${octets} that are ${octet}: of no other. */
static inline uint64_t
eight_are(uint64_t octets, unsigned char octet)
{
	const uint64_t low = EIGHT_EACH * 0x7f;
	uint64_t others = octets ^ EIGHT_EACH * octet;

	return ~(((others & low) + low) | others | low);
}

/* Takes "127.0.0.1#42392" off ${client}, which ends at ${end}: a port has five digits at
 * most. */
static inline bool
take_client(const char *client, const char *end, struct log_usual *line)
{
	uint64_t hashes;

	if (end - client < 9)
		return false;
	hashes = eight_are(eight_at(end - 8), '#');
	if (hashes == 0)
		return false;
	end -= 1 + __builtin_clzll(hashes) / 8;
	line->client = client;
	line->client_len = (uint8_t)(end - client);
	return end > client;
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
	return (int64_t)((pairs & 255) * 1000 + (pairs >> 24 & 255) * 10 +
	                 (values >> 40 & 255)) *
	       1000;
}

/* Where the lowest of ${marks} is, those of the 64 octets at ${text}; takes it off. NULL
 * when there is none, or it is not ${octet}. */
static inline const char *
next_mark(const char *text, uint64_t *marks, char octet)
{
	const char *at = text + __builtin_ctzll(*marks | UINT64_C(1) << 63);

	*marks &= *marks - 1;
	return *at == octet ? at : NULL;
}

/* Whether the line at ${text} begins with the minute that ${scratch} remembers. */
static inline bool
same_minute(const char *text, const struct log_scratch *scratch)
{
	return memcmp(text, scratch->minute, BIND_MINUTE) == 0;
}

/* Reads the usual line of BIND at ${text}, whose LF is at ${end}, as read_usual() of
 * bind_line.c does. False when it is not usual. */
static inline __attribute__((always_inline)) bool
bind_line(const char *text, const char *end, const struct log_scratch *scratch,
          struct log_usual *line)
{
	static const char front[] = " queries: info: client @";
	int64_t us = seconds_at(text + BIND_MINUTE);
	const char *at = text + 48;
	uint64_t marks = wide_blank(wide_load(at));
	const char *client, *paren, *name;
	struct wide wide;
	unsigned len;

	if (us < 0 || !same_minute(text, scratch) || memcmp(text + 24, front, 24) != 0)
		return false;
	client = next_mark(at, &marks, ' ');
	paren = next_mark(at, &marks, ' ');
	if (client == NULL || paren == NULL || paren[1] != '(' ||
	    !take_client(client + 1, paren, line))
		return false;
	marks = wide_blank(wide_load(paren + 1));
	at = next_mark(paren + 1, &marks, ' ');
	if (at == NULL || memcmp(at + 1, "quer", 4) != 0 || memcmp(at + 4, "ry: ", 4) != 0)
		return false;
	name = at + 8;
	wide = wide_load(name);
	marks = wide_blank(wide);
	len = (unsigned)__builtin_ctzll(marks | UINT64_C(1) << 63);
	if (memcmp(name + len, " IN ", 4) != 0 || !take_name(name, wide, len, line))
		return false;
	take_line(text, end, line);
	line->us = scratch->minute_us + us;
	return text[line->len - 1] == ')';
}

/* Passes ${count} of ${marks}, those of the 64 octets at ${text}, all of which must be
 * tabs; ${at} moves behind the last one. */
static inline bool
pass_tabs(const char *text, uint64_t *marks, unsigned count, const char **at)
{
	for (; count > 0; count--) {
		const char *tab = next_mark(text, marks, '\t');

		if (tab == NULL)
			return false;
		*at = tab + 1;
	}
	return true;
}

/* Microseconds of "1591367999.306059" at ${text}; negative if it is anything else. */
static inline int64_t
epoch_at(const char *text)
{
	uint64_t seconds = eight_at(text) ^ EIGHT_EACH * '0';
	uint64_t point = eight_at(text + 8) ^ UINT64_C(0x30303030302e3030);
	uint64_t last = (uint64_t)(unsigned char)text[16] - '0';
	uint64_t above = (seconds | point) | (seconds + EIGHT_EACH * 0x76) |
	                 (point + UINT64_C(0x76767676767f7676));

	if ((above & EIGHT_EACH * 0x80) != 0 || last > 9)
		return -1;
	seconds = eight_number(seconds) * 100 + (point & 255) * 10 + (point >> 8 & 255);
	point = eight_number(point & ~UINT64_C(0xffffff)); /* "000" and five digits */
	return (int64_t)(seconds * 1000000 + point * 10 + last);
}

/* Reads the row of dns.log at ${text}, whose LF is at ${end}, as zeek_table_cut() and
 * zeek_row_read() do, when time, client and name stand in this order and time is the first.
 */
static inline __attribute__((always_inline)) bool
zeek_line(const char *text, const char *end, const struct log_dialect *dialect,
          struct log_usual *line)
{
	unsigned client = dialect->place[LOG_ROLE_CLIENT];
	unsigned name = dialect->place[LOG_ROLE_NAME];
	const char *at = text + 18;
	const char *start = at;
	uint64_t marks = wide_blank(wide_load(start));
	struct wide wide;
	unsigned len;

	line->us = epoch_at(text);
	if (line->us < 0 || text[17] != '\t' || !pass_tabs(start, &marks, client - 2, &at))
		return false;
	line->client = at;
	if (!pass_tabs(start, &marks, 1, &at))
		return false;
	line->client_len = (uint8_t)(at - 1 - line->client);
	if (!text_looks_like_address((struct span){line->client, line->client_len}))
		return false;
	start = at;
	marks = wide_blank(wide_load(start));
	if (!pass_tabs(start, &marks, name - client - 1, &at))
		return false;
	wide = wide_load(at);
	marks = wide_blank(wide);
	len = (unsigned)__builtin_ctzll(marks | UINT64_C(1) << 63);
	if (at[len] != '\t' || !take_name(at, wide, len, line) ||
	    (len == 1 && *at == '-') ||
	    (wide_is(wide, '\\') & ((UINT64_C(1) << len) - 1)) != 0)
		return false;
	start = at += len + 1;
	marks = wide_blank(wide_load(start));
	take_line(text, end, line);
	return pass_tabs(start, &marks, dialect->width - name - 1, &at);
}

/* Takes the lines that end in ${text} off its front, as far as ${READ} reads them. */
#define READ_LINES(read, context)                                                          \
	const char *const behind = text->text + text->len;                                 \
	const char *at = text->text;                                                       \
	const char *ends[MOST + 1];                                                        \
	size_t all = find_ends(*text, ends, most < MOST ? most : MOST);                    \
	size_t count = 0;                                                                  \
                                                                                           \
	while (count < all && behind - at >= REACH &&                                      \
	       read(at, ends[count], context, &lines[count]))                              \
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

	(void)scratch;
	if (dialect->variant != ZEEK_TABLE_DNS || dialect->separator != '\t' ||
	    dialect->why != NULL || dialect->place[LOG_ROLE_TIME] != 1 || client < 2 ||
	    name <= client || dialect->width <= name)
		return 0;
	READ_LINES(zeek_line, dialect);
}

#endif
