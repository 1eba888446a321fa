/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_report.h: what a census found, ready to be told: by cmd/census_text.h,
 * cmd/census_json.h, cmd/census_csv.h and cmd/census_html.h, which look at nothing else.
 */
#ifndef CMD_CENSUS_REPORT_H
#define CMD_CENSUS_REPORT_H

#include "census/cut.h"
#include "census/gather.h"
#include "census/method.h"
#include "census/trend.h"

/* Lines of a table that were kept, most addresses first where time does not order them;
 * what is beyond CENSUS_LINES_MOST is one more line, "others". */
#define CENSUS_LINES_MOST 1000

struct census_table {
	enum census_by by;
	struct census_line *lines;
	size_t count;
	struct census_line others; /* sums of addresses and contacts; addresses 0: none */
	size_t other_count;        /* lines that others stands for */
};
#define CENSUS_TABLES 5 /* one of each enum census_by */

struct census_estimated {
	const struct census_method *method;
	bool has; /* a number; else figure.why says why not */
	struct census_figure figure;
};

/* Of one family. */
struct census_part {
	const char *family;
	const char *habits_of; /* "conficker/a, conficker/b": whose habits the figures rest
	                        * on; "": nobody's, of none is known which list it was */
	struct census_gather *gather;
	const struct census_facts *facts; /* never NULL */
	struct census_estimated *figures; /* of all methods, or of those that were asked
	                                   * for: hosts first, what bots claim last */
	size_t figure_count;
	struct census_table tables[CENSUS_TABLES];
	struct census_cut cuts[CENSUS_CUTS]; /* days that are not whole: not in the trend */
	size_t cut_count;
	struct census_trend trend; /* of a span of one day: why is set */
};

struct census_report {
	int64_t from, to; /* whole days, UTC; to not included; both 0: nothing was ever
	                   * seen */
	bool last_day;    /* nobody asked for a span: it is the last day with a sighting */
	const char *const
	        *sources; /* stores and files, as they were called; NULL ends them */
	const char *const *sensors;    /* that were met; NULL ends them */
	bool sensors_of_peak;          /* those of a store: met in the peak hours, which are
	                                * all that was read of it */
	bool pseudonyms;               /* some clients are */
	const char *country, *network; /* files that said where addresses are; NULL: what
	                                * the sightings say themselves */
	const char *held, *canary;     /* files of names; NULL: none */
	bool variants;                 /* some variants of families were asked for: calls
	                                * of no variant are not in it */
	bool by_set;                   /* a table was asked for */
	enum census_by by;
	uint64_t lines, skipped;   /* of exported files: read, and not understood */
	struct census_part *parts; /* of the families, most addresses first */
	size_t part_count;
};

#endif
