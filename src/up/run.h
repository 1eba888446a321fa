/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/run.h: the daemon while it serves: which configuration is in force, what the roles
 * serve, what is being made anew, and why. All of it belongs to the thread of the loop.
 */
#ifndef UP_RUN_H
#define UP_RUN_H

#include "up/control.h"
#include "up/daemon.h"
#include "up/metrics.h"
#include "up/renewal.h"

/* For metrics: only grow. */
struct up_counts {
	uint64_t reloads, failed_reloads;
	uint64_t rollovers, failed_rollovers;
};

struct up_run {
	const struct up_setting *setting;
	struct up_log log;
	struct up_log_loss loss;
	struct net_loop *loop;
	int notify;               /* -1: nobody is told */
	int lock;                 /* of the state folder; -1: none */
	int64_t began;            /* second of the calendar */
	struct up_config *config; /* in force */
	struct watch_rulebook *book;
	void *states[UP_ROLE_MOST]; /* one a role of the configuration; NULL: not open */
	struct alert_hub *hub;      /* NULL: nobody is told */
	struct up_keeper *keeper;   /* NULL: there is no store, or nobody keeps anything */
	struct up_metrics *metrics; /* NULL: none */
	struct up_control *control; /* NULL: none */
	bool ending;                /* a signal asked for the end */
	bool serving;               /* the roles have what to serve */

	struct up_renewal *renewal; /* NULL: nothing is being made */
	struct up_config *next;     /* of a reload that is being made; NULL: a rollover */
	struct up_config *half;     /* refused, and still used by a role: rather never */
	bool reload_wanted;         /* a SIGHUP came meanwhile */
	int64_t day;                /* of the lists, since 1970 */
	int64_t retry_ms;           /* of the loop: no rollover before that */
	struct net_timer calendar;
	struct up_counts counts;
};

/* The calendar's second. */
int64_t up_run_now(const struct up_run *run);

/* Begins to make lists: of the configuration in force, or of ${run}->next with its files
 * read anew. Errors as up_renewal_begin(), and FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_run_renew(struct up_run *run);

/* Gives what ${renewal} has made to the roles. As their swap(); after FSK_NOMEM it is made
 * again in a minute. */
FSK_MUST_USE enum fsk_err up_run_swap(struct up_run *run, struct up_renewal *renewal);

/* To be called when the loop is woken: takes what has been made, if it has. */
void up_run_take(struct up_run *run);

/* Reads the configuration anew, now or as soon as what is being made is there. */
void up_run_reload(struct up_run *run);

/* Has the roles open their files anew. */
void up_run_reopen(const struct up_run *run);

/* Answers what is asked by the control socket; ${run} is a struct up_run, the rest as in
 * struct up_control_setting. */
const char *up_run_answer(void *run, const char *verb, struct up_request *request,
                          json_t *lines);

/* Begins to look at the calendar. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_run_calendar(struct up_run *run);

/* Writes the page of metrics; ${run} is a struct up_run. */
void up_run_metrics(struct up_text *text, void *run);

/* Logs what was read of the lists, and who can read the secrets. */
void up_run_log_lists(const struct up_run *run);

#endif
