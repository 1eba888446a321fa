/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/allow_line.h"

#include "base/date.h"
#include "watch/site.h"
#include "watch/utf8.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
trim(struct span text)
{
	while (text.len > 0 && is_blank(*text.text))
		text = span_from(text, 1);
	while (text.len > 0 && is_blank(text.text[text.len - 1]))
		text.len--;
	return text;
}

/* Takes the next word and the blanks behind it off ${rest}. */
static struct span
take_word(struct span *rest)
{
	struct span word = *rest;

	word.len = 0;
	while (word.len < rest->len && !is_blank(rest->text[word.len]))
		word.len++;
	*rest = trim(span_from(*rest, word.len));
	return word;
}

static bool
is_comment(struct span text)
{
	return text.len > 0 && *text.text == '#';
}

/* Reads ${word} into the end of ${line}. */
static enum fsk_err
read_until(struct span word, struct allow_line *line, struct fault *fault)
{
	int64_t instant;
	int64_t length;
	enum fsk_err err;

	if (word.len == 0 || (word.len == 1 && *word.text == '-')) {
		line->until = INT64_MAX;
		return FSK_OK;
	}
	err = date_parse_instant(word, &instant, &length, fault);
	if (err == FSK_OK)
		line->until = instant + length - 1;
	else if (err == FSK_SYNTAX)
		*fault = (struct fault){
		        .column = 1,
		        .why = "behind the name its end is wanted: a date, or '-'",
		};
	return err == FSK_OK ? FSK_OK : FSK_SYNTAX;
}

/* Whether ${text} can be shown, else why not. */
static enum fsk_err
judge_reason(struct span text, struct fault *fault)
{
	for (size_t i = 0; i < text.len;) {
		uint32_t point;
		size_t octets = utf8_read(span_from(text, i), &point);

		*fault = (struct fault){.column = i + 1};
		if (octets == 0)
			fault->why = "the reason is not in UTF-8";
		else if (utf8_steers(point) && point != '\t')
			fault->why = "the reason has a control character";
		if (fault->why != NULL)
			return FSK_SYNTAX;
		i += octets;
	}
	return FSK_OK;
}

/* Reads what stands behind the name. ${at} is left on what is wrong. */
static enum fsk_err
read_rest(struct span rest, struct allow_line *line, const char **at, struct fault *fault)
{
	struct span until = {rest.text, 0};
	enum fsk_err err;

	if (!is_comment(rest))
		until = take_word(&rest);
	*at = until.text;
	err = read_until(until, line, fault);
	if (err != FSK_OK)
		return err;
	while (is_comment(rest))
		rest = span_from(rest, 1);
	line->reason = trim(rest);
	*at = line->reason.text;
	return judge_reason(line->reason, fault);
}

enum fsk_err
allow_line_read(struct span text, struct allow_line *line, struct fault *fault)
{
	struct allow_line read = {.until = INT64_MAX};
	struct fault wrong = {.why = NULL};
	struct span rest = text;
	const char *at = text.text;
	enum fsk_err err;

	if (rest.len > 0 && rest.text[rest.len - 1] == '\r')
		rest.len--;
	rest = trim(rest);
	if (rest.len > 0 && !is_comment(rest)) {
		struct span name = take_word(&rest);

		if (name.len > 2 && memcmp(name.text, "*.", 2) == 0)
			name = span_from(name, 2);
		at = name.text;
		err = watch_site_read(name, &read.name, &wrong);
		if (err == FSK_OK)
			err = read_rest(rest, &read, &at, &wrong);
		if (err == FSK_SYNTAX) {
			wrong.column += (size_t)(at - text.text);
			*fault = wrong;
		}
		if (err != FSK_OK)
			return err;
	}
	*line = read;
	return FSK_OK;
}
