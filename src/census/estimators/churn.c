/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many connections to the Internet have an infected host behind them, when their
 * addresses change? Of addresses that called on a day, the share that calls again k days
 * later is a (1 - c)^k: a is the chance that a line calls on a day, c the chance a day that
 * its address is changed. Both are fitted to all lags at once (Poisson likelihood, which
 * weights each lag by what was seen), and the lines are
 *
 *   L = n / a,   n addresses called on a mean day.
 *
 * That addresses are reassigned is the idea of CARDCount (NDSS 2023): to follow it over
 * windows of weeks, and to give an interval. The interval here is of a jackknife over
 * groups of addresses (by hash), on a alone: how many lines fall into a group cancels.
 *
 * What one cannot see in the lags. Callers of one day only (scanners) lower all lags alike,
 * as lines do that call seldom; but each of them is one more address of the span. So the
 * addresses of the whole span, of which the fit foretells how many there must be,
 *
 *   F = sum over days d of n(d) P(not seen before),
 *   P = sum over j < d-1 of c (1-c)^j (1-a)^j + ((1-c) (1-a))^(d-1),
 *
 * are the test: more of them than foretold are one-day callers, or lines that call much
 * more seldom than others, and there is no number. What the test may have missed widens the
 * interval, since F can be no greater than what was seen and a standard deviation:
 *
 * - if a share x of a day's callers come once, a is too low and n too high, and L is too
 *   large by 1 / (1 - x)^2;
 * - if a differs from line to line, those that call often are seen again more often, and L
 *   is too small. With a Beta distribution among lines, which among those that were seen on
 *   a day has the mean a and the parameters a M and (1 - a) M, (1-a)^j above becomes the
 *   product over i < j of ((1-a) M + i) / (M + i), and the mean over lines is
 *   (a M - 1) / (M - 1) in place of a.
 *
 * Freed addresses that other infected lines get make a tail that does not fall, and so do
 * networks whose addresses change while those of others never do: the lags are not a
 * geometric series then, which their residuals show. When all addresses change each day,
 * what is seen again are such chance meetings alone, and looks like lines that hardly ever
 * call: a below 0.4 is refused for that.
 *
 * An address that changes in the middle of a day counts on it with the old and the new one.
 * How many do depends on how long the line is in use; between "never" and "always" the
 * factor on L goes from 1 to e^l / (1 + l)^2 with l = -ln(1 - c), which the interval spans.
 */
#include "census/chance.h"
#include "census/grounds.h"

#include <math.h>

#define FEW_DAYS 4
#define LAGS 13      /* at most: two weeks */
#define FEW 100      /* addresses of a mean day */
#define FEW_AGAIN 30 /* addresses that were seen again, of a lag that is used */
#define LEAST_ACTIVE 0.4
#define LEAST_KEPT 0.35 /* 1 - c: below it an address lives for about a day */
#define MISFIT 0.03     /* of a lag, so much may be left */
#define MISFIT_SURELY 3.5
#define EXTRA 0.025 /* share of one-day callers that is too many */
#define EXTRA_SURELY 2.0
#define FEWEST 0.85  /* of the addresses that are foretold */
#define DOUBT 1.5    /* as many times fewer or more lines may be hidden, not more */
#define STUDENT 2.04 /* 95 %, 31 degrees of freedom */

/* Of each lag, from 1: addresses that could call again, and that did. */
struct lags {
	size_t count;
	double base[LAGS + 1], again[LAGS + 1];
};

struct fit {
	double active, kept;     /* a, 1 - c */
	double foretold;         /* F */
	double misfit[LAGS + 1]; /* what was seen by what was fitted, less one */
};

/* The same of all but one group each, as standard deviations. */
struct spread {
	double log_active, foretold;
	double misfit[LAGS + 1];
};

/* What was found of the facts. */
struct found {
	const struct census_facts *facts;
	struct lags lags;
	struct fit fit;
	struct spread spread;
};

static double
seen_again(const struct census_facts *facts, size_t group, size_t first, size_t second)
{
	return (double)facts->again[(group * facts->days + first) * facts->days + second];
}

