/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/take.h: values that keys of several sections take in the same way (up/section.h): each
 * gives NULL, or why the value cannot be.
 */
#ifndef UP_TAKE_H
#define UP_TAKE_H

#include "net/socket.h"
#include "up/section.h"

/* Endpoints, each with the line that names it. */
struct up_places {
	struct net_endpoint *at;
	size_t *lines;
	size_t count;
};

/* Takes an absolute path, copied, into ${path}. */
const char *up_take_path(struct up_reading *reading, struct span value, const char **path);

/* Takes an endpoint, at ${port} if it says none, into ${places}, of which there may be
 * ${most}. */
const char *up_take_place(struct up_reading *reading, struct span value,
                          struct up_places *places, size_t most, uint16_t port);

#endif
