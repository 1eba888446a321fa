/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_waits.h: what waits in the journals of a store and was not moved yet.
 */
#ifndef CMD_STORE_WAITS_H
#define CMD_STORE_WAITS_H

#include "store/journal.h"
#include "store/store.h"

struct store_waits {
	uint64_t segments; /* files */
	uint64_t held;     /* of them: somebody appends to them */
	uint64_t records;  /* that no engine has taken */
	uint64_t damaged;  /* segments with something in them that is no record */
};

/* Counts what waits in the journals of ${folder}, as far as ${store} has not taken it.
 * ${wrong} (may be NULL) is told of each damage in words. FSK_IO with errno, FSK_NOMEM;
 * FSK_STOPPED when a signal came. */
FSK_MUST_USE enum fsk_err store_waits_count(const char *folder, struct store *store,
                                            struct store_waits *waits,
                                            void (*wrong)(const char *words, void *context),
                                            void *context);

#endif
