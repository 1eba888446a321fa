/* SPDX-License-Identifier: BSD-2-Clause */
#include "dga/catalog.h"

#include "base/date.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* Raised by hand when the same constants begin to give other lists, so that
 * the digests of the proofs would not show it. */
#define GENERATION 1

#define FAMILY(name) extern const struct dga_family dga_family_##name;
#include "dga/families.def"
#undef FAMILY

#define FAMILY(name) &dga_family_##name,
static const struct dga_family *const families[] = {
#include "dga/families.def"
};
#undef FAMILY

size_t
dga_family_count(void)
{
	return DGA_COUNT(families);
}

const struct dga_family *
dga_family_at(size_t n)
{
	return n < DGA_COUNT(families) ? families[n] : NULL;
}

const struct dga_family *
dga_family_find(struct span name)
{
	for (size_t i = 0; i < DGA_COUNT(families); i++) {
		if (span_equal(span_of(families[i]->name), name))
			return families[i];
	}
	return NULL;
}

size_t
dga_generator_count(void)
{
	size_t count = 0;

	for (size_t i = 0; i < DGA_COUNT(families); i++)
		count += families[i]->variant_count;
	return count;
}

struct dga_generator
dga_generator_at(size_t number)
{
	size_t below = 0; /* generators of the families already passed */

	for (size_t i = 0; i < DGA_COUNT(families); i++) {
		if (number - below < families[i]->variant_count)
			return (struct dga_generator){
			        .family = families[i],
			        .variant = &families[i]->variants[number - below],
			        .number = number,
			};
		below += families[i]->variant_count;
	}
	return (struct dga_generator){.family = NULL};
}

struct dga_generator
dga_placebo_at(size_t number)
{
	struct dga_generator generator = dga_generator_at(number);

	if (generator.family != NULL && generator.family->placebos != NULL)
		generator.variant = generator.family->placebos +
		                    (generator.variant - generator.family->variants);
	return generator;
}

enum fsk_err
dga_generator_find(struct span name, struct dga_generator *generator)
{
	for (size_t i = 0;; i++) {
		struct dga_generator g = dga_generator_at(i);
		size_t len;

		if (g.family == NULL)
			return FSK_UNKNOWN;
		len = strlen(g.family->name);
		if (name.len <= len || memcmp(name.text, g.family->name, len) != 0 ||
		    name.text[len] != '/')
			continue;
		if (span_equal(span_of(g.variant->name), span_from(name, len + 1))) {
			*generator = g;
			return FSK_OK;
		}
	}
}

void
dga_generator_name(const struct dga_generator *generator,
                   char name[DGA_GENERATOR_NAME_SIZE])
{
	snprintf(name, DGA_GENERATOR_NAME_SIZE, "%s/%s", generator->family->name,
	         generator->variant->name);
}

/* Two overlapping words of the 15 bytes that a suffix has in its table. */
struct words {
	uint64_t front;
	uint64_t back;
};

static struct words
words_of(const char text[DGA_SUFFIX_MAX])
{
	struct words words;

	memcpy(&words.front, text, sizeof(words.front));
	memcpy(&words.back, text + DGA_SUFFIX_MAX - sizeof(words.back), sizeof(words.back));
	return words;
}

/* The suffix of ${variant} that is ${tail}, or NULL. Compared by words, since
 * the tables are padded with zeros. */
static const struct dga_suffix *
find_suffix(const struct dga_variant *variant, struct span tail)
{
	char padded[DGA_SUFFIX_MAX] = "";
	struct words wanted;

	memcpy(padded, tail.text, tail.len);
	wanted = words_of(padded);
	for (size_t i = 0; i < variant->suffix_count; i++) {
		struct words there = words_of(variant->suffixes[i].text);

		if (there.front == wanted.front && there.back == wanted.back)
			return &variant->suffixes[i];
	}
	return NULL;
}

