/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The section [guard]: what each key does, each refusal with its line, whom it asks when
 * nobody is named, and that it never asks itself.
 */
#include "dga/catalog.h"
#include "guard/guard.h"
#include "up/load.h"
#include "up/restart.h"
#include "up/upstream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The least that is taken. Lines 1 to 4. */
#define LEAST                                                                              \
	"[foresink]\n"                                                                     \
	"roles = guard\n"                                                                  \
	"[guard]\n"                                                                        \
	"listen = 127.0.0.1\n"

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

static bool
may_ask(const struct up_config *config, const char *who)
{
	const struct guard_policy_setting *policy = &config->guard.policy;
	struct address address;

	assert_int_equal(address_read(span_of(who), &address), FSK_OK);
	for (size_t i = 0; i < policy->client_count; i++) {
		struct address masked = address;

		address_mask(&masked, policy->clients[i].bits);
		if (address_is_v4(&address) == address_is_v4(&policy->clients[i].address) &&
		    address_equal(&masked, &policy->clients[i].address))
			return true;
	}
	return false;
}

static void
test_defaults(void **state)
{
	struct up_config config = read_good(LEAST);
	const struct up_guard *guard = &config.guard;

	(void)state;
	assert_int_equal(guard->listen.count, 1);
	assert_int_equal(guard->listen.at[0].port, 53);
	assert_int_equal(guard->listen.lines[0], 4);
	assert_int_equal(guard->upstreams.count, 0);
	assert_string_equal(guard->resolv, "/etc/resolv.conf");
	assert_int_equal(guard->tell, GUARD_TELL_NOBODY);
	assert_in_range(up_guard_workers(guard), 1, GUARD_WORKERS);
	assert_true(may_ask(&config, "127.255.0.1"));
	assert_true(may_ask(&config, "::1"));
	assert_false(may_ask(&config, "192.0.2.1"));
	assert_false(may_ask(&config, "::2"));
	assert_int_equal(guard->policy.carrier_count, 0);
	for (size_t i = 0; i < dga_generator_count(); i++)
		assert_int_equal(guard->policy.actions[i], GUARD_NXDOMAIN);
	assert_false(guard->policy.has_suspicious);
	assert_true(guard->policy.likely_blocks);
	assert_int_equal(guard->policy.ttl, 60);
	assert_false(guard->policy.refuse_canary_doh);
	assert_false(guard->policy.refuse_relay);
	assert_true(span_equal(guard->policy.canary, span_of("foresink.internal")));
	assert_true(guard->policy.cookies);
	assert_false(guard->policy.require_cookies);
	assert_int_equal(guard->policy.rate, 0);
	assert_false(guard->has_cookie);
	up_config_fini(&config);
}

