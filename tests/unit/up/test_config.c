/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The configuration: what each key does, and each refusal with its line.
 */
#include "dga/catalog.h"
#include "up/restart.h"
#include "up/role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" /* 32 octets */

/* The least that is taken. Lines 1 to 6. */
#define LEAST                                                                              \
	"[foresink]\n"                                                                     \
	"roles = feed\n"                                                                   \
	"[feed]\n"                                                                         \
	"listen = 127.0.0.1\n"                                                             \
	"[zone rpz.example]\n"                                                             \
	"transfer = 192.0.2.0/24\n"

static enum fsk_err
read_text(const char *text, size_t len, struct up_config *config, struct fault *fault)
{
	/* A copy of just that size, so that a sanitizer sees a read behind it. */
	char *copy = malloc(len > 0 ? len : 1);
	enum fsk_err err;

	assert_non_null(copy);
	memcpy(copy, text, len);
	err = up_config_read((struct span){copy, len}, config, fault);
	free(copy);
	return err;
}

static struct up_config
read_good(const char *text)
{
	struct up_config config;
	struct fault fault = {.why = NULL};

	if (read_text(text, strlen(text), &config, &fault) != FSK_OK)
		fail_msg("line %zu: %s", fault.line, fault.why);
	return config;
}

/* Each row: what stands behind LEAST, the line, and a piece of the reason. */
static void
assert_refused(const char *text, size_t line, const char *why)
{
	struct up_config config, before;
	struct fault fault = {.why = NULL};

	memset(&config, 0x5a, sizeof(config));
	before = config;
	assert_int_equal(read_text(text, strlen(text), &config, &fault), FSK_SYNTAX);
	if (fault.line != line || strstr(fault.why, why) == NULL)
		fail_msg("%zu: %s, wanted %zu: %s", fault.line, fault.why, line, why);
	assert_memory_equal(&config, &before, sizeof(config));
}

static void
test_defaults(void **state)
{
	struct up_config config = read_good(LEAST);
	const struct up_zone *zone = &config.feed.zones[0];
	const struct feed_zone_setting *setting = &config.feed.settings[0];

	(void)state;
	assert_int_equal(config.role_count, 1);
	assert_null(config.user);
	assert_null(config.state);
	assert_int_equal(config.log, UP_LOGFMT);
	assert_false(config.has_metrics);
	assert_int_equal(config.back, 1);
	assert_int_equal(config.ahead, 7);
	assert_int_equal(config.file_count, 0);
	assert_int_equal(config.feed.listen[0].port, 53);
	assert_int_equal(config.feed.listen_lines[0], 4);
	assert_int_equal(config.feed.idle_ms, 30000);
	assert_int_equal(config.names.generator_count, dga_generator_count());
	assert_int_equal(zone->choice.generator_count, config.names.generator_count);
	assert_int_equal(zone->choice.least, DGA_LOW);
	assert_int_equal(zone->line, 5);
	assert_int_equal(setting->action, WIRE_NXDOMAIN);
	assert_true(span_equal(setting->name, span_of("rpz.example")));
	assert_true(span_equal(setting->canary, span_of("foresink.internal")));
	assert_int_equal(setting->zone.ttl, 300);
	assert_int_equal(setting->zone.expire, 30 * 86400);
	assert_int_equal(setting->history, 30);
	assert_false(setting->may_shrink);
	assert_int_equal(setting->allow_count, 1);
	assert_int_equal(setting->allow[0].prefix, 24);
	assert_false(setting->allow[0].any_address);
	assert_null(setting->allow[0].key);
	up_config_fini(&config);
	up_config_fini(&config); /* twice does nothing */
	up_config_fini(NULL);
}

