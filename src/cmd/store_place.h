/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_place.h: a store that a command opens, and what it says when that fails.
 */
#ifndef CMD_STORE_PLACE_H
#define CMD_STORE_PLACE_H

#include "cmd/command.h"
#include "store/store.h"

/* Takes ${word} for the folder of a store, unless there is one already: false. */
bool store_place_take(const char **folder, const char *word);

/* Whether a folder was named; else says so for the command ${argv0}, "foresink store info".
 */
enum status store_place_check(const char *argv0, const char *folder);

/* Opens the store of ${plan}; who writes into it holds its lock until the process ends.
 * STATUS_DATA for what is none, or another version's;
 * STATUS_RETRY while another process writes; STATUS_SYSTEM; said. */
enum status store_place_open(const struct store_plan *plan, struct store **store);

/* Says that ${err} came of the store ${folder}, and what the status is then; errno is that
 * of FSK_IO; ${fault} may be NULL. */
enum status store_place_refuse(const char *folder, enum fsk_err err,
                               const struct fault *fault);

#endif
