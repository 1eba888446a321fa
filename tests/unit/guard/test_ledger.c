/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From hits to alerts: who is told of, when, how often, and with what; whom workers are to
 * suspect; the thread. tests/unit/guard/test_outbreak.c has bots and clean clients.
 */
#include "ledger_scene.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

static int
memory_of_clients(const struct guard_ledger *ledger, enum verdict_word word)
{
	return (int)atomic_load(&guard_ledger_counts(ledger)->clients[word]);
}

/* Infected: at once, once a day, with its names. */
static void
test_infected(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = make_ledger(&setting);
	const struct guard_ledger_counts *counts = guard_ledger_counts(ledger);
	struct guard_hit hit;

	(void)state;
	ask(ledger, 1, "conficker/b", 3);
	ask(ledger, 1, "conficker/b", 3);
	assert_int_equal(suspected(1), VERDICT_CHANCE);
	ask(ledger, 1, "conficker/b", 4);
	assert_int_equal(suspected(1), VERDICT_LIKELY);
	assert_int_equal(told_count, 0);
	assert_int_equal(memory_of_clients(ledger, VERDICT_LIKELY), 1);
	atomic_fetch_add(&clock_us, 5 * SECOND);
	hit = hit_named(1, "conficker/b", 5);
	snprintf(hit.who.machine, sizeof(hit.who.machine), "52:54:00:12:34:56");
	hit.action = GUARD_SINKHOLE;
	put_hit(0, &hit);
	guard_ledger_step(ledger);
	assert_int_equal(atomic_load(&counts->names), 2); /* of the second that ended */
	assert_true(atomic_load(&counts->bytes) > 0);
	assert_int_equal(atomic_load(&counts->forgotten), 0);
	assert_int_equal(atomic_load(&counts->lost), 0);
	assert_int_equal(told_count, 1);
	assert_int_equal(suspected(1), VERDICT_INFECTED);
	assert_int_equal(memory_of_clients(ledger, VERDICT_LIKELY), 0);
	assert_int_equal(memory_of_clients(ledger, VERDICT_INFECTED), 1);
	assert_true(told[0].alert.us == START + 5 * SECOND);
	assert_string_equal(told[0].alert.role, "guard");
	assert_string_equal(told[0].alert.family, "conficker");
	assert_string_equal(told[0].generator, "conficker/b");
	assert_string_equal(told[0].alert.verdict, "infected");
	assert_string_equal(told[0].alert.action, "sinkhole");
	assert_string_equal(told[0].machine, "52:54:00:12:34:56");
	assert_memory_equal(&told[0].alert.address, &hit.who.address, 16);
	assert_memory_equal(&told[0].alert.client, &hit.who.client, 17);
	assert_false(told[0].alert.relay);
	assert_true(told[0].alert.posterior > VERDICT_SURE);
	assert_int_equal(told[0].alert.sightings, 4);
	assert_int_equal(told[0].alert.found, 3);
	assert_true(told[0].alert.first_us == START);
	assert_true(told[0].alert.last_us == START + 5 * SECOND);
	assert_int_equal(told[0].alert.name_count, 3);
	assert_int_equal(told[0].times[0], 2);
	assert_string_equal(told[0].names[2], hit.name.text);
	assert_string_equal(told[0].reasons[2], "conficker/b 2024-10-04 #5");
	for (uint32_t n = 6; n < 60; n++)
		ask(ledger, 1, "conficker/b", n);
	ask(ledger, 1, "conficker/a", 1); /* another variant of the family */
	assert_int_equal(told_count, 1);
	assert_int_equal(atomic_load(&counts->held_back), 0);
	for (uint32_t n = 2; n < 4; n++)
		ask(ledger, 1, "conficker/a", n);
	assert_int_equal(told_count, 1);
	assert_int_equal(atomic_load(&counts->held_back), 2); /* likely, infected */
	for (uint32_t n = 1; n < 4; n++)
		ask(ledger, 1, "newgoz/default", n); /* another family */
	assert_int_equal(told_count, 2);
	assert_int_equal(atomic_load(&counts->alerts), 2);
	assert_int_equal(atomic_load(&counts->sightings), 4 + 54 + 3 + 3);
	guard_ledger_free(ledger);
	assert_int_equal(told_count, 2);
}

