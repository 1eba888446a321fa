/* SPDX-License-Identifier: BSD-2-Clause
 *
 * BIND 9: the log categories queries and rpz (and refused questions of the
 * category security), written to a file or through syslog.
 */
#include "logs/format.h"
#include "logs/stamp.h"
#include "logs/text.h"
#include "logs/words.h"

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
	struct span quoted;

	if (!text_until(&rest, '\'', &quoted) || !text_until(&rest, '\'', &quoted) ||
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

/* Takes the text of ${word}, a constant, at ${at}. */
#define STANDS(at, word) (memcmp(at, word, sizeof(word) - 1) == 0)

/* The usual line, of a log with print-time, print-category and print-severity; ${rest} is
 * what stands behind the time. Nearly all lines of a large log are such: they are read
 * without a second look at any octet, and what is not as expected is left to
 * read_client(). */
static bool
read_usual(struct span rest, struct log_entry *entry)
{
	static const char front[] = " queries: info: client @";
	const char *end = rest.text + rest.len;
	struct words words;
	struct span word, name;

	if (rest.len < 64 || !STANDS(rest.text, front))
		return false;
	words = words_of(span_from(rest, sizeof(front) - 1));
	words_next(&words, &word);
	if (!words_next(&words, &word) || !read_address(word, entry) ||
	    !words_next(&words, &word) || word.len < 4 || *word.text != '(')
		return false;
	name = (struct span){word.text + 1, word.len - 3};
	/* The name comes twice: "(name): query: name IN A +E(0)K (addr)". */
	if (end - words.at < (ptrdiff_t)(name.len + sizeof("query:  IN A + (")) ||
	    !STANDS(words.at, "query: ") ||
	    memcmp(words.at + 7, name.text, name.len) != 0 ||
	    !STANDS(words.at + 7 + name.len, " IN A +") || end[-1] != ')')
		return false;
	entry->name = name;
	entry->type = 1;
	entry->transport = LOG_TRANSPORT_UDP;
	for (const char *flag = words.at + name.len + 14; flag < end && *flag != ' ';
	     flag++) {
		if (*flag == 'T')
			entry->transport = LOG_TRANSPORT_TCP;
	}
	return true;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span rest = line;
	bool timed = stamp_bind_next(&rest, scratch, entry);
	struct words words;
	struct span word;

	(void)dialect;
	if (timed && read_usual(rest, entry))
		return LOG_ASKED;
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

static const struct log_sample samples[] = {
        {.line = "21-Nov-2026 19:41:34.066 queries: info: client @0x7f24caf0c098 "
                 "127.0.0.1#42392 (blrsxvu.com): query: blrsxvu.com IN A +E(0)K "
                 "(127.0.0.1)",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:34.066000",
         .client = "127.0.0.1",
         .port = 42392,
         .name = "blrsxvu.com",
         .source = "BIND 9.18.49"},
        {.line = "2026-11-21T19:41:36.758 queries: info: client @0x7f24cd68b098 "
                 "127.0.0.1#40637 (nx.example): query: nx.example IN A +E(0)K (127.0.0.1)",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:36.758000",
         .client = "127.0.0.1",
         .port = 40637,
         .name = "nx.example",
         .source = "BIND 9.18.49, print-time iso8601"},
        {.line = "2026-11-21T19:41:36.758Z queries: info: client @0x7f24cd68b098 "
                 "127.0.0.1#40637 (nx.example): query: nx.example IN A +E(0)K (127.0.0.1)",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:36.758000Z",
         .client = "127.0.0.1",
         .port = 40637,
         .name = "nx.example",
         .source = "made: as above with print-time iso8601-utc"},
        {.line = "21-Nov-2026 19:41:36.934 queries: info: client @0x7f24cd68b098 "
                 "127.0.0.1#42955 (good.example): query: good.example IN AAAA +E(0)DK "
                 "(127.0.0.1) [ECS 203.0.113.0/24/0]",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:36.934000",
         .client = "127.0.0.1",
         .port = 42955,
         .name = "good.example",
         .behind = "203.0.113.0",
         .source = "BIND 9.18.49"},
        {.line = "client 10.0.0.1#1234 (name.example): view internal: query: name.example "
                 "IN A + (10.0.0.53)",
         .kind = LOG_ASKED,
         .client = "10.0.0.1",
         .port = 1234,
         .name = "name.example",
         .source = "made: BIND 9.9 with a view, print-time and print-category no"},
        {.line = "Nov 21 19:41:34 ns1 named[812]: client @0x7f24caf0c098 "
                 "2001:db8::53#42392 (blrsxvu.com): query: blrsxvu.com IN A +T "
                 "(2001:db8::1)",
         .kind = LOG_ASKED,
         .time = "11-21T19:41:34.000000",
         .client = "2001:db8::53",
         .port = 42392,
         .name = "blrsxvu.com",
         .source = "made: BIND 9.18 through syslog"},
        {.line = "21-Nov-2026 19:41:34.066 rpz: info: client @0x7f24caf0c098 "
                 "127.0.0.1#42392 (blrsxvu.com): rpz QNAME NXDOMAIN rewrite "
                 "blrsxvu.com/A/IN via blrsxvu.com.rpz.dga.example",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:34.066000",
         .client = "127.0.0.1",
         .port = 42392,
         .name = "blrsxvu.com",
         .source = "BIND 9.18.49"},
        {.line = "21-Nov-2026 19:41:34.066 security: info: client @0x7f24caf0c098 "
                 "192.0.2.7#42392 (blrsxvu.com): query (cache) 'blrsxvu.com/A/IN' denied",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:34.066000",
         .client = "192.0.2.7",
         .port = 42392,
         .name = "blrsxvu.com",
         .source = "made: BIND 9.18"},
};

static const char *const sources[] = {
        "BIND 9 Administrator Reference Manual, section 8.2.10 (logging)",
        "lines of BIND 9.18.49 on loopback; PowerDNS/pdns#9058 for older rpz lines",
        NULL,
};

const struct log_format log_format_bind = {
        .name = "bind",
        .title = "BIND 9 query and rpz log",
        .text = "Lines of the categories queries and rpz, and of refused queries, with "
                "each print-time, with or without category, severity, view and client "
                "object, from a file or through syslog. Each of them counts as asked. Of "
                "a client behind a forwarder only ECS tells.\n\n"
                "The time is local and has no zone, but for print-time iso8601-utc. "
                "Switch it on with \"rndc querylog on\", or a channel for \"category "
                "queries\".",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
