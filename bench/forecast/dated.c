/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the dated index costs, for 20 days of conficker/c and for a week of all
 * generators: time beside the making of the names, bytes a name, a look-up of a
 * clean name and of a hit, and beside them what one read at a random place in as
 * much memory costs on this machine. Each time is the median of three.
 */
#include <foresink/watch.h>

#include "dga/catalog.h"
#include "dga/list.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAY INT64_C(86400)
#define FROM (INT64_C(14300) * DAY) /* 2009-02-25: conficker/c is at work */
#define ASKED 1000000
#define RUNS 3

/* Names to ask for, one behind another, each as long as len says. */
struct names {
	char *text;
	size_t *at;
	uint8_t *len;
	size_t count;
};

/* Seconds of this thread's processor time, the system's work for it included:
 * what else the machine does meanwhile counts less. */
static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* SplitMix64 (Steele, Lea, Flood 2014): the same names in each run. */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static double
median(double t[RUNS])
{
	for (int i = 0; i < RUNS; i++) {
		for (int k = i + 1; k < RUNS; k++) {
			double low = t[k] < t[i] ? t[k] : t[i];

			t[k] = t[k] < t[i] ? t[i] : t[k];
			t[i] = low;
		}
	}
	return t[RUNS / 2];
}

static void *
room(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL)
		err(71, "calloc");
	return p;
}

static struct names
names_new(size_t count)
{
	return (struct names){
	        .text = room(count, 64),
	        .at = room(count, sizeof(size_t)),
	        .len = room(count, 1),
	};
}

static void
names_free(struct names *names)
{
	free(names->text);
	free(names->at);
	free(names->len);
}

static void
names_add(struct names *names, const char *text, size_t len)
{
	size_t n = names->count++;

	names->at[n] = n == 0 ? 0 : names->at[n - 1] + names->len[n - 1];
	names->len[n] = (uint8_t)len;
	memcpy(names->text + names->at[n], text, len);
}

static size_t
letters(char *out, size_t len, uint64_t *state)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (char)('a' + draw(state) % 26);
	out[len] = '.';
	return len + 1;
}

/* ${count} names of three labels: 3 to 8 letters, 5 to 14, and a suffix. */
static struct names
clean_names(size_t count)
{
	static const char *const suffixes[] = {"com", "net", "org", "info",
	                                       "de",  "cn",  "ru",  "us"};
	struct names names = names_new(count);
	uint64_t state = 1;

	while (names.count < count) {
		char text[64];
		size_t len = letters(text, 3 + draw(&state) % 6, &state);
		const char *suffix = suffixes[draw(&state) % DGA_COUNT(suffixes)];

		len += letters(text + len, 5 + draw(&state) % 10, &state);
		memcpy(text + len, suffix, strlen(suffix));
		names_add(&names, text, len + strlen(suffix));
	}
	return names;
}

/* All names of ${generator} from ${from} to ${to}, in random order. */
static struct names
listed_names(size_t generator, int64_t from, int64_t to, size_t count)
{
	struct names listed = names_new(count);
	struct names mixed = names_new(count);
	size_t *order = room(count, sizeof(*order));
	uint64_t state = 2;

	for (int64_t day = from; day <= to; day += DAY) {
		struct fsk_cursor *cursor;
		struct fsk_name name;

		if (fsk_cursor_open(generator, day, &cursor) != FSK_OK)
			errx(70, "no list");
		while (fsk_cursor_next(cursor, &name, NULL) == FSK_OK)
			names_add(&listed, name.text, name.len);
		fsk_cursor_close(cursor);
	}
	for (size_t i = 0; i < count; i++) {
		size_t k = draw(&state) % (i + 1);

		order[i] = order[k];
		order[k] = i;
	}
	for (size_t i = 0; i < count; i++)
		names_add(&mixed, listed.text + listed.at[order[i]], listed.len[order[i]]);
	free(order);
	names_free(&listed);
	return mixed;
}

/* Seconds for the lists of ${generator} alone, as the index makes them. */
static double
generation(size_t generator, int64_t from, size_t days)
{
	struct dga_generator g = dga_generator_at(generator);
	size_t batch = g.family->bulk != NULL ? DGA_LIST_BATCH : 1;
	struct dga_list lists[DGA_LIST_BATCH] = {{.count = 0}};
	double start = now();

	for (size_t i = 0; i < batch && i < days; i++) {
		if (dga_list_init(&lists[i], g.variant, false) != FSK_OK)
			err(71, "dga_list_init");
	}
	for (size_t day = 0; day < days; day += batch) {
		size_t n = days - day < batch ? days - day : batch;

		for (size_t i = 0; i < n; i++)
			if (!g.family->period(g.variant, from + (int64_t)(day + i) * DAY,
			                      &lists[i].period))
				errx(70, "no period");
		dga_list_make(g.family, g.variant, lists, n);
	}
	for (size_t i = 0; i < batch; i++)
		dga_list_fini(&lists[i]);
	return now() - start;
}

