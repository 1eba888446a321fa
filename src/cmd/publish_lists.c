/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/publish_lists.h"

#include "base/date.h"
#include "cmd/notes.h"
#include "cmd/publish_key.h"
#include "cmd/publish_tell.h"
#include "cmd/say.h"

#include <errno.h>
#include <stdlib.h>

/* Days of the standard window before and after today: bots' clocks are slow or fast, and
 * a resolver that hears nothing of us for a week still blocks. */
#define DAYS_BEFORE 1
#define DAYS_AFTER 7

/* What one run is made of. */
struct lists {
	const struct publish_ask *ask;
	int64_t now;
	struct span_of_time window;
	struct selection selection;
	struct watch_rulebook *book;
	struct watch_roster *roster;
	struct publish_key key;
};

/* Finds the time: --at stands for now, and the window lies around it. */
static enum status
find_window(struct lists *lists)
{
	const struct options *options = &lists->ask->common;
	struct span_of_time at;
	enum status status = STATUS_DONE;

	lists->now = options_now();
	if (options->at != NULL) {
		status = options_instant("--at", options->at, &at);
		if (status != STATUS_DONE)
			return status;
		lists->now = at.from;
	}
	at.from = options_day(lists->now - DAYS_BEFORE * DATE_DAY).from;
	at.to = options_day(lists->now + DAYS_AFTER * DATE_DAY).to;
	status = options_span(options, at, &lists->window);
	if (status == STATUS_DONE && (date_day_of(lists->window.from) < DATE_FIRST ||
	                              date_day_of(lists->window.to) > DATE_LAST)) {
		say("publish: the window leaves the calendar, 1601-01-01 to 9999-12-31");
		status = STATUS_USAGE;
	}
	return status;
}

/* Refuses a canary that the allow list frees: it is blocked in each list, and what is
 * allowed stands in none. */
static enum status
check_canary(const struct lists *lists)
{
	const struct fsk_name *canary = &lists->ask->canary;
	struct watch_rules rules = watch_rulebook_rules(lists->book, lists->now);
	struct watch_allowed allowed;

	if (canary->len == 0 || rules.allow == NULL ||
	    !watch_allow_find(rules.allow, (struct span){canary->text, canary->len},
	                      rules.now, &allowed))
		return STATUS_DONE;
	say("--canary %s: %.*s, line %zu, allows it, and a canary is blocked: another "
	    "domain, or none",
	    canary->text, (int)allowed.file.len, allowed.file.text, allowed.line);
	return STATUS_USAGE;
}

