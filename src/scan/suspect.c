/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/suspect.h"

#include "base/date.h"
#include "scan/client.h"
#include "watch/fingerprint.h"
#include "wire/name.h"

/* Forecasts that one name may be: variants share few names, and a name has few
 * parents. More of one name are not told. */
#define MATCHES 16

/* What every sighting of ${suspect} has; false when nobody knows whose it is. */
static bool
begin_sighting(const struct suspect *suspect, struct sighting *sighting)
{
	const struct log_entry *entry = suspect->entry;
	bool web = entry->transport == LOG_TRANSPORT_HTTP;

	*sighting = (struct sighting){
	        .us = suspect->us,
	        .port = entry->port,
	        .kind = web ? SIGHTING_HTTP : SIGHTING_DNS,
	        .transport = client_transport(entry->transport),
	        .match = {.generator = SIGHTING_NO_GENERATOR},
	        .counter = SIGHTING_NO_COUNTER,
	        .method = entry->request.method,
	        .target = entry->request.target,
	        .agent = entry->request.agent,
	        .machine = entry->machine,
	        .file = suspect->part->file,
	        .line = suspect->line,
	};
	return client_read(entry, suspect->v6_bits, &sighting->client, &sighting->address);
}

/* The fingerprint that the request of ${entry}, whose host is ${name}, fits, or NULL. */
static const struct watch_fingerprint *
fingerprint_of(const struct log_entry *entry, struct span name, int64_t *counter)
{
	const struct log_request *request = &entry->request;
	const struct watch_request asked = {
	        .method = request->method,
	        .target = request->target,
	        .version = request->version,
	        .host = name,
	        .agent = request->agent,
	        .referrer = request->referrer,
	};

	return request->target.len > 0 ? watch_fingerprint_of(&asked, counter) : NULL;
}

bool
suspect_request(const struct log_entry *entry, struct span name)
{
	int64_t counter;

	return fingerprint_of(entry, name, &counter) != NULL;
}

/* Adds ${sighting} for each of the ${count} ${matches} that holds at its time, and
 * stores in ${held} whether one did. */
static enum fsk_err
add_matches(const struct suspect *suspect, struct sighting *sighting,
            const struct fsk_match *matches, size_t count, bool *held)
{
	int64_t second = date_second_of(suspect->us);
	struct fsk_name name;
	enum fsk_err err;

	/* The index has found it, so it is a name. */
	if (wire_name_read(suspect->name, &name, NULL) != FSK_OK)
		return FSK_OK;
	sighting->name = (struct span){name.text, name.len};
	err = part_keep(suspect->part, &sighting->name);
	for (size_t i = 0; i < count && err == FSK_OK; i++) {
		if (!watch_view_holds(suspect->view, &matches[i], second))
			continue;
		sighting->match = matches[i];
		sighting->forecast = span_from(sighting->name, matches[i].offset);
		err = part_add_sighting(suspect->part, sighting);
		*held = true;
	}
	return err;
}

/* Adds the sightings of ${suspect}, whose name has ${count} ${matches}. */
static enum fsk_err
add_sightings(const struct suspect *suspect, const struct fsk_match *matches, size_t count,
              bool *held)
{
	struct sighting sighting;
	int64_t counter = SIGHTING_NO_COUNTER;
	const struct watch_fingerprint *print =
	        fingerprint_of(suspect->entry, suspect->name, &counter);
	enum fsk_err err;

	if ((count == 0 && print == NULL) || !begin_sighting(suspect, &sighting))
		return FSK_OK;
	if (print != NULL) {
		sighting.fingerprint = print->name;
		sighting.counter = counter;
	}
	if (count > 0) {
		err = add_matches(suspect, &sighting, matches, count, held);
		if (err != FSK_OK || *held)
			return err;
	}
	/* A weak hint alone is what ordinary programs send. */
	if (print == NULL || print->strength == WATCH_WEAK)
		return FSK_OK;
	sighting.name = suspect->name;
	err = part_keep(suspect->part, &sighting.name);
	return err == FSK_OK ? part_add_sighting(suspect->part, &sighting) : err;
}

/* Notes that the clean name of ${suspect}, whose hash is ${name}, matched ${count}
 * ${matches} of placebo lists. */
static enum fsk_err
add_placebo(const struct suspect *suspect, uint64_t name, const struct fsk_match *matches,
            size_t count)
{
	struct part *part = suspect->part;
	uint64_t host = client_hash_entry(suspect->entry, suspect->v6_bits);

	for (size_t i = 0; i < count && host != 0; i++) {
		struct part_placebo *grown = part_grow(part->placebos, part->placebo_count,
		                                       &part->placebo_room, sizeof(*grown));

		if (grown == NULL)
			return FSK_NOMEM;
		part->placebos = grown;
		grown[part->placebo_count++] = (struct part_placebo){
		        .host = host,
		        .name = name,
		        .generator = matches[i].generator,
		};
	}
	return FSK_OK;
}

/* Looks up the name of ${suspect} in ${index}. */
static size_t
look_up(const struct fsk_index *index, const struct suspect *suspect,
        struct fsk_match matches[MATCHES])
{
	size_t count;

	if (!watch_look_end_one(index, suspect->look))
		return 0;
	count = fsk_index_find(index, suspect->name.text, suspect->name.len, matches,
	                       MATCHES);
	return count < MATCHES ? count : MATCHES;
}

enum fsk_err
suspect_take(const struct suspect *suspect, bool *clean)
{
	struct fsk_match matches[MATCHES];
	size_t count = look_up(suspect->index, suspect, matches);
	bool held = false;
	enum fsk_err err = add_sightings(suspect, matches, count, &held);

	*clean = !held;
	if (err != FSK_OK || held)
		return err;
	count = look_up(suspect->placebo, suspect, matches);
	return add_placebo(suspect, suspect->look->hash[0], matches, count);
}