static struct fsk_index *
make(const size_t *generator, int64_t from, int64_t to, double *seconds)
{
	struct fsk_index *index;
	double start = now();

	if (fsk_index_new(generator, generator != NULL ? 1 : FSK_ALL_GENERATORS, from, to,
	                  &index) != FSK_OK)
		errx(70, "fsk_index_new");
	*seconds = now() - start;
	return index;
}

/* Nanoseconds for each of ${names}, and in ${found} how many had a match. */
static double
ask(const struct fsk_index *index, const struct names *names, size_t *found)
{
	double t[RUNS];

	for (int run = 0; run < RUNS; run++) {
		double start = now();

		*found = 0;
		for (size_t i = 0; i < names->count; i++) {
			struct fsk_match match;

			*found += fsk_index_find(index, names->text + names->at[i],
			                         names->len[i], &match, 1) > 0;
		}
		t[run] = (now() - start) * 1e9 / (double)names->count;
	}
	return median(t);
}

/* Nanoseconds of a read at a random place in ${bytes}, when each place is only
 * known from the one before. */
static double
random_read(size_t bytes)
{
	size_t count = bytes / 64;
	size_t(*lines)[64 / sizeof(size_t)] = room(count, 64);
	uint64_t state = 3;
	size_t at = 0;
	double t[RUNS];

	/* One cycle through all lines (Sattolo). */
	for (size_t i = 0; i < count; i++)
		lines[i][0] = i;
	for (size_t i = count - 1; i > 0; i--) {
		size_t k = draw(&state) % i;
		size_t held = lines[i][0];

		lines[i][0] = lines[k][0];
		lines[k][0] = held;
	}
	for (int run = 0; run < RUNS; run++) {
		double start = now();

		for (size_t i = 0; i < ASKED; i++)
			at = lines[at][0];
		t[run] = (now() - start) * 1e9 / ASKED;
	}
	if (at >= count)
		errx(70, "lost");
	free(lines);
	return median(t);
}

static void
print_size(const struct fsk_index *index, double seconds)
{
	size_t names = fsk_index_names(index);
	size_t bytes = fsk_index_bytes(index);

	printf("  %zu names, %zu bytes: %.2f a name; made in %.4f s\n", names, bytes,
	       (double)bytes / (double)(names > 0 ? names : 1), seconds);
}

static void
print_questions(const struct fsk_index *index, const struct names *hits)
{
	struct names clean = clean_names(ASKED);
	size_t found;
	double ns = ask(index, &clean, &found);

	printf("  clean name of three labels: %.1f ns (%zu of %zu found)\n", ns, found,
	       clean.count);
	if (hits != NULL) {
		ns = ask(index, hits, &found);
		printf("  verified hit: %.1f ns (%zu of %zu found)\n", ns, found,
		       hits->count);
	}
	printf("  a random read in as much memory: %.1f ns\n",
	       random_read(fsk_index_bytes(index)));
	names_free(&clean);
}

static void
conficker(void)
{
	const size_t days = 20;
	const int64_t to = FROM + (int64_t)days * DAY - 1;
	double whole[RUNS], alone[RUNS], beside[RUNS];
	struct fsk_index *index = NULL;
	struct names hits;
	size_t generator;

	if (fsk_generator_find("conficker/c", &generator) != FSK_OK)
		errx(69, "this library has no conficker/c");
	for (int run = 0; run < RUNS; run++) {
		fsk_index_free(index);
		alone[run] = generation(generator, FROM, days);
		index = make(&generator, FROM, to, &whole[run]);
		beside[run] = whole[run] - alone[run];
	}
	printf("conficker/c, %zu days\n", days);
	print_size(index, median(whole));
	printf("  names alone %.4f s, index beside them %.4f s\n", median(alone),
	       median(beside));
	hits = listed_names(generator, FROM, to, fsk_index_names(index));
	print_questions(index, &hits);
	names_free(&hits);
	fsk_index_free(index);
}

static void
week(void)
{
	struct fsk_index *index = NULL;
	double seconds[RUNS];

	for (int run = 0; run < RUNS; run++) {
		fsk_index_free(index);
		index = make(NULL, FROM, FROM + 7 * DAY - 1, &seconds[run]);
	}
	printf("all %zu generators, a week\n", fsk_generator_count());
	print_size(index, median(seconds));
	print_questions(index, NULL);
	fsk_index_free(index);
}

int
main(void)
{
	conficker();
	week();
	return 0;
}
