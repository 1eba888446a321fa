/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A census as a page: each element is closed, nothing is loaded, foreign text stays text; a
 * number has what belongs to it, and where there is none no number stands in its place.
 */
#include "cmd/census_html.h"

#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../memory.h"

#define FROM (INT64_C(14266) * 86400) /* 2009-01-22 */
#define DAYS 40
#define PEAK 13 /* hour of the first day in which most call */
#define HOSTILE "</text><script>alert('1')</script>\"\x1b\xff&"
#define ESCAPED "&lt;/text&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"

/* What the method "live" is to say here. */
static enum census_bound live_bound;
static bool live_has;

static bool
estimate_live(const struct census_facts *facts, struct census_figure *figure)
{
	double most = 0;

	for (size_t i = 0; i < facts->days * CENSUS_HOURS; i++)
		most = fmax(most, (double)facts->hours[i]);
	snprintf(figure->why, sizeof(figure->why), "a reason <of> the model");
	snprintf(figure->note, sizeof(figure->note), "a note");
	figure->bound = live_bound;
	figure->value = figure->low = most * 2;
	figure->high = INFINITY;
	if (live_bound == CENSUS_INTERVAL) {
		figure->value = most * 3;
		figure->high = most * 4;
	}
	figure->from = FROM + PEAK * 3600;
	figure->to = figure->from + 3600;
	return live_has && most > 0;
}

static bool
estimate_share(const struct census_facts *facts, struct census_figure *figure)
{
	(void)facts;
	*figure = (struct census_figure){
	        .value = 0.5, .low = 0.25, .high = 0.75, .bound = CENSUS_INTERVAL};
	return true;
}

static const struct census_method live = {
        .name = "live",
        .title = "hosts on line",
        .unit = CENSUS_HOSTS,
        .formula = "k / p < 1",
        .source = "a source",
        .assumes = "what is assumed",
        .refuses = "when it refuses",
        .estimate = estimate_live,
};
static const struct census_method share = {
        .name = "coverage",
        .title = "share of hosts",
        .unit = CENSUS_SHARE,
        .formula = "m / D",
        .source = "a source",
        .assumes = "nothing",
        .refuses = "never",
        .estimate = estimate_share,
};

struct scene {
	uint64_t hours[DAYS * CENSUS_HOURS], daily[DAYS], held[DAYS];
	struct census_facts facts;
	struct census_estimated figures[2];
	struct census_line countries[20], networks[20];
	struct census_part part;
	struct census_report report;
};

static void
estimate_figures(struct scene *scene)
{
	const struct census_method *const methods[] = {&live, &share};

	for (size_t i = 0; i < 2; i++) {
		struct census_estimated *one = &scene->figures[i];

		one->method = methods[i];
		one->has = census_estimate(methods[i], &scene->facts, &one->figure);
	}
}

static void
fill_tables(struct scene *scene)
{
	struct census_table *tables = scene->part.tables;

	for (size_t i = 0; i < 20; i++) {
		scene->countries[i] = (struct census_line){
		        .text = span_of("DE"), .addresses = 2000 - i, .contacts = 9};
		scene->networks[i] = (struct census_line){.network = 64496 + (uint32_t)i,
		                                          .addresses = 900 - i};
	}
	scene->countries[3].text = span_of(HOSTILE);
	scene->countries[4].text = (struct span){NULL, 0};
	tables[CENSUS_BY_COUNTRY] = (struct census_table){
	        .by = CENSUS_BY_COUNTRY, .lines = scene->countries, .count = 20};
	tables[CENSUS_BY_NETWORK] = (struct census_table){.by = CENSUS_BY_NETWORK,
	                                                  .lines = scene->networks,
	                                                  .count = 20,
	                                                  .others = {.addresses = 77},
	                                                  .other_count = 5};
}

