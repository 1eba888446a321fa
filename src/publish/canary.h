/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/canary.h: names of our own that a list carries, by which anybody who may
 * ask a resolver learns which serial it has loaded. They are no bot's and are not
 * counted.
 */
#ifndef PUBLISH_CANARY_H
#define PUBLISH_CANARY_H

#include "publish/format.h"

/* Stores in ${name} the blocked name of ${list}, "s<serial>.<canary>"; and the name of
 * its TXT record, "serial.<canary>". False when the list has no canary, or one that is no
 * domain name of letters, digits, '-' and '_'. */
bool publish_canary_blocked(const struct publish_list *list, struct fsk_name *name);
bool publish_canary_text(const struct publish_list *list, struct fsk_name *name);

/* ${name} as a span, valid as long as it is. */
static inline struct span
publish_canary_span(const struct fsk_name *name)
{
	return (struct span){name->text, name->len};
}

#endif
