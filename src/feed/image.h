/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/image.h: the names of one zone. Counted: several versions of a zone may hold
 * one image. It is made in any thread, and shared in the loop's only.
 */
#ifndef FEED_IMAGE_H
#define FEED_IMAGE_H

#include "feed/feed.h"
#include "feed/parents.h"

struct feed_image {
	unsigned holders;
	struct fsk_name zone;  /* for which it was made */
	struct feed_list list; /* blocked and log-only names */
	struct feed_parents parents;
	size_t left_out; /* names for which the zone's name is too long */
};

/* Makes an image of ${list}, which it takes on success. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_image_of(const struct fsk_name *zone, struct feed_list *list,
                                        struct feed_image **image);

/* One holder more; feed_image_free() is one less. */
struct feed_image *feed_image_hold(struct feed_image *image);

/* The name of ${zone} as text. */
void feed_zone_text(const struct wire_zone *zone, struct fsk_name *name);

#endif
