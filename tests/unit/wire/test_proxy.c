/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The PROXY protocol's header: as HAProxy's text has it, cut at each octet, of each family
 * and transport, and as it is written.
 */
#include "message_octets.h"
#include "wire/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SIGNATURE "\x0d\x0a\x0d\x0a\0\x0d\x0aQUIT\x0a"

static enum wire_proxy_reading
read_copy(const void *octets, size_t len, struct wire_proxy *proxy, size_t *header)
{
	char *copy = malloc(len + 1);
	enum wire_proxy_reading reading;

	assert_non_null(copy);
	memcpy(copy + 1, octets, len);
	*header = 77;
	reading = wire_proxy_read((struct span){copy + 1, len}, proxy, header);
	free(copy);
	if (reading == WIRE_PROXY_READ)
		assert_true(*header >= 16 && *header <= len && *header <= WIRE_PROXY_MOST);
	else
		assert_int_equal(*header, 77);
	return reading;
}

static void
put_proxy(struct octets *to, unsigned version, unsigned family, size_t data)
{
	to->len = 0;
	put(to, SIGNATURE, 12);
	put_number(to, version, 1);
	put_number(to, family, 1);
	put_number(to, data, 2);
	for (size_t i = 0; i < data; i++)
		put_number(to, i + 1, 1);
	put(to, "DNS", 3);
}

static void
test_known(void **state)
{
	static const char v4[] =
	        SIGNATURE "\x21\x12\0\x0c\xc0\0\2\1\xc6\x33\x64\2\xd4\x31\0\x35";
	struct wire_proxy proxy;
	char text[ADDRESS_SIZE];
	size_t len;

	(void)state;
	assert_int_equal(read_copy(v4, sizeof(v4) - 1, &proxy, &len), WIRE_PROXY_READ);
	assert_int_equal(len, 28);
	assert_false(proxy.local || proxy.stream);
	address_write(&proxy.source, text);
	assert_string_equal(text, "192.0.2.1");
	address_write(&proxy.target, text);
	assert_string_equal(text, "198.51.100.2");
	assert_int_equal(proxy.source_port, 54321);
	assert_int_equal(proxy.target_port, 53);
}

static void
test_cut(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_proxy proxy;
	size_t len;

	(void)state;
	put_proxy(&octets, 0x21, 0x21, 36 + 7); /* with what others add */
	for (size_t cut = 0; cut < 16 + 43; cut++)
		assert_int_equal(read_copy(octets.at, cut, &proxy, &len), WIRE_PROXY_MORE);
	for (size_t cut = 16 + 43; cut <= octets.len; cut++) {
		assert_int_equal(read_copy(octets.at, cut, &proxy, &len), WIRE_PROXY_READ);
		assert_int_equal(len, 16 + 43);
	}
	assert_true(proxy.stream && !address_is_v4(&proxy.source));
	assert_int_equal(proxy.source.octets[0], 1);
	assert_int_equal(proxy.target.octets[15], 32);
	assert_int_equal(proxy.target_port, 35 << 8 | 36);
	for (size_t at = 0; at < 12; at++) { /* a signature that is another: seen at once */
		octets.at[at] ^= 1;
		assert_int_equal(read_copy(octets.at, at + 1, &proxy, &len),
		                 WIRE_PROXY_BAD);
		assert_int_equal(read_copy(octets.at, octets.len, &proxy, &len),
		                 WIRE_PROXY_BAD);
		if (at > 0)
			assert_int_equal(read_copy(octets.at, at, &proxy, &len),
			                 WIRE_PROXY_MORE);
		octets.at[at] ^= 1;
	}
}

