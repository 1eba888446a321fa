/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_table.h: the requests that a relay has under way: who waits for them, by
 * which socket and id they were asked, which ones ask the same. Room for a fixed number is
 * taken once; only messages longer than RELAY_INLINE octets take memory of their own, which
 * has a bound too. All are found in constant time, also when clients choose what they ask:
 * the hash is keyed.
 */
#ifndef GUARD_RELAY_TABLE_H
#define GUARD_RELAY_TABLE_H

#include "guard/relay.h"
#include "wire/proxy.h"

#include <sodium.h>

/* Octets of a message that need no memory of their own: nearly every request is shorter
 * than a hundred. */
#define RELAY_INLINE 512

/* Octets of all longer messages together. */
#define RELAY_LONG (8u << 20)

/* Times that one request is under way at once: the answer to an earlier one is still
 * taken when it comes late. Each is one more number to hit for who guesses, so they are
 * few; and those that are not slow have one. */
#define RELAY_ATTEMPTS 4

struct relay_upstream;
struct relay_entry;

/* A socket to an upstream. */
struct relay_lane {
	struct relay_upstream *upstream;
	struct relay_attempt *first; /* that are under way on it */
	uint32_t number;             /* spreads the ids of lanes in the table */
	uint32_t waiting;            /* how many */
};

/* A request as it was sent once. */
struct relay_attempt {
	struct relay_lane *lane; /* NULL: it is not under way */
	struct relay_entry *entry;
	struct relay_attempt *before, *after; /* of the lane */
	struct relay_attempt *next;           /* of the same place in the table */
	int64_t sent_us;
	uint16_t id;
	bool plain; /* sent in the client's case */
};

/* One that waits for an answer. */
struct relay_waiter {
	struct relay_waiter *next;
	struct guard_asker asker;
	uint8_t upper[32]; /* which octets of the question's name are capitals, a bit each
	                    */
	uint16_t id;
	bool is_signed;   /* perhaps: its answer is not changed */
	bool drop_opt;    /* the client sent no OPT record */
	bool drop_subnet; /* it sent one without a client subnet */
};

/* The lists that an entry is in. */
enum relay_order {
	RELAY_BY_AGE, /* all, by when they came */
	RELAY_BY_DUE, /* all, by when they are asked again */
	RELAY_QUEUED, /* those that leave at the next flush, one list an upstream */
	RELAY_ORDERS
};

struct relay_list {
	struct relay_entry *first, *last;
	size_t count;
};

struct relay_entry {
	struct {
		struct relay_entry *before, *after;
	} links[RELAY_ORDERS];
	struct relay_list *queue; /* in which it is queued; NULL: it is not */
	struct relay_entry *next; /* of the same place in the table, or that is free */
	struct relay_waiter *waiters;
	int64_t over_ms, due_ms;
	uint64_t hash;  /* of the message with id 0 and small letters */
	uint64_t cases; /* 0x20 */
	uint8_t *octets;
	size_t len, room, question_end;
	struct address client, local; /* with a header only */
	unsigned tried;               /* upstreams of this round, a bit each */
	unsigned latest;              /* of attempts */
	uint8_t head_len;
	bool stream;
	bool begun;    /* it is in the table, and in the lists */
	bool plain;    /* not with 0x20 */
	bool redialed; /* its connection was closed once */
	bool hopeless; /* whoever could be asked has refused: given up when it is due */
	struct relay_attempt attempts[RELAY_ATTEMPTS];
	uint8_t head[WIRE_PROXY_SIZE]; /* PROXY v2, in front of the message */
	uint8_t small[RELAY_INLINE];
};

struct relay_table {
	size_t most;
	struct relay_entry *entries, *free_entry;
	struct relay_waiter *waiters, *free_waiter;
	size_t entry_count, waiter_count; /* that were ever taken: the rest is untouched */
	size_t long_octets;
	size_t mask; /* of places: a power of two less one */
	struct relay_entry **by_message;
	struct relay_attempt **by_id;
	struct relay_list age, due;
	uint8_t key[crypto_shorthash_KEYBYTES];
};

/* Room for ${most} that wait. FSK_NOMEM: ${table} can be ended all the same. */
FSK_MUST_USE enum fsk_err relay_table_init(struct relay_table *table, size_t most);
void relay_table_fini(struct relay_table *table);

/* Takes an entry with one waiter, both blank, for a message of ${room} octets. NULL: there
 * is no place. */
struct relay_entry *relay_table_take(struct relay_table *table, size_t room);

/* Whether there is no place for one more that waits. */
static inline bool
relay_table_is_full(const struct relay_table *table)
{
	return table->free_waiter == NULL && table->waiter_count == table->most;
}

/* Finds the entry that asks the same as ${entry}, whose message has id 0 and small letters;
 * NULL: there is none, and then ${entry} is in the table. */
struct relay_entry *relay_table_join(struct relay_table *table, struct relay_entry *entry);

/* Gives ${entry} back, its waiters, and all its attempts. */
void relay_table_drop(struct relay_table *table, struct relay_entry *entry);

/* Says that ${entry} is under way on ${lane} with ${id}, in the place of its oldest attempt
 * if it has too many. NULL: another has that id there. */
struct relay_attempt *relay_table_open(struct relay_table *table, struct relay_entry *entry,
                                       struct relay_lane *lane, uint16_t id);
void relay_table_close(struct relay_table *table, struct relay_attempt *attempt);
struct relay_attempt *relay_table_find(const struct relay_table *table,
                                       const struct relay_lane *lane, uint16_t id);

void relay_list_add(struct relay_list *list, enum relay_order order,
                    struct relay_entry *entry);
void relay_list_add_first(struct relay_list *list, enum relay_order order,
                          struct relay_entry *entry);
void relay_list_remove(struct relay_list *list, enum relay_order order,
                       struct relay_entry *entry);

#endif
