/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/suspects.h: which clients are likely infected, or infected: written by the ledger,
 * read by workers without a lock. A table of fixed size; who does not fit is not in it
 * (then a log-only name stays log-only for him). Entries are hashes of clients.
 */
#ifndef GUARD_SUSPECTS_H
#define GUARD_SUSPECTS_H

#include "verdict/verdict.h"

struct guard_suspects;

/* Room for ${most} clients. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_suspects_new(size_t most, struct guard_suspects **suspects);
void guard_suspects_free(struct guard_suspects *suspects);

/* From one thread. */
void guard_suspects_set(struct guard_suspects *suspects, uint64_t client,
                        enum verdict_word word);
void guard_suspects_clear(struct guard_suspects *suspects);

/* From any thread. VERDICT_CHANCE for who is not in it. */
enum verdict_word guard_suspects_word(const struct guard_suspects *suspects,
                                      uint64_t client);

#endif
