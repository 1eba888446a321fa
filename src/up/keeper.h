/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/keeper.h: the daemon's owner of the store: of the journals that its roles put into,
 * and of the mover. Nothing but the folder itself is made by who starts the daemon:
 * journals and engine are opened as who it goes on as, once privileges are gone.
 */
#ifndef UP_KEEPER_H
#define UP_KEEPER_H

#include "store/mover.h"
#include "up/log.h"
#include "up/privileges.h"
#include "up/text.h"

struct up_keeper;

/* Makes the folder of the store of ${config}, for nobody but who the daemon becomes (0700,
 * of ${ids}); one that is there stays as it is. FSK_IO with ${trouble}. */
FSK_MUST_USE enum fsk_err up_keeper_make_folder(const struct up_config *config,
                                                const struct up_ids *ids,
                                                struct up_trouble *trouble);

/* Makes the keeper of the store of ${config}; ${log} outlives it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_keeper_new(const struct up_config *config,
                                        const struct up_log *log,
                                        struct up_keeper **keeper);

/* Opens the journal of ${worker}, before the start; it lasts as long as ${keeper}. FSK_IO
 * with ${trouble}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_keeper_journal(struct up_keeper *keeper, const char *worker,
                                            struct store_journal **journal,
                                            struct up_trouble *trouble);

/* Opens the engine, and begins the thread of the mover. Errors as store_mover_new(), with
 * ${trouble}. */
FSK_MUST_USE enum fsk_err up_keeper_start(struct up_keeper *keeper,
                                          struct up_trouble *trouble);

/* Puts ${sighting} into ${journal}, from one thread; what cannot be kept is counted, and
 * said once a minute at most. */
void up_keeper_put(struct up_keeper *keeper, struct store_journal *journal,
                   const struct sighting *sighting);

/* Keeps as long, and as much, as ${config} says, from now on. */
void up_keeper_change(struct up_keeper *keeper, const struct up_config *config);

/* Writes its metrics; ${keeper} may be NULL. */
void up_keeper_metrics(const struct up_keeper *keeper, struct up_text *text);

/* Moves what waits, and closes all; nobody puts any more. NULL is allowed. */
void up_keeper_free(struct up_keeper *keeper);

#endif
