/* SPDX-License-Identifier: BSD-2-Clause
 *
 * libfstrm makes and reads the control frames; the octets go through our own functions,
 * because those of the library would wait for a reader for ever, and begin a file anew.
 */
#include "alert/stream.h"

#include "alert/made.h"
#include "net/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <fstrm.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CONTENT "protobuf:dnstap.Dnstap"
#define START_LEN (20 + sizeof(CONTENT) - 1)
#define STOP_LEN 12

/* The frames with which a file begins and ends (https://farsightsec.github.io/fstrm/): an
 * escape of 0, the length, the type, and in START the type of content with its length. */
static const char start_frame[START_LEN + 1] =
        "\0\0\0\0\0\0\0\x22\0\0\0\2\0\0\0\1\0\0\0\x16" CONTENT;
static const char stop_frame[STOP_LEN + 1] = "\0\0\0\0\0\0\0\4\0\0\0\3";

/* A reader that takes nothing for so long has lost us. */
#define PATIENCE_US INT64_C(5000000)
/* How often it is asked whether we are to end. */
#define SLICE_MS 50

struct alert_stream {
	struct alert_queue *queue;
	struct fstrm_writer *writer; /* NULL: the stream is not begun */
	int fd;                      /* -1: of a socket that is not connected */
	bool failed;                 /* nothing more is written until it is begun anew */
	bool goes_on;                /* the next frame would be a second START */
	int error;                   /* errno of what failed */
	off_t at;                    /* of a file: behind its last whole frame */
	bool is_socket;
	char path[]; /* of the file or the socket */
};

static uint32_t
number(const unsigned char *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	       (uint32_t)octets[2] << 8 | octets[3];
}

/* The end of the last whole frame of ${fd}, which has ${size} octets and begins with a
 * START: where it is to be gone on with. A frame of ours ends in its type, so what looks
 * like a STOP at the end is one, and nothing has to be walked through. */
static off_t
find_end(int fd, off_t size)
{
	unsigned char head[STOP_LEN];
	off_t at = (off_t)START_LEN;

	if (size >= (off_t)(START_LEN + STOP_LEN) &&
	    pread(fd, head, STOP_LEN, size - STOP_LEN) == STOP_LEN &&
	    memcmp(head, stop_frame, STOP_LEN) == 0)
		return size - STOP_LEN;
	for (;;) {
		off_t next;

		/* Behind each data frame comes its length, and not 0. */
		if (pread(fd, head, 4, at) != 4 || number(head) == 0)
			return at;
		next = at + 4 + (off_t)number(head);
		if (next > size)
			return at;
		at = next;
	}
}

/* Opens the file at ${path} and says in ${at} where it is to be gone on with; 0: from its
 * beginning. -1 with errno. */
static int
open_path(const char *path, const struct alert_owner *owner, off_t *at)
{
	int fd = alert_made_open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, owner);
	char head[START_LEN];
	struct stat facts;
	int error;

	if (fd < 0)
		return -1;
	if (fstat(fd, &facts) != 0)
		goto fail;
	errno = EEXIST;
	if (!S_ISREG(facts.st_mode))
		goto fail;
	*at = 0;
	if (facts.st_size == 0)
		return fd;
	if (pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    memcmp(head, start_frame, sizeof(head)) != 0) {
		errno = EEXIST;
		goto fail;
	}
	*at = find_end(fd, facts.st_size);
	return fd;

fail:
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* The path in ${target}, and whether it is that of a socket. */
static const char *
path_of(const char *target, bool *is_socket)
{
	*is_socket = strncmp(target, "unix:", 5) == 0;
	return *is_socket ? target + 5 : target;
}

bool
alert_stream_fits(const char *target)
{
	bool is_socket;
	const char *path = path_of(target, &is_socket);

	return path[0] != '\0' &&
	       (!is_socket || strlen(path) < sizeof(((struct sockaddr_un *)0)->sun_path));
}

enum fsk_err
alert_stream_new(const char *target, const struct alert_owner *owner,
                 struct alert_queue *queue, struct alert_stream **stream)
{
	bool is_socket;
	const char *path = path_of(target, &is_socket);
	struct alert_stream *made;

