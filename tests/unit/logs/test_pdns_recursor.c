/* SPDX-License-Identifier: BSD-2-Clause
 *
 * PowerDNS Recursor's log: quotes in names, clients behind proxies and forwarders,
 * and what a name can do to the keys behind it.
 */
#include "logs/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

extern const struct log_format log_format_pdns_recursor;

struct wanted {
	const char *line;
	enum log_kind kind;
	const char *client;
	uint16_t port;
	const char *behind;
	const char *name;
	uint16_t type;
	enum log_transport transport;
};

static void
assert_text(struct span got, const char *want, const char *line)
{
	if (!span_equal(got, span_of(want)))
		fail_msg("\"%.*s\" instead of \"%s\" of \"%s\"", (int)got.len, got.text,
		         want, line);
}

static void
assert_lines(const struct wanted *wanted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct log_dialect dialect = {.variant = 0};
		struct log_scratch scratch = {.used = 0};
		struct log_entry entry = {.why = NULL};
		const char *line = wanted[i].line;

		if (log_format_pdns_recursor.read(&dialect, span_of(line), &scratch,
		                                  &entry) != wanted[i].kind)
			fail_msg("\"%s\" is of another kind", line);
		if (wanted[i].kind != LOG_ASKED)
			continue;
		assert_text(entry.client, wanted[i].client, line);
		assert_text(entry.behind, wanted[i].behind, line);
		assert_text(entry.name, wanted[i].name, line);
		assert_int_equal(entry.port, wanted[i].port);
		assert_int_equal(entry.type, wanted[i].type);
		assert_int_equal(entry.transport, wanted[i].transport);
	}
}

#define HEAD "Nov 21 19:42:26 msg=\"Question\" subsystem=\"syncres\" ts=\"1795290146.329\" "

static void
structured_lines(void **state)
{
	static const struct wanted wanted[] = {
	        {HEAD
	         "ecs=\"203.0.113.0/24\" proto=\"tcp\" qname=\"a.example\" qtype=\"AAAA\" "
	         "remote=\"[2001:db8::1]:53 (proxied by 127.0.0.1:5300)\"",
	         LOG_ASKED, "2001:db8::1", 53, "203.0.113.0", "a.example", 28,
	         LOG_TRANSPORT_TCP},
	        /* the name  a\"b.example  with one backslash in it, and then a quote */
	        {HEAD "qname=\"a\\\\\\\"b.example\" qtype=\"A\" remote=\"192.0.2.7:53\"",
	         LOG_ASKED, "192.0.2.7", 53, "", "a\\\"b.example", 1,
	         LOG_TRANSPORT_UNKNOWN},
	        /* a name cannot bring its own remote */
	        {HEAD "qname=\"a\\\" remote=\\\"192.0.2.9:1\" qtype=\"A\" "
	              "remote=\"192.0.2.7:53\"",
	         LOG_ASKED, "192.0.2.7", 53, "", "a\" remote=\"192.0.2.9:1", 1,
	         LOG_TRANSPORT_UNKNOWN},
	        {HEAD "qname=\"a.example\\\\\" qtype=\"A\" remote=\"192.0.2.7:53\"",
	         LOG_ASKED, "192.0.2.7", 53, "", "a.example\\", 1, LOG_TRANSPORT_UNKNOWN},
	        {HEAD "qname=\"a.example\" qtype=\"A\"", LOG_FOREIGN, "", 0, "", "", 0, 0},
	        {HEAD "qname=\"a.example\" qtype=\"A\" remote=\"192.0.2.7:5", LOG_FOREIGN,
	         "", 0, "", "", 0, 0},
	        /* of another program that writes msg="" */
	        {"Nov 21 19:42:26 msg=\"Answer\" level=\"0\"", LOG_FOREIGN, "", 0, "", "",
	         0, 0},
	        {"Nov 21 19:42:26 ns1 pdns-recursor[8]: msg=\"it's late\" "
	         "subsystem=\"config\"",
	         LOG_ASIDE, "", 0, "", "", 0, 0},
	};

	(void)state;
	assert_lines(wanted, LOG_COUNT(wanted));
}

static void
classic_lines(void **state)
{
	static const struct wanted wanted[] = {
	        {"Nov 21 19:43:37 ns1 pdns_recursor[812]: 1 [1/1] TCP question for "
	         "'blrsxvu.com|TYPE65' from [2001:db8::1]:40360 (ecs 203.0.113.0/24)",
	         LOG_ASKED, "2001:db8::1", 40360, "203.0.113.0", "blrsxvu.com", 65,
	         LOG_TRANSPORT_TCP},
	        {"Nov 21 19:43:37 1 [1/1] question for 'it's|b.example|A' from "
	         "192.0.2.7:4242 "
	         "(proxied by 127.0.0.1:53) (ecs 203.0.113.0/24)",
	         LOG_ASKED, "192.0.2.7", 4242, "203.0.113.0", "it's|b.example", 1,
	         LOG_TRANSPORT_UDP},
	        {"Nov 21 19:43:37 1 [1/1] question for '|A' from 192.0.2.7:4242",
	         LOG_FOREIGN, "", 0, "", "", 0, 0},
	        {"Nov 21 19:43:37 1 [1/1] question for 'a.example|A' fro", LOG_FOREIGN, "",
	         0, "", "", 0, 0},
	        {"Nov 21 19:43:37 1 [1/1] answer to question 'a.example|A': 0 answers",
	         LOG_ASIDE, "", 0, "", "", 0, 0},
	};

	(void)state;
	assert_lines(wanted, LOG_COUNT(wanted));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(structured_lines),
	        cmocka_unit_test(classic_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
