/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/far.h"

#include "base/date.h"
#include "verdict/clean.h"
#include "wire/name.h"

#include <stdlib.h>

#define MICROSECONDS INT64_C(1000000)

#define PLACES_FIRST 1024

struct far_match {
	uint64_t group; /* digest of client, generator and days; 0: free */
	struct sighting_client client;
	struct address address;
	struct fsk_match match;
	int64_t us;
	uint64_t line;
	uint32_t file;
	bool told;
	char *name;
};

enum fsk_err
far_init(struct far *far)
{
	*far = (struct far){
	        .matches = calloc(PLACES_FIRST, sizeof(*far->matches)),
	        .mask = PLACES_FIRST - 1,
	};
	return far->matches != NULL ? FSK_OK : FSK_NOMEM;
}

void
far_fini(struct far *far)
{
	if (far == NULL || far->matches == NULL)
		return;
	for (size_t i = 0; i <= far->mask; i++)
		free(far->matches[i].name);
	free(far->matches);
	far->matches = NULL;
}

/* The digest of who asked for names of which generator how many days away. */
static uint64_t
group_of(const struct sighting *sighting)
{
	int64_t days = date_day_of(sighting->match.period.first) -
	               date_day_of(sighting->us / MICROSECONDS);
	uint64_t words[2];
	uint64_t digest;

	memcpy(words, sighting->client.address.octets, sizeof(words));
	digest = clean_mix(words[0] + sighting->client.prefix);
	digest = clean_mix(digest ^ words[1]);
	digest = clean_mix(digest + sighting->match.generator);
	return clean_mix(digest ^ (uint64_t)days) | 1;
}

static bool
same_name(const struct far_match *a, const struct fsk_match *b)
{
	return a->match.index == b->index && a->match.period.first == b->period.first;
}

/* The place after ${place} that belongs to ${group} or is free. */
static size_t
next_place(const struct far *far, size_t place, uint64_t group)
{
	do
		place = (place + 1) & far->mask;
	while (far->matches[place].group != 0 && far->matches[place].group != group);
	return place;
}

/* The first place of ${group}, or a free one. */
static size_t
first_place(const struct far *far, uint64_t group)
{
	size_t place = clean_mix(group) & far->mask;

	if (far->matches[place].group == 0 || far->matches[place].group == group)
		return place;
	return next_place(far, place, group);
}

static enum fsk_err
grow(struct far *far)
{
	struct far grown = {.mask = far->mask * 2 + 1, .count = far->count};

	grown.matches = calloc(grown.mask + 1, sizeof(*grown.matches));
	if (grown.matches == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i <= far->mask; i++) {
		const struct far_match *match = &far->matches[i];
		size_t place;

		if (match->group == 0)
			continue;
		place = first_place(&grown, match->group);
		while (grown.matches[place].group != 0)
			place = next_place(&grown, place, match->group);
		grown.matches[place] = *match;
	}
	free(far->matches);
	*far = grown;
	return FSK_OK;
}

/* Calls ${found} for each match of ${group} that was not told yet. */
static enum fsk_err
tell(struct far *far, uint64_t group,
     enum fsk_err (*found)(void *context, const struct sighting *sighting), void *context)
{
	enum fsk_err err = FSK_OK;

	for (size_t place = first_place(far, group);
	     far->matches[place].group == group && err == FSK_OK;
	     place = next_place(far, place, group)) {
		struct far_match *match = &far->matches[place];
		struct sighting sighting = {
		        .us = match->us,
		        .client = match->client,
		        .address = match->address,
		        .match = match->match,
		        .counter = SIGHTING_NO_COUNTER,
		        .file = match->file,
		        .line = match->line,
		};

		if (match->told)
			continue;
		sighting.name = span_of(match->name);
		sighting.forecast = span_from(sighting.name, match->match.offset);
		match->told = true;
		err = found(context, &sighting);
	}
	return err;
}

/* Puts ${sighting} at ${place}, which is free. */
static enum fsk_err
put(struct far *far, size_t place, uint64_t group, const struct sighting *sighting)
{
	struct far_match *match = &far->matches[place];
	char *name = strndup(sighting->name.text, sighting->name.len);

	if (name == NULL)
		return FSK_NOMEM;
	*match = (struct far_match){
	        .group = group,
	        .client = sighting->client,
	        .address = sighting->address,
	        .match = sighting->match,
	        .us = sighting->us,
	        .line = sighting->line,
	        .file = sighting->file,
	        .name = name,
	};
	far->count++;
	return FSK_OK;
}

enum fsk_err
far_add(struct far *far, const struct sighting *sighting,
        enum fsk_err (*found)(void *context, const struct sighting *sighting),
        void *context)
{
	uint64_t group = group_of(sighting);
	size_t different = 1;
	size_t place;
	enum fsk_err err;

	if (far->count * 2 > far->mask && grow(far) != FSK_OK)
		return FSK_NOMEM;
	for (place = first_place(far, group); far->matches[place].group == group;
	     place = next_place(far, place, group)) {
		if (same_name(&far->matches[place], &sighting->match))
			return FSK_OK;
		different++;
	}
	if (far->count == FAR_MOST) {
		far->full = true;
		return FSK_OK;
	}
	err = put(far, place, group, sighting);
	if (err != FSK_OK || different < FAR_LEAST)
		return err;
	return tell(far, group, found, context);
}
