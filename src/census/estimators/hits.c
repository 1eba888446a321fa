/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many bots walked through their names on a day, when each tries n of D at random and m
 * are held? Of each walk n m / D names are held ones, so H hits (an address and a name of
 * it, each pair once) are those of
 *
 *   N = H D / (n m)
 *
 * walks. The m must not be forgotten: of Conficker C on 1 April 2009 Bkis saw 13,841 on 6
 * names, which are 230,683 bots and not 1,384,100. Adding up days counts each bot once a
 * day, so one day is read: that with the most names held, which does not look at the hits.
 *
 * The interval. Hits of a walk of k names vary less than a Poisson variable, by the factor
 * (1 - m/D) (D - k) / (D - 1) of the hypergeometric distribution. Walks that were cut short
 * (k < n) are common, so the greater (1 - m/D) is taken. Score interval: the mean M with
 * (H - M)^2 = z^2 (1 - m/D) M, with 1/2 taken off and added.
 *
 * H alone cannot tell bots from others. A second reading can: the addresses K that tried a
 * held name at all, of which a walk is one with P = 1 - C(D-m,n)/C(D,n) (method coverage):
 * N = K / P. And a third one, hits beyond the first of each address: N = (H - K) /
 * (mean - P), in which callers of one name only do not count. If bots do what is assumed
 * all three are the same. They are not when
 *
 * - bots call one address once only, whatever the number of names on it: K holds;
 * - several bots are behind an address, and their pairs fall together: H is nearly right;
 * - somebody tried all held names: K is nearly right;
 * - one-shot callers that no rule knew for chaff are left: the third one holds;
 * - addresses changed hands during a walk: H holds.
 *
 * So the interval covers the ends of all three; where the first two are further apart than
 * a tenth it refuses.
 *
 * A sweep that goes on past midnight tries names of the list of the day on which it began.
 * As many such hits come over from the day before as go over to the next one, if as many
 * names were held. If fewer were, or if the day is the first one of the span so that nobody
 * knows, the high end is that of the hits which are missing then.
 *
 * If one name alone was held, or not one address tried two where ten
 * were to be expected, there is no third reading, and chaff may be all that there is: it
 * refuses too. (Simulated: one name, 2 % scanners among the sources: three times the truth.
 * Bots that pass over an address which they have met, of a sinkhole that has one for all
 * names, look the same.)
 */
#include "census/chance.h"
#include "census/grounds.h"

#include <inttypes.h>
#include <math.h>

#define FEW_HITS 30
#define FEW_PAIRS 10  /* hits beyond the first of an address, to be expected */
#define APART 0.1     /* of the first two readings */
#define TOGETHER 0.02 /* pairs of bots behind an address that fall together */
#define NAMES_SURE 16 /* hostday_names() has no bias up to so many names a host */
#define NAMES_BIAS 0.04

struct reading {
	double hits, callers;
	double mean;  /* hits of a walk */
	double share; /* of the walks that hit at all */
	double value, low, high;
};

/* The mean of a count that was ${count} and varies as Poisson's times ${dispersion}. */
static double
end_of(double count, double dispersion, double sign)
{
	double z2 = CENSUS_SIGMA * CENSUS_SIGMA * dispersion;
	double at = fmax(count + sign / 2, 0);

	return at + z2 / 2 + sign * sqrt(z2 * at + z2 * z2 / 4);
}

/* The first reading, and the number of names of an address being an estimate itself
 * (watch/hostday.h): x names have a variance of x^2 / 128, one has none. */
static void
read_hits(struct reading *reading, const struct census_grounds *grounds)
{
	double share = (double)grounds->held / (double)grounds->names;
	double each = reading->hits / reading->callers;
	double dispersion = 1 - share + (each > 1 ? (1 + each) / 128 : 0);
	double bias = each > NAMES_SURE ? 1 + NAMES_BIAS : 1;

	reading->value = reading->hits / reading->mean;
	reading->low = end_of(reading->hits, dispersion, -1) / reading->mean / bias;
	reading->high = end_of(reading->hits, dispersion, 1) / reading->mean * bias;
}

/* The second one widens the interval. */
static void
read_callers(struct reading *reading)
{
	double low = end_of(reading->callers, 1 - reading->share, -1) / reading->share;
	double high = end_of(reading->callers, 1 - reading->share, 1) / reading->share;

	reading->low = fmin(reading->low, low);
	reading->high = fmax(reading->high, high);
}

/* The third one lowers its low end. The hits X of a walk beyond the first one have the mean
 * (mean - share), and of their square E[X^2] - 2 mean + share. */
static void
read_pairs(struct reading *reading, const struct census_grounds *grounds)
{
	double all = (double)grounds->names, tries = (double)grounds->tries;
	double part = (double)grounds->held / all;
	double variance = reading->mean * (1 - part) * (all - tries) / (all - 1);
	double square = variance + reading->mean * reading->mean - 2 * reading->mean +
	                reading->share;
	double pairs = reading->hits - reading->callers;
	double each = reading->mean - reading->share;
	double low = end_of(pairs, fmax(square / each, 1), -1) / each;

	reading->low = fmin(reading->low, low);
}

/* By how much too few pairs there are because two bots behind one address tried the same
 * name: of an address with h bots (h - 1) / 2 n / D of them. h is read off the hits beyond
 * the first, whose mean in hits is that of h weighted by itself. */
static double
together(const struct reading *reading, const struct census_grounds *grounds)
{
	double bots = (reading->hits - reading->callers) / reading->value /
	              (reading->mean - reading->share);

	return bots > 1 ? (bots - 1) / 2 * (double)grounds->tries / (double)grounds->names
	                : 0;
}

