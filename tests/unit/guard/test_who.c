/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who asked: the peer, and whom a carrier names, in each way; what nobody names by a trick.
 */
#include "guard/who.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct guard_prefix carrier;
static struct guard_policy_setting policy;

static struct address
address_of(const char *text)
{
	struct address address;

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	return address;
}

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(guard_prefix_read(span_of("192.0.2.53"), &carrier), FSK_OK);
	policy = (struct guard_policy_setting){.carriers = &carrier, .carrier_count = 1};
	return 0;
}

/* Asks from ${peer}, with what ${query} and ${proxy} say, and writes who it is. */
static void
assert_who(const char *peer, const struct wire_proxy *proxy, const struct wire_query *query,
           const char *wanted)
{
	const struct net_endpoint from = {.address = address_of(peer), .port = 4711};
	struct guard_client client;
	char address[ADDRESS_SIZE], grouped[ADDRESS_SIZE], text[160];

	guard_who(&policy, &from, proxy, query, &client);
	address_write(&client.address, address);
	address_write(&client.client.address, grouped);
	snprintf(text, sizeof(text), "%s %u %s/%u%s%s", address, client.port,
	         sighting_is_named(&client.client) ? "-" : grouped, client.client.prefix,
	         client.machine[0] != '\0' ? " " : "", client.machine);
	assert_string_equal(text, wanted);
}

static void
test_peer(void **state)
{
	const struct wire_query query = {.id = 0};

	(void)state;
	assert_who("192.0.2.1", NULL, &query, "192.0.2.1 4711 192.0.2.1/32");
	assert_who("2001:db8::1:2:3:4", NULL, &query,
	           "2001:db8::1:2:3:4 4711 2001:db8::/64");
	policy.who = GUARD_WHO_SUBNET | GUARD_WHO_MAC | GUARD_WHO_PROXY;
	assert_who("192.0.2.53", NULL, &query, "192.0.2.53 4711 192.0.2.53/32");
}

static void
test_subnet(void **state)
{
	static const char v4[] = "\0\1\x18\0\xc6\x33\x64";           /* 198.51.100.0/24 */
	static const char host[] = "\0\1\x20\0\xc6\x33\x64\x09";     /* 198.51.100.9 */
	static const char v6[] = "\0\2\x38\0\x20\x01\x0d\xb8\0\0\0"; /* 2001:db8::/56 */
	static const char v6_host[] = "\0\2\x80\0\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1";
	static const char nobody[] = "\0\1\0\0";
	struct wire_query query = {.subnet = {v4, sizeof(v4) - 1}};

	(void)state;
	assert_who("192.0.2.53", NULL, &query, "192.0.2.53 4711 192.0.2.53/32");
	policy.who = GUARD_WHO_SUBNET;
	assert_who("192.0.2.53", NULL, &query, "198.51.100.0 0 198.51.100.0/24");
	assert_who("192.0.2.54", NULL, &query, "192.0.2.54 4711 192.0.2.54/32");
	query.subnet = (struct span){host, sizeof(host) - 1};
	assert_who("192.0.2.53", NULL, &query, "198.51.100.9 0 198.51.100.9/32");
	query.subnet = (struct span){v6, sizeof(v6) - 1};
	assert_who("192.0.2.53", NULL, &query, "2001:db8:: 0 2001:db8::/56");
	query.subnet = (struct span){v6_host, sizeof(v6_host) - 1};
	assert_who("192.0.2.53", NULL, &query, "2001:db8::1 0 2001:db8::/64");
	query.subnet = (struct span){nobody, sizeof(nobody) - 1};
	assert_who("192.0.2.53", NULL, &query, "192.0.2.53 4711 192.0.2.53/32");
	for (size_t len = 0; len < sizeof(v4) - 1; len++) {
		query.subnet = (struct span){v4, len};
		assert_who("192.0.2.53", NULL, &query, "192.0.2.53 4711 192.0.2.53/32");
	}
}

static void
test_mac(void **state)
{
	static const char mac[] = "\x52\x54\0\x12\x34\xff",
	                  other[] = "\x52\x54\0\x12\x34\xfe";
	static const char v4[] = "\0\1\x18\0\xc6\x33\x64";
	struct wire_query query = {.mac = {mac, 6}, .subnet = {v4, sizeof(v4) - 1}};
	const struct net_endpoint peer = {.address = address_of("192.0.2.53"), .port = 1};
	struct guard_client a, b;

	(void)state;
	policy.who = GUARD_WHO_MAC;
	assert_who("192.0.2.53", NULL, &query, "192.0.2.53 4711 -/128 52:54:00:12:34:ff");
	assert_who("192.0.2.54", NULL, &query, "192.0.2.54 4711 192.0.2.54/32");
	policy.who = GUARD_WHO_MAC | GUARD_WHO_SUBNET;
	assert_who("192.0.2.53", NULL, &query, "198.51.100.0 0 -/128 52:54:00:12:34:ff");
	guard_who(&policy, &peer, NULL, &query, &a);
	query.mac.text = other;
	guard_who(&policy, &peer, NULL, &query, &b);
	assert_true(guard_client_hash(&a.client) != guard_client_hash(&b.client));
	query.mac.len = 5;
	assert_who("192.0.2.53", NULL, &query, "198.51.100.0 0 198.51.100.0/24");
}

static void
test_proxy(void **state)
{
	static const char mac[] = "\x52\x54\0\x12\x34\xff";
	const struct wire_query query = {.mac = {mac, 6}};
	struct wire_proxy proxy = {.source = address_of("203.0.113.9"), .source_port = 99};

	(void)state;
	policy.who = GUARD_WHO_MAC;
	assert_who("192.0.2.53", &proxy, &query, "192.0.2.53 4711 -/128 52:54:00:12:34:ff");
	policy.who = GUARD_WHO_MAC | GUARD_WHO_PROXY;
	/* What a client wrote by himself is not its carrier's word. */
	assert_who("192.0.2.53", &proxy, &query, "203.0.113.9 99 203.0.113.9/32");
	assert_who("192.0.2.54", &proxy, &query, "192.0.2.54 4711 192.0.2.54/32");
	proxy.local = true;
	assert_who("192.0.2.53", &proxy, &query, "192.0.2.53 4711 -/128 52:54:00:12:34:ff");
}

static void
test_hash(void **state)
{
	struct sighting_client host = {.address = address_of("192.0.2.0"), .prefix = 32};
	struct sighting_client network = {.address = address_of("192.0.2.0"), .prefix = 24};

	(void)state;
	assert_true(guard_client_hash(&host) != guard_client_hash(&network));
	network.prefix = 32;
	assert_true(guard_client_hash(&host) == guard_client_hash(&network));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(test_peer, set_up),
	        cmocka_unit_test_setup(test_subnet, set_up),
	        cmocka_unit_test_setup(test_mac, set_up),
	        cmocka_unit_test_setup(test_proxy, set_up),
	        cmocka_unit_test_setup(test_hash, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
