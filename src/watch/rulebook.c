/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/rulebook.h"

#include "base/date.h"
#include "base/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Octets of the largest file that is read. */
#define FILE_MOST ((size_t)1 << 30)
#define FIRST_OCTETS ((size_t)64 << 10)

struct watch_rulebook {
	atomic_uint owners; /* besides the first */
	struct watch_allow *allow;
	struct watch_known *known;
	size_t count;
	struct watch_rulebook_read *reads;
	char **notes; /* count and NULL */
};

/* A file that was read. */
struct content {
	char *text;
	size_t len;
	int64_t changed; /* at the latest: seconds since 1970 */
};

enum fsk_err
watch_rulebook_split(struct span text, size_t *path_len, int64_t *taken,
                     struct fault *fault)
{
	const char *at = memrchr(text.text, '@', text.len);
	int64_t instant;
	int64_t length;
	enum fsk_err err = FSK_SYNTAX;

	if (at != NULL)
		err = date_parse_instant(span_from(text, (size_t)(at - text.text) + 1),
		                         &instant, &length, fault);
	if (err == FSK_RANGE)
		return err;
	*path_len = err == FSK_OK ? (size_t)(at - text.text) : text.len;
	*taken = err == FSK_OK ? instant + length - 1 : WATCH_RULEBOOK_FILE_TIME;
	return FSK_OK;
}

/* Reads all of ${fd} into ${content}, whose text the caller frees in any case. */
static enum fsk_err
read_all(int fd, struct content *content)
{
	size_t room = 0;

	for (;;) {
		ssize_t got;

		if (content->len == room) {
			char *grown;

			if (room >= FILE_MOST)
				return FSK_RANGE;
			room = room == 0 ? FIRST_OCTETS : 2 * room;
			grown = realloc(content->text, room);
			if (grown == NULL)
				return FSK_NOMEM;
			content->text = grown;
		}
		got = read(fd, content->text + content->len, room - content->len);
		if (got == 0)
			return FSK_OK;
		if (got < 0 && errno != EINTR)
			return FSK_IO;
		content->len += got > 0 ? (size_t)got : 0;
	}
}

/* Reads the file at ${path}. FSK_IO with errno. */
static enum fsk_err
read_file(const char *path, struct content *content)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	enum fsk_err err = FSK_IO;
	int saved;

	if (fd == -1)
		return FSK_IO;
	if (fstat(fd, &status) == 0) {
		/* The time of the content is what somebody says, and images that are
		 * built to be equal say 1970, before any bot; what the file system says
		 * of the file can only be too late, which makes evidence weaker. */
		content->changed = status.st_mtime > status.st_ctime ? status.st_mtime
		                                                     : status.st_ctime;
		/* A pipe has no size; what comes through it is counted. */
		err = status.st_size > (off_t)FILE_MOST ? FSK_RANGE : read_all(fd, content);
	}
	saved = errno;
	close(fd);
	errno = saved;
	return err;
}

/* Reads the allow list ${text} into ${allow}, which is empty, and counts it. */
static enum fsk_err
read_first(struct watch_allow *allow, struct span text, struct span file,
           struct watch_rulebook_read *read, struct fault *fault)
{
	enum fsk_err err = watch_allow_read(allow, text, file, fault);

	if (err == FSK_OK) {
		read->names = watch_allow_count(allow);
		read->unreasoned = watch_allow_unreasoned(allow);
	}
	return err;
}

/* Reads the allow list ${text}; what is not the first is read alone too, since among
 * the others nobody could count it. */
static enum fsk_err
read_allow(struct watch_rulebook *book, struct span text, struct span file,
           struct watch_rulebook_read *read, struct fault *fault)
{
	struct watch_allow *made = NULL;
	enum fsk_err err = watch_allow_new(&made);

	if (err == FSK_OK)
		err = read_first(made, text, file, read, fault);
	if (err == FSK_OK && book->allow == NULL) {
		book->allow = made;
		return FSK_OK;
	}
	watch_allow_free(made);
	return err != FSK_OK ? err : watch_allow_read(book->allow, text, file, fault);
}

static enum fsk_err
read_known(struct watch_rulebook *book, struct span text,
           const struct watch_known_list *list, struct watch_rulebook_read *read,
           struct fault *fault)
{
	struct watch_known_count count;
	enum fsk_err err = FSK_OK;

	if (book->known == NULL)
		err = watch_known_new(&book->known);
	if (err == FSK_OK)
		err = watch_known_read(book->known, text, list, &count, fault);
	if (err != FSK_OK)
		return err;
	read->names = count.names;
	read->skipped = count.skipped;
	read->first = count.first;
	return FSK_OK;
}

/* Reads ${file} into ${book}. */
static enum fsk_err
read_one(struct watch_rulebook *book, const struct watch_rulebook_file *file,
         struct watch_rulebook_read *read, struct fault *fault)
{
	struct content content = {.len = 0};
	struct watch_known_list list = {
	        .kind = file->kind == WATCH_RULEBOOK_POPULAR ? WATCH_POPULAR
	                                                     : WATCH_REGISTERED,
	        .file = span_of(file->path),
	        .taken = file->taken,
	};
	enum fsk_err err = read_file(file->path, &content);
	struct span text = {content.text, content.len};

