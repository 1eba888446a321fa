/* SPDX-License-Identifier: BSD-2-Clause
 *
 * file: JSON Lines, appended. A line is in the file as a whole or not at all: what a full
 * disk took of one is finished, or taken back. Lines are kept up to 64 KiB, or until the
 * next tick; while the disk takes none, up to 1 MiB, and then new ones are lost.
 */
#include "alert/made.h"
#include "alert/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOM ((size_t)1 << 20)
#define FULL ((size_t)64 << 10) /* then they are written at once */

struct file {
	const struct alert_ground *ground;
	int fd;
	bool torn;        /* the file ends within a line that somebody left */
	size_t len;       /* octets that are kept: whole lines */
	size_t sent;      /* of the first of them, in the file already */
	bool broken;      /* the last write failed */
	uint64_t dropped; /* lines that were lost since */
	char lines[ROOM];
};

/* Opens the file without waiting for anybody (a pipe that nobody reads fails); -1 with
 * errno. Whether its last line is whole comes in ${torn}. */
static int
open_path(const struct alert_ground *ground, bool *torn)
{
	int fd = alert_made_open(ground->setting->target,
	                         O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	                         ground->owner);
	struct stat facts;
	char last;

	if (fd < 0)
		return -1;
	*torn = fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size > 0 &&
	        pread(fd, &last, 1, facts.st_size - 1) == 1 && last != '\n';
	return fd;
}

static enum fsk_err
check_file(const char *target)
{
	return target[0] != '\0' ? FSK_OK : FSK_SYNTAX;
}

static enum fsk_err
open_file(const struct alert_ground *ground, void **state)
{
	struct file *file;
	int fd;

	file = malloc(sizeof(*file));
	if (file == NULL)
		return FSK_NOMEM;
	/* Without its lines, whose memory is then taken when it is needed. */
	memset(file, 0, offsetof(struct file, lines));
	fd = open_path(ground, &file->torn);
	if (fd < 0) {
		int error = errno;

		free(file);
		errno = error;
		return FSK_IO;
	}
	file->ground = ground;
	file->fd = fd;
	*state = file;
	return FSK_OK;
}

/* Takes ${taken} octets, which are ${lines} whole lines, out of what is kept. */
static void
drop_front(struct file *file, size_t taken, size_t lines)
{
	struct alert_counts *counts = file->ground->counts;

	atomic_fetch_add(&counts->told, lines);
	atomic_fetch_sub(&counts->queued, lines);
	file->len -= taken;
	file->sent -= taken;
	if (file->len > 0)
		memmove(file->lines, file->lines + taken, file->len);
}

/* ${octets} more are in the file: forgets the lines that are there as a whole. */
static void
take_note(struct file *file, size_t octets)
{
	size_t lines = 0, whole = 0;

	file->sent += octets;
	for (size_t i = 0; i < file->sent; i++) {
		if (file->lines[i] != '\n')
			continue;
		lines++;
		whole = i + 1;
	}
	if (whole > 0)
		drop_front(file, whole, lines);
}

/* Takes the piece of a line back out of the file. Where that cannot be (a pipe, or a file
 * that may only grow) the rest of the line comes next. A file that somebody has cut holds
 * nothing of it. */
static void
take_back(struct file *file)
{
	struct stat facts;

	if (file->sent == 0 || fstat(file->fd, &facts) != 0 || !S_ISREG(facts.st_mode))
		return;
	if (facts.st_size < (off_t)file->sent ||
	    ftruncate(file->fd, facts.st_size - (off_t)file->sent) == 0)
		file->sent = 0;
}

/* As write(), on and on if a signal comes. */
static ssize_t
write_some(int fd, const char *octets, size_t len)
{
	ssize_t wrote;

	do
		wrote = write(fd, octets, len);
	while (wrote < 0 && errno == EINTR);
	return wrote;
}

/* Writes what is kept; false with errno when not all of it could be. */
static bool
write_all(struct file *file)
{
	if (file->torn && file->len > 0) {
		if (write_some(file->fd, "\n", 1) != 1)
			return false;
		file->torn = false;
	}
	while (file->sent < file->len) {
		ssize_t wrote = write_some(file->fd, file->lines + file->sent,
		                           file->len - file->sent);

		if (wrote <= 0) {
			errno = wrote == 0 ? ENOSPC : errno;
			return false;
		}
		take_note(file, (size_t)wrote);
	}
	return true;
}

/* Writes what is kept, and says it when that fails first, and when it works again. */
static void
flush(struct file *file)
{
	const struct alert_ground *ground = file->ground;
	char words[80];

	if (file->len == 0)
		return;
	if (!write_all(file)) {
		const char *why = strerror(errno);

		take_back(file);
		atomic_fetch_add(&ground->counts->failed, 1);
		if (!file->broken)
			alert_say(
			        ground, ground->setting->target,
			        "cannot be written; up to 1 MiB is kept, the rest is lost",
			        why);
		file->broken = true;
	} else if (file->broken) {
		(void)snprintf(words, sizeof(words),
		               "is written again; lines lost: %" PRIu64, file->dropped);
		alert_say(ground, ground->setting->target, words, NULL);
		file->broken = false;
		file->dropped = 0;
	}
}

static void
tell_file(void *state, const struct alert_news *news)
{
	struct file *file = state;
	struct alert_counts *counts = file->ground->counts;

	if (news->line.len > ROOM - file->len) {
		atomic_fetch_add(&counts->lost, 1);
		file->dropped++;
		return;
	}
	memcpy(file->lines + file->len, news->line.text, news->line.len);
	file->len += news->line.len;
	atomic_fetch_add(&counts->queued, 1);
	/* A disk that is full is asked again at the tick only. */
	if (file->len >= FULL && !file->broken)
		flush(file);
}

static void
tick_file(void *state)
{
	flush(state);
}

/* What cannot be opened anew is written on as it was: better a file in the wrong place
 * than none. */
static void
reopen_file(void *state)
{
	struct file *file = state;
	bool torn = false;
	int fd;

	flush(file);
	fd = open_path(file->ground, &torn);
	if (fd < 0) {
		alert_say(file->ground, file->ground->setting->target,
		          "cannot be opened anew; the old file is written on",
		          strerror(errno));
		return;
	}
	take_back(file);
	file->sent = 0; /* the new file gets the line as a whole */
	close(file->fd);
	file->fd = fd;
	file->torn = torn;
}

static void
end_file(void *state, int64_t until_us)
{
	(void)until_us;
	flush(state);
}

static void
close_file(void *state)
{
	struct file *file = state;
	struct alert_counts *counts = file->ground->counts;

	take_back(file);
	atomic_fetch_add(&counts->lost, atomic_exchange(&counts->queued, 0));
	close(file->fd);
	free(file);
}

const struct alert_sink alert_sink_file = {
        .name = "file",
        .way = ALERT_FILE,
        .takes_alerts = true,
        .wants_lines = true,
        .check = check_file,
        .open = open_file,
        .tell = tell_file,
        .tick = tick_file,
        .reopen = reopen_file,
        .end = end_file,
        .close = close_file,
};
