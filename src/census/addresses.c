/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Read, deal, count. An address goes to the part of its first 12 bits, so that a part is
 * counted in a bitmap of 128 KiB, which stays in the processor's cache, where one of all
 * addresses (512 MiB) would miss it at each step.
 */
#include "census/addresses.h"

#include "base/size.h"
#include "census/dotted.h"

#include <endian.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PART_BITS 20
#define PARTS ((size_t)1 << (32 - PART_BITS))
#define PART_VALUES ((uint32_t)1 << PART_BITS)
#define WORDS (PART_VALUES / 64)

/* Values lie in blocks of 1 KiB, which lie in chunks that the system can give as large
 * pages: with small ones it is asked 50,000 times in 50 million lines. */
#define BLOCK_VALUES 254
#define CHUNK ((size_t)8 << 20)
#define PAGE ((size_t)2 << 20)
#define CHUNK_FIRST ((size_t)64 << 10)

/* Octets of blocks until what came twice is thrown away. */
#define ROOM ((size_t)256 << 20)

/* As values take more room than a bitmap. */
#define PART_MOST (PART_VALUES / 32)

#define WRONG_TOLD 5

struct block {
	uint32_t values[BLOCK_VALUES];
	struct block *before;
};

struct part {
	struct block *last;
	uint32_t used;    /* values in last; of no block: BLOCK_VALUES */
	uint64_t *bitmap; /* of those that are in no block any more; NULL: none */
};

struct chunk {
	struct chunk *before;
	size_t fresh; /* blocks that nobody had yet: the first ones */
	struct block *blocks;
};

struct census_addresses {
	struct part parts[PARTS];
	struct chunk *chunks;
	size_t next;        /* octets of the next chunk */
	struct block *free; /* blocks that somebody had */
	size_t out;         /* blocks that somebody has */
	size_t room; /* blocks that may be out until what came twice is thrown away */
	size_t most; /* the same, with what had come once only when that was done */
	uint64_t bitmap[WORDS]; /* for one part after the other; zeros between them */
	struct census_dotted dotted;
	uint32_t values[CENSUS_DOTTED_MOST]; /* that were read and not yet dealt */
	struct census_set *others;
	struct census_address_counts counts;
};

/* What take() is given, on its way. */
struct reading {
	struct census_addresses *to;
	struct span left;
	void (*wrong)(uint64_t line, struct span text, void *context);
	void *context;
};

enum fsk_err
census_addresses_new(struct census_addresses **addresses)
{
	struct census_addresses *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	census_addresses_limit(made, ROOM);
	made->next = CHUNK_FIRST;
	for (size_t i = 0; i < PARTS; i++)
		made->parts[i].used = BLOCK_VALUES;
	census_dotted_init(&made->dotted);
	if (census_set_new(&made->others) != FSK_OK) {
		free(made);
		return FSK_NOMEM;
	}
	*addresses = made;
	return FSK_OK;
}

void
census_addresses_limit(struct census_addresses *addresses, size_t octets)
{
	addresses->room = addresses->most = octets / sizeof(struct block);
}

void
census_addresses_free(struct census_addresses *addresses)
{
	if (addresses == NULL)
		return;
	while (addresses->chunks != NULL) {
		struct chunk *chunk = addresses->chunks;

		addresses->chunks = chunk->before;
		free(chunk->blocks);
		free(chunk);
	}
	for (size_t i = 0; i < PARTS; i++)
		free(addresses->parts[i].bitmap);
	census_set_free(addresses->others);
	free(addresses);
}

/* Each chunk is twice the one before it, up to CHUNK: few addresses take few pages. */
static bool
add_chunk(struct census_addresses *addresses)
{
	size_t size = addresses->next;
	struct chunk *chunk = malloc(sizeof(*chunk));

	if (chunk == NULL)
		return false;
	chunk->blocks = aligned_alloc(size == CHUNK ? PAGE : sizeof(struct block), size);
	if (chunk->blocks == NULL) {
		free(chunk);
		return false;
	}
	/* Advice: without large pages it is slower, and as good. */
	if (size == CHUNK)
		(void)madvise(chunk->blocks, size, MADV_HUGEPAGE);
	else
		addresses->next *= 2;
	chunk->fresh = size / sizeof(struct block);
	chunk->before = addresses->chunks;
	addresses->chunks = chunk;
	return true;
}

