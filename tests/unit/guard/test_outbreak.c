/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A network of a day: one machine for each generator of the catalog that is infected with
 * it, and a thousand that are not. The first are told of once, as infected, within their
 * first sweep, with the names that they asked for; of the others nobody is. What a name is
 * says a real index of all generators.
 */
#include "ledger_scene.h"

#define BOT_MOST 40 /* names that one bot asks for here: a sweep may have 5,000 */
#define CLEAN_CLIENTS 1000
#define CLEAN_NAMES 150
#define CLEAN_SHORT 20 /* of them so short that some are forecasts by chance */
#define FIRST_CLEAN 10000

static struct fsk_index *lists;

/* The lists of one day. A bot of suppobox asks half a day early, in its own way: its names
 * of this day will do. */
static int
make_lists(void **state)
{
	(void)state;
	return fsk_index_new(NULL, FSK_ALL_GENERATORS, START / SECOND,
	                     START / SECOND + 86399, &lists) != FSK_OK;
}

static int
free_lists(void **state)
{
	(void)state;
	fsk_index_free(lists);
	return 0;
}

/* That ${host}, of whom ${clean} clean names are known, asks for ${name}: puts a hit if it
 * is a forecast, and says whether it is. */
static bool
look_up(uint32_t host, const struct fsk_name *name, double clean)
{
	struct fsk_match match;
	struct guard_hit hit;

	if (fsk_index_find(lists, name->text, name->len, &match, 1) == 0)
		return false;
	hit = hit_of(host, &match, name);
	hit.clean = clean;
	put_hit(0, &hit);
	return true;
}

/* Names that a bot of generator ${number} asks for from the clock's time on. */
struct sweep {
	size_t count;
	struct fsk_name names[BOT_MOST];
};

/* Of the list that holds at ${instant} some, spread over it; no more than a bot tries. */
static struct fsk_period
take_list(size_t number, int64_t instant, struct sweep *sweep)
{
	uint32_t tries = dga_generator_at(number).family->tries;
	uint32_t count = fsk_generator_names(number);
	uint32_t most = tries > 0 && tries < count ? tries : count;
	struct fsk_cursor *cursor;
	struct fsk_period period;
	struct fsk_name name;
	uint32_t step, index;

	if (most > BOT_MOST)
		most = BOT_MOST;
	step = count / most;
	assert_int_equal(fsk_cursor_open(number, instant, &cursor), FSK_OK);
	period = fsk_cursor_period(cursor);
	while (sweep->count < BOT_MOST &&
	       fsk_cursor_next(cursor, &name, &index) == FSK_OK) {
		if (index % step == 0 && index / step <= most)
			sweep->names[sweep->count++] = name;
	}
	fsk_cursor_close(cursor);
	return period;
}

/* As many lists as it takes for what a bot shows on one day. */
static void
make_sweep(size_t number, struct sweep *sweep)
{
	int64_t instant = START / SECOND;

	sweep->count = 0;
	while (sweep->count < BOT_MOST && instant < START / SECOND + 86400) {
		struct fsk_period period = take_list(number, instant, sweep);

		if (period.last >= START / SECOND + 86399)
			break;
		instant = period.last + 1;
	}
}

/* Whether ${sweep} has ${name}. */
static bool
has_name(const struct sweep *sweep, const char *name)
{
	for (size_t i = 0; i < sweep->count; i++) {
		if (strcmp(sweep->names[i].text, name) == 0)
			return true;
	}
	return false;
}

/* Whether ${alert} is of the machine with generator ${number}, and tells that it is
 * infected by names of ${sweep}. Returns whether it tells that generator: of a name that
 * two variants make the first is told. */
static bool
check_alert(const struct told *alert, size_t number, const struct sweep *sweep)
{
	struct dga_generator generator = dga_generator_at(number);
	struct sighting_client client = client_of((uint32_t)number + 1);
	char name[DGA_GENERATOR_NAME_SIZE];

	dga_generator_name(&generator, name);
	assert_string_equal(alert->alert.family, generator.family->name);
	assert_string_equal(alert->alert.verdict, "infected");
	assert_memory_equal(&alert->alert.client.address, &client.address, 16);
	assert_true(alert->alert.name_count >= 3);
	assert_int_equal(alert->alert.found, alert->alert.name_count);
	for (size_t i = 0; i < alert->alert.name_count; i++) {
		assert_true(has_name(sweep, alert->names[i]));
		assert_memory_equal(alert->reasons[i], alert->generator,
		                    strlen(alert->generator));
	}
	return strcmp(alert->generator, name) == 0;
}

