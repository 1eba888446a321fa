/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is asked of an index file is compared with what the cursors make: for
 * every generator, the forecasts of a name, all of them, in order, and no
 * others.
 */
#include "watch/archive.h"

#include "base/date.h"
#include "base/span.h"
#include "dga/cursor.h"
#include "watch/runs.h"
#include "watch/search.h"
#include "watch/shape.h"
#include "wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* Names of a generator that are asked for at most. */
#define ASKED_MAX 1500

/* One forecast, as the cursors make it. */
struct truth {
	uint64_t hash; /* of the name in lower case */
	struct fsk_match match;
};

struct truths {
	struct truth *at;
	size_t count;
	size_t room;
};

static char folder[64];
static char path[80];

static int64_t
instant(const char *text)
{
	int64_t at;
	int64_t length;

	assert_int_equal(date_parse_instant(span_of(text), &at, &length, NULL), FSK_OK);
	return at;
}

static size_t
generator(const char *name)
{
	size_t number;

	assert_int_equal(fsk_generator_find(name, &number), FSK_OK);
	return number;
}

/* The numbers of all generators, for the caller to free. */
static size_t *
all_generators(void)
{
	size_t *numbers = calloc(dga_generator_count(), sizeof(*numbers));

	assert_non_null(numbers);
	for (size_t i = 0; i < dga_generator_count(); i++)
		numbers[i] = i;
	return numbers;
}

static struct watch_plan
plan_of(const size_t *numbers, size_t count, const char *from, const char *to)
{
	return (struct watch_plan){
	        .generators = numbers,
	        .generator_count = count,
	        .from = instant(from),
	        .to = instant(to) + DATE_DAY - 1,
	        .threads = 2,
	};
}

static uint64_t
hash_of(struct fsk_name *name)
{
	watch_shape_lower(name->text, name->len);
	return XXH64(name->text, name->len, 7);
}

static int
compare_truths(const void *left, const void *right)
{
	const struct truth *a = left;
	const struct truth *b = right;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->match.generator != b->match.generator)
		return a->match.generator < b->match.generator ? -1 : 1;
	if (a->match.period.first != b->match.period.first)
		return a->match.period.first < b->match.period.first ? -1 : 1;
	return a->match.index < b->match.index ? -1 : a->match.index > b->match.index;
}

static void
add_truth(struct truths *truths, struct truth truth)
{
	if (truths->count == truths->room) {
		truths->room = truths->room * 2 + 1024;
		truths->at = realloc(truths->at, truths->room * sizeof(*truths->at));
		assert_non_null(truths->at);
	}
	truths->at[truths->count++] = truth;
}

/* Calls ${each} for every name of ${plan}. */
static void
walk(const struct watch_plan *plan,
     void (*each)(struct fsk_name *name, const struct fsk_match *match, void *context),
     void *context)
{
	for (size_t i = 0; i < plan->generator_count; i++) {
		struct dga_generator g = dga_generator_at(plan->generators[i]);
		struct fsk_period period;
		enum fsk_err err = dga_period_first(&g, plan->from, plan->to, &period);

		for (; err == FSK_OK; err = dga_period_next(&g, plan->to, &period)) {
			struct dga_cursor cursor;
			struct fsk_name name;

			dga_cursor_begin(&cursor, &g, period);
			while (dga_cursor_next(&cursor, &name)) {
				struct fsk_match match = {.period = period,
				                          .generator = (uint32_t)g.number,
				                          .index = cursor.index};

				each(&name, &match, context);
			}
		}
	}
}

static void
learn(struct fsk_name *name, const struct fsk_match *match, void *context)
{
	add_truth(context, (struct truth){hash_of(name), *match});
}

/* What the archive tells of one name, held against the truth. */
struct answer {
	const struct truth *next;
	const struct truth *end;
	uint64_t hash;
	unsigned count;
};