/* A census of ${days}, in which each hour has its own number of callers. */
static struct scene *
make_scene(size_t days)
{
	static const char *const sources[] = {"store " HOSTILE, NULL};
	static const char *const sensors[] = {"ns1", HOSTILE, NULL};
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	for (size_t i = 0; i < days * CENSUS_HOURS; i++)
		scene->hours[i] = 10000 + i;
	scene->hours[PEAK] = 54321;
	for (size_t i = 0; i < days; i++) {
		scene->daily[i] = 70000 + i;
		scene->held[i] = 250;
	}
	scene->facts = (struct census_facts){.family = "conficker",
	                                     .from = FROM,
	                                     .to = FROM + (int64_t)days * 86400,
	                                     .days = days,
	                                     .hours = scene->hours,
	                                     .daily = scene->daily,
	                                     .footprint = 70001,
	                                     .chaff = {11, 22, 33, 44},
	                                     .name_set = true,
	                                     .held = scene->held,
	                                     .sensors = 2,
	                                     .habits = {.names = 250, .tries = 250}};
	estimate_figures(scene);
	scene->part = (struct census_part){.family = "conficker",
	                                   .habits_of = "conficker/b",
	                                   .facts = &scene->facts,
	                                   .figures = scene->figures,
	                                   .figure_count = 2,
	                                   .trend = {.why = "too few days"}};
	fill_tables(scene);
	scene->report = (struct census_report){.from = scene->facts.from,
	                                       .to = scene->facts.to,
	                                       .sources = sources,
	                                       .sensors = sensors,
	                                       .parts = &scene->part,
	                                       .part_count = 1};
	return scene;
}

/* The page, which the caller frees. */
static char *
write_page(const struct census_report *report)
{
	char *text = NULL;
	size_t len = 0;
	struct output output = {.file = open_memstream(&text, &len)};

	assert_non_null(output.file);
	census_html_write(&output, report, INT64_C(1795000000));
	assert_int_equal(fclose(output.file), 0);
	assert_int_equal(strlen(text), len);
	return text;
}

static size_t
count_of(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		count++;
	return count;
}

/* The length of the name of the tag at ${text}. */
static size_t
name_of(const char *text)
{
	return strcspn(text, " >/\n");
}

/* Each element is closed, in order; <meta> is the only one that is not to be. */
static void
check_closed(const char *text)
{
	const char *open[32];
	size_t depth = 0;

	for (text = strchr(text, '<'); text != NULL; text = strchr(text + 1, '<')) {
		const char *end = strchr(text, '>');

		assert_non_null(end);
		assert_null(memchr(text + 1, '<', (size_t)(end - text - 1)));
		if (text[1] == '!' || end[-1] == '/' || memcmp(text, "<meta", 5) == 0)
			continue;
		if (text[1] != '/') {
			assert_in_range(depth, 0, 31);
			open[depth++] = text + 1;
			continue;
		}
		assert_true(depth > 0);
		depth--;
		assert_int_equal(name_of(open[depth]), name_of(text + 2));
		assert_memory_equal(open[depth], text + 2, name_of(text + 2));
	}
	assert_int_equal(depth, 0);
}

static void
check_page(const char *text)
{
	static const char *const never[] = {
	        "<script", "<img", "<link", "src=", "@import", "url(",
	        "onload=", ">nan", " nan",  "-inf", "\"inf"};

	assert_memory_equal(text, "<!DOCTYPE html>\n", 16);
	assert_string_equal(text + strlen(text) - 8, "</html>\n");
	assert_non_null(strstr(text, "default-src 'none'"));
	assert_non_null(strstr(text, "prefers-color-scheme:dark"));
	assert_non_null(strstr(text, "What these numbers are not"));
	for (const char *at = text; *at != '\0'; at++)
		assert_true(*at == '\n' || isprint((unsigned char)*at));
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_null(strstr(text, never[i]));
	check_closed(text);
}

