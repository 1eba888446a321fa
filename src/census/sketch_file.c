/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/sketch_parts.h"

#include "base/size.h"

#include <endian.h>
#include <stdlib.h>
#include <xxhash.h>

#define MAGIC "FSKSKTCH"
#define MAGIC_SIZE 8
#define VERSION 1
#define HEAD (MAGIC_SIZE + 2 + 2 + CENSUS_SKETCH_MARK + 4 + 4)
#define SUM sizeof(XXH128_canonical_t)

static void
put(uint8_t **at, const void *octets, size_t len)
{
	memcpy(*at, octets, len);
	*at += len;
}

static void
put16(uint8_t **at, uint16_t value)
{
	value = htole16(value);
	put(at, &value, sizeof(value));
}

static void
put32(uint8_t **at, uint32_t value)
{
	value = htole32(value);
	put(at, &value, sizeof(value));
}

static void
put64(uint8_t **at, uint64_t value)
{
	value = htole64(value);
	put(at, &value, sizeof(value));
}

/* A text of less than 256 octets, its length first. */
static void
put_text(uint8_t **at, const char *text)
{
	uint8_t len = (uint8_t)strlen(text);

	put(at, &len, sizeof(len));
	put(at, text, len);
}

static void
put_sum(uint8_t *octets, size_t len)
{
	XXH128_canonical_t sum;

	XXH128_canonicalFromHash(&sum, XXH3_128bits(octets, len));
	memcpy(octets + len, &sum, sizeof(sum));
}

static size_t
measure(const struct census_sketch *sketch)
{
	size_t len = HEAD + SUM;

	for (size_t i = 0; i < sketch->node_count; i++)
		len = size_add(len, 1 + strlen(sketch->nodes[i]));
	for (size_t i = 0; i < sketch->count; i++) {
		const struct census_sketch_entry *entry = sketch->entries[i];

		len = size_add(len, 8 + 8 + 1 + strlen(entry->key.generator) + 1 +
		                            strlen(entry->key.country) +
		                            census_hll_size(entry->hll));
	}
	return len;
}

static enum fsk_err
put_entry(const struct census_sketch_key *key, const struct census_hll *hll, void *context)
{
	uint8_t **at = context;

	put64(at, (uint64_t)key->from);
	put64(at, (uint64_t)key->seconds);
	put_text(at, key->generator);
	put_text(at, key->country);
	census_hll_write(hll, *at);
	*at += census_hll_size(hll);
	return FSK_OK;
}

enum fsk_err
census_sketch_write(const struct census_sketch *sketch, uint8_t **out, size_t *len)
{
	size_t size = measure(sketch);
	uint8_t *octets = malloc(size), *at = octets;
	enum fsk_err err;

	if (octets == NULL)
		return FSK_NOMEM;
	put(&at, MAGIC, MAGIC_SIZE);
	put16(&at, VERSION);
	put16(&at, CENSUS_HLL_BITS);
	put(&at, sketch->mark, sizeof(sketch->mark));
	put32(&at, (uint32_t)sketch->node_count);
	put32(&at, (uint32_t)sketch->count);
	for (size_t i = 0; i < sketch->node_count; i++)
		put_text(&at, sketch->nodes[i]);
	err = census_sketch_each(sketch, put_entry, &at);
	if (err != FSK_OK) {
		free(octets);
		return err;
	}
	put_sum(octets, size - SUM);
	*out = octets;
	*len = size;
	return FSK_OK;
}

/* What is read, on its way: the octets that are left, and the first thing that is wrong. */
struct reading {
	struct span left;
	const char *why;
};

static enum fsk_err
blame(struct reading *reading, enum fsk_err err, const char *why)
{
	reading->why = why;
	return err;
}

/* Takes ${len} octets; false: there are fewer. */
static bool
take(struct reading *reading, void *out, size_t len)
{
	if (reading->left.len < len)
		return false;
	memcpy(out, reading->left.text, len);
	reading->left = span_from(reading->left, len);
	return true;
}

static bool
take_text(struct reading *reading, struct span *text)
{
	uint8_t len;

	if (!take(reading, &len, sizeof(len)) || reading->left.len < len)
		return false;
	*text = (struct span){reading->left.text, len};
	reading->left = span_from(reading->left, len);
	return true;
}

/* Takes a text into ${out}, which has room for ${size} octets with the NUL and is zeroed. A
 * NUL in it would end it early. */
static bool
take_word(struct reading *reading, char *out, size_t size)
{
	struct span text;

	if (!take_text(reading, &text) || text.len >= size ||
	    (text.len > 0 && memchr(text.text, '\0', text.len) != NULL))
		return false;
	if (text.len > 0)
		memcpy(out, text.text, text.len);
	return true;
}

static enum fsk_err
read_nodes(struct reading *reading, uint32_t count, struct census_sketch *sketch)
{
	struct span before = {"", 0}, node;

	for (uint32_t i = 0; i < count; i++) {
		enum fsk_err err;

		if (!take_text(reading, &node))
			return blame(reading, FSK_CORRUPT, "it ends among the nodes");
		if (!census_sketch_node_valid(node))
			return blame(reading, FSK_CORRUPT, "that is no name of a node");
		if (census_sketch_node_compare(before, node) >= 0)
			return blame(reading, FSK_CORRUPT, "nodes are not in their order");
		err = census_sketch_add_node(sketch, node);
		if (err != FSK_OK)
			return blame(reading, err, "no memory");
		before = node;
	}
	return FSK_OK;
}

