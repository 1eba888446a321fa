/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/manifest_read.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/size.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* More files than any publication has. */
#define FILES_MAX 1024

struct publish_stated {
	json_t *root;
	size_t count;
	struct publish_stated_file file[];
};

/* The integer ${key} of ${object}, 0..${most}; false when there is none. */
static bool
read_number(const json_t *object, const char *key, uint64_t most, uint64_t *number)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > most)
		return false;
	*number = (uint64_t)json_integer_value(value);
	return true;
}

static bool
read_instant(const json_t *object, const char *key, int64_t *instant)
{
	const char *text = json_string_value(json_object_get(object, key));
	int64_t length;

	return text != NULL &&
	       date_parse_instant(span_of(text), instant, &length, NULL) == FSK_OK;
}

/* Reads the ${octets} octets ${key} of ${object}, in hexadecimal digits. */
static bool
read_hex(const json_t *object, const char *key, uint8_t *out, size_t octets)
{
	const json_t *value = json_object_get(object, key);
	size_t read;

	return json_string_length(value) == octets * 2 &&
	       sodium_hex2bin(out, octets, json_string_value(value), octets * 2, NULL,
	                      &read, NULL) == 0 &&
	       read == octets;
}

static bool
read_content(const json_t *root, uint64_t *content)
{
	uint8_t octets[8];

	if (!read_hex(root, "content", octets, sizeof(octets)))
		return false;
	*content = 0;
	for (size_t i = 0; i < sizeof(octets); i++)
		*content = *content << 8 | octets[i];
	return true;
}

static bool
read_facts(const json_t *root, struct publish_verdict *verdict,
           struct publish_record *record)
{
	const json_t *window = json_object_get(root, "window");
	const json_t *counts = json_object_get(root, "counts");
	uint64_t serial, previous = 0;

	if (!read_number(root, "serial", UINT32_MAX, &serial) ||
	    !(json_is_null(json_object_get(root, "previous")) ||
	      read_number(root, "previous", UINT32_MAX, &previous)) ||
	    !read_instant(root, "made", &verdict->made) ||
	    !read_instant(window, "from", &verdict->window.first) ||
	    !read_instant(window, "to", &verdict->window.last) ||
	    !read_number(counts, "blocked", INT64_MAX, &verdict->blocked) ||
	    !read_content(root, &record->content))
		return false;
	verdict->serial = (uint32_t)serial;
	record->previous = (uint32_t)previous;
	return true;
}

/* Whether ${name} is a file in the folder itself, whatever folder that is. */
static bool
is_plain(const char *name)
{
	if (name == NULL || strlen(name) >= sizeof(((struct publish_verdict *)0)->file) ||
	    name[0] == '.' || name[0] == '\0')
		return false;
	for (; *name != '\0'; name++) {
		if (!ascii_alpha(*name) && !ascii_digit(*name) &&
		    strchr(".-_", *name) == NULL)
			return false;
	}
	return true;
}

static bool
read_file(const json_t *object, struct publish_stated_file *file)
{
	file->file = json_string_value(json_object_get(object, "file"));
	return is_plain(file->file) &&
	       read_number(object, "bytes", INT64_MAX, &file->bytes) &&
	       read_hex(object, "sha256", file->sha256, sizeof(file->sha256));
}

/* Records the ${file} that ${object} is. */
static void
record_file(const json_t *object, const char *file, struct publish_record *record)
{
	struct publish_record_file *recorded;

	if (record->files == PUBLISH_FILES_MAX)
		return;
	recorded = &record->file[record->files++];
	snprintf(recorded->file, sizeof(recorded->file), "%s", file);
	if (!read_number(object, "names", INT64_MAX, &recorded->names))
		recorded->names = 0;
}

static bool
read_files(const json_t *files, struct publish_stated *stated,
           struct publish_record *record)
{
	record->files = 0;
	for (size_t i = 0; i < json_array_size(files); i++) {
		const json_t *object = json_array_get(files, i);

		if (!read_file(object, &stated->file[i]))
			return false;
		record_file(object, stated->file[i].file, record);
		stated->count++;
	}
	return true;
}

enum fsk_err
publish_stated_read(struct span text, struct publish_stated **stated,
                    struct publish_verdict *verdict, struct publish_record *record)
{
	json_t *root = json_loadb(text.text, text.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *files = json_object_get(root, "files");
	size_t count = json_array_size(files);
	struct publish_stated *made;

	verdict->why = "this is no manifest of foresink";
	if (!json_is_array(files) || count > FILES_MAX) {
		json_decref(root);
		return FSK_SYNTAX;
	}
	made = calloc(1, size_add(sizeof(*made), size_mul(count, sizeof(made->file[0]))));
	if (made == NULL) {
		json_decref(root);
		return FSK_NOMEM;
	}
	made->root = root;
	if (!read_facts(root, verdict, record) || !read_files(files, made, record)) {
		publish_stated_free(made);
		return FSK_SYNTAX;
	}
	verdict->why = NULL;
	*stated = made;
	return FSK_OK;
}

size_t
publish_stated_count(const struct publish_stated *stated)
{
	return stated->count;
}

const struct publish_stated_file *
publish_stated_at(const struct publish_stated *stated, size_t n)
{
	return &stated->file[n];
}

void
publish_stated_free(struct publish_stated *stated)
{
	if (stated == NULL)
		return;
	json_decref(stated->root);
	free(stated);
}
