/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/bind_line.h"

#include "logs/eight.h"
#include "logs/stamp.h"
#include "logs/text.h"
#include "logs/words.h"

/* Octets of "21-Nov-2026 19:41:". */
#define BIND_MINUTE 18

/* Takes "NAME/TYPE/CLASS". */
static bool
name_type_class(struct span *rest, struct log_entry *entry)
{
	struct span all, type;
	const char *slash;

	if (!text_token(rest, &all))
		return false;
	slash = memrchr(all.text, '/', all.len); /* in front of the class */
	if (slash == NULL || slash == all.text)
		return false;
	all.len = (size_t)(slash - all.text);
	slash = memrchr(all.text, '/', all.len); /* in front of the type */
	if (slash == NULL)
		return false;
	type = span_from(all, (size_t)(slash - all.text) + 1);
	all.len = (size_t)(slash - all.text);
	entry->name = all;
	entry->type = text_type(type);
	return all.len > 0;
}

/* Whether "+E(0)TK" has the T. */
static bool
flag_of_tcp(struct span flags)
{
	for (size_t i = 0; i < flags.len; i++) {
		if (flags.text[i] == 'T')
			return true;
	}
	return false;
}

/* Takes "[ECS 203.0.113.0/24/0]" at the end of a query: the client for which a
 * forwarder asked. */
static void
read_ecs(struct span rest, struct log_entry *entry)
{
	size_t at = text_find(rest, "[ECS ");
	struct span address;
	uint64_t bits;

	rest = span_from(rest, at + strlen("[ECS "));
	if (!text_until(&rest, '/', &address) || !text_number(&rest, 128, &bits) ||
	    bits == 0 || !text_looks_like_address(address))
		return;
	entry->behind = address;
	entry->behind_bits = (uint8_t)bits;
}

/* "good.example IN A +E(0)K (127.0.0.1) [ECS ...]" */
static enum log_kind
read_query(struct words *words, struct log_entry *entry)
{
	struct span line = words->line;
	struct span class, type, flags;

	if (!words_next(words, &entry->name) || entry->name.len == 0 ||
	    !words_next(words, &class) || !words_next(words, &type)) {
		entry->why = "a query without name, class and type";
		return LOG_FOREIGN;
	}
	entry->type = text_type(type);
	if (words_next(words, &flags))
		entry->transport =
		        flag_of_tcp(flags) ? LOG_TRANSPORT_TCP : LOG_TRANSPORT_UDP;
	if (line.text[line.len - 1] == ']')
		read_ecs(words_rest(words), entry);
	return LOG_ASKED;
}

/* "rpz QNAME NXDOMAIN rewrite blrsxvu.com/A/IN via blrsxvu.com.rpz.example" */
static enum log_kind
read_rpz(struct span rest, struct log_entry *entry)
{
	rest = span_from(rest, text_find(rest, " rewrite ") + strlen(" rewrite "));
	if (!name_type_class(&rest, entry)) {
		entry->why = "an rpz line without the name that was rewritten";
		return LOG_FOREIGN;
	}
	return LOG_ASKED;
}

/* "query (cache) 'good.example/A/IN' denied": asked, and refused. */
static enum log_kind
read_denied(struct span rest, struct log_entry *entry)
{
	struct span before, quoted;

	if (!text_until(&rest, '\'', &before) || !text_until(&rest, '\'', &quoted) ||
	    !name_type_class(&quoted, entry))
		return LOG_ASIDE;
	return LOG_ASKED;
}

/* Reads "127.0.0.1#42392", with a colon behind it in BIND 9.9. Whether it is an
 * address is seen when somebody wants it. */
static bool
read_address(struct span word, struct log_entry *entry)
{
	size_t at = word.len;

	if (at > 0 && word.text[at - 1] == ':')
		word.len = --at;
	while (at > 0 && word.text[at - 1] != '#')
		at--;
	if (at < 2)
		return false;
	entry->client = (struct span){word.text, at - 1};
	entry->port = text_port(span_from(word, at));
	return true;
}

/* What stands behind "client": "@0x7f24 127.0.0.1#42392 (name): view in: query: ..." */
static enum log_kind
read_client(struct words *words, struct log_entry *entry)
{
	struct span word = {NULL, 0};

	if (words_next(words, &word) && word.len > 0 && *word.text == '@')
		words_next(words, &word);
	if (!read_address(word, entry)) {
		entry->why = "a client without address and port";
		return LOG_FOREIGN;
	}
	if (!words_next(words, &word))
		return LOG_ASIDE;
	if (word.len > 0 && *word.text == '(')
		words_next(words, &word);
	if (span_equal(word, (struct span){"view", 4})) {
		words_next(words, &word); /* its name */
		words_next(words, &word);
	}
	if (span_equal(word, (struct span){"query:", 6}))
		return read_query(words, entry);
	if (span_equal(word, (struct span){"rpz", 3}))
		return read_rpz(words_rest(words), entry);
	if (span_equal(word, (struct span){"query", 5}))
		return read_denied(words_rest(words), entry);
	return LOG_ASIDE;
}

