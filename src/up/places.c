/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/places.h"

#include "up/hub.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files and folders. */

/* Whether ${path} is a folder; errno says why not. */
static bool
is_folder(const char *path)
{
	struct stat facts;

	if (stat(path, &facts) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(facts.st_mode);
}

/* Whether the folder in which ${path} lies is there; errno says why not. */
static bool
has_folder(const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);
	char *folder = strndup(path, len > 0 ? len : 1);
	bool has;

	if (folder == NULL)
		return false;
	has = is_folder(folder);
	free(folder);
	return has;
}

static enum fsk_err
refuse_state(const struct up_config *config, struct up_trouble *trouble)
{
	up_trouble_set(trouble, config->path, config->state_line,
	               "the state folder %s cannot be written: %s", config->state,
	               strerror(errno));
	return FSK_IO;
}

/* A socket that is left there is taken away at the start; nothing else is. */
static enum fsk_err
check_control(const struct up_config *config, struct up_trouble *trouble)
{
	const char *path = config->control;
	bool good = path == NULL || has_folder(path);
	struct stat facts;

	if (good && path != NULL && lstat(path, &facts) == 0 && !S_ISSOCK(facts.st_mode)) {
		errno = EADDRINUSE;
		good = false;
	}
	if (good)
		return FSK_OK;
	up_trouble_set(trouble, config->path, config->control_line,
	               "cannot listen on %s: %s", path, strerror(errno));
	return FSK_IO;
}

static enum fsk_err
check_alert(const struct up_config *config, const struct up_alert *sink,
            struct up_trouble *trouble)
{
	struct stat facts;
	bool writes, good;
	const char *path = up_alert_path(sink, &writes);

	if (!writes)
		return FSK_OK;
	good = has_folder(path);
	if (good && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
		errno = EISDIR;
		good = false;
	}
	if (good)
		return FSK_OK;
	up_trouble_set(trouble, config->path, sink->to_line, "cannot tell %s: %s", path,
	               strerror(errno));
	return FSK_IO;
}

/* The folder of a store is made, if that in which it is to lie is there. */
static enum fsk_err
check_store(const struct up_config *config, struct up_trouble *trouble)
{
	const char *folder = config->store.folder;

	if (!up_store_wanted(config) || is_folder(folder) ||
	    (errno == ENOENT && has_folder(folder)))
		return FSK_OK;
	up_trouble_set(trouble, config->path, config->store.line,
	               "the store %s cannot be kept: %s", folder, strerror(errno));
	return FSK_IO;
}

/* Endpoints. */

/* Whether who listens on ${a} leaves no room for ${b}. */
static bool
collide(const struct net_endpoint *a, const struct net_endpoint *b)
{
	static const uint8_t zero[4];
	const struct address any4 = address_of_v4(zero), any6 = {{0}};
	const struct address *any = address_is_v4(&a->address) ? &any4 : &any6;

	if (a->port == 0 || a->port != b->port ||
	    address_is_v4(&a->address) != address_is_v4(&b->address))
		return false;
	return address_equal(&a->address, &b->address) || address_equal(&a->address, any) ||
	       address_equal(&b->address, any);
}

/* Those of roles are seen to by themselves. */
static enum fsk_err
check_metrics(const struct up_config *config, struct up_trouble *trouble)
{
	const struct up_places *guard = &config->guard.listen;
	const struct up_feed *feed = &config->feed;
	const struct up_sinkhole *sinkhole = &config->sinkhole;
	bool sinks = up_config_runs(config, "sinkhole");
	char text[NET_ENDPOINT_SIZE];
	bool taken = false;

	if (!config->has_metrics)
		return FSK_OK;
	for (size_t i = 0; up_config_runs(config, "guard") && i < guard->count; i++)
		taken |= collide(&guard->at[i], &config->metrics);
	for (size_t i = 0; up_config_runs(config, "feed") && i < feed->listen_count; i++)
		taken |= collide(&feed->listen[i], &config->metrics);
	for (size_t i = 0; sinks && i < sinkhole->dns.count; i++)
		taken |= collide(&sinkhole->dns.at[i], &config->metrics);
	for (size_t i = 0; sinks && i < sinkhole->web.count; i++)
		taken |= collide(&sinkhole->web.at[i], &config->metrics);
	if (!taken)
		return FSK_OK;
	net_endpoint_write(&config->metrics, text);
	up_trouble_set(trouble, config->path, config->metrics_line,
	               "cannot listen on %s: %s", text, strerror(EADDRINUSE));
	return FSK_IO;
}

enum fsk_err
up_places_check(const struct up_config *config, struct up_trouble *trouble)
{
	enum fsk_err err;

	if (config->state != NULL && !is_folder(config->state))
		return refuse_state(config, trouble);
	err = check_control(config, trouble);
	if (err == FSK_OK)
		err = check_store(config, trouble);
	for (size_t i = 0;
	     up_hub_wanted(config) && i < config->alerts.count && err == FSK_OK; i++)
		err = check_alert(config, &config->alerts.sinks[i], trouble);
	return err == FSK_OK ? check_metrics(config, trouble) : err;
}

enum fsk_err
up_places_lock(const struct up_config *config, int *fd, struct up_trouble *trouble)
{
	int folder;

	*fd = -1;
	if (config->state == NULL)
		return FSK_OK;
	folder = open(config->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return refuse_state(config, trouble);
	/* The folder itself: a file for it would be of who starts the daemon, and not of
	 * who it becomes. Over NFS that may not work (flock(2)): better unlocked there
	 * than not at all. */
	if (flock(folder, LOCK_EX | LOCK_NB) == 0) {
		*fd = folder;
		return FSK_OK;
	}
	if (errno != EWOULDBLOCK) {
		close(folder);
		return FSK_OK;
	}
	close(folder);
	up_trouble_set(trouble, config->path, config->state_line,
	               "another daemon has the state folder %s", config->state);
	return FSK_IO;
}
