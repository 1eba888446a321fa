/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Fingerprints: each descriptor by its own samples, and the real requests that
 * reached a sinkhole operator on one day.
 */
#include "base/address.h"
#include "base/ascii.h"
#include "dga/catalog.h"
#include "watch/fingerprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define CAPTURE TEST_DATA "/cli/data/conficker-sinkhole-2011-05-30.tsv"

static struct span
span_or_none(const char *text)
{
	return text == NULL ? (struct span){NULL, 0} : span_of(text);
}

static struct watch_request
request_of(const struct watch_fingerprint_sample *sample)
{
	return (struct watch_request){
	        .method = span_or_none(sample->method),
	        .target = span_or_none(sample->target),
	        .version = span_or_none(sample->version),
	        .host = span_or_none(sample->host),
	        .agent = span_or_none(sample->agent),
	        .referrer = span_or_none(sample->referrer),
	};
}

static void
test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < watch_fingerprint_count(); i++) {
		const struct watch_fingerprint *f = watch_fingerprint_at(i);
		size_t fitting = 0;

		for (size_t k = 0; k < f->sample_count; k++) {
			struct watch_request request = request_of(&f->samples[k]);
			int64_t counter = 4711;

			assert_int_equal(f->fits(&request, &counter), f->samples[k].fits);
			assert_int_equal(counter,
			                 f->samples[k].fits ? f->samples[k].counter : 4711);
			assert_non_null(f->samples[k].source);
			fitting += f->samples[k].fits;
			if (!f->samples[k].fits || f->sender != WATCH_BOT)
				continue;
			assert_true(watch_fingerprint_of(&request, &counter)->strength >=
			            f->strength);
		}
		assert_true(fitting > 0 && fitting < f->sample_count);
	}
	assert_null(watch_fingerprint_at(watch_fingerprint_count()));
}

static void
test_descriptors(void **state)
{
	(void)state;
	for (size_t i = 0; i < watch_fingerprint_count(); i++) {
		const struct watch_fingerprint *f = watch_fingerprint_at(i);

		for (const char *c = f->name; *c != '\0'; c++)
			assert_true(ascii_lower(*c) || ascii_digit(*c) || *c == '-');
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(f->name, watch_fingerprint_at(k)->name);
		assert_true(strlen(f->title) > 0 && strlen(f->text) > 0);
		assert_non_null(f->sources[0]);
		if (f->family != NULL)
			assert_non_null(dga_family_find(span_of(f->family)));
		assert_ptr_equal(watch_fingerprint_find(span_of(f->name)), f);
		/* A verdict takes strong ones for proofs of infection. */
		assert_true(f->sender == WATCH_BOT || f->strength == WATCH_WEAK);
		assert_true(f->sender == WATCH_BOT || f->family == NULL);
	}
	assert_null(watch_fingerprint_find(span_of("")));
	assert_null(watch_fingerprint_find(span_of("conficker-a")));
	assert_null(watch_fingerprint_find((struct span){"tls", 4})); /* with its NUL */
}

/* The stronger goes before the weaker, wherever they stand in the list. */
static void
test_order(void **state)
{
	struct watch_request request = {
	        .method = span_of("GET"),
	        .target = span_of("/search?q=5"),
	        .version = span_of("HTTP/1.0"),
	        .host = span_of("192.0.2.1"),
	        .agent = span_of("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"),
	};
	int64_t counter = -7;

	(void)state;
	assert_string_equal(watch_fingerprint_of(&request, &counter)->name, "conficker-ab");
	assert_int_equal(counter, 5);
	request.host = span_of("www.example.com");
	assert_string_equal(watch_fingerprint_of(&request, &counter)->name,
	                    "conficker-ab-search");
	request = (struct watch_request){.method = {NULL, 0}};
	counter = -7;
	assert_null(watch_fingerprint_of(&request, &counter));
	assert_int_equal(counter, -7);
}

#define IE "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"

/* Who is said to have sent a request at a sinkhole. */
static void
test_mark(void **state)
{
	static const struct {
		const char *method, *target, *host, *agent;
		const char *want, *sender;
		int64_t counter;
	} asked[] = {
	        {"GET", "/search?q=5", "192.0.2.1", IE, "conficker-ab", "bot", 5},
	        {"GET", "/search?q=5", "www.example.com", IE, "conficker-ab-search", "bot",
	         5},
	        {"GET", "/search?q=5", "192.0.2.1", "curl/7.88.1", "researcher",
	         "researcher", -1},
	        {"GET", "/search?q=5&aq=7", "192.0.2.1", "-", "conficker-aq", "bot", 5},
	        {"GET", "/4vir/antispyware/loadadv.exe", "trafficconverter.biz",
	         "curl/7.88.1", "conficker-a-download", "bot", -1},
	        {"GET", "/", "trafficconverter.biz", IE, "conficker-a-front", "bot", -1},
	        {"GET", "/robots.txt", "trafficconverter.biz", "curl/7.88.1", "crawler",
	         "crawler", -1},
	        {"GET", "/wp-login.php", "192.0.2.1", "Googlebot/2.1", "scanner", "scanner",
	         -1},
	        {"GET", "/", "192.0.2.1", IE, "http", "anybody", -1},
	        {"BREW", "/pot", "", "", "http", "anybody", -1},
	        {"", "", "", "", "http", "anybody", -1},
	};

	(void)state;
	for (size_t i = 0; i < WATCH_COUNT(asked); i++) {
		struct watch_request request = {
		        .method = span_of(asked[i].method),
		        .target = span_of(asked[i].target),
		        .version = span_of("HTTP/1.1"),
		        .host = span_of(asked[i].host),
		        .agent = span_of(asked[i].agent),
		};
		int64_t counter = -7;
		const struct watch_fingerprint *found =
		        watch_fingerprint_mark(&request, &counter);

		assert_string_equal(found->name, asked[i].want);
		assert_string_equal(watch_sender_name(found->sender), asked[i].sender);
		assert_int_equal(counter, asked[i].counter);
	}
	assert_string_equal(watch_fingerprint_other(true)->name, "tls");
	assert_string_equal(watch_fingerprint_other(false)->name, "unknown");
}

