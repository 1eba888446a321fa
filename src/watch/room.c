/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/room.h"

#include "base/size.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20) /* of x86-64; elsewhere it does no harm */

void *
watch_room_raw(size_t bytes)
{
	size_t align = bytes < HUGE_PAGE ? WATCH_LINE : HUGE_PAGE;
	size_t whole = size_add(bytes > 0 ? bytes : 1, align - 1);
	void *room;

	if (whole == SIZE_MAX)
		return NULL;
	/* aligned_alloc() wants whole multiples. What lies behind bytes is an
	 * address that nobody touches: no memory stands behind it, as long as
	 * only the huge pages are asked for that are full. */
	room = aligned_alloc(align, whole - whole % align);
	if (room == NULL)
		return NULL;
	if (align == HUGE_PAGE) /* advice: what the system answers changes nothing */
		(void)madvise(room, bytes - bytes % HUGE_PAGE, MADV_HUGEPAGE);
	return room;
}

void *
watch_room_new(size_t bytes)
{
	void *room = watch_room_raw(bytes);

	if (room != NULL)
		memset(room, 0, bytes);
	return room;
}
