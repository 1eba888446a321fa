/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/catalog.h: all publish formats, in the order of formats.def. Constant.
 */
#ifndef PUBLISH_CATALOG_H
#define PUBLISH_CATALOG_H

#include "publish/format.h"

/* How many there are, and number ${n} of them, from 0; NULL behind the last. */
size_t publish_format_count(void);
const struct publish_format *publish_format_at(size_t n);

/* The format called ${name}, or NULL. */
const struct publish_format *publish_format_find(struct span name);

#endif
