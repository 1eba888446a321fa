/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/gunzip.h: gzip (RFC 1952), member after member, through zlib. Most rotated
 * logs are of this kind. libarchive 3.6.2 reads gzip too, but it compares no CRC,
 * passes over what follows the last member, and drops up to 64 KiB of good text in
 * front of the place at which a file is cut.
 */
#ifndef LOGS_GUNZIP_H
#define LOGS_GUNZIP_H

#include "logs/feed.h"

struct gunzip;

/* Makes ${gunzip}, which reads ${feed} from where it stands; the feed stays the
 * caller's and must outlive it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err gunzip_new(struct feed *feed, struct gunzip **gunzip);

/* Reads up to ${room} bytes, at least 1, into ${to} and stores how many in ${got}, at
 * least 1. FSK_END behind the last member and the zeros that may pad it;
 * FSK_CORRUPT, once all that could be decompressed was given out, with ${why}
 * (static); FSK_IO with errno; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err gunzip_read(struct gunzip *gunzip, void *to, size_t room,
                                      size_t *got, const char **why);

/* Frees ${gunzip}; NULL is allowed. */
void gunzip_free(struct gunzip *gunzip);

#endif