/* Adds what ${group} has of ${lag}. */
static void
add_lag(const struct census_facts *facts, size_t group, size_t lag, struct lags *lags)
{
	for (size_t day = 0; day + lag < facts->days; day++) {
		lags->base[lag] += seen_again(facts, group, day, day);
		lags->again[lag] += seen_again(facts, group, day, day + lag);
	}
}

static double
daily(const struct census_facts *facts, size_t day)
{
	double sum = 0;

	for (size_t group = 0; group < CENSUS_GROUPS; group++)
		sum += seen_again(facts, group, day, day);
	return sum;
}

/* Weighted line through the logarithms: where the likelihood begins. */
static void
begin(const struct lags *lags, double *log_active, double *log_kept)
{
	double w = 0, x = 0, y = 0, xx = 0, xy = 0;

	for (size_t k = 1; k <= lags->count; k++) {
		double weight = lags->again[k];
		double value = log(lags->again[k] / lags->base[k]);

		w += weight;
		x += weight * (double)k;
		y += weight * value;
		xx += weight * (double)k * (double)k;
		xy += weight * (double)k * value;
	}
	*log_kept = (w * xy - x * y) / (w * xx - x * x);
	*log_active = (y - *log_kept * x) / w;
}

/* One step of Newton's. Returns its length. */
static double
step(const struct lags *lags, double *log_active, double *log_kept)
{
	double u = 0, v = 0, w = 0, x = 0, xx = 0, by_active, by_kept, det;

	for (size_t k = 1; k <= lags->count; k++) {
		double mean = lags->base[k] * exp(*log_active + (double)k * *log_kept);

		u += lags->again[k] - mean;
		v += (double)k * (lags->again[k] - mean);
		w += mean;
		x += (double)k * mean;
		xx += (double)k * (double)k * mean;
	}
	det = w * xx - x * x;
	by_active = (xx * u - x * v) / det;
	by_kept = (w * v - x * u) / det;
	*log_active += by_active;
	*log_kept += by_kept;
	return fabs(by_active) + fabs(by_kept);
}

/* What could be else than the fit says. */
struct doubt {
	double once;   /* share of a day's callers that come once: x */
	double spread; /* 1 / M; 0: a is the same for all lines */
};

/* The addresses that a span has, if so. */
static double
foretell(const struct census_facts *facts, const struct fit *fit, const struct doubt *doubt)
{
	double active = fmin(fit->active / (1 - doubt->once), 1);
	double tail = 1, fresh = 0, sum = 0;

	for (size_t day = 0; day < facts->days; day++) {
		double count = daily(facts, day), passed = (double)day * doubt->spread;

		sum += count * ((1 - doubt->once) * (fresh + tail) + doubt->once);
		fresh += (1 - fit->kept) * tail;
		tail *= fit->kept * (1 - active + passed) / (1 + passed);
	}
	return sum;
}

static struct fit
fit_lags(const struct census_facts *facts, const struct lags *lags)
{
	double log_active, log_kept, base = 0, again = 0;
	struct fit fit = {.foretold = 0};

	begin(lags, &log_active, &log_kept);
	for (unsigned i = 0; i < 50 && step(lags, &log_active, &log_kept) > 1e-10; i++)
		;
	for (size_t k = 1; k <= lags->count; k++) {
		base += lags->base[k];
		again += lags->again[k];
	}
	/* No address is kept with more than certainty. */
	fit.active = log_kept > 0 ? again / base : exp(log_active);
	fit.kept = log_kept > 0 ? 1 : exp(log_kept);
	fit.foretold = foretell(facts, &fit, &(struct doubt){.once = 0});
	for (size_t k = 1; k <= lags->count; k++)
		fit.misfit[k] = lags->again[k] / (lags->base[k] * fit.active *
		                                  pow(fit.kept, (double)k)) -
		                1;
	return fit;
}

/* The jackknife: of all groups but one in turn. */
static void
spread_of(const struct census_facts *facts, const struct lags *lags, const struct fit *fit,
          struct spread *spread)
{
	double part = (CENSUS_GROUPS - 1.0) / CENSUS_GROUPS;

