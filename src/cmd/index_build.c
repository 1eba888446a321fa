/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/index_build.h"

#include "base/date.h"
#include "cmd/index_file.h"
#include "cmd/say.h"

#include <inttypes.h>

#define SPAN_AHEAD_DAYS 1461

/* Builds the index file ${path} of ${selection} over ${span}. */
static enum status
make(const struct options *options, const char *path, const struct selection *selection,
     struct span_of_time span)
{
	struct progress progress = {.what = "building the index", .unit = "names"};
	struct watch_plan plan = {
	        .generators = selection->generators,
	        .generator_count = selection->count,
	        .from = span.from,
	        .to = span.to,
	        .threads = options->threads,
	        .progress = say_progress,
	        .context = &progress,
	};
	struct watch_archive_info info;
	enum fsk_err err;

	if (options->output == NULL && !index_file_make_folders(path))
		return index_file_refuse(path, FSK_IO, NULL);
	err = watch_archive_build(path, &plan, &info);
	say_progress_done(&progress);
	if (say_stopped())
		return STATUS_DONE; /* the signal ends the process */
	if (err == FSK_RANGE) {
		say("%s: more names than one file can number: a shorter span or fewer "
		    "families",
		    path);
		return STATUS_USAGE;
	}
	if (err != FSK_OK)
		return index_file_refuse(path, err, NULL);
	say("%s: %" PRIu64 " names in %" PRIu64 " bytes", path, info.names, info.bytes);
	return STATUS_DONE;
}

/* Whether ${selection} has any list that touches ${span}; said if not. */
static bool
has_lists(const struct selection *selection, struct span_of_time span)
{
	struct fsk_period period;

	for (size_t i = 0; i < selection->count; i++) {
		struct dga_generator g = dga_generator_at(selection->generators[i]);

		if (dga_period_first(&g, span.from, span.to, &period) == FSK_OK)
			return true;
	}
	say("index: there is no list at that time");
	return false;
}

enum status
index_build(const struct options *options, const char *path)
{
	int64_t ahead = options_day(options_now() + SPAN_AHEAD_DAYS * DATE_DAY).to;
	struct selection selection = {.count = 0};
	struct span_of_time span;
	enum status status;

	status = options_span(options, (struct span_of_time){OPTIONS_FIRST_DAY, ahead},
	                      &span);
	if (status == STATUS_DONE)
		status = options_select(options, &selection);
	if (status == STATUS_DONE && !has_lists(&selection, span))
		status = STATUS_USAGE;
	if (status == STATUS_DONE)
		status = make(options, path, &selection, span);
	selection_fini(&selection);
	return status;
}
