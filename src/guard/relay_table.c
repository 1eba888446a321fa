/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay_table.h"

#include "base/size.h"
#include "wire/rewrite.h"

#include <stdlib.h>

_Static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "SipHash-2-4 gives 64 bits");

enum fsk_err
relay_table_init(struct relay_table *table, size_t most)
{
	size_t places = 64;

	*table = (struct relay_table){.most = most};
	while (places < most && places <= SIZE_MAX / 4)
		places *= 2;
	table->mask = places - 1;
	/* What no request ever fills is never touched, and takes no memory. */
	table->entries = malloc(size_mul(most, sizeof(struct relay_entry)));
	table->waiters = malloc(size_mul(most, sizeof(struct relay_waiter)));
	table->by_message = calloc(places, sizeof(struct relay_entry *));
	table->by_id = calloc(places, sizeof(struct relay_attempt *));
	randombytes_buf(table->key, sizeof(table->key));
	if (table->entries == NULL || table->waiters == NULL || table->by_message == NULL ||
	    table->by_id == NULL)
		return FSK_NOMEM;
	return FSK_OK;
}

static void
free_message(struct relay_table *table, struct relay_entry *entry)
{
	if (entry->octets == entry->small)
		return;
	table->long_octets -= entry->room;
	free(entry->octets);
}

void
relay_table_fini(struct relay_table *table)
{
	struct relay_entry *after;

	for (struct relay_entry *at = table->age.first; at != NULL; at = after) {
		after = at->links[RELAY_BY_AGE].after;
		free_message(table, at);
	}
	free(table->entries);
	free(table->waiters);
	free(table->by_message);
	free(table->by_id);
}

void
relay_list_add(struct relay_list *list, enum relay_order order, struct relay_entry *entry)
{
	entry->links[order].before = list->last;
	entry->links[order].after = NULL;
	*(list->last != NULL ? &list->last->links[order].after : &list->first) = entry;
	list->last = entry;
	list->count++;
}

void
relay_list_add_first(struct relay_list *list, enum relay_order order,
                     struct relay_entry *entry)
{
	entry->links[order].before = NULL;
	entry->links[order].after = list->first;
	*(list->first != NULL ? &list->first->links[order].before : &list->last) = entry;
	list->first = entry;
	list->count++;
}

void
relay_list_remove(struct relay_list *list, enum relay_order order,
                  struct relay_entry *entry)
{
	struct relay_entry *before = entry->links[order].before;
	struct relay_entry *after = entry->links[order].after;

	*(before != NULL ? &before->links[order].after : &list->first) = after;
	*(after != NULL ? &after->links[order].before : &list->last) = before;
	list->count--;
}

/* Gives ${entry} room for a message of ${room} octets. */
static bool
make_room(struct relay_table *table, struct relay_entry *entry, size_t room)
{
	uint8_t *made;

	if (room <= sizeof(entry->small))
		return true;
	if (room > RELAY_LONG - table->long_octets)
		return false;
	made = malloc(room);
	if (made == NULL)
		return false;
	entry->octets = made;
	entry->room = room;
	table->long_octets += room;
	return true;
}

static struct relay_waiter *
take_waiter(struct relay_table *table)
{
	struct relay_waiter *waiter = table->free_waiter;

	if (waiter != NULL)
		table->free_waiter = waiter->next;
	else if (table->waiter_count < table->most)
		waiter = &table->waiters[table->waiter_count++];
	return waiter;
}

struct relay_entry *
relay_table_take(struct relay_table *table, size_t room)
{
	struct relay_waiter *waiter = take_waiter(table);
	struct relay_entry *entry = table->free_entry;

	if (waiter == NULL)
		return NULL;
	/* There are as many entries as waiters, and each has one at least. */
	if (entry != NULL)
		table->free_entry = entry->next;
	else
		entry = &table->entries[table->entry_count++];
	memset(entry, 0, offsetof(struct relay_entry, head));
	waiter->next = NULL;
	waiter->drop_opt = waiter->drop_subnet = false;
	memset(waiter->upper, 0, sizeof(waiter->upper));
	entry->waiters = waiter;
	entry->octets = entry->small;
	entry->room = sizeof(entry->small);
	if (make_room(table, entry, room))
		return entry;
	relay_table_drop(table, entry);
	return NULL;
}

/* Whether two entries ask the same of the same upstreams: only then can both get one
 * answer. Ids, the case of the question's letters, cookies are not compared. */
