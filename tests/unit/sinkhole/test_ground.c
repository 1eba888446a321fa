/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which names are held, of lists and of a forecast, which addresses each has, and whose an
 * address is. Linked with --wrap for malloc, calloc and realloc, which then fail on the
 * n-th call.
 */
#include "../memory.h"
#include "ground_scene.h"

#include <stdio.h>

static struct sinkhole_ground *ground;

static int
tear_down(void **state)
{
	(void)state;
	sinkhole_ground_free(ground);
	ground = NULL;
	return 0;
}

static void
make(const struct sinkhole_ground_setting *setting)
{
	assert_int_equal(sinkhole_ground_new(setting, &ground), FSK_OK);
}

static bool
find(const char *text, struct sinkhole_held *held)
{
	struct fsk_name name = name_of(text);

	memset(held, 0xa5, sizeof(*held));
	return sinkhole_ground_find(ground, &name, NOON, held);
}

static void
refuses(const struct sinkhole_ground_setting *setting, enum fsk_err err)
{
	struct sinkhole_ground *made = NULL;

	assert_int_equal(sinkhole_ground_new(setting, &made), err);
	assert_null(made);
}

/* Lists. */

static void
test_longest(void **state)
{
	(void)state;
	struct fsk_name one[] = {name_of("example.com"), name_of("b.example.net")};
	struct fsk_name two[] = {name_of("a.example.com"), name_of("net")};
	struct sinkhole_set_setting sets[] = {
	        {.title = "one", .names = one, .name_count = 2},
	        {.title = "two", .names = two, .name_count = 2}};
	struct sinkhole_ground_setting setting = make_setting(sets, 2);
	struct sinkhole_held held, other;

	make(&setting);
	memset(one, 'x', sizeof(one)); /* they were copied */
	assert_true(find("example.com", &held));
	assert_int_equal(held.set, 0);
	assert_int_equal(held.offset, 0);
	assert_int_equal(held.match.generator, SIGHTING_NO_GENERATOR);
	assert_true(find("x.y.example.com", &other));
	assert_int_equal(other.set, 0);
	assert_int_equal(other.offset, 4);
	assert_int_equal(other.id, held.id);
	assert_true(find("www.a.example.com", &other));
	assert_int_equal(other.set, 1);
	assert_int_equal(other.offset, 4);
	assert_int_not_equal(other.id, held.id);
	assert_true(find("c.example.net", &held));
	assert_int_equal(held.set, 1);
	assert_int_equal(held.offset, 10);
	assert_true(find("b.example.net", &held));
	assert_int_equal(held.set, 0);
	/* What is no name above it. */
	assert_false(find("xexample.com", &held));
	assert_false(find("com", &held));
	assert_false(find("example.co", &held));
	assert_int_equal(sinkhole_ground_facts(ground).names, 4);
	assert_true(sinkhole_ground_facts(ground).bytes > 4 * 30);
	assert_int_equal(sinkhole_ground_facts(ground).serial, 2026112201);
}

/* All are found, and no others, whatever shares their places. */
static void
test_many(void **state)
{
	enum { COUNT = 3000 };
	struct fsk_name *names = calloc(COUNT, sizeof(*names));
	struct sinkhole_set_setting set = {.names = names, .name_count = COUNT};
	struct sinkhole_ground_setting setting = make_setting(&set, 1);
	struct sinkhole_held held;
	char text[40];

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "%.*s%u.org", (int)(i % 7), "abcdefg", i);
		names[i] = name_of(text);
	}
	names[7] = names[14]; /* twice on one list is once */
	make(&setting);
	assert_int_equal(sinkhole_ground_facts(ground).names, COUNT - 1);
	for (unsigned i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "www.%.*s%u.org", (int)(i % 7), "abcdefg", i);
		assert_int_equal(find(text, &held), i != 7);
		snprintf(text, sizeof(text), "%.*s%u.orf", (int)(i % 7), "abcdefg", i);
		assert_false(find(text, &held));
	}
	free(names);
}

static void
test_longest_name(void **state)
{
	struct fsk_name name = {.len = FSK_NAME_MAX}, below;
	struct sinkhole_set_setting set = {.names = &name, .name_count = 1};
	struct sinkhole_ground_setting setting = make_setting(&set, 1);
	struct sinkhole_held held;

	(void)state;
	for (size_t i = 0; i < FSK_NAME_MAX; i++)
		name.text[i] = i % 2 == 0 ? 'a' : '.';
	make(&setting);
	assert_true(sinkhole_ground_find(ground, &name, NOON, &held));
	below = name;
	below.text[0] = 'b';
	assert_false(sinkhole_ground_find(ground, &below, NOON, &held));
}

