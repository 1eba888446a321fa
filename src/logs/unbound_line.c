/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/unbound_line.h"

#include "logs/stamp.h"
#include "logs/text.h"
#include "logs/words.h"

/* The dialect's variant: the file has questions, so that answers tell nothing new. */
#define QUESTIONS 1

/* Takes the time, which no line lacks: "[1795290133]", or what stamp_any() knows,
 * behind syslog's "<30>1 " (RFC 5424) if it stands there. */
static bool
time_of(struct span *rest, struct log_scratch *scratch, struct log_entry *entry)
{
	struct span word;

	if (text_word(rest, "["))
		return stamp_epoch(rest, entry) && text_word(rest, "]");
	if (rest->len > 0 && *rest->text == '<' && !text_token(rest, &word))
		return false;
	return stamp_any_next(rest, scratch, entry);
}

/* Takes " unbound[21300:0] ", or what syslog makes of it:
 * " ns1 unbound[812]: [812:0] ", also with structured data in front. */
static bool
program_of(struct span *rest)
{
	struct span start = *rest;
	struct span part;

	if (!text_word(rest, " unbound[")) {
		size_t at = text_find(*rest, "unbound");

		if (at == rest->len)
			return false;
		*rest = span_from(*rest, at);
	}
	while (text_until(rest, ']', &part)) {
		if (text_word(rest, " ") && rest->len > 0 && *rest->text != '[')
			return true;
	}
	*rest = start;
	return false;
}

/* "127.0.0.1 blrsxvu.com. A IN"; ${answered} says whether more stands behind it, which
 * only an answer has. */
static bool
read_question(struct span rest, struct log_entry *entry, bool *answered)
{
	struct words words = words_of(rest);
	struct span client, name, type, class;

	if (!words_next(&words, &client) || !words_next(&words, &name) ||
	    !words_next(&words, &type) || !words_next(&words, &class) || name.len == 0 ||
	    type.len == 0 || class.len == 0 || !text_looks_like_address(client) ||
	    (!ascii_upper(*class.text) && *class.text != '-'))
		return false;
	entry->client = client;
	entry->name = name;
	entry->type = text_type(type);
	*answered = words_rest(&words).len > 0;
	return true;
}

/* Takes the last word off ${text}, and the blank in front of it. */
static bool
last_word(struct span *text, struct span *word)
{
	const char *blank = text->len > 0 ? memrchr(text->text, ' ', text->len) : NULL;

	if (blank == NULL)
		return false;
	*word = span_from(*text, (size_t)(blank - text->text) + 1);
	text->len = (size_t)(blank - text->text);
	return word->len > 0;
}

/* What a policy did ends in "127.0.0.1@56761 www.blrsxvu.com. A IN", for local
 * zones, RPZ and addresses of answers alike. */
static bool
read_action(struct span rest, struct log_entry *entry)
{
	struct span class, type, name, client;

	if (!last_word(&rest, &class) || !last_word(&rest, &type) ||
	    !last_word(&rest, &name) || !last_word(&rest, &client) ||
	    memchr(client.text, '@', client.len) == NULL ||
	    !text_client(client, '@', entry))
		return false;
	entry->name = name;
	entry->type = text_type(type);
	return true;
}

/* Whether a question, or an answer if it is ${answered}, is one that a client asked. */
static enum log_kind
counts(const struct log_dialect *dialect, const struct log_entry *entry, bool answered)
{
	if (answered && dialect->variant == QUESTIONS)
		return LOG_ASIDE;
	/* "- - -": an answer to what was no question */
	return TEXT_IS(entry->name, "-") ? LOG_ASIDE : LOG_ASKED;
}

enum log_kind
unbound_line_read(const struct log_dialect *dialect, struct span line,
                  struct log_scratch *scratch, struct log_entry *entry)
{
	struct span rest = line;
	bool query, answered;

	if (!time_of(&rest, scratch, entry) || !program_of(&rest)) {
		entry->why = "no line of Unbound";
		return LOG_FOREIGN;
	}
	query = text_word(&rest, "query: ");
	if (query || text_word(&rest, "reply: ")) {
		if (read_question(rest, entry, &answered))
			return counts(dialect, entry, !query);
		entry->why = query ? "a query without client, name, type and class"
		                   : "a reply without client, name, type and class";
		return LOG_FOREIGN;
	}
	if (!text_word(&rest, "info: "))
		return LOG_ASIDE;
	if (read_question(rest, entry, &answered)) /* log-tag-queryreply is off */
		return counts(dialect, entry, answered);
	return read_action(rest, entry) ? LOG_ASKED : LOG_ASIDE;
}

bool
unbound_line_learn(struct span line, struct log_dialect *dialect)
{
	struct span rest =
	        span_from(line, text_find(line, "] info: ") + strlen("] info: "));
	struct log_entry entry = {.why = NULL};
	bool answered;

	if (text_find(line, "] query: ") < line.len ||
	    (read_question(rest, &entry, &answered) && !answered))
		dialect->variant = QUESTIONS;
	return false;
}
