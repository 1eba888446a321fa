/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/sandbox.h"

#include "up/calls.h"
#include "up/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DNS_PORT 53

/* AddressSanitizer looks at all threads when the program ends, from a process of its own,
 * by ptrace() and /proc: a build for tests goes without the fences, says so, and
 * tests/unit/up/test_sandbox.c tests them alone. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

static void
warn(const struct up_log *log, const char *what, const char *why)
{
	up_log(log, UP_WARNING, "sandbox",
	       UP_FIELDS(UP_TEXT("without", what), UP_TEXT("why", why)));
}

static enum fsk_err
drop(const struct up_config *config, const struct up_ids *ids, const struct up_log *log,
     struct up_trouble *trouble)
{
	if (ids->wanted && !up_privileges_can_change())
		warn(log, "user", "not started as root: runs as the present user");
	else if (!ids->wanted && up_privileges_can_change())
		warn(log, "user", "runs as root: there is no key user in [foresink]");
	if (up_privileges_drop(ids) == FSK_OK)
		return FSK_OK;
	up_trouble_set(trouble, config->path, config->user_line,
	               "cannot drop privileges: %s", strerror(errno));
	return FSK_IO;
}

/* Calls ${what} for each of ${count} files of which some have no path, until it gives
 * something else than FSK_OK. */
struct file {
	const char *path;
	size_t line;
};

static enum fsk_err
each_of(const struct file *files, size_t count,
        enum fsk_err (*what)(const char *path, size_t line, void *context), void *context)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < count && err == FSK_OK; i++) {
		if (files[i].path != NULL)
			err = what(files[i].path, files[i].line, context);
	}
	return err;
}

/* The same for the lists of ${set}. */
static enum fsk_err
each_list(const struct up_set *set,
          enum fsk_err (*what)(const char *path, size_t line, void *context), void *context)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < set->name_count && err == FSK_OK; i++)
		err = what(set->names[i].path, set->names[i].line, context);
	return err;
}

/* The same for each file that is read again: at a SIGHUP, and by alerts. */
static enum fsk_err
each_file(const struct up_config *config,
          enum fsk_err (*what)(const char *path, size_t line, void *context), void *context)
{
	const struct up_guard *guard = &config->guard;
	const struct up_store *store = &config->store;
	const struct file own[] = {
	        {config->path, 0},
	        {guard->cookie_path, guard->cookie_line},
	        {guard->from_resolv ? guard->resolv : NULL, guard->resolv_line},
	        {config->sinkhole.avoid, config->sinkhole.avoid_line},
	        {store->secret_path, store->secret_line},
	        {store->country, store->country_line},
	        {store->network, store->network_line},
	};
	enum fsk_err err = each_of(own, UP_COUNT(own), what, context);

	for (size_t i = 0; i < config->file_count && err == FSK_OK; i++)
		err = what(config->files[i].path, config->file_lines[i], context);
	for (size_t i = 0; i <= config->sinkhole.set_count && err == FSK_OK; i++)
		err = each_list(i < config->sinkhole.set_count ? &config->sinkhole.sets[i]
		                                               : &config->sinkhole.rest,
		                what, context);
	for (size_t i = 0; i < config->feed.key_count && err == FSK_OK; i++) {
		const struct up_secret *secret = &config->feed.secrets[i];

		err = each_of(&(struct file){secret->path, secret->line}, 1, what, context);
	}
	for (size_t i = 0; i < config->alerts.count && err == FSK_OK; i++) {
		const struct up_alert *sink = &config->alerts.sinks[i];
		const struct file files[] = {
		        {sink->secret_path, sink->secret_line},
		        {sink->setting.authorities, sink->authorities_line},
		};

		err = each_of(files, UP_COUNT(files), what, context);
	}
	return err;
}

struct reader {
	const struct up_log *log;
};

