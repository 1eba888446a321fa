/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An estimate reads 128 registers that lie in a megabyte, and what noise to take off reads
 * all of it: a blocked question would cost several times as much. So both are kept for a
 * second, the estimates in a table in which clients push each other out.
 */
#include "guard/habits.h"

#include "base/date.h"
#include "base/fetch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Estimates that are kept: sets of some places each, a line of the cache. */
#define SETS 1024 /* a power of 2 */
#define WAYS 4

#define HOST_REGISTERS ((size_t)1 << CLEAN_HOST_BITS)

/* Octets from the first dot on, of the names that bots make: of all that lie below one
 * parent, which has one chance to match, one is counted, as scan does
 * (watch/dated.h, struct watch_look). */
#define TAIL_MOST 16

struct kept {
	uint64_t client;
	uint32_t second; /* its lower bits; 0: none */
	float names;
};

struct guard_habits {
	struct clean clean;
	int64_t day;
	int64_t noise_second;
	double noise;
	struct kept kept[SETS][WAYS];
	pthread_mutex_t lock; /* of the copy; nobody holds it for longer than its making */
	uint8_t hosts[HOST_REGISTERS];
};

enum fsk_err
guard_habits_new(struct guard_habits **habits)
{
	struct guard_habits *made = calloc(1, sizeof(*made));
	enum fsk_err err = made == NULL ? FSK_NOMEM : clean_init(&made->clean);

	if (err == FSK_OK && pthread_mutex_init(&made->lock, NULL) != 0) {
		clean_fini(&made->clean);
		err = FSK_NOMEM;
	}
	if (err != FSK_OK) {
		free(made);
		return err;
	}
	made->day = made->noise_second = INT64_MIN;
	*habits = made;
	return FSK_OK;
}

void
guard_habits_free(struct guard_habits *habits)
{
	if (habits == NULL)
		return;
	clean_fini(&habits->clean);
	pthread_mutex_destroy(&habits->lock);
	free(habits);
}

/* The longest end of ${name} that could be a bot's. */
static struct span
site_of(struct span name)
{
	const char *dot;

	while ((dot = memchr(name.text, '.', name.len)) != NULL &&
	       name.len - (size_t)(dot - name.text) > TAIL_MOST)
		name = span_from(name, (size_t)(dot - name.text) + 1);
	return name;
}

void
guard_habits_note(struct guard_habits *habits, uint64_t client, struct span name)
{
	struct span site = site_of(name);

	clean_add(&habits->clean, client, XXH3_64bits(site.text, site.len), habits->day);
}

/* The place of ${client}, or the one that was made longest ago. */
static struct kept *
find(struct guard_habits *habits, uint64_t client)
{
	struct kept *set = habits->kept[client % SETS];
	struct kept *oldest = set;

	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i].client == client)
			return &set[i];
		if (set[i].second < oldest->second)
			oldest = &set[i];
	}
	return oldest;
}

void
guard_habits_fetch(const struct guard_habits *habits, uint64_t client)
{
	fetch_read(habits->kept[client % SETS]);
}

double
guard_habits_names(struct guard_habits *habits, uint64_t client, int64_t now)
{
	struct kept *kept = find(habits, client);

	if (kept->client == client && kept->second == (uint32_t)now)
		return (double)kept->names;
	if (habits->noise_second != now) {
		habits->noise = clean_noise(&habits->clean);
		habits->noise_second = now;
	}
	*kept = (struct kept){
	        client, (uint32_t)now,
	        (float)clean_names_among(&habits->clean, client, habits->noise)};
	return (double)kept->names;
}

void
guard_habits_tick(struct guard_habits *habits, int64_t now)
{
	int64_t day = date_day_of(now);

	if (day != habits->day) {
		memset(habits->clean.registers, 0, CLEAN_SIZE);
		habits->day = day;
	}
	pthread_mutex_lock(&habits->lock);
	memcpy(habits->hosts, habits->clean.registers + CLEAN_HOSTS, HOST_REGISTERS);
	pthread_mutex_unlock(&habits->lock);
}

void
guard_habits_hosts(struct guard_habits *habits, struct clean *sum)
{
	uint8_t *registers = sum->registers + CLEAN_HOSTS;

	pthread_mutex_lock(&habits->lock);
	for (size_t i = 0; i < HOST_REGISTERS; i++)
		if (habits->hosts[i] > registers[i])
			registers[i] = habits->hosts[i];
	pthread_mutex_unlock(&habits->lock);
}
