/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Three tables, each of sets of four places, found by a hash: names; for each address the
 * last three names that were answered with it; for each client its last four answers. The
 * latter two hold hashes of names, so that a note writes a line of the cache an address
 * and one of the client, and letters only of a name that is not there yet.
 *
 * A place is written by who makes its version odd; who finds it odd leaves it: one note
 * less does no harm. A reader believes what he read if the version was even before, and is
 * the same behind it. All words are atomic: those read with acquire stay in front of the
 * second look at the version, those written with release stay behind the odd one.
 */
#include "sinkhole/recent.h"

#include "base/fetch.h"

#include <stdatomic.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WAYS 4
#define LINE 64
#define NAME_SETS 1024
#define ADDRESS_SETS 1024
#define CLIENT_SETS 2048
#define NAME_WORDS (sizeof(struct fsk_name) / sizeof(uint64_t))
#define NAMES_OF 3 /* of an address: two are enough to know that there are several */

/* Seconds for which an answer is good at least: a caller whose resolver may not keep it has
 * still to connect. */
#define LASTS_LEAST 5

#define SEED UINT64_C(0x726563656e74) /* "recent" in ASCII */

/* When an answer was given, in milliseconds of the monotonic clock (40 bits are 34 years),
 * and for how many seconds; 0: never. */
#define TTL_BITS 24
#define TTL_MASK ((UINT64_C(1) << TTL_BITS) - 1)

/* A set of names, but for their letters; two lines that lie side by side. */
struct name_set {
	_Alignas(2 * LINE) _Atomic uint64_t version[WAYS];
	_Atomic uint64_t hash[WAYS];
	_Atomic uint64_t when[WAYS];
};

struct name_text {
	_Alignas(LINE) _Atomic uint64_t words[NAME_WORDS]; /* struct fsk_name */
};

struct address_place {
	_Atomic uint64_t version;
	_Atomic uint64_t hash;
	_Atomic uint64_t names[NAMES_OF]; /* hashes; the latest by its time */
	_Atomic uint64_t when[NAMES_OF];
};

struct client_place {
	_Atomic uint64_t version;
	_Atomic uint64_t hash;
	_Atomic uint64_t name;
	_Atomic uint64_t when;
	_Atomic uint64_t
	        addresses[WIRE_REPLY_ADDRESSES / 2]; /* 32 bits of the hash of each */
};

_Static_assert(sizeof(struct fsk_name) % sizeof(uint64_t) == 0, "a name is whole words");
_Static_assert(sizeof(struct address_place) == LINE, "a line");
_Static_assert(sizeof(struct client_place) == LINE, "a line");

struct sinkhole_recent {
	_Alignas(2 * LINE) struct address_place addresses[ADDRESS_SETS][WAYS];
	_Alignas(LINE) struct client_place clients[CLIENT_SETS][WAYS];
	struct name_set names[NAME_SETS];
	struct name_text texts[NAME_SETS][WAYS];
};

enum fsk_err
sinkhole_recent_new(struct sinkhole_recent **recent)
{
	struct sinkhole_recent *made = aligned_alloc(2 * LINE, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	memset(made, 0, sizeof(*made));
	*recent = made;
	return FSK_OK;
}

void
sinkhole_recent_free(struct sinkhole_recent *recent)
{
	free(recent);
}

static uint64_t
load(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_acquire);
}

static void
store(_Atomic uint64_t *to, uint64_t value)
{
	atomic_store_explicit(to, value, memory_order_release);
}

/* Begins to write a place; false: another one does. */
static bool
begin(_Atomic uint64_t *version, uint64_t *before)
{
	*before = atomic_load_explicit(version, memory_order_relaxed);
	return *before % 2 == 0 && atomic_compare_exchange_strong_explicit(
	                                   version, before, *before + 1,
	                                   memory_order_acquire, memory_order_relaxed);
}

static void
end(_Atomic uint64_t *version, uint64_t before)
{
	store(version, before + 2);
}

/* Never 0, which is a free place's. */
static uint64_t
hash_of(const void *octets, size_t len)
{
	uint64_t hash = XXH3_64bits_withSeed(octets, len, SEED);

	return hash == 0 ? 1 : hash;
}

