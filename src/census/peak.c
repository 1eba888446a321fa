/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/gather_part.h"

#include "base/date.h"
#include "watch/fingerprint.h"

#include <stdlib.h>

#define WORD 64
#define MIDDLE (CENSUS_LAGS / 2)

void
census_peak_fini(struct census_peak *peak)
{
	if (peak == NULL)
		return;
	census_chains_free(peak->chains);
	for (size_t i = 0; i < peak->sensor_count; i++) {
		free(peak->sensors[i].name);
		for (size_t lag = 0; lag < CENSUS_LAGS; lag++)
			free(peak->sensors[i].seen[lag]);
		free(peak->sensors[i].often);
	}
	*peak = (struct census_peak){.from = 0};
}

static bool
generator_is(const struct census_gather *gather, uint32_t generator)
{
	const char *family = fsk_generator_family(generator);
	const char *variant = fsk_generator_variant(generator);
	struct span wanted = gather->family;
	size_t len;

	if (family == NULL)
		return false;
	len = strlen(family);
	if (wanted.len < len || memcmp(wanted.text, family, len) != 0)
		return false;
	return wanted.len == len ||
	       (wanted.text[len] == '/' &&
	        span_equal(span_from(wanted, len + 1), span_of(variant)));
}

static bool
fingerprint_is(const struct census_gather *gather, const char *name)
{
	const struct watch_fingerprint *print = watch_fingerprint_find(span_of(name));

	return print != NULL && print->family != NULL &&
	       span_equal(span_of(print->family), gather->family);
}

/* Whether ${sighting} is of the family: by its name, else by its request. */
static bool
is_of_family(struct census_gather *gather, const struct sighting *sighting)
{
	struct census_peak *peak = &gather->peak;
	uint32_t generator = sighting->match.generator;

	if (generator != SIGHTING_NO_GENERATOR) {
		if (!peak->any_generator || generator != peak->generator) {
			peak->generator_is = generator_is(gather, generator);
			peak->generator = generator;
			peak->any_generator = true;
		}
		return peak->generator_is;
	}
	if (sighting->fingerprint == NULL)
		return false;
	if (sighting->fingerprint != peak->fingerprint) {
		peak->fingerprint_is = fingerprint_is(gather, sighting->fingerprint);
		peak->fingerprint = sighting->fingerprint;
	}
	return peak->fingerprint_is;
}

/* The place of the sensor called ${name}; peak->sensor_count: there is none. */
static size_t
find(const struct census_peak *peak, struct span name)
{
	for (size_t i = 0; i < peak->sensor_count; i++) {
		struct span known = {peak->sensors[i].name, peak->sensors[i].len};

		if (span_equal(known, name))
			return i;
	}
	return peak->sensor_count;
}

static enum fsk_err
add_sensor(struct census_peak *peak, struct span name)
{
	struct census_sensor sensor = {.len = name.len};

	sensor.name = malloc(name.len + 1);
	if (sensor.name == NULL)
		return FSK_NOMEM;
	memcpy(sensor.name, name.text, name.len);
	sensor.name[name.len] = '\0';
	peak->sensors[peak->sensor_count++] = sensor;
	return FSK_OK;
}

