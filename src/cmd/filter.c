/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/filter.h"

#include "base/ascii.h"

/* Whether ${name}, in any case, ends in "." and the ${tld}. */
static bool
ends_in(struct span name, const struct fsk_name *tld)
{
	size_t len = tld->len;

	if (name.len <= len || name.text[name.len - len - 1] != '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (ascii_to_lower(name.text[name.len - len + i]) != tld->text[i])
			return false;
	}
	return true;
}

bool
filter_takes_all(struct filter *filter, uint64_t count)
{
	if (filter->tld != NULL || filter->unique || filter->limit - filter->taken < count)
		return false;
	filter->taken += count;
	return true;
}

bool
filter_takes(struct filter *filter, struct span name)
{
	bool wanted = !filter_full(filter);

	if (wanted && filter->tld != NULL)
		wanted = ends_in(name, filter->tld);
	if (wanted && filter->unique && seen_add(&filter->seen, name, &wanted) != FSK_OK) {
		filter->nomem = true;
		wanted = false;
	}
	filter->taken += wanted;
	return wanted;
}

bool
filter_full(const struct filter *filter)
{
	return filter->nomem || filter->taken >= filter->limit;
}
