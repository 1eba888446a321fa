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

/* The octets of ${note} without a full stop at its end. */
static int
unstopped(const char *note)
{
	size_t len = strlen(note);

	return (int)(len > 0 && note[len - 1] == '.' ? len - 1 : len);
}

void
meaning_write(struct output *output, const struct dga_family *family)
{
	char text[4096];

	fprintf(output->file, "%s: %s\n", family->name, family->title);
	snprintf(text, sizeof(text),
	         "In a log: a name counts in its period (UTC), or close to it where a bot "
	         "looks "
	         "ahead or its clock is wrong. A machine that asked for several names of "
	         "the "
	         "family in their time is infected; one name alone may be a person, a "
	         "crawler "
	         "or chance.");
	meaning_wrap(output, text, 4);
	if (family->tries > 0)
		snprintf(text, sizeof(text),
		         "One bot tries up to %" PRIu32 " name%s of a list: %.*s.",
		         family->tries, family->tries == 1 ? "" : "s",
		         unstopped(family->tries_note), family->tries_note);
	else
		snprintf(text, sizeof(text), "How many names one bot tries: %.*s.",
		         unstopped(family->tries_note), family->tries_note);
	meaning_wrap(output, text, 4);
	snprintf(text, sizeof(text),
	         "First seen %s; %.*s. Outsiders could compute its names from %s on: a "
	         "domain "
	         "registered before is innocent, one registered since may be a stranger's.",
	         family->first_seen, unstopped(family->life_note), family->life_note,
	         family->known_from);
	meaning_wrap(output, text, 4);
}
