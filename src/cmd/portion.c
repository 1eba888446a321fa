/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/portion.h"

#include "base/date.h"
#include "cmd/lines.h"
#include "cmd/meaning.h"
#include "cmd/say.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PORTION 100000 /* names */
#define WINDOWS 10     /* periods of one name and generator that people see */
#define SAID_MAX 80    /* octets of a malformed name that are repeated */

struct portion_entry {
	char *text;
	size_t len;
	struct asked asked;
	const char *why; /* NULL: asked is good */
};

enum fsk_err
portion_init(struct portion *portion, const struct portion_task *task)
{
	*portion = (struct portion){
	        .task = task,
	        .archive = task->archive,
	        .status = STATUS_DONE,
	};
	portion->entries = malloc(PORTION * sizeof(*portion->entries));
	portion->met = calloc(dga_family_count(), sizeof(*portion->met));
	if (portion->entries != NULL && portion->met != NULL &&
	    hits_init(&portion->hits, task->selection) == FSK_OK)
		return FSK_OK;
	portion_fini(portion);
	return FSK_NOMEM;
}

static void
forget(struct portion *portion)
{
	for (size_t i = 0; i < portion->count; i++)
		free(portion->entries[i].text);
	portion->count = 0;
}

void
portion_fini(struct portion *portion)
{
	forget(portion);
	free(portion->entries);
	free(portion->met);
	hits_fini(&portion->hits);
	*portion = (struct portion){.count = 0};
}

static void
note_families(struct portion *portion)
{
	for (size_t i = 0; i < portion->hits.count; i++) {
		struct dga_generator g =
		        dga_generator_at(portion->hits.hits[i].match.generator);

		for (size_t k = 0; k < dga_family_count(); k++)
			portion->met[k] |= dga_family_at(k) == g.family;
	}
}

static void
write_answer(const struct portion *portion, const struct portion_entry *entry)
{
	const struct portion_task *task = portion->task;
	struct answer answer = {
	        .text = {entry->text, entry->len},
	        .asked = entry->why == NULL ? &entry->asked : NULL,
	        .why = entry->why,
	        .hits = &portion->hits,
	        .rules = &task->rules,
	        .now = task->now,
	        .windows = WINDOWS,
	        .selection = task->selection,
	        .span = task->span,
	};

	if (task->json)
		answer_write_json(task->output, &answer);
	else
		answer_write_text(task->output, &answer);
}

/* Finds what the names of the portion are. */
static enum fsk_err
find(struct portion *portion)
{
	const struct portion_task *task = portion->task;
	enum fsk_err err = FSK_OK;

	hits_clear(&portion->hits);
	for (size_t i = 0; i < portion->count && err == FSK_OK; i++) {
		if (portion->entries[i].why == NULL)
			err = hits_ask(&portion->hits, &portion->entries[i].asked.name);
	}
	if (err == FSK_OK)
		err = hits_find(&portion->hits, task->span, task->threads,
		                portion->archive);
	return err;
}

enum fsk_err
portion_answer(struct portion *portion)
{
	const struct portion_task *task = portion->task;
	enum fsk_err err = find(portion);

	if (err == FSK_CORRUPT) {
		say("%s: cut or altered%s (`foresink index build' makes it anew)",
		    task->path, task->may_do_without ? "; going on without it" : "");
		portion->archive = NULL;
		if (task->may_do_without)
			err = find(portion);
	}
	if (err == FSK_OK) {
		for (size_t i = 0; i < portion->count; i++)
			write_answer(portion, &portion->entries[i]);
		portion->names_made += portion->hits.names_made;
		note_families(portion);
	}
	forget(portion);
	return err;
}

enum fsk_err
portion_ask(struct portion *portion, struct span text, size_t line)
{
	struct portion_entry *entry = &portion->entries[portion->count];
	struct fault fault;

	*entry = (struct portion_entry){.text = malloc(text.len + 1), .len = text.len};
	if (entry->text == NULL)
		return FSK_NOMEM;
	memcpy(entry->text, text.text, text.len);
	portion->count++;
	if (asked_read(text, &entry->asked, &fault) != FSK_OK) {
		entry->why = fault.why;
		fault.line = line;
		portion->status = STATUS_DATA;
		if (line > 0)
			say_fault("-", &fault);
		else
			say("`%.*s': octet %zu: %s",
			    (int)(text.len < SAID_MAX ? text.len : SAID_MAX), text.text,
			    fault.column, fault.why);
	}
	return portion->count == PORTION ? portion_answer(portion) : FSK_OK;
}

enum fsk_err
portion_ask_stdin(struct portion *portion)
{
	enum fsk_err err = FSK_OK;
	struct lines lines;
	struct span text;

	lines_init(&lines, stdin);
	while (err == FSK_OK && (err = lines_next(&lines, &text)) == FSK_OK) {
		if (asked_trim(text).len > 0)
			err = portion_ask(portion, text, lines.number);
		if (err == FSK_OK && output_broken(portion->task->output))
			err = FSK_STOPPED;
	}
	if (err == FSK_IO && say_stopped())
		return FSK_STOPPED;
	return err == FSK_END ? FSK_OK : err;
}

void
portion_write_end(const struct portion *portion)
{
	const struct portion_task *task = portion->task;
	FILE *out = task->output->file;
	char from[DATE_INSTANT_SIZE];
	char to[DATE_INSTANT_SIZE];

	date_write_instant(task->span.from, from);
	date_write_instant(task->span.to, to);
	fprintf(out, "\nSearched %zu generator%s, %s to %s: ", task->selection->count,
	        task->selection->count == 1 ? "" : "s", from, to);
	if (portion->archive != NULL)
		fprintf(out, "the index file%s", portion->names_made > 0 ? " and " : ".\n");
	if (portion->archive == NULL || portion->names_made > 0)
		fprintf(out, "%" PRIu64 " names made and compared.\n", portion->names_made);
	for (size_t i = 0; i < dga_family_count(); i++) {
		if (portion->met[i]) {
			fputc('\n', out);
			meaning_write(task->output, dga_family_at(i));
		}
	}
}