static void
check_match(const struct fsk_match *match, void *context)
{
	struct answer *answer = context;

	assert_true(answer->next < answer->end && answer->next->hash == answer->hash);
	assert_int_equal(match->generator, answer->next->match.generator);
	assert_true(match->period.first == answer->next->match.period.first);
	assert_true(match->period.last == answer->next->match.period.last);
	assert_int_equal(match->index, answer->next->match.index);
	assert_int_equal(match->offset, 0);
	answer->next++;
	answer->count++;
}

/* The first of ${truths}, which are sorted, with ${hash}. */
static const struct truth *
first_truth(const struct truths *truths, uint64_t hash)
{
	size_t low = 0;
	size_t high = truths->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (truths->at[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return truths->at + low;
}

struct examination {
	const struct watch_archive *archive;
	struct truths truths;
	uint64_t names;
	uint64_t asked;
	uint64_t matches;
};

static void
ask(struct fsk_name *name, const struct fsk_match *match, void *context)
{
	struct examination *examination = context;
	uint32_t count = dga_generator_at(match->generator).variant->count;
	uint64_t hash = hash_of(name);
	struct answer answer = {.hash = hash};

	/* All names of short lists, some of each group of long ones. */
	if (examination->names++ % (count / ASKED_MAX * 3 + 1) != 0)
		return;
	answer.next = first_truth(&examination->truths, hash);
	answer.end = examination->truths.at + examination->truths.count;
	assert_int_equal(
	        watch_archive_find(examination->archive, name, check_match, &answer),
	        FSK_OK);
	assert_true(answer.count > 0);
	assert_true(answer.next == answer.end || answer.next->hash != hash);
	examination->asked++;
	examination->matches += answer.count;
}

static struct watch_archive *
open_archive(void)
{
	struct watch_archive *archive;
	const char *why = NULL;

	assert_int_equal(watch_archive_open(path, &archive, &why), FSK_OK);
	return archive;
}

static void
must_not_match(const struct fsk_match *match, void *context)
{
	(void)match;
	(void)context;
	fail();
}

/* Builds ${plan} and asks for its names. */
static void
examine(const struct watch_plan *plan)
{
	struct examination examination = {.archive = NULL};
	struct watch_archive_info info;
	struct watch_archive *archive;

	assert_int_equal(watch_archive_build(path, plan, &info), FSK_OK);
	archive = open_archive();
	assert_true(watch_archive_info(archive)->names == info.names);
	assert_true(watch_archive_info(archive)->bytes == info.bytes);
	assert_int_equal(watch_archive_info(archive)->generator_count,
	                 plan->generator_count);
	assert_memory_equal(watch_archive_info(archive)->generators, plan->generators,
	                    plan->generator_count * sizeof(size_t));

	walk(plan, learn, &examination.truths);
	assert_true(examination.truths.count == info.names);
	qsort(examination.truths.at, examination.truths.count, sizeof(struct truth),
	      compare_truths);
	examination.archive = archive;
	walk(plan, ask, &examination);
	assert_true(examination.matches >= examination.asked && examination.asked > 0);
	assert_int_equal(watch_archive_check(archive, NULL, NULL), FSK_OK);

	for (unsigned i = 0; i < 20000; i++) {
		struct fsk_name name;
		const char *suffix[] = {"com", "net", "ru", "pl", "su"};

		name.len = (uint8_t)snprintf(name.text, sizeof(name.text), "0absent%ux.%s",
		                             i, suffix[i % 5]);
		assert_int_equal(watch_archive_find(archive, &name, must_not_match, NULL),
		                 FSK_OK);
	}
	watch_archive_close(archive);
	free(examination.truths.at);
}

static void
every_generator_is_found(void **state)
{
	size_t *numbers = all_generators();
	struct watch_plan plan =
	        plan_of(numbers, dga_generator_count(), "2017-03-30", "2017-04-02");

	(void)state;
	examine(&plan);
	free(numbers);
}

static void
calendars_are_kept_over_months(void **state)
{
	/* Periods of many lengths: 3 days within a month, days, months, 512 s. */
	size_t numbers[64];
	size_t count = 0;
	struct watch_plan plan;

	(void)state;
	for (size_t i = 0; i < dga_generator_count() && count < 64; i++) {
		if (dga_generator_at(i).variant->count <= 256)
			numbers[count++] = i;
	}
	plan = plan_of(numbers, count, "2008-11-21", "2009-03-12");
	examine(&plan);
}

static void
each_generator_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct watch_plan plan = plan_of(&i, 1, "2016-02-29", "2016-02-29");

		if (dga_generator_at(i).variant->count <= 5000)
			examine(&plan);
	}
}

