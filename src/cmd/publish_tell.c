/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/publish_tell.h"

#include "base/date.h"
#include "cmd/words.h"

#include <inttypes.h>

/* Names whose reasons are told; all of them stand in the manifest. */
#define TOLD 5

void
publish_tell_window(FILE *out, struct fsk_period window)
{
	bool days = window.first == date_day_of(window.first) * DATE_DAY &&
	            window.last == (date_day_of(window.last) + 1) * DATE_DAY - 1;
	void (*write)(int64_t instant, char text[DATE_INSTANT_SIZE]) =
	        days ? date_write_day : date_write_instant;
	char first[DATE_INSTANT_SIZE];
	char last[DATE_INSTANT_SIZE];

	write(window.first, first);
	write(window.last, last);
	fprintf(out, "%s to %s", first, last);
}

/* Writes the first few names that are not blocked, and why. */
static void
write_left_out(FILE *out, const struct watch_roster *roster)
{
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	unsigned told = 0;

	watch_roster_begin(roster, &cursor);
	while (told < TOLD && watch_roster_next(&cursor, &entry)) {
		char why[WATCH_RULING_SIZE];

		if (entry.ruling->state == WATCH_BLOCK)
			continue;
		watch_ruling_write(entry.ruling, why);
		fputs("  ", out);
		words_safe(out, entry.name, 0);
		fprintf(out, ": %s: ", watch_state_name(entry.ruling->state));
		words_safe(out, span_of(why), 0);
		fputc('\n', out);
		told++;
	}
}

static void
write_counts(FILE *out, const struct publish_setting *setting)
{
	struct watch_roster_counts counts;
	size_t left_out;

	watch_roster_count(setting->roster, &counts);
	left_out = counts.names[WATCH_LOG_ONLY] + counts.names[WATCH_ALLOW];
	if (left_out > 0) {
		fprintf(out, "Not blocked: %s, %s only logged, %s allowed%s\n",
		        words_things(left_out, "name").text,
		        words_count(counts.names[WATCH_LOG_ONLY]).text,
		        words_count(counts.names[WATCH_ALLOW]).text,
		        left_out > TOLD ? "; all in manifest.json, first:" : ":");
		write_left_out(out, setting->roster);
	}
	if (counts.suspicious > 0)
		fprintf(out, "Suspicious, and blocked: %s, see manifest.json.\n",
		        words_things(counts.suspicious, "name").text);
}

static void
write_files(FILE *out, const struct publish_report *report)
{
	for (size_t i = 0; i < report->files; i++) {
		const struct publish_written *written = &report->written[i];

		fprintf(out, "  %-24s %12s bytes", written->file,
		        words_count(written->facts.bytes).text);
		if (written->facts.left_out > 0)
			fprintf(out, "; %s cannot be said in this format",
			        words_things(written->facts.left_out, "name").text);
		fputc('\n', out);
	}
}

static void
tell_text(FILE *out, const struct publish_setting *setting,
          const struct publish_report *report)
{
	words_safe(out, span_of(setting->folder), 0);
	if (report->outcome == PUBLISH_UNCHANGED) {
		fprintf(out, ": unchanged: %" PRIu32 ", %s, ", report->serial,
		        words_things(report->names, "name").text);
		publish_tell_window(out, setting->window);
		fputs(".\n", out);
		return;
	}
	fprintf(out, ": published %" PRIu32 ": %s, ", report->serial,
	        words_things(report->names, "name").text);
	publish_tell_window(out, setting->window);
	if (report->before > 0)
		fprintf(out, " (%s before)", words_count(report->before).text);
	fputs(".\n", out);
	write_counts(out, setting);
	write_files(out, report);
}

static void
tell_json(struct output *output, const struct publish_setting *setting,
          const struct publish_report *report)
{
	struct watch_roster_counts counts;
	FILE *out = output->file;

	watch_roster_count(setting->roster, &counts);
	fprintf(out, "{\"outcome\":\"%s\",\"folder\":",
	        report->outcome == PUBLISH_NEW ? "new" : "unchanged");
	output_json(output, setting->folder, strlen(setting->folder));
	fprintf(out, ",\"serial\":%" PRIu32 ",\"from\":", report->serial);
	output_json_instant(output, setting->window.first);
	fputs(",\"to\":", out);
	output_json_instant(output, setting->window.last);
	fprintf(out,
	        ",\"blocked\":%zu,\"log_only\":%zu,\"allowed\":%zu,\"suspicious\":%zu"
	        ",\"before\":%" PRIu64 ",\"files\":[",
	        counts.names[WATCH_BLOCK], counts.names[WATCH_LOG_ONLY],
	        counts.names[WATCH_ALLOW], counts.suspicious, report->before);
	for (size_t i = 0; i < report->files; i++) {
		const struct publish_written *written = &report->written[i];

		fprintf(out,
		        "%s{\"file\":\"%s\",\"format\":\"%s\",\"bytes\":%" PRIu64
		        ",\"names\":%" PRIu64 ",\"left_out\":%" PRIu64 "}",
		        i > 0 ? "," : "", written->file, written->format->name,
		        written->facts.bytes, written->facts.names,
		        written->facts.left_out);
	}
	fputs("]}\n", out);
}

void
publish_tell_report(struct output *output, const struct publish_setting *setting,
                    const struct publish_report *report, bool json)
{
	if (json)
		tell_json(output, setting, report);
	else
		tell_text(output->file, setting, report);
}
