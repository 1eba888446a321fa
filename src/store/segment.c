/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/segment.h"

#include "base/ascii.h"
#include "base/size.h"
#include "store/form.h"
#include "store/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Octets that a writer may have touched when it was killed before it stored the word. */
#define TORN (FORM_WORD + STORE_RECORD_MOST)

struct store_segment {
	uint8_t *octets; /* to be read only */
	size_t size;
	uint64_t number;
	int fd;
	bool over; /* nothing will be appended */
};

bool
store_worker_valid(const char *worker)
{
	size_t len = strnlen(worker, STORE_WORKER_SIZE);

	for (size_t i = 0; i < len; i++)
		if (!ascii_lower(worker[i]) && !ascii_digit(worker[i]) && worker[i] != '-')
			return false;
	return len > 0 && len < STORE_WORKER_SIZE;
}

/* Opens the folder of ${worker} (NULL: of all). */
static enum fsk_err
open_folder(const char *store, const char *worker, int *fd)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s/%s", store, FORM_FOLDER,
	                   worker != NULL ? worker : "");

	if (worker != NULL && !store_worker_valid(worker))
		return FSK_SYNTAX;
	if (len < 0 || (size_t)len >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return FSK_IO;
	}
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd < 0 ? FSK_IO : FSK_OK;
}

/* Whether the file that is mapped is segment ${number} of ${worker}. */
static enum fsk_err
check_head(const struct store_segment *segment, const char *worker)
{
	struct form_head head;

	if (segment->size < sizeof(head))
		return FSK_CORRUPT;
	memcpy(&head, segment->octets, sizeof(head));
	if (memcmp(head.magic, FORM_MAGIC, sizeof(head.magic)) != 0)
		return FSK_CORRUPT;
	if (le32toh(head.version) > FORM_VERSION)
		return FSK_VERSION;
	if (head.sum != form_sum(&head) || le32toh(head.first) != FORM_FIRST ||
	    le64toh(head.number) != segment->number ||
	    strncmp(head.worker, worker, sizeof(head.worker)) != 0)
		return FSK_CORRUPT;
	return FSK_OK;
}

static enum fsk_err
map(struct store_segment *segment)
{
	struct stat st;
	void *octets;

	if (fstat(segment->fd, &st) != 0)
		return FSK_IO;
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)FORM_FIRST)
		return FSK_CORRUPT;
	segment->size = (size_t)st.st_size;
	octets = mmap(NULL, segment->size, PROT_READ, MAP_SHARED, segment->fd, 0);
	if (octets == MAP_FAILED)
		return errno == ENOMEM ? FSK_NOMEM : FSK_IO;
	segment->octets = octets;
	return FSK_OK;
}

static enum fsk_err
open_file(const char *store, const char *worker, struct store_segment *segment)
{
	char name[FORM_NAME_SIZE];
	int folder;
	enum fsk_err err = open_folder(store, worker, &folder);

	if (err != FSK_OK)
		return err;
	form_name(segment->number, FORM_SEGMENT, name);
	segment->fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (segment->fd < 0) {
		int why = errno;

		close(folder);
		errno = why;
		return FSK_IO;
	}
	close(folder);
	err = map(segment);
	return err == FSK_OK ? check_head(segment, worker) : err;
}

enum fsk_err
store_segment_open(const char *store, const char *worker, uint64_t number,
                   struct store_segment **segment)
{
	struct store_segment *made = malloc(sizeof(*made));
	enum fsk_err err;
	int why;

	if (made == NULL)
		return FSK_NOMEM;
	*made = (struct store_segment){.fd = -1, .number = number};
	err = open_file(store, worker, made);
	if (err == FSK_OK) {
		*segment = made;
		return FSK_OK;
	}
	why = errno;
	store_segment_free(made);
	errno = why;
	return err;
}

void
store_segment_free(struct store_segment *segment)
{
	if (segment == NULL)
		return;
	if (segment->octets != NULL)
		munmap(segment->octets, segment->size);
	if (segment->fd >= 0)
		close(segment->fd);
	free(segment);
}

/* Whether the octets from ${from} to ${to} are 0. */
static bool
is_empty(const struct store_segment *segment, uint64_t from, uint64_t to)
{
	const uint8_t *octets = segment->octets;

	if (to > segment->size)
		to = segment->size;
	if (from >= to)
		return true;
	/* Each is what the one in front of it is. */
	return octets[from] == 0 &&
	       memcmp(octets + from, octets + from + 1, (size_t)(to - from - 1)) == 0;
}

/* Whether ${word} at ${offset} is that of what stands there. */
static bool
is_proven(const struct store_segment *segment, uint64_t offset, uint64_t word)
{
	size_t len = form_len(word);
	uint64_t left = segment->size - offset - FORM_WORD;
	uint32_t tag = form_tag(word);

	if (tag == FORM_RECORD ? len == 0 || len > STORE_RECORD_MOST
	                       : tag != FORM_END || len != 0)
		return false;
	return len <= left && form_word(segment->number, offset, tag,
	                                segment->octets + offset + FORM_WORD, len) == word;
}

