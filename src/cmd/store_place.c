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
		say("%s: %s", folder, fault->why);
	else
		say("%s: %s", folder, fsk_strerror(err));
	if (err == FSK_IO && error == EWOULDBLOCK)
		return STATUS_RETRY;
	if (err == FSK_MISMATCH)
		return STATUS_USAGE;
	return err == FSK_IO || err == FSK_NOMEM ? STATUS_SYSTEM : STATUS_DATA;
}

enum status
store_place_open(const struct store_plan *plan, struct store **store)
{
	struct fault fault = {.why = NULL};
	enum fsk_err err;

	*store = NULL;
	err = store_open(plan, store, &fault);
	return err == FSK_OK ? STATUS_DONE : store_place_refuse(plan->folder, err, &fault);
}
