/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/apart.h"

#include "cmd/say.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Whether both are there, and one regular file. */
static bool
is_one(const char *a, const char *b)
{
	struct stat left, right;

	return stat(a, &left) == 0 && stat(b, &right) == 0 && S_ISREG(left.st_mode) &&
	       left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/* Whether neither is there yet, and both would be of one name in one folder. */
static bool
would_be_one(const char *a, const char *b)
{
	const char *const paths[] = {a, b};
	const char *names[2] = {"", ""};
	struct stat folders[2], there;

	for (size_t i = 0; i < 2; i++) {
		const char *slash = strrchr(paths[i], '/');
		char *folder = slash != NULL
		                       ? strndup(paths[i], (size_t)(slash - paths[i]) + 1)
		                       : strdup(".");
		bool found = stat(paths[i], &there) != 0 && folder != NULL &&
		             stat(folder, &folders[i]) == 0;

		free(folder);
		if (!found)
			return false;
		names[i] = slash != NULL ? slash + 1 : paths[i];
	}
	return folders[0].st_dev == folders[1].st_dev &&
	       folders[0].st_ino == folders[1].st_ino && strcmp(names[0], names[1]) == 0;
}

enum status
apart_outputs(const char *command, const char *const *written, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; n < i && written[i] != NULL; n++) {
			if (written[n] == NULL || (strcmp(written[n], written[i]) != 0 &&
			                           !is_one(written[n], written[i]) &&
			                           !would_be_one(written[n], written[i])))
				continue;
			say("%s: %s: two things cannot be written into one file", command,
			    written[i]);
			return STATUS_USAGE;
		}
	}
	return STATUS_DONE;
}

enum status
apart_inputs(const char *command, const char *written, const char *const *read,
             size_t count)
{
	for (size_t i = 0; i < count && written != NULL; i++) {
		if (read[i] == NULL || !is_one(written, read[i]))
			continue;
		say("%s: %s is read: it is not written", command, written);
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}