	if (!alert_stream_fits(target))
		return FSK_SYNTAX;
	made = malloc(sizeof(*made) + strlen(path) + 1);
	if (made == NULL)
		return FSK_NOMEM;
	*made = (struct alert_stream){.queue = queue, .fd = -1, .is_socket = is_socket};
	memcpy(made->path, path, strlen(path) + 1);
	if (!is_socket)
		made->fd = open_path(path, owner, &made->at);
	if (!is_socket && made->fd < 0) {
		int error = errno;

		free(made);
		errno = error;
		return FSK_IO;
	}
	*stream = made;
	return FSK_OK;
}

bool
alert_stream_is_socket(const struct alert_stream *stream)
{
	return stream->is_socket;
}

static fstrm_res
fail_with(struct alert_stream *stream, int error)
{
	stream->failed = true;
	stream->error = error;
	return fstrm_res_failure;
}

/* Waits until the socket is ready for ${what}; false with errno when the reader has no
 * more time. */
static bool
wait_ready(const struct alert_stream *stream, short what)
{
	int64_t patience_us = net_monotonic_us() + PATIENCE_US;

	for (;;) {
		struct pollfd place = {.fd = stream->fd, .events = what};
		int64_t until_us = patience_us, ends_us;
		int ready = poll(&place, 1, SLICE_MS);

		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
		if (alert_queue_ends(stream->queue, &ends_us) && ends_us < until_us)
			until_us = ends_us;
		if (net_monotonic_us() >= until_us) {
			errno = ETIMEDOUT;
			return false;
		}
	}
}

static bool
connect_socket(struct alert_stream *stream)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	if (stream->fd >= 0)
		close(stream->fd);
	memcpy(to.sun_path, stream->path, strlen(stream->path));
	stream->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return stream->fd >= 0 &&
	       connect(stream->fd, (const struct sockaddr *)&to, sizeof(to)) == 0;
}

/* Sets the file to where it is gone on with. One that somebody has emptied begins anew. */
static bool
place_file(struct alert_stream *stream)
{
	struct stat facts;

	if (fstat(stream->fd, &facts) != 0)
		return false;
	if (facts.st_size < stream->at)
		stream->at = 0;
	stream->goes_on = stream->at > 0;
	return ftruncate(stream->fd, stream->at) == 0;
}

/* For libfstrm: opens what octets go to. */
static fstrm_res
open_octets(void *object)
{
	struct alert_stream *stream = object;

	stream->failed = false;
	if (stream->is_socket ? connect_socket(stream) : place_file(stream))
		return fstrm_res_success;
	return fail_with(stream, errno);
}

/* The descriptor of a file stays open, and so does that of a socket until there is a new
 * one or the end. */
static fstrm_res
close_octets(void *object)
{
	(void)object;
	return fstrm_res_success;
}

/* Drops the first ${octets} of ${parts}. */
static void
advance(struct iovec *parts, int *first, size_t octets)
{
	while (octets > 0) {
		struct iovec *part = &parts[*first];
		size_t some = octets < part->iov_len ? octets : part->iov_len;

		part->iov_base = (char *)part->iov_base + some;
		part->iov_len -= some;
		octets -= some;
		if (part->iov_len == 0)
			++*first;
	}
}

/* Writes some of the ${count} parts to the file at ${at}, or to the socket. */
static ssize_t
write_some(struct alert_stream *stream, struct iovec *parts, int count, off_t at)
{
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
	ssize_t wrote;

	for (;;) {
		wrote = stream->is_socket ? sendmsg(stream->fd, &message, MSG_NOSIGNAL)
		                          : pwritev(stream->fd, parts, count, at);
		if (wrote > 0 || (wrote < 0 && errno == EINTR))
			break;
		if (wrote == 0)
			errno = ENOSPC;
		if (!stream->is_socket || errno != EAGAIN || !wait_ready(stream, POLLOUT))
			return -1;
	}
	return wrote < 0 ? 0 : wrote;
}

