/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_sums.h"

#include "base/date.h"
#include "base/size.h"
#include "cmd/say.h"
#include "cmd/words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <xxhash.h>

#define FIRST_SLOTS ((size_t)1024) /* a power of two */
#define LOOK_EVERY 4096            /* sums: whether a signal came */

static const char *const part_names[STORE_PARTS] = {
        [STORE_BY_HOUR] = "hour",
        [STORE_BY_DAY] = "day",
        [STORE_BY_FAMILY] = "family",
        [STORE_BY_GENERATOR] = "generator",
        [STORE_BY_COUNTRY] = "country",
        [STORE_BY_KIND] = "kind",
        [STORE_BY_FINGERPRINT] = "fingerprint",
};

/* What the user asks. */

static bool
read_part(struct span word, struct store_by *by)
{
	for (size_t part = 0; part < STORE_PARTS; part++) {
		if (!span_equal(word, span_of(part_names[part])))
			continue;
		for (size_t i = 0; i < by->count; i++) {
			if (by->parts[i] == part)
				return false;
		}
		by->parts[by->count++] = (enum store_part)part;
		return true;
	}
	return false;
}

/* Whether hosts can be counted by ${part}: what is known of them is of a day. */
static bool
has_hosts(enum store_part part)
{
	return part != STORE_BY_HOUR && part != STORE_BY_KIND &&
	       part != STORE_BY_FINGERPRINT;
}

