/* SPDX-License-Identifier: BSD-2-Clause
 *
 * PowerDNS Recursor with quiet=no: structured (key="value") and classic lines,
 * in a file, through syslog or from the journal.
 */
#include "logs/format.h"
#include "logs/pair.h"
#include "logs/stamp.h"
#include "logs/text.h"

/* The dialect's variant: the file is known to be of a Recursor, whose classic
 * notes are free text behind a time. */
#define KNOWN 1

/* "203.0.113.0/24": the client for which a forwarder asked. */
static void
read_ecs(struct span text, struct log_entry *entry)
{
	struct span address;
	uint64_t bits;

	if (!text_until(&text, '/', &address) || !text_number(&text, 128, &bits) ||
	    bits == 0 || !text_looks_like_address(address))
		return;
	entry->behind = address;
	entry->behind_bits = (uint8_t)bits;
}

/* What stands behind msg=" */
static enum log_kind
read_structured(struct span rest, struct log_scratch *scratch, struct log_entry *entry)
{
	struct span key, value, remote;
	struct pairs pairs;

	if (!text_word(&rest, "Question\" ")) {
		entry->why = "no message of a PowerDNS Recursor";
		return text_find(rest, " subsystem=\"") < rest.len ? LOG_ASIDE
		                                                   : LOG_FOREIGN;
	}
	pairs = pairs_of(rest);
	while (pair_next(&pairs, &key, &value)) {
		if (TEXT_IS(key, "ts")) /* syslog's has no year and no zone */
			stamp_epoch(&value, entry);
		else if (TEXT_IS(key, "qname"))
			entry->name = value;
		else if (TEXT_IS(key, "qtype"))
			entry->type = text_type(value);
		else if (TEXT_IS(key, "proto"))
			entry->transport = text_transport(value);
		else if (TEXT_IS(key, "ecs"))
			read_ecs(value, entry);
		else if (TEXT_IS(key, "remote") && text_token(&value, &remote))
			text_client(remote, ':', entry); /* " (proxied by ..." */
	}
	if (entry->client.len == 0 || entry->name.len == 0 ||
	    !pair_solve(&entry->name, scratch)) {
		entry->why = "a question without qname and remote";
		return LOG_FOREIGN;
	}
	return LOG_ASKED;
}

/* "blrsxvu.com|A' from 127.0.0.1:40360 (ecs 203.0.113.0/24)". A name may have
 * quotes, but no blank ("\032"), and what stands behind it has no quotes. */
static enum log_kind
read_classic(struct span rest, struct log_entry *entry)
{
	const char *quote = memrchr(rest.text, '\'', rest.len);
	struct span name = {rest.text, quote == NULL ? 0 : (size_t)(quote - rest.text)};
	const char *bar = name.len > 0 ? memrchr(name.text, '|', name.len) : NULL;
	struct span remote;

	rest = span_from(rest, name.len);
	if (bar == NULL || bar == name.text || !text_word(&rest, "' from ") ||
	    !text_token(&rest, &remote) || !text_client(remote, ':', entry)) {
		entry->why = "a question without name, type and client";
		return LOG_FOREIGN;
	}
	entry->name = (struct span){name.text, (size_t)(bar - name.text)};
	entry->type = text_type(span_from(name, entry->name.len + 1));
	if (rest.len > 0)
		read_ecs(span_from(rest, text_find(rest, "(ecs ") + strlen("(ecs ")),
		         entry);
	return LOG_ASKED;
}