/* Whether a bot may try two held names. */
static bool
can_pair(const struct census_grounds *grounds)
{
	return grounds->held > 1 && grounds->tries > 1;
}

static bool
check(const struct reading *reading, const struct census_grounds *grounds,
      struct census_figure *figure)
{
	double walks = reading->hits / reading->mean;

	if (reading->hits < FEW_HITS || !(reading->callers > 0))
		return census_grounds_refuse(
		        figure, "%.0f hits on held names are too few: it takes %d",
		        reading->hits, FEW_HITS);
	if (!can_pair(grounds))
		return census_grounds_refuse(
		        figure, "one name sees no caller try two: chaff, and bots that "
		                "share an address, could not be told");
	if (walks * (reading->mean - reading->share) < FEW_PAIRS)
		return census_grounds_refuse(
		        figure,
		        "too few hits to see whether callers try two names as often "
		        "as bots do: chaff could not be told from bots");
	if (reading->hits <= reading->callers)
		return census_grounds_refuse(
		        figure,
		        "no caller tried two of the held names, where %.0f hits would be "
		        "second ones: chaff, names on one address, or names that cannot "
		        "be told apart",
		        walks * (reading->mean - reading->share));
	return true;
}

/* Whether the readings agree. */
static bool
compare(const struct reading *reading, const struct census_grounds *grounds,
        struct census_figure *figure)
{
	double by_callers = reading->callers / reading->share;

	if (reading->value > by_callers * (1 + APART))
		return census_grounds_refuse(
		        figure,
		        "callers tried %.2f held names each, a bot that draws at random "
		        "tries %.2f: many bots behind an address, or who tries whole lists",
		        reading->hits / reading->callers, reading->mean / reading->share);
	if (by_callers > reading->value * (1 + APART))
		return census_grounds_refuse(
		        figure,
		        "callers tried %.2f held names each, a bot that draws at random "
		        "tries %.2f: chaff, or bots that call an address once, or give up",
		        reading->hits / reading->callers, reading->mean / reading->share);
	if (together(reading, grounds) > TOGETHER)
		return census_grounds_refuse(
		        figure,
		        "so many bots are behind one address that they try the same "
		        "names, which count once");
	return true;
}

/* The three readings. */
static bool
read_all(struct reading *reading, const struct census_grounds *grounds,
         struct census_figure *figure)
{
	if (!check(reading, grounds, figure))
		return false;
	read_hits(reading, grounds);
	if (!compare(reading, grounds, figure))
		return false;
	/* Few seeming bots behind an address may be luck, as may be the hits for it. */
	reading->high *= fmax(reading->value * reading->share / reading->callers, 1) /
	                 (1 - together(reading, grounds));
	read_callers(reading);
	read_pairs(reading, grounds);
	return true;
}

/* Sweeps that began the day before, when fewer names were held, hit less. */
static void
widen(const struct census_facts *facts, const struct census_grounds *grounds,
      struct reading *reading, struct census_figure *figure)
{
	uint64_t before = grounds->day > 0 ? facts->held[grounds->day - 1] : 0;
	double missing = (1 - (double)before / (double)grounds->held) * facts->habits.over;

	if (!(missing > 0 && missing < 1))
		return;
	reading->high /= 1 - missing;
	census_grounds_note(figure,
	                    "up to %.0f %% of the tries are of sweeps that began the day "
	                    "before, of which %s held",
	                    100 * facts->habits.over,
	                    grounds->day > 0 ? "fewer names were"
	                                     : "nobody knows what was");
}

static bool
estimate(const struct census_facts *facts, struct census_figure *figure)
{
	struct census_grounds grounds;
	struct reading reading;

	if (!census_grounds_held(facts, &grounds, figure))
		return false;
	if (grounds.tries == grounds.names)
		return census_grounds_refuse(
		        figure,
		        "each bot tries every name: one name sees them all, and the "
		        "number of hits says nothing");
	reading = (struct reading){
	        .hits = facts->hits[grounds.day],
	        .callers =
	                fmin((double)facts->daily[grounds.day], facts->hits[grounds.day]),
	        .mean = (double)grounds.tries * (double)grounds.held /
	                (double)grounds.names,
	        .share = 1 - grounds.missed,
	};
	if (!read_all(&reading, &grounds, figure))
		return false;
	census_grounds_note(figure,
	                    "H = %.0f, m = %" PRIu64 ", D = %" PRIu64 ", n = %" PRIu64,
	                    reading.hits, grounds.held, grounds.names, grounds.tries);
	widen(facts, &grounds, &reading, figure);
	figure->value = reading.value;
	figure->low = reading.low;
	figure->high = reading.high;
	figure->bound = CENSUS_INTERVAL;
	if (census_grounds_partial(facts))
		census_grounds_at_least(figure, reading.low);
	return true;
}

const struct census_method census_method_hits = {
        .name = "hits",
        .title = "walks of bots through their names on one day, from hits on held names",
        .unit = CENSUS_SWEEPS,
        .formula = "H D / (n m)",
        .source = "hypergeometric distribution; the case of Bkis, 2009-04-01",
        .assumes =
                "a bot tries n of the day's D names, drawn at random and independently "
                "of others; chaff was removed; a bot that is on line all day walks once, "
                "others less",
        .refuses =
                "when it is not known which names were held, when one name alone was, when "
                "a bot tries all names, with few hits, when no caller tried two names, "
                "when "
                "callers try more or fewer names each than bots do",
        .estimate = estimate,
};
