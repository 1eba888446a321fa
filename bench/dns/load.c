/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Asks a DNS server of 127.0.0.1 as many clients do, checks each answer, and tells in
 * JSON what came of it.
 *
 *   load --port=N --blocked=FILE [--clean=FILE --share=PERCENT] [OPTION...]
 *
 *   --flight=N      so many questions are on their way at a time (default: 192, what
 *                   fits into a socket as it is by default)
 *   --rate=N        or: so many are sent a second, whatever comes back
 *   --seconds=S     ask so long (default: 1)
 *   --sources=N     addresses of 127.0.0.0/8 that ask, each of another /24 (1000)
 *   --ports=N       ports from which they do (4)
 *   --edns          with EDNS
 *   --timeout=MS    what is not answered until then is lost (3000)
 *   --until-block   end a second after the first answer that blocks: how long a server
 *                   takes to begin, when it is asked while it does
 *   --series=FILE   write for each 10 ms what was sent then, answered, and the
 *                   longest latency in ms
 *
 * It never waits at a socket: then the server would pay for waking it.
 */
#include "load.h"

#include <arpa/inet.h>
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#define SECOND INT64_C(1000000000)
#define NAP 30000 /* ns */
#define FEW 8     /* answers; when fewer came it is time to rest */

struct plan {
	unsigned flight;
	double rate, seconds;
	bool until_block;
	const char *series;
	int64_t pause; /* the longest time in which nothing could be done, ns */
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

static double
number(const char *text, double least, double most)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end != '\0' || !(value >= least && value <= most))
		errx(64, "%s: not from %g to %g", text, least, most);
	return value;
}

static void
take_option(struct load *load, struct plan *plan, int option)
{
	switch (option) {
	case 'p':
		load->server.sin_port = htons((uint16_t)number(optarg, 1, 65535));
		break;
	case 'b':
	case 'c':
		names_read(optarg, &load->names[option == 'b' ? BLOCKED : CLEAN]);
		break;
	case 'h':
		load->share = (unsigned)number(optarg, 0, 100);
		break;
	case 'f':
		plan->flight = (unsigned)number(optarg, 1, LOAD_FLIGHT);
		break;
	case 'r':
		plan->rate = number(optarg, 1, 1e7);
		break;
	case 's':
		plan->seconds = number(optarg, 0.001, 600);
		break;
	case 'n':
		load->sources = (unsigned)number(optarg, 1, 60000);
		break;
	case 'o':
		load->port_count = (unsigned)number(optarg, 1, LOAD_PORTS);
		break;
	case 'e':
		load->edns = true;
		break;
	case 't':
		load->timeout = (int64_t)(number(optarg, 1, 60000) * 1e6);
		break;
	case 'u':
		plan->until_block = true;
		break;
	case 'w':
		plan->series = optarg;
		break;
	default:
		exit(64);
	}
}

