/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fuzz/segment_file.h: a segment of a journal made of any octets: those behind a head that
 * is right, and, if the first of them is '+', each word of a record proven, too.
 */
#ifndef FUZZ_SEGMENT_FILE_H
#define FUZZ_SEGMENT_FILE_H

#include "fuzz.h"

#include "store/form.h"
#include "store/segment.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NUMBER 7
#define FILE_SIZE 65536

static struct {
	uint8_t octets[FILE_SIZE];
	char folder[64], path[128];
} file;

static void
file_remove(void)
{
	char path[128];

	unlink(file.path);
	snprintf(path, sizeof(path), "%s/journal/w", file.folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/journal", file.folder);
	rmdir(path);
	rmdir(file.folder);
}

static void
file_place(void)
{
	const char *where = getenv("TMPDIR");

	if (file.folder[0] != '\0')
		return;
	snprintf(file.folder, sizeof(file.folder), "%.40s/fuzz.XXXXXX",
	         where != NULL ? where : "/tmp");
	FUZZ_CLAIM(mkdtemp(file.folder) != NULL);
	snprintf(file.path, sizeof(file.path), "%s/journal", file.folder);
	FUZZ_CLAIM(mkdir(file.path, 0700) == 0);
	snprintf(file.path, sizeof(file.path), "%s/journal/w", file.folder);
	FUZZ_CLAIM(mkdir(file.path, 0700) == 0);
	snprintf(file.path, sizeof(file.path), "%s/journal/w/%0*d%s", file.folder,
	         FORM_DIGITS, FILE_NUMBER, FORM_SEGMENT);
	atexit(file_remove);
}

static void
file_make(const uint8_t *data, size_t len)
{
	struct form_head head = {.version = FORM_VERSION,
	                         .first = FORM_FIRST,
	                         .number = FILE_NUMBER,
	                         .worker = "w"};
	FILE *out;

	file_place();
	memcpy(head.magic, FORM_MAGIC, sizeof(head.magic));
	head.sum = form_sum(&head);
	memset(file.octets, 0, sizeof(file.octets));
	memcpy(file.octets, &head, sizeof(head));
	memcpy(file.octets + sizeof(head), data + 1, len - 1);
	for (size_t at = sizeof(head); data[0] == '+' && at + FORM_WORD <= FILE_SIZE;) {
		uint64_t word = form_load(file.octets + at);
		size_t size = form_len(word);

		if ((form_tag(word) != FORM_RECORD && form_tag(word) != FORM_END) ||
		    size > FILE_SIZE - at - FORM_WORD)
			break;
		word = form_word(FILE_NUMBER, at, form_tag(word),
		                 file.octets + at + FORM_WORD, size);
		memcpy(file.octets + at, &word, sizeof(word));
		at += form_room(size);
	}
	out = fopen(file.path, "wb");
	FUZZ_CLAIM(out != NULL);
	FUZZ_CLAIM(fwrite(file.octets, 1, sizeof(head) + len - 1, out) > 0);
	fclose(out);
}

#endif
