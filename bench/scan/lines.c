/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Writes a log to measure with: bench_lines FORMAT MEGABYTES DAY SPAN [short |
 * GENERATOR...]. FORMAT is bind, zeek or suricata; the lines are those that the program
 * writes, in the order of time, spread over SPAN days from DAY on. 5,000 hosts ask: seven
 * names in ten come from 100,000 popular ones, the more popular the more often, three are
 * asked for once; 40 hosts also ask for names of the day of a GENERATOR, the generators
 * taking turns over the hosts (default: conficker/b). With "short" nobody is infected, and
 * the names that are asked for once are short and random, as the names are that real sites
 * share with generators. The same arguments give the same log, and bind and zeek have the
 * same lines.
 */
#include <foresink/dga.h>

#include "base/date.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOSTS 5000
#define INFECTED 40
#define POPULAR 100000
#define DAY_NAMES 250        /* of a longer list the first ones */
#define BOTS 4               /* generators at most */
#define INFECTED_SHARE 20000 /* one line in so many is an infected host's */

/* What the machines are infected with. */
struct bot {
	size_t generator;
	int64_t day; /* whose names are in names */
	struct fsk_name names[DAY_NAMES];
};

struct log {
	uint64_t random; /* state of xorshift64* */
	bool is_short;
	unsigned bot_count;
	struct bot bots[BOTS];
};

/* One line to be. */
struct line {
	int64_t ms; /* since 1970 */
	uint32_t host;
	unsigned port;
	char name[FSK_NAME_MAX + 1];
};

static uint64_t
draw(struct log *log)
{
	log->random ^= log->random >> 12;
	log->random ^= log->random << 25;
	log->random ^= log->random >> 27;
	return log->random * UINT64_C(0x2545f4914f6cdd1d);
}

/* The names of the day of ${ms}. */
static const struct fsk_name *
names_of(struct bot *bot, int64_t ms)
{
	int64_t day = date_day_of(ms / 1000);
	struct fsk_cursor *cursor;

	if (day == bot->day)
		return bot->names;
	if (fsk_cursor_open(bot->generator, day * DATE_DAY, &cursor) != FSK_OK)
		errx(71, "no list of that day");
	for (size_t i = 0; i < DAY_NAMES; i++) {
		if (fsk_cursor_next(cursor, &bot->names[i], NULL) != FSK_OK)
			errx(71, "the list is short");
	}
	fsk_cursor_close(cursor);
	bot->day = day;
	return bot->names;
}

/* Writes a name made of ${number}: pronounceable letters, as sites have them. */
static void
write_site(uint64_t number, bool once, char *name, size_t size)
{
	static const char *const hosts[] = {"www", "api", "cdn", "img", "static", "mail"};
	static const char *const tops[] = {"com", "com", "net", "org", "de", "co.uk", "io"};
	static const char vowels[] = "aeiou";
	static const char consonants[] = "bcdfghklmnprstvw";
	uint64_t hash = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
	char label[16];
	size_t len = 5 + hash % 8;

	for (size_t i = 0; i < len; i++) {
		hash = hash * UINT64_C(6364136223846793005) + 1442695040888963407;
		label[i] = i % 2 == 0 ? consonants[hash >> 60] : vowels[(hash >> 33) % 5];
	}
	label[len] = '\0';
	if (once)
		snprintf(name, size, "%08" PRIx32 "%08" PRIx32 ".%s.%s.net", (uint32_t)hash,
		         (uint32_t)(hash >> 32), hosts[hash % 6], label);
	else
		snprintf(name, size, "%s.%s.%s", hosts[hash % 6], label, tops[hash % 7]);
}

/* Writes a name of 4 to 8 letters, each as likely as any other. */
static void
write_short(uint64_t number, char *name, size_t size)
{
	static const char *const tops[] = {"com", "net", "org", "info",
	                                   "biz", "cn",  "ws",  "be"};
	char label[9] = "";
	size_t len = 4 + number % 5;

	number /= 5;
	for (size_t i = 0; i < len; i++, number /= 26)
		label[i] = (char)('a' + number % 26);
	snprintf(name, size, "%s.%s", label, tops[number % 8]);
}

static void
make_line(struct log *log, struct line *line)
{
	uint64_t kind = draw(log);
	uint64_t which = draw(log);

	line->host = (uint32_t)(draw(log) % HOSTS);
	line->port = 1024 + (unsigned)(which >> 32) % 60000;
	if (!log->is_short && kind % INFECTED_SHARE == 0) {
		const struct fsk_name *names;

		line->host %= INFECTED;
		names = names_of(&log->bots[line->host % log->bot_count], line->ms);
		memcpy(line->name, names[which % DAY_NAMES].text, sizeof(line->name));
		return;
	}
	if ((kind >> 32) % 10 < 3) {
		if (log->is_short)
			write_short(which, line->name, sizeof(line->name));
		else
			write_site(which, true, line->name, sizeof(line->name));
		return;
	}
	/* The product of two even draws falls off as the rank rises. */
	which = (uint64_t)((double)POPULAR * ((double)(which >> 40) / (1 << 24)) *
	                   ((double)(draw(log) >> 40) / (1 << 24)));
	write_site(which, false, line->name, sizeof(line->name));
}

