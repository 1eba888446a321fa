/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Of which format a file is: the answer is of the catalog, is the same for the
 * same octets, and no answer leaves the dialect as it was.
 */
#include "fuzz.h"

#include "logs/catalog.h"

static bool
same(const struct log_dialect *a, const struct log_dialect *b)
{
	return a->order == b->order && a->separator == b->separator &&
	       memcmp(a->place, b->place, sizeof(a->place)) == 0 && a->width == b->width &&
	       a->variant == b->variant && a->why == b->why;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span head = {(const char *)data, len};

	for (int cut = 0; cut < 2; cut++) {
		const struct log_dialect none = {.why = NULL};
		struct log_dialect dialect = none, again = none;
		const struct log_format *format = log_detect(head, cut != 0, &dialect);

		FUZZ_CLAIM(log_detect(head, cut != 0, &again) == format);
		FUZZ_CLAIM(same(&again, &dialect));
		FUZZ_CLAIM(format != NULL || same(&none, &dialect));
		FUZZ_CLAIM(format == NULL ||
		           log_format_find(span_of(format->name)) == format);
	}
	return 0;
}
