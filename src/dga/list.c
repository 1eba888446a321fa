/* SPDX-License-Identifier: BSD-2-Clause */
#include "dga/list.h"

#include "base/size.h"
#include "dga/family.h"

#include <stdlib.h>

enum fsk_err
dga_list_init(struct dga_list *list, const struct dga_variant *variant, bool marks)
{
	size_t line = (size_t)variant->label_max + DGA_SUFFIX_MAX + 1; /* with the LF */
	size_t marked = (size_t)variant->count / DGA_MARK_STEP + 1;
	struct dga_list made = {.count = 0};

	made.text = malloc(size_add(size_mul(line, variant->count), DGA_LIST_SLACK));
	made.len = malloc(size_add(variant->count, DGA_LIST_SLACK));
	made.mark = marks ? malloc(size_mul(marked, sizeof(*made.mark))) : NULL;
	if (made.text == NULL || made.len == NULL || (marks && made.mark == NULL)) {
		dga_list_fini(&made);
		return FSK_NOMEM;
	}
	*list = made;
	return FSK_OK;
}

void
dga_list_fini(struct dga_list *list)
{
	if (list == NULL)
		return;
	free(list->text);
	free(list->len);
	free(list->mark);
	*list = (struct dga_list){.count = 0};
}

/* Copies ${name} to ${out}. Most names are short, and a copy of a fixed size is
 * cheaper than one of theirs; what it writes too much falls into the slack or
 * is overwritten by the next name. */
static void
copy(char *out, const struct fsk_name *name)
{
	enum { SHORT = 32 };
	_Static_assert((int)SHORT <= (int)DGA_LIST_SLACK, "must fit behind the last name");

	if (name->len <= SHORT)
		memcpy(out, name->text, SHORT);
	else
		memcpy(out, name->text, name->len);
}

/* Fills ${list} one name after another. */
static void
make_one(const struct dga_family *family, const struct dga_variant *variant,
         struct dga_list *list)
{
	_Alignas(16) unsigned char state[DGA_STATE_MAX];
	bool marks = list->mark != NULL && family->mark != NULL;
	char *out = list->text;

	family->begin(state, variant, list->period.first);
	for (uint32_t i = 0; i < variant->count; i++) {
		struct fsk_name name;

		if (marks && i % DGA_MARK_STEP == 0)
			list->mark[i / DGA_MARK_STEP] = family->mark(state);
		family->next(state, &name);
		copy(out, &name);
		out += name.len;
		*out++ = '\n';
		list->len[i] = name.len;
	}
	list->bytes = (size_t)(out - list->text);
	list->count = variant->count;
}

void
dga_list_make(const struct dga_family *family, const struct dga_variant *variant,
              struct dga_list *lists, size_t count)
{
	if (family->bulk != NULL) {
		family->bulk(variant, lists, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		make_one(family, variant, &lists[i]);
}
