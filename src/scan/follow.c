/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waiting for what is appended to logs. Files are asked five times a second: that
 * costs nothing that counts, works on every file system, and needs no limit of
 * watches to be raised. Only text that is not compressed can be followed: where
 * reading stood in all else cannot be told from the size of the file, and to read it
 * once more would double it. Such a file is read once, and its path is left then.
 */
#include "scan/cut.h"
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
	bool left;      /* it was read once and is not looked at again */
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

/* Whether nothing was read of ${file}, now or in an earlier run. */
static bool
is_untouched(const struct scan_file *file)
{
	return file->bytes == 0 && file->lines == 0 && file->from_line == 0;
}

/* Begins the report of what lies at the path of ${followed}: that of the file before,
 * if nothing was read of it, so that one that cannot be read does not fill the list. */
static enum fsk_err
begin_report(struct follow *follow, struct followed *followed)
{
	struct scan *scan = follow->scan;
	size_t begun = scan->begun;
	enum fsk_err err;

	if (!is_untouched(&scan->reports[followed->file])) {
		err = run_reserve(scan, begun + 1);
		if (err == FSK_OK)
			followed->file = run_begin(scan, followed->path);
		return err;
	}
	scan->begun = followed->file;
	run_begin(scan, followed->path);
	scan->begun = begun;
	return FSK_OK;
}

/* Reads what was appended to ${followed}. */
static enum fsk_err
read_on(struct follow *follow, struct followed *followed)
{
	struct scan *scan = follow->scan;
	struct take *take = &scan->takes[0];
	struct part *part = &scan->parts[0];
	enum fsk_err err = FSK_OK;
	bool last = false;

	/* Another worker may have read all there was. */
	if (take->placebo == NULL)
		err = watch_view_placebo(scan->view, scan->setting.now, &take->placebo);
	followed->intake.ended = false;
	while (err == FSK_OK && !last && !scan->stopped) {
		err = cut_next(&followed->intake, take, part);
		last = part->last;
		if (err == FSK_OK && part->format->read != NULL)
			err = take_lines(take, part);
		if (err == FSK_OK)
			err = run_deliver(scan, part);
		follow->read |= part->lines > 0;
	}
	return err == FSK_END ? FSK_OK : err;
}

/* Whether the open ${intake} can be followed. */
static bool
can_grow(const struct intake *intake)
{
	return intake->format->read != NULL && log_source_is_plain(intake->source);
}

/* Opens what lies at the path of ${followed} from its start, as a file of its own. */
static enum fsk_err
open_new(struct follow *follow, struct followed *followed, const struct stat *status)
{
	struct scan *scan = follow->scan;
	int64_t first;
	enum fsk_err err = begin_report(follow, followed);

	if (err != FSK_OK)
		return err;
	note_identity(followed, status);
	err = intake_open(&followed->intake, &scan->setting, followed->file,
	                  &scan->reports[followed->file], &first);
	if (err != FSK_OK || !intake_is_open(&followed->intake))
		return err;
	scan->proven[followed->file] = followed->intake.proven;
	followed->intake.follows = can_grow(&followed->intake);
	err = watch_view_placebo(scan->view, first, &scan->takes[0].placebo);
	if (err != FSK_OK || followed->intake.follows)
		return err;
	followed->left = true;
	err = read_on(follow, followed);
	intake_close(&followed->intake);
	return err;
}

/* Looks after ${followed}: reads on, and when another file took its place, or it was
 * emptied, begins that. */
static enum fsk_err
look_after(struct follow *follow, struct followed *followed)
{
	bool open = intake_is_open(&followed->intake);
	struct stat status;
	enum fsk_err err = FSK_OK;

	if (followed->left)
		return FSK_OK;
	if (open)
		err = read_on(follow, followed);
	if (err != FSK_OK || stat(followed->path, &status) != 0 || !S_ISREG(status.st_mode))
		return err; /* a path that is missing for a moment is being rotated */
	if (open && (uint64_t)status.st_dev == followed->device &&
	    (uint64_t)status.st_ino == followed->inode &&
	    (uint64_t)status.st_size >= log_source_offset(followed->intake.source))
		return FSK_OK;
	if (!open && (uint64_t)status.st_size == followed->tried &&
	    (uint64_t)status.st_dev == followed->device &&
	    (uint64_t)status.st_ino == followed->inode)
		return FSK_OK;
	if (open) {
		followed->intake.follows = false; /* its last line is whole now */
		followed->intake.grows = false;
		err = read_on(follow, followed);
	}
	intake_close(&followed->intake);
	return err == FSK_OK ? open_new(follow, followed, &status) : err;
}

/* Whether what lies at ${path} is read as it is; also when it is gone by now, which
 * intake_follow() tells. */
static enum fsk_err
ask_plain(const char *path, bool *plain)
{
	struct log_source *source;
	struct span head;
	enum fsk_err err = log_source_open(path, &source); /* a file: nothing waits */

	*plain = true;
	if (err == FSK_OK) {
		err = log_source_head(source, &head);
		*plain = log_source_is_plain(source);
		log_source_close(source);
	}
	return err == FSK_IO ? FSK_OK : err;
}

/* Goes on where reading of ${followed} ended. */
static enum fsk_err
take_up(struct follow *follow, struct followed *followed)
{
	struct scan *scan = follow->scan;
	struct scan_file *report = &scan->reports[followed->file];
	struct scan_file before = *report;
	bool plain = true;
	enum fsk_err err = FSK_OK;

	if (report->why != NULL) { /* when nothing was read, it is tried again */
		followed->left = !is_untouched(report);
		return FSK_OK;
	}
	if (report->format->read != NULL)
		err = ask_plain(followed->path, &plain);
	followed->left = report->format->read == NULL || !plain;
	if (err != FSK_OK || followed->left)
		return err;
	err = intake_follow(&followed->intake, &scan->setting, followed->file, report,
	                    &scan->marks[followed->file]);
	if (err == FSK_OK && !intake_is_open(&followed->intake)) {
		*report = before; /* another file is there now: the next look begins it */
		followed->tried = UINT64_MAX;
	}
	return err;
}

/* Takes up the files that were read. */
static enum fsk_err
begin(struct follow *follow)
{
	struct scan *scan = follow->scan;
	enum fsk_err err = FSK_OK;

	follow->paths = calloc(scan->begun + 1, sizeof(*follow->paths));
	if (follow->paths == NULL)
		return FSK_NOMEM;
	for (uint32_t i = 0; i < scan->begun && err == FSK_OK; i++) {
		struct followed *followed = &follow->paths[follow->count++];
		struct stat status;

		followed->path = scan->reports[i].path;
		followed->file = i;
		followed->tried = UINT64_MAX;
		followed->left = strcmp(followed->path, "-") == 0;
		if (followed->left || stat(followed->path, &status) != 0)
			continue; /* what is missing is begun when it is there again */
		followed->left = !S_ISREG(status.st_mode);
		if (followed->left)
			continue;
		note_identity(followed, &status);
		err = take_up(follow, followed);
	}
	return err;
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
