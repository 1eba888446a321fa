/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/output.h"

#include "base/ascii.h"
#include "base/date.h"
#include "cmd/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES (1 << 18)

/* Opens a new file beside ${output}'s path, with the mode that the file at the
 * path has, or that a new file would get. */
static int
open_beside(struct output *output, const struct stat *old)
{
	size_t size = strlen(output->path) + sizeof(".XXXXXX");
	mode_t mask = umask(0);
	int file;

	umask(mask);
	output->temporary = malloc(size);
	if (output->temporary == NULL)
		return -1;
	snprintf(output->temporary, size, "%s.XXXXXX", output->path);
	file = mkstemp(output->temporary);
	if (file == -1) {
		free(output->temporary);
		output->temporary = NULL;
		return -1;
	}
	(void)fchmod(file, old != NULL ? old->st_mode & 07777 : 0666 & ~mask);
	return file;
}

enum status
output_open(struct output *output, const char *path)
{
	struct stat old;
	bool exists = path != NULL && stat(path, &old) == 0;
	int file;

	*output = (struct output){.file = stdout, .path = path};
	if (path == NULL) {
		setvbuf(stdout, NULL, _IOFBF, BUFFER_BYTES);
		return STATUS_DONE;
	}
	if (exists && !S_ISREG(old.st_mode)) {
		output->file = fopen(path, "we");
	} else {
		file = open_beside(output, exists ? &old : NULL);
		output->file = file != -1 ? fdopen(file, "w") : NULL;
	}
	if (output->file == NULL) {
		say("%s: %s", path, strerror(errno));
		return STATUS_SYSTEM;
	}
	setvbuf(output->file, NULL, _IOFBF, BUFFER_BYTES);
	return STATUS_DONE;
}

/* Keeps ${output}'s first error, whose number errno holds now. */
static void
note_error(struct output *output)
{
	if (output->error == 0)
		output->error = errno != 0 ? errno : EIO;
}

bool
output_broken(struct output *output)
{
	if (ferror(output->file))
		note_error(output);
	return output->error != 0 || say_stopped();
}

/* Brings what is buffered to the system, and to the disk where the file is to
 * be renamed. */
static void
flush(struct output *output)
{
	if (fflush(output->file) != 0 || ferror(output->file))
		note_error(output);
	else if (output->temporary != NULL && fsync(fileno(output->file)) != 0)
		note_error(output);
}

/* Closes the file and puts it in its place, if all went well so far. */
static void
settle(struct output *output)
{
	flush(output);
	if (fclose(output->file) != 0)
		note_error(output);
	if (output->error == 0 && output->temporary != NULL &&
	    rename(output->temporary, output->path) != 0)
		note_error(output);
}

enum status
output_close(struct output *output, enum status status)
{
	bool wanted = (status == STATUS_DONE || status == STATUS_FOUND) && !say_stopped();

	if (output->path == NULL) {
		flush(output);
		if (output->error == EPIPE)
			output->error = 0; /* the reader has all that it wanted */
	} else if (wanted || output->temporary == NULL) {
		settle(output);
	} else {
		fclose(output->file);
	}
	if (output->error != 0) {
		say("%s: %s", output->path != NULL ? output->path : "standard output",
		    strerror(output->error));
		status = STATUS_SYSTEM;
	}
	if (output->temporary != NULL && (!wanted || output->error != 0))
		unlink(output->temporary);
	free(output->temporary);
	return status;
}

void
output_json(struct output *output, const char *text, size_t len)
{
	fputc('"', output->file);
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '"' || c == '\\')
			fprintf(output->file, "\\%c", c);
		else if (ascii_print(c))
			fputc(c, output->file);
		else
			fprintf(output->file, "\\u%04x", (unsigned char)c);
	}
	fputc('"', output->file);
}

void
output_csv(struct output *output, const char *text, size_t len)
{
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		quoted = quoted || c == ',' || c == '"' || c == '\n' || c == '\r';
	}
	if (!quoted) {
		fwrite(text, 1, len, output->file);
		return;
	}
	fputc('"', output->file);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			fputc('"', output->file);
		fputc(text[i], output->file);
	}
	fputc('"', output->file);
}

void
output_json_instant(struct output *output, int64_t instant)
{
	char text[DATE_INSTANT_SIZE];

	if (instant == INT64_MIN || instant == INT64_MAX) {
		fputs("null", output->file);
		return;
	}
	date_write_instant(instant, text);
	fprintf(output->file, "\"%s\"", text);
}
