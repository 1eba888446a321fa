/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waiting for what is appended to logs. Files are asked five times a second: that
 * costs nothing that counts, works on every file system, and needs no limit of
 * watches to be raised.
 */
#include "scan/run.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#define PAUSE_MS 200
#define PAUSES_TO_JUDGE 5

/* A path that is followed. */
struct followed {
	const char *path;
	uint32_t file; /* number of the report of what lies there now */
	uint64_t device;
	uint64_t inode;
	uint64_t tried; /* bytes of a file that could not be read yet */
	struct intake intake;
};

struct follow {
	struct scan *scan;
	struct followed *paths;
	size_t count;
	bool read; /* something was, since the last judgement */
};

static void
note_identity(struct followed *followed, const struct stat *status)
{
	followed->device = (uint64_t)status->st_dev;
	followed->inode = (uint64_t)status->st_ino;
	followed->tried = (uint64_t)status->st_size;
}

/* Opens what lies at the path of ${followed} from its start, as a file of its own. */
static enum fsk_err
open_new(struct follow *follow, struct followed *followed, const struct stat *status)
{
	struct scan *scan = follow->scan;
	int64_t first;
	enum fsk_err err = run_reserve(scan, scan->begun + 1);

	if (err != FSK_OK)
		return err;
	note_identity(followed, status);
	followed->file = run_begin(scan, followed->path);
	err = intake_open(&followed->intake, &scan->setting, followed->file,
	                  &scan->reports[followed->file], &first);
	if (err != FSK_OK || !intake_is_open(&followed->intake))
		return err;
	followed->intake.follows = true;
	return watch_view_placebo(scan->view, first, &scan->takes[0].placebo);
}

/* Reads what was appended to ${followed}. */
static enum fsk_err
read_on(struct follow *follow, struct followed *followed)
{
	struct scan *scan = follow->scan;
	struct take *take = &scan->takes[0];
	struct part *part = &scan->parts[0];
	enum fsk_err err = FSK_OK;

	/* Another worker may have read all there was. */
	if (take->placebo == NULL)
		err = watch_view_placebo(scan->view, scan->setting.now, &take->placebo);
	followed->intake.ended = false;
	while (err == FSK_OK && !followed->intake.ended && !scan->stopped) {
		err = intake_next(&followed->intake, take, part);
		if (err == FSK_OK)
			err = take_lines(take, part);
		if (err == FSK_OK)
			err = run_deliver(scan, part);
		follow->read |= part->bytes > 0;
	}
	return err == FSK_END ? FSK_OK : err;
}

/* Looks after ${followed}: reads on, and when another file took its place, or it was
 * emptied, begins that. */
static enum fsk_err
look_after(struct follow *follow, struct followed *followed)
{
	bool open = intake_is_open(&followed->intake);
	struct stat status;
	enum fsk_err err = FSK_OK;

	if (open)
		err = read_on(follow, followed);
	if (err != FSK_OK || stat(followed->path, &status) != 0 || !S_ISREG(status.st_mode))
		return err; /* a path that is missing for a moment is being rotated */
	if (open && (uint64_t)status.st_dev == followed->device &&
	    (uint64_t)status.st_ino == followed->inode &&
	    (uint64_t)status.st_size >= log_source_offset(followed->intake.source))
		return FSK_OK;
	if (!open && (uint64_t)status.st_size == followed->tried &&
	    (uint64_t)status.st_ino == followed->inode)
		return FSK_OK;
	if (open)
		followed->intake.follows = false; /* its last line is whole now */
	if (open)
		err = read_on(follow, followed);
	intake_close(&followed->intake);
	return err == FSK_OK ? open_new(follow, followed, &status) : err;
}

/* Takes up the files that were read. */
static enum fsk_err
begin(struct follow *follow)
{
	struct scan *scan = follow->scan;

	follow->paths = calloc(scan->begun + 1, sizeof(*follow->paths));
	if (follow->paths == NULL)
		return FSK_NOMEM;
	for (uint32_t i = 0; i < scan->begun; i++) {
		struct followed *followed = &follow->paths[follow->count++];
		struct stat status;
		enum fsk_err err = FSK_OK;

		followed->path = scan->reports[i].path;
		followed->file = i;
		if (stat(followed->path, &status) != 0)
			continue;
		note_identity(followed, &status);
		if (scan->reports[i].why == NULL)
			err = intake_follow(&followed->intake, &scan->setting, i,
			                    &scan->reports[i], &scan->marks[i]);
		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}

static bool
goes_on(const struct scan *scan)
{
	const struct scan_setting *setting = &scan->setting;

	return setting->progress == NULL || setting->progress(0, 0, setting->context);
}

/* Looks after all files until it is told to stop. */
static enum fsk_err
watch(struct follow *follow, void (*settled)(const struct scan_report *, void *))
{
	struct scan *scan = follow->scan;
	enum fsk_err err = FSK_OK;

	for (unsigned pause = 1; err == FSK_OK && goes_on(scan); pause++) {
		for (size_t i = 0; i < follow->count && err == FSK_OK; i++)
			err = look_after(follow, &follow->paths[i]);
		if (err == FSK_OK && follow->read && pause % PAUSES_TO_JUDGE == 0) {
			struct scan_report report;

			follow->read = false;
			err = scan_judge(scan, &report);
			if (err == FSK_OK)
				settled(&report, scan->setting.context);
		}
		poll(NULL, 0, PAUSE_MS);
	}
	return err == FSK_OK ? FSK_STOPPED : err;
}

enum fsk_err
scan_follow(struct scan *scan, void (*settled)(const struct scan_report *, void *))
{
	struct follow follow = {.scan = scan};
	enum fsk_err err = begin(&follow);

	scan->stopped = false;
	if (err == FSK_OK)
		err = watch(&follow, settled);
	if (err == FSK_STOPPED && run_keep_marks(scan) != FSK_OK)
		err = FSK_NOMEM;
	for (size_t i = 0; i < follow.count; i++)
		intake_close(&follow.paths[i].intake);
	free(follow.paths);
	return err;
}
