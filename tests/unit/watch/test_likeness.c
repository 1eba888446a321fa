/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Shapes of requests: the same for what differs only in what bots vary, others for all
 * else; never longer than they may be, never with octets that steer a terminal.
 */
#include "base/ascii.h"
#include "watch/likeness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct shape {
	char text[WATCH_LIKENESS_SIZE];
};

/* The shape of the request, with what holds for each. */
static struct shape
shape_of(const struct watch_likeness *request)
{
	struct shape shape;
	size_t len;

	memset(shape.text, 0x7f, sizeof(shape.text));
	len = watch_likeness_of(request, shape.text);
	assert_true(len < sizeof(shape.text));
	assert_int_equal(strlen(shape.text), len);
	for (size_t i = 0; i < len; i++)
		assert_true(ascii_print(shape.text[i]));
	return shape;
}

static struct shape
shape_of_target(struct span target)
{
	return shape_of(&(struct watch_likeness){.method = span_of("GET"),
	                                         .target = target,
	                                         .version = span_of("HTTP/1.1")});
}

static void
test_skeletons(void **state)
{
	static const struct {
		const char *target, *want;
	} asked[] = {
	        {"/", "GET / HTTP/1.1"},
	        {"", "GET  HTTP/1.1"},
	        {"*", "GET * HTTP/1.1"},
	        {"/search?q=252", "GET /search?q= HTTP/1.1"},
	        {"/search?q=3&aq=7", "GET /search?q=&aq= HTTP/1.1"},
	        {"/search?252", "GET /search?N HTTP/1.1"},
	        {"/search?", "GET /search? HTTP/1.1"},
	        {"/search?&&", "GET /search?&& HTTP/1.1"},
	        {"/a?b=c=d?e", "GET /a?b= HTTP/1.1"},
	        {"/a/1234567/b2.php", "GET /a/N/bN.php HTTP/1.1"},
	        {"/20110530", "GET /N HTTP/1.1"},
	        {"/0a1b2c3", "GET /NaNbNcN HTTP/1.1"},
	        {"/0a1b2c3d", "GET /H HTTP/1.1"},
	        {"/DEADBEEF.gif", "GET /H.gif HTTP/1.1"},
	        {"/abcdefghijk", "GET /abcdefghijk HTTP/1.1"},
	        {"/abcdefghijkl", "GET /S HTTP/1.1"},
	        {"/k3j9x0q2zzzz", "GET /S HTTP/1.1"},
	        {"/%E4%B8%AD%E6%96%87", "GET /S HTTP/1.1"},
	        {"/a%20b", "GET /a%Nb HTTP/1.1"},
	        {"/a_b-c~d", "GET /a_b-c~d HTTP/1.1"},
	        {"/\"\\\x01\x80", "GET /\\x22\\x5c\\x01\\x80 HTTP/1.1"},
	        {"http://192.0.2.1:80/search?q=1", "GET http://*/search?q= HTTP/1.1"},
	        {"http://a.example", "GET http://*/ HTTP/1.1"},
	        {"https://a.example/", "GET https://a.example/ HTTP/1.1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(asked); i++)
		assert_string_equal(shape_of_target(span_of(asked[i].target)).text,
		                    asked[i].want);
}

static void
test_fields(void **state)
{
	struct watch_likeness request = {
	        .method = span_of("POST"),
	        .target = span_of("/"),
	        .version = span_of("HTTP/1.0"),
	        .fields = span_of("Host: a.example\r\nUser-Agent: x: y\r\n folded: z\r\n"
	                          "nothing\r\n: none\r\nAccept :*/*\nX\x1b[31m: 1\r\n\r\n"),
	};
	struct shape one, other;

	(void)state;
	one = shape_of(&request);
	assert_string_equal(one.text, "POST / HTTP/1.0 Host,User-Agent,Accept,X\\x1b[31m");
	request.fields = span_of("Host: b.example\r\nUser-Agent: z\r\n\r\n");
	one = shape_of(&request);
	request.fields = span_of("Host: c.example\nUser-Agent: \n");
	assert_string_equal(shape_of(&request).text, one.text);
	request.fields = span_of("User-Agent: z\r\nHost: b.example\r\n\r\n");
	other = shape_of(&request);
	assert_string_not_equal(other.text, one.text);
	request.fields = span_of("Host: b.example\r\nuser-agent: z\r\n\r\n");
	assert_string_not_equal(shape_of(&request).text, one.text);
	request.version = span_of("");
	request.fields = span_of("");
	assert_string_equal(shape_of(&request).text, "POST /");
}

/* The longest that has room is whole; one more octet, and it ends in its hash, which tells
 * what is behind the end. */
static void
test_bounds(void **state)
{
	static const char front[] = "GET / HTTP/1.1 ";
	char fields[512];
	struct watch_likeness request = {.method = span_of("GET"),
	                                 .target = span_of("/"),
	                                 .version = span_of("HTTP/1.1"),
	                                 .fields = {fields, 0}};

	(void)state;
	for (size_t name = 1; name < 300; name++) {
		struct shape shape, other;
		bool whole = sizeof(front) - 1 + name < WATCH_LIKENESS_SIZE;

		memset(fields, 'a', name);
		fields[name] = ':';
		request.fields.len = name + 1;
		shape = shape_of(&request);
		assert_memory_equal(shape.text, front, sizeof(front) - 1);
		assert_int_equal(strlen(shape.text), whole ? sizeof(front) - 1 + name
		                                           : WATCH_LIKENESS_SIZE - 1);
		assert_int_equal(memchr(shape.text, '~', WATCH_LIKENESS_SIZE) == NULL,
		                 whole);
		fields[name - 1] = 'b';
		other = shape_of(&request);
		assert_string_not_equal(shape.text, other.text);
	}
}

/* A target that varies without end stays in few shapes, however long it is. */
static void
test_long(void **state)
{
	size_t len = (size_t)1 << 20;
	char *target = malloc(len);
	struct shape one;

	(void)state;
	assert_non_null(target);
	for (size_t i = 0; i < len; i++)
		target[i] = "/-"[i % 2];
	one = shape_of_target((struct span){target, len});
	assert_int_equal(strlen(one.text), strlen("GET ") + 64 + strlen("~ HTTP/1.1"));
	target[len - 1] = '?';
	assert_string_equal(shape_of_target((struct span){target, len}).text +
	                            strlen("GET ") + 64,
	                    "~? HTTP/1.1");
	memset(target, 'x', len);
	assert_string_equal(shape_of_target((struct span){target, len}).text,
	                    "GET S HTTP/1.1");
	memset(target, '&', len);
	target[0] = '?';
	one = shape_of_target((struct span){target, len});
	assert_int_equal(strlen(one.text), strlen("GET ") + 48 + strlen("~ HTTP/1.1"));
	assert_string_equal(shape_of(&(struct watch_likeness){.method = {target + 1, 99},
	                                                      .version = {target + 1, 99}})
	                            .text,
	                    "&&&&&&&&&&&&&&&&~  &&&&&&&&&&&&~");
	free(target);
}

/* Each octet in each place, in memory of just its size. */
static void
test_octets(void **state)
{
	(void)state;
	for (unsigned octet = 0; octet < 256; octet++) {
		char *one = malloc(1);
		char *field = malloc(3);
		struct span text = {one, 1};

		assert_non_null(one);
		assert_non_null(field);
		*one = (char)octet;
		field[0] = (char)octet;
		field[1] = 'a';
		field[2] = ':';
		shape_of(&(struct watch_likeness){text, text, text, text});
		shape_of(&(struct watch_likeness){text, text, text, {field, 3}});
		free(one);
		free(field);
	}
}

static void
test_raw(void **state)
{
	static const struct {
		const char *octets;
		size_t len;
		const char *want;
	} sent[] = {
	        {"", 0, "\"\" 0 octets"},
	        {"a", 1, "\"a\" 1 octet"},
	        {"ab", 2, "\"ab\" 2 to 3 octets"},
	        {"SSH-2.0-Go", 10, "\"SSH-2.0-\" 8 to 15 octets"},
	        {"SSH-2.0-libssh", 14, "\"SSH-2.0-\" 8 to 15 octets"},
	        {"SSH-2.0-libssh-1", 16, "\"SSH-2.0-\" 16 to 31 octets"},
	        {"\x05\x00\"\\\n \x7f\xff!", 9,
	         "\"\\x05\\x00\\x22\\x5c\\x0a \\x7f\\xff\" 8 to 15 octets"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sent); i++) {
		char text[WATCH_LIKENESS_SIZE];
		char *copy = malloc(sent[i].len + 1);

		assert_non_null(copy);
		memcpy(copy + 1, sent[i].octets, sent[i].len);
		assert_int_equal(
		        watch_likeness_raw((struct span){copy + 1, sent[i].len}, text),
		        strlen(sent[i].want));
		assert_string_equal(text, sent[i].want);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_skeletons), cmocka_unit_test(test_fields),
	        cmocka_unit_test(test_bounds),    cmocka_unit_test(test_long),
	        cmocka_unit_test(test_octets),    cmocka_unit_test(test_raw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