static uint64_t
make_when(int64_t ms, uint32_t ttl)
{
	uint64_t lasts = ttl < LASTS_LEAST ? LASTS_LEAST : ttl;

	return (uint64_t)ms << TTL_BITS | (lasts < TTL_MASK ? lasts : TTL_MASK);
}

/* Whether an answer of ${when} is still good at ${ms}. What was noted a moment later by
 * another thread is. */
static bool
is_good(uint64_t when, int64_t ms)
{
	int64_t at = (int64_t)(when >> TTL_BITS);

	return when != 0 && ms - at <= (int64_t)(when & TTL_MASK) * 1000;
}

/* 32 bits of the ${hash} of an address; 0 stands for none. */
static uint32_t
shorten(uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);

	return tag == 0 ? 1 : tag;
}

/* Who is meant by ${client}: of IPv6 a host has a /64 (RFC 7721 section 2: its addresses
 * change). */
static uint64_t
hash_client(const struct address *client)
{
	struct address host = *client;

	if (!address_is_v4(&host))
		address_mask(&host, 64);
	return hash_of(&host, sizeof(host));
}

/* Names. */

/* Words that a name of ${len} octets takes, with its length and NUL. */
static size_t
words_of(size_t len)
{
	return (offsetof(struct fsk_name, text) + len + sizeof(uint64_t)) /
	       sizeof(uint64_t);
}

/* Puts ${name} among the names. What is read of other places meanwhile decides only which
 * is given up. */
static void
note_name(struct sinkhole_recent *recent, const struct fsk_name *name, uint64_t hash,
          uint64_t when)
{
	struct name_set *set = &recent->names[hash % NAME_SETS];
	struct name_text *text;
	uint64_t before;
	size_t to = 0;

	for (size_t i = 0; i < WAYS; i++) {
		if (load(&set->hash[i]) == hash) {
			store(&set->when[i], when);
			return;
		}
		if (load(&set->when[i]) < load(&set->when[to]))
			to = i;
	}
	if (!begin(&set->version[to], &before))
		return;
	store(&set->hash[to], hash);
	store(&set->when[to], when);
	text = &recent->texts[hash % NAME_SETS][to];
	for (size_t i = 0; i < words_of(name->len); i++) {
		uint64_t word;

		memcpy(&word, (const char *)name + i * sizeof(word), sizeof(word));
		store(&text->words[i], word);
	}
	end(&set->version[to], before);
}

/* The name of ${hash}, if it is there still. */
static bool
find_name(const struct sinkhole_recent *recent, uint64_t hash, struct fsk_name *name)
{
	const struct name_set *set = &recent->names[hash % NAME_SETS];

	for (size_t i = 0; i < WAYS; i++) {
		const struct name_text *text = &recent->texts[hash % NAME_SETS][i];
		uint64_t version = load(&set->version[i]), words[NAME_WORDS];
		struct fsk_name read;

		if (version % 2 != 0 || load(&set->hash[i]) != hash)
			continue;
		for (size_t n = 0; n < NAME_WORDS; n++)
			words[n] = load(&text->words[n]);
		if (load(&set->version[i]) != version)
			continue;
		memcpy(&read, words, sizeof(read));
		name->len = read.len;
		memcpy(name->text, read.text, read.len);
		name->text[read.len] = '\0';
		return true;
	}
	return false;
}

/* Addresses. */

/* Writes ${name} into ${place}, which is of ${hash} from now on, in place of the oldest. */
static void
write_address(struct address_place *place, uint64_t hash, uint64_t name, uint64_t when)
{
	bool other = load(&place->hash) != hash;
	size_t to = 0;

	for (size_t i = 0; i < NAMES_OF; i++) {
		if (other) {
			store(&place->names[i], 0);
			store(&place->when[i], 0);
		}
		if (load(&place->when[i]) < load(&place->when[to]))
			to = i;
	}
	store(&place->hash, hash);
	store(&place->names[to], name);
	store(&place->when[to], when);
}

/* Whether ${name} stands in ${place} already; then ${when} is its time now. Should another
 * thread have put another name there meanwhile, that one is as new. */
