/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/handle.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/fetch.h"
#include "watch/reason.h"
#include "wire/reply.h"
#include "wire/rewrite.h"
#include "wire/rpz.h"

#include <inttypes.h>
#include <stdio.h>

#define CLASS_IN 1
#define CLASS_ANY 255

#define OPT_OCTETS 11     /* without options */
#define OPTION_OCTETS 4   /* without data */
#define RECORD_OCTETS 12  /* with a pointer for its owner, without data */
#define QUESTION_OCTETS 4 /* behind its name */

/* Octets of a hit with a name as long as most. */
#define HIT_TOUCHED (offsetof(struct guard_hit, name) + 32)

#define AT_COUNTS 4 /* of the header: questions, and the three sections behind them */
#define AT_ADDITIONAL 10

/* A message while it is decided on. */
struct matter {
	const struct guard_desk *desk;
	const struct guard_call *call;
	const struct guard_policy_setting *policy;
	struct guard_outcome *outcome;
	uint8_t *out;
	int64_t now;
	struct address end; /* who can be answered: the peer, or whom its header names */
	bool proven;        /* the address of the client is no lie */
	bool bad_cookie;    /* it sent a cookie that is none of ours */
	struct span name;   /* what of the asked name has a text form, up to its end */
	size_t strange;     /* octets of the asked name in front of it */
	char *tail;         /* FSK_NAME_MAX + 2 octets, for a name that has none */
};

/* Answering. */

/* Octets that may be sent to the client. */
static size_t
most_of(const struct matter *matter)
{
	size_t most = matter->outcome->back.most;

	if (most > GUARD_ANSWER_MOST)
		most = GUARD_ANSWER_MOST;
	return matter->proven ? most : wire_reply_most(matter->outcome->message_len, most);
}

/* Turns ${reply} into one that costs nobody anything, by which the client can show that its
 * address is its own: by TCP, or with the cookie. */
static void
shorten(const struct matter *matter, struct wire_reply *reply)
{
	bool by_cookie = matter->policy->require_cookies && reply->cookie.len > 0;

	*reply = (struct wire_reply){
	        .rcode = by_cookie ? WIRE_RCODE_BADCOOKIE : WIRE_RCODE_NOERROR,
	        .truncated = !by_cookie,
	        .recursion = true,
	        .ede = WIRE_EDE_NONE,
	        .cookie = reply->cookie,
	};
}

static enum guard_step
answer(struct matter *matter, struct wire_reply *reply)
{
	const struct guard_desk *desk = matter->desk;
	struct guard_outcome *outcome = matter->outcome;
	enum net_limit limit = NET_LIMIT_NONE;

	if (outcome->back.has_cookie && !outcome->refused)
		reply->cookie =
		        (struct span){(const char *)outcome->back.cookie, WIRE_COOKIE_SIZE};
	if (!matter->proven && desk->limits != NULL && matter->policy->rate > 0)
		limit = net_limits_take(desk->limits, &matter->end,
		                        (matter->policy->rate + desk->workers - 1) /
		                                desk->workers,
		                        matter->now);
	if (limit != NET_LIMIT_NONE)
		guard_tally_add(&desk->tally->limited, 1);
	/* A stranger is not asked to come again. */
	if (limit == NET_LIMIT_DROP || (limit != NET_LIMIT_NONE && outcome->refused))
		return GUARD_DROP;
	if (limit == NET_LIMIT_SHORT)
		shorten(matter, reply);
	outcome->len = wire_reply_write(&outcome->query, outcome->message, reply,
	                                matter->out, most_of(matter));
	return outcome->len > 0 ? GUARD_ANSWER : GUARD_DROP;
}

/* Answers ${rcode} with extended error ${ede} and nothing else. */
static enum guard_step
answer_code(struct matter *matter, enum wire_rcode rcode, uint16_t ede)
{
	struct wire_reply reply = {.rcode = rcode, .recursion = true, .ede = ede};

	return answer(matter, &reply);
}

/* Seconds for which an answer of the lists may be kept: not longer than they hold. */
static uint32_t
ttl_of(const struct matter *matter)
{
	int64_t until = guard_ground_until(matter->desk->ground);
	uint32_t ttl = matter->policy->ttl;

	if (until <= matter->now)
		return 0;
	return (uint64_t)until - (uint64_t)matter->now < ttl
	               ? (uint32_t)(until - matter->now)
	               : ttl;
}

/* The answer that the name ${offset} octets behind the begin of matter->name does not
 * exist, because of ${why}. */
