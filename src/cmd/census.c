/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink census: how many are infected, in which unit, by which method, with which
 * interval; or why no number can be given.
 */
#include "cmd/census_ask.h"
#include "cmd/census_count.h"
#include "cmd/census_csv.h"
#include "cmd/census_html.h"
#include "cmd/census_json.h"
#include "cmd/census_make.h"
#include "cmd/census_merge.h"
#include "cmd/census_methods.h"
#include "cmd/census_sketch.h"
#include "cmd/census_text.h"
#include "cmd/output.h"

struct word {
	const char *name;
	enum status (*run)(int argc, char **argv);
};

static const struct word words[] = {
        {"count", census_count_run},
        {"merge", census_merge_run},
        {"methods", census_methods_run},
};

/* Where the report goes. */
struct places {
	struct output output, page;
	bool has_page;
};

static enum status
write_report(const struct census_work *work, struct places *places)
{
	const struct census_ask *ask = work->ask;
	const struct census_report *report = &work->report;

	if (ask->json)
		census_json_write(&places->output, report);
	else if (ask->csv)
		census_csv_write(&places->output, report);
	else
		census_text_write(&places->output, report);
	if (places->has_page)
		census_html_write(&places->page, report, options_now());
	return census_sketch_make(work);
}

/* Makes the report, once it is known that it can be written. */
static enum status
work_with_places(const struct census_ask *ask, struct census_sources *sources,
                 struct places *places)
{
	struct census_work work;
	enum status status = census_make(&work, ask, sources);

	if (status == STATUS_DONE && !say_stopped())
		status = write_report(&work, places);
	census_make_fini(&work);
	return status;
}

static enum status
work_with_sources(const struct census_ask *ask, struct census_sources *sources)
{
	struct places places = {.has_page = ask->html != NULL};
	enum status status = output_open(&places.output, ask->common.output);
	enum status page;

	if (status != STATUS_DONE)
		return status;
	if (places.has_page) {
		status = output_open(&places.page, ask->html);
		if (status != STATUS_DONE)
			return output_close(&places.output, status);
	}
	status = work_with_places(ask, sources, &places);
	page = places.has_page ? output_close(&places.page, status) : status;
	status = output_close(&places.output, status);
	return status == STATUS_DONE ? page : status;
}

/* Refuses to write over what is read. */
static enum status
check_places(const struct census_ask *ask, const struct census_sources *sources)
{
	const char *const places[] = {ask->common.output, ask->html, ask->sketch.path};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i] == NULL || !census_sources_hold(sources, places[i]))
			continue;
		say("census: %s is read, or in a store that is: it is not written",
		    places[i]);
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}

static enum status
run_asked(const struct census_ask *ask)
{
	struct census_sources sources;
	enum status status = census_sources_open(&sources, ask->words, ask->word_count);

	if (status == STATUS_DONE)
		status = check_places(ask, &sources);
	if (status == STATUS_DONE && !say_stopped())
		status = work_with_sources(ask, &sources);
	census_sources_close(&sources);
	return status;
}

static enum status
run(int argc, char **argv)
{
	struct census_ask ask;
	enum status status;
	char title[32]; /* the name that argp shows */

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && argc > 1; i++) {
		if (strcmp(argv[1], words[i].name) != 0)
			continue;
		(void)snprintf(title, sizeof(title), "foresink census %s", argv[1]);
		argv[1] = title;
		return words[i].run(argc - 1, argv + 1);
	}
	status = census_ask_read(&ask, argc, argv);
	if (status == STATUS_DONE)
		status = run_asked(&ask);
	census_ask_fini(&ask);
	return status;
}

const struct command command_census = {
        .name = "census",
        .summary = "say how many are infected, by which method; or why nobody can",
        .run = run,
};
