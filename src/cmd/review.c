/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/review.h"

#include "cmd/keep.h"
#include "cmd/output.h"
#include "cmd/places.h"
#include "cmd/report_facts.h"
#include "cmd/report_html.h"
#include "cmd/report_json.h"
#include "cmd/report_text.h"
#include "cmd/review_setup.h"
#include "cmd/rises.h"
#include "cmd/say.h"
#include "scan/files.h"
#include "store/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_SAID 20 /* that could not be read, one line each */

/* A log that was rotated is kept for a year at most; later its mark is of no use
 * to anybody. */
#define STATE_KEPT_DAYS 400

struct review {
	const struct review_ask *ask;
	struct review_setup setup;
	struct scan *scan;
	struct output output;
	struct output page; /* --html */
	struct keep *keep;  /* --store */
	bool unkept;        /* something could not be put into it */
	struct progress progress;
	bool quiet; /* no progress: stdout is the same terminal */
	bool following;
	bool failed;        /* there is no report */
	bool lossy;         /* evidence may be missing: what was read must be read again */
	struct files files; /* with --sightings: what the scan reads, by number */
	struct rises rises;
	struct report report;
	struct scan_report found;
};

/* Whether what is written goes astray: then it is of no use to read on. */
static bool
is_broken(const struct review *review)
{
	return ferror(review->output.file) != 0 || review->unkept;
}

static bool
show_progress(uint64_t done, uint64_t whole, void *context)
{
	struct review *review = context;

	if (is_broken(review) || say_stopped())
		return false;
	return review->quiet || review->following ||
	       say_progress(done, whole, &review->progress);
}

static void
write_sighting(const struct sighting *sighting, struct review *review)
{
	const char *path = sighting->file < review->files.count
	                           ? review->files.file[sighting->file].path
	                           : NULL; /* it took another's place since */

	report_json_sighting(&review->output, sighting, path);
}

static void
take_sighting(const struct sighting *sighting, void *context)
{
	struct review *review = context;
	struct sighting kept = *sighting;

	if (review->ask->sightings)
		write_sighting(sighting, review);
	if (review->keep == NULL)
		return;
	kept.sensor = span_of("scan");
	if (keep_put(review->keep, &kept) != FSK_OK)
		review->unkept = true;
}

