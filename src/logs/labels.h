/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/labels.h: names as the DNS server of Windows writes them, label by label.
 */
#ifndef LOGS_LABELS_H
#define LOGS_LABELS_H

#include "logs/entry.h"

/* Reads "(3)www(7)example(3)com(0)" at the front of ${text} and stores in ${name}
 * "www.example.com", which is put in ${scratch}; of the root, ".". Without the (0) the
 * line was cut, and the name would be another: that is false, as is a name without room.
 * Where a label is not as long as it says, the name was changed since (made anonymous, or
 * put into another encoding), and the label ends at the next bracket. */
bool labels_read(struct span text, struct log_scratch *scratch, struct span *name);

#endif
