/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/columns.h"

#include "cmd/say.h"

#define COLUMNS_MAX 256

/* What users may say; the others are for formats whose header says them. */
static const struct {
	const char *word;
	enum log_role role;
} roles[] = {
        {"time", LOG_ROLE_TIME},           {"date", LOG_ROLE_DATE},
        {"client", LOG_ROLE_CLIENT},       {"port", LOG_ROLE_PORT},
        {"name", LOG_ROLE_NAME},           {"type", LOG_ROLE_TYPE},
        {"transport", LOG_ROLE_TRANSPORT},
};

#define ROLES (sizeof(roles) / sizeof(roles[0]))

/* Puts ${word} at ${column}. NULL, or what is wrong. */
static const char *
place(struct span word, uint16_t column, struct log_dialect *dialect)
{
	if (span_equal(word, span_of("-")))
		return NULL;
	for (size_t i = 0; i < ROLES; i++) {
		if (!span_equal(word, span_of(roles[i].word)))
			continue;
		if (dialect->place[roles[i].role] != 0)
			return "is named twice";
		dialect->place[roles[i].role] = column;
		return NULL;
	}
	return "is none of time, date, client, port, name, type, transport and -";
}

enum status
columns_read(const char *text, struct log_dialect *dialect)
{
	struct span rest = span_of(text);
	struct log_dialect read = *dialect;
	uint16_t column = 0;

	memset(read.place, 0, sizeof(read.place));
	for (bool more = true; more; column++) {
		size_t len = strcspn(rest.text, ",");
		const char *why = column < COLUMNS_MAX
		                          ? place((struct span){rest.text, len},
		                                  (uint16_t)(column + 1), &read)
		                          : "is one column too many";

		if (why != NULL) {
			say("--columns %s: `%.*s' %s", text, (int)len, rest.text, why);
			return STATUS_USAGE;
		}
		more = len < rest.len;
		rest = span_from(rest, len + 1);
	}
	/* Without a time no line can be compared with a list. */
	if (read.place[LOG_ROLE_NAME] == 0 || read.place[LOG_ROLE_TIME] == 0) {
		say("--columns %s: one of them must be `%s'", text,
		    read.place[LOG_ROLE_NAME] == 0 ? "name" : "time");
		return STATUS_USAGE;
	}
	read.width = column;
	read.columns_said = true;
	*dialect = read;
	return STATUS_DONE;
}
