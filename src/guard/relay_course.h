/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_course.h: what becomes of a request: whom it is asked of, when it is asked
 * again and of whom, who gets the answer, when it is given up. What is asked goes into
 * queues, which relay_course_flush() empties: nothing else sends.
 */
#ifndef GUARD_RELAY_COURSE_H
#define GUARD_RELAY_COURSE_H

#include "guard/relay_core.h"

/* Begins the course of ${entry}, which is in the table. */
void relay_course_begin(struct guard_relay *relay, struct relay_entry *entry);

/* Says that ${entry} is under way on ${lane}, writes its id, drawn for it, and its letters.
 * NULL: there is no id left. */
struct relay_attempt *relay_course_draw(struct relay_lane *lane, struct relay_entry *entry);

/* All that was under way on ${lane} is lost: there is nobody. If it was ${served} before,
 * as a connection that ends, what is lost may be asked of the same upstream once more. */
void relay_course_lost(struct relay_lane *lane, enum relay_kind kind, bool served);

/* ${entry}, which was queued for ${upstream}, could not be sent; the same for ${attempt}.
 */
void relay_course_pass(struct relay_upstream *upstream, struct relay_entry *entry);
void relay_course_unsent(struct relay_attempt *attempt, enum relay_kind kind);

/* Gives up the oldest request, if it is slow, to make a place for another: so somebody who
 * asks for names that nobody can resolve does not keep all others waiting. False: there is
 * none. */
bool relay_course_give_way(struct guard_relay *relay);

/* Takes the ${len} octets at ${octets} that came by ${lane}: gives them to who waits for
 * them, or counts them as strange. With ${room} octets there (0: copies are made) they are
 * changed in place. */
struct relay_arrival {
	uint8_t *octets;
	size_t len, room;
};
void relay_course_take(struct relay_lane *lane, enum relay_kind kind,
                       const struct relay_arrival *arrival);

/* Answers that were given may be sent; their octets are free again. */
void relay_course_done(struct guard_relay *relay);

/* Sends what is queued, and sets the timer. */
void relay_course_flush(struct guard_relay *relay);

/* Of the relay's timer: asks again and gives up. */
void relay_course_due(struct net_timer *timer);

#endif