/* XXH64 of the file at ${path}. */
static uint64_t
file_hash(void)
{
	static char buffer[1 << 16];
	XXH64_state_t *hash = XXH64_createState();
	FILE *file = fopen(path, "rb");
	uint64_t result;
	size_t got;

	assert_non_null(file);
	assert_non_null(hash);
	XXH64_reset(hash, 0);
	while ((got = fread(buffer, 1, sizeof(buffer), file)) > 0)
		XXH64_update(hash, buffer, got);
	fclose(file);
	result = XXH64_digest(hash);
	XXH64_freeState(hash);
	return result;
}

static void
threads_change_no_byte(void **state)
{
	size_t *numbers = all_generators();
	struct watch_plan plan =
	        plan_of(numbers, dga_generator_count(), "2009-04-01", "2009-04-04");
	uint64_t hash[3];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		plan.threads = i * 2 + 1;
		assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_OK);
		hash[i] = file_hash();
	}
	assert_true(hash[0] == hash[1] && hash[0] == hash[2]);
	free(numbers);
}

/* Adds up what was found, whatever the order. */
struct sum {
	uint64_t matches;
	uint64_t sum;
};

static void
add_up(struct sum *sum, size_t name, const struct fsk_match *match)
{
	uint64_t words[5] = {name, match->generator, (uint64_t)match->period.first,
	                     (uint64_t)match->period.last, match->index};

	sum->matches++;
	sum->sum += XXH64(words, sizeof(words), 0);
}

static void
found_by_search(size_t name, const struct fsk_match *match, void *context)
{
	add_up(context, name, match);
}

struct asking {
	struct sum *sum;
	size_t name;
};

static void
found_in_archive(const struct fsk_match *match, void *context)
{
	struct asking *asking = context;

	add_up(asking->sum, asking->name, match);
}

static void
search_says_the_same(void **state)
{
	static const char *const published[] = {
	        "jogli.com",   "wnsux.com",  "qhflh.com", "praat.org",
	        "example.com", "absent.org", "aaaaa.ws",  "abcde.co.uk",
	};
	struct fsk_name names[DGA_COUNT(published)];
	size_t *numbers = all_generators();
	struct watch_search search = {.names = names, .name_count = DGA_COUNT(published)};
	struct watch_search_stats stats;
	struct watch_archive *archive;
	struct sum searched = {0, 0};
	struct sum asked = {0, 0};

	(void)state;
	for (size_t i = 0; i < DGA_COUNT(published); i++)
		assert_int_equal(wire_name_read(span_of(published[i]), &names[i], NULL),
		                 FSK_OK);
	search.plan = plan_of(numbers, dga_generator_count(), "2009-02-25", "2009-04-03");
	search.found = found_by_search;
	search.context = &searched;
	assert_int_equal(watch_search(&search, &stats), FSK_OK);
	assert_int_equal(watch_archive_build(path, &search.plan, NULL), FSK_OK);
	archive = open_archive();
	for (size_t i = 0; i < DGA_COUNT(published); i++) {
		struct asking asking = {&asked, i};

		assert_int_equal(
		        watch_archive_find(archive, &names[i], found_in_archive, &asking),
		        FSK_OK);
	}
	watch_archive_close(archive);
	free(numbers);
	assert_true(asked.matches >= 4);
	assert_true(asked.matches == searched.matches);
	assert_true(asked.sum == searched.sum);
}

struct published {
	const char *name;
	const char *date;
	uint32_t index;
	unsigned found;
};

static void
check_published(const struct fsk_match *match, void *context)
{
	struct published *published = context;

	if (match->generator == generator("conficker/b") &&
	    match->period.first == instant(published->date) &&
	    match->index == published->index)
		published->found++;
}

