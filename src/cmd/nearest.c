/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/nearest.h"

#include "base/ascii.h"
#include "logs/catalog.h"

#include <stdio.h>
#include <string.h>

#define TYPED_MAX 64 /* letters that are compared */

/* The edit distance (Levenshtein 1966: insert, delete, replace) of ${a} and
 * ${b}, without regard to case; both at most TYPED_MAX long. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[TYPED_MAX + 1];
	size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			size_t above = row[j];
			size_t best = diagonal + (ascii_to_lower(a[i - 1]) != b[j - 1]);

			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = above;
			row[j] = best;
		}
	}
	return row[width];
}

bool
nearest_generator(const char *typed, char near[DGA_GENERATOR_NAME_SIZE])
{
	size_t best = strlen(typed) / 2 + 1;
	bool found = false;

	if (strlen(typed) > TYPED_MAX)
		return false;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator g = dga_generator_at(i);
		char name[DGA_GENERATOR_NAME_SIZE];
		size_t away;

		dga_generator_name(&g, name);
		if (strchr(typed, '/') == NULL)
			name[strcspn(name, "/")] = '\0';
		away = distance(typed, name);
		if (away < best) {
			best = away;
			found = true;
			memcpy(near, name, sizeof(name));
		}
	}
	return found;
}

/* Whether ${title} holds ${typed}, in any case. */
static bool
speaks_of(const char *title, const char *typed)
{
	for (; *title != '\0'; title++) {
		size_t i = 0;

		while (typed[i] != '\0' &&
		       ascii_to_lower(title[i]) == ascii_to_lower(typed[i]))
			i++;
		if (typed[i] == '\0')
			return true;
	}
	return false;
}

bool
nearest_formats(const char *typed, char near[NEAREST_FORMATS_SIZE])
{
	size_t best = strlen(typed) / 2 + 1;
	size_t used = 0;
	bool found = false;

	if (strlen(typed) < 2 || strlen(typed) > TYPED_MAX)
		return false;
	for (size_t i = 0; i < log_format_count(); i++) {
		const struct log_format *format = log_format_at(i);
		size_t more = strlen(format->name) + strlen(", ");

		if ((speaks_of(format->title, typed) || speaks_of(format->name, typed)) &&
		    used + more < NEAREST_FORMATS_SIZE)
			used += (size_t)snprintf(near + used, NEAREST_FORMATS_SIZE - used,
			                         "%s%s", used > 0 ? ", " : "",
			                         format->name);
	}
	for (size_t i = 0; i < log_format_count() && used == 0; i++) {
		const struct log_format *format = log_format_at(i);
		size_t away = distance(typed, format->name);

		if (away >= best)
			continue;
		best = away;
		found = true;
		snprintf(near, NEAREST_FORMATS_SIZE, "%s", format->name);
	}
	return used > 0 || found;
}
