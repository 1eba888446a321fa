/* SPDX-License-Identifier: BSD-2-Clause */
#include "vectors/compare.h"

#include "dga/cursor.h"

#include <err.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static bool __attribute__((format(printf, 2, 3)))
differ(char why[COMPARE_WHY], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, COMPARE_WHY, format, args);
	va_end(args);
	return false;
}

/* Cuts the first line off ${text} and returns it without its LF. */
static struct span
cut_line(struct span *text)
{
	const char *end = text->len > 0 ? memchr(text->text, '\n', text->len) : NULL;
	struct span line = *text;

	if (end != NULL)
		line.len = (size_t)(end - text->text);
	*text = span_from(*text, line.len + 1);
	return line;
}

static size_t
lines(struct span text)
{
	size_t count = 0;

	for (; text.len > 0; count++)
		(void)cut_line(&text);
	return count;
}

size_t
compare_periods(const struct walk_file *file)
{
	size_t names = lines((struct span){file->text, file->len});
	size_t list = file->generator.variant->count;

	if (names == 0 || list == 0 || names % list != 0 ||
	    file->text[file->len - 1] != '\n')
		return 0;
	return names / list;
}

/* Walks one list with a cursor against the start of ${text}, and cuts that off. */
static bool
by_cursor(const struct dga_generator *generator, struct fsk_period period,
          struct span *text, char why[COMPARE_WHY])
{
	struct dga_cursor cursor;
	struct fsk_name name;

	dga_cursor_begin(&cursor, generator, period);
	while (dga_cursor_next(&cursor, &name)) {
		struct span want = cut_line(text);
		struct span got = {name.text, name.len};

		if (!span_equal(want, got) || name.text[name.len] != '\0')
			return differ(why, "name %" PRIu32 " is %.255s, published is %.*s",
			              cursor.index, name.text, (int)want.len, want.text);
	}
	return cursor.index == generator->variant->count ||
	       differ(why, "the cursor ended after %" PRIu32 " names", cursor.index);
}

/* Compares a made list with the start of ${text}, and cuts that off. */
static bool
by_list(const struct dga_list *list, uint32_t count, struct span *text,
        char why[COMPARE_WHY])
{
	struct span rest = {list->text, list->bytes};

	if (list->count != count)
		return differ(why, "dga_list_make made %" PRIu32 " names", list->count);
	for (uint32_t i = 0; i < count; i++) {
		struct span want = cut_line(text);
		struct span got = cut_line(&rest);

		if (!span_equal(want, got) || list->len[i] != got.len)
			return differ(why,
			              "dga_list_make: name %" PRIu32
			              " is %.*s (%u octets), "
			              "published is %.*s",
			              i + 1, (int)got.len, got.text, list->len[i],
			              (int)want.len, want.text);
	}
	return rest.len == 0 || differ(why, "dga_list_make: text behind the last name");
}

/* Enters the list in the middle, at each state that was kept. */
static bool
by_marks(const struct dga_generator *generator, const struct dga_list *list,
         char why[COMPARE_WHY])
{
	struct span text = {list->text, list->bytes};
	struct dga_cursor cursor;
	struct fsk_name name;

	for (uint32_t i = 0; i < list->count; i++) {
		struct span want = cut_line(&text);

		if (i % DGA_MARK_STEP != 0)
			continue;
		dga_cursor_resume(&cursor, generator, list->period, i,
		                  list->mark[i / DGA_MARK_STEP]);
		if (!dga_cursor_next(&cursor, &name) || cursor.index != i + 1 ||
		    !span_equal(want, (struct span){name.text, name.len}))
			return differ(why,
			              "entered before name %" PRIu32 ": %.255s, not %.*s",
			              i + 1, name.text, (int)want.len, want.text);
	}
	return true;
}

/* The lists of one file, and behind them so many that follow as dga_list_make()
 * is ever given at once. */
struct batch {
	struct dga_generator generator;
	size_t published; /* lists that the file holds */
	size_t count;
	struct dga_list *lists;
};

static void
batch_init(struct batch *batch, const struct walk_file *file, size_t published)
{
	const struct dga_family *family = file->generator.family;
	const struct dga_variant *variant = file->generator.variant;
	size_t wanted = family->bulk != NULL && !file->fixed ? DGA_LIST_BATCH : 1;
	int64_t instant = file->instant;

	if (wanted < published)
		wanted = published;
	*batch = (struct batch){.generator = file->generator, .published = published};
	batch->lists = calloc(wanted, sizeof(*batch->lists));
	if (batch->lists == NULL)
		err(71, "calloc");
	while (batch->count < wanted) {
		struct dga_list *list = &batch->lists[batch->count];

		if (dga_list_init(list, variant, true) != FSK_OK)
			err(71, "dga_list_init");
		batch->count++;
		if (!family->period(variant, instant, &list->period)) {
			dga_list_fini(list);
			batch->count--;
			break;
		}
		instant = list->period.last + (list->period.last != INT64_MAX);
	}
}

static void
batch_fini(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		dga_list_fini(&batch->lists[i]);
	free(batch->lists);
}

/* Makes the lists of ${batch} together and compares those of the file with
 * ${text}, those behind it with the cursor. */
static bool
together(struct batch *batch, struct span text, char why[COMPARE_WHY])
{
	const struct dga_variant *variant = batch->generator.variant;

	dga_list_make(batch->generator.family, variant, batch->lists, batch->count);
	for (size_t i = 0; i < batch->count; i++) {
		struct dga_list *list = &batch->lists[i];
		struct span made = {list->text, list->bytes};

		if (i < batch->published && !by_list(list, variant->count, &text, why))
			return false;
		if (i >= batch->published &&
		    (!by_cursor(&batch->generator, list->period, &made, why) ||
		     made.len != 0))
			return false;
	}
	return true;
}

/* Makes each list alone, and with what it keeps enters it in the middle. */
static bool
alone(struct batch *batch, struct span text, char why[COMPARE_WHY])
{
	const struct dga_variant *variant = batch->generator.variant;

	for (size_t i = 0; i < batch->published; i++) {
		struct dga_list *list = &batch->lists[i];

		dga_list_make(batch->generator.family, variant, list, 1);
		if (!by_list(list, variant->count, &text, why))
			return false;
		if (dga_cursor_can_resume(&batch->generator) &&
		    !by_marks(&batch->generator, list, why))
			return false;
	}
	return true;
}

bool
compare(const struct walk_file *file, char why[COMPARE_WHY])
{
	struct span text = {file->text, file->len};
	size_t published = compare_periods(file);
	struct batch batch;
	bool same = true;

	if (published == 0)
		return differ(why, "%zu lines, where a list has %" PRIu32, lines(text),
		              file->generator.variant->count);
	batch_init(&batch, file, published);
	if (batch.count < published)
		same = differ(why, "the generator has no list behind the first %zu",
		              batch.count);
	for (size_t i = 0; same && i < published; i++)
		same = by_cursor(&file->generator, batch.lists[i].period, &text, why);
	text = (struct span){file->text, file->len};
	same = same && together(&batch, text, why) && alone(&batch, text, why);
	batch_fini(&batch);
	return same;
}
