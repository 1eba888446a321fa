/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay.h"

#include "guard/relay_course.h"
#include "guard/relay_datagram.h"
#include "guard/relay_message.h"
#include "guard/relay_ports.h"
#include "guard/relay_stream.h"

#include <errno.h>
#include <stdlib.h>

/* Octets of a request that came by UDP: what is longer is no question. */
#define DATAGRAM_MOST 4096

static enum fsk_err
open_upstream(struct guard_relay *relay, const struct net_endpoint *endpoint,
              struct relay_upstream **upstream)
{
	struct relay_upstream *made;
	enum fsk_err err = relay_upstream_new(relay, endpoint, &made);

	if (err != FSK_OK)
		return err;
	err = relay_ports_open(made);
	if (err != FSK_OK) {
		int error = errno;

		relay_upstream_free(made);
		errno = error;
		return err;
	}
	*upstream = made;
	return FSK_OK;
}

/* The one to ${endpoint} that is there and not among the ${count} that were ${taken}. */
static struct relay_upstream *
find_upstream(const struct guard_relay *relay, const struct net_endpoint *endpoint,
              struct relay_upstream *const *taken, size_t count)
{
	for (size_t i = 0; i < relay->upstream_count; i++) {
		struct relay_upstream *at = relay->upstreams[i];
		size_t n = 0;

		while (n < count && taken[n] != at)
			n++;
		if (n == count && at->endpoint.port == endpoint->port &&
		    address_equal(&at->endpoint.address, &endpoint->address))
			return at;
	}
	return NULL;
}

/* Lets ${upstream} go when nothing is under way there any more. */
static void
retire(struct guard_relay *relay, struct relay_upstream *upstream)
{
	upstream->bit = 0;
	relay_datagram_forget_probe(upstream);
	relay_stream_tire_all(upstream);
	upstream->next = relay->retired;
	relay->retired = upstream;
}

/* Makes the ${count} ${upstreams} those that are asked. */
static void
set_upstreams(struct guard_relay *relay, struct relay_upstream **upstreams, size_t count)
{
	for (size_t i = 0; i < relay->upstream_count; i++) {
		relay_upstream_show(relay->upstreams[i], NULL);
		relay->upstreams[i]->bit = 0;
	}
	for (size_t i = 0; i < count; i++)
		upstreams[i]->bit = 1u << i;
	for (size_t i = 0; i < relay->upstream_count; i++)
		if (relay->upstreams[i]->bit == 0)
			retire(relay, relay->upstreams[i]);
	relay->upstream_count = count;
	relay->down = 0;
	for (size_t i = 0; i < count; i++) {
		relay->upstreams[i] = upstreams[i];
		relay_upstream_show(upstreams[i], &relay->facts[i]);
		relay->down += upstreams[i]->health[RELAY_DATAGRAM].down;
	}
	atomic_store_explicit(&relay->fact_count, count, memory_order_release);
	for (struct relay_entry *at = relay->table.age.first; at != NULL;
	     at = at->links[RELAY_BY_AGE].after)
		at->tried = 0;
}

/* Finds or opens the upstreams of ${setting}, and makes them those that are asked. */
static enum fsk_err
take_upstreams(struct guard_relay *relay, const struct guard_relay_setting *setting)
{
	struct relay_upstream *upstreams[GUARD_UPSTREAMS] = {NULL};
	size_t count = setting->upstream_count;
	enum fsk_err err = FSK_OK;

	if (count < 1 || count > GUARD_UPSTREAMS)
		return FSK_RANGE;
	for (size_t i = 0; i < count && err == FSK_OK; i++) {
		upstreams[i] = find_upstream(relay, &setting->upstreams[i], upstreams, i);
		if (upstreams[i] == NULL)
			err = open_upstream(relay, &setting->upstreams[i], &upstreams[i]);
	}
	if (err == FSK_OK) {
		set_upstreams(relay, upstreams, count);
		return FSK_OK;
	}
	/* Those that are asked have their bit. */
	for (size_t i = 0; i < count; i++) {
		int error = errno;

		if (upstreams[i] != NULL && upstreams[i]->bit == 0)
			relay_upstream_free(upstreams[i]);
		errno = error;
	}
	return err;
}

static void
prepare_rooms(struct guard_relay *relay)
{
	for (size_t i = 0; i < RELAY_RECEIVE; i++) {
		relay->room_parts[i] =
		        (struct iovec){relay->rooms + i * RELAY_ROOM, RELAY_ROOM};
		relay->room_heads[i].msg_hdr =
		        (struct msghdr){.msg_iov = &relay->room_parts[i], .msg_iovlen = 1};
	}
}

/* Takes the times: without a moment between them attempts would never end. */
static void
take_times(struct guard_relay *relay, const struct guard_relay_setting *setting)
{
	relay->setting.attempt_ms = setting->attempt_ms > 0 ? setting->attempt_ms : 1;
	relay->setting.total_ms = setting->total_ms;
}

