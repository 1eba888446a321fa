/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/serve.h"

#include "feed/answer.h"
#include "feed/serial.h"

/* A request that was read, and what is known of who asks. */
struct asked {
	const struct feed_call *call;
	const struct feed_request *request;
	struct feed_zone *zone; /* NULL: none, or not for them */
};

/* The key by which the request was verified; NULL: by none. */
static const struct feed_key *
key_of(const struct feed_signer *signer)
{
	return signer->active && signer->error == FEED_TSIG_GOOD ? signer->secret.key
	                                                         : NULL;
}

/* Octets that the answer may have, without its signature. */
static size_t
most_octets(const struct asked *asked, const struct feed_signer *signer)
{
	return asked->call->stream ? WIRE_RPZ_MOST
	                           : asked->request->udp_size - feed_tsig_octets(signer);
}

/* Writes and signs a small answer. */
static enum feed_outcome
write_answer(const struct asked *asked, struct feed_answer *answer,
             struct feed_reply *reply)
{
	struct wire_packer *packer = &reply->packer;
	enum fsk_err err;

	packer->most = most_octets(asked, &reply->signer);
	err = feed_answer_write(asked->request, answer, packer);
	if (err == FSK_RANGE) {
		answer->truncated = true;
		err = feed_answer_write(asked->request, answer, packer);
	}
	if (err == FSK_OK)
		err = feed_tsig_sign(&reply->signer, packer->octets, &packer->len,
		                     asked->call->now);
	return err == FSK_OK ? FEED_REPLY : FEED_SILENCE;
}

static enum feed_outcome
refuse(const struct asked *asked, enum feed_rcode code, struct feed_reply *reply)
{
	struct feed_answer answer = {.code = code};

	return write_answer(asked, &answer, reply);
}

/* Whether ${name} is a blocked name or a canary of ${version}, and by which action. */
static bool
find_rule(const struct feed_version *version, const struct feed_canaries *canaries,
          struct span name, enum wire_action *action)
{
	bool log_only = false;

	if (!span_equal(name,
	                (struct span){canaries->blocked.text, canaries->blocked.len}) &&
	    !feed_list_find(&version->image->list, name, &log_only))
		return false;
	*action = log_only ? WIRE_PASSTHRU : version->render.action;
	return true;
}

/* Whether ${name} lies above the canaries. */
static bool
is_above(const struct feed_canaries *canaries, struct span name)
{
	size_t rest = canaries->told.len;

	if (rest <= name.len)
		return false;
	rest -= name.len;
	return canaries->told.text[rest - 1] == '.' &&
	       memcmp(canaries->told.text + rest, name.text, name.len) == 0;
}

/* What ${name} below the zone of ${answer} has: a rule covers all names below its own by
 * "*." in front of it (RFC 4592), so that each parent is looked for, the nearest first. */
static void
look_up(struct span name, uint16_t qtype, struct feed_answer *answer)
{
	struct feed_canaries canaries = {.text = ""};
	struct span whole = name;

	feed_canaries_of(&answer->version->render, answer->version->serial, &canaries);
	if (canaries.told.len > 0 &&
	    span_equal(name, (struct span){canaries.told.text, canaries.told.len})) {
		if (qtype == LDNS_RR_TYPE_TXT || qtype == LDNS_RR_TYPE_ANY)
			answer->record = FEED_TXT;
		return;
	}
	while (name.len > 0) {
		const char *dot = memchr(name.text, '.', name.len);

		if (find_rule(answer->version, &canaries, name, &answer->action)) {
			answer->record = FEED_RULE;
			return;
		}
		name = dot == NULL ? (struct span){name.text, 0}
		                   : span_from(name, (size_t)(dot - name.text) + 1);
	}
	/* What has names below it exists, though without records (RFC 8020 section 2): of
	 * a resolver that believes NXDOMAIN for it, all below would be lost. */
	if (!is_above(&canaries, whole) &&
	    !feed_parents_have(&answer->version->image->parents, whole))
		answer->code = FEED_NXDOMAIN;
}

/* Answers a question that is no transfer. ANY gets one record only (RFC 8482 section
 * 4.1). */
static enum feed_outcome
answer_question(const struct asked *asked, struct feed_reply *reply)
{
	struct feed_answer answer = {.version = asked->zone->version};
	const struct fsk_name *name = &asked->request->message.name;
	uint16_t qtype = asked->request->message.qtype;

	if (name->len > asked->zone->name.len)
		look_up((struct span){name->text,
		                      (size_t)(name->len - asked->zone->name.len - 1)},
		        qtype, &answer);
	else if (qtype == LDNS_RR_TYPE_SOA || qtype == LDNS_RR_TYPE_ANY)
		answer.record = FEED_SOA;
	else if (qtype == LDNS_RR_TYPE_NS)
		answer.record = FEED_NS;
	return write_answer(asked, &answer, reply);
}

/* Which kind of transfer answers the IXFR of ${serial}: nothing for those who have it, or
 * a newer one than we have (RFC 1995 section 2). */
static enum feed_transfer_kind
kind_of(const struct feed_version *version, uint32_t serial, size_t *delta)
{
	if (!feed_serial_newer(version->serial, serial))
		return FEED_SINGLE;
	return feed_version_find(version, serial, delta) ? FEED_DELTAS : FEED_ALL;
}

/* Sends a transfer in one datagram, or the SOA when it does not fit, which tells the
 * client to come by TCP (RFC 1995 section 2). */
