/* SPDX-License-Identifier: BSD-2-Clause
 *
 * alert/sink.h: what a way of telling must state about itself. A sink is one file under
 * sinks/ that ends in its constant descriptor, and one line in sinks.def. The hub
 * (alert/alert.h) calls its functions from one thread, which they never keep waiting for
 * another machine or program; a sink that has to wait does so in a thread of its own
 * (alert/queue.h). What cannot be told is kept within bounds, then lost and counted.
 */
#ifndef ALERT_SINK_H
#define ALERT_SINK_H

#include "alert/alert.h"

/* What a sink stands on; the hub's, which outlives the sink. */
struct alert_ground {
	const struct alert_sink_setting *setting;
	const char *host;                              /* never NULL */
	const char *version;                           /* never NULL */
	void (*log)(const char *words, void *context); /* may be NULL; see alert_say() */
	void *context;
	struct alert_counts *counts;     /* the sink's to keep */
	const struct alert_owner *owner; /* of files made while it is opened; then NULL */
};

/* What is told: one of two, the other is NULL. */
struct alert_news {
	const struct alert_sighting *sighting;
	const struct alert *alert;
	struct span line; /* the same as an object of JSON and its LF, of who wants lines */
};

struct alert_sink {
	const char *name; /* as in sinks.def */
	enum alert_way way;
	bool takes_alerts; /* not only sightings */
	bool wants_lines;

	/* As alert_target_check(). */
	enum fsk_err (*check)(const char *target);

	/* Opens it, whose target was checked: nothing is sent or looked up, no thread
	 * begun. FSK_IO with errno, FSK_NOMEM. */
	enum fsk_err (*open)(const struct alert_ground *ground, void **state);

	/* Begins its thread; NULL: it has none. FSK_IO with errno, FSK_NOMEM. */
	enum fsk_err (*start)(void *state);

	void (*tell)(void *state, const struct alert_news *news);
	void (*tick)(void *state);   /* each second or so; may be NULL */
	void (*reopen)(void *state); /* a file was moved away; may be NULL */

	/* It is to end, and may wait until ${until_us} of the monotonic clock. All sinks
	 * are told before the first is closed, so that they wait together. */
	void (*end)(void *state, int64_t until_us);

	/* Ends it; what was not told is counted as lost. */
	void (*close)(void *state);
};

/* How many there are, and number ${n} of them, from 0; NULL behind the last. */
size_t alert_sink_count(void);
const struct alert_sink *alert_sink_at(size_t n);

/* Says "WAY PLACE: WORDS: WHY" to the log of ${ground}; without the reason when ${why} is
 * NULL. From any thread. */
void alert_say(const struct alert_ground *ground, const char *place, const char *words,
               const char *why);

#endif
