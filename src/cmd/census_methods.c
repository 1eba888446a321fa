/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_methods.h"

#include "census/method.h"
#include "cmd/census_json.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/words.h"

#define COLUMNS 78

enum { OPTION_JSON = OPTION_OWN };

static const struct argp_option rows[] = {
        {"json", OPTION_JSON, NULL, 0, "JSON, one object a line", 0},
        {0},
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	bool *json = state->input;

	(void)arg;
	if (key != OPTION_JSON)
		return ARGP_ERR_UNKNOWN;
	*json = true;
	return 0;
}

/* Writes ${text} in lines behind ${label}. */
static void
write_text(FILE *out, const char *label, const char *text)
{
	size_t column = (size_t)fprintf(out, "  %-9s", label);

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column + 1 + len > COLUMNS)
			column = (size_t)fprintf(out, "\n  %-9s", "") - 1;
		column += (size_t)fprintf(out, " %.*s", (int)len, text);
		text += len + (text[len] == ' ');
	}
	fputc('\n', out);
}

static void
write_method(FILE *out, const struct census_method *method)
{
	fprintf(out, "%s: %s\n", method->name, method->title);
	write_text(out, "unit", census_unit_name(method->unit));
	write_text(out, "formula", method->formula);
	write_text(out, "source", method->source);
	write_text(out, "assumes", method->assumes);
	write_text(out, "refuses", method->refuses);
}

enum status
census_methods_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .doc = "Tell the ways to count: of each its unit, formula and source, what "
	               "it assumes, and when it gives no number.",
	};
	struct output output;
	bool json = false;
	enum status status = options_parse(&argp, argc, argv, &json);

	if (status == STATUS_DONE)
		status = output_open(&output, NULL);
	if (status != STATUS_DONE)
		return status;
	for (size_t i = 0; i < census_method_count(); i++) {
		const struct census_method *method = census_method_at(i);

		if (json)
			census_json_method(&output, method);
		else
			write_method(output.file, method);
		if (!json && i + 1 < census_method_count())
			fputc('\n', output.file);
	}
	return output_close(&output, STATUS_DONE);
}
