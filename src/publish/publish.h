/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/publish.h: a folder of lists that changes as a whole.
 *
 *	DIR/current -> 2026112200       a symbolic link; readers use DIR/current/...
 *	DIR/2026112200/rpz.zone ...     one publication: never changed once it stands
 *	DIR/2026112200/manifest.json    what each file is; manifest.json.sig signs it
 *	DIR/2026112100/                 the one before, for readers in the middle of it
 *
 * A publication is written aside, read again and checked, put on the disk, and
 * then the link is replaced in one step: at any moment, also after SIGKILL or a
 * full disk, DIR/current is the old one or the new one, whole. Content that did
 * not change keeps its serial, its bytes and its times: nothing is done. What else
 * lies in DIR is left alone; what an interrupted run left behind is removed by the
 * next. Two runs at a time exclude each other (a lock on
 * DIR/.foresink-publish-lock, which stays there and only its owner may open).
 */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H

#include "publish/catalog.h"
#include "publish/manifest.h"

struct publish_setting {
	const char *folder;
	const struct watch_roster *roster;
	struct fsk_period window;
	int64_t now;
	const struct publish_format *const *formats;
	size_t format_count;
	struct span origin; /* see struct publish_list */
	struct span canary;
	uint32_t ttl;
	struct publish_selection
	        selection;             /* by which the roster was made; for the manifest */
	const struct publish_key *key; /* signs; NULL: nobody does */
	const char *const *notes;      /* for the manifest: sources and assumptions of the
	                                * collision stage, in words; NULL ends them */
	bool may_shrink;               /* even to less than half of the last one */
	bool may_go_back;              /* even far behind the time of the last one */
	bool may_replace;              /* a current publication that was damaged */
	bool (*progress)(uint64_t done, uint64_t whole,
	                 void *context); /* in names; false stops */
	void *context;
};

enum publish_outcome {
	PUBLISH_NEW,      /* a new publication is current */
	PUBLISH_UNCHANGED /* the one that is current says all this already */
};

/* What happened. */
struct publish_report {
	enum publish_outcome outcome;
	uint32_t serial;
	uint64_t names;  /* blocked, now */
	uint64_t before; /* blocked, in the publication before; 0 when there was none */
	size_t files;    /* that were written */
	struct publish_written written[PUBLISH_FILES_MAX];
	bool shrinks;    /* of FSK_RANGE: may_shrink would publish it */
	bool goes_back;  /* likewise, with may_go_back */
	bool damaged;    /* of FSK_CORRUPT: may_replace would replace it */
	char stray[64];  /* also without an error: a file in the current publication of
	                  * which its manifest does not speak; it goes with it */
	const char *why; /* of an error: static words; NULL: the error says it */
	char file[64];   /* of an error: which file of the publication; empty: the folder */
};

/* Publishes ${setting}. Folders that lead to its folder are not made. What is compared
 * to find out whether anything changed: the names with their forecasts, states and
 * grounds, the window, the selection, the formats, origin, canary, ttl, the key, the
 * versions of the generators and of foresink; and a signature that is not the key's is made
 * anew. The serial is that of the last publication, or the date of
 * ${now} as YYYYMMDD00, or one more than the last if that is greater (RFC 1912
 * section 2.2); one whose name something in the folder has is passed over. FSK_RANGE: the
 * list of blocked names, or the names of one file, would shrink to less than half, the list
 * to nothing, or a file of the last publication would vanish, and may_shrink is false; or
 * ${now} is more than a day before the instant at which the last publication was made, and
 * may_go_back is; FSK_CORRUPT: the current publication is not what its manifest says (a
 * reader would be served rubbish: the user must look), and may_replace is false, or the
 * link is not ours; FSK_MISMATCH: a file read again is not what was written; FSK_IO with
 * errno (EWOULDBLOCK: another run holds the folder); FSK_STOPPED, FSK_NOMEM. The current
 * publication stands after any error. */
FSK_MUST_USE enum fsk_err publish_run(const struct publish_setting *setting,
                                      struct publish_report *report);

#endif
