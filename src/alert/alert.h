/* SPDX-License-Identifier: BSD-2-Clause
 *
 * alert/alert.h: telling people: sightings and alerts, to files of JSON Lines, to syslog,
 * as dnstap, and to a webhook. Each way is a sink (alert/sink.h, one file each). A sink
 * that is slow, full or dead loses what it cannot take, within bounds, counts it, says so
 * once, and slows nothing else. All calls of one hub from one thread; the counters may be
 * read from any. Observers (guard, sinkhole, registry) bring what is to be told; once-ness
 * is alert/once.h.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include "watch/ruling.h"
#include "watch/sighting.h"

#include <stdatomic.h>
#include <sys/types.h>

/* Names that an alert carries at most; it says how many there are. */
#define ALERT_NAMES 50

/* A sighting as observers tell it: each question is one. */
struct alert_sighting {
	struct sighting sighting; /* with a forecast */
	const char *role;         /* "guard"; a word */
	const char *action;       /* what was done: "nxdomain", "nodata", "sinkhole", "log",
	                           * "allow"; a word */
	const char *reason;       /* watch_reason_write() */
	enum watch_state state;
	uint16_t qtype;      /* of DNS */
	struct span message; /* the question, in wire form; empty: not known */
	struct span answer;  /* what was answered, in wire form; empty: not known */
};

struct alert_name {
	struct span name; /* the forecast */
	const char *reason;
	int64_t first_us, last_us;
	uint32_t times;
};

/* One client and family of one day. */
struct alert {
	int64_t us; /* now */
	const char *role;
	struct sighting_client client;
	struct address address; /* as last seen */
	struct span machine;    /* may be empty */
	const char *family;     /* "conficker" */
	const char *generator;  /* "conficker/b": that of most names */
	const char *verdict;    /* "infected", "likely", "chance" */
	bool relay;             /* at least one infected behind it */
	double posterior;
	uint64_t sightings;
	size_t found; /* different names that count */
	int64_t first_us, last_us;
	const char *action; /* of the last sighting */
	const struct alert_name *names;
	size_t name_count; /* at most ALERT_NAMES */
};

enum alert_way { ALERT_FILE, ALERT_SYSLOG, ALERT_DNSTAP, ALERT_WEBHOOK };

struct alert_sink_setting {
	enum alert_way way;
	bool sightings;     /* each sighting; else alerts */
	const char *target; /* FILE: a path. SYSLOG: a path of a socket ("/dev/log") or
	                     * "ADDRESS:PORT" of UDP (RFC 5424). DNSTAP: a path of a file,
	                     * or "unix:PATH" of a socket. WEBHOOK: an https:// URL, or
	                     * http:// of a loopback or private address */
	struct span secret; /* WEBHOOK: key of HMAC-SHA256 over the body, told in the header
	                     * "Foresink-Signature: t=SECONDS,v1=HEX" (over "SECONDS.BODY");
	                     * empty: not signed */
	const char *authorities; /* WEBHOOK: PEM file of certificates that are trusted;
	                          * NULL: those of the system */
};

/* Whether ${target} is what ${way} could tell, as far as its words show: nothing is opened
 * or looked up. FSK_SYNTAX when not, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err alert_target_check(enum alert_way way, const char *target);

/* As whom the process goes on once the sinks are open. */
struct alert_owner {
	uid_t uid; /* (uid_t)-1: as now */
	gid_t gid; /* (gid_t)-1: likewise */
};

struct alert_setting {
	const struct alert_sink_setting *sinks;
	size_t sink_count;
	const char *host;    /* name of this machine, for syslog and dnstap */
	const char *version; /* of the program */
	void (*log)(const char *words, void *context); /* about sinks; from any thread */
	void *context;
	const struct alert_owner *owner; /* whom files that are made here are given to;
	                                  * NULL: nobody else */
};

/* Of one sink; only grow, but for queued. */
struct alert_counts {
	_Atomic uint64_t told, lost, failed; /* failed: attempts that are tried again */
	_Atomic uint64_t queued;
};

struct alert_hub;

/* Opens the sinks: files are made, sockets opened; nothing is sent, no thread begun, and
 * no name looked up. What ${setting} points to is copied. FSK_IO with errno, FSK_SYNTAX
 * for a target that is none, and the number of the sink in ${which}; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err alert_hub_new(const struct alert_setting *setting,
                                        struct alert_hub **hub, size_t *which);

/* Begins the threads of sinks that have one (fstrm, libcurl): once the process has given
 * up its privileges. FSK_IO with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err alert_hub_start(struct alert_hub *hub);

/* Tell. They do not wait and do not fail. */
void alert_sight(struct alert_hub *hub, const struct alert_sighting *sighting);
void alert_tell(struct alert_hub *hub, const struct alert *alert);

/* Whether any sink takes sightings: else they need not be brought. */
bool alert_wants_sightings(const struct alert_hub *hub);

/* To be called each second or so: writes what is buffered, tries again what failed. */
void alert_hub_tick(struct alert_hub *hub, int64_t now_us);

/* Opens files anew, which were moved away (log rotation). */
void alert_hub_reopen(struct alert_hub *hub);

const struct alert_counts *alert_counts(const struct alert_hub *hub, size_t sink);
const char *alert_way_name(enum alert_way way); /* "file", "syslog", "dnstap", "webhook" */

/* Writes what it can within ${wait_ms}, counts the rest as lost, and ends; NULL is
 * allowed. */
void alert_hub_free(struct alert_hub *hub, unsigned wait_ms);

#endif
