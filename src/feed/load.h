/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/load.h: a new image takes the place of what a zone serves: is it to be believed,
 * what is its serial, and what is kept of it on the disk?
 */
#ifndef FEED_LOAD_H
#define FEED_LOAD_H

#include "feed/desk.h"

/* As feed_swap(); ${changed} says whether the zone has a new serial. */
FSK_MUST_USE enum fsk_err feed_load(struct feed_desk *desk, struct feed_zone *zone,
                                    struct feed_image *image, int64_t now, bool *changed);

/* Gives a zone whose records have changed by its setting a new serial, at ${now};
 * ${changed} says whether it did. FSK_NOMEM: what is served stays; FSK_IO: told. */
FSK_MUST_USE enum fsk_err feed_load_again(struct feed_desk *desk, struct feed_zone *zone,
                                          int64_t now, bool *changed);

/* Keeps the version of ${zone} on the disk if that has failed before. False when it fails
 * again. */
bool feed_load_keep(struct feed_desk *desk, struct feed_zone *zone);

#endif