static void
test_foresink(void **state)
{
	struct up_config config = read_good(LEAST "[names]\nback = 0\nahead = 366\n"
	                                          "threads = 3\nconfidence = high\n"
	                                          "family = conficker/a, conficker/b\n"
	                                          "family = gozi\ntld = .COM net.\n");

	(void)state;
	assert_int_equal(config.back, 0);
	assert_int_equal(config.ahead, 366);
	assert_int_equal(config.threads, 3);
	assert_int_equal(config.names.least, DGA_HIGH);
	assert_in_range(config.names.generator_count, 3, 20);
	assert_int_equal(config.names.suffix_count, 2);
	assert_true(span_equal(config.names.suffixes[0], span_of("com")));
	assert_true(span_equal(config.names.suffixes[1], span_of("net")));
	assert_true(up_choice_equal(&config.names, &config.feed.zones[0].choice));
	up_config_fini(&config);

	config = read_good("[feed]\nlisten=[::1]:5353\n[foresink]\nuser: nobody\n"
	                   "group=nogroup\nstate=/var/lib/x y\nlog=json\nroles=feed\n"
	                   "control=/run/x\n"
	                   "metrics=192.0.2.1\nmetrics-public=yes\n[zone z]\ntransfer=::1");
	assert_string_equal(config.user, "nobody");
	assert_string_equal(config.group, "nogroup");
	assert_string_equal(config.state, "/var/lib/x y");
	assert_int_equal(config.state_line, 6);
	assert_int_equal(config.user_line, 4);
	assert_int_equal(config.log, UP_JSON);
	assert_string_equal(config.control, "/run/x");
	assert_int_equal(config.control_line, 9);
	assert_true(up_config_runs(&config, "feed"));
	assert_false(up_config_runs(&config, "guard"));
	assert_true(config.has_metrics);
	assert_int_equal(config.metrics.port, 9353);
	assert_int_equal(config.feed.settings[0].allow[0].prefix, 128);
	up_config_fini(&config);
}

static void
test_collision(void **state)
{
	static const struct {
		enum watch_rulebook_kind kind;
		const char *path;
		int64_t taken;
	} wanted[] = {
	        {WATCH_RULEBOOK_ALLOW, "/a@2026-11-01", 0},
	        {WATCH_RULEBOOK_POPULAR, "/b", WATCH_RULEBOOK_FILE_TIME},
	        {WATCH_RULEBOOK_POPULAR, "/b", 1793491200},
	        {WATCH_RULEBOOK_REGISTERED, "/c@home/list", WATCH_RULEBOOK_FILE_TIME},
	        {WATCH_RULEBOOK_REGISTERED, "/d@e", WATCH_RULEBOOK_FILE_TIME},
	};
	struct up_config config =
	        read_good(LEAST "[collision]\nallow=/a@2026-11-01\npopular=/b\n"
	                        "popular=/b@2026-11-01\nregistered=/c@home/list\n"
	                        "registered=/d@e\n");

	(void)state;
	assert_int_equal(config.file_count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(config.files[i].kind, wanted[i].kind);
		assert_string_equal(config.files[i].path, wanted[i].path);
		assert_int_equal(config.files[i].taken, wanted[i].taken);
		assert_int_equal(config.file_lines[i], 8 + i);
	}
	up_config_fini(&config);
}

