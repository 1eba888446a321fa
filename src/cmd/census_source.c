/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_source.h"

#include "cmd/say.h"
#include "cmd/store_place.h"
#include "logs/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES ((size_t)256 << 10)

enum status
census_source_refuse(const struct census_source *source, enum fsk_err err)
{
	if (source->store != NULL)
		return store_place_refuse(source->name, err, NULL);
	if (err == FSK_STOPPED)
		return STATUS_DONE;
	say("%s: %s", source->name,
	    err == FSK_IO      ? strerror(errno)
	    : err == FSK_RANGE ? "more generators and countries than a census tells apart"
	                       : fsk_strerror(err));
	return err == FSK_IO || err == FSK_NOMEM ? STATUS_SYSTEM : STATUS_DATA;
}

/* Makes a file without a name; -1 with errno. */
static int
make_nameless(void)
{
	const char *folder = getenv("TMPDIR");
	FILE *file;
	int fd;

	if (folder == NULL || folder[0] != '/')
		folder = "/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd >= 0)
		return fd;
	file = tmpfile(); /* where the file system has none of these */
	if (file == NULL)
		return -1;
	fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
	fclose(file);
	return fd;
}

static enum fsk_err
write_whole(int fd, const char *text, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t put = write(fd, text + done, len - done);

		if (put < 0 && errno != EINTR)
			return FSK_IO;
		done += put > 0 ? (size_t)put : 0;
	}
	return FSK_OK;
}

/* Copies what ${from} gives into ${fd}. */
static enum fsk_err
copy(struct log_source *from, int fd)
{
	char *text = malloc(COPY_BYTES);
	enum fsk_err err = text != NULL ? FSK_OK : FSK_NOMEM;

	while (err == FSK_OK) {
		size_t got = 0;

		err = log_source_read(from, text, COPY_BYTES, &got);
		if (err == FSK_OK)
			err = write_whole(fd, text, got);
		if (err == FSK_OK && say_stopped())
			err = FSK_STOPPED;
	}
	free(text);
	return err == FSK_END ? FSK_OK : err;
}

/* Keeps what ${path} (NULL: standard input) gives, decompressed. */
static enum status
keep(struct census_source *source, const char *path)
{
	int stop = say_stop_descriptor() > 0 ? say_stop_descriptor() : -1;
	struct log_source *from = NULL;
	const char *why = NULL;
	enum fsk_err err = log_source_open_until(path, stop, &from);

	if (err == FSK_OK) {
		source->kept = make_nameless();
		err = source->kept >= 0 ? copy(from, source->kept) : FSK_IO;
		why = err == FSK_CORRUPT ? log_source_why(from) : NULL;
	}
	log_source_close(from);
	if (why != NULL) {
		say("%s: %s", source->name, why);
		return STATUS_DATA;
	}
	(void)snprintf(source->path, sizeof(source->path), "/dev/fd/%d", source->kept);
	return err == FSK_OK ? STATUS_DONE : census_source_refuse(source, err);
}

static enum status
open_store(struct census_sources *sources, struct census_source *source)
{
	const struct store_plan plan = {.folder = source->name, .readonly = true};
	struct store_brief brief;
	enum status status = store_place_open(&plan, &source->store);
	enum fsk_err err;

	if (status != STATUS_DONE)
		return status;
	err = store_brief(source->store, &brief);
	if (err != FSK_OK)
		return census_source_refuse(source, err);
	sources->pseudonyms = sources->pseudonyms || brief.pseudonyms;
	return STATUS_DONE;
}

static enum status
open_source(struct census_sources *sources, struct census_source *source, const char *word)
{
	bool input = strcmp(word, "-") == 0;
	struct stat st;

	*source =
	        (struct census_source){.name = input ? "standard input" : word, .kept = -1};
	if (input) {
		sources->files = true;
		return keep(source, NULL);
	}
	if (stat(word, &st) != 0)
		return census_source_refuse(source, FSK_IO);
	if (S_ISDIR(st.st_mode))
		return open_store(sources, source);
	sources->files = true;
	return S_ISREG(st.st_mode) ? STATUS_DONE : keep(source, word);
}

