/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_MOST 63
#define LONGEST 253 /* octets of text; two more in wire form */

/* The text of ${path}; its length. */
static char *
read_all(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	char *text;
	long end;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (end = ftell(file)) < 0)
		err(71, "%s", path);
	rewind(file);
	*size = (size_t)end;
	text = malloc(*size + 1);
	if (text == NULL || fread(text, 1, *size, file) != *size)
		err(71, "%s", path);
	fclose(file);
	return text;
}

/* Puts the ${len} octets of ${text} behind the names. */
static void
add(struct names *names, const char *text, size_t len)
{
	uint8_t *wire = names->octets + names->size + 1;
	size_t dot = 0; /* where the length of this label goes */

	if (len == 0 || len > LONGEST)
		errx(65, "this is no name: %.*s", (int)len, text);
	memcpy(wire + 1, text, len);
	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != '.')
			continue;
		if (i == dot || i - dot > LABEL_MOST)
			errx(65, "this is no name: %.*s", (int)len, text);
		wire[dot] = (uint8_t)(i - dot);
		dot = i + 1;
	}
	wire[len + 1] = 0;
	wire[-1] = (uint8_t)(len + 2);
	names->size += len + 3;
	names->count++;
}

void
names_read(const char *path, struct names *names)
{
	size_t size;
	char *text = read_all(path, &size);

	/* A line is at least one letter and its end, and takes two octets more here. */
	*names = (struct names){.octets = malloc(2 * size + 4)};
	if (names->octets == NULL)
		err(71, NULL);
	for (size_t at = 0; at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		size_t len = end == NULL ? size - at : (size_t)(end - text) - at;

		add(names, text + at, len);
		at += len + 1;
	}
	free(text);
	if (names->count == 0)
		errx(65, "%s: no names", path);
}

const uint8_t *
names_next(struct names *names)
{
	const uint8_t *name = names->octets + names->at;

	names->at += 1u + name[0];
	if (names->at == names->size)
		names->at = 0;
	return name;
}
