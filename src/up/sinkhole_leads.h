/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/sinkhole_leads.h: where names that are held lead: addresses that no bot out there can
 * reach, and those to which a worm never goes.
 */
#ifndef UP_SINKHOLE_LEADS_H
#define UP_SINKHOLE_LEADS_H

#include "up/config.h"
#include "up/trouble.h"

/* What ${address} is that nobody out there can reach it ("a private address"); NULL:
 * nothing of that kind. */
const char *up_sinkhole_leads_odd(const struct address *address);

/* Calls ${say} with words for people about each address of ${sinkhole} that is odd, lists
 * without a name, and names without an address when callers are waited for. */
void up_sinkhole_leads_warn(const struct up_sinkhole *sinkhole,
                            void (*say)(const char *words, size_t line, void *context),
                            void *context);

/* Sees that no set of ${config} has an address in the networks of ${text}, one a line, "#"
 * begins a comment, which its key avoid names. FSK_SYNTAX with ${trouble}: one has, or a
 * line is no network. */
FSK_MUST_USE enum fsk_err up_sinkhole_leads_check(const struct up_config *config,
                                                  struct span text,
                                                  struct up_trouble *trouble);

#endif