bool
dga_generator_means(const struct dga_generator *generator, const char *pattern)
{
	char name[DGA_GENERATOR_NAME_SIZE];

	if (strchr(pattern, '/') == NULL)
		return fnmatch(pattern, generator->family->name, FNM_CASEFOLD) == 0;
	dga_generator_name(generator, name);
	return fnmatch(pattern, name, FNM_PATHNAME | FNM_CASEFOLD) == 0;
}

static const char *const confidences[] = {
        [DGA_LOW] = "low",
        [DGA_MEDIUM] = "medium",
        [DGA_HIGH] = "high",
};

const char *
dga_confidence_name(enum dga_confidence confidence)
{
	return confidences[confidence];
}

bool
dga_confidence_find(struct span word, enum dga_confidence *confidence)
{
	for (size_t i = 0; i < sizeof(confidences) / sizeof(confidences[0]); i++) {
		if (span_equal(word, span_of(confidences[i]))) {
			*confidence = (enum dga_confidence)i;
			return true;
		}
	}
	return false;
}

const struct dga_suffix *
dga_suffix_of(const struct dga_variant *variant, struct span name)
{
	size_t start = name.len > DGA_SUFFIX_MAX ? name.len - DGA_SUFFIX_MAX : 1;

	for (; start < name.len; start++) {
		const struct dga_suffix *suffix;

		if (name.text[start] != '.')
			continue;
		suffix = find_suffix(variant, span_from(name, start));
		if (suffix != NULL)
			return suffix;
	}
	return NULL;
}

/* The first second of ${text}, a day, a month or a year. */
static int64_t
first_second(const char *text)
{
	char day[] = "0000-01-01";
	size_t len = strlen(text);
	int64_t days = DATE_FIRST;

	memcpy(day, text, len < 10 ? len : 10);
	if (date_parse(span_of(day), &days, NULL) != FSK_OK)
		return INT64_MIN; /* the unit test of the catalog refuses such a date */
	return days * DATE_DAY;
}

int64_t
dga_first_seen(const struct dga_family *family)
{
	return first_second(family->first_seen);
}

int64_t
dga_known_from(const struct dga_family *family)
{
	return first_second(family->known_from);
}

/* The first instant after ${instant} at which a list could begin that did not
 * hold at ${instant}: where an algorithm has none, it starts with a day. */
static int64_t
next_midnight(int64_t instant)
{
	return (date_day_of(instant) + 1) * DATE_DAY;
}

enum fsk_err
dga_period_first(const struct dga_generator *generator, int64_t from, int64_t to,
                 struct fsk_period *period)
{
	if (from <= to && generator->family->period(generator->variant, from, period))
		return FSK_OK;
	/* Beyond the calendar no list begins that did not begin in it. */
	if (from < DATE_FIRST * DATE_DAY)
		from = DATE_FIRST * DATE_DAY;
	if (to >= (DATE_LAST + 1) * DATE_DAY)
		to = (DATE_LAST + 1) * DATE_DAY - 1;
	for (int64_t t = from; t <= to; t = next_midnight(t)) {
		if (generator->family->period(generator->variant, t, period))
			return FSK_OK;
	}
	return FSK_END;
}

enum fsk_err
dga_period_next(const struct dga_generator *generator, int64_t to,
                struct fsk_period *period)
{
	if (period->last >= to)
		return FSK_END;
	return dga_period_first(generator, period->last + 1, to, period);
}

uint64_t
dga_catalog_version(void)
{
	uint64_t version = GENERATION;

	for (size_t i = 0; i < DGA_COUNT(families); i++) {
		const struct dga_family *family = families[i];

		version = XXH64(family->name, strlen(family->name), version);
		for (size_t k = 0; k < family->variant_count; k++) {
			const struct dga_variant *variant = &family->variants[k];

			version = XXH64(variant->name, strlen(variant->name), version);
			version = XXH64(variant->proof_sha256,
			                strlen(variant->proof_sha256), version);
		}
	}
	return version;
}
