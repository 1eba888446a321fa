/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/guard.h"

#include "base/date.h"
#include "guard/worker.h"
#include "wire/cookie.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#define SUSPECTS 65536 /* clients that are likely infected, at most */

struct guard {
	struct net_endpoint listen[GUARD_LISTENS]; /* as they were wanted */
	struct net_endpoint bound[GUARD_LISTENS];
	size_t listen_count;
	struct alert_hub *hub;
	int64_t shift_us;
	void (*log)(const char *words, void *context);
	void (*keep)(const struct sighting *sighting, void *context);
	void *context;
	uint8_t secret[WIRE_COOKIE_SECRET];

	struct guard_worker *workers[GUARD_WORKERS];
	struct guard_hits *hits[GUARD_WORKERS];
	size_t count;
	struct guard_setting now; /* what workers have; its upstreams are: */
	struct net_endpoint upstreams[GUARD_UPSTREAMS];

	struct watch_swap ground, passes;
	struct guard_policy *policy;
	struct guard_lists *lists;
	struct guard_suspects *suspects;
	struct guard_ledger *ledger;
	struct clean sum; /* of the ledger's thread */
	bool telling;     /* the ledger's thread has begun */
	bool serving;     /* so have all workers' */
};

static int64_t
now_us(void *context)
{
	const struct guard *guard = context;

	return net_clock_us() + guard->shift_us;
}

static int64_t
now_of(const struct guard *guard)
{
	return date_second_of(net_clock_us() + guard->shift_us);
}

/* How many clients asked something today, all workers together. */
static double
count_clients(void *context)
{
	struct guard *guard = context;

	memset(guard->sum.registers, 0, CLEAN_SIZE);
	for (size_t i = 0; i < guard->count; i++)
		guard_habits_hosts(guard_worker_habits(guard->workers[i]), &guard->sum);
	return clean_hosts(&guard->sum);
}

static void
say(const char *words, void *context)
{
	const struct guard *guard = context;

	if (guard->log != NULL)
		guard->log(words, guard->context);
}

static void
keep_sighting(const struct sighting *sighting, void *context)
{
	const struct guard *guard = context;

	guard->keep(sighting, guard->context);
}

/* Making. */

/* Keeps what of ${setting} workers were given. */
static void
keep_setting(struct guard *guard, const struct guard_setting *setting)
{
	if (setting->upstream_count > 0)
		memmove(guard->upstreams, setting->upstreams,
		        setting->upstream_count * sizeof(guard->upstreams[0]));
	guard->now = *setting;
	guard->now.upstreams = guard->upstreams;
	guard->now.listen = guard->listen;
	/* Of one moment: nobody looks at them later. */
	guard->now.cookie_secret = NULL;
	guard->now.policy = (struct guard_policy_setting){.clients = NULL};
}

static enum fsk_err
make_workers(struct guard *guard, const struct guard_setting *setting, size_t *which)
{
	const struct guard_shared shared = {
	        .ground = &guard->ground,
	        .passes = &guard->passes,
	        .suspects = guard->suspects,
	        .secret = guard->secret,
	        .endpoints = guard->bound,
	};
	enum fsk_err err = FSK_OK;

	for (; guard->count < setting->workers && err == FSK_OK; guard->count++) {
		err = guard_worker_new(setting, &shared, which,
		                       &guard->workers[guard->count]);
		if (err != FSK_OK)
			break;
		guard->hits[guard->count] = guard_worker_hits(guard->workers[guard->count]);
	}
	return err;
}

static enum fsk_err
make_ledger(struct guard *guard, const struct guard_setting *setting)
{
	const struct guard_ledger_setting ledger = {
	        .hits = guard->hits,
	        .worker_count = guard->count,
	        .hub = setting->hub,
	        .suspects = guard->suspects,
	        .settle_s = setting->settle_s,
	        .tell_chance = setting->tell_chance,
	        .most_names = setting->most_names,
	        .generators = setting->generators,
	        .clients = count_clients,
	        .now_us = now_us,
	        .log = say,
	        .keep = guard->keep != NULL ? keep_sighting : NULL,
	        .context = guard,
	};

	return guard_ledger_new(&ledger, &guard->ledger);
}