/* For libfstrm: writes all of ${given}, or takes back what a file has of it. */
static fstrm_res
write_octets(void *object, const struct iovec *given, int count)
{
	struct iovec parts[2 * ALERT_STREAM_FRAMES];
	struct alert_stream *stream = object;
	struct stat facts;
	off_t at = stream->at;
	int first = 0;

	if (stream->failed || count > 2 * ALERT_STREAM_FRAMES)
		return fstrm_res_failure;
	if (stream->goes_on) {
		stream->goes_on = false; /* the START, which the file has */
		return fstrm_res_success;
	}
	/* A file that somebody else changed is begun anew, or cut to what we wrote. */
	if (!stream->is_socket && (fstat(stream->fd, &facts) != 0 || facts.st_size != at))
		return fail_with(stream, ESTALE);
	memcpy(parts, given, (size_t)count * sizeof(*parts));
	for (;;) {
		ssize_t wrote;

		while (first < count && parts[first].iov_len == 0)
			first++;
		if (first == count)
			break;
		wrote = write_some(stream, parts + first, count - first, at);
		if (wrote < 0) {
			int error = errno;

			if (!stream->is_socket)
				(void)!ftruncate(stream->fd, stream->at);
			return fail_with(stream, error);
		}
		advance(parts, &first, (size_t)wrote);
		at += wrote;
	}
	stream->at = at;
	return fstrm_res_success;
}

/* For libfstrm: reads what a reader answers. */
static fstrm_res
read_octets(void *object, void *to, size_t len)
{
	struct alert_stream *stream = object;
	char *next = to;

	if (stream->failed)
		return fstrm_res_failure;
	while (len > 0) {
		ssize_t got = recv(stream->fd, next, len, 0);

		if (got == 0)
			return fail_with(stream, ECONNRESET);
		if (got > 0) {
			next += got;
			len -= (size_t)got;
		} else if (errno != EINTR &&
		           (errno != EAGAIN || !wait_ready(stream, POLLIN))) {
			return fail_with(stream, errno);
		}
	}
	return fstrm_res_success;
}

/* Ends a stream that failed, without a word more, and sets errno. */
static void
give_up(struct alert_stream *stream)
{
	stream->failed = true;
	(void)fstrm_writer_destroy(&stream->writer);
	if (stream->is_socket && stream->fd >= 0) {
		close(stream->fd);
		stream->fd = -1;
	}
	errno = stream->error;
}

/* Begins the stream; false with errno. libfstrm ends the process when it gets no memory:
 * it asks for some hundred octets here, and for none in between. */
static bool
begin(struct alert_stream *stream)
{
	struct fstrm_writer_options *options = fstrm_writer_options_init();
	struct fstrm_rdwr *octets = fstrm_rdwr_init(stream);

	(void)fstrm_writer_options_add_content_type(options, CONTENT, sizeof(CONTENT) - 1);
	fstrm_rdwr_set_open(octets, open_octets);
	fstrm_rdwr_set_close(octets, close_octets);
	fstrm_rdwr_set_write(octets, write_octets);
	if (stream->is_socket)
		fstrm_rdwr_set_read(octets, read_octets);
	stream->writer = fstrm_writer_init(options, &octets);
	fstrm_writer_options_destroy(&options);
	stream->error = EPROTO;
	if (fstrm_writer_open(stream->writer) == fstrm_res_success)
		return true;
	give_up(stream);
	return false;
}

bool
alert_stream_write(struct alert_stream *stream, const struct iovec *frames, int count)
{
	if (stream->writer == NULL && !begin(stream))
		return false;
	stream->error = EPROTO;
	if (fstrm_writer_writev(stream->writer, frames, count) == fstrm_res_success)
		return true;
	give_up(stream);
	return false;
}

enum fsk_err
alert_stream_reopen(struct alert_stream *stream)
{
	off_t at = 0;
	int fd;

	if (stream->is_socket)
		return FSK_OK;
	fd = open_path(stream->path, NULL, &at);
	if (fd < 0)
		return FSK_IO;
	(void)fstrm_writer_destroy(&stream->writer);
	close(stream->fd);
	stream->fd = fd;
	stream->at = at;
	return FSK_OK;
}

void
alert_stream_free(struct alert_stream *stream)
{
	if (stream == NULL)
		return;
	(void)fstrm_writer_destroy(&stream->writer);
	if (stream->fd >= 0)
		close(stream->fd);
	free(stream);
}
