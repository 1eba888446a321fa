/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/content.h: a small file that is read whole, and whose octets are wiped when they are
 * given back, as they may be a secret.
 */
#ifndef UP_CONTENT_H
#define UP_CONTENT_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>

/* Zeroed: none. */
struct up_content {
	char *octets;
	size_t room, len;
	bool exposed; /* everybody can read the file */
};

/* Reads the file ${path} of at most ${most} octets; FSK_RANGE when it is longer, FSK_IO
 * with errno, FSK_NOMEM. Of a pipe comes what waits in it. */
FSK_MUST_USE enum fsk_err up_content_read(const char *path, size_t most,
                                          struct up_content *content);
void up_content_fini(struct up_content *content);

#endif