/* Each asks for a name a second; twice, the second time nobody is told. */
static void
test_bots(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger;
	struct sweep sweep;
	size_t same = 0;

	(void)state;
	asking = CLEAN_CLIENTS + (double)dga_generator_count();
	ledger = make_ledger(&setting);
	for (size_t number = 0; number < dga_generator_count(); number++) {
		make_sweep(number, &sweep);
		assert_true(sweep.count >= 3);
		for (size_t round = 0; round < 2; round++) {
			for (size_t i = 0; i < sweep.count; i++) {
				assert_true(
				        look_up((uint32_t)number + 1, &sweep.names[i], 30));
				guard_ledger_step(ledger);
				atomic_fetch_add(&clock_us, SECOND);
			}
			assert_int_equal(told_count, number + 1);
		}
		same += check_alert(&told[number], number, &sweep);
		assert_int_equal(suspected((uint32_t)number + 1), VERDICT_INFECTED);
	}
	assert_true(same > dga_generator_count() * 3 / 4);
	guard_ledger_free(ledger);
	assert_int_equal(told_count, dga_generator_count());
}

static uint64_t
draw(uint64_t *seed, uint64_t below)
{
	*seed += UINT64_C(0x9e3779b97f4a7c15);
	return clean_mix(*seed) % below;
}

/* A word as people make them, of two to four syllables; or four letters of a brand. */
static void
make_word(uint64_t *seed, bool brief, struct fsk_name *name)
{
	static const char *const suffixes[] = {".com", ".net", ".org",  ".de", ".co.uk",
	                                       ".fr",  ".io",  ".info", ".nl"};
	static const char *const countries[] = {".at", ".be", ".ch", ".cl",
	                                        ".dk", ".es", ".fi", ".hu"};
	static const char first[] = "bcdfghjklmnprstvw", second[] = "aeiou";
	size_t len = 0;

	if (brief) {
		while (len < 4)
			name->text[len++] = (char)('a' + draw(seed, 26));
	} else {
		for (uint64_t n = 2 + draw(seed, 3); n > 0; n--) {
			name->text[len++] = first[draw(seed, sizeof(first) - 1)];
			name->text[len++] = second[draw(seed, sizeof(second) - 1)];
			if (draw(seed, 3) == 0)
				name->text[len++] = first[draw(seed, sizeof(first) - 1)];
		}
	}
	len += (size_t)snprintf(name->text + len, sizeof(name->text) - len, "%s",
	                        brief ? countries[draw(seed, 8)] : suffixes[draw(seed, 9)]);
	name->len = (uint8_t)len;
}

/* Nobody is told of; though some of what is asked for is a forecast. */
static void
test_clean(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger;
	uint64_t seed = 2009;
	size_t hits = 0;

	(void)state;
	asking = CLEAN_CLIENTS + (double)dga_generator_count();
	ledger = make_ledger(&setting);
	for (uint32_t host = 0; host < CLEAN_CLIENTS; host++) {
		for (size_t n = 0; n < CLEAN_NAMES; n++) {
			struct fsk_name name;

			make_word(&seed, n < CLEAN_SHORT, &name);
			hits += look_up(FIRST_CLEAN + host, &name, (double)n);
		}
		guard_ledger_step(ledger);
		atomic_fetch_add(&clock_us, DAY / CLEAN_CLIENTS);
	}
	assert_true(hits > 0);
	assert_int_equal(atomic_load(&guard_ledger_counts(ledger)->sightings), hits);
	guard_ledger_free(ledger);
	assert_int_equal(told_count, 0);
	for (uint32_t host = 0; host < CLEAN_CLIENTS; host++)
		assert_int_equal(suspected(FIRST_CLEAN + host), VERDICT_CHANCE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_bots, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_clean, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, make_lists, free_lists);
}
