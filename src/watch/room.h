/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/room.h: memory for the large arrays of an index: zeroed, at the start
 * of a cache line, and in huge pages where the system has them, since the
 * arrays are read at random places and each page of 4 KiB would cost a walk
 * through the page tables. Freed with free().
 */
#ifndef WATCH_ROOM_H
#define WATCH_ROOM_H

#include <stddef.h>

/* Octets of a cache line: the unit in which the table is read. */
#define WATCH_LINE 64

/* Memory of ${bytes} zeroed bytes, or NULL. SIZE_MAX (base/size.h) is never
 * granted. */
void *watch_room_new(size_t bytes);

/* The same with any bytes in it, for what is written from its start to its end. */
void *watch_room_raw(size_t bytes);

#endif
