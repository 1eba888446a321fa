/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/keep.h"

#include "base/date.h"
#include "cmd/options.h"
#include "cmd/say.h"
#include "store/mover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct keep {
	const char *folder;
	struct store_journal *journal;
	uint64_t put, lost;
	int error; /* errno of the first loss */
};

/* Says why ${folder} cannot be used. */
static enum status
fail(const char *folder, enum fsk_err err)
{
	say("%s: %s", folder, err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return STATUS_SYSTEM;
}

static int64_t
now_us(void *context)
{
	(void)context;
	return options_now() * DATE_SECOND;
}

enum status
keep_open(const char *folder, const char *worker, struct keep **keep)
{
	struct keep *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return fail(folder, FSK_NOMEM);
	made->folder = folder;
	/* Who called a sinkhole is nobody else's business. */
	if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
		free(made);
		return fail(folder, FSK_IO);
	}
	err = store_journal_open(&(struct store_journal_setting){.store = folder,
	                                                         .worker = worker,
	                                                         .segment = STORE_SEGMENT,
	                                                         .now_us = now_us(NULL)},
	                         &made->journal);
	if (err != FSK_OK) {
		free(made);
		return fail(folder, err);
	}
	*keep = made;
	return STATUS_DONE;
}

enum fsk_err
keep_put(struct keep *keep, const struct sighting *sighting)
{
	enum fsk_err err = store_journal_put(keep->journal, sighting, now_us(NULL));

	if (err == FSK_OK) {
		keep->put++;
	} else if (keep->lost++ == 0) {
		keep->error = err == FSK_IO ? errno : ENOMEM;
		say("%s: %s: sightings are lost", keep->folder, strerror(keep->error));
	}
	return err;
}

uint64_t
keep_count(const struct keep *keep)
{
	return keep->put;
}

static void
write_log(const char *words, void *context)
{
	(void)context;
	say("%s", words);
}

/* Moves all that waits in the journals of ${folder}, unless another process does. */
static enum status
move_all(const char *folder)
{
	struct store_mover_setting setting = {.plan = {.folder = folder, .create = true},
	                                      .now_us = now_us,
	                                      .log = write_log};
	struct store_mover *mover;
	struct fault fault = {0};
	enum fsk_err err;

	err = store_mover_new(&setting, &mover, &fault);
	if (err == FSK_IO && errno == EWOULDBLOCK)
		return STATUS_DONE;
	if (err == FSK_MISMATCH) {
		say("%s: its clients have pseudonyms: what was found waits for the daemon "
		    "to be moved",
		    folder);
		return STATUS_DONE;
	}
	if (err != FSK_OK && fault.why != NULL)
		say_fault(folder, &fault);
	if (err != FSK_OK)
		return fault.why != NULL ? STATUS_SYSTEM : fail(folder, err);
	do
		err = store_mover_step(mover);
	while (err == FSK_OK && !say_stopped());
	if (err != FSK_END && err != FSK_OK) {
		(void)fail(folder, err);
		say("%s: what was found waits in its journal", folder);
	}
	store_mover_free(mover);
	return err == FSK_END || err == FSK_OK ? STATUS_DONE : STATUS_SYSTEM;
}

enum status
keep_close(struct keep *keep)
{
	enum status status = STATUS_DONE;

	if (keep == NULL)
		return STATUS_DONE;
	if (keep->lost > 0) {
		say("%s: %llu sightings could not be kept: %s", keep->folder,
		    (unsigned long long)keep->lost, strerror(keep->error));
		status = STATUS_SYSTEM;
	}
	store_journal_free(keep->journal);
	if (keep->put > 0) {
		enum status moved = move_all(keep->folder);

		status = status != STATUS_DONE ? status : moved;
	}
	free(keep);
	return status;
}
