/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/publish_facts.h: what is known of a publish format, for people and for the
 * manual page, from its descriptor.
 */
#ifndef CMD_PUBLISH_FACTS_H
#define CMD_PUBLISH_FACTS_H

#include "cmd/command.h"

#include <stdbool.h>

/* Tells on stdout all that is known of the formats that are ${wanted}, an array in the
 * order of the catalog. */
enum status publish_facts_tell(const bool *wanted);

/* Writes the sections of foresink-publish-formats(7), of all formats, on stdout. */
enum status publish_facts_page(void);

#endif
