/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/run.h"

#include "base/date.h"
#include "up/hub.h"
#include "up/load.h"
#include "up/notify.h"
#include "up/privileges.h"
#include "up/restart.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000) /* microseconds */
#define MINUTE INT64_C(60000)   /* milliseconds */

static int64_t
now_us(const struct up_run *run)
{
	return net_clock_us() + run->log.shift_us;
}

int64_t
up_run_now(const struct up_run *run)
{
	int64_t us = now_us(run);

	return us / SECOND - (us % SECOND < 0);
}

static void
log_trouble(const struct up_run *run, const char *event, const struct up_trouble *trouble)
{
	struct up_field fields[5] = {UP_TEXT("why", trouble->why),
	                             UP_TEXT("file", trouble->file)};
	size_t count = 2;

	if (trouble->line > 0)
		fields[count++] = (struct up_field)UP_NUMBER("line", trouble->line);
	if (trouble->column > 0)
		fields[count++] = (struct up_field)UP_NUMBER("column", trouble->column);
	up_log(&run->log, UP_ERROR, event, fields);
}

void
up_run_log_lists(const struct up_run *run)
{
	const char *const *notes = watch_rulebook_notes(run->book);

	if (run->config->exposed != NULL)
		up_log(&run->log, UP_WARNING, "exposed",
		       UP_FIELDS(UP_TEXT("file", run->config->exposed),
		                 UP_TEXT("why", "everybody can read the secrets in it")));
	for (; *notes != NULL; notes++)
		up_log(&run->log, UP_INFO, "list", UP_FIELDS(UP_TEXT("words", *notes)));
}

/* Making. */

enum fsk_err
up_run_renew(struct up_run *run)
{
	struct up_renewal *renewal = calloc(1, sizeof(*renewal));
	enum fsk_err err;

	if (renewal == NULL)
		return FSK_NOMEM;
	renewal->config = run->next != NULL ? run->next : run->config;
	/* The lists are read when the configuration is; at midnight those that were
	 * read then serve on, so that a list that is broken since stops no rollover. */
	renewal->book = run->next != NULL ? NULL : run->book; /* none at the start */
	renewal->now = up_run_now(run);
	renewal->loop = run->loop;
	err = up_renewal_begin(renewal);
	if (err != FSK_OK) {
		free(renewal);
		return err;
	}
	run->renewal = renewal;
	return FSK_OK;
}

static void
free_config(struct up_config *config)
{
	up_config_fini(config);
	free(config);
}

enum fsk_err
up_run_swap(struct up_run *run, struct up_renewal *renewal)
{
	enum fsk_err worst = FSK_OK;

	for (size_t i = 0; i < run->config->role_count; i++) {
		void *made = renewal->made[i];
		enum fsk_err err;

		renewal->made[i] = NULL;
		err = up_role_at(run->config->roles[i])
		              ->swap(run->states[i], made, renewal->now);
		if (worst != FSK_NOMEM && err != FSK_OK)
			worst = err;
	}
	run->day = date_day_of(renewal->now);
	if (worst == FSK_NOMEM) {
		/* No day is that one: the calendar makes the lists again. */
		run->day--;
		run->retry_ms = net_loop_now(run->loop) + MINUTE;
	}
	return worst;
}

/* Reloading. */

static void
refuse_reload(struct up_run *run, const struct up_trouble *trouble)
{
	run->counts.failed_reloads++;
	log_trouble(run, "reload-refused", trouble);
	if (run->next != NULL)
		free_config(run->next);
	run->next = NULL;
	up_notify(run->notify, "READY=1");
}

/* Gives the configuration in force back to the first ${count} roles, which have taken
 * ${run}->next. One that cannot take it goes on with the next one, which is kept then. */
static void
take_back(struct up_run *run, size_t count)
{
	struct up_trouble trouble;

	for (size_t i = 0; i < count; i++) {
		if (up_role_at(run->config->roles[i])
		            ->change(run->states[i], run->config, &trouble) == FSK_OK)
			continue;
		log_trouble(run, "reload-half", &trouble);
		if (run->next == NULL)
			continue;
		run->next->before = run->half;
		run->half = run->next;
		run->next = NULL;
	}
}

/* Puts ${run}->next into force, which ${renewal} was made of. */
static void
finish_reload(struct up_run *run, struct up_renewal *renewal)
{
	enum fsk_err err = renewal->err;
	size_t changed = 0;

	while (changed < run->config->role_count && err == FSK_OK) {
		err = up_role_at(run->config->roles[changed])
		              ->change(run->states[changed], run->next, &renewal->trouble);
		changed += err == FSK_OK;
	}
	if (err != FSK_OK) {
		/* What was made goes before the configuration that tells how. */
		up_renewal_fini(renewal);
		take_back(run, changed);
		refuse_reload(run, &renewal->trouble);
		return;
	}
	free_config(run->config);
	watch_rulebook_free(run->book);
	run->config = run->next;
	run->next = NULL;
	run->book = renewal->book;
	renewal->read_book = false;
	run->log.format = run->config->log;
	up_keeper_change(run->keeper, run->config);
	up_run_log_lists(run);
	(void)!up_run_swap(run, renewal);
	run->counts.reloads++;
	up_log(&run->log, UP_INFO, "reloaded",
	       UP_FIELDS(UP_TEXT("file", run->config->path)));
	up_notify(run->notify, "READY=1");
}

