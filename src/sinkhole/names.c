/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/ascii.h"
#include "base/size.h"
#include "sinkhole/ground.h"
#include "wire/name.h"

#include <stdlib.h>

#define ROOM_FIRST 16

/* Names, while they are read. */
struct names {
	struct fsk_name *at;
	size_t count, room;
};

static enum fsk_err
fail(struct fault *fault, size_t column, const char *why)
{
	fault->column = column;
	fault->why = why;
	return FSK_SYNTAX;
}

static enum fsk_err
add(struct names *names, const struct fsk_name *name)
{
	if (names->count == names->room) {
		size_t room = size_mul(names->room, 2);
		struct fsk_name *grown = realloc(names->at, size_mul(room, sizeof(*grown)));

		if (grown == NULL)
			return FSK_NOMEM;
		names->at = grown;
		names->room = room;
	}
	names->at[names->count++] = *name;
	return FSK_OK;
}

/* Reads the name of ${line}, if there is one. */
static enum fsk_err
read_line(struct span line, struct names *names, struct fault *fault)
{
	const char *comment = line.len == 0 ? NULL : memchr(line.text, '#', line.len);
	struct fsk_name name;
	size_t start = 0;

	if (comment != NULL)
		line.len = (size_t)(comment - line.text);
	while (line.len > 0 && ascii_space(line.text[line.len - 1]))
		line.len--;
	while (start < line.len && ascii_space(line.text[start]))
		start++;
	line = span_from(line, start);
	if (line.len == 0)
		return FSK_OK;
	if (line.text[0] == '*')
		return fail(fault, start + 1,
		            "all below a held name is held, without \"*\"");
	if (wire_name_read(line, &name, fault) != FSK_OK)
		return fail(fault, start + fault->column, fault->why);
	return add(names, &name);
}

enum fsk_err
sinkhole_names_read(struct span text, struct fsk_name **names, size_t *count,
                    struct fault *fault)
{
	struct names read = {NULL, 0, 0};
	enum fsk_err err = FSK_OK;
	struct fault where = {0, 0, ""};
	size_t line = 0;

	/* Also of no names it is a list: NULL would stand for another kind of set. */
	read.at = calloc(ROOM_FIRST, sizeof(*read.at));
	read.room = ROOM_FIRST;
	if (read.at == NULL)
		return FSK_NOMEM;
	while (text.len > 0 && err == FSK_OK) {
		const char *end = memchr(text.text, '\n', text.len);
		size_t len = end == NULL ? text.len : (size_t)(end - text.text);

		line++;
		err = read_line((struct span){text.text, len}, &read, &where);
		text = span_from(text, len + (end != NULL));
	}
	if (err != FSK_OK) {
		if (err == FSK_SYNTAX && fault != NULL)
			*fault = (struct fault){line, where.column, where.why};
		free(read.at);
		return err;
	}
	*names = read.at;
	*count = read.count;
	return FSK_OK;
}
