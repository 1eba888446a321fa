/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_span.h"

#include "base/date.h"
#include "census/habits.h"
#include "cmd/words.h"
#include "dga/catalog.h"

#include <stdlib.h>

/* Of a family's contacts: variants with a smaller part of them do not say how its bots
 * call. Now and then somebody asks for one name of another's list. */
#define VARIANT_LEAST 0.01

/* The last hour of a store with a contact that is wanted. */
struct last {
	const struct census_ask *ask;
	int64_t second; /* INT64_MIN: none */
	uint64_t seen;
};

static enum fsk_err
take_last(const struct store_hour *hour, void *context)
{
	struct last *last = context;

	if (hour->hour > last->second && census_ask_wants(last->ask, hour->generator))
		last->second = hour->hour;
	return ++last->seen % 4096 == 0 && say_stopped() ? FSK_STOPPED : FSK_OK;
}

/* Looks at the last day of the store, the last two, the last four ...: as a rule the first
 * look is enough, and the sums of years are not read. */
static enum fsk_err
find_last(const struct census_source *source, struct last *last)
{
	struct store_filter filter = STORE_FILTER_ALL;
	struct store_facts facts;
	enum fsk_err err = store_facts(source->store, &facts);
	int64_t day;

	if (err != FSK_OK || facts.last_us < facts.first_us)
		return err;
	day = date_day_of(date_second_of(facts.last_us));
	last->second = INT64_MIN;
	for (int64_t days = 1; err == FSK_OK && last->second == INT64_MIN; days *= 2) {
		filter.from_us = (day + 1 - days) * DATE_DAY * DATE_SECOND;
		err = store_hours(source->store, &filter, take_last, last);
		if (filter.from_us <= facts.first_us)
			break;
	}
	return err;
}

/* The last day of any source, its first second; INT64_MIN: none. */
static enum status
last_day(struct census_work *work, int64_t *day)
{
	const struct census_sources *sources = work->sources;

	*day = INT64_MIN;
	for (size_t i = 0; i < work->hosts.count; i++)
		if (work->hosts.hosts[i].day > *day)
			*day = work->hosts.hosts[i].day;
	for (size_t i = 0; i < sources->count; i++) {
		struct last last = {.ask = work->ask, .second = INT64_MIN};
		enum fsk_err err;

		if (sources->sources[i].store == NULL)
			continue;
		err = find_last(&sources->sources[i], &last);
		if (err != FSK_OK)
			return census_source_refuse(&sources->sources[i], err);
		if (last.second != INT64_MIN && date_day_of(last.second) * DATE_DAY > *day)
			*day = date_day_of(last.second) * DATE_DAY;
	}
	return STATUS_DONE;
}

enum status
census_span_find(struct census_work *work)
{
	const struct census_ask *ask = work->ask;
	struct census_report *report = &work->report;
	int64_t day = 0;
	enum status status;

	report->from = ask->from;
	report->to = ask->to;
	if (ask->from != INT64_MIN && ask->to != INT64_MAX)
		return STATUS_DONE;
	status = last_day(work, &day);
	if (status != STATUS_DONE || say_stopped())
		return status;
	report->last_day = ask->from == INT64_MIN;
	if (day == INT64_MIN && report->last_day) {
		report->from = report->to = 0;
		return STATUS_DONE;
	}
	if (report->last_day)
		report->from = day;
	report->to = (day > report->from ? day : report->from) + DATE_DAY;
	if ((report->to - report->from) / DATE_DAY <= CENSUS_DAYS)
		return STATUS_DONE;
	say("--from %s: a census is of %d days at most: add --to", ask->common.from,
	    CENSUS_DAYS);
	return STATUS_USAGE;
}

