/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/contact.h"

#include "dga/catalog.h"
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

/* Which held name is meant, and how that is known. */
struct meant {
	struct fsk_name name;
	enum sighting_by by;
	struct sinkhole_held held;
};

/* What ${contact} says of the name that it means. */
static enum claim
find_said(const struct sinkhole_desk *desk, const struct sinkhole_contact *contact,
          struct meant *meant)
{
	enum claim said = CLAIM_NONE, hello = CLAIM_NONE;

	if (contact->request != NULL) {
		struct watch_request request = request_of(contact->request);

		said = look(desk, watch_request_host(&request), &meant->name, &meant->held);
	}
	meant->by = SIGHTING_BY_NAME;
	if (said == CLAIM_HELD)
		return said;
	if (contact->sni != NULL)
		hello = look(desk, span_of(contact->sni), &meant->name, &meant->held);
	meant->by = SIGHTING_BY_SNI;
	return hello == CLAIM_NONE ? said : hello;
}

/* What the address that was called, and what was answered just before, let conclude. */
static bool
conclude(const struct sinkhole_desk *desk, const struct sinkhole_contact *contact,
         struct meant *meant)
{
	const struct sinkhole_called called = {.client = contact->peer->address,
	                                       .address = contact->local->address,
	                                       .ms = desk->ms};

	meant->by = SIGHTING_BY_PLACE;
	if (!sinkhole_ground_place(desk->ground, &called.address, &meant->name) &&
	    !sinkhole_recent_find(desk->recent, &called, &meant->name, &meant->by))
		return false;
	/* It was held when it was answered; by now it may be no more. */
	if (!sinkhole_ground_find(desk->ground, &meant->name, desk->us / 1000000,
	                          &meant->held))
		meant->held.match.generator = SIGHTING_NO_GENERATOR;
	return true;
}

/* Whether the bots of ${family} (NULL: of any) may call the name of ${held}. */
static bool
fits_family(const struct sinkhole_held *held, const char *family)
{
	size_t generator = held->match.generator;

	return family == NULL ||
	       (generator != SIGHTING_NO_GENERATOR &&
	        strcmp(dga_generator_at(generator).family->name, family) == 0);
}

/* Finds which held name is meant by ${contact}, which ${sender} sends; false: not known.
 * What is said goes before what is concluded. A bot tells by its request whose it is: what
 * is concluded is of its family, or is another's question. Of who tells nothing it stays
 * no more than concluded: SIGHTING_BY_PLACE and what is less sure. */
static bool
find_name(const struct sinkhole_desk *desk, const struct sinkhole_contact *contact,
          const struct watch_fingerprint *sender, struct meant *meant)
{
	enum claim claim = find_said(desk, contact, meant);

	if (claim != CLAIM_NONE)
		return claim == CLAIM_HELD;
	return conclude(desk, contact, meant) && fits_family(&meant->held, sender->family);
}

static void
put_name(struct sighting *sighting, const struct meant *meant)
{
	const struct fsk_match *match = &meant->held.match;

	sighting->by = meant->by;
	sighting->name = (struct span){meant->name.text, meant->name.len};
	sighting->match = *match;
	if (match->generator != SIGHTING_NO_GENERATOR)
		sighting->forecast = span_from(sighting->name, match->offset);
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

/* Who sends such; the counter that a bot reports into ${counter}. */
static const struct watch_fingerprint *
mark(const struct sinkhole_contact *contact, int64_t *counter)
{
	struct watch_request asked;

	if (contact->request == NULL)
		return watch_fingerprint_other(contact->sni != NULL);
	asked = request_of(contact->request);
	return watch_fingerprint_mark(&asked, counter);
}

/* Writes the shape of what anybody could send; its length, 0: it has none. A hello's random
 * octets and lengths make each another; what is said in TLS has a shape. */
static size_t
write_shape(const struct sinkhole_contact *contact, char text[WATCH_LIKENESS_SIZE])
{
	const struct sinkhole_request *request = contact->request;

	if (request != NULL)
		return watch_likeness_of(
		        &(struct watch_likeness){.method = request->method,
		                                 .target = request->target,
		                                 .version = request->version,
		                                 .fields = request->fields},
		        text);
	if (contact->sni != NULL && !contact->spoken)
		return 0;
	return watch_likeness_raw(contact->octets, text);
}

/* Counts who sent it; of what nobody is known to send, its shape is in ${text}. */
static void
put_shape(struct sinkhole_tally *tally, const struct sinkhole_contact *contact,
          const struct watch_fingerprint *sender, struct sighting *sighting, char *text)
{
	if (sender->sender != WATCH_ANYBODY) {
		sinkhole_count(sender->sender == WATCH_BOT ? &tally->bots
		                                           : &tally->visitors);
		return;
	}
	sighting->shape = (struct span){text, write_shape(contact, text)};
	if (sighting->shape.len > 0)
		sinkhole_count(&tally->strange);
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
	const struct watch_fingerprint *sender = mark(contact, &sighting.counter);
	struct meant meant;

	put_kind(&sighting, contact);
	sighting.fingerprint = sender->name;
	if (find_name(desk, contact, sender, &meant))
		put_name(&sighting, &meant);
	if (contact->request != NULL)
		put_request(&sighting, contact->request);
	if (contact->sni != NULL)
		sighting.sni = span_of(contact->sni);
	if (sighting.first.len > desk->keep)
		sighting.first.len = desk->keep;
	put_shape(desk->tally, contact, sender, &sighting, shape);
	sinkhole_keep(desk, &sighting);
}
