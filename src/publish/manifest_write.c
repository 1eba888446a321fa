/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/manifest_write.h"

#include "dga/catalog.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* Puts "\"${key}\": " behind a comma, each on its own line of the manifest. */
static void
put_key(struct publish_file *file, const char *key)
{
	publish_put_text(file, ",\n  \"");
	publish_put_text(file, key);
	publish_put_text(file, "\": ");
}

static void
put_text(struct publish_file *file, const char *key, struct span text)
{
	put_key(file, key);
	publish_put_json(file, text);
}

/* The same in an object of its own line. */
static void
put_pair(struct publish_file *file, const char *key, const char *text)
{
	publish_put_text(file, key);
	publish_put_json(file, span_of(text));
}

static void
put_count(struct publish_file *file, const char *key, uint64_t number)
{
	publish_put_text(file, key);
	publish_put_number(file, number);
}

static void
put_hex(struct publish_file *file, const uint8_t *octets, size_t count)
{
	static const char hex[] = "0123456789abcdef";

	publish_put_text(file, "\"");
	for (size_t i = 0; i < count; i++) {
		const char digits[] = {hex[octets[i] >> 4], hex[octets[i] & 15]};

		publish_put(file, (struct span){digits, sizeof(digits)});
	}
	publish_put_text(file, "\"");
}

static void
put_number_hex(struct publish_file *file, const char *key, uint64_t number)
{
	uint8_t octets[8];

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(number >> (56 - 8 * i));
	put_key(file, key);
	put_hex(file, octets, sizeof(octets));
}

static void
put_instant(struct publish_file *file, const char *key, int64_t instant)
{
	publish_put_text(file, key);
	publish_put_text(file, "\"");
	publish_put_instant(file, instant);
	publish_put_text(file, "\"");
}

/* What was asked for. */
static void
put_selection(struct publish_file *file, const struct publish_selection *selection)
{
	put_key(file, "selection");
	publish_put_text(file, "{\"families\": [");
	for (size_t i = 0; i < selection->family_count; i++)
		put_pair(file, i > 0 ? ", " : "", selection->families[i]);
	publish_put_text(file, "], \"tlds\": [");
	for (size_t i = 0; i < selection->suffix_count; i++) {
		publish_put_text(file, i > 0 ? ", " : "");
		publish_put_json(file, selection->suffixes[i]);
	}
	put_pair(file, "], \"confidence\": ", dga_confidence_name(selection->least));
	publish_put_text(file, "}");
}

/* What the publication is. */
static void
put_head(struct publish_file *file, const struct publish_manifest *manifest)
{
	const struct publish_list *list = manifest->list;

	publish_put_text(file, "{\n  \"foresink\": ");
	publish_put_json(file, span_of(fsk_version()));
	put_number_hex(file, "generators", dga_catalog_version());
	put_key(file, "serial");
	publish_put_number(file, list->serial);
	put_key(file, "previous");
	if (manifest->previous > 0)
		publish_put_number(file, manifest->previous);
	else
		publish_put_text(file, "null");
	put_key(file, "made");
	put_instant(file, "", list->made);
	put_key(file, "window");
	put_instant(file, "{\"from\": ", list->window.first);
	put_instant(file, ", \"to\": ", list->window.last);
	publish_put_text(file, "}");
	put_selection(file, manifest->selection);
	put_number_hex(file, "content", manifest->content);
	put_text(file, "origin", list->origin);
	put_key(file, "canary");
	if (list->canary.len > 0)
		publish_put_json(file, list->canary);
	else
		publish_put_text(file, "null");
	put_key(file, "ttl");
	publish_put_number(file, list->ttl);
	put_key(file, "public_key");
	if (manifest->key != NULL) {
		char key[PUBLISH_KEY_TEXT];

		publish_key_write_public(manifest->key, key);
		publish_put_json(file, (struct span){key, strlen(key) - 1});
	} else {
		publish_put_text(file, "null");
	}
}

static void
put_counts(struct publish_file *file, const struct watch_roster *roster)
{
	struct watch_roster_counts counts;

	watch_roster_count(roster, &counts);
	put_key(file, "counts");
	put_count(file, "{\"blocked\": ", counts.names[WATCH_BLOCK]);
	put_count(file, ", \"log_only\": ", counts.names[WATCH_LOG_ONLY]);
	put_count(file, ", \"allowed\": ", counts.names[WATCH_ALLOW]);
	put_count(file, ", \"suspicious\": ", counts.suspicious);
	put_count(file, ", \"forecasts\": ", counts.forecasts);
	put_count(file, ", \"forecasts_left_out\": ", counts.left_out);
	publish_put_text(file, "}");
}

static void
put_notes(struct publish_file *file, const char *const *notes)
{
	put_key(file, "collisions");
	publish_put_text(file, "[");
	for (size_t i = 0; notes != NULL && notes[i] != NULL; i++)
		put_pair(file, i > 0 ? ",\n    " : "\n    ", notes[i]);
	publish_put_text(file, "]");
}

static void
put_files(struct publish_file *file, const struct publish_manifest *manifest)
{
	put_key(file, "files");
	publish_put_text(file, "[");
	for (size_t i = 0; i < manifest->file_count; i++) {
		const struct publish_written *written = &manifest->files[i];

		put_pair(file,
		         i > 0 ? ",\n    {\"file\": " : "\n    {\"file\": ", written->file);
		put_pair(file, ", \"format\": ", written->format->name);
		put_count(file, ", \"bytes\": ", written->facts.bytes);
		put_count(file, ", \"names\": ", written->facts.names);
		put_count(file, ", \"left_out\": ", written->facts.left_out);
		publish_put_text(file, ", \"sha256\": ");
		put_hex(file, written->facts.sha256, sizeof(written->facts.sha256));
		publish_put_text(file, "}");
	}
	publish_put_text(file, "]");
}

