/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/message.h"

#include "wire/name.h"

#define TYPE_OPT 41     /* RFC 6891 section 6.1.1 */
#define OPTION_SUBNET 8 /* RFC 7871 section 6 */
#define FAMILY_V4 1     /* of the subnet: IANA's address family numbers */
#define FAMILY_V6 2
#define COMPRESSED 0xc0 /* both bits of a pointer; RFC 1035 section 4.1.4 */
#define RECORD_FIXED 10 /* type, class, TTL and length of a record */
#define OPTION_FIXED 4  /* code and length of an option */
#define SUBNET_FIXED 4  /* family and the two prefixes of a subnet */

/* What of a message is still to be read. */
struct rest {
	const unsigned char *octets;
	size_t len;
};

static enum fsk_err
fail(struct fault *fault, size_t octet, const char *why)
{
	if (fault != NULL)
		*fault = (struct fault){.line = 0, .column = octet, .why = why};
	return FSK_SYNTAX;
}

/* The number of two octets at ${octets}. */
static uint16_t
number(const unsigned char *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

/* Takes ${len} octets off the front of ${rest}; NULL when there are not so many. */
static const unsigned char *
take(struct rest *rest, size_t len)
{
	const unsigned char *taken = rest->octets;

	if (rest->len < len)
		return NULL;
	rest->octets += len;
	rest->len -= len;
	return taken;
}

/* Takes the name of the question off ${rest}, which begins at octet ${at} of the
 * message, into ${name}. */
static enum fsk_err
take_name(struct rest *rest, size_t at, struct fsk_name *name, struct fault *fault)
{
	char text[FSK_NAME_MAX + 2];
	size_t used = 0;

	for (;;) {
		const unsigned char *label = take(rest, 1);
		size_t len;

		if (label == NULL)
			return fail(fault, at, "the message ends in its question");
		len = *label;
		if (len == 0)
			break;
		if (len > WIRE_LABEL_MAX)
			return fail(fault, at, "no label where the question has one");
		if (used + len > FSK_NAME_MAX)
			return fail(fault, at, "the name is longer than 253 octets");
		label = take(rest, len);
		if (label == NULL)
			return fail(fault, at, "the message ends in its question");
		if (memchr(label, '.', len) != NULL)
			return fail(fault, at, "a dot in a label");
		memcpy(text + used, label, len);
		used += len;
		text[used++] = '.';
		at += len + 1;
	}
	if (used == 0) {
		*name = (struct fsk_name){.len = 0};
		return FSK_OK;
	}
	if (wire_name_read((struct span){text, used}, name, fault) == FSK_OK)
		return FSK_OK;
	/* The text has a dot where the message has the length of the next label. */
	if (fault != NULL)
		fault->column += WIRE_HEADER + 1;
	return FSK_SYNTAX;
}

/* Takes the name of a record off ${rest}: labels up to the root or a pointer. */
static bool
pass_name(struct rest *rest)
{
	for (;;) {
		const unsigned char *label = take(rest, 1);

		if (label == NULL)
			return false;
		if ((*label & COMPRESSED) == COMPRESSED)
			return take(rest, 1) != NULL;
		if (*label > WIRE_LABEL_MAX)
			return false;
		if (*label == 0)
			return true;
		if (take(rest, *label) == NULL)
			return false;
	}
}

/* Reads the client subnet in ${option} (RFC 7871 section 6): the address has as many
 * octets as the prefix needs. A prefix of 0 says that the client wants to say
 * nothing (section 7.1.2). */
static void
read_subnet(struct rest option, struct wire_message *message)
{
	const unsigned char *fixed = take(&option, SUBNET_FIXED);
	uint8_t whole[16] = {0};
	unsigned bits, most, family;

	if (fixed == NULL)
		return;
	family = number(fixed);
	bits = fixed[2];
	most = family == FAMILY_V4 ? 32 : 128;
	if ((family != FAMILY_V4 && family != FAMILY_V6) || bits == 0 || bits > most ||
	    option.len != (bits + 7) / 8)
		return;
	memcpy(whole, option.octets, option.len);
	message->subnet = family == FAMILY_V4 ? address_of_v4(whole) : address_of_v6(whole);
	address_mask(&message->subnet, bits);
	message->subnet_bits = (uint8_t)bits;
	message->has_subnet = true;
}

/* Looks through the options in ${rest}, the data of an OPT record. */
static void
read_options(struct rest rest, struct wire_message *message)
{
	const unsigned char *fixed;

	while ((fixed = take(&rest, OPTION_FIXED)) != NULL) {
		struct rest option = {rest.octets, number(fixed + 2)};

		if (take(&rest, option.len) == NULL)
			return;
		if (number(fixed) == OPTION_SUBNET) {
			read_subnet(option, message);
			return;
		}
	}
}

/* Passes over up to ${records} records in ${rest}, each of 11 octets or more, up to
 * the first OPT record (there may be one: RFC 6891 section 6.1.1). */
static void
read_records(struct rest rest, uint32_t records, struct wire_message *message)
{
	for (; records > 0; records--) {
		bool root = rest.len > 0 && *rest.octets == 0;
		const unsigned char *fixed = NULL;
		struct rest data;

		if (pass_name(&rest))
			fixed = take(&rest, RECORD_FIXED);
		if (fixed == NULL)
			return;
		data = (struct rest){rest.octets, number(fixed + 8)};
		if (take(&rest, data.len) == NULL)
			return;
		if (root && number(fixed) == TYPE_OPT) {
			read_options(data, message);
			return;
		}
	}
}

enum fsk_err
wire_message_read(const unsigned char *octets, size_t len, struct wire_message *message,
                  struct fault *fault)
{
	struct rest rest = {octets, len};
	struct wire_message read = {.has_subnet = false};
	const unsigned char *header = take(&rest, WIRE_HEADER), *fixed;
	enum fsk_err err;

	if (header == NULL)
		return fail(fault, len + 1, "the message is shorter than its header");
	if (number(header + 4) != 1)
		return fail(fault, 5, "the message has not one question");
	read.id = number(header);
	read.response = (header[2] & 0x80) != 0;
	read.opcode = header[2] >> 3 & 0xf;
	read.rcode = header[3] & 0xf;
	err = take_name(&rest, WIRE_HEADER + 1, &read.name, fault);
	if (err != FSK_OK)
		return err;
	fixed = take(&rest, 4);
	if (fixed == NULL)
		return fail(fault, len + 1, "the message ends in its question");
	read.qtype = number(fixed);
	read.qclass = number(fixed + 2);
	read_records(rest,
	             (uint32_t)number(header + 6) + number(header + 8) +
	                     number(header + 10),
	             &read);
	*message = read;
	return FSK_OK;
}
