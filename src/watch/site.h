/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/site.h: the name of a site as people and other programs write it into lists:
 * what an allow entry or a list of known names speaks of. Narrower than
 * wire/name.h, since bots make names that no site has.
 */
#ifndef WATCH_SITE_H
#define WATCH_SITE_H

#include <foresink/dga.h>

#include "base/fault.h"
#include "base/span.h"

/* Reads ${text}, in any case, with or without one final dot, into ${name}: letters,
 * digits, '-' and '_'; letters beyond ASCII, in UTF-8, are turned into their A-labels
 * (IDNA 2008, non-transitional, with the mapping of UTS 46, so that they may be upper
 * case too). FSK_SYNTAX with the octet, from 1, and the reason in ${fault}: what is no
 * name, what no site has in its name, an address, and a single label, below which
 * stands everything; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_site_read(struct span text, struct fsk_name *name,
                                          struct fault *fault);

#endif