/* Forecasts. */

static void
test_forecast(void **state)
{
	size_t numbers[] = {number_of("conficker/a"), number_of("conficker/b"),
	                    number_of("conficker/c")};
	bool *first = calloc(dga_generator_count(), sizeof(*first));
	struct watch_plan plan = plan_of(numbers, 2);
	struct fsk_name listed = forecast_name(numbers[1], NOON, 5), name;
	struct sinkhole_set_setting sets[] = {
	        {.names = &listed, .name_count = 1}, {.generators = first}, {.title = ""}};
	struct sinkhole_ground_setting setting = make_setting(sets, 3);
	struct sinkhole_held held;
	char text[300];

	(void)state;
	first[numbers[0]] = true;
	setting.plan = &plan;
	make(&setting);
	free(first);
	name = forecast_name(numbers[0], NOON, 17);
	assert_true(sinkhole_ground_find(ground, &name, NOON, &held));
	assert_int_equal(held.set, 1);
	assert_int_equal(held.match.generator, numbers[0]);
	assert_int_equal(held.match.index, 18);
	assert_int_equal(held.match.period.first, MIDNIGHT);
	name = forecast_name(numbers[1], NOON - DAY, 3);
	snprintf(text, sizeof(text), "www.%s", name.text);
	assert_true(find(text, &held));
	assert_int_equal(held.set, 2);
	assert_int_equal(held.offset, 4);
	assert_int_equal(held.match.offset, 4);
	assert_int_equal(held.match.period.first, MIDNIGHT - DAY);
	/* Of the list, though it is of the forecast, too. */
	assert_true(find(listed.text, &held));
	assert_int_equal(held.set, 0);
	assert_int_equal(held.match.generator, numbers[1]);
	assert_int_equal(held.match.index, 6);
	/* Another generator's, and another day's. */
	name = forecast_name(numbers[2], NOON, 0);
	assert_false(find(name.text, &held));
	name = forecast_name(numbers[1], NOON + 3 * DAY, 0);
	assert_false(find(name.text, &held));
	assert_true(sinkhole_ground_facts(ground).names > 1000);
}

/* A forecast's name below one of a list; and one above. */
static void
test_forecast_below(void **state)
{
	size_t number = number_of("conficker/b");
	struct fsk_name name = forecast_name(number, NOON, 0), lists[2];
	struct watch_plan plan = plan_of(&number, 1);
	struct sinkhole_set_setting sets[] = {{.names = lists, .name_count = 2},
	                                      {.title = ""}};
	struct sinkhole_ground_setting setting = make_setting(sets, 2);
	struct sinkhole_held held;
	char text[300];

	(void)state;
	lists[0] = name_of(strchr(name.text, '.') + 1);
	snprintf(text, sizeof(text), "own.%s", name.text);
	lists[1] = name_of(text);
	setting.plan = &plan;
	make(&setting);
	assert_true(find(name.text, &held));
	assert_int_equal(held.set, 1);
	snprintf(text, sizeof(text), "x.own.%s", name.text);
	assert_true(find(text, &held));
	assert_int_equal(held.set, 0);
	assert_int_equal(held.offset, 2);
	snprintf(text, sizeof(text), "other.%s", lists[0].text);
	assert_true(find(text, &held));
	assert_int_equal(held.set, 0);
	assert_int_equal(held.offset, 6);
	assert_int_equal(held.match.generator, SIGHTING_NO_GENERATOR);
}

/* Names of the plan that no set wants are not held. */
static void
test_no_set(void **state)
{
	size_t number = number_of("conficker/b");
	struct fsk_name name = forecast_name(number, NOON, 0), own = name_of("example");
	struct watch_plan plan = plan_of(&number, 1);
	struct sinkhole_set_setting set = {.names = &own, .name_count = 1};
	struct sinkhole_ground_setting setting = make_setting(&set, 1);
	struct sinkhole_held held;

	(void)state;
	setting.plan = &plan;
	make(&setting);
	assert_false(find(name.text, &held));
	assert_true(find("a.example", &held));
}

