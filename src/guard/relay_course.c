/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay_course.h"

#include "guard/relay_datagram.h"
#include "guard/relay_message.h"
#include "guard/relay_stream.h"
#include "wire/rewrite.h"

/* The part of an attempt's time after which a request is slow: what a cache has comes in
 * far less, and most of what a resolver must look for. */
#define SLOW 4

#define DRAWS 64 /* of an id, until a request has to wait for one */

/* Sends ${entry} to ${upstream}, at the latest with the next flush; false when it cannot.
 */
static bool
send_to(struct relay_upstream *upstream, struct relay_entry *entry)
{
	if (entry->stream)
		return relay_stream_send(upstream, entry);
	relay_datagram_queue(upstream, entry);
	return true;
}

/* Asks the next upstream; when all were tried, the first again if ${round} says so, and
 * else nobody until it is due. Whether somebody was asked. */
static bool
ask(struct guard_relay *relay, struct relay_entry *entry, bool round)
{
	enum relay_kind kind = entry->stream ? RELAY_STREAM : RELAY_DATAGRAM;

	for (;;) {
		struct relay_upstream *upstream =
		        relay_upstream_choose(relay, kind, entry->tried);

		if (upstream == NULL && round && entry->tried != 0) {
			round = false;
			entry->tried = 0;
			continue;
		}
		if (upstream == NULL || send_to(upstream, entry))
			return upstream != NULL;
		entry->tried |= upstream->bit;
	}
}

void
relay_course_begin(struct guard_relay *relay, struct relay_entry *entry)
{
	int64_t now = net_loop_now(relay->loop);

	entry->over_ms = now + relay->setting.total_ms;
	entry->due_ms = now + relay->setting.attempt_ms;
	entry->cases = relay_random_64(&relay->random);
	(void)ask(relay, entry, false);
}

/* Nobody is left to ask ${entry} of, and nobody may still answer it: that is told with the
 * next round, since who waits cannot be told from everywhere. A client that hears soon that
 * there is no answer asks elsewhere, as if it had been refused itself. */
static void
lose_hope(struct guard_relay *relay, struct relay_entry *entry)
{
	if (entry->queue != NULL)
		return;
	for (size_t i = 0; i < RELAY_ATTEMPTS; i++)
		if (entry->attempts[i].lane != NULL)
			return;
	relay_list_remove(&relay->table.due, RELAY_BY_DUE, entry);
	relay_list_add_first(&relay->table.due, RELAY_BY_DUE, entry);
	entry->due_ms = net_loop_now(relay->loop);
	entry->hopeless = true;
}

/* Asks ${entry} anew; how long it may take begins anew too. Whether somebody was asked. */
static bool
ask_again(struct guard_relay *relay, struct relay_entry *entry, bool round)
{
	relay_list_remove(&relay->table.due, RELAY_BY_DUE, entry);
	relay_list_add(&relay->table.due, RELAY_BY_DUE, entry);
	entry->due_ms = net_loop_now(relay->loop) + relay->setting.attempt_ms;
	if (!ask(relay, entry, round))
		return false;
	relay_count(&relay->counts.again);
	return true;
}

/* The latest attempt of ${entry}, if it is under way. */
static struct relay_attempt *
latest(struct relay_entry *entry)
{
	struct relay_attempt *attempt = &entry->attempts[entry->latest];

	return attempt->lane != NULL ? attempt : NULL;
}

struct relay_attempt *
relay_course_draw(struct relay_lane *lane, struct relay_entry *entry)
{
	struct relay_upstream *upstream = lane->upstream;
	struct guard_relay *relay = upstream->relay;
	struct relay_attempt *attempt = NULL;
	uint16_t id = 0;

	/* So few are under way on one lane that nearly each draw is free. */
	for (unsigned i = 0; i < DRAWS && attempt == NULL; i++) {
		id = relay_random_16(&relay->random);
		attempt = relay_table_open(&relay->table, entry, lane, id);
	}
	if (attempt == NULL)
		return NULL;
	attempt->sent_us = relay->now_us;
	attempt->plain = entry->plain || !relay_upstream_mixes(upstream);
	wire_id_set(entry->octets, id);
	relay_message_case(entry, attempt->plain);
	relay_count(&upstream->facts->asked);
	return attempt;
}

/* Asks ${entry} of those, too, that are down: else nobody could answer. */
static bool
ask_down(struct guard_relay *relay, struct relay_entry *entry)
{
	for (size_t i = 0; i < relay->upstream_count; i++) {
		struct relay_upstream *upstream = relay->upstreams[i];

		if ((entry->tried & upstream->bit) != 0)
			continue;
		if (send_to(upstream, entry)) {
			relay_count(&relay->counts.again);
			return true;
		}
		entry->tried |= upstream->bit;
	}
	return false;
}

