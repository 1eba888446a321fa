/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/usual_bind.h: the kernel of log_usual_bind(), for one set of instructions.
 */
#ifndef LOGS_USUAL_BIND_H
#define LOGS_USUAL_BIND_H

#include "logs/usual_kernel.h"

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

static inline size_t
read_bind(const struct log_dialect *dialect, struct span *text,
          const struct log_scratch *scratch, struct log_usual *lines, size_t most)
{
	(void)dialect;
	if (text->len < REACH || !same_minute(text->text, scratch))
		return 0;
	READ_LINES(bind_line, scratch);
}

#endif
