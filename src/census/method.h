/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/method.h: what a way to count the infected must state about itself. A method is
 * one file under estimators/ that ends in its constant descriptor, and one line in
 * estimators.def. It looks at census/facts.h and nothing else, and gives a figure, or says
 * why it gives none: a number whose model does not hold is worse than none.
 */
#ifndef CENSUS_METHOD_H
#define CENSUS_METHOD_H

#include "census/facts.h"

enum census_unit {
	CENSUS_ADDRESSES, /* that called: neither hosts nor infections */
	CENSUS_HOSTS,     /* infected machines */
	CENSUS_SWEEPS,    /* walks of a bot through its names in a day: of bots that are on
	                   * line all day one each */
	CENSUS_LINES,     /* connections to the Internet with an infected host behind them,
	                   * each with one address at a time */
	CENSUS_VICTIMS,   /* what bots say that they have infected */
	CENSUS_SHARE      /* of hosts, 0 to 1 */
};

/* What low and high of a figure are. */
enum census_bound {
	CENSUS_COUNTED,  /* nothing: it was counted, not estimated */
	CENSUS_INTERVAL, /* of 95 % */
	CENSUS_AT_LEAST, /* low is value, and there may be any number more */
	CENSUS_AT_MOST   /* high is value */
};

#define CENSUS_WHY 240

struct census_figure {
	double value, low, high;
	enum census_bound bound;
	int64_t from, to;      /* of what: seconds since 1970, to not included */
	char why[CENSUS_WHY];  /* why there is no number, in words without a full stop */
	char note[CENSUS_WHY]; /* what else is to be known of this one; may be empty */
};

struct census_method {
	const char *name;  /* as in estimators.def: "hits" */
	const char *title; /* for people: "hosts from hits on held names" */
	enum census_unit unit;
	const char *formula; /* in ASCII */
	const char *source;
	const char *assumes; /* in words: what must be true */
	const char *refuses; /* in words: when it gives no number */

	/* Fills ${figure}; false: there is no number, and figure->why is set. */
	bool (*estimate)(const struct census_facts *facts, struct census_figure *figure);
};

size_t census_method_count(void);
const struct census_method *census_method_at(size_t number);
const struct census_method *census_method_find(const char *name); /* NULL: none */

/* "addresses", "hosts", "sweeps", "lines", "victims", "share"; "counted", "interval",
 * "at least", "at most". */
const char *census_unit_name(enum census_unit unit);
const char *census_bound_name(enum census_bound bound);

/* Estimates with ${method}: as its own function, with the figure made empty before. */
bool census_estimate(const struct census_method *method, const struct census_facts *facts,
                     struct census_figure *figure);

#endif
