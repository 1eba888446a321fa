/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/asked.h"

#include "base/ascii.h"
#include "wire/name.h"

#include <idn2.h>
#include <libpsl.h>
#include <stdio.h>
#include <strings.h>

static enum fsk_err
fail(struct fault *fault, size_t octet, const char *why)
{
	*fault = (struct fault){.line = 0, .column = octet, .why = why};
	return FSK_SYNTAX;
}

struct span
asked_trim(struct span text)
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

/* Cuts ${text} behind the last ${c} in it off what stands before. */
static struct span
behind_last(struct span text, char c)
{
	const char *at = memrchr(text.text, c, text.len);

	return at != NULL ? span_from(text, (size_t)(at - text.text) + 1) : text;
}

/* The host of a URL, and of "host/path", "user@host" and "host:port" (RFC 3986
 * section 3.2), or ${text} as it is. */
static struct span
take_host(struct span text)
{
	size_t authority = find(text, "//");
	size_t end;

	if (authority < text.len && (authority == 0 || text.text[authority - 1] == ':'))
		text = span_from(text, authority + 2);
	for (end = 0; end < text.len; end++) {
		if (strchr("/?#", text.text[end]) != NULL && text.text[end] != '\0')
			break;
	}
	text.len = end;
	text = behind_last(text, '@');
	for (end = text.len; end > 0 && ascii_digit(text.text[end - 1]); end--)
		;
	/* A bot's name may hold a colon; a port is digits behind the only one. */
	if (end > 0 && end < text.len && find(text, ":") == end - 1)
		text.len = end - 1;
	return text;
}

/* The octets of "[.]", "[dot]" and the like at the start of ${text}; 0 when
 * something else stands there. */
static size_t
fanged_dot(struct span text)
{
	static const char *const dots[] = {"[.]", "(.)", "{.}", "[dot]", "(dot)"};

	for (size_t i = 0; i < sizeof(dots) / sizeof(dots[0]); i++) {
		size_t len = strlen(dots[i]);

		if (text.len >= len && strncasecmp(text.text, dots[i], len) == 0)
			return len;
	}
	return 0;
}

/* Copies ${text} to ${out} with "[.]" and the like as plain dots, as people write
 * names that must not be clicked on. Returns the length; ${out} ends in NUL. */
static size_t
refang(struct span text, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len;) {
		size_t fanged = fanged_dot(span_from(text, i));

		out[len++] = fanged > 0 ? '.' : text.text[i];
		i += fanged > 0 ? fanged : 1;
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

/* Whether ${text} begins with ${open} and ends with ${close}. */
static bool
enclosed(struct span text, char open, char close)
{
	return text.len >= 2 && text.text[0] == open && text.text[text.len - 1] == close;
}

/* ${text} without what a table puts around its fields: quotes, angle brackets,
 * and the comma, semicolon or bar behind. */
static struct span
unwrap(struct span text)
{
	text = asked_trim(text);
	while (text.len > 0 && strchr(",;|", text.text[text.len - 1]) != NULL &&
	       text.text[text.len - 1] != '\0')
		text.len--;
	text = asked_trim(text);
	if (enclosed(text, '"', '"') || enclosed(text, '\'', '\'') ||
	    enclosed(text, '<', '>'))
		text = (struct span){text.text + 1, text.len - 2};
	return asked_trim(text);
}

/* The first octet of ${name}, from 1, that is neither in the names of hosts nor
 * in those of bots (which make colons and plus signs): then it is no name but a
 * piece of a table or of a program. 0 when all are. */
static size_t
odd_octet(const struct fsk_name *name)
{
	for (size_t i = 0; i < name->len; i++) {
		char c = name->text[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && strchr(".-_:+", c) == NULL)
			return i + 1;
	}
	return 0;
}

/* Reads ${host}, whose ${len} octets with plain dots are ${plain}. */
static enum fsk_err
read_host(struct span host, const char *plain, size_t len, struct asked *asked,
          struct fault *fault)
{
	enum fsk_err err;

	if (len != host.len)
		asked->taken |= ASKED_DOTS;
	if (has_high_octet(host)) {
		asked->taken |= ASKED_IDN;
		err = read_idn(plain, &asked->name, fault);
	} else {
		err = wire_name_read((struct span){plain, len}, &asked->name, fault);
	}
	if (err == FSK_OK && is_address(&asked->name))
		err = fail(fault, 1, "an address, not a name");
	if (err == FSK_OK && odd_octet(&asked->name) > 0)
		err = fail(fault, odd_octet(&asked->name),
		           "an octet that cannot stand in a name");
	return err;
}

enum fsk_err
asked_read(struct span text, struct asked *asked, struct fault *fault)
{
	char plain[ASKED_MAX + 1];
	struct span whole = unwrap(text);
	struct span host = take_host(whole);
	struct asked read = {.taken = host.len != whole.len ? ASKED_HOST : 0};
	enum fsk_err err;

	if (host.len > ASKED_MAX)
		err = fail(fault, FSK_NAME_MAX + 1, "the name is longer than 253 octets");
	else if (host.len > 0 && memchr(host.text, '\0', host.len) != NULL)
		err = fail(fault, strnlen(host.text, host.len) + 1,
		           "an octet that cannot stand in a name");
	else
		err = read_host(host, plain, refang(host, plain), &read, fault);
	if (err != FSK_OK) {
		fault->column += (size_t)(host.text - text.text);
		return err;
	}
	*asked = read;
	return FSK_OK;
}

void
asked_tell(const struct asked *asked, char words[ASKED_WORDS_SIZE])
{
	snprintf(words, ASKED_WORDS_SIZE, "%s%s%s",
	         asked->taken & ASKED_HOST ? "the host was taken; " : "",
	         asked->taken & ASKED_DOTS ? "its dots were put back; " : "",
	         asked->taken & ASKED_IDN ? "its A-labels were taken; " : "");
	if (words[0] != '\0')
		words[strlen(words) - 2] = '\0';
}

bool
asked_is_public_suffix(const struct fsk_name *name, bool *rented)
{
	const psl_ctx_t *psl = psl_builtin();

	*rented = psl_is_public_suffix2(psl, name->text, PSL_TYPE_PRIVATE) &&
	          !psl_is_public_suffix2(psl, name->text, PSL_TYPE_ICANN);
	return psl_is_public_suffix2(psl, name->text, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}