/* Whether the four octets at ${at} and the four three further on are those of "query: ". */
static inline bool
is_query(const char *at)
{
	return memcmp(at, "quer", 4) == 0 && memcmp(at + 3, "ry: ", 4) == 0;
}

/* The last '#' in front of ${end}, or ${start}. Of most clients it is in the eight octets
 * there, as a port has five digits at most. */
static inline const char *
last_hash(const char *start, const char *end)
{
	if (end - start > 8) {
		/* The highest bit of octets that are '#': of no other, so that the last one
		 * counts. */
		const uint64_t low = EIGHT_EACH * 0x7f;
		uint64_t others = eight_at(end - 8) ^ EIGHT_EACH * '#';
		uint64_t hashes = ~(((others & low) + low) | others | low);

		if (__builtin_expect(hashes != 0, 1))
			return end - 1 - __builtin_clzll(hashes) / 8;
		end -= 8;
	}
	while (end > start && end[-1] != '#')
		end--;
	return end > start ? end - 1 : start;
}

/* The usual line, of a log with print-time, print-category and print-severity, when only
 * the client and the name are wanted: nearly all lines of a large log. ${rest} is what
 * stands behind the time. What is not as expected, or has more to say (an ECS at its
 * end), is left to read_client(), which gives the same where both can read. */
static bool
read_usual(struct span rest, struct log_entry *entry)
{
	static const char front[] = " queries: info: client @";
	const char *end = rest.text + rest.len;
	const char *client, *paren, *query, *name, *mark;
	struct marks blanks;

	if (rest.len < 96 || memcmp(rest.text, front, 24) != 0 || end[-1] != ')')
		return false;
	blanks = marks_of(rest, rest.text + 24, words_blank);
	client = marks_pass(&blanks, 1, words_blank) + 1;
	paren = marks_pass(&blanks, 1, words_blank) + 1;
	if (end - paren < 16 || *paren != '(')
		return false;
	mark = last_hash(client, paren - 1);
	query = marks_pass(&blanks, 1, words_blank) + 1;
	if (mark <= client || end - query < 16 || !is_query(query))
		return false;
	name = query + 7;
	query = marks_pass(&blanks, 2, words_blank);
	if (query == name || end - query < 5 || memcmp(query, " IN ", 4) != 0)
		return false;
	entry->client = (struct span){client, (size_t)(mark - client)};
	entry->name = (struct span){name, (size_t)(query - name)};
	return true;
}

/* The two digits at ${text} as a number; over 99 when they are none. */
static inline unsigned
two_digits(const char *text)
{
	unsigned tens = (unsigned)(unsigned char)text[0] - '0';
	unsigned ones = (unsigned)(unsigned char)text[1] - '0';

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* Reads "34.066 " at ${text}: seconds in milliseconds; -1 for anything else. */
static inline int
milliseconds(const char *text)
{
	unsigned second = two_digits(text);
	unsigned tenth = (unsigned)(unsigned char)text[3] - '0';
	unsigned rest = two_digits(text + 4);

	if (second > 59 || tenth > 9 || rest > 99 || text[2] != '.' || text[6] != ' ')
		return -1;
	return (int)(second * 1000 + tenth * 100 + rest);
}

/* Takes "21-Nov-2026 19:41:34.066": of most lines the minute is that of the line before,
 * which ${scratch} remembers. */
static bool
read_time(struct span *rest, struct log_scratch *scratch, struct log_entry *entry)
{
	const char *text = rest->text;
	int ms = rest->len < 25 ? -1 : milliseconds(text + BIND_MINUTE);

	if (ms < 0)
		return stamp_bind(rest, entry);
	if (memcmp(text, scratch->minute, BIND_MINUTE) != 0) {
		if (!stamp_bind(rest, entry))
			return false;
		memcpy(scratch->minute, text, BIND_MINUTE);
		scratch->minute_us = entry->us - ms * INT64_C(1000);
		return true;
	}
	entry->us = scratch->minute_us + ms * INT64_C(1000);
	entry->time = LOG_TIME_LOCAL;
	*rest = span_from(*rest, BIND_MINUTE + 6);
	return true;
}

/* Reads any other line, from ${rest} on; it had a time in front if ${timed}. */
static __attribute__((noinline)) enum log_kind
read_unusual(struct span rest, bool timed, struct log_entry *entry)
{
	struct words words;
	struct span word;

	timed = timed || stamp_any(&rest, entry);
	text_blanks(&rest);
	words = words_of(rest);
	while (words_next(&words, &word)) {
		if (span_equal(word, (struct span){"client", 6}))
			return read_client(&words, entry);
	}
	entry->why = "no line of BIND's query log";
	return timed && text_find(rest, "named[") < rest.len ? LOG_ASIDE : LOG_FOREIGN;
}

enum log_kind
bind_line_read(struct span line, struct log_scratch *scratch, struct log_entry *entry)
{
	struct span rest = line;
	bool timed = read_time(&rest, scratch, entry);

	if (timed && scratch->brief && read_usual(rest, entry))
		return LOG_ASKED;
	return read_unusual(rest, timed, entry);
}
