/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_tables.h"

#include "base/size.h"

#include <stdlib.h>

#define FIRST_LINES ((size_t)64)

struct making {
	struct census_table *table;
	struct census_texts *texts;
	size_t room;
};

static enum fsk_err
grow(struct making *making)
{
	struct census_table *table = making->table;
	size_t wanted = making->room == 0 ? FIRST_LINES : size_mul(making->room, 2);
	struct census_line *grown;

	if (table->count < making->room)
		return FSK_OK;
	grown = realloc(table->lines, size_mul(wanted, sizeof(*grown)));
	if (grown == NULL)
		return FSK_NOMEM;
	table->lines = grown;
	making->room = wanted;
	return FSK_OK;
}

/* Whether the lines of ${by} are as many as the span has hours or days: these are all kept.
 */
static bool
is_of_time(enum census_by by)
{
	return by == CENSUS_BY_HOUR || by == CENSUS_BY_DAY;
}

static enum fsk_err
take(const struct census_line *line, void *context)
{
	struct making *making = context;
	struct census_table *table = making->table;
	struct census_line kept = *line;
	enum fsk_err err = FSK_OK;

	if (is_of_time(table->by) || table->count < CENSUS_LINES_MOST) {
		err = census_texts_keep(making->texts, line->text, &kept.text);
		if (err == FSK_OK)
			err = grow(making);
		if (err == FSK_OK)
			table->lines[table->count++] = kept;
		if (err != FSK_RANGE)
			return err;
	}
	table->others.addresses += line->addresses;
	table->others.contacts += line->contacts;
	table->other_count++;
	return FSK_OK;
}

enum fsk_err
census_table_make(struct census_part *part, enum census_by by, struct census_texts *texts)
{
	struct making making = {.table = &part->tables[by], .texts = texts};

	part->tables[by].by = by;
	return census_gather_table(part->gather, by, take, &making);
}

void
census_table_fini(struct census_table *table)
{
	free(table->lines);
	*table = (struct census_table){.count = 0};
}
