/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/sinkhole.h"

#include "sinkhole/tls.h"
#include "sinkhole/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define ENDPOINTS ((size_t)2 * SINKHOLE_LISTENS)

struct sinkhole {
	struct net_endpoint wanted[ENDPOINTS]; /* those of DNS, then those of the web */
	struct net_endpoint bound[ENDPOINTS];
	size_t dns_count, web_count;
	char *store, *certificate, *key; /* NULL: none */
	uint8_t secret[WIRE_COOKIE_SECRET];

	struct sinkhole_worker *workers[SINKHOLE_WORKERS];
	struct store_journal *journals[SINKHOLE_WORKERS];
	size_t count;  /* of workers */
	size_t opened; /* of journals, by this one */

	struct sinkhole_recent *recent;
	struct sinkhole_tls *tls;
	struct watch_swap ground;
	bool serving; /* the workers' threads have begun */
};

static void
free_ground(void *ground)
{
	sinkhole_ground_free(ground);
}

/* Making. */

/* Copies ${text}, which may be NULL. */
static enum fsk_err
copy_text(const char *text, char **copy)
{
	*copy = text != NULL ? strdup(text) : NULL;
	return text == NULL || *copy != NULL ? FSK_OK : FSK_NOMEM;
}

static enum fsk_err
copy_setting(struct sinkhole *sinkhole, const struct sinkhole_setting *setting)
{
	enum fsk_err err;

	sinkhole->dns_count = setting->dns_count;
	sinkhole->web_count = setting->web_count;
	for (size_t i = 0; i < setting->dns_count; i++)
		sinkhole->wanted[i] = setting->dns[i];
	for (size_t i = 0; i < setting->web_count; i++)
		sinkhole->wanted[setting->dns_count + i] = setting->web[i];
	memcpy(sinkhole->bound, sinkhole->wanted, sizeof(sinkhole->bound));
	err = copy_text(setting->store, &sinkhole->store);
	if (err == FSK_OK)
		err = copy_text(setting->certificate, &sinkhole->certificate);
	return err == FSK_OK ? copy_text(setting->key, &sinkhole->key) : err;
}

static enum fsk_err
make_workers(struct sinkhole *sinkhole, const struct sinkhole_setting *setting,
             size_t *which)
{
	const struct sinkhole_shared shared = {
	        .ground = &sinkhole->ground,
	        .recent = sinkhole->recent,
	        .tls = sinkhole->tls,
	        .secret = sinkhole->secret,
	        .endpoints = sinkhole->bound,
	};
	enum fsk_err err = FSK_OK;

	while (sinkhole->count < setting->workers && err == FSK_OK) {
		err = sinkhole_worker_new(setting, &shared, which,
		                          &sinkhole->workers[sinkhole->count]);
		sinkhole->count += err == FSK_OK;
	}
	return err;
}

static enum fsk_err
open_journals(struct sinkhole *sinkhole, const struct sinkhole_setting *setting)
{
	enum fsk_err err = FSK_OK;

	while (sinkhole->opened < sinkhole->count && err == FSK_OK) {
		char worker[STORE_WORKER_SIZE];
		const struct store_journal_setting journal = {
		        .store = sinkhole->store,
		        .worker = worker,
		        .segment = setting->segment > 0 ? setting->segment : STORE_SEGMENT,
		        .now_us = net_clock_us() + setting->shift_us,
		};

		snprintf(worker, sizeof(worker), "sinkhole-%zu", sinkhole->opened);
		err = store_journal_open(&journal, &sinkhole->journals[sinkhole->opened]);
		if (err != FSK_OK)
			break;
		sinkhole_worker_keep(sinkhole->workers[sinkhole->opened],
		                     sinkhole->journals[sinkhole->opened]);
		sinkhole->opened++;
	}
	return err;
}

static enum fsk_err
fill(struct sinkhole *sinkhole, const struct sinkhole_setting *setting, size_t *which,
     const char **why)
{
	enum fsk_err err = copy_setting(sinkhole, setting);

	if (err == FSK_OK && getrandom(sinkhole->secret, sizeof(sinkhole->secret), 0) !=
	                             (ssize_t)sizeof(sinkhole->secret))
		err = FSK_IO;
	if (err == FSK_OK)
		err = sinkhole_recent_new(&sinkhole->recent);
	if (err == FSK_OK && setting->certificate != NULL) {
		*why = "it cannot be read";
		err = sinkhole_tls_new(setting->certificate, setting->key, &sinkhole->tls,
		                       why);
		if (err == FSK_OK)
			*why = NULL;
	}
	if (err == FSK_OK)
		err = make_workers(sinkhole, setting, which);
	if (err == FSK_OK && setting->store != NULL)
		err = open_journals(sinkhole, setting);
	return err;
}

enum fsk_err
sinkhole_new(const struct sinkhole_setting *setting, size_t *which, const char **why,
             struct sinkhole **sinkhole)
{
	struct sinkhole *made;
	enum fsk_err err;

	*which = SIZE_MAX;
	*why = NULL;
	if (setting->dns_count > SINKHOLE_LISTENS ||
	    setting->web_count > SINKHOLE_LISTENS || setting->workers < 1 ||
	    setting->workers > SINKHOLE_WORKERS)
		return FSK_RANGE;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	watch_swap_init(&made->ground, NULL, free_ground);
	err = fill(made, setting, which, why);
	if (err != FSK_OK) {
		int error = errno;

		sinkhole_free(made);
		errno = error;
		return err;
	}
	*sinkhole = made;
	return FSK_OK;
}

