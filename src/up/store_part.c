/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/store_part.h"

#include "store/journal.h"
#include "up/config.h"
#include "up/take.h"
#include "up/value.h"

#include <sodium.h>

#define DAYS_MOST 36500
#define SEGMENT_MOST (UINT64_C(1) << 30)

/* A store that may be no larger than some batches is never at rest. */
#define KEEP_LEAST (UINT64_C(16) << 20)
#define KEEP_MOST (UINT64_C(1) << 60)

void
up_store_begin(struct up_store *store)
{
	store->segment = STORE_SEGMENT;
}

static struct up_store *this(struct up_reading *reading)
{
	struct up_store *store = &reading->config->store;

	if (store->line == 0)
		store->line = reading->line;
	return store;
}

static const char *
take_folder(struct up_reading *reading, struct span value)
{
	while (value.len > 1 && value.text[value.len - 1] == '/')
		value.len--;
	this(reading)->line = reading->line;
	return up_take_path(reading, value, &this(reading)->folder);
}

static const char *
take_keep_days(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, DAYS_MOST, &this(reading)->keep_days) == NULL
	               ? NULL
	               : "a number of days from 0 (for ever) to 36500 is wanted";
}

/* Octets: a number, and K, M, G or T behind it. */
static bool
read_size(struct span value, uint64_t least, uint64_t most, uint64_t *size)
{
	static const char units[] = {'K', 'M', 'G', 'T'};
	const char *unit;
	unsigned bits = 0;
	uint64_t number;

	if (value.len > 1) {
		unit = memchr(units, value.text[value.len - 1], sizeof(units));
		if (unit != NULL) {
			bits = 10 * (unsigned)(unit - units + 1);
			value.len--;
		}
	}
	if (!up_value_number(value, 0, most >> bits, &number) || number << bits < least)
		return false;
	*size = number << bits;
	return true;
}

static const char *
take_keep_size(struct up_reading *reading, struct span value)
{
	return read_size(value, KEEP_LEAST, KEEP_MOST, &this(reading)->keep_bytes)
	               ? NULL
	               : "a size of 16M or more is wanted, with K, M, G or T behind it";
}

static const char *
take_country(struct up_reading *reading, struct span value)
{
	this(reading)->country_line = reading->line;
	return up_take_path(reading, value, &this(reading)->country);
}

static const char *
take_network(struct up_reading *reading, struct span value)
{
	this(reading)->network_line = reading->line;
	return up_take_path(reading, value, &this(reading)->network);
}

static const char *
take_pseudonyms(struct up_reading *reading, struct span value)
{
	this(reading)->secret_line = reading->line;
	return up_take_path(reading, value, &this(reading)->secret_path);
}

static const char *
take_segment(struct up_reading *reading, struct span value)
{
	uint64_t size;

	if (!read_size(value, STORE_SEGMENT_LEAST, SEGMENT_MOST, &size))
		return "a size from 64K to 1G is wanted";
	this(reading)->segment = (size_t)size;
	return NULL;
}

static const struct up_key keys[] = {
        {"folder", false, take_folder},        {"keep-days", false, take_keep_days},
        {"keep-size", false, take_keep_size},  {"country", false, take_country},
        {"network", false, take_network},      {"pseudonyms", false, take_pseudonyms},
        {"segment-size", false, take_segment},
};

const struct up_section up_store_sections[] = {{"store", NULL, keys, UP_COUNT(keys)}};
const size_t up_store_section_count = UP_COUNT(up_store_sections);

enum fsk_err
up_store_settle(struct up_config *config, struct fault *fault)
{
	const struct up_store *store = &config->store;

	if (store->line == 0 || store->folder != NULL)
		return FSK_OK;
	if (fault != NULL)
		*fault =
		        (struct fault){store->line, 0, "there is no key folder in [store]"};
	return FSK_SYNTAX;
}

const char *
up_store_secret(struct up_store *store, struct span text)
{
	uint8_t secret[STORE_SECRET];
	size_t len = 0;
	bool good = sodium_hex2bin(secret, sizeof(secret), text.text, text.len, " \t\r\n",
	                           &len, NULL) == 0 &&
	            len == sizeof(secret);

	if (good)
		memcpy(store->secret, secret, sizeof(secret));
	sodium_memzero(secret, sizeof(secret));
	store->has_secret = good;
	return good ? NULL : "not a secret of 64 hexadecimal digits";
}

bool
up_store_wanted(const struct up_config *config)
{
	return config->store.folder != NULL &&
	       (up_config_runs(config, "sinkhole") || up_config_runs(config, "guard"));
}

/* Whether two texts, of which each may be NULL, are the same. */
static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
up_store_same(const struct up_store *present, const struct up_store *next, size_t *line)
{
	*line = next->line;
	if (!same(present->folder, next->folder) || present->segment != next->segment)
		return false;
	*line = next->country_line;
	if (!same(present->country, next->country))
		return false;
	*line = next->network_line;
	if (!same(present->network, next->network))
		return false;
	*line = next->secret_line;
	return present->has_secret == next->has_secret &&
	       sodium_memcmp(present->secret, next->secret, sizeof(next->secret)) == 0;
}
