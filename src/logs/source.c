/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/source.c: three ways to the bytes. A plain file is read straight into the
 * caller's memory; it is never mapped, since a log that is cut while it is mapped
 * kills the reader with SIGBUS. Its head is read beside it, by pread(). A plain pipe
 * goes through the head, and is then read straight as well. What is compressed goes
 * through gunzip or unpack, and its head is kept until it is given out.
 */
#include "logs/source.h"

#include "logs/gunzip.h"
#include "logs/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct log_source {
	char *path; /* NULL: standard input */
	int fd;
	int stop;     /* -1: none */
	bool is_file; /* can be read at any place, and its first byte is that of the log */
	enum unpack_kind kind;
	uint64_t whole;

	struct feed feed;      /* of all but plain files */
	struct gunzip *gunzip; /* one of these two, or none */
	struct unpack *unpack;

	char *head; /* NULL: nobody has asked for it */
	size_t head_len;
	size_t head_given; /* bytes of it that were given out, when it is not a file's */
	uint64_t made;     /* bytes that came through gunzip or unpack */
	uint64_t offset;
	const char *why;
};

/* Why what ${st} describes is not read; 0: it is. Devices may have no end, and to
 * read them may have effects; but who names one on standard input wants it. */
static int
refusal(const struct stat *st, bool is_named)
{
	if (S_ISDIR(st->st_mode))
		return EISDIR;
	if (is_named && !S_ISREG(st->st_mode) && !S_ISFIFO(st->st_mode))
		return EINVAL;
	return 0;
}

static enum fsk_err
refuse(int error)
{
	errno = error;
	return FSK_IO;
}

/* Opens the file at source->path. A pipe is opened without waiting for somebody who
 * writes: to open it cannot be stopped, to wait for its first bytes can. */
