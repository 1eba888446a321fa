/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/record.c: a record is its version, what kind of contact it was, which of the fields
 * follow (a bit each), the time, those of the fields that have a fixed size, the lengths of
 * the texts that are there, and the texts. What is 0, empty or follows from another field
 * takes no octet: most contacts are questions, of which a store has hundreds of millions.
 */
#include "store/record.h"

#include "dga/catalog.h"
#include "watch/fingerprint.h"

#include <endian.h>
#include <stddef.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define VERSION 1

/* Version, kind, prefix, present fields, time. */
#define HEAD (1 + 1 + 1 + 4 + 8)

#define GENERATOR_MOST (DGA_GENERATOR_NAME_SIZE - 1)

/* Which fields are there. An address takes 4 octets, or 16 where the bit behind it says so.
 */
enum field {
	ADDRESS6,
	CLIENT, /* not the address itself without the bits behind its prefix */
	CLIENT6,
	TO,
	TO6,
	PORT,
	TO_PORT,
	QTYPE,
	PERIOD,
	INDEX,
	OFFSET,
	COUNTER,
	MORE,
	CUT,
	SUFFIX, /* the forecast is the name from match.offset on */
	GENERATOR,
	FINGERPRINT,
	TEXTS, /* from here on those of the table below */
	FIELDS = 32
};

#define BIT(field) (UINT32_C(1) << (field))
#define HAS(present, field) (((present)&BIT(field)) != 0)

/* The other texts: where they are in a sighting, and how long at most. */
static const struct text {
	size_t place;
	size_t most;
} texts[] = {
        {offsetof(struct sighting, name), STORE_NAME_MOST},
        {offsetof(struct sighting, forecast), STORE_NAME_MOST},
        {offsetof(struct sighting, sensor), STORE_TEXT_MOST},
        {offsetof(struct sighting, method), STORE_METHOD_MOST},
        {offsetof(struct sighting, target), STORE_TARGET_MOST},
        {offsetof(struct sighting, agent), STORE_AGENT_MOST},
        {offsetof(struct sighting, machine), STORE_TEXT_MOST},
        {offsetof(struct sighting, host), STORE_HOST_MOST},
        {offsetof(struct sighting, version), STORE_TEXT_MOST},
        {offsetof(struct sighting, referrer), STORE_TEXT_MOST},
        {offsetof(struct sighting, via), STORE_TEXT_MOST},
        {offsetof(struct sighting, forwarded), STORE_TEXT_MOST},
        {offsetof(struct sighting, sni), STORE_TEXT_MOST},
        {offsetof(struct sighting, first), STORE_FIRST_MOST},
        {offsetof(struct sighting, shape), STORE_TEXT_MOST},
};
#define TEXT_COUNT (sizeof(texts) / sizeof(texts[0]))
#define TEXT_NAME 0
#define TEXT_FORECAST 1
#define TEXT_BITS (~UINT32_C(0) << GENERATOR)

_Static_assert(TEXTS + TEXT_COUNT == FIELDS, "a bit each");
_Static_assert(HEAD + 3 * 16 + 3 * 2 + 16 + 4 + 4 + 8 + 4 + 2 * (TEXT_COUNT + 2) +
                               GENERATOR_MOST + 9 * STORE_TEXT_MOST + 2 * STORE_NAME_MOST +
                               STORE_METHOD_MOST + STORE_TARGET_MOST + STORE_AGENT_MOST +
                               STORE_HOST_MOST + STORE_FIRST_MOST <=
                       STORE_RECORD_MOST,
               "the longest of everything fits");

static uint8_t *
put16(uint8_t *at, uint16_t number)
{
	number = htole16(number);
	memcpy(at, &number, sizeof(number));
	return at + sizeof(number);
}

static uint8_t *
put32(uint8_t *at, uint32_t number)
{
	number = htole32(number);
	memcpy(at, &number, sizeof(number));
	return at + sizeof(number);
}

static uint8_t *
put64(uint8_t *at, uint64_t number)
{
	number = htole64(number);
	memcpy(at, &number, sizeof(number));
	return at + sizeof(number);
}

