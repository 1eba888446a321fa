/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/sighting.h"

static const char *const kinds[] = {
        [SIGHTING_DNS] = "dns",
        [SIGHTING_HTTP] = "http",
        [SIGHTING_HELLO] = "tls",
        [SIGHTING_RAW] = "raw",
};

static const char *const transports[] = {
        [SIGHTING_TRANSPORT_UNKNOWN] = NULL,
        [SIGHTING_UDP] = "udp",
        [SIGHTING_TCP] = "tcp",
        [SIGHTING_TLS] = "tls",
        [SIGHTING_HTTPS] = "https",
        [SIGHTING_QUIC] = "quic",
};

static const char *const bys[] = {
        [SIGHTING_BY_NAME] = "name",     [SIGHTING_BY_SNI] = "sni",
        [SIGHTING_BY_PLACE] = "place",   [SIGHTING_BY_CLIENT] = "client",
        [SIGHTING_BY_RECENT] = "recent", [SIGHTING_BY_GUESS] = "guess",
};

/* The place of ${word} among the ${count} at ${words}, of which some may be NULL; ${count}:
 * it is none. */
static size_t
find(const char *const *words, size_t count, struct span word)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i] != NULL && span_equal(span_of(words[i]), word))
			return i;
	}
	return count;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *
sighting_kind_name(enum sighting_kind kind)
{
	return kinds[kind];
}

bool
sighting_kind_find(struct span word, enum sighting_kind *kind)
{
	size_t place = find(kinds, COUNT(kinds), word);

	if (place == COUNT(kinds))
		return false;
	*kind = (enum sighting_kind)place;
	return true;
}

const char *
sighting_transport_name(enum sighting_transport transport)
{
	return transports[transport];
}

bool
sighting_transport_find(struct span word, enum sighting_transport *transport)
{
	size_t place = find(transports, COUNT(transports), word);

	if (place == COUNT(transports))
		return false;
	*transport = (enum sighting_transport)place;
	return true;
}

const char *
sighting_by_name(enum sighting_by by)
{
	return bys[by];
}

bool
sighting_by_find(struct span word, enum sighting_by *by)
{
	size_t place = find(bys, COUNT(bys), word);

	if (place == COUNT(bys))
		return false;
	*by = (enum sighting_by)place;
	return true;
}