enum status
store_sums_read(const char *text, struct store_by *by)
{
	by->count = 0;
	for (const char *word = text; word != NULL;) {
		size_t len = strcspn(word, ",");

		if (!read_part((struct span){word, len}, by)) {
			say("--by %s: a list of hour or day, family or generator, country, "
			    "kind, fingerprint is wanted, each once",
			    text);
			return STATUS_USAGE;
		}
		word = word[len] == ',' ? word + len + 1 : NULL;
	}
	for (size_t i = 0; i < by->count && by->hosts; i++) {
		if (has_hosts(by->parts[i]))
			continue;
		say("--by %s: hosts are counted by day, family, generator and country "
		    "only",
		    text);
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}

/* Sums. */

/* Doubles the slots when they are half full. */
static enum fsk_err
grow_slots(struct store_sums *sums)
{
	size_t wanted = sums->slots == NULL ? FIRST_SLOTS : (sums->mask + 1) * 2;
	uint32_t *slots;

	if (sums->slots != NULL && sums->count * 2 <= sums->mask)
		return FSK_OK;
	slots = calloc(wanted, sizeof(*slots));
	if (slots == NULL || sums->count >= UINT32_MAX / 2) {
		free(slots);
		return FSK_NOMEM;
	}
	for (size_t i = 0; i < sums->count; i++) {
		const struct store_sum *sum = &sums->sums[i];
		size_t at = (size_t)XXH3_64bits(sums->keys + sum->key, sum->len);

		while (slots[at & (wanted - 1)] != 0)
			at++;
		slots[at & (wanted - 1)] = (uint32_t)(i + 1);
	}
	free(sums->slots);
	sums->slots = slots;
	sums->mask = wanted - 1;
	return FSK_OK;
}

/* Doubles ${items} of ${size} octets when ${needed} do not fit. */
static enum fsk_err
grow(void **items, size_t *room, size_t needed, size_t size)
{
	size_t wanted = *room == 0 ? 256 : *room;
	void *grown;

	if (needed <= *room)
		return FSK_OK;
	while (wanted < needed)
		wanted = size_mul(wanted, 2);
	grown = realloc(*items, size_mul(wanted, size));
	if (grown == NULL)
		return FSK_NOMEM;
	*items = grown;
	*room = wanted;
	return FSK_OK;
}

static enum fsk_err
append_sum(struct store_sums *sums, struct span key, struct store_sum **sum)
{
	void *keys = sums->keys;
	void *items = sums->sums;
	enum fsk_err err = grow(&keys, &sums->key_room, sums->key_len + key.len, 1);

	sums->keys = keys;
	if (err == FSK_OK)
		err = grow(&items, &sums->room, sums->count + 1, sizeof(*sums->sums));
	sums->sums = items;
	if (err != FSK_OK)
		return err;
	if (key.len > 0) /* a report by nothing has one sum without a key */
		memcpy(sums->keys + sums->key_len, key.text, key.len);
	*sum = &sums->sums[sums->count++];
	**sum = (struct store_sum){.key = sums->key_len, .len = key.len};
	sums->key_len += key.len;
	return FSK_OK;
}

/* Adds ${count} to the sum of ${key}. */
static enum fsk_err
add(struct store_sums *sums, struct span key, uint64_t count)
{
	struct store_sum *sum;
	enum fsk_err err = grow_slots(sums);
	size_t at = (size_t)XXH3_64bits(key.text, key.len);

	if (err != FSK_OK)
		return err;
	for (; sums->slots[at & sums->mask] != 0; at++) {
		sum = &sums->sums[sums->slots[at & sums->mask] - 1];
		if (span_equal((struct span){sums->keys + sum->key, sum->len}, key)) {
			sum->count += count;
			return FSK_OK;
		}
	}
	err = append_sum(sums, key, &sum);
	if (err != FSK_OK)
		return err;
	sum->count = count;
	sums->slots[at & sums->mask] = (uint32_t)sums->count;
	return sums->count % LOOK_EVERY == 0 && say_stopped() ? FSK_STOPPED : FSK_OK;
}

/* What a line of the rollups says, of hours and days alike. */
struct line {
	int64_t second;
	struct span generator, country, fingerprint;
	const char *kind; /* NULL: not known */
};

#define PART_MOST 140 /* octets of a part */

/* A key in the making: the parts, each with its NUL. */
struct key {
	char text[STORE_PARTS * (PART_MOST + 1)];
	size_t len;
};

static void
put(struct key *key, struct span text)
{
	size_t most = text.len < PART_MOST ? text.len : PART_MOST;
	size_t len = most > 0 ? strnlen(text.text, most) : 0;

	if (len > 0)
		memcpy(key->text + key->len, text.text, len);
	key->len += len;
	key->text[key->len++] = '\0';
}

/* The first second of the hour or day, as it is written; they sort as they come. */
static void
put_second(struct key *key, int64_t second, bool day)
{
	struct words words = words_second(second * DATE_SECOND);

	if (day && words.text[0] != '-')
		words.text[sizeof("2026-11-22") - 1] = '\0';
	put(key, span_of(words.text));
}

static void
put_part(struct key *key, enum store_part part, const struct line *line)
{
	struct span family = line->generator;
	const char *slash = family.len > 0 ? memchr(family.text, '/', family.len) : NULL;

	switch (part) {
	case STORE_BY_HOUR:
	case STORE_BY_DAY:
		put_second(key, line->second, part == STORE_BY_DAY);
		return;
	case STORE_BY_FAMILY:
		if (slash != NULL)
			family.len = (size_t)(slash - family.text);
		put(key, family);
		return;
	case STORE_BY_GENERATOR:
		put(key, line->generator);
		return;
	case STORE_BY_COUNTRY:
		put(key, line->country);
		return;
	case STORE_BY_KIND:
		put(key, span_of(line->kind != NULL ? line->kind : ""));
		return;
	case STORE_BY_FINGERPRINT:
		put(key, line->fingerprint);
		return;
	}
}

static struct span
make_key(struct key *key, const struct store_by *by, const struct line *line)
{
	key->len = 0;
	for (size_t i = 0; i < by->count; i++)
		put_part(key, by->parts[i], line);
	return (struct span){key->text, key->len};
}

static enum fsk_err
take_hour(const struct store_hour *hour, void *context)
{
	struct store_sums *sums = context;
	struct line line = {.second = hour->hour,
	                    .generator = hour->generator,
	                    .country = hour->country,
	                    .fingerprint = hour->fingerprint,
	                    .kind = sighting_kind_name(hour->kind)};
	struct key key;

	return add(sums, make_key(&key, sums->by, &line), hour->contacts);
}

static bool
is_free(const XXH128_hash_t *slot)
{
	return (slot->low64 | slot->high64) == 0;
}

/* Doubles the places for hosts when they are half full. */
static enum fsk_err
grow_hosts(struct store_sums *sums)
{
	XXH128_hash_t *hosts = sums->hosts;
	size_t wanted = hosts == NULL ? FIRST_SLOTS : (sums->host_mask + 1) * 2;
	XXH128_hash_t *grown;

	if (hosts != NULL && sums->host_count * 2 <= sums->host_mask)
		return FSK_OK;
	grown = calloc(wanted, sizeof(*grown));
	if (grown == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; hosts != NULL && i <= sums->host_mask; i++) {
		size_t at = (size_t)hosts[i].low64;

		while (!is_free(&hosts[i]) && !is_free(&grown[at & (wanted - 1)]))
			at++;
		if (!is_free(&hosts[i]))
			grown[at & (wanted - 1)] = hosts[i];
	}
	free(hosts);
	sums->hosts = grown;
	sums->host_mask = wanted - 1;
	return FSK_OK;
}

/* Adds ${mark} to the hosts that were counted; FSK_END when it was there. */
static enum fsk_err
add_host(struct store_sums *sums, XXH128_hash_t mark)
{
	enum fsk_err err = grow_hosts(sums);
	XXH128_hash_t *hosts = sums->hosts;
	size_t at = (size_t)mark.low64;

	if (err != FSK_OK)
		return err;
	for (; !is_free(&hosts[at & sums->host_mask]); at++) {
		if (XXH128_isEqual(hosts[at & sums->host_mask], mark))
			return FSK_END;
	}
	hosts[at & sums->host_mask] = mark;
	sums->host_count++;
	return FSK_OK;
}

/* Counts a host once a line of the report, whatever else is told apart. By 128 bits of
 * hash: that two of a billion hosts share them is not met. */
static enum fsk_err
take_day(const struct store_day *day, void *context)
{
	struct store_sums *sums = context;
	const struct hostday *host = &day->host;
	struct line line = {.second = host->day,
	                    .generator = host->generator,
	                    .country = host->country};
	struct key key;
	struct span made = make_key(&key, sums->by, &line);
	uint64_t seed = XXH3_64bits(made.text, made.len) ^ host->client.prefix;
	enum fsk_err err;

	if (day->forgotten > 0) /* nobody knows whether they are in another line, too */
		return add(sums, made, day->forgotten);
	err = add_host(sums, XXH3_128bits_withSeed(&host->client.address,
	                                           sizeof(host->client.address), seed));
	if (err == FSK_END)
		return FSK_OK;
	return err == FSK_OK ? add(sums, made, 1) : err;
}

static int
compare_keys(const void *a, const void *b, void *context)
{
	const struct store_sum *left = a;
	const struct store_sum *right = b;
	const char *keys = context;
	size_t len = left->len < right->len ? left->len : right->len;
	int order = memcmp(keys + left->key, keys + right->key, len);

	return order != 0 ? order : (left->len > right->len) - (left->len < right->len);
}

static int
compare_counts(const void *a, const void *b, void *context)
{
	const struct store_sum *left = a;
	const struct store_sum *right = b;

	if (left->count != right->count)
		return left->count < right->count ? 1 : -1;
	return compare_keys(a, b, context);
}

enum fsk_err
store_sums_make(struct store_sums *sums, const struct store_by *by, struct store *store,
                const struct store_filter *filter)
{
	enum fsk_err err;

	*sums = (struct store_sums){.by = by};
	err = by->hosts ? store_days(store, filter, take_day, sums)
	                : store_hours(store, filter, take_hour, sums);
	if (err == FSK_OK && sums->count > 0)
		qsort_r(sums->sums, sums->count, sizeof(*sums->sums), compare_keys,
		        sums->keys);
	return err;
}

void
store_sums_by_count(struct store_sums *sums)
{
	if (sums->count > 0)
		qsort_r(sums->sums, sums->count, sizeof(*sums->sums), compare_counts,
		        sums->keys);
}

void
store_sums_fini(struct store_sums *sums)
{
	free(sums->keys);
	free(sums->sums);
	free(sums->slots);
	free(sums->hosts);
	*sums = (struct store_sums){.count = 0};
}

/* Reports. */

struct span
store_sums_part(const struct store_sums *sums, const struct store_sum *sum, size_t n)
{
	const char *text = sums->keys + sum->key;

	for (; n > 0; n--)
		text += strlen(text) + 1;
	return span_of(text);
}

static size_t
width_of(enum store_part part)
{
	switch (part) {
	case STORE_BY_HOUR:
		return sizeof("2026-11-22T00:00:00Z") + 1;
	case STORE_BY_DAY:
		return sizeof("2026-11-22") + 1;
	case STORE_BY_FAMILY:
	case STORE_BY_GENERATOR:
	case STORE_BY_FINGERPRINT:
		return 22;
	case STORE_BY_COUNTRY:
		return sizeof("country") + 1;
	case STORE_BY_KIND:
		return 6;
	}
	return 0;
}

void
store_sums_text(struct output *output, const struct store_sums *sums)
{
	const struct store_by *by = sums->by;
	FILE *out = output->file;

	for (size_t i = 0; i < by->count; i++) {
		struct words title = {.text = ""};

		words_add(&title, part_names[by->parts[i]]);
		for (char *c = title.text; *c != '\0'; c++)
			*c = (char)(*c - 'a' + 'A');
		words_safe(out, span_of(title.text), width_of(by->parts[i]));
	}
	fputs(by->hosts ? "HOSTS\n" : "CONTACTS\n", out);
	for (size_t n = 0; n < sums->count && !output_broken(output); n++) {
		for (size_t i = 0; i < by->count; i++) {
			struct span part = store_sums_part(sums, &sums->sums[n], i);

			words_safe(out, part.len > 0 ? part : span_of("-"),
			           width_of(by->parts[i]) - 1);
			fputc(' ', out);
		}
		fprintf(out, "%s\n", words_count(sums->sums[n].count).text);
	}
}

void
store_sums_json(struct output *output, const struct store_sums *sums)
{
	const struct store_by *by = sums->by;
	FILE *out = output->file;

	for (size_t n = 0; n < sums->count && !output_broken(output); n++) {
		fputc('{', out);
		for (size_t i = 0; i < by->count; i++) {
			struct span part = store_sums_part(sums, &sums->sums[n], i);

			fprintf(out, "\"%s\":", part_names[by->parts[i]]);
			if (part.len > 0)
				output_json(output, part.text, part.len);
			else
				fputs("null", out);
			fputc(',', out);
		}
		fprintf(out, "\"%s\":%" PRIu64 "}\n", by->hosts ? "hosts" : "contacts",
		        sums->sums[n].count);
	}
}
