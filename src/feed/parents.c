/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/parents.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct parent {
	struct span name; /* the text behind it; of a question, elsewhere */
	char text[];
};

static int
compare(const void *a, const void *b)
{
	const struct parent *x = a;
	const struct parent *y = b;

	return feed_name_compare(x->name, y->name);
}

static enum fsk_err
add(struct feed_parents *parents, struct span name)
{
	struct parent *made = malloc(sizeof(*made) + name.len);

	if (made == NULL)
		return FSK_NOMEM;
	memcpy(made->text, name.text, name.len);
	made->name = (struct span){made->text, name.len};
	if (tsearch(made, &parents->root, compare) != NULL)
		return FSK_OK;
	free(made);
	return FSK_NOMEM;
}

/* Adds the names above ${name}, the nearest first: above one that is there, all are. */
static enum fsk_err
add_above(struct feed_parents *parents, struct span name)
{
	enum fsk_err err = FSK_OK;

	while (err == FSK_OK) {
		const char *dot = memchr(name.text, '.', name.len);

		if (dot == NULL)
			break;
		name = span_from(name, (size_t)(dot - name.text) + 1);
		if (feed_parents_have(parents, name))
			break;
		err = add(parents, name);
	}
	return err;
}

enum fsk_err
feed_parents_of(const struct feed_list *list, struct feed_parents *parents)
{
	struct feed_cursor cursor;
	enum fsk_err err = FSK_OK;

	parents->root = NULL;
	feed_list_begin(list, &cursor);
	while (err == FSK_OK && feed_list_next(&cursor))
		err = add_above(parents, feed_cursor_name(&cursor));
	if (err != FSK_OK)
		feed_parents_fini(parents);
	return err;
}

bool
feed_parents_have(const struct feed_parents *parents, struct span name)
{
	struct parent wanted = {.name = name};

	return tfind(&wanted, &parents->root, compare) != NULL;
}

void
feed_parents_fini(struct feed_parents *parents)
{
	tdestroy(parents->root, free);
	parents->root = NULL;
}
