/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/format_facts.h"

#include "cmd/mdoc.h"
#include "cmd/meaning.h"
#include "cmd/words.h"

/* What the times of a format lack, in its samples. */
enum lack {
	LACK_ZONE = 1,    /* in some lines */
	LACK_YEAR = 2,    /* the same; the zone too */
	LACK_NOTHING = 4, /* the same: lines that lack nothing */
	LACK_TIME = 8     /* the same: lines without a time */
};

/* What the time of ${sample} lacks: "11-21T19:43:33.000000" begins with the
 * month, a time in UTC ends in Z. */
static unsigned
lack_of(const struct log_sample *sample)
{
	size_t len;

	if (sample->kind != LOG_ASKED)
		return 0;
	if (sample->time == NULL)
		return LACK_TIME;
	len = strlen(sample->time);
	if (len > 0 && sample->time[len - 1] == 'Z')
		return LACK_NOTHING;
	return len > 2 && sample->time[2] == '-' ? LACK_YEAR : LACK_ZONE;
}

const char *
format_facts_lack(const struct log_format *format)
{
	unsigned found = format->read == NULL ? LACK_NOTHING : 0;

	for (size_t i = 0; i < format->sample_count; i++)
		found |= lack_of(&format->samples[i]);
	found &= ~(unsigned)LACK_TIME;
	switch (found) {
	case LACK_ZONE:
		return "zone";
	case LACK_YEAR:
		return "zone, year";
	case LACK_ZONE | LACK_NOTHING:
		return "zone, in some forms";
	case LACK_YEAR | LACK_NOTHING:
	case LACK_YEAR | LACK_ZONE:
	case LACK_YEAR | LACK_ZONE | LACK_NOTHING:
		return "zone, year, in some forms";
	default:
		return "-";
	}
}

static const char *
lack_or_nothing(const struct log_format *format)
{
	const char *lack = format_facts_lack(format);

	return strcmp(lack, "-") == 0 ? "nothing" : lack;
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

void
format_facts_text(struct output *output, const struct log_format *format)
{
	FILE *out = output->file;

	fprintf(out, "%s: %s\n\n", format->name, format->title);
	meaning_wrap(output, format->text, 0);
	fprintf(out, "\nTimes lack: %s\n", lack_or_nothing(format));
	if (format->sample_count > 0)
		fputs("Lines:\n", out);
	for (size_t i = 0; i < format->sample_count; i++) {
		const struct log_sample *sample = &format->samples[i];

		if (sample->kind != LOG_ASKED)
			continue;
		fprintf(out, "  %s\n", sample->source);
		if (sample->before != NULL)
			each_line(out, sample->before, write_line);
		write_line(out, span_of(sample->line));
	}
	fputs("Sources:\n", out);
	for (size_t i = 0; format->sources[i] != NULL; i++)
		meaning_wrap(output, format->sources[i], 4);
}

void
format_facts_mdoc(struct output *output, const struct log_format *format)
{
	FILE *out = output->file;

	fprintf(out, ".Ss %s\n", format->name);
	mdoc_text(out, format->title);
	fputs(".Pp\n", out);
	mdoc_text(out, format->text);
	fprintf(out, ".Pp\nTimes lack: %s.\n", lack_or_nothing(format));
	for (size_t i = 0; i < format->sample_count; i++) {
		const struct log_sample *sample = &format->samples[i];

		if (sample->kind != LOG_ASKED)
			continue;
		fputs(".Pp\n", out);
		mdoc_text(out, sample->source);
		fputs(".Bd -literal\n", out);
		if (sample->before != NULL)
			each_line(out, sample->before, mdoc_literal);
		mdoc_literal(out, span_of(sample->line));
		fputs(".Ed\n", out);
	}
	fputs(".Pp\nSources:\n.Bl -bullet -compact\n", out);
	for (size_t i = 0; format->sources[i] != NULL; i++) {
		fputs(".It\n", out);
		mdoc_text(out, format->sources[i]);
	}
	fputs(".El\n", out);
}