/* Names of lists are known for a bot's: of the period that holds, else the nearest. */
static void
test_known(void **state)
{
	size_t number = number_of("conficker/b");
	struct fsk_name lists[] = {forecast_name(number, NOON, 1),
	                           forecast_name(number, NOON - DAY, 2),
	                           name_of("example.org")};
	struct watch_plan known = plan_of(&number, 1);
	struct sinkhole_set_setting set = {.names = lists, .name_count = 3};
	struct sinkhole_ground_setting setting = make_setting(&set, 1);
	struct fsk_name other = forecast_name(number, NOON, 4);
	struct sinkhole_held held;
	char text[300];

	(void)state;
	setting.known = &known;
	make(&setting);
	assert_true(find(lists[0].text, &held));
	assert_int_equal(held.match.generator, number);
	assert_int_equal(held.match.index, 2);
	assert_int_equal(held.match.period.first, MIDNIGHT);
	snprintf(text, sizeof(text), "a.b.%s", lists[1].text);
	assert_true(find(text, &held));
	assert_int_equal(held.match.index, 3);
	assert_int_equal(held.match.offset, 4);
	assert_int_equal(held.match.period.first, MIDNIGHT - DAY);
	assert_true(find("example.org", &held));
	assert_int_equal(held.match.generator, SIGHTING_NO_GENERATOR);
	assert_false(find(other.text, &held));
	assert_int_equal(sinkhole_ground_facts(ground).names, 3);
}

/* Of two periods with the same name that is taken which holds now, or will, or did. */
static void
test_nearest(void **state)
{
	size_t count = fsk_generator_count(), number = number_of("conficker/b");
	struct fsk_name name = forecast_name(number, NOON, 9);
	struct watch_plan known = plan_of(&number, 1);
	struct sinkhole_set_setting set = {.names = &name, .name_count = 1};
	struct sinkhole_ground_setting setting = make_setting(&set, 1);
	struct sinkhole_held held;

	(void)state;
	assert_true(count > number);
	setting.plan = setting.known = &known;
	make(&setting);
	for (int64_t day = -400; day <= 400; day += 100) {
		assert_true(sinkhole_ground_find(ground, &name, NOON + day * DAY, &held));
		assert_int_equal(held.match.period.first, MIDNIGHT);
	}
}

/* Addresses. */

#define V4S 20
static struct address addresses[V4S + 3];

static void
fill_addresses(void)
{
	char text[40];

	for (unsigned i = 0; i < V4S; i++) {
		snprintf(text, sizeof(text), "192.0.2.%u", i + 1);
		addresses[i + (i > 10 ? 3 : 0)] = address_of(text);
	}
	for (unsigned i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "2001:db8::%u", i + 1);
		addresses[11 + i] = address_of(text);
	}
}

/* Whether ${list} has ${address}. */
static bool
has(const struct address *list, size_t count, const struct address *address)
{
	for (size_t i = 0; i < count; i++)
		if (address_equal(&list[i], address))
			return true;
	return false;
}

static void
test_in_turn(void **state)
{
	struct fsk_name name = name_of("example.com");
	struct sinkhole_set_setting set = {.names = &name,
	                                   .name_count = 1,
	                                   .addresses = addresses,
	                                   .address_count = V4S + 3};
	struct sinkhole_ground_setting setting = make_setting(&set, 1);
	struct address out[WIRE_REPLY_ADDRESSES];
	unsigned firsts[256] = {0};
	struct sinkhole_held held;

	(void)state;
	fill_addresses();
	make(&setting);
	assert_true(find("example.com", &held));
	for (uint32_t turn = UINT32_MAX - 2 * V4S; turn != 3 * V4S; turn++) {
		assert_int_equal(
		        sinkhole_ground_addresses(ground, &held, WIRE_TYPE_A, turn, out),
		        8);
		for (size_t i = 0; i < 8; i++) {
			assert_true(address_is_v4(&out[i]));
			assert_false(has(out, i, &out[i]));
		}
		firsts[out[0].octets[15]]++;
	}
	for (unsigned i = 1; i <= V4S; i++)
		assert_true(firsts[i] >= 4);
	assert_int_equal(sinkhole_ground_addresses(ground, &held, WIRE_TYPE_AAAA, 7, out),
	                 3);
	assert_false(address_is_v4(&out[0]));
	assert_int_equal(sinkhole_ground_addresses(ground, &held, WIRE_TYPE_TXT, 7, out),
	                 0);
}

