/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bench/forecast/archive.c: what an index file of all Conficker names costs.
 *
 *   archive FROM TO FILE [THREADS]   builds FILE, opens it, asks it for 10,000
 *                                    names that it holds and 10,000 that it does
 *                                    not, each three times (the last counts: the
 *                                    pages are warm then)
 *   archive --search FROM TO NAME [THREADS]   searches NAME without an index
 *
 * FROM and TO are dates, as 2008-11-21 2030-12-31. FILE is left behind.
 */
#include "base/date.h"
#include "dga/cursor.h"
#include "watch/archive.h"
#include "watch/search.h"
#include "wire/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define ASKED 10000

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int
fail(const char *what, enum fsk_err err)
{
	fprintf(stderr, "archive: %s: %s\n", what, fsk_strerror(err));
	return 1;
}

static bool
progress(uint64_t done, uint64_t whole, void *context)
{
	unsigned percent = (unsigned)(done * 100 / (whole > 0 ? whole : 1));
	unsigned *told = context;

	if (percent / 10 != *told / 10)
		fprintf(stderr, "%u %%\n", percent);
	*told = percent;
	return true;
}

/* All variants of Conficker over ${from}..${to}. */
static bool
make_plan(struct watch_plan *plan, size_t *numbers, char **arguments, const char *threads)
{
	static unsigned told;
	int64_t length;

	*plan = (struct watch_plan){
	        .generators = numbers, .progress = progress, .context = &told};
	for (size_t i = 0; i < dga_generator_count(); i++) {
		if (strcmp(dga_generator_at(i).family->name, "conficker") == 0)
			numbers[plan->generator_count++] = i;
	}
	plan->threads = threads != NULL ? (unsigned)strtoul(threads, NULL, 10) : 2;
	if (date_parse_instant(span_of(arguments[0]), &plan->from, &length, NULL) !=
	            FSK_OK ||
	    date_parse_instant(span_of(arguments[1]), &plan->to, &length, NULL) != FSK_OK)
		return false;
	plan->to += length - 1;
	return plan->generator_count > 0;
}

/* ASKED names of the plan: of lists all over its time, names all over the list. */
static void
draw_names(const struct watch_plan *plan, struct fsk_name *names)
{
	size_t drawn = 0;

	for (uint64_t n = 0; drawn < ASKED; n++) {
		struct dga_generator g =
		        dga_generator_at(plan->generators[n % plan->generator_count]);
		uint64_t shifted = n * 7919 * DATE_DAY % (uint64_t)(plan->to - plan->from);
		struct fsk_period period;
		struct dga_cursor cursor;

		if (dga_period_first(&g, plan->from + (int64_t)shifted, plan->to,
		                     &period) != FSK_OK)
			continue;
		dga_cursor_begin(&cursor, &g, period);
		for (uint32_t i = 0; drawn < ASKED && i < g.variant->count; i++) {
			(void)dga_cursor_next(&cursor, &names[drawn]);
			drawn += i % (g.variant->count / 100 + 1) == 0;
		}
	}
}

static void
count_match(const struct fsk_match *match, void *context)
{
	(void)match;
	++*(uint64_t *)context;
}

/* Asks for all ${names} and prints what it took. */
static int
ask(const struct watch_archive *archive, const struct fsk_name *names, const char *what)
{
	for (int round = 0; round < 3; round++) {
		uint64_t matches = 0;
		double start = seconds();
		double worst = 0;

		for (size_t i = 0; i < ASKED; i++) {
			double before = seconds();
			enum fsk_err err = watch_archive_find(archive, &names[i],
			                                      count_match, &matches);

			if (err != FSK_OK)
				return fail("look-up", err);
			before = seconds() - before;
			worst = before > worst ? before : worst;
		}
		printf("%s, round %d: %.2f us a name, worst %.1f us, %llu matches\n", what,
		       round + 1, (seconds() - start) / ASKED * 1e6, worst * 1e6,
		       (unsigned long long)matches);
	}
	return 0;
}

static int
build_and_ask(const struct watch_plan *plan, const char *path)
{
	static struct fsk_name names[ASKED];
	struct watch_archive_info info;
	struct watch_archive *archive;
	struct rusage usage;
	const char *why;
	double start = seconds();
	enum fsk_err err = watch_archive_build(path, plan, &info);
	int status;

	if (err != FSK_OK)
		return fail(path, err);
	getrusage(RUSAGE_SELF, &usage);
	printf("built in %.1f s with %u threads, %llu names, %llu bytes, %.3f bytes a "
	       "name, "
	       "peak memory %.2f GB\n",
	       seconds() - start, plan->threads, (unsigned long long)info.names,
	       (unsigned long long)info.bytes, (double)info.bytes / (double)info.names,
	       (double)usage.ru_maxrss / 1e6);
	start = seconds();
	err = watch_archive_open(path, &archive, &why);
	if (err != FSK_OK)
		return fail(why, err);
	printf("opened in %.0f us\n", (seconds() - start) * 1e6);
	draw_names(plan, names);
	status = ask(archive, names, "present");
	for (size_t i = 0; i < ASKED; i++)
		names[i].len =
		        (uint8_t)snprintf(names[i].text, sizeof(names[i].text), "q%zux.%s",
		                          i * 7919, i % 2 ? "com" : "cc");
	if (status == 0)
		status = ask(archive, names, "absent");
	watch_archive_close(archive);
	return status;
}

static void
print_match(size_t name, const struct fsk_match *match, void *context)
{
	char day[DATE_INSTANT_SIZE];

	(void)name;
	(void)context;
	date_write_day(match->period.first, day);
	printf("%s/%s %s #%u\n", fsk_generator_family(match->generator),
	       fsk_generator_variant(match->generator), day, match->index);
}

static int
search_one(const struct watch_plan *plan, const char *text)
{
	struct watch_search_stats stats;
	struct fsk_name name;
	struct watch_search search = {
	        .plan = *plan, .names = &name, .name_count = 1, .found = print_match};
	double start = seconds();
	enum fsk_err err = wire_name_read(span_of(text), &name, NULL);

	if (err == FSK_OK)
		err = watch_search(&search, &stats);
	if (err != FSK_OK)
		return fail(text, err);
	printf("searched in %.1f s with %u threads, %llu names made, %zu generators "
	       "ruled out\n",
	       seconds() - start, plan->threads, (unsigned long long)stats.names_made,
	       stats.ruled_out);
	return 0;
}

int
main(int argc, char **argv)
{
	bool search = argc > 1 && strcmp(argv[1], "--search") == 0;
	char **arguments = argv + 1 + search;
	size_t *numbers = calloc(dga_generator_count(), sizeof(*numbers));
	struct watch_plan plan;
	int status = 64;

	if (argc - search < 4 || numbers == NULL ||
	    !make_plan(&plan, numbers, arguments, argc - search > 4 ? arguments[3] : NULL))
		fprintf(stderr, "usage: archive [--search] FROM TO FILE|NAME [THREADS]\n");
	else
		status = search ? search_one(&plan, arguments[2])
		                : build_and_ask(&plan, arguments[2]);
	free(numbers);
	return status;
}
