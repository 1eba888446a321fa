/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How fast sightings go into the store, and reports come out of it:
 *
 *   bench_take FOLDER SIGHTINGS [BATCHES]
 *
 * Of the sightings 60 % are Conficker's requests (Host, path, User-Agent and 200 octets of
 * what was sent), 40 % questions to the server of names; a million hosts, each with one of
 * thirty generators, over five days. A batch is 16,384 of them, from four workers in turn;
 * BATCHES (default 4) go into the engine at once. They are made, and the batches decoded,
 * outside the time that is measured.
 */
#include "store/store.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define BATCH 16384
#define WORKERS 4
#define HOSTS 1000000
#define GENERATORS 30
#define DAYS 5
#define FROM (INT64_C(14300) * 86400) /* 2009-02-25 */
#define ROOM 1536                     /* octets of a record here, at most */

struct taken {
	double wall, cpu;
};

static struct taken
now(void)
{
	struct timespec t;
	struct rusage use;

	clock_gettime(CLOCK_MONOTONIC, &t);
	getrusage(RUSAGE_SELF, &use);
	return (struct taken){
	        (double)t.tv_sec + (double)t.tv_nsec * 1e-9,
	        (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	                (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6};
}

/* SplitMix64 (Steele, Lea, Flood 2014): the same sightings in each run. */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Where the texts of a sighting lie. */
struct texts {
	char name[32], host[24], target[32], first[256], generator[64];
};

struct worker {
	struct store_item *items;
	struct texts *texts;
	uint64_t end;
	char name[32];
};

static void
make_request(struct sighting *s, struct texts *texts, uint64_t chance)
{
	static const char agent[] = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; "
	                            "Trident/4.0)";
	int len;

	s->kind = SIGHTING_HTTP;
	s->transport = SIGHTING_TCP;
	s->fingerprint = "conficker-ab";
	s->counter = (int64_t)(chance % 300);
	s->method = span_of("GET");
	s->version = span_of("HTTP/1.0");
	s->agent = span_of(agent);
	len = snprintf(texts->host, sizeof(texts->host), "198.51.100.%u",
	               (unsigned)(chance >> 20 & 7));
	s->host = (struct span){texts->host, (size_t)len};
	len = snprintf(texts->target, sizeof(texts->target), "/search?q=%" PRId64,
	               s->counter);
	s->target = (struct span){texts->target, (size_t)len};
	len = snprintf(texts->first, sizeof(texts->first),
	               "GET %s HTTP/1.0\r\nUser-Agent: %s\r\nHost: %s\r\nPragma: "
	               "no-cache\r\nAccept: */*\r\nCache-Control: no-cache\r\n\r\n%040d",
	               texts->target, agent, texts->host, 0);
	s->first = (struct span){texts->first, len < 200 ? (size_t)len : 200};
}

static void
make(struct store_item *item, struct texts *texts, int64_t us, uint64_t *state)
{
	uint64_t chance = draw(state), host = draw(state) % HOSTS;
	uint64_t number = host * UINT64_C(0x9e3779b1) & 0xffffffff;
	struct sighting *s = &item->sighting;
	uint32_t generator = (uint32_t)(host % GENERATORS % fsk_generator_count());
	int len;

	*s = (struct sighting){.us = us, .counter = SIGHTING_NO_COUNTER};
	s->client.address = address_of_v4(
	        (const uint8_t[4]){(uint8_t)(number >> 24), (uint8_t)(number >> 16),
	                           (uint8_t)(number >> 8), (uint8_t)number});
	s->client.prefix = 32;
	s->address = s->client.address;
	s->port = (uint16_t)(1024 + chance % 60000);
	s->to = address_of_v4((const uint8_t[4]){198, 51, 100, (uint8_t)(chance & 7)});
	s->sensor = span_of("sinkhole-1");
	s->match = (struct fsk_match){
	        .period = {us / 86400000000 * 86400, us / 86400000000 * 86400 + 86399},
	        .generator = generator,
	        .index = (uint32_t)(chance >> 32 & 255)};
	len = snprintf(texts->name, sizeof(texts->name), "%c%c%cqwert%02x.info",
	               'a' + (int)(chance % 26), 'a' + (int)(chance / 26 % 26),
	               'a' + (int)(chance / 676 % 26), (unsigned)(chance >> 40 & 255));
	s->name = (struct span){texts->name, (size_t)len};
	s->forecast = s->name;
	if (chance % 5 < 3) {
		make_request(s, texts, chance >> 8);
		s->to_port = 80;
		s->by = SIGHTING_BY_RECENT;
	} else {
		s->kind = SIGHTING_DNS;
		s->transport = SIGHTING_UDP;
		s->to_port = 53;
		s->qtype = 1;
	}
	len = snprintf(texts->generator, sizeof(texts->generator), "%s/%s",
	               fsk_generator_family(generator), fsk_generator_variant(generator));
	item->said = (struct store_said){.generator = {texts->generator, (size_t)len},
	                                 .fingerprint = s->fingerprint == NULL
	                                                        ? (struct span){"", 0}
	                                                        : span_of(s->fingerprint)};
}

/* Makes the next ${batches} batches: time goes on through all of them. */
static void
make_batches(struct worker *workers, struct store_batch *batches, size_t count,
             int64_t clock[2])
{
	static uint64_t state = 20090212;

	for (size_t k = 0; k < count; k++) {
		struct worker *worker = &workers[k];

		for (size_t i = 0; i < BATCH; i++) {
			worker->items[i].offset = worker->end;
			worker->end += 420;
			make(&worker->items[i], &worker->texts[i],
			     clock[0] + (int64_t)(i * count + k) * clock[1], &state);
		}
		batches[k] = (struct store_batch){.worker = worker->name,
		                                  .segment = 1,
		                                  .end = worker->end,
		                                  .items = worker->items,
		                                  .count = BATCH};
	}
	clock[0] += (int64_t)(BATCH * count) * clock[1];
}

static void
fill(struct store *store, size_t sightings, size_t at_once)
{
	struct worker *workers = calloc(at_once, sizeof(*workers));
	struct store_batch *batches = calloc(at_once, sizeof(*batches));
	int64_t clock[2] = {FROM * 1000000,
	                    DAYS * INT64_C(86400000000) / (int64_t)sightings};
	struct taken sum = {0}, slowest = {0};
	size_t made = 0;

	if (workers == NULL || batches == NULL)
		err(71, "calloc");
	for (size_t k = 0; k < at_once; k++) {
		workers[k].items = calloc(BATCH, sizeof(*workers[k].items));
		workers[k].texts = calloc(BATCH, sizeof(*workers[k].texts));
		snprintf(workers[k].name, sizeof(workers[k].name), "w%zu", k);
		if (workers[k].items == NULL || workers[k].texts == NULL)
			err(71, "calloc");
	}
	while (made < sightings) {
		struct taken before, after;

		make_batches(workers, batches, at_once, clock);
		before = now();
		if (store_take(store, batches, at_once) != FSK_OK)
			err(71, "take");
		after = now();
		made += at_once * BATCH;
		sum.wall += after.wall - before.wall;
		sum.cpu += after.cpu - before.cpu;
		if (after.wall - before.wall > slowest.wall)
			slowest.wall = after.wall - before.wall;
	}
	printf("take: %zu sightings, %zu at once: %.0f/s of CPU, %.0f/s by the clock, "
	       "slowest %.0f ms\n",
	       made, at_once * BATCH, (double)made / sum.cpu, (double)made / sum.wall,
	       slowest.wall * 1e3);
}

struct report {
	uint64_t rows, contacts;
};

static enum fsk_err
tell_hour(const struct store_hour *hour, void *context)
{
	struct report *report = context;

	report->rows++;
	report->contacts += hour->contacts;
	return FSK_OK;
}

static enum fsk_err
tell_day(const struct store_day *day, void *context)
{
	struct report *report = context;

	report->rows++;
	report->contacts += day->host.marks.contacts;
	return FSK_OK;
}

static void
show(const char *what, struct taken before, struct report report)
{
	struct taken after = now();

	printf("%s: %.3f s, %.3f s of CPU; %" PRIu64 " rows, %" PRIu64 " contacts\n", what,
	       after.wall - before.wall, after.cpu - before.cpu, report.rows,
	       report.contacts);
}

static void
ask(struct store *store)
{
	struct store_filter all = STORE_FILTER_ALL;
	struct report hours = {0}, days = {0};
	struct store_facts facts;
	struct taken before = now();

	if (store_hours(store, &all, tell_hour, &hours) != FSK_OK)
		err(71, "hours");
	show("report by hour and family", before, hours);
	before = now();
	if (store_days(store, &all, tell_day, &days) != FSK_OK)
		err(71, "days");
	show("all hosts and days", before, days);
	before = now();
	if (store_facts(store, &facts) != FSK_OK)
		err(71, "facts");
	show("facts", before, (struct report){facts.host_days, facts.sightings});
	printf("octets: %" PRIu64 ", %.0f a sighting\n", facts.bytes,
	       (double)facts.bytes / (double)facts.sightings);
}

int
main(int argc, char **argv)
{
	struct store_plan plan = {.create = true};
	struct store *store;
	struct fault fault = {.why = ""};

	if (argc < 3)
		errx(64, "usage: bench_take FOLDER SIGHTINGS [BATCHES]");
	plan.folder = argv[1];
	if (store_open(&plan, &store, &fault) != FSK_OK)
		err(71, "%s: %s", plan.folder, fault.why);
	fill(store, (size_t)strtoull(argv[2], NULL, 10),
	     argc > 3 ? (size_t)strtoull(argv[3], NULL, 10) : WORKERS);
	ask(store);
	store_close(store);
	return 0;
}