size_t
sinkhole_workers(const struct sinkhole *sinkhole)
{
	return sinkhole->count;
}

struct net_endpoint
sinkhole_endpoint(const struct sinkhole *sinkhole, size_t n)
{
	return sinkhole->bound[n];
}

void
sinkhole_keep_in(struct sinkhole *sinkhole, struct store_journal *const *journals)
{
	for (size_t i = 0; i < sinkhole->count; i++) {
		sinkhole->journals[i] = journals[i];
		sinkhole_worker_keep(sinkhole->workers[i], journals[i]);
	}
}

struct store_journal *const *
sinkhole_journals(const struct sinkhole *sinkhole, size_t *count)
{
	*count = sinkhole->journals[0] != NULL ? sinkhole->count : 0;
	return sinkhole->journals;
}

/* Changing. */

/* Whether two texts, of which each may be NULL, are the same. */
static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Whether ${count} ${endpoints} are those that were wanted from ${first} on. */
static bool
are_wanted(const struct net_endpoint *first, const struct net_endpoint *endpoints,
           size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (first[i].port != endpoints[i].port ||
		    !address_equal(&first[i].address, &endpoints[i].address))
			return false;
	return true;
}

enum fsk_err
sinkhole_change(struct sinkhole *sinkhole, const struct sinkhole_setting *setting)
{
	if (setting->workers != sinkhole->count ||
	    setting->dns_count != sinkhole->dns_count ||
	    setting->web_count != sinkhole->web_count ||
	    !are_wanted(sinkhole->wanted, setting->dns, setting->dns_count) ||
	    !are_wanted(sinkhole->wanted + sinkhole->dns_count, setting->web,
	                setting->web_count) ||
	    !same(sinkhole->store, setting->store) ||
	    !same(sinkhole->certificate, setting->certificate) ||
	    !same(sinkhole->key, setting->key))
		return FSK_RANGE;
	for (size_t i = 0; i < sinkhole->count; i++)
		sinkhole_worker_change(sinkhole->workers[i], setting);
	return FSK_OK;
}

/* Begins the threads; all or none. */
static enum fsk_err
start(struct sinkhole *sinkhole)
{
	enum fsk_err err = FSK_OK;
	int error;

	for (size_t i = 0; i < sinkhole->count && err == FSK_OK; i++)
		err = sinkhole_worker_start(sinkhole->workers[i]);
	sinkhole->serving = err == FSK_OK;
	if (err == FSK_OK)
		return FSK_OK;
	error = errno;
	for (size_t i = 0; i < sinkhole->count; i++)
		sinkhole_worker_stop(sinkhole->workers[i]);
	errno = error;
	return err;
}

enum fsk_err
sinkhole_swap(struct sinkhole *sinkhole, struct sinkhole_ground *ground)
{
	watch_swap_replace(&sinkhole->ground, ground);
	return sinkhole->serving ? FSK_OK : start(sinkhole);
}

/* Telling. */

static uint64_t
read_count(const _Atomic uint64_t *count)
{
	return atomic_load_explicit(count, memory_order_relaxed);
}

static void
count_one(const struct sinkhole_tally *tally, struct sinkhole_counts *counts)
{
	for (size_t i = 0; i < SIGHTING_KINDS; i++)
		counts->kept[i] += read_count(&tally->kept[i]);
	for (size_t i = 0; i < SINKHOLE_REJECTS; i++)
		counts->rejected[i] += read_count(&tally->rejected[i]);
	counts->lost += read_count(&tally->lost);
	counts->limited += read_count(&tally->limited);
	counts->unsent += read_count(&tally->unsent);
	counts->bots += read_count(&tally->bots);
	counts->visitors += read_count(&tally->visitors);
	counts->strange += read_count(&tally->strange);
	counts->callers += read_count(&tally->callers);
	counts->evicted += read_count(&tally->evicted);
	counts->late += read_count(&tally->late);
	counts->bytes += read_count(&tally->bytes);
}

void
sinkhole_count_all(const struct sinkhole *sinkhole, struct sinkhole_counts *counts)
{
	*counts = (struct sinkhole_counts){.lost = 0};
	for (size_t i = 0; i < sinkhole->count; i++)
		count_one(sinkhole_worker_tally(sinkhole->workers[i]), counts);
}

struct sinkhole_ground_facts
sinkhole_facts(const struct sinkhole *sinkhole)
{
	const struct sinkhole_ground *ground = watch_swap_mine(&sinkhole->ground);

	if (ground == NULL)
		return (struct sinkhole_ground_facts){.names = 0};
	return sinkhole_ground_facts(ground);
}

void
sinkhole_free(struct sinkhole *sinkhole)
{
	if (sinkhole == NULL)
		return;
	/* All of them first: what one of them sees, another may have answered. */
	for (size_t i = 0; i < sinkhole->count; i++)
		sinkhole_worker_stop(sinkhole->workers[i]);
	for (size_t i = 0; i < sinkhole->count; i++)
		sinkhole_worker_free(sinkhole->workers[i]);
	for (size_t i = 0; i < sinkhole->opened; i++)
		store_journal_free(sinkhole->journals[i]);
	watch_swap_fini(&sinkhole->ground);
	sinkhole_tls_free(sinkhole->tls);
	sinkhole_recent_free(sinkhole->recent);
	free(sinkhole->store);
	free(sinkhole->certificate);
	free(sinkhole->key);
	free(sinkhole);
}
