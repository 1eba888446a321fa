/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Rates of neighbourhoods, and who pushes whom out.
 */
#include "net/limiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW INT64_C(1795348800)

/* Calls until one fails; -1: none does. */
static int left = -1;

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return left >= 0 && left-- == 0 ? NULL : __real_aligned_alloc(alignment, size);
}

static struct address
client_of(unsigned network, unsigned host)
{
	const uint8_t octets[4] = {(uint8_t)(network >> 16), (uint8_t)(network >> 8),
	                           (uint8_t)network, (uint8_t)host};

	return address_of_v4(octets);
}

static enum net_limit
take(struct net_limits *limits, unsigned network, unsigned host, int64_t now)
{
	const struct address client = client_of(network, host);

	return net_limits_take(limits, &client, 4, now);
}

static void
test_rate(void **state)
{
	struct net_limits *limits;
	struct address client = client_of(7, 7);

	(void)state;
	assert_int_equal(net_limits_new(1, &limits), FSK_OK);
	for (unsigned second = 0; second < 3; second++) {
		for (unsigned i = 0; i < 4; i++)
			assert_int_equal(take(limits, 1, i, NOW + second), NET_LIMIT_NONE);
		for (unsigned i = 0; i < 4; i++) {
			assert_int_equal(take(limits, 1, i, NOW + second), NET_LIMIT_SHORT);
			assert_int_equal(take(limits, 1, i, NOW + second), NET_LIMIT_DROP);
		}
		assert_int_equal(take(limits, 2, 1, NOW + second), NET_LIMIT_NONE);
	}
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(net_limits_take(limits, &client, 0, NOW), NET_LIMIT_NONE);
	net_limits_free(limits);
	net_limits_free(NULL);
}

/* Whoever invents addresses pushes out those that are asked for once, not those that ask
 * much. */
static void
test_crowd(void **state)
{
	struct net_limits *limits;

	(void)state;
	assert_int_equal(net_limits_new(2, &limits), FSK_OK);
	for (unsigned i = 0; i < 50; i++)
		take(limits, 1, 1, NOW);
	for (unsigned i = 0; i < 100000; i++)
		take(limits, 1000 + i, 1, NOW);
	assert_int_not_equal(take(limits, 1, 1, NOW), NET_LIMIT_NONE);
	net_limits_free(limits);
}

static struct address
address_of(const char *text)
{
	struct address address = {{0}};

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	return address;
}

static void
test_neighbourhood(void **state)
{
	struct address a = address_of("192.0.2.1"), b = address_of("192.0.2.254");
	struct address c = address_of("2001:db8:0:ff::1"),
	               d = address_of("2001:db8:0:100::");

	(void)state;
	a = net_neighbourhood(&a);
	b = net_neighbourhood(&b);
	assert_true(address_equal(&a, &b));
	b = address_of("2001:db8::");
	c = net_neighbourhood(&c);
	assert_true(address_equal(&c, &b));
	d = net_neighbourhood(&d);
	assert_false(address_equal(&c, &d));
}

static void
test_memory(void **state)
{
	struct net_limits *limits = NULL;

	(void)state;
	left = 0;
	assert_int_equal(net_limits_new(1, &limits), FSK_NOMEM);
	assert_null(limits);
	left = -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_rate),
	        cmocka_unit_test(test_crowd),
	        cmocka_unit_test(test_neighbourhood),
	        cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
