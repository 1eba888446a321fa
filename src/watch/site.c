/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/site.h"

#include "base/address.h"
#include "base/ascii.h"
#include "wire/name.h"

#include <idn2.h>

/* Octets of the longest text in UTF-8 whose A-labels can be a name: each character
 * has four at most and gives one octet or more. */
#define UTF8_MOST (4 * (FSK_NAME_MAX + 1))

static enum fsk_err
fail(struct fault *fault, size_t octet, const char *why)
{
	*fault = (struct fault){.line = 0, .column = octet, .why = why};
	return FSK_SYNTAX;
}

/* The place of the first octet of ${text} that is not ASCII; its length: none. */
static size_t
find_high(struct span text)
{
	size_t i = 0;

	while (i < text.len && (unsigned char)text.text[i] < 0x80)
		i++;
	return i;
}

/* Reads ${text}, which has its first letter beyond ASCII at ${high}. */
static enum fsk_err
read_idn(struct span text, size_t high, struct fsk_name *name, struct fault *fault)
{
	uint8_t copy[UTF8_MOST + 1];
	uint8_t *ascii = NULL;
	enum fsk_err err;
	int rc;

	if (text.len > UTF8_MOST)
		return fail(fault, 1, "the name is longer than 253 octets");
	/* The library would take what stands in front of a NUL for all. */
	if (memchr(text.text, '\0', text.len) != NULL)
		return fail(fault, high + 1, "an octet that cannot stand in a name");
	memcpy(copy, text.text, text.len);
	copy[text.len] = '\0';
	rc = idn2_lookup_u8(copy, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc == IDN2_MALLOC)
		return FSK_NOMEM;
	if (rc != IDN2_OK)
		return fail(fault, high + 1, "no internationalised name in UTF-8");
	err = wire_name_read(span_of((const char *)ascii), name, fault);
	idn2_free(ascii);
	return err;
}

/* Whether a number stands where the top level should: what programs read as an address,
 * "127.1" too. No top level is all digits (RFC 3696 section 2). */
static bool
ends_in_number(struct span text)
{
	size_t at = text.len;

	while (at > 0 && ascii_digit(text.text[at - 1]))
		at--;
	return at < text.len && (at == 0 || text.text[at - 1] == '.');
}

/* Says why no site has the octet at ${at} in its name ${text}. */
static enum fsk_err
refuse(struct span text, size_t at, struct fault *fault)
{
	struct address address;

	if (address_read(text, &address) == FSK_OK)
		return fail(fault, 1, "an address is not a name");
	if (text.text[at] == '*')
		return fail(fault, at + 1,
		            "'*' stands only in front of a name, as in \"*.\"");
	return fail(fault, at + 1, "an octet that no site has in its name");
}

/* Whether ${name} is that of a site, else why not, in ${fault}. */
static enum fsk_err
judge(const struct fsk_name *name, struct fault *fault)
{
	struct span text = {name->text, name->len};
	bool dotted = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];

		dotted = dotted || c == '.';
		if (!ascii_lower(c) && !ascii_digit(c) && c != '.' && c != '-' && c != '_')
			return refuse(text, i, fault);
	}
	if (ends_in_number(text))
		return fail(fault, 1, "an address is not a name");
	if (!dotted)
		return fail(fault, 1, "a single label would mean every name below it");
	return FSK_OK;
}

enum fsk_err
watch_site_read(struct span text, struct fsk_name *name, struct fault *fault)
{
	struct fsk_name read;
	size_t high = text.len;
	enum fsk_err err = wire_name_read(text, &read, fault);

	if (err != FSK_OK)
		high = find_high(text);
	if (high < text.len)
		err = read_idn(text, high, &read, fault);
	if (err == FSK_OK)
		err = judge(&read, fault);
	if (err == FSK_SYNTAX && high < text.len)
		fault->column = high + 1; /* that in the A-labels tells nobody anything */
	if (err != FSK_OK)
		return err;
	memcpy(name->text, read.text, read.len + 1u);
	name->len = read.len;
	return FSK_OK;
}
