/* SPDX-License-Identifier: BSD-2-Clause */
#include "drill/plan.h"

#include "dga/cursor.h"
#include "watch/recur.h"
#include "wire/name.h"

#include <stdlib.h>

/* Whether nothing speaks against blocking ${name}. */
static bool
is_free(const struct drill_plan_setting *setting, const struct dga_cursor *cursor,
        const struct fsk_name *name)
{
	const struct watch_claim claim = {
	        .name = {name->text, name->len},
	        .known_from = dga_known_from(cursor->generator.family),
	        .begins = watch_recur_begins(cursor->generator.number, cursor->period),
	};
	struct watch_ruling ruling;

	watch_rule(&setting->rules, &claim, &ruling);
	return ruling.state == WATCH_BLOCK && ruling.ground == WATCH_GROUND_NONE;
}

static bool
is_there(const struct drill_family *family, const struct fsk_name *name)
{
	for (size_t i = 0; i < family->count; i++)
		if (family->names[i].name.len == name->len &&
		    memcmp(family->names[i].name.text, name->text, name->len) == 0)
			return true;
	return false;
}

/* Adds the first name of the list of ${generator} for ${period}, behind ${skip} names,
 * that may be asked for and is another one; whether there was one. */
static bool
add_of(struct drill_family *family, const struct drill_plan_setting *setting,
       const struct dga_generator *generator, struct fsk_period period, uint32_t skip)
{
	struct dga_cursor cursor;
	struct fsk_name made;

	dga_cursor_begin(&cursor, generator, period);
	while (dga_cursor_next(&cursor, &made)) {
		struct drill_name *next = &family->names[family->count];
		struct fsk_name name;

		if (cursor.index <= skip ||
		    wire_name_read((struct span){made.text, made.len}, &name, NULL) !=
		            FSK_OK ||
		    is_there(family, &name))
			continue;
		if (!is_free(setting, &cursor, &name)) {
			family->ruled = true;
			continue;
		}
		next->name = name;
		next->match = (struct fsk_match){.period = period,
		                                 .generator = (uint32_t)generator->number,
		                                 .index = cursor.index};
		family->count++;
		return true;
	}
	return false;
}

/* Adds a name of ${generator}, if it has a list now. */
static void
add(struct drill_family *family, const struct drill_plan_setting *setting,
    const struct dga_generator *generator)
{
	const struct dga_variant *variant = generator->variant;
	bool again =
	        family->count > 0 && family->names[0].match.generator == generator->number;
	struct fsk_period period;

	if (variant->confidence < setting->least ||
	    !generator->family->period(variant, setting->now, &period))
		return;
	if (!add_of(family, setting, generator, period, again ? variant->count / 2 : 0) &&
	    again)
		(void)add_of(family, setting, generator, period, 0);
}

/* Chooses the names of ${family}, whose generators are ${count} at ${generators}. */
static void
choose(struct drill_family *family, const struct drill_plan_setting *setting,
       const size_t *generators, size_t count)
{
	for (size_t i = 0; i < count && family->count == 0; i++) {
		struct dga_generator generator = dga_generator_at(generators[i]);

		add(family, setting, &generator);
	}
	for (size_t i = count; i > 0 && family->count == 1; i--) {
		struct dga_generator generator = dga_generator_at(generators[i - 1]);

		add(family, setting, &generator);
	}
}

enum fsk_err
drill_plan_init(struct drill_plan *plan, const struct drill_plan_setting *setting)
{
	struct drill_plan made = {
	        .families = calloc(dga_family_count(), sizeof(*made.families))};

	if (made.families == NULL)
		return FSK_NOMEM;
	for (size_t from = 0, to; from < setting->generator_count; from = to) {
		const struct dga_family *family =
		        dga_generator_at(setting->generators[from]).family;

		for (to = from + 1; to < setting->generator_count; to++)
			if (dga_generator_at(setting->generators[to]).family != family)
				break;
		made.families[made.count].family = family;
		choose(&made.families[made.count++], setting, setting->generators + from,
		       to - from);
	}
	*plan = made;
	return FSK_OK;
}

void
drill_plan_fini(struct drill_plan *plan)
{
	if (plan == NULL)
		return;
	free(plan->families);
	*plan = (struct drill_plan){.count = 0};
}
