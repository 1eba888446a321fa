/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/makers.h"

#include <stdlib.h>

/* The first URL in the sources of ${family}; a list of columns has no room for one
 * with a comma. */
static struct span
reference_of(const struct dga_family *family)
{
	for (size_t i = 0; family->sources[i] != NULL; i++) {
		const char *url = strstr(family->sources[i], "https://");

		if (url != NULL)
			return (struct span){url, strcspn(url, " ,;()\"\t\n")};
	}
	return (struct span){"", 0};
}

enum fsk_err
publish_makers_new(struct publish_maker **makers)
{
	size_t count = dga_generator_count();
	struct publish_maker *made = calloc(count, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++) {
		struct dga_generator generator = dga_generator_at(i);

		made[i].family = span_of(generator.family->name);
		made[i].variant = span_of(generator.variant->name);
		made[i].reference = reference_of(generator.family);
	}
	*makers = made;
	return FSK_OK;
}
