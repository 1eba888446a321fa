/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink families: which families are known, and what is known of them.
 */
#include "cmd/facts.h"
#include "cmd/nearest.h"
#include "cmd/options.h"
#include "cmd/say.h"

#include <inttypes.h>

enum { OPTION_JSON = OPTION_OWN, OPTION_MDOC };

static const struct argp_option rows[] = {
        {"json", OPTION_JSON, NULL, 0, "one JSON object a family", 0},
        {"mdoc", OPTION_MDOC, NULL, 0, "the sections of foresink-families(7)", 0},
        {0},
};

struct families {
	char **names;
	size_t name_count;
	bool json;
	bool mdoc;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct families *families = state->input;

	(void)arg;
	switch (key) {
	case OPTION_JSON:
		families->json = true;
		return 0;
	case OPTION_MDOC:
		families->mdoc = true;
		return 0;
	case ARGP_KEY_ARGS:
		families->names = state->argv + state->next;
		families->name_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
write_row(struct output *output, const struct dga_family *family)
{
	char period[FACTS_PERIOD_SIZE];

	facts_period(family, period);
	fprintf(output->file, "%-13s %8zu %7" PRIu32 "  %-14s %-10s  %-10s  %s\n",
	        family->name, family->variant_count, facts_names(family), period,
	        family->first_seen, family->last_seen != NULL ? family->last_seen : "still",
	        facts_life(family));
}

static void
write_family(struct output *output, const struct dga_family *family,
             const struct families *families)
{
	if (families->json)
		facts_write_json(output, family);
	else if (families->mdoc)
		facts_write_mdoc(output, family);
	else if (families->name_count > 0)
		facts_write_text(output, family);
	else
		write_row(output, family);
}

static void
write_all(struct output *output, const struct families *families)
{
	if (!families->json && !families->mdoc)
		fprintf(output->file, "%-13s %8s %7s  %-14s %-10s  %-10s  %s\n", "FAMILY",
		        "VARIANTS", "NAMES", "A LIST HOLDS", "FIRST SEEN", "LAST SEEN",
		        "LIFE");
	for (size_t i = 0; i < dga_family_count(); i++)
		write_family(output, dga_family_at(i), families);
}

/* Finds the family of ${name}, which may carry a variant, and says what is wrong
 * with it. */
static const struct dga_family *
find(const char *name)
{
	struct span whole = span_of(name);
	const struct dga_family *family = dga_family_find(whole);
	char near[DGA_GENERATOR_NAME_SIZE];
	struct dga_generator generator;

	if (family != NULL)
		return family;
	if (dga_generator_find(whole, &generator) == FSK_OK)
		return generator.family;
	if (nearest_generator(name, near))
		say("families: no family `%s'; the nearest is %s", name, near);
	else
		say("families: no family `%s'; `foresink families' lists them", name);
	return NULL;
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "[FAMILY...]",
	        .doc = "List the families that can be forecast, or tell all about some of "
	               "them.",
	};
	struct families families = {.json = false};
	struct output output;
	enum status status;

	status = options_parse(&argp, argc, argv, &families);
	if (status == STATUS_DONE && families.json && families.mdoc) {
		say("families: --json excludes --mdoc");
		status = STATUS_USAGE;
	}
	for (size_t i = 0; i < families.name_count && status == STATUS_DONE; i++) {
		if (find(families.names[i]) == NULL)
			status = STATUS_USAGE;
	}
	if (status == STATUS_DONE)
		status = output_open(&output, NULL);
	if (status != STATUS_DONE)
		return status;
	for (size_t i = 0; i < families.name_count; i++) {
		const struct dga_family *family = find(families.names[i]);

		if (i > 0 && !families.json && !families.mdoc)
			fputc('\n', output.file);
		if (family != NULL) /* always: each was found above */
			write_family(&output, family, &families);
	}
	if (families.name_count == 0)
		write_all(&output, &families);
	return output_close(&output, STATUS_DONE);
}

const struct command command_families = {
        .name = "families",
        .summary = "list the families that can be forecast, and what is known of them",
        .run = run,
};
