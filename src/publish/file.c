/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/file.h"

#include "base/ascii.h"
#include "base/date.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

/* Bytes that are digested and written at once: they fit into the second cache of any
 * processor of today, so that each byte comes from memory once. */
#define BUFFER ((size_t)256 * 1024)

/* Digits of the largest number of 64 bits. */
#define DIGITS 20

struct publish_file {
	int fd;
	int error;  /* errno of the first write that failed; 0: none */
	bool apart; /* somebody else writes the descriptor */
	EVP_MD_CTX *digest;
	struct publish_file_facts facts;
	size_t used; /* of buffer */
	char buffer[BUFFER];
};

enum fsk_err
publish_file_new(int fd, struct publish_file **file)
{
	struct publish_file *made = malloc(sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->fd = fd;
	made->error = 0;
	made->apart = false;
	made->used = 0;
	made->facts = (struct publish_file_facts){.bytes = 0};
	made->digest = EVP_MD_CTX_new();
	if (made->digest == NULL ||
	    EVP_DigestInit_ex(made->digest, EVP_sha256(), NULL) != 1) {
		publish_file_free(made);
		return FSK_NOMEM;
	}
	*file = made;
	return FSK_OK;
}

static void
fail(struct publish_file *file, int error)
{
	if (file->error == 0)
		file->error = error != 0 ? error : EIO;
}

/* Adds ${len} bytes of the file to its digest. */
static void
note(struct publish_file *file, const char *bytes, size_t len)
{
	if (EVP_DigestUpdate(file->digest, bytes, len) != 1)
		fail(file, ENOMEM);
	file->facts.bytes += len;
}

/* Writes ${len} bytes, unless a write failed before. */
static void
write_out(struct publish_file *file, const char *bytes, size_t len)
{
	if (file->error != 0)
		return;
	note(file, bytes, len);
	while (len > 0 && file->error == 0) {
		ssize_t written = write(file->fd, bytes, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) { /* one that does nothing would go on for ever */
			fail(file, written == 0 ? ENOSPC : errno);
			return;
		}
		bytes += written;
		len -= (size_t)written;
	}
}

static void
flush(struct publish_file *file)
{
	write_out(file, file->buffer, file->used);
	file->used = 0;
}

void
publish_put(struct publish_file *file, struct span text)
{
	if (text.len > BUFFER - file->used) {
		flush(file);
		if (text.len >= BUFFER) {
			write_out(file, text.text, text.len);
			return;
		}
	}
	if (text.len > 0)
		memcpy(file->buffer + file->used, text.text, text.len);
	file->used += text.len;
}

void
publish_put_text(struct publish_file *file, const char *text)
{
	publish_put(file, span_of(text));
}

void
publish_put_number(struct publish_file *file, uint64_t number)
{
	char digits[DIGITS];
	size_t at = DIGITS;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	publish_put(file, (struct span){digits + at, DIGITS - at});
}

void
publish_put_instant(struct publish_file *file, int64_t instant)
{
	char text[DATE_INSTANT_SIZE];

	date_write_instant(instant, text);
	publish_put_text(file, text);
}

void
publish_put_day(struct publish_file *file, int64_t instant)
{
	char text[DATE_INSTANT_SIZE];

	date_write_day(instant, text);
	publish_put_text(file, text);
}

/* Reads the character at the start of ${text} (RFC 3629) into ${point} and returns its
 * octets; 0 when none that is well formed stands there. */
static size_t
read_utf8(struct span text, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t lead = (uint8_t)text.text[0];
	size_t octets = lead < 0x80   ? 1
	                : lead < 0xc2 ? 0
	                : lead < 0xe0 ? 2
	                : lead < 0xf0 ? 3
	                              : 4;
	uint32_t value = octets < 2 ? lead : lead & 0x7fU >> octets;

	if (lead >= 0xf5 || octets == 0 || octets > text.len)
		return 0;
	for (size_t i = 1; i < octets; i++) {
		if (((uint8_t)text.text[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | ((uint8_t)text.text[i] & 0x3f);
	}
	if (value < least[octets] || value > 0x10ffff || (value & 0xfffff800) == 0xd800)
		return 0;
	*point = value;
	return octets;
}

/* Puts half of ${point}, or all that there is of it, as \uHHHH. */
static void
put_unit(struct publish_file *file, uint32_t unit)
{
	static const char hex[] = "0123456789abcdef";
	const char text[] = {'\\',
	                     'u',
	                     hex[unit >> 12 & 15],
	                     hex[unit >> 8 & 15],
	                     hex[unit >> 4 & 15],
	                     hex[unit & 15]};

	publish_put(file, (struct span){text, sizeof(text)});
}

/* Puts what JSON (RFC 8259 section 7) cannot hold as it is, or what is not ASCII. */
static void
put_escape(struct publish_file *file, uint32_t point)
{
	if (point == '"' || point == '\\') {
		const char text[] = {'\\', (char)point};

		publish_put(file, (struct span){text, sizeof(text)});
	} else if (point < 0x10000) {
		put_unit(file, point);
	} else {
		put_unit(file, 0xd800 + ((point - 0x10000) >> 10));
		put_unit(file, 0xdc00 + (point & 0x3ff));
	}
}

void
publish_put_json(struct publish_file *file, struct span text)
{
	size_t plain = 0; /* octets that need nothing */

	publish_put_text(file, "\"");
	while (plain < text.len) {
		uint32_t point = 0xfffd; /* stands for an octet that is not UTF-8 */
		size_t octets;

		if (ascii_print(text.text[plain]) && text.text[plain] != '"' &&
		    text.text[plain] != '\\') {
			plain++;
			continue;
		}
		publish_put(file, (struct span){text.text, plain});
		text = span_from(text, plain);
		octets = read_utf8(text, &point);
		put_escape(file, point);
		text = span_from(text, octets > 0 ? octets : 1);
		plain = 0;
	}
	publish_put(file, text);
	publish_put_text(file, "\"");
}

char *
publish_room(struct publish_file *file, size_t len)
{
	if (len > BUFFER - file->used)
		flush(file);
	return file->buffer + file->used;
}

void
publish_took(struct publish_file *file, size_t len)
{
	file->used += len;
}

void
publish_named(struct publish_file *file)
{
	file->facts.names++;
}

void
publish_left_out(struct publish_file *file)
{
	file->facts.left_out++;
}

int
publish_file_descriptor(struct publish_file *file)
{
	file->apart = true;
	return file->fd;
}

/* Digests what somebody else wrote. */
static void
read_back(struct publish_file *file)
{
	for (off_t at = 0; file->error == 0;) {
		ssize_t got = pread(file->fd, file->buffer, BUFFER, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			fail(file, errno);
		if (got <= 0)
			return;
		note(file, file->buffer, (size_t)got);
		at += got;
	}
}

enum fsk_err
publish_file_finish(struct publish_file *file, struct publish_file_facts *facts)
{
	if (file->apart)
		read_back(file);
	else
		flush(file);
	if (file->error == 0 &&
	    EVP_DigestFinal_ex(file->digest, file->facts.sha256, NULL) != 1)
		fail(file, ENOMEM);
	if (file->error != 0) {
		errno = file->error;
		return FSK_IO;
	}
	*facts = file->facts;
	return FSK_OK;
}

void
publish_file_free(struct publish_file *file)
{
	int error = errno;

	if (file == NULL)
		return;
	EVP_MD_CTX_free(file->digest);
	free(file);
	errno = error;
}
