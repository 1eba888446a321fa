/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/catalog.h"

#define FORMAT(name) extern const struct log_format log_format_##name;
#include "logs/formats.def"
#undef FORMAT

#define FORMAT(name) &log_format_##name,
static const struct log_format *const formats[] = {
#include "logs/formats.def"
};
#undef FORMAT

/* Lines of a head that are looked at. */
#define DETECT_LINES 1000

size_t
log_format_count(void)
{
	return LOG_COUNT(formats);
}

const struct log_format *
log_format_at(size_t n)
{
	return n < LOG_COUNT(formats) ? formats[n] : NULL;
}

const struct log_format *
log_format_find(struct span name)
{
	for (size_t i = 0; i < LOG_COUNT(formats); i++) {
		if (span_equal(span_of(formats[i]->name), name))
			return formats[i];
	}
	return NULL;
}

/* Takes the next line off ${head}, without LF and CR. A last one without LF is a
 * line unless the file is ${cut} there. */
static bool
next_line(struct span *head, bool cut, struct span *line)
{
	const char *end = head->len > 0 ? memchr(head->text, '\n', head->len) : NULL;

	if (end == NULL && (cut || head->len == 0))
		return false;
	*line = *head;
	if (end != NULL)
		line->len = (size_t)(end - head->text);
	*head = span_from(*head, line->len + (end != NULL));
	if (line->len > 0 && line->text[line->len - 1] == '\r')
		line->len--;
	return true;
}

void
log_learn(const struct log_format *format, struct span head, bool cut,
          struct log_dialect *dialect)
{
	struct span line;

	for (unsigned i = 0; i < DETECT_LINES && format->learn != NULL; i++) {
		if (!next_line(&head, cut, &line))
			return;
		format->learn(line, dialect);
	}
}

/* How well a format reads a head: lines that ask, and others that it knows. */
struct score {
	unsigned asked;
	unsigned aside;
};

static struct score
try_format(const struct log_format *format, struct span head, bool cut,
           const struct log_dialect *dialect)
{
	struct score score = {0, 0};
	struct log_scratch scratch = {.used = 0};
	struct span line;

	for (unsigned i = 0; i < DETECT_LINES && next_line(&head, cut, &line); i++) {
		struct log_entry entry = {.why = NULL};
		enum log_kind kind;

		scratch.used = 0;
		kind = format->read(dialect, line, &scratch, &entry);
		score.asked += kind == LOG_ASKED;
		score.aside += kind == LOG_ASIDE;
	}
	return score;
}

const struct log_format *
log_detect(struct span head, bool cut, struct log_dialect *dialect)
{
	const struct log_format *best = NULL;
	struct log_dialect learnt = *dialect;
	struct score most = {0, 0};

	for (size_t i = 0; i < LOG_COUNT(formats); i++) {
		const struct log_format *format = formats[i];
		struct log_dialect tried = *dialect;
		struct score score;

		if (format->read == NULL) {
			if (format->knows((const unsigned char *)head.text, head.len))
				return format;
			continue;
		}
		log_learn(format, head, cut, &tried);
		score = try_format(format, head, cut, &tried);
		if (score.asked > most.asked ||
		    (score.asked == most.asked && score.aside > most.aside)) {
			most = score;
			best = format;
			learnt = tried;
		}
	}
	if (best != NULL)
		*dialect = learnt;
	return best;
}