static void
test_feed(void **state)
{
	struct up_config config =
	        read_good("[foresink]\nroles=feed\n[feed]\nlisten=127.0.0.1:0\n"
	                  "listen=127.0.0.1:0\nlisten=::1\nclients=5\nclients-of-prefix=2\n"
	                  "idle=7\n"
	                  "[zone Z.Example.]\ntransfer=key K1\n"
	                  "transfer=2001:db8::/32 key k1\nnotify=192.0.2.9\n"
	                  "notify=[2001:db8::9]:54 key k1\nfamily=gozi\nconfidence=medium\n"
	                  "tld=org\naction=nodata\ncanary=none\nttl=0\nrefresh=1\nretry=2\n"
	                  "expire=3\nminimum=4\nhistory=365\nmay-shrink=yes\n"
	                  "[zone y]\ntransfer=0.0.0.0/0\naction=drop\ncanary=C.example\n"
	                  "[key k1]\nsecret=" SECRET "\n"
	                  "[key k2.example]\nsecret-file=/etc/k2\n");
	const struct up_feed *feed = &config.feed;
	const struct feed_zone_setting *zone = &feed->settings[0];

	(void)state;
	assert_int_equal(feed->listen_count, 3);
	assert_int_equal(feed->clients, 5);
	assert_int_equal(feed->clients_of_prefix, 2);
	assert_int_equal(feed->idle_ms, 7000);
	assert_int_equal(feed->key_count, 2);
	assert_int_equal(feed->keys[0].secret_len, 32);
	assert_memory_equal(feed->keys[0].secret, "0123456789abcdef0123456789abcdef", 32);
	assert_null(feed->secrets[0].path);
	assert_string_equal(feed->secrets[1].path, "/etc/k2");
	assert_int_equal(feed->zone_count, 2);
	assert_true(span_equal(zone->name, span_of("z.example")));
	assert_int_equal(zone->allow_count, 2);
	assert_true(zone->allow[0].any_address);
	assert_ptr_equal(zone->allow[0].key, &feed->keys[0]);
	assert_false(zone->allow[1].any_address);
	assert_int_equal(zone->allow[1].prefix, 32);
	assert_ptr_equal(zone->allow[1].key, &feed->keys[0]);
	assert_int_equal(zone->notify_count, 2);
	assert_int_equal(zone->notify[0].to.port, 53);
	assert_null(zone->notify[0].key);
	assert_int_equal(zone->notify[1].to.port, 54);
	assert_ptr_equal(zone->notify[1].key, &feed->keys[0]);
	assert_int_equal(zone->action, WIRE_NODATA);
	assert_int_equal(zone->canary.len, 0);
	assert_int_equal(zone->zone.ttl, 0);
	assert_int_equal(zone->zone.refresh, 1);
	assert_int_equal(zone->zone.retry, 2);
	assert_int_equal(zone->zone.expire, 3);
	assert_int_equal(zone->zone.minimum, 4);
	assert_int_equal(zone->history, 365);
	assert_true(zone->may_shrink);
	assert_int_equal(feed->zones[0].choice.least, DGA_MEDIUM);
	assert_int_equal(feed->zones[0].choice.suffix_count, 1);
	assert_false(up_choice_equal(&feed->zones[0].choice, &feed->zones[1].choice));
	assert_true(up_choice_equal(&config.names, &feed->zones[1].choice));
	assert_int_equal(feed->settings[1].action, WIRE_DROP);
	assert_true(span_equal(feed->settings[1].canary, span_of("c.example")));
	assert_int_equal(feed->settings[1].allow[0].prefix, 0);
	up_config_fini(&config);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *more; /* behind LEAST, from line 7 on */
		size_t line;
		const char *why;
	} rows[] = {
	        {"[names\n", 7, "not of the form"},
	        {"[]\n", 7, "not of the form"},
	        {"[ ]\n", 7, "not of the form"},
	        {"[names] # x\n", 7, "not of the form"},
	        {"[Names]\n", 7, "no such section"},
	        {"\n\n[census]\n", 9, "no such section"},
	        {"[names x]\n", 7, "has no name"},
	        {"[key]\n", 7, "wants a name"},
	        {"[key a b]\n", 7, "a word too many"},
	        {"[feed]\n", 7, "stands there already"},
	        {"[zone RPZ.example.]\n", 7, "there is a zone"},
	        {"[zone a..b]\n", 7, "domain name"},
	        {"[zone *.a]\n", 7, "wildcard"},
	        {"[zone "
	         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n",
	         7, "too long"},
	        {"colour = red\n", 7, "no such key"},
	        {"ttl\n", 7, "neither"},
	        {"ttl =\n", 7, "no value"},
	        {"ttl = 1\nttl = 1\n", 8, "already"},
	        {"ttl = -1\n", 7, "not a number"},
	        {"ttl = 1s\n", 7, "not a number"},
	        {"ttl = 1 ; a second\n", 7, "a comment is"},
	        {"ttl = 2147483648\n", 7, "not a number"},
	        {"ttl = 99999999999999999999999\n", 7, "not a number"},
	        {"refresh = 0\n", 7, "from 1 on"},
	        {"retry = 0\n", 7, "from 1 on"},
	        {"expire = 0\n", 7, "from 1 on"},
	        {"expire = 299\n", 5, "expire"},
	        {"minimum = x\n", 7, "not a number"},
	        {"history = 366\n", 7, "not a number"},
	        {"history = 0\n", 7, "from 1 on"},
	        {"may-shrink = maybe\n", 7, "yes or no"},
	        {"action = NXDOMAIN\n", 7, "nxdomain, nodata or drop"},
	        {"canary = a..b\n", 7, "domain name"},
	        {"family = no-such\n", 7, "no such family"},
	        {"family = conficker/no-such\n", 7, "no such family"},
	        {"confidence = 3\n", 7, "low, medium or high"},
	        {"tld = a..b\n", 7, "domain name"},
	        {"tld = .\n", 7, "domain name"},
	        {"transfer = 192.0.2.1/24\n", 7, "prefix"},
	        {"transfer = 192.0.2.0/33\n", 7, "prefix"},
	        {"transfer = 192.0.2.0/024\n", 7, "prefix"},
	        {"transfer = 2001:db8::/129\n", 7, "prefix"},
	        {"transfer = fe80::%eth0/64\n", 7, "prefix"},
	        {"transfer = any\n", 7, "prefix"},
	        {"transfer = key\n", 7, "key NAME"},
	        {"transfer = 192.0.2.1 x\n", 7, "key NAME"},
	        {"transfer = key k1\n", 7, "no section for this key"},
	        {"transfer = key k1 k2\n", 7, "a word too many"},
	        {"notify = 192.0.2.1:0\n", 7, "ADDRESS"},
	        {"notify = ns.example\n", 7, "ADDRESS"},
	        {"notify = 192.0.2.1 key k2\n", 7, "no section for this key"},
	        {"[zone y]\nttl = 1\n", 7, "nobody could fetch"},
	        {"[key k]\n", 7, "neither secret"},
	        {"[key k]\n[key K.]\n", 8, "there is a key"},
	        {"[key k]\nsecret = MDEyMzQ1Njc4OWFiY2Rl\n", 8, "too short"}, /* 15 */
	        {"[key k]\nsecret = MDEyMzQ1Njc4OWFiY2Rl!\n", 8, "base64"},
	        {"[key k]\nsecret = MDEyMzQ1Njc4OWFiY2RlZg\n", 8, "base64"},
	        {"[key k]\nsecret = " SECRET "\nsecret = " SECRET "\n", 9, "already"},
	        {"[key k]\nsecret = " SECRET "\nsecret-file = /k\n", 9, "already"},
	        {"[key k]\nsecret-file = /k\nsecret = " SECRET "\n", 9, "already"},
	        {"[key k]\nsecret-file = k\n", 8, "absolute"},
	        {"[names]\nback = 367\n", 8, "days"},
	        {"[names]\nahead = -1\n", 8, "days"},
	        {"[names]\nthreads = 0\n", 8, "threads"},
	        {"[names]\nfamily = [\n", 8, "no such family"},
	        {"[collision]\nallow = a\n", 8, "absolute"},
	        {"[collision]\npopular = b@2026-11-01\n", 8, "absolute"},
	        {"[collision]\npopular = /b@2026-13-01\n", 8, "date"},
	        {"[collision]\nregistered = /b@1\n", 8, "date"},
	        {"ttl = 1\x01\n", 7, "control"},
	        {"ttl\x7f = 1\n", 7, "control"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1024];

		snprintf(text, sizeof(text), "%s%s", LEAST, rows[i].more);
		assert_refused(text, rows[i].line, rows[i].why);
	}
}

