/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/import_tell.h"

#include "cmd/output.h"
#include "cmd/words.h"

/* A row of the report. */
static void
write_row(struct output *output, const char *what, uint64_t number, const char *thing)
{
	if (number > 0)
		fprintf(output->file, "%-10s%s\n", what, words_things(number, thing).text);
}

static void
write_skipped(struct output *output, const struct import_counts *counts)
{
	write_row(output, "Skipped", counts->skipped, "line");
	for (size_t i = 0; i < IMPORT_SKIPS && i < counts->skipped; i++) {
		const struct import_skip *skip = &counts->skips[i];

		fputs("          ", output->file);
		words_safe(output->file, span_of(skip->path), 0);
		fprintf(output->file, ":%llu: %s\n", (unsigned long long)skip->line,
		        skip->why);
	}
}

uint64_t
import_taken(const struct import_counts *counts)
{
	uint64_t taken = 0;

	for (size_t i = 0; i < SIGHTING_KINDS; i++)
		taken += counts->taken.of_kind[i];
	return taken;
}

enum status
import_tell(const struct import_counts *counts, const char *zone, bool year_said)
{
	struct output output;
	enum status status = output_open(&output, NULL);
	uint64_t taken = import_taken(counts);

	if (status != STATUS_DONE)
		return status;
	fprintf(output.file, "%-10s%s, %s\n", "Read",
	        words_things(counts->files, "file").text,
	        words_things(counts->lines, "line").text);
	fprintf(output.file, "%-10s%s", "Taken", words_things(taken, "contact").text);
	for (int kind = 0; kind < SIGHTING_KINDS; kind++) {
		if (counts->taken.of_kind[kind] > 0)
			fprintf(output.file, ", %s %s",
			        words_count(counts->taken.of_kind[kind]).text,
			        sighting_kind_name((enum sighting_kind)kind));
	}
	fputc('\n', output.file);
	if (taken > 0)
		fprintf(output.file, "%-10s%s to %s\n", "Between",
		        words_time(counts->taken.first_us).text,
		        words_time(counts->taken.last_us).text);
	write_row(&output, "Of lists", counts->taken.known, "contact");
	write_row(&output, "Of bots", counts->taken.bots, "contact");
	write_row(&output, "Aside", counts->aside, "line");
	write_row(&output, "Before", counts->before, "line");
	write_row(&output, "Before", counts->files_before, "whole file");
	write_skipped(&output, counts);
	if (counts->assumed_zone)
		fprintf(output.file, "%-10stimes without a zone are taken for %s\n", "Zone",
		        zone != NULL ? zone : "UTC");
	if (counts->assumed_year && !year_said)
		fprintf(output.file, "%-10sof times without one: by the file's date\n",
		        "Year");
	return output_close(&output, STATUS_DONE);
}
