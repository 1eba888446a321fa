/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/cdb.h"

#include "base/size.h"
#include "publish/octets.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#define HEAD ((uint64_t)PUBLISH_CDB_TABLES * 8) /* bytes: each place and size */
#define RECORD_HEAD 8                           /* bytes: the lengths of key and value */

/* Slots of a table for each record in it, so that a search is short. */
#define SLOTS 2

/* Where the record of a hash stands; empty when that is 0. */
struct publish_cdb_slot {
	uint32_t hash;
	uint32_t place;
};

static uint32_t
hash_of(struct span key)
{
	uint32_t hash = 5381;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash * 33) ^ (unsigned char)key.text[i];
	return hash;
}

enum fsk_err
publish_cdb_init(struct publish_cdb *cdb, size_t most)
{
	struct publish_cdb made = {.most = most, .end = HEAD};

	made.slots = malloc(size_mul(size_add(most, 1), sizeof(*made.slots)));
	if (made.slots == NULL)
		return FSK_NOMEM;
	*cdb = made;
	return FSK_OK;
}

enum fsk_err
publish_cdb_plan(struct publish_cdb *cdb, struct span key, struct span value)
{
	struct publish_cdb_slot slot = {hash_of(key), (uint32_t)cdb->end};
	uint64_t end = cdb->end + RECORD_HEAD + key.len + value.len;

	if (cdb->count == cdb->most)
		return FSK_RANGE;
	if (end + (cdb->count + 1) * SLOTS * sizeof(slot) > UINT32_MAX) {
		errno = EFBIG;
		return FSK_IO;
	}
	cdb->slots[cdb->count++] = slot;
	cdb->share[slot.hash % PUBLISH_CDB_TABLES]++;
	cdb->end = end;
	return FSK_OK;
}

/* Numbers are in little endian. */
static void
put_pair(struct publish_file *file, uint32_t first, uint32_t second)
{
	const uint32_t pair[] = {htole32(first), htole32(second)};

	memcpy(publish_room(file, sizeof(pair)), pair, sizeof(pair));
	publish_took(file, sizeof(pair));
}

void
publish_cdb_put_head(const struct publish_cdb *cdb, struct publish_file *file)
{
	uint32_t place = (uint32_t)cdb->end;

	for (size_t i = 0; i < PUBLISH_CDB_TABLES; i++) {
		uint32_t slots = SLOTS * cdb->share[i];

		put_pair(file, place, slots);
		place += slots * (uint32_t)sizeof(struct publish_cdb_slot);
	}
}

void
publish_cdb_put(struct publish_file *file, struct span key, struct span value)
{
	char *at;

	put_pair(file, (uint32_t)key.len, (uint32_t)value.len);
	at = publish_room(file, key.len + value.len);
	octets_put(octets_put(at, key), value);
	publish_took(file, key.len + value.len);
}

/* Puts the hash table of the ${count} records at ${slots}; ${table} has room for it. */
static void
put_table(struct publish_file *file, const struct publish_cdb_slot *slots, size_t count,
          struct publish_cdb_slot *table)
{
	size_t size = SLOTS * count;

	memset(table, 0, size_mul(size, sizeof(*table)));
	for (size_t i = 0; i < count; i++) {
		size_t at = (slots[i].hash >> 8) % size;

		while (table[at].place != 0)
			at = at + 1 == size ? 0 : at + 1;
		table[at].hash = htole32(slots[i].hash);
		table[at].place = htole32(slots[i].place);
	}
	publish_put(file, (struct span){(const char *)table, size * sizeof(*table)});
}

/* Sorts the slots by their tables, and stores in ${most} the largest table's records. */
static struct publish_cdb_slot *
sort_slots(const struct publish_cdb *cdb, size_t *most)
{
	struct publish_cdb_slot *sorted = calloc(size_add(cdb->count, 1), sizeof(*sorted));
	size_t start[PUBLISH_CDB_TABLES];
	size_t before = 0;

	if (sorted == NULL)
		return NULL;
	*most = 0;
	for (size_t i = 0; i < PUBLISH_CDB_TABLES; i++) {
		start[i] = before;
		before += cdb->share[i];
		*most = cdb->share[i] > *most ? cdb->share[i] : *most;
	}
	for (size_t i = 0; i < cdb->count; i++)
		sorted[start[cdb->slots[i].hash % PUBLISH_CDB_TABLES]++] = cdb->slots[i];
	return sorted;
}

enum fsk_err
publish_cdb_put_tables(const struct publish_cdb *cdb, struct publish_file *file)
{
	size_t most = 0;
	struct publish_cdb_slot *sorted = sort_slots(cdb, &most);
	struct publish_cdb_slot *table =
	        malloc(size_mul(size_add(most, 1), SLOTS * sizeof(*table)));
	enum fsk_err err = FSK_NOMEM;

	if (sorted != NULL && table != NULL) {
		const struct publish_cdb_slot *at = sorted;

		for (size_t i = 0; i < PUBLISH_CDB_TABLES; at += cdb->share[i++])
			put_table(file, at, cdb->share[i], table);
		err = FSK_OK;
	}
	free(table);
	free(sorted);
	return err;
}

void
publish_cdb_fini(struct publish_cdb *cdb)
{
	if (cdb == NULL)
		return;
	free(cdb->slots);
	cdb->slots = NULL;
}
