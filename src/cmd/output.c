/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/output.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/span.h"
#include "cmd/say.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES (1 << 18)

/* Begins the draft of ${output}'s file. It is written through a descriptor of
 * its own, so that the draft keeps the one that it began with. */
static FILE *
open_draft(struct output *output)
{
	FILE *file;
	int fd;

	if (draft_init(&output->draft, output->path) != FSK_OK)
		return NULL;
	fd = fcntl(output->draft.fd, F_DUPFD_CLOEXEC, 0);
	file = fd != -1 ? fdopen(fd, "w") : NULL;
	if (file == NULL) {
		if (fd != -1)
			close(fd);
		draft_fini(&output->draft);
	}
	return file;
}

enum status
output_open(struct output *output, const char *path)
{
	*output = (struct output){.file = stdout, .path = path};
	if (path == NULL) {
		setvbuf(stdout, NULL, _IOFBF, BUFFER_BYTES);
		return STATUS_DONE;
	}
	output->file = draft_may_replace(path) ? open_draft(output) : fopen(path, "we");
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

/* Brings what is buffered to the system. */
static void
flush(struct output *output)
{
	if (fflush(output->file) != 0 || ferror(output->file))
		note_error(output);
}

/* Closes the file and puts it in its place, if all went well so far. */
static void
settle(struct output *output)
{
	flush(output);
	if (fclose(output->file) != 0)
		note_error(output);
	if (output->error == 0 && output->draft.name != NULL &&
	    draft_finish(&output->draft) != FSK_OK)
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
	} else if (wanted || output->draft.name == NULL) {
		settle(output);
	} else {
		fclose(output->file);
	}
	draft_fini(&output->draft);
	if (output->error != 0) {
		say("%s: %s", output->path != NULL ? output->path : "standard output",
		    strerror(output->error));
		status = STATUS_SYSTEM;
	}
	return status;
}

/* Reads the code point at the start of ${text} (RFC 3629) into ${point} and
 * returns its octets; 0 when none that is well formed stands there. */
static size_t
read_utf8(struct span text, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)text.text[0];
	size_t octets = lead < 0x80   ? 1
	                : lead < 0xc0 ? 0
	                : lead < 0xe0 ? 2
	                : lead < 0xf0 ? 3
	                : lead < 0xf8 ? 4
	                              : 0;
	uint32_t value = octets < 2 ? lead : lead & (0x7fU >> octets);

	if (octets == 0 || octets > text.len)
		return 0;
	for (size_t i = 1; i < octets; i++) {
		if (((unsigned char)text.text[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | ((unsigned char)text.text[i] & 0x3f);
	}
	if (value < least[octets] || value > 0x10ffff || (value & 0xfffff800) == 0xd800)
		return 0;
	*point = value;
	return octets;
}

/* Writes ${point} as JSON escapes (RFC 8259 section 7). */
static void
write_escape(FILE *out, uint32_t point)
{
	if (point < 0x10000)
		fprintf(out, "\\u%04x", point);
	else
		fprintf(out, "\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10),
		        0xdc00 + (point & 0x3ff));
}

void
output_json(struct output *output, const char *text, size_t len)
{
	size_t octets;

	fputc('"', output->file);
	for (size_t i = 0; i < len; i += octets) {
		uint32_t point = 0xfffd; /* stands for an octet that is not UTF-8 */

		octets = read_utf8((struct span){text + i, len - i}, &point);
		if (text[i] == '"' || text[i] == '\\')
			fprintf(output->file, "\\%c", text[i]);
		else if (ascii_print(text[i]))
			fputc(text[i], output->file);
		else
			write_escape(output->file, point);
		if (octets == 0)
			octets = 1;
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
