/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_place.h"

#include "cmd/say.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool
store_place_take(const char **folder, const char *word)
{
	if (*folder != NULL)
		return false;
	*folder = word;
	return true;
}

enum status
store_place_check(const char *argv0, const char *folder)
{
	if (folder != NULL)
		return STATUS_DONE;
	say("%s: which store? (its folder)", argv0 + strlen("foresink "));
	return STATUS_USAGE;
}

/* What the system said, in words that help who has named the wrong folder. */
static const char *
reason(const char *folder, int error)
{
	char journals[PATH_MAX];

	switch (error) {
	case ENOENT:
	case ENOTDIR:
		(void)snprintf(journals, sizeof(journals), "%s/journal", folder);
		return access(journals, F_OK) == 0
		               ? "nothing was moved from the journals into this store yet"
		               : "there is no store here";
	case EWOULDBLOCK:
		return "another process writes into this store; try again";
	case EACCES:
	case EPERM:
		return "this user may not read this store";
	default:
		return strerror(error);
	}
}

enum status
store_place_refuse(const char *folder, enum fsk_err err, const struct fault *fault)
{
	int error = errno;

	if (err == FSK_STOPPED)
		return STATUS_DONE;
	if (err == FSK_IO)
		say("%s: %s", folder, reason(folder, error));
	else if (fault != NULL && fault->why != NULL)
		say_fault(folder, fault);
	else
		say("%s: %s", folder, fsk_strerror(err));
	if (err == FSK_IO && error == EWOULDBLOCK)
		return STATUS_RETRY;
	if (err == FSK_MISMATCH)
		return STATUS_USAGE;
	return err == FSK_IO || err == FSK_NOMEM ? STATUS_SYSTEM : STATUS_DATA;
}

/* Whether ${path} (NULL: none), which says where addresses are, cannot be used; then says
 * so, and what the status is. */
static bool
is_wrong(const char *path, enum status *status)
{
	struct store_where_files *files = NULL;
	struct fault fault = {.why = NULL};
	enum fsk_err err;

	if (path == NULL)
		return false;
	err = store_where_open(path, NULL, &files, &fault);
	store_where_close(files);
	if (err != FSK_CORRUPT && err != FSK_IO)
		return false;
	if (err == FSK_IO)
		fault = (struct fault){.why = strerror(errno)};
	say_fault(path, &fault);
	*status = err == FSK_IO ? STATUS_SYSTEM : STATUS_DATA;
	return true;
}

enum status
store_place_open(const struct store_plan *plan, struct store **store)
{
	struct fault fault = {.why = NULL};
	enum status status;
	enum fsk_err err;
	int error;

	*store = NULL;
	err = store_open(plan, store, &fault);
	if (err == FSK_OK)
		return STATUS_DONE;
	error = errno;
	/* It does not say of which of its files that is. */
	if ((err == FSK_IO || err == FSK_CORRUPT) &&
	    (is_wrong(plan->country, &status) || is_wrong(plan->network, &status)))
		return status;
	errno = error;
	return store_place_refuse(plan->folder, err, &fault);
}
