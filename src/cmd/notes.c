/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/notes.h"

#include "cmd/say.h"

/* Says that ${family}, and ${others} more, were not yet met at the time. */
static void
say_unborn(const struct dga_family *family, size_t others)
{
	if (others == 0)
		say("note: no bot asked for these names then: %s was first seen %s",
		    family->name, family->first_seen);
	else
		say("note: of %s (first seen %s) and %zu other families no bot asked for "
		    "names "
		    "then: they came later",
		    family->name, family->first_seen, others);
}

/* Says that generator ${name}, and ${others} more, have no list at the time. */
static void
say_empty(const char *name, size_t others)
{
	if (others == 0)
		say("note: %s has no list at that time", name);
	else
		say("note: %s and %zu other generators have no list at that time", name,
		    others);
}

void
notes_unborn(const struct selection *selection, struct span_of_time span)
{
	const struct dga_family *last = NULL;
	const struct dga_family *unborn = NULL;
	size_t unborn_count = 0;
	size_t empty_count = 0;
	char empty[DGA_GENERATOR_NAME_SIZE] = "";

	for (size_t i = 0; i < selection->count; i++) {
		struct dga_generator g = dga_generator_at(selection->generators[i]);
		struct fsk_period period;

		if (dga_period_first(&g, span.from, span.to, &period) != FSK_OK) {
			dga_generator_name(&g, empty);
			empty_count++;
		} else if (g.family != last && span.to < dga_first_seen(g.family)) {
			unborn = g.family;
			unborn_count++;
			last = g.family;
		}
	}
	if (unborn_count > 0)
		say_unborn(unborn, unborn_count - 1);
	if (empty_count > 0)
		say_empty(empty, empty_count - 1);
}
