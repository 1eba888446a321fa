/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/gather_part.h"

#include <stdlib.h>

/* To whom a table is told. */
struct ear {
	enum fsk_err (*tell)(const struct census_line *, void *);
	void *context;
};

static enum fsk_err
tell_hours(const struct census_gather *gather, struct ear ear)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < gather->days * CENSUS_HOURS && err == FSK_OK; i++) {
		struct census_line line = {
		        .second = gather->plan.from + (int64_t)i * CENSUS_HOUR,
		        .text = {"", 0},
		        .addresses = gather->tally.hours[i],
		};

		err = ear.tell(&line, ear.context);
	}
	return err;
}

static enum fsk_err
tell_days(const struct census_gather *gather, struct ear ear)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < gather->days && err == FSK_OK; i++) {
		struct census_line line = {
		        .second = gather->plan.from + (int64_t)i * CENSUS_DAY,
		        .text = {"", 0},
		        .addresses = gather->tally.daily[i],
		        .contacts = gather->tally.contacts[i],
		        .held = gather->tally.held[i],
		        .hits = gather->tally.hits[i],
		};

		err = ear.tell(&line, ear.context);
	}
	return err;
}

/* The two letters of ${country}, in ${text}; nothing of 0. */
static struct span
country_text(uint32_t country, char text[2])
{
	text[0] = (char)(country >> 8);
	text[1] = (char)(country & 0xff);
	return (struct span){text, country != 0 ? 2 : 0};
}

static enum fsk_err
tell_sums(const struct census_gather *gather, enum census_by by,
          const struct census_sums *sums, struct ear ear)
{
	struct census_sum *list;
	enum fsk_err err = census_sums_list(sums, &list);

	if (err != FSK_OK)
		return err;
	for (size_t i = 0; i < sums->count && err == FSK_OK; i++) {
		struct census_line line = {.text = {"", 0},
		                           .addresses = list[i].addresses,
		                           .contacts = list[i].contacts};
		char country[2];

		if (by == CENSUS_BY_NETWORK) {
			line.network = list[i].what;
		} else if (by == CENSUS_BY_COUNTRY) {
			line.text = country_text(list[i].what, country);
		} else {
			const struct census_generator *generator =
			        &gather->generators[list[i].what];

			line.text = (struct span){generator->text, generator->len};
		}
		err = ear.tell(&line, ear.context);
	}
	free(list);
	return err;
}

enum fsk_err
census_gather_table(const struct census_gather *gather, enum census_by by,
                    enum fsk_err (*tell)(const struct census_line *, void *), void *context)
{
	struct ear ear = {tell, context};

	if (!gather->settled)
		return FSK_RANGE;
	switch (by) {
	case CENSUS_BY_HOUR:
		return tell_hours(gather, ear);
	case CENSUS_BY_DAY:
		return tell_days(gather, ear);
	case CENSUS_BY_COUNTRY:
		return tell_sums(gather, by, &gather->tally.countries, ear);
	case CENSUS_BY_NETWORK:
		return tell_sums(gather, by, &gather->tally.networks, ear);
	case CENSUS_BY_GENERATOR:
		return tell_sums(gather, by, &gather->tally.generators, ear);
	}
	return FSK_RANGE;
}

/* Tells the days of host ${number}. */
static enum fsk_err
tell_caller(const struct census_gather *gather, uint32_t number,
            enum fsk_err (*tell)(const struct hostday *, void *), void *context)
{
	const struct census_caller *caller = census_roll_at(&gather->callers, number);
	const struct census_visit *visit;
	char country[2];
	struct hostday host = {.client = census_roll_client(&gather->callers, number),
	                       .country = country_text(caller->country, country),
	                       .network = caller->network};
	enum fsk_err err = FSK_OK;

	for (uint32_t n = caller->enrolled.more; n != 0 && err == FSK_OK; n = visit->next) {
		const struct census_generator *generator;

		visit = census_visit_at(gather, n - 1);
		generator = &gather->generators[visit->generator];
		host.day = gather->plan.from + visit->day * CENSUS_DAY;
		host.generator = (struct span){generator->text, generator->len};
		hostday_marks_init(&host.marks);
		host.marks.contacts = visit->contacts;
		host.marks.hours = visit->hours;
		memcpy(host.marks.names, visit->names, sizeof(visit->names));
		err = tell(&host, context);
	}
	return err;
}

enum fsk_err
census_gather_each(const struct census_gather *gather,
                   enum fsk_err (*tell)(const struct hostday *, void *), void *context)
{
	uint32_t count = census_roll_count(&gather->callers);
	enum fsk_err err = FSK_OK;

	if (!gather->settled)
		return FSK_RANGE;
	for (uint32_t n = 0; n < count && err == FSK_OK; n++) {
		const struct census_caller *caller = census_roll_at(&gather->callers, n);

		if (!caller->gone)
			err = tell_caller(gather, n, tell, context);
	}
	return err;
}
