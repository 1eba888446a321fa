/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Windows DNS Server: the debug log (dns.log).
 */
#include "logs/format.h"
#include "logs/guess.h"
#include "logs/labels.h"
#include "logs/stamp.h"
#include "logs/words.h"
#include "logs/text.h"

/* The dialect's variant: a debug log, whose other lines (the header, details of
 * packets) are its own. */
#define KNOWN 1

/* Takes the next word and the blanks in front of it. */
static bool
word_of(struct words *words, struct span *word)
{
	const char *end = words->line.text + words->line.len;

	for (;;) {
		while (words->at < end && *words->at == ' ')
			words->at++;
		if (!words_next(words, word))
			return false;
		text_blanks(word); /* tabs */
		if (word->len > 0)
			return true;
	}
}

/* What stands behind the xid: "R Q [8081   DR  NOERROR] A      (3)www...(0)". */
static enum log_kind
read_message(struct words words, bool received, struct log_scratch *scratch,
             struct log_entry *entry)
{
	struct span rest = words_rest(&words);
	struct span letters, flags, type;

	entry->why = "a packet without flags, type and name";
	if (!text_until(&rest, '[', &letters) || !text_until(&rest, ']', &flags))
		return LOG_FOREIGN;
	/* Q: a query; R: the answer to one */
	if (!received || memchr(letters.text, 'R', letters.len) != NULL ||
	    memchr(letters.text, 'Q', letters.len) == NULL)
		return LOG_ASIDE;
	text_blanks(&rest);
	if (!text_token(&rest, &type))
		return LOG_FOREIGN;
	text_blanks(&rest);
	entry->type = text_type(type);
	if (rest.len > 0 && *rest.text == '(')
		return labels_read(rest, scratch, &entry->name) ? LOG_ASKED : LOG_FOREIGN;
	if (rest.len > 1 && *rest.text == '.') /* ".ns1.example.com." */
		rest = span_from(rest, 1);
	return text_token(&rest, &entry->name) ? LOG_ASKED : LOG_FOREIGN;
}

/* Takes two words; the second stays in ${word}. */
static bool
second_of(struct words *words, struct span *word)
{
	for (unsigned i = 0; i < 2; i++)
		if (!word_of(words, word))
			return false;
	return true;
}

/* What stands behind the time: "06B0 PACKET  00000000028657F0 UDP Rcv 10.2.0.1 ..." */
static enum log_kind
read_packet(struct span rest, struct log_scratch *scratch, struct log_entry *entry)
{
	struct words words = words_of(rest);
	struct span word, xid;
	bool received;

	entry->why = "a packet without transport, direction and address";
	if (!second_of(&words, &word))
		return LOG_FOREIGN;
	if (!span_equal(word, span_of("PACKET")))
		return LOG_ASIDE;
	if (!second_of(&words, &word))
		return LOG_FOREIGN;
	entry->transport = text_transport(word);
	if (entry->transport == LOG_TRANSPORT_UNKNOWN || !word_of(&words, &word))
		return LOG_FOREIGN;
	received = span_equal(word, span_of("Rcv"));
	if ((!received && !span_equal(word, span_of("Snd"))) ||
	    !word_of(&words, &entry->client) || !text_looks_like_address(entry->client) ||
	    !word_of(&words, &xid))
		return LOG_FOREIGN;
	return read_message(words, received, scratch, entry);
}

/* Whether ${line} begins as a date does: with a number, and '/', '-' or '.'. */
static bool
is_dated(struct span line)
{
	uint64_t number;

	return text_number(&line, 9999, &number) && line.len > 0 &&
	       (*line.text == '/' || *line.text == '-' || *line.text == '.');
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span rest = line;

	if (!is_dated(line)) {
		entry->why = "no line of a DNS debug log";
		return dialect->variant == KNOWN ? LOG_ASIDE : LOG_FOREIGN;
	}
	if (!stamp_slash(&rest, dialect->order, entry) && !stamp_iso(&rest, entry)) {
		entry->why =
		        "a date that cannot be; the order of day and month may be wrong";
		return LOG_FOREIGN;
	}
	return read_packet(rest, scratch, entry);
}

/* Learns the order of dates; the places of columns, of which there are none here,
 * hold the date before. */
static bool
learn_line(struct span line, struct log_dialect *dialect)
{
	if (is_dated(line) && text_find(line, " PACKET  ") < line.len) {
		dialect->variant = KNOWN;
		guess_order(line, dialect, dialect->place);
	} else if (text_find(line, "DNS Server log file creation") < line.len) {
		dialect->variant = KNOWN;
	}
	return false;
}

static const struct log_sample samples[] = {
        {.line = "6/5/2013 10:00:32 AM 0E70 PACKET  00000000033397A0 UDP Rcv "
                 "10.161.60.71    5b47   Q [0001   D   NOERROR] A      "
                 "(12)somecomputer(6)domain(3)com(0)",
         .kind = LOG_ASKED,
         .time = "2013-06-05T10:00:32.000000",
         .client = "10.161.60.71",
         .name = "somecomputer.domain.com",
         .source = "published debug logs (public repositories)"},
        {.line = "05/03/2019 16:05:31 0F9C PACKET  000000082A8141F0 TCP  Rcv "
                 "2001:db8::7     c1f8   Q [0001   D   NOERROR] AAAA   "
                 "(3)api(11)blahblah(3)com(0)",
         .kind = LOG_ASKED,
         .time = "2019-03-05T16:05:31.000000",
         .client = "2001:db8::7",
         .name = "api.blahblah.com",
         .source = "made: the question to a published answer"},
        {.line = "2019/12/5 13:03:50 0730 PACKET  0000001803F56190 UDP Rcv 172.16.70.35 "
                 "b261   Q [0001   D   NOERROR] A      "
                 "(5)skype(3)com(0)",
         .kind = LOG_ASKED,
         .time = "2019-12-05T13:03:50.000000",
         .client = "172.16.70.35",
         .name = "skype.com",
         .source = "made: the question to a published answer"},
        {.line = "21.04.2017 07:52:03 06B0 PACKET  00000000028657F0 UDP Rcv 10.2.0.1      "
                 "  6590   Q [0001   D   NOERROR] A      (7)example(3)com(0)",
         .kind = LOG_ASKED,
         .time = "2017-04-21T07:52:03.000000",
         .client = "10.2.0.1",
         .name = "example.com",
         .source = "made: the next as a German server would write it"},
        {.line = "4/21/2017 7:52:03 AM 06B0 PACKET  00000000028657F0 UDP Snd 10.2.0.1      "
                 "  "
                 "6590 R Q [8081   DR  NOERROR] A      (7)example(3)com(0)",
         .kind = LOG_ASIDE,
         .source = "published debug logs (public repositories)"},
        {.line = "    Name      \"(3)com(0)\"",
         .before = "DNS Server log file creation at 4/21/2017 7:52:03 AM\n",
         .kind = LOG_ASIDE,
         .source = "made: details of a packet"},
};

static const char *const sources[] = {
        "Microsoft, DNS Logging and Diagnostics; the header of the log itself",
        NULL,
};

const struct log_format log_format_windows_debug = {
        .name = "windows-debug",
        .title = "Windows DNS Server debug log",
        .text = "Packets of dns.log. Those that were received and are questions count as "
                "asked; answers, and questions of the server to others, do not.\n\n"
                "The time is local. The order of its date is that of the server's "
                "language. Where the first lines do not prove it, the month comes first "
                "with AM and PM, else the day. The log has no port.",
        .sources = sources,
        .read = read_line,
        .learn = learn_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