static uint8_t *
put_address(uint8_t *at, const struct address *address, bool is_v6)
{
	size_t len = is_v6 ? 16 : 4;

	memcpy(at, address->octets + 16 - len, len);
	return at + len;
}

static uint16_t
get16(const uint8_t **at)
{
	uint16_t number;

	memcpy(&number, *at, sizeof(number));
	*at += sizeof(number);
	return le16toh(number);
}

static uint32_t
get32(const uint8_t **at)
{
	uint32_t number;

	memcpy(&number, *at, sizeof(number));
	*at += sizeof(number);
	return le32toh(number);
}

static uint64_t
get64(const uint8_t **at)
{
	uint64_t number;

	memcpy(&number, *at, sizeof(number));
	*at += sizeof(number);
	return le64toh(number);
}

static struct address
get_address(const uint8_t **at, bool is_v6)
{
	const uint8_t *octets = *at;

	*at += is_v6 ? 16 : 4;
	return is_v6 ? address_of_v6(octets) : address_of_v4(octets);
}

/* As address_is_v4(), which is no call here: it is asked three times a record. */
static bool
is_v4(const struct address *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(address->octets, mapped, sizeof(mapped)) == 0;
}

/* The bits of a prefix that ${address} can have. */
static unsigned
width_of(const struct address *address)
{
	return is_v4(address) ? 32 : 128;
}

/* What is to be written of a sighting. */
struct draft {
	const struct sighting *sighting;
	uint32_t present;
	uint8_t prefix;
	struct dga_generator generator;
	struct span family, variant, fingerprint;
};

static uint32_t
bit_if(bool condition, enum field field)
{
	return condition ? BIT(field) : 0;
}

/* Whether the client is what follows from the address and ${prefix}. */
static bool
client_follows(const struct sighting *sighting, unsigned prefix)
{
	struct address masked = sighting->address;

	if (prefix == width_of(&masked))
		return address_equal(&masked, &sighting->client.address);
	address_mask(&masked, prefix);
	return address_equal(&masked, &sighting->client.address);
}

static void
plan_addresses(struct draft *draft)
{
	static const struct address none;
	const struct sighting *s = draft->sighting;
	unsigned width = width_of(&s->client.address);

	draft->prefix = (uint8_t)(s->client.prefix < width ? s->client.prefix : width);
	draft->present |= bit_if(!is_v4(&s->address), ADDRESS6);
	if (!client_follows(s, draft->prefix))
		draft->present |= BIT(CLIENT) | bit_if(!is_v4(&s->client.address), CLIENT6);
	if (!address_equal(&s->to, &none))
		draft->present |= BIT(TO) | bit_if(!is_v4(&s->to), TO6);
}

/* Of a generator that this catalog does not have nothing is known. */
static void
plan_match(struct draft *draft)
{
	const struct fsk_match *match = &draft->sighting->match;

	if (match->generator == SIGHTING_NO_GENERATOR)
		return;
	draft->generator = dga_generator_at(match->generator);
	if (draft->generator.family == NULL)
		return;
	draft->family = span_of(draft->generator.family->name);
	draft->variant = span_of(draft->generator.variant->name);
	draft->present |= BIT(GENERATOR) |
	                  bit_if((match->period.first | match->period.last) != 0, PERIOD) |
	                  bit_if(match->index != 0, INDEX) |
	                  bit_if(match->offset != 0, OFFSET);
}

/* Whether the forecast is the name from match.offset on. */
static bool
forecast_follows(const struct draft *draft)
{
	const struct sighting *s = draft->sighting;

	return HAS(draft->present, GENERATOR) && s->forecast.len > 0 &&
	       s->name.len <= STORE_NAME_MOST && s->match.offset < s->name.len &&
	       span_equal(s->forecast, span_from(s->name, s->match.offset));
}

static const struct span *
text_of(const struct sighting *sighting, size_t n)
{
	return (const struct span *)((const char *)sighting + texts[n].place);
}

