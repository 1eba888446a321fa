/* SPDX-License-Identifier: BSD-2-Clause
 *
 * IPv4 addresses are in two places: those that came last in a hash table, all others in a
 * bitmap, which is made anew with all of the table when that is full. As the table grows
 * with the bitmap, each address is moved some ten times in all. An address may be in both.
 */
#include "census/set.h"

#include "base/size.h"
#include "census/bitmap.h"
#include "census/others.h"

#include <endian.h>
#include <stdlib.h>
#include <xxhash.h>

/* Slots of the table: at first, and before the bitmap decides. */
#define ROOM_FIRST 16
#define ROOM_MOST ((size_t)1 << 16)

/* The table grows until it has so small a part of the bitmap. */
#define TABLE_PART 8

struct census_set {
	roaring_bitmap_t *bitmap; /* NULL: empty */
	uint64_t in_bitmap;
	uint32_t *table; /* 0: free slot */
	size_t room;     /* a power of two, or 0 */
	size_t in_table;
	uint64_t seed; /* of the hash: whoever can choose addresses must not know it */
	struct census_others others;
};

enum fsk_err
census_set_new(struct census_set **set)
{
	struct census_set *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	/* Where it lies was chosen by chance when the program began. */
	made->seed = (uint64_t)(uintptr_t)made * UINT64_C(0x9e3779b97f4a7c15);
	made->others.seed = made->seed;
	*set = made;
	return FSK_OK;
}

void
census_set_free(struct census_set *set)
{
	if (set == NULL)
		return;
	if (set->bitmap != NULL)
		roaring_bitmap_free(set->bitmap);
	free(set->table);
	census_others_fini(&set->others);
	free(set);
}

struct address
census_set_host(const struct sighting_client *client)
{
	struct address host = client->address;

	if (!address_is_v4(&host) && !census_others_is_single(&host))
		memset(host.octets + 8, 0, 8);
	return host;
}

static uint32_t
number(const struct address *v4)
{
	uint32_t value;

	memcpy(&value, v4->octets + 12, sizeof(value));
	return be32toh(value);
}

static struct sighting_client
client_of(uint32_t value)
{
	uint8_t octets[4];

	value = htobe32(value);
	memcpy(octets, &value, sizeof(octets));
	return (struct sighting_client){.address = address_of_v4(octets), .prefix = 32};
}

/* The slot that has ${value}, or the free one where it belongs. */
static size_t
find(const struct census_set *set, uint32_t value)
{
	uint64_t hash = (value ^ set->seed) * UINT64_C(0xbf58476d1ce4e5b9);

	hash = (hash ^ hash >> 29) * UINT64_C(0x94d049bb133111eb);
	hash ^= hash >> 32;
	for (size_t at = (size_t)hash & (set->room - 1);; at = (at + 1) & (set->room - 1)) {
		if (set->table[at] == 0 || set->table[at] == value)
			return at;
	}
}

static bool
in_table(const struct census_set *set, uint32_t value)
{
	return value != 0 && set->room > 0 && set->table[find(set, value)] == value;
}

static bool
in_bitmap(const struct census_set *set, uint32_t value)
{
	return set->bitmap != NULL && roaring_bitmap_contains(set->bitmap, value);
}

static bool
has_v4(const struct census_set *set, uint32_t value)
{
	return in_table(set, value) || in_bitmap(set, value);
}

/* Makes the table larger. */
static enum fsk_err
resize(struct census_set *set, size_t room)
{
	uint32_t *old = set->table, *table = calloc(room, sizeof(*table));
	size_t had = set->room;

	if (table == NULL)
		return FSK_NOMEM;
	set->table = table;
	set->room = room;
	for (size_t i = 0; i < had; i++) {
		if (old[i] != 0)
			table[find(set, old[i])] = old[i];
	}
	free(old);
	return FSK_OK;
}

static enum fsk_err
join(struct census_set *set, const uint32_t *values, size_t count)
{
	roaring_bitmap_t *joined;
	enum fsk_err err = census_bitmap_join(set->bitmap, values, count, &joined);

	if (err != FSK_OK)
		return err;
	if (set->bitmap != NULL)
		roaring_bitmap_free(set->bitmap);
	set->bitmap = joined;
	set->in_bitmap = roaring_bitmap_get_cardinality(joined);
	return FSK_OK;
}

/* All of the table, in its order, for the caller to free. */
static enum fsk_err
list_table(const struct census_set *set, uint32_t **values)
{
	/* One more, so that nothing of no octets is asked for. */
	size_t count = set->in_table + 1, at = 0;
	uint32_t *made = calloc(size_mul(count, 2), sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < set->room; i++) {
		if (set->table[i] != 0)
			made[at++] = set->table[i];
	}
	census_bitmap_sort(made, made + count, at);
	*values = made;
	return FSK_OK;
}

