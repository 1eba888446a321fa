/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_texts.h"

#include "base/size.h"

#include <stdlib.h>

static enum fsk_err
append(struct census_texts *texts, struct span text)
{
	char **grown = realloc(texts->texts, size_mul(texts->count + 2, sizeof(*grown)));
	char *copy;

	if (grown == NULL)
		return FSK_NOMEM;
	texts->texts = grown;
	copy = malloc(text.len + 1);
	if (copy == NULL)
		return FSK_NOMEM;
	memcpy(copy, text.text, text.len);
	copy[text.len] = '\0';
	grown[texts->count++] = copy;
	grown[texts->count] = NULL;
	return FSK_OK;
}

enum fsk_err
census_texts_keep(struct census_texts *texts, struct span text, struct span *kept)
{
	enum fsk_err err;

	text.len = text.len > 0 ? strnlen(text.text, text.len) : 0;
	*kept = text.len > 0 ? text : (struct span){NULL, 0};
	if (text.len == 0)
		return FSK_OK;
	for (size_t n = 0; n < texts->count; n++) {
		size_t i = n == 0 ? texts->last : n - (n <= texts->last);

		if (strncmp(texts->texts[i], text.text, text.len) != 0 ||
		    texts->texts[i][text.len] != '\0')
			continue;
		texts->last = i;
		kept->text = texts->texts[i];
		return FSK_OK;
	}
	if (texts->count >= CENSUS_TEXTS_MOST)
		return FSK_RANGE;
	err = append(texts, text);
	if (err != FSK_OK)
		return err;
	texts->last = texts->count - 1;
	kept->text = texts->texts[texts->last];
	return FSK_OK;
}

void
census_texts_fini(struct census_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->texts[i]);
	free(texts->texts);
	*texts = (struct census_texts){.count = 0};
}