static void
plan_texts(struct draft *draft)
{
	const struct sighting *s = draft->sighting;
	uint32_t there = 0;
	uint32_t cut = 0;

	if (s->fingerprint != NULL && s->fingerprint[0] != '\0') {
		draft->fingerprint = span_of(s->fingerprint);
		draft->present |= BIT(FINGERPRINT);
		if (draft->fingerprint.len > STORE_TEXT_MOST) {
			draft->fingerprint.len = STORE_TEXT_MOST;
			draft->present |= BIT(CUT);
		}
	}
	for (size_t i = 0; i < TEXT_COUNT; i++) {
		size_t len = text_of(s, i)->len;

		there |= (uint32_t)(len > 0) << i;
		cut |= len > texts[i].most;
	}
	draft->present |= there << TEXTS | cut << CUT;
	if (forecast_follows(draft)) {
		draft->present &= ~BIT(TEXTS + TEXT_FORECAST);
		draft->present |= BIT(SUFFIX);
	}
}

static uint8_t *
put_fixed(const struct draft *draft, uint8_t *at)
{
	const struct sighting *s = draft->sighting;
	uint32_t present = draft->present;

	at = put_address(at, &s->address, HAS(present, ADDRESS6));
	if (HAS(present, CLIENT))
		at = put_address(at, &s->client.address, HAS(present, CLIENT6));
	if (HAS(present, TO))
		at = put_address(at, &s->to, HAS(present, TO6));
	if (HAS(present, PORT))
		at = put16(at, s->port);
	if (HAS(present, TO_PORT))
		at = put16(at, s->to_port);
	if (HAS(present, QTYPE))
		at = put16(at, s->qtype);
	if (HAS(present, PERIOD)) {
		at = put64(at, (uint64_t)s->match.period.first);
		at = put64(at, (uint64_t)s->match.period.last);
	}
	if (HAS(present, INDEX))
		at = put32(at, s->match.index);
	if (HAS(present, OFFSET))
		at = put32(at, s->match.offset);
	if (HAS(present, COUNTER))
		at = put64(at, (uint64_t)s->counter);
	return HAS(present, MORE) ? put32(at, s->more) : at;
}

static uint8_t *
put_octets(uint8_t *at, const char *octets, size_t len)
{
	memcpy(at, octets, len);
	return at + len;
}

static uint8_t *
put_texts(const struct draft *draft, uint8_t *at)
{
	uint32_t present = draft->present;
	size_t generator = draft->family.len + 1 + draft->variant.len;
	size_t lens[TEXT_COUNT];

	if (HAS(present, GENERATOR))
		at = put16(at, (uint16_t)generator);
	if (HAS(present, FINGERPRINT))
		at = put16(at, (uint16_t)draft->fingerprint.len);
	for (uint32_t left = present >> TEXTS; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);
		size_t len = text_of(draft->sighting, i)->len;

		lens[i] = len < texts[i].most ? len : texts[i].most;
		at = put16(at, (uint16_t)lens[i]);
	}
	if (HAS(present, GENERATOR)) {
		at = put_octets(at, draft->family.text, draft->family.len);
		*at++ = '/';
		at = put_octets(at, draft->variant.text, draft->variant.len);
	}
	if (HAS(present, FINGERPRINT))
		at = put_octets(at, draft->fingerprint.text, draft->fingerprint.len);
	for (uint32_t left = present >> TEXTS; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		at = put_octets(at, text_of(draft->sighting, i)->text, lens[i]);
	}
	return at;
}

size_t
store_record_write(const struct sighting *sighting, uint8_t *out)
{
	struct draft draft = {.sighting = sighting};
	uint8_t *at = out;

	plan_addresses(&draft);
	plan_match(&draft);
	plan_texts(&draft);
	draft.present |= bit_if(sighting->port != 0, PORT) |
	                 bit_if(sighting->to_port != 0, TO_PORT) |
	                 bit_if(sighting->qtype != 0, QTYPE) |
	                 bit_if(sighting->counter != SIGHTING_NO_COUNTER, COUNTER) |
	                 bit_if(sighting->more != 0, MORE);
	*at++ = VERSION;
	*at++ = (uint8_t)((unsigned)sighting->kind | (unsigned)sighting->transport << 2 |
	                  (unsigned)sighting->by << 5);
	*at++ = draft.prefix;
	at = put32(at, draft.present);
	at = put64(at, (uint64_t)sighting->us);
	at = put_fixed(&draft, at);
	return (size_t)(put_texts(&draft, at) - out);
}

