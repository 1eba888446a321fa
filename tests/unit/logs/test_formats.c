/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every log format: its samples are read as they say; cut at each byte, or with
 * any byte changed, they are read without harm, and what comes out lies within the
 * line; each is told from the others by its content.
 */
#include "base/date.h"
#include "logs/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define MICROSECONDS INT64_C(1000000)

static const char *
text_or_none(const char *text)
{
	return text == NULL ? "" : text;
}

static void
assert_span(struct span got, const char *want, const char *what, const char *line)
{
	if (span_equal(got, span_of(text_or_none(want))))
		return;
	fail_msg("%s of \"%s\": \"%.*s\" instead of \"%s\"", what, line, (int)got.len,
	         got.text, text_or_none(want));
}

/* The time of ${entry} as samples write it. */
static void
write_time(const struct log_entry *entry, char *text, size_t size)
{
	char instant[DATE_INSTANT_SIZE];
	int64_t day = date_day_of(entry->us / MICROSECONDS);

	if (entry->time == LOG_TIME_NONE || day < DATE_FIRST || day > DATE_LAST) {
		text[0] = '\0';
		return;
	}
	date_write_instant(entry->us / MICROSECONDS, instant);
	instant[strlen(instant) - 1] = '\0';
	snprintf(text, size, "%s.%06d%s",
	         entry->time == LOG_TIME_YEARLESS ? instant + strlen("2000-") : instant,
	         (int)(entry->us % MICROSECONDS), entry->time == LOG_TIME_UTC ? "Z" : "");
}

static struct log_dialect
dialect_of(const struct log_format *format, const struct log_sample *sample)
{
	struct log_dialect dialect = {.why = NULL};

	log_learn(format, span_of(text_or_none(sample->before)), false, &dialect);
	if (format->learn != NULL)
		format->learn(span_of(sample->line), &dialect);
	return dialect;
}

static void
check_sample(const struct log_format *format, const struct log_sample *sample)
{
	struct log_dialect dialect = dialect_of(format, sample);
	struct log_scratch scratch = {.used = 0};
	struct log_entry entry = {.why = NULL};
	char time[64];

	if (format->read(&dialect, span_of(sample->line), &scratch, &entry) != sample->kind)
		fail_msg("%s: \"%s\" is of another kind (%s)", format->name, sample->line,
		         text_or_none(entry.why));
	assert_non_null(sample->source);
	if (sample->kind == LOG_FOREIGN)
		assert_non_null(entry.why);
	if (sample->kind != LOG_ASKED)
		return;
	write_time(&entry, time, sizeof(time));
	assert_span(span_of(time), sample->time, "time", sample->line);
	assert_span(entry.client, sample->client, "client", sample->line);
	assert_span(entry.name, sample->name, "name", sample->line);
	assert_span(entry.behind, sample->behind, "behind", sample->line);
	if (sample->target != NULL)
		assert_span(entry.request.target, sample->target, "target", sample->line);
	if (entry.port != sample->port)
		fail_msg("port of \"%s\": %u", sample->line, entry.port);
}

static void
samples_say_what_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < log_format_count(); i++) {
		const struct log_format *format = log_format_at(i);

		if (format->read == NULL)
			continue;
		assert_true(format->sample_count >= 2);
		for (size_t j = 0; j < format->sample_count; j++)
			check_sample(format, &format->samples[j]);
	}
}

/* What ${format} reads from ${sample} with ${scratch}. */
static enum log_kind
read_with(const struct log_format *format, const struct log_sample *sample,
          struct log_scratch *scratch, struct log_entry *entry)
{
	struct log_dialect dialect = dialect_of(format, sample);

	*entry = (struct log_entry){.why = NULL};
	scratch->used = 0;
	return format->read(&dialect, span_of(sample->line), scratch, entry);
}

/* Asserts that ${sample} of ${format} is read behind ${before} as it is alone. */
static void
check_behind(const struct log_format *format, const struct log_sample *before,
             const struct log_sample *sample)
{
	struct log_scratch fresh = {.used = 0};
	struct log_scratch used = {.used = 0};
	struct log_entry alone, behind;
	enum log_kind kind = read_with(format, sample, &fresh, &alone);

	read_with(format, before, &used, &behind);
	if (read_with(format, sample, &used, &behind) != kind)
		fail_msg("\"%s\" is of another kind behind \"%s\"", sample->line,
		         before->line);
	if (kind != LOG_ASKED)
		return;
	assert_int_equal(alone.us, behind.us);
	assert_int_equal(alone.time, behind.time);
	assert_int_equal(alone.transport, behind.transport);
	assert_int_equal(alone.port, behind.port);
	assert_int_equal(alone.type, behind.type);
	assert_true(span_equal(alone.name, behind.name));
	assert_true(span_equal(alone.client, behind.client));
	assert_true(span_equal(alone.machine, behind.machine));
	assert_true(span_equal(alone.request.target, behind.request.target));
}

/* What a scratch remembers of a line changes nothing of the next, of whatever format. */
static void
what_is_remembered_changes_nothing(void **state)
{
	const struct log_format *last = NULL;

	(void)state;
	for (size_t i = 0; i < log_format_count(); i++) {
		const struct log_format *format = log_format_at(i);

		if (format->read == NULL)
			continue;
		for (size_t j = 0; j < format->sample_count; j++) {
			for (size_t k = 0; k < format->sample_count; k++)
				check_behind(format, &format->samples[k],
				             &format->samples[j]);
			for (size_t k = 0; last != NULL && k < last->sample_count; k++)
				check_behind(format, &last->samples[k],
				             &format->samples[j]);
		}
		last = format;
	}
}

