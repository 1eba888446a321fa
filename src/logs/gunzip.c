/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/gunzip.h"

#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

/* The first byte of a member. */
#define MAGIC 0x1f

/* zlib's way to ask for the largest window, and for gzip's frame around it. */
#define WINDOW_GZIP (15 + 16)

struct gunzip {
	struct feed *feed;
	z_stream stream;
	bool inside;        /* a member */
	enum fsk_err ended; /* FSK_OK: it goes on */
	const char *why;
};

enum fsk_err
gunzip_new(struct feed *feed, struct gunzip **gunzip)
{
	struct gunzip *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	if (inflateInit2(&made->stream, WINDOW_GZIP) != Z_OK) {
		free(made);
		return FSK_NOMEM;
	}
	made->feed = feed;
	*gunzip = made;
	return FSK_OK;
}

static enum fsk_err
spoil(struct gunzip *gunzip, const char *why)
{
	gunzip->why = why;
	return FSK_CORRUPT;
}

/* Goes from the end of one member to the next. Blocks of a tape, and of some
 * writers, are filled with zeros. */
static enum fsk_err
enter(struct gunzip *gunzip)
{
	struct feed *feed = gunzip->feed;

	while (feed->at < feed->len && feed->bytes[feed->at] == 0)
		feed->at++;
	if (feed->at == feed->len)
		return FSK_OK;
	if (feed->bytes[feed->at] != MAGIC)
		return spoil(gunzip, "something else follows the compressed data");
	if (inflateReset(&gunzip->stream) != Z_OK)
		return FSK_NOMEM;
	gunzip->inside = true;
	return FSK_OK;
}

/* Decompresses what the feed has at hand, as far as there is room. */
static enum fsk_err
step(struct gunzip *gunzip)
{
	struct feed *feed = gunzip->feed;
	z_stream *stream = &gunzip->stream;
	enum fsk_err err = feed_more(feed);
	int result;

	if (err == FSK_END && gunzip->inside)
		return spoil(gunzip, "the compressed data are cut");
	if (err != FSK_OK)
		return err;
	if (!gunzip->inside) {
		err = enter(gunzip);
		if (err != FSK_OK || !gunzip->inside)
			return err;
	}
	stream->next_in = feed->bytes + feed->at;
	stream->avail_in = (uInt)(feed->len - feed->at);
	result = inflate(stream, Z_NO_FLUSH);
	feed->at = feed->len - stream->avail_in;
	if (result == Z_MEM_ERROR)
		return FSK_NOMEM;
	if (result == Z_STREAM_END)
		gunzip->inside = false;
	else if (result != Z_OK)
		return spoil(gunzip, "the compressed data are altered");
	return FSK_OK;
}

enum fsk_err
gunzip_read(struct gunzip *gunzip, void *to, size_t room, size_t *got, const char **why)
{
	uInt asked = room > UINT_MAX ? UINT_MAX : (uInt)room;
	enum fsk_err err = gunzip->ended;

	gunzip->stream.next_out = to;
	gunzip->stream.avail_out = asked;
	while (err == FSK_OK && gunzip->stream.avail_out > 0)
		err = step(gunzip);
	if (err == FSK_END || err == FSK_CORRUPT)
		gunzip->ended = err;
	/* What went wrong behind these bytes is told by the next call. */
	if (gunzip->stream.avail_out < asked) {
		*got = asked - gunzip->stream.avail_out;
		return FSK_OK;
	}
	if (err == FSK_CORRUPT)
		*why = gunzip->why;
	return err;
}

void
gunzip_free(struct gunzip *gunzip)
{
	if (gunzip == NULL)
		return;
	inflateEnd(&gunzip->stream);
	free(gunzip);
}
