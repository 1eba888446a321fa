/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/publish_ask.h"

#include "base/ascii.h"
#include "cmd/say.h"
#include "wire/name.h"

#include <stdlib.h>

/* Seconds: a name that was blocked by mistake is free again after as long. */
#define TTL_STANDARD 60
#define TTL_MAX INT32_MAX /* RFC 2181 section 8 */

/* Octets of "s4294967295." in front of the canary domain; in the zone "*." stands in front
 * of that and its name behind. */
#define CANARY_PREFIX 12
#define WILDCARD 2

static _Noreturn void
end_without_memory(void)
{
	say("out of memory");
	exit(STATUS_SYSTEM);
}

enum status
publish_ask_init(struct publish_ask *ask)
{
	*ask = (struct publish_ask){.least = DGA_LOW, .ttl = TTL_STANDARD};
	options_init(&ask->common);
	publish_ask_name("--origin", "rpz.foresink.internal", &ask->origin);
	publish_ask_name("--canary", "foresink.internal", &ask->canary);
	ask->formats = calloc(publish_format_count() + 1, sizeof(*ask->formats));
	if (ask->formats != NULL)
		return STATUS_DONE;
	say("out of memory");
	return STATUS_SYSTEM;
}

void
publish_ask_fini(struct publish_ask *ask)
{
	options_fini(&ask->common);
	collision_fini(&ask->collision);
	free(ask->formats);
	free(ask->tlds);
	free(ask->suffixes);
}

void
publish_ask_format(struct publish_ask *ask, const char *name)
{
	const struct publish_format *wanted = publish_format_find(span_of(name));

	if (wanted == NULL) {
		say("--format %s: no such format; see `foresink publish --list-formats'",
		    name);
		exit(STATUS_USAGE);
	}
	for (size_t i = 0; i < publish_format_count(); i++)
		ask->formats[i] |= publish_format_at(i) == wanted;
	ask->some_formats = true;
}

void
publish_ask_tld(struct publish_ask *ask, const char *text)
{
	size_t count = ask->tld_count + 1;
	struct fsk_name *tlds = realloc(ask->tlds, count * sizeof(*tlds));
	struct span *suffixes = realloc(ask->suffixes, count * sizeof(*suffixes));
	struct fault fault;

	ask->tlds = tlds != NULL ? tlds : ask->tlds;
	ask->suffixes = suffixes != NULL ? suffixes : ask->suffixes;
	if (tlds == NULL || suffixes == NULL)
		end_without_memory();
	if (wire_name_read(span_of(text[0] == '.' ? text + 1 : text), &tlds[ask->tld_count],
	                   &fault) != FSK_OK) {
		say("--tld %s: %s", text, fault.why);
		exit(STATUS_USAGE);
	}
	ask->tld_count = count;
	for (size_t i = 0; i < count; i++)
		suffixes[i] = (struct span){tlds[i].text, tlds[i].len};
}

void
publish_ask_ttl(struct publish_ask *ask, const char *text)
{
	uint64_t number;

	if (!options_number(text, 0, TTL_MAX, &number)) {
		say("--ttl %s: a number of seconds, 0 to %d, is wanted", text, TTL_MAX);
		exit(STATUS_USAGE);
	}
	ask->ttl = (uint32_t)number;
}

/* What keeps ${name} from being written to any file as it is; NULL: nothing. */
static const char *
fault_of(const struct fsk_name *name)
{
	for (size_t i = 0; i < name->len; i++) {
		char c = name->text[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && c != '-' && c != '_' && c != '.')
			return "letters, digits, '-' and '_' are wanted";
	}
	return name->len + CANARY_PREFIX > FSK_NAME_MAX ? "it is too long" : NULL;
}

void
publish_ask_name(const char *option, const char *text, struct fsk_name *name)
{
	struct fault fault = {.why = NULL};
	const char *why;

	if (wire_name_read(span_of(text), name, &fault) != FSK_OK)
		why = fault.why;
	else
		why = fault_of(name);
	if (why == NULL)
		return;
	say("%s %s: %s", option, text, why);
	exit(STATUS_USAGE);
}

/* Whether the canary's longest name has no room in the zone. */
static bool
is_origin_long(const struct publish_ask *ask)
{
	size_t canary = ask->canary.len;

	return canary > 0 &&
	       WILDCARD + CANARY_PREFIX + canary + 1 + ask->origin.len > FSK_NAME_MAX;
}

enum status
publish_ask_check(const struct publish_ask *ask)
{
	unsigned modes = (unsigned)ask->verify + (unsigned)ask->list_formats +
	                 (unsigned)(ask->new_key != NULL);
	bool alone = ask->list_formats || ask->new_key != NULL;
	const char *why = NULL;

	if (modes > 1)
		why = "--verify, --new-key and --list-formats exclude one another";
	else if (ask->mdoc && !ask->list_formats)
		why = "--mdoc goes with --list-formats";
	else if (ask->public_key != NULL && !ask->verify)
		why = "--public-key goes with --verify";
	else if (modes == 1 && ask->key != NULL)
		why = "--key goes with publishing; a signature is verified with "
		      "--public-key";
	else if (!alone && ask->word_count == 0)
		why = "which folder?";
	else if (ask->word_count > (alone ? 0 : 1))
		why = "one word too many";
	else if (is_origin_long(ask))
		why = "the names of --canary and --origin are too long together";
	if (why == NULL)
		return STATUS_DONE;
	say("publish: %s", why);
	return STATUS_USAGE;
}
