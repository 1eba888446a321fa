/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Requests, as bots and everybody else send them: whole, octet by octet, cut anywhere, at
 * each limit; and what is none.
 */
#include "captured.h"

#include "base/ascii.h"
#include "sinkhole/request.h"

#define LITERAL(text)                                                                      \
	{                                                                                  \
		text, sizeof(text) - 1                                                     \
	}
#define TEXT(text) ((struct span)LITERAL(text))

/* Reads ${octets} at once. */
static enum sinkhole_state
read_whole(struct span octets, bool ended, struct sinkhole_request *request)
{
	struct sinkhole_reader reader = {.seen = 0};

	return sinkhole_request_read(&reader, octets, ended, request);
}

/* The same in two parts, of which the first has ${first} octets; each part lies in memory
 * of just its size, and the places are those in ${octets}. */
static enum sinkhole_state
read_split(struct span octets, size_t first, bool ended, struct sinkhole_request *request)
{
	struct sinkhole_reader reader = {.seen = 0};
	char *part = malloc(first > 0 ? first : 1);
	enum sinkhole_state state;

	assert_non_null(part);
	memcpy(part, octets.text, first);
	state = sinkhole_request_read(&reader, (struct span){part, first}, false, request);
	free(part);
	if (state != SINKHOLE_MORE)
		assert_int_equal(sinkhole_request_read(&reader, octets, ended, request),
		                 state);
	else
		state = sinkhole_request_read(&reader, octets, ended, request);
	return state;
}

static enum sinkhole_state
read_bytewise(struct span octets, bool ended, struct sinkhole_request *request)
{
	struct sinkhole_reader reader = {.seen = 0};
	enum sinkhole_state state = SINKHOLE_MORE;

	for (size_t len = 0; len <= octets.len && state == SINKHOLE_MORE; len++)
		state = sinkhole_request_read(&reader, (struct span){octets.text, len},
		                              false, request);
	if (state == SINKHOLE_MORE)
		state = sinkhole_request_read(&reader, octets, ended, request);
	return state;
}

static void
assert_same(const struct sinkhole_request *a, const struct sinkhole_request *b)
{
	const struct span *left = &a->line, *right = &b->line;

	for (; left <= &a->forwarded; left++, right++)
		assert_true(span_equal(*left, *right));
	assert_int_equal(a->body, b->body);
	assert_int_equal(a->count, b->count);
}

/* Reads ${octets} in all ways, which must not differ. */
static enum sinkhole_state
read_all_ways(struct span octets, bool ended, struct sinkhole_request *request)
{
	enum sinkhole_state state = read_whole(octets, ended, request);
	struct sinkhole_request other;

	assert_int_equal(read_bytewise(octets, ended, &other), state);
	if (state == SINKHOLE_REQUEST || state == SINKHOLE_BROKEN)
		assert_same(request, &other);
	for (size_t first = 0; first <= octets.len; first++) {
		assert_int_equal(read_split(octets, first, ended, &other), state);
		if (state == SINKHOLE_REQUEST || state == SINKHOLE_BROKEN)
			assert_same(request, &other);
	}
	return state;
}

static void
assert_text(struct span got, const char *wanted)
{
	assert_int_equal(got.len, strlen(wanted));
	assert_true(span_equal(got, span_of(wanted)));
}

static void
test_capture(void **state)
{
	static struct captured captured[CAPTURED];
	size_t reports = 0, proxied = 0;

	(void)state;
	read_captured(captured);
	for (size_t i = 0; i < CAPTURED; i++) {
		struct span octets = {captured[i].octets, captured[i].len};
		struct sinkhole_request request;

		assert_int_equal(octets.text[octets.len - 1], '\0');
		assert_int_equal(read_all_ways(octets, false, &request), SINKHOLE_REQUEST);
		assert_text(request.method, "GET");
		assert_true(request.version.len == strlen("HTTP/1.0"));
		assert_true(span_equal((struct span){request.agent.text, 12},
		                       span_of("Mozilla/4.0 ")));
		assert_int_equal(request.referrer.len, 0);
		assert_false(request.body);
		assert_true(request.count >= 3);
		/* All but the empty line and the NUL behind it. */
		assert_ptr_equal(request.fields.text + request.fields.len + 3,
		                 octets.text + octets.len);
		if (request.via.len > 0)
			proxied++;
		if (request.target.len > 9 &&
		    memcmp(request.target.text, "/search?q", 9) == 0) {
			assert_text(request.host, "149.20.56.34");
			reports++;
		} else {
			assert_text(request.host, "trafficconverter.biz");
		}
	}
	assert_int_equal(reports, 17);
	assert_int_equal(proxied, 5);
}

