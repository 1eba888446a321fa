/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_want.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/size.h"
#include "cmd/import_contact.h"
#include "cmd/say.h"
#include "dga/catalog.h"
#include "watch/fingerprint.h"

#include <stdlib.h>
#include <string.h>

void
store_want_init(struct store_want *want)
{
	*want = (struct store_want){.filter = STORE_FILTER_ALL};
	options_init(&want->common);
}

void
store_want_fini(struct store_want *want)
{
	options_fini(&want->common);
	free(want->networks);
	free(want->generators);
	*want = (struct store_want){.networks = NULL};
}

static void
take_network(struct store_want *want, const char *text)
{
	struct store_network network;
	struct store_network *grown;

	if (address_read_prefix(span_of(text), &network.address, &network.prefix) !=
	    FSK_OK) {
		say("--network %s: an address or a prefix without bits behind it is wanted",
		    text);
		exit(STATUS_USAGE);
	}
	grown = realloc(want->networks, size_mul(want->network_count + 1, sizeof(*grown)));
	if (grown == NULL) {
		say("out of memory");
		exit(STATUS_SYSTEM);
	}
	grown[want->network_count++] = network;
	want->networks = grown;
}

static void
take_kind(struct store_want *want, const char *word)
{
	enum sighting_kind kind;

	if (!sighting_kind_find(span_of(word), &kind)) {
		say("--kind %s: it is dns, http, tls or raw", word);
		exit(STATUS_USAGE);
	}
	want->kinds |= 1U << (unsigned)kind;
}

error_t
store_want_take(struct store_want *want, int key, char *arg)
{
	switch (key) {
	case STORE_WANT_NETWORK:
		take_network(want, arg);
		return 0;
	case STORE_WANT_KIND:
		take_kind(want, arg);
		return 0;
	default:
		return options_take(&want->common, key, arg);
	}
}

/* The first and the last second of all calendars. */
static const struct span_of_time ever = {DATE_FIRST * DATE_DAY,
                                         (DATE_LAST + 1) * DATE_DAY - 1};

static enum status
settle_time(struct store_want *want)
{
	struct span_of_time span;
	enum status status = options_span(&want->common, ever, &span);

	if (status != STATUS_DONE)
		return status;
	if (span.from != ever.from)
		want->filter.from_us = span.from * DATE_SECOND;
	if (span.to != ever.to)
		want->filter.to_us = (span.to + 1) * DATE_SECOND;
	return STATUS_DONE;
}

static enum status
settle_families(struct store_want *want)
{
	struct selection selection = {.generators = NULL};
	enum status status;

	if (want->common.family_count == 0)
		return STATUS_DONE;
	status = options_select(&want->common, &selection);
	if (status != STATUS_DONE)
		return status;
	want->generators = calloc(dga_generator_count(), sizeof(*want->generators));
	if (want->generators == NULL) {
		say("out of memory");
		status = STATUS_SYSTEM;
	} else {
		for (size_t i = 0; i < selection.count; i++)
			want->generators[selection.generators[i]] = true;
		want->filter.generators = want->generators;
	}
	selection_fini(&selection);
	return status;
}

enum status
store_want_settle(struct store_want *want)
{
	enum status status = settle_time(want);

	if (status == STATUS_DONE)
		status = settle_families(want);
	want->filter.networks = want->networks;
	want->filter.network_count = want->network_count;
	want->filter.kinds = want->kinds;
	want->reading = want->filter;
	want->reading.generators = NULL;
	return status;
}

/* Whether all generators of ${family} are wanted. */
static bool
is_whole(const struct store_want *want, const struct dga_family *family)
{
	bool whole = false;

	for (size_t i = 0; i < dga_generator_count(); i++) {
		if (dga_generator_at(i).family != family)
			continue;
		whole = want->generators[i];
		if (!whole)
			break;
	}
	return whole;
}

/* Whether ${name} is what another catalog calls it: "W32.Downadup" for "downadup". */
static bool
is_last_part(const char *other, struct span name)
{
	size_t len = other != NULL ? strlen(other) : 0;

	if (len < name.len || name.len == 0)
		return false;
	other += len - name.len;
	for (size_t i = 0; i < name.len; i++) {
		if (ascii_to_lower(other[i]) != ascii_to_lower(name.text[i]))
			return false;
	}
	return len == name.len || other[-1] == '.' || other[-1] == '/';
}

/* The family that somebody calls ${name}, perhaps with a variant behind a dot; NULL: none
 * that we know. */
static const struct dga_family *
family_called(struct span name)
{
	const char *dot = name.len > 0 ? memchr(name.text, '.', name.len) : NULL;

	if (dot != NULL)
		name.len = (size_t)(dot - name.text);
	for (size_t i = 0; i < dga_family_count(); i++) {
		const struct dga_family *family = dga_family_at(i);
		const struct dga_aka *aka = &family->aka;

		if (is_last_part(family->name, name) || is_last_part(aka->malpedia, name) ||
		    is_last_part(aka->dgarchive, name) ||
		    is_last_part(aka->microsoft, name) || is_last_part(aka->symantec, name))
			return family;
	}
	return NULL;
}

/* The family of the request of ${sighting}; NULL: not known. */
static const struct dga_family *
family_sent(const struct sighting *sighting)
{
	const struct watch_fingerprint *print =
	        sighting->fingerprint == NULL
	                ? NULL
	                : watch_fingerprint_find(span_of(sighting->fingerprint));

	return print != NULL && print->family != NULL
	               ? dga_family_find(span_of(print->family))
	               : NULL;
}

bool
store_want_family(const struct store_want *want, const struct sighting *sighting)
{
	const size_t said = strlen(IMPORT_SAID);
	const struct dga_family *family;

	if (want->generators == NULL)
		return true;
	if (sighting->match.generator != SIGHTING_NO_GENERATOR)
		return want->generators[sighting->match.generator];
	family = family_sent(sighting);
	if (family != NULL && is_whole(want, family))
		return true;
	if (sighting->shape.len < said ||
	    memcmp(sighting->shape.text, IMPORT_SAID, said) != 0)
		return false;
	family = family_called(span_from(sighting->shape, said));
	return family != NULL && is_whole(want, family);
}
