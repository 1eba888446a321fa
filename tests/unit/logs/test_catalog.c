/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Of which format a file is: told by what most of its lines are, whatever else is
 * in it, however it is cut.
 */
#include "logs/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define BIND "client 10.0.0.1#1234 (a.example): query: a.example IN A + (10.0.0.53)"
#define SQUID "1795290229.802 1 10.0.0.1 TCP_MISS/200 232 GET http://a.example/ - NONE/- -"
#define SQUID_ASIDE "1795290229.802 1 10.0.0.1 NONE/400 0 - error:x - NONE/- -"
#define FOREIGN "what no program writes"

static const char *
told(struct span head, bool cut)
{
	struct log_dialect dialect = {.why = NULL};
	const struct log_format *format = log_detect(head, cut, &dialect);

	return format == NULL ? "none" : format->name;
}

static void
assert_told(const char *head, bool cut, const char *want)
{
	const char *got = told(span_of(head), cut);

	if (strcmp(got, want) != 0)
		fail_msg("\"%s\" is of %s, not of %s", head, got, want);
}

static void
names(void **state)
{
	(void)state;
	assert_string_equal(log_format_find(span_of("bind"))->name, "bind");
	assert_non_null(log_format_find((struct span){"binder", 4}));
	assert_null(log_format_find(span_of("bin")));
	assert_null(log_format_find(span_of("bind ")));
	assert_null(log_format_find(span_of("BIND")));
	assert_null(log_format_find((struct span){"bind", 5})); /* with its NUL */
	assert_null(log_format_find(span_of("")));
	assert_null(log_format_at(log_format_count()));
	assert_null(log_format_at(SIZE_MAX));
}

static void
files_of_one_format(void **state)
{
	(void)state;
	assert_told(BIND, false, "bind");
	assert_told(BIND "\n", false, "bind");
	assert_told(SQUID "\n" SQUID "\n", false, "squid");
	assert_told(SQUID_ASIDE "\n", false, "squid"); /* nobody asked, but told */
}

static void
ends_of_lines(void **state)
{
	(void)state;
	assert_told(BIND "\r\n" BIND "\r\n", false, "bind");
	assert_told("\n\n\r\n\n" BIND "\n\n", false, "bind");
	assert_told(SQUID "\r\n" SQUID, false, "squid");
	assert_told(SQUID "\n" BIND "\r", true, "squid"); /* CR alone ends no line */
}

static void
files_of_several(void **state)
{
	(void)state;
	assert_told(BIND "\n" SQUID "\n" SQUID "\n", false, "squid");
	assert_told(SQUID "\n" BIND "\n" SQUID "\n" BIND "\n" BIND "\n", false, "bind");
	assert_told(FOREIGN "\n" FOREIGN "\n" FOREIGN "\n" SQUID "\n", false, "squid");
	/* As many that ask: those that only belong to it decide; else the first
	 * of the catalog. */
	assert_told(SQUID "\n" BIND "\n", false, "bind");
	assert_told(BIND "\n" SQUID "\n", false, "bind");
	assert_told(BIND "\n" SQUID "\n" SQUID_ASIDE "\n", false, "squid");
	/* One that asks counts more than any number that do not. */
	assert_told(BIND "\n" SQUID_ASIDE "\n" SQUID_ASIDE "\n", false, "bind");
}

static void
heads_that_are_cut(void **state)
{
	(void)state;
	assert_told(BIND, true, "none"); /* may be a part of a line */
	assert_told(BIND "\n", true, "bind");
	assert_told(SQUID "\n" BIND, true, "squid");
	assert_told(SQUID "\n" BIND, false, "bind");
}

static void
what_is_no_log(void **state)
{
	char bytes[4096];
	uint32_t random = 1;

	(void)state;
	assert_told("", false, "none");
	assert_told("", true, "none");
	assert_told("\n", false, "none");
	assert_told("\r\n\n", true, "none");
	assert_told(FOREIGN "\n" FOREIGN, false, "none");
	assert_string_equal(told((struct span){NULL, 0}, false), "none");
	memset(bytes, 0, sizeof(bytes));
	assert_string_equal(told((struct span){bytes, sizeof(bytes)}, false), "none");
	for (size_t i = 0; i < sizeof(bytes); i++) {
		random = random * 1664525 + 1013904223;
		bytes[i] = (char)(random >> 24);
	}
	assert_string_equal(told((struct span){bytes, sizeof(bytes)}, false), "none");
}

static void
nul_within_a_log(void **state)
{
	static const char head[] = "\0\0\n" BIND "\n\0" BIND "\n" SQUID "\0\n" BIND "\n";

	(void)state;
	assert_string_equal(told((struct span){head, sizeof(head) - 1}, false), "bind");
}

