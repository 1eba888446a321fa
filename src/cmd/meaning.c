/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/meaning.h"

#include <inttypes.h>
#include <string.h>

#define COLUMNS 78

const char *
meaning_of_time(struct fsk_period period, int64_t instant)
{
	if (period.last < instant)
		return "past";
	return period.first > instant ? "future" : "now";
}

/* Writes the first paragraph of ${text} and returns what comes after it. */
static const char *
wrap_paragraph(FILE *out, const char *text, unsigned indent)
{
	unsigned column = 0;

	while (*text != '\0' && strncmp(text, "\n\n", 2) != 0) {
		size_t word = strcspn(text, " \n");

		if (column > 0 && indent + column + word >= COLUMNS) {
			fputc('\n', out);
			column = 0;
		}
		if (column == 0)
			fprintf(out, "%*s", (int)indent, "");
		else
			fputc(' ', out);
		fwrite(text, 1, word, out);
		column += (unsigned)word + (column > 0);
		text += word;
		while (*text == ' ' || (*text == '\n' && text[1] != '\n'))
			text++;
	}
	fputc('\n', out);
	return text;
}

void
meaning_wrap(struct output *output, const char *text, unsigned indent)
{
	while (*text != '\0') {
		text = wrap_paragraph(output->file, text, indent);
		if (strncmp(text, "\n\n", 2) == 0) {
			text += 2;
			fputc('\n', output->file);
		}
	}
}

void
meaning_write(struct output *output, const struct dga_family *family)
{
	char text[4096];

	fprintf(output->file, "%s: %s\n", family->name, family->title);
	snprintf(text, sizeof(text),
	         "In a log: a name counts only in its period (UTC). A machine that asked "
	         "for several names of one list then is infected; one name alone may be a "
	         "person, a crawler or chance.");
	meaning_wrap(output, text, 4);
	if (family->tries > 0)
		snprintf(text, sizeof(text),
		         "One bot tries up to %" PRIu32 " names of a list: %s.",
		         family->tries, family->tries_note);
	else
		snprintf(text, sizeof(text), "How many names one bot tries: %s.",
		         family->tries_note);
	meaning_wrap(output, text, 4);
	snprintf(text, sizeof(text),
	         "First seen %s; %s. Outsiders could compute its names from %s on: a "
	         "domain registered before is innocent, one registered since may be a "
	         "stranger's.",
	         family->first_seen, family->life_note, family->known_from);
	meaning_wrap(output, text, 4);
}
