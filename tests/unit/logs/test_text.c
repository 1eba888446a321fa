/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Taking lines apart: what each function takes, what it refuses, and that it
 * leaves the text where it was then.
 */
#include "logs/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
assert_text(struct span got, const char *want)
{
	if (!span_equal(got, span_of(want)))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)got.len, got.text, want);
}

static void
words(void **state)
{
	struct span text = span_of("query: x");

	(void)state;
	assert_false(text_word(&text, "query: x "));
	assert_false(text_word(&text, "Query"));
	assert_text(text, "query: x");
	assert_true(text_word(&text, "query: "));
	assert_text(text, "x");
	assert_true(text_word(&text, ""));
	assert_true(text_word(&text, "x"));
	assert_false(text_word(&text, "x"));
	assert_int_equal(text.len, 0);
}

static void
what_stands_in_front_of_a_stop(void **state)
{
	struct span text = span_of("a\tb\t\tc");
	struct span taken = span_of("before");

	(void)state;
	assert_true(text_until(&text, '\t', &taken));
	assert_text(taken, "a");
	assert_true(text_until(&text, '\t', &taken));
	assert_text(taken, "b");
	assert_true(text_until(&text, '\t', &taken));
	assert_text(taken, "");
	assert_false(text_until(&text, '\t', &taken));
	assert_text(text, "c");
	text = (struct span){NULL, 0};
	assert_false(text_until(&text, '\t', &taken));
	text = (struct span){"a\0b", 3};
	assert_true(text_until(&text, '\0', &taken));
	assert_text(taken, "a");
	assert_text(text, "b");
}

static void
tokens(void **state)
{
	struct span text = span_of("one two  three");
	struct span taken;

	(void)state;
	assert_true(text_token(&text, &taken));
	assert_text(taken, "one");
	assert_true(text_token(&text, &taken));
	assert_text(taken, "two");
	assert_false(text_token(&text, &taken)); /* a second blank */
	assert_text(text, " three");
	text_blanks(&text);
	assert_true(text_token(&text, &taken));
	assert_text(taken, "three");
	assert_false(text_token(&text, &taken));
	assert_int_equal(text.len, 0);
	text = span_of(" \t \tx ");
	text_blanks(&text);
	assert_text(text, "x ");
	text_blanks(&text);
	assert_text(text, "x ");
}

static void
assert_number(const char *digits, uint64_t most, uint64_t want, const char *rest)
{
	struct span text = span_of(digits);
	uint64_t number = 7;

	assert_true(text_number(&text, most, &number));
	assert_true(number == want);
	assert_text(text, rest);
}

static void
assert_no_number(const char *digits, uint64_t most)
{
	struct span text = span_of(digits);
	uint64_t number = 7;

	assert_false(text_number(&text, most, &number));
	assert_true(number == 7);
	assert_text(text, digits);
}

static void
numbers(void **state)
{
	(void)state;
	assert_number("0", 0, 0, "");
	assert_number("000", 0, 0, "");
	assert_number("5x", 5, 5, "x");
	assert_number("65535 ", 65535, 65535, " ");
	assert_number("0065535", 65535, 65535, "");
	assert_number("1234567x", 1234567, 1234567, "x");
	assert_number("12345678x", 12345678, 12345678, "x");
	assert_number("123456789", 123456789, 123456789, "");
	assert_number("7 9876543", 7, 7, " 9876543");
	assert_number("00000000000000000000000007", 7, 7, "");
	assert_number("18446744073709551615", UINT64_MAX, UINT64_MAX, "");
	assert_number("18446744073709551614", UINT64_MAX - 1, UINT64_MAX - 1, "");
	assert_no_number("1", 0);
	assert_no_number("6", 5);
	assert_no_number("9", 5);
	assert_no_number("10", 9);
	assert_no_number("65536", 65535);
	assert_no_number("655350", 65535);
	assert_no_number("18446744073709551616", UINT64_MAX);
	assert_no_number("18446744073709551615", UINT64_MAX - 1);
	assert_no_number("99999999999999999999", UINT64_MAX);
	assert_no_number("", 9);
	assert_no_number("-1", 9);
	assert_no_number("x1234567", 9);
	assert_no_number("12345678", 12345677);
	assert_no_number("123456789", 123456788);
	assert_no_number(" 1", 9);
}