/* Asks ${entry} of another than those that failed now. */
static void
pass_on(struct guard_relay *relay, struct relay_entry *entry)
{
	if (!ask_again(relay, entry, false) && !ask_down(relay, entry))
		lose_hope(relay, entry);
}

void
relay_course_pass(struct relay_upstream *upstream, struct relay_entry *entry)
{
	entry->tried |= upstream->bit;
	pass_on(upstream->relay, entry);
}

void
relay_course_unsent(struct relay_attempt *attempt, enum relay_kind kind)
{
	struct relay_upstream *upstream = attempt->lane->upstream;
	struct relay_entry *entry = attempt->entry;

	relay_upstream_failed(upstream, kind, attempt->sent_us);
	relay_table_close(&upstream->relay->table, attempt);
	relay_course_pass(upstream, entry);
}

/* Waits no more for what ${upstream} was asked of ${entry} before: nobody is there. */
static void
close_attempts(const struct relay_upstream *upstream, struct relay_entry *entry)
{
	for (size_t i = 0; i < RELAY_ATTEMPTS; i++) {
		struct relay_attempt *attempt = &entry->attempts[i];

		if (attempt->lane != NULL && attempt->lane->upstream == upstream)
			relay_table_close(&upstream->relay->table, attempt);
	}
}

void
relay_course_lost(struct relay_lane *lane, enum relay_kind kind, bool served)
{
	struct relay_upstream *upstream = lane->upstream;
	struct guard_relay *relay = upstream->relay;
	int64_t sent_us = relay->now_us;
	bool lost = lane->first != NULL;

	/* Nothing that is asked here comes to this lane before the next flush. */
	while (lane->first != NULL) {
		struct relay_attempt *attempt = lane->first;
		struct relay_entry *entry = attempt->entry;

		if (attempt->sent_us < sent_us)
			sent_us = attempt->sent_us;
		relay_table_close(&relay->table, attempt);
		if (kind == RELAY_DATAGRAM)
			close_attempts(upstream, entry);
		if (latest(entry) != NULL || entry->queue != NULL)
			continue;
		if (!served || entry->redialed)
			entry->tried |= upstream->bit;
		entry->redialed |= served;
		pass_on(relay, entry);
	}
	/* Of many that were lost at once it is one failure. */
	if (lost && !served)
		relay_upstream_failed(upstream, kind, sent_us);
}

/* Room for a copy of ${len} octets and what the front adds. */
static uint8_t *
room_for(struct guard_relay *relay, size_t len)
{
	uint8_t *at;

	if (len + RELAY_SPARE > RELAY_COPIES - relay->copied)
		relay_course_done(relay);
	at = relay->copies + relay->copied;
	relay->copied += len + RELAY_SPARE;
	return at;
}

/* Tells ${waiter} the answer at ${octets}, which stand where he may change them. */
static void
tell(struct guard_relay *relay, const struct relay_waiter *waiter,
     struct relay_arrival *answer)
{
	answer->len =
	        relay_message_restore(waiter, &relay->query, answer->octets, answer->len);
	relay->told = true;
	relay_count(&relay->counts.answered);
	relay->setting.answer(relay->setting.context, &waiter->asker, answer->octets,
	                      answer->len, answer->room);
}

/* Gives ${arrival} to all who wait for ${entry}: each his own copy, but the last, who has
 * what came if it may be changed. */
static void
tell_all(struct guard_relay *relay, struct relay_entry *entry,
         const struct relay_arrival *arrival)
{
	for (struct relay_waiter *at = entry->waiters; at != NULL; at = at->next) {
		struct relay_arrival answer = *arrival;

		if (at->next != NULL || arrival->room == 0) {
			answer.octets = room_for(relay, arrival->len);
			answer.room = arrival->len + RELAY_SPARE;
			memcpy(answer.octets, arrival->octets, arrival->len);
		}
		tell(relay, at, &answer);
	}
	relay_table_drop(&relay->table, entry);
}

/* The upstream gave the question back in another case. It may be one that does so with all;
 * or the id and port were guessed, and not the case: then another port and id are to be
 * guessed. It is asked once more, without 0x20, and this answer is not taken. */
static void
ask_plain(struct guard_relay *relay, struct relay_attempt *attempt)
{
	struct relay_upstream *upstream = attempt->lane->upstream;
	struct relay_entry *entry = attempt->entry;

	relay_upstream_folded(upstream);
	relay_count(&relay->counts.strange);
	if (entry->plain || entry->queue != NULL)
		return;
	entry->plain = true;
	relay_count(&relay->counts.again);
	if (!send_to(upstream, entry))
		entry->tried |= upstream->bit;
}

