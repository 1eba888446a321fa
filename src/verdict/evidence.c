/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/evidence.h"

#include "base/size.h"
#include "watch/hash.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)64 << 10) /* bytes of texts in a block */

_Static_assert(sizeof(struct verdict_name) <= 80, "evidence.h says so");

struct evidence_block {
	struct evidence_block *next;
	size_t used;
	char text[BLOCK];
};

void
evidence_init(struct evidence *evidence, uint64_t key)
{
	*evidence = (struct evidence){.key = key};
}

void
evidence_fini(struct evidence *evidence)
{
	while (evidence->blocks != NULL) {
		struct evidence_block *block = evidence->blocks;

		evidence->blocks = block->next;
		free(block);
	}
	for (size_t i = 0; i < evidence->host_count; i++)
		machine_fini(&evidence->hosts[i].machine);
	free(evidence->hosts);
	free(evidence->names);
	free(evidence->requests);
	cells_fini(&evidence->host_cells);
	cells_fini(&evidence->name_cells);
}

/* ${array} of ${room} things of ${size} bytes, or a larger one with room for one
 * more than ${count}; NULL when there is no memory, and then it is as it was. */
static void *
widen(void *array, size_t count, size_t *room, size_t size)
{
	size_t wider = size_add(size_add(*room, *room / 8), 16);
	void *moved;

	if (count < *room)
		return array;
	moved = realloc(array, size_mul(wider, size));
	if (moved != NULL)
		*room = wider;
	return moved;
}

static uint64_t
hash_client(const struct evidence *evidence, const struct sighting_client *client)
{
	uint64_t words[2];

	memcpy(words, client->address.octets, sizeof(words));
	return clean_mix(clean_mix(clean_mix(evidence->key ^ client->prefix) ^ words[0]) ^
	                 words[1]);
}

static uint64_t
hash_name(const struct evidence *evidence, uint32_t host, const struct fsk_match *match,
          struct span text)
{
	uint64_t hash = watch_hash(evidence->key, text.text, text.len);

	hash = clean_mix(hash ^ ((uint64_t)host << 32 | match->generator));
	return clean_mix(hash ^ (uint64_t)match->period.first);
}

static enum fsk_err
reserve_host(struct evidence *evidence)
{
	size_t count = evidence->host_count;
	struct evidence_host *hosts =
	        widen(evidence->hosts, count, &evidence->host_room, sizeof(*hosts));
	enum fsk_err err;

	if (hosts == NULL)
		return FSK_NOMEM;
	evidence->hosts = hosts;
	if (cells_fit(&evidence->host_cells, count + 1))
		return FSK_OK;
	err = cells_grow(&evidence->host_cells, count + 1);
	if (err != FSK_OK)
		return err;
	for (size_t i = 0; i < count; i++)
		cells_put(&evidence->host_cells, hash_client(evidence, &hosts[i].client),
		          (uint32_t)i);
	return FSK_OK;
}

/* Stores the number of ${client} in ${host}, a new one if it has none. */
static enum fsk_err
find_host(struct evidence *evidence, const struct sighting_client *client, uint32_t *host)
{
	enum fsk_err err = reserve_host(evidence);
	uint32_t *cell;

	if (err != FSK_OK)
		return err;
	for (uint64_t at = hash_client(evidence, client);; at++) {
		const struct sighting_client *known;

		cell = cells_at(&evidence->host_cells, at);
		if (*cell == CELLS_FREE)
			break;
		known = &evidence->hosts[*cell].client;
		if (known->prefix == client->prefix &&
		    address_equal(&known->address, &client->address)) {
			*host = *cell;
			return FSK_OK;
		}
	}
	*host = *cell = (uint32_t)evidence->host_count++;
	evidence->hosts[*host] =
	        (struct evidence_host){.client = *client, .request = EVIDENCE_NONE};
	return FSK_OK;
}

void
evidence_settle(struct evidence *evidence)
{
	cells_empty(&evidence->name_cells);
	for (size_t i = 0; i < evidence->name_count; i++) {
		const struct verdict_name *name = &evidence->names[i];

		cells_put(
		        &evidence->name_cells,
		        hash_name(evidence, name->host, &name->match, span_of(name->text)),
		        (uint32_t)i);
	}
}

/* Sees that there is room for one name more, with ${bytes} of text. */
static enum fsk_err
reserve_name(struct evidence *evidence, size_t bytes)
{
	size_t count = evidence->name_count;
	struct verdict_name *names =
	        widen(evidence->names, count, &evidence->name_room, sizeof(*names));
	struct evidence_block *block = evidence->blocks;
	enum fsk_err err;

	if (names == NULL)
		return FSK_NOMEM;
	evidence->names = names;
	if (block == NULL || BLOCK - block->used < bytes) {
		block = malloc(sizeof(*block));
		if (block == NULL)
			return FSK_NOMEM;
		block->next = evidence->blocks;
		block->used = 0;
		evidence->blocks = block;
	}
	if (cells_fit(&evidence->name_cells, count + 1))
		return FSK_OK;
	err = cells_grow(&evidence->name_cells, count + 1);
	if (err == FSK_OK)
		evidence_settle(evidence);
	return err;
}

static enum fsk_err
reserve_request(struct evidence *evidence)
{
	struct evidence_request *requests =
	        widen(evidence->requests, evidence->request_count, &evidence->request_room,
	              sizeof(*requests));

	if (requests == NULL)
		return FSK_NOMEM;
	evidence->requests = requests;
	if (evidence->request_count >= EVIDENCE_NONE) /* it could not be numbered */
		return FSK_NOMEM;
	return FSK_OK;
}