/* Whether a word can stand at ${offset}. */
static bool
is_place(const struct store_segment *segment, uint64_t offset)
{
	return segment->size >= FORM_WORD && offset <= segment->size - FORM_WORD;
}

enum fsk_err
store_segment_next(struct store_segment *segment, uint64_t *offset, struct span *record)
{
	uint64_t at = *offset == 0 ? FORM_FIRST : *offset;
	uint64_t word;

	if (at < FORM_FIRST || at % FORM_WORD != 0)
		return FSK_CORRUPT;
	if (!is_place(segment, at)) {
		segment->over = true;
		return is_empty(segment, at, segment->size) ? FSK_END : FSK_CORRUPT;
	}
	word = form_load(segment->octets + at);
	if (word == 0)
		return !segment->over || is_empty(segment, at, segment->size) ? FSK_END
		                                                              : FSK_CORRUPT;
	if (!is_proven(segment, at, word))
		return FSK_CORRUPT;
	if (form_tag(word) == FORM_END) {
		segment->over = true;
		return FSK_END;
	}
	*record = (struct span){(const char *)segment->octets + at + FORM_WORD,
	                        form_len(word)};
	*offset = at + form_room(form_len(word));
	return FSK_OK;
}

bool
store_segment_ended(struct store_segment *segment)
{
	if (segment->over)
		return true;
	/* Who appends holds it as long as it lives, and nobody comes back to it. */
	if (flock(segment->fd, LOCK_SH | LOCK_NB) == 0) {
		flock(segment->fd, LOCK_UN);
		segment->over = true;
	}
	return segment->over;
}

/* Whether some record, or the end, stands whole between ${from} and ${to}. */
static bool
has_whole(const struct store_segment *segment, uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at < to && is_place(segment, at); at += FORM_WORD)
		if (is_proven(segment, at, form_load(segment->octets + at)))
			return true;
	return false;
}

bool
store_segment_torn(const struct store_segment *segment, uint64_t offset)
{
	uint64_t at = offset == 0 ? FORM_FIRST : offset;

	if (at > segment->size || at % FORM_WORD != 0)
		return false;
	if (is_place(segment, at)) {
		uint64_t word = form_load(segment->octets + at);

		/* With a word it is none of a killed writer's, but the file may be cut. */
		if (word != 0)
			return form_tag(word) == FORM_RECORD &&
			       form_len(word) > segment->size - at - FORM_WORD &&
			       form_len(word) <= STORE_RECORD_MOST;
	}
	/* Nothing is put behind a record without its word: one that was lost later has what
	 * followed behind it. */
	return !has_whole(segment, at + FORM_WORD, at + TORN + FORM_WORD) &&
	       is_empty(segment, at + TORN, segment->size);
}

enum fsk_err
store_segment_resume(struct store_segment *segment, uint64_t *offset)
{
	uint64_t at = *offset == 0 ? FORM_FIRST : *offset;

	for (at += FORM_WORD - at % FORM_WORD; is_place(segment, at); at += FORM_WORD) {
		uint64_t word = form_load(segment->octets + at);

		if (form_tag(word) == FORM_RECORD && is_proven(segment, at, word)) {
			*offset = at;
			return FSK_OK;
		}
	}
	return FSK_END;
}

/* Reads the number of segment ${name}; false: it is none. */
static bool
number_of(const char *name, uint64_t *number)
{
	uint64_t read = 0;

	for (size_t i = 0; i < FORM_DIGITS; i++) {
		if (!ascii_digit(name[i]))
			return false;
		read = read * 10 + (uint64_t)(name[i] - '0');
	}
	if (strcmp(name + FORM_DIGITS, FORM_SEGMENT) != 0)
		return false;
	*number = read;
	return true;
}

struct place {
	char worker[STORE_WORKER_SIZE];
	uint64_t number;
};

struct places {
	struct place *places;
	size_t count, room;
};

static enum fsk_err
add(struct places *places, const char *worker, uint64_t number)
{
	struct place *place;

	if (places->count == places->room) {
		size_t room = places->room == 0 ? 64 : places->room * 2;
		struct place *grown =
		        realloc(places->places, size_mul(room, sizeof(*grown)));

		if (grown == NULL)
			return FSK_NOMEM;
		places->places = grown;
		places->room = room;
	}
	place = &places->places[places->count++];
	*place = (struct place){.number = number};
	memcpy(place->worker, worker, strlen(worker)); /* it is a name of a worker */
	return FSK_OK;
}

