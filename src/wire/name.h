/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/name.h: domain names in text form, as values: a struct fsk_name that
 * wire_name_read() wrote is in lower case, without a final dot. Any printable octet but the
 * blank may stand in a label, since bots make such names; there is no escape syntax.
 */
#ifndef WIRE_NAME_H
#define WIRE_NAME_H

#include <foresink/dga.h>

#include "base/fault.h"
#include "base/span.h"

/* Octets of the longest label (RFC 1035 section 2.3.4). */
#define WIRE_LABEL_MAX 63

/* Reads ${text}, in any case, with or without one final dot, into ${name}.
 * FSK_SYNTAX when it is no domain name: empty, an empty label, a label over 63
 * or a name over 253 octets, an octet that is not printable ASCII; ${fault}
 * (may be NULL) gives the octet, from 1, and the reason. The root is no name
 * here. */
FSK_MUST_USE enum fsk_err wire_name_read(struct span text, struct fsk_name *name,
                                         struct fault *fault);

/* How many labels ${name} has. */
unsigned wire_name_labels(const struct fsk_name *name);

/* Stores the parent of ${name}, which is ${name} without its first label, in
 * ${parent}; false when it has one label only. They may be the same object. */
bool wire_name_parent(const struct fsk_name *name, struct fsk_name *parent);

#endif