enum fsk_err
guard_relay_new(const struct guard_relay_setting *setting, struct net_loop *loop,
                struct guard_relay **relay)
{
	struct guard_relay *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_NOMEM;
	int error;

	if (made == NULL)
		return FSK_NOMEM;
	made->setting = *setting;
	made->setting.upstreams = NULL;
	take_times(made, setting);
	made->loop = loop;
	made->timer.due = relay_course_due;
	made->timer.context = made;
	made->copies = malloc(RELAY_COPIES);
	made->rooms = malloc((size_t)RELAY_ROOM * RELAY_RECEIVE);
	if (relay_table_init(&made->table, setting->most) != FSK_OK ||
	    made->copies == NULL || made->rooms == NULL)
		goto free;
	prepare_rooms(made);
	err = take_upstreams(made, setting);
	if (err != FSK_OK)
		goto free;
	*relay = made;
	return FSK_OK;

free:
	error = errno;
	guard_relay_free(made);
	errno = error;
	return err;
}

/* Whether ${request} can be asked: an answer is one message, and an upstream's by UDP not
 * asked for by what fits into no datagram. */
static bool
is_askable(const struct guard_request *request)
{
	const struct wire_query *query = request->query;

	return query->has_question && request->len >= query->question_end &&
	       request->len <= (request->stream ? 65535 : DATAGRAM_MOST) &&
	       query->qtype != WIRE_TYPE_AXFR && query->qtype != WIRE_TYPE_IXFR;
}

bool
guard_relay_ask(struct guard_relay *relay, const struct guard_asker *asker,
                const struct guard_request *request)
{
	struct relay_entry *entry = NULL, *same;
	struct relay_waiter *waiter;

	if (is_askable(request) &&
	    (!relay_table_is_full(&relay->table) || relay_course_give_way(relay)))
		entry = relay_table_take(&relay->table, request->len + RELAY_GROWTH);
	if (entry == NULL) {
		relay_count(&relay->counts.refused);
		return false;
	}
	relay_count(&relay->counts.asked);
	waiter = entry->waiters;
	waiter->asker = *asker;
	relay_message_make(request, relay->setting.tell, entry);
	same = relay_table_join(&relay->table, entry);
	if (same == NULL) {
		relay_course_begin(relay, entry);
		if (relay->down > 0)
			relay_datagram_probe(relay, entry);
		return true;
	}
	relay_count(&relay->counts.joined);
	/* Behind the first, whose letters are those of the request. */
	entry->waiters = NULL;
	waiter->next = same->waiters->next;
	same->waiters->next = waiter;
	relay_table_drop(&relay->table, entry);
	return true;
}

void
guard_relay_flush(struct guard_relay *relay)
{
	relay_course_flush(relay);
	/* Some may have given way. */
	relay_course_done(relay);
}

enum fsk_err
guard_relay_change(struct guard_relay *relay, const struct guard_relay_setting *setting)
{
	enum fsk_err err = take_upstreams(relay, setting);

	if (err != FSK_OK)
		return err;
	relay->setting.tell = setting->tell;
	take_times(relay, setting);
	relay->setting.mixed_case = setting->mixed_case;
	relay_course_flush(relay);
	return FSK_OK;
}

const struct guard_relay_counts *
guard_relay_counts(const struct guard_relay *relay)
{
	return &relay->counts;
}

bool
guard_relay_facts(const struct guard_relay *relay, size_t n,
                  struct guard_upstream_facts *facts)
{
	const struct relay_facts *from = &relay->facts[n % GUARD_UPSTREAMS];
	uint64_t address[2];

	if (n >= atomic_load_explicit(&relay->fact_count, memory_order_acquire))
		return false;
	for (size_t i = 0; i < 2; i++)
		address[i] = atomic_load_explicit(&from->address[i], memory_order_relaxed);
	memcpy(facts->endpoint.address.octets, address, sizeof(address));
	facts->endpoint.scope = 0;
	facts->endpoint.port = atomic_load_explicit(&from->port, memory_order_relaxed);
	facts->up = atomic_load_explicit(&from->up, memory_order_relaxed);
	facts->down = !facts->up;
	facts->asked = atomic_load_explicit(&from->asked, memory_order_relaxed);
	facts->answered = atomic_load_explicit(&from->answered, memory_order_relaxed);
	facts->rtt_ms =
	        (double)atomic_load_explicit(&from->rtt_us8, memory_order_relaxed) / 8000;
	return true;
}

void
guard_relay_free(struct guard_relay *relay)
{
	struct relay_upstream *next;

	if (relay == NULL)
		return;
	net_timer_end(relay->loop, &relay->timer);
	for (size_t i = 0; i < relay->upstream_count; i++)
		relay_upstream_free(relay->upstreams[i]);
	for (struct relay_upstream *at = relay->retired; at != NULL; at = next) {
		next = at->next;
		relay_upstream_free(at);
	}
	relay_table_fini(&relay->table);
	free(relay->copies);
	free(relay->rooms);
	free(relay);
}
