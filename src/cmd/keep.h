/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/keep.h: a command's way into a store: sightings go into a journal of their own, and
 * when the command has ended its work they are moved into the engine, unless a daemon does
 * that. What goes wrong is said here.
 */
#ifndef CMD_KEEP_H
#define CMD_KEEP_H

#include "cmd/command.h"
#include "watch/sighting.h"

struct keep;

/* Opens a journal of ${worker} (store/journal.h says what is a worker's name) in the store
 * ${folder}, which is made when there is none; keep_close() frees it. STATUS_SYSTEM. */
enum status keep_open(const char *folder, const char *worker, struct keep **keep);

/* Puts ${sighting}. FSK_IO with errno when there is no room: it is lost, and counted. */
FSK_MUST_USE enum fsk_err keep_put(struct keep *keep, const struct sighting *sighting);

/* Sightings that were put. */
uint64_t keep_count(const struct keep *keep);

/* Ends the journal and moves what waits in the store, unless another process holds it,
 * which moves it then, or its clients have pseudonyms, which wants a secret. STATUS_SYSTEM
 * when something was lost, or is not moved: what was put stays in the journal, for the next
 * who moves. NULL is allowed. */
enum status keep_close(struct keep *keep);

#endif