/* Whether ${name} is that of ${host} which ${sighting} is about. */
static bool
is_name(const struct verdict_name *name, uint32_t host, const struct sighting *sighting)
{
	const struct fsk_match *match = &sighting->match;
	struct span text = sighting->forecast;

	return name->host == host && name->match.generator == match->generator &&
	       name->match.period.first == match->period.first &&
	       name->match.period.last == match->period.last &&
	       strncmp(name->text, text.text, text.len) == 0 &&
	       name->text[text.len] == '\0';
}

/* ${text} with a NUL, in the newest block, which has room for it. */
static const char *
keep_text(struct evidence *evidence, struct span text)
{
	struct evidence_block *block = evidence->blocks;
	char *kept = block->text + block->used;

	memcpy(kept, text.text, text.len);
	kept[text.len] = '\0';
	block->used += text.len + 1;
	return kept;
}

/* One more sighting of ${name}. */
static void
repeat_name(struct verdict_name *name, const struct sighting *sighting)
{
	int order = spot_compare(spot_of(sighting), evidence_first(name));

	if (name->times < UINT32_MAX)
		name->times++;
	if (sighting->us > name->last_us)
		name->last_us = sighting->us;
	if (order < 0 || (order == 0 && sighting->match.index < name->match.index)) {
		name->first_us = sighting->us;
		name->file = sighting->file;
		name->line = sighting->line;
		name->match.index = sighting->match.index;
	}
}

/* There is room for it. */
static void
note_name(struct evidence *evidence, uint32_t host, const struct sighting *sighting)
{
	uint64_t at = hash_name(evidence, host, &sighting->match, sighting->forecast);
	uint32_t *cell;

	for (;; at++) {
		cell = cells_at(&evidence->name_cells, at);
		if (*cell == CELLS_FREE)
			break;
		if (is_name(&evidence->names[*cell], host, sighting)) {
			repeat_name(&evidence->names[*cell], sighting);
			return;
		}
	}
	*cell = (uint32_t)evidence->name_count++;
	evidence->names[*cell] = (struct verdict_name){
	        .match = sighting->match,
	        .first_us = sighting->us,
	        .last_us = sighting->us,
	        .line = sighting->line,
	        .file = sighting->file,
	        .times = 1,
	        .text = keep_text(evidence, sighting->forecast),
	        .host = host,
	};
	evidence->names[*cell].match.offset = 0;
}

/* One more of ${known}. */
static void
repeat_request(struct verdict_request *known, const struct sighting *sighting)
{
	struct spot first = {known->first_us, known->file, known->line};

	known->requests++;
	if (sighting->us > known->last_us)
		known->last_us = sighting->us;
	if (spot_compare(spot_of(sighting), first) < 0) {
		known->first_us = sighting->us;
		known->file = sighting->file;
		known->line = sighting->line;
	}
	if (sighting->counter == SIGHTING_NO_COUNTER)
		return;
	if (known->counter_least == SIGHTING_NO_COUNTER ||
	    sighting->counter < known->counter_least)
		known->counter_least = sighting->counter;
	if (known->counter_most == SIGHTING_NO_COUNTER ||
	    sighting->counter > known->counter_most)
		known->counter_most = sighting->counter;
}

/* There is room for it. A host has at most as many as there are fingerprints. */
static void
note_request(struct evidence *evidence, uint32_t host, const struct sighting *sighting)
{
	uint32_t *last = &evidence->hosts[host].request;

	for (; *last != EVIDENCE_NONE; last = &evidence->requests[*last].next) {
		struct verdict_request *known = &evidence->requests[*last].said;

		if (strcmp(known->fingerprint, sighting->fingerprint) == 0) {
			repeat_request(known, sighting);
			return;
		}
	}
	*last = (uint32_t)evidence->request_count;
	evidence->requests[evidence->request_count++] = (struct evidence_request){
	        .said = {.fingerprint = sighting->fingerprint,
	                 .requests = 1,
	                 .counter_least = sighting->counter,
	                 .counter_most = sighting->counter,
	                 .first_us = sighting->us,
	                 .last_us = sighting->us,
	                 .file = sighting->file,
	                 .line = sighting->line},
	        .next = EVIDENCE_NONE,
	};
}

/* Whether ${text} can be a forecast. */
static bool
is_forecast(struct span text)
{
	return text.len > 0 && text.len <= FSK_NAME_MAX &&
	       memchr(text.text, '\0', text.len) == NULL;
}

enum fsk_err
evidence_add(struct evidence *evidence, const struct sighting *sighting)
{
	bool named = sighting->match.generator != SIGHTING_NO_GENERATOR;
	bool printed = sighting->fingerprint != NULL;
	enum fsk_err err;
	uint32_t host = 0;

	if (!named && !printed)
		return FSK_OK;
	if (named && !is_forecast(sighting->forecast))
		return FSK_RANGE;
	err = find_host(evidence, &sighting->client, &host);
	/* All room first: behind it nothing fails, and nothing is half kept. */
	if (err == FSK_OK && named)
		err = reserve_name(evidence, sighting->forecast.len + 1);
	if (err == FSK_OK && printed)
		err = reserve_request(evidence);
	if (err == FSK_OK)
		err = machine_name(&evidence->hosts[host].machine, sighting);
	if (err != FSK_OK)
		return err;
	if (named)
		note_name(evidence, host, sighting);
	if (printed)
		note_request(evidence, host, sighting);
	return FSK_OK;
}