/* Names of a generator by state, each once. */
struct tally {
	uint64_t names[3];
	size_t last; /* the name that was counted last, by its first forecast, from 1 */
};

static void
put_families(struct publish_file *file, const struct tally *tallies, size_t count)
{
	bool any = false;

	put_key(file, "families");
	publish_put_text(file, "[");
	for (size_t i = 0; i < count; i++) {
		const struct dga_generator generator = dga_generator_at(i);
		const uint64_t *names = tallies[i].names;

		if (tallies[i].last == 0)
			continue;
		put_pair(file, any ? ",\n    {\"family\": " : "\n    {\"family\": ",
		         generator.family->name);
		put_pair(file, ", \"variant\": ", generator.variant->name);
		put_pair(file, ", \"confidence\": ",
		         dga_confidence_name(generator.variant->confidence));
		put_count(file, ", \"blocked\": ", names[WATCH_BLOCK]);
		put_count(file, ", \"log_only\": ", names[WATCH_LOG_ONLY]);
		put_count(file, ", \"allowed\": ", names[WATCH_ALLOW]);
		publish_put_text(file, "}");
		any = true;
	}
	publish_put_text(file, "]");
}

/* Counts all names by generator. FSK_NOMEM. */
static enum fsk_err
tell_families(struct publish_file *file, const struct watch_roster *roster)
{
	size_t count = dga_generator_count();
	struct tally *tallies = calloc(count, sizeof(*tallies));
	struct watch_roster_cursor cursor;
	struct watch_entry entry;

	if (tallies == NULL)
		return FSK_NOMEM;
	watch_roster_begin(roster, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		for (size_t i = 0; i < entry.forecasts; i++) {
			struct fsk_match match = watch_roster_forecast(roster, &entry, i);
			struct tally *tally = &tallies[match.generator];

			if (tally->last == entry.first + 1)
				continue; /* in another list of the same generator */
			tally->last = entry.first + 1;
			tally->names[entry.ruling->state]++;
		}
	}
	put_families(file, tallies, count);
	free(tallies);
	return FSK_OK;
}

/* Puts the generators of ${entry}, each once. */
static void
put_generators(struct publish_file *file, const struct watch_roster *roster,
               const struct watch_entry *entry)
{
	size_t before = SIZE_MAX;

	publish_put_text(file, ", \"families\": [");
	for (size_t i = 0; i < entry->forecasts; i++) {
		size_t number = watch_roster_forecast(roster, entry, i).generator;
		const struct dga_generator generator = dga_generator_at(number);
		char name[DGA_GENERATOR_NAME_SIZE];

		if (number == before)
			continue;
		dga_generator_name(&generator, name);
		put_pair(file, before == SIZE_MAX ? "" : ", ", name);
		before = number;
	}
	publish_put_text(file, "]");
}

/* Puts the names that are not blocked, or those that are and look suspicious. */
static void
put_names(struct publish_file *file, const char *key, const struct watch_roster *roster,
          bool suspicious)
{
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	bool any = false;

	put_key(file, key);
	publish_put_text(file, "[");
	watch_roster_begin(roster, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		const struct watch_ruling *ruling = entry.ruling;
		char why[WATCH_RULING_SIZE];

		if (ruling->ground == WATCH_GROUND_NONE ||
		    suspicious != (ruling->ground == WATCH_GROUND_SUSPICIOUS))
			continue;
		publish_put_text(file, any ? ",\n    {\"name\": " : "\n    {\"name\": ");
		publish_put_json(file, entry.name);
		put_pair(file, ", \"state\": ", watch_state_name(ruling->state));
		put_pair(file, ", \"ground\": ", watch_ground_name(ruling->ground));
		watch_ruling_write(ruling, why);
		put_pair(file, ", \"why\": ", why);
		put_generators(file, roster, &entry);
		publish_put_text(file, "}");
		any = true;
	}
	publish_put_text(file, "]");
}

enum fsk_err
publish_manifest_write(const struct publish_manifest *manifest, struct publish_file *file)
{
	const struct watch_roster *roster = manifest->list->roster;
	enum fsk_err err;

	put_head(file, manifest);
	put_counts(file, roster);
	put_files(file, manifest);
	err = tell_families(file, roster);
	put_notes(file, manifest->notes);
	put_names(file, "left_out", roster, false);
	put_names(file, "suspicious", roster, true);
	publish_put_text(file, "\n}\n");
	return err;
}

void
publish_manifest_sign(const struct publish_key *key, struct span text,
                      char signature[PUBLISH_SIGNATURE_TEXT])
{
	char base64[sodium_base64_ENCODED_LEN(PUBLISH_SIGNATURE,
	                                      sodium_base64_VARIANT_ORIGINAL)];
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	unsigned char public_key[PUBLISH_PUBLIC];
	unsigned char made[PUBLISH_SIGNATURE];

	_Static_assert(sizeof(base64) < PUBLISH_SIGNATURE_TEXT, "the LF must fit, too");
	crypto_sign_seed_keypair(public_key, secret, key->seed);
	crypto_sign_detached(made, NULL, (const unsigned char *)text.text, text.len,
	                     secret);
	sodium_memzero(secret, sizeof(secret));
	sodium_bin2base64(base64, sizeof(base64), made, sizeof(made),
	                  sodium_base64_VARIANT_ORIGINAL);
	snprintf(signature, PUBLISH_SIGNATURE_TEXT, "%s\n", base64);
}
