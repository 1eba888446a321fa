/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/daemon.h"

#include "base/date.h"
#include "sinkhole/tls.h"
#include "up/hub.h"
#include "up/load.h"
#include "up/notify.h"
#include "up/places.h"
#include "up/report.h"
#include "up/run.h"
#include "up/sandbox.h"
#include "up/store_place.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define END_SECONDS 5           /* for lists that are being made, once nothing is served */
#define TELL_MS 2000            /* for what is still to be told then */
#define SECOND INT64_C(1000000) /* microseconds */

static int64_t
shift_of(const struct up_setting *setting)
{
	return setting->shifted ? setting->clock * SECOND - net_clock_us() : 0;
}

static void
got_signal(int signal, void *context)
{
	struct up_run *run = context;

	if (signal == SIGHUP) {
		/* Logs are turned over also while the configuration is wrong. */
		if (run->serving)
			up_run_reopen(run);
		up_run_reload(run);
		return;
	}
	up_log(&run->log, UP_INFO, "stop", UP_FIELDS(UP_NUMBER("signal", signal)));
	run->ending = true;
	net_loop_stop(run->loop);
}

/* The first lists are there: the start goes on. */
static void
woken(void *context)
{
	struct up_run *run = context;

	if (run->serving)
		up_run_take(run);
	else
		net_loop_stop(run->loop);
}

static enum fsk_err
begin_loop(struct up_run *run, struct up_trouble *trouble)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, 0};
	enum fsk_err err = net_loop_new(&run->loop);

	if (err == FSK_OK)
		err = net_loop_signals(run->loop, signals, got_signal, run);
	if (err == FSK_OK)
		net_loop_on_wake(run->loop, woken, run);
	else
		up_trouble_set(trouble, NULL, 0, "%s",
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return err;
}

/* Makes the first lists, in a thread, so that a signal can end it. FSK_STOPPED: one
 * did. */
