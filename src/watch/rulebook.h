/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/rulebook.h: the files that the collision stage rules by, read and kept:
 * allow lists, lists of popular names, snapshots of registered names. What a command
 * or the daemon is told on its command line or in its configuration comes here.
 */
#ifndef WATCH_RULEBOOK_H
#define WATCH_RULEBOOK_H

#include "watch/ruling.h"

enum watch_rulebook_kind {
	WATCH_RULEBOOK_ALLOW,
	WATCH_RULEBOOK_POPULAR,
	WATCH_RULEBOOK_REGISTERED
};

/* In place of the time at which a list was taken: that of the last change of the file or
 * of what the system knows of it, whichever is later. A copy is thus younger than the
 * list, and its evidence weaker than it could be; never stronger. */
#define WATCH_RULEBOOK_FILE_TIME INT64_MIN

struct watch_rulebook_file {
	enum watch_rulebook_kind kind;
	const char *path;
	int64_t taken; /* not of allow lists */
};

/* Takes ${text} apart, "FILE" or "FILE@DATE", DATE as in base/date.h: stores where the
 * path ends in ${path_len} and in ${taken} the last second of DATE, since the list was
 * taken by then, or WATCH_RULEBOOK_FILE_TIME. What stands behind '@' and has not the form
 * of a date belongs to the path. FSK_RANGE with the reason in ${fault} (may be NULL) for a
 * date that does not exist. */
FSK_MUST_USE enum fsk_err watch_rulebook_split(struct span text, size_t *path_len,
                                               int64_t *taken, struct fault *fault);

/* What was read of a file. */
struct watch_rulebook_read {
	size_t names;
	size_t skipped;     /* of popular and registered names */
	struct fault first; /* the first that was skipped; its why is NULL: none */
	size_t unreasoned;  /* of allow lists: entries without a reason */
	int64_t taken;
	bool assumed; /* taken is the time of the file */
};

struct watch_rulebook;

/* Reads the ${count} ${files} in their order into ${book}; the caller frees it. With no
 * files it rules nothing out. FSK_SYNTAX with the number of the file in ${which} and the
 * place in ${fault}; FSK_IO with errno and ${which}; FSK_RANGE for a file over 1 GiB;
 * FSK_NOMEM. Nothing of a file that fails is used, nor anything else. */
FSK_MUST_USE enum fsk_err watch_rulebook_new(const struct watch_rulebook_file *files,
                                             size_t count, struct watch_rulebook **book,
                                             size_t *which, struct fault *fault);

/* The rules at ${now}; valid as long as ${book}. */
struct watch_rules watch_rulebook_rules(const struct watch_rulebook *book, int64_t now);

/* What was read of file ${n}. */
const struct watch_rulebook_read *watch_rulebook_read_of(const struct watch_rulebook *book,
                                                         size_t n);

/* What was read and assumed, in words, one line each, ended by NULL; valid as long as
 * ${book}: "allow list allow.txt: 12 names, 3 without a reason", "popular names
 * tranco.csv: 1000000 names, taken on 2026-11-01 (assumed: the file's time), 2 lines
 * skipped". */
const char *const *watch_rulebook_notes(const struct watch_rulebook *book);

/* Gives ${book} one more owner, who frees it too; from any thread. NULL is allowed. */
struct watch_rulebook *watch_rulebook_keep(struct watch_rulebook *book);

/* One owner less; the last one frees it. */
void watch_rulebook_free(struct watch_rulebook *book);

#endif
