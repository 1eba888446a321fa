/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Policies: what is copied and shared, prefixes from both sides of each limit, and how they
 * are written.
 */
#include "guard/policy.h"

#include "../memory.h"
#include "dga/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct address
address_of(const char *text)
{
	struct address address;

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	return address;
}

static struct guard_prefix
prefix_of(const char *text)
{
	struct guard_prefix prefix;

	assert_int_equal(guard_prefix_read(span_of(text), &prefix), FSK_OK);
	return prefix;
}

static bool
has(const char *prefix, const char *address)
{
	const struct guard_prefix read = prefix_of(prefix);
	const struct address wanted = address_of(address);

	return guard_prefix_has(&read, 1, &wanted);
}

static void
test_has(void **state)
{
	(void)state;
	assert_true(has("192.0.2.0/24", "192.0.2.0"));
	assert_true(has("192.0.2.0/24", "192.0.2.255"));
	assert_false(has("192.0.2.0/24", "192.0.3.0"));
	assert_false(has("192.0.2.0/24", "192.0.1.255"));
	assert_true(has("192.0.2.8/29", "192.0.2.15"));
	assert_false(has("192.0.2.8/29", "192.0.2.16"));
	assert_true(has("192.0.2.1", "192.0.2.1"));
	assert_false(has("192.0.2.1", "192.0.2.2"));
	assert_true(has("0.0.0.0/0", "255.255.255.255"));
	assert_false(has("0.0.0.0/0", "::1"));
	assert_true(has("::/0", "2001:db8::1"));
	assert_false(has("::/0", "192.0.2.1")); /* which is IPv6 inside */
	assert_true(has("2001:db8::/33", "2001:db8:7fff::"));
	assert_false(has("2001:db8::/33", "2001:db8:8000::"));
	assert_true(has("::1", "::1"));
	assert_false(has("::1", "::2"));
}

static void
test_none(void **state)
{
	const struct address address = address_of("192.0.2.1");
	struct guard_prefix prefix = prefix_of("192.0.2.1");

	(void)state;
	assert_false(guard_prefix_has(NULL, 0, &address));
	prefix.bits = 200; /* more than there are means all */
	assert_true(guard_prefix_has(&prefix, 1, &address));
}

static void
assert_same(const char *text, const char *wanted)
{
	const struct guard_prefix prefix = prefix_of(text);
	char out[GUARD_PREFIX_SIZE];

	guard_prefix_write(&prefix, out);
	assert_string_equal(out, wanted);
}

static void
test_text(void **state)
{
	static const char *const bad[] = {
	        "",
	        "/",
	        "192.0.2.0/",
	        "192.0.2.0/33",
	        "192.0.2.0/024",
	        "192.0.2.1/24",
	        "192.0.2.0/2a",
	        "192.0.2.0/24 ",
	        "2001:db8::/129",
	        "2001:db8::1/64",
	        "::/1000",
	        "/24",
	        "192.0.2.0/-1",
	};
	struct guard_prefix prefix = {.bits = 7};

	(void)state;
	assert_same("192.0.2.0/24", "192.0.2.0/24");
	assert_same("192.0.2.7", "192.0.2.7/32");
	assert_same("2001:DB8::/32", "2001:db8::/32");
	assert_same("::1", "::1/128");
	assert_same("0.0.0.0/0", "0.0.0.0/0");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(guard_prefix_read(span_of(bad[i]), &prefix), FSK_SYNTAX);
	assert_int_equal(prefix.bits, 7); /* written on success only */
}

static struct guard_policy_setting
make_setting(struct guard_prefix prefixes[2], char canary[32])
{
	prefixes[0] = prefix_of("192.0.2.0/24");
	prefixes[1] = prefix_of("2001:db8::/32");
	snprintf(canary, 32, "Foresink.Internal.");
	return (struct guard_policy_setting){
	        .clients = prefixes,
	        .client_count = 2,
	        .carriers = prefixes + 1,
	        .carrier_count = 1,
	        .sinkhole_count = 100,
	        .ttl = 60,
	        .canary = span_of(canary),
	};
}

static void
test_copy(void **state)
{
	struct guard_prefix prefixes[2];
	char canary[32];
	const struct guard_policy_setting setting = make_setting(prefixes, canary);
	const struct guard_policy_setting *own;
	struct address address = address_of("192.0.2.1");
	struct guard_policy *policy;

	(void)state;
	assert_int_equal(guard_policy_new(&setting, &policy), FSK_OK);
	memset(prefixes, 0, sizeof(prefixes));
	memset(canary, 0, sizeof(canary));
	own = guard_policy_of(policy);
	assert_true(guard_prefix_has(own->clients, own->client_count, &address));
	assert_int_equal(own->carrier_count, 1);
	assert_true(span_equal(own->canary, span_of("foresink.internal")));
	assert_int_equal(own->sinkhole_count, GUARD_SINKHOLES);
	for (size_t i = 0; i < dga_generator_count(); i++)
		assert_int_equal(own->actions[i], GUARD_NXDOMAIN);
	assert_ptr_equal(guard_policy_keep(policy), policy);
	guard_policy_free(policy);
	assert_int_equal(guard_policy_of(policy)->ttl, 60); /* there is one owner more */
	guard_policy_free(policy);
	guard_policy_free(guard_policy_keep(NULL));
}

static void
test_canary(void **state)
{
	struct guard_policy_setting setting = {.canary = span_of("no name..")};
	struct guard_policy *policy;

	(void)state;
	assert_int_equal(guard_policy_new(&setting, &policy), FSK_OK);
	assert_int_equal(guard_policy_of(policy)->canary.len, 0);
	guard_policy_free(policy);
}

static void
test_memory(void **state)
{
	struct guard_prefix prefixes[2];
	char canary[32];
	const struct guard_policy_setting setting = make_setting(prefixes, canary);
	struct guard_policy *policy = NULL;
	enum fsk_err err = FSK_NOMEM;
	int calls = 0;

	(void)state;
	for (; err != FSK_OK; calls++) {
		memory_left = calls;
		err = guard_policy_new(&setting, &policy);
		memory_left = -1;
		assert_true(err == FSK_OK || (err == FSK_NOMEM && policy == NULL));
	}
	assert_int_equal(calls, 5);
	guard_policy_free(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_has),    cmocka_unit_test(test_none),
	        cmocka_unit_test(test_text),   cmocka_unit_test(test_copy),
	        cmocka_unit_test(test_canary), cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
