/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/sandbox.h"

#include "up/calls.h"
#include "up/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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

/* Each file that a SIGHUP reads: calls ${what} until it gives something else than
 * FSK_OK. */
static enum fsk_err
each_file(const struct up_config *config,
          enum fsk_err (*what)(const char *path, size_t line, void *context), void *context)
{
	enum fsk_err err = what(config->path, 0, context);

	for (size_t i = 0; i < config->file_count && err == FSK_OK; i++)
		err = what(config->files[i].path, config->file_lines[i], context);
	for (size_t i = 0; i < config->feed.key_count && err == FSK_OK; i++) {
		const struct up_secret *secret = &config->feed.secrets[i];

		if (secret->path != NULL)
			err = what(secret->path, secret->line, context);
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
	enum fsk_err err = up_landlock_beside(fence->landlock, path);

	if (err != FSK_OK)
		up_trouble_set(fence->trouble, fence->config->path, line,
		               "the folder of %s cannot be kept: %s", path,
		               strerror(errno));
	return err;
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
		err = each_file(config, keep, &fence);
	if (err == FSK_OK && config->state != NULL &&
	    up_landlock_folder(fence.landlock, config->state, true) != FSK_OK) {
		up_trouble_set(trouble, config->path, config->state_line, "%s: %s",
		               config->state, strerror(errno));
		err = FSK_IO;
	}
	if (err == FSK_OK && up_landlock_enforce(fence.landlock) != FSK_OK)
		warn(log, "landlock", strerror(errno));
	up_landlock_free(fence.landlock);
	return err;
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
	if (SANITIZED) {
		warn(log, "landlock and seccomp", "this is a build with AddressSanitizer");
		return err;
	}
	if (err == FSK_OK)
		err = fence_files(config, log, trouble);
	if (err != FSK_OK)
		return err;
	err = up_calls_limit();
	if (err == FSK_NOMEM)
		return err;
	if (err != FSK_OK)
		warn(log, "seccomp",
		     err == FSK_VERSION ? "this kernel has no filters: any call can be made"
		                        : strerror(errno));
	return FSK_OK;
}