/* Each name has a part of its own, always the same, and all addresses are somebody's. */
static void
test_per_name(void **state)
{
	struct fsk_name name = name_of("example.com");
	struct sinkhole_set_setting set = {.names = &name,
	                                   .name_count = 1,
	                                   .addresses = addresses,
	                                   .address_count = V4S + 3,
	                                   .per_name = 3};
	struct sinkhole_ground_setting setting = make_setting(&set, 1);
	struct address out[WIRE_REPLY_ADDRESSES], again[WIRE_REPLY_ADDRESSES];
	unsigned seen[256] = {0};
	struct sinkhole_held held;

	(void)state;
	fill_addresses();
	make(&setting);
	assert_true(find("example.com", &held));
	for (uint64_t id = 0; id < 1000; id++) {
		held.id = id * UINT64_C(0x9e3779b97f4a7c15);
		assert_int_equal(
		        sinkhole_ground_addresses(ground, &held, WIRE_TYPE_A, 0, out), 3);
		for (uint32_t turn = 1; turn < 4; turn++) {
			assert_int_equal(sinkhole_ground_addresses(
			                         ground, &held, WIRE_TYPE_A, turn, again),
			                 3);
			for (size_t i = 0; i < 3; i++)
				assert_true(has(out, 3, &again[i]));
			assert_true(address_equal(&again[0], &out[turn % 3]));
		}
		for (size_t i = 0; i < 3; i++)
			seen[out[i].octets[15]]++;
	}
	for (unsigned i = 1; i <= V4S; i++)
		assert_true(seen[i] > 100);
	assert_int_equal(sinkhole_ground_addresses(ground, &held, WIRE_TYPE_AAAA, 9, out),
	                 3);
}

static void
test_place(void **state)
{
	struct address one = address_of("192.0.2.1"), two = address_of("192.0.2.2");
	struct address three = address_of("192.0.2.3"), four = address_of("192.0.2.4");
	struct address of_first[] = {one, two, one}, of_second[] = {two, three};
	struct fsk_name first = name_of("first.example"), found;
	struct fsk_name second[] = {name_of("a.example"), name_of("b.example")};
	struct sinkhole_set_setting sets[] = {{.names = &first,
	                                       .name_count = 1,
	                                       .addresses = of_first,
	                                       .address_count = 3},
	                                      {.names = second,
	                                       .name_count = 2,
	                                       .addresses = of_second,
	                                       .address_count = 2}};
	struct sinkhole_ground_setting setting = make_setting(sets, 2);

	(void)state;
	make(&setting);
	assert_true(sinkhole_ground_place(ground, &one, &found));
	assert_string_equal(found.text, "first.example");
	assert_int_equal(found.len, 13);
	assert_false(sinkhole_ground_place(ground, &two, &found));
	assert_false(sinkhole_ground_place(ground, &three, &found));
	assert_false(sinkhole_ground_place(ground, &four, &found));
	tear_down(state);
	/* With one address a name it may be known of a set with several names. */
	sets[1].per_name = 1;
	sets[0].address_count = 1;
	sets[1].addresses = of_second;
	make(&setting);
	for (size_t i = 0; i < 2; i++) {
		struct address has_it;
		struct sinkhole_held held;

		assert_true(sinkhole_ground_find(ground, &second[i], NOON, &held));
		assert_int_equal(
		        sinkhole_ground_addresses(ground, &held, WIRE_TYPE_A, 5, &has_it),
		        1);
		if (sinkhole_ground_place(ground, &has_it, &found))
			assert_string_equal(found.text, second[i].text);
	}
}

/* An address of a forecast's set says nothing. */
static void
test_place_of_forecast(void **state)
{
	size_t number = number_of("conficker/b");
	struct watch_plan plan = plan_of(&number, 1);
	struct address one = address_of("192.0.2.1");
	struct fsk_name name = name_of("first.example"), found;
	struct sinkhole_set_setting sets[] = {
	        {.names = &name, .name_count = 1, .addresses = &one, .address_count = 1},
	        {.addresses = &one, .address_count = 1}};
	struct sinkhole_ground_setting setting = make_setting(sets, 2);

	(void)state;
	make(&setting);
	assert_true(sinkhole_ground_place(ground, &one, &found));
	tear_down(state);
	setting.plan = &plan;
	make(&setting);
	assert_false(sinkhole_ground_place(ground, &one, &found));
}

/* What cannot be. */

static bool
stop(uint64_t done, uint64_t whole, void *context)
{
	(void)done;
	(void)whole;
	return --*(int *)context > 0;
}