static enum fsk_err
warn_unreadable(const char *path, size_t line, void *context)
{
	const struct reader *reader = context;

	if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
		up_log(reader->log, UP_WARNING, "unreadable",
		       UP_FIELDS(UP_TEXT("file", path), UP_NUMBER("line", line),
		                 UP_TEXT("why", "this user cannot read it again: SIGHUP "
		                                "will be refused")));
	return FSK_OK;
}

/* Says which files of alerts can not be written by who runs now: they were made by who
 * started it. */
static void
warn_unwritable(const struct up_config *config, const struct up_log *log)
{
	for (size_t i = 0; i < config->alerts.count; i++) {
		const struct up_alert *sink = &config->alerts.sinks[i];
		bool writes;
		const char *path = up_alert_path(sink, &writes);

		if (writes && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
			up_log(log, UP_WARNING, "unwritable",
			       UP_FIELDS(UP_TEXT("file", path),
			                 UP_NUMBER("line", sink->to_line),
			                 UP_TEXT("why", "this user cannot open it again: "
			                                "SIGHUP will not move it")));
	}
}

static enum fsk_err
check_state(const struct up_config *config, struct up_trouble *trouble)
{
	if (config->state == NULL ||
	    faccessat(AT_FDCWD, config->state, R_OK | W_OK | X_OK, AT_EACCESS) == 0)
		return FSK_OK;
	up_trouble_set(trouble, config->path, config->state_line,
	               "the state folder %s cannot be written: %s", config->state,
	               strerror(errno));
	return FSK_IO;
}

/* Landlock, and where its set of rules is in the making. */
struct fence {
	const struct up_config *config;
	struct up_landlock *landlock;
	struct up_trouble *trouble;
};

static enum fsk_err
keep(const char *path, size_t line, void *context)
{
	struct fence *fence = context;
	enum fsk_err err = up_landlock_beside(fence->landlock, path, UP_LANDLOCK_READ);

	if (err != FSK_OK)
		up_trouble_set(fence->trouble, fence->config->path, line,
		               "the folder of %s cannot be kept: %s", path,
		               strerror(errno));
	return err;
}

static enum fsk_err
fence_folder(const struct fence *fence, const char *path, size_t line)
{
	if (up_landlock_folder(fence->landlock, path, UP_LANDLOCK_WRITE) == FSK_OK)
		return FSK_OK;
	up_trouble_set(fence->trouble, fence->config->path, line, "%s: %s", path,
	               strerror(errno));
	return FSK_IO;
}

/* What libcurl, the C library's resolver and OpenSSL read to find a host and to trust it.
 * What is not there is not needed. The files in /etc are replaced now and then, by who
 * brings the network up, so the folder it is, and not those that lie there now. */
static void
fence_fetch(const struct fence *fence)
{
	static const char *const folders[] = {"/etc", "/usr/share/ca-certificates",
	                                      "/usr/local/share/ca-certificates",
	                                      "/usr/lib/ssl"};

	for (size_t i = 0; i < UP_COUNT(folders); i++)
		(void)!up_landlock_folder(fence->landlock, folders[i], UP_LANDLOCK_READ);
	(void)!up_landlock_beside(fence->landlock, "/etc/resolv.conf", UP_LANDLOCK_READ);
}

/* Files of alerts are written, and their folder, in which a new one is made when the old
 * one was moved away. Webhooks are reached by TCP, and found by DNS, which may take TCP. */
static enum fsk_err
fence_alerts(const struct fence *fence)
{
	const struct up_alerts *alerts = &fence->config->alerts;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < alerts->count && err == FSK_OK; i++) {
		const struct up_alert *sink = &alerts->sinks[i];
		bool writes;
		const char *path = up_alert_path(sink, &writes);

		if (writes && up_landlock_beside(fence->landlock, path,
		                                 UP_LANDLOCK_APPEND) != FSK_OK) {
			up_trouble_set(fence->trouble, fence->config->path, sink->to_line,
			               "the folder of %s cannot be kept: %s", path,
			               strerror(errno));
			err = FSK_IO;
		}
		if (err != FSK_OK || sink->setting.way != ALERT_WEBHOOK)
			continue;
		fence_fetch(fence);
		err = up_landlock_port(fence->landlock, sink->port);
		if (err == FSK_OK)
			err = up_landlock_port(fence->landlock, DNS_PORT);
	}
	return err;
}

