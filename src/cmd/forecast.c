/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink forecast: the names that infected machines will try.
 */
#include "cmd/filter.h"
#include "cmd/lists.h"
#include "cmd/notes.h"
#include "cmd/row.h"
#include "cmd/say.h"
#include "cmd/summary.h"
#include "wire/name.h"

#include <stdlib.h>

enum {
	OPTION_TLD = OPTION_OWN,
	OPTION_UNIQUE,
	OPTION_LIMIT,
	OPTION_FORMAT,
	OPTION_SUMMARY
};

static const struct argp_option rows[] = {
        OPTIONS_FAMILY,
        {"date", OPTION_DATE, "D", 0,
         "the day (YYYY-MM-DD) or instant, UTC (default: today)", 0},
        {"days", OPTION_DAYS, "N", 0, "N days from there on", 0},
        OPTIONS_FROM,
        OPTIONS_TO,
        {"tld", OPTION_TLD, "T", 0, "only names that end in .T", 0},
        {"unique", OPTION_UNIQUE, NULL, 0, "each name once, where it comes first", 0},
        {"limit", OPTION_LIMIT, "N", 0, "at most N names", 0},
        {"format", OPTION_FORMAT, "F", 0, "names, csv, json or table (default: table)", 0},
        {"summary", OPTION_SUMMARY, NULL, 0, "count by family and suffix instead", 0},
        OPTIONS_OUTPUT,
        {0},
};

struct forecast {
	struct options common;
	struct filter filter;
	struct fsk_name tld;
	bool summary;
	const struct row_format *format;
	struct output output;
};

/* Takes "com", ".com", "com." as the same. */
static error_t
take_tld(struct forecast *forecast, const char *arg)
{
	struct fault fault;

	if (wire_name_read(span_of(arg[0] == '.' ? arg + 1 : arg), &forecast->tld,
	                   &fault) == FSK_OK) {
		forecast->filter.tld = &forecast->tld;
		return 0;
	}
	say("--tld %s: %s", arg, fault.why);
	exit(STATUS_USAGE);
}

static error_t
take_own(struct forecast *forecast, int key, char *arg)
{
	switch (key) {
	case OPTION_TLD:
		return take_tld(forecast, arg);
	case OPTION_UNIQUE:
		forecast->filter.unique = true;
		return 0;
	case OPTION_SUMMARY:
		forecast->summary = true;
		return 0;
	case OPTION_LIMIT:
		if (options_number(arg, 0, UINT64_MAX / 16, &forecast->filter.limit))
			return 0;
		say("--limit %s: a number of names is wanted", arg);
		exit(STATUS_USAGE);
	case OPTION_FORMAT:
		forecast->format = row_format_find(arg);
		if (forecast->format != NULL)
			return 0;
		say("--format %s: the formats are names, csv, json and table", arg);
		exit(STATUS_USAGE);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct forecast *forecast = state->input;
	error_t known = take_own(forecast, key, arg);

	return known == 0 ? 0 : options_take(&forecast->common, key, arg);
}

static bool
write_list(const struct dga_generator *generator, const struct dga_list *list,
           void *context)
{
	struct forecast *forecast = context;
	struct output *output = &forecast->output;
	struct row row = {.generator = generator, .period = list->period};
	const char *text = list->text;

	if (forecast->format->plain && filter_takes_all(&forecast->filter, list->count)) {
		fwrite(text, 1, list->bytes, output->file);
		return !output_broken(output);
	}
	for (uint32_t i = 0; i < list->count; i++) {
		row.index = i + 1;
		row.name = (struct span){text, list->len[i]};
		text += list->len[i] + 1u;
		if (filter_takes(&forecast->filter, row.name))
			forecast->format->write(output, &row);
	}
	return !filter_full(&forecast->filter) && !output_broken(output);
}

static enum status
run_lists(struct forecast *forecast, const struct selection *selection,
          struct span_of_time span)
{
	enum status status;
	enum fsk_err err;

	status = output_open(&forecast->output, forecast->common.output);
	if (status != STATUS_DONE)
		return status;
	if (forecast->summary) {
		err = summary_write(&forecast->output, selection, span, &forecast->filter,
		                    forecast->format->name);
	} else {
		fputs(forecast->format->header, forecast->output.file);
		err = lists_walk(selection, span, write_list, forecast);
	}
	if (forecast->filter.tld != NULL && forecast->filter.taken == 0)
		say("note: no name of these lists ends in .%s", forecast->filter.tld->text);
	if (err != FSK_NOMEM && !forecast->filter.nomem)
		return output_close(&forecast->output, STATUS_DONE);
	say("out of memory");
	return output_close(&forecast->output, STATUS_SYSTEM);
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .doc = "Print the names that infected machines try, in the order in which "
	               "the "
	               "malware makes them.",
	};
	struct forecast forecast = {.filter = {.limit = UINT64_MAX},
	                            .format = row_format_find("table")};
	struct selection selection = {.count = 0};
	struct span_of_time span;
	enum status status;

	options_init(&forecast.common);
	seen_init(&forecast.filter.seen);
	status = options_parse(&argp, argc, argv, &forecast);
	if (status == STATUS_DONE && forecast.summary && forecast.format->plain) {
		say("--summary is written as table, csv or json");
		status = STATUS_USAGE;
	}
	if (status == STATUS_DONE)
		status = options_span(&forecast.common, options_day(options_now()), &span);
	if (status == STATUS_DONE)
		status = options_select(&forecast.common, &selection);
	if (status == STATUS_DONE) {
		notes_unborn(&selection, span);
		status = run_lists(&forecast, &selection, span);
	}
	selection_fini(&selection);
	seen_fini(&forecast.filter.seen);
	options_fini(&forecast.common);
	return status;
}

const struct command command_forecast = {
        .name = "forecast",
        .summary = "print the names that infected machines will try",
        .run = run,
};
