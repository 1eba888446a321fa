/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The sections [alerts] and [alert NAME]: what each key does, each refusal with its line,
 * and what is only http.
 */
#include "up/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The least that is taken. Lines 1 to 6. */
#define LEAST                                                                              \
	"[foresink]\n"                                                                     \
	"roles = feed\n"                                                                   \
	"[feed]\n"                                                                         \
	"listen = 127.0.0.1\n"                                                             \
	"[zone rpz.example]\n"                                                             \
	"transfer = 192.0.2.0/24\n"

static struct up_config
read_good(const char *text)
{
	struct up_config config;
	struct fault fault = {.why = NULL};

	if (up_config_read(span_of(text), &config, &fault) != FSK_OK)
		fail_msg("line %zu: %s", fault.line, fault.why);
	return config;
}

static void
assert_refused(const char *text, size_t line, const char *why)
{
	struct up_config config;
	struct fault fault = {.why = NULL};

	assert_int_equal(up_config_read(span_of(text), &config, &fault), FSK_SYNTAX);
	if (fault.line != line || strstr(fault.why, why) == NULL)
		fail_msg("%zu: %s, wanted %zu: %s", fault.line, fault.why, line, why);
}

static void
test_alerts(void **state)
{
	struct up_config config = read_good(
	        LEAST "[alert a]\nto = file /var/log/a b.json\n"
	              "[alert b]\nwhat = sightings\nto = syslog /dev/log\n"
	              "[alert c]\nto = syslog [::1]:1514\n"
	              "[alert d]\nto = dnstap unix:/run/d\n"
	              "[alert e]\nto = webhook https://x.example:8443/h?a=b:c\n"
	              "secret = 0123456789abcdef\nauthorities = /etc/e.pem\n"
	              "[alert f]\nto = webhook http://[fd00::1]/\nsecret-file = /etc/f\n"
	              "[alerts]\nsettle = 0\nchance = yes\nnames = 1000\n");
	const struct up_alerts *alerts = &config.alerts;
	bool writes;
	size_t line;

	(void)state;
	assert_int_equal(alerts->count, 6);
	assert_int_equal(alerts->settle_s, 0);
	assert_true(alerts->chance);
	assert_int_equal(alerts->names, 1000);
	assert_string_equal(alerts->settings[0].target, "/var/log/a b.json");
	assert_string_equal(up_alert_path(&alerts->sinks[0], &writes), "/var/log/a b.json");
	assert_true(writes);
	assert_false(alerts->settings[0].sightings);
	assert_int_equal(alerts->settings[1].way, ALERT_SYSLOG);
	assert_true(alerts->settings[1].sightings);
	assert_string_equal(up_alert_path(&alerts->sinks[1], &writes), "/dev/log");
	assert_false(writes);
	assert_null(up_alert_path(&alerts->sinks[2], &writes));
	assert_true(alerts->settings[3].sightings); /* dnstap knows nothing else */
	assert_string_equal(up_alert_path(&alerts->sinks[3], &writes), "/run/d");
	assert_false(writes);
	assert_string_equal(alerts->settings[4].target, "https://x.example:8443/h?a=b:c");
	assert_int_equal(alerts->sinks[4].port, 8443);
	assert_true(span_equal(alerts->settings[4].secret, span_of("0123456789abcdef")));
	assert_string_equal(alerts->settings[4].authorities, "/etc/e.pem");
	assert_int_equal(alerts->sinks[5].port, 80);
	assert_int_equal(alerts->settings[5].secret.len, 0);
	assert_null(up_alert_secret(&config, 5, span_of(" \n0123456789abcdefg\n")));
	assert_int_equal(alerts->settings[5].secret.len, 17);
	assert_non_null(up_alert_secret(&config, 5, span_of("0123456789abcde\n")));
	assert_true(up_alert_same(alerts, alerts, &line));
	up_config_fini(&config);

	config = read_good(LEAST);
	assert_int_equal(config.alerts.count, 0);
	assert_int_equal(config.alerts.settle_s, 300);
	assert_false(config.alerts.chance);
	up_config_fini(&config);
}