static struct block *
take_block(struct census_addresses *addresses)
{
	struct block *block = addresses->free;

	if (block != NULL) {
		addresses->free = block->before;
	} else {
		if ((addresses->chunks == NULL || addresses->chunks->fresh == 0) &&
		    !add_chunk(addresses))
			return NULL;
		block = &addresses->chunks->blocks[--addresses->chunks->fresh];
	}
	addresses->out++;
	return block;
}

static void
give_block_back(struct census_addresses *addresses, struct part *part)
{
	struct block *block = part->last;

	part->last = block->before;
	part->used = BLOCK_VALUES;
	block->before = addresses->free;
	addresses->free = block;
	addresses->out--;
}

/* So few values that their words are cleared faster than all, and sorted faster than looked
 * for: at most two blocks. */
static bool
has_few(const struct part *part)
{
	return part->last == NULL || part->last->before == NULL ||
	       part->last->before->before == NULL;
}

/* Clears all bits of ${bitmap} that mark() set, and, unless they are few, all others. */
static void
clear(const struct part *part, uint64_t *bitmap)
{
	uint32_t used = part->used;

	if (!has_few(part)) {
		memset(bitmap, 0, WORDS * sizeof(*bitmap));
		return;
	}
	for (const struct block *block = part->last; block != NULL; block = block->before) {
		for (uint32_t i = 0; i < used; i++)
			bitmap[block->values[i] % PART_VALUES / 64] = 0;
		used = BLOCK_VALUES;
	}
}

/* Sets the bit of each value of ${part}'s blocks in ${bitmap}; how many were not set. */
static uint32_t
mark(const struct part *part, uint64_t *bitmap)
{
	uint32_t used = part->used, fresh = 0;

	for (const struct block *block = part->last; block != NULL; block = block->before) {
		for (uint32_t i = 0; i < used; i++) {
			uint32_t value = block->values[i] % PART_VALUES;
			uint64_t bit = UINT64_C(1) << value % 64;
			uint64_t *word = &bitmap[value / 64];

			fresh += (*word & bit) == 0;
			*word |= bit;
		}
		used = BLOCK_VALUES;
	}
	return fresh;
}

/* Writes the values of ${bitmap} back into the blocks of ${part}, which are enough. */
static void
keep_values(struct census_addresses *addresses, struct part *part, const uint64_t *bitmap,
            uint32_t count)
{
	size_t blocks = ((size_t)count + BLOCK_VALUES - 1) / BLOCK_VALUES, had = 0;
	uint64_t word = bitmap[0];
	uint32_t w = 0;

	for (const struct block *block = part->last; block != NULL; block = block->before)
		had++;
	for (; had > blocks; had--)
		give_block_back(addresses, part);
	/* The last one is not full, perhaps. */
	part->used = count - (uint32_t)(blocks - 1) * BLOCK_VALUES;
	for (struct block *block = part->last; block != NULL; block = block->before) {
		uint32_t most = block == part->last ? part->used : BLOCK_VALUES;

		for (uint32_t i = 0; i < most; i++, word &= word - 1) {
			while (word == 0)
				word = bitmap[++w];
			block->values[i] = w * 64 + (uint32_t)__builtin_ctzll(word);
		}
	}
}

/* Makes a bitmap of its own for ${part}, whose values are many. */
static enum fsk_err
keep_bitmap(struct census_addresses *addresses, struct part *part)
{
	part->bitmap = malloc(sizeof(addresses->bitmap));
	if (part->bitmap == NULL)
		return FSK_NOMEM;
	memcpy(part->bitmap, addresses->bitmap, sizeof(addresses->bitmap));
	return FSK_OK;
}

/* Throws away what came twice to ${part}. */
static enum fsk_err
thin(struct census_addresses *addresses, struct part *part)
{
	enum fsk_err err = FSK_OK;
	uint32_t count;

	if (part->bitmap != NULL) {
		(void)mark(part, part->bitmap);
	} else if (part->last != NULL) {
		count = mark(part, addresses->bitmap);
		if (count <= PART_MOST)
			keep_values(addresses, part, addresses->bitmap, count);
		else
			err = keep_bitmap(addresses, part);
		memset(addresses->bitmap, 0, sizeof(addresses->bitmap));
	}
	while (part->bitmap != NULL && part->last != NULL)
		give_block_back(addresses, part);
	return err;
}

