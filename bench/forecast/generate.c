/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names a second, text to memory, on one core: for every generator the way that
 * is fastest for it (whole lists, several periods at once), one list at a time,
 * and one name at a time. Each figure is the median of 3. The clock that the
 * core really had is measured beside them, so that cycles can be told.
 *
 *   bench_generate [FAMILY/VARIANT...]    default: one variant of each family
 */
#include "base/date.h"
#include "dga/cursor.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RUNS 3
#define RUN_S 0.4                     /* seconds of one run, about */
#define FIRST_DAY INT64_C(1577836800) /* 2020-01-01 */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

static double
median(double runs[RUNS])
{
	qsort(runs, RUNS, sizeof(*runs), compare);
	return runs[RUNS / 2];
}

/* Billions of dependent additions a second: one a cycle on every x86-64. */
static double
clock_ghz(void)
{
	uint64_t sum = 1;
	double began = now();
	enum { STEPS = 200000000 };

	for (unsigned i = 0; i < STEPS / 8; i++) {
#if defined(__x86_64__)
		__asm__ volatile("add %0, %0\n\tadd %0, %0\n\tadd %0, %0\n\tadd %0, %0\n\t"
		                 "add %0, %0\n\tadd %0, %0\n\tadd %0, %0\n\tadd %0, %0"
		                 : "+r"(sum));
#else
		__asm__ volatile("" : "+r"(sum));
#endif
	}
	return STEPS / (now() - began) * 1e-9;
}

/* The first period from 2020 on; every generator has one. */
static struct fsk_period
first_period(const struct dga_generator *g)
{
	struct fsk_period period;

	if (dga_period_first(g, FIRST_DAY, INT64_MAX, &period) != FSK_OK)
		exit(70);
	return period;
}

/* Sets ${count} following periods of ${g}; those of static lists repeat. */
static void
set_periods(const struct dga_generator *g, struct dga_list *lists, size_t count,
            struct fsk_period *period)
{
	for (size_t i = 0; i < count; i++) {
		if (dga_period_next(g, FIRST_DAY + 9 * 366 * DATE_DAY, period) != FSK_OK)
			*period = first_period(g);
		lists[i].period = *period;
	}
}

/* Names a second of whole lists, ${batch} at once. */
static double
lists_rate(const struct dga_generator *g, size_t batch)
{
	struct dga_list lists[DGA_LIST_BATCH] = {{.count = 0}};
	struct fsk_period period = first_period(g);
	double runs[RUNS];

	for (size_t i = 0; i < batch; i++) {
		if (dga_list_init(&lists[i], g->variant, false) != FSK_OK)
			exit(71);
	}
	for (size_t run = 0; run < RUNS; run++) {
		double began = now();
		double names = 0;

		do {
			set_periods(g, lists, batch, &period);
			dga_list_make(g->family, g->variant, lists, batch);
			names += (double)g->variant->count * (double)batch;
		} while (now() - began < RUN_S);
		runs[run] = names / (now() - began);
	}
	for (size_t i = 0; i < batch; i++)
		dga_list_fini(&lists[i]);
	return median(runs);
}

/* Names a second, one after another from a cursor. */
static double
cursor_rate(const struct dga_generator *g)
{
	static struct dga_cursor cursor;
	struct fsk_period period = first_period(g);
	struct fsk_name name;
	double runs[RUNS];
	unsigned sink = 0;

	for (size_t run = 0; run < RUNS; run++) {
		double began = now();
		double names = 0;

		do {
			for (unsigned lists = 0; lists < 1 + 1000 / g->variant->count;
			     lists++) {
				dga_cursor_begin(&cursor, g, period);
				while (dga_cursor_next(&cursor, &name))
					sink += name.len;
				names += g->variant->count;
			}
		} while (now() - began < RUN_S);
		runs[run] = names / (now() - began);
	}
	if (sink == 1)
		puts(""); /* the names must be made */
	return median(runs);
}

static void
measure(const struct dga_generator *g, double ghz)
{
	double batch = lists_rate(g, DGA_LIST_BATCH);
	char name[DGA_GENERATOR_NAME_SIZE];

	dga_generator_name(g, name);
	printf("%-42s %9.2f %9.2f %9.2f %12.1f\n", name, batch * 1e-6,
	       lists_rate(g, 1) * 1e-6, cursor_rate(g) * 1e-6, ghz * 1e9 / batch);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	double ghz = clock_ghz();
	const struct dga_family *last = NULL;

	printf("core clock, measured: %.2f GHz\n\n", ghz);
	printf("%-42s %9s %9s %9s %12s\n", "M names/s", "24 lists", "one list", "a name",
	       "cycles/name");
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator g = dga_generator_at(i);
		char name[DGA_GENERATOR_NAME_SIZE];
		bool wanted = argc == 1 && (g.family != last ||
		                            strcmp(g.family->name, "conficker") == 0);

		dga_generator_name(&g, name);
		for (int k = 1; k < argc; k++)
			wanted = wanted || strcmp(argv[k], name) == 0;
		if (wanted)
			measure(&g, ghz);
		last = g.family;
	}
	return 0;
}
