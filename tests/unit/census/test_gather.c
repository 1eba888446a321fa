/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is gathered of host's days is what counting in the plainest way gives, in whatever
 * order they come.
 */
#include "naive.h"

#include <math.h>

#define SEEDS 40

/* What census_gather_table() told. */
struct told {
	struct census_line lines[200];
	char texts[200][16];
	size_t count, stop; /* after so many; 0: never */
};

static enum fsk_err
take(const struct census_line *line, void *context)
{
	struct told *told = context;

	told->lines[told->count] = *line;
	assert_true(line->text.len < sizeof(told->texts[0]));
	memcpy(told->texts[told->count], line->text.text, line->text.len);
	told->texts[told->count][line->text.len] = '\0';
	told->count++;
	return told->count == told->stop ? FSK_STOPPED : FSK_OK;
}

/* Names of b, from the second day on. */
static uint64_t
hold(int64_t day, struct span generator, void *context)
{
	size_t *asked = context;

	++*asked;
	return span_equal(generator, span_of("conficker/b")) && day > NAIVE_FROM
	               ? (uint64_t)((day - NAIVE_FROM) / NAIVE_DAY)
	               : 0;
}

static struct census_gather *
gather(const struct naive *naive, bool backwards)
{
	static size_t asked;
	static const struct census_held held = {hold, &asked};
	struct census_plan plan = {.family = "conficker",
	                           .from = NAIVE_FROM,
	                           .to = NAIVE_TO,
	                           .habits = {.tries = NAIVE_TRIES},
	                           .held = &held,
	                           .by_country = true,
	                           .by_network = true};
	struct census_gather *made;
	int64_t from, to;

	assert_int_equal(census_gather_new(&plan, &made), FSK_OK);
	for (size_t i = 0; i < naive->count; i++) {
		const struct hostday *row =
		        &naive->rows[backwards ? naive->count - 1 - i : i];

		assert_int_equal(census_gather_add(made, row), FSK_OK);
	}
	assert_int_equal(census_gather_settle(made, &from, &to), FSK_OK);
	return made;
}

static void
check_hours(const struct naive *naive, const struct census_facts *facts)
{
	for (size_t i = 0; i < (size_t)NAIVE_DAYS * 24; i++) {
		uint64_t count = 0;

		for (size_t host = 0; host < NAIVE_HOSTS; host++) {
			struct hostday_marks marks;

			naive_marks(naive, host, i / 24, SIZE_MAX, &marks);
			if (naive_chaff(naive, host) == CENSUS_CHAFFS)
				count += marks.hours >> i % 24 & 1;
		}
		assert_int_equal(facts->hours[i], count);
	}
}

static void
check_days(const struct naive *naive, const struct census_facts *facts)
{
	for (size_t day = 0; day < NAIVE_DAYS; day++) {
		uint64_t count = 0;
		double hits = 0;

		for (size_t host = 0; host < NAIVE_HOSTS; host++) {
			struct hostday_marks marks;

			if (naive_chaff(naive, host) != CENSUS_CHAFFS)
				continue;
			count += naive_marks(naive, host, day, SIZE_MAX, &marks);
			if (naive_marks(naive, host, day, 2, &marks) && day > 0)
				hits += hostday_names(marks.names);
		}
		assert_int_equal(facts->daily[day], count);
		if (facts->name_set) {
			assert_int_equal(facts->held[day], day);
			assert_true(fabs(facts->hits[day] - hits) < 1e-6);
		}
	}
}

static void
check_hosts(const struct naive *naive, const struct census_facts *facts)
{
	uint64_t chaff[CENSUS_CHAFFS + 1] = {0}, contacts = 0, counters = 0;
	double sum = 0;

	for (size_t host = 0; host < NAIVE_HOSTS; host++) {
		struct hostday_marks marks;
		size_t rule;

		if (!naive_marks(naive, host, SIZE_MAX, SIZE_MAX, &marks))
			continue;
		rule = naive_chaff(naive, host);
		chaff[rule]++;
		if (rule != CENSUS_CHAFFS)
			continue;
		contacts += marks.contacts;
		counters += marks.counter >= 0;
		sum += marks.counter >= 0 ? (double)marks.counter : 0;
	}
	assert_memory_equal(facts->chaff, chaff, sizeof(facts->chaff));
	assert_int_equal(facts->footprint, chaff[CENSUS_CHAFFS]);
	assert_int_equal(facts->contacts, contacts);
	assert_int_equal(facts->with_counter, counters);
	assert_true(facts->counter_sum == sum);
}

