/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Answers of upstreams: what is read of them, and what makes them unfit to be passed on.
 */
#include "message_octets.h"
#include "wire/octets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_response(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query response;
	size_t len;

	(void)state;
	put_answer(&octets);
	assert_true(wire_response_read(octets.at, octets.len, &response));
	assert_true(response.opt_end <= octets.len);
	assert_int_equal(response.id, 0xbeef);
	assert_int_equal(response.flags, 0x8180);
	assert_int_equal(response.question_end, 28);
	assert_int_equal(response.qtype, 1);
	assert_true(response.has_opt && response.extra && !response.has_name);
	assert_int_equal(response.opt_end - response.opt_at, 11 + 37);
	assert_int_equal(response.cookie.len, 24);
	len = octets.len;
	for (octets.len = 0; octets.len < len; octets.len++) {
		uint8_t *copy = malloc(octets.len + 1);

		assert_non_null(copy);
		memcpy(copy + 1, octets.at, octets.len);
		assert_false(wire_response_read(copy + 1, octets.len, &response));
		free(copy);
	}
	put_number(&octets, 0, 1);
	assert_false(wire_response_read(octets.at, octets.len, &response));
	octets.len = len;
	octets.at[2] &= 0x7f;
	assert_false(wire_response_read(octets.at, octets.len, &response));
	octets.at[2] |= 0x80;
	octets.at[5] = 0;
	assert_false(wire_response_read(octets.at, octets.len, &response));
	octets.at[5] = 2;
	assert_false(wire_response_read(octets.at, octets.len, &response));
	octets.at[5] = 1;
	assert_true(wire_response_read(octets.at, octets.len, &response));
	octets.at[response.opt_at + WIRE_OPT_FIXED + 3] = 25; /* an option is cut */
	octets.at[response.opt_at + WIRE_OPT_FIXED + 2] = 1;
	assert_false(wire_response_read(octets.at, octets.len, &response));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_response),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
