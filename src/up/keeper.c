/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/keeper.h"

#include "net/loop.h"
#include "sinkhole/sinkhole.h"
#include "up/day.h"
#include "up/losses.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the workers of a sinkhole, and one of guard. */
#define JOURNALS (SINKHOLE_WORKERS + 1)

struct up_keeper {
	const struct up_log *log;
	char path[1024]; /* of the configuration, for troubles */
	size_t line;
	char *folder, *country, *network; /* the configuration may go before them */
	bool has_secret;
	uint8_t secret[STORE_SECRET];
	size_t segment;
	unsigned keep_days;
	uint64_t keep_bytes;

	struct store_journal *journals[JOURNALS];
	char workers[JOURNALS][STORE_WORKER_SIZE];
	size_t count;
	struct store_mover *mover; /* NULL: not started */

	_Atomic uint64_t lost; /* by up_keeper_put() */
	uint64_t kept;         /* likewise; of who puts, as is what is said of it */
	struct up_losses losses;
};

/* The folder. */

static enum fsk_err
refuse_folder(const struct up_config *config, struct up_trouble *trouble)
{
	up_trouble_set(trouble, config->path, config->store.line,
	               "the store %s cannot be kept: %s", config->store.folder,
	               strerror(errno));
	return FSK_IO;
}

enum fsk_err
up_keeper_make_folder(const struct up_config *config, const struct up_ids *ids,
                      struct up_trouble *trouble)
{
	const char *folder = config->store.folder;

	if (mkdir(folder, 0700) != 0)
		return errno == EEXIST ? FSK_OK : refuse_folder(config, trouble);
	if (!ids->wanted || !up_privileges_can_change() ||
	    lchown(folder, ids->uid, ids->gid) == 0)
		return FSK_OK;
	return refuse_folder(config, trouble);
}

/* Making. */

/* Copies ${text}, which may be NULL. */
static bool
copy_text(const char *text, char **copy)
{
	*copy = text != NULL ? strdup(text) : NULL;
	return text == NULL || *copy != NULL;
}

enum fsk_err
up_keeper_new(const struct up_config *config, const struct up_log *log,
              struct up_keeper **keeper)
{
	const struct up_store *store = &config->store;
	struct up_keeper *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->log = log;
	snprintf(made->path, sizeof(made->path), "%s", config->path);
	made->line = store->line;
	made->has_secret = store->has_secret;
	memcpy(made->secret, store->secret, sizeof(made->secret));
	made->segment = store->segment;
	made->keep_days = store->keep_days;
	made->keep_bytes = store->keep_bytes;
	made->losses.role = "guard";
	if (!copy_text(store->folder, &made->folder) ||
	    !copy_text(store->country, &made->country) ||
	    !copy_text(store->network, &made->network)) {
		up_keeper_free(made);
		return FSK_NOMEM;
	}
	*keeper = made;
	return FSK_OK;
}

static int64_t
now_us(void *context)
{
	const struct up_keeper *keeper = context;

	return net_clock_us() + keeper->log->shift_us;
}

enum fsk_err
up_keeper_journal(struct up_keeper *keeper, const char *worker,
                  struct store_journal **journal, struct up_trouble *trouble)
{
	const struct store_journal_setting setting = {
	        .store = keeper->folder,
	        .worker = worker,
	        .segment = keeper->segment,
	        .now_us = now_us(keeper),
	};
	enum fsk_err err = FSK_RANGE;

