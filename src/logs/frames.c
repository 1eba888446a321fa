/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/frames.h"

#include "logs/source.h"

#include <errno.h>
#include <fstrm.h>
#include <stdlib.h>

/* A control frame begins with a length of 0 and has its own length and type behind
 * it; START is the first of a stream (https://farsightsec.github.io/fstrm/). */
#define CONTROL_FIXED 12
#define CONTROL_START 2

struct frames {
	struct log_source *source;
	const char *content;
	struct fstrm_reader *reader; /* of the stream that is read; NULL: none */
	enum fsk_err err;            /* of the source; FSK_END: it ended */
	int error;                   /* errno of FSK_IO */
	size_t taken;                /* octets of the frame that is being read */
	size_t at;                   /* in the buffer */
	size_t len;
	unsigned char buffer[(size_t)64 << 10];
};

static uint32_t
number(const unsigned char *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	       (uint32_t)octets[2] << 8 | octets[3];
}

bool
frames_known(const unsigned char *head, size_t len)
{
	return len >= CONTROL_FIXED && number(head) == 0 &&
	       number(head + 4) <= FSTRM_CONTROL_FRAME_LENGTH_MAX &&
	       number(head + 8) == CONTROL_START;
}

/* Makes sure that ${frames} has an octet in its buffer. False when it cannot. */
static bool
has_octet(struct frames *frames)
{
	if (frames->at < frames->len)
		return true;
	frames->at = frames->len = 0;
	frames->err = log_source_read(frames->source, frames->buffer,
	                              sizeof(frames->buffer), &frames->len);
	frames->error = errno;
	return frames->err == FSK_OK;
}

/* Reads for the reader of Frame Streams, which asks for whole parts. */
static fstrm_res
read_source(void *object, void *to, size_t count)
{
	struct frames *frames = object;
	unsigned char *next = to;

	while (count > 0) {
		size_t some;

		if (!has_octet(frames))
			return fstrm_res_failure;
		some = count < frames->len - frames->at ? count : frames->len - frames->at;
		memcpy(next, frames->buffer + frames->at, some);
		frames->at += some;
		frames->taken += some;
		next += some;
		count -= some;
	}
	return fstrm_res_success;
}

/* The source is opened and closed by its owner. */
static fstrm_res
do_nothing(void *object)
{
	(void)object;
	return fstrm_res_success;
}

/* Why the frame that was being read cannot be; ${broken} when the source is well. */
static enum fsk_err
refusal(const struct frames *frames, const char *broken, const char **why)
{
	if (frames->err == FSK_OK) {
		*why = broken;
	} else if (frames->err == FSK_END) {
		*why = frames->taken > 0
		               ? "the file ends in the middle of a frame"
		               : "no frame ends the stream: the server still writes to it, "
		                 "or was stopped";
	} else if (frames->err == FSK_CORRUPT) {
		*why = log_source_why(frames->source);
	} else {
		errno = frames->error;
		return frames->err;
	}
	return FSK_CORRUPT;
}

/* Begins the stream at which ${frames} is: its START frame, which says what the others
 * hold. One that says nothing is believed. */
static enum fsk_err
begin(struct frames *frames, const char **why)
{
	struct fstrm_reader_options *options = fstrm_reader_options_init();
	struct fstrm_rdwr *rdwr = fstrm_rdwr_init(frames);
	const struct fstrm_control *start;

	fstrm_rdwr_set_open(rdwr, do_nothing);
	fstrm_rdwr_set_close(rdwr, do_nothing);
	fstrm_rdwr_set_read(rdwr, read_source);
	(void)fstrm_reader_options_set_max_frame_size(options, FRAMES_LONGEST);
	frames->reader = fstrm_reader_init(options, &rdwr);
	fstrm_reader_options_destroy(&options);
	frames->taken = 0;
	if (fstrm_reader_open(frames->reader) != fstrm_res_success) {
		if (frames->err == FSK_END)
			frames->err = FSK_OK;
		return refusal(frames, "no frame that begins a stream of frames", why);
	}
	if (fstrm_reader_get_control(frames->reader, FSTRM_CONTROL_START, &start) ==
	            fstrm_res_success &&
	    fstrm_control_match_field_content_type(start, (const uint8_t *)frames->content,
	                                           strlen(frames->content)) ==
	            fstrm_res_success)
		return FSK_OK;
	*why = "a stream of frames of another type";
	return FSK_CORRUPT;
}

enum fsk_err
frames_open(struct log_source *source, const char *content, struct frames **frames,
            const char **why)
{
	struct frames *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	made->source = source;
	made->content = content;
	err = begin(made, why);
	if (err != FSK_OK) {
		frames_close(made);
		return err;
	}
	*frames = made;
	return FSK_OK;
}

void
frames_close(struct frames *frames)
{
	if (frames == NULL)
		return;
	(void)fstrm_reader_destroy(&frames->reader);
	free(frames);
}

enum fsk_err
frames_next(struct frames *frames, struct span *octets, const char **why)
{
	for (;;) {
		/* libfstrm 0.6.1 refuses a frame that is too long with the result of
		 * success, and stores nothing. */
		const uint8_t *data = NULL;
		size_t len = 0;
		fstrm_res res;

		if (frames->reader == NULL) {
			enum fsk_err err = FSK_OK;

			if (has_octet(frames))
				err = begin(frames, why);
			else
				err = frames->err == FSK_END ? FSK_END
				                             : refusal(frames, NULL, why);
			if (err != FSK_OK)
				return err;
		}
		frames->taken = 0;
		res = fstrm_reader_read(frames->reader, &data, &len);
		if (res == fstrm_res_success && data != NULL) {
			*octets = (struct span){(const char *)data, len};
			return FSK_OK;
		}
		if (res != fstrm_res_stop)
			return refusal(frames,
			               "a frame longer than DNS messages are, or a "
			               "control frame that is broken",
			               why);
		/* Files that were joined, or a server that was started anew. */
		(void)fstrm_reader_destroy(&frames->reader);
	}
}
