/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/serial.h: the serial of what a role serves, as zones have theirs
 * (feed/serial.h): others for other lists, and never one that goes back, over a restart
 * by the file "ROLE.serial" of the state folder. Without one the count of the first is
 * the time, in hundredths of the day. Of the thread of the loop.
 */
#ifndef UP_SERIAL_H
#define UP_SERIAL_H

#include "up/log.h"

#include <foresink/err.h>

struct up_serial {
	const struct up_log *log;
	char *path;    /* of the file; NULL: none */
	uint32_t last; /* in force, or before the restart */
	bool has_last;
};

/* Reads what was kept in the folder ${state} (NULL: nothing is). A file that is broken is
 * logged, and counts as none. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_serial_init(struct up_serial *serial, const char *state,
                                         const char *role, const struct up_log *log);
void up_serial_fini(struct up_serial *serial);

/* The one of lists that are put in force at ${now}. */
uint32_t up_serial_next(const struct up_serial *serial, int64_t now);

/* ${taken} is in force: keeps it. That it cannot be is logged. */
void up_serial_take(struct up_serial *serial, uint32_t taken);

#endif
