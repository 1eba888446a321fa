/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/whole.h: a file as one piece of memory, for those that must be seen whole:
 * lists, leases, states. Logs are not read so.
 */
#ifndef CMD_WHOLE_H
#define CMD_WHOLE_H

#include "cmd/command.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the largest file that is read. */
#define WHOLE_MAX ((size_t)1 << 30)

/* Reads ${path} into ${text}, which the caller frees, ${len} bytes. STATUS_SYSTEM,
 * and said. With ${may_lack} a file that does not exist gives STATUS_DONE and NULL. */
enum status whole_read(const char *path, bool may_lack, char **text, size_t *len);

#endif