/* What is no text is told by its first octets, before any line is read. */
static void
what_is_no_text(void **state)
{
	static const struct {
		const char *octets;
		size_t len;
		const char *name;
	} heads[] = {
	        {"\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0", 24, "pcap"},
	        {"\xa1\xb2\xc3\xd4\0\2\0\4\0\0\0\0\0\0\0\0\0\4\0\0\0\0\0\1", 24, "pcap"},
	        {"\xa1\xb2\x3c\x4d\0\2\0\4\0\0\0\0\0\0\0\0\0\4\0\0\0\0\0\1", 24, "pcap"},
	        {"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0"
	         "\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0",
	         28, "pcap"},
	        {"\0\0\0\0\0\0\0\x22\0\0\0\2\0\0\0\1\0\0\0\x16"
	         "protobuf:dnstap.Dnstap",
	         42, "dnstap"},
	        {"SQLite format 3\0\x10\0\1\1\0\x40\x20\x20", 24, "pihole-ftl"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct span head = {heads[i].octets, heads[i].len};

		assert_string_equal(told(head, true), heads[i].name);
		assert_string_equal(told((struct span){head.text, 3}, true), "none");
	}
}

/* Of what a head of ${lines} foreign lines and one of BIND is. */
static const char *
told_after(size_t lines)
{
	size_t len = lines * strlen(FOREIGN "\n") + sizeof(BIND "\n");
	char *head = malloc(len);
	char *end = head;
	const char *name;

	assert_non_null(head);
	for (size_t i = 0; i < lines; i++)
		end = stpcpy(end, FOREIGN "\n");
	end = stpcpy(end, BIND "\n");
	name = told((struct span){head, (size_t)(end - head)}, false);
	free(head);
	return name;
}

static void
only_the_first_lines_are_looked_at(void **state)
{
	(void)state;
	assert_string_equal(told_after(999), "bind");
	assert_string_equal(told_after(1000), "none");
}

#define ZEEK                                                                               \
	"#separator \\x09\n#path\tdns\n"                                                   \
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tproto\tquery\tqtype\n"
#define ZEEK_LINE "1591367999.306059\tC\t192.168.4.76\t36844\tudp\ttestmyids.com\t28"

static enum log_kind
read_zeek(const struct log_dialect *dialect)
{
	const struct log_format *zeek = log_format_find(span_of("zeek"));
	struct log_scratch scratch = {.used = 0};
	struct log_entry entry = {.why = NULL};

	assert_non_null(zeek);
	return zeek->read(dialect, span_of(ZEEK_LINE), &scratch, &entry);
}

static void
what_was_learnt_is_handed_out(void **state)
{
	struct log_dialect dialect = {.why = NULL};
	const struct log_format *format;

	(void)state;
	assert_int_not_equal(read_zeek(&dialect), LOG_ASKED);
	format = log_detect(span_of(ZEEK ZEEK_LINE "\n"), false, &dialect);
	assert_non_null(format);
	assert_string_equal(format->name, "zeek");
	assert_int_equal(read_zeek(&dialect), LOG_ASKED);
	dialect = (struct log_dialect){.why = NULL};
	log_learn(format, span_of(ZEEK), false, &dialect);
	assert_int_equal(read_zeek(&dialect), LOG_ASKED);
	/* A header that is cut teaches nothing. */
	dialect = (struct log_dialect){.why = NULL};
	log_learn(format, (struct span){ZEEK, strlen(ZEEK) - 1}, true, &dialect);
	assert_int_not_equal(read_zeek(&dialect), LOG_ASKED);
}

static void
assert_same(const struct log_dialect *got, const struct log_dialect *want)
{
	assert_int_equal(got->order, want->order);
	assert_int_equal(got->order_said, want->order_said);
	assert_int_equal(got->order_seen, want->order_seen);
	assert_int_equal(got->separator, want->separator);
	assert_memory_equal(got->place, want->place, sizeof(want->place));
	assert_int_equal(got->width, want->width);
	assert_int_equal(got->columns_said, want->columns_said);
	assert_int_equal(got->variant, want->variant);
	assert_ptr_equal(got->why, want->why);
}

static void
what_the_user_said_stays(void **state)
{
	const struct log_dialect said = {.order = LOG_ORDER_MDY, .order_said = true};
	struct log_dialect dialect = said;

	(void)state;
	assert_non_null(log_detect(span_of(BIND "\n"), false, &dialect));
	assert_same(&dialect, &said);
	assert_null(log_detect(span_of(FOREIGN "\n"), false, &dialect));
	assert_same(&dialect, &said);
	/* A format that learns nothing changes nothing. */
	log_learn(log_format_find(span_of("bind")), span_of(ZEEK), false, &dialect);
	assert_same(&dialect, &said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names),
	        cmocka_unit_test(files_of_one_format),
	        cmocka_unit_test(ends_of_lines),
	        cmocka_unit_test(files_of_several),
	        cmocka_unit_test(heads_that_are_cut),
	        cmocka_unit_test(what_is_no_log),
	        cmocka_unit_test(nul_within_a_log),
	        cmocka_unit_test(what_is_no_text),
	        cmocka_unit_test(only_the_first_lines_are_looked_at),
	        cmocka_unit_test(what_was_learnt_is_handed_out),
	        cmocka_unit_test(what_the_user_said_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