void
relay_course_take(struct relay_lane *lane, enum relay_kind kind,
                  const struct relay_arrival *arrival)
{
	struct relay_upstream *upstream = lane->upstream;
	struct guard_relay *relay = upstream->relay;
	struct relay_attempt *attempt = NULL;
	enum relay_likeness likeness = RELAY_STRANGE;

	if (arrival->len >= WIRE_HEADER)
		attempt = relay_table_find(
		        &relay->table, lane,
		        (uint16_t)(arrival->octets[0] << 8 | arrival->octets[1]));
	if (attempt != NULL)
		likeness = relay_message_check(attempt, arrival->octets, arrival->len,
		                               &relay->query);
	switch (likeness) {
	case RELAY_RIGHT:
		relay_upstream_answered(upstream, kind, attempt->sent_us);
		if (!attempt->plain)
			relay_upstream_kept_case(upstream);
		tell_all(relay, attempt->entry, arrival);
		break;
	case RELAY_FOLDED:
		ask_plain(relay, attempt);
		break;
	case RELAY_STRANGE:
		relay_count(&relay->counts.strange);
		break;
	}
}

void
relay_course_done(struct guard_relay *relay)
{
	if (relay->told)
		relay->setting.done(relay->setting.context);
	relay->told = false;
	relay->copied = 0;
}

/* Tells all who wait for ${entry} that there is no answer. */
static void
tell_none(struct guard_relay *relay, struct relay_entry *entry)
{
	for (struct relay_waiter *at = entry->waiters; at != NULL; at = at->next) {
		relay_count(&relay->counts.given_up);
		relay->told = true;
		relay->setting.answer(relay->setting.context, &at->asker, NULL, 0, 0);
	}
	relay_table_drop(&relay->table, entry);
}

static void
give_up(struct guard_relay *relay, struct relay_entry *entry)
{
	const struct relay_attempt *attempt = latest(entry);

	if (attempt != NULL)
		relay_upstream_failed(attempt->lane->upstream,
		                      entry->stream ? RELAY_STREAM : RELAY_DATAGRAM,
		                      attempt->sent_us);
	tell_none(relay, entry);
}

bool
relay_course_give_way(struct guard_relay *relay)
{
	struct relay_entry *oldest = relay->table.age.first;
	int64_t left = (int64_t)relay->setting.total_ms - relay->setting.attempt_ms / SLOW;

	if (oldest == NULL || net_loop_now(relay->loop) < oldest->over_ms - left)
		return false;
	tell_none(relay, oldest);
	return true;
}

/* ${entry} was not answered in time by who was asked last. */
static void
overdue(struct guard_relay *relay, struct relay_entry *entry)
{
	const struct relay_attempt *attempt = latest(entry);

	if (entry->hopeless) {
		give_up(relay, entry);
		return;
	}
	if (attempt != NULL) {
		relay_upstream_failed(attempt->lane->upstream,
		                      entry->stream ? RELAY_STREAM : RELAY_DATAGRAM,
		                      attempt->sent_us);
		entry->tried |= attempt->lane->upstream->bit;
		if (entry->stream)
			relay_stream_tire(attempt->lane, attempt->sent_us);
	}
	(void)ask_again(relay, entry, true);
}

/* Sets the timer for what is due first. It is not moved when an answer comes: it may come
 * up and find nothing. */
static void
set_timer(struct guard_relay *relay)
{
	int64_t now = net_loop_now(relay->loop), at = INT64_MAX;

	if (relay->table.age.first != NULL)
		at = relay->table.age.first->over_ms;
	if (relay->table.due.first != NULL && relay->table.due.first->due_ms < at)
		at = relay->table.due.first->due_ms;
	if ((relay->links > 0 || relay->retired != NULL) && relay->sweep_ms < at)
		at = relay->sweep_ms;
	if (at == INT64_MAX || (relay->timer.place != 0 && relay->timer.at_ms <= at))
		return;
	/* Without memory for it the next flush sets it. */
	(void)!net_timer_set(relay->loop, &relay->timer, at - now);
}

void
relay_course_flush(struct guard_relay *relay)
{
	bool sent;

	/* What one upstream refuses is queued for the next; each has tried it then. */
	do {
		sent = false;
		for (size_t i = 0; i < relay->upstream_count; i++)
			sent |= relay_datagram_flush(relay->upstreams[i]);
		for (struct relay_upstream *at = relay->retired; at != NULL; at = at->next)
			sent |= relay_datagram_flush(at);
		sent |= relay_stream_flush(relay);
	} while (sent);
	set_timer(relay);
}

void
relay_course_due(struct net_timer *timer)
{
	struct guard_relay *relay = timer->context;
	int64_t now = net_loop_now(relay->loop);
	struct relay_entry *entry;

	relay->now_us = net_monotonic_us();
	while ((entry = relay->table.age.first) != NULL && entry->over_ms <= now)
		give_up(relay, entry);
	while ((entry = relay->table.due.first) != NULL && entry->due_ms <= now)
		overdue(relay, entry);
	if (relay->sweep_ms <= now)
		relay_stream_sweep(relay);
	relay_course_flush(relay);
	relay_upstream_reap(relay);
	relay_course_done(relay);
}