static int
compare(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = strcmp(a->worker, b->worker);

	return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

/* Reads folder ${fd}, which is closed: calls ${each} for every name in it. */
static enum fsk_err
walk(int fd, enum fsk_err (*each)(const char *name, void *context), void *context)
{
	DIR *folder = fdopendir(fd);
	enum fsk_err err = FSK_OK;

	if (folder == NULL) {
		close(fd);
		return FSK_NOMEM;
	}
	while (err == FSK_OK) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(folder);
		if (entry == NULL) {
			err = errno != 0 ? FSK_IO : FSK_END;
			break;
		}
		err = each(entry->d_name, context);
	}
	closedir(folder);
	return err == FSK_END ? FSK_OK : err;
}

struct walking {
	const char *store;
	const char *worker;
	struct places *places;
	enum fsk_err (*passed)(const char *worker, void *context); /* may be NULL */
	void *context;
};

static enum fsk_err
walk_segment(const char *name, void *context)
{
	struct walking *walking = context;
	uint64_t number;

	if (!number_of(name, &number))
		return FSK_OK;
	return add(walking->places, walking->worker, number);
}

static enum fsk_err
walk_worker(const char *name, void *context)
{
	struct walking *walking = context;
	enum fsk_err err;
	int fd;

	if (!store_worker_valid(name))
		return FSK_OK;
	err = open_folder(walking->store, name, &fd);
	if (err == FSK_IO && (errno == ENOENT || errno == ENOTDIR))
		return FSK_OK; /* it went meanwhile, or is the file of the last number */
	walking->worker = name;
	if (err == FSK_OK)
		err = walk(fd, walk_segment, walking);
	if (err == FSK_IO && walking->passed != NULL)
		return walking->passed(name, walking->context);
	return err;
}

enum fsk_err
store_segments(const char *store,
               enum fsk_err (*found)(const char *worker, uint64_t number, void *context),
               void *context)
{
	return store_segments_passing(store, found, NULL, context);
}

enum fsk_err
store_segments_passing(const char *store,
                       enum fsk_err (*found)(const char *worker, uint64_t number,
                                             void *context),
                       enum fsk_err (*passed)(const char *worker, void *context),
                       void *context)
{
	struct places places = {.count = 0};
	struct walking walking = {
	        .store = store, .places = &places, .passed = passed, .context = context};
	int fd;
	enum fsk_err err = open_folder(store, NULL, &fd);

	if (err != FSK_OK)
		return err == FSK_IO && errno == ENOENT ? FSK_OK : err;
	err = walk(fd, walk_worker, &walking);
	if (err == FSK_OK && places.count > 0)
		qsort(places.places, places.count, sizeof(places.places[0]), compare);
	for (size_t i = 0; i < places.count && err == FSK_OK; i++)
		err = found(places.places[i].worker, places.places[i].number, context);
	free(places.places);
	return err;
}

/* Whether the folder is to stay for ${name}, a segment or what was set aside. */
static enum fsk_err
keep_for(const char *name, void *context)
{
	bool *keep = context;
	size_t len = strlen(name);
	size_t ending = strlen(FORM_NEW);

	if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	    (len < ending || strcmp(name + len - ending, FORM_NEW) != 0))
		*keep = true;
	return FSK_OK;
}

/* Removes ${name} from the folder whose descriptor ${context} is: what a killed writer was
 * making. */
static enum fsk_err
sweep(const char *name, void *context)
{
	if (name[0] != '.')
		unlinkat(*(const int *)context, name, 0);
	return FSK_OK;
}

/* Removes the folder ${fd} of ${worker} if nothing is in it and nobody holds it. */
static void
remove_folder(const char *store, const char *worker, int fd)
{
	char path[PATH_MAX];
	bool keep = false;

	if (flock(fd, LOCK_EX | LOCK_NB) != 0 ||
	    walk(openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), keep_for, &keep) !=
	            FSK_OK ||
	    keep ||
	    walk(openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), sweep, &fd) != FSK_OK)
		return;
	snprintf(path, sizeof(path), "%s/%s/%s", store, FORM_FOLDER, worker);
	rmdir(path);
}

enum fsk_err
store_segment_remove(const char *store, const char *worker, uint64_t number)
{
	char name[FORM_NAME_SIZE];
	int fd;
	enum fsk_err err = open_folder(store, worker, &fd);
	int why;

	if (err != FSK_OK)
		return err;
	form_name(number, FORM_SEGMENT, name);
	if (unlinkat(fd, name, 0) != 0)
		err = FSK_IO;
	why = errno;
	remove_folder(store, worker, fd);
	close(fd);
	errno = why;
	return err;
}

enum fsk_err
store_segment_set_aside(const char *store, const char *worker, uint64_t number)
{
	char name[FORM_NAME_SIZE], aside[FORM_NAME_SIZE];
	int fd;
	enum fsk_err err = open_folder(store, worker, &fd);
	int why;

	if (err != FSK_OK)
		return err;
	form_name(number, FORM_SEGMENT, name);
	form_name(number, FORM_DAMAGED, aside);
	if (renameat(fd, name, fd, aside) != 0)
		err = FSK_IO;
	why = errno;
	close(fd);
	errno = why;
	return err;
}
