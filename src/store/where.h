/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/where.h: in which country and network an address is, of the user's own files: in
 * MaxMind's form (MaxMind DB File Format Specification 2.0, read by libmaxminddb), or the
 * lines that iptoasn.com gives away (store/where_ranges.h), also compressed. Which one it
 * is is told by what it holds. Such a file is a claim about a day: what it says is kept
 * with the sighting, so that a later file does not change what was counted.
 */
#ifndef STORE_WHERE_H
#define STORE_WHERE_H

#include "base/address.h"
#include "base/fault.h"

struct store_where {
	char country[3];  /* ISO 3166, upper case; "": not known */
	uint32_t network; /* number of the autonomous system; 0: not known */
};

struct store_where_files;

/* Opens the file that says which country an address is in, and the one that says which
 * network; either may be NULL, or both the same. They are read now, whole: what is written
 * there later is seen by who opens them again. A pipe is waited for. FSK_IO with errno,
 * FSK_CORRUPT for what is no such file, FSK_NOMEM; ${fault} (may be NULL) says why, and in
 * which line where it has lines. */
FSK_MUST_USE enum fsk_err store_where_open(const char *country, const char *network,
                                           struct store_where_files **files,
                                           struct fault *fault);

/* Where ${address} is, as far as it is known; ${files} may be NULL. From one thread. */
void store_where_find(struct store_where_files *files, const struct address *address,
                      struct store_where *where);

/* Closes; NULL is allowed. */
void store_where_close(struct store_where_files *files);

#endif