static struct wire_reply
no_such_name(const struct matter *matter, size_t offset, const char *why)
{
	return (struct wire_reply){
	        .rcode = WIRE_RCODE_NXDOMAIN,
	        .recursion = true,
	        .has_soa = true,
	        .soa_offset = matter->strange + offset,
	        .serial = guard_ground_serial(matter->desk->ground),
	        .ttl = ttl_of(matter),
	        .ede = WIRE_EDE_BLOCKED,
	        .ede_text = span_of(why),
	};
}

/* Stores those sinkholes in ${addresses} that are asked for and fit; how many. Of any type
 * one is given, as little as may be (RFC 8482 section 4.1). */
static size_t
choose_sinkholes(struct matter *matter, struct address addresses[GUARD_SINKHOLES])
{
	const struct guard_policy_setting *policy = matter->policy;
	struct wire_query *query = &matter->outcome->query;
	size_t taken = query->question_end + OPT_OCTETS + OPTION_OCTETS + WIRE_COOKIE_SIZE;
	size_t most = most_of(matter), count = 0;
	size_t fit = most > taken ? (most - taken) / (RECORD_OCTETS + 16) : 0;

	if (query->qtype == WIRE_TYPE_ANY) {
		if (policy->sinkhole_count > 0)
			query->qtype = address_is_v4(&policy->sinkholes[0])
			                       ? WIRE_TYPE_A
			                       : WIRE_TYPE_AAAA;
		fit = 1;
	}
	for (size_t i = 0; i < policy->sinkhole_count && count < (fit > 0 ? fit : 1); i++)
		if ((query->qtype == WIRE_TYPE_A && address_is_v4(&policy->sinkholes[i])) ||
		    (query->qtype == WIRE_TYPE_AAAA &&
		     !address_is_v4(&policy->sinkholes[i])))
			addresses[count++] = policy->sinkholes[i];
	return count;
}

static enum guard_step
block(struct matter *matter, const struct guard_finding *finding, enum guard_action action)
{
	struct address addresses[GUARD_SINKHOLES];
	char reason[WATCH_REASON_SIZE] = "";
	struct wire_reply reply;

	guard_tally_add(&matter->desk->tally->answered[action], 1);
	if (matter->outcome->query.has_opt)
		watch_reason_write(&finding->match, reason);
	reply = no_such_name(matter, finding->match.offset, reason);
	if (action != GUARD_NXDOMAIN)
		reply.rcode = WIRE_RCODE_NOERROR;
	if (action == GUARD_SINKHOLE) {
		reply.address_count = choose_sinkholes(matter, addresses);
		reply.addresses = addresses;
	}
	return answer(matter, &reply);
}

/* Names that are no bot's. */

/* Whether matter->name is ${domain} or below it. */
static bool
is_below(const struct matter *matter, struct span domain, size_t *offset)
{
	struct span name = matter->name;

	if (domain.len == 0 || name.len < domain.len)
		return false;
	*offset = name.len - domain.len;
	return memcmp(name.text + *offset, domain.text, domain.len) == 0 &&
	       (*offset == 0 || name.text[*offset - 1] == '.');
}

static enum guard_step
tell_serial(struct matter *matter)
{
	char text[40];
	int len = snprintf(text, sizeof(text), "foresink serial=%" PRIu32,
	                   guard_ground_serial(matter->desk->ground));
	/* Who asks wants to know what is served now. */
	struct wire_reply reply = {.recursion = true,
	                           .has_soa = true,
	                           .serial = guard_ground_serial(matter->desk->ground),
	                           .text = {text, (size_t)len},
	                           .ede = WIRE_EDE_NONE};

	return answer(matter, &reply);
}

/* Whether the name is a canary's (publish/canary.h has the same for files); then ${step}
 * says what was done. Others below the domain are the resolver's. */
static bool
is_canary(struct matter *matter, enum guard_step *step)
{
	static const char tells[] = "serial.";
	struct span canary = matter->policy->canary;
	char label[16];
	size_t len, offset;

	if (!is_below(matter, canary, &offset) || offset == 0 || matter->strange > 0)
		return false;
	if (offset == sizeof(tells) - 1 && memcmp(matter->name.text, tells, offset) == 0) {
		*step = tell_serial(matter);
		return true;
	}
	len = (size_t)snprintf(label, sizeof(label), "s%" PRIu32 ".",
	                       guard_ground_serial(matter->desk->ground));
	if (offset < len || memcmp(matter->name.text + offset - len, label, len) != 0 ||
	    (offset > len && matter->name.text[offset - len - 1] != '.'))
		return false;
	struct wire_reply reply = no_such_name(matter, offset - len, "canary");

	*step = answer(matter, &reply);
	return true;
}