static bool
is_same(const struct relay_entry *a, const struct relay_entry *b)
{
	size_t end = a->question_end;

	return a->hash == b->hash && a->len == b->len && end == b->question_end &&
	       a->stream == b->stream && a->head_len == b->head_len &&
	       (a->head_len == 0 || (address_equal(&a->client, &b->client) &&
	                             address_equal(&a->local, &b->local))) &&
	       memcmp(a->octets + 2, b->octets + 2, 10) == 0 &&
	       wire_question_alike(a->octets, b->octets, end) &&
	       memcmp(a->octets + end, b->octets + end, a->len - end) == 0;
}

struct relay_entry *
relay_table_join(struct relay_table *table, struct relay_entry *entry)
{
	struct relay_entry **place, *at;

	crypto_shorthash((unsigned char *)&entry->hash, entry->octets, entry->len,
	                 table->key);
	place = &table->by_message[entry->hash & table->mask];
	for (at = *place; at != NULL; at = at->next)
		if (is_same(entry, at))
			return at;
	entry->next = *place;
	*place = entry;
	entry->begun = true;
	relay_list_add(&table->age, RELAY_BY_AGE, entry);
	relay_list_add(&table->due, RELAY_BY_DUE, entry);
	return NULL;
}

/* Takes ${entry} out of the table and its lists. */
static void
forget(struct relay_table *table, struct relay_entry *entry)
{
	struct relay_entry **at = &table->by_message[entry->hash & table->mask];

	while (*at != entry)
		at = &(*at)->next;
	*at = entry->next;
	relay_list_remove(&table->age, RELAY_BY_AGE, entry);
	relay_list_remove(&table->due, RELAY_BY_DUE, entry);
	if (entry->queue != NULL)
		relay_list_remove(entry->queue, RELAY_QUEUED, entry);
}

void
relay_table_drop(struct relay_table *table, struct relay_entry *entry)
{
	struct relay_waiter *next;

	for (size_t i = 0; i < RELAY_ATTEMPTS; i++)
		relay_table_close(table, &entry->attempts[i]);
	if (entry->begun)
		forget(table, entry);
	for (struct relay_waiter *at = entry->waiters; at != NULL; at = next) {
		next = at->next;
		at->next = table->free_waiter;
		table->free_waiter = at;
	}
	free_message(table, entry);
	entry->next = table->free_entry;
	table->free_entry = entry;
}

static struct relay_attempt **
place_of(const struct relay_table *table, const struct relay_lane *lane, uint16_t id)
{
	/* Ids are random: what lanes add only keeps equal ones apart. */
	return &table->by_id[(id ^ lane->number * UINT32_C(0x9e3779b1)) & table->mask];
}

struct relay_attempt *
relay_table_find(const struct relay_table *table, const struct relay_lane *lane,
                 uint16_t id)
{
	struct relay_attempt *at = *place_of(table, lane, id);

	while (at != NULL && (at->lane != lane || at->id != id))
		at = at->next;
	return at;
}

struct relay_attempt *
relay_table_open(struct relay_table *table, struct relay_entry *entry,
                 struct relay_lane *lane, uint16_t id)
{
	struct relay_attempt **place = place_of(table, lane, id);
	struct relay_attempt *attempt;

	if (relay_table_find(table, lane, id) != NULL)
		return NULL;
	entry->latest = (entry->latest + 1) % RELAY_ATTEMPTS;
	attempt = &entry->attempts[entry->latest];
	relay_table_close(table, attempt);
	*attempt = (struct relay_attempt){.lane = lane,
	                                  .entry = entry,
	                                  .after = lane->first,
	                                  .next = *place,
	                                  .id = id};
	*place = attempt;
	if (lane->first != NULL)
		lane->first->before = attempt;
	lane->first = attempt;
	lane->waiting++;
	return attempt;
}

void
relay_table_close(struct relay_table *table, struct relay_attempt *attempt)
{
	struct relay_lane *lane = attempt->lane;
	struct relay_attempt **at;

	if (lane == NULL)
		return;
	at = place_of(table, lane, attempt->id);
	while (*at != attempt)
		at = &(*at)->next;
	*at = attempt->next;
	*(attempt->before != NULL ? &attempt->before->after : &lane->first) =
	        attempt->after;
	if (attempt->after != NULL)
		attempt->after->before = attempt->before;
	lane->waiting--;
	attempt->lane = NULL;
}