/* On the next day again, with the first sighting: of the worst of the family's variants,
 * with as many names as an alert carries. */
static void
test_next_day(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = make_ledger(&setting);

	(void)state;
	for (uint32_t n = 1; n <= 60; n++)
		ask(ledger, 1, "conficker/b", n);
	for (uint32_t n = 1; n <= 3; n++)
		ask(ledger, 1, "conficker/a", n);
	assert_int_equal(told_count, 1);
	atomic_fetch_add(&clock_us, DAY);
	guard_ledger_step(ledger);
	assert_int_equal(suspected(1), VERDICT_INFECTED); /* of yesterday */
	assert_int_equal(memory_of_clients(ledger, VERDICT_INFECTED), 0);
	ask(ledger, 1, "conficker/a", 1);
	assert_int_equal(told_count, 2);
	assert_string_equal(told[1].generator, "conficker/b");
	assert_int_equal(told[1].alert.found, 60);
	assert_int_equal(told[1].alert.name_count, ALERT_NAMES);
	assert_int_equal(memory_of_clients(ledger, VERDICT_INFECTED), 1);
	for (uint32_t n = 1; n <= 5; n++)
		ask(ledger, 1, "conficker/b", n);
	assert_int_equal(told_count, 2);
	atomic_fetch_add(&clock_us, DAY);
	guard_ledger_step(ledger);
	assert_int_equal(suspected(1), VERDICT_INFECTED);
	atomic_fetch_add(&clock_us, DAY);
	guard_ledger_step(ledger);
	assert_int_equal(suspected(1), VERDICT_CHANCE); /* no evidence for a day */
	atomic_fetch_add(&clock_us, 40 * DAY);
	ask(ledger, 1, "conficker/b", 1); /* what was is forgotten */
	assert_int_equal(told_count, 2);
	assert_int_equal(suspected(1), VERDICT_CHANCE);
	guard_ledger_free(ledger);
	assert_int_equal(told_count, 2);
}

/* Likely: after a while, unless it was told that it is more; at the end at once. */
static void
test_likely(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = make_ledger(&setting);

	(void)state;
	for (uint32_t host = 1; host <= 2; host++) {
		ask(ledger, host, "conficker/b", host * 10);
		ask(ledger, host, "conficker/b", host * 10 + 1);
	}
	atomic_fetch_add(&clock_us, 59 * SECOND);
	guard_ledger_step(ledger);
	assert_int_equal(told_count, 0);
	ask(ledger, 2, "conficker/b", 22);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].alert.verdict, "infected");
	atomic_fetch_add(&clock_us, 1 * SECOND);
	guard_ledger_step(ledger);
	assert_int_equal(told_count, 2); /* of 1, and of 2 not again */
	assert_string_equal(told[1].alert.verdict, "likely");
	assert_int_equal(told[1].alert.found, 2);
	assert_true(told[1].alert.us == START + 60 * SECOND);
	ask(ledger, 3, "conficker/b", 30);
	ask(ledger, 3, "conficker/b", 31);
	guard_ledger_change(ledger, 10, false, dga_generator_count());
	atomic_fetch_add(&clock_us, 10 * SECOND);
	guard_ledger_step(ledger);
	assert_int_equal(told_count, 3);
	ask(ledger, 4, "conficker/b", 40);
	ask(ledger, 4, "conficker/b", 41);
	ask(ledger, 5, "conficker/b", 50); /* chance is not told */
	assert_int_equal(told_count, 3);
	guard_ledger_free(ledger);
	assert_int_equal(told_count, 4);
	assert_memory_equal(told[3].alert.client.address.octets + 12, "\x0a\0\0\x04", 4);
}