static void
ports(void **state)
{
	(void)state;
	assert_int_equal(text_port(span_of("1")), 1);
	assert_int_equal(text_port(span_of("65535")), 65535);
	assert_int_equal(text_port(span_of("65536")), 0);
	assert_int_equal(text_port(span_of("53x")), 0);
	assert_int_equal(text_port(span_of("53 ")), 0);
	assert_int_equal(text_port(span_of("")), 0);
	assert_int_equal(text_port(span_of("-53")), 0);
}

static void
places(void **state)
{
	(void)state;
	assert_int_equal(text_find(span_of("a client b"), "client"), 2);
	assert_int_equal(text_find(span_of("client client"), "client"), 0);
	assert_int_equal(text_find(span_of("a clien"), "client"), 7);
	assert_int_equal(text_find(span_of(""), "client"), 0);
	assert_int_equal(text_find((struct span){NULL, 0}, "client"), 0);
	assert_int_equal(text_find((struct span){"client", 5}, "client"), 5);
	assert_int_equal(text_find((struct span){"a\0client", 8}, "client"), 2);
}

static void
forms_of_addresses(void **state)
{
	static const char *const those[] = {
	        "1.2.3.4",
	        "255.255.255.255",
	        "10.0.0.1",
	        "192.0.2.77",
	        "::",
	        "::1",
	        "2001:DB8::53",
	        "fe80::1%eth0",
	        "::ffff:192.0.2.1",
	        "abcd:abcd:abcd:abcd:abcd:abcd:255.255.255.255"};
	static const char *const others[] = {
	        "",
	        ":",
	        "1.2.3",
	        "1234567",
	        "12345678",
	        "123456789012345",
	        "10/0/0/17",
	        "10.0.0.17\n",
	        "10.0.0.1\xb1",
	        "255.255.255.2555",
	        ".1.2.3.4",
	        "1.2.3.4.",
	        "1.2.3.4#53",
	        "1.2.3.4/24",
	        " 1.2.3.4",
	        "1b.cafe.de9",
	        "example.com",
	        "dead.beef",
	        "[::1]",
	        "%eth0",
	        "1.2.3.4%eth0",
	        "abcd:abcd:abcd:abcd:abcd:abcd:0255.255.255.255",
	        "2001:db8::g"};

	(void)state;
	for (size_t i = 0; i < sizeof(those) / sizeof(those[0]); i++) {
		if (!text_looks_like_address(span_of(those[i])))
			fail_msg("\"%s\" is an address", those[i]);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (text_looks_like_address(span_of(others[i])))
			fail_msg("\"%s\" is no address", others[i]);
	}
}

static void
assert_client(const char *text, char mark, const char *client, uint16_t port)
{
	struct log_entry entry = {.port = 7};

	if (!text_client(span_of(text), mark, &entry))
		fail_msg("\"%s\" is no client", text);
	assert_text(entry.client, client);
	assert_int_equal(entry.port, port);
}

static void
assert_no_client(const char *text, char mark)
{
	struct log_entry entry = {.port = 7};

	if (text_client(span_of(text), mark, &entry))
		fail_msg("\"%s\" is a client", text);
	assert_int_equal(entry.port, 7);
	assert_int_equal(entry.client.len, 0);
}

