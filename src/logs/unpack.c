/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/unpack.h"

#include "base/span.h"

#include <errno.h>
#include <stdlib.h>

#include <archive.h>
#include <archive_entry.h>

struct unpack {
	struct feed *feed;
	enum unpack_kind kind;
	struct archive *archive; /* of the frames that are being read; NULL: none */
	uint64_t begin;          /* their place in the feed */
	const char *block;       /* what it has unpacked and nobody has taken yet */
	size_t block_len;
	bool starved;       /* it has asked for more than there is */
	bool stopped;       /* it was not waited for */
	int error;          /* errno of a read that failed; 0: none did */
	enum fsk_err ended; /* FSK_OK: it goes on */
	const char *why;
};

static bool
begins(struct span head, struct span magic)
{
	return head.len >= magic.len && memcmp(head.text, magic.text, magic.len) == 0;
}

/* Whether ${head} is that of a frame that holds no data for us (RFC 8878, section
 * 3.1.2; lz4's are the same). */
static bool
is_skippable(struct span head)
{
	return head.len >= 4 && ((unsigned char)head.text[0] & 0xf0) == 0x50 &&
	       begins(span_from(head, 1), (struct span){"\x2a\x4d\x18", 3});
}

enum unpack_kind
unpack_tell(const unsigned char *head, size_t len)
{
	struct span bytes = {(const char *)head, len};
	size_t next = 8;

	if (begins(bytes, (struct span){"\x1f\x8b", 2}))
		return UNPACK_GZIP;
	if (begins(bytes, (struct span){"\xfd"
	                                "7zXZ\0",
	                                6}))
		return UNPACK_XZ;
	/* The digit is the size of the blocks; text may begin so, and behind it a
	 * block follows, or the end of an empty file. */
	if (begins(bytes, span_of("BZh")) && len >= 10 && head[3] >= '1' &&
	    head[3] <= '9' &&
	    (begins(span_from(bytes, 4), span_of("1AY&SY")) ||
	     begins(span_from(bytes, 4), span_of("\x17rE8P\x90"))))
		return UNPACK_BZIP2;
	/* pzstd begins with a frame of 4 bytes that says how long the next one is. */
	if (is_skippable(bytes) && len >= 8) {
		next += head[4];
		return begins(span_from(bytes, next), span_of("\x04\"M\x18")) ? UNPACK_LZ4
		                                                              : UNPACK_ZSTD;
	}
	if (begins(bytes, span_of("\x28\xb5/\xfd")))
		return UNPACK_ZSTD;
	if (begins(bytes, span_of("\x04\"M\x18")) || begins(bytes, span_of("\x02!L\x18")))
		return UNPACK_LZ4;
	return UNPACK_PLAIN;
}

enum fsk_err
unpack_new(struct feed *feed, enum unpack_kind kind, struct unpack **unpack)
{
	struct unpack *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->feed = feed;
	made->kind = kind;
	*unpack = made;
	return FSK_OK;
}

/* libarchive asks for compressed bytes. */
static la_ssize_t
give(struct archive *archive, void *context, const void **bytes)
{
	struct unpack *unpack = context;
	struct feed *feed = unpack->feed;
	enum fsk_err err = feed_more(feed);
	size_t len = feed->len - feed->at;

	if (err == FSK_END) {
		unpack->starved = true;
		return 0;
	}
	if (err != FSK_OK) {
		unpack->stopped = err == FSK_STOPPED;
		unpack->error = errno;
		archive_set_error(archive, errno, "read");
		return ARCHIVE_FATAL;
	}
	*bytes = feed->bytes + feed->at;
	feed->at = feed->len;
	return (la_ssize_t)len;
}

/* What libarchive's failure means. */
static enum fsk_err
fail(struct unpack *unpack)
{
	if (unpack->stopped)
		return FSK_STOPPED;
	if (unpack->error != 0) {
		errno = unpack->error;
		return FSK_IO;
	}
	if (unpack->archive == NULL || archive_errno(unpack->archive) == ENOMEM)
		return FSK_NOMEM;
	unpack->why =
	        unpack->starved
	                ? "the compressed data are cut"
	                : "the compressed data are altered, or something else follows "
	                  "them";
	return FSK_CORRUPT;
}