static void
foreign_text_stays_text(void **state)
{
	struct scene *scene = make_scene(1);
	char *text;

	(void)state;
	scene->report.country = scene->report.network = HOSTILE;
	scene->report.held = scene->report.canary = HOSTILE;
	text = write_page(&scene->report);
	check_page(text);
	assert_true(count_of(text, ESCAPED) >= 8);
	free(text);
	free(scene);
}

static void
a_band_where_there_is_an_interval(void **state)
{
	struct scene *scene;
	char *text;

	(void)state;
	live_has = true;
	live_bound = CENSUS_INTERVAL;
	scene = make_scene(2);
	text = write_page(&scene->report);
	check_page(text);
	assert_int_equal(count_of(text, "<path class=\"band\""), 1);
	assert_int_equal(count_of(text, "<path class=\"hosts\""), 1);
	/* The peak hour has the figure's own number; another one is divided alike. */
	assert_int_equal(count_of(text, "162,963 hosts"), 4);
	assert_non_null(strstr(text, "162,963 hosts, 95 %: 108,642 to 217,284"));
	assert_non_null(strstr(text, "30,000 hosts, 95 %: 20,000 to 40,000"));
	assert_non_null(strstr(text, "<b>162,963 hosts</b> (95 %: 108,642 to 217,284)"));
	/* Every hour is a bar, and a line of the table. */
	assert_int_equal(count_of(text, "<tr><td class=\"n\">2009-01-2"), 48 + 2);
	assert_true(count_of(text, "<rect class=\"counted\"") >= 48 + 2 + 15 + 15);
	free(text);
	free(scene);
}

static void
a_bound_has_no_band(void **state)
{
	struct scene *scene;
	char *text;

	(void)state;
	live_has = true;
	live_bound = CENSUS_AT_LEAST;
	scene = make_scene(2);
	text = write_page(&scene->report);
	check_page(text);
	assert_null(strstr(text, "class=\"band\""));
	assert_int_equal(count_of(text, "<path class=\"hosts\""), 1);
	assert_non_null(strstr(text, "at least 108,642 hosts"));
	assert_non_null(strstr(text, "the line is a lower bound: a note."));
	free(text);
	free(scene);
}

static void
a_refusal_is_words(void **state)
{
	struct scene *scene;
	char *text;

	(void)state;
	live_has = false;
	scene = make_scene(2);
	text = write_page(&scene->report);
	check_page(text);
	assert_non_null(strstr(text, "No number of hosts"));
	assert_non_null(strstr(text, "<td>a reason &lt;of&gt; the model</td></tr>"));
	assert_non_null(strstr(text, "No hosts and no interval are drawn: a reason"));
	assert_null(strstr(text, "class=\"band\""));
	assert_null(strstr(text, "<path class=\"hosts\""));
	/* Neither the value that the figure happens to hold, nor its ends. */
	assert_null(strstr(text, "162,963"));
	assert_null(strstr(text, "108,642"));
	scene->part.figure_count = 0;
	free(text);
	text = write_page(&scene->report);
	check_page(text);
	assert_non_null(strstr(text, "was not asked for"));
	free(text);
	free(scene);
}

static void
a_figure_has_all_that_belongs_to_it(void **state)
{
	static const char *const labels[] = {"Interval", "Unit",    "Window", "Sensors",
	                                     "Method",   "Assumes", "Source", "Formula"};
	struct scene *scene;
	char *text;

	(void)state;
	live_has = true;
	live_bound = CENSUS_INTERVAL;
	scene = make_scene(1);
	text = write_page(&scene->report);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		char label[40];

		snprintf(label, sizeof(label), "<dt>%s</dt>", labels[i]);
		assert_true(count_of(text, label) >= 2);
	}
	assert_non_null(strstr(text, "50.0 % of hosts"));
	assert_non_null(strstr(text, "25.0 % to 75.0 %"));
	assert_non_null(strstr(text, "2009-01-22 13:00 to 14:00, UTC (1 hour)"));
	assert_non_null(strstr(text, "110 addresses removed"));
	/* A day alone is no plot. */
	assert_null(strstr(text, "id=\"p0-days-title\""));
	free(text);
	free(scene);
}