static void
write_bind(const struct line *line, FILE *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct date date = date_of(line->ms / 1000);
	unsigned second = (unsigned)(line->ms / 1000 - date_to_days(date) * DATE_DAY);

	fprintf(out,
	        "%02u-%.3s-%04d %02u:%02u:%02u.%03d queries: info: client @0x7f24caf0c098 "
	        "10.%u.%u.%u#%u (%s): query: %s IN A +E(0)K (10.0.0.53)\n",
	        date.day, months + (size_t)3 * (date.month - 1), date.year, second / 3600,
	        second / 60 % 60, second % 60, (int)(line->ms % 1000), line->host >> 16,
	        line->host >> 8 & 255, line->host & 255, line->port, line->name,
	        line->name);
}

static void
write_zeek(const struct line *line, FILE *out)
{
	fprintf(out,
	        "%" PRId64
	        ".%03d000\tCazOhH2qDUiJTWMCY\t10.%u.%u.%u\t%u\t10.0.0.53\t53\tudp\t"
	        "8555\t0.012345\t%s\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t"
	        "192.0.2.1\t300.000000\tF\n",
	        line->ms / 1000, (int)(line->ms % 1000), line->host >> 16,
	        line->host >> 8 & 255, line->host & 255, line->port, line->name);
}

static void
write_suricata(const struct line *line, FILE *out)
{
	char instant[DATE_INSTANT_SIZE];

	date_write_instant(line->ms / 1000, instant);
	instant[strlen(instant) - 1] = '\0';
	fprintf(out,
	        "{\"timestamp\":\"%s.%03d000+0000\",\"flow_id\":1805461738637437,\"in_"
	        "iface\":"
	        "\"eth0\",\"event_type\":\"dns\",\"src_ip\":\"10.%u.%u.%u\",\"src_port\":%"
	        "u,"
	        "\"dest_ip\":\"10.0.0.53\",\"dest_port\":53,\"proto\":\"UDP\",\"dns\":{"
	        "\"type\":"
	        "\"query\",\"id\":4711,\"rrname\":\"%s\",\"rrtype\":\"A\",\"tx_id\":0,"
	        "\"opcode\":0}}\n",
	        instant, (int)(line->ms % 1000), line->host >> 16, line->host >> 8 & 255,
	        line->host & 255, line->port, line->name);
}

/* What the machines are infected with, from the command line. */
static void
read_bots(struct log *log, int count, char **names)
{
	log->is_short = count == 1 && strcmp(names[0], "short") == 0;
	if (log->is_short)
		return;
	if (count > BOTS)
		errx(64, "%d generators at most", BOTS);
	log->bot_count = count == 0 ? 1 : (unsigned)count;
	for (unsigned i = 0; i < log->bot_count; i++) {
		const char *name = count == 0 ? "conficker/b" : names[i];

		log->bots[i].day = INT64_MIN;
		if (fsk_generator_find(name, &log->bots[i].generator) != FSK_OK)
			errx(64, "%s is not there", name);
	}
}

int
main(int argc, char **argv)
{
	static struct log log = {.random = 20090212};
	void (*write_line)(const struct line *, FILE *) = write_bind;
	struct line line;
	int64_t day;
	double span, lines;

	if (argc < 5 ||
	    date_parse((struct span){argv[3], strlen(argv[3])}, &day, NULL) != 0)
		errx(64, "usage: bench_lines bind|zeek|suricata MEGABYTES DAY SPAN "
		         "[short | GENERATOR...]");
	read_bots(&log, argc - 5, argv + 5);
	if (strcmp(argv[1], "zeek") == 0) {
		write_line = write_zeek;
		puts("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
		     "#unset_field\t-\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\t"
		     "id.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_"
		     "name\t"
		     "qtype\tqtype_name\trcode\trcode_"
		     "name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\t"
		     "rejected");
	} else if (strcmp(argv[1], "suricata") == 0) {
		write_line = write_suricata;
	}
	lines = strtod(argv[2], NULL) * 1e6 / (write_line == write_suricata ? 300 : 152);
	span = strtod(argv[4], NULL) * (double)DATE_DAY * 1000;
	for (double i = 0; i < lines; i++) {
		line.ms = day * DATE_DAY * 1000 + (int64_t)(span * i / lines);
		make_line(&log, &line);
		write_line(&line, stdout);
	}
	return fflush(stdout) == 0 ? 0 : 71;
}
