/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/desk.h: what the feed knows while it answers: the zones with the versions that
 * they serve, the keys, the counters, and where it tells what has happened. No sockets.
 */
#ifndef FEED_DESK_H
#define FEED_DESK_H

#include "feed/history.h"
#include "feed/tsig.h"

struct feed_zone {
	const struct feed_zone_setting *setting;
	struct fsk_name name;
	struct feed_render render;
	struct feed_version *version; /* NULL: it has no image yet */
	int64_t since;                /* second of the last swap */
	bool read;                    /* the state file was looked for */
	bool stale;    /* the version's records are not those of the render: it needs a new
	                * serial, also for the same names */
	bool unknown;  /* the state file could not be read: which serials were used before
	                * nobody knows */
	bool unkept;   /* the version is not on the disk */
	uint32_t mark; /* a serial that was served and not kept (feed/mark.h); 0: none */
};

/* What clients cause to be told, each with its own measure: whom no rule allows shall not
 * hide who transfers what. */
enum feed_reason { FEED_STRANGER, FEED_CLIENT };
#define FEED_TELLINGS 2

struct feed_desk {
	struct feed_setting setting; /* what it points to is the owner's */
	struct feed_zone *zones;
	size_t zone_count;
	struct feed_secret *secrets;
	size_t secret_count;
	EVP_MAC *hmac;
	struct feed_counters counters;
	struct feed_telling {
		int64_t at;        /* the second in which there last was reason to say it */
		unsigned said;     /* how often in it */
		uint64_t withheld; /* since something was said */
	} telling[FEED_TELLINGS];
};

/* Makes zones and secrets of ${setting} in ${desk}, whose counters and hmac stay.
 * FSK_NOMEM, FSK_SYNTAX (the name of a key), FSK_RANGE (its length); ${desk} is unchanged
 * then. */
FSK_MUST_USE enum fsk_err feed_desk_set(struct feed_desk *desk,
                                        const struct feed_setting *setting);
void feed_desk_fini(struct feed_desk *desk);

/* The zone in which ${name} stands, the longest of them; NULL when there is none. */
struct feed_zone *feed_desk_find(struct feed_desk *desk, const struct fsk_name *name);

/* Whether ${peer}, whose request was verified by ${key} (NULL: by none), may ask for the
 * zone of ${setting}. */
bool feed_allows(const struct feed_zone_setting *setting, const struct address *peer,
                 const struct feed_key *key);

/* Tells an event, and keeps errno. feed_tell_client() is for those that clients can cause
 * at will: of more than FEED_TOLD_MOST in a second for one reason only their number is
 * told, in front of the next that is. */
#define FEED_TOLD_MOST 10
void feed_tell(const struct feed_desk *desk, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
void feed_tell_client(struct feed_desk *desk, enum feed_reason reason, int64_t now,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