static void
test_keys(void **state)
{
	struct up_config config = read_good(
	        LEAST "listen = [::1]:5353\nupstream = 192.0.2.53\n"
	              "upstream = [2001:db8::53]:5300\ntell-upstream = proxy-v2\n"
	              "allow = 10.0.0.0/8, 192.0.2.7\nallow = fd00::/8\n"
	              "client-from = 10.0.0.1\nclient-by = ecs, mac proxy-v2\n"
	              "workers = 3\nclients = 20\nclients-of-prefix = 5\nidle = 7\n"
	              "block-family = gozi log-only\nblock = sinkhole\n"
	              "block-family = conficker nodata\n"
	              "block-family = conficker/b nxdomain\nsuspicious = log-only\n"
	              "block-likely = no\nsinkhole = 192.0.2.9 2001:db8::9\nttl = 0\n"
	              "browser-doh = block\nicloud-relay = block\ncanary = none\n"
	              "cookies = required\ncookie-secret-file = /etc/cookie\nrate = 5\n");
	const struct up_guard *guard = &config.guard;
	struct dga_generator a, b;

	(void)state;
	assert_int_equal(dga_generator_find(span_of("conficker/a"), &a), FSK_OK);
	assert_int_equal(dga_generator_find(span_of("conficker/b"), &b), FSK_OK);
	assert_int_equal(guard->listen.count, 2);
	assert_int_equal(guard->upstreams.count, 2);
	assert_int_equal(guard->upstreams.at[0].port, 53);
	assert_int_equal(guard->upstreams.at[1].port, 5300);
	assert_int_equal(guard->tell, GUARD_TELL_PROXY);
	assert_true(may_ask(&config, "10.1.2.3"));
	assert_true(may_ask(&config, "192.0.2.7"));
	assert_true(may_ask(&config, "fd12::1"));
	assert_false(may_ask(&config, "127.0.0.1"));
	assert_int_equal(guard->policy.carrier_count, 1);
	assert_int_equal(guard->policy.carriers[0].bits, 32);
	assert_int_equal(guard->policy.who,
	                 GUARD_WHO_SUBNET | GUARD_WHO_MAC | GUARD_WHO_PROXY);
	assert_int_equal(up_guard_workers(guard), 3);
	assert_int_equal(guard->clients, 20);
	assert_int_equal(guard->clients_of_prefix, 5);
	assert_int_equal(guard->idle_ms, 7000);
	assert_int_equal(guard->policy.actions[a.number], GUARD_NODATA);
	assert_int_equal(guard->policy.actions[b.number], GUARD_NXDOMAIN);
	assert_int_equal(guard->policy.actions[0], GUARD_SINKHOLE);
	assert_true(guard->policy.has_suspicious);
	assert_int_equal(guard->policy.suspicious, GUARD_LOG);
	assert_false(guard->policy.likely_blocks);
	assert_int_equal(guard->policy.sinkhole_count, 2);
	assert_int_equal(guard->policy.ttl, 0);
	assert_true(guard->policy.refuse_canary_doh);
	assert_true(guard->policy.refuse_relay);
	assert_int_equal(guard->policy.canary.len, 0);
	assert_true(guard->policy.require_cookies);
	assert_string_equal(guard->cookie_path, "/etc/cookie");
	assert_int_equal(guard->policy.rate, 5);
	/* Ports for each upstream and worker, listeners and clients are among them. */
	assert_true(up_guard_descriptors(guard) >= 3 * (2 * GUARD_PORTS + 2 * 2) + 20);
	up_config_fini(&config);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *more; /* behind LEAST, from line 5 on */
		size_t line;
		const char *why;
	} rows[] = {
	        {"listen = 127.0.0.1:53\n", 5, "already"},
	        {"listen = localhost\n", 5, "ADDRESS"},
	        {"upstream = ns.example\n", 5, "ADDRESS"},
	        {"upstream = 192.0.2.1:0\n", 5, "not 0"},
	        {"upstream = 192.0.2.1\nupstream = 192.0.2.1:53\n", 6, "already"},
	        {"resolv-conf = x\n", 5, "absolute"},
	        {"tell-upstream = yes\n", 5, "proxy-v2"},
	        {"allow = any\n", 5, "prefix"},
	        {"allow = 192.0.2.1/24\n", 5, "prefix"},
	        {"allow = 0.0.0.0/0\n", 5, "all addresses"},
	        {"allow = 127.0.0.1 ::/0\n", 5, "all addresses"},
	        {"client-from = 0.0.0.0/0\n", 5, "all addresses"},
	        {"client-from = 192.0.2.1\n", 5, "together"},
	        {"ttl = 1\nclient-by = ecs\n", 6, "together"},
	        {"client-by = dhcp\n", 5, "mac"},
	        {"workers = 0\n", 5, "from 1 on"},
	        {"workers = 65\n", 5, "too large"},
	        {"clients = 0\n", 5, "from 1 on"},
	        {"clients-of-prefix = 10001\n", 5, "too large"},
	        {"idle = 0\n", 5, "from 1 on"},
	        {"block = drop\n", 5, "nodata"},
	        {"block = sinkhole\n", 5, "sinkhole"},
	        {"block = nodata\nsuspicious = sinkhole\n", 6, "sinkhole"},
	        {"block-family = gozi sinkhole\n", 5, "sinkhole"},
	        {"block-family = gozi\n", 5, "wanted"},
	        {"block-family = gozi nodata x\n", 5, "wanted"},
	        {"block-family = gozi drop\n", 5, "nodata"},
	        {"block-family = no-such nodata\n", 5, "no such family"},
	        {"suspicious = maybe\n", 5, "nodata"},
	        {"block-likely = 1\n", 5, "yes or no"},
	        {"sinkhole = 192.0.2.0/24\n", 5, "address"},
	        {"sinkhole = ::1 ::2 ::3 ::4 ::5 ::6 ::7 ::8 ::9\n", 5, "too many"},
	        {"ttl = 86401\n", 5, "too large"},
	        {"browser-doh = no\n", 5, "pass or block"},
	        {"icloud-relay = no\n", 5, "pass or block"},
	        {"canary = a..b\n", 5, "domain name"},
	        {"cookies = maybe\n", 5, "required"},
	        {"cookies = no\ncookie-secret-file = /x\n", 6, "cookies is no"},
	        {"cookie-secret-file = x\n", 5, "absolute"},
	        {"rate = -1\n", 5, "not a number"},
	        {"[names]\ntld = com\n", 0, "tld"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1024];

		snprintf(text, sizeof(text), "%s%s", LEAST, rows[i].more);
		assert_refused(text, rows[i].line, rows[i].why);
	}
	assert_refused("[foresink]\nroles = guard\n", 0, "no key listen");
}