/* A milder alert does not silence the one that says infected, and there is no third. */
static void
test_worse(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger;
	const struct guard_ledger_counts *counts;

	(void)state;
	setting.settle_s = 0;
	setting.tell_chance = true;
	ledger = make_ledger(&setting);
	counts = guard_ledger_counts(ledger);
	ask(ledger, 1, "conficker/b", 1);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].alert.verdict, "chance");
	ask(ledger, 1, "conficker/b", 2); /* likely: no worse than was told */
	assert_int_equal(told_count, 1);
	assert_int_equal(atomic_load(&counts->held_back), 1);
	ask(ledger, 1, "conficker/b", 3);
	assert_int_equal(told_count, 2);
	assert_string_equal(told[1].alert.verdict, "infected");
	assert_int_equal(told[1].alert.found, 3);
	assert_int_equal(atomic_load(&counts->held_back), 1);
	for (uint32_t n = 1; n <= 3; n++)
		ask(ledger, 1, "conficker/a", n); /* another variant: all is held back */
	assert_int_equal(told_count, 2);
	assert_int_equal(atomic_load(&counts->held_back), 4);
	guard_ledger_change(ledger, 0, false, dga_generator_count());
	for (uint32_t n = 11; n <= 13; n++)
		ask(ledger, 2, "conficker/b", n);
	assert_int_equal(told_count, 4);
	assert_string_equal(told[2].alert.verdict, "likely");
	assert_string_equal(told[3].alert.verdict, "infected");
	assert_int_equal(atomic_load(&counts->alerts), 4);
	assert_int_equal(atomic_load(&counts->held_back), 4);
	atomic_fetch_add(&clock_us, DAY);
	ask(ledger, 2, "conficker/b", 14); /* and on the next day one */
	ask(ledger, 2, "conficker/b", 15);
	assert_int_equal(told_count, 5);
	assert_string_equal(told[4].alert.verdict, "infected");
	guard_ledger_free(ledger);
	assert_int_equal(told_count, 5);
}

/* Who comes when the list of the day is full is counted as lost, not as told of already. */
static void
test_full(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_hit hit = hit_named(1, "conficker/b", 1);
	struct guard_ledger *ledger;
	const struct guard_ledger_counts *counts;

	(void)state;
	setting.settle_s = 0;
	setting.tell_chance = true;
	ledger = make_ledger(&setting);
	counts = guard_ledger_counts(ledger);
	for (uint32_t host = 1; host <= GUARD_LEDGER_ALERTS + 9; host++) {
		hit.who.client = client_of(host);
		put_hit(0, &hit);
		guard_ledger_step(ledger);
	}
	assert_int_equal(told_count, GUARD_LEDGER_ALERTS);
	atomic_fetch_add(&clock_us, 2 * SECOND);
	guard_ledger_step(ledger);
	assert_int_equal(atomic_load(&counts->alerts), GUARD_LEDGER_ALERTS);
	assert_int_equal(atomic_load(&counts->lost), 9);
	assert_int_equal(atomic_load(&counts->held_back), 0);
	guard_ledger_free(ledger);
}

/* A clock that is set back does not make anybody wait. */
static void
test_clock(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = make_ledger(&setting);

	(void)state;
	atomic_fetch_add(&clock_us, 300 * DAY);
	ask(ledger, 1, "conficker/b", 1);
	ask(ledger, 1, "conficker/b", 2);
	assert_int_equal(told_count, 0);
	atomic_fetch_sub(&clock_us, 300 * DAY);
	guard_ledger_step(ledger);
	assert_int_equal(told_count, 1);
	guard_ledger_free(ledger);
}

