/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/sketch.h"

#include "census/sketch_parts.h"

#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <xxhash.h>

/* gcc 12's analyzer loses sight of what was hung into what a pointer leads to. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak" /* a false alarm */
#endif

#define ROOM_FIRST 16

/* Of a key, without what a compiler puts behind it. */
#define KEY_OCTETS                                                                         \
	(offsetof(struct census_sketch_key, country) +                                     \
	 sizeof(((struct census_sketch_key *)NULL)->country))

/* What the mark of a key is made of. */
static const char marked[] = "foresink census sketch";

/* Whether ${text} of ${len} octets stands in names: printable, without blanks. */
static bool
is_word(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '!' || text[i] > '~')
			return false;
	}
	return true;
}

bool
census_sketch_node_valid(struct span node)
{
	return node.len > 0 && node.len <= CENSUS_NODE_MOST && is_word(node.text, node.len);
}

bool
census_sketch_key_make(const struct census_sketch_key *from, struct census_sketch_key *key)
{
	size_t generator = strnlen(from->generator, sizeof(from->generator));
	size_t country = strnlen(from->country, sizeof(from->country));

	if (generator == sizeof(from->generator) || !is_word(from->generator, generator) ||
	    (country != 0 && country != 2) || !is_word(from->country, country) ||
	    from->seconds <= 0 || from->seconds > CENSUS_SKETCH_SECONDS ||
	    from->from > INT64_MAX - from->seconds)
		return false;
	memset(key, 0, sizeof(*key));
	key->from = from->from;
	key->seconds = from->seconds;
	memcpy(key->generator, from->generator, generator);
	memcpy(key->country, from->country, country);
	return true;
}

