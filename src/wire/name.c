/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/name.h"

#include "base/ascii.h"

static enum fsk_err
fail(struct fault *fault, size_t octet, const char *why)
{
	if (fault != NULL)
		*fault = (struct fault){.line = 0, .column = octet, .why = why};
	return FSK_SYNTAX;
}

enum fsk_err
wire_name_read(struct span text, struct fsk_name *name, struct fault *fault)
{
	struct fsk_name read;
	size_t label = 0; /* octets of the label that is being read */

	if (text.len > 0 && text.text[text.len - 1] == '.')
		text.len--;
	if (text.len == 0)
		return fail(fault, 1, "the name is empty");
	if (text.len > FSK_NAME_MAX)
		return fail(fault, FSK_NAME_MAX + 1, "the name is longer than 253 octets");
	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];

		if (!ascii_print(c) || c == ' ')
			return fail(fault, i + 1, "an octet that cannot stand in a name");
		if (c == '.' && label == 0)
			return fail(fault, i + 1, "an empty label");
		label = c == '.' ? 0 : label + 1;
		if (label > WIRE_LABEL_MAX)
			return fail(fault, i + 1, "a label longer than 63 octets");
		read.text[i] = ascii_to_lower(c);
	}
	if (label == 0)
		return fail(fault, text.len + 1, "an empty label");
	read.len = (uint8_t)text.len;
	memcpy(name->text, read.text, text.len);
	name->text[text.len] = '\0';
	name->len = read.len;
	return FSK_OK;
}

unsigned
wire_name_labels(const struct fsk_name *name)
{
	unsigned labels = 1;

	for (size_t i = 0; i < name->len; i++)
		labels += name->text[i] == '.';
	return labels;
}

bool
wire_name_parent(const struct fsk_name *name, struct fsk_name *parent)
{
	const char *dot = memchr(name->text, '.', name->len);
	size_t cut;

	if (dot == NULL)
		return false;
	cut = (size_t)(dot - name->text) + 1;
	parent->len = (uint8_t)(name->len - cut);
	memmove(parent->text, name->text + cut, (size_t)parent->len + 1);
	return true;
}