static enum status
make_roster(struct lists *lists)
{
	const struct publish_ask *ask = lists->ask;
	struct progress progress = {.what = "making the names", .unit = "names"};
	struct watch_plan plan = {
	        .generators = lists->selection.generators,
	        .generator_count = lists->selection.count,
	        .from = lists->window.from,
	        .to = lists->window.to,
	        .threads = ask->common.threads,
	        .progress = say_progress,
	        .context = &progress,
	};
	struct watch_roster_setting setting = {
	        .plan = &plan,
	        .rules = watch_rulebook_rules(lists->book, lists->now),
	        .least = ask->least,
	        .suffixes = ask->suffixes,
	        .suffix_count = ask->tld_count,
	};
	enum fsk_err err = watch_roster_new(&setting, &lists->roster);

	say_progress_done(&progress);
	if (err == FSK_OK || say_stopped())
		return STATUS_DONE;
	if (err == FSK_RANGE) {
		say("publish: more names than one list can hold: a shorter window or fewer "
		    "families");
		return STATUS_USAGE;
	}
	say("publish: %s", err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return STATUS_SYSTEM;
}

/* Says why nothing was published. */
static enum status
refuse(const char *folder, enum fsk_err err, const struct publish_report *report)
{
	const char *why = report->why != NULL ? report->why : fsk_strerror(err);
	const char *slash = report->file[0] != '\0' ? "/" : "";

	if (err == FSK_STOPPED)
		return STATUS_DONE; /* the signal ends the process */
	if (err == FSK_IO && errno == EWOULDBLOCK) {
		say("%s: another run is at work there", folder);
		return STATUS_RETRY;
	}
	if (err == FSK_IO)
		why = strerror(errno);
	if (report->damaged)
		say("%s/current%s%s: %s; nothing was changed: look at it; "
		    "--replace-damaged publishes in its place",
		    folder, slash, report->file, why);
	else if (err == FSK_CORRUPT)
		say("%s/current%s%s: %s; nothing was changed: look at it, remove the link "
		    "`current' and publish again",
		    folder, slash, report->file, why);
	else if (report->goes_back)
		say("%s: %s; --allow-past publishes nevertheless", folder, why);
	else if (report->shrinks && report->file[0] != '\0')
		say("%s/%s: %s; --allow-shrink publishes it", folder, report->file, why);
	else if (report->shrinks)
		say("%s: %s (%ju names, %ju before); --allow-shrink publishes it", folder,
		    why, (uintmax_t)report->names, (uintmax_t)report->before);
	else
		say("%s%s%s: %s", folder, slash, report->file, why);
	return err == FSK_CORRUPT || err == FSK_RANGE ? STATUS_DATA : STATUS_SYSTEM;
}

/* The formats that were asked for, or all, for the caller to free. */
static const struct publish_format **
choose_formats(const struct publish_ask *ask, size_t *chosen)
{
	size_t count = publish_format_count();
	const struct publish_format **formats =
	        calloc(count + 1, sizeof(const struct publish_format *));

	*chosen = 0;
	for (size_t i = 0; formats != NULL && i < count; i++) {
		if (!ask->some_formats || ask->formats[i])
			formats[(*chosen)++] = publish_format_at(i);
	}
	return formats;
}

static enum status
publish(const struct lists *lists)
{
	const struct publish_ask *ask = lists->ask;
	struct progress progress = {.what = "writing", .unit = "names"};
	const struct publish_format **formats;
	struct publish_setting setting = {
	        .folder = ask->words[0],
	        .roster = lists->roster,
	        .window = {lists->window.from, lists->window.to},
	        .now = lists->now,
	        .origin = {ask->origin.text, ask->origin.len},
	        .canary = {ask->canary.text, ask->canary.len},
	        .ttl = ask->ttl,
	        .selection = {.families = (const char *const *)ask->common.families,
	                      .family_count = ask->common.family_count,
	                      .suffixes = ask->suffixes,
	                      .suffix_count = ask->tld_count,
	                      .least = ask->least},
	        .key = ask->key != NULL ? &lists->key : NULL,
	        .notes = watch_rulebook_notes(lists->book),
	        .may_shrink = ask->may_shrink,
	        .may_replace = ask->may_replace,
	        .may_go_back = ask->may_go_back || ask->common.at != NULL,
	        .progress = say_progress,
	        .context = &progress,
	};
	struct publish_report report = {.why = NULL};
	struct output output;
	enum status status;
	enum fsk_err err;

	formats = choose_formats(ask, &setting.format_count);
	setting.formats = formats;
	err = formats != NULL ? publish_run(&setting, &report) : FSK_NOMEM;
	free(formats);
	say_progress_done(&progress);
	if (report.stray[0] != '\0')
		say("note: %s/current/%s: the manifest does not name this file",
		    setting.folder, report.stray);
	if (err != FSK_OK)
		return refuse(setting.folder, err, &report);
	status = output_open(&output, NULL);
	if (status != STATUS_DONE)
		return status;
	publish_tell_report(&output, &setting, &report, ask->json);
	return output_close(&output, STATUS_DONE);
}

enum status
publish_lists_run(const struct publish_ask *ask)
{
	struct lists lists = {.ask = ask};
	enum status status = find_window(&lists);

	if (status == STATUS_DONE && ask->key != NULL)
		status = publish_key_load(ask->key, &lists.key);
	if (status == STATUS_DONE)
		status = options_select(&ask->common, &lists.selection);
	if (status == STATUS_DONE && ask->common.family_count > 0)
		notes_unborn(&lists.selection, lists.window);
	if (status == STATUS_DONE)
		status = collision_load(&ask->collision, &lists.book);
	if (status == STATUS_DONE)
		status = check_canary(&lists);
	if (status == STATUS_DONE)
		status = make_roster(&lists);
	if (lists.roster != NULL)
		status = publish(&lists);
	watch_roster_free(lists.roster);
	watch_rulebook_free(lists.book);
	selection_fini(&lists.selection);
	publish_key_fini(&lists.key);
	return status;
}
