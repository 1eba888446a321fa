/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/mdoc.h"

#include "base/ascii.h"

#define FILLED 70  /* columns */
#define LITERAL 60 /* octets of the text, escapes take more columns */

/* Whether a sentence ends with ${c}: mdoc(7) wants the next on a line of its own. */
static bool
ends_sentence(char c)
{
	return c == '.' || c == '!' || c == '?';
}

void
mdoc_text(FILE *out, const char *text)
{
	size_t column = 0;

	for (const char *c = text; *c != '\0'; c++) {
		if (strncmp(c, "\n\n", 2) == 0) {
			fputs("\n.Pp\n", out);
			column = 0;
			c++;
		} else if (*c == ' ' || *c == '\n') {
			bool new_line = column + strcspn(c + 1, " \n") > FILLED ||
			                (c > text && ends_sentence(c[-1]));

			fputc(new_line ? '\n' : ' ', out);
			column = new_line ? 0 : column + 1;
		} else {
			if (column == 0 && (*c == '.' || *c == '\''))
				fputs("\\&", out);
			fputs(*c == '\\' ? "\\e" : (char[]){*c, '\0'}, out);
			column++;
		}
	}
	fputc('\n', out);
}

/* The escape for ${c} (mandoc_char(7)), or NULL. */
static const char *
escape(char c)
{
	switch (c) {
	case '\\':
		return "\\e";
	case '-':
		return "\\-";
	case '\'':
		return "\\(aq";
	case '`':
		return "\\(ga";
	case '^':
		return "\\(ha";
	case '~':
		return "\\(ti";
	default:
		return NULL;
	}
}

void
mdoc_literal(FILE *out, struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		char c = line.text[i];

		/* \c joins this line of the page with the next. */
		if (i > 0 && i % LITERAL == 0)
			fputs("\\c\n", out);
		if (i % LITERAL == 0 && c == '.')
			fputs("\\&", out);
		if (c == '\t')
			fputs("\\et", out);
		else if (!ascii_print(c))
			fprintf(out, "\\ex%02x", (unsigned char)c);
		else if (escape(c) != NULL)
			fputs(escape(c), out);
		else
			fputc(c, out);
	}
	fputc('\n', out);
}
