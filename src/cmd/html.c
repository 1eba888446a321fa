/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/html.h"

#include "base/ascii.h"

void
html_text(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			if (ascii_print(*text))
				fputc(*text, out);
			else
				fprintf(out, "\\x%02x", (unsigned char)*text);
		}
	}
}

void
html_element(FILE *out, const char *tag, const char *text)
{
	fprintf(out, "<%s>", tag);
	html_text(out, text);
	fprintf(out, "</%s>", tag);
}
