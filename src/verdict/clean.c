/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/clean.h"

#include <math.h>
#include <stdlib.h>

#define OWN ((size_t)1 << CLEAN_OWN_BITS)

#define RANKS 65 /* values of a register: 0, nothing came; to 64 */

enum fsk_err
clean_init(struct clean *clean)
{
	uint8_t *registers = calloc(CLEAN_SIZE, 1);

	if (registers == NULL)
		return FSK_NOMEM;
	clean->registers = registers;
	return FSK_OK;
}

void
clean_fini(struct clean *clean)
{
	if (clean == NULL)
		return;
	free(clean->registers);
	clean->registers = NULL;
}

void
clean_merge(struct clean *clean, const struct clean *other)
{
	uint8_t *to = clean->registers;
	const uint8_t *from = other->registers;

	for (size_t i = 0; i < CLEAN_SIZE; i++)
		to[i] = from[i] > to[i] ? from[i] : to[i];
}

/* What empty registers, ${share} of all, add to the sum below: share + sum over
 * k >= 1 of share^(2^k) 2^(k-1). */
static double
weigh_empty(double share)
{
	double sum = share, before, weight = 1;

	if (share >= 1)
		return INFINITY;
	do {
		before = sum;
		share *= share;
		sum += share * weight;
		weight += weight;
	} while (sum > before);
	return sum;
}

/* How many different things were put in ${count} registers, of which counts[r] hold
 * r. The estimator of Ertl ("New cardinality estimation algorithms for HyperLogLog
 * sketches", 2017, section 3): without bias from 0 on, where the first
 * HyperLogLog passes to linear counting and errs by percents around the change.
 * Registers that are full need no term: with 64 bits there are none. */
static double
estimate(const uint32_t counts[RANKS], double count)
{
	double sum = count * weigh_empty(counts[0] / count);

	for (int rank = 1; rank < RANKS; rank++)
		sum += ldexp(counts[rank], -rank);
	return count * count / (2 * log(2) * sum);
}

static double
estimate_range(const uint8_t *registers, size_t count)
{
	uint32_t counts[RANKS] = {0};

	for (size_t i = 0; i < count; i++)
		counts[registers[i]]++;
	return estimate(counts, (double)count);
}

double
clean_pairs(const struct clean *clean)
{
	return estimate_range(clean->registers + CLEAN_PAIRS, CLEAN_SIZE - CLEAN_PAIRS);
}

double
clean_hosts(const struct clean *clean)
{
	return estimate_range(clean->registers + CLEAN_HOSTS, CLEAN_PAIRS - CLEAN_HOSTS);
}

double
clean_noise(const struct clean *clean)
{
	return estimate_range(clean->registers, CLEAN_HOSTS);
}

double
clean_names(const struct clean *clean, uint64_t host)
{
	return clean_names_among(clean, host, clean_noise(clean));
}

double
clean_names_among(const struct clean *clean, uint64_t host, double noise)
{
	const double all = (double)CLEAN_HOSTS, own = (double)OWN;
	uint32_t counts[RANKS] = {0};
	double names;

	for (uint32_t i = 0; i < OWN; i++)
		counts[clean->registers[clean_register(host, i)]]++;
	/* What each of its registers holds more than one of all on average, and
	 * the share of its own names in that average. Of all the same estimate is
	 * taken as of the host's, also where hosts are so few that it is far
	 * below the number of pairs: what matters is what the registers show. */
	names = all * own / (all - own) * (estimate(counts, own) / own - noise / all);
	return names > 0 ? names : 0;
}