static enum fsk_err
thin_all(struct census_addresses *addresses)
{
	size_t more;

	for (size_t i = 0; i < PARTS; i++) {
		enum fsk_err err = thin(addresses, &addresses->parts[i]);

		if (err != FSK_OK)
			return err;
	}
	/* Not again before there are as many blocks more as this has looked at. */
	more = addresses->out < PARTS ? addresses->out : PARTS;
	if (more < addresses->room / 2)
		more = addresses->room / 2;
	addresses->most = addresses->out + more;
	if (addresses->most < addresses->room)
		addresses->most = addresses->room;
	return FSK_OK;
}

/* Room for one more value in ${part}, whose last block is full or is none. */
static enum fsk_err
add_block(struct census_addresses *addresses, struct part *part)
{
	struct block *block;

	if (addresses->out >= addresses->most) {
		enum fsk_err err = thin_all(addresses);

		if (err != FSK_OK || part->used < BLOCK_VALUES)
			return err;
	}
	block = take_block(addresses);
	if (block == NULL)
		return FSK_NOMEM;
	block->before = part->last;
	part->last = block;
	part->used = 0;
	return FSK_OK;
}

static enum fsk_err
deal(struct census_addresses *addresses, const uint32_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct part *part = &addresses->parts[values[i] >> PART_BITS];

		if (part->used == BLOCK_VALUES) {
			enum fsk_err err = add_block(addresses, part);

			if (err != FSK_OK)
				return err;
		}
		part->last->values[part->used++] = values[i];
	}
	return FSK_OK;
}

static bool
is_blank(char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r';
}

static struct span
trim(struct span line)
{
	while (line.len > 0 && is_blank(line.text[0]))
		line = span_from(line, 1);
	while (line.len > 0 && is_blank(line.text[line.len - 1]))
		line.len--;
	return line;
}

/* Reads the next line, whatever it is. */
static enum fsk_err
read_line(struct reading *reading)
{
	struct census_addresses *to = reading->to;
	struct span line = reading->left;
	const char *end = memchr(line.text, '\n', line.len);
	struct sighting_client client = {.prefix = 64};

	if (end != NULL)
		line.len = (size_t)(end - line.text);
	reading->left = span_from(reading->left, line.len + 1);
	to->counts.lines++;
	line = trim(line);
	if (line.len == 0) {
		to->counts.empty++;
		return FSK_OK;
	}
	if (address_read(line, &client.address) != FSK_OK) {
		if (++to->counts.wrong <= WRONG_TOLD && reading->wrong != NULL)
			reading->wrong(to->counts.lines, line, reading->context);
		return FSK_OK;
	}
	if (address_is_v4(&client.address)) {
		uint32_t value;

		memcpy(&value, client.address.octets + 12, sizeof(value));
		value = be32toh(value);
		return deal(to, &value, 1);
	}
	return census_set_add(to->others, &client);
}

enum fsk_err
census_addresses_take(struct census_addresses *addresses, struct span text,
                      void (*wrong)(uint64_t line, struct span text, void *context),
                      void *context)
{
	struct reading reading = {
	        .to = addresses, .left = text, .wrong = wrong, .context = context};
	enum fsk_err err = FSK_OK;

	while (err == FSK_OK && reading.left.len > 0) {
		size_t count, used = census_dotted_read(&addresses->dotted, reading.left,
		                                        addresses->values, &count);

		reading.left = span_from(reading.left, used);
		addresses->counts.lines += count;
		err = deal(addresses, addresses->values, count);
		if (err == FSK_OK && used == 0)
			err = read_line(&reading);
	}
	return err;
}

enum fsk_err
census_addresses_count(struct census_addresses *addresses,
                       struct census_address_counts *counts)
{
	struct census_address_counts *own = &addresses->counts;

