/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/ledger.h: one thread that takes the hits of all workers, tells each sighting to the
 * sinks and to who keeps it, keeps the evidence (verdict/live.h), says whom workers are to
 * suspect, and alerts: one alert a client and family a day: at once when it is infected,
 * else, when it is likely, after a while in which it might have become more; and one more
 * when it does so after all, for who read "likely" is to hear "infected". Hits that are
 * allowed, or are log-only, are sightings and no evidence. Evidence is kept for
 * GUARD_LEDGER_DAYS; each client and generator is weighed anew with its first sighting of a
 * day. Suspicion ends with the day after the last evidence.
 *
 * A worker knows only the clean names that came to itself. A client that asks from many
 * ports is spread over all workers by the kernel, so that its names are reckoned to be that
 * many times the workers, and the error of the sketch more: the cautious end.
 */
#ifndef GUARD_LEDGER_H
#define GUARD_LEDGER_H

#include "alert/alert.h"
#include "guard/hits.h"
#include "guard/suspects.h"

#define GUARD_LEDGER_DAYS 30

/* Alerts a day. */
#define GUARD_LEDGER_ALERTS 65536

struct guard_ledger_setting {
	struct guard_hits **hits; /* one a worker; copied */
	size_t worker_count;
	struct alert_hub *hub; /* NULL: nobody is told */
	struct guard_suspects *suspects;
	unsigned settle_s; /* seconds until a likely client is told of */
	bool tell_chance;  /* also of clients of which there is no more than chance */
	size_t most_names; /* of struct verdict_live_setting */
	size_t generators; /* that are looked for */
	double (*clients)(void *context); /* how many clients asked something; from the
	                                   * ledger's thread */
	int64_t (*now_us)(void *context); /* the calendar */
	void (*log)(const char *words, void *context);
	/* Keeps each sighting, as each is told; from the ledger's thread. NULL: nobody. */
	void (*keep)(const struct sighting *sighting, void *context);
	void *context;
};

struct guard_ledger;

/* Makes ${ledger}; what ${setting} points to outlives it. FSK_NOMEM, FSK_IO with errno. */
FSK_MUST_USE enum fsk_err guard_ledger_new(const struct guard_ledger_setting *setting,
                                           struct guard_ledger **ledger);

/* Begins the thread. FSK_IO with errno. guard_ledger_step() does one round instead, of
 * who has no thread (tests): takes all hits that wait, and what is due. */
FSK_MUST_USE enum fsk_err guard_ledger_start(struct guard_ledger *ledger);
void guard_ledger_step(struct guard_ledger *ledger);

/* From any thread: a hit was put; the thread looks at once if it sleeps. Cheap when it
 * does not. */
void guard_ledger_wake(struct guard_ledger *ledger);

/* From any thread: files of alerts are opened anew. */
void guard_ledger_reopen(struct guard_ledger *ledger);

/* From any thread: other values than the setting's, from now on. */
void guard_ledger_change(struct guard_ledger *ledger, unsigned settle_s, bool tell_chance,
                         size_t generators);

struct guard_ledger_counts {
	_Atomic uint64_t sightings, alerts;
	_Atomic uint64_t held_back;  /* alerts not told: there was one today, no milder */
	_Atomic uint64_t clients[3]; /* by enum verdict_word, today */
	_Atomic uint64_t lost; /* alerts for which there was no room in a day's list */
	/* Names that are remembered as evidence, their memory, and those that were
	 * forgotten for want of room; of the last second. */
	_Atomic uint64_t names, bytes, forgotten;
};
const struct guard_ledger_counts *guard_ledger_counts(const struct guard_ledger *ledger);

/* Ends the thread, takes what waits, and tells of likely clients before their time, so that
 * nothing is lost with the process. NULL is allowed. */
void guard_ledger_free(struct guard_ledger *ledger);

#endif