/* What a visitor says of itself is no bot's, however often it is asked. */
static void
test_bots_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < watch_fingerprint_count(); i++) {
		const struct watch_fingerprint *f = watch_fingerprint_at(i);

		for (size_t k = 0; k < f->sample_count; k++) {
			struct watch_request request = request_of(&f->samples[k]);
			int64_t counter = -7;
			const struct watch_fingerprint *found =
			        watch_fingerprint_of(&request, &counter);

			assert_true(found == NULL || found->sender == WATCH_BOT);
		}
	}
}

/* No octet behind a span is read, wherever it is cut; each part is in memory of
 * just its size. */
static void
test_cut(void **state)
{
	static const char target[] = "http://u:p@[2001:db8::1]:80/search?q=2147483647";
	static const char agent[] = "Mozilla/4.0 (compatible; MSIE 6.0)";

	(void)state;
	for (size_t len = 1; len < sizeof(target); len++) {
		size_t shorter = len < sizeof(agent) ? len : sizeof(agent) - 1;
		char *cut = malloc(len);
		char *browser = malloc(shorter);
		const struct watch_fingerprint *found;
		int64_t counter = -7;

		assert_non_null(cut);
		assert_non_null(browser);
		memcpy(cut, target, len);
		memcpy(browser, agent, shorter);
		found = watch_fingerprint_of(
		        &(struct watch_request){.method = span_of("GET"),
		                                .target = {cut, len},
		                                .host = {cut, len},
		                                .agent = {browser, shorter}},
		        &counter);
		if (len < sizeof(target) - strlen("2147483647"))
			assert_null(found);
		else
			assert_string_equal(found->name, "conficker-ab");
		free(cut);
		free(browser);
	}
}

/* A line of the capture: the request as octets, written as Python would. */
struct captured {
	struct span source; /* address */
	struct watch_request request;
};

/* Takes what stands in front of ${stop} off ${text}, and the stop. */
static struct span
take(struct span *text, const char *stop)
{
	const char *at = memmem(text->text, text->len, stop, strlen(stop));
	struct span taken = *text;

	assert_non_null(at);
	taken.len = (size_t)(at - text->text);
	*text = span_from(*text, taken.len + strlen(stop));
	return taken;
}

static struct captured
read_captured(struct span line)
{
	struct captured read = {.source = {NULL, 0}};
	struct span source, header;

	take(&line, "\t");
	take(&line, "\t");
	source = take(&line, "\t");
	read.source = take(&source, ":");
	take(&line, "\tb'");
	read.request.method = take(&line, " ");
	read.request.target = take(&line, " ");
	read.request.version = take(&line, "\\r\\n");
	while ((header = take(&line, "\\r\\n")).len > 0) {
		struct span name = take(&header, ": ");

		if (span_equal(name, span_of("Host")))
			read.request.host = header;
		if (span_equal(name, span_of("User-Agent")))
			read.request.agent = header;
	}
	return read;
}

static void
test_capture(void **state)
{
	static const int64_t counters[] = {0,   0, 36, 1, 345, 0,  0,  3, 567,
	                                   345, 0, 36, 0, 4,   27, 10, 0};
	struct address sources[WATCH_COUNT(counters)];
	size_t reports = 0, distinct = 0, downloads = 0, fronts = 0;
	FILE *file = fopen(CAPTURE, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	(void)state;
	assert_non_null(file);
	while ((len = getline(&line, &size, file)) > 0) {
		struct captured captured;
		const struct watch_fingerprint *found;
		int64_t counter = -7, marked = -7;
		size_t i = 0;

		if (memcmp(line, "#number", 7) == 0)
			continue;
		captured = read_captured((struct span){line, (size_t)len});
		found = watch_fingerprint_of(&captured.request, &counter);
		assert_non_null(found);
		assert_ptr_equal(watch_fingerprint_mark(&captured.request, &marked), found);
		assert_int_equal(marked, counter);
		downloads += strcmp(found->name, "conficker-a-download") == 0;
		fronts += strcmp(found->name, "conficker-a-front") == 0;
		if (strcmp(found->name, "conficker-ab") != 0) {
			assert_int_equal(counter, -1);
			continue;
		}
		assert_true(reports < WATCH_COUNT(counters));
		assert_int_equal(counter, counters[reports]);
		assert_int_equal(address_read(captured.source, &sources[distinct]), FSK_OK);
		while (!address_equal(&sources[i], &sources[distinct]))
			i++;
		distinct += i == distinct;
		reports++;
	}
	free(line);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(reports, 17);
	assert_int_equal(distinct, 15);
	assert_int_equal(downloads, 7);
	assert_int_equal(fronts, 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_samples),   cmocka_unit_test(test_descriptors),
	        cmocka_unit_test(test_order),     cmocka_unit_test(test_mark),
	        cmocka_unit_test(test_bots_only), cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_capture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
