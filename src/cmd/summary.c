/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/summary.h"

#include "base/date.h"
#include "base/size.h"
#include "cmd/row.h"

#include <inttypes.h>
#include <stdlib.h>

#define PEOPLE_SUFFIXES 20 /* rows of the second table */

/* Names with one suffix. The suffix is kept without its dot. */
struct count {
	struct span suffix;
	uint64_t names;  /* over all days */
	uint64_t shorts; /* those of them with a short label */
};

/* The counts of one generator, or of all together. */
struct tally {
	struct count *counts;
	size_t count;
	struct count sum;
};

struct summary {
	struct output *output;
	struct span_of_time span;
	const char *format;
	struct filter *filter;
	struct tally all;
	struct tally one;             /* of the row that is being counted */
	struct dga_generator current; /* family NULL: none yet */
	bool nomem;
};

/* The count of ${suffix} in ${tally}, made if it is new; NULL without memory. */
static struct count *
count_of(struct tally *tally, struct span suffix)
{
	struct count *grown;

	for (size_t i = 0; i < tally->count; i++) {
		if (span_equal(tally->counts[i].suffix, suffix))
			return &tally->counts[i];
	}
	grown = realloc(tally->counts, size_mul(tally->count + 1, sizeof(*grown)));
	if (grown == NULL)
		return NULL;
	tally->counts = grown;
	grown[tally->count] = (struct count){.suffix = suffix};
	return &grown[tally->count++];
}

/* Adds ${names} and ${shorts} with ${suffix} to ${tally}; false without memory. */
static bool
add(struct tally *tally, struct span suffix, uint64_t names, uint64_t shorts)
{
	struct count *count = count_of(tally, suffix);

	if (count == NULL)
		return false;
	count->names += names;
	count->shorts += shorts;
	tally->sum.names += names;
	tally->sum.shorts += shorts;
	return true;
}

/* On how many UTC days of ${span} ${period} holds. */
static uint64_t
days_shared(struct span_of_time span, struct fsk_period period)
{
	int64_t from = period.first > span.from ? period.first : span.from;
	int64_t to = period.last < span.to ? period.last : span.to;

	return (uint64_t)(date_day_of(to) - date_day_of(from) + 1);
}

