/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/address.h"

#include "base/ascii.h"

#include <arpa/inet.h>
#include <string.h>

/* Octets and bits in front of the IPv4 address that is mapped into IPv6. */
#define MAPPED 12
#define MAPPED_BITS 96

static const uint8_t mapped[MAPPED] = {[10] = 0xff, [11] = 0xff};

/* Reads the number of one octet at ${at}, which moves behind it, ${end} at most.
 * One way to write each number, so that no reader takes "010" for 8. */
static bool
read_octet(const char **at, const char *end, uint8_t *octet)
{
	const char *p = *at;
	unsigned number = 0;

	if (p == end || !ascii_digit(*p))
		return false;
	if (*p == '0' && end - p > 1 && ascii_digit(p[1]))
		return false;
	for (; p < end && ascii_digit(*p); p++) {
		number = number * 10 + (unsigned)(*p - '0');
		if (number > 255)
			return false;
	}
	*octet = (uint8_t)number;
	*at = p;
	return true;
}

/* Four numbers with dots: nearly every address of a log, so without inet_pton(),
 * which would want a copy that ends in NUL. */
static bool
read_v4(struct span text, struct address *address)
{
	const char *at = text.text;
	const char *end = at + text.len;
	uint8_t octets[4];

	for (size_t i = 0; i < 4; i++) {
		if (i > 0 && (at == end || *at++ != '.'))
			return false;
		if (!read_octet(&at, end, &octets[i]))
			return false;
	}
	if (at != end)
		return false;
	*address = address_of_v4(octets);
	return true;
}

/* Takes the zone (RFC 4007 section 11) off ${text}; false when it is empty or
 * not printable. */
static bool
drop_zone(struct span *text)
{
	const char *percent = memchr(text->text, '%', text->len);
	size_t len;

	if (percent == NULL)
		return true;
	len = (size_t)(percent - text->text);
	if (len + 1 == text->len)
		return false;
	for (size_t i = len + 1; i < text->len; i++) {
		if (!ascii_print(text->text[i]) || text->text[i] == ' ')
			return false;
	}
	text->len = len;
	return true;
}

static bool
read_v6(struct span text, struct address *address)
{
	char copy[ADDRESS_SIZE];
	uint8_t octets[16];

	if (text.len > 2 && text.text[0] == '[' && text.text[text.len - 1] == ']')
		text = (struct span){text.text + 1, text.len - 2};
	if (!drop_zone(&text))
		return false;
	/* A NUL would end the copy early. */
	if (text.len == 0 || text.len >= sizeof(copy) ||
	    memchr(text.text, '\0', text.len) != NULL)
		return false;
	memcpy(copy, text.text, text.len);
	copy[text.len] = '\0';
	if (inet_pton(AF_INET6, copy, octets) != 1)
		return false;
	*address = address_of_v6(octets);
	return true;
}

enum fsk_err
address_read(struct span text, struct address *address)
{
	if (text.len == 0)
		return FSK_SYNTAX;
	return read_v4(text, address) || read_v6(text, address) ? FSK_OK : FSK_SYNTAX;
}

void
address_write(const struct address *address, char out[ADDRESS_SIZE])
{
	const char *written =
	        address_is_v4(address)
	                ? inet_ntop(AF_INET, address->octets + MAPPED, out, ADDRESS_SIZE)
	                : inet_ntop(AF_INET6, address->octets, out, ADDRESS_SIZE);

	/* The size is that of the longest text, so this does not happen. */
	if (written == NULL)
		out[0] = '\0';
}

struct address
address_of_v4(const uint8_t octets[4])
{
	struct address address;

	memcpy(address.octets, mapped, MAPPED);
	memcpy(address.octets + MAPPED, octets, 4);
	return address;
}

struct address
address_of_v6(const uint8_t octets[16])
{
	struct address address;

	memcpy(address.octets, octets, sizeof(address.octets));
	return address;
}

bool
address_is_v4(const struct address *address)
{
	return memcmp(address->octets, mapped, MAPPED) == 0;
}

void
address_mask(struct address *address, unsigned prefix)
{
	if (address_is_v4(address)) {
		if (prefix > 32)
			return;
		prefix += MAPPED_BITS;
	}
	for (unsigned bit = prefix; bit < 128; bit = bit / 8 * 8 + 8) {
		/* The first octet keeps its bits in front; all behind it are zero. */
		address->octets[bit / 8] &= (uint8_t) ~(0xffu >> bit % 8);
	}
}

/* Reads the number of bits, ${most} at most, in one way to write it. */
static bool
read_bits(struct span text, unsigned most, unsigned *bits)
{
	unsigned read = 0;

	if (text.len == 0 || text.len > 3 || (text.len > 1 && *text.text == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!ascii_digit(text.text[i]))
			return false;
		read = read * 10 + (unsigned)(text.text[i] - '0');
	}
	*bits = read;
	return read <= most;
}

enum fsk_err
address_read_prefix(struct span text, struct address *address, unsigned *prefix)
{
	const char *slash = text.len > 0 ? memchr(text.text, '/', text.len) : NULL;
	size_t len = slash == NULL ? text.len : (size_t)(slash - text.text);
	struct address read, masked;
	unsigned bits;

	if (len == 0 || memchr(text.text, '%', len) != NULL ||
	    address_read((struct span){text.text, len}, &read) != FSK_OK)
		return FSK_SYNTAX;
	bits = address_is_v4(&read) ? 32 : 128;
	if (slash != NULL && !read_bits(span_from(text, len + 1), bits, &bits))
		return FSK_SYNTAX;
	masked = read;
	address_mask(&masked, bits);
	if (!address_equal(&masked, &read))
		return FSK_SYNTAX;
	*address = read;
	*prefix = bits;
	return FSK_OK;
}
