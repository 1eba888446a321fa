/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/waits.h"

#include "base/size.h"

#include <stdlib.h>

#define NOBODY UINT32_MAX

struct guard_waits {
	uint32_t count;
	uint32_t used; /* places that were ever taken */
	uint32_t free; /* the first of those that are free again */
	struct guard_wait *places;
};

/* What the relay carries. */
struct ticket {
	uint32_t place, turn;
};

enum fsk_err
guard_waits_new(uint32_t count, struct guard_waits **waits)
{
	struct guard_waits *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	/* Zeros of the system's, which are no memory until they are written to. */
	made->places = calloc(size_add(count, 1), sizeof(*made->places));
	if (made->places == NULL) {
		free(made);
		return FSK_NOMEM;
	}
	made->count = count;
	made->free = NOBODY;
	*waits = made;
	return FSK_OK;
}

void
guard_waits_free(struct guard_waits *waits)
{
	if (waits == NULL)
		return;
	free(waits->places);
	free(waits);
}

struct guard_wait *
guard_waits_take(struct guard_waits *waits, const struct guard_outcome *outcome)
{
	struct guard_wait *wait;

	if (waits->free != NOBODY) {
		wait = &waits->places[waits->free];
		waits->free = wait->next;
	} else if (waits->used < waits->count) {
		wait = &waits->places[waits->used];
		wait->place = waits->used++;
	} else {
		return NULL;
	}
	wait->taken = true;
	wait->back = outcome->back;
	wait->len = guard_gist(outcome, wait->gist);
	return wait;
}

void
guard_waits_give(struct guard_waits *waits, struct guard_wait *wait)
{
	wait->taken = false;
	wait->turn++;
	wait->next = waits->free;
	waits->free = wait->place;
}

struct guard_asker
guard_wait_asker(const struct guard_wait *wait)
{
	const struct ticket ticket = {wait->place, wait->turn};
	struct guard_asker asker = {{0}};

	memcpy(asker.octets, &ticket, sizeof(ticket));
	return asker;
}

struct guard_wait *
guard_waits_of(struct guard_waits *waits, const struct guard_asker *asker)
{
	struct ticket ticket;

	memcpy(&ticket, asker->octets, sizeof(ticket));
	if (ticket.place >= waits->used || !waits->places[ticket.place].taken ||
	    waits->places[ticket.place].turn != ticket.turn)
		return NULL;
	return &waits->places[ticket.place];
}
