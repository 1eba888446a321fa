/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/today.h"

#include "base/size.h"

#include <stdlib.h>

void
guard_today_fini(struct guard_today *today)
{
	free(today->clients);
	cells_fini(&today->cells);
	*today = (struct guard_today){.count = 0};
}

/* Whether there is room for one more. */
static bool
reserve(struct guard_today *today)
{
	if (today->count >= GUARD_TODAY_MOST)
		return false;
	if (today->count == today->room) {
		size_t room = today->room + today->room / 2 + 16;
		struct guard_today_client *clients =
		        realloc(today->clients, size_mul(room, sizeof(*clients)));

		if (clients == NULL)
			return false;
		today->clients = clients;
		today->room = room;
	}
	if (cells_fit(&today->cells, today->count + 1))
		return true;
	if (cells_grow(&today->cells, today->count + 1) != FSK_OK)
		return false;
	for (size_t i = 0; i < today->count; i++)
		cells_put(&today->cells, today->clients[i].client, (uint32_t)i);
	return true;
}

/* The entry of ${client}, or NULL. */
static struct guard_today_client *
find(const struct guard_today *today, uint64_t client)
{
	if (today->cells.count == 0)
		return NULL;
	for (uint64_t at = client;; at++) {
		uint32_t number = *cells_at(&today->cells, at);

		if (number == CELLS_FREE)
			return NULL;
		if (today->clients[number].client == client)
			return &today->clients[number];
	}
}

enum verdict_word
guard_today_note(struct guard_today *today, uint64_t client, enum verdict_word word)
{
	struct guard_today_client *known = find(today, client);

	if (known == NULL) {
		if (!reserve(today))
			return word;
		cells_put(&today->cells, client, (uint32_t)today->count);
		known = &today->clients[today->count++];
		*known = (struct guard_today_client){client, word};
		today->words[word]++;
	} else if (known->word < word) {
		today->words[known->word]--;
		today->words[word]++;
		known->word = word;
	}
	return known->word;
}

void
guard_today_turn(struct guard_today *today, struct guard_suspects *suspects)
{
	guard_suspects_clear(suspects);
	for (size_t i = 0; i < today->count; i++)
		guard_suspects_set(suspects, today->clients[i].client,
		                   today->clients[i].word);
	cells_empty(&today->cells);
	today->count = 0;
	for (size_t i = 0; i < 3; i++)
		today->words[i] = 0;
}
