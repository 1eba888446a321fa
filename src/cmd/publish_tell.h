/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/publish_tell.h: what `foresink publish' tells its user on stdout, as text or as
 * one JSON object.
 */
#ifndef CMD_PUBLISH_TELL_H
#define CMD_PUBLISH_TELL_H

#include "cmd/output.h"
#include "publish/publish.h"

/* Tells what came of publishing ${setting}. */
void publish_tell_report(struct output *output, const struct publish_setting *setting,
                         const struct publish_report *report, bool json);

/* Writes "2026-11-21 to 2026-11-29", or with seconds where days are not whole. */
void publish_tell_window(FILE *out, struct fsk_period window);

#endif
