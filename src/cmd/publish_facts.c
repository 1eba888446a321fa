/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/publish_facts.h"

#include "cmd/mdoc.h"
#include "cmd/meaning.h"
#include "cmd/output.h"
#include "cmd/words.h"
#include "publish/catalog.h"

static const char *
names_of(const struct publish_format *format)
{
	switch (format->kind) {
	case PUBLISH_BLOCKS:
		return "those to be blocked";
	case PUBLISH_DETECTS:
		return "those to be blocked, and those to be logged only";
	case PUBLISH_TELLS:
		break;
	}
	return "those to be blocked and those to be logged only, each with its state";
}

static const char *
reach_of(const struct publish_format *format)
{
	return format->covers_below ? "covered, too" : "not covered";
}

/* Hands each line of ${text} to ${write}. */
static void
each_line(FILE *out, const char *text, void (*write)(FILE *out, struct span line))
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		write(out, (struct span){text, len});
		text += len + (text[len] == '\n');
	}
}

static void
write_line(FILE *out, struct span line)
{
	fputs("    ", out);
	words_safe(out, line, 0);
	fputc('\n', out);
}

static void
write_text(struct output *output, const struct publish_format *format)
{
	FILE *out = output->file;

	fprintf(out, "%s: %s\n\n", format->name, format->title);
	meaning_wrap(output, format->text, 0);
	fprintf(out, "\nNames: %s\nNames below them: %s\n", names_of(format),
	        reach_of(format));
	for (size_t k = 0; k < PUBLISH_PARTS_MAX && format->parts[k].file != NULL; k++) {
		fprintf(out, "File: %s\n", format->parts[k].file);
		if (format->parts[k].sample != NULL)
			each_line(out, format->parts[k].sample, write_line);
	}
	fputs("Sources:\n", out);
	for (size_t i = 0; format->sources[i] != NULL; i++)
		meaning_wrap(output, format->sources[i], 4);
}

static void
write_section(struct output *output, const struct publish_format *format)
{
	FILE *out = output->file;

	fprintf(out, ".Ss %s\n", format->name);
	mdoc_text(out, format->title);
	fputs(".Pp\n", out);
	mdoc_text(out, format->text);
	fprintf(out, ".Pp\nNames: %s.\nNames below them: %s.\n", names_of(format),
	        reach_of(format));
	for (size_t k = 0; k < PUBLISH_PARTS_MAX && format->parts[k].file != NULL; k++) {
		fprintf(out, ".Pp\nFile:\n.Pa %s\n", format->parts[k].file);
		if (format->parts[k].sample == NULL)
			continue;
		fputs(".Bd -literal\n", out);
		each_line(out, format->parts[k].sample, mdoc_literal);
		fputs(".Ed\n", out);
	}
	fputs(".Pp\nSources:\n.Bl -bullet -compact\n", out);
	for (size_t i = 0; format->sources[i] != NULL; i++) {
		fputs(".It\n", out);
		mdoc_text(out, format->sources[i]);
	}
	fputs(".El\n", out);
}

enum status
publish_facts_tell(const bool *wanted)
{
	struct output output;
	enum status status = output_open(&output, NULL);
	const char *between = "";

	if (status != STATUS_DONE)
		return status;
	for (size_t i = 0; i < publish_format_count(); i++) {
		if (!wanted[i])
			continue;
		fputs(between, output.file);
		write_text(&output, publish_format_at(i));
		between = "\n";
	}
	return output_close(&output, STATUS_DONE);
}

enum status
publish_facts_page(void)
{
	struct output output;
	enum status status = output_open(&output, NULL);

	if (status != STATUS_DONE)
		return status;
	for (size_t i = 0; i < publish_format_count(); i++)
		write_section(&output, publish_format_at(i));
	return output_close(&output, STATUS_DONE);
}