/* Whether the policy says that the name does not exist. */
static bool
is_turned_away(struct matter *matter, enum guard_step *step)
{
	const struct guard_policy_setting *policy = matter->policy;
	struct wire_reply reply;
	size_t offset;

	if (!(policy->refuse_canary_doh &&
	      is_below(matter, span_of("use-application-dns.net"), &offset)) &&
	    !(policy->refuse_relay &&
	      (is_below(matter, span_of("mask.icloud.com"), &offset) ||
	       is_below(matter, span_of("mask-h2.icloud.com"), &offset))))
		return false;
	reply = no_such_name(matter, offset, "turned away here");
	*step = answer(matter, &reply);
	return true;
}

/* Names of bots. */

/* What is done with ${finding} for a client whose hash is ${client}. */
static enum guard_action
choose_action(const struct matter *matter, const struct guard_finding *finding,
              uint64_t client)
{
	const struct guard_policy_setting *policy = matter->policy;
	const struct guard_desk *desk = matter->desk;
	enum guard_action action = policy->actions[finding->match.generator];

	switch (finding->state) {
	case WATCH_BLOCK:
		if (finding->ground == WATCH_GROUND_SUSPICIOUS && policy->has_suspicious)
			return policy->suspicious;
		return action;
	case WATCH_LOG_ONLY:
		if (policy->likely_blocks && desk->suspects != NULL &&
		    guard_suspects_word(desk->suspects, client) != VERDICT_CHANCE)
			return action;
		break;
	case WATCH_ALLOW:
		break;
	}
	return GUARD_LOG;
}

/* Tells the ledger. What it has no room for is counted and lost. */
static void
put_hit(const struct matter *matter, const struct guard_finding *finding,
        enum guard_action action, bool passed, uint64_t client)
{
	const struct guard_desk *desk = matter->desk;
	struct guard_hit *hit = desk->hits == NULL ? NULL : guard_hits_room(desk->hits);

	if (hit == NULL)
		return;
	hit->us = desk->us;
	hit->who = matter->outcome->client;
	hit->transport = matter->call->stream ? SIGHTING_TCP : SIGHTING_UDP;
	hit->match = finding->match;
	hit->state = finding->state;
	hit->ground = finding->ground;
	hit->action = action;
	hit->passed = passed;
	hit->qtype = matter->outcome->query.qtype;
	hit->clean = desk->habits == NULL
	                     ? 0
	                     : guard_habits_names(desk->habits, client, matter->now);
	hit->name.len = (uint8_t)matter->name.len;
	memcpy(hit->name.text, matter->name.text, matter->name.len);
	hit->name.text[matter->name.len] = '\0';
	guard_hits_put(desk->hits);
	matter->outcome->hit = true;
	/* The next one is in the other thread's cache, who read it: fetched meanwhile. */
	for (size_t at = 0; at < HIT_TOUCHED; at += 64)
		fetch_write((const char *)(hit + 1) + at);
}

/* Relays or answers what is a bot's. */
static enum guard_step
decide(struct matter *matter, const struct guard_finding *finding, uint64_t client)
{
	const struct guard_desk *desk = matter->desk;
	enum guard_action action = choose_action(matter, finding, client);
	bool passed =
	        finding->state != WATCH_ALLOW &&
	        guard_passes_find(desk->passes, matter->name.text, matter->name.len,
	                          &matter->outcome->client.address, matter->now) != NULL;

	if (passed)
		action = GUARD_LOG;
	put_hit(matter, finding, action, passed, client);
	if (action != GUARD_LOG)
		return block(matter, finding, action);
	guard_tally_add(passed || finding->state == WATCH_ALLOW ? &desk->tally->passed
	                                                        : &desk->tally->logged,
	                1);
	return GUARD_RELAY;
}

/* Decides on a question by its name. */
static enum guard_step
look_up(struct matter *matter)
{
	const struct guard_desk *desk = matter->desk;
	struct span name = matter->name;
	struct guard_finding finding;
	enum guard_step step;
	uint64_t client;

	if (!guard_ground_ready(desk->ground))
		return answer_code(matter, WIRE_RCODE_SERVFAIL, WIRE_EDE_NOT_READY);
	if (name.len == 0 || is_canary(matter, &step) || is_turned_away(matter, &step))
		return name.len == 0 ? GUARD_RELAY : step;
	client = guard_client_hash(&matter->outcome->client.client);
	if (desk->habits != NULL)
		guard_habits_fetch(desk->habits, client);
	if (guard_ground_find(desk->ground, name.text, name.len, matter->now, &finding))
		return decide(matter, &finding, client);
	if (desk->habits != NULL && matter->strange == 0)
		guard_habits_note(desk->habits, client, name);
	return GUARD_RELAY;
}