/* Takes ${word} off the end of ${text}. */
static bool
last(struct span *text, const char *word)
{
	size_t len = strlen(word);

	if (text->len < len || memcmp(text->text + text->len - len, word, len) != 0)
		return false;
	text->len -= len;
	return true;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span rest = line;
	struct span before;
	bool timed = stamp_any_next(&rest, scratch, entry);
	struct span message = rest;

	if (text_word(&rest, " msg=\""))
		return read_structured(rest, scratch, entry);
	if (text_until(&rest, '\'', &before)) {
		if (last(&before, "] answer to question "))
			return LOG_ASIDE;
		if (last(&before, "question for ")) {
			entry->transport = last(&before, "TCP ") ? LOG_TRANSPORT_TCP
			                                         : LOG_TRANSPORT_UDP;
			return read_classic(rest, entry);
		}
	}
	rest = span_from(message, text_find(message, " msg=\""));
	if (text_word(&rest, " msg=\""))
		return read_structured(rest, scratch, entry);
	entry->why = "no line of a PowerDNS Recursor";
	return timed && dialect->variant == KNOWN ? LOG_ASIDE : LOG_FOREIGN;
}

/* Notes whether ${line} is one that only a Recursor writes. */
static bool
learn_line(struct span line, struct log_dialect *dialect)
{
	static const char *const words[] = {"PowerDNS Recursor ", "pdns-recursor[",
	                                    "pdns_recursor[", "] question for '",
	                                    "subsystem=\"syncres\""};

	for (size_t i = 0; i < LOG_COUNT(words) && dialect->variant != KNOWN; i++)
		if (text_find(line, words[i]) < line.len)
			dialect->variant = KNOWN;
	return false;
}

static const struct log_sample samples[] = {
        {.line = "Nov 21 19:42:26 msg=\"Question\" subsystem=\"syncres\" level=\"0\" "
                 "prio=\"Info\" tid=\"1\" ts=\"1795290146.329\" ecs=\"\" mtid=\"2\" "
                 "proto=\"udp\" qname=\"blrsxvu.com\" qtype=\"A\" "
                 "remote=\"127.0.0.1:59046\"",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:26.329000Z",
         .client = "127.0.0.1",
         .port = 59046,
         .name = "blrsxvu.com",
         .source = "PowerDNS Recursor 4.8.8"},
        {.line = "Nov 21 19:43:37 1 [1/1] question for 'blrsxvu.com|A' from "
                 "127.0.0.1:40360",
         .kind = LOG_ASKED,
         .time = "11-21T19:43:37.000000",
         .client = "127.0.0.1",
         .port = 40360,
         .name = "blrsxvu.com",
         .source = "PowerDNS Recursor 4.8.8"},
        {.line = "Nov 21 19:42:26 msg=\"Answer\" subsystem=\"syncres\" level=\"0\" "
                 "qname=\"blrsxvu.com\" qtype=\"A\" rcode=\"3\" rd=\"1\" "
                 "remote=\"127.0.0.1:59046\" tcpout=\"0\"",
         .kind = LOG_ASIDE,
         .source = "PowerDNS Recursor 4.8.8, shortened"},
        {.line = "Nov 21 19:43:35 Using 64-bits mode. Built using gcc 12.2.0.",
         .before =
                 "Nov 21 19:43:35 PowerDNS Recursor 4.8.8 (C) 2001-2022 PowerDNS.COM BV\n",
         .kind = LOG_ASIDE,
         .source = "PowerDNS Recursor 4.8.8"},
        {.line = "Nov 21 19:43:35 gw sshd[812]: Server listening on 0.0.0.0 port 22.",
         .kind = LOG_FOREIGN,
         .source = "made"},
};

static const char *const sources[] = {
        "doc.powerdns.com/recursor: quiet, structured-logging",
        "lines of PowerDNS Recursor 4.8.8 on loopback; pdns_recursor.cc in PowerDNS/pdns",
        NULL,
};

const struct log_format log_format_pdns_recursor = {
        .name = "pdns-recursor",
        .title = "PowerDNS Recursor log",
        .text = "Questions of quiet=no, structured or classic. Answers do not count: the "
                "question came before. ECS tells of the client behind a forwarder.\n\n"
                "Structured lines have the time in UTC; that of classic ones is local and "
                "has no year.",
        .sources = sources,
        .read = read_line,
        .learn = learn_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