static enum feed_outcome
transfer_at_once(const struct asked *asked, struct feed_reply *reply)
{
	struct feed_signer signer = reply->signer;
	struct feed_transfer *transfer = &reply->transfer;
	struct feed_version *version = transfer->version;
	enum fsk_err err;

	reply->packer.most = most_octets(asked, &signer);
	err = feed_transfer_next(transfer, &signer, asked->call->now, &reply->packer);
	feed_transfer_end(transfer);
	if (err == FSK_OK) {
		feed_transfer_begin(transfer, version, FEED_SINGLE, 0);
		err = feed_transfer_next(transfer, &reply->signer, asked->call->now,
		                         &reply->packer);
		feed_transfer_end(transfer);
	}
	return err == FSK_END ? FEED_REPLY : FEED_SILENCE;
}

static enum feed_outcome
answer_transfer(struct feed_desk *desk, const struct asked *asked, struct feed_reply *reply)
{
	const struct feed_request *request = asked->request;
	struct feed_transfer *transfer = &reply->transfer;
	enum feed_transfer_kind kind = FEED_ALL;
	bool all = request->message.qtype == LDNS_RR_TYPE_AXFR;
	size_t delta = 0;

	if (request->message.name.len != asked->zone->name.len)
		return refuse(asked, FEED_NOTAUTH, reply);
	/* AXFR is by TCP only: RFC 5936 section 4.2. */
	if (all ? !asked->call->stream : !request->has_serial)
		return refuse(asked, FEED_FORMERR, reply);
	if (!all)
		kind = kind_of(asked->zone->version, request->serial, &delta);
	if (kind == FEED_SINGLE)
		desk->counters.unchanged++;
	else if (kind == FEED_DELTAS)
		desk->counters.ixfr++;
	else
		desk->counters.axfr++;
	*transfer = (struct feed_transfer){.id = request->message.id,
	                                   .qtype = request->message.qtype,
	                                   .opt = request->has_edns};
	feed_transfer_begin(transfer, asked->zone->version, kind, delta);
	return asked->call->stream ? FEED_TRANSFER : transfer_at_once(asked, reply);
}

/* Verifies the signature of the request; false when the answer is to be the error. */
static bool
verify(struct feed_desk *desk, const struct asked *asked, struct feed_reply *reply)
{
	const struct feed_request *request = asked->request;
	struct feed_signed octets = {asked->call->octets, request->tsig_at, &request->tsig};
	char peer[NET_ENDPOINT_SIZE];

	reply->signer = (struct feed_signer){.hmac = desk->hmac};
	if (!request->has_tsig ||
	    feed_tsig_verify(&octets, desk->secrets, desk->secret_count, asked->call->now,
	                     &reply->signer) == FEED_TSIG_GOOD)
		return true;
	desk->counters.failed_signatures++;
	net_endpoint_write(&asked->call->peer, peer);
	feed_tell_client(desk, FEED_STRANGER, asked->call->now, "%s: signature refused: %s",
	                 peer,
	                 reply->signer.error == FEED_BADKEY    ? "no such key"
	                 : reply->signer.error == FEED_BADTIME ? "the clocks differ"
	                 : reply->signer.error == FEED_BADSIG  ? "it is wrong"
	                                                       : "it is cut");
	return false;
}

static bool
is_transfer(const struct feed_request *request)
{
	return request->message.qtype == LDNS_RR_TYPE_AXFR ||
	       request->message.qtype == LDNS_RR_TYPE_IXFR;
}

/* Refuses who may not ask, or asks for what is not here. */
static enum feed_outcome
turn_away(struct feed_desk *desk, const struct asked *asked, struct feed_reply *reply)
{
	char peer[NET_ENDPOINT_SIZE];

	desk->counters.refused++;
	net_endpoint_write(&asked->call->peer, peer);
	if (is_transfer(asked->request))
		feed_tell_client(desk, FEED_STRANGER, asked->call->now,
		                 "%s: transfer of %s refused", peer,
		                 asked->request->message.name.text);
	return refuse(asked, FEED_REFUSED, reply);
}

/* Answers a request that was read. */
static enum feed_outcome
answer(struct feed_desk *desk, struct asked *asked, struct feed_reply *reply)
{
	const struct wire_message *message = &asked->request->message;
	struct feed_zone *zone;

	if (!verify(desk, asked, reply))
		return refuse(asked, FEED_NOTAUTH, reply);
	if (asked->request->has_edns && asked->request->edns_version > 0)
		return refuse(asked, FEED_BADVERS, reply);
	zone = feed_desk_find(desk, &message->name);
	if (zone == NULL || message->qclass != WIRE_CLASS_IN ||
	    !feed_allows(zone->setting, &asked->call->peer.address, key_of(&reply->signer)))
		return turn_away(desk, asked, reply);
	if (zone->version == NULL)
		return refuse(asked, FEED_SERVFAIL, reply);
	asked->zone = zone;
	return is_transfer(asked->request) ? answer_transfer(desk, asked, reply)
	                                   : answer_question(asked, reply);
}

enum feed_outcome
feed_serve(struct feed_desk *desk, const struct feed_call *call, struct feed_reply *reply)
{
	struct feed_request request;
	struct asked asked = {.call = call, .request = &request};
	enum feed_rcode code;
	enum feed_outcome outcome;

	if (!feed_request_is(call->octets, call->len))
		return FEED_SILENCE;
	desk->counters.questions++;
	code = feed_request_read(call->octets, call->len, &request);
	if (code != FEED_NOERROR) {
		if (code == FEED_FORMERR)
			desk->counters.malformed++;
		feed_answer_bare(call->octets, code, reply->packer.octets);
		reply->packer.len = WIRE_HEADER;
		return FEED_REPLY;
	}
	outcome = answer(desk, &asked, reply);
	feed_request_fini(&request);
	return outcome;
}