/* Nine upstreams, and seventeen endpoints. */
static void
test_too_many(void **state)
{
	char text[2048] = LEAST;
	size_t len = strlen(text);

	(void)state;
	for (unsigned i = 1; i <= GUARD_UPSTREAMS + 1; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		                        "upstream = 192.0.2.%u\n", i);
	assert_refused(text, 4 + GUARD_UPSTREAMS + 1, "too many");
	len = strlen(LEAST);
	for (unsigned i = 1; i <= GUARD_LISTENS; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		                        "listen = 127.0.1.%u\n", i);
	assert_refused(text, 4 + GUARD_LISTENS, "too many");
}

static void
test_cookie(void **state)
{
	struct up_guard guard = {.has_cookie = false};

	(void)state;
	assert_null(
	        up_guard_cookie(&guard, span_of(" 000102030405060708090a0b0c0d0e0F\n")));
	assert_true(guard.has_cookie);
	assert_int_equal(guard.cookie[15], 15);
	assert_non_null(up_guard_cookie(&guard, span_of("000102030405060708090a0b0c0d0e")));
	assert_false(guard.has_cookie);
	assert_non_null(
	        up_guard_cookie(&guard, span_of("000102030405060708090a0b0c0d0e0f0")));
	assert_non_null(
	        up_guard_cookie(&guard, span_of("000102030405060708090a0b0c0d0e0f10")));
	assert_non_null(
	        up_guard_cookie(&guard, span_of("000102030405060708090a0b0c0d0e0x")));
	assert_non_null(up_guard_cookie(&guard, span_of("")));
}

/* resolv.conf(5). */
static void
test_nameservers(void **state)
{
	static const char text[] = "# nameserver 192.0.2.1\n nameserver 192.0.2.2\n"
	                           "nameserver\nnameserver\t192.0.2.3 # one\r\n"
	                           "nameserver fe80::1%eth0\nnameservers 192.0.2.4\n"
	                           "search nameserver 192.0.2.5\nnameserver x\n\n"
	                           "nameserver 2001:db8::1\nnameserver 192.0.2.6\n"
	                           "nameserver 192.0.2.7";
	struct net_endpoint found[UP_UPSTREAM_NAMESERVERS];
	char wrote[NET_ENDPOINT_SIZE];

	(void)state;
	assert_int_equal(up_upstream_read(span_of(text), found), 3);
	net_endpoint_write(&found[0], wrote);
	assert_string_equal(wrote, "192.0.2.3:53");
	net_endpoint_write(&found[1], wrote);
	assert_string_equal(wrote, "[2001:db8::1]:53");
	net_endpoint_write(&found[2], wrote);
	assert_string_equal(wrote, "192.0.2.6:53");
	/* Cut anywhere, it is read within its end. */
	for (size_t len = 0; len < sizeof(text); len++) {
		char *copy = malloc(len > 0 ? len : 1);

		assert_non_null(copy);
		memcpy(copy, text, len);
		assert_in_range(up_upstream_read((struct span){copy, len}, found), 0, 3);
		free(copy);
	}
}