/* Says that the scan failed with ${err}. */
static enum status
say_failure(enum fsk_err err)
{
	say("scan: %s", err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return STATUS_SYSTEM;
}

/* Says that ${path}, of the command line or in a folder of it, cannot be read. */
static void
say_unopened(const char *path, int error, void *context)
{
	struct review *review = context;

	if (++review->report.unopened <= FILES_SAID)
		say("%s: %s", path, strerror(error));
}

/* Adds the files that the user named, and says which could not be opened. */
static enum status
add_paths(struct review *review)
{
	const struct review_ask *ask = review->ask;

	for (size_t i = 0; i < ask->path_count; i++) {
		enum fsk_err err = scan_add(review->scan, ask->paths[i]);

		if (err != FSK_OK && err != FSK_IO)
			return say_failure(err);
		/* Sightings come with the number of their file while no report
		 * can be had: the same words make the same list. */
		if (ask->sightings && files_add(&review->files, ask->paths[i]) == FSK_NOMEM)
			return say_failure(FSK_NOMEM);
	}
	return STATUS_DONE;
}

/* Tries whether the state can be written: a draft of it is made and removed. */
static enum status
try_state(const char *path)
{
	struct output output;
	enum status status = output_open(&output, path);

	/* What is no regular file is written as it is: that it opens is enough. */
	if (status == STATUS_DONE)
		(void)output_close(&output, STATUS_SYSTEM);
	return status;
}

/* Opens a journal in the store, of a worker that there was never before: what a scan that
 * was killed has left is another's. */
static enum status
open_store(struct review *review)
{
	char worker[STORE_WORKER_SIZE];

	(void)snprintf(worker, sizeof(worker), "scan-%lld-%ld", (long long)options_now(),
	               (long)getpid());
	return keep_open(review->ask->store, worker, &review->keep);
}

/* Ends the journal and moves it into the store. What is not safe there must be read again.
 */
static enum status
close_store(struct review *review)
{
	enum status status = keep_close(review->keep);

	review->keep = NULL;
	if (status != STATUS_DONE)
		review->lossy = true;
	return status;
}

/* Opens what is written, before hours are spent on reading. */
static enum status
open_outputs(struct review *review)
{
	const struct review_ask *ask = review->ask;
	enum status status = ask->state != NULL ? try_state(ask->state) : STATUS_DONE;

	if (status == STATUS_DONE && ask->store != NULL)
		status = open_store(review);
	if (status == STATUS_DONE)
		status = output_open(&review->output, ask->common.output);

	if (status == STATUS_DONE && ask->html != NULL) {
		status = output_open(&review->page, ask->html);
		if (status != STATUS_DONE)
			output_close(&review->output, status);
	}
	return status;
}

/* Ends ${output}. A report that was interrupted says so itself: its file is put
 * in its place although a signal came. */
static enum status
close_output(struct output *output, enum status status)
{
	if (status == STATUS_DONE && say_stopped() && output->draft.name != NULL &&
	    (fflush(output->file) != 0 || ferror(output->file) ||
	     draft_finish(&output->draft) != FSK_OK) &&
	    output->error == 0)
		output->error = errno != 0 ? errno : EIO;
	return output_close(output, status);
}

/* Says which files were not read, or not to their end, and counts those that the system
 * refused in
 * ${refused}. True when any file was read. */
static bool
say_unread(const struct review *review, size_t *refused)
{
	const struct scan_report *found = &review->found;
	size_t read = 0;
	size_t cut = 0;

	*refused = review->report.unopened;
	for (size_t i = 0; i < found->file_count; i++)
		read += report_facts_read(&found->files[i]);
	for (size_t i = 0; i < found->file_count; i++) {
		const struct scan_file *file = &found->files[i];

		if (file->error != 0) {
			(*refused)++;
			if (*refused - review->report.unopened <= FILES_SAID)
				say("%s: %s: %s", file->path,
				    file->why != NULL ? file->why : "not read",
				    strerror(file->error));
		} else if (read == 0 && i < FILES_SAID) {
			say("%s: %s", file->path, report_facts_lost(file));
		} else if (file->why != NULL && report_facts_read(file) &&
		           ++cut <= FILES_SAID) {
			say("%s: %s", file->path, file->why);
		}
	}
	return read > 0;
}

/* Writes what was found in the form that was asked for; the summary too. */
static void
write_report(struct review *review)
{
	const struct review_ask *ask = review->ask;

	if (ask->json)
		report_json_write(&review->output, &review->report);
	if (ask->json || ask->sightings)
		report_facts_write(&review->report, stderr);
	else
		report_text_write(&review->output, &review->report);
}

static void
write_rise(const struct verdict_host *host, void *context)
{
	struct review *review = context;

	if (review->ask->json)
		report_json_host(&review->output, &review->report, host);
	else if (review->ask->sightings)
		say("%s is %s", report_client(host).text, report_word(host->word));
	else
		report_text_rise(&review->output, &review->report, host);
}

static void
write_rises(const struct scan_report *found, void *context)
{
	struct review *review = context;

	review->found = *found;
	if (rises_look(&review->rises, found->verdict, write_rise, review) != FSK_OK)
		say("out of memory: the next look tells it");
	fflush(review->output.file);
}

/* Whether files are followed and one of them holds nothing yet. */
static bool
awaits_first(const struct review *review)
{
	const struct scan_report *found = &review->found;

	for (size_t i = 0; i < found->file_count && review->ask->follow; i++) {
		if (found->files[i].empty)
			return true;
	}
	return false;
}

/* Says which files are not followed. True when there is one that is. */
static bool
say_left(const struct review *review)
{
	const struct scan_report *found = &review->found;
	size_t left = 0;

	for (size_t i = 0; i < found->file_count; i++) {
		if (!found->files[i].left)
			continue;
		if (++left <= FILES_SAID)
			say("%s: read once and not followed: only files of text that is "
			    "not compressed are",
			    found->files[i].path);
	}
	return left < found->file_count;
}

/* Goes on with files that grow until a signal comes. */
static enum status
follow(struct review *review)
{
	enum fsk_err err;

	if (rises_look(&review->rises, review->found.verdict, NULL, NULL) != FSK_OK)
		return say_failure(FSK_NOMEM);
	fflush(review->output.file);
	review->following = true;
	err = scan_follow(review->scan, write_rises);
	if (err != FSK_STOPPED && err != FSK_OK)
		return say_failure(err);
	err = scan_judge(review->scan, &review->found);
	if (err != FSK_OK)
		return say_failure(err);
	fputs("\nIn the end:\n",
	      review->ask->json || review->ask->sightings ? stderr : review->output.file);
	write_report(review);
	return STATUS_DONE;
}

/* Writes what was read to the state file, whole or not at all. */
static enum status
write_state(const struct review *review)
{
	struct output output;
	char *text;
	size_t len;
	int64_t oldest = review->setup.setting.now - STATE_KEPT_DAYS * INT64_C(86400);
	enum fsk_err err = scan_state_write(review->setup.state, oldest, &text, &len);
	enum status status;

	if (err != FSK_OK)
		return say_failure(err);
	status = output_open(&output, review->ask->state);
	if (status == STATUS_DONE) {
		fwrite(text, 1, len, output.file);
		status = close_output(&output, STATUS_DONE);
	}
	free(text);
	return status;
}

/* Reads the logs, as far as nothing stops it. */
static enum status
read_logs(struct review *review)
{
	enum status status = STATUS_DONE;
	enum fsk_err err = scan_run(review->scan);

	say_progress_done(&review->progress);
	review->report.incomplete = err != FSK_OK;
	if (err != FSK_OK && err != FSK_STOPPED) {
		review->lossy = true;
		status = say_failure(err);
	}
	err = scan_judge(review->scan, &review->found);
	if (err != FSK_OK) {
		review->failed = true;
		return say_failure(err);
	}
	return status;
}

/* Says that nothing could be read, and the first reasons. */
static void
say_nothing_read(const struct review *review)
{
	const struct scan_report *found = &review->found;

	for (size_t i = 0; i < found->skip_count; i++)
		say("%s:%llu: %s", report_path(&review->report, found->skips[i].file),
		    (unsigned long long)found->skips[i].line, found->skips[i].why);
	say("scan: nothing was read: no file has a line that a format understands");
}

/* Reads the logs and writes the reports. What stands in the outputs is good unless
 * the review failed. */
static enum status
work(struct review *review)
{
	size_t refused;
	enum status status = read_logs(review);

	if (review->failed)
		return status;
	if (!say_unread(review, &refused) && !review->report.incomplete &&
	    !awaits_first(review)) {
		review->failed = true;
		if (refused > 0)
			return STATUS_SYSTEM;
		say_nothing_read(review);
		return STATUS_DATA;
	}
	write_report(review);
	if (review->ask->follow && !review->report.incomplete && say_left(review))
		status = follow(review);
	if (review->ask->html != NULL)
		report_html_write(&review->page, &review->report, options_now());
	if (status == STATUS_DONE && refused > 0)
		status = STATUS_SYSTEM;
	return report_found(&review->report) ? STATUS_FOUND : status;
}

/* Closes the outputs, and writes the state once all of the report has been
 * written: what was not told must be read again. */
static enum status
close_outputs(struct review *review, enum status status)
{
	const struct review_ask *ask = review->ask;
	bool whole = fflush(review->output.file) == 0 && !is_broken(review);
	enum status kept = close_store(review);

	status = close_output(&review->output, status);
	if (ask->html != NULL)
		status = close_output(&review->page, status);
	if (kept != STATUS_DONE)
		status = kept;
	if (status == STATUS_DONE && whole && !review->lossy && ask->state != NULL)
		status = write_state(review);
	return status;
}

/* Works between the opening and the closing of the outputs. */
static enum status
work_with_outputs(struct review *review)
{
	enum status status = add_paths(review); /* before there are drafts among them */
	enum status closed;

	if (status == STATUS_DONE)
		status = places_check(review->ask, review->scan);
	if (status == STATUS_DONE)
		status = open_outputs(review);
	if (status != STATUS_DONE)
		return status;
	status = work(review);
	closed = close_outputs(review, review->failed ? status : STATUS_DONE);
	return closed != STATUS_DONE ? closed : status;
}

static void
fini(struct review *review)
{
	(void)keep_close(review->keep); /* of a scan that did not begin */
	files_fini(&review->files);
	rises_fini(&review->rises);
	scan_free(review->scan);
	review_setup_fini(&review->setup);
}

enum status
review_run(const struct review_ask *ask)
{
	struct review review = {.ask = ask, .progress = {.what = "scan", .unit = "bytes"}};
	struct scan_setting *setting = &review.setup.setting;
	enum status status = review_setup_init(&review.setup, ask);
	enum fsk_err err;

	review.quiet =
	        ask->sightings && ask->common.output == NULL && isatty(STDOUT_FILENO);
	review.report = (struct report){.scan = &review.found,
	                                .leases = review.setup.leases,
	                                .generators = review.setup.selection.count,
	                                .window_days = setting->window_days,
	                                .index = review.setup.index,
	                                .zone = ask->zone != NULL ? ask->zone : "UTC",
	                                .year_said = ask->year != NULL,
	                                .verbose = ask->verbose};
	setting->progress = show_progress;
	setting->stop = say_stop_descriptor();
	setting->unopened = say_unopened;
	setting->sighting = ask->sightings || ask->store != NULL ? take_sighting : NULL;
	setting->context = &review;
	if (status == STATUS_DONE) {
		err = scan_new(setting, &review.scan);
		status = err == FSK_OK ? work_with_outputs(&review) : say_failure(err);
	}
	fini(&review);
	return status;
}
