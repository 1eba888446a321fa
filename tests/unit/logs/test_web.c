/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Parts of the lines of web servers.
 */
#include "logs/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
assert_request(const char *line, const char *method, const char *target,
               const char *version)
{
	struct log_request request = {.method = {NULL, 0}};

	web_request(span_of(line), &request);
	assert_true(span_equal(request.method, span_of(method)));
	assert_true(span_equal(request.target, span_of(target)));
	assert_true(span_equal(request.version, span_of(version)));
}

static void
requests_are_taken_apart(void **state)
{
	(void)state;
	assert_request("GET /search?q=29 HTTP/1.0", "GET", "/search?q=29", "HTTP/1.0");
	assert_request("GET /a b HTTP/1.1", "GET", "/a b", "HTTP/1.1");
	assert_request("CONNECT a.example:443 HTTP/1.1", "CONNECT", "a.example:443",
	               "HTTP/1.1");
}

static void
what_is_no_request_changes_nothing(void **state)
{
	static const char *const lines[] = {"", "GET", "GET /", "\x16\x03\x01", "-"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_request(lines[i], "", "", "");
}

static void
the_first_address_counts(void **state)
{
	(void)state;
	assert_true(span_equal(web_first_address(span_of("203.0.113.7, 192.0.2.1")),
	                       span_of("203.0.113.7")));
	assert_true(span_equal(web_first_address(span_of("2001:db8::1")),
	                       span_of("2001:db8::1")));
	assert_int_equal(web_first_address(span_of("unknown, 192.0.2.1")).len, 0);
	assert_int_equal(web_first_address(span_of("")).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(requests_are_taken_apart),
	        cmocka_unit_test(what_is_no_request_changes_nothing),
	        cmocka_unit_test(the_first_address_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
