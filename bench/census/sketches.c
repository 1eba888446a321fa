/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What bench/census/run measures, or measures with:
 *
 *   bench_census text LINES DISTINCT    a text of addresses, one a line, to stdout
 *   bench_census error SEEDS            how near sketches are: a line of each size
 *   bench_census nodes FOLDER           30 files of sketches of a day, 24 hours and the day
 *   bench_census merge FILE...          reads and merges them, how long it takes
 *   bench_census set HOSTS              adds so many hosts to a set, what one takes
 */
#include "census/set.h"
#include "census/sketch.h"

#include <err.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NODES 30
#define HOURS 24
#define HOSTS_A_NODE 200000
#define DAY INT64_C(1232582400) /* 2009-01-22 */
#define TURNS 5

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* SplitMix64 (Steele, Lea, Flood 2014): the same in each run. */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The same address of the same number, each of another: an odd factor. */
static struct sighting_client
host(uint32_t number)
{
	uint32_t value = number * 2654435761u;
	uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
	                     (uint8_t)(value >> 8), (uint8_t)value};

	return (struct sighting_client){.address = address_of_v4(octets), .prefix = 32};
}

static void
need(enum fsk_err result)
{
	if (result != FSK_OK)
		errx(71, "%s", fsk_strerror(result));
}

static int
write_text(uint64_t lines, uint64_t distinct)
{
	uint64_t state = 20090122;
	char text[ADDRESS_SIZE];

	for (uint64_t i = 0; i < lines; i++) {
		uint64_t number = i < distinct ? i : draw(&state) % distinct;
		struct sighting_client client = host((uint32_t)number);

		address_write(&client.address, text);
		puts(text);
	}
	return fflush(stdout) == 0 ? 0 : 71;
}

/* The sketch of ${count} hosts under the key of ${seed}. */
static struct census_hll *
fill(uint64_t seed, uint32_t count)
{
	uint8_t key[CENSUS_HLL_KEY] = {0};
	struct census_hll *hll;

	memcpy(key, &seed, sizeof(seed));
	need(census_hll_new(&hll));
	for (uint32_t i = 0; i < count; i++) {
		struct sighting_client client = host(i);

		need(census_hll_add(hll, census_hll_hash(key, &client)));
	}
	return hll;
}

static int
measure_error(uint64_t seeds)
{
	static const uint32_t sizes[] = {10,      30,      100,     300,    1000,
	                                 3000,    10000,   30000,   100000, 300000,
	                                 1000000, 3000000, 10000000};

	for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		double sum = 0, worst = 0, mean = 0, began = now();

		for (uint64_t seed = 1; seed <= seeds; seed++) {
			struct census_hll *hll = fill(seed, sizes[k]);
			double error = census_hll_estimate(hll) / sizes[k] - 1;

			sum += error * error;
			mean += error;
			worst = fmax(worst, fabs(error));
			census_hll_free(hll);
		}
		printf("{\"hosts\": %" PRIu32 ", \"rms\": %.6f, \"worst\": %.6f, "
		       "\"mean\": %.6f, \"ns\": %.1f}\n",
		       sizes[k], sqrt(sum / (double)seeds), worst, mean / (double)seeds,
		       (now() - began) * 1e9 / (double)seeds / sizes[k]);
		fflush(stdout);
	}
	return 0;
}

/* A day that one node saw: so many that each hour's sketch is dense. */
static void
write_node(const char *folder, unsigned node)
{
	static const uint8_t key[CENSUS_HLL_KEY] = "of the partners";
	char name[32], path[4096];
	struct census_sketch *sketch;
	uint8_t *octets;
	size_t len;
	FILE *out;

	snprintf(name, sizeof(name), "sinkhole-%02u", node);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	need(census_sketch_new(key, name, &sketch));
	for (uint32_t i = 0; i < HOSTS_A_NODE; i++) {
		struct census_sketch_key hour = {DAY + i % HOURS * 3600, 3600,
		                                 "conficker/b", ""};
		struct census_sketch_key day = {DAY, 86400, "conficker/b", ""};
		/* Half of them another node sees, too. */
		struct sighting_client client = host(node * HOSTS_A_NODE / 2 + i);

		need(census_sketch_add(sketch, &hour, &client));
		need(census_sketch_add(sketch, &day, &client));
	}
	need(census_sketch_write(sketch, &octets, &len));
	out = fopen(path, "wb");
	if (out == NULL || fwrite(octets, 1, len, out) != len || fclose(out) != 0)
		err(71, "%s", path);
	free(octets);
	census_sketch_free(sketch);
}

