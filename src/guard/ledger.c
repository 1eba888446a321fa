/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/ledger.h"

#include "alert/once.h"
#include "base/date.h"
#include "base/size.h"
#include "dga/catalog.h"
#include "guard/ledger_tell.h"
#include "guard/today.h"
#include "verdict/setting.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000) /* microseconds */

/* Hits that are taken of one ring before the others have their turn, and a look at the
 * clock. */
#define TURN 16384

/* Hits whose places in memory are fetched at the same time. */
#define AT_ONCE 16

/* Between two rounds while hits come: short for who reads, long for who would be woken by
 * each of them. */
#define NAP_NS 4000000

/* Without a hit it looks up as often, for what is due. */
#define SLEEP_MS 1000

struct guard_ledger {
	struct guard_ledger_setting setting;
	struct verdict_setting verdict;
	struct verdict_live *live;
	struct alert_once *once; /* NULL: nobody is told */
	struct guard_today today;
	struct guard_settling settling;
	struct guard_ledger_counts counts;

	/* Of this round. */
	int64_t now_us;
	uint32_t day; /* of it, from 1: a mark of 0 is none */
	bool sights;
	int64_t ticked_us;
	double clients;
	bool said_memory;

	/* What may change, see guard_ledger_change(). */
	_Atomic unsigned settle_s;
	atomic_bool tell_chance;
	_Atomic size_t generators;

	atomic_bool reopen, stop;
	atomic_bool sleeping;
	int wake_fd;
	bool running;
	pthread_t thread;
};

static void
add(_Atomic uint64_t *count)
{
	atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
}

/* Of clean names that one worker saw, those that the client asked for at most: see the
 * header, and verdict/judge.c for the error of its sketch (1.04 / sqrt(m), twice). */
static double
clean_of(const struct guard_ledger *ledger, double seen)
{
	return seen * (double)ledger->setting.worker_count *
	       (1 + 2 * 1.04 / sqrt(1 << CLEAN_OWN_BITS));
}

static struct verdict_live_ground
ground_of(const struct guard_ledger *ledger, double clean)
{
	return (struct verdict_live_ground){
	        .clean = clean,
	        .clients = ledger->clients,
	        .generators = (double)atomic_load(&ledger->generators),
	};
}

static struct guard_case
case_of(const struct guard_ledger *ledger, const struct guard_hit *hit)
{
	return (struct guard_case){
	        .who = hit->who,
	        .generator = hit->match.generator,
	        .action = hit->action,
	        .clean = clean_of(ledger, hit->clean),
	        .since_us = ledger->now_us,
	};
}

/* Stores in ${worst} what is known of the client of ${some} and that generator of its
 * family which is the worst for him. False: nothing is known. */
static bool
find_worst(struct guard_ledger *ledger, const struct guard_case *some,
           struct guard_known *worst)
{
	const struct verdict_live_ground ground = ground_of(ledger, some->clean);
	const struct dga_family *family = dga_generator_at(some->generator).family;
	bool found = false;

	for (uint32_t n = 0; n < dga_generator_count(); n++) {
		struct verdict_live_state state;

		if (dga_generator_at(n).family != family ||
		    !verdict_live_know(ledger->live, &some->who.client, n, &ground, &state))
			continue;
		if (found &&
		    (state.word < worst->state.word || (state.word == worst->state.word &&
		                                        state.found <= worst->state.found)))
			continue;
		*worst = (struct guard_known){n, state};
		found = true;
	}
	return found;
}

/* Tells of ${some}, unless its client and family were told of today as no milder. */
static void
tell(struct guard_ledger *ledger, const struct guard_case *some)
{
	struct guard_known worst = {.generator = some->generator};

	if (!find_worst(ledger, some, &worst))
		return;
	if (worst.state.word == VERDICT_CHANCE && !atomic_load(&ledger->tell_chance)) {
		*worst.state.mark = 0; /* should it become more again, it is news */
		return;
	}
	if (!alert_once_first(ledger->once, &some->who.client,
	                      ledger->verdict.family(some->generator),
	                      worst.state.word == VERDICT_INFECTED, ledger->now_us))
		return;
	add(&ledger->counts.alerts);
	guard_ledger_alert(ledger->setting.hub, ledger->live, some, &worst, ledger->now_us);
}

