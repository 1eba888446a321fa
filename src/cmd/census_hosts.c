/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_hosts.h"

#include "base/date.h"
#include "base/size.h"

#include <stdlib.h>
#include <xxhash.h>

#define FIRST_SLOTS ((size_t)1024) /* a power of two */

/* Where ${host} is looked for first. Its generator is one of the texts that are kept, so
 * that its place says which. */
static size_t
hash_of(const struct hostday *host)
{
	uint64_t seed = (uint64_t)host->day ^ (uint64_t)(uintptr_t)host->generator.text ^
	                (uint64_t)host->client.prefix << 56;

	return (size_t)XXH3_64bits_withSeed(&host->client.address,
	                                    sizeof(host->client.address), seed);
}

static bool
is_same(const struct hostday *a, const struct hostday *b)
{
	return a->day == b->day && a->generator.text == b->generator.text &&
	       a->client.prefix == b->client.prefix &&
	       address_equal(&a->client.address, &b->client.address);
}

/* Doubles the slots when they are half full. */
static enum fsk_err
grow_slots(struct census_hosts *hosts)
{
	size_t wanted = hosts->slots == NULL ? FIRST_SLOTS : (hosts->mask + 1) * 2;
	uint32_t *slots;

	if (hosts->slots != NULL && hosts->count * 2 <= hosts->mask)
		return FSK_OK;
	slots = hosts->count < UINT32_MAX / 2 ? calloc(wanted, sizeof(*slots)) : NULL;
	if (slots == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < hosts->count; i++) {
		size_t at = hash_of(&hosts->hosts[i]);

		while (slots[at & (wanted - 1)] != 0)
			at++;
		slots[at & (wanted - 1)] = (uint32_t)(i + 1);
	}
	free(hosts->slots);
	hosts->slots = slots;
	hosts->mask = wanted - 1;
	return FSK_OK;
}

static enum fsk_err
grow_hosts(struct census_hosts *hosts)
{
	size_t wanted = hosts->room == 0 ? FIRST_SLOTS : size_mul(hosts->room, 2);
	struct hostday *grown;

	if (hosts->count < hosts->room)
		return FSK_OK;
	grown = realloc(hosts->hosts, size_mul(wanted, sizeof(*grown)));
	if (grown == NULL)
		return FSK_NOMEM;
	hosts->hosts = grown;
	hosts->room = wanted;
	return FSK_OK;
}

/* Finds ${key}, or puts it in. */
static enum fsk_err
find(struct census_hosts *hosts, const struct hostday *key, struct hostday **found)
{
	enum fsk_err err = grow_slots(hosts);
	size_t at = hash_of(key);

	if (err == FSK_OK)
		err = grow_hosts(hosts);
	if (err != FSK_OK)
		return err;
	for (; hosts->slots[at & hosts->mask] != 0; at++) {
		*found = &hosts->hosts[hosts->slots[at & hosts->mask] - 1];
		if (is_same(*found, key))
			return FSK_OK;
	}
	*found = &hosts->hosts[hosts->count++];
	**found = *key;
	hostday_marks_init(&(*found)->marks);
	hosts->slots[at & hosts->mask] = (uint32_t)hosts->count;
	return FSK_OK;
}

enum fsk_err
census_hosts_add(struct census_hosts *hosts, const struct census_row *row)
{
	const struct sighting *sighting = &row->sighting;
	struct hostday key = {.client = sighting->client, .network = row->network};
	struct hostday *host = NULL;
	enum fsk_err err;

	key.day = date_day_of(date_second_of(sighting->us)) * DATE_DAY;
	err = census_texts_keep(&hosts->texts, row->generator, &key.generator);
	if (err == FSK_OK)
		err = census_texts_keep(&hosts->texts, row->country, &key.country);
	if (err == FSK_OK)
		err = find(hosts, &key, &host);
	if (err != FSK_OK)
		return err;
	if (host->country.len == 0)
		host->country = key.country;
	if (host->network == 0)
		host->network = key.network;
	hostday_marks_add(&host->marks, sighting);
	return FSK_OK;
}

void
census_hosts_fini(struct census_hosts *hosts)
{
	free(hosts->hosts);
	free(hosts->slots);
	census_texts_fini(&hosts->texts);
	*hosts = (struct census_hosts){.count = 0};
}