/* Makes a ground of ${lists} and ${policy} and serves it. */
static enum fsk_err
serve(struct guard *guard, struct guard_lists *lists, struct guard_policy *policy)
{
	struct guard_ground *ground;
	enum fsk_err err = guard_ground_new(lists, policy, &ground);

	if (err == FSK_OK)
		watch_swap_replace(&guard->ground, ground);
	return err;
}

static enum fsk_err
make_secret(struct guard *guard, const struct guard_setting *setting)
{
	if (setting->cookie_secret != NULL)
		memcpy(guard->secret, setting->cookie_secret, sizeof(guard->secret));
	else if (getrandom(guard->secret, sizeof(guard->secret), 0) !=
	         (ssize_t)sizeof(guard->secret))
		return FSK_IO;
	return FSK_OK;
}

static enum fsk_err
fill(struct guard *guard, const struct guard_setting *setting, size_t *which)
{
	enum fsk_err err = make_secret(guard, setting);

	if (err == FSK_OK)
		err = clean_init(&guard->sum);
	if (err == FSK_OK)
		err = guard_suspects_new(SUSPECTS, &guard->suspects);
	if (err == FSK_OK)
		err = guard_policy_new(&setting->policy, &guard->policy);
	if (err == FSK_OK)
		err = serve(guard, NULL, guard->policy);
	if (err == FSK_OK)
		err = make_workers(guard, setting, which);
	if (err == FSK_OK)
		err = make_ledger(guard, setting);
	return err;
}

enum fsk_err
guard_new(const struct guard_setting *setting, size_t *which, struct guard **guard)
{
	struct guard *made;
	enum fsk_err err;

	if (setting->listen_count > GUARD_LISTENS || setting->workers < 1 ||
	    setting->workers > GUARD_WORKERS || setting->upstream_count > GUARD_UPSTREAMS)
		return FSK_RANGE;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	watch_swap_init(&made->ground, NULL, guard_ground_free);
	watch_swap_init(&made->passes, NULL, guard_passes_free);
	made->listen_count = setting->listen_count;
	if (setting->listen_count > 0)
		memcpy(made->listen, setting->listen,
		       setting->listen_count * sizeof(made->listen[0]));
	memcpy(made->bound, made->listen, sizeof(made->bound));
	made->hub = setting->hub;
	made->shift_us = setting->shift_us;
	made->log = setting->log;
	made->keep = setting->keep;
	made->context = setting->context;
	keep_setting(made, setting);
	err = fill(made, setting, which);
	if (err != FSK_OK) {
		int error = errno;

		guard_free(made);
		errno = error;
		return err;
	}
	*guard = made;
	return FSK_OK;
}

struct net_endpoint
guard_endpoint(const struct guard *guard, size_t n)
{
	return guard->bound[n];
}

/* Changing. */

/* Whether ${setting} has what cannot be changed as it is. */
static bool
is_alike(const struct guard *guard, const struct guard_setting *setting)
{
	if (setting->listen_count != guard->listen_count || setting->hub != guard->hub ||
	    setting->workers != guard->count || setting->upstream_count > GUARD_UPSTREAMS)
		return false;
	for (size_t i = 0; i < guard->listen_count; i++)
		if (setting->listen[i].port != guard->listen[i].port ||
		    !address_equal(&setting->listen[i].address, &guard->listen[i].address))
			return false;
	return true;
}

/* Gives ${setting} to all workers; if one cannot take it, those before take back what they
 * had. */
static enum fsk_err
change_workers(struct guard *guard, const struct guard_setting *setting,
               const uint8_t *secret)
{
	enum fsk_err err = FSK_OK;
	size_t changed = 0;
	int error;

	while (changed < guard->count && err == FSK_OK) {
		err = guard_worker_change(guard->workers[changed], setting, secret);
		changed += err == FSK_OK;
	}
	if (err == FSK_OK)
		return FSK_OK;
	error = errno;
	/* For it they need no more than they had; should it fail, they have the new. */
	while (changed-- > 0)
		(void)!guard_worker_change(guard->workers[changed], &guard->now,
		                           guard->secret);
	errno = error;
	return err;
}