/* What is to be told of ${hit} now, or after a while. */
static void
follow(struct guard_ledger *ledger, const struct guard_hit *hit, enum verdict_word word)
{
	struct guard_case some = case_of(ledger, hit);

	if (word == VERDICT_CHANCE && !atomic_load(&ledger->tell_chance))
		return;
	if (!alert_once_is_first(ledger->once, &hit->who.client,
	                         ledger->verdict.family(hit->match.generator),
	                         word == VERDICT_INFECTED, ledger->now_us)) {
		add(&ledger->counts.held_back);
		return;
	}
	/* Who has no place to wait is told of too early, not never. */
	if (word == VERDICT_INFECTED || !guard_settling_put(&ledger->settling, &some))
		tell(ledger, &some);
}

/* Says of the client of ${hit} what is known of it, to who counts and to workers. */
static void
spread(struct guard_ledger *ledger, const struct guard_hit *hit, enum verdict_word word)
{
	uint64_t client = guard_client_hash(&hit->who.client);

	word = guard_today_note(&ledger->today, client, word);
	if (word >= VERDICT_LIKELY)
		guard_suspects_set(ledger->setting.suspects, client, word);
	for (size_t i = 0; i < 3; i++)
		atomic_store_explicit(&ledger->counts.clients[i], ledger->today.words[i],
		                      memory_order_relaxed);
}

/* Takes ${state}, after ${hit}. The mark of a client and generator is the day and the word
 * of which all was done that is to be done: so a name that is asked for again and again
 * ends here. */
static void
take_state(struct guard_ledger *ledger, const struct guard_hit *hit,
           struct verdict_live_state *state)
{
	if (*state->mark == (ledger->day << 2 | (uint32_t)state->word))
		return;
	if (*state->mark >> 2 != ledger->day) {
		struct verdict_live_ground ground =
		        ground_of(ledger, clean_of(ledger, hit->clean));

		(void)verdict_live_know(ledger->live, &hit->who.client,
		                        hit->match.generator, &ground, state);
	}
	*state->mark = ledger->day << 2 | (uint32_t)state->word;
	spread(ledger, hit, state->word);
	if (ledger->once != NULL)
		follow(ledger, hit, state->word);
}

static void
take_hit(struct guard_ledger *ledger, const struct guard_hit *hit,
         const struct verdict_live_place *place)
{
	struct sighting sighting = guard_ledger_sighting(hit);
	struct verdict_live_ground ground = ground_of(ledger, clean_of(ledger, hit->clean));
	struct verdict_live_state state;

	add(&ledger->counts.sightings);
	if (ledger->setting.keep != NULL)
		ledger->setting.keep(&sighting, ledger->setting.context);
	if (ledger->sights)
		guard_ledger_sight(ledger->setting.hub, hit, &sighting);
	if (hit->state != WATCH_BLOCK || hit->passed)
		return;
	if (verdict_live_add(ledger->live, &sighting, place, &ground, &state) == FSK_OK) {
		take_state(ledger, hit, &state);
		return;
	}
	if (ledger->said_memory || ledger->setting.log == NULL)
		return;
	ledger->said_memory = true;
	ledger->setting.log("evidence is lost: no memory", ledger->setting.context);
}

/* Takes the oldest of ${hits}, as many as are taken at once. Returns how many. */
static size_t
take_some(struct guard_ledger *ledger, struct guard_hits *hits)
{
	struct verdict_live_place places[AT_ONCE];
	const struct guard_hit *hit;
	size_t count = 0;

	for (; count < AT_ONCE && (hit = guard_hits_at(hits, count)) != NULL; count++)
		places[count] =
		        verdict_live_find(ledger->live, &hit->who.client,
		                          hit->match.generator, guard_ledger_forecast(hit));
	for (size_t i = 0; i < count; i++)
		verdict_live_fetch(ledger->live, &places[i]);
	for (size_t i = 0; i < count; i++) {
		take_hit(ledger, guard_hits_at(hits, 0), &places[i]);
		guard_hits_take(hits);
	}
	return count;
}

/* Takes what waits in the rings. Returns how many hits there were. */
static size_t
take_hits(struct guard_ledger *ledger)
{
	size_t taken = 0;

	for (size_t i = 0; i < ledger->setting.worker_count; i++) {
		size_t of_one = 0, some;

		do {
			some = take_some(ledger, ledger->setting.hits[i]);
			of_one += some;
		} while (some == AT_ONCE && of_one < TURN);
		taken += of_one;
	}
	return taken;
}

