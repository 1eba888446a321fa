/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/feed.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum fsk_err
feed_read(int fd, void *to, size_t room, size_t *got)
{
	for (;;) {
		ssize_t count = read(fd, to, room);
		struct pollfd input = {.fd = fd, .events = POLLIN};

		if (count > 0) {
			*got = (size_t)count;
			return FSK_OK;
		}
		if (count == 0)
			return FSK_END;
		/* Standard input is as somebody else left it: it may not block. */
		if (errno == EAGAIN && poll(&input, 1, -1) < 0 && errno != EINTR)
			return FSK_IO;
		if (errno != EAGAIN && errno != EINTR)
			return FSK_IO;
	}
}

enum fsk_err
feed_wait(int fd, int stop)
{
	struct pollfd either[] = {{.fd = fd, .events = POLLIN},
	                          {.fd = stop, .events = POLLIN}};

	for (;;) {
		if (poll(either, 2, -1) >= 0)
			break;
		if (errno != EINTR)
			return FSK_IO;
	}
	return either[1].revents != 0 ? FSK_STOPPED : FSK_OK;
}

/* feed_read() that can be stopped. */
static enum fsk_err
take(struct feed *feed, size_t *got)
{
	enum fsk_err err = feed_wait(feed->fd, feed->stop);

	return err == FSK_OK ? feed_read(feed->fd, feed->bytes + feed->len,
	                                 FEED_ROOM - feed->len, got)
	                     : err;
}

enum fsk_err
feed_init(struct feed *feed, int fd)
{
	unsigned char *bytes = malloc(FEED_ROOM);

	if (bytes == NULL)
		return FSK_NOMEM;
	*feed = (struct feed){.fd = fd, .stop = -1, .bytes = bytes};
	return FSK_OK;
}

enum fsk_err
feed_more(struct feed *feed)
{
	size_t got = 0;
	enum fsk_err err;

	if (feed->at < feed->len)
		return FSK_OK;
	err = feed_wait(feed->fd, feed->stop);
	if (err == FSK_OK)
		err = feed_read(feed->fd, feed->bytes, FEED_ROOM, &got);
	/* At the end the last chunk stays, for those who go back. */
	if (err != FSK_OK)
		return err;
	feed->before += feed->len;
	feed->len = got;
	feed->at = 0;
	return FSK_OK;
}

enum fsk_err
feed_peek(struct feed *feed, size_t want)
{
	if (feed->len - feed->at >= want)
		return FSK_OK;
	memmove(feed->bytes, feed->bytes + feed->at, feed->len - feed->at);
	feed->before += feed->at;
	feed->len -= feed->at;
	feed->at = 0;
	while (feed->len < want) {
		size_t got = 0;
		enum fsk_err err = take(feed, &got);

		if (err != FSK_OK)
			return err == FSK_END ? FSK_OK : err;
		feed->len += got;
	}
	return FSK_OK;
}

uint64_t
feed_taken(const struct feed *feed)
{
	return feed->before + feed->at;
}

bool
feed_back(struct feed *feed, uint64_t offset)
{
	if (offset < feed->before || offset - feed->before > feed->len)
		return false;
	feed->at = (size_t)(offset - feed->before);
	return true;
}

void
feed_fini(struct feed *feed)
{
	if (feed == NULL)
		return;
	free(feed->bytes);
	*feed = (struct feed){.fd = -1};
}