static bool
renew(struct address_place *place, uint64_t name, uint64_t when)
{
	for (size_t i = 0; i < NAMES_OF; i++)
		if (load(&place->names[i]) == name) {
			store(&place->when[i], when);
			return true;
		}
	return false;
}

static uint64_t
latest(const struct address_place *place)
{
	uint64_t when = 0;

	for (size_t i = 0; i < NAMES_OF; i++)
		if (load(&place->when[i]) > when)
			when = load(&place->when[i]);
	return when;
}

static void
note_address(struct sinkhole_recent *recent, uint64_t hash, uint64_t name, uint64_t when)
{
	uint64_t before;
	struct address_place *set = recent->addresses[hash % ADDRESS_SETS], *place = NULL;

	for (size_t i = 0; i < WAYS && place == NULL; i++)
		if (load(&set[i].hash) == hash)
			place = &set[i];
	if (place != NULL && renew(place, name, when))
		return;
	if (place == NULL) {
		place = set;
		for (size_t i = 1; i < WAYS; i++)
			if (latest(&set[i]) < latest(place))
				place = &set[i];
	}
	if (!begin(&place->version, &before))
		return;
	write_address(place, hash, name, when);
	end(&place->version, before);
}

/* Reads the place of ${address} into ${names} and ${when}. */
static bool
read_address(const struct sinkhole_recent *recent, const struct address *address,
             uint64_t names[NAMES_OF], uint64_t when[NAMES_OF])
{
	uint64_t hash = hash_of(address, sizeof(*address));
	const struct address_place *set = recent->addresses[hash % ADDRESS_SETS];

	for (size_t i = 0; i < WAYS; i++) {
		uint64_t version = load(&set[i].version);

		if (version % 2 != 0 || load(&set[i].hash) != hash)
			continue;
		for (size_t n = 0; n < NAMES_OF; n++) {
			names[n] = load(&set[i].names[n]);
			when[n] = load(&set[i].when[n]);
		}
		if (load(&set[i].version) == version)
			return true;
	}
	return false;
}

/* The latest name that was answered with the address of ${called} and is known still, and
 * whether it is the only one. */
static bool
find_by_address(const struct sinkhole_recent *recent, const struct sinkhole_called *called,
                struct fsk_name *name, bool *only)
{
	uint64_t names[NAMES_OF], when[NAMES_OF];
	size_t good = 0;

	if (!read_address(recent, &called->address, names, when))
		return false;
	for (size_t i = 0; i < NAMES_OF; i++) {
		if (!is_good(when[i], called->ms))
			when[i] = 0;
		good += when[i] != 0;
	}
	*only = good == 1;
	for (; good > 0; good--) {
		size_t last = 0;

		for (size_t i = 1; i < NAMES_OF; i++)
			if (when[i] > when[last])
				last = i;
		if (find_name(recent, names[last], name))
			return true;
		when[last] = 0;
	}
	return false;
}

/* Clients. */

/* Notes for ${client} that ${name} has the addresses of these ${tags}. */
static void
note_client(struct sinkhole_recent *recent, uint64_t client, uint64_t name, uint64_t when,
            const uint32_t tags[WIRE_REPLY_ADDRESSES])
{
	struct client_place *set = recent->clients[client % CLIENT_SETS], *place = set;
	uint64_t words[WIRE_REPLY_ADDRESSES / 2], before;

	memcpy(words, tags, sizeof(words));
	for (size_t i = 1; i < WAYS; i++)
		if (load(&set[i].when) < load(&place->when))
			place = &set[i];
	for (size_t i = 0; i < WAYS; i++)
		if (load(&set[i].hash) == client && load(&set[i].name) == name &&
		    load(&set[i].addresses[0]) == words[0])
			place = &set[i];
	if (!begin(&place->version, &before))
		return;
	store(&place->hash, client);
	store(&place->name, name);
	store(&place->when, when);
	for (size_t i = 0; i < WIRE_REPLY_ADDRESSES / 2; i++)
		store(&place->addresses[i], words[i]);
	end(&place->version, before);
}

/* Reads ${place}; when ${client} was last answered with the address of ${tag} by it, and
 * which ${name}: 0 when not. */
