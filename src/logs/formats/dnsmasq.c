/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dnsmasq and Pi-hole, which embeds it: log-queries and log-queries=extra, in a
 * file of its own or through syslog.
 */
#include "logs/format.h"
#include "logs/stamp.h"
#include "logs/text.h"

/* Takes " dnsmasq[21538]: ", also with a host in front. ${other} says that the
 * line is of another part of dnsmasq (dnsmasq-dhcp). */
static bool
program_of(struct span *rest, bool *other)
{
	struct span number;

	if (!text_word(rest, " dnsmasq")) {
		size_t at = text_find(*rest, "dnsmasq");

		if (at == rest->len || (at > 0 && rest->text[at - 1] != ' '))
			return false;
		*rest = span_from(*rest, at + strlen("dnsmasq"));
	}
	*other = text_word(rest, "-");
	if (*other)
		return true;
	if (text_word(rest, "[") && !text_until(rest, ']', &number))
		return false;
	return text_word(rest, ": ");
}

/* Takes "2 127.0.0.1/42505 " that log-queries=extra has in front: the number of
 * the question, and its client with the port. */
static void
read_extra(struct span *rest, struct log_entry *entry)
{
	struct span after = *rest;
	struct span serial, client;

	if (after.len == 0 || (!ascii_digit(*after.text) && *after.text != '*') ||
	    !text_token(&after, &serial))
		return;
	*rest = after;
	if (text_token(&after, &client) && memchr(client.text, '/', client.len) != NULL &&
	    text_client(client, '/', entry))
		*rest = after;
}

/* "A] good.example from 127.0.0.1". A name may have blanks, so that the client is
 * what stands behind the last one: nobody can ask for a name that blames another
 * address. */
static enum log_kind
read_query(struct span rest, struct log_entry *entry)
{
	struct span type, name;
	const char *blank;

	entry->why = "a query without type, name and client";
	if (!text_until(&rest, ']', &type) || !text_word(&rest, " ") || rest.len == 0)
		return LOG_FOREIGN;
	blank = memrchr(rest.text, ' ', rest.len);
	if (blank == NULL)
		return LOG_FOREIGN;
	name = (struct span){rest.text, (size_t)(blank - rest.text)};
	rest = span_from(rest, name.len + 1);
	if (name.len <= strlen(" from") ||
	    memcmp(blank - strlen(" from"), " from", strlen(" from")) != 0 ||
	    !text_looks_like_address(rest))
		return LOG_FOREIGN;
	name.len -= strlen(" from");
	entry->name = name;
	entry->client = rest;
	text_word(&type, "type="); /* of those that have no name */
	entry->type = text_type(type);
	return LOG_ASKED;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span rest = line;
	bool other;

	(void)dialect;
	stamp_any_next(&rest, scratch, entry);
	if (!program_of(&rest, &other)) {
		entry->why = "no line of dnsmasq";
		return LOG_FOREIGN;
	}
	if (other)
		return LOG_ASIDE;
	read_extra(&rest, entry);
	if (text_word(&rest, "query[") || text_word(&rest, "auth["))
		return read_query(rest, entry);
	return LOG_ASIDE;
}

static const struct log_sample samples[] = {
        {.line = "Nov 21 19:42:18 dnsmasq[21538]: query[A] blrsxvu.com from 127.0.0.1",
         .kind = LOG_ASKED,
         .time = "11-21T19:42:18.000000",
         .client = "127.0.0.1",
         .name = "blrsxvu.com",
         .source = "dnsmasq 2.90"},
        {.line = "Nov 21 19:42:15 dnsmasq[21466]: 2 127.0.0.1/42505 query[A] blrsxvu.com "
                 "from 127.0.0.1",
         .kind = LOG_ASKED,
         .time = "11-21T19:42:15.000000",
         .client = "127.0.0.1",
         .port = 42505,
         .name = "blrsxvu.com",
         .source = "dnsmasq 2.90, log-queries=extra"},
        {.line = "Dec 12 10:25:22 ocp36-master1.osetest.local dnsmasq[77783]: query[A] "
                 "ocp36-lb.example.com from 172.16.99.21",
         .kind = LOG_ASKED,
         .time = "12-12T10:25:22.000000",
         .client = "172.16.99.21",
         .name = "ocp36-lb.example.com",
         .source = "notes on OpenShift 3.6 in a public repository, through syslog"},
        {.line = "2026-11-21T19:42:18.123456+00:00 gw dnsmasq[812]: 7 fe80::7%br0/42505 "
                 "query[type=65] blrsxvu.com from fe80::7%br0",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:18.123456Z",
         .client = "fe80::7%br0",
         .port = 42505,
         .name = "blrsxvu.com",
         .source = "made: extra through rsyslog, a type without a name"},
        {.line = "Nov 21 19:42:18 dnsmasq[21538]: query[A] a from 192.0.2.9 .example from "
                 "192.0.2.7",
         .kind = LOG_ASKED,
         .time = "11-21T19:42:18.000000",
         .client = "192.0.2.7",
         .name = "a from 192.0.2.9 .example",
         .source = "made: a name with blanks"},
        {.line = "Nov 21 19:42:18 dnsmasq[21538]: forwarded good.example to 127.0.0.1#7751",
         .kind = LOG_ASIDE,
         .source = "dnsmasq 2.90"},
        {.line = "Nov 21 19:42:15 dnsmasq[21466]: 2 127.0.0.1/42505 config blrsxvu.com is "
                 "NXDOMAIN",
         .kind = LOG_ASIDE,
         .source = "dnsmasq 2.90, log-queries=extra"},
        {.line = "Nov 21 19:42:18 dnsmasq[21538]: gravity blocked "
                 "gravity-blocked.test.pi-hole.net is 0.0.0.0",
         .kind = LOG_ASIDE,
         .source = "made: the message is of pi-hole/FTL's tests"},
        {.line = "Nov 21 19:42:18 dnsmasq-dhcp[812]: DHCPACK(br0) 192.0.2.7 "
                 "00:00:5e:00:53:07 laptop",
         .kind = LOG_ASIDE,
         .source = "made"},
        {.line = "Nov 21 19:42:18 dnsmasq[21538]: query[A] blrsxvu.com fr",
         .kind = LOG_FOREIGN,
         .source = "made: cut"},
};

static const char *const sources[] = {
        "dnsmasq(8): log-queries",
        "lines of dnsmasq 2.90 on loopback; the tests of pi-hole/FTL",
        NULL,
};

const struct log_format log_format_dnsmasq = {
        .name = "dnsmasq",
        .title = "dnsmasq and Pi-hole query log",
        .text = "Lines \"query[A] name from client\" of log-queries, with or without "
                "extra, from a file or through syslog. They count as asked; what was "
                "forwarded, answered or blocked does not, since the query came before.\n\n"
                "The time is local and has no year. The client's port is in "
                "log-queries=extra only. Pi-hole writes the same lines to "
                "/var/log/pihole/pihole.log.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
