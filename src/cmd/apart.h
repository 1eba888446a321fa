/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/apart.h: that a command writes over nothing that it reads, nor twice into one file,
 * whatever the paths to it are. A value that was forgotten behind an option makes the next
 * word the file to write.
 */
#ifndef CMD_APART_H
#define CMD_APART_H

#include "cmd/command.h"

#include <stddef.h>

/* Looks at the files that ${command} would write, and at those that it reads; NULL among
 * them is none. Devices and pipes are nobody's. STATUS_DONE, or STATUS_USAGE, and said. */
enum status apart_outputs(const char *command, const char *const *written, size_t count);
enum status apart_inputs(const char *command, const char *written, const char *const *read,
                         size_t count);

#endif