	if (err == FSK_OK && list.taken == WATCH_RULEBOOK_FILE_TIME) {
		list.taken = content.changed;
		read->assumed = file->kind != WATCH_RULEBOOK_ALLOW;
	}
	read->taken = list.taken;
	if (err == FSK_OK && file->kind == WATCH_RULEBOOK_ALLOW)
		err = read_allow(book, text, list.file, read, fault);
	else if (err == FSK_OK)
		err = read_known(book, text, &list, read, fault);
	free(content.text);
	return err;
}

/* Writes the ${octets} at ${text} after ${read} of ${file}, as snprintf() does. */
static int
describe(char *text, size_t octets, const struct watch_rulebook_file *file,
         const struct watch_rulebook_read *read)
{
	const char *plural = read->names == 1 ? "" : "s";
	int64_t day = date_day_of(read->taken);
	char date[DATE_INSTANT_SIZE] = "an unknown day";
	char skipped[64] = "";

	if (file->kind == WATCH_RULEBOOK_ALLOW && read->unreasoned == 0)
		return snprintf(text, octets, "allow list %s: %zu name%s", file->path,
		                read->names, plural);
	if (file->kind == WATCH_RULEBOOK_ALLOW)
		return snprintf(text, octets,
		                "allow list %s: %zu name%s, %zu without a reason",
		                file->path, read->names, plural, read->unreasoned);
	if (day >= DATE_FIRST && day <= DATE_LAST)
		date_write_day(read->taken, date);
	if (read->skipped > 0)
		snprintf(skipped, sizeof(skipped), ", %zu line%s skipped", read->skipped,
		         read->skipped == 1 ? "" : "s");
	return snprintf(text, octets, "%s names %s: %zu name%s, taken on %s%s%s",
	                file->kind == WATCH_RULEBOOK_POPULAR ? "popular" : "registered",
	                file->path, read->names, plural, date,
	                read->assumed ? " (assumed: the file's time)" : "", skipped);
}

/* Makes the note on file ${n} of ${book}, which is ${file}. */
static enum fsk_err
note(struct watch_rulebook *book, size_t n, const struct watch_rulebook_file *file)
{
	int len = describe(NULL, 0, file, &book->reads[n]);
	size_t octets = len < 0 ? SIZE_MAX : (size_t)len + 1;
	char *text = malloc(octets);

	if (text == NULL)
		return FSK_NOMEM;
	describe(text, octets, file, &book->reads[n]);
	book->notes[n] = text;
	return FSK_OK;
}

/* Makes a book for ${count} files that were not read yet. */
static struct watch_rulebook *
make_book(size_t count)
{
	struct watch_rulebook *book = calloc(1, sizeof(*book));

	if (book == NULL)
		return NULL;
	book->count = count;
	book->reads = calloc(count + 1, sizeof(*book->reads));
	book->notes = calloc(count + 1, sizeof(*book->notes));
	if (book->reads != NULL && book->notes != NULL)
		return book;
	book->count = 0;
	watch_rulebook_free(book);
	return NULL;
}

enum fsk_err
watch_rulebook_new(const struct watch_rulebook_file *files, size_t count,
                   struct watch_rulebook **book, size_t *which, struct fault *fault)
{
	struct watch_rulebook *made = make_book(count);
	enum fsk_err err = made != NULL ? FSK_OK : FSK_NOMEM;
	int saved;

	for (size_t i = 0; i < count && err == FSK_OK; i++) {
		*which = i;
		err = read_one(made, &files[i], &made->reads[i], fault);
		if (err == FSK_OK)
			err = note(made, i, &files[i]);
	}
	if (err == FSK_OK) {
		*book = made;
		return FSK_OK;
	}
	saved = errno;
	watch_rulebook_free(made);
	errno = saved;
	return err;
}

struct watch_rules
watch_rulebook_rules(const struct watch_rulebook *book, int64_t now)
{
	return (struct watch_rules){
	        .allow = book->allow,
	        .known = book->known,
	        .now = now,
	};
}

const struct watch_rulebook_read *
watch_rulebook_read_of(const struct watch_rulebook *book, size_t n)
{
	return &book->reads[n];
}

const char *const *
watch_rulebook_notes(const struct watch_rulebook *book)
{
	return (const char *const *)book->notes;
}

struct watch_rulebook *
watch_rulebook_keep(struct watch_rulebook *book)
{
	if (book != NULL)
		atomic_fetch_add(&book->owners, 1);
	return book;
}

void
watch_rulebook_free(struct watch_rulebook *book)
{
	if (book == NULL || atomic_fetch_sub(&book->owners, 1) > 0)
		return;
	watch_allow_free(book->allow);
	watch_known_free(book->known);
	free(book->reads);
	for (size_t i = 0; i < book->count; i++)
		free(book->notes[i]);
	free(book->notes);
	free(book);
}
