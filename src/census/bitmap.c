/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/bitmap.h"

#include "base/size.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* Of the portable form: all numbers little-endian; a cookie and the count of containers;
 * of each its key (the high 16 bits) and its values less one; where each begins; then the
 * containers, values of 16 bits each or, of more than 4,096, a bitmap. */
#define COOKIE 12346
#define LISTED_MOST 4096
#define CONTAINER_MOST 65536
#define BITMAP_OCTETS ((size_t)8192)
#define HEAD(containers) (8 + 8 * (size_t)(containers))

/* A bitmap on its way into the portable form. */
struct form {
	uint8_t *octets; /* room for the longest head, then the containers */
	size_t at, first;
	uint32_t containers;
	uint32_t key;   /* of the container that is being filled */
	uint32_t count; /* values of it */
	uint16_t keys[CONTAINER_MOST], counts[CONTAINER_MOST]; /* less one */
	uint16_t low[CONTAINER_MOST];
};

void
census_bitmap_walk_init(struct census_bitmap_walk *walk, const roaring_bitmap_t *bitmap)
{
	walk->count = walk->at = 0;
	if (bitmap == NULL)
		return;
	roaring_init_iterator(bitmap, &walk->iterator);
	walk->count = roaring_read_uint32_iterator(&walk->iterator, walk->values,
	                                           CENSUS_BITMAP_WALK);
}

static void
put16(uint8_t *out, uint16_t value)
{
	value = htole16(value);
	memcpy(out, &value, sizeof(value));
}

static void
put32(uint8_t *out, uint32_t value)
{
	value = htole32(value);
	memcpy(out, &value, sizeof(value));
}

/* Writes the container that is full. */
static void
close_container(struct form *form)
{
	uint8_t *out = form->octets + form->at;

	if (form->count == 0)
		return;
	form->keys[form->containers] = (uint16_t)form->key;
	form->counts[form->containers++] = (uint16_t)(form->count - 1);
	if (form->count > LISTED_MOST) {
		memset(out, 0, BITMAP_OCTETS);
		for (uint32_t i = 0; i < form->count; i++)
			out[form->low[i] / 8] |= (uint8_t)(1u << form->low[i] % 8);
		form->at += BITMAP_OCTETS;
	} else {
		for (uint32_t i = 0; i < form->count; i++)
			put16(out + 2 * (size_t)i, form->low[i]);
		form->at += 2 * (size_t)form->count;
	}
	form->count = 0;
}

static inline void
put(struct form *form, uint32_t value)
{
	if (value >> 16 != form->key) {
		close_container(form);
		form->key = value >> 16;
	}
	form->low[form->count++] = (uint16_t)value;
}

/* Puts all of ${old} and ${more}, by value, each once. */
static void
put_all(struct form *form, const roaring_bitmap_t *old, const uint32_t *more, size_t count)
{
	struct census_bitmap_walk walk;
	uint32_t value = 0;
	bool there;

	census_bitmap_walk_init(&walk, old);
	there = census_bitmap_walk_next(&walk, &value);
	for (size_t i = 0; there || i < count;) {
		if (there && (i == count || value < more[i])) {
			put(form, value);
			there = census_bitmap_walk_next(&walk, &value);
		} else {
			if (!there || value != more[i])
				put(form, more[i]);
			/* The same again goes with it. */
			for (i++; i < count && more[i] == more[i - 1]; i++)
				;
		}
	}
	close_container(form);
}

/* Writes the head right in front of the containers; where it begins. */
static uint8_t *
put_head(struct form *form)
{
	uint8_t *head = form->octets + form->first - HEAD(form->containers);
	uint32_t where = (uint32_t)HEAD(form->containers);

	put32(head, COOKIE);
	put32(head + 4, form->containers);
	for (uint32_t i = 0; i < form->containers; i++) {
		uint32_t values = form->counts[i] + UINT32_C(1);
		uint8_t *pair = head + 8 + 4 * (size_t)i;

		put16(pair, form->keys[i]);
		put16(pair + 2, form->counts[i]);
		put32(pair + 4 * (size_t)form->containers, where);
		where += values > LISTED_MOST ? (uint32_t)BITMAP_OCTETS : 2 * values;
	}
	return head;
}

enum fsk_err
census_bitmap_join(const roaring_bitmap_t *old, const uint32_t *more, size_t count,
                   roaring_bitmap_t **joined)
{
	size_t containers = old == NULL ? 0 : (size_t)old->high_low_container.size;
	size_t values = old == NULL ? 0 : roaring_bitmap_get_cardinality(old);
	struct form *form = malloc(sizeof(*form));
	roaring_bitmap_t *made = NULL;

	if (form == NULL)
		return FSK_NOMEM;
	/* A container takes 2 octets a value at most: a bitmap has more than 4,096. */
	containers = size_add(containers, count);
	form->first = HEAD(containers > CONTAINER_MOST ? CONTAINER_MOST : containers);
	form->at = form->first;
	form->containers = form->key = form->count = 0;
	form->octets = malloc(size_add(form->first, size_mul(size_add(values, count), 2)));
	if (form->octets != NULL) {
		uint8_t *head;

		put_all(form, old, more, count);
		head = put_head(form);
		made = roaring_bitmap_portable_deserialize_safe(
		        (const char *)head, (size_t)(form->octets + form->at - head));
	}
	free(form->octets);
	free(form);
	if (made == NULL)
		return FSK_NOMEM;
	*joined = made;
	return FSK_OK;
}

/* Three rounds of 11, 11 and 10 bits, the lowest first, each of which keeps the order that
 * it finds. */
void
census_bitmap_sort(uint32_t *values, uint32_t *spare, size_t count)
{
	static const unsigned shifts[4] = {0, 11, 22, 32};
	uint32_t *from = values, *to = spare;

	for (unsigned round = 0; round < 3; round++) {
		size_t places[2048] = {0}, sum = 0;
		uint32_t mask = (UINT32_C(1) << (shifts[round + 1] - shifts[round])) - 1;
		uint32_t *swap = from;

		for (size_t i = 0; i < count; i++)
			places[from[i] >> shifts[round] & mask]++;
		for (size_t k = 0; k < 2048; k++) {
			size_t here = places[k];

			places[k] = sum;
			sum += here;
		}
		for (size_t i = 0; i < count; i++)
			to[places[from[i] >> shifts[round] & mask]++] = from[i];
		from = to;
		to = swap;
	}
	/* An odd number of rounds. */
	memcpy(values, spare, count * sizeof(*values));
}