/* Each version with each command, and each family with each transport. */
static void
test_kinds(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_proxy proxy;
	size_t len;

	(void)state;
	for (unsigned kind = 0; kind < 256; kind++) {
		unsigned family = kind >> 4, transport = kind & 0xf;
		bool good = family <= 3 && transport <= 2;
		bool known = good && transport > 0 && (family == 1 || family == 2);

		put_proxy(&octets, kind, 0x11, 12);
		assert_int_equal(read_copy(octets.at, octets.len, &proxy, &len),
		                 kind == 0x20 || kind == 0x21 ? WIRE_PROXY_READ
		                                              : WIRE_PROXY_BAD);
		put_proxy(&octets, 0x21, kind, 216);
		assert_int_equal(read_copy(octets.at, octets.len, &proxy, &len),
		                 good ? WIRE_PROXY_READ : WIRE_PROXY_BAD);
		if (good) {
			assert_true(proxy.local == !known);
			assert_true(proxy.stream == (known && transport == 1));
		}
		put_proxy(&octets, 0x20, kind, 5); /* its own: all else does not count */
		assert_int_equal(read_copy(octets.at, octets.len, &proxy, &len),
		                 WIRE_PROXY_READ);
		assert_true(proxy.local && len == 21);
	}
}

static void
test_lengths(void **state)
{
	static const struct {
		unsigned family;
		size_t least;
	} families[] = {{0x11, 12}, {0x12, 12}, {0x21, 36},
	                {0x22, 36}, {0x00, 0},  {0x31, 0}};
	struct octets octets = {.len = 0};
	struct wire_proxy proxy;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		for (size_t data = 0; data < 600; data++) {
			bool fits =
			        data >= families[i].least && data <= WIRE_PROXY_MOST - 16;

			put_proxy(&octets, 0x21, families[i].family, data);
			assert_int_equal(read_copy(octets.at, octets.len, &proxy, &len),
			                 fits ? WIRE_PROXY_READ : WIRE_PROXY_BAD);
			/* And what is too long is not waited for. */
			if (!fits)
				assert_int_equal(read_copy(octets.at, 16, &proxy, &len),
				                 WIRE_PROXY_BAD);
		}
	}
}

static void
test_round(void **state)
{
	static const char *const hosts[] = {"192.0.2.1", "203.0.113.9", "2001:db8::1",
	                                    "::"};
	uint8_t out[WIRE_PROXY_SIZE];
	struct wire_proxy read;
	size_t len, written;

	(void)state;
	for (unsigned n = 0; n < 32; n++) {
		struct wire_proxy proxy = {
		        .stream = n % 2 == 1, .source_port = 65535, .target_port = 53};

		assert_int_equal(address_read(span_of(hosts[n / 2 % 4]), &proxy.source),
		                 FSK_OK);
		assert_int_equal(address_read(span_of(hosts[n / 8]), &proxy.target),
		                 FSK_OK);
		written = wire_proxy_write(&proxy, out);
		assert_int_equal(written, n / 2 % 4 < 2 && n / 8 < 2 ? 28 : 52);
		assert_int_equal(read_copy(out, written, &read, &len), WIRE_PROXY_READ);
		assert_int_equal(len, written);
		assert_true(read.stream == proxy.stream && !read.local);
		assert_true(address_equal(&read.source, &proxy.source));
		assert_true(address_equal(&read.target, &proxy.target));
		assert_int_equal(read.source_port, 65535);
		assert_int_equal(read.target_port, 53);
		proxy.local = true;
		assert_int_equal(wire_proxy_write(&proxy, out), 16);
		assert_int_equal(read_copy(out, 16, &read, &len), WIRE_PROXY_READ);
		assert_true(read.local && len == 16);
	}
}

static void
test_mutants(void **state)
{
	static struct octets octets;
	struct wire_proxy proxy;
	uint64_t row = 2;
	unsigned readings[3] = {0};
	size_t len;

	(void)state;
	for (unsigned n = 0; n < 20000; n++) {
		put_proxy(&octets, 0x20 | n % 2, n % 3 == 0 ? 0x12 : 0x21,
		          36 + next(&row) % 9);
		for (unsigned times = (unsigned)next(&row) % 3; times > 0; times--)
			octets.at[next(&row) % 16] ^= (unsigned char)(1u << next(&row) % 8);
		octets.len -= next(&row) % 9;
		readings[read_copy(octets.at, octets.len, &proxy, &len)]++;
	}
	for (size_t i = 0; i < 3; i++)
		assert_true(readings[i] > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_known), cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_kinds), cmocka_unit_test(test_lengths),
	        cmocka_unit_test(test_round), cmocka_unit_test(test_mutants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
