/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/sysmon_xml.h"

#include "logs/text.h"
#include "logs/utf8.h"

/* Finds the value of the attribute ${name} in ${tag}, which is what stands between
 * its brackets; single quotes and double ones are alike. */
static struct span
attribute(struct span tag, const char *name)
{
	struct span rest = tag;
	struct span before, value;

	while (text_until(&rest, ' ', &before)) {
		if (!text_word(&rest, name) || !text_word(&rest, "=") || rest.len == 0)
			continue;
		if (*rest.text != '\'' && *rest.text != '"')
			break;
		before = rest;
		rest = span_from(rest, 1);
		if (text_until(&rest, *before.text, &value))
			return value;
	}
	return (struct span){tag.text, 0};
}

/* Whether ${tag} is the start of an element ${name}. */
static bool
is_tag(struct span tag, const char *name)
{
	return text_word(&tag, name) &&
	       (tag.len == 0 || *tag.text == ' ' || *tag.text == '/');
}

/* Keeps what the element with the start ${tag} and the text ${content} tells. */
static void
keep(struct span tag, struct span content, struct sysmon_xml *event)
{
	if (is_tag(tag, "Data")) {
		struct span name = attribute(tag, "Name");

		if (span_equal(name, span_of("QueryName")))
			event->query_name = content;
		else if (span_equal(name, span_of("UtcTime")))
			event->utc_time = content;
	} else if (is_tag(tag, "EventID")) {
		event->id = content;
	} else if (is_tag(tag, "Computer")) {
		event->computer = content;
	} else if (is_tag(tag, "Provider")) {
		event->provider = attribute(tag, "Name");
	}
}

bool
sysmon_xml_read(struct span line, struct sysmon_xml *event, const char **why)
{
	struct span rest = span_from(line, text_find(line, "<Event"));
	struct span tag;
	struct span empty = {line.text, 0};

	*event = (struct sysmon_xml){empty, empty, empty, empty, empty};
	*why = "no event in XML";
	if (rest.len == 0)
		return false;
	*why = "an event in XML without its end";
	do {
		const char *next;

		rest = span_from(rest, 1);
		if (!text_until(&rest, '>', &tag))
			return false;
		next = rest.len > 0 ? memchr(rest.text, '<', rest.len) : NULL;
		if (next == NULL)
			break;
		keep(tag, (struct span){rest.text, (size_t)(next - rest.text)}, event);
		rest = span_from(rest, (size_t)(next - rest.text));
	} while (!span_equal(tag, span_of("/Event")));
	if (!span_equal(tag, span_of("/Event")))
		return false;
	*why = "more than one event in XML in a line";
	return text_find(rest, "<Event") == rest.len;
}

/* The value of ${digit}, 0 to 15; 16 when it is none. */
static unsigned
value_of(char digit)
{
	char c = ascii_to_lower(digit);

	if (ascii_digit(c))
		return (unsigned)(c - '0');
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

/* Reads "#38" or "#x26". */
static bool
read_reference(struct span entity, uint32_t *character)
{
	unsigned base = 10;
	uint32_t value = 0;

	if (!text_word(&entity, "#"))
		return false;
	if (text_word(&entity, "x"))
		base = 16;
	for (size_t i = 0; i < entity.len; i++) {
		unsigned digit = value_of(entity.text[i]);

		if (digit >= base || value > 0x10ffff)
			return false;
		value = value * base + digit;
	}
	*character = value;
	return entity.len > 0;
}

/* Takes an entity from behind its ampersand; false when it is none. */
static bool
take_entity(struct span *text, uint32_t *character)
{
	static const struct {
		const char *word;
		unsigned char meaning;
	} entities[] = {
	        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
	struct span rest = *text;
	struct span entity;

	if (!text_until(&rest, ';', &entity))
		return false;
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (span_equal(entity, span_of(entities[i].word))) {
			*character = entities[i].meaning;
			*text = rest;
			return true;
		}
	}
	if (!read_reference(entity, character))
		return false;
	*text = rest;
	return true;
}

bool
sysmon_xml_text(struct span raw, struct log_scratch *scratch, struct span *text)
{
	size_t start = scratch->used;
	struct span rest = raw;
	struct span before, kept;

	*text = raw;
	if (raw.len == 0 || memchr(raw.text, '&', raw.len) == NULL)
		return true;
	while (text_until(&rest, '&', &before)) {
		char solved[UTF8_SIZE] = {'&'};
		uint32_t character;
		size_t len = 1;

		if (take_entity(&rest, &character))
			len = utf8_write(character, solved);
		if (!text_keep(scratch, before.text, before.len, &kept) ||
		    !text_keep(scratch, solved, len, &kept))
			return false;
	}
	if (!text_keep(scratch, rest.text, rest.len, &kept))
		return false;
	*text = (struct span){scratch->text + start, scratch->used - start};
	return true;
}
