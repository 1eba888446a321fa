/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Client subnets: those that are and are not what RFC 7871 says.
 */
#include "wire/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static bool
subnet(const char *data, size_t len, const char *wanted, unsigned bits)
{
	struct address address = {{1}};
	char text[ADDRESS_SIZE];
	char *copy = malloc(len + 1);
	uint8_t found = 77;
	bool yes;

	assert_non_null(copy);
	memcpy(copy + 1, data, len);
	yes = wire_subnet_read((struct span){copy + 1, len}, &address, &found);
	free(copy);
	if (!yes) {
		assert_int_equal(found, 77);
		return false;
	}
	address_write(&address, text);
	assert_string_equal(text, wanted);
	assert_int_equal(found, bits);
	return true;
}

static void
test_subnets(void **state)
{
	char all[20] = {0, 1, 32, 0, 1, 2, 3, 4};

	(void)state;
	assert_true(subnet("\0\1\x18\0\xcb\0\x71", 7, "203.0.113.0", 24));
	assert_true(subnet("\0\1\x20\0\xcb\0\x71\7", 8, "203.0.113.7", 32));
	assert_true(subnet("\0\1\x19\0\xcb\0\x71\x80", 8, "203.0.113.128", 25));
	assert_true(subnet("\0\1\0\0", 4, "0.0.0.0", 0));
	assert_true(subnet("\0\2\0\0", 4, "::", 0));
	assert_true(subnet("\0\0\0\0", 4, "::", 0));
	assert_true(subnet("\0\2\x20\0\x20\1\x0d\xb8", 8, "2001:db8::", 32));
	assert_false(subnet("\0\1\x19\0\xcb\0\x71\7", 8, "", 0)); /* bits behind it */
	assert_false(subnet("\0\1\x18\0\xcb\0\x71\0", 8, "", 0)); /* an octet too many */
	assert_false(subnet("\0\1\x18\0\xcb\0", 6, "", 0));       /* too few */
	assert_false(subnet("\0\1\x18\1\xcb\0\x71", 7, "", 0));   /* a scope */
	assert_false(subnet("\0\3\x18\0\xcb\0\x71", 7, "", 0));
	assert_false(subnet("\1\1\x18\0\xcb\0\x71", 7, "", 0));
	assert_false(subnet("\0\0\x08\0\xcb", 5, "", 0)); /* an address of no family */
	assert_false(subnet("\0\1\x21\0\1\2\3\4\x80", 9, "", 0));
	for (size_t len = 0; len < 8; len++)
		assert_false(subnet("\0\1\x20\0\1\2\3\4", len, "", 0));
	memset(all, 0, sizeof(all));
	all[1] = 2;
	all[2] = (char)128;
	assert_true(subnet(all, 20, "::", 128));
	all[2] = (char)129;
	assert_false(subnet(all, 20, "", 0));
	memcpy(all + 2, "\x80\0\0\0\0\0\0\0\0\0\0\0\xff\xff\1\2\3\4", 18);
	assert_true(subnet(all, 20, "1.2.3.4", 32)); /* IPv4 that is mapped */
	all[2] = 127;
	all[19] = 5;
	assert_false(subnet(all, 20, "", 0));
	all[2] = 95;
	assert_false(subnet(all, 16, "", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_subnets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