static bool
within(struct span part, struct span whole)
{
	return part.text >= whole.text && part.text + part.len <= whole.text + whole.len;
}

/* Whether ${part} lies in ${line}, in ${scratch}, or is empty. */
static void
assert_inside(struct span part, struct span line, const struct log_scratch *scratch)
{
	assert_true(part.len == 0 || within(part, line) ||
	            within(part, (struct span){scratch->text, scratch->used}));
}

/* Reads ${line} for the few things that most readers want, and compares them with
 * ${full}, of the kind ${kind}. */
static void
read_briefly(const struct log_format *format, const struct log_dialect *dialect,
             struct span line, enum log_kind kind, const struct log_entry *full)
{
	struct log_scratch scratch = {.brief = true};
	struct log_entry entry = {.why = NULL};

	assert_int_equal(format->read(dialect, line, &scratch, &entry), kind);
	if (kind != LOG_ASKED)
		return;
	assert_int_equal(entry.us, full->us);
	assert_int_equal(entry.time, full->time);
	assert_true(span_equal(entry.client, full->client));
	assert_true(span_equal(entry.behind, full->behind));
	assert_true(span_equal(entry.machine, full->machine));
	assert_true(span_equal(entry.name, full->name));
	assert_true(span_equal(entry.request.target, full->request.target));
}

/* Reads the ${len} octets at ${text} from memory of exactly that size, so that a
 * sanitizer sees each octet that is read behind them. */
static void
read_exactly(const struct log_format *format, const struct log_dialect *dialect,
             const char *text, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	struct span line = {copy, len};
	struct log_scratch scratch = {.used = 0};
	struct log_entry entry = {.why = NULL};
	enum log_kind kind;

	assert_non_null(copy);
	memcpy(copy, text, len);
	kind = format->read(dialect, line, &scratch, &entry);
	read_briefly(format, dialect, line, kind, &entry);
	assert_true(scratch.used <= sizeof(scratch.text));
	if (kind == LOG_FOREIGN)
		assert_non_null(entry.why);
	if (kind == LOG_ASKED) {
		assert_true(entry.name.len > 0 || entry.request.target.len > 0);
		assert_inside(entry.name, line, &scratch);
		assert_inside(entry.client, line, &scratch);
		assert_inside(entry.behind, line, &scratch);
		assert_inside(entry.machine, line, &scratch);
		assert_inside(entry.request.target, line, &scratch);
		assert_inside(entry.request.agent, line, &scratch);
	}
	free(copy);
}

static void
harm(const struct log_format *format, const struct log_sample *sample)
{
	static const char octets[] = {'\0', ' ', '\t', '"',    '\\',
	                              ':',  '[', '9',  '\x80', '\xff'};
	struct log_dialect dialect = dialect_of(format, sample);
	size_t len = strlen(sample->line);
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	memcpy(copy, sample->line, len + 1);
	for (size_t i = 0; i <= len; i++)
		read_exactly(format, &dialect, sample->line, i);
	for (size_t i = 0; i < len; i++) {
		for (size_t j = 0; j < sizeof(octets); j++) {
			copy[i] = octets[j];
			read_exactly(format, &dialect, copy, len);
		}
		copy[i] = sample->line[i];
	}
	free(copy);
}

static void
cut_and_changed_lines_do_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < log_format_count(); i++) {
		const struct log_format *format = log_format_at(i);

		for (size_t j = 0; format->read != NULL && j < format->sample_count; j++)
			harm(format, &format->samples[j]);
	}
}

/* Puts the header lines and the line of ${sample} ${times} times in ${text}. */
static struct span
file_of(const struct log_sample *sample, char *text, size_t size)
{
	int len =
	        snprintf(text, size, "%s%s\n", text_or_none(sample->before), sample->line);

	assert_true(len > 0 && (size_t)len < size);
	return (struct span){text, (size_t)len};
}

static void
each_is_told_by_its_content(void **state)
{
	char text[8192];

	(void)state;
	for (size_t i = 0; i < log_format_count(); i++) {
		const struct log_format *format = log_format_at(i);

		for (size_t j = 0; format->read != NULL && j < format->sample_count; j++) {
			const struct log_sample *sample = &format->samples[j];
			struct log_dialect dialect = {.why = NULL};
			const struct log_format *told;

			if (sample->kind != LOG_ASKED)
				continue;
			told = log_detect(file_of(sample, text, sizeof(text)), false,
			                  &dialect);
			if (told != format)
				fail_msg("\"%s\" of %s is taken for %s", sample->line,
				         format->name, told == NULL ? "none" : told->name);
		}
	}
}

static void
descriptors_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < log_format_count(); i++) {
		const struct log_format *format = log_format_at(i);

		assert_ptr_equal(log_format_find(span_of(format->name)), format);
		assert_true(strlen(format->name) < 24); /* scan/state.h keeps it */
		assert_true(strlen(format->title) > 0 && strlen(format->text) > 0);
		assert_non_null(format->sources[0]);
		assert_true((format->read == NULL) == (format->knows != NULL));
		assert_true((format->read == NULL) == (format->next != NULL));
		if (i > 0)
			assert_true(strcmp(log_format_at(i - 1)->name, format->name) < 0);
	}
	assert_null(log_format_at(log_format_count()));
	assert_null(log_format_find(span_of("no-such-format")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(samples_say_what_they_say),
	        cmocka_unit_test(what_is_remembered_changes_nothing),
	        cmocka_unit_test(cut_and_changed_lines_do_no_harm),
	        cmocka_unit_test(each_is_told_by_its_content),
	        cmocka_unit_test(descriptors_are_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
