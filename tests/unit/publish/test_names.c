/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every publish format, of names that no generator makes: none, of whatever octets and
 * length, makes a reader read something else than a name.
 */
#include "publish/sample.h"
#include "written.h"

#include <stdio.h>

/* Names that no generator makes, in place of a roster's while there are any. */
static struct {
	const struct span *names;
	size_t count;
	struct watch_ruling ruling;
	struct fsk_match forecasts[3];
	size_t forecast_count;
} made_up;

bool __real_watch_roster_next(struct watch_roster_cursor *cursor,
                              struct watch_entry *entry);
bool __wrap_watch_roster_next(struct watch_roster_cursor *cursor,
                              struct watch_entry *entry);
struct fsk_match __real_watch_roster_forecast(const struct watch_roster *roster,
                                              const struct watch_entry *entry, size_t n);
struct fsk_match __wrap_watch_roster_forecast(const struct watch_roster *roster,
                                              const struct watch_entry *entry, size_t n);
void __real_watch_roster_count(const struct watch_roster *roster,
                               struct watch_roster_counts *counts);
void __wrap_watch_roster_count(const struct watch_roster *roster,
                               struct watch_roster_counts *counts);

bool
__wrap_watch_roster_next(struct watch_roster_cursor *cursor, struct watch_entry *entry)
{
	if (made_up.names == NULL)
		return __real_watch_roster_next(cursor, entry);
	if (cursor->at == made_up.count)
		return false;
	*entry = (struct watch_entry){.name = made_up.names[cursor->at++],
	                              .ruling = &made_up.ruling,
	                              .forecasts = made_up.forecast_count};
	return true;
}

struct fsk_match
__wrap_watch_roster_forecast(const struct watch_roster *roster,
                             const struct watch_entry *entry, size_t n)
{
	if (made_up.names == NULL)
		return __real_watch_roster_forecast(roster, entry, n);
	return made_up.forecasts[n];
}

void
__wrap_watch_roster_count(const struct watch_roster *roster,
                          struct watch_roster_counts *counts)
{
	if (made_up.names == NULL) {
		__real_watch_roster_count(roster, counts);
		return;
	}
	*counts = (struct watch_roster_counts){.names = {made_up.count},
	                                       .forecasts = made_up.count *
	                                                    made_up.forecast_count};
}

static void
make_up(const struct span *names, size_t count, size_t forecasts)
{
	made_up.names = names;
	made_up.count = count;
	made_up.forecast_count = forecasts;
	made_up.ruling = (struct watch_ruling){.state = WATCH_BLOCK};
}

static struct publish_sample sample;

static int
make_sample(void **state)
{
	(void)state;
	return publish_sample_init(&sample) == FSK_OK ? 0 : -1;
}

static int
free_sample(void **state)
{
	(void)state;
	publish_sample_fini(&sample);
	return 0;
}

static int
forget(void **state)
{
	(void)state;
	made_up.names = NULL;
	return 0;
}

static void
check_empty(const struct publish_list *list, const struct publish_format *format,
            const struct publish_part *part)
{
	struct written written = written_part(list, part);

	(void)format;
	assert_int_equal(written.facts.names, 0);
	assert_int_equal(written.facts.left_out, 0);
	if (strcmp(part->file, "dgarchive.json") == 0)
		assert_string_equal(written.text, "{}\n");
	free(written.text);
}

static void
an_empty_list_is_a_list(void **state)
{
	static const struct span none = {"", 0};

	(void)state;
	make_up(&none, 0, 1);
	each_part(&sample.list, check_empty);
}

/* What each kind of reader would take for something else. */
static const char *const hostile[] = {
        "a\nb.com", "a\rb.com", "a b.com", "a\tb.com",  "\xc3\xa4.com",
        "*.com",    "a*.com",   "a..com",  ".a.com",    "a.com.",
        ".",        "",         "\x7f",    "a\x01.com",
};

/* What can be written with an escape, or between quotes. */
static const char *const odd[] = {
        "a\"b.com", "a\\b.com", "a/b.com", "a;b.com", "a#b.com", "#a.com",  "$a.com",
        "@.com",    "(a).com",  "a,b.com", "a|b.com", "a^b.com", "a'b.com", "!a.com",
};

#define HOSTILE (sizeof(hostile) / sizeof(hostile[0]))
#define ODD (sizeof(odd) / sizeof(odd[0]))

static bool
takes_odd_names(const struct publish_format *format)
{
	static const char *const names[] = {"cdb",      "jsonl",   "rpz",
	                                    "suricata", "unbound", "zeek"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(format->name, names[i]) == 0)
			return true;
	}
	return false;
}

static size_t
count_lines(const struct written *written)
{
	size_t lines = 0;

	for (size_t i = 0; i < written->facts.bytes; i++)
		lines += written->text[i] == '\n';
	return lines;
}

/* A list of hostile and odd names has as many more lines than an empty one as there are
 * names that the format takes. */
static void
check_hostile(const struct publish_list *list, const struct publish_format *format,
              const struct publish_part *part)
{
	size_t names = is_about_names(part) ? made_up.count : 0;
	size_t written_names = takes_odd_names(format) && names > 0 ? ODD : 0;
	size_t each = strcmp(format->name, "rpz") == 0 ? 2 : 1;
	struct written written = written_part(list, part);

	assert_int_equal(written.facts.names, written_names);
	assert_int_equal(written.facts.left_out, names - written_names);
	if (strcmp(format->name, "cdb") != 0) {
		size_t count = made_up.count;
		struct written none;

		made_up.count = 0;
		none = written_part(list, part);
		made_up.count = count;
		assert_int_equal(count_lines(&written),
		                 count_lines(&none) + each * written_names);
		free(none.text);
	}
	free(written.text);
}