enum status
census_sources_open(struct census_sources *sources, const char *const *words, size_t count)
{
	enum status status = STATUS_DONE;

	*sources = (struct census_sources){.count = 0};
	sources->sources = calloc(count, sizeof(*sources->sources));
	sources->names = calloc(count + 1, sizeof(*sources->names));
	if (sources->sources == NULL || sources->names == NULL) {
		say("out of memory");
		return STATUS_SYSTEM;
	}
	for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
		struct census_source *source = &sources->sources[sources->count++];

		status = open_source(sources, source, words[i]);
		sources->names[i] = source->name;
	}
	return status;
}

void
census_sources_close(struct census_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		store_close(sources->sources[i].store);
		if (sources->sources[i].kept >= 0)
			close(sources->sources[i].kept);
	}
	free(sources->sources);
	free(sources->names);
	*sources = (struct census_sources){.count = 0};
}

/* Whether ${path}, which need not exist, is or would be in ${folder}. */
static bool
lies_in(const char *path, const char *folder)
{
	const char *slash = strrchr(path, '/');
	size_t above = slash == path ? 1 : slash != NULL ? (size_t)(slash - path) : 0;
	char *whole = realpath(path, NULL);
	char *parent = above > 0 ? strndup(path, above) : strdup(".");
	char *place = whole == NULL && parent != NULL ? realpath(parent, NULL) : whole;
	char *store = realpath(folder, NULL);
	size_t len = store != NULL ? strlen(store) : 0;
	bool lies = place != NULL && store != NULL && strncmp(place, store, len) == 0 &&
	            (place[len] == '/' || place[len] == '\0');

	free(place);
	free(parent);
	free(store);
	return lies;
}

bool
census_sources_hold(const struct census_sources *sources, const char *path)
{
	struct stat there;
	bool exists = stat(path, &there) == 0 && S_ISREG(there.st_mode);

	for (size_t i = 0; i < sources->count; i++) {
		const struct census_source *source = &sources->sources[i];
		struct stat st;

		if (source->store != NULL && lies_in(path, source->name))
			return true;
		if (source->store == NULL && exists && stat(source->name, &st) == 0 &&
		    st.st_dev == there.st_dev && st.st_ino == there.st_ino)
			return true;
	}
	return false;
}

/* A file that is being read. */
struct reading {
	struct census_sources *sources;
	const struct census_source *source;
	bool first;
	uint64_t good; /* lines that are sightings */
	enum fsk_err (*take)(struct census_row *row, void *context);
	void *context;
};

/* Reads the lines of ${rows}. */
static enum fsk_err
read_rows(struct reading *reading, struct census_rows *rows)
{
	struct census_sources *sources = reading->sources;
	struct fault fault = {.why = NULL};
	struct census_row row;
	enum fsk_err err;

	for (;;) {
		err = census_rows_next(rows, &row, &fault);
		sources->lines += reading->first && (err == FSK_OK || err == FSK_SYNTAX);
		if (err == FSK_SYNTAX) {
			if (reading->first && ++sources->skipped <= CENSUS_SKIPS_SAID)
				say_fault(reading->source->name, &fault);
			continue;
		}
		if (err == FSK_CORRUPT)
			say_fault(reading->source->name, &fault);
		if (err != FSK_OK)
			return err;
		reading->good++;
		err = reading->take(&row, reading->context);
		if (err != FSK_OK)
			return err;
	}
}

enum status
census_source_read(struct census_sources *sources, const struct census_source *source,
                   bool first, enum fsk_err (*take)(struct census_row *, void *),
                   void *context)
{
	const char *path = source->path[0] != '\0' ? source->path : source->name;
	struct reading reading = {sources, source, first, 0, take, context};
	uint64_t skipped = sources->skipped;
	struct fault fault = {.why = NULL};
	struct census_rows *rows = NULL;
	enum fsk_err err = census_rows_open(path, &rows, &fault);

	if (err == FSK_SYNTAX || (err == FSK_CORRUPT && fault.why != NULL)) {
		say_fault(source->name, &fault);
		return STATUS_DATA;
	}
	if (err == FSK_OK)
		err = read_rows(&reading, rows);
	census_rows_close(rows);
	if (err == FSK_CORRUPT)
		return STATUS_DATA;
	if (err != FSK_END)
		return census_source_refuse(source, err);
	if (reading.good > 0 || sources->skipped == skipped)
		return STATUS_DONE;
	say("%s: no line of it is a sighting", source->name);
	return STATUS_DATA;
}
