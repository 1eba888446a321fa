/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/crowd.h"

#include <stdlib.h>
#include <unistd.h>

/* Places that are made at a time. */
#define SLAB 64

#define SILENCE_MS 2000

/* Until the next look at the lines when all are empty. */
#define REST_MS 3600000

struct sinkhole_slab {
	struct sinkhole_slab *next;
	struct sinkhole_caller places[SLAB];
};

/* How long one may wait in a line. The header's and the time behind it make the whole. */
static const int64_t times[SINKHOLE_LINES] = {
        [SINKHOLE_LINE_HEADER] = SINKHOLE_HEADER_MS,
        [SINKHOLE_LINE_RAW] = SILENCE_MS,
        [SINKHOLE_LINE_LINGER] = SINKHOLE_WHOLE_MS - SINKHOLE_HEADER_MS,
        [SINKHOLE_LINE_DNS] = SINKHOLE_HEADER_MS,
        [SINKHOLE_LINE_ASKING] = SINKHOLE_ASKING_MS,
};

static bool
make_slab(struct sinkhole_crowd *crowd)
{
	struct sinkhole_slab *slab = malloc(sizeof(*slab));

	if (slab == NULL)
		return false;
	slab->next = crowd->slabs;
	crowd->slabs = slab;
	crowd->bytes += sizeof(*slab);
	for (size_t i = SLAB; i > 0; i--) {
		slab->places[i - 1].after = crowd->free;
		crowd->free = &slab->places[i - 1];
	}
	return true;
}

struct sinkhole_caller *
sinkhole_crowd_place(struct sinkhole_crowd *crowd)
{
	struct sinkhole_caller *caller;

	if (crowd->free == NULL && !make_slab(crowd))
		return NULL;
	caller = crowd->free;
	crowd->free = caller->after;
	crowd->count++;
	*caller = (struct sinkhole_caller){.watch = {.fd = -1, .context = crowd},
	                                   .line = SINKHOLE_LINE_NONE};
	return caller;
}

static void
unlink_caller(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	struct sinkhole_caller *before = caller->before, *after = caller->after;

	if (caller->line == SINKHOLE_LINE_NONE)
		return;
	*(before != NULL ? &before->after : &crowd->lines[caller->line].first) = after;
	*(after != NULL ? &after->before : &crowd->lines[caller->line].last) = before;
	caller->line = SINKHOLE_LINE_NONE;
}

/* The neighbourhood of ${caller}, in which he is counted. */
static struct sinkhole_near *
near_of(const struct sinkhole_crowd *crowd, const struct sinkhole_caller *caller)
{
	return sinkhole_prefixes_find(&crowd->prefixes, &caller->peer.address);
}

/* Puts ${caller} behind all others of ${near}. */
static void
put_last(struct sinkhole_near *near, struct sinkhole_caller *caller)
{
	struct sinkhole_caller *first = near->first;

	if (first == NULL) {
		near->first = caller->older = caller->newer = caller;
		return;
	}
	caller->older = first->older;
	caller->newer = first;
	first->older->newer = caller;
	first->older = caller;
}

static void
take_out(struct sinkhole_near *near, struct sinkhole_caller *caller)
{
	if (near->first == caller)
		near->first = caller->newer != caller ? caller->newer : NULL;
	caller->older->newer = caller->newer;
	caller->newer->older = caller->older;
}

void
sinkhole_crowd_settle(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller,
                      const struct net_endpoint *peer)
{
	caller->peer = *peer;
	put_last(near_of(crowd, caller), caller);
}

/* Makes ${caller} the one of his neighbourhood who waits for least. */
static void
renew(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	struct sinkhole_near *near;

	if (caller->newer == caller)
		return;
	near = near_of(crowd, caller);
	take_out(near, caller);
	put_last(near, caller);
}

void
sinkhole_crowd_leave(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	struct sinkhole_near *near = near_of(crowd, caller);

	unlink_caller(crowd, caller);
	take_out(near, caller);
	sinkhole_prefixes_give(&crowd->prefixes, near);
	net_watch_close(crowd->post->loop, &caller->watch);
	sinkhole_crowd_forget(crowd, caller);
	sinkhole_crowd_waive(crowd, caller);
	if (caller->session != NULL) {
		crowd->bytes -= caller->weight;
		crowd->sessions--;
	}
	sinkhole_session_free(caller->session);
	free(caller->sni);
	caller->after = crowd->free;
	crowd->free = caller;
	crowd->count--;
}

void
sinkhole_crowd_join(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller,
                    enum sinkhole_line line)
{
	struct net_loop *loop = crowd->post->loop;

	unlink_caller(crowd, caller);
	renew(crowd, caller);
	caller->since_ms = net_loop_now(loop);
	caller->before = crowd->lines[line].last;
	caller->after = NULL;
	caller->line = (uint8_t)line;
	if (caller->before != NULL)
		caller->before->after = caller;
	else
		crowd->lines[line].first = caller;
	crowd->lines[line].last = caller;
	if (caller->since_ms + times[line] < crowd->timer.at_ms)
		(void)!net_timer_set(loop, &crowd->timer, times[line]);
}

