/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/asked.h"

#include "base/ascii.h"
#include "wire/name.h"

#include <idn2.h>
#include <libpsl.h>

static enum fsk_err
fail(struct fault *fault, size_t octet, const char *why)
{
	*fault = (struct fault){.line = 0, .column = octet, .why = why};
	return FSK_SYNTAX;
}

static struct span
trim(struct span text)
{
	while (text.len > 0 && ascii_space(text.text[0]))
		text = span_from(text, 1);
	while (text.len > 0 && ascii_space(text.text[text.len - 1]))
		text.len--;
	return text;
}

/* The offset of ${word} in ${text}, or its length. */
static size_t
find(struct span text, const char *word)
{
	const char *at = memmem(text.text, text.len, word, strlen(word));

	return at != NULL ? (size_t)(at - text.text) : text.len;
}

/* The host of a URL, or of "host/path" and "host:port" (RFC 3986 section 3.2),
 * or ${text} as it is. */
static struct span
take_host(struct span text)
{
	size_t scheme = find(text, "://");
	size_t end;

	if (scheme < text.len)
		text = span_from(text, scheme + 3);
	for (end = 0; end < text.len; end++) {
		if (text.text[end] == '/' || text.text[end] == '?' || text.text[end] == '#')
			break;
	}
	text.len = end;
	end = find(text, "@");
	if (end < text.len)
		text = span_from(text, end + 1);
	for (end = text.len; end > 0 && ascii_digit(text.text[end - 1]); end--)
		;
	/* A bot's name may hold a colon; before a port nothing but digits follow. */
	if (end > 0 && end < text.len && text.text[end - 1] == ':')
		text.len = end - 1;
	return text;
}

/* Copies ${text} to ${out} with "[.]", "(.)" and "{.}" as plain dots, as people
 * write names that must not be clicked on. Returns the length; ${out} ends in
 * NUL. */
static size_t
refang(struct span text, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		bool fanged = i + 2 < text.len && text.text[i + 1] == '.' &&
		              strchr("[({", text.text[i]) != NULL && text.text[i] != '\0' &&
		              strchr("])}", text.text[i + 2]) != NULL &&
		              text.text[i + 2] != '\0';

		out[len++] = fanged ? '.' : text.text[i];
		i += fanged ? 2 : 0;
	}
	out[len] = '\0';
	return len;
}

static bool
has_high_octet(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.text[i] >= 0x80)
			return true;
	}
	return false;
}

/* Four numbers with dots between them are an address, not a name, and so is what
 * has two colons or a bracket; one colon a bot's name may have. */
static bool
is_address(const struct fsk_name *name)
{
	unsigned colons = 0;
	bool numbers = true;

	for (size_t i = 0; i < name->len; i++) {
		colons += name->text[i] == ':';
		numbers = numbers && (ascii_digit(name->text[i]) || name->text[i] == '.');
	}
	return colons > 1 || name->text[0] == '[' ||
	       (numbers && wire_name_labels(name) == 4);
}

/* Reads ${text} in UTF-8 by its A-labels (RFC 5891). */
static enum fsk_err
read_idn(const char *text, struct fsk_name *name, struct fault *fault)
{
	char *ascii = NULL;
	enum fsk_err err;

	if (idn2_to_ascii_8z(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
	    IDN2_OK)
		return fail(fault, 1,
		            "neither ASCII nor an internationalised name in UTF-8");
	err = wire_name_read(span_of(ascii), name, fault);
	idn2_free(ascii);
	return err;
}

enum fsk_err
asked_read(struct span text, struct asked *asked, struct fault *fault)
{
	char plain[ASKED_MAX + 1];
	struct span whole = trim(text);
	struct span host = take_host(whole);
	struct asked read = {.taken = NULL};
	enum fsk_err err;
	size_t len;

	if (host.len > ASKED_MAX)
		return fail(fault, FSK_NAME_MAX + 1, "the name is longer than 253 octets");
	if (memchr(host.text, '\0', host.len) != NULL)
		return fail(fault, 1, "an octet that cannot stand in a name");
	len = refang(host, plain);
	if (host.len != whole.len)
		read.taken = "the host of the URL was taken";
	else if (len != host.len)
		read.taken = "its dots were put back";
	if (has_high_octet(host)) {
		read.taken = "its A-label form was taken";
		err = read_idn(plain, &read.name, fault);
	} else {
		err = wire_name_read((struct span){plain, len}, &read.name, fault);
	}
	if (err != FSK_OK)
		return err;
	if (is_address(&read.name))
		return fail(fault, 1, "an address, not a name");
	*asked = read;
	return FSK_OK;
}

bool
asked_is_public_suffix(const struct fsk_name *name, bool *rented)
{
	const psl_ctx_t *psl = psl_builtin();

	*rented = psl_is_public_suffix2(psl, name->text, PSL_TYPE_PRIVATE) &&
	          !psl_is_public_suffix2(psl, name->text, PSL_TYPE_ICANN);
	return psl_is_public_suffix2(psl, name->text, PSL_TYPE_ANY);
}