static enum fsk_err
make_first(struct up_run *run, struct up_trouble *trouble)
{
	enum fsk_err err = up_run_renew(run);

	if (err == FSK_OK)
		err = net_loop_run(run->loop);
	if (err != FSK_OK) {
		up_trouble_set(trouble, NULL, 0, "%s",
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
		return err;
	}
	if (run->ending)
		return FSK_STOPPED;
	up_renewal_join(run->renewal, false);
	if (run->renewal->err != FSK_OK && trouble != NULL)
		*trouble = run->renewal->trouble;
	return run->renewal->err;
}

static enum fsk_err
open_metrics(struct up_run *run, struct up_trouble *trouble)
{
	const struct up_config *config = run->config;
	char text[NET_ENDPOINT_SIZE];
	struct net_endpoint bound;
	enum fsk_err err;

	if (!config->has_metrics)
		return FSK_OK;
	err = up_metrics_open(&config->metrics, up_run_metrics, run, &bound, &run->metrics);
	if (err == FSK_OK)
		err = up_metrics_serve(run->metrics, run->loop);
	if (err != FSK_OK) {
		net_endpoint_write(&config->metrics, text);
		up_trouble_set(trouble, config->path, config->metrics_line,
		               "cannot listen on %s: %s", text,
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
		return err;
	}
	net_endpoint_write(&bound, text);
	up_log(&run->log, UP_INFO, "listen",
	       UP_FIELDS(UP_TEXT("role", "metrics"), UP_TEXT("endpoint", text)));
	return FSK_OK;
}

static enum fsk_err
open_control(struct up_run *run, const struct up_ids *ids, struct up_trouble *trouble)
{
	const struct up_config *config = run->config;
	bool changes = ids->wanted && up_privileges_can_change();
	struct up_control_setting setting = {
	        .path = config->control,
	        .uid = changes ? ids->uid : (uid_t)-1,
	        .gid = changes ? ids->gid : (gid_t)-1,
	        .answer = up_run_answer,
	        .context = run,
	};
	enum fsk_err err;

	if (config->control == NULL)
		return FSK_OK;
	err = up_control_open(&setting, run->loop, &run->control);
	if (err == FSK_IO)
		up_trouble_set(trouble, config->path, config->control_line,
		               "cannot listen on %s: %s", config->control, strerror(errno));
	return err;
}

static enum fsk_err
open_all(struct up_run *run, const struct up_ids *ids, struct up_trouble *trouble)
{
	const struct up_config *config = run->config;
	struct up_host host = {.loop = run->loop, .log = &run->log};
	struct alert_owner owner = {ids->uid, ids->gid};
	struct up_hub_setting hub = {
	        .config = config,
	        .log = &run->log,
	        .version = run->setting->version,
	        .owner = ids->wanted && up_privileges_can_change() ? &owner : NULL,
	};
	enum fsk_err err;

	up_trouble_set(trouble, config->path, 0, "%s", fsk_strerror(FSK_NOMEM));
	err = up_hub_open(&hub, &run->hub, trouble);
	host.hub = run->hub;
	for (size_t i = 0; i < config->role_count && err == FSK_OK; i++)
		err = up_role_at(config->roles[i])
		              ->open(&host, config, &run->states[i], trouble);
	if (err == FSK_OK)
		err = open_metrics(run, trouble);
	if (err == FSK_OK)
		err = open_control(run, ids, trouble);
	if (err != FSK_OK)
		return err;
	err = up_notify_open(run->setting->notify, &run->notify);
	if (err != FSK_OK) {
		up_log(&run->log, UP_WARNING, "notify",
		       UP_FIELDS(UP_TEXT("socket", run->setting->notify),
		                 UP_TEXT("why", err == FSK_IO ? strerror(errno)
		                                              : fsk_strerror(err))));
		run->notify = -1;
	}
	return FSK_OK;
}

/* Gives the first lists to the roles, and serves. */
static enum fsk_err
serve(struct up_run *run)
{
	struct up_renewal *first = run->renewal;
	enum fsk_err err = up_run_calendar(run);

	if (err != FSK_OK)
		return err;
	(void)!up_run_swap(run, first);
	up_renewal_fini(first);
	free(first);
	run->renewal = NULL;
	run->serving = true;
	up_log(&run->log, UP_INFO, "ready", UP_FIELDS(UP_TEXT("file", run->config->path)));
	up_notify(run->notify, "READY=1");
	if (run->reload_wanted)
		up_run_reload(run);
	return net_loop_run(run->loop);
}

/* Opens the store, as who serves: what it is made of belongs to him. */
static enum fsk_err
open_store(struct up_run *run, struct up_trouble *trouble)
{
	const struct up_config *config = run->config;
	enum fsk_err err = FSK_OK;

	up_trouble_set(trouble, config->path, 0, "%s", fsk_strerror(FSK_NOMEM));
	if (up_store_wanted(config))
		err = up_keeper_new(config, &run->log, &run->keeper);
	for (size_t i = 0; i < config->role_count && err == FSK_OK; i++) {
		const struct up_role *role = up_role_at(config->roles[i]);

		if (role->begin != NULL)
			err = role->begin(run->states[i], run->keeper, trouble);
	}
	if (err == FSK_OK && run->keeper != NULL)
		err = up_keeper_start(run->keeper, trouble);
	return err;
}

static void
warn_store(const char *words, size_t line, void *context)
{
	const struct up_run *run = context;

	up_log(&run->log, UP_WARNING, "store",
	       UP_FIELDS(UP_TEXT("words", words), UP_NUMBER("line", line)));
}

static enum fsk_err
live(struct up_run *run, struct up_trouble *trouble)
{
	struct up_ids ids;
	enum fsk_err err = up_privileges_find(run->config, &ids, trouble);

	if (err == FSK_OK)
		err = up_privileges_descriptors(run->config, trouble);
	if (err == FSK_OK)
		err = up_places_check(run->config, trouble);
	if (err == FSK_OK)
		err = up_store_place_check(run->config, &ids, trouble);
	if (err == FSK_OK)
		err = up_places_lock(run->config, &run->lock, trouble);
	if (err == FSK_OK && up_store_wanted(run->config))
		err = up_keeper_make_folder(run->config, &ids, trouble);
	if (err == FSK_OK)
		up_store_place_warn(run->config, false, warn_store, run);
	if (err == FSK_OK)
		err = make_first(run, trouble);
	if (err != FSK_OK)
		return err;
	run->book = run->renewal->book;
	run->renewal->read_book = false;
	up_run_log_lists(run);
	err = open_all(run, &ids, trouble);
	if (err == FSK_OK)
		err = up_sandbox_enter(run->config, &ids, &run->log, trouble);
	/* Until here there was one thread. */
	if (err == FSK_OK)
		err = open_store(run, trouble);
	if (err != FSK_OK)
		return err;
	if (run->hub != NULL)
		err = alert_hub_start(run->hub);
	if (err == FSK_OK)
		err = serve(run);
	if (err != FSK_OK)
		up_trouble_set(trouble, NULL, 0, "%s",
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	up_notify(run->notify, "STOPPING=1");
	return err;
}

static void
end(struct up_run *run)
{
	/* Nobody asks a role that is closed. */
	up_control_close(run->control);
	for (size_t i = 0; i < UP_ROLE_MOST; i++) {
		if (run->states[i] != NULL)
			up_role_at(run->config->roles[i])->close(run->states[i]);
	}
	/* What they saw last is moved. */
	up_keeper_free(run->keeper);
	alert_hub_free(run->hub, TELL_MS);
	up_metrics_close(run->metrics);
	if (run->renewal != NULL) {
		if (!up_renewal_end(run->renewal, END_SECONDS)) {
			/* It waits for a disk that does not answer. The process ends
			 * all the same, and takes with it what the thread uses. */
			up_log(&run->log, UP_WARNING, "making-left", NULL);
			return;
		}
		up_renewal_fini(run->renewal);
		free(run->renewal);
	}
	watch_rulebook_free(run->book);
	up_config_fini(run->next);
	free(run->next);
	while (run->half != NULL) {
		struct up_config *before = run->half->before;

		up_config_fini(run->half);
		free(run->half);
		run->half = before;
	}
	up_config_fini(run->config);
	free(run->config);
	if (run->notify >= 0)
		close(run->notify);
	if (run->lock >= 0)
		close(run->lock);
	net_loop_free(run->loop);
}

enum fsk_err
up_daemon_run(const struct up_setting *setting, struct up_trouble *trouble)
{
	struct up_run run = {
	        .setting = setting,
	        .log = {.fd = setting->log, .shift_us = shift_of(setting)},
	        .notify = -1,
	        .lock = -1,
	};
	enum fsk_err err;

	run.log.loss = &run.loss;
	run.began = up_run_now(&run);
	run.config = calloc(1, sizeof(*run.config));
	if (run.config == NULL)
		return FSK_NOMEM;
	/* First, so that no signal is lost. */
	err = begin_loop(&run, trouble);
	if (err == FSK_OK)
		err = up_load_config(setting->path, run.config, trouble);
	if (err == FSK_OK) {
		run.log.format = run.config->log;
		up_log(&run.log, UP_INFO, "start",
		       UP_FIELDS(UP_TEXT("version", setting->version),
		                 UP_TEXT("file", setting->path)));
		err = live(&run, trouble);
	}
	end(&run);
	/* Who asked for the end before the first list was made got what he asked for. */
	return err == FSK_STOPPED ? FSK_OK : err;
}

/* Checking. */

/* Reads the certificate as the start does; it is not used. */
static enum fsk_err
check_certificate(const struct up_config *config, struct up_trouble *trouble)
{
	const struct up_sinkhole *sinkhole = &config->sinkhole;
	struct sinkhole_tls *tls = NULL;
	const char *why = "cannot be read";
	enum fsk_err err;

	if (!up_config_runs(config, "sinkhole") || sinkhole->certificate == NULL)
		return FSK_OK;
	errno = 0;
	err = sinkhole_tls_new(sinkhole->certificate, sinkhole->key, &tls, &why);
	sinkhole_tls_free(tls);
	if (err != FSK_OK && err != FSK_NOMEM)
		up_trouble_set(trouble, config->path, sinkhole->certificate_line,
		               "the certificate: %s%s%s", why, err == FSK_IO ? ": " : "",
		               err == FSK_IO ? strerror(errno) : "");
	return err;
}

enum fsk_err
up_daemon_check(const struct up_setting *setting,
                void (*tell)(const char *line, void *context), void *context,
                struct up_trouble *trouble)
{
	struct up_renewal *renewal;
	struct up_config config;
	struct up_ids ids;
	enum fsk_err err;

	err = up_load_config(setting->path, &config, trouble);
	if (err != FSK_OK)
		return err;
	renewal = calloc(1, sizeof(*renewal));
	err = renewal != NULL ? up_privileges_find(&config, &ids, trouble) : FSK_NOMEM;
	if (err == FSK_OK)
		err = up_privileges_descriptors(&config, trouble);
	if (err == FSK_OK)
		err = up_places_check(&config, trouble);
	if (err == FSK_OK)
		err = up_store_place_check(&config, &ids, trouble);
	if (err == FSK_OK)
		err = check_certificate(&config, trouble);
	if (err == FSK_OK) {
		renewal->config = &config;
		renewal->now = setting->shifted ? setting->clock : net_clock();
		up_renewal_run(renewal);
		err = renewal->err;
		if (err == FSK_OK)
			up_report(renewal, tell, context);
		else if (trouble != NULL)
			*trouble = renewal->trouble;
	}
	if (renewal != NULL)
		up_renewal_fini(renewal);
	free(renewal);
	up_config_fini(&config);
	return err;
}