/* Octets of the fields of fixed size of ${present}, and of the lengths of its texts. */
static size_t
fixed_size(uint32_t present)
{
	size_t size = HAS(present, ADDRESS6) ? 16 : 4;

	size += HAS(present, CLIENT) ? HAS(present, CLIENT6) ? 16 : 4 : 0;
	size += HAS(present, TO) ? HAS(present, TO6) ? 16 : 4 : 0;
	size += HAS(present, PORT) ? 2 : 0;
	size += HAS(present, TO_PORT) ? 2 : 0;
	size += HAS(present, QTYPE) ? 2 : 0;
	size += HAS(present, PERIOD) ? 16 : 0;
	size += HAS(present, INDEX) ? 4 : 0;
	size += HAS(present, OFFSET) ? 4 : 0;
	size += HAS(present, COUNTER) ? 8 : 0;
	size += HAS(present, MORE) ? 4 : 0;
	return size + 2 * (size_t)__builtin_popcount(present & TEXT_BITS);
}

static void
get_fixed(uint32_t present, uint8_t prefix, const uint8_t **at, struct sighting *s)
{
	s->address = get_address(at, HAS(present, ADDRESS6));
	s->client.prefix = prefix;
	if (HAS(present, CLIENT)) {
		s->client.address = get_address(at, HAS(present, CLIENT6));
	} else {
		s->client.address = s->address;
		if (prefix < width_of(&s->address))
			address_mask(&s->client.address, prefix);
	}
	if (HAS(present, TO))
		s->to = get_address(at, HAS(present, TO6));
	s->port = HAS(present, PORT) ? get16(at) : 0;
	s->to_port = HAS(present, TO_PORT) ? get16(at) : 0;
	s->qtype = HAS(present, QTYPE) ? get16(at) : 0;
	if (HAS(present, PERIOD)) {
		s->match.period.first = (int64_t)get64(at);
		s->match.period.last = (int64_t)get64(at);
	}
	s->match.index = HAS(present, INDEX) ? get32(at) : 0;
	s->match.offset = HAS(present, OFFSET) ? get32(at) : 0;
	s->counter = HAS(present, COUNTER) ? (int64_t)get64(at) : SIGHTING_NO_COUNTER;
	s->more = HAS(present, MORE) ? get32(at) : 0;
}

/* Takes the next length, of a text of ${most} octets that begins at ${*octets}; false: it
 * cannot be, or reaches behind ${end}. */
static bool
get_text(const uint8_t **lengths, const uint8_t **octets, const uint8_t *end, size_t most,
         struct span *text)
{
	size_t len = get16(lengths);

	if (len == 0 || len > most || len > (size_t)(end - *octets))
		return false;
	*text = (struct span){(const char *)*octets, len};
	*octets += len;
	return true;
}

/* Reads the texts, whose lengths stand at ${lengths}, up to ${end}. */
static enum fsk_err
get_texts(uint32_t present, const uint8_t *lengths, const uint8_t *end,
          struct sighting *sighting, struct store_said *said)
{
	const uint8_t *octets =
	        lengths + 2 * (size_t)__builtin_popcount(present & TEXT_BITS);

	if (HAS(present, GENERATOR) &&
	    !get_text(&lengths, &octets, end, GENERATOR_MOST, &said->generator))
		return FSK_CORRUPT;
	if (HAS(present, FINGERPRINT) &&
	    !get_text(&lengths, &octets, end, STORE_TEXT_MOST, &said->fingerprint))
		return FSK_CORRUPT;
	for (size_t i = 0; i < TEXT_COUNT; i++) {
		struct span *text = (struct span *)((char *)sighting + texts[i].place);

		*text = (struct span){"", 0};
		if (HAS(present, TEXTS + i) &&
		    !get_text(&lengths, &octets, end, texts[i].most, text))
			return FSK_CORRUPT;
	}
	if (octets != end)
		return FSK_CORRUPT;
	if (!HAS(present, SUFFIX))
		return FSK_OK;
	if (sighting->forecast.len > 0 || sighting->match.offset >= sighting->name.len)
		return FSK_CORRUPT;
	sighting->forecast = span_from(sighting->name, sighting->match.offset);
	return FSK_OK;
}

