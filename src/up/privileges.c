/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Descriptors for what is no client: listeners, the metrics' clients, files. */
#define DESCRIPTORS_ELSE 64

static enum fsk_err
refuse(const struct up_config *config, struct up_trouble *trouble, const char *what,
       const char *name)
{
	up_trouble_set(trouble, config->path, config->user_line, "no %s %s", what, name);
	return FSK_UNKNOWN;
}

enum fsk_err
up_privileges_find(const struct up_config *config, struct up_ids *ids,
                   struct up_trouble *trouble)
{
	struct up_ids got = {.uid = (uid_t)-1, .gid = (gid_t)-1};

	if (config->user != NULL) {
		/* One thread runs yet: the answers in static memory are ours. */
		/* cppcheck-suppress getpwnamCalled ; as just said */
		const struct passwd *user = getpwnam(config->user);

		if (user == NULL)
			return refuse(config, trouble, "user", config->user);
		got = (struct up_ids){true, user->pw_uid, user->pw_gid};
	}
	if (config->group != NULL) {
		/* cppcheck-suppress getgrnamCalled ; as above */
		const struct group *group = getgrnam(config->group);

		if (group == NULL)
			return refuse(config, trouble, "group", config->group);
		got.wanted = true;
		got.gid = group->gr_gid;
	}
	*ids = got;
	return FSK_OK;
}

bool
up_privileges_can_change(void)
{
	return geteuid() == 0;
}

/* libcap-ng gives numbers below 0 for its failures, and leaves errno where a system
 * call failed. */
static enum fsk_err
judge(int result)
{
	if (result == 0)
		return FSK_OK;
	if (errno == 0)
		errno = EPERM;
	return FSK_IO;
}

static enum fsk_err
change(const struct up_ids *ids)
{
	int uid = ids->uid == (uid_t)-1 ? -1 : (int)ids->uid;
	int gid = ids->gid == (gid_t)-1 ? -1 : (int)ids->gid;
	enum fsk_err err;

	errno = 0;
	err = judge(capng_change_id(uid, gid,
	                            CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING |
	                                    CAPNG_CLEAR_AMBIENT));
	/* What would bring root back must fail. */
	if (err == FSK_OK && ids->uid != (uid_t)-1 && ids->uid != 0 && setuid(0) == 0) {
		errno = EPERM;
		return FSK_IO;
	}
	return err;
}

enum fsk_err
up_privileges_drop(const struct up_ids *ids)
{
	enum fsk_err err = FSK_OK;

	capng_clear(CAPNG_SELECT_ALL);
	if (ids->wanted && up_privileges_can_change()) {
		err = change(ids);
	} else {
		/* The bounding set can only be changed with CAP_SETPCAP; without
		 * execve() it has no say. */
		(void)capng_apply(CAPNG_SELECT_BOUNDS);
		errno = 0;
		err = judge(capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT));
	}
	if (err == FSK_OK && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		err = FSK_IO;
	return err;
}

enum fsk_err
up_privileges_descriptors(struct up_config *config, struct up_trouble *trouble)
{
	bool feeds = up_config_runs(config, "feed"),
	     guards = up_config_runs(config, "guard"),
	     sinks = up_config_runs(config, "sinkhole");
	unsigned long wanted = (feeds ? config->feed.clients : 0) +
	                       (guards ? up_guard_descriptors(&config->guard) : 0) +
	                       (sinks ? up_sinkhole_descriptors(&config->sinkhole) : 0) +
	                       DESCRIPTORS_ELSE;
	struct rlimit limit;

	/* Who cannot know the limit finds it later: who has been idle longest goes. */
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return FSK_OK;
	if (limit.rlim_cur < limit.rlim_max) {
		struct rlimit more = {limit.rlim_max, limit.rlim_max};

		if (setrlimit(RLIMIT_NOFILE, &more) == 0)
			limit = more;
	}
	if (limit.rlim_cur >= wanted ||
	    (sinks && up_sinkhole_lower(&config->sinkhole, wanted, limit.rlim_cur)))
		return FSK_OK;
	if (sinks)
		up_trouble_set(
		        trouble, config->path, config->sinkhole.callers_line,
		        "%u callers of sinkhole, its %u workers, and what else runs, "
		        "need %lu descriptors, and the process may have %llu (ulimit "
		        "-n, LimitNOFILE)",
		        config->sinkhole.callers, up_sinkhole_workers(&config->sinkhole),
		        wanted, (unsigned long long)limit.rlim_cur);
	else if (guards)
		up_trouble_set(trouble, config->path, config->guard.clients_line,
		               "%u clients of guard, its %u workers and %zu upstreams need "
		               "%lu descriptors, and the process may have %llu (ulimit -n, "
		               "LimitNOFILE)",
		               config->guard.clients, up_guard_workers(&config->guard),
		               config->guard.upstreams.count, wanted,
		               (unsigned long long)limit.rlim_cur);
	else
		up_trouble_set(trouble, config->path, config->feed.clients_line,
		               "%u clients need %lu descriptors, and the process may have "
		               "%llu (ulimit -n, LimitNOFILE)",
		               config->feed.clients, wanted,
		               (unsigned long long)limit.rlim_cur);
	return FSK_SYNTAX;
}