static void
read_options(struct load *load, struct plan *plan, int argc, char **argv)
{
	static const struct option options[] = {
	        {"port", required_argument, NULL, 'p'},
	        {"blocked", required_argument, NULL, 'b'},
	        {"clean", required_argument, NULL, 'c'},
	        {"share", required_argument, NULL, 'h'},
	        {"flight", required_argument, NULL, 'f'},
	        {"rate", required_argument, NULL, 'r'},
	        {"seconds", required_argument, NULL, 's'},
	        {"sources", required_argument, NULL, 'n'},
	        {"ports", required_argument, NULL, 'o'},
	        {"edns", no_argument, NULL, 'e'},
	        {"timeout", required_argument, NULL, 't'},
	        {"until-block", no_argument, NULL, 'u'},
	        {"series", required_argument, NULL, 'w'},
	        {0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(load, plan, option);
	if (optind != argc || load->server.sin_port == 0)
		errx(64, "usage: load --port=N --blocked=FILE [OPTION...]");
	if ((load->share > 0 && load->names[BLOCKED].count == 0) ||
	    (load->share < 100 && load->names[CLEAN].count == 0))
		errx(64, "a share of what there are no names of");
}

/* Sends a batch where at least half of a port's questions are answered: a server that
 * always finds many of them does not go to sleep in between. */
static void
send_in_flight(struct load *load, unsigned flight, int64_t now)
{
	unsigned each = (flight + load->port_count - 1) / load->port_count;

	for (unsigned i = 0; i < load->port_count; i++) {
		struct port *port = &load->ports[i];

		while (port->open <= each / 2) {
			unsigned before = port->sent;

			load_send(load, port, each - port->open, now);
			if (port->sent == before)
				break;
		}
	}
}

/* Sends what is due by now, each time from another port. */
static void
send_at_rate(struct load *load, double rate, int64_t began, int64_t now)
{
	double due = (double)(now - began) / (double)SECOND * rate;
	unsigned turn = 0;

	while ((double)load->tally.sent < due && turn++ < LOAD_PORTS * LOAD_PORTS) {
		uint64_t sent = load->tally.sent;
		double rest = due - (double)sent;

		load_send(load, &load->ports[(now / NAP + turn) % load->port_count],
		          rest < LOAD_BATCH ? (unsigned)rest + 1 : LOAD_BATCH, now);
	}
}

static unsigned
open_ones(const struct load *load)
{
	unsigned open = 0;

	for (unsigned i = 0; i < load->port_count; i++)
		open += load->ports[i].open;
	return open;
}

static bool
is_over(const struct load *load, const struct plan *plan, int64_t began, int64_t now)
{
	const struct tally *tally = &load->tally;

	if (plan->until_block && tally->first_block != 0 &&
	    now > tally->first_block + SECOND)
		return true;
	return (double)(now - began) > plan->seconds * (double)SECOND;
}

static void
run(struct load *load, struct plan *plan)
{
	static const struct timespec nap = {0, NAP};
	int64_t began = now_ns(), last = began;

	for (bool asking = true; asking || open_ones(load) > 0;) {
		int64_t now = now_ns();
		unsigned got = 0;

		if (now - last > plan->pause)
			plan->pause = now - last;
		last = now;
		asking = asking && !is_over(load, plan, began, now);
		if (asking && plan->rate > 0)
			send_at_rate(load, plan->rate, began, now);
		else if (asking)
			send_in_flight(load, plan->flight, now);
		for (unsigned i = 0; i < load->port_count; i++) {
			got += load_take(load, &load->ports[i], now_ns);
			load_expire(load, &load->ports[i], now);
		}
		/* What was asked of a server that is not there yet is not waited for. */
		if (!asking && plan->until_block)
			break;
		if (got < FEW)
			nanosleep(&nap, NULL);
	}
}

static void
write_series(const struct load *load, const char *path)
{
	FILE *out = fopen(path, "w");
	int64_t ns = load->tally.last_sent - load->tally.first_sent;

	if (out == NULL)
		err(71, "%s", path);
	for (int64_t i = 0; i < LOAD_BUCKETS && i * LOAD_BUCKET <= ns; i++) {
		const struct bucket *bucket = &load->series[i];

		fprintf(out, "%" PRId64 "\t%u\t%u\t%.3f\n", i * (LOAD_BUCKET / 1000000),
		        bucket->sent, bucket->answers, (double)bucket->longest / 1e6);
	}
	if (fclose(out) != 0)
		err(71, "%s", path);
}

static void
print_fates(const char *key, const uint64_t fates[FATES])
{
	printf("\"%s\": {\"block\": %" PRIu64 ", \"pass\": %" PRIu64 ", \"other\": %" PRIu64
	       "}, ",
	       key, fates[FATE_BLOCK], fates[FATE_PASS], fates[FATE_OTHER]);
}

static void
print_tally(const struct tally *tally, int64_t pause)
{
	const char *between = "";

	printf("{\"sent\": %" PRIu64 ", \"answers\": %" PRIu64 ", \"lost\": %" PRIu64
	       ", \"unasked\": %" PRIu64 ", ",
	       tally->sent, tally->answers, tally->lost, tally->unasked);
	print_fates("blocked", tally->fates[BLOCKED]);
	print_fates("clean", tally->fates[CLEAN]);
	printf("\"rcodes\": {");
	for (int i = 0; i < LOAD_RCODES; i++) {
		if (tally->rcodes[i] == 0)
			continue;
		printf("%s\"%d\": %" PRIu64, between, i, tally->rcodes[i]);
		between = ", ";
	}
	printf("}, \"seconds\": %.6f, \"silence_ms\": %.3f, \"latency_ms\": %.3f, "
	       "\"pause_ms\": %.3f, ",
	       (double)(tally->last_answer - tally->first_sent) / 1e9,
	       (double)tally->silence / 1e6, (double)tally->latency / 1e6,
	       (double)pause / 1e6);
	printf("\"first_sent_ns\": %" PRId64 ", \"first_answer_ns\": %" PRId64
	       ", \"first_block_ns\": %" PRId64 ", \"first_pass_ns\": %" PRId64
	       ", \"first_block_latency_ms\": %.3f}\n",
	       tally->first_sent, tally->first_answer, tally->first_block,
	       tally->first_pass, (double)tally->blocked_latency / 1e6);
}

int
main(int argc, char **argv)
{
	static struct load load = {
	        .server = {.sin_family = AF_INET},
	        .sources = 1000,
	        .port_count = 4,
	        .share = 100,
	        .timeout = 3 * SECOND,
	};
	struct plan plan = {.flight = 192, .seconds = 1};

	load.server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	read_options(&load, &plan, argc, argv);
	load_open(&load);
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	run(&load, &plan);
	if (plan.series != NULL)
		write_series(&load, plan.series);
	print_tally(&load.tally, plan.pause);
	return fflush(stdout) == 0 ? 0 : 71;
}
