/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/publish_formats.h: tells which formats there are to publish in.
 */
#ifndef CMD_PUBLISH_FORMATS_H
#define CMD_PUBLISH_FORMATS_H

#include "cmd/command.h"

#include <stdbool.h>

/* Lists them on stdout, in text or one JSON object each. */
enum status publish_formats_list(bool json);

#endif