static void
clients(void **state)
{
	(void)state;
	assert_client("192.0.2.1#42392", '#', "192.0.2.1", 42392);
	assert_client("2001:db8::53#42392", '#', "2001:db8::53", 42392);
	assert_client("fe80::1%eth0#53", '#', "fe80::1%eth0", 53);
	assert_client("192.0.2.1@53", '@', "192.0.2.1", 53);
	assert_client("192.0.2.1:1234", ':', "192.0.2.1", 1234);
	assert_client("192.0.2.1", ':', "192.0.2.1", 0);
	assert_client("192.0.2.1", '#', "192.0.2.1", 0);
	assert_client("2001:db8::53", ':', "2001:db8::53", 0);
	assert_client("::1", ':', "::1", 0);
	assert_client("[2001:db8::53]:1234", ':', "2001:db8::53", 1234);
	assert_client("[2001:db8::53]", ':', "2001:db8::53", 0);
	assert_client("[192.0.2.1]:5", ':', "192.0.2.1", 5);
	/* A port that is none is not known. */
	assert_client("192.0.2.1#65536", '#', "192.0.2.1", 0);
	assert_client("192.0.2.1#", '#', "192.0.2.1", 0);
	assert_client("[::1]x53", ':', "::1", 0);
	assert_no_client("", '#');
	assert_no_client("#53", '#');
	assert_no_client("host.example#53", '#');
	assert_no_client("[]:53", ':');
	assert_no_client("[::1", ':');
	assert_no_client("[host]:53", ':');
	assert_no_client("-", ':');
	assert_no_client("unix:", ':');
}

static void
types(void **state)
{
	(void)state;
	assert_int_equal(text_type(span_of("A")), 1);
	assert_int_equal(text_type(span_of("AAAA")), 28);
	assert_int_equal(text_type(span_of("HTTPS")), 65);
	assert_int_equal(text_type(span_of("ANY")), 255);
	assert_int_equal(text_type(span_of("TYPE65")), 65);
	assert_int_equal(text_type(span_of("65")), 65);
	assert_int_equal(text_type(span_of("TYPE65535")), 65535);
	assert_int_equal(text_type(span_of("TYPE65536")), 0);
	assert_int_equal(text_type(span_of("TYPE")), 0);
	assert_int_equal(text_type(span_of("AA")), 0);
	assert_int_equal(text_type(span_of("A ")), 0);
	assert_int_equal(text_type(span_of("")), 0);
	assert_int_equal(text_type(span_of("NOSUCH")), 0);
}

static void
transports(void **state)
{
	(void)state;
	assert_int_equal(text_transport(span_of("udp")), LOG_TRANSPORT_UDP);
	assert_int_equal(text_transport(span_of("TCP")), LOG_TRANSPORT_TCP);
	assert_int_equal(text_transport(span_of("DoT")), LOG_TRANSPORT_TLS);
	assert_int_equal(text_transport(span_of("tls")), LOG_TRANSPORT_TLS);
	assert_int_equal(text_transport(span_of("doh")), LOG_TRANSPORT_HTTPS);
	assert_int_equal(text_transport(span_of("HTTPS")), LOG_TRANSPORT_HTTPS);
	assert_int_equal(text_transport(span_of("doq")), LOG_TRANSPORT_QUIC);
	assert_int_equal(text_transport(span_of("quic")), LOG_TRANSPORT_QUIC);
	assert_int_equal(text_transport(span_of("udp ")), LOG_TRANSPORT_UNKNOWN);
	assert_int_equal(text_transport(span_of("ud")), LOG_TRANSPORT_UNKNOWN);
	assert_int_equal(text_transport(span_of("")), LOG_TRANSPORT_UNKNOWN);
}

static void
what_is_kept(void **state)
{
	struct log_scratch *scratch = calloc(1, sizeof(*scratch));
	char full[sizeof(scratch->text)];
	struct span one, two;

	(void)state;
	assert_non_null(scratch);
	memset(full, 'x', sizeof(full));
	assert_true(text_keep(scratch, "one", 3, &one));
	assert_true(text_keep(scratch, "", 0, &two));
	assert_int_equal(two.len, 0);
	assert_true(text_keep(scratch, "two", 3, &two));
	assert_text(one, "one");
	assert_text(two, "two");
	assert_false(text_keep(scratch, full, sizeof(full) - 5, &two));
	assert_text(two, "two"); /* written on success only */
	assert_int_equal(scratch->used, 6);
	assert_true(text_keep(scratch, full, sizeof(full) - 6, &two));
	assert_int_equal(two.len, sizeof(full) - 6);
	assert_true(text_keep(scratch, full, 0, &two));
	assert_false(text_keep(scratch, full, 1, &two));
	assert_text(one, "one");
	free(scratch);
}

