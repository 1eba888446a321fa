/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Threads are all alike: each cuts the next piece of the logs, which takes a tenth
 * of the time, under a lock; reads it; waits for its turn; delivers. So sightings
 * come in the order of the lines, whatever the number of threads.
 */
#include "scan/cut.h"
#include "scan/run.h"

#include "base/date.h"
#include "watch/crew.h"

#include <stdlib.h>

/* Makes ${*array} of ${count} elements of ${size} bytes. */
static bool
enlarge(void **array, size_t count, size_t size)
{
	void *grown = reallocarray(*array, count, size);

	if (grown == NULL)
		return false;
	*array = grown;
	return true;
}

enum fsk_err
run_reserve(struct scan *scan, size_t count)
{
	void *reports = scan->reports;
	void *marks = scan->marks;
	void *proven = scan->proven;
	bool done;

	if (count <= scan->room)
		return FSK_OK;
	done = enlarge(&reports, count, sizeof(*scan->reports)) &&
	       enlarge(&marks, count, sizeof(*scan->marks)) &&
	       enlarge(&proven, count, sizeof(*scan->proven));
	scan->reports = reports;
	scan->marks = marks;
	scan->proven = proven;
	if (!done)
		return FSK_NOMEM;
	scan->room = count;
	return FSK_OK;
}

uint32_t
run_begin(struct scan *scan, const char *path)
{
	scan->marks[scan->begun] = (struct scan_mark){.offset = 0};
	scan->proven[scan->begun] = (struct scan_mark){.offset = 0};
	scan->reports[scan->begun] = (struct scan_file){
	        .path = path,
	        .first_us = INT64_MAX,
	        .last_us = INT64_MIN,
	};
	return (uint32_t)scan->begun++;
}

/* Adds the counts of ${part} to those of its file and of all. */
static void
add_counts(struct scan *scan, const struct part *part)
{
	struct scan_file *file = &scan->reports[part->file];
	struct scan_report *report = &scan->report;

	for (size_t i = 0; i < part->skip_count && report->skip_count < SCAN_SKIPS; i++) {
		struct scan_skip skip = part->skips[i];

		skip.line += file->from_line + file->lines;
		report->skips[report->skip_count++] = skip;
	}
	file->bytes += part->bytes;
	file->lines += part->lines;
	file->asked += part->asked;
	file->aside += part->aside;
	file->skipped += part->skipped;
	file->assumed_zone |= part->assumed_zone;
	file->assumed_year |= part->assumed_year;
	if (part->first_us < file->first_us)
		file->first_us = part->first_us;
	if (part->last_us > file->last_us)
		file->last_us = part->last_us;
	if (part->why != NULL) {
		file->why = part->why;
		file->error = part->error;
	}
	report->timeless += part->timeless;
	report->clientless += part->clientless;
	report->nameless += part->nameless;
}

/* Gives ${sighting} to the verdict and to whoever wants to see it, unless its name was
 * allowed when it was asked for. */
static enum fsk_err
add_sighting(struct scan *scan, const struct sighting *sighting)
{
	const struct scan_setting *setting = &scan->setting;
	enum fsk_err err;

	if (setting->allow != NULL &&
	    watch_allow_find(setting->allow, sighting->name, date_second_of(sighting->us),
	                     NULL)) {
		scan->report.allowed++;
		return FSK_OK;
	}
	err = verdict_add(scan->verdict, sighting);
	if (err != FSK_OK)
		return err;
	scan->report.sightings++;
	if (setting->sighting != NULL)
		setting->sighting(sighting, setting->context);
	return FSK_OK;
}

static enum fsk_err
take_far(void *context, const struct sighting *sighting)
{
	return add_sighting(context, sighting);
}

/* Whether names of ${generator} are looked for. */
static bool
is_wanted(const struct scan *scan, size_t generator)
{
	for (size_t i = 0; i < scan->setting.generator_count; i++) {
		if (scan->setting.generators[i] == generator)
			return true;
	}
	return false;
}

/* Adds the far matches of ${part}, whose lines count from ${before}. */
static enum fsk_err
add_fars(struct scan *scan, struct part *part, uint64_t before)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < part->far_count && err == FSK_OK; i++) {
		struct sighting *sighting = &part->fars[i];
		int64_t second = date_second_of(sighting->us);

		/* What holds at its time is a sighting already. */
		if (watch_view_holds(scan->view, &sighting->match, second) ||
		    !is_wanted(scan, sighting->match.generator))
			continue;
		sighting->line += before;
		err = far_add(&scan->far, sighting, take_far, scan);
	}
	return err;
}

enum fsk_err
run_deliver(struct scan *scan, struct part *part)
{
	struct scan_file *file = &scan->reports[part->file];
	uint64_t before = file->from_line + file->lines;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < part->sighting_count && err == FSK_OK; i++) {
		part->sightings[i].line += before;
		err = add_sighting(scan, &part->sightings[i]);
	}
	for (size_t i = 0; i < part->placebo_count && err == FSK_OK; i++)
		err = tally_add(&scan->tally, part->placebos[i].host,
		                part->placebos[i].name, part->placebos[i].generator);
	for (size_t i = 0; i < part->day_count && err == FSK_OK; i++)
		err = tally_add_day(&scan->tally, part->days[i]);
	if (err == FSK_OK)
		err = add_fars(scan, part, before);
	if (err != FSK_OK)
		return err;
	add_counts(scan, part);
	scan->marks[part->file] = part->mark;
	scan->marks[part->file].line = file->from_line + file->lines;
	return FSK_OK;
}