/* What stands in front of all, or is missing. */
static void
test_refused_whole(void **state)
{
	(void)state;
	assert_refused("", 0, "roles");
	assert_refused("\n# nothing\n; at all\n", 0, "roles");
	assert_refused("roles = feed\n", 1, "in front of the first section");
	assert_refused("[foresink]\nroles = census\n", 2,
	               "no such role; there are feed, guard and sinkhole");
	assert_int_equal(up_role_count(), 3);
	assert_refused("[foresink]\ncontrol = x\n", 2, "absolute");
	assert_refused("[foresink]\nroles = feed, feed\n", 2, "already");
	assert_refused("[foresink]\nroles = feed\n", 0, "listen");
	assert_refused("[foresink]\nroles = feed\n[feed]\nlisten = ::1\n", 0, "zone");
	assert_refused("[feed]\nlisten = localhost\n", 2, "ADDRESS");
	assert_refused("[feed]\nlisten = ::1\nlisten = [::1]:53\n", 3, "already");
	assert_refused("[feed]\nclients = 0\n", 2, "from 1 on");
	assert_refused("[feed]\nclients = 10001\n", 2, "too large");
	assert_refused("[feed]\nidle = 3601\n", 2, "too large");
	assert_refused("[foresink]\nstate = x\n", 2, "absolute");
	assert_refused("[foresink]\nlog = syslog\n", 2, "logfmt");
	assert_refused("[foresink]\nmetrics = 9353\n", 2, "ADDRESS");
	assert_refused(LEAST "[names]\n[foresink]\nmetrics = 127.0.0.1\n", 8, "already");
	assert_refused("[foresink]\nroles = feed\nmetrics = 192.0.2.1:1\n[feed]\n"
	               "listen = ::1\n[zone z]\ntransfer = ::1\n",
	               3, "loopback");
	assert_refused("[foresink]\nroles = feed\nmetrics = ::\n", 3, "loopback");
}

/* A line of each length about the longest, and what cannot be cut without a word. */
static void
test_long_lines(void **state)
{
	static char text[3 * UP_CONFIG_LINE];
	struct up_config config;
	struct fault fault;

	(void)state;
	for (size_t len = UP_CONFIG_LINE - 2; len <= UP_CONFIG_LINE + 2; len++) {
		size_t start = strlen(LEAST "[collision]\n");
		enum fsk_err err;

		snprintf(text, sizeof(text), "%s", LEAST "[collision]\nallow=/");
		memset(text + start + 7, 'a', len - 7);
		memcpy(text + start + len, "\r\n", 2);
		err = read_text(text, start + len + 2, &config, &fault);
		if (len > UP_CONFIG_LINE) {
			assert_int_equal(err, FSK_SYNTAX);
			assert_int_equal(fault.line, 8);
			assert_non_null(strstr(fault.why, "4000"));
			continue;
		}
		assert_int_equal(err, FSK_OK);
		assert_int_equal(strlen(config.files[0].path), len - 6);
		up_config_fini(&config);
	}
}

