/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How fast the lists are written: formats DAY DAYS FOLDER. The names of conficker/c,
 * 50,000 a day, of DAYS days from DAY on are written in each publish format into
 * FOLDER, each format three times in turn, with the SHA-256 that the manifest tells;
 * "rpz" and "cdb" stay there, for the peers. Prints for each file of a format its
 * name, names, bytes, and the seconds of the middle run, of the processor and by the
 * clock, parted by tabs.
 */
#include "base/date.h"
#include "base/span.h"
#include "dga/catalog.h"
#include "publish/catalog.h"
#include "watch/roster.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RUNS 3
#define FORMATS 64 /* at most */

/* One file of a format, and what its runs took. */
struct row {
	const struct publish_format *format;
	const struct publish_part *part;
	struct publish_file_facts facts;
	double cpu[RUNS], clock[RUNS]; /* seconds */
};

static double
seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
need(enum fsk_err status, const char *what)
{
	if (status != FSK_OK)
		errx(71, "%s: %s", what, fsk_strerror(status));
}

/* The roster of ${window}. */
static struct watch_roster *
make_roster(const struct fsk_period *window)
{
	struct watch_roster *roster;
	size_t number = 0;
	struct watch_plan plan = {.generators = &number,
	                          .generator_count = 1,
	                          .from = window->first,
	                          .to = window->last,
	                          .threads = 1};
	struct watch_roster_setting setting = {.plan = &plan,
	                                       .rules = {.now = window->first}};

	while (strcmp(dga_generator_at(number).family->name, "conficker") != 0 ||
	       strcmp(fsk_generator_variant(number), "c") != 0)
		number++;
	need(watch_roster_new(&setting, &roster), "roster");
	return roster;
}

static void
write_once(struct row *row, const struct publish_list *list, size_t run)
{
	struct publish_file *file;
	double cpu, clock;
	int fd;

	/* O_TRUNC of a large file takes time itself, which is none of the format's. */
	if (unlink(row->part->file) == -1 && access(row->part->file, F_OK) == 0)
		err(71, "%s", row->part->file);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	clock = seconds(CLOCK_MONOTONIC);
	fd = open(row->part->file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		err(71, "%s", row->part->file);
	need(publish_file_new(fd, &file), row->part->file);
	need(row->part->write(list, file), row->part->file);
	need(publish_file_finish(file, &row->facts), row->part->file);
	publish_file_free(file);
	close(fd);
	row->cpu[run] = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	row->clock[run] = seconds(CLOCK_MONOTONIC) - clock;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
print_row(struct row *row)
{
	qsort(row->cpu, RUNS, sizeof(row->cpu[0]), by_value);
	qsort(row->clock, RUNS, sizeof(row->clock[0]), by_value);
	printf("%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%.4f\t%.4f\n", row->format->name,
	       row->part->file, row->facts.names, row->facts.bytes, row->cpu[RUNS / 2],
	       row->clock[RUNS / 2]);
}

/* Every file of every format. */
static size_t
find_rows(struct row rows[FORMATS])
{
	size_t count = 0;

	for (size_t i = 0; i < publish_format_count(); i++) {
		const struct publish_format *format = publish_format_at(i);

		for (size_t k = 0; k < PUBLISH_PARTS_MAX; k++) {
			if (format->parts[k].file == NULL)
				break;
			if (count == FORMATS)
				errx(71, "more formats than this knows");
			rows[count++] =
			        (struct row){.format = format, .part = &format->parts[k]};
		}
	}
	return count;
}

int
main(int argc, char **argv)
{
	struct publish_list list = {.origin = span_of("rpz.foresink.internal"),
	                            .canary = span_of("foresink.internal"),
	                            .serial = 2026112200,
	                            .ttl = 60};
	struct row *rows = calloc(FORMATS, sizeof(*rows));
	struct watch_roster *roster;
	size_t count;
	int64_t length;

	if (argc != 4 || rows == NULL ||
	    date_parse_instant(span_of(argv[1]), &list.window.first, &length, NULL) !=
	            FSK_OK ||
	    chdir(argv[3]) != 0)
		errx(64, "usage: formats DAY DAYS FOLDER");
	list.made = list.window.first;
	list.window.last = list.window.first + strtol(argv[2], NULL, 10) * DATE_DAY - 1;
	roster = make_roster(&list.window);
	list.roster = roster;
	count = find_rows(rows);
	for (size_t run = 0; run < RUNS; run++) {
		for (size_t i = 0; i < count; i++)
			write_once(&rows[i], &list, run);
	}
	for (size_t i = 0; i < count; i++)
		print_row(&rows[i]);
	watch_roster_free(roster);
	free(rows);
	return 0;
}