int
census_sketch_node_compare(struct span a, struct span b)
{
	int order = memcmp(a.text, b.text, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

int
census_sketch_key_compare(const struct census_sketch_key *a,
                          const struct census_sketch_key *b)
{
	int texts;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->seconds != b->seconds)
		return a->seconds < b->seconds ? -1 : 1;
	texts = strcmp(a->generator, b->generator);
	return texts != 0 ? texts : strcmp(a->country, b->country);
}

/* An empty one of no node. */
static enum fsk_err
make(struct census_sketch **sketch)
{
	struct census_sketch *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->nodes = calloc(1, sizeof(*made->nodes));
	if (made->nodes == NULL) {
		free(made);
		return FSK_NOMEM;
	}
	*sketch = made;
	return FSK_OK;
}

enum fsk_err
census_sketch_new(const uint8_t key[CENSUS_HLL_KEY], const char *node,
                  struct census_sketch **sketch)
{
	struct census_sketch *made;
	enum fsk_err err;

	if (!census_sketch_node_valid(span_of(node)))
		return FSK_SYNTAX;
	err = make(&made);
	if (err != FSK_OK)
		return err;
	memcpy(made->key, key, sizeof(made->key));
	(void)crypto_generichash(made->mark, sizeof(made->mark),
	                         (const unsigned char *)marked, sizeof(marked) - 1, key,
	                         CENSUS_HLL_KEY);
	err = census_sketch_add_node(made, span_of(node));
	if (err != FSK_OK) {
		census_sketch_free(made);
		return err;
	}
	*sketch = made;
	return FSK_OK;
}

enum fsk_err
census_sketch_new_marked(const uint8_t mark[CENSUS_SKETCH_MARK],
                         struct census_sketch **sketch)
{
	enum fsk_err err = make(sketch);

	if (err == FSK_OK) {
		memcpy((*sketch)->mark, mark, CENSUS_SKETCH_MARK);
		(*sketch)->keyless = true;
	}
	return err;
}

void
census_sketch_free(struct census_sketch *sketch)
{
	if (sketch == NULL)
		return;
	for (size_t i = 0; i < sketch->count; i++) {
		census_hll_free(sketch->entries[i]->hll);
		free(sketch->entries[i]);
	}
	for (size_t i = 0; i < sketch->node_count; i++)
		free(sketch->nodes[i]);
	free(sketch->nodes);
	free(sketch->entries);
	free(sketch->table);
	sodium_memzero(sketch->key, sizeof(sketch->key));
	free(sketch);
}

/* Where ${node} is among the nodes, or belongs. */
static size_t
place(const struct census_sketch *sketch, struct span node, bool *there)
{
	size_t low = 0, high = sketch->node_count;

	*there = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order =
		        census_sketch_node_compare(span_of(sketch->nodes[middle]), node);

		if (order == 0) {
			*there = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum fsk_err
census_sketch_add_node(struct census_sketch *sketch, struct span node)
{
	bool there;
	size_t at = place(sketch, node, &there);
	char **nodes, *name;

	if (there)
		return FSK_OK;
	nodes = realloc(sketch->nodes, (sketch->node_count + 2) * sizeof(*nodes));
	if (nodes == NULL)
		return FSK_NOMEM;
	sketch->nodes = nodes;
	name = malloc(node.len + 1);
	if (name == NULL)
		return FSK_NOMEM;
	memcpy(name, node.text, node.len);
	name[node.len] = '\0';
	memmove(nodes + at + 1, nodes + at, (sketch->node_count + 1 - at) * sizeof(*nodes));
	nodes[at] = name;
	sketch->node_count++;
	return FSK_OK;
}

/* The slot of the table that has ${key}, or the free one where it belongs. The seed, where
 * the sketch lies, is not known to who wrote a file. */
static struct census_sketch_entry **
find(const struct census_sketch *sketch, const struct census_sketch_key *key)
{
	size_t at =
	        (size_t)XXH3_64bits_withSeed(key, KEY_OCTETS, (uint64_t)(uintptr_t)sketch);

	for (;; at++) {
		struct census_sketch_entry **slot = &sketch->table[at & (sketch->room - 1)];

		if (*slot == NULL || census_sketch_key_compare(&(*slot)->key, key) == 0)
			return slot;
	}
}

static enum fsk_err
grow(struct census_sketch *sketch)
{
	size_t room = sketch->room == 0 ? ROOM_FIRST : sketch->room * 2;
	struct census_sketch_entry **table, **entries;

	/* Half of the table is free, so that half of its room is enough for them. */
	entries = realloc(sketch->entries, room / 2 * sizeof(struct census_sketch_entry *));
	if (entries == NULL)
		return FSK_NOMEM;
	sketch->entries = entries;
	table = calloc(room, sizeof(struct census_sketch_entry *));
	if (table == NULL)
		return FSK_NOMEM;
	free(sketch->table);
	sketch->table = table;
	sketch->room = room;
	for (size_t i = 0; i < sketch->count; i++)
		*find(sketch, &entries[i]->key) = entries[i];
	return FSK_OK;
}

enum fsk_err
census_sketch_insert(struct census_sketch *sketch, const struct census_sketch_key *key,
                     struct census_hll *hll)
{
	struct census_sketch_entry *made;

	if (sketch->count >= sketch->room / 2) {
		enum fsk_err err = grow(sketch);

		if (err != FSK_OK)
			return err;
	}
	made = malloc(sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	*made = (struct census_sketch_entry){*key, hll};
	*find(sketch, key) = made;
	sketch->entries[sketch->count++] = made;
	return FSK_OK;
}

/* The sketch of the entry of ${key}; makes the entry if there is none. */
static enum fsk_err
find_or_insert(struct census_sketch *sketch, const struct census_sketch_key *key,
               struct census_hll **hll)
{
	struct census_sketch_entry *entry = sketch->room > 0 ? *find(sketch, key) : NULL;
	struct census_hll *made;
	enum fsk_err err;

	if (entry != NULL) {
		*hll = entry->hll;
		return FSK_OK;
	}
	err = census_hll_new(&made);
	if (err != FSK_OK)
		return err;
	err = census_sketch_insert(sketch, key, made);
	if (err != FSK_OK) {
		census_hll_free(made);
		return err;
	}
	*hll = made;
	return FSK_OK;
}

enum fsk_err
census_sketch_add(struct census_sketch *sketch, const struct census_sketch_key *key,
                  const struct sighting_client *client)
{
	struct census_sketch_key made;
	struct census_hll *hll;
	enum fsk_err err;

	if (sketch->keyless)
		return FSK_MISMATCH;
	if (!census_sketch_key_make(key, &made))
		return FSK_SYNTAX;
	err = find_or_insert(sketch, &made, &hll);
	if (err != FSK_OK)
		return err;
	return census_hll_add(hll, census_hll_hash(sketch->key, client));
}

enum fsk_err
census_sketch_merge(struct census_sketch *sketch, const struct census_sketch *other)
{
	enum fsk_err err = FSK_OK;

	if (memcmp(sketch->mark, other->mark, sizeof(sketch->mark)) != 0)
		return FSK_MISMATCH;
	if (sketch == other)
		return FSK_OK;
	for (size_t i = 0; err == FSK_OK && i < other->node_count; i++)
		err = census_sketch_add_node(sketch, span_of(other->nodes[i]));
	for (size_t i = 0; err == FSK_OK && i < other->count; i++) {
		const struct census_sketch_entry *entry = other->entries[i];
		struct census_hll *hll;

		err = find_or_insert(sketch, &entry->key, &hll);
		if (err == FSK_OK)
			err = census_hll_merge(hll, entry->hll);
	}
	return err;
}

static int
compare(const void *a, const void *b)
{
	const struct census_sketch_entry *const *x = a, *const *y = b;

	return census_sketch_key_compare(&(*x)->key, &(*y)->key);
}

enum fsk_err
census_sketch_each(const struct census_sketch *sketch,
                   enum fsk_err (*tell)(const struct census_sketch_key *,
                                        const struct census_hll *, void *),
                   void *context)
{
	struct census_sketch_entry **sorted;
	enum fsk_err err = FSK_OK;

	if (sketch->count == 0)
		return FSK_OK;
	sorted = calloc(sketch->count, sizeof(struct census_sketch_entry *));
	if (sorted == NULL)
		return FSK_NOMEM;
	memcpy(sorted, sketch->entries,
	       sketch->count * sizeof(struct census_sketch_entry *));
	qsort(sorted, sketch->count, sizeof(struct census_sketch_entry *), compare);
	for (size_t i = 0; err == FSK_OK && i < sketch->count; i++)
		err = tell(&sorted[i]->key, sorted[i]->hll, context);
	free(sorted);
	return err;
}

const char *const *
census_sketch_nodes(const struct census_sketch *sketch)
{
	return (const char *const *)sketch->nodes;
}
