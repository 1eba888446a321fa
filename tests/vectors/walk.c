/* SPDX-License-Identifier: BSD-2-Clause */
#include "vectors/walk.h"

#include "base/date.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* The time that the name of a file says, in seconds since 1970. */
static bool
read_date(struct span text, struct walk_file *file)
{
	char date[] = "2014-09-29T23:40:48"; /* the longest */
	int64_t length;

	file->fixed = span_equal(text, span_of("static"));
	if (file->fixed) {
		file->instant = 0;
		return true;
	}
	if (text.len == 17) /* the colons do not stand in names of files */
		snprintf(date, sizeof(date), "%.13s:%.2s:%.2s", text.text, text.text + 13,
		         text.text + 15);
	else
		snprintf(date, sizeof(date), "%.*s", (int)text.len, text.text);
	return date_parse_instant(span_of(date), &file->instant, &length, NULL) == FSK_OK;
}

/* Finds the generator and the time that the path of ${file} names. Returns ""
 * or what is wrong. */
static const char *
identify(struct walk_file *file)
{
	const char *mark = strrchr(file->path, '_');
	struct span date = mark != NULL ? span_of(mark + 1) : span_of("");
	struct dga_generator found;
	struct fsk_period period;

	if (date.len < 4 || strcmp(date.text + date.len - 4, ".txt") != 0)
		return "the file is not called VARIANT_DATE.txt";
	date.len -= 4;
	if (!read_date(date, file))
		return "the date in the name of the file is none";
	if (dga_generator_find((struct span){file->path, (size_t)(mark - file->path)},
	                       &found) != FSK_OK)
		return "there is no such generator";
	if (!found.family->period(found.variant, file->instant, &period))
		return "the generator has no list at that time";
	if (file->fixed != (period.last == INT64_MAX))
		return file->fixed ? "the generator's lists change with time"
		                   : "the generator's list does not change with time";
	file->generator = found;
	return "";
}

/* The text of ${folder}/${path}, NUL-terminated, and its length. */
static char *
slurp(const char *folder, const char *path, size_t *len)
{
	char *whole = NULL;
	char *text = NULL;
	size_t room = 0;
	ssize_t got;
	FILE *in;

	if (asprintf(&whole, "%s/%s", folder, path) < 0)
		err(71, "asprintf");
	in = fopen(whole, "re");
	if (in == NULL)
		err(71, "%s", whole);
	got = getdelim(&text, &room, '\0', in); /* the files have no NUL */
	if (text == NULL || ferror(in))
		err(71, "%s", whole);
	fclose(in);
	free(whole);
	*len = got > 0 ? (size_t)got : 0;
	return text;
}

static int
shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

size_t
walk(const char *folder,
     void (*visit)(const struct walk_file *file, const char *why, void *context),
     void *context)
{
	struct dirent **families;
	int count = scandir(folder, &families, shown, alphasort);
	size_t files = 0;

	if (count < 0)
		err(71, "%s", folder);
	for (int i = 0; i < count; i++) {
		char *path = NULL;
		struct dirent **lists;
		int lists_count;

		if (asprintf(&path, "%s/%s", folder, families[i]->d_name) < 0)
			err(71, "asprintf");
		lists_count = scandir(path, &lists, shown, alphasort);
		free(path);
		if (lists_count < 0 && errno != ENOTDIR) /* index.tsv is no folder */
			err(71, "%s/%s", folder, families[i]->d_name);
		if (lists_count < 0)
			lists = NULL;
		for (int k = 0; k < lists_count; k++, files++) {
			struct walk_file file = {.generator.family = NULL};
			char *name = NULL;
			char *text;

			if (asprintf(&name, "%s/%s", families[i]->d_name,
			             lists[k]->d_name) < 0)
				err(71, "asprintf");
			text = slurp(folder, name, &file.len);
			file.path = name;
			file.text = text;
			visit(&file, identify(&file), context);
			free(text);
			free(name);
			free(lists[k]);
		}
		free(lists);
		free(families[i]);
	}
	free(families);
	return files;
}