	*spread = (struct spread){.foretold = 0};
	for (size_t group = 0; group < CENSUS_GROUPS; group++) {
		struct lags one = {.count = 0}, rest = *lags;
		struct fit other;

		for (size_t k = 1; k <= lags->count; k++) {
			add_lag(facts, group, k, &one);
			rest.base[k] -= one.base[k];
			rest.again[k] -= one.again[k];
		}
		other = fit_lags(facts, &rest);
		spread->log_active += part * pow(log(other.active / fit->active), 2);
		spread->foretold += part * pow(other.foretold - fit->foretold, 2);
		for (size_t k = 1; k <= lags->count; k++)
			spread->misfit[k] +=
			        part * pow(other.misfit[k] - fit->misfit[k], 2);
	}
	spread->log_active = sqrt(spread->log_active);
	spread->foretold = sqrt(spread->foretold);
	for (size_t k = 1; k <= lags->count; k++)
		spread->misfit[k] = sqrt(spread->misfit[k]);
}

/* The lags of which enough is there. */
static struct lags
gather(const struct census_facts *facts)
{
	struct lags lags = {.count = 0};

	for (size_t k = 1; k < facts->days && k <= LAGS; k++) {
		for (size_t group = 0; group < CENSUS_GROUPS; group++)
			add_lag(facts, group, k, &lags);
		if (lags.again[k] < FEW_AGAIN)
			break;
		lags.count = k;
	}
	return lags;
}

/* Whether the names that were held could make the days differ. */
static bool
is_steady(const struct census_facts *facts)
{
	if (facts->habits.names > 0 && facts->habits.tries >= facts->habits.names)
		return true;
	if (!facts->name_set || facts->held == NULL)
		return true;
	for (size_t day = 1; day < facts->days; day++) {
		if (facts->held[day] != facts->held[0])
			return false;
	}
	return true;
}

static bool
check(const struct census_facts *facts, double *mean, struct census_figure *figure)
{
	if (facts->days < FEW_DAYS)
		return census_grounds_refuse(
		        figure,
		        "it takes %d days at least to see how fast addresses change",
		        FEW_DAYS);
	if (facts->again == NULL)
		return census_grounds_refuse(figure,
		                             "callers are kept as pseudonyms, which are "
		                             "other ones each day");
	if (facts->forgotten > 0)
		return census_grounds_refuse(
		        figure,
		        "of a part of the span only how many called is kept, not who");
	for (size_t day = 0; day < facts->days; day++) {
		double count = daily(facts, day);

		if (count == 0)
			return census_grounds_refuse(figure,
			                             "on a day of the span nobody called");
		*mean += count / (double)facts->days;
	}
	if (*mean < FEW)
		return census_grounds_refuse(
		        figure, "%.0f addresses a day are too few: it takes %d", *mean,
		        FEW);
	if (!is_steady(facts))
		return census_grounds_refuse(
		        figure, "not as many names were held on each day: a host was not "
		                "seen with the same chance");
	return true;
}

/* Whether the fit is one that says how many lines there are. */
static bool
check_fit(const struct found *found, struct census_figure *figure)
{
	const struct fit *fit = &found->fit;
	double footprint = (double)found->facts->footprint;

	for (size_t k = 1; k <= found->lags.count; k++) {
		double error =
		        fmax(found->spread.misfit[k], 1 / sqrt(found->lags.again[k]));

		if (fabs(fit->misfit[k]) > fmax(MISFIT, MISFIT_SURELY * error))
			return census_grounds_refuse(
			        figure,
			        "what is seen again after %zu days (%+.0f %%) does not fit "
			        "addresses that change at one pace: pools and fixed "
			        "addresses mixed, chance meetings, or days that differ",
			        k, 100 * fit->misfit[k]);
	}
	if (fit->active < LEAST_ACTIVE || fit->kept < LEAST_KEPT)
		return census_grounds_refuse(
		        figure,
		        "so few call again that addresses which change each day and "
		        "lines that seldom call cannot be told apart");
	if (footprint < FEWEST * fit->foretold)
		return census_grounds_refuse(
		        figure,
		        "%.0f addresses fewer than re-sighting foretells: infected "
		        "lines get one another's addresses",
		        fit->foretold - footprint);
	return true;
}

/* The greatest ${value}, a member of ${doubt}, up to ${most} of which the addresses that
 * were seen, and a standard deviation more, leave room. */