/* Makes room for bits of all hosts at ${bits}, if there is none. */
static enum fsk_err
make(const struct census_gather *gather, uint64_t **bits)
{
	uint64_t *made;

	if (*bits != NULL)
		return FSK_OK;
	made = calloc(census_roll_count(&gather->callers) / WORD + 1, sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	*bits = made;
	return FSK_OK;
}

/* Notes that ${sensor} saw host ${number} in the peak hour, in which it saw it before if
 * ${again}. */
static enum fsk_err
see_peak(const struct census_gather *gather, struct census_sensor *sensor, uint32_t number,
         bool again)
{
	enum fsk_err err = make(gather, &sensor->often);

	if (err == FSK_OK && again)
		sensor->often[number / WORD] |= UINT64_C(1) << number % WORD;
	return err;
}

/* Notes that the sensor of ${sighting} saw host ${number} in hour ${lag}. */
static enum fsk_err
see(struct census_gather *gather, const struct sighting *sighting, uint32_t number,
    size_t lag)
{
	struct span name = sighting->sensor;
	size_t place = find(&gather->peak, name);
	struct census_sensor *sensor = &gather->peak.sensors[place];
	uint64_t bit = UINT64_C(1) << number % WORD;
	uint64_t *word;
	enum fsk_err err;

	if (name.len == 0 || place == CENSUS_SENSORS)
		return FSK_OK;
	if (place == gather->peak.sensor_count) {
		err = add_sensor(&gather->peak, name);
		if (err != FSK_OK)
			return err;
	}
	err = make(gather, &sensor->seen[lag]);
	if (err != FSK_OK)
		return err;
	word = &sensor->seen[lag][number / WORD];
	if (lag == MIDDLE) {
		err = see_peak(gather, sensor, number,
		               (*word & bit) != 0 || sighting->more > 0);
		if (err != FSK_OK)
			return err;
		sensor->count += (*word & bit) == 0;
	}
	*word |= bit;
	return FSK_OK;
}

enum fsk_err
census_gather_sighting(struct census_gather *gather, const struct sighting *sighting)
{
	struct census_peak *peak = &gather->peak;
	int64_t second = date_second_of(sighting->us);
	const struct census_caller *caller;
	uint32_t number;
	size_t lag;
	enum fsk_err err = FSK_OK;

	if (!gather->settled)
		return FSK_RANGE;
	if (second < peak->from || second >= peak->to || !is_of_family(gather, sighting) ||
	    !census_roll_find(&gather->callers, &sighting->client, &number))
		return FSK_OK;
	caller = census_roll_at(&gather->callers, number);
	if (caller->gone)
		return FSK_OK;
	lag = (size_t)((second - peak->from) / CENSUS_HOUR);
	if (lag == MIDDLE)
		err = census_chains_add(peak->chains, &sighting->client, sighting->counter);
	if (err == FSK_OK)
		err = see(gather, sighting, number, lag);
	if (err == FSK_OK)
		peak->any = true;
	return err;
}

static uint64_t
common(const uint64_t *a, const uint64_t *b, size_t words)
{
	uint64_t count = 0;

	for (size_t i = 0; a != NULL && b != NULL && i < words; i++)
		count += (uint64_t)__builtin_popcountll(a[i] & b[i]);
	return count;
}

/* Whether ${a} goes before ${b}: more addresses, then the name. */
static bool
is_before(const struct census_sensor *a, const struct census_sensor *b)
{
	return a->count != b->count ? a->count > b->count : strcmp(a->name, b->name) < 0;
}

const struct census_pair *
census_peak_pair(struct census_gather *gather)
{
	const struct census_sensor *first = NULL, *second = NULL;
	size_t words = census_roll_count(&gather->callers) / WORD + 1;

	for (size_t i = 0; i < gather->peak.sensor_count; i++) {
		const struct census_sensor *sensor = &gather->peak.sensors[i];

		if (first == NULL || is_before(sensor, first)) {
			second = first;
			first = sensor;
		} else if (second == NULL || is_before(sensor, second)) {
			second = sensor;
		}
	}
	if (second == NULL)
		return NULL;
	gather->pair = (struct census_pair){.first_name = first->name,
	                                    .second_name = second->name,
	                                    .hour = gather->peak.from + CENSUS_HOUR,
	                                    .first = first->count,
	                                    .second = second->count};
	for (size_t i = 0; i < 2; i++) {
		const struct census_sensor *one = i == 0 ? first : second;
		const struct census_sensor *other = i == 0 ? second : first;

		gather->pair.often[i] = common(one->often, one->often, words);
		gather->pair.often_both[i] = common(one->often, other->seen[MIDDLE], words);
	}
	for (size_t lag = 0; lag < CENSUS_LAGS; lag++)
		gather->pair.both[lag] =
		        common(first->seen[MIDDLE], second->seen[lag], words);
	return &gather->pair;
}
