/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/shape.h"

#include "base/ascii.h"
#include "base/size.h"
#include "dga/catalog.h"

#include <stdlib.h>

/* Bits for each length that a name, or its label, can have. */
#define WORDS 4

/* A suffix of some generators. */
struct watch_shape {
	uint64_t label[WORDS]; /* bit n: some of their labels have n octets */
	uint8_t len;           /* of the suffix, with its dot; 0: a free place */
	char text[DGA_SUFFIX_MAX];
};

/* Whether the last octets of ${name} are ${suffix}. */
static bool
ends_in(const struct fsk_name *name, const struct dga_suffix *suffix)
{
	const char *end;

	if (suffix->len > name->len)
		return false;
	end = name->text + name->len - suffix->len;
	for (size_t i = 0; i < suffix->len; i++) {
		if (ascii_to_lower(suffix->text[i]) != end[i])
			return false;
	}
	return true;
}

bool
watch_shape_fits(const struct dga_variant *variant, const struct fsk_name *name)
{
	/* All suffixes are tried: one may end in another (.co.uk and .uk), and
	 * either may be the one that the variant took. */
	for (size_t i = 0; i < variant->suffix_count; i++) {
		const struct dga_suffix *suffix = &variant->suffixes[i];
		size_t label;

		if (!ends_in(name, suffix))
			continue;
		label = (size_t)name->len - suffix->len;
		if (label >= variant->label_min && label <= variant->label_max)
			return true;
	}
	return variant->suffix_count == 0 && name->len >= variant->label_min &&
	       name->len <= variant->label_max;
}

static bool
has_bit(const uint64_t word[WORDS], size_t bit)
{
	return bit < 64 * WORDS && (word[bit / 64] >> bit % 64 & 1) != 0;
}

static void
set_bits(uint64_t word[WORDS], size_t first, size_t last)
{
	for (size_t bit = first; bit <= last; bit++)
		word[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* The hash of a text that is read from its end, once ${c} is read: all its
 * endings have theirs on the way. */
static uint64_t
hash_on(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)c) * UINT64_C(0x9e3779b97f4a7c15);
}

/* The place of ${set} that has the suffix of ${len} octets at ${text}, whose hash
 * is ${hash}, or the free one where it belongs. */
static struct watch_shape *
place_of(const struct watch_shape_set *set, uint64_t hash, const char *text, size_t len)
{
	size_t at = (size_t)(hash >> 32) & set->mask;

	while (set->shape[at].len != 0 &&
	       (set->shape[at].len != len || memcmp(set->shape[at].text, text, len) != 0))
		at = (at + 1) & set->mask;
	return &set->shape[at];
}

/* Adds ${suffix} of ${variant} to ${set}, which has room for it. */
static void
add_suffix(struct watch_shape_set *set, const struct dga_variant *variant,
           const struct dga_suffix *suffix)
{
	struct watch_shape *shape;
	char text[DGA_SUFFIX_MAX];
	uint64_t hash = 0;

	for (size_t i = suffix->len; i-- > 0;) {
		text[i] = ascii_to_lower(suffix->text[i]);
		hash = hash_on(hash, text[i]);
	}
	shape = place_of(set, hash, text, suffix->len);
	memcpy(shape->text, text, suffix->len);
	shape->len = suffix->len;
	set_bits(shape->label, variant->label_min, variant->label_max);
	if (suffix->len > set->longest)
		set->longest = suffix->len;
}

enum fsk_err
watch_shape_set_init(struct watch_shape_set *set, const size_t *generators, size_t count)
{
	struct watch_shape_set made = {.mask = 0};
	size_t suffixes = 0;

	for (size_t i = 0; i < count; i++) {
		struct dga_generator generator = dga_generator_at(generators[i]);

		if (generator.family == NULL)
			return FSK_UNKNOWN;
		suffixes = size_add(suffixes, generator.variant->suffix_count);
	}
	/* One place stays free, so that a search ends. */
	while (made.mask < size_mul(suffixes, 2))
		made.mask = 2 * made.mask + 1;
	made.shape = calloc(made.mask + 1, sizeof(*made.shape));
	if (made.shape == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct dga_variant *variant = dga_generator_at(generators[i]).variant;

		for (size_t k = 0; k < variant->suffix_count; k++)
			add_suffix(&made, variant, &variant->suffixes[k]);
		if (variant->suffix_count == 0)
			set_bits(made.bare, variant->label_min, variant->label_max);
	}
	*set = made;
	return FSK_OK;
}

void
watch_shape_set_fini(struct watch_shape_set *set)
{
	if (set == NULL)
		return;
	free(set->shape);
	*set = (struct watch_shape_set){.shape = NULL};
}

bool
watch_shape_set_fits(const struct watch_shape_set *set, const struct fsk_name *name)
{
	size_t most = name->len < set->longest ? name->len : set->longest;
	const char *at = name->text + name->len;
	uint64_t hash = 0;

	for (size_t len = 1; len <= most; len++) {
		hash = hash_on(hash, *--at);
		/* A suffix begins with its dot. */
		if (*at == '.' &&
		    has_bit(place_of(set, hash, at, len)->label, (size_t)name->len - len))
			return true;
	}
	return has_bit(set->bare, name->len);
}

/* Eight octets at once: adding to the low seven bits of each carries into its
 * own bit 7 from 'A' on, and from behind 'Z' on; where the first holds and the
 * second does not, and bit 7 was clear, the octet is an upper-case letter. */
static uint64_t
lower_eight(uint64_t octets)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	uint64_t low = octets & each * 0x7f;
	uint64_t from_a = low + each * (0x80 - 'A');
	uint64_t behind_z = low + each * (0x7f - 'Z');
	uint64_t upper = (from_a ^ behind_z) & ~octets & each * 0x80;

	return octets | upper >> 2; /* 0x80 >> 2 is 'a' - 'A' */
}

void
watch_shape_lower(char *text, size_t count)
{
	size_t i = 0;

	for (; i + 8 <= count; i += 8) {
		uint64_t octets;

		memcpy(&octets, text + i, 8);
		octets = lower_eight(octets);
		memcpy(text + i, &octets, 8);
	}
	for (; i < count; i++)
		text[i] = ascii_to_lower(text[i]);
}

bool
watch_shape_equal(const struct fsk_name *made, const struct fsk_name *asked)
{
	if (made->len != asked->len)
		return false;
	for (size_t i = 0; i < asked->len; i++) {
		if (ascii_to_lower(made->text[i]) != asked->text[i])
			return false;
	}
	return true;
}