/* Reading. */

/* Finds what of a name without a text form has one: "www.example.com" behind a label of
 * any octets is below example.com as every other. */
static void
find_tail(struct matter *matter)
{
	char *text = matter->tail;
	const uint8_t *octets = matter->outcome->message;
	size_t at = WIRE_HEADER, start = at, len = 0;

	for (; octets[at] != 0; at += octets[at] + 1u) {
		for (size_t i = 1; i <= octets[at]; i++) {
			char c = (char)octets[at + i];

			if (!ascii_print(c) || c == ' ' || c == '.')
				start = at + octets[at] + 1u;
			text[len++] = ascii_to_lower(c);
		}
		text[len++] = '.';
	}
	/* A label's length became the dot behind it, so that places count alike. */
	matter->strange = start - WIRE_HEADER;
	matter->name = (struct span){text + matter->strange,
	                             len > matter->strange ? len - matter->strange - 1 : 0};
}

/* Takes the PROXY header off a datagram of a carrier; false when it has none. */
static bool
take_header(struct matter *matter, struct wire_proxy *proxy)
{
	struct guard_outcome *outcome = matter->outcome;
	struct span octets = {(const char *)outcome->message, outcome->message_len};
	size_t len;

	if (wire_proxy_read(octets, proxy, &len) != WIRE_PROXY_READ)
		return false;
	outcome->message += len;
	outcome->message_len -= len;
	return true;
}

/* Checks the cookie; one that is good is proof of the address. */
static void
check_cookie(struct matter *matter)
{
	struct guard_outcome *outcome = matter->outcome;
	enum wire_cookie cookie;

	if (!matter->policy->cookies || outcome->query.cookie.len == 0)
		return;
	cookie = wire_cookie_check(matter->desk->secret, outcome->query.cookie,
	                           &matter->end, matter->now, outcome->back.cookie);
	outcome->back.has_cookie = true;
	matter->proven |= cookie == WIRE_COOKIE_GOOD;
	matter->bad_cookie = cookie == WIRE_COOKIE_BAD;
}

/* Answers a message that is no question, as it was read. */
static enum guard_step
turn_away(struct matter *matter)
{
	enum wire_rcode refusal = matter->outcome->query.refusal;

	/* A cookie is all that is asked for (RFC 7873 section 5.4). */
	if (refusal == WIRE_RCODE_NOERROR && matter->policy->cookies)
		return answer_code(matter,
		                   matter->bad_cookie ? WIRE_RCODE_BADCOOKIE
		                                      : WIRE_RCODE_NOERROR,
		                   WIRE_EDE_NONE);
	guard_tally_add(&matter->desk->tally->malformed, 1);
	return answer_code(matter,
	                   refusal == WIRE_RCODE_NOERROR ? WIRE_RCODE_FORMERR : refusal,
	                   WIRE_EDE_NONE);
}

/* Says what is to be done with a message that was read as ${reading}. */
static enum guard_step
judge(struct matter *matter, enum wire_reading reading, bool may_ask)
{
	struct guard_outcome *outcome = matter->outcome;
	const struct wire_query *query = &outcome->query;
	struct guard_tally *tally = matter->desk->tally;

	if (!may_ask) {
		guard_tally_add(&tally->refused, 1);
		outcome->refused = true;
		return answer_code(matter, WIRE_RCODE_REFUSED, WIRE_EDE_PROHIBITED);
	}
	if (reading == WIRE_REFUSE)
		return turn_away(matter);
	if (query->qtype == WIRE_TYPE_AXFR || query->qtype == WIRE_TYPE_IXFR) {
		guard_tally_add(&tally->refused, 1);
		return answer_code(matter, WIRE_RCODE_REFUSED, WIRE_EDE_NONE);
	}
	if (query->qclass != CLASS_IN && query->qclass != CLASS_ANY)
		return GUARD_RELAY;
	matter->name = (struct span){query->name.text, query->name.len};
	if (!query->has_name)
		find_tail(matter);
	return look_up(matter);
}

/* Lets what is relayed go on its way. */
static void
let_go(struct matter *matter)
{
	struct guard_outcome *outcome = matter->outcome;

	guard_tally_add(&matter->desk->tally->relayed, 1);
	/* What may be signed is not ours to change: its cookie goes on, too. */
	if (outcome->query.extra)
		outcome->back.has_cookie = false;
}

