/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/tail_live.h"

#include "base/date.h"
#include "cmd/options.h"
#include "cmd/say.h"
#include "cmd/store_place.h"
#include "cmd/tail_journals.h"
#include "cmd/tail_past.h"
#include "cmd/tail_shapes.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WAIT_MS 100
#define TRIES 5 /* to see a store and its journals at one moment */

struct tail {
	const struct tail_ask *ask;
	struct store *store; /* NULL: nothing was moved into it yet */
	struct tail_look look;
	struct tail_recent recent;
	struct tail_shapes shapes;
	struct tail_journals journals;
	struct output output;
	bool live; /* the last ones were told */
};

/* How wide the terminal is now, and whether it shows colours: not if NO_COLOR says so
 * (no-color.org), nor one that is called dumb. */
static void
look_at_terminal(struct tail_look *look)
{
	const char *never = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return;
	look->colour = (never == NULL || *never == '\0') && term != NULL &&
	               strcmp(term, "dumb") != 0;
	look->width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Tells one contact of the journals, if it is wanted. */
static enum fsk_err
tell(const struct sighting *sighting, const struct store_said *said, void *context)
{
	struct tail *tail = context;

	if (say_stopped())
		return FSK_STOPPED;
	if (!store_filter_wants(&tail->ask->want->reading, sighting) ||
	    !store_want_family(tail->ask->want, sighting) ||
	    (tail->ask->new && !tail_shapes_misses(&tail->shapes, sighting)))
		return FSK_OK;
	if (!tail->live && !tail->ask->new)
		return tail_recent_add(&tail->recent, &tail->look, sighting, said);
	tail_line_day(&tail->output, &tail->look, sighting->us);
	tail_line_write(&tail->output, &tail->look, sighting, said);
	return ferror(tail->output.file) ? FSK_STOPPED : FSK_OK;
}

/* What the engine has, then from where the journals go on: twice, until nothing was moved
 * from there to here between. Then no contact is told twice, and none is lost. */
static enum fsk_err
look_back(struct tail *tail)
{
	uint64_t before = 0;
	uint64_t after;
	enum fsk_err err;

	for (int i = 0; i < TRIES; i++) {
		tail_journals_fini(&tail->journals);
		err = tail_journals_begin(&tail->journals, tail->store, &after);
		if (err != FSK_OK || tail->store == NULL || (i > 0 && before == after))
			return err;
		before = after;
		if (!tail->ask->new)
			err = tail_past_read(tail->store, tail->ask->want, &tail->look,
			                     &tail->recent);
		else if (i == 0)
			err = tail_shapes_init(&tail->shapes, tail->store);
		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}

/* The shapes that came up in the last day; by the clock, since who asks is there now. */
static enum fsk_err
tell_shapes(struct tail *tail)
{
	int64_t since = (options_now() - DATE_DAY) * DATE_SECOND;

	if (!tail->ask->new || tail->store == NULL)
		return FSK_OK;
	return tail_shapes_write(&tail->output, tail->store, since, tail->look.json);
}

/* Tells what came last. */
static enum fsk_err
begin(struct tail *tail)
{
	enum fsk_err err = look_back(tail);

	if (err == FSK_OK)
		err = tell_shapes(tail);
	while (err == FSK_OK)
		err = tail_journals_look(&tail->journals);
	tail_recent_write(&tail->recent, &tail->look, &tail->output);
	tail->live = true;
	return err == FSK_END ? FSK_OK : err;
}

/* Waits a little; false when a signal came, or nobody reads any more. */
static bool
wait_a_little(void)
{
	struct pollfd waits[] = {{.fd = say_stop_descriptor(), .events = POLLIN},
	                         {.fd = STDOUT_FILENO, .events = 0}};

	if (waits[0].fd == 0)
		waits[0].fd = -1;
	if (poll(waits, 2, WAIT_MS) > 0 && (waits[1].revents & (POLLERR | POLLNVAL)) != 0)
		return false;
	return !say_stopped();
}

static enum fsk_err
follow(struct tail *tail)
{
	enum fsk_err err;

	do {
		look_at_terminal(&tail->look);
		err = tail_journals_look(&tail->journals);
		if (fflush(tail->output.file) != 0)
			return FSK_OK; /* output_close() says why */
		if (err == FSK_END && !wait_a_little())
			return FSK_OK;
	} while (err == FSK_OK || err == FSK_END);
	return err;
}

/* Finds a folder of journals in ${store} that this user may not read. */
static bool
find_closed(const char *store, char path[PATH_MAX])
{
	DIR *folder;
	const struct dirent *entry;
	bool found = false;
	int len = snprintf(path, PATH_MAX, "%s/journal", store);

	if (len < 0 || len >= PATH_MAX - NAME_MAX - 2)
		return false;
	folder = opendir(path);
	if (folder == NULL)
		return errno == EACCES;
	while (!found && (entry = readdir(folder)) != NULL) {
		(void)snprintf(path + len, NAME_MAX + 2, "/%s", entry->d_name);
		found = store_worker_valid(entry->d_name) &&
		        access(path, R_OK | X_OK) != 0 && errno == EACCES;
	}
	closedir(folder);
	return found;
}

/* Says that ${err} came of the store; of journals that this user may not read which those
 * are: a folder of another's stops who follows all. errno is that of FSK_IO. */
static enum status
refuse(const struct tail *tail, enum fsk_err err)
{
	int why = errno;
	char path[PATH_MAX];

	if (err == FSK_IO && why == EACCES && find_closed(tail->ask->folder, path)) {
		say("%s: this user may not read this journal", path);
		return STATUS_SYSTEM;
	}
	errno = why;
	return store_place_refuse(tail->ask->folder, err, NULL);
}

/* Opens the store, or its journals alone, when nothing was ever moved. */
static enum status
open_store(struct tail *tail)
{
	const struct store_plan plan = {.folder = tail->ask->folder, .readonly = true};
	struct fault fault = {.why = NULL};
	enum fsk_err err = store_open(&plan, &tail->store, &fault);
	uint64_t mark;

	if (err == FSK_OK)
		return STATUS_DONE;
	tail->store = NULL;
	if (err == FSK_IO && errno == ENOENT) {
		err = tail_journals_begin(&tail->journals, NULL, &mark);
		if (err == FSK_OK && tail->journals.count > 0)
			return STATUS_DONE;
		errno = err == FSK_IO ? errno : ENOENT;
		err = err == FSK_OK ? FSK_IO : err;
	}
	return err == FSK_IO ? refuse(tail, err)
	                     : store_place_refuse(tail->ask->folder, err, &fault);
}

static enum status
open_all(struct tail *tail)
{
	struct fault fault = {.why = NULL};
	enum status status = open_store(tail);
	enum fsk_err err = FSK_OK;

	if (status == STATUS_DONE && tail->ask->country != NULL) {
		err = store_where_open(tail->ask->country, NULL, &tail->look.where, &fault);
		if (err != FSK_OK)
			return store_place_refuse(tail->ask->country, err, &fault);
	}
	if (status == STATUS_DONE)
		err = tail_recent_init(&tail->recent, tail->ask->lines);
	if (err == FSK_OK && status == STATUS_DONE && tail->store == NULL)
		err = tail_shapes_init(&tail->shapes, NULL);
	return err == FSK_OK ? status : store_place_refuse(tail->ask->folder, err, NULL);
}

static enum status
work(struct tail *tail)
{
	enum status status = open_all(tail);
	enum fsk_err err;
	int why;

	if (status == STATUS_DONE)
		status = output_open(&tail->output, NULL);
	if (status != STATUS_DONE)
		return status;
	look_at_terminal(&tail->look);
	err = begin(tail);
	why = errno;
	store_close(tail->store); /* it need not be held while nothing is read of it */
	tail->store = NULL;
	errno = why;
	if (err == FSK_OK && !tail->ask->once)
		err = follow(tail);
	if (err != FSK_OK)
		status = refuse(tail, err);
	if (tail->journals.damaged > 0)
		say("%s: %llu segments of journals cannot be read: see `foresink store "
		    "check'",
		    tail->ask->folder, (unsigned long long)tail->journals.damaged);
	return output_close(&tail->output, status);
}

static void
fini(struct tail *tail)
{
	tail_journals_fini(&tail->journals);
	tail_shapes_fini(&tail->shapes);
	tail_recent_fini(&tail->recent);
	store_where_close(tail->look.where);
	store_close(tail->store);
}

enum status
tail_live_run(const struct tail_ask *ask)
{
	struct tail tail = {.ask = ask,
	                    .look = {.json = ask->json, .shape = ask->new},
	                    .journals = {.folder = ask->folder, .tell = tell}};
	enum status status;

	tail.journals.context = &tail;
	status = work(&tail);
	fini(&tail);
	return status;
}