struct sinkhole_caller *
sinkhole_crowd_oldest(const struct sinkhole_crowd *crowd)
{
	struct sinkhole_caller *oldest = NULL;

	for (size_t i = 0; i < SINKHOLE_LINES; i++) {
		struct sinkhole_caller *first = crowd->lines[i].first;

		if (first != NULL && (oldest == NULL || first->since_ms < oldest->since_ms))
			oldest = first;
	}
	return oldest;
}

struct sinkhole_caller *
sinkhole_crowd_neighbour(const struct sinkhole_crowd *crowd, const struct address *address)
{
	const struct sinkhole_near *near =
	        sinkhole_prefixes_find(&crowd->prefixes, address);

	/* Who stands in no line came behind all who do. */
	if (near == NULL || near->first == NULL || near->first->line == SINKHOLE_LINE_NONE)
		return NULL;
	return near->first;
}

struct sinkhole_caller *
sinkhole_crowd_overdue(struct sinkhole_crowd *crowd)
{
	int64_t now = net_loop_now(crowd->post->loop), left = REST_MS;

	for (size_t i = 0; i < SINKHOLE_LINES; i++) {
		struct sinkhole_caller *first = crowd->lines[i].first;

		if (first == NULL)
			continue;
		if (first->since_ms + times[i] <= now)
			return first;
		if (first->since_ms + times[i] - now < left)
			left = first->since_ms + times[i] - now;
	}
	(void)!net_timer_set(crowd->post->loop, &crowd->timer, left);
	return NULL;
}

/* Steps of 256 as far as headers mostly go, then doubling. */
static size_t
room_for(size_t len)
{
	size_t room = 1024;

	if (len <= room)
		return (len + 255) & ~(size_t)255;
	while (room < len)
		room *= 2;
	return room;
}

static enum fsk_err
resize(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller, size_t room)
{
	char *grown = realloc(caller->octets, room);

	if (grown == NULL)
		return FSK_NOMEM;
	crowd->bytes += room - caller->room;
	caller->octets = grown;
	caller->room = (uint32_t)room;
	return FSK_OK;
}

enum fsk_err
sinkhole_crowd_grow(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	if (caller->len < caller->room)
		return FSK_OK;
	return resize(crowd, caller, room_for(caller->len + (size_t)1));
}

enum fsk_err
sinkhole_crowd_add(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller,
                   struct span octets)
{
	size_t len = caller->len + octets.len;

	if (octets.len == 0)
		return FSK_OK;
	if (len > caller->room && resize(crowd, caller, room_for(len)) != FSK_OK)
		return FSK_NOMEM;
	memcpy(caller->octets + caller->len, octets.text, octets.len);
	caller->len = (uint32_t)len;
	return FSK_OK;
}

void
sinkhole_crowd_forget(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	crowd->bytes -= caller->room;
	free(caller->octets);
	caller->octets = NULL;
	caller->len = caller->room = 0;
}

enum fsk_err
sinkhole_crowd_owe(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller,
                   struct span octets)
{
	size_t len = caller->rest_len + octets.len;
	char *grown;

	if (len > SINKHOLE_REST_MOST)
		return FSK_NOMEM;
	grown = realloc(caller->rest, len);
	if (grown == NULL)
		return FSK_NOMEM;
	memcpy(grown + caller->rest_len, octets.text, octets.len);
	crowd->bytes += octets.len;
	caller->rest = grown;
	caller->rest_len = (uint32_t)len;
	return FSK_OK;
}

void
sinkhole_crowd_waive(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	crowd->bytes -= caller->rest_len;
	free(caller->rest);
	caller->rest = NULL;
	caller->rest_len = caller->rest_at = 0;
}

static unsigned
most_sessions(const struct sinkhole_crowd *crowd)
{
	unsigned part = crowd->most / SINKHOLE_SESSIONS_PART;

	return part > SINKHOLE_SESSIONS_LEAST ? part : SINKHOLE_SESSIONS_LEAST;
}

enum fsk_err
sinkhole_crowd_speak(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller,
                     const char *name)
{
	size_t size = strlen(name) + 1;
	char *sni;

	if (crowd->sessions >= most_sessions(crowd))
		return FSK_NOMEM;
	sni = malloc(size);
	if (sni == NULL)
		return FSK_NOMEM;
	if (sinkhole_session_new(crowd->tls, &caller->session) != FSK_OK) {
		free(sni);
		return FSK_NOMEM;
	}
	memcpy(sni, name, size);
	caller->sni = sni;
	crowd->sessions++;
	sinkhole_crowd_weigh(crowd, caller);
	return FSK_OK;
}

void
sinkhole_crowd_weigh(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	crowd->bytes -= caller->weight;
	caller->weight = (uint32_t)sinkhole_session_bytes(caller->session);
	crowd->bytes += caller->weight;
}

void
sinkhole_crowd_fini(struct sinkhole_crowd *crowd)
{
	struct sinkhole_slab *next;

	for (struct sinkhole_slab *slab = crowd->slabs; slab != NULL; slab = next) {
		next = slab->next;
		free(slab);
	}
	sinkhole_prefixes_fini(&crowd->prefixes);
}
