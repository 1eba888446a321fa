/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/report_facts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>

#define FILES_TOLD 5   /* that are not all right; with --verbose all */
#define LABEL_WIDTH 14 /* columns of the text */

struct teller {
	const struct report *report;
	report_facts_taker *take;
	void *context;
};

static void __attribute__((format(printf, 3, 4)))
tell(const struct teller *teller, const char *label, const char *format, ...)
{
	char text[REPORT_FACTS_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	teller->take(label, text, teller->context);
}

/* "2026-11-20T00:00:01Z to 2026-11-21T23:59:59Z", or "-". */
static struct words
span_in_words(int64_t first_us, int64_t last_us)
{
	struct words words = words_second(first_us);

	if (first_us < last_us) {
		words_add(&words, " to ");
		words_add(&words, words_second(last_us).text);
	}
	return words;
}

/* "10 lines", "10 lines and 5 records", "5 records": the sum of the member at ${offset}
 * over all files. What is no text has records. */
static struct words
lines_in_words(const struct scan_report *scan, size_t offset)
{
	uint64_t sums[2] = {0, 0};
	bool has[2] = {false, false};
	struct words words;

	for (size_t i = 0; i < scan->file_count; i++) {
		const struct log_format *format = scan->files[i].format;
		uint64_t count;

		memcpy(&count, (const char *)&scan->files[i] + offset, sizeof(count));
		sums[format != NULL && format->read == NULL] += count;
		if (format != NULL)
			has[format->read == NULL] = true;
	}
	if (sums[0] == 0 && has[1] && (sums[1] > 0 || !has[0]))
		return words_things(sums[1], "record");
	words = words_things(sums[0], "line");
	if (sums[1] > 0) {
		words_add(&words, " and ");
		words_add(&words, words_things(sums[1], "record").text);
	}
	return words;
}

static size_t
count_read(const struct scan_report *scan)
{
	size_t count = 0;

	for (size_t i = 0; i < scan->file_count; i++)
		count += report_facts_read(&scan->files[i]);
	return count;
}

static void
tell_read(const struct teller *teller)
{
	const struct scan_report *scan = teller->report->scan;

	if (teller->report->incomplete)
		tell(teller, "INCOMPLETE",
		     "stopped before the end: this holds for what "
		     "was read until then");
	tell(teller, "Read", "%s, %s, %s, %s", words_things(count_read(scan), "file").text,
	     lines_in_words(scan, offsetof(struct scan_file, lines)).text,
	     words_things(scan->bytes, "byte").text,
	     scan->first_us <= scan->last_us
	             ? span_in_words(scan->first_us, scan->last_us).text
	             : "nobody asked for anything");
	if (teller->report->unopened > 0)
		tell(teller, "Not opened",
		     teller->report->unopened == 1 ? "%s file or folder"
		                                   : "%s files or folders",
		     words_count(teller->report->unopened).text);
}

/* What was assumed of the files of one format. */
struct assumed {
	size_t files;
	bool zone;
	bool year;
	bool today; /* the year is that of the scan, for lack of a file's */
	enum log_order order;
};

static struct assumed
gather(const struct scan_report *scan, const struct log_format *format)
{
	struct assumed assumed = {.files = 0};

	for (size_t i = 0; i < scan->file_count; i++) {
		const struct scan_file *file = &scan->files[i];

		if (file->format != format || !report_facts_read(file))
			continue;
		assumed.files++;
		assumed.zone = assumed.zone || file->assumed_zone;
		assumed.year = assumed.year || (file->assumed_year && !file->undated);
		assumed.today = assumed.today || (file->assumed_year && file->undated);
		if (file->dialect.order != LOG_ORDER_UNKNOWN && !file->dialect.order_said &&
		    !file->dialect.order_seen && file->asked > 0)
			assumed.order = file->dialect.order;
	}
	return assumed;
}

static const char *
order_in_words(enum log_order order)
{
	switch (order) {
	case LOG_ORDER_MDY:
		return "month/day/year";
	case LOG_ORDER_DMY:
		return "day/month/year";
	case LOG_ORDER_YMD:
		return "year/month/day";
	case LOG_ORDER_UNKNOWN:
		break;
	}
	return "unknown";
}

static void
tell_formats(const struct teller *teller)
{
	const char *label = "Formats";

	for (size_t i = 0; i < log_format_count(); i++) {
		const struct log_format *format = log_format_at(i);
		struct assumed assumed = gather(teller->report->scan, format);

		if (assumed.files == 0)
			continue;
		tell(teller, label, "%s (%s): %s", format->title, format->name,
		     words_things(assumed.files, "file").text);
		label = "";
		if (assumed.zone)
			tell(teller, label, "  assumed: times without a zone are %s (--tz)",
			     teller->report->zone);
		if (assumed.year || (assumed.today && teller->report->year_said))
			tell(teller, label, "  assumed: the year, %s",
			     teller->report->year_said ? "from --year"
			                               : "from the date of the file "
			                                 "(--year says another)");
		if (assumed.today && !teller->report->year_said)
			tell(teller, label,
			     "  assumed: the year, from today's date (--year says "
			     "another)");
		if (assumed.order != LOG_ORDER_UNKNOWN)
			tell(teller, label,
			     "  assumed: dates are %s, no line proves it (--date-order)",
			     order_in_words(assumed.order));
	}
}

/* Tells which lines are not of this run. */
static void
tell_other_runs(const struct teller *teller)
{
	const struct scan_report *scan = teller->report->scan;
	uint64_t earlier = 0;
	uint64_t unended = 0;

	for (size_t i = 0; i < scan->file_count; i++) {
		earlier += scan->files[i].from_line;
		unended += scan->files[i].unended;
	}
	if (earlier > 0) {
		tell(teller, "Known", "%s, read by an earlier run and not again",
		     lines_in_words(scan, offsetof(struct scan_file, from_line)).text);
		tell(teller, "",
		     "  what they showed is not weighed here: now and then read all "
		     "without --state");
	}
	if (unended > 0)
		tell(teller, "Unended", "%s without an end %s left for the next run",
		     words_things(unended, "line").text, unended == 1 ? "was" : "were");
}

static void
tell_lines(const struct teller *teller)
{
	const struct scan_report *scan = teller->report->scan;
	tell(teller, "Asked", "%s by about %s; %s not a client's question",
	     words_things(scan->asked - scan->nameless, "name").text,
	     words_things((uint64_t)(report_hosts(teller->report) + 0.5), "host").text,
	     lines_in_words(scan, offsetof(struct scan_file, aside)).text);
	if (scan->clientless > 0)
		tell(teller, "Without client", "%s of them: nobody is accused by these",
		     words_count(scan->clientless).text);
	if (scan->nameless > 0)
		tell(teller, "Without name",
		     "%s without the host that was asked for: not compared with any "
		     "forecast (log the Host header)",
		     words_things(scan->nameless, "request").text);
	if (scan->skipped > 0)
		tell(teller, "Skipped", "%s that could not be read%s",
		     lines_in_words(scan, offsetof(struct scan_file, skipped)).text,
		     scan->skip_count < scan->skipped ? ", the first:" : ":");
	for (size_t i = 0; i < scan->skip_count; i++)
		tell(teller, "", "  %s:%" PRIu64 ": %s",
		     report_path(teller->report, scan->skips[i].file), scan->skips[i].line,
		     scan->skips[i].why);
	if (scan->timeless > 0)
		tell(teller, "", "  %s of them without a time",
		     words_count(scan->timeless).text);
}

bool
report_facts_read(const struct scan_file *file)
{
	return file->asked + file->from_line > 0 || file->aside > file->skipped;
}

const char *
report_facts_lost(const struct scan_file *file)
{
	if (file->why != NULL)
		return file->why;
	if (file->dialect.why != NULL)
		return file->dialect.why;
	if (report_facts_read(file))
		return NULL;
	if (file->bytes == 0)
		return "empty";
	return file->format == NULL ? "of no format that is known"
	                            : "no line of its format";
}

/* Tells of the files that were not read (${cut}: not to their end). */
static void
tell_lost(const struct teller *teller, bool cut)
{
	const struct scan_report *scan = teller->report->scan;
	const char *label = cut ? "Cut" : "Not read";
	size_t count = 0;

	for (size_t i = 0; i < scan->file_count; i++) {
		const struct scan_file *file = &scan->files[i];
		const char *why = report_facts_lost(file);

		if (why == NULL || report_facts_read(file) != cut)
			continue;
		count++;
		if (count > FILES_TOLD && !teller->report->verbose)
			continue;
		tell(teller, label, "%s: %s%s%s", file->path, why,
		     file->error != 0 ? ": " : "",
		     file->error != 0 ? strerror(file->error) : "");
		label = "";
	}
	if (count > FILES_TOLD && !teller->report->verbose)
		tell(teller, "", "and %s more (--verbose names them)",
		     words_count(count - FILES_TOLD).text);
}

static void
tell_rate(const struct teller *teller)
{
	const struct null_rate *rate = &teller->report->scan->rate;

	if (rate->prior)
		tell(teller, "Chance",
		     "too few to measure (%s different pairs of clean name and day of a "
		     "host, %s are needed): "
		     "%s a pair assumed",
		     words_about(rate->asked).text, words_count(NULL_LEAST).text,
		     words_share(rate->used).text);
	else
		tell(teller, "Chance",
		     "%s of %s different pairs of clean name and day of a host matched "
		     "placebo lists: %s a pair (%s "
		     "to %s, 95 %%); reckoned with %s",
		     words_count(rate->matched).text, words_about(rate->asked).text,
		     words_share(rate->rate).text, words_share(rate->low).text,
		     words_share(rate->high).text, words_share(rate->used).text);
}

static void
tell_result(const struct teller *teller)
{
	struct report_tally tally = report_count(teller->report);
	size_t collisions = verdict_collision_count(teller->report->scan->verdict);

	tell(teller, "Found", "%s infected, %s likely to be; %s by chance",
	     words_things(tally.word[VERDICT_INFECTED], "host").text,
	     words_count(tally.word[VERDICT_LIKELY]).text,
	     words_count(tally.word[VERDICT_CHANCE]).text);
	if (tally.undecided > 0)
		tell(teller, "", "%s of these undecided: too many names were asked",
		     words_count(tally.undecided).text);
	if (tally.requests > 0)
		tell(teller, "", "%s sent requests as bots do",
		     words_things(tally.requests, "host").text);
	if (collisions > 0)
		tell(teller, "", "%s not counted: many ask for it and for nothing else",
		     words_things(collisions, "name").text);
}

void
report_facts(const struct report *report, report_facts_taker *take, void *context)
{
	const struct teller teller = {report, take, context};
	const struct scan_report *scan = report->scan;

	tell_read(&teller);
	tell_formats(&teller);
	tell_other_runs(&teller);
	tell_lines(&teller);
	tell_lost(&teller, false);
	tell_lost(&teller, true);
	tell(&teller, "Compared", "with %s of %s, each within %s of its time",
	     words_things(scan->index_names, "forecast name").text,
	     words_things(report->generators, "generator").text,
	     words_things(report->window_days, "day").text);
	if (report->index != NULL)
		tell(&teller, "Index",
		     "%s: names of other times too, for clocks that are "
		     "wrong",
		     report->index);
	if (scan->far_full)
		tell(&teller, "Other times",
		     "too many names of other times: later ones were not looked at");
	if (scan->allowed > 0)
		tell(&teller, "Allowed", "%s of names on the allow list: not counted",
		     words_things(scan->allowed, "sighting").text);
	tell_rate(&teller);
	tell_result(&teller);
}

static void
write_fact(const char *label, const char *text, void *context)
{
	FILE *out = context;

	fprintf(out, "%-*s  ", LABEL_WIDTH, label);
	words_safe(out, span_of(text), 0);
	fputc('\n', out);
}

void
report_facts_write(const struct report *report, FILE *out)
{
	report_facts(report, write_fact, out);
}