	if (keeper->count < JOURNALS)
		err = store_journal_open(&setting, &keeper->journals[keeper->count]);
	if (err != FSK_OK) {
		up_trouble_set(trouble, keeper->path, keeper->line,
		               "nothing can be kept in %s: %s", keeper->folder,
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
		return err;
	}
	snprintf(keeper->workers[keeper->count], STORE_WORKER_SIZE, "%s", worker);
	*journal = keeper->journals[keeper->count++];
	return FSK_OK;
}

/* The mover. */

static void
say(const char *words, void *context)
{
	const struct up_keeper *keeper = context;

	up_log(keeper->log, UP_WARNING, "store", UP_FIELDS(UP_TEXT("words", words)));
}

static void
tell_day(struct store *store, int64_t day, void *context)
{
	const struct up_keeper *keeper = context;

	up_day_tell(store, day, keeper->log);
}

/* Why the engine cannot be opened: the words of ${fault}, if it has some, or of ${err}. */
static const char *
why_not(enum fsk_err err, const struct fault *fault)
{
	if (err == FSK_IO && errno == EWOULDBLOCK)
		return "another process writes into it";
	if (fault->why != NULL)
		return fault->why;
	if (err == FSK_VERSION)
		return "another version made it: see `foresink store migrate'";
	return err == FSK_IO ? strerror(errno) : fsk_strerror(err);
}

enum fsk_err
up_keeper_start(struct up_keeper *keeper, struct up_trouble *trouble)
{
	const struct store_mover_setting setting = {
	        .plan =
	                {
	                        .folder = keeper->folder,
	                        .create = true,
	                        .country = keeper->country,
	                        .network = keeper->network,
	                        .secret = keeper->has_secret ? keeper->secret : NULL,
	                },
	        .journals = keeper->journals,
	        .journal_count = keeper->count,
	        .keep_days = keeper->keep_days,
	        .keep_bytes = keeper->keep_bytes,
	        .now_us = now_us,
	        .log = say,
	        .day = tell_day,
	        .context = keeper,
	};
	struct fault fault = {.why = NULL};
	enum fsk_err err = store_mover_new(&setting, &keeper->mover, &fault);

	if (err == FSK_OK)
		err = store_mover_start(keeper->mover);
	if (err == FSK_OK)
		return FSK_OK;
	up_trouble_set(trouble, keeper->path, keeper->line, "the store %s: %s",
	               keeper->folder, why_not(err, &fault));
	return err;
}

/* Keeping. */

void
up_keeper_put(struct up_keeper *keeper, struct store_journal *journal,
              const struct sighting *sighting)
{
	if (store_journal_put(journal, sighting, now_us(keeper)) == FSK_OK)
		keeper->kept++;
	else
		atomic_fetch_add(&keeper->lost, 1);
	if (atomic_load(&keeper->lost) > keeper->losses.lost || keeper->losses.losing)
		up_losses_look(&keeper->losses, keeper->log, keeper->kept,
		               atomic_load(&keeper->lost), net_monotonic_us() / 1000);
}

void
up_keeper_change(struct up_keeper *keeper, const struct up_config *config)
{
	if (keeper != NULL && keeper->mover != NULL)
		store_mover_keep(keeper->mover, config->store.keep_days,
		                 config->store.keep_bytes);
}

/* Metrics. */

static void
begin(struct up_text *text, const char *name, const char *type, const char *help)
{
	up_text_add(text, "# HELP foresink_store_%s %s\n# TYPE foresink_store_%s %s\n",
	            name, help, name, type);
}

static void
write_journals(const struct up_keeper *keeper, struct up_text *text)
{
	static const char *const names[] = {"journal_records_total", "journal_bytes_total"};
	static const char *const helps[] = {"sightings put into journals",
	                                    "octets put into journals"};

	for (size_t which = 0; which < UP_COUNT(names); which++) {
		begin(text, names[which], "counter", helps[which]);
		for (size_t i = 0; i < keeper->count; i++) {
			struct store_journal_counts counts;

			store_journal_count(keeper->journals[i], &counts);
			up_text_add(text, "foresink_store_%s{worker=\"%s\"} %llu\n",
			            names[which], keeper->workers[i],
			            (unsigned long long)(which == 0 ? counts.records
			                                            : counts.octets));
		}
	}
}

void
up_keeper_metrics(const struct up_keeper *keeper, struct up_text *text)
{
	const struct store_mover_counts *counts;

	if (keeper == NULL || keeper->mover == NULL)
		return;
	counts = store_mover_counts(keeper->mover);
	const struct {
		const char *name, *type, *help;
		double value;
	} rows[] = {
	        {"moved_total", "counter", "sightings moved into the store",
	         (double)atomic_load(&counts->moved)},
	        {"damaged_total", "counter", "segments of journals that are damaged",
	         (double)atomic_load(&counts->damaged)},
	        {"unread_total", "counter", "records that could not be read",
	         (double)atomic_load(&counts->unread)},
	        {"failed_total", "counter", "attempts that are tried again",
	         (double)atomic_load(&counts->failed)},
	        {"removed_total", "counter", "sightings removed for age or size",
	         (double)atomic_load(&counts->removed)},
	        {"guard_lost_total", "counter", "sightings of guard that were not kept",
	         (double)atomic_load(&keeper->lost)},
	        {"bytes", "gauge", "size of the store, without journals",
	         (double)atomic_load(&counts->bytes)},
	        {"behind_seconds", "gauge",
	         "age of the oldest sighting that was moved last",
	         (double)atomic_load(&counts->behind_us) / 1e6},
	        {"cpu_seconds_total", "counter", "processor time of who moves",
	         (double)atomic_load(&counts->cpu_us) / 1e6},
	};

	for (size_t i = 0; i < UP_COUNT(rows); i++) {
		begin(text, rows[i].name, rows[i].type, rows[i].help);
		up_text_add(text, "foresink_store_%s %.15g\n", rows[i].name, rows[i].value);
	}
	write_journals(keeper, text);
}

void
up_keeper_free(struct up_keeper *keeper)
{
	if (keeper == NULL)
		return;
	/* It knows the journals; once they are ended it takes them whole. */
	store_mover_stop(keeper->mover);
	for (size_t i = 0; i < keeper->count; i++)
		store_journal_free(keeper->journals[i]);
	store_mover_free(keeper->mover);
	up_losses_end(&keeper->losses, keeper->log, atomic_load(&keeper->lost));
	free(keeper->folder);
	free(keeper->country);
	free(keeper->network);
	explicit_bzero(keeper->secret, sizeof(keeper->secret));
	free(keeper);
}
