/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink formats: which logs can be read, and what they do not tell?
 */
#include "cmd/format_facts.h"
#include "cmd/nearest.h"
#include "cmd/options.h"
#include "cmd/say.h"

enum { OPTION_MDOC = OPTION_OWN };

static const struct argp_option rows[] = {
        {"mdoc", OPTION_MDOC, NULL, 0, "the sections of foresink-formats(7)", 0},
        {0},
};

struct formats {
	char **names;
	size_t name_count;
	bool mdoc;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct formats *formats = state->input;

	(void)arg;
	switch (key) {
	case OPTION_MDOC:
		formats->mdoc = true;
		return 0;
	case ARGP_KEY_ARGS:
		formats->names = state->argv + state->next;
		formats->name_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
write_all(struct output *output, const struct formats *formats)
{
	if (!formats->mdoc)
		fprintf(output->file, "%-14s  %-25s  %s\n", "FORMAT", "TIMES LACK",
		        "TITLE");
	for (size_t i = 0; i < log_format_count(); i++) {
		const struct log_format *format = log_format_at(i);

		if (formats->mdoc)
			format_facts_mdoc(output, format);
		else
			fprintf(output->file, "%-14s  %-25s  %s\n", format->name,
			        format_facts_lack(format), format->title);
	}
}

static void
write_named(struct output *output, const struct formats *formats)
{
	for (size_t i = 0; i < formats->name_count; i++) {
		const struct log_format *format =
		        log_format_find(span_of(formats->names[i]));

		if (format == NULL) /* never: each was found before */
			continue;
		if (formats->mdoc) {
			format_facts_mdoc(output, format);
			continue;
		}
		if (i > 0)
			fputc('\n', output->file);
		format_facts_text(output, format);
	}
}

/* Says which of the names is no format. */
static enum status
check(const struct formats *formats)
{
	char near[NEAREST_FORMATS_SIZE];

	for (size_t i = 0; i < formats->name_count; i++) {
		if (log_format_find(span_of(formats->names[i])) != NULL)
			continue;
		if (nearest_formats(formats->names[i], near))
			say("formats: no format `%s'; it may be: %s", formats->names[i],
			    near);
		else
			say("formats: no format `%s'; `foresink formats' lists them",
			    formats->names[i]);
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "[FORMAT...]",
	        .doc = "List the formats of logs that can be read, or tell all about some "
	               "of them.",
	};
	struct formats formats = {.mdoc = false};
	struct output output;
	enum status status = options_parse(&argp, argc, argv, &formats);

	if (status == STATUS_DONE)
		status = check(&formats);
	if (status == STATUS_DONE)
		status = output_open(&output, NULL);
	if (status != STATUS_DONE)
		return status;
	if (formats.name_count > 0)
		write_named(&output, &formats);
	else
		write_all(&output, &formats);
	return output_close(&output, STATUS_DONE);
}

const struct command command_formats = {
        .name = "formats",
        .summary = "list the formats of logs that can be read",
        .run = run,
};