/* Reads the configuration ${text}, in which resolv.conf is ${resolv}. */
static enum fsk_err
load(const char *text, const char *resolv, struct up_config *config,
     struct up_trouble *trouble)
{
	char conf[] = "/tmp/foresink-XXXXXX", other[] = "/tmp/foresink-XXXXXX";
	int fd = mkstemp(other);
	enum fsk_err err;
	FILE *file;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, resolv, strlen(resolv)), strlen(resolv));
	close(fd);
	fd = mkstemp(conf);
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "%s[guard]\n%sresolv-conf = %s\n",
	                    "[foresink]\nroles = guard\n", text, other) > 0);
	assert_int_equal(fclose(file), 0);
	err = up_load_config(conf, config, trouble);
	assert_int_equal(unlink(conf), 0);
	assert_int_equal(unlink(other), 0);
	return err;
}

static void
test_upstreams(void **state)
{
	struct up_trouble trouble;
	struct up_config config;

	(void)state;
	assert_int_equal(
	        load("listen = 127.0.0.1\n", "nameserver 127.0.0.53\n", &config, &trouble),
	        FSK_OK);
	assert_true(config.guard.from_resolv);
	assert_int_equal(config.guard.upstreams.count, 1);
	assert_int_equal(config.guard.upstreams.lines[0], 5);
	up_config_fini(&config);

	/* Those that are named are asked, and no others. */
	assert_int_equal(load("listen = 127.0.0.1\nupstream = 192.0.2.1\n",
	                      "nameserver 127.0.0.1\n", &config, &trouble),
	                 FSK_OK);
	assert_false(config.guard.from_resolv);
	assert_int_equal(config.guard.upstreams.count, 1);
	up_config_fini(&config);

	assert_int_equal(load("listen = ::1\n", "search x\n", &config, &trouble),
	                 FSK_SYNTAX);
	assert_int_equal(trouble.line, 5);
	assert_non_null(strstr(trouble.why, "no nameserver in /tmp/"));
}

/* It never asks itself. */
static void
test_loops(void **state)
{
	static const struct {
		const char *text;
		const char *resolv;
		size_t line; /* 0: no loop */
	} rows[] = {
	        {"listen = 127.0.0.1\n", "nameserver 127.0.0.1\n", 5},
	        {"listen = 192.0.2.1\nlisten = ::1\n", "nameserver ::1\n", 6},
	        {"listen = 0.0.0.0\n", "nameserver 127.0.0.1\n", 5},
	        {"listen = 0.0.0.0\n", "nameserver 192.0.2.1\n", 0},
	        {"listen = 0.0.0.0\nupstream = 127.0.0.1:5353\n", "", 0},
	        {"listen = 0.0.0.0\nupstream = [::1]:53\n", "", 0},
	        {"listen = ::\nupstream = ::1\n", "", 5},
	        {"listen = 127.0.0.1:5353\nupstream = 127.0.0.1:5353\n", "", 5},
	        {"listen = 127.0.0.1\nupstream = 0.0.0.0\n", "", 5},
	        {"listen = 127.0.0.1\nupstream = 127.0.0.2\nupstream = 127.0.0.1\n", "", 6},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct up_trouble trouble = {.line = 0};
		struct up_config config;
		enum fsk_err err = load(rows[i].text, rows[i].resolv, &config, &trouble);

		if (rows[i].line == 0) {
			assert_int_equal(err, FSK_OK);
			up_config_fini(&config);
			continue;
		}
		assert_int_equal(err, FSK_SYNTAX);
		assert_int_equal(trouble.line, rows[i].line);
		assert_non_null(strstr(trouble.why, "is guard itself"));
	}
}

/* The sandbox knows upstreams by their ports. */
static void
test_restart(void **state)
{
	struct up_config present = read_good(LEAST "upstream = 192.0.2.1\n");
	struct up_config next = read_good(LEAST "upstream = 192.0.2.2\n");
	struct up_config other = read_good(LEAST "upstream = 192.0.2.2:54\n");
	struct fault fault;

	(void)state;
	assert_false(up_restart_needed(&present, &next, &fault));
	assert_true(up_restart_needed(&present, &other, &fault));
	assert_int_equal(fault.line, 5);
	assert_non_null(strstr(fault.why, "upstream"));
	up_config_fini(&present);
	up_config_fini(&next);
	up_config_fini(&other);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_defaults),  cmocka_unit_test(test_keys),
	        cmocka_unit_test(test_refused),   cmocka_unit_test(test_too_many),
	        cmocka_unit_test(test_cookie),    cmocka_unit_test(test_nameservers),
	        cmocka_unit_test(test_upstreams), cmocka_unit_test(test_loops),
	        cmocka_unit_test(test_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
