/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/machine.h: the name that a host had last. One is kept, whatever a log
 * says how often.
 */
#ifndef VERDICT_MACHINE_H
#define VERDICT_MACHINE_H

#include "verdict/spot.h"

#define MACHINE_MAX 255 /* octets of a name that are kept */

struct machine {
	char *name; /* NULL: not known */
	struct spot named;
};

/* Takes the name that ${sighting} tells, if it does and ${machine}, which begins
 * as zeros, had none later; of two of one line the greater. FSK_NOMEM, and then
 * it is as it was. */
FSK_MUST_USE enum fsk_err machine_name(struct machine *machine,
                                       const struct sighting *sighting);

void machine_fini(struct machine *machine);

#endif