static struct span
load(const char *path)
{
	FILE *in = fopen(path, "rb");
	size_t most = (size_t)1 << 24, len;
	char *text = malloc(most);

	if (in == NULL || text == NULL)
		err(71, "%s", path);
	len = fread(text, 1, most, in);
	fclose(in);
	return (struct span){text, len};
}

static enum fsk_err
tell_day(const struct census_sketch_key *key, const struct census_hll *hll, void *context)
{
	if (key->seconds == 86400)
		*(double *)context = census_hll_estimate(hll);
	return FSK_OK;
}

/* Reads all ${files} and merges them into the first. */
static struct census_sketch *
merge_once(const struct span *files, size_t count, double *merging)
{
	struct census_sketch **read = calloc(count, sizeof(struct census_sketch *));
	struct census_sketch *first;
	double began;

	if (read == NULL)
		err(71, "calloc");
	for (size_t i = 0; i < count; i++)
		need(census_sketch_read(files[i], &read[i], NULL));
	began = now();
	for (size_t i = 1; i < count; i++)
		need(census_sketch_merge(read[0], read[i]));
	*merging = now() - began;
	for (size_t i = 1; i < count; i++)
		census_sketch_free(read[i]);
	first = read[0];
	free(read);
	return first;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int
measure_merge(char **paths, size_t count)
{
	struct span *files = calloc(count + 1, sizeof(*files));
	double alls[TURNS], mergings[TURNS], estimate = 0;

	if (files == NULL)
		err(71, "calloc");
	for (size_t i = 0; i < count; i++)
		files[i] = load(paths[i]);
	for (size_t turn = 0; turn < TURNS; turn++) {
		double began = now();
		struct census_sketch *merged = merge_once(files, count, &mergings[turn]);

		alls[turn] = now() - began;
		need(census_sketch_each(merged, tell_day, &estimate));
		census_sketch_free(merged);
	}
	qsort(alls, TURNS, sizeof(*alls), compare);
	qsort(mergings, TURNS, sizeof(*mergings), compare);
	printf("{\"files\": %zu, \"bytes\": %zu, \"all_ms\": %.3f, \"merge_ms\": %.3f, "
	       "\"estimate\": %.0f, \"hosts\": %zu}\n",
	       count, files[0].len, alls[TURNS / 2] * 1e3, mergings[TURNS / 2] * 1e3,
	       estimate, (count + 1) * HOSTS_A_NODE / 2);
	return 0;
}

static int
measure_set(uint64_t hosts)
{
	struct census_set *set;
	uint64_t state = 1;
	double began;

	need(census_set_new(&set));
	began = now();
	for (uint64_t i = 0; i < hosts; i++) {
		struct sighting_client client = host((uint32_t)draw(&state));

		need(census_set_add(set, &client));
	}
	printf("{\"ns\": %.1f, \"bytes\": %.2f}\n", (now() - began) * 1e9 / (double)hosts,
	       (double)census_set_bytes(set) / (double)census_set_count(set));
	census_set_free(set);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";
	uint64_t number = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;

	if (strcmp(mode, "text") == 0 && argc == 4)
		return write_text(number, strtoull(argv[3], NULL, 10));
	if (strcmp(mode, "error") == 0)
		return measure_error(number);
	if (strcmp(mode, "set") == 0)
		return measure_set(number);
	if (strcmp(mode, "merge") == 0)
		return measure_merge(argv + 2, (size_t)argc - 2);
	if (strcmp(mode, "nodes") == 0) {
		for (unsigned node = 0; node < NODES; node++)
			write_node(argv[2], node);
		return 0;
	}
	errx(64, "usage: bench_census text|error|nodes|merge|set ...");
}