static void
test_chance(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger;

	(void)state;
	setting.tell_chance = true;
	ledger = make_ledger(&setting);
	ask(ledger, 1, "conficker/b", 1);
	ask(ledger, 2, "conficker/b", 11);
	ask(ledger, 2, "conficker/b", 12);
	assert_int_equal(told_count, 0);
	assert_int_equal(memory_of_clients(ledger, VERDICT_CHANCE), 1);
	assert_int_equal(memory_of_clients(ledger, VERDICT_LIKELY), 1);
	atomic_fetch_add(&clock_us, 60 * SECOND);
	guard_ledger_step(ledger);
	assert_int_equal(told_count, 2);
	assert_string_equal(told[0].alert.verdict, "chance");
	assert_int_equal(told[0].alert.name_count, 1);
	assert_string_equal(told[1].alert.verdict, "likely");
	atomic_fetch_add(&clock_us, 60 * SECOND);
	guard_ledger_step(ledger);
	assert_int_equal(told_count, 2);
	guard_ledger_free(ledger);
	assert_int_equal(told_count, 2);
}

/* Who was likely, by names that turn out to be anybody's, is not told of; and is when he
 * is likely again. */
static void
test_collision(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = make_ledger(&setting);

	(void)state;
	ask(ledger, 1, "conficker/b", 1);
	ask(ledger, 1, "conficker/b", 2);
	for (uint32_t host = 2; host <= 5; host++)
		ask(ledger, host, "conficker/b", 1);
	atomic_fetch_add(&clock_us, 60 * SECOND);
	guard_ledger_step(ledger);
	assert_int_equal(told_count, 0);
	ask(ledger, 1, "conficker/b", 3);
	atomic_fetch_add(&clock_us, 60 * SECOND);
	guard_ledger_step(ledger);
	assert_int_equal(told_count, 1);
	assert_int_equal(told[0].alert.found, 2);
	assert_int_equal(told[0].alert.name_count, 2); /* without the collision */
	guard_ledger_free(ledger);
}

/* What is allowed, let pass or only logged is told as a sighting, and is no evidence. */
static void
test_no_evidence(void **state)
{
	static const struct {
		enum watch_state state;
		enum guard_action action;
		bool passed;
		const char *word;
	} cases[] = {
	        {WATCH_ALLOW, GUARD_LOG, false, "allow"},
	        {WATCH_LOG_ONLY, GUARD_LOG, false, "log"},
	        {WATCH_LOG_ONLY, GUARD_NXDOMAIN, false, "nxdomain"},
	        {WATCH_BLOCK, GUARD_NXDOMAIN, true, "allow"},
	};
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = make_ledger(&setting);

	(void)state;
	wants_sightings = true;
	for (size_t i = 0; i < 4; i++) {
		for (uint32_t n = 1; n <= 5; n++) {
			struct guard_hit hit = hit_named(1, "conficker/b", n);

			hit.state = cases[i].state;
			hit.action = cases[i].action;
			hit.passed = cases[i].passed;
			put_hit(0, &hit);
			guard_ledger_step(ledger);
			assert_string_equal(last_action, cases[i].word);
		}
	}
	assert_int_equal(sights, 20);
	assert_int_equal(atomic_load(&guard_ledger_counts(ledger)->sightings), 20);
	assert_int_equal(suspected(1), VERDICT_CHANCE);
	assert_int_equal(memory_of_clients(ledger, VERDICT_CHANCE), 0);
	guard_ledger_free(ledger);
	assert_int_equal(told_count, 0);
}