static enum fsk_err
read_key(struct reading *reading, struct census_sketch_key *key)
{
	struct census_sketch_key read = {0};
	uint64_t from, seconds;

	if (!take(reading, &from, sizeof(from)) ||
	    !take(reading, &seconds, sizeof(seconds)))
		return blame(reading, FSK_CORRUPT, "it ends among the entries");
	read.from = (int64_t)le64toh(from);
	read.seconds = (int64_t)le64toh(seconds);
	if (!take_word(reading, read.generator, sizeof(read.generator)) ||
	    !take_word(reading, read.country, sizeof(read.country)) ||
	    !census_sketch_key_make(&read, key))
		return blame(reading, FSK_CORRUPT,
		             "an entry is of no time, or has no name");
	return FSK_OK;
}

static enum fsk_err
read_entry(struct reading *reading, const struct census_sketch_key *key,
           struct census_sketch *sketch)
{
	struct census_hll *hll;
	size_t used;
	enum fsk_err err = census_hll_read(reading->left, &hll, &used);

	if (err != FSK_OK)
		return blame(reading, err,
		             err == FSK_NOMEM ? "no memory" : "an entry has no sketch");
	err = census_sketch_insert(sketch, key, hll);
	if (err != FSK_OK) {
		census_hll_free(hll);
		return blame(reading, err, "no memory");
	}
	reading->left = span_from(reading->left, used);
	return FSK_OK;
}

static enum fsk_err
read_entries(struct reading *reading, uint32_t count, struct census_sketch *sketch)
{
	struct census_sketch_key key, before;
	enum fsk_err err = FSK_OK;

	for (uint32_t i = 0; err == FSK_OK && i < count; i++) {
		err = read_key(reading, &key);
		if (err != FSK_OK)
			return err;
		if (i > 0 && census_sketch_key_compare(&before, &key) >= 0)
			return blame(reading, FSK_CORRUPT,
			             "entries are not in their order");
		before = key;
		err = read_entry(reading, &key, sketch);
	}
	if (err == FSK_OK && reading->left.len > 0)
		return blame(reading, FSK_CORRUPT, "there is more than was said");
	return err;
}

struct head {
	uint16_t version, precision;
	uint8_t mark[CENSUS_SKETCH_MARK];
	uint32_t nodes, entries;
};

/* Takes the head, and the sum off the end. */
static enum fsk_err
read_head(struct reading *reading, struct head *head)
{
	struct span all = reading->left;
	char magic[MAGIC_SIZE];
	XXH128_canonical_t sum;

	if (!take(reading, magic, sizeof(magic)) || memcmp(magic, MAGIC, MAGIC_SIZE) != 0)
		return blame(reading, FSK_CORRUPT, "this is no file of sketches");
	if (all.len < HEAD + SUM || !take(reading, &head->version, sizeof(head->version)) ||
	    !take(reading, &head->precision, sizeof(head->precision)) ||
	    !take(reading, head->mark, sizeof(head->mark)) ||
	    !take(reading, &head->nodes, sizeof(head->nodes)) ||
	    !take(reading, &head->entries, sizeof(head->entries)))
		return blame(reading, FSK_CORRUPT, "it is cut");
	if (le16toh(head->version) != VERSION)
		return blame(reading, FSK_VERSION, "another version of the format");
	memcpy(&sum, all.text + all.len - SUM, sizeof(sum));
	if (XXH128_isEqual(XXH3_128bits(all.text, all.len - SUM),
	                   XXH128_hashFromCanonical(&sum)) == 0)
		return blame(reading, FSK_CORRUPT, "it is cut or altered");
	if (le16toh(head->precision) != CENSUS_HLL_BITS)
		return blame(reading, FSK_VERSION, "sketches of another precision");
	reading->left.len -= SUM;
	return FSK_OK;
}

static enum fsk_err
read_all(struct reading *reading, struct census_sketch **sketch)
{
	struct head head;
	struct census_sketch *made;
	enum fsk_err err = read_head(reading, &head);

	if (err != FSK_OK)
		return err;
	if (head.nodes == 0)
		return blame(reading, FSK_CORRUPT, "it is of no node");
	err = census_sketch_new_marked(head.mark, &made);
	if (err != FSK_OK)
		return blame(reading, err, "no memory");
	err = read_nodes(reading, le32toh(head.nodes), made);
	if (err == FSK_OK)
		err = read_entries(reading, le32toh(head.entries), made);
	if (err != FSK_OK) {
		census_sketch_free(made);
		return err;
	}
	*sketch = made;
	return FSK_OK;
}

enum fsk_err
census_sketch_read(struct span octets, struct census_sketch **sketch, struct fault *fault)
{
	struct reading reading = {.left = octets};
	enum fsk_err err = read_all(&reading, sketch);

	if (err != FSK_OK && fault != NULL)
		*fault = (struct fault){.why = reading.why};
	return err;
}