/* Keeps the marks of the files that ${moved} since an earlier run, or of the others. */
static enum fsk_err
keep_marks(struct scan *scan, bool moved)
{
	for (size_t i = 0; i < scan->begun; i++) {
		const struct scan_mark *proven = &scan->proven[i];
		struct scan_mark mark = scan->marks[i];
		enum fsk_err err;

		if (mark.offset == 0 || (mark.offset != proven->offset) != moved)
			continue;
		mark.seen = scan->setting.now;
		err = scan_state_keep(scan->setting.state, &mark,
		                      proven->offset > 0 ? proven : NULL);
		if (err != FSK_OK)
			return err;
		scan->proven[i] = mark;
	}
	return FSK_OK;
}

enum fsk_err
run_keep_marks(struct scan *scan)
{
	enum fsk_err err;

	if (scan->setting.state == NULL)
		return FSK_OK;
	/* A copy of a log has the mark of the log. Where the log has grown, its new mark
	 * takes the place of that one, which the copy then brings back. */
	err = keep_marks(scan, true);
	return err == FSK_OK ? keep_marks(scan, false) : err;
}

/* Cuts the next piece into ${part}. FSK_END when there is none. */
static enum fsk_err
next_piece(struct scan *scan, struct take *take, struct part *part)
{
	enum fsk_err err;

	for (;;) {
		uint32_t file;
		int64_t first;

		err = cut_next(&scan->intake, take, part);
		if (err != FSK_END)
			return err;
		intake_close(&scan->intake);
		if (scan->begun == scan->files.count)
			return FSK_END;
		file = run_begin(scan, scan->files.file[scan->begun].path);
		err = intake_open(&scan->intake, &scan->setting, file, &scan->reports[file],
		                  &first);
		scan->proven[file] = scan->intake.proven;
		if (err == FSK_OK && intake_is_open(&scan->intake))
			watch_view_expect(scan->view, first);
		if (err != FSK_OK)
			return err;
	}
}

/* Cuts the next piece for a thread and stores its turn. */
static enum fsk_err
cut(struct scan *scan, struct take *take, struct part *part, uint64_t *turn)
{
	enum fsk_err err;

	pthread_mutex_lock(&scan->input);
	err = next_piece(scan, take, part);
	if (err == FSK_OK)
		*turn = scan->cut++;
	pthread_mutex_unlock(&scan->input);
	return err;
}

/* Tells how far all is. Files that are done count whole. */
static void
report_progress(struct scan *scan, const struct part *part)
{
	const struct scan_setting *setting = &scan->setting;
	uint64_t done = scan->disk_before + part->disk;

	if (part->last)
		scan->disk_before += scan->files.file[part->file].bytes;
	if (setting->progress != NULL &&
	    !setting->progress(done, scan->disk_whole, setting->context))
		scan->stopped = true;
}

/* Waits for its ${turn} and delivers ${part}, whose reading ended with ${err}. Returns
 * whether to go on. */
static bool
give(struct scan *scan, struct part *part, uint64_t turn, enum fsk_err err)
{
	bool more;

	pthread_mutex_lock(&scan->output);
	while (scan->delivered != turn)
		pthread_cond_wait(&scan->turned, &scan->output);
	if (err == FSK_OK && !scan->stopped)
		err = run_deliver(scan, part);
	if (err != FSK_OK && scan->err == FSK_OK)
		scan->err = err;
	if (scan->err != FSK_OK)
		scan->stopped = true;
	else if (!scan->stopped)
		report_progress(scan, part);
	scan->delivered++;
	more = !scan->stopped;
	pthread_cond_broadcast(&scan->turned);
	pthread_mutex_unlock(&scan->output);
	return more;
}

/* What each thread does. */
static enum fsk_err
work(void *context, unsigned worker, size_t job)
{
	struct scan *scan = context;
	struct take *take = &scan->takes[worker];
	struct part *part = &scan->parts[worker];
	enum fsk_err err;
	uint64_t turn;

	(void)job;
	while ((err = cut(scan, take, part, &turn)) == FSK_OK) {
		if (part->format->read != NULL)
			err = take_lines(take, part);
		if (!give(scan, part, turn, err))
			return FSK_OK;
	}
	return err == FSK_END ? FSK_OK : err;
}

enum fsk_err
scan_run(struct scan *scan)
{
	const struct watch_crew crew = {
	        .jobs = scan->setting.threads,
	        .threads = scan->setting.threads,
	        .run = work,
	        .context = scan,
	};
	enum fsk_err err;

	err = run_reserve(scan, scan->files.count);
	if (err != FSK_OK)
		return err;
	scan->disk_whole = 0;
	for (size_t i = 0; i < scan->files.count; i++)
		scan->disk_whole += scan->files.file[i].bytes;
	scan->stopped = false;
	err = crew.threads == 1 ? work(scan, 0, 0) : watch_crew_run(&crew);
	if (err == FSK_OK)
		err = scan->err;
	/* Also of logs in which nobody asked it is said what they were compared with. */
	if (err == FSK_OK)
		err = watch_view_settle(scan->view);
	if ((err == FSK_OK || err == FSK_STOPPED) && run_keep_marks(scan) != FSK_OK)
		err = FSK_NOMEM;
	if (err == FSK_OK && scan->stopped)
		err = FSK_STOPPED;
	return err;
}