/* A sighting is told as it was seen. */
static void
test_sighting(void **state)
{
	static const char below[] = "\3www\3sub";
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = make_ledger(&setting);
	struct guard_hit hit = hit_named(7, "conficker/b", 9);
	struct fsk_name forecast = hit.name;

	(void)state;
	hit.action = GUARD_NODATA;
	hit.qtype = 28;
	hit.match.offset = 8;
	hit.name.len = (uint8_t)snprintf(hit.name.text, sizeof(hit.name.text), "www.sub.%s",
	                                 forecast.text);
	hit.transport = SIGHTING_TCP;
	put_hit(0, &hit);
	guard_ledger_step(ledger);
	assert_int_equal(sights, 0); /* nobody wants it */
	wants_sightings = true;
	put_hit(0, &hit);
	guard_ledger_step(ledger);
	assert_int_equal(sights, 1);
	assert_string_equal(last_action, "nodata");
	assert_string_equal(last_reason, "conficker/b 2024-10-04 #9");
	assert_string_equal(last_name, hit.name.text);
	assert_int_equal(last_sighting.forecast.len, forecast.len);
	assert_int_equal(last_sighting.transport, SIGHTING_TCP);
	assert_int_equal(last_sighting.kind, SIGHTING_DNS);
	assert_int_equal(last_sighting.port, 4711);
	assert_true(last_sighting.us == START);
	assert_true(last_sighting.counter == SIGHTING_NO_COUNTER);
	assert_int_equal(last_sighting.machine.len, 0);
	assert_int_equal(last_message_len, 12 + hit.name.len + 2u + 4);
	assert_memory_equal(last_message, "\0\0\1\0\0\1\0\0\0\0\0\0", 12);
	assert_memory_equal(last_message + 12, below, 8);
	assert_int_equal(last_message[20], strcspn(forecast.text, "."));
	assert_memory_equal(last_message + last_message_len - 5, "\0\0\x1c\0\1", 5);
	guard_ledger_free(ledger);
}

/* Many clean names, on several workers, many clients: the same names say less. */
static void
test_ground(void **state)
{
	struct guard_ledger_setting setting = setting_of(2);
	struct guard_ledger *ledger = make_ledger(&setting);

	(void)state;
	for (uint32_t n = 1; n <= 4; n++) {
		struct guard_hit hit = hit_named(1, "conficker/b", n);

		hit.clean = 3000; /* of 6,000 as many as 0.7 are forecasts by chance */
		put_hit(n % 2, &hit);
		guard_ledger_step(ledger);
	}
	assert_int_equal(suspected(1), VERDICT_CHANCE);
	for (uint32_t n = 1; n <= 3; n++)
		ask(ledger, 2, "conficker/b", n + 10);
	assert_int_equal(suspected(2), VERDICT_INFECTED);
	asking = 1e9;
	atomic_fetch_add(&clock_us, 2 * SECOND);
	for (uint32_t n = 1; n <= 3; n++)
		ask(ledger, 3, "conficker/b", n + 20);
	assert_int_equal(suspected(3), VERDICT_LIKELY);
	guard_ledger_free(ledger);
}

/* Without sinks nobody is told, and workers are. */
static void
test_no_hub(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger;

	(void)state;
	setting.hub = NULL;
	setting.clients = NULL;
	ledger = make_ledger(&setting);
	wants_sightings = true;
	for (uint32_t n = 1; n <= 3; n++)
		ask(ledger, 1, "conficker/b", n);
	assert_int_equal(suspected(1), VERDICT_INFECTED);
	guard_ledger_reopen(ledger);
	guard_ledger_step(ledger);
	guard_ledger_free(ledger);
	guard_ledger_free(NULL);
	assert_int_equal(told_count + sights + ticks + reopened, 0);
}

/* Each second a tick, files anew when it was asked for. */
static void
test_ticks(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = make_ledger(&setting);

	(void)state;
	guard_ledger_step(ledger);
	guard_ledger_step(ledger);
	assert_int_equal(ticks, 1);
	atomic_fetch_add(&clock_us, SECOND);
	guard_ledger_reopen(ledger);
	guard_ledger_step(ledger);
	guard_ledger_step(ledger);
	assert_int_equal(ticks, 2);
	assert_int_equal(reopened, 1);
	guard_ledger_free(ledger);
	assert_int_equal(ticks, 3);
}