static enum fsk_err
fence_all(struct fence *fence)
{
	const struct up_config *config = fence->config;
	const struct up_places *upstreams = &config->guard.upstreams;
	enum fsk_err err = each_file(config, keep, fence);

	if (err == FSK_OK && config->state != NULL)
		err = fence_folder(fence, config->state, config->state_line);
	if (err == FSK_OK && up_store_wanted(config))
		err = fence_folder(fence, config->store.folder, config->store.line);
	/* It is removed at the end, and in no other case. */
	if (err == FSK_OK && config->control != NULL)
		err = up_landlock_beside(fence->landlock, config->control,
		                         UP_LANDLOCK_REMOVE);
	for (size_t i = 0; i < upstreams->count && err == FSK_OK; i++)
		err = up_landlock_port(fence->landlock, upstreams->at[i].port);
	return err == FSK_OK ? fence_alerts(fence) : err;
}

static enum fsk_err
fence_files(const struct up_config *config, const struct up_log *log,
            struct up_trouble *trouble)
{
	struct fence fence = {.config = config, .trouble = trouble};
	enum fsk_err err = up_landlock_new(&fence.landlock);

	if (err == FSK_VERSION) {
		warn(log, "landlock", "this kernel has none: files are not fenced off");
		return FSK_OK;
	}
	if (err == FSK_OK)
		err = fence_all(&fence);
	if (err == FSK_OK && up_landlock_enforce(fence.landlock) != FSK_OK)
		warn(log, "landlock", strerror(errno));
	up_landlock_free(fence.landlock);
	return err;
}

/* Which calls the roles and the alerts of ${config} take besides, see up/calls.h. */
static unsigned
calls_of(const struct up_config *config)
{
	unsigned more = up_config_runs(config, "guard") ? UP_CALLS_INTERNET : 0;

	for (size_t i = 0; i < config->alerts.count; i++) {
		const struct up_alert *sink = &config->alerts.sinks[i];
		bool writes;
		const char *path = up_alert_path(sink, &writes);

		/* Who listened at a socket may go, and come again. */
		if (path != NULL && !writes)
			more |= UP_CALLS_LOCAL;
		if (path == NULL)
			more |= UP_CALLS_INTERNET;
		if (sink->setting.way == ALERT_WEBHOOK)
			more |= UP_CALLS_FETCH;
	}
	return more;
}

enum fsk_err
up_sandbox_enter(const struct up_config *config, const struct up_ids *ids,
                 const struct up_log *log, struct up_trouble *trouble)
{
	enum fsk_err err;

	up_trouble_set(trouble, config->path, 0, "%s", fsk_strerror(FSK_NOMEM));
	err = drop(config, ids, log, trouble);
	if (err == FSK_OK)
		err = check_state(config, trouble);
	if (err == FSK_OK)
		err = each_file(config, warn_unreadable, &(struct reader){log});
	warn_unwritable(config, log);
	if (SANITIZED) {
		warn(log, "landlock and seccomp", "this is a build with AddressSanitizer");
		return err;
	}
	if (err == FSK_OK)
		err = fence_files(config, log, trouble);
	if (err != FSK_OK)
		return err;
	err = up_calls_limit(calls_of(config));
	if (err == FSK_NOMEM)
		return err;
	if (err != FSK_OK)
		warn(log, "seccomp",
		     err == FSK_VERSION ? "this kernel has no filters: any call can be made"
		                        : strerror(errno));
	return FSK_OK;
}
