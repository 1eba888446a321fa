/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/catalog.h"

#define FORMAT(name) extern const struct publish_format publish_format_##name;
#include "publish/formats.def"
#undef FORMAT

#define FORMAT(name) &publish_format_##name,
static const struct publish_format *const formats[] = {
#include "publish/formats.def"
};
#undef FORMAT

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

size_t
publish_format_count(void)
{
	return FORMATS;
}

const struct publish_format *
publish_format_at(size_t n)
{
	return n < FORMATS ? formats[n] : NULL;
}

const struct publish_format *
publish_format_find(struct span name)
{
	for (size_t i = 0; i < FORMATS; i++) {
		if (span_equal(span_of(formats[i]->name), name))
			return formats[i];
	}
	return NULL;
}
