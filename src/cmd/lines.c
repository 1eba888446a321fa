/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/lines.h"

void
lines_init(struct lines *lines, FILE *file)
{
	lines->file = file;
	lines->number = 0;
}

enum fsk_err
lines_next(struct lines *lines, struct span *line)
{
	size_t len = 0;
	int c = getc_unlocked(lines->file);

	if (c == EOF)
		return ferror(lines->file) ? FSK_IO : FSK_END;
	for (; c != EOF && c != '\n'; c = getc_unlocked(lines->file)) {
		if (len < LINES_MAX)
			lines->text[len++] = (char)c;
	}
	if (ferror(lines->file))
		return FSK_IO;
	if (len > 0 && lines->text[len - 1] == '\r')
		len--;
	lines->number++;
	*line = (struct span){lines->text, len};
	return FSK_OK;
}
