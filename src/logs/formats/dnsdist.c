/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dnsdist: the text of LogAction() and LogResponseAction(), in a file of its own
 * or through syslog.
 */
#include "logs/format.h"
#include "logs/stamp.h"
#include "logs/text.h"

/* The dialect's variant: the file has questions, so that answers tell nothing new. */
#define QUESTIONS 1

/* Takes "[1795290174.5000000] ". Behind the point stands a count of nanoseconds,
 * which is no fraction: it has no zeros in front ("%llu.%lu" in dnsdist's
 * source), and 5000000 are five milliseconds. */
static bool
time_of(struct span *text, struct log_entry *entry)
{
	struct span rest = *text;
	uint64_t seconds, nanoseconds;

	if (!text_word(&rest, "[") ||
	    !text_number(&rest, UINT64_C(999999999999), &seconds) ||
	    !text_word(&rest, ".") || !text_number(&rest, 999999999, &nanoseconds) ||
	    !text_word(&rest, "] "))
		return false;
	entry->us = (int64_t)seconds * 1000000 + (int64_t)nanoseconds / 1000;
	entry->time = LOG_TIME_UTC;
	*text = rest;
	return true;
}

/* Takes what syslog has in front, "Nov 21 19:42:54 gw dnsdist[812]: "; ${named}
 * says whether that names dnsdist. */
static void
syslog_of(struct span *text, struct log_scratch *scratch, struct log_entry *entry,
          bool *named)
{
	struct span rest = *text;
	size_t at;

	*named = false;
	if (!stamp_any_next(&rest, scratch, entry))
		return;
	at = text_find(rest, ": ");
	if (at == rest.len)
		return;
	*named = text_find((struct span){rest.text, at}, "dnsdist") < at;
	*text = span_from(rest, at + 2);
}

/* "127.0.0.1:45323 for blrsxvu.com. A with id 46984", or "A (No Error) with ..." */
static bool
read_question(struct span rest, struct log_entry *entry)
{
	struct span client, type;

	if (!text_token(&rest, &client) || !text_client(client, ':', entry) ||
	    !text_word(&rest, "for ") || !text_token(&rest, &entry->name) ||
	    !text_token(&rest, &type) ||
	    (!text_word(&rest, "with id ") && !text_word(&rest, "(")))
		return false;
	entry->type = text_type(type);
	return true;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span rest = line;
	bool named = false;
	bool answer;

	if (!time_of(&rest, entry)) {
		syslog_of(&rest, scratch, entry, &named);
		time_of(&rest, entry); /* which knows the zone and more digits */
	}
	answer = text_word(&rest, "Answer to ");
	if (answer || text_word(&rest, "Packet from ")) {
		if (read_question(rest, entry))
			return answer && dialect->variant == QUESTIONS ? LOG_ASIDE
			                                               : LOG_ASKED;
		entry->why = "a packet without client, name and type";
		return LOG_FOREIGN;
	}
	entry->why = "no line of dnsdist's LogAction";
	return named ? LOG_ASIDE : LOG_FOREIGN;
}

/* Notes whether ${line} is a question. */
static bool
learn_line(struct span line, struct log_dialect *dialect)
{
	if (text_find(line, "Packet from ") < line.len)
		dialect->variant = QUESTIONS;
	return false;
}

static const struct log_sample samples[] = {
        {.line = "[1795290174.100284282] Packet from 127.0.0.1:45323 for blrsxvu.com. A "
                 "with id 46984",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:54.100284Z",
         .client = "127.0.0.1",
         .port = 45323,
         .name = "blrsxvu.com.",
         .source = "dnsdist 1.7.3"},
        {.line = "[1795290174.5000000] Packet from [2001:db8::7]:45323 for "
                 "WwW.MZIPOHYH.AM. AAAA with id 7",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:54.005000Z",
         .client = "2001:db8::7",
         .port = 45323,
         .name = "WwW.MZIPOHYH.AM.",
         .source = "made: 5 ms behind the second, as dnsdist's format string writes them"},
        {.line = "[1795290174.100284282] Answer to 127.0.0.1:45323 for blrsxvu.com. A "
                 "(Non-Existent domain) with id 46984",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:54.100284Z",
         .client = "127.0.0.1",
         .port = 45323,
         .name = "blrsxvu.com.",
         .source = "made: LogResponseAction, from the format string of dnsdist 2.0"},
        {.line = "[1795290174.100284282] Answer to 127.0.0.1:45323 for blrsxvu.com. A "
                 "(Non-Existent domain) with id 46984",
         .before = "[1795290174.100284282] Packet from 127.0.0.1:45323 for blrsxvu.com. "
                   "A with id 46984\n",
         .kind = LOG_ASIDE,
         .source = "made: the same behind its question"},
        {.line = "Nov 21 19:42:54 gw dnsdist[812]: Packet from 127.0.0.1:45323 for "
                 "blrsxvu.com. A with id 46984",
         .kind = LOG_ASKED,
         .time = "11-21T19:42:54.000000",
         .client = "127.0.0.1",
         .port = 45323,
         .name = "blrsxvu.com.",
         .source = "made: LogAction without a file"},
        {.line = "Nov 21 19:42:54 gw dnsdist[812]: Marking downstream 127.0.0.1:53 as 'up'",
         .kind = LOG_ASIDE,
         .source = "made"},
        {.line = "[1795290174.100284282] Packet from 127.0.0.1:45323 for blrs",
         .kind = LOG_FOREIGN,
         .source = "made: cut"},
};

static const char *const sources[] = {
        "dnsdist.org, Rule Actions: LogAction, LogResponseAction",
        "lines of dnsdist 1.7.3 on loopback; dnsdist-actions-factory.cc in PowerDNS/pdns",
        NULL,
};

const struct log_format log_format_dnsdist = {
        .name = "dnsdist",
        .title = "dnsdist LogAction text",
        .text = "Lines \"Packet from client for name\" of LogAction() and \"Answer to "
                "client for name\" of LogResponseAction(). Packets count as asked. Answers "
                "do not, but in a file whose first lines have no packet: then answers "
                "alone are logged, and each stands for its question. The binary form of "
                "LogAction() is not read.\n\n"
                "The time in brackets is UTC and is there only with includeTimestamp; "
                "lines of a file without it have no time.",
        .sources = sources,
        .read = read_line,
        .learn = learn_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