enum fsk_err
guard_change(struct guard *guard, const struct guard_setting *setting)
{
	const uint8_t *secret =
	        setting->cookie_secret != NULL ? setting->cookie_secret : guard->secret;
	struct guard_policy *policy;
	struct guard_ground *ground;
	enum fsk_err err;

	if (!is_alike(guard, setting))
		return FSK_RANGE;
	err = guard_policy_new(&setting->policy, &policy);
	if (err != FSK_OK)
		return err;
	err = guard_ground_new(guard->lists, policy, &ground);
	if (err == FSK_OK) {
		err = change_workers(guard, setting, secret);
		if (err != FSK_OK)
			guard_ground_free(ground);
	}
	if (err != FSK_OK) {
		guard_policy_free(policy);
		return err;
	}
	watch_swap_replace(&guard->ground, ground);
	guard_policy_free(guard->policy);
	guard->policy = policy;
	if (setting->cookie_secret != NULL)
		memcpy(guard->secret, setting->cookie_secret, sizeof(guard->secret));
	guard_ledger_change(guard->ledger, setting->settle_s, setting->tell_chance,
	                    setting->generators);
	keep_setting(guard, setting);
	return FSK_OK;
}

/* Begins the threads; all or none of the workers'. */
static enum fsk_err
start(struct guard *guard)
{
	enum fsk_err err = FSK_OK;
	int error;

	if (!guard->telling) {
		err = guard_ledger_start(guard->ledger);
		guard->telling = err == FSK_OK;
	}
	for (size_t i = 0; i < guard->count && err == FSK_OK; i++)
		err = guard_worker_start(guard->workers[i], guard->ledger);
	guard->serving = err == FSK_OK;
	if (err == FSK_OK)
		return FSK_OK;
	error = errno;
	for (size_t i = 0; i < guard->count; i++)
		guard_worker_stop(guard->workers[i]);
	errno = error;
	return err;
}

enum fsk_err
guard_swap(struct guard *guard, struct guard_lists *lists)
{
	enum fsk_err err = serve(guard, lists, guard->policy);

	if (err != FSK_OK) {
		guard_lists_free(lists);
		return err;
	}
	guard_lists_free(guard->lists);
	guard->lists = lists;
	return guard->serving ? FSK_OK : start(guard);
}

/* Passes. */

/* Which passes are meant. */
struct meant {
	const struct fsk_name *name;
	const struct guard_prefix *client; /* NULL: everybody */
	bool any_client;
};

static bool
is_meant(const struct guard_pass *pass, const struct meant *meant)
{
	if (pass->name.len != meant->name->len ||
	    memcmp(pass->name.text, meant->name->text, meant->name->len) != 0)
		return false;
	if (meant->any_client)
		return true;
	if (meant->client == NULL || !pass->has_client)
		return meant->client == NULL && !pass->has_client;
	return pass->client.bits == meant->client->bits &&
	       address_equal(&pass->client.address, &meant->client->address);
}

/* Serves those passes in force that are not ${meant}, with ${more} (NULL: none); how many
 * were left out comes in ${ended}. */
static enum fsk_err
replace_passes(struct guard *guard, const struct meant *meant,
               const struct guard_pass *more, size_t *ended)
{
	const struct guard_passes *set = watch_swap_mine(&guard->passes);
	size_t before = guard_passes_count(set), count = 0, left_out;
	struct guard_pass *passes = calloc(before + 1, sizeof(*passes));
	struct guard_passes *made;
	enum fsk_err err;

	if (passes == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < before; i++)
		if (!is_meant(guard_passes_at(set, i), meant))
			passes[count++] = *guard_passes_at(set, i);
	left_out = before - count;
	if (more != NULL)
		passes[count++] = *more;
	err = guard_passes_new(passes, count, now_of(guard), &made);
	free(passes);
	if (err != FSK_OK)
		return err;
	watch_swap_replace(&guard->passes, made);
	*ended = left_out;
	return FSK_OK;
}

enum fsk_err
guard_allow(struct guard *guard, const struct guard_pass *pass)
{
	const struct meant meant = {.name = &pass->name,
	                            .client = pass->has_client ? &pass->client : NULL};
	size_t ended;

	return replace_passes(guard, &meant, pass, &ended);
}

enum fsk_err
guard_end_pass(struct guard *guard, const struct fsk_name *name,
               const struct guard_prefix *client, size_t *ended)
{
	const struct meant meant = {name, client, client == NULL};

	return replace_passes(guard, &meant, NULL, ended);
}

const struct guard_passes *
guard_passes(const struct guard *guard)
{
	return watch_swap_mine(&guard->passes);
}