/* Moves the table into the bitmap. */
static enum fsk_err
move_table(struct census_set *set)
{
	uint32_t *values;
	enum fsk_err err = list_table(set, &values);

	if (err != FSK_OK)
		return err;
	err = join(set, values, set->in_table);
	free(values);
	if (err == FSK_OK && set->in_table > 0) {
		memset(set->table, 0, set->room * sizeof(*set->table));
		set->in_table = 0;
	}
	return err;
}

/* Makes room in the table for one more. */
static enum fsk_err
make_room(struct census_set *set)
{
	if (set->in_table < set->room / 4 * 3)
		return FSK_OK;
	if (set->room < ROOM_MOST || set->room < set->in_bitmap / TABLE_PART)
		return resize(set, set->room == 0 ? ROOM_FIRST : set->room * 2);
	return move_table(set);
}

static enum fsk_err
add_v4(struct census_set *set, uint32_t value)
{
	enum fsk_err err;
	size_t at;

	/* 0.0.0.0 would be a free slot. */
	if (value == 0)
		return in_bitmap(set, 0) ? FSK_OK : join(set, &value, 1);
	err = make_room(set);
	if (err != FSK_OK)
		return err;
	at = find(set, value);
	set->in_table += set->table[at] == 0;
	set->table[at] = value;
	return FSK_OK;
}

enum fsk_err
census_set_add(struct census_set *set, const struct sighting_client *client)
{
	struct address host = census_set_host(client);

	return address_is_v4(&host) ? add_v4(set, number(&host))
	                            : census_others_add(&set->others, &host);
}

enum fsk_err
census_set_add_v4(struct census_set *set, const uint32_t *values, size_t count)
{
	enum fsk_err err = FSK_OK;

	/* Few: not worth a new bitmap. */
	if (count >= ROOM_MOST / 2)
		return join(set, values, count);
	for (size_t i = 0; err == FSK_OK && i < count; i++)
		err = add_v4(set, values[i]);
	return err;
}

enum fsk_err
census_set_merge(struct census_set *set, const struct census_set *other)
{
	enum fsk_err err = FSK_OK;
	struct address host;

	if (set == other)
		return FSK_OK;
	if (other->in_bitmap > 0) {
		uint32_t *values = calloc(other->in_bitmap, sizeof(*values));

		if (values == NULL)
			return FSK_NOMEM;
		roaring_bitmap_to_uint32_array(other->bitmap, values);
		err = census_set_add_v4(set, values, other->in_bitmap);
		free(values);
	}
	for (size_t i = 0; err == FSK_OK && i < other->room; i++)
		if (other->table[i] != 0)
			err = add_v4(set, other->table[i]);
	for (size_t i = 0; err == FSK_OK && i < other->others.room; i++)
		if (census_others_at(&other->others, i, &host))
			err = census_others_add(&set->others, &host);
	return err;
}

bool
census_set_has(const struct census_set *set, const struct sighting_client *client)
{
	struct address host = census_set_host(client);

	return address_is_v4(&host) ? has_v4(set, number(&host))
	                            : census_others_has(&set->others, &host);
}

uint64_t
census_set_count(const struct census_set *set)
{
	uint64_t count = set->in_bitmap + set->others.count;

	for (size_t i = 0; i < set->room; i++)
		count += set->table[i] != 0 && !in_bitmap(set, set->table[i]);
	return count;
}

uint64_t
census_set_count_v6(const struct census_set *set)
{
	return set->others.networks;
}

/* What is done with each host that two sets have in common. */
struct common {
	uint64_t *counts; /* of each group */
	unsigned groups;
};

/* Part of a host among ${groups}: of the same host the same in every set. */
static void
count_in_group(struct common *common, const void *host, size_t len)
{
	uint64_t hash = XXH3_64bits(host, len) >> 32;

	common->counts[hash * common->groups >> 32]++;
}

static void
count_v4(struct common *common, uint32_t value)
{
	count_in_group(common, &value, sizeof(value));
}

static void
count_bitmaps(struct common *common, const roaring_bitmap_t *a, const roaring_bitmap_t *b)
{
	struct census_bitmap_walk left, right;
	uint32_t x = 0, y = 0;
	bool there;

	census_bitmap_walk_init(&left, a);
	census_bitmap_walk_init(&right, b);
	there = census_bitmap_walk_next(&left, &x) && census_bitmap_walk_next(&right, &y);
	while (there) {
		if (x == y) {
			count_v4(common, x);
			there = census_bitmap_walk_next(&left, &x) &&
			        census_bitmap_walk_next(&right, &y);
		} else if (x < y) {
			there = census_bitmap_walk_next(&left, &x);
		} else {
			there = census_bitmap_walk_next(&right, &y);
		}
	}
}

