/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink selftest: the proof that the generators make what was published.
 */
#include "dga/selftest.h"

#include "cmd/nearest.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/say.h"

#include <inttypes.h>

enum { OPTION_JSON = OPTION_OWN, OPTION_VERBOSE = 'v' };

static const struct argp_option rows[] = {
        {"verbose", OPTION_VERBOSE, NULL, 0, "tell what passed, too", 0},
        {"json", OPTION_JSON, NULL, 0, "one JSON object a check", 0},
        {0},
};

struct selftest {
	char **families;
	size_t family_count;
	bool json;
	bool verbose;
	struct output output;
	uint64_t passed;
	uint64_t failed;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct selftest *selftest = state->input;

	(void)arg;
	switch (key) {
	case OPTION_JSON:
		selftest->json = true;
		return 0;
	case OPTION_VERBOSE:
		selftest->verbose = true;
		return 0;
	case ARGP_KEY_ARGS:
		selftest->families = state->argv + state->next;
		selftest->family_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *
variant_of(const struct dga_check *check)
{
	return check->variant != NULL ? check->variant->name : check->vector->variant;
}

static void
write_text(struct selftest *selftest, const struct dga_check *check)
{
	FILE *out = selftest->output.file;

	if (check->passed && !selftest->verbose)
		return;
	fprintf(out, "%s %s/%s ", check->passed ? "pass" : "FAIL", check->family->name,
	        variant_of(check));
	if (check->vector != NULL)
		fprintf(out, "%s #%" PRIu32, check->vector->date, check->vector->index);
	else
		fprintf(out, "%s list", check->variant->proof_date);
	if (check->passed)
		fprintf(out, " %s\n", check->got);
	else
		fprintf(out, "\n     want %s\n     got  %s\n", check->want, check->got);
}

static void
write_json(struct selftest *selftest, const struct dga_check *check)
{
	FILE *out = selftest->output.file;

	fprintf(out, "{\"family\":\"%s\",\"variant\":\"%s\",", check->family->name,
	        variant_of(check));
	if (check->vector != NULL)
		fprintf(out, "\"check\":\"name\",\"date\":\"%s\",\"index\":%" PRIu32 ",",
		        check->vector->date, check->vector->index);
	else
		fprintf(out, "\"check\":\"list\",\"date\":\"%s\",\"index\":null,",
		        check->variant->proof_date);
	fputs("\"want\":", out);
	output_json(&selftest->output, check->want, strlen(check->want));
	fputs(",\"got\":", out);
	output_json(&selftest->output, check->got, strlen(check->got));
	fprintf(out, ",\"passed\":%s}\n", check->passed ? "true" : "false");
}

static void
report(const struct dga_check *check, void *context)
{
	struct selftest *selftest = context;

	if (check->passed)
		selftest->passed++;
	else
		selftest->failed++;
	if (selftest->json)
		write_json(selftest, check);
	else
		write_text(selftest, check);
}

/* The family in "FAMILY" or "FAMILY/VARIANT": all its variants are proven. */
static struct span
family_of(const char *name)
{
	return (struct span){name, strcspn(name, "/")};
}

/* Whether ${family} is among those that were asked for; all, if none was. */
static bool
asked_for(const struct selftest *selftest, const struct dga_family *family)
{
	for (size_t i = 0; i < selftest->family_count; i++) {
		if (span_equal(family_of(selftest->families[i]), span_of(family->name)))
			return true;
	}
	return selftest->family_count == 0;
}

static enum status
run_checks(struct selftest *selftest)
{
	for (size_t i = 0; i < dga_family_count() && !say_stopped(); i++) {
		const struct dga_family *family = dga_family_at(i);
		enum fsk_err err;

		if (!asked_for(selftest, family))
			continue;
		err = dga_selftest(family, report, selftest);
		if (err == FSK_NOMEM) {
			say("%s: out of memory", family->name);
			return STATUS_SYSTEM;
		}
	}
	if (!selftest->json)
		fprintf(selftest->output.file, "%" PRIu64 " passed, %" PRIu64 " failed\n",
		        selftest->passed, selftest->failed);
	return selftest->failed > 0 ? STATUS_FOUND : STATUS_DONE;
}

/* Whether there is a family ${name}; said if not. */
static bool
exists(const char *name)
{
	char near[DGA_GENERATOR_NAME_SIZE];

	if (dga_family_find(family_of(name)) != NULL)
		return true;
	if (nearest_generator(name, near))
		say("selftest: no family `%s'; the nearest is %s", name, near);
	else
		say("selftest: no family `%s'; see `foresink families'", name);
	return false;
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "[FAMILY...]",
	        .doc = "Prove the generators against the names and lists that they ship.",
	};
	struct selftest selftest = {.passed = 0};
	enum status status;

	status = options_parse(&argp, argc, argv, &selftest);
	if (status != STATUS_DONE)
		return status;
	for (size_t i = 0; i < selftest.family_count; i++) {
		if (!exists(selftest.families[i]))
			return STATUS_USAGE;
	}
	status = output_open(&selftest.output, NULL);
	if (status != STATUS_DONE)
		return status;
	return output_close(&selftest.output, run_checks(&selftest));
}

const struct command command_selftest = {
        .name = "selftest",
        .summary = "prove the generators against published names",
        .run = run,
};