static void
assert_host(const char *target, bool connect, const char *want)
{
	struct span host = text_url_host(span_of(target), connect);

	if (!span_equal(host, span_of(want)))
		fail_msg("host of \"%s\": \"%.*s\" instead of \"%s\"", target,
		         (int)host.len, host.text, want);
}

static void
hosts_of_urls(void **state)
{
	(void)state;
	assert_host("http://a.example/", false, "a.example");
	assert_host("http://a.example", false, "a.example");
	assert_host("http://a.example:80/x", false, "a.example");
	assert_host("https://user:pw@a.example:8443/x@y", false, "a.example");
	assert_host("http://a.example?q=1", false, "a.example");
	assert_host("http://a.example#top", false, "a.example");
	assert_host("http://[2001:db8::1]:80/x", false, "2001:db8::1");
	assert_host("http://192.0.2.1:80/x", false, "192.0.2.1");
	assert_host("cache_object://a.example/info", false, "a.example");
	assert_host("HTTP://A.EXAMPLE./", false, "A.EXAMPLE.");
	assert_host("http://", false, "");
	assert_host("http:///x", false, "");
	assert_host("http://user@/x", false, "");
	assert_host("http://[2001:db8::1/x", false, "");
	assert_host("http:/a.example/", false, "");
	assert_host("", false, "");
	assert_host("/search?q=1", false, "");
	assert_host("*", false, "");
	assert_host("a.example:443", false, "");
	assert_host("://a.example/", false, "");
	/* Another URL in the query is not what was asked for. */
	assert_host("/?u=http://evil.example/", false, "");
	assert_host("/x:http://evil.example/", false, "");
	assert_host("http://a.example/?u=http://evil.example@x/", false, "a.example");
}

static void
hosts_of_connect(void **state)
{
	(void)state;
	assert_host("a.example:443", true, "a.example");
	assert_host("a.example", true, "a.example");
	assert_host("[2001:db8::1]:443", true, "2001:db8::1");
	assert_host("192.0.2.1:443", true, "192.0.2.1");
	assert_host(":443", true, "");
	assert_int_equal(text_url_host((struct span){NULL, 0}, true).len, 0);
	assert_int_equal(text_url_host((struct span){NULL, 0}, false).len, 0);
	assert_host("", true, "");
	assert_host("[", true, "");
	assert_host("[]:443", true, "");
}

/* Octets of each kind, read from memory that ends where the text does. */
static void
nothing_is_read_behind_the_text(void **state)
{
	static const char *const texts[] = {
	        "[2001:db8::1]:1234",   "192.0.2.1#42392", "http://user@a.example:80/x",
	        "18446744073709551615", "TYPE65535",       "fe80::1%eth0",
	        "word and word"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t len = 0; len <= strlen(texts[i]); len++) {
			char *copy = malloc(len > 0 ? len : 1);
			struct span text = {copy, len}, taken = {copy, len}, host;
			struct log_entry entry = {.port = 0};
			uint64_t number;

			assert_non_null(copy);
			memcpy(copy, texts[i], len);
			(void)text_client(text, '#', &entry);
			(void)text_client(text, ':', &entry);
			(void)text_type(text);
			(void)text_transport(text);
			(void)text_find(text, "word and words");
			for (int connect = 0; connect < 2; connect++) {
				host = text_url_host(text, connect != 0);
				assert_true(host.text >= copy &&
				            host.text + host.len <= copy + len);
			}
			(void)text_number(&taken, UINT64_MAX, &number);
			(void)text_token(&text, &taken);
			assert_true(text.text + text.len == copy + len);
			free(copy);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(words),
	        cmocka_unit_test(what_stands_in_front_of_a_stop),
	        cmocka_unit_test(tokens),
	        cmocka_unit_test(numbers),
	        cmocka_unit_test(ports),
	        cmocka_unit_test(places),
	        cmocka_unit_test(forms_of_addresses),
	        cmocka_unit_test(clients),
	        cmocka_unit_test(types),
	        cmocka_unit_test(transports),
	        cmocka_unit_test(what_is_kept),
	        cmocka_unit_test(hosts_of_urls),
	        cmocka_unit_test(hosts_of_connect),
	        cmocka_unit_test(nothing_is_read_behind_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