static void
check_again(const struct naive *naive, const struct census_facts *facts)
{
	for (size_t i = 0; i < NAIVE_DAYS; i++) {
		for (size_t j = i; j < NAIVE_DAYS; j++) {
			uint64_t count = 0, found = 0;
			struct hostday_marks marks;

			for (size_t host = 0; host < NAIVE_HOSTS; host++) {
				count += naive_chaff(naive, host) == CENSUS_CHAFFS &&
				         naive_marks(naive, host, i, SIZE_MAX, &marks) &&
				         naive_marks(naive, host, j, SIZE_MAX, &marks);
			}
			for (size_t g = 0; g < CENSUS_GROUPS; g++)
				found +=
				        facts->again[(g * NAIVE_DAYS + i) * NAIVE_DAYS + j];
			assert_int_equal(found, count);
		}
	}
}

/* Lines by generator, country and network: as many addresses and contacts as ${is} says. */
static void
check_lines(const struct naive *naive, const struct told *told,
            bool (*is)(const struct naive *, size_t row, const struct census_line *,
                       const char *text))
{
	for (size_t n = 0; n < told->count; n++) {
		uint64_t addresses = 0, contacts = 0;

		for (size_t host = 0; host < NAIVE_HOSTS; host++) {
			bool any = false;

			for (size_t i = 0; i < naive->count; i++) {
				if (!naive_is(naive, i, host, SIZE_MAX, SIZE_MAX) ||
				    !is(naive, i, &told->lines[n], told->texts[n]) ||
				    naive_chaff(naive, host) != CENSUS_CHAFFS)
					continue;
				any = true;
				contacts += naive->rows[i].marks.contacts;
			}
			addresses += any;
		}
		assert_int_equal(told->lines[n].addresses, addresses);
		assert_int_equal(told->lines[n].contacts, contacts);
		assert_true(addresses > 0);
		assert_true(n == 0 || told->lines[n - 1].addresses >= addresses);
	}
}

static bool
is_generator(const struct naive *naive, size_t row, const struct census_line *line,
             const char *text)
{
	(void)line;
	return span_equal(naive->rows[row].generator, span_of(text));
}

static bool
is_country(const struct naive *naive, size_t row, const struct census_line *line,
           const char *text)
{
	(void)line;
	return span_equal(naive->rows[row].country, span_of(text));
}

static bool
is_network(const struct naive *naive, size_t row, const struct census_line *line,
           const char *text)
{
	(void)text;
	return naive->rows[row].network == line->network;
}

static uint64_t
sum_of(const struct told *told)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < told->count; i++)
		sum += told->lines[i].addresses;
	return sum;
}

static void
check_tables(const struct naive *naive, const struct census_gather *gathered,
             const struct census_facts *facts)
{
	struct told told = {.count = 0};

	assert_int_equal(census_gather_table(gathered, CENSUS_BY_GENERATOR, take, &told),
	                 FSK_OK);
	check_lines(naive, &told, is_generator);
	assert_true(sum_of(&told) >= facts->footprint);
	told.count = 0;
	assert_int_equal(census_gather_table(gathered, CENSUS_BY_COUNTRY, take, &told),
	                 FSK_OK);
	check_lines(naive, &told, is_country);
	assert_int_equal(sum_of(&told), facts->footprint);
	told.count = 0;
	assert_int_equal(census_gather_table(gathered, CENSUS_BY_NETWORK, take, &told),
	                 FSK_OK);
	check_lines(naive, &told, is_network);
	assert_int_equal(sum_of(&told), facts->footprint);
	told.count = 0;
	assert_int_equal(census_gather_table(gathered, CENSUS_BY_HOUR, take, &told),
	                 FSK_OK);
	assert_int_equal(told.count, NAIVE_DAYS * 24);
	for (size_t i = 0; i < told.count; i++) {
		assert_int_equal(told.lines[i].second, NAIVE_FROM + (int64_t)i * 3600);
		assert_int_equal(told.lines[i].addresses, facts->hours[i]);
	}
	told.count = 0;
	assert_int_equal(census_gather_table(gathered, CENSUS_BY_DAY, take, &told), FSK_OK);
	assert_int_equal(told.count, NAIVE_DAYS);
	for (size_t i = 0; i < told.count; i++) {
		assert_int_equal(told.lines[i].second, NAIVE_FROM + (int64_t)i * NAIVE_DAY);
		assert_int_equal(told.lines[i].addresses, facts->daily[i]);
		assert_true(facts->held == NULL || told.lines[i].held == facts->held[i]);
		assert_true(facts->hits == NULL || told.lines[i].hits == facts->hits[i]);
	}
}

