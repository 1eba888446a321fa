/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/labels.h"

#include "logs/text.h"

/* Takes "(12)", which is at most 63. */
static bool
take_length(struct span *text, size_t *len)
{
	size_t value = 0;
	size_t at = 1;

	if (text->len < 3 || *text->text != '(')
		return false;
	while (at < text->len && ascii_digit(text->text[at]) && value <= 63)
		value = value * 10 + (size_t)(text->text[at++] - '0');
	if (at == 1 || value > 63 || at == text->len || text->text[at] != ')')
		return false;
	*text = span_from(*text, at + 1);
	*len = value;
	return true;
}

bool
labels_read(struct span text, struct log_scratch *scratch, struct span *name)
{
	size_t start = scratch->used;
	size_t used = start;
	size_t len;

	while (take_length(&text, &len)) {
		size_t end = len < text.len && text.text[len] == '(' ? len
		                                                     : text_find(text, "(");

		if (len == 0) { /* the root, whose name is a dot */
			if (used == start && used < sizeof(scratch->text))
				scratch->text[used++] = '.';
			*name = (struct span){scratch->text + start, used - start};
			scratch->used = used;
			return used > start;
		}
		if (end + 1 > sizeof(scratch->text) - used)
			return false;
		if (used > start)
			scratch->text[used++] = '.';
		memcpy(scratch->text + used, text.text, end);
		used += end;
		text = span_from(text, end);
	}
	return false;
}