static enum fsk_err
open_path(struct log_source *source, struct stat *st)
{
	/* To open a device may have effects already. */
	if (stat(source->path, st) != 0)
		return FSK_IO;
	if (refusal(st, true) != 0)
		return refuse(refusal(st, true));
	do
		source->fd =
		        open(source->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	while (source->fd < 0 && errno == EINTR);
	if (source->fd < 0 || fstat(source->fd, st) != 0)
		return FSK_IO;
	/* It may be another by now. */
	if (refusal(st, true) != 0)
		return refuse(refusal(st, true));
	source->is_file = S_ISREG(st->st_mode);
	return FSK_OK;
}

static enum fsk_err
open_input(struct log_source *source, struct stat *st)
{
	source->fd = STDIN_FILENO;
	if (fstat(STDIN_FILENO, st) != 0)
		return FSK_IO;
	return refusal(st, false) != 0 ? refuse(refusal(st, false)) : FSK_OK;
}

/* How many bytes of what ${st} describes are to be read; 0: not known. Standard input
 * may stand in the middle of its file. */
static uint64_t
measure(const struct log_source *source, const struct stat *st)
{
	off_t at = 0;

	if (S_ISREG(st->st_mode) && !source->is_file)
		at = lseek(source->fd, 0, SEEK_CUR);
	return S_ISREG(st->st_mode) && at >= 0 && st->st_size > at
	               ? (uint64_t)(st->st_size - at)
	               : 0;
}

/* pread() of up to ${room} bytes from ${at} on; fewer only at the end of the file. */
static enum fsk_err
read_at(int fd, void *to, size_t room, size_t at, size_t *got)
{
	size_t len = 0;

	while (len < room) {
		ssize_t count = pread(fd, (char *)to + len, room - len, (off_t)(at + len));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return FSK_IO;
		if (count == 0)
			break;
		len += (size_t)count;
	}
	*got = len;
	return FSK_OK;
}

/* Looks at the first bytes and prepares for what they are. */
static enum fsk_err
prepare(struct log_source *source)
{
	unsigned char magic[UNPACK_MAGIC];
	size_t len = 0;
	enum fsk_err err;

	if (source->is_file) {
		err = read_at(source->fd, magic, sizeof(magic), 0, &len);
		if (err != FSK_OK)
			return err;
		source->kind = unpack_tell(magic, len);
		if (source->kind == UNPACK_PLAIN)
			return FSK_OK;
	}
	err = feed_init(&source->feed, source->fd);
	source->feed.stop = source->stop;
	if (err == FSK_OK)
		err = feed_peek(&source->feed, sizeof(magic));
	if (err != FSK_OK)
		return err;
	source->kind = unpack_tell(source->feed.bytes, source->feed.len);
	if (source->kind == UNPACK_PLAIN) /* a pipe; or a file that was written over */
		return FSK_OK;
	if (source->kind == UNPACK_GZIP)
		return gunzip_new(&source->feed, &source->gunzip);
	return unpack_new(&source->feed, source->kind, &source->unpack);
}

enum fsk_err
log_source_open(const char *path, struct log_source **source)
{
	return log_source_open_until(path, -1, source);
}

enum fsk_err
log_source_open_until(const char *path, int stop, struct log_source **source)
{
	struct log_source *made = calloc(1, sizeof(*made));
	struct stat st;
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	made->fd = -1;
	made->stop = stop;
	if (path != NULL && (made->path = strdup(path)) == NULL) {
		log_source_close(made);
		return FSK_NOMEM;
	}
	err = path != NULL ? open_path(made, &st) : open_input(made, &st);
	if (err == FSK_OK) {
		made->whole = measure(made, &st);
		err = prepare(made);
	}
	if (err != FSK_OK) {
		log_source_close(made);
		return err;
	}
	if (made->is_file)
		(void)posix_fadvise(made->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*source = made;
	return FSK_OK;
}

void
log_source_close(struct log_source *source)
{
	int error_number = errno;

	if (source == NULL)
		return;
	gunzip_free(source->gunzip);
	unpack_free(source->unpack);
	feed_fini(&source->feed);
	if (source->path != NULL && source->fd >= 0)
		close(source->fd);
	free(source->head);
	free(source->path);
	free(source);
	errno = error_number;
}

/* Whether the head lies beside what is read, and not in its way. */
static bool
is_plain_file(const struct log_source *source)
{
	return source->kind == UNPACK_PLAIN && source->is_file;
}

/* Whether ${made} bytes are more than honest text gives that was compressed to
 * ${taken}. gzip cannot do much more at all (1032, says zlib's documentation), the
 * others can; logs come to 10 or 20. */
static bool
swells(uint64_t made, uint64_t taken)
{
	return made > LOG_SOURCE_FREE && made / LOG_SOURCE_RATIO > taken;
}

/* Reads plain bytes: first what was looked at. */
static enum fsk_err
read_plain(struct log_source *source, void *to, size_t room, size_t *got)
{
	struct feed *feed = &source->feed;
	size_t len = feed->len - feed->at;
	enum fsk_err err = FSK_OK;

	if (len == 0) {
		if (!source->is_file) /* a file never lets wait */
			err = feed_wait(source->fd, source->stop);
		return err == FSK_OK ? feed_read(source->fd, to, room, got) : err;
	}
	if (len > room)
		len = room;
	memcpy(to, feed->bytes + feed->at, len);
	feed->at += len;
	*got = len;
	return FSK_OK;
}

/* Reads decompressed bytes. */
static enum fsk_err
read_packed(struct log_source *source, void *to, size_t room, size_t *got)
{
	enum fsk_err err;

	if (swells(source->made, log_source_done(source))) {
		source->why = "it decompresses to more than a thousand times its size";
		return FSK_CORRUPT;
	}
	err = source->gunzip != NULL
	              ? gunzip_read(source->gunzip, to, room, got, &source->why)
	              : unpack_read(source->unpack, to, room, got, &source->why);
	if (err == FSK_OK)
		source->made += *got;
	return err;
}

static enum fsk_err
pull(struct log_source *source, void *to, size_t room, size_t *got)
{
	return source->kind == UNPACK_PLAIN ? read_plain(source, to, room, got)
	                                    : read_packed(source, to, room, got);
}

/* Adds to the head what there is, as far as it has room. */
static enum fsk_err
fill_head(struct log_source *source)
{
	enum fsk_err err = FSK_OK;
	size_t got = 0;

	if (is_plain_file(source)) {
		err = read_at(source->fd, source->head + source->head_len,
		              LOG_SOURCE_HEAD - source->head_len, source->head_len, &got);
		source->head_len += got;
		return err;
	}
	while (err == FSK_OK && source->head_len < LOG_SOURCE_HEAD) {
		err = pull(source, source->head + source->head_len,
		           LOG_SOURCE_HEAD - source->head_len, &got);
		if (err == FSK_OK)
			source->head_len += got;
	}
	/* What is behind these bytes is told when they were read. */
	if (err == FSK_IO || err == FSK_STOPPED)
		return source->head_len == 0 ? err : FSK_OK;
	return err == FSK_NOMEM ? err : FSK_OK;
}

enum fsk_err
log_source_head(struct log_source *source, struct span *head)
{
	bool is_first = source->head == NULL;
	enum fsk_err err = FSK_OK;

	if (is_first) {
		source->head = malloc(LOG_SOURCE_HEAD);
		if (source->head == NULL)
			return FSK_NOMEM;
	}
	/* A file may have grown since; the rest of a pipe is for those who read. */
	if (is_plain_file(source) || (is_first && source->offset == 0))
		err = fill_head(source);
	if (err == FSK_OK)
		*head = (struct span){source->head, source->head_len};
	return err;
}

enum fsk_err
log_source_read(struct log_source *source, void *to, size_t room, size_t *got)
{
	size_t kept = is_plain_file(source) ? 0 : source->head_len - source->head_given;
	size_t len = 0;
	enum fsk_err err = FSK_OK;

	if (room == 0)
		return FSK_RANGE;
	if (kept > 0) {
		len = kept < room ? kept : room;
		memcpy(to, source->head + source->head_given, len);
		source->head_given += len;
	} else {
		err = pull(source, to, room, &len);
	}
	if (err != FSK_OK)
		return err;
	source->offset += len;
	*got = len;
	return FSK_OK;
}

const char *
log_source_path(const struct log_source *source)
{
	return source->path;
}

const char *
log_source_why(const struct log_source *source)
{
	return source->why;
}

uint64_t
log_source_offset(const struct log_source *source)
{
	return source->offset;
}

uint64_t
log_source_done(const struct log_source *source)
{
	if (source->kind == UNPACK_PLAIN)
		return source->offset;
	return source->unpack != NULL ? unpack_taken(source->unpack)
	                              : feed_taken(&source->feed);
}

uint64_t
log_source_whole(const struct log_source *source)
{
	uint64_t done = log_source_done(source);

	return source->whole > 0 && done > source->whole ? done : source->whole;
}

bool
log_source_is_plain(const struct log_source *source)
{
	return source->kind == UNPACK_PLAIN;
}

int
log_source_fd(const struct log_source *source)
{
	return source->fd;
}
