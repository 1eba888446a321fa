/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/text.h"

#include "base/ascii.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
up_text_begin(struct up_text *text, char *octets, size_t room)
{
	*text = (struct up_text){.octets = octets, .room = room};
	octets[0] = '\0';
}

void
up_text_add(struct up_text *text, const char *format, ...)
{
	va_list arguments;
	int added;

	if (text->cut)
		return;
	va_start(arguments, format);
	added = vsnprintf(text->octets + text->len, text->room - text->len, format,
	                  arguments);
	va_end(arguments);
	if (added < 0 || (size_t)added >= text->room - text->len) {
		text->octets[text->len] = '\0';
		text->cut = true;
		return;
	}
	text->len += (size_t)added;
}

void
up_text_escape(struct up_text *text, struct span octets, const char *marked)
{
	for (size_t i = 0; i < octets.len && !text->cut; i++) {
		char octet = octets.text[i];

		if (!ascii_print(octet))
			up_text_add(text, "\\x%02x", (unsigned)(unsigned char)octet);
		else if (strchr(marked, octet) != NULL)
			up_text_add(text, "\\%c", octet);
		else
			up_text_add(text, "%c", octet);
	}
}

void
up_text_quote(struct up_text *text, struct span octets)
{
	up_text_add(text, "\"");
	for (size_t i = 0; i < octets.len && !text->cut; i++) {
		if (!ascii_print(octets.text[i]))
			up_text_add(text, "\\");
		up_text_escape(text, (struct span){octets.text + i, 1}, "\"\\");
	}
	up_text_add(text, "\"");
}