/* Tells of those that waited long enough, or of ${all}. A clock that was set back lets
 * nobody wait longer. */
static void
tell_settled(struct guard_ledger *ledger, bool all)
{
	int64_t wait_us = (int64_t)atomic_load(&ledger->settle_s) * SECOND;
	const struct guard_case *first;

	while ((first = guard_settling_first(&ledger->settling)) != NULL &&
	       (all || ledger->now_us < first->since_us ||
	        ledger->now_us - first->since_us >= wait_us)) {
		struct guard_case some = *first;

		guard_settling_take(&ledger->settling);
		tell(ledger, &some);
	}
}

/* Counts what is remembered. */
static void
count_kept(struct guard_ledger *ledger)
{
	const struct verdict_live_facts facts = verdict_live_facts(ledger->live);

	atomic_store(&ledger->counts.names, facts.names);
	atomic_store(&ledger->counts.bytes, facts.bytes);
	atomic_store(&ledger->counts.forgotten, facts.forgotten);
	if (ledger->once != NULL)
		atomic_store(&ledger->counts.lost, alert_once_refused(ledger->once));
}

/* What is done each second. */
static void
tick(struct guard_ledger *ledger)
{
	const struct guard_ledger_setting *setting = &ledger->setting;

	ledger->ticked_us = ledger->now_us;
	ledger->clients = setting->clients != NULL ? setting->clients(setting->context) : 1;
	verdict_live_forget(ledger->live,
	                    ledger->now_us - GUARD_LEDGER_DAYS * DATE_DAY * SECOND);
	count_kept(ledger);
	if (setting->hub != NULL)
		alert_hub_tick(setting->hub, ledger->now_us);
}

/* Reads the clock, and does what comes with it. */
static void
turn(struct guard_ledger *ledger)
{
	int64_t now_us = ledger->setting.now_us(ledger->setting.context);
	uint32_t day = (uint32_t)(date_day_of(date_second_of(now_us)) + 1);

	ledger->now_us = now_us;
	if (day != ledger->day) {
		guard_today_turn(&ledger->today, ledger->setting.suspects);
		for (size_t i = 0; i < 3; i++)
			atomic_store_explicit(&ledger->counts.clients[i], 0,
			                      memory_order_relaxed);
		ledger->day = day;
	}
	if (now_us < ledger->ticked_us || now_us - ledger->ticked_us >= SECOND)
		tick(ledger);
	if (ledger->setting.hub == NULL)
		return;
	if (atomic_exchange(&ledger->reopen, false))
		alert_hub_reopen(ledger->setting.hub);
	ledger->sights = alert_wants_sightings(ledger->setting.hub);
}

/* One round. Returns how many hits there were. */
static size_t
go_round(struct guard_ledger *ledger)
{
	size_t taken;

	turn(ledger);
	taken = take_hits(ledger);
	tell_settled(ledger, false);
	return taken;
}

void
guard_ledger_step(struct guard_ledger *ledger)
{
	while (go_round(ledger) > 0)
		;
}

static bool
has_work(const struct guard_ledger *ledger)
{
	for (size_t i = 0; i < ledger->setting.worker_count; i++) {
		if (guard_hits_at(ledger->setting.hits[i], 0) != NULL)
			return true;
	}
	return atomic_load(&ledger->stop) || atomic_load(&ledger->reopen);
}

/* Sleeps until it is woken, or until something may be due. See guard_hits_put() for why no
 * hit is missed between the last look and the sleep. */
static void
sleep_well(struct guard_ledger *ledger)
{
	struct pollfd waiting = {.fd = ledger->wake_fd, .events = POLLIN};
	uint64_t count;

	atomic_store(&ledger->sleeping, true);
	if (!has_work(ledger))
		(void)poll(&waiting, 1, SLEEP_MS);
	atomic_store(&ledger->sleeping, false);
	/* It does not wait: there may be nothing to read. */
	if (read(ledger->wake_fd, &count, sizeof(count)) < 0)
		return;
}