static void
test_octets(void **state)
{
	static const char nul[] = LEAST "ttl = 1\0\nno such\n";
	static const char *const good[] = {
	        "\xef\xbb\xbf" LEAST, /* a byte order mark */
	        "[foresink]\r\nroles = feed\r\n[feed]\r\nlisten = ::1\r\n[zone z]\r\n"
	        "transfer = ::1",
	        " [foresink]\n\t roles\t=\tfeed \n[ feed ]\nlisten = ::1\n[zone  z ]\n"
	        "  # x\n  ; y\ntransfer = ::1",
	};
	struct up_config config;
	struct fault fault;

	(void)state;
	assert_int_equal(read_text(nul, sizeof(nul) - 1, &config, &fault), FSK_SYNTAX);
	assert_int_equal(fault.line, 7);
	assert_int_equal(fault.column, 8);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		config = read_good(good[i]);
		assert_int_equal(config.feed.zone_count, 1);
		assert_int_equal(config.feed.zones[0].setting.allow_count, 1);
		up_config_fini(&config);
	}
}

/* Cut anywhere, it is read or refused, never both. */
static void
test_cut(void **state)
{
	static const char whole[] = LEAST "[key k]\nsecret = " SECRET "\n[names]\n"
	                                  "family = gozi\n[collision]\nallow = /a\n";

	(void)state;
	for (size_t len = 0; len < sizeof(whole); len++) {
		struct up_config config;
		struct fault fault = {.why = NULL};
		enum fsk_err err = read_text(whole, len, &config, &fault);

		assert_true((err == FSK_SYNTAX) == (fault.why != NULL));
		if (err == FSK_OK)
			up_config_fini(&config);
	}
}

static void
test_restart(void **state)
{
	static const struct {
		const char *with; /* in [foresink], at line 3 */
		const char *why;  /* NULL: no restart */
		size_t line;
	} rows[] = {
	        {"log = json\n", NULL, 0},
	        {"user = a\n", "user", 3},
	        {"group = a\n", "user", 3},
	        {"state = /s\n", "state", 3},
	        {"metrics = ::1\n", "metrics", 3},
	        {"control = /c\n", "control", 3},
	        {"[alerts]\nchance = yes\nsettle = 0\n", NULL, 0},
	        {"[alerts]\nnames = 5000\n", "alerts", 4},
	        {"[alert a]\nto = file /a\n", "alerts", 3},
	};
	struct up_config present = read_good(LEAST);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct up_config next;
		struct fault fault;
		char text[512];

		snprintf(text, sizeof(text), "[foresink]\nroles = feed\n%s%s", rows[i].with,
		         &LEAST[strlen("[foresink]\nroles = feed\n")]);
		next = read_good(text);
		assert_int_equal(up_restart_needed(&present, &next, &fault),
		                 rows[i].why != NULL);
		if (rows[i].why != NULL) {
			assert_non_null(strstr(fault.why, rows[i].why));
			assert_int_equal(fault.line, rows[i].line);
		}
		assert_false(up_restart_needed(&next, &next, &fault));
		up_config_fini(&next);
	}
	up_config_fini(&present);
}

static void
test_window(void **state)
{
	struct up_config config = read_good(LEAST);
	int64_t from, to;

	(void)state;
	/* The last second of a day, and the first of the next. */
	up_config_window(&config, 1793491200 - 1, &from, &to);
	assert_int_equal(from, 1793491200 - 2 * 86400);
	assert_int_equal(to, 1793491200 + 7 * 86400 - 1);
	up_config_window(&config, 1793491200, &from, &to);
	assert_int_equal(from, 1793491200 - 86400);
	assert_int_equal(to, 1793491200 + 8 * 86400 - 1);
	up_config_fini(&config);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_defaults),   cmocka_unit_test(test_foresink),
	        cmocka_unit_test(test_collision),  cmocka_unit_test(test_feed),
	        cmocka_unit_test(test_refused),    cmocka_unit_test(test_refused_whole),
	        cmocka_unit_test(test_long_lines), cmocka_unit_test(test_octets),
	        cmocka_unit_test(test_cut),        cmocka_unit_test(test_restart),
	        cmocka_unit_test(test_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
