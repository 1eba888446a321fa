/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/contact.h"

#include "watch/fingerprint.h"
#include "watch/likeness.h"
#include "watch/request.h"
#include "wire/name.h"

/* Bits of an IPv6 address that are a host's at least: the rest it chooses anew each day
 * (RFC 8981). */
#define V6_HOST 64
#define V4_HOST 32

/* The host of a Host field, without its port and brackets. */
static struct span
host_of(struct span host)
{
	const char *end;

	if (host.len > 0 && *host.text == '[') {
		host = span_from(host, 1);
		end = memchr(host.text, ']', host.len);
	} else {
		end = host.len > 0 ? memchr(host.text, ':', host.len) : NULL;
	}
	if (end != NULL)
		host.len = (size_t)(end - host.text);
	return host;
}

static struct watch_request
request_of(const struct sinkhole_request *request)
{
	return (struct watch_request){
	        .method = request->method,
	        .target = request->target,
	        .version = request->version,
	        .host = host_of(request->host),
	        .agent = request->agent,
	        .referrer = request->referrer,
	};
}

/* What is said of a name. */
enum claim {
	CLAIM_NONE,  /* nothing: no name, or an address */
	CLAIM_HELD,  /* one that is held */
	CLAIM_OTHER, /* one that is not: whoever says it came on another way, and which of
	              * ours he meant, if any, is not to be guessed */
};

static enum claim
look(const struct sinkhole_desk *desk, struct span text, struct fsk_name *name,
     struct sinkhole_held *held)
{
	struct address address;

	if (wire_name_read(text, name, NULL) != FSK_OK ||
	    address_read((struct span){name->text, name->len}, &address) == FSK_OK ||
	    memchr(name->text, '.', name->len) == NULL)
		return CLAIM_NONE;
	return sinkhole_ground_find(desk->ground, name, desk->us / 1000000, held)
	               ? CLAIM_HELD
	               : CLAIM_OTHER;
}

/* Which held name is meant, into ${name}, and how that is known; false: not known. What is
 * said goes before what is concluded. */
static bool
find_name(const struct sinkhole_desk *desk, const struct sinkhole_contact *contact,
          struct fsk_name *name, enum sighting_by *by, struct sinkhole_held *held)
{
	enum claim said = CLAIM_NONE, hello = CLAIM_NONE;

	if (contact->request != NULL) {
		struct watch_request request = request_of(contact->request);

		said = look(desk, watch_request_host(&request), name, held);
	}
	*by = SIGHTING_BY_NAME;
	if (said == CLAIM_HELD)
		return true;
	if (contact->sni != NULL)
		hello = look(desk, span_of(contact->sni), name, held);
	*by = SIGHTING_BY_SNI;
	if (hello == CLAIM_HELD)
		return true;
	if (said == CLAIM_OTHER || hello == CLAIM_OTHER)
		return false;
	*by = SIGHTING_BY_PLACE;
	if (!sinkhole_ground_place(desk->ground, &contact->local->address, name) &&
	    !sinkhole_recent_find(desk->recent, &contact->peer->address,
	                          &contact->local->address, desk->ms, name, by))
		return false;
	/* It was held when it was answered; by now it may be no more. */
	if (!sinkhole_ground_find(desk->ground, name, desk->us / 1000000, held))
		held->match.generator = SIGHTING_NO_GENERATOR;
	return true;
}

static void
put_name(struct sighting *sighting, const struct fsk_name *name,
         const struct sinkhole_held *held)
{
	sighting->name = (struct span){name->text, name->len};
	sighting->match = held->match;
	if (held->match.generator != SIGHTING_NO_GENERATOR)
		sighting->forecast = span_from(sighting->name, held->match.offset);
}

static void
put_request(struct sighting *sighting, const struct sinkhole_request *request)
{
	sighting->method = request->method;
	sighting->target = request->target;
	sighting->version = request->version;
	sighting->host = request->host;
	sighting->agent = request->agent;
	sighting->referrer = request->referrer;
	sighting->via = request->via;
	sighting->forwarded = request->forwarded;
}

/* Who sends such; of what anybody could send, its shape is in ${text}. */
static void
put_fingerprint(struct sinkhole_tally *tally, const struct sinkhole_contact *contact,
                struct sighting *sighting, char text[WATCH_LIKENESS_SIZE])
{
	const struct sinkhole_request *request = contact->request;
	const struct watch_fingerprint *found;
	size_t len;

	if (request != NULL) {
		struct watch_request asked = request_of(request);

		found = watch_fingerprint_mark(&asked, &sighting->counter);
	} else {
		found = watch_fingerprint_other(contact->sni != NULL);
	}
	sighting->fingerprint = found->name;
	if (found->sender != WATCH_ANYBODY) {
		sinkhole_count(found->sender == WATCH_BOT ? &tally->bots
		                                          : &tally->visitors);
		return;
	}
	sinkhole_count(&tally->strange);
	if (request != NULL)
		len = watch_likeness_of(
		        &(struct watch_likeness){.method = request->method,
		                                 .target = request->target,
		                                 .version = request->version,
		                                 .fields = request->fields},
		        text);
	else
		len = watch_likeness_raw(contact->octets, text);
	sighting->shape = (struct span){text, len};
}

static struct sighting_client
client_of(const struct address *address)
{
	struct sighting_client client = {.address = *address, .prefix = V4_HOST};

	if (!address_is_v4(address)) {
		client.prefix = V6_HOST;
		address_mask(&client.address, V6_HOST);
	}
	return client;
}

static void
put_kind(struct sighting *sighting, const struct sinkhole_contact *contact)
{
	bool tls = contact->sni != NULL;

	if (contact->request != NULL)
		sighting->kind = SIGHTING_HTTP;
	else
		sighting->kind = tls ? SIGHTING_HELLO : SIGHTING_RAW;
	sighting->transport = tls ? SIGHTING_TLS : SIGHTING_TCP;
	if (contact->spoken && contact->request != NULL)
		sighting->transport = SIGHTING_HTTPS;
}

void
sinkhole_contact_keep(struct sinkhole_desk *desk, const struct sinkhole_contact *contact)
{
	struct sighting sighting = {
	        .us = contact->us,
	        .client = client_of(&contact->peer->address),
	        .address = contact->peer->address,
	        .port = contact->peer->port,
	        .match.generator = SIGHTING_NO_GENERATOR,
	        .by = SIGHTING_BY_NAME,
	        .counter = SIGHTING_NO_COUNTER,
	        .to = contact->local->address,
	        .to_port = contact->local->port,
	        .first = contact->octets,
	};
	char shape[WATCH_LIKENESS_SIZE];
	struct sinkhole_held held;
	struct fsk_name name;
	enum sighting_by by;

	put_kind(&sighting, contact);
	if (find_name(desk, contact, &name, &by, &held)) {
		put_name(&sighting, &name, &held);
		sighting.by = by;
	}
	if (contact->request != NULL)
		put_request(&sighting, contact->request);
	if (contact->sni != NULL)
		sighting.sni = span_of(contact->sni);
	if (sighting.first.len > desk->keep)
		sighting.first.len = desk->keep;
	put_fingerprint(desk->tally, contact, &sighting, shape);
	sinkhole_keep(desk, &sighting);
}