enum guard_step
guard_handle(const struct guard_desk *desk, const struct guard_call *call, uint8_t *out,
             struct guard_outcome *outcome)
{
	char tail[FSK_NAME_MAX + 2];
	struct matter matter = {
	        .tail = tail,
	        .desk = desk,
	        .call = call,
	        .policy = guard_ground_policy(desk->ground),
	        .outcome = outcome,
	        .out = out,
	        .now = date_second_of(desk->us),
	        .end = call->peer,
	        .proven = call->stream,
	};
	const struct guard_policy_setting *policy = matter.policy;
	bool carried =
	        policy->carrier_count > 0 &&
	        guard_prefix_has(policy->carriers, policy->carrier_count, &call->peer);
	const struct wire_proxy *proxy = call->proxy;
	struct wire_proxy header;
	enum wire_reading reading = WIRE_DROP_IT;
	enum guard_step step;

	guard_tally_add(call->stream ? &desk->tally->tcp : &desk->tally->udp, 1);
	outcome->message = call->octets;
	outcome->message_len = call->len;
	outcome->refused = outcome->hit = outcome->back.has_cookie = false;
	if (carried && !call->stream && (policy->who & GUARD_WHO_PROXY) != 0)
		proxy = take_header(&matter, &header) ? &header : NULL;
	if (!call->cut && (proxy == &header || call->stream || !carried ||
	                   (policy->who & GUARD_WHO_PROXY) == 0))
		reading = wire_query_read(outcome->message, outcome->message_len,
		                          &outcome->query);
	if (reading == WIRE_DROP_IT) {
		guard_tally_add(&desk->tally->malformed, 1);
		return GUARD_DROP;
	}
	if (proxy != NULL && !proxy->local)
		matter.end = proxy->source;
	outcome->back.stream = call->stream;
	outcome->back.most = call->stream ? UINT16_MAX : outcome->query.udp_size;
	guard_who(policy, &(struct net_endpoint){.address = call->peer, .port = call->port},
	          proxy, &outcome->query, &outcome->client);
	check_cookie(&matter);
	step = judge(&matter, reading,
	             carried || guard_prefix_has(policy->clients, policy->client_count,
	                                         &call->peer));
	if (step == GUARD_RELAY)
		let_go(&matter);
	return step;
}

/* What comes back. */

size_t
guard_gist(const struct guard_outcome *outcome, uint8_t out[GUARD_GIST])
{
	const struct wire_query *query = &outcome->query;
	size_t len = query->question_end;

	memcpy(out, outcome->message, len);
	memset(out + AT_COUNTS, 0, WIRE_HEADER - AT_COUNTS);
	out[AT_COUNTS + 1] = 1;
	if (query->has_opt) {
		memcpy(out + len, outcome->message + query->opt_at, OPT_OCTETS);
		len += OPT_OCTETS;
		out[len - 1] = out[len - 2] = 0; /* no options */
		out[AT_ADDITIONAL + 1] = 1;
	}
	return len;
}

size_t
guard_failed(const uint8_t *gist, size_t len, const struct guard_back *back, uint8_t *out)
{
	struct wire_reply reply = {
	        .rcode = WIRE_RCODE_SERVFAIL,
	        .recursion = true,
	        .ede = WIRE_EDE_NO_REACHABLE,
	};
	struct wire_query query;

	if (wire_query_read(gist, len, &query) != WIRE_ANSWER)
		return 0;
	if (back->has_cookie)
		reply.cookie = (struct span){(const char *)back->cookie, WIRE_COOKIE_SIZE};
	return wire_reply_write(&query, gist, &reply, out, GUARD_FAILED);
}

size_t
guard_fit(const struct guard_back *back, uint8_t *octets, size_t len, size_t room)
{
	size_t most = back->most < room ? back->most : room;
	const struct span cookie = {(const char *)back->cookie, WIRE_COOKIE_SIZE};
	struct wire_query response;

	if (!back->has_cookie && len <= back->most)
		return len;
	if (!wire_response_read(octets, len, &response))
		return 0;
	if (back->has_cookie)
		len = wire_option_drop(octets, len, &response, WIRE_OPTION_COOKIE);
	if (len <= most &&
	    (!back->has_cookie ||
	     wire_option_add(octets, &len, most, &response,
	                     (struct wire_addition){WIRE_OPTION_COOKIE, cookie})))
		return len;
	len = wire_truncate(octets, len, &response);
	if (back->has_cookie && wire_response_read(octets, len, &response))
		(void)wire_option_add(octets, &len, most, &response,
		                      (struct wire_addition){WIRE_OPTION_COOKIE, cookie});
	return len;
}