static uint64_t
read_client(const struct client_place *place, uint64_t client, uint32_t tag, uint64_t *name)
{
	uint64_t version = load(&place->version), hash = load(&place->hash);
	uint64_t when = load(&place->when), said = load(&place->name);
	uint64_t words[WIRE_REPLY_ADDRESSES / 2];
	uint32_t tags[WIRE_REPLY_ADDRESSES];

	for (size_t i = 0; i < WIRE_REPLY_ADDRESSES / 2; i++)
		words[i] = load(&place->addresses[i]);
	if (version % 2 != 0 || load(&place->version) != version || hash != client)
		return 0;
	memcpy(tags, words, sizeof(tags));
	for (size_t i = 0; i < WIRE_REPLY_ADDRESSES; i++)
		if (tags[i] == tag) {
			*name = said;
			return when;
		}
	return 0;
}

/* The latest name that the client of ${called} was answered with the address, and whether
 * it is the only one: where all places of a set are the client's there may have been more.
 */
static bool
find_by_client(const struct sinkhole_recent *recent, const struct sinkhole_called *called,
               struct fsk_name *name, bool *only)
{
	uint64_t hash = hash_client(&called->client), last = 0, found = 0;
	const struct client_place *set = recent->clients[hash % CLIENT_SETS];
	uint32_t tag = shorten(hash_of(&called->address, sizeof(called->address)));
	size_t good = 0, own = 0;

	for (size_t i = 0; i < WAYS; i++) {
		uint64_t of = 0, when = read_client(&set[i], hash, tag, &of);

		own += load(&set[i].hash) == hash;
		if (!is_good(when, called->ms))
			continue;
		good++;
		if (when > last) {
			last = when;
			found = of;
		}
	}
	*only = good == 1 && own < WAYS;
	return good > 0 && find_name(recent, found, name);
}

/* All. */

/* Fetches the ${len} octets at ${at} to be written. All that a note needs at once, since
 * one waits for memory as long as for many. */
static void
fetch(const void *at, size_t len)
{
	for (size_t i = 0; i < len; i += LINE)
		fetch_write((const char *)at + i);
}

void
sinkhole_recent_fetch(const struct sinkhole_recent *recent, const struct address *client,
                      const char *name, size_t len)
{
	fetch(recent->clients[hash_client(client) % CLIENT_SETS],
	      sizeof(recent->clients[0]));
	fetch(&recent->names[hash_of(name, len) % NAME_SETS], sizeof(recent->names[0]));
}

void
sinkhole_recent_note(struct sinkhole_recent *recent,
                     const struct sinkhole_answered *answered)
{
	uint64_t name = hash_of(answered->name->text, answered->name->len);
	uint64_t client = hash_client(&answered->client);
	uint64_t when = make_when(answered->ms, answered->ttl);
	uint64_t addresses[WIRE_REPLY_ADDRESSES];
	uint32_t tags[WIRE_REPLY_ADDRESSES] = {0};
	size_t count = answered->address_count;

	if (count > WIRE_REPLY_ADDRESSES)
		count = WIRE_REPLY_ADDRESSES;
	for (size_t i = 0; i < count; i++) {
		addresses[i] = hash_of(&answered->addresses[i], sizeof(struct address));
		tags[i] = shorten(addresses[i]);
		fetch(recent->addresses[addresses[i] % ADDRESS_SETS],
		      sizeof(recent->addresses[0]));
	}
	note_name(recent, answered->name, name, when);
	note_client(recent, client, name, when, tags);
	for (size_t i = 0; i < count; i++)
		note_address(recent, addresses[i], name, when);
}

bool
sinkhole_recent_find(const struct sinkhole_recent *recent,
                     const struct sinkhole_called *called, struct fsk_name *name,
                     enum sighting_by *by)
{
	struct fsk_name found;
	bool only = false;

	if (find_by_client(recent, called, &found, &only))
		*by = only ? SIGHTING_BY_CLIENT : SIGHTING_BY_GUESS;
	else if (find_by_address(recent, called, &found, &only))
		*by = only ? SIGHTING_BY_RECENT : SIGHTING_BY_GUESS;
	else
		return false;
	name->len = found.len;
	memcpy(name->text, found.text, (size_t)found.len + 1);
	return true;
}
