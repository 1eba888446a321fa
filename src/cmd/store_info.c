/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_info.h"

#include "base/date.h"
#include "cmd/say.h"
#include "cmd/store_place.h"
#include "cmd/store_sums.h"
#include "cmd/store_tell.h"
#include "cmd/store_waits.h"
#include "cmd/store_want.h"
#include "cmd/words.h"

#define HOUR (60 * 60)

enum { OPTION_BY = STORE_WANT_OWN, OPTION_HOSTS, OPTION_JSON };

static const struct argp_option rows[] = {
        {"json", OPTION_JSON, NULL, 0, "in JSON", 0},
        {NULL, 0, NULL, 0, "a report instead:", 1},
        {"by", OPTION_BY, "LIST", 0,
         "contacts by hour or day, family or generator, country, kind, fingerprint: "
         "for example hour,family",
         1},
        {"hosts", OPTION_HOSTS, NULL, 0, "different hosts rather than contacts", 1},
        OPTIONS_FAMILY,
        OPTIONS_FROM,
        OPTIONS_TO,
        {0},
};

struct info {
	struct store_want want;
	const char *folder;
	const char *by;
	bool hosts;
	bool json;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct info *info = state->input;

	switch (key) {
	case OPTION_BY:
		info->by = arg;
		return 0;
	case OPTION_HOSTS:
		info->hosts = true;
		return 0;
	case OPTION_JSON:
		info->json = true;
		return 0;
	case ARGP_KEY_ARG:
		return store_place_take(&info->folder, arg) ? 0 : ARGP_ERR_UNKNOWN;
	default:
		return options_take(&info->want.common, key, arg);
	}
}

static enum status
check(struct info *info, struct store_by *by)
{
	const struct options *common = &info->want.common;

	if (info->by == NULL && (info->hosts || common->family_count > 0 ||
	                         common->from != NULL || common->to != NULL)) {
		say("store info: --hosts, --family, --from and --to go with --by");
		return STATUS_USAGE;
	}
	by->hosts = info->hosts;
	if (info->by != NULL && store_sums_read(info->by, by) != STATUS_DONE)
		return STATUS_USAGE;
	return store_want_settle(&info->want);
}

/* Sums are of whole hours, those of hosts of whole days: says which they are when another
 * time was asked for. */
static void
say_time(const struct info *info, const struct store_by *by)
{
	const struct store_filter *filter = &info->want.filter;
	int64_t unit = (by->hosts ? DATE_DAY : HOUR) * DATE_SECOND;
	int64_t from = filter->from_us, to = filter->to_us;

	if (from != INT64_MIN)
		from -= (from % unit + unit) % unit;
	if (to != INT64_MAX)
		to += (unit - (to % unit + unit) % unit) % unit;
	if (from == filter->from_us && to == filter->to_us)
		return;
	say("note: sums are by %s: this is%s%s%s%s", by->hosts ? "day" : "hour",
	    from != INT64_MIN ? " from " : "",
	    from != INT64_MIN ? words_second(from).text : "", to != INT64_MAX ? " to " : "",
	    to != INT64_MAX ? words_second(to - DATE_SECOND).text : "");
}

/* Writes the report that --by asks for. */
static enum fsk_err
report(const struct info *info, const struct store_by *by, struct store *store,
       struct output *output)
{
	struct store_sums sums;
	enum fsk_err err = store_sums_make(&sums, by, store, &info->want.filter);

	if (err == FSK_OK && info->json)
		store_sums_json(output, &sums);
	else if (err == FSK_OK)
		store_sums_text(output, &sums);
	store_sums_fini(&sums);
	return err;
}

/* Adds up the hosts of the day on which something came last. */
static enum fsk_err
count_hosts(struct store *store, const struct store_facts *facts, struct store_sums *sums)
{
	static const struct store_by by = {
	        .parts = {STORE_BY_GENERATOR}, .count = 1, .hosts = true};
	int64_t day = date_day_of(date_second_of(facts->last_us)) * DATE_DAY * DATE_SECOND;
	struct store_filter filter = STORE_FILTER_ALL;

	filter.from_us = day;
	filter.to_us = day + DATE_DAY * DATE_SECOND;
	return store_sums_make(sums, &by, store, &filter);
}

static enum fsk_err
look(const struct info *info, struct store *store, struct store_told *told)
{
	static const struct store_by by = {.parts = {STORE_BY_GENERATOR}, .count = 1};
	static const struct store_by all = {.hosts = true};
	struct store_filter filter = STORE_FILTER_ALL;
	struct store_sums day = {.count = 0};
	enum fsk_err err = store_facts(store, &told->facts);

	if (err == FSK_OK)
		err = store_waits_count(info->folder, store, &told->waits, NULL, NULL);
	if (err == FSK_OK)
		err = store_sums_make(&told->contacts, &by, store, &filter);
	if (err != FSK_OK || told->facts.last_us < told->facts.first_us)
		return err;
	store_sums_by_count(&told->contacts);
	told->day = date_day_of(date_second_of(told->facts.last_us)) * DATE_DAY;
	err = count_hosts(store, &told->facts, &told->hosts);
	if (err != FSK_OK)
		return err;
	filter.from_us = told->day * DATE_SECOND;
	filter.to_us = filter.from_us + DATE_DAY * DATE_SECOND;
	err = store_sums_make(&day, &all, store, &filter);
	told->hosts_in_all = day.count > 0 ? day.sums[0].count : 0;
	store_sums_fini(&day);
	return err;
}

static enum status
work_with_output(const struct info *info, const struct store_by *by, struct store *store)
{
	struct store_told told = {.folder = info->folder};
	struct output output;
	enum status status = output_open(&output, NULL);
	enum fsk_err err;

	if (status != STATUS_DONE)
		return status;
	if (by->count > 0) {
		say_time(info, by);
		err = report(info, by, store, &output);
	} else {
		err = look(info, store, &told);
		if (err == FSK_OK)
			err = store_tell(&output, &told, store, info->json);
	}
	if (err != FSK_OK)
		status = store_place_refuse(info->folder, err, NULL);
	store_sums_fini(&told.contacts);
	store_sums_fini(&told.hosts);
	return output_close(&output, status);
}

static enum status
work(const struct info *info, const struct store_by *by)
{
	const struct store_plan plan = {.folder = info->folder, .readonly = true};
	struct store *store;
	enum status status = store_place_open(&plan, &store);

	if (status == STATUS_DONE)
		status = work_with_output(info, by, store);
	store_close(store);
	return status;
}

enum status
store_info_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FOLDER",
	        .doc = "Tell what is in a store: of what time, of which families, from how "
	               "many hosts, what waits in the journals, and requests of a shape "
	               "that is new. With --by a report of its sums.",
	};
	struct info info = {.folder = NULL};
	struct store_by by = {.count = 0};
	enum status status;

	store_want_init(&info.want);
	status = options_parse(&argp, argc, argv, &info);
	if (status == STATUS_DONE)
		status = store_place_check(argv[0], info.folder);
	if (status == STATUS_DONE)
		status = check(&info, &by);
	if (status == STATUS_DONE)
		status = work(&info, &by);
	store_want_fini(&info.want);
	return status;
}
