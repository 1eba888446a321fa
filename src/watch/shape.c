/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/shape.h"

#include "base/ascii.h"

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