static void *
run(void *context)
{
	static const struct timespec nap = {.tv_nsec = NAP_NS};
	struct guard_ledger *ledger = context;

	while (!atomic_load(&ledger->stop)) {
		if (go_round(ledger) > 0)
			(void)nanosleep(&nap, NULL);
		else
			sleep_well(ledger);
	}
	return NULL;
}

enum fsk_err
guard_ledger_start(struct guard_ledger *ledger)
{
	sigset_t all, before;
	int error;

	sigfillset(&all); /* signals are for the thread that began it */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&ledger->thread, NULL, run, ledger);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0) {
		errno = error;
		return FSK_IO;
	}
	ledger->running = true;
	return FSK_OK;
}

static void
ring(struct guard_ledger *ledger)
{
	const uint64_t one = 1;

	/* It fails when it was rung 2^64 - 1 times: then it is awake. */
	if (write(ledger->wake_fd, &one, sizeof(one)) < 0)
		return;
}

void
guard_ledger_wake(struct guard_ledger *ledger)
{
	if (atomic_load(&ledger->sleeping) && atomic_exchange(&ledger->sleeping, false))
		ring(ledger);
}

void
guard_ledger_reopen(struct guard_ledger *ledger)
{
	atomic_store(&ledger->reopen, true);
	ring(ledger);
}

void
guard_ledger_change(struct guard_ledger *ledger, unsigned settle_s, bool tell_chance,
                    size_t generators)
{
	atomic_store(&ledger->settle_s, settle_s);
	atomic_store(&ledger->tell_chance, tell_chance);
	atomic_store(&ledger->generators, generators);
}

const struct guard_ledger_counts *
guard_ledger_counts(const struct guard_ledger *ledger)
{
	return &ledger->counts;
}

/* Makes what ${ledger} needs of other rooms. */
static enum fsk_err
make_parts(struct guard_ledger *ledger)
{
	const struct verdict_live_setting live = {
	        .verdict = &ledger->verdict,
	        .most_names = ledger->setting.most_names,
	        .keep_days = GUARD_LEDGER_DAYS,
	};
	enum fsk_err err = verdict_live_new(&live, &ledger->live);

	if (err == FSK_OK && ledger->setting.hub != NULL)
		err = alert_once_new(GUARD_LEDGER_ALERTS, &ledger->once);
	if (err != FSK_OK)
		return err;
	ledger->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return ledger->wake_fd < 0 ? FSK_IO : FSK_OK;
}

static void
unmake(struct guard_ledger *ledger)
{
	if (ledger->wake_fd >= 0)
		close(ledger->wake_fd);
	guard_settling_fini(&ledger->settling);
	guard_today_fini(&ledger->today);
	alert_once_free(ledger->once);
	verdict_live_free(ledger->live);
	free(ledger->setting.hits);
	free(ledger);
}

/* A copy of the array, of which there is one even if it is empty. */
static struct guard_hits **
copy_hits(const struct guard_ledger_setting *setting)
{
	size_t count = size_add(setting->worker_count, 1);
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers it is that are copied */
	struct guard_hits **hits = calloc(count, sizeof(*hits));

	for (size_t i = 0; hits != NULL && i < setting->worker_count; i++)
		hits[i] = setting->hits[i];
	return hits;
}

enum fsk_err
guard_ledger_new(const struct guard_ledger_setting *setting, struct guard_ledger **ledger)
{
	struct guard_ledger *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_NOMEM;

	if (made == NULL)
		return FSK_NOMEM;
	made->setting = *setting;
	made->setting.hits = copy_hits(setting);
	made->verdict = verdict_setting();
	made->wake_fd = -1;
	guard_ledger_change(made, setting->settle_s, setting->tell_chance,
	                    setting->generators);
	if (made->setting.hits != NULL)
		err = make_parts(made);
	if (err != FSK_OK) {
		int error = errno;

		unmake(made);
		errno = error;
		return err;
	}
	*ledger = made;
	return FSK_OK;
}

void
guard_ledger_free(struct guard_ledger *ledger)
{
	if (ledger == NULL)
		return;
	if (ledger->running) {
		atomic_store(&ledger->stop, true);
		ring(ledger);
		(void)pthread_join(ledger->thread, NULL);
	}
	guard_ledger_step(ledger);
	tell_settled(ledger, true);
	if (ledger->setting.hub != NULL)
		alert_hub_tick(ledger->setting.hub, ledger->now_us);
	unmake(ledger);
}