static int
filter_of(enum unpack_kind kind)
{
	switch (kind) {
	case UNPACK_XZ:
		return ARCHIVE_FILTER_XZ;
	case UNPACK_BZIP2:
		return ARCHIVE_FILTER_BZIP2;
	case UNPACK_ZSTD:
		return ARCHIVE_FILTER_ZSTD;
	case UNPACK_LZ4:
		return ARCHIVE_FILTER_LZ4;
	case UNPACK_PLAIN:
	case UNPACK_GZIP:
		break;
	}
	return ARCHIVE_FILTER_NONE;
}

/* Behind the last frame that libarchive has read: it stops at an empty one of lz4,
 * and at what is none. FSK_OK when there is another to read. */
static enum fsk_err
leave(struct unpack *unpack)
{
	struct feed *feed = unpack->feed;
	uint64_t end = unpack_taken(unpack);
	bool is_same;
	enum fsk_err err;

	archive_read_free(unpack->archive);
	unpack->archive = NULL;
	if (!feed_back(feed, end)) {
		unpack->why =
		        "what follows an empty part of the compressed data is not read";
		return FSK_CORRUPT;
	}
	do {
		err = feed_more(feed);
		while (err == FSK_OK && feed->at < feed->len && feed->bytes[feed->at] == 0)
			feed->at++;
	} while (err == FSK_OK && feed->at == feed->len);
	if (err == FSK_OK)
		err = feed_peek(feed, UNPACK_MAGIC);
	if (err != FSK_OK)
		return err;
	is_same = unpack_tell(feed->bytes + feed->at, feed->len - feed->at) == unpack->kind;
	if (is_same && end > unpack->begin)
		return FSK_OK;
	/* Too little of a frame is none to libarchive. */
	unpack->why = is_same ? "the compressed data are cut"
	                      : "something else follows the compressed data";
	return FSK_CORRUPT;
}

/* Opens the frames at which the feed stands. Where they hold nothing the format "raw"
 * does not fit, and "empty" does; but that one also takes a failure of the filter for
 * emptiness, and only the error that was left behind tells. */
static enum fsk_err
begin(struct unpack *unpack)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	int result;

	unpack->begin = feed_taken(unpack->feed);
	unpack->starved = false;
	unpack->archive = archive;
	if (archive == NULL || archive_read_support_format_raw(archive) != ARCHIVE_OK ||
	    archive_read_support_format_empty(archive) != ARCHIVE_OK ||
	    archive_read_append_filter(archive, filter_of(unpack->kind)) != ARCHIVE_OK ||
	    archive_read_open(archive, unpack, NULL, give, NULL) != ARCHIVE_OK ||
	    archive_error_string(archive) != NULL)
		return fail(unpack);
	result = archive_read_next_header(archive, &entry);
	if (result == ARCHIVE_EOF)
		return leave(unpack);
	return result == ARCHIVE_OK ? FSK_OK : fail(unpack);
}

static enum fsk_err
next_block(struct unpack *unpack)
{
	const void *block = NULL;
	size_t len = 0;
	la_int64_t offset;
	int result = archive_read_data_block(unpack->archive, &block, &len, &offset);

	if (result == ARCHIVE_EOF)
		return leave(unpack);
	if (result != ARCHIVE_OK)
		return fail(unpack);
	unpack->block = block;
	unpack->block_len = len;
	return FSK_OK;
}

enum fsk_err
unpack_read(struct unpack *unpack, void *to, size_t room, size_t *got, const char **why)
{
	while (unpack->ended == FSK_OK && unpack->block_len == 0) {
		unpack->ended =
		        unpack->archive == NULL ? begin(unpack) : next_block(unpack);
		if (unpack->ended == FSK_IO)
			unpack->error = errno;
	}
	if (unpack->ended == FSK_CORRUPT)
		*why = unpack->why;
	if (unpack->ended == FSK_IO)
		errno = unpack->error;
	if (unpack->ended != FSK_OK)
		return unpack->ended;
	if (room > unpack->block_len)
		room = unpack->block_len;
	memcpy(to, unpack->block, room);
	unpack->block += room;
	unpack->block_len -= room;
	*got = room;
	return FSK_OK;
}

uint64_t
unpack_taken(const struct unpack *unpack)
{
	la_int64_t taken;

	if (unpack->archive == NULL)
		return feed_taken(unpack->feed);
	taken = archive_filter_bytes(unpack->archive, -1);
	return unpack->begin + (taken > 0 ? (uint64_t)taken : 0);
}

void
unpack_free(struct unpack *unpack)
{
	if (unpack == NULL)
		return;
	archive_read_free(unpack->archive);
	free(unpack);
}
