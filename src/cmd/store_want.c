/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_want.h"

#include "base/date.h"
#include "base/size.h"
#include "cmd/say.h"

#include <stdlib.h>

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
	return status;
}
