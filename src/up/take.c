/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/take.h"

#include "up/config.h"
#include "up/value.h"

const char *
up_take_path(struct up_reading *reading, struct span value, const char **path)
{
	if (!up_value_path(value))
		return "an absolute path is wanted";
	*path = up_arena_text(&reading->config->arena, value);
	return *path != NULL ? NULL : up_nomem;
}

const char *
up_take_place(struct up_reading *reading, struct span value, struct up_places *places,
              size_t most, uint16_t port)
{
	struct up_arena *arena = &reading->config->arena;
	struct net_endpoint *at, *got;
	size_t *lines;

	if (places->count == most)
		return "too many of them";
	at = up_arena_grow(arena, places->at, places->count, sizeof(*at));
	lines = up_arena_grow(arena, places->lines, places->count, sizeof(*lines));
	if (at == NULL || lines == NULL)
		return up_nomem;
	places->at = at;
	places->lines = lines;
	got = &at[places->count];
	if (net_endpoint_read(value, port, got) != FSK_OK)
		return "not an ADDRESS:PORT, [IPv6]:PORT or address";
	for (size_t i = 0; i < places->count; i++) {
		if (at[i].port == got->port && got->port != 0 &&
		    address_equal(&at[i].address, &got->address))
			return "this endpoint stands there already";
	}
	lines[places->count++] = reading->line;
	return NULL;
}