static void
published_names_are_found(void **state)
{
	struct published published[] = {
	        {"jogli.com", "2009-03-08", 101, 0},
	        {"wnsux.com", "2009-03-13", 66, 0},
	        {"qhflh.com", "2009-03-18", 155, 0},
	        {"praat.org", "2009-03-31", 160, 0},
	};
	size_t numbers[] = {generator("conficker/a"), generator("conficker/b")};
	struct watch_plan plan = plan_of(numbers, 2, "2008-11-21", "2009-12-31");
	struct watch_archive *archive;

	(void)state;
	assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_OK);
	archive = open_archive();
	for (size_t i = 0; i < DGA_COUNT(published); i++) {
		struct fsk_name name;

		assert_int_equal(wire_name_read(span_of(published[i].name), &name, NULL),
		                 FSK_OK);
		assert_int_equal(
		        watch_archive_find(archive, &name, check_published, &published[i]),
		        FSK_OK);
		assert_int_equal(published[i].found, 1);
	}
	watch_archive_close(archive);
}

/* Finds a name that the first list of ${plan} holds twice. */
static bool
find_twin(const struct watch_plan *plan, struct fsk_name *twin)
{
	struct dga_generator g = dga_generator_at(plan->generators[0]);
	struct fsk_name names[WATCH_GROUP_LIST];
	struct fsk_period period;
	struct dga_cursor cursor;

	if (g.variant->count >= WATCH_GROUP_LIST ||
	    dga_period_first(&g, plan->from, plan->to, &period) != FSK_OK)
		return false;
	dga_cursor_begin(&cursor, &g, period);
	for (uint32_t i = 0; dga_cursor_next(&cursor, &names[i]); i++) {
		hash_of(&names[i]);
		*twin = names[i];
		for (uint32_t k = 0; k < i; k++) {
			if (watch_shape_equal(twin, &names[k]))
				return true;
		}
	}
	return false;
}

struct count {
	struct fsk_name name;
	unsigned made;
	unsigned told;
};

static void
count_name(struct fsk_name *name, const struct fsk_match *match, void *context)
{
	struct count *count = context;

	(void)match;
	count->made += watch_shape_equal(name, &count->name);
}

static void
count_match(const struct fsk_match *match, void *context)
{
	(void)match;
	((struct count *)context)->told++;
}

/* Several lists of locky share a group, and some lists hold a name twice. */
static void
a_name_again_in_its_group_is_told_once_each(void **state)
{
	unsigned twins = 0;

	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct watch_plan plan = plan_of(&i, 1, "2017-04-01", "2017-04-08");
		struct watch_archive *archive;
		struct count count = {.made = 0};

		if (dga_generator_at(i).variant->count >= 32 ||
		    !find_twin(&plan, &count.name))
			continue;
		twins++;
		walk(&plan, count_name, &count);
		assert_true(count.made >= 2);
		assert_int_equal(watch_archive_build(path, &plan, NULL), FSK_OK);
		archive = open_archive();
		assert_int_equal(
		        watch_archive_find(archive, &count.name, count_match, &count),
		        FSK_OK);
		assert_int_equal(count.told, count.made);
		watch_archive_close(archive);
	}
	assert_true(twins > 0);
}

static int
make_folder(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/archive.XXXXXX",
	         where != NULL ? where : "/tmp");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/index", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder); /* fails when anything else was left in it */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_generator_is_found),
	        cmocka_unit_test(calendars_are_kept_over_months),
	        cmocka_unit_test(each_generator_alone),
	        cmocka_unit_test(threads_change_no_byte),
	        cmocka_unit_test(search_says_the_same),
	        cmocka_unit_test(published_names_are_found),
	        cmocka_unit_test(a_name_again_in_its_group_is_told_once_each),
	};

	if (getenv("TEST_ONLY") != NULL) /* what ThreadSanitizer is to see */
		cmocka_set_test_filter(getenv("TEST_ONLY"));
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
