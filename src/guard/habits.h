/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/habits.h: how many different clean names each client asked one worker for today:
 * what evidence is weighed against (verdict/live.h). A sketch (verdict/clean.h) that begins
 * anew with each day, UTC. Of one worker, but for the copy of the registers that count
 * hosts, which is made once a second.
 */
#ifndef GUARD_HABITS_H
#define GUARD_HABITS_H

#include "base/span.h"
#include "verdict/clean.h"

struct guard_habits;

FSK_MUST_USE enum fsk_err guard_habits_new(struct guard_habits **habits);
void guard_habits_free(struct guard_habits *habits);

/* Notes that ${client} (guard_client_hash()) asked for ${name}, lower case, no forecast. */
void guard_habits_note(struct guard_habits *habits, uint64_t client, struct span name);

/* Fetches what guard_habits_names() reads first of memory, a while before it is asked. */
void guard_habits_fetch(const struct guard_habits *habits, uint64_t client);

/* How many clean names ${client} asked for, as it was at most a second before ${now}
 * (seconds since 1970). */
double guard_habits_names(struct guard_habits *habits, uint64_t client, int64_t now);

/* To be called each second: begins a new day, makes the copy. */
void guard_habits_tick(struct guard_habits *habits, int64_t now);

/* Raises those registers of ${sum} that count hosts, from any thread, to those of
 * ${habits}. */
void guard_habits_hosts(struct guard_habits *habits, struct clean *sum);

#endif
