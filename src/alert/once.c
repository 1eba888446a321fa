/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A hash table with open addressing, half empty at the most. A new day changes the number
 * that marks an entry as taken, so that nothing has to be cleared. Clients choose their
 * addresses, so the hash has a secret key.
 */
#include "alert/once.h"

#include "base/date.h"
#include "base/size.h"

#include <sodium.h>
#include <stdlib.h>

struct entry {
	struct address address;
	uint32_t family;
	uint32_t turn; /* the day in which it is taken, counted by changes; 0: never was */
	uint8_t prefix;
	bool grave; /* it was told so */
};

struct alert_once {
	struct entry *entries;
	size_t mask; /* entries, a power of 2, less 1 */
	size_t most;
	size_t count; /* of this turn */
	uint32_t turn;
	int64_t day; /* since 1970 */
	uint64_t refused;
	unsigned char key[crypto_shorthash_KEYBYTES];
};

enum fsk_err
alert_once_new(size_t most, struct alert_once **once)
{
	struct alert_once *made = calloc(1, sizeof(*made));
	size_t entries = 8;

	if (made == NULL)
		return FSK_NOMEM;
	while (entries < size_mul(most, 2) && entries <= SIZE_MAX / 4)
		entries *= 2;
	made->entries = calloc(entries, sizeof(*made->entries));
	if (made->entries == NULL) {
		free(made);
		return FSK_NOMEM;
	}
	made->mask = entries - 1;
	made->most = most;
	made->turn = 1;
	made->day = INT64_MIN;
	randombytes_buf(made->key, sizeof(made->key));
	*once = made;
	return FSK_OK;
}

void
alert_once_free(struct alert_once *once)
{
	if (once == NULL)
		return;
	free(once->entries);
	free(once);
}

static int64_t
day_of(int64_t us)
{
	return date_day_of(date_second_of(us));
}

/* Whether ${day} is another than that of ${once}. The day before is not: what several
 * workers saw around midnight comes in no order. A clock that was far ahead and is right
 * again begins anew. */
static bool
is_other_day(const struct alert_once *once, int64_t day)
{
	return day != once->day && (once->day == INT64_MIN || day != once->day - 1);
}

/* The entry of ${wanted}, or the free one where it belongs. */
static struct entry *
find(const struct alert_once *once, const struct entry *wanted)
{
	unsigned char octets[sizeof(struct address) + sizeof(uint32_t) + 1];
	uint64_t hash;
	size_t at;

	memcpy(octets, &wanted->address, sizeof(struct address));
	memcpy(octets + sizeof(struct address), &wanted->family, sizeof(uint32_t));
	octets[sizeof(octets) - 1] = wanted->prefix;
	_Static_assert(crypto_shorthash_BYTES == sizeof(hash), "a hash is a word");
	(void)crypto_shorthash((unsigned char *)&hash, octets, sizeof(octets), once->key);
	for (at = hash & once->mask; once->entries[at].turn == once->turn;
	     at = (at + 1) & once->mask) {
		const struct entry *entry = &once->entries[at];

		if (entry->family == wanted->family && entry->prefix == wanted->prefix &&
		    address_equal(&entry->address, &wanted->address))
			break;
	}
	return &once->entries[at];
}

bool
alert_once_is_first(const struct alert_once *once, const struct sighting_client *client,
                    uint32_t family, bool grave, int64_t us)
{
	const struct entry wanted = {client->address, family, 0, client->prefix, false};
	const struct entry *entry;

	if (is_other_day(once, day_of(us)))
		return once->most > 0;
	entry = find(once, &wanted);
	if (entry->turn == once->turn)
		return grave && !entry->grave;
	return once->most > 0;
}

bool
alert_once_first(struct alert_once *once, const struct sighting_client *client,
                 uint32_t family, bool grave, int64_t us)
{
	struct entry wanted = {client->address, family, 0, client->prefix, grave};
	struct entry *entry;

	if (is_other_day(once, day_of(us))) {
		once->day = day_of(us);
		once->count = 0;
		once->turn++;
	}
	wanted.turn = once->turn;
	entry = find(once, &wanted);
	if (entry->turn == once->turn) {
		if (!grave || entry->grave)
			return false;
		entry->grave = true;
		return true;
	}
	if (once->count >= once->most) {
		once->refused++;
		return false;
	}
	*entry = wanted;
	once->count++;
	return true;
}

uint64_t
alert_once_refused(const struct alert_once *once)
{
	return once->refused;
}