static void
a_long_span_has_its_peak_hours(void **state)
{
	struct scene *scene;
	char *text;

	(void)state;
	live_has = true;
	live_bound = CENSUS_INTERVAL;
	scene = make_scene(DAYS);
	scene->part.trend =
	        (struct census_trend){.days = DAYS,
	                              .rate = -0.05,
	                              .low = -0.06,
	                              .high = -0.04,
	                              .change_count = 2,
	                              .changes = {{10, 0.5, true}, {DAYS - 1, 2, false}}};
	for (size_t i = 20; i < 22; i++) {
		scene->daily[i] = 0;
		memset(&scene->hours[i * CENSUS_HOURS], 0,
		       CENSUS_HOURS * sizeof(scene->hours[0]));
	}
	text = write_page(&scene->report);
	check_page(text);
	assert_non_null(strstr(text, "the peak hour of each day"));
	/* Days without a caller are a gap, not a number. */
	assert_int_equal(count_of(text, "<path class=\"band\""), 2);
	assert_int_equal(count_of(text, "<td class=\"n\">no number</td>"), 2);
	assert_int_equal(count_of(text, "<path class=\"trend\""), 3);
	assert_int_equal(count_of(text, "<path class=\"change\""), 2);
	assert_int_equal(count_of(text, "no cure"), 1);
	assert_non_null(strstr(text, "From 2009-02-01 on 0.50 times as many"));
	free(text);
	free(scene);
}

static void
nothing_is_no_number(void **state)
{
	static const char *const none[] = {NULL};
	struct census_report report = {
	        .from = FROM, .to = FROM + 86400, .sources = none, .sensors = none};
	char *text = write_page(&report);

	(void)state;
	check_page(text);
	assert_non_null(strstr(text, "<b>No number.</b>"));
	free(text);
	report.from = report.to = 0;
	text = write_page(&report);
	check_page(text);
	assert_null(strstr(text, "1970"));
	free(text);
}

static void
nobody_called(void **state)
{
	struct scene *scene;
	char *text;

	(void)state;
	live_has = true;
	scene = make_scene(2);
	memset(scene->hours, 0, sizeof(scene->hours));
	memset(scene->daily, 0, sizeof(scene->daily));
	scene->facts.footprint = 0;
	scene->facts.held = NULL;
	scene->facts.name_set = false;
	memset(scene->part.tables, 0, sizeof(scene->part.tables));
	estimate_figures(scene);
	text = write_page(&scene->report);
	check_page(text);
	assert_non_null(strstr(text, "No number of hosts"));
	assert_int_equal(count_of(text, "Not known: no sighting says"), 2);
	free(text);
	free(scene);
}

static void
without_memory_what_is_counted_is_told(void **state)
{
	struct scene *scene;
	size_t told = 0;

	(void)state;
	live_has = true;
	live_bound = CENSUS_INTERVAL;
	scene = make_scene(2);
	for (long n = 0; n < 2; n++) {
		char *text;

		memory_left = n;
		text = write_page(&scene->report);
		memory_left = -1;
		check_page(text);
		told += count_of(text, "there was no memory for them");
		assert_null(strstr(text, "<path class=\"band\""));
		free(text);
	}
	assert_int_equal(told, 2);
	free(scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(foreign_text_stays_text),
	        cmocka_unit_test(a_band_where_there_is_an_interval),
	        cmocka_unit_test(a_bound_has_no_band),
	        cmocka_unit_test(a_refusal_is_words),
	        cmocka_unit_test(a_figure_has_all_that_belongs_to_it),
	        cmocka_unit_test(a_long_span_has_its_peak_hours),
	        cmocka_unit_test(nothing_is_no_number),
	        cmocka_unit_test(nobody_called),
	        cmocka_unit_test(without_memory_what_is_counted_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