static double
hide(const struct found *found, struct doubt *doubt, double *value, double most)
{
	double footprint = (double)found->facts->footprint;
	double seen = fmax(footprint, found->fit.foretold) +
	              hypot(sqrt(footprint), found->spread.foretold);
	double low = 0, high = most;

	for (unsigned i = 0; i < 50 && high > 0; i++) {
		*value = (low + high) / 2;
		if (foretell(found->facts, &found->fit, doubt) < seen)
			low = *value;
		else
			high = *value;
	}
	*value = fmax(high, 0);
	return *value;
}

/* By what factors the lines may be fewer and more than the fit says. */
static bool
doubt_lines(const struct found *found, double *fewer, double *more,
            struct census_figure *figure)
{
	const struct fit *fit = &found->fit;
	double footprint = (double)found->facts->footprint;
	double longer = -log(fit->kept), active = fmin(fit->active, 1);
	double extra = footprint - fit->foretold;
	double error = hypot(sqrt(footprint), found->spread.foretold);
	struct doubt once = {.once = 0}, uneven = {.once = 0};

	hide(found, &once, &once.once, 1 - fit->active * (1 + longer) / exp(longer));
	hide(found, &uneven, &uneven.spread, active);
	if (extra > EXTRA_SURELY * error && once.once > EXTRA)
		return census_grounds_refuse(
		        figure,
		        "%.0f addresses more than re-sighting foretells: too many "
		        "were seen once, as chaff is, or lines that seldom call",
		        extra);
	*fewer = pow(1 - once.once, 2);
	*more = active * (1 - uneven.spread) / (active - uneven.spread);
	if (*fewer < 1 / DOUBT || !(*more > 0 && *more < DOUBT))
		return census_grounds_refuse(
		        figure,
		        "addresses change so fast, or are so few, that callers who "
		        "come once or seldom could not be told: by a factor of %.2f",
		        fmax(*more, 1 / *fewer));
	return true;
}

static bool
estimate(const struct census_facts *facts, struct census_figure *figure)
{
	double mean = 0, fewer = 1, more = 1, longer, turn, error, lines;
	struct found found = {.facts = facts};
	const struct fit *fit = &found.fit;

	if (!check(facts, &mean, figure))
		return false;
	found.lags = gather(facts);
	if (found.lags.count < 2)
		return census_grounds_refuse(
		        figure, "hardly an address calls again: they change each day");
	found.fit = fit_lags(facts, &found.lags);
	spread_of(facts, &found.lags, fit, &found.spread);
	if (!check_fit(&found, figure) || !doubt_lines(&found, &fewer, &more, figure))
		return false;
	longer = -log(fit->kept);
	turn = exp(longer) / pow(1 + longer, 2);
	error = (fmax(1 - fit->active, 0) + longer) / (mean * (double)facts->days);
	error = STUDENT * hypot(found.spread.log_active, sqrt(error)) +
	        fabs(fit->misfit[1]);
	lines = mean / fit->active;
	figure->value = lines * sqrt(turn);
	figure->low = lines * turn * exp(-error) * fewer;
	figure->high = lines * exp(error) * more;
	figure->bound = CENSUS_INTERVAL;
	census_grounds_note(figure,
	                    "a line calls on %.0f %% of the days, its address changes on "
	                    "%.1f %% of them; mean of the span",
	                    100 * fmin(fit->active, 1), 100 * (1 - fit->kept));
	return true;
}

const struct census_method census_method_churn = {
        .name = "churn",
        .title = "lines with an infected host, from addresses that call again",
        .unit = CENSUS_LINES,
        .formula = "n / a, where a (1-c)^k of a day's callers call again k days later",
        .source = "after CARDCount, NDSS 2023, and Asghari et al.",
        .assumes = "each line calls on a day with the same chance and is given another "
                   "address with the same chance a day; addresses that are given up go to "
                   "lines that are not infected; chaff was removed",
        .refuses =
                "with fewer than 4 days or 100 addresses a day, with pseudonyms, when "
                "addresses change about each day, when re-sightings do not fit, when too "
                "many addresses were seen once",
        .estimate = estimate,
};