static void
test_parts(void **state)
{
	struct sinkhole_request request;
	struct span octets = TEXT("\r\n\nPOST  http://h:80/a b?q=1\t HTTP/1.1 \r\n"
	                          " folded: onto the request line\r\n"
	                          "hOST :\t name.example:8080 \r\n"
	                          "User-Agent:\r\n"
	                          "User-Agent: second\n"
	                          "Referer: http://x/\r\n"
	                          "Via: 1.0 a,\r\n\t1.1 b\r\n"
	                          "X-Forwarded-For: 10.0.0.1\r\n"
	                          "X-Nul: a\0b\r\n"
	                          "Content-Length: 007\r\n"
	                          "\n"
	                          "GET /next HTTP/1.0\r\n\r\n");

	(void)state;
	assert_int_equal(read_all_ways(octets, false, &request), SINKHOLE_REQUEST);
	assert_text(request.line, "POST  http://h:80/a b?q=1\t HTTP/1.1 ");
	assert_text(request.method, "POST");
	assert_text(request.target, "http://h:80/a b?q=1");
	assert_text(request.version, "HTTP/1.1");
	assert_text(request.host, "name.example:8080");
	assert_text(request.agent, "");
	assert_text(request.referrer, "http://x/");
	assert_text(request.via, "1.0 a,\r\n\t1.1 b");
	assert_text(request.forwarded, "10.0.0.1");
	assert_true(request.body);
	assert_int_equal(request.count, 8);
}