static void
no_name_is_read_as_something_else(void **state)
{
	struct span names[HOSTILE + ODD + 1];
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < HOSTILE; i++)
		names[count++] = span_of(hostile[i]);
	for (size_t i = 0; i < ODD; i++)
		names[count++] = span_of(odd[i]);
	names[count++] = (struct span){"a\0b.com", 7};
	make_up(names, count, 1);
	made_up.forecasts[0] = (struct fsk_match){.period = sample.list.window};
	each_part(&sample.list, check_hostile);
}

/* Asserts that format ${name} writes ${line} of the only name ${text}. */
static void
assert_line(const char *name, const char *text, const char *line)
{
	const struct publish_format *format = publish_format_find(span_of(name));
	struct span names[] = {span_of(text)};
	struct written written;

	make_up(names, 1, made_up.forecast_count);
	written = written_part(&sample.list, &format->parts[0]);
	if (!has(&written, line))
		fail_msg("%s writes of %s: %s", name, text, written.text);
	free(written.text);
}

static void
odd_octets_are_escaped(void **state)
{
	(void)state;
	made_up.forecast_count = 1;
	made_up.forecasts[0] = (struct fsk_match){.period = sample.list.window};
	assert_line("rpz", "a\";b.com", "\na\\034\\059b.com CNAME .\n*.a\\034\\059b.com C");
	assert_line("rpz", "$a@.com", "\n\\036a\\064.com CNAME .\n");
	assert_line("unbound", "a\"\\b.com",
	            "\nlocal-zone: \"a\\034\\092b.com.\" always_nx");
	assert_line("zeek", "#a\\,.com", "\n\\x23a\\x5c\\x2c.com\tIntel::DOMAIN\tforesink");
	assert_line("jsonl", "a\"\\b.com",
	            "{\"name\":\"a\\\"\\\\b.com\",\"state\":\"block\"");
	assert_line("suricata", "a:b.c", "YTpiLmM=\n");
	assert_line("suricata", "ab.c", "YWIuYw==\n");
	assert_line("suricata", "abc.de", "YWJjLmRl\n");
}

/* A list that holds for ever, two lists of one family, and a name twice in one. */
static void
forecasts_are_told(void **state)
{
	struct dga_generator generator = dga_generator_at(0);
	char first[DGA_GENERATOR_NAME_SIZE + 4];

	(void)state;
	snprintf(first, sizeof(first), "%s/%s\tT\n", generator.family->name,
	         generator.variant->name);
	made_up.forecasts[0] =
	        (struct fsk_match){.period = {INT64_MIN, INT64_MAX}, .index = 3};
	made_up.forecasts[1] = (struct fsk_match){
	        .period = sample.list.window, .generator = 1, .index = UINT32_MAX};
	made_up.forecasts[2] = made_up.forecasts[1];
	made_up.forecast_count = 3;
	assert_line("jsonl", "x.com", "\"first\":null,\"last\":null,\"index\":3},{");
	assert_line("jsonl", "x.com", "\"index\":4294967295},{");
	assert_line("netlab", "x.com",
	            "\tx.com\t2026-11-29 00:00:00\t2026-11-29 23:59:59\n");
	assert_line("bambenek", "x.com", " DGA for 29 Nov 2026,2026-11-29,");
	assert_line("zeek", "x.com", first); /* without a day */
	made_up.forecasts[0] = made_up.forecasts[1];
	assert_line("dgarchive", "x.com", "\": [\"x.com\"]\n}\n");
	assert_line("bambenek", "x.com", "log-only 0\nx.com,Domain used by ");
}

/* A name of ${len} octets with labels of ${label}. */
static struct span
long_name(char room[256], size_t len, size_t label)
{
	memset(room, 'a', len);
	for (size_t i = label; i + 1 < len; i += label + 1)
		room[i] = '.';
	return (struct span){room, len};
}

static void
check_longest(const struct publish_list *list, const struct publish_format *format,
              const struct publish_part *part)
{
	bool in_zone = strcmp(format->name, "rpz") == 0;
	struct written written = written_part(list, part);

	if (is_about_names(part)) {
		assert_int_equal(written.facts.names, in_zone ? 2 : 3);
		assert_int_equal(written.facts.left_out, in_zone ? 2 : 1);
	}
	free(written.text);
}

/* Labels of 63 and 64 octets; the longest name, and the longest that can stand with "*."
 * in the zone, whose own name has 21 and a dot. */
static void
bounds_of_names_hold(void **state)
{
	char rooms[4][256];
	const struct span names[] = {
	        long_name(rooms[0], 66, 63),
	        long_name(rooms[1], 66, 64),
	        long_name(rooms[2], FSK_NAME_MAX - 21 - 3, 63),
	        long_name(rooms[3], FSK_NAME_MAX - 21 - 2, 63),
	};

	(void)state;
	make_up(names, 4, 1);
	made_up.forecasts[0] = (struct fsk_match){.period = sample.list.window};
	each_part(&sample.list, check_longest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_teardown(an_empty_list_is_a_list, forget),
	        cmocka_unit_test_teardown(no_name_is_read_as_something_else, forget),
	        cmocka_unit_test_teardown(odd_octets_are_escaped, forget),
	        cmocka_unit_test_teardown(forecasts_are_told, forget),
	        cmocka_unit_test_teardown(bounds_of_names_hold, forget),
	};

	return cmocka_run_group_tests(tests, make_sample, free_sample);
}
