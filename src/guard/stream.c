/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/stream.h"

#include "base/size.h"

#include <errno.h>
#include <stdlib.h>

#define ROOM_FIRST ((size_t)2 << 10) /* octets: a question, or some */
#define ROOM_MOST (STREAM_PREFIX + (size_t)65535)
#define LARGE 32   /* connections that may have more than the first room to read into */
#define REFUSALS 3 /* after which it ends: who asks on is mistaken, or worse */

bool
guard_stream_hungry(const struct guard_stream *stream)
{
	return stream->flying < GUARD_FLYING && guard_stream_unsent(stream) < STREAM_PAUSE;
}

/* Octets that the buffer must hold for the message that came in part. */
static size_t
wanted_room(const struct guard_stream *stream)
{
	size_t len;

	if (stream->headed || stream->in_len < STREAM_PREFIX)
		return ROOM_FIRST;
	len = STREAM_PREFIX + (size_t)(stream->in[0] << 8 | stream->in[1]);
	return len < ROOM_FIRST ? ROOM_FIRST : len;
}

bool
guard_stream_room(struct guard_stream *stream)
{
	size_t wanted = wanted_room(stream);
	bool grows = wanted > ROOM_FIRST;
	uint8_t *grown;

	if (stream->in_room >= wanted)
		return true;
	if (grows && stream->tcp->large == LARGE)
		return false;
	/* Once it is large it is as large as any message needs, and is not moved again. */
	wanted = wanted > ROOM_FIRST ? ROOM_MOST : ROOM_FIRST;
	grown = realloc(stream->in, wanted);
	if (grown == NULL)
		return false;
	stream->tcp->large += grows;
	stream->in = grown;
	stream->in_room = wanted;
	return true;
}

bool
guard_stream_is_large(const struct guard_stream *stream)
{
	return stream->in_room > ROOM_FIRST;
}

/* Gives back what a long message needed. */
static void
shrink(struct guard_stream *stream)
{
	uint8_t *small;

	if (!guard_stream_is_large(stream) || stream->in_len > 0)
		return;
	small = realloc(stream->in, ROOM_FIRST);
	if (small != NULL)
		stream->in = small;
	stream->in_room = ROOM_FIRST;
	stream->tcp->large--;
}

bool
guard_stream_put(struct guard_stream *stream, const uint8_t *octets, size_t len)
{
	size_t unsent = guard_stream_unsent(stream);
	size_t wanted = size_add(unsent, STREAM_PREFIX + len);

	if (wanted > STREAM_UNSENT)
		return false;
	if (stream->out_at > 0 &&
	    stream->out_len + STREAM_PREFIX + len > stream->out_room) {
		memmove(stream->out, stream->out + stream->out_at, unsent);
		stream->out_at = 0;
		stream->out_len = unsent;
	}
	if (wanted > stream->out_room) {
		size_t room = wanted < ROOM_FIRST ? ROOM_FIRST : wanted * 2;
		uint8_t *grown = realloc(stream->out, room);

		if (grown == NULL)
			return false;
		stream->out = grown;
		stream->out_room = room;
	}
	stream->out[stream->out_len++] = (uint8_t)(len >> 8);
	stream->out[stream->out_len++] = (uint8_t)len;
	memcpy(stream->out + stream->out_len, octets, len);
	stream->out_len += len;
	return true;
}

bool
guard_stream_send(struct guard_stream *stream)
{
	while (guard_stream_unsent(stream) > 0) {
		ssize_t sent =
		        send(stream->watch.fd, stream->out + stream->out_at,
		             guard_stream_unsent(stream), MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		stream->out_at += (size_t)sent;
		stream->active_ms = net_loop_now(stream->tcp->post->loop);
	}
	/* Those who are idle hold no memory for it. */
	free(stream->out);
	stream->out = NULL;
	stream->out_at = stream->out_len = stream->out_room = 0;
	return true;
}

/* Relays ${outcome}; false when that cannot be. */
static bool
relay(struct guard_stream *stream, const struct guard_outcome *outcome)
{
	struct guard_post *post = stream->tcp->post;
	struct guard_wait *wait = guard_waits_take(post->waits, outcome);

	if (wait == NULL)
		return false;
	wait->stream = stream->place;
	wait->stream_turn = stream->turn;
	/* Before: the answer may come at once. */
	stream->flying++;
	if (guard_post_ask(post, outcome, wait, &stream->door))
		return true;
	stream->flying--;
	return false;
}

/* Serves the message of ${len} octets at ${octets}; false: the connection is to end. */
static bool
serve(struct guard_stream *stream, const uint8_t *octets, size_t len)
{
	struct guard_post *post = stream->tcp->post;
	const struct guard_call call = {.octets = octets,
	                                .len = len,
	                                .stream = true,
	                                .peer = stream->peer.address,
	                                .port = stream->peer.port,
	                                .proxy = stream->has_proxy ? &stream->proxy : NULL};
	uint8_t out[GUARD_ANSWER_MOST], gist[GUARD_GIST];
	struct guard_outcome outcome;

	switch (guard_handle(&post->desk, &call, out, &outcome)) {
	case GUARD_DROP: /* who sends that has lost his place in the stream, or means no
	                    good */
		return false;
	case GUARD_ANSWER:
		break;
	case GUARD_RELAY:
		outcome.len = 0;
		if (relay(stream, &outcome))
			break;
		guard_tally_add(&post->desk.tally->refused, 1);
		outcome.len =
		        guard_failed(gist, guard_gist(&outcome, gist), &outcome.back, out);
		break;
	}
	post->hit |= outcome.hit;
	stream->refusals += outcome.refused;
	return outcome.len == 0 || guard_stream_put(stream, out, outcome.len);
}

/* Takes the header of the PROXY protocol off what came, at octet ${at}; false: it is
 * none. */
static bool
take_header(struct guard_stream *stream, size_t *at)
{
	const struct span came = {(const char *)stream->in, stream->in_len};
	size_t len = 0;

	switch (wire_proxy_read(came, &stream->proxy, &len)) {
	case WIRE_PROXY_READ:
		stream->headed = false;
		stream->has_proxy = true;
		*at = len;
		return true;
	case WIRE_PROXY_MORE:
		return true;
	case WIRE_PROXY_BAD:
		break;
	}
	guard_tally_add(&stream->tcp->post->desk.tally->malformed, 1);
	return false;
}

bool
guard_stream_serve(struct guard_stream *stream)
{
	int64_t now = net_loop_now(stream->tcp->post->loop);
	size_t at = 0;

	if (stream->headed && !take_header(stream, &at))
		return false;
	while (!stream->headed && stream->in_len - at >= STREAM_PREFIX &&
	       guard_stream_hungry(stream) && stream->refusals < REFUSALS) {
		const uint8_t *message = stream->in + at;
		size_t len = (size_t)(message[0] << 8 | message[1]);

		if (stream->in_len - at - STREAM_PREFIX < len)
			break;
		if (!serve(stream, message + STREAM_PREFIX, len))
			return false;
		at += STREAM_PREFIX + len;
		stream->asked = true;
		stream->began_ms = stream->active_ms = now;
	}
	stream->in_len -= at;
	if (at > 0 && stream->in_len > 0)
		memmove(stream->in, stream->in + at, stream->in_len);
	shrink(stream);
	if (stream->refusals >= REFUSALS) {
		stream->ended = true;
		stream->in_len = 0;
	}
	return true;
}
