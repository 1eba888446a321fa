/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/hello.h"

#include "wire/name.h"

#define RECORD_HEAD 5
#define MESSAGE_HEAD 4
#define RECORD_MOST 16384 /* octets of a record, RFC 8446 section 5.1 */
#define HANDSHAKE 0x16
#define CLIENT_HELLO 1
#define SERVER_NAME 0
#define HOST_NAME 0

/* Octets that are read from the front; what is not there yet is no fault, but what lies
 * beyond its own bounds is. */
struct view {
	const uint8_t *at;
	size_t there; /* octets that have come */
	size_t left;  /* that it has by its length; there or not */
};

/* Takes a number of ${width} octets; false: it has not come, or lies outside. */
static bool
take_number(struct view *view, unsigned width, size_t *number)
{
	size_t read = 0;

	if (view->there < width || view->left < width)
		return false;
	for (unsigned i = 0; i < width; i++)
		read = read << 8 | view->at[i];
	view->at += width;
	view->there -= width;
	view->left -= width;
	*number = read;
	return true;
}

/* Takes what has a length of ${width} octets in front, as far as it has come, into
 * ${part}. False as above, also when it is longer than what it stands in. */
static bool
take_part(struct view *view, unsigned width, struct view *part)
{
	struct view rest = *view;
	size_t len, come;

	if (!take_number(&rest, width, &len) || len > rest.left)
		return false;
	come = len < rest.there ? len : rest.there;
	*part = (struct view){rest.at, come, len};
	*view = (struct view){rest.at + come, rest.there - come, rest.left - len};
	return true;
}

/* Whether more octets may say what these do not. */
static bool
is_short(const struct view *view)
{
	return view->there < view->left;
}

/* The name in a ${list} of server names. */
static void
read_name(struct view list, char name[256])
{
	struct view entries, entry;
	struct fsk_name read;
	size_t type;

	if (!take_part(&list, 2, &entries) || !take_number(&entries, 1, &type) ||
	    type != HOST_NAME || !take_part(&entries, 2, &entry) || is_short(&entry))
		return;
	if (wire_name_read((struct span){(const char *)entry.at, entry.left}, &read,
	                   NULL) != FSK_OK)
		return;
	memcpy(name, read.text, read.len + (size_t)1);
}

/* Reads the body of a hello. False: it breaks its own lengths. */
static bool
read_body(struct view body, char name[256])
{
	struct view part, extensions, extension;
	size_t number;

	/* Version, 32 octets of random; session, ciphers, compression. */
	if (body.left < 34)
		return false;
	if (body.there < 34)
		return true;
	body = (struct view){body.at + 34, body.there - 34, body.left - 34};
	if (!take_part(&body, 1, &part) || !take_part(&body, 2, &part) ||
	    !take_part(&body, 1, &part))
		return is_short(&body);
	if (body.left == 0)
		return true; /* before RFC 3546: without extensions */
	if (!take_part(&body, 2, &extensions))
		return is_short(&body);
	while (extensions.left > 0) {
		if (!take_number(&extensions, 2, &number) ||
		    !take_part(&extensions, 2, &extension))
			return is_short(&extensions);
		if (number == SERVER_NAME && name[0] == '\0')
			read_name(extension, name);
	}
	return true;
}

/* Octets of the handshake message of which ${len} octets came, as far as they say; 0: it is
 * no hello. */
static size_t
size_of(const uint8_t *message, size_t len)
{
	if (len > 0 && message[0] != CLIENT_HELLO)
		return 0;
	if (len < MESSAGE_HEAD)
		return MESSAGE_HEAD;
	return MESSAGE_HEAD +
	       ((size_t)message[1] << 16 | (size_t)message[2] << 8 | message[3]);
}

/* Reads the ${len} octets of ${message}, a handshake message and what follows it. */
static enum sinkhole_greeting
read_message(const uint8_t *message, size_t len, bool last, char name[256])
{
	struct view view = {message, len, SIZE_MAX}, body;
	size_t type;

	if (len > 0 && message[0] != CLIENT_HELLO)
		return SINKHOLE_HELLO_NONE;
	if (!take_number(&view, 1, &type) || !take_part(&view, 3, &body))
		return last ? SINKHOLE_HELLO_NONE : SINKHOLE_HELLO_MORE;
	if (!read_body(body, name))
		return SINKHOLE_HELLO_NONE;
	if (is_short(&body))
		return last ? SINKHOLE_HELLO_LONG : SINKHOLE_HELLO_MORE;
	return SINKHOLE_HELLO_WHOLE;
}

/* A hello in the form of SSL 2 has no name. */
static enum sinkhole_greeting
read_old(struct span octets)
{
	const uint8_t *at = (const uint8_t *)octets.text;
	size_t len;

	if (octets.len < 2)
		return SINKHOLE_HELLO_MORE;
	len = (size_t)(at[0] & 0x7f) << 8 | at[1];
	/* Its type and version, three lengths, and a cipher at least. */
	if (len < 12 || (octets.len > 2 && at[2] != CLIENT_HELLO))
		return SINKHOLE_HELLO_NONE;
	if (octets.len >= len + 2)
		return SINKHOLE_HELLO_WHOLE;
	return octets.len < SINKHOLE_HELLO_MOST ? SINKHOLE_HELLO_MORE : SINKHOLE_HELLO_LONG;
}

enum sinkhole_greeting
sinkhole_hello_read(struct span octets, char name[256])
{
	uint8_t message[SINKHOLE_HELLO_MOST];
	struct view view = {(const uint8_t *)octets.text, octets.len, SIZE_MAX}, part;
	size_t len = 0, size = MESSAGE_HEAD, type, version;
	bool last = octets.len >= SINKHOLE_HELLO_MOST;

	name[0] = '\0';
	if (view.there > SINKHOLE_HELLO_MOST)
		view.there = SINKHOLE_HELLO_MOST;
	if (view.there > 0 && (view.at[0] & 0x80) != 0)
		return read_old(octets);
	/* It may come in thousands of records: it is gathered first, and read once. */
	while (view.there > 0 && len < size) {
		if (view.at[0] != HANDSHAKE || (view.there > 1 && view.at[1] != 3))
			return SINKHOLE_HELLO_NONE;
		if (view.there < RECORD_HEAD)
			break;
		if (!take_number(&view, 1, &type) || !take_number(&view, 2, &version) ||
		    !take_part(&view, 2, &part) || part.left == 0 ||
		    part.left > RECORD_MOST)
			return SINKHOLE_HELLO_NONE;
		memcpy(message + len, part.at, part.there);
		len += part.there;
		size = size_of(message, len);
	}
	return read_message(message, len, last, name);
}