/* Counts what is in the tables and not, in both, in the bitmaps: what ${a} has in its table
 * only, and ${b} anywhere; and what ${b} has in its table only, and ${a} in its bitmap. */
static void
count_tables(struct common *common, const struct census_set *a, const struct census_set *b)
{
	for (size_t i = 0; i < a->room; i++) {
		uint32_t value = a->table[i];

		if (value != 0 && has_v4(b, value) && !in_bitmap(a, value))
			count_v4(common, value);
	}
	for (size_t i = 0; i < b->room; i++) {
		uint32_t value = b->table[i];

		if (value != 0 && in_bitmap(a, value) && !in_bitmap(b, value))
			count_v4(common, value);
	}
}

static void
count_others(struct common *common, const struct census_others *a,
             const struct census_others *b)
{
	const struct census_others *few = a->count < b->count ? a : b;
	const struct census_others *many = few == a ? b : a;
	struct address host;

	for (size_t i = 0; i < few->room; i++) {
		if (census_others_at(few, i, &host) && census_others_has(many, &host))
			count_in_group(common, &host, sizeof(host));
	}
}

void
census_set_common_by_group(const struct census_set *a, const struct census_set *b,
                           unsigned groups, uint64_t *counts)
{
	struct common common = {counts, groups};

	count_bitmaps(&common, a->bitmap, b->bitmap);
	count_tables(&common, a, b);
	count_others(&common, &a->others, &b->others);
}

uint64_t
census_set_common(const struct census_set *a, const struct census_set *b)
{
	uint64_t count = 0;
	struct common common = {&count, 1};

	if (a->bitmap != NULL && b->bitmap != NULL)
		count = roaring_bitmap_and_cardinality(a->bitmap, b->bitmap);
	count_tables(&common, a, b);
	count_others(&common, &a->others, &b->others);
	return count;
}

typedef enum fsk_err tell_host(const struct sighting_client *, void *);

/* The bitmap and the table, as one. */
static enum fsk_err
each_v4(const struct census_set *set, tell_host *tell, void *context)
{
	struct census_bitmap_walk walk;
	uint32_t *values, value = 0;
	enum fsk_err err = list_table(set, &values);
	bool there;

	if (err != FSK_OK)
		return err;
	census_bitmap_walk_init(&walk, set->bitmap);
	there = census_bitmap_walk_next(&walk, &value);
	for (size_t i = 0; err == FSK_OK && (there || i < set->in_table);) {
		bool in_order = there && (i == set->in_table || value <= values[i]);
		struct sighting_client client = client_of(in_order ? value : values[i]);

		i += i < set->in_table && (!in_order || value == values[i]);
		if (in_order)
			there = census_bitmap_walk_next(&walk, &value);
		err = tell(&client, context);
	}
	free(values);
	return err;
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct address));
}

static enum fsk_err
each_other(const struct census_others *others, tell_host *tell, void *context)
{
	struct address *hosts;
	enum fsk_err err = FSK_OK;
	size_t count = 0;

	if (others->count == 0)
		return FSK_OK;
	hosts = calloc(others->count, sizeof(*hosts));
	if (hosts == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < others->room; i++)
		count += census_others_at(others, i, &hosts[count]);
	qsort(hosts, count, sizeof(*hosts), compare);
	for (size_t i = 0; err == FSK_OK && i < count; i++) {
		struct sighting_client client = {.address = hosts[i], .prefix = 64};

		if (census_others_is_single(&hosts[i]))
			client.prefix = 128;
		err = tell(&client, context);
	}
	free(hosts);
	return err;
}

enum fsk_err
census_set_each(const struct census_set *set,
                enum fsk_err (*tell)(const struct sighting_client *, void *), void *context)
{
	enum fsk_err err = each_v4(set, tell, context);

	return err == FSK_OK ? each_other(&set->others, tell, context) : err;
}

size_t
census_set_bytes(const struct census_set *set)
{
	size_t bytes = sizeof(*set) + set->room * sizeof(*set->table) +
	               set->others.room * sizeof(*set->others.slots);

	/* What CRoaring keeps is nearly what it writes: a pointer a container more. */
	if (set->bitmap != NULL)
		bytes += roaring_bitmap_portable_size_in_bytes(set->bitmap) +
		         16 * (size_t)set->bitmap->high_low_container.size;
	return bytes;
}