static void
test_same_as_naive(void **state)
{
	static struct naive naive;
	uint64_t chaff[CENSUS_CHAFFS] = {0}, sets = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		const struct census_facts *facts;
		struct census_gather *gathered;

		naive_draw(&naive, seed);
		gathered = gather(&naive, seed % 2 == 0);
		assert_int_equal(census_gather_facts(gathered, &facts), FSK_OK);
		check_hours(&naive, facts);
		check_days(&naive, facts);
		check_hosts(&naive, facts);
		check_again(&naive, facts);
		check_tables(&naive, gathered, facts);
		for (size_t i = 0; i < CENSUS_CHAFFS; i++)
			chaff[i] += facts->chaff[i];
		sets += facts->name_set;
		census_gather_free(gathered);
	}
	/* Each of these did happen. */
	assert_true(chaff[CENSUS_CHAFF_OUTSIDE] > 0 && chaff[CENSUS_CHAFF_MANY] > 0 &&
	            chaff[CENSUS_CHAFF_HEADERS] > 0 && sets > 0);
}

/* A table in words, to be compared. */
static void
write(const struct census_gather *gathered, enum census_by by, char *out, size_t size)
{
	struct told told = {.count = 0};
	size_t used = 0;

	assert_int_equal(census_gather_table(gathered, by, take, &told), FSK_OK);
	for (size_t i = 0; i < told.count; i++)
		used += (size_t)snprintf(out + used, size - used, "%s %u %lu %lu\n",
		                         told.texts[i], told.lines[i].network,
		                         (unsigned long)told.lines[i].addresses,
		                         (unsigned long)told.lines[i].contacts);
}

/* Where a host moves between countries and networks, too. */
static void
test_order(void **state)
{
	static const char *const countries[] = {"", "SE", "NO"};
	static struct naive naive;

	(void)state;
	for (uint64_t n = 100; n < 120; n++) {
		struct census_gather *one, *other;
		char a[4096] = "", b[4096] = "";
		uint64_t seed = n;

		naive_draw(&naive, n);
		for (size_t i = 0; i < naive.count; i++) {
			naive.rows[i].network = (uint32_t)(draw(&seed) % 3);
			naive.rows[i].country = span_of(countries[draw(&seed) % 3]);
		}
		one = gather(&naive, false);
		other = gather(&naive, true);
		write(one, CENSUS_BY_COUNTRY, a, sizeof(a));
		write(other, CENSUS_BY_COUNTRY, b, sizeof(b));
		assert_string_equal(a, b);
		write(one, CENSUS_BY_NETWORK, a, sizeof(a));
		write(other, CENSUS_BY_NETWORK, b, sizeof(b));
		assert_string_equal(a, b);
		census_gather_free(one);
		census_gather_free(other);
	}
}

/* Rows of an address that is told, put together again, are those that were given. */
struct seen {
	const struct naive *naive;
	uint64_t count, contacts;
};

static enum fsk_err
see(const struct hostday *row, void *context)
{
	struct seen *seen = context;
	size_t day = (size_t)((row->day - NAIVE_FROM) / NAIVE_DAY);

	for (size_t i = 0; i < seen->naive->count; i++) {
		const struct hostday *given = &seen->naive->rows[i];
		struct hostday_marks marks;

		if (given->day != row->day ||
		    !span_equal(given->generator, row->generator) ||
		    memcmp(&given->client.address, &row->client.address,
		           row->client.prefix == 64 ? 8 : 16) != 0)
			continue;
		naive_marks(seen->naive, seen->naive->hosts[i], day,
		            seen->naive->generators[i], &marks);
		assert_int_equal(row->marks.contacts, marks.contacts);
		assert_int_equal(row->marks.hours, marks.hours);
		assert_memory_equal(row->marks.names, marks.names, sizeof(marks.names));
		assert_true(span_equal(row->country, given->country));
		assert_int_equal(row->network, given->network);
		assert_true(address_is_v4(&row->client.address) ==
		            (row->client.prefix == 32));
		seen->count++;
		seen->contacts += marks.contacts;
		return FSK_OK;
	}
	fail_msg("a row of nobody");
	return FSK_CORRUPT;
}

static void
test_each(void **state)
{
	static struct naive naive;
	const struct census_facts *facts;
	struct census_gather *gathered;
	struct seen seen = {.naive = &naive};

	(void)state;
	naive_draw(&naive, 7);
	gathered = gather(&naive, false);
	assert_int_equal(census_gather_facts(gathered, &facts), FSK_OK);
	assert_int_equal(census_gather_each(gathered, see, &seen), FSK_OK);
	assert_int_equal(seen.contacts, facts->contacts);
	assert_true(seen.count > facts->footprint);
	census_gather_free(gathered);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_same_as_naive),
	        cmocka_unit_test(test_order),
	        cmocka_unit_test(test_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
