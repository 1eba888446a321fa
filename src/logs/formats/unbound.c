/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Unbound: the lines of log-queries, log-replies, log-local-actions and of RPZ
 * zones with rpz-log, written to a file or through syslog.
 */
#include "logs/format.h"
#include "logs/stamp.h"
#include "logs/text.h"

/* Takes the time, which no line lacks: "[1795290133]", or what stamp_any() knows,
 * behind syslog's "<30>1 " (RFC 5424) if it stands there. */
static bool
time_of(struct span *rest, struct log_entry *entry)
{
	struct span word;

	if (text_word(rest, "["))
		return stamp_epoch(rest, entry) && text_word(rest, "]");
	if (rest->len > 0 && *rest->text == '<' && !text_token(rest, &word))
		return false;
	return stamp_any(rest, entry);
}

/* Takes " unbound[21300:0] ", or what syslog makes of it:
 * " ns1 unbound[812]: [812:0] ", also with structured data in front. */
static bool
program_of(struct span *rest)
{
	struct span start = *rest;
	struct span part;

	if (!text_word(rest, " unbound[")) {
		size_t at = text_find(*rest, "unbound");

		if (at == rest->len)
			return false;
		*rest = span_from(*rest, at);
	}
	while (text_until(rest, ']', &part)) {
		if (text_word(rest, " ") && rest->len > 0 && *rest->text != '[')
			return true;
	}
	*rest = start;
	return false;
}

/* "127.0.0.1 blrsxvu.com. A IN"; what an answer has behind it does not matter. */
static bool
read_question(struct span rest, struct log_entry *entry)
{
	struct span type, class;

	if (!text_token(&rest, &entry->client) || !text_token(&rest, &entry->name) ||
	    !text_token(&rest, &type) || !text_token(&rest, &class) ||
	    !text_looks_like_address(entry->client) ||
	    (!ascii_upper(*class.text) && *class.text != '-'))
		return false;
	entry->type = text_type(type);
	return true;
}

/* Takes the last word off ${text}, and the blank in front of it. */
static bool
last_word(struct span *text, struct span *word)
{
	const char *blank = text->len > 0 ? memrchr(text->text, ' ', text->len) : NULL;

	if (blank == NULL)
		return false;
	*word = span_from(*text, (size_t)(blank - text->text) + 1);
	text->len = (size_t)(blank - text->text);
	return word->len > 0;
}

/* What a policy did ends in "127.0.0.1@56761 www.blrsxvu.com. A IN", for local
 * zones, RPZ and addresses of answers alike. */
static bool
read_action(struct span rest, struct log_entry *entry)
{
	struct span class, type, name, client;

	if (!last_word(&rest, &class) || !last_word(&rest, &type) ||
	    !last_word(&rest, &name) || !last_word(&rest, &client) ||
	    memchr(client.text, '@', client.len) == NULL ||
	    !text_client(client, '@', entry))
		return false;
	entry->name = name;
	entry->type = text_type(type);
	return true;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span rest = line;
	bool query;

	(void)dialect;
	(void)scratch;
	if (!time_of(&rest, entry) || !program_of(&rest)) {
		entry->why = "no line of Unbound";
		return LOG_FOREIGN;
	}
	query = text_word(&rest, "query: ");
	if (query || text_word(&rest, "reply: ")) {
		if (read_question(rest, entry))
			/* "- - -": an answer to what was no question */
			return span_equal(entry->name, span_of("-")) ? LOG_ASIDE
			                                             : LOG_ASKED;
		entry->why = query ? "a query without client, name, type and class"
		                   : "a reply without client, name, type and class";
		return LOG_FOREIGN;
	}
	if (text_word(&rest, "info: ") &&
	    (read_question(rest, entry) || read_action(rest, entry)))
		return LOG_ASKED;
	return LOG_ASIDE;
}

static const struct log_sample samples[] = {
        {.line = "[1795290133] unbound[21300:0] query: 127.0.0.1 blrsxvu.com. A IN",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:13.000000Z",
         .client = "127.0.0.1",
         .name = "blrsxvu.com.",
         .source = "Unbound 1.17.1"},
        {.line = "[1795290133] unbound[21300:0] info: rpz: applied [dga-conficker] "
                 "*.blrsxvu.com. rpz-nxdomain 127.0.0.1@56761 www.blrsxvu.com. A IN",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:13.000000Z",
         .client = "127.0.0.1",
         .port = 56761,
         .name = "www.blrsxvu.com.",
         .source = "Unbound 1.17.1"},
        {.line = "Nov 21 19:43:33 unbound[23137:0] reply: 127.0.0.1 good.example. AAAA IN "
                 "NOERROR 0.000230 0 85",
         .kind = LOG_ASKED,
         .time = "11-21T19:43:33.000000",
         .client = "127.0.0.1",
         .name = "good.example.",
         .source = "Unbound 1.17.1, log-time-ascii"},
        {.line = "2026-11-21T20:43:33.066+01:00 unbound[23137:0] info: 2001:db8::7 "
                 "blrsxvu.com. A IN",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:33.066000Z",
         .client = "2001:db8::7",
         .name = "blrsxvu.com.",
         .source = "made: log-time-iso with log-tag-queryreply no"},
        {.line = "Nov 21 19:43:33 ns1 unbound[812]: [812:0] info: 192.0.2.7 blrsxvu.com. A "
                 "IN",
         .kind = LOG_ASKED,
         .time = "11-21T19:43:33.000000",
         .client = "192.0.2.7",
         .name = "blrsxvu.com.",
         .source = "made: through syslog"},
        {.line = "<30>1 2026-11-21T19:43:33+00:00 gw.example unbound 812 - "
                 "[meta sequenceId=\"4\"] [812:2] query: 192.0.2.7 blrsxvu.com. A IN",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:33.000000Z",
         .client = "192.0.2.7",
         .name = "blrsxvu.com.",
         .source = "made: through syslog after RFC 5424"},
        {.line = "[1795290130] unbound[21300:0] info: start of service (unbound 1.17.1).",
         .kind = LOG_ASIDE,
         .source = "Unbound 1.17.1"},
        {.line = "[1795290134] unbound[21300:0] reply: 192.0.2.7 - - - FORMERR - - -",
         .kind = LOG_ASIDE,
         .source = "made: an answer to a packet without a question"},
        {.line = "[1795290133] unbound[21300:0] query: 127.0.0.1 blrsxv",
         .kind = LOG_FOREIGN,
         .source = "made: cut"},
};

static const char *const sources[] = {
        "unbound.conf(5): log-queries, log-replies, log-local-actions, rpz-log",
        "lines of Unbound 1.17.1 on loopback; NLnetLabs/unbound#1144 for log-time-iso",
        NULL,
};

const struct log_format log_format_unbound = {
        .name = "unbound",
        .title = "Unbound query log",
        .text = "Lines of log-queries, log-replies, log-local-actions and rpz-log, with "
                "each kind of time, from a file or through syslog. Queries, replies and "
                "what a policy did to a question count as asked, since each of them may "
                "be switched on alone. A question in more than one line is more than one "
                "sighting; as evidence a name counts once.\n\n"
                "Only the lines of policies tell the client's port. The default time is "
                "UTC, that of log-time-ascii is local and has no year.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