/* Adds ${contacts} of ${generator}, which may be that of a family only. */
static void
meet(struct census_work *work, struct span generator, uint64_t contacts)
{
	struct dga_generator found;

	if (dga_generator_find(generator, &found) == FSK_OK) {
		work->contacts[found.number] += contacts;
		return;
	}
	for (size_t i = 0;
	     i < dga_generator_count() && census_ask_wants(work->ask, generator); i++) {
		if (!span_equal(span_of(dga_generator_at(i).family->name), generator))
			continue;
		work->unsaid[i] += contacts;
		return;
	}
}

static enum fsk_err
take_hour(const struct store_hour *hour, void *context)
{
	struct census_work *work = context;

	if (census_ask_wants(work->ask, hour->generator))
		meet(work, hour->generator, hour->contacts);
	return ++work->done % 4096 == 0 && say_stopped() ? FSK_STOPPED : FSK_OK;
}

enum status
census_span_meet(struct census_work *work)
{
	const struct census_sources *sources = work->sources;
	struct store_filter filter = STORE_FILTER_ALL;
	enum fsk_err err = FSK_OK;

	filter.from_us = work->report.from * DATE_SECOND;
	filter.to_us = work->report.to * DATE_SECOND;
	work->contacts = calloc(dga_generator_count(), sizeof(*work->contacts));
	work->unsaid = calloc(dga_generator_count(), sizeof(*work->unsaid));
	if (work->contacts == NULL || work->unsaid == NULL) {
		say("out of memory");
		return STATUS_SYSTEM;
	}
	for (size_t i = 0; i < work->hosts.count; i++) {
		const struct hostday *host = &work->hosts.hosts[i];

		if (host->day >= work->report.from && host->day < work->report.to)
			meet(work, host->generator, host->marks.contacts);
	}
	for (size_t i = 0; i < sources->count; i++) {
		if (sources->sources[i].store == NULL)
			continue;
		err = store_hours(sources->sources[i].store, &filter, take_hour, work);
		if (err != FSK_OK)
			return census_source_refuse(&sources->sources[i], err);
	}
	return STATUS_DONE;
}

/* Puts the name of ${generator} behind ${names}, as far as there is room. */
static void
name(struct words *names, const struct dga_generator *generator)
{
	char text[DGA_GENERATOR_NAME_SIZE];

	dga_generator_name(generator, text);
	if (names->text[0] != '\0')
		words_add(names, ", ");
	words_add(names, text);
}

enum fsk_err
census_span_habits(struct census_work *work, struct span family,
                   struct census_habits *habits, const char **names)
{
	const struct dga_family *found = dga_family_find(family);
	struct words met = {.text = ""};
	struct span kept = {NULL, 0};
	double whole = 0, unsaid = 0;
	enum fsk_err err;

	*habits = (struct census_habits){.names = 0};
	for (size_t i = 0; i < dga_generator_count(); i++)
		if (dga_generator_at(i).family == found && found != NULL) {
			whole += (double)work->contacts[i];
			unsaid += (double)work->unsaid[i];
		}
	for (size_t i = 0; i < dga_generator_count() && whole > 0; i++) {
		struct dga_generator generator = dga_generator_at(i);
		struct census_habits own;

		if (generator.family != found ||
		    (double)work->contacts[i] < whole * VARIANT_LEAST ||
		    work->contacts[i] == 0)
			continue;
		own = census_habits_of(found, generator.variant->name);
		if (met.text[0] == '\0')
			*habits = own;
		else
			census_habits_join(habits, &own);
		name(&met, &generator);
	}
	if (met.text[0] == '\0' && found != NULL)
		*habits = unsaid > 0 ? census_habits_unsaid(found)
		                     : census_habits_of(
		                               found, census_ask_variant(work->ask, found));
	/* What is of the family and no more may be of a variant that was not met by a name.
	 */
	if (unsaid > (whole + unsaid) * VARIANT_LEAST) {
		struct census_habits own = census_habits_unsaid(found);

		census_habits_join(habits, &own);
		met.text[0] = '\0';
	}
	err = census_texts_keep(&work->texts, span_of(met.text), &kept);
	*names = kept.text != NULL ? kept.text : "";
	return err;
}