/* What a line is by itself, and by what follows it. */
static void
test_kinds(void **state)
{
	static const struct {
		struct span octets;
		bool ended;
		enum sinkhole_state wanted;
	} cases[] = {
	        {LITERAL("GET /\r\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("get /\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("GET \r\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("GET /"), false, SINKHOLE_MORE},
	        {LITERAL("GET /"), true, SINKHOLE_REQUEST},
	        {LITERAL("HEAD /x\r\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("GET / HTTP/1.0\r\n"), false, SINKHOLE_MORE},
	        {LITERAL("GET / HTTP/1.0\r\n"), true, SINKHOLE_BROKEN},
	        {LITERAL("GET / HTTP/1.0"), true, SINKHOLE_BROKEN},
	        {LITERAL("GET / HTTP/1.0\r\nHost: x"), true, SINKHOLE_BROKEN},
	        {LITERAL("GET / HTTP/1.0\r\n\r\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("GET / HTTP/1.0\n\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("CONNECT mail.example:25 HTTP/1.1\r\n\r\n"), false,
	         SINKHOLE_REQUEST},
	        {LITERAL("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("OPTIONS / RTSP/1.0\r\n\r\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("x!y /\0 http/1.1\r\n\r\n"), false, SINKHOLE_REQUEST},
	        {LITERAL("GET / HTTP/1.0\r\nno colon\r\n"), false, SINKHOLE_BROKEN},
	        {LITERAL("GET / HTTP/1.0\r\n: no name\r\n"), false, SINKHOLE_BROKEN},
	        {LITERAL("GET / HTTP/1.0\r\nn\0l: x\r\n"), false, SINKHOLE_BROKEN},
	        {LITERAL("NICK bot\r\n"), false, SINKHOLE_STRANGE},
	        {LITERAL("SSH-2.0-x y\r\n"), false, SINKHOLE_STRANGE},
	        {LITERAL("NICK bot"), true, SINKHOLE_STRANGE},
	        {LITERAL("HELLO\r\n"), false, SINKHOLE_STRANGE},
	        {LITERAL("HELLO"), false, SINKHOLE_MORE},
	        {LITERAL("HELLO"), true, SINKHOLE_STRANGE},
	        {LITERAL(" GET / HTTP/1.0\r\n"), false, SINKHOLE_STRANGE},
	        {LITERAL("\0"), false, SINKHOLE_STRANGE},
	        {LITERAL("\r\r"), false, SINKHOLE_STRANGE},
	        {LITERAL("\r"), false, SINKHOLE_MORE},
	        {LITERAL(""), false, SINKHOLE_MORE},
	        {LITERAL(""), true, SINKHOLE_STRANGE},
	        {LITERAL("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nGET /\n"), false,
	         SINKHOLE_REQUEST},
	        {LITERAL("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"), false, SINKHOLE_STRANGE},
	        {LITERAL("\x16"), false, SINKHOLE_MORE},
	        {LITERAL("\x16\x03"), false, SINKHOLE_HELLO},
	        {LITERAL("\x16\x04"), false, SINKHOLE_STRANGE},
	        {LITERAL("\n\x16\x03"), false, SINKHOLE_STRANGE},
	        {LITERAL("\x80\x2e\x01\x03"), false, SINKHOLE_MORE},
	        {LITERAL("\x80\x2e\x01\x03\x01"), false, SINKHOLE_HELLO},
	        {LITERAL("\x80\x2e\x01\x00\x02"), false, SINKHOLE_HELLO},
	        {LITERAL("\x80\x2e\x01\x00\x03"), false, SINKHOLE_STRANGE},
	        {LITERAL("\x80\x2e\x02"), false, SINKHOLE_STRANGE},
	        {LITERAL("\xff\xfe"), false, SINKHOLE_MORE},
	        {LITERAL("\xff\xfe"), true, SINKHOLE_STRANGE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sinkhole_request request;

		if (read_all_ways(cases[i].octets, cases[i].ended, &request) !=
		    cases[i].wanted)
			fail_msg("case %zu: %.*s", i, (int)cases[i].octets.len,
			         cases[i].octets.text);
	}
}

static void
test_method(void **state)
{
	char text[64];
	struct sinkhole_request request;

	(void)state;
	for (size_t len = 31; len <= 34; len++) {
		memset(text, 'A', sizeof(text));
		memcpy(text + len, " / HTTP/1.0\r\n\r\n", 16);
		assert_int_equal(read_all_ways(span_of(text), false, &request),
		                 len <= 32 ? SINKHOLE_REQUEST : SINKHOLE_STRANGE);
	}
	memset(text, 'A', sizeof(text));
	assert_int_equal(read_whole((struct span){text, 32}, false, &request),
	                 SINKHOLE_MORE);
	assert_int_equal(read_whole((struct span){text, 33}, false, &request),
	                 SINKHOLE_STRANGE);
}

/* A request of ${len} octets in all, whose line, or last field, makes up what it needs. */
static struct span
make_long(char *text, size_t len, bool line)
{
	static const char field[] = "GET / HTTP/1.0\r\nHost: h\r\nX: ";
	static const char end[] = " HTTP/1.0\r\n\r\n";

	memset(text, 'a', len);
	memcpy(text, line ? "GET /" : field, line ? 5 : sizeof(field) - 1);
	if (line)
		memcpy(text + len - (sizeof(end) - 1), end, sizeof(end) - 1);
	else
		memcpy(text + len - 4, "\r\n\r\n", 4);
	return (struct span){text, len};
}

static void
test_limits(void **state)
{
	static char text[SINKHOLE_REQUEST_MOST + 16];
	struct sinkhole_request request;

	(void)state;
	for (size_t len = SINKHOLE_REQUEST_MOST - 4; len <= SINKHOLE_REQUEST_MOST + 4;
	     len++) {
		enum sinkhole_state wanted =
		        len <= SINKHOLE_REQUEST_MOST ? SINKHOLE_REQUEST : SINKHOLE_TOO_LONG;

		for (unsigned line = 0; line < 2; line++) {
			struct span octets = make_long(text, len, line == 1);

			assert_int_equal(read_whole(octets, false, &request), wanted);
			assert_int_equal(read_bytewise(octets, false, &request), wanted);
			assert_text(request.method, "GET");
			assert_true(request.target.len > (line == 1 ? 8000 : 0));
			assert_text(request.host, line == 1 ? "" : "h");
			assert_true(request.fields.text == NULL ||
			            request.fields.text + request.fields.len <=
			                    text + SINKHOLE_REQUEST_MOST);
		}
	}
	/* A line that never ends and asks for nothing is no request. */
	memset(text, 'a', sizeof(text));
	text[4] = ' ';
	assert_int_equal(
	        read_whole((struct span){text, SINKHOLE_REQUEST_MOST - 1}, false, &request),
	        SINKHOLE_MORE);
	assert_int_equal(read_whole((struct span){text, sizeof(text)}, false, &request),
	                 SINKHOLE_STRANGE);
}

static void
test_many_fields(void **state)
{
	static char text[SINKHOLE_REQUEST_MOST];
	struct sinkhole_request request;

	(void)state;
	for (unsigned fields = 98; fields <= 102; fields++) {
		size_t len = (size_t)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n");

		for (unsigned i = 1; i < fields; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			                        "N%u: v\r\n", i);
		snprintf(text + len, sizeof(text) - len, "Host: last\r\n\r\n");
		assert_int_equal(read_whole(span_of(text), false, &request),
		                 SINKHOLE_REQUEST);
		assert_int_equal(request.count, fields);
		assert_text(request.host, fields <= SINKHOLE_FIELDS_MOST ? "last" : "");
		assert_non_null(memmem(request.fields.text, request.fields.len, "last", 4));
	}
}

static void
test_bodies(void **state)
{
	static const struct {
		const char *field;
		bool body;
	} cases[] = {
	        {"Content-Length: 0", false},
	        {"Content-Length: 00", false},
	        {"Content-Length:", false},
	        {"Content-Length: 1", true},
	        {"content-length: 18446744073709551616", true},
	        {"Content-Length: x", true},
	        {"Transfer-Encoding: chunked", true},
	        {"Content-Lengthy: 1", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sinkhole_request request;
		char text[100];

		snprintf(text, sizeof(text), "PUT / HTTP/1.1\r\n%s\r\n\r\n",
		         cases[i].field);
		assert_int_equal(read_all_ways(span_of(text), false, &request),
		                 SINKHOLE_REQUEST);
		assert_int_equal(request.body, cases[i].body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_capture), cmocka_unit_test(test_parts),
	        cmocka_unit_test(test_kinds),   cmocka_unit_test(test_method),
	        cmocka_unit_test(test_limits),  cmocka_unit_test(test_many_fields),
	        cmocka_unit_test(test_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