static void
test_alerts_refused(void **state)
{
/* Longer than the path of a socket can be. */
#define TEN "0123456789"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
	static const struct {
		const char *more; /* behind LEAST and "[alert a]", from line 8 on */
		size_t line;
		const char *why;
	} rows[] = {
	        {"", 7, "no key to"},
	        {"what = sightings\n", 7, "no key to"},
	        {"to = file\n", 8, "absolute"},
	        {"to = file x\n", 8, "absolute"},
	        {"to = file /x # y\n", 8, "a comment is a line of its own"},
	        {"to = file /x\t; y\n", 8, "a comment is a line of its own"},
	        {"to = file /x\n[alert z]\nto = dnstap /x\n", 10, "another alert"},
	        {"to = pigeon x\n", 8, "webhook"},
	        {"to = syslog localhost\n", 8, "ADDRESS:PORT"},
	        {"to = syslog 192.0.2.1:0\n", 8, "ADDRESS:PORT"},
	        {"to = dnstap unix:x\n", 8, "absolute"},
	        {"to = dnstap unix:\n", 8, "absolute"},
	        {"to = webhook ftp://x/\n", 8, "https://"},
	        {"to = webhook https://\n", 8, "no host"},
	        {"to = webhook https:///x\n", 8, "no host"},
	        {"to = webhook https://a:b@c/\n", 8, "no user"},
	        {"to = webhook https://c:0/\n", 8, "port"},
	        {"to = webhook https://c:65536/\n", 8, "port"},
	        {"to = webhook https://:1/\n", 8, "port"},
	        {"to = webhook https://c/ d\n", 8, "blanks"},
	        {"to = webhook https://c/\xc3\xa4\n", 8, "ASCII"},
	        {"to = webhook http://x.example/\n", 8, "private"},
	        {"to = webhook http://192.0.2.1/\n", 8, "private"},
	        {"to = webhook http://11.0.0.0/\n", 8, "private"},
	        {"to = webhook http://169.254.169.254/\n", 8, "private"},
	        {"to = webhook http://[fe80::1]/\n", 8, "private"},
	        {"to = webhook https://exa|mple/\n", 8, "host"},
	        {"to = webhook https://a%zz/\n", 8, "host"},
	        {"to = webhook https://[::1/\n", 8, "place"},
	        {"to = syslog /" LONG "\n", 8, "place"},
	        {"to = dnstap unix:/" LONG "\n", 8, "place"},
	        {"to = webhook http://[2001:db8::1]/\n", 8, "private"},
	        {"to = dnstap /x\nwhat = alerts\n", 8, "sightings only"},
	        {"to = file /x\nsecret = 0123456789abcdef\n", 9, "signed"},
	        {"to = file /x\nauthorities = /y\n", 9, "certified"},
	        {"secret = 0123456789abcde\n", 8, "16 to 256"},
	        {"secret = 0123456789abcdef\nsecret-file = /x\n", 9, "already"},
	        {"secret-file = /x\nsecret = 0123456789abcdef\n", 9, "already"},
	        {"secret-file = x\n", 8, "absolute"},
	        {"authorities = x\n", 8, "absolute"},
	        {"what = all\n", 8, "alerts or sightings"},
	        {"to = file /x\n[alert a]\n", 9, "of this name"},
	        {"to = file /x\n[alert a/b]\n", 9, "letters"},
	        {"to = file /x\n[alert 012345678901234567890123456789012]\n", 9, "32"},
	        {"to = file /x\n[alerts]\nsettle = 86401\n", 10, "too large"},
	        {"to = file /x\n[alerts]\nnames = 999\n", 10, "1000"},
	        {"to = file /x\n[alerts]\nchance = 1\n", 10, "yes or no"},
	};
#undef LONG
#undef TEN

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1024];

		snprintf(text, sizeof(text), "%s[alert a]\n%s", LEAST, rows[i].more);
		assert_refused(text, rows[i].line, rows[i].why);
	}
}

/* Which change is seen, and at which line. */
static void
test_same(void **state)
{
	static const struct {
		const char *text; /* in place of "[alert a]..." at line 7 */
		size_t line;
	} rows[] = {
	        {"[alert b]\nto = file /a\n", 7},
	        {"[alert a]\nto = file /b\n", 7},
	        {"[alert a]\nto = syslog /a\n", 7},
	        {"[alert a]\nto = file /a\nwhat = sightings\n", 7},
	        {"[alert a]\nto = file /a\n[alert c]\nto = file /c\n", 9},
	        {"[alerts]\nnames = 1000\n[alert a]\nto = file /a\n", 8},
	        {"", 0},
	};
	struct up_config present = read_good(LEAST "[alert a]\nto = file /a\n");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct up_config next;
		char text[512];
		size_t line;

		snprintf(text, sizeof(text), "%s%s", LEAST, rows[i].text);
		next = read_good(text);
		assert_false(up_alert_same(&present.alerts, &next.alerts, &line));
		assert_int_equal(line, rows[i].line);
		assert_true(up_alert_same(&next.alerts, &next.alerts, &line));
		up_config_fini(&next);
	}

	/* When they tell may differ. */
	struct up_config later = read_good(LEAST "[alerts]\nsettle = 1\nchance = yes\n"
	                                         "[alert a]\nto = file /a\n");
	size_t line;

	assert_true(up_alert_same(&present.alerts, &later.alerts, &line));
	up_config_fini(&later);
	up_config_fini(&present);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_alerts),
	        cmocka_unit_test(test_alerts_refused),
	        cmocka_unit_test(test_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