/* Names a day: ${names} over all days of the span. */
static double
a_day(const struct summary *summary, uint64_t names)
{
	struct fsk_period whole = {summary->span.from, summary->span.to};

	return (double)names / (double)days_shared(summary->span, whole);
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

static void
write_machine_row(struct summary *summary, const struct count *count)
{
	const struct dga_generator *g = &summary->current;
	FILE *out = summary->output->file;
	bool json = strcmp(summary->format, "json") == 0;

	fprintf(out,
	        json ? "{\"family\":\"%s\",\"variant\":\"%s\",\"suffix\":\"%.*s\","
	               "\"names_a_day\":%.2f,\"short_share\":%.4f}\n"
	             : "%s,%s,%.*s,%.2f,%.4f\n",
	        g->family->name, g->variant->name, (int)count->suffix.len,
	        count->suffix.text, a_day(summary, count->names),
	        percent(count->shorts, count->names) / 100);
}

static bool
for_people(const struct summary *summary)
{
	return strcmp(summary->format, "json") != 0 && strcmp(summary->format, "csv") != 0;
}

/* Whether ${generator} belongs to the row that is being counted: a family for
 * people, a variant for machines. */
static bool
same_row(const struct summary *summary, const struct dga_generator *generator)
{
	return for_people(summary) ? summary->current.family == generator->family
	                           : summary->current.variant == generator->variant;
}

/* Writes the row that was counted, and begins a new one. */
static void
end_row(struct summary *summary)
{
	struct tally *one = &summary->one;

	if (summary->current.family == NULL)
		return;
	if (for_people(summary))
		fprintf(summary->output->file, "%-20s  %12.1f  %8zu  %6.2f %%\n",
		        summary->current.family->name, a_day(summary, one->sum.names),
		        one->count, percent(one->sum.shorts, one->sum.names));
	for (size_t i = 0; i < one->count; i++) {
		if (!for_people(summary))
			write_machine_row(summary, &one->counts[i]);
		if (!add(&summary->all, one->counts[i].suffix, one->counts[i].names,
		         one->counts[i].shorts))
			summary->nomem = true;
	}
	one->count = 0;
	one->sum = (struct count){.names = 0};
}

/* The names of one list by the number of their suffix. */
struct list_counts {
	uint64_t names[UINT8_MAX + 1];
	uint64_t shorts[UINT8_MAX + 1];
};

/* Counts the names of ${list} that the filter takes. */
static void
count_names(struct summary *summary, const struct dga_list *list,
            struct list_counts *counts)
{
	const struct dga_variant *variant = summary->current.variant;
	const char *text = list->text;

	for (uint32_t i = 0; i < list->count; i++) {
		struct span name = {text, list->len[i]};
		const struct dga_suffix *suffix = dga_suffix_of(variant, name);
		size_t number = (size_t)(suffix - variant->suffixes);

		text += name.len + 1;
		if (!filter_takes(summary->filter, name))
			continue;
		counts->names[number]++;
		counts->shorts[number] += name.len - suffix->len <= SUMMARY_SHORT;
	}
}

static bool
count_list(const struct dga_generator *generator, const struct dga_list *list,
           void *context)
{
	struct summary *summary = context;
	uint64_t days = days_shared(summary->span, list->period);
	struct list_counts counts = {{0}, {0}};

	if (!same_row(summary, generator))
		end_row(summary);
	summary->current = *generator;
	count_names(summary, list, &counts);
	for (size_t i = 0; i < generator->variant->suffix_count; i++) {
		const struct dga_suffix *suffix = &generator->variant->suffixes[i];

		if (counts.names[i] > 0 &&
		    !add(&summary->one, (struct span){suffix->text + 1, suffix->len - 1u},
		         counts.names[i] * days, counts.shorts[i] * days))
			summary->nomem = true;
	}
	return !summary->nomem && !filter_full(summary->filter) &&
	       !output_broken(summary->output);
}

static int
by_names(const void *a, const void *b)
{
	const struct count *left = a;
	const struct count *right = b;

	if (left->names != right->names)
		return left->names < right->names ? 1 : -1;
	return 0;
}

/* The second table for people: all generators together, by suffix. */
static void
write_suffixes(struct summary *summary)
{
	struct tally *all = &summary->all;
	FILE *out = summary->output->file;

	if (all->count > 0)
		qsort(all->counts, all->count, sizeof(*all->counts), by_names);
	fprintf(out, "%-20s  %12.1f  %8zu  %6.2f %%\n", "all together",
	        a_day(summary, all->sum.names), all->count,
	        percent(all->sum.shorts, all->sum.names));
	fprintf(out, "\n%-20s  %12s  %8s  %8s\n", "SUFFIX", "NAMES A DAY", "SHARE",
	        "SHORT");
	for (size_t i = 0; i < all->count && i < PEOPLE_SUFFIXES; i++)
		fprintf(out, "%-20.*s  %12.1f  %6.2f %%  %6.2f %%\n",
		        (int)all->counts[i].suffix.len, all->counts[i].suffix.text,
		        a_day(summary, all->counts[i].names),
		        percent(all->counts[i].names, all->sum.names),
		        percent(all->counts[i].shorts, all->counts[i].names));
	if (all->count > PEOPLE_SUFFIXES)
		fprintf(out, "and %zu more suffixes (--format csv lists them)\n",
		        all->count - PEOPLE_SUFFIXES);
	fprintf(out,
	        "\nSHORT: labels of %d letters or fewer, where real names are likely.\n",
	        SUMMARY_SHORT);
}

static void
write_head(const struct summary *summary)
{
	struct fsk_period whole = {summary->span.from, summary->span.to};
	char span[ROW_PERIOD_SIZE];

	if (strcmp(summary->format, "csv") == 0)
		fputs("family,variant,suffix,names_a_day,short_share\n",
		      summary->output->file);
	if (!for_people(summary))
		return;
	row_period(whole, span);
	fprintf(summary->output->file, "Forecast for %s (UTC)\n\n%-20s  %12s  %8s  %8s\n",
	        span, "FAMILY", "NAMES A DAY", "SUFFIXES", "SHORT");
}

enum fsk_err
summary_write(struct output *output, const struct selection *selection,
              struct span_of_time span, struct filter *filter, const char *format)
{
	struct summary summary = {
	        .output = output,
	        .span = span,
	        .format = format,
	        .filter = filter,
	};
	enum fsk_err err;

	write_head(&summary);
	err = lists_walk(selection, span, count_list, &summary);
	if (err == FSK_STOPPED && filter_full(filter))
		err = FSK_OK; /* all that was wanted is counted */
	if (err == FSK_OK) {
		end_row(&summary);
		if (for_people(&summary))
			write_suffixes(&summary);
	}
	if (summary.nomem || filter->nomem)
		err = FSK_NOMEM;
	free(summary.one.counts);
	free(summary.all.counts);
	return err;
}
