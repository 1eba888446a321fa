/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/foresee.h"

#include "watch/dots.h"
#include "wire/message.h"

#include <string.h>

void
guard_foresee(const struct guard_ground *ground, const uint8_t *octets, size_t len,
              struct watch_look *look)
{
	char name[WATCH_DOTS_MAX + 1];
	size_t at = WIRE_HEADER, end = 0;

	look->count = 0;
	/* Each label comes with the length of the one behind it, which becomes the dot. */
	while (at < len && octets[at] != 0) {
		size_t label = octets[at] + 1u;

		if (label > WIRE_LABEL_MAX + 1 || len - at <= label ||
		    sizeof(name) - end < label)
			return;
		memcpy(name + end, octets + at + 1, label);
		at += label;
		end += label;
		name[end - 1] = '.';
	}
	if (end > 0)
		guard_ground_fetch(ground, (struct span){name, end - 1}, look);
}