/* The number of generator ${name}, or that of none. */
static uint32_t
find_generator(struct span name)
{
	struct dga_generator generator;

	return dga_generator_find(name, &generator) == FSK_OK ? (uint32_t)generator.number
	                                                      : SIGHTING_NO_GENERATOR;
}

static const char *
find_fingerprint(struct span name)
{
	const struct watch_fingerprint *fingerprint = watch_fingerprint_find(name);

	return fingerprint == NULL ? NULL : fingerprint->name;
}

/* The place of ${places} for ${name}; ${known}: it is there. Else it becomes it. */
static struct store_recalled *
place_of(struct store_recalled *places, struct span name, bool *known)
{
	struct store_recalled *place =
	        &places[XXH3_64bits(name.text, name.len) % STORE_RECALLED];

	*known = place->len == name.len && memcmp(place->name, name.text, name.len) == 0;
	if (!*known && name.len <= sizeof(place->name)) {
		place->len = (uint8_t)name.len;
		memcpy(place->name, name.text, name.len);
	} else if (!*known) {
		place->len = 0; /* too long to be remembered: it is none of ours */
	}
	return place;
}

static uint32_t
recall_generator(struct store_recall *recall, struct span name)
{
	struct store_recalled *place;
	bool known;

	if (name.len == 0)
		return SIGHTING_NO_GENERATOR;
	if (recall == NULL)
		return find_generator(name);
	place = place_of(recall->generators, name, &known);
	if (!known)
		place->generator = find_generator(name);
	return place->generator;
}

static const char *
recall_fingerprint(struct store_recall *recall, struct span name)
{
	struct store_recalled *place;
	bool known;

	if (name.len == 0)
		return NULL;
	if (recall == NULL)
		return find_fingerprint(name);
	place = place_of(recall->fingerprints, name, &known);
	if (!known)
		place->fingerprint = find_fingerprint(name);
	return place->fingerprint;
}

/* Reads what stands behind the version. */
static enum fsk_err
read_fields(const uint8_t *octets, size_t len, struct sighting *sighting,
            struct store_said *said)
{
	const uint8_t *at = octets + 1;
	unsigned what = *at++;
	uint8_t prefix = *at++;
	uint32_t present = get32(&at);

	*sighting = (struct sighting){
	        .us = (int64_t)get64(&at),
	        .kind = (enum sighting_kind)(what & 3),
	        .transport = (enum sighting_transport)(what >> 2 & 7),
	        .by = (enum sighting_by)(what >> 5),
	};
	if (sighting->transport > SIGHTING_QUIC || sighting->by >= SIGHTING_BYS ||
	    len - HEAD < fixed_size(present))
		return FSK_CORRUPT;
	*said = (struct store_said){
	        .cut = HAS(present, CUT), .generator = {"", 0}, .fingerprint = {"", 0}};
	get_fixed(present, prefix, &at, sighting);
	if (prefix > width_of(&sighting->client.address))
		return FSK_CORRUPT;
	return get_texts(present, at, octets + len, sighting, said);
}

enum fsk_err
store_record_recall(struct span record, struct sighting *sighting, struct store_said *said,
                    struct store_recall *recall)
{
	const uint8_t *octets = (const uint8_t *)record.text;
	struct sighting read;
	struct store_said words;
	enum fsk_err err;

	if (record.len > 0 && octets[0] > VERSION)
		return FSK_VERSION;
	if (record.len < HEAD || record.len > STORE_RECORD_MOST || octets[0] != VERSION)
		return FSK_CORRUPT;
	err = read_fields(octets, record.len, &read, &words);
	if (err != FSK_OK)
		return err;
	read.match.generator = recall_generator(recall, words.generator);
	read.fingerprint = recall_fingerprint(recall, words.fingerprint);
	*sighting = read;
	if (said != NULL)
		*said = words;
	return FSK_OK;
}

enum fsk_err
store_record_read(const uint8_t *octets, size_t len, struct sighting *sighting,
                  struct store_said *said)
{
	return store_record_recall((struct span){(const char *)octets, len}, sighting, said,
	                           NULL);
}
