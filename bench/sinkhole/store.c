/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Puts sightings into a journal as a worker of the sinkhole does, and moves them into the
 * store; tells in JSON what both took of the processor.
 *
 *   store FOLDER COUNT
 *
 * They are spread over thirty days; a host calls eight times a day, as one that sweeps its
 * names again and again does.
 */
#include "dga/catalog.h"
#include "store/mover.h"
#include "store/store.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAYS 30
#define START INT64_C(1795305600000000) /* us: 2026-11-22 */
#define AT_ONCE 500000
#define A_DAY 8 /* contacts of a host */
#define REQUEST                                                                            \
	"GET /search?q=7 HTTP/1.0\r\n"                                                     \
	"User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)\r\n"          \
	"Host: 192.0.2.81\r\nPragma: no-cache\r\n\r\n"

struct bench {
	const char *folder;
	uint64_t count, done;
	uint64_t state; /* of the numbers that choose */
	double put_cpu, move_cpu;
	uint32_t generator;
};

static double
cpu(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int64_t
now_us(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
say(const char *words, void *context)
{
	(void)context;
	warnx("%s", words);
}

static uint64_t
draw(struct bench *bench)
{
	/* xorshift64 (Marsaglia, 2003). */
	bench->state ^= bench->state << 13;
	bench->state ^= bench->state >> 7;
	bench->state ^= bench->state << 17;
	return bench->state;
}

static struct address
address_at(uint32_t number)
{
	const uint8_t octets[] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
	                          (uint8_t)(number >> 8), (uint8_t)number};

	return address_of_v4(octets);
}

/* Sighting number ${n}: four of five are Conficker's reports, the others anybody's. */
static void
make(struct bench *bench, uint64_t n, struct sighting *sighting)
{
	static const char names[][16] = {"pdxdeqjy.cc", "kwtdfvsl.org"};
	uint64_t chosen = draw(bench);
	uint32_t host = (uint32_t)(chosen % (bench->count / DAYS / A_DAY + 1));
	bool bot = chosen >> 32 & 3;

	*sighting = (struct sighting){
	        .us = START + (int64_t)((double)n / (double)bench->count * DAYS * 86400e6),
	        .client = {.prefix = 32},
	        .port = (uint16_t)(1024 + (chosen >> 40) % 60000),
	        .kind = SIGHTING_HTTP,
	        .transport = SIGHTING_TCP,
	        .match = {.generator = SIGHTING_NO_GENERATOR},
	        .counter = SIGHTING_NO_COUNTER,
	        .to_port = 80,
	        .method = span_of("GET"),
	        .target = span_of("/search?q=7"),
	        .agent = span_of("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)"),
	        .host = span_of("192.0.2.81"),
	        .version = span_of("HTTP/1.0"),
	        .first = span_of(REQUEST),
	        .sensor = span_of("ns1"),
	        .fingerprint = bot ? "conficker-ab" : "http",
	};
	sighting->client.address = address_at(0x0b000000U + host);
	sighting->address = sighting->client.address;
	sighting->to = address_at(0xc0000251U);
	if (!bot)
		return;
	sighting->counter = (int64_t)(chosen >> 48);
	sighting->name = span_of(names[chosen >> 36 & 1]);
	sighting->forecast = sighting->name;
	sighting->match.generator = bench->generator;
	sighting->match.index = (uint32_t)(chosen >> 50 & 0xff);
	sighting->match.period.first = START / 1000000 / 86400 * 86400;
	sighting->match.period.last = sighting->match.period.first + 86399;
	sighting->by = SIGHTING_BY_RECENT;
}

static void
check(enum fsk_err error, const char *what)
{
	if (error != FSK_OK)
		errx(71, "%s: error %d", what, (int)error);
}

/* The number of a generator. */
static uint32_t
find(const char *name)
{
	for (uint32_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator generator = dga_generator_at(i);

		if (dga_generator_means(&generator, name))
			return i;
	}
	errx(71, "%s: no such generator", name);
}

static void
put(struct bench *bench, uint64_t most)
{
	const struct store_journal_setting setting = {.store = bench->folder,
	                                              .worker = "bench",
	                                              .segment = STORE_SEGMENT,
	                                              .now_us = now_us(NULL)};
	struct store_journal *journal;
	double began = cpu();

	check(store_journal_open(&setting, &journal), "journal");
	for (; bench->done < most; bench->done++) {
		struct sighting sighting;

		make(bench, bench->done, &sighting);
		check(store_journal_put(journal, &sighting, now_us(NULL)), "put");
	}
	bench->put_cpu += cpu() - began;
	store_journal_free(journal);
}

static void
move(struct bench *bench, struct store_mover *mover)
{
	double began = cpu();
	enum fsk_err error;

	do
		error = store_mover_step(mover);
	while (error == FSK_OK);
	if (error != FSK_END)
		check(error, "move");
	bench->move_cpu += cpu() - began;
}

/* Octets of what is in the store now; the mover looks once a minute. */
static uint64_t
size(const char *folder)
{
	const struct store_plan plan = {.folder = folder, .readonly = true};
	struct store_brief brief;
	struct store *store;

	check(store_open(&plan, &store, NULL), "store");
	check(store_brief(store, &brief), "brief");
	store_close(store);
	return brief.bytes;
}

int
main(int argc, char **argv)
{
	struct bench bench = {.state = 20081121};
	struct store_mover *mover;
	struct store_mover_setting setting = {.now_us = now_us, .log = say};
	uint64_t moved;

	if (argc != 3)
		errx(64, "usage: store FOLDER COUNT");
	bench.folder = argv[1];
	bench.count = strtoull(argv[2], NULL, 10);
	bench.generator = find("conficker/b");
	setting.plan = (struct store_plan){.folder = bench.folder, .create = true};
	check(store_mover_new(&setting, &mover, NULL), "mover");
	while (bench.done < bench.count) {
		uint64_t most = bench.done + AT_ONCE;

		put(&bench, most < bench.count ? most : bench.count);
		move(&bench, mover);
	}
	moved = atomic_load(&store_mover_counts(mover)->moved);
	store_mover_free(mover);
	if (moved != bench.count)
		errx(71, "%" PRIu64 " of %" PRIu64 " moved", moved, bench.count);
	printf("{\"put_cpu\": %.6f, \"move_cpu\": %.6f, \"bytes\": %" PRIu64 "}\n",
	       bench.put_cpu, bench.move_cpu, size(bench.folder));
	return 0;
}
