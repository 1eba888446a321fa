/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay_upstream.h"

#include "guard/relay_core.h"
#include "guard/relay_ports.h"
#include "guard/relay_stream.h"

#include <stdlib.h>

#define FAILURES 3 /* in a row, until an upstream is down */
#define FOLDED 3   /* answers in a row, until it is asked without 0x20 */
#define MIXED 4096 /* requests, until it is asked with it once again */

enum fsk_err
relay_upstream_new(struct guard_relay *relay, const struct net_endpoint *endpoint,
                   struct relay_upstream **upstream)
{
	struct relay_upstream *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->relay = relay;
	made->endpoint = *endpoint;
	made->facts = &made->own_facts;
	made->own_facts.up = true;
	for (size_t i = 0; i < GUARD_PORTS; i++) {
		made->ports[i].lane.upstream = made;
		made->ports[i].watch.fd = -1;
	}
	*upstream = made;
	return FSK_OK;
}

void
relay_upstream_free(struct relay_upstream *upstream)
{
	if (upstream == NULL)
		return;
	relay_stream_close(upstream);
	relay_ports_close(upstream);
	free(upstream);
}

void
relay_upstream_show(struct relay_upstream *upstream, struct relay_facts *facts)
{
	const struct relay_facts *old = upstream->facts;
	uint64_t address[2];

	if (facts == NULL)
		facts = &upstream->own_facts;
	memcpy(address, upstream->endpoint.address.octets, sizeof(address));
	/* Others may read while this is written: each number is one that was true. */
	atomic_store_explicit(&facts->address[0], address[0], memory_order_relaxed);
	atomic_store_explicit(&facts->address[1], address[1], memory_order_relaxed);
	atomic_store_explicit(&facts->port, upstream->endpoint.port, memory_order_relaxed);
	atomic_store_explicit(&facts->up, old->up, memory_order_relaxed);
	atomic_store_explicit(&facts->asked, old->asked, memory_order_relaxed);
	atomic_store_explicit(&facts->answered, old->answered, memory_order_relaxed);
	atomic_store_explicit(&facts->rtt_us8, old->rtt_us8, memory_order_relaxed);
	upstream->facts = facts;
}

/* Whether a request may go to ${upstream}, which is down by ${kind}, to see whether it
 * still is: by TCP only, where a copy would cost as much as the request. */
static bool
is_due(const struct relay_upstream *upstream, enum relay_kind kind)
{
	return kind == RELAY_STREAM &&
	       net_loop_now(upstream->relay->loop) >= upstream->health[kind].probe_ms;
}

struct relay_upstream *
relay_upstream_choose(struct guard_relay *relay, enum relay_kind kind, unsigned tried)
{
	struct relay_upstream *down = NULL;
	bool all_down = true;

	for (size_t i = 0; i < relay->upstream_count; i++) {
		struct relay_upstream *upstream = relay->upstreams[i];
		struct relay_health *health = &upstream->health[kind];
		bool left = (tried & upstream->bit) == 0;

		all_down &= health->down;
		if (left && !health->down)
			return upstream;
		if (left && is_due(upstream, kind)) {
			health->probe_ms = net_loop_now(relay->loop) + RELAY_PROBE_MS;
			return upstream;
		}
		if (left && down == NULL)
			down = upstream;
	}
	return all_down ? down : NULL;
}

static void
mark(struct relay_upstream *upstream, enum relay_kind kind, bool down)
{
	struct relay_health *health = &upstream->health[kind];

	if (health->down == down)
		return;
	health->down = down;
	health->probe_ms = net_loop_now(upstream->relay->loop) + RELAY_PROBE_MS;
	if (kind == RELAY_STREAM)
		return;
	atomic_store_explicit(&upstream->facts->up, !down, memory_order_relaxed);
	if (upstream->bit != 0 && down)
		upstream->relay->down++;
	else if (upstream->bit != 0)
		upstream->relay->down--;
	/* Its sockets may have an address that is this host's no more: connect(2) chose
	 * it once. Others find out. */
	if (down)
		relay_ports_tire(upstream);
}

void
relay_upstream_failed(struct relay_upstream *upstream, enum relay_kind kind,
                      int64_t sent_us)
{
	struct relay_health *health = &upstream->health[kind];

	if (health->answered_us > sent_us || health->down)
		return;
	if (++health->failures >= FAILURES)
		mark(upstream, kind, true);
}

void
relay_upstream_answered(struct relay_upstream *upstream, enum relay_kind kind,
                        int64_t sent_us)
{
	struct relay_health *health = &upstream->health[kind];
	int64_t now_us = upstream->relay->now_us;
	_Atomic uint64_t *rtt = &upstream->facts->rtt_us8;
	uint64_t took = now_us > sent_us ? (uint64_t)(now_us - sent_us) : 0;
	uint64_t old = atomic_load_explicit(rtt, memory_order_relaxed);

	health->failures = 0;
	health->answered_us = now_us;
	mark(upstream, kind, false);
	relay_count(&upstream->facts->answered);
	/* An eighth of the new one, as RFC 6298 section 2.3 smooths. */
	atomic_store_explicit(rtt, old == 0 ? took * 8 : old - old / 8 + took,
	                      memory_order_relaxed);
}

bool
relay_upstream_mixes(struct relay_upstream *upstream)
{
	if (!upstream->relay->setting.mixed_case)
		return false;
	if (upstream->folded < FOLDED || ++upstream->mixed >= MIXED) {
		upstream->mixed = 0;
		return true;
	}
	return false;
}

void
relay_upstream_kept_case(struct relay_upstream *upstream)
{
	upstream->folded = 0;
}

void
relay_upstream_folded(struct relay_upstream *upstream)
{
	if (upstream->folded < FOLDED)
		upstream->folded++;
}

static bool
rests(const struct relay_upstream *upstream)
{
	size_t waiting = upstream->queue.count + upstream->link_count;

	for (size_t i = 0; i < GUARD_PORTS; i++)
		waiting += upstream->ports[i].lane.waiting;
	return waiting == 0;
}

void
relay_upstream_reap(struct guard_relay *relay)
{
	struct relay_upstream **at = &relay->retired;

	while (*at != NULL) {
		struct relay_upstream *upstream = *at;

		if (!rests(upstream)) {
			at = &upstream->next;
			continue;
		}
		*at = upstream->next;
		relay_upstream_free(upstream);
	}
}