	own->v4 = 0;
	for (size_t i = 0; i < PARTS; i++) {
		struct part *part = &addresses->parts[i];

		if (part->bitmap != NULL) {
			(void)mark(part, part->bitmap);
			for (size_t w = 0; w < WORDS; w++)
				own->v4 += (unsigned)__builtin_popcountll(part->bitmap[w]);
		} else if (part->last != NULL) {
			own->v4 += mark(part, addresses->bitmap);
			clear(part, addresses->bitmap);
		}
	}
	own->v6 = census_set_count(addresses->others);
	*counts = *own;
	return FSK_OK;
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Writes the values of ${part}, each once, by value, to ${out}: few of them, sorted. */
static size_t
list_few(const struct part *part, uint32_t *out)
{
	uint32_t values[2 * BLOCK_VALUES], used = part->used;
	size_t count = 0, made = 0;

	if (part->last == NULL)
		return 0;
	for (const struct block *block = part->last; block != NULL; block = block->before) {
		for (uint32_t i = 0; i < used; i++)
			values[count++] = block->values[i] % PART_VALUES;
		used = BLOCK_VALUES;
	}
	qsort(values, count, sizeof(*values), compare);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || values[i] != values[i - 1])
			out[made++] = values[i];
	}
	return made;
}

/* The same of many, by ${bitmap}, which is zeros, before and after. */
static size_t
list_many(const struct part *part, uint64_t *bitmap, uint32_t *out)
{
	size_t count = 0;

	(void)mark(part, bitmap);
	for (uint32_t w = 0; w < WORDS; w++) {
		uint64_t word = bitmap[w] | (part->bitmap != NULL ? part->bitmap[w] : 0);

		for (; word != 0; word &= word - 1)
			out[count++] = w * 64 + (uint32_t)__builtin_ctzll(word);
	}
	clear(part, bitmap);
	return count;
}

/* All IPv4 addresses, each once, in their order. */
static enum fsk_err
list_all(const struct census_addresses *addresses, uint32_t **values, size_t *count)
{
	uint64_t *bitmap = calloc(WORDS, sizeof(*bitmap));
	/* One more, so that nothing of no octets is asked for. */
	uint32_t *made = calloc(size_add(addresses->counts.v4, 1), sizeof(*made));
	size_t at = 0, end;

	for (size_t i = 0; bitmap != NULL && made != NULL && i < PARTS; i++) {
		const struct part *part = &addresses->parts[i];
		bool few = part->bitmap == NULL && has_few(part);

		end = at + (few ? list_few(part, made + at)
		                : list_many(part, bitmap, made + at));
		for (; at < end; at++)
			made[at] |= (uint32_t)(i << PART_BITS);
	}
	free(bitmap);
	if (bitmap == NULL || made == NULL) {
		free(made);
		return FSK_NOMEM;
	}
	*values = made;
	*count = at;
	return FSK_OK;
}

/* Where census_set_each() of the others puts what it has. */
struct sketched {
	const uint8_t *key;
	struct census_hll *hll;
};

static enum fsk_err
sketch(const struct sighting_client *client, void *context)
{
	const struct sketched *to = context;

	return census_hll_add(to->hll, census_hll_hash(to->key, client));
}

static enum fsk_err
sketch_all(const uint32_t *values, size_t count, struct sketched *to)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; err == FSK_OK && i < count; i++) {
		uint32_t value = htobe32(values[i]);
		uint8_t octets[4];

		memcpy(octets, &value, sizeof(octets));
		err = sketch(&(struct sighting_client){.address = address_of_v4(octets),
		                                       .prefix = 32},
		             to);
	}
	return err;
}

enum fsk_err
census_addresses_give(const struct census_addresses *addresses, struct census_set *set,
                      const uint8_t key[CENSUS_HLL_KEY], struct census_hll *hll)
{
	uint32_t *values;
	size_t count;
	enum fsk_err err = list_all(addresses, &values, &count);

	if (err != FSK_OK)
		return err;
	if (set != NULL) {
		err = census_set_add_v4(set, values, count);
		if (err == FSK_OK)
			err = census_set_merge(set, addresses->others);
	}
	if (err == FSK_OK && hll != NULL) {
		struct sketched to = {key, hll};

		err = sketch_all(values, count, &to);
		if (err == FSK_OK)
			err = census_set_each(addresses->others, sketch, &to);
	}
	free(values);
	return err;
}
