/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/allow_ask.h"

#include "cmd/output.h"
#include "cmd/say.h"
#include "up/ask.h"
#include "up/load.h"
#include "up/text.h"
#include "watch/utf8.h"

#include <errno.h>

struct telling {
	const struct allow_ask *ask;
	struct output output;
};

/* Finds the socket that the configuration names. */
static enum status
find_control(struct allow_ask *ask, struct up_config *config)
{
	struct up_trouble trouble = {.line = 0};
	struct fault fault;
	enum fsk_err err;

	if (ask->config == NULL) {
		if (ask->control == NULL)
			ask->control = UP_ASK_PATH;
		return STATUS_DONE;
	}
	err = up_load_alone(ask->config, config, &trouble);
	if (err != FSK_OK) {
		fault = (struct fault){trouble.line, trouble.column, trouble.why};
		say_fault(ask->config, &fault);
		return err == FSK_SYNTAX ? STATUS_DATA : STATUS_SYSTEM;
	}
	ask->control = config->control;
	if (ask->control != NULL)
		return STATUS_DONE;
	say("allow: %s: there is no key control in [foresink]", ask->config);
	return STATUS_DATA;
}

static json_t *
request_of(const struct allow_ask *ask)
{
	if (ask->list)
		return json_pack("{s:s}", "verb", "list");
	if (ask->end)
		return json_pack("{s:s,s:s,s:s?}", "verb", "end", "name", ask->name,
		                 "client", ask->client);
	return json_pack("{s:s,s:s,s:I,s:s,s:s?}", "verb", "allow", "name", ask->name,
	                 "for_s", (json_int_t)ask->seconds, "reason", ask->reason, "client",
	                 ask->client);
}

/* What ${line} says by ${key}, printable; a text that is not there is ${other}. */
static void
put_text(FILE *file, const json_t *line, const char *key, const char *other)
{
	const char *value = json_string_value(json_object_get(line, key));
	char octets[4096];
	struct up_text text;

	up_text_begin(&text, octets, sizeof(octets));
	up_text_escape(&text, span_of(value != NULL ? value : other), "");
	fputs(octets, file);
}

/* Whether the character ${c} moves the cursor, ends the line, or turns what follows around
 * (Unicode's bidirectional controls): text that is not what it looks like. */
static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
	       (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* The reason as it was given. */
static void
put_reason(FILE *file, const json_t *line)
{
	const json_t *reason = json_object_get(line, "reason");
	struct span rest = {json_string_value(reason), json_string_length(reason)};

	while (rest.len > 0) {
		uint32_t point;
		size_t octets = utf8_read(rest, &point);

		for (size_t i = 0; i < (octets > 0 ? octets : 1); i++)
			fprintf(file, octets == 0 || is_control(point) ? "\\x%02x" : "%c",
			        (unsigned char)rest.text[i]);
		rest = span_from(rest, octets > 0 ? octets : 1);
	}
}

static void
tell(const json_t *line, void *context)
{
	struct telling *telling = context;
	FILE *file = telling->output.file;

	if (telling->ask->json) {
		(void)json_dumpf(line, file, JSON_COMPACT | JSON_ENSURE_ASCII);
		fputc('\n', file);
		return;
	}
	put_text(file, line, "name", "");
	fputs(telling->ask->end ? ": ended; it was for " : ": let through for ", file);
	put_text(file, line, "client", "everybody");
	fputs(" until ", file);
	put_text(file, line, "until", "");
	fputs(": ", file);
	put_reason(file, line);
	fputc('\n', file);
	if (json_is_false(json_object_get(line, "kept")))
		say("allow: it ends with the daemon: there is no state folder, or it "
		    "cannot be written");
	if (json_is_false(json_object_get(line, "listed")))
		say("allow: no list has this name now: nothing changes by it, unless one "
		    "has a name below it");
}

static enum status
exchange(struct telling *telling)
{
	const struct allow_ask *ask = telling->ask;
	json_t *request = request_of(ask);
	char why[UP_ASK_WHY] = "";
	enum fsk_err err;
	int error;

	/* jansson takes no text that is not UTF-8. */
	if (request == NULL) {
		say("allow: --reason: no text in UTF-8");
		return STATUS_USAGE;
	}
	err = up_ask(ask->control, request, tell, telling, why);
	error = errno;
	json_decref(request);
	if (err == FSK_OK)
		return STATUS_DONE;
	if (err == FSK_MISMATCH) {
		say("allow: refused: %s", why);
		return STATUS_DATA;
	}
	if (err == FSK_IO && (error == ENOENT || error == ECONNREFUSED)) {
		say("allow: no daemon listens at %s (is it up? --control, --config)",
		    ask->control);
		return STATUS_RETRY;
	}
	say("allow: %s: %s", ask->control,
	    err == FSK_IO ? strerror(error) : fsk_strerror(err));
	return err == FSK_IO && error == ETIMEDOUT ? STATUS_RETRY : STATUS_SYSTEM;
}

enum status
allow_ask(struct allow_ask *ask)
{
	struct telling telling = {.ask = ask};
	struct up_config config = {.path = NULL};
	enum status status = find_control(ask, &config);

	if (status == STATUS_DONE)
		status = output_open(&telling.output, NULL);
	if (status == STATUS_DONE)
		status = output_close(&telling.output, exchange(&telling));
	up_config_fini(&config);
	return status;
}