/* Reads the configuration for a reload into ${run}->next. */
static enum fsk_err
load_next(struct up_run *run, struct up_trouble *trouble)
{
	struct fault fault;
	enum fsk_err err;

	run->next = calloc(1, sizeof(*run->next));
	up_trouble_set(trouble, run->setting->path, 0, "%s", fsk_strerror(FSK_NOMEM));
	if (run->next == NULL)
		return FSK_NOMEM;
	err = up_load_config(run->setting->path, run->next, trouble);
	if (err != FSK_OK)
		return err;
	if (up_restart_needed(run->config, run->next, &fault)) {
		up_trouble_fault(trouble, run->setting->path, &fault);
		return FSK_RANGE;
	}
	err = up_privileges_descriptors(run->next, trouble);
	if (err != FSK_OK)
		return err;
	err = up_run_renew(run);
	if (err != FSK_OK)
		up_trouble_set(trouble, run->setting->path, 0, "%s",
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return err;
}

void
up_run_reload(struct up_run *run)
{
	struct up_trouble trouble;

	if (run->renewal != NULL || !run->serving) {
		run->reload_wanted = true;
		return;
	}
	run->reload_wanted = false;
	up_notify_reloading(run->notify);
	if (load_next(run, &trouble) != FSK_OK)
		refuse_reload(run, &trouble);
}

void
up_run_reopen(const struct up_run *run)
{
	for (size_t i = 0; i < run->config->role_count; i++) {
		const struct up_role *role = up_role_at(run->config->roles[i]);

		if (role->reopen != NULL && run->states[i] != NULL)
			role->reopen(run->states[i]);
	}
}

/* Requests. */

static bool
is_known(const struct up_verb *verb, const char *key)
{
	if (strcmp(key, "verb") == 0)
		return true;
	for (const char *const *known = verb->keys; *known != NULL; known++) {
		if (strcmp(*known, key) == 0)
			return true;
	}
	return false;
}

/* NULL, or that ${request} has a key that ${verb} does not know. */
static const char *
check_keys(const struct up_verb *verb, struct up_request *request)
{
	void *at = json_object_iter(request->object);
	struct up_text why;

	for (; at != NULL; at = json_object_iter_next(request->object, at)) {
		const char *key = json_object_iter_key(at);

		if (is_known(verb, key))
			continue;
		up_text_begin(&why, request->why, sizeof(request->why));
		up_text_add(&why, "%s has no key ", verb->name);
		up_text_escape(&why, span_of(key), "");
		return request->why;
	}
	return NULL;
}

const char *
up_run_answer(void *context, const char *verb, struct up_request *request, json_t *lines)
{
	const struct up_run *run = context;
	const char *why = "there is no such verb";

	if (!run->serving)
		return "it does not serve yet";
	request->now = up_run_now(run);
	for (size_t i = 0; i < run->config->role_count; i++) {
		const struct up_role *role = up_role_at(run->config->roles[i]);

		for (size_t k = 0; k < role->verb_count; k++) {
			if (strcmp(role->verbs[k].name, verb) != 0)
				continue;
			why = check_keys(&role->verbs[k], request);
			if (why == NULL)
				why = role->verbs[k].answer(run->states[i], request, lines);
			if (why != NULL)
				return why;
		}
	}
	return why;
}

/* The new day. */

static void
fail_rollover(struct up_run *run, const struct up_trouble *trouble)
{
	run->counts.failed_rollovers++;
	run->retry_ms = net_loop_now(run->loop) + MINUTE;
	log_trouble(run, "rollover-failed", trouble);
}

static void
finish_rollover(struct up_run *run, struct up_renewal *renewal)
{
	char day[DATE_INSTANT_SIZE];

	if (renewal->err != FSK_OK) {
		fail_rollover(run, &renewal->trouble);
		return;
	}
	date_write_day(renewal->now, day);
	/* A zone that refused its list keeps the old one until somebody looks: made once
	 * more of the same, it would be refused once more. */
	if (up_run_swap(run, renewal) == FSK_OK)
		run->counts.rollovers++;
	else
		run->counts.failed_rollovers++;
	up_log(&run->log, UP_INFO, "rollover", UP_FIELDS(UP_TEXT("day", day)));
}

static void
look_at_calendar(struct up_run *run)
{
	struct up_trouble trouble;
	enum fsk_err err;

	/* Any other day: the clock may have been set back, too. */
	if (run->renewal != NULL || date_day_of(up_run_now(run)) == run->day ||
	    net_loop_now(run->loop) < run->retry_ms)
		return;
	err = up_run_renew(run);
	if (err == FSK_OK)
		return;
	up_trouble_set(&trouble, run->config->path, 0, "%s",
	               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	fail_rollover(run, &trouble);
}

/* Milliseconds to the next midnight, at most a minute: so that a clock that is set is
 * seen soon, and a machine that slept does not sleep on. */
static int64_t
next_look(const struct up_run *run)
{
	int64_t us = now_us(run);
	int64_t day_us = DATE_DAY * SECOND;
	int64_t left_ms = (day_us - (us % day_us + day_us) % day_us) / 1000 + 1;

	return left_ms < MINUTE ? left_ms : MINUTE;
}

static void
due(struct net_timer *timer)
{
	struct up_run *run = timer->context;

	look_at_calendar(run);
	/* It was set a moment ago, so there is room for it. */
	(void)!net_timer_set(run->loop, timer, next_look(run));
}

enum fsk_err
up_run_calendar(struct up_run *run)
{
	run->calendar = (struct net_timer){.due = due, .context = run};
	return net_timer_set(run->loop, &run->calendar, 0);
}

void
up_run_take(struct up_run *run)
{
	struct up_renewal *renewal = run->renewal;

	if (renewal == NULL || !run->serving || !up_renewal_ended(renewal))
		return;
	up_renewal_join(renewal, false);
	run->renewal = NULL;
	if (run->next != NULL)
		finish_reload(run, renewal);
	else
		finish_rollover(run, renewal);
	up_renewal_fini(renewal);
	free(renewal);
	if (run->reload_wanted)
		up_run_reload(run);
	else
		look_at_calendar(run);
}

/* Metrics. */

static void
write_one(struct up_text *text, const char *name, const char *type, const char *help,
          uint64_t value)
{
	up_text_add(text,
	            "# HELP foresink_%s %s\n# TYPE foresink_%s %s\nforesink_%s %llu\n",
	            name, help, name, type, name, (unsigned long long)value);
}

/* Writes what is true of each list of the collision stage. */
static void
write_lists(const struct up_run *run, struct up_text *text, bool ages)
{
	static const char *const kinds[] = {"allow", "popular", "registered"};
	const char *name = ages ? "list_age_seconds" : "list_names";
	int64_t now = up_run_now(run);

	up_text_add(text, "# HELP foresink_%s %s\n# TYPE foresink_%s gauge\n", name,
	            ages ? "time since the list was taken" : "names of the list", name);
	for (size_t i = 0; i < run->config->file_count; i++) {
		const struct watch_rulebook_file *file = &run->config->files[i];
		const struct watch_rulebook_read *read =
		        watch_rulebook_read_of(run->book, i);

		if (ages && file->kind == WATCH_RULEBOOK_ALLOW)
			continue; /* it has no age: each entry says until when */
		up_text_add(text, "foresink_%s{kind=\"%s\",file=", name, kinds[file->kind]);
		up_text_quote(text, span_of(file->path));
		up_text_add(text, "} %lld\n",
		            ages ? (long long)(now - read->taken) : (long long)read->names);
	}
}

void
up_run_metrics(struct up_text *text, void *context)
{
	const struct up_run *run = context;
	const struct up_counts *counts = &run->counts;
	int64_t now = up_run_now(run);

	up_text_add(text, "# HELP foresink_info the program\n# TYPE foresink_info gauge\n"
	                  "foresink_info{version=");
	up_text_quote(text, span_of(run->setting->version));
	up_text_add(text, "} 1\n");
	write_one(text, "uptime_seconds", "gauge", "time since the start",
	          (uint64_t)(now > run->began ? now - run->began : 0));
	write_one(text, "reloads_total", "counter", "configurations put into force",
	          counts->reloads);
	write_one(text, "failed_reloads_total", "counter", "configurations refused",
	          counts->failed_reloads);
	write_one(text, "rollovers_total", "counter", "new days put into force",
	          counts->rollovers);
	write_one(text, "failed_rollovers_total", "counter",
	          "new days that could not be made or taken", counts->failed_rollovers);
	write_one(text, "log_lost_total", "counter", "lines of the log that nobody took",
	          atomic_load(&run->loss.total));
	write_lists(run, text, true);
	write_lists(run, text, false);
	up_hub_metrics(run->hub, run->config, text);
	up_keeper_metrics(run->keeper, text);
	for (size_t i = 0; i < run->config->role_count; i++)
		up_role_at(run->config->roles[i])->metrics(run->states[i], now, text);
}
