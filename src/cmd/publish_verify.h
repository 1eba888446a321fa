/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/publish_verify.h: verifies what is published in a folder, and tells what that is.
 */
#ifndef CMD_PUBLISH_VERIFY_H
#define CMD_PUBLISH_VERIFY_H

#include "cmd/publish_ask.h"

/* Verifies the folder that ${ask} names. STATUS_DATA when it is not what it should be. */
enum status publish_verify_run(const struct publish_ask *ask);

#endif
