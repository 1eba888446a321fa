/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/client.h: who asked, from the texts of a log entry: the client itself, or
 * the one behind it if the log says so; IPv6 hosts by their network.
 */
#ifndef SCAN_CLIENT_H
#define SCAN_CLIENT_H

#include "logs/entry.h"
#include "verdict/clean.h"
#include "watch/sighting.h"

/* Stores in ${client} and ${address} who asked in ${entry}; IPv6 addresses are
 * cut to ${v6_bits}. A host that has a name only is one of SIGHTING_NAMED. False
 * when the entry does not say. */
bool client_read(const struct log_entry *entry, unsigned v6_bits,
                 struct sighting_client *client, struct address *address);

/* A hash of who asked in ${entry}: client_hash() of what
 * client_read() stores. 0 when the entry does not say. */
uint64_t client_hash_entry(const struct log_entry *entry, unsigned v6_bits);
uint64_t client_hash(const struct sighting_client *client);

static inline uint64_t
client_load(const char *text, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, text, len);
	return word;
}

/* Whether one of the octets of ${word} is a colon: the lowest octet that is one is
 * found without fail (Mycroft's test for a zero octet). */
static inline bool
client_has_colon(uint64_t word)
{
	uint64_t colons = word ^ UINT64_C(0x3a3a3a3a3a3a3a3a);

	return ((colons - UINT64_C(0x0101010101010101)) & ~colons &
	        UINT64_C(0x8080808080808080)) != 0;
}

/* Whether ${text} is as long as dotted IPv4 and has no colon, and then its hash. There is
 * one way to write an IPv4 address, and most lines need no more of their client. */
static inline bool
client_hash_v4(struct span text, uint64_t *hash)
{
	uint64_t first, last;

	if (text.len >= 8 && text.len <= 15) {
		first = client_load(text.text, 8);
		last = client_load(text.text + text.len - 8, 8);
	} else if (text.len == 7) {
		first = client_load(text.text, 4);
		last = client_load(text.text + 3, 4);
	} else {
		return false;
	}
	*hash = clean_mix(first ^ (last << 29 | last >> 35) ^ text.len);
	return !client_has_colon(first) && !client_has_colon(last);
}

/* client_hash_entry() of an entry that says nothing but the ${client}. */
static inline uint64_t
client_hash_text(struct span client, unsigned v6_bits)
{
	uint64_t hash;

	if (__builtin_expect(client_hash_v4(client, &hash), 1))
		return hash;
	return client_hash_entry(&(struct log_entry){.client = client}, v6_bits);
}

/* Through what ${transport} carries a question. */
enum sighting_transport client_transport(enum log_transport transport);

#endif