bool
guard_has(const struct guard *guard, const struct fsk_name *name)
{
	const struct guard_ground *ground = watch_swap_mine(&guard->ground);
	struct guard_finding finding;

	return guard_ground_ready(ground) &&
	       guard_ground_find(ground, name->text, name->len, now_of(guard), &finding) &&
	       finding.state != WATCH_ALLOW;
}

void
guard_set_passes(struct guard *guard, struct guard_passes *set)
{
	watch_swap_replace(&guard->passes, set);
}

/* Telling. */

void
guard_reopen(struct guard *guard)
{
	guard_ledger_reopen(guard->ledger);
}

static void
count_tally(const struct guard_tally *tally, struct guard_counts *counts)
{
	counts->udp += guard_tally_read(&tally->udp);
	counts->tcp += guard_tally_read(&tally->tcp);
	for (size_t i = 0; i < 4; i++)
		counts->answered[i] += guard_tally_read(&tally->answered[i]);
	counts->logged += guard_tally_read(&tally->logged);
	counts->passed += guard_tally_read(&tally->passed);
	counts->relayed += guard_tally_read(&tally->relayed);
	counts->refused += guard_tally_read(&tally->refused);
	counts->malformed += guard_tally_read(&tally->malformed);
	counts->limited += guard_tally_read(&tally->limited);
	counts->dropped += guard_tally_read(&tally->dropped);
	counts->connections += guard_tally_read(&tally->connections);
	counts->connections_dropped += guard_tally_read(&tally->connections_dropped);
}

static void
count_relay(const struct guard_relay_counts *relay, struct guard_counts *counts)
{
	counts->relay.asked += guard_tally_read(&relay->asked);
	counts->relay.answered += guard_tally_read(&relay->answered);
	counts->relay.again += guard_tally_read(&relay->again);
	counts->relay.given_up += guard_tally_read(&relay->given_up);
	counts->relay.joined += guard_tally_read(&relay->joined);
	counts->relay.refused += guard_tally_read(&relay->refused);
	counts->relay.strange += guard_tally_read(&relay->strange);
}

void
guard_count(const struct guard *guard, struct guard_counts *counts)
{
	*counts = (struct guard_counts){.udp = 0};
	for (size_t i = 0; i < guard->count; i++) {
		count_tally(guard_worker_tally(guard->workers[i]), counts);
		count_relay(guard_relay_counts(guard_worker_relay(guard->workers[i])),
		            counts);
		counts->hits_lost += guard_hits_lost(guard->hits[i]);
	}
}

const struct guard_ledger_counts *
guard_told(const struct guard *guard)
{
	return guard_ledger_counts(guard->ledger);
}

bool
guard_upstream(const struct guard *guard, size_t n, struct guard_upstream_facts *facts)
{
	struct guard_upstream_facts sum = {.up = false};

	for (size_t i = 0; i < guard->count; i++) {
		struct guard_upstream_facts one;
		double share;

		if (!guard_relay_facts(guard_worker_relay(guard->workers[i]), n, &one))
			return false;
		sum.endpoint = one.endpoint;
		sum.up |= one.up;
		sum.down |= one.down;
		sum.asked += one.asked;
		sum.answered += one.answered;
		share = sum.answered > 0 ? (double)one.answered / (double)sum.answered : 0;
		sum.rtt_ms += (one.rtt_ms - sum.rtt_ms) * share;
	}
	*facts = sum;
	return true;
}

struct guard_lists_facts
guard_facts(const struct guard *guard)
{
	if (guard->lists == NULL)
		return (struct guard_lists_facts){.names = 0};
	return guard_lists_facts(guard->lists);
}

void
guard_free(struct guard *guard)
{
	if (guard == NULL)
		return;
	/* All of them before the ledger, which they wake, and which takes what they left.
	 */
	for (size_t i = 0; i < guard->count; i++)
		guard_worker_stop(guard->workers[i]);
	guard_ledger_free(guard->ledger);
	for (size_t i = 0; i < guard->count; i++)
		guard_worker_free(guard->workers[i]);
	watch_swap_fini(&guard->ground);
	watch_swap_fini(&guard->passes);
	guard_suspects_free(guard->suspects);
	guard_policy_free(guard->policy);
	guard_lists_free(guard->lists);
	clean_fini(&guard->sum);
	free(guard);
}
