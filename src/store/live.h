/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/live.h: a segment that is appended to: the file, its lock, its mapping. One thread
 * puts; another may sync, copy and end what is not put to any more.
 */
#ifndef STORE_LIVE_H
#define STORE_LIVE_H

#include "store/form.h"
#include "store/record.h"

/* Octets that are left at least for another record and the end. */
#define LIVE_ROOM (FORM_WORD + STORE_RECORD_MOST + FORM_WORD)

struct store_live {
	uint8_t *octets;
	size_t size;
	uint64_t number;
	int fd;
	_Atomic size_t used; /* octets, the head's included; the end's not */

	/* Of who syncs. */
	size_t synced; /* of used */
	int failed;    /* errno of a sync: what it holds may be lost; 0: none failed */
	struct store_live *older;
};

struct store_live_setting {
	int folder;
	const char *worker;
	size_t size;
	uint64_t number;
	int64_t created_us;
};

/* Makes segment ${setting->number} in ${setting->folder}: its room is taken, it is locked,
 * then it gets its name. FSK_IO with errno (EEXIST: the number was given to another),
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err store_live_new(const struct store_live_setting *setting,
                                         struct store_live **live);

/* Appends ${sighting}, for which there is room; how many octets that took. */
size_t store_live_put(struct store_live *live, const struct sighting *sighting);

/* Marks it: nothing follows. Of the thread that puts. */
void store_live_end(struct store_live *live);

/* Brings what was put to the disk. FSK_IO with errno, which stays in ${live->failed}. */
FSK_MUST_USE enum fsk_err store_live_sync(struct store_live *live);

/* Writes ${live}, which ended, anew, syncs that, and lets it take its place in ${folder}:
 * the same octets under the same number, if the segment is still there. FSK_IO with errno.
 */
FSK_MUST_USE enum fsk_err store_live_copy(struct store_live *live, int folder);

/* What root makes belongs to whoever the folder ${like} does, or he could neither move nor
 * remove it: gives him ${fd}. Others' work stays theirs. False with errno. */
bool store_live_give(int fd, int like);

/* Has the next ${ahead} octets ready to be written. */
void store_live_prepare(struct store_live *live, size_t ahead);

/* Unmaps, unlocks and frees; NULL is allowed. */
void store_live_free(struct store_live *live);

#endif