/* Evidence that finds no memory is lost, which is said once; all else goes on. */
static void
test_no_memory(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger = NULL;
	struct guard_hit hit;
	long call = 0;

	(void)state;
	for (;; call++) {
		enum fsk_err err;

		memory_left = call;
		err = guard_ledger_new(&setting, &ledger);
		memory_left = -1;
		if (err == FSK_OK)
			break;
		assert_int_equal(err, FSK_NOMEM);
		assert_null(ledger);
	}
	assert_true(call >= 3);
	hit = hit_named(1, "conficker/b", 1);
	put_hit(0, &hit);
	put_hit(0, &hit);
	memory_left = 0;
	guard_ledger_step(ledger);
	assert_int_equal(logged, 1);
	assert_int_equal(atomic_load(&guard_ledger_counts(ledger)->sightings), 2);
	memory_left = -1;
	/* Whatever fails while three names come, nothing is kept wrongly. */
	for (call = 0; call < 12; call++) {
		for (uint32_t n = 1; n <= 3; n++) {
			hit = hit_named((uint32_t)call + 2, "conficker/b",
			                n + (uint32_t)call * 3);
			put_hit(0, &hit);
			memory_left = call;
			guard_ledger_step(ledger);
			memory_left = -1;
			put_hit(0, &hit);
			guard_ledger_step(ledger);
		}
		assert_int_equal(suspected((uint32_t)call + 2), VERDICT_INFECTED);
	}
	assert_int_equal(logged, 1);
	assert_int_equal(told_count, 12);
	guard_ledger_free(ledger);
}

#define EACH 20000

struct worker {
	struct guard_ledger *ledger;
	size_t ring;
	struct guard_hit hits[3];
};

/* Puts hits in bursts, with pauses in which the ledger falls asleep. */
static void *
work(void *context)
{
	static const struct timespec pause = {.tv_nsec = 3000000};
	struct worker *worker = context;

	for (size_t n = 0; n < EACH;) {
		struct guard_hit *room = guard_hits_room(rings[worker->ring]);

		if (room == NULL) {
			sched_yield();
			continue;
		}
		*room = worker->hits[n % 3];
		guard_hits_put(rings[worker->ring]);
		guard_ledger_wake(worker->ledger);
		if (++n % 1000 == 0)
			(void)nanosleep(&pause, NULL);
	}
	return NULL;
}

/* All that two workers put is taken, by a thread that sleeps in between, without a step
 * here. */
static void
test_thread(void **state)
{
	static const struct timespec pause = {.tv_nsec = 1000000};
	struct guard_ledger_setting setting = setting_of(2);
	struct guard_ledger *ledger = make_ledger(&setting);
	const struct guard_ledger_counts *counts = guard_ledger_counts(ledger);
	struct worker workers[2];
	pthread_t threads[2];

	(void)state;
	assert_int_equal(guard_ledger_start(ledger), FSK_OK);
	for (size_t i = 0; i < 2; i++) {
		workers[i].ledger = ledger;
		workers[i].ring = i;
		for (uint32_t n = 0; n < 3; n++)
			workers[i].hits[n] =
			        hit_named((uint32_t)i + 1, "conficker/b", n + 1);
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	while (atomic_load(&counts->sightings) < 2 * (uint64_t)EACH)
		(void)nanosleep(&pause, NULL);
	assert_int_equal(atomic_load(&counts->alerts), 2);
	guard_ledger_reopen(ledger);
	put_hit(0, &workers[0].hits[0]); /* and nobody wakes it */
	guard_ledger_free(ledger);
	assert_int_equal(told_count, 2);
	assert_int_equal(reopened, 1);
}

int
main(void)
{
#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	        LEDGER_TEST(test_infected),    LEDGER_TEST(test_next_day),
	        LEDGER_TEST(test_likely),      LEDGER_TEST(test_clock),
	        LEDGER_TEST(test_chance),      LEDGER_TEST(test_collision),
	        LEDGER_TEST(test_no_evidence), LEDGER_TEST(test_sighting),
	        LEDGER_TEST(test_ground),      LEDGER_TEST(test_no_hub),
	        LEDGER_TEST(test_ticks),       LEDGER_TEST(test_no_memory),
	        LEDGER_TEST(test_thread),      LEDGER_TEST(test_worse),
	        LEDGER_TEST(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