static void
test_refused(void **state)
{
	size_t number = number_of("conficker/b"), beyond = dga_generator_count();
	struct watch_plan plan = plan_of(&number, 1);
	struct fsk_name name = name_of("example.com"), servers[SINKHOLE_SERVERS];
	struct sinkhole_set_setting sets[SINKHOLE_SETS + 1] = {
	        {.names = &name, .name_count = 1}, {.names = &name, .name_count = 1}};
	struct sinkhole_ground_setting setting = make_setting(sets, 2), fit;
	int left = 1;

	(void)state;
	refuses(&setting, FSK_RANGE);
	setting.set_count = 1;
	make(&setting);
	sets[1] = (struct sinkhole_set_setting){.title = ""};
	sets[2] = (struct sinkhole_set_setting){.title = ""};
	setting.set_count = 3;
	refuses(&setting, FSK_RANGE);
	setting.set_count = SINKHOLE_SETS + 1;
	refuses(&setting, FSK_RANGE);
	setting.set_count = 1;
	setting.ttl = (uint32_t)INT32_MAX + 1;
	refuses(&setting, FSK_RANGE);
	setting.ttl = 0;
	setting.server_count = 0;
	refuses(&setting, FSK_RANGE);
	setting.server_count = SINKHOLE_SERVERS + 1;
	refuses(&setting, FSK_RANGE);
	sets[0].addresses = addresses;
	sets[0].address_count = SINKHOLE_ADDRESSES + 1;
	setting.server_count = 2;
	refuses(&setting, FSK_RANGE);
	sets[0].address_count = 0;
	setting.plan = &plan;
	plan.generators = &beyond;
	refuses(&setting, FSK_UNKNOWN);
	plan.generators = &number;
	plan.progress = stop;
	plan.context = &left;
	refuses(&setting, FSK_STOPPED);
	left = 2;
	refuses(&setting, FSK_STOPPED);
	/* Servers whose names do not fit into one answer. */
	fit = setting;
	fit.plan = NULL;
	fit.servers = servers;
	fit.server_count = SINKHOLE_SERVERS;
	for (size_t i = 0; i < SINKHOLE_SERVERS; i++) {
		servers[i] = (struct fsk_name){.len = 240};
		for (size_t n = 0; n < 240; n++)
			servers[i].text[n] = n % 20 == 19 ? '.' : (char)('a' + i);
		servers[i].text[239] = 'z';
	}
	refuses(&fit, FSK_RANGE);
	fit.server_count = 3;
	tear_down(state);
	make(&fit);
}

static void
test_memory(void **state)
{
	size_t number = number_of("conficker/b");
	struct watch_plan plan = plan_of(&number, 1);
	struct fsk_name name = forecast_name(number, NOON, 0);
	struct sinkhole_set_setting sets[] = {{.title = "one",
	                                       .names = &name,
	                                       .name_count = 1,
	                                       .addresses = addresses,
	                                       .address_count = V4S},
	                                      {.title = ""}};
	struct sinkhole_ground_setting setting = make_setting(sets, 2);
	enum fsk_err err = FSK_NOMEM;
	long calls;

	(void)state;
	fill_addresses();
	setting.plan = setting.known = &plan;
	setting.answer = span_of("HTTP/1.0 404 Not Found\r\n\r\n");
	for (calls = 0; err == FSK_NOMEM && calls < 500; calls++) {
		atomic_store(&memory_left, calls);
		err = sinkhole_ground_new(&setting, &ground);
		atomic_store(&memory_left, -1);
		assert_true(err == FSK_OK || ground == NULL);
	}
	assert_int_equal(err, FSK_OK);
	assert_true(calls > 15);
	assert_true(span_equal(sinkhole_ground_setting(ground)->answer, setting.answer));
	assert_ptr_not_equal(sinkhole_ground_setting(ground)->answer.text,
	                     setting.answer.text);
	assert_string_equal(sinkhole_ground_setting(ground)->sets[0].title, "one");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_teardown(test_longest, tear_down),
	        cmocka_unit_test_teardown(test_many, tear_down),
	        cmocka_unit_test_teardown(test_longest_name, tear_down),
	        cmocka_unit_test_teardown(test_forecast, tear_down),
	        cmocka_unit_test_teardown(test_forecast_below, tear_down),
	        cmocka_unit_test_teardown(test_no_set, tear_down),
	        cmocka_unit_test_teardown(test_known, tear_down),
	        cmocka_unit_test_teardown(test_nearest, tear_down),
	        cmocka_unit_test_teardown(test_in_turn, tear_down),
	        cmocka_unit_test_teardown(test_per_name, tear_down),
	        cmocka_unit_test_teardown(test_place, tear_down),
	        cmocka_unit_test_teardown(test_place_of_forecast, tear_down),
	        cmocka_unit_test_teardown(test_refused, tear_down),
	        cmocka_unit_test_teardown(test_memory, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
