/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Of a hash the first 14 bits choose a register, which keeps the greatest rank (the zeros
 * in front, and one) that the other 50 bits had. At first there are no registers but a
 * table of what would go into those of 25 bits: nearly each host has one of its own, so
 * that they count nearly exactly, and they tell what the 14 bits would have kept.
 */
#include "census/hll.h"

#include "census/set.h"

#include <endian.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>

/* gcc 12's analyzer loses sight of what was hung into what a pointer leads to. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak" /* a false alarm */
#endif

#define HASH_BITS 64
#define RANK_BITS (HASH_BITS - CENSUS_HLL_BITS)
#define RANK_MOST (RANK_BITS + 1)

/* An entry of the sparse table: 25 bits of the hash, and the rank of those behind them. */
#define FINE_BITS 25
#define FINE_RANK_MOST (HASH_BITS - FINE_BITS + 1)
#define ENTRY_RANK_BITS 6
#define MIDDLE_BITS (FINE_BITS - CENSUS_HLL_BITS)

/* Slots of the table: at first, and at most, three quarters of which may be taken; it takes
 * as much room as the registers then. */
#define ROOM_FIRST 16
#define ROOM_MOST 4096
#define SPARSE_MOST (ROOM_MOST / 4 * 3)

/* As octets: form, precision, entries (16 bits, little-endian; 0 when dense), then the
 * entries (32 bits each, little-endian), which go up, or the registers. */
#define HEAD 4
#define FORM_SPARSE 0
#define FORM_DENSE 1

struct census_hll {
	uint8_t *registers; /* NULL: sparse */
	uint32_t *table;    /* 0: free slot */
	size_t room;        /* a power of two, or 0 */
	size_t count;       /* taken slots */
};

enum fsk_err
census_hll_new(struct census_hll **hll)
{
	struct census_hll *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*hll = made;
	return FSK_OK;
}

void
census_hll_free(struct census_hll *hll)
{
	if (hll == NULL)
		return;
	free(hll->registers);
	free(hll->table);
	free(hll);
}

uint64_t
census_hll_hash(const uint8_t key[CENSUS_HLL_KEY], const struct sighting_client *client)
{
	struct address host = census_set_host(client);
	uint8_t octets[crypto_shorthash_BYTES];
	uint64_t hash;

	_Static_assert(crypto_shorthash_KEYBYTES == CENSUS_HLL_KEY, "a key of SipHash");
	_Static_assert(sizeof(octets) == sizeof(hash), "a hash of SipHash");
	(void)crypto_shorthash(octets, host.octets, sizeof(host.octets), key);
	memcpy(&hash, octets, sizeof(hash));
	return le64toh(hash);
}

/* The zeros in front of the lower ${bits} bits of ${word}, and one. */
static uint8_t
rank(uint64_t word, unsigned bits)
{
	word <<= 64 - bits;
	return (uint8_t)((word == 0 ? bits : (unsigned)__builtin_clzll(word)) + 1);
}

static void
raise_register(uint8_t *registers, size_t at, uint8_t rank_there)
{
	if (registers[at] < rank_there)
		registers[at] = rank_there;
}

/* Puts what ${entry} says into the registers. */
static void
put_entry(uint8_t *registers, uint32_t entry)
{
	uint32_t fine = entry >> ENTRY_RANK_BITS;
	uint32_t middle = fine & ((UINT32_C(1) << MIDDLE_BITS) - 1);
	uint8_t rank_there = rank(middle, MIDDLE_BITS);

	if (middle == 0)
		rank_there = (uint8_t)(MIDDLE_BITS + entry % (1u << ENTRY_RANK_BITS));
	raise_register(registers, fine >> MIDDLE_BITS, rank_there);
}

static enum fsk_err
make_dense(struct census_hll *hll)
{
	uint8_t *registers = calloc(CENSUS_HLL_REGISTERS, 1);

	if (registers == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < hll->room; i++) {
		if (hll->table[i] != 0)
			put_entry(registers, hll->table[i]);
	}
	free(hll->table);
	hll->table = NULL;
	hll->room = hll->count = 0;
	hll->registers = registers;
	return FSK_OK;
}

/* The slot that has the bits of ${entry}, or the free one where they belong. They are of a
 * hash already, whose key is a secret. */
static uint32_t *
find(const struct census_hll *hll, uint32_t entry)
{
	for (size_t at = entry >> ENTRY_RANK_BITS;; at++) {
		uint32_t *slot = &hll->table[at & (hll->room - 1)];

		if (*slot == 0 || *slot >> ENTRY_RANK_BITS == entry >> ENTRY_RANK_BITS)
			return slot;
	}
}

static enum fsk_err
grow(struct census_hll *hll)
{
	size_t had = hll->room, room = had == 0 ? ROOM_FIRST : had * 2;
	uint32_t *old = hll->table, *table = calloc(room, sizeof(*table));

	if (table == NULL)
		return FSK_NOMEM;
	hll->table = table;
	hll->room = room;
	for (size_t i = 0; i < had; i++) {
		if (old[i] != 0)
			*find(hll, old[i]) = old[i];
	}
	free(old);
	return FSK_OK;
}

static enum fsk_err
add_entry(struct census_hll *hll, uint32_t entry)
{
	uint32_t *slot;

	if (hll->registers == NULL && hll->count == hll->room / 4 * 3) {
		enum fsk_err err = hll->count == SPARSE_MOST ? make_dense(hll) : grow(hll);

		if (err != FSK_OK)
			return err;
	}
	if (hll->registers != NULL) {
		put_entry(hll->registers, entry);
		return FSK_OK;
	}
	slot = find(hll, entry);
	hll->count += *slot == 0;
	/* Of the same bits the greater one has the greater rank. */
	if (*slot < entry)
		*slot = entry;
	return FSK_OK;
}

enum fsk_err
census_hll_add(struct census_hll *hll, uint64_t hash)
{
	if (hll->registers != NULL) {
		raise_register(hll->registers, hash >> RANK_BITS, rank(hash, RANK_BITS));
		return FSK_OK;
	}
	return add_entry(hll, (uint32_t)(hash >> (HASH_BITS - FINE_BITS))
	                                      << ENTRY_RANK_BITS |
	                              rank(hash, HASH_BITS - FINE_BITS));
}

/* Plain, so that the compiler makes steps of many octets of it. */
static void
raise_all(uint8_t *restrict registers, const uint8_t *restrict more)
{
	for (size_t i = 0; i < CENSUS_HLL_REGISTERS; i++)
		registers[i] = registers[i] < more[i] ? more[i] : registers[i];
}

enum fsk_err
census_hll_merge(struct census_hll *hll, const struct census_hll *other)
{
	enum fsk_err err = FSK_OK;

	if (hll == other)
		return FSK_OK;
	if (other->registers != NULL) {
		if (hll->registers == NULL)
			err = make_dense(hll);
		if (err == FSK_OK)
			raise_all(hll->registers, other->registers);
		return err;
	}
	for (size_t i = 0; err == FSK_OK && i < other->room; i++) {
		if (other->table[i] != 0)
			err = add_entry(hll, other->table[i]);
	}
	return err;
}

/* Ertl 2017, section 4: what the registers at 0, and those at the greatest rank, weigh. */
static double
sigma(double x)
{
	double y = 1, z = x, before;

	if (x >= 1)
		return INFINITY;
	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z > before);
	return z;
}

static double
tau(double x)
{
	double y = 1, z = 1 - x, before;

	if (x <= 0 || x >= 1)
		return 0;
	do {
		x = sqrt(x);
		before = z;
		y *= 0.5;
		z -= (1 - x) * (1 - x) * y;
	} while (z < before);
	return z / 3;
}

static double
estimate_dense(const uint8_t *registers)
{
	const double m = CENSUS_HLL_REGISTERS;
	uint32_t counts[256] = {0};
	double z;

	for (size_t i = 0; i < CENSUS_HLL_REGISTERS; i++)
		counts[registers[i]]++;
	z = m * tau(1 - counts[RANK_MOST] / m);
	for (unsigned k = RANK_BITS; k >= 1; k--)
		z = 0.5 * (z + counts[k]);
	z += m * sigma(counts[0] / m);
	/* There are no more hashes; of registers that nobody made it would be infinite. */
	return fmin(m * m / (2 * M_LN2 * z), 0x1p64);
}

double
census_hll_estimate(const struct census_hll *hll)
{
	const double fine = UINT32_C(1) << FINE_BITS;

	if (hll->registers != NULL)
		return estimate_dense(hll->registers);
	/* How many threw at so many boxes, when so many are not empty (Whang,
	 * Vander-Zanden, Taylor, "A linear-time probabilistic counting algorithm", 1990).
	 */
	return -fine * log1p(-(double)hll->count / fine);
}

double
census_hll_error(const struct census_hll *hll)
{
	/* Of few in m boxes: sqrt(m (exp(n / m) - n / m - 1)) / n, which is 1 / sqrt(2 m).
	 */
	if (hll->registers == NULL)
		return 1 / sqrt(2.0 * (UINT32_C(1) << FINE_BITS));
	return CENSUS_HLL_ERROR;
}

size_t
census_hll_size(const struct census_hll *hll)
{
	return HEAD + (hll->registers != NULL ? CENSUS_HLL_REGISTERS : hll->count * 4);
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
census_hll_write(const struct census_hll *hll, uint8_t *out)
{
	uint32_t entries[SPARSE_MOST];
	uint16_t count = htole16((uint16_t)hll->count);
	size_t at = 0;

	_Static_assert(CENSUS_HLL_MOST >= HEAD + CENSUS_HLL_REGISTERS, "room if dense");
	_Static_assert(CENSUS_HLL_MOST >= HEAD + sizeof(entries), "room if sparse");
	out[0] = hll->registers != NULL ? FORM_DENSE : FORM_SPARSE;
	out[1] = CENSUS_HLL_BITS;
	memcpy(out + 2, &count, sizeof(count));
	if (hll->registers != NULL) {
		memcpy(out + HEAD, hll->registers, CENSUS_HLL_REGISTERS);
		return;
	}
	for (size_t i = 0; i < hll->room; i++) {
		if (hll->table[i] != 0)
			entries[at++] = hll->table[i];
	}
	qsort(entries, at, sizeof(*entries), compare);
	for (size_t i = 0; i < at; i++) {
		uint32_t entry = htole32(entries[i]);

		memcpy(out + HEAD + i * 4, &entry, sizeof(entry));
	}
}

static enum fsk_err
read_dense(const uint8_t *octets, struct census_hll *hll)
{
	uint8_t most = 0;

	for (size_t i = 0; i < CENSUS_HLL_REGISTERS; i++)
		most = most < octets[i] ? octets[i] : most;
	if (most > RANK_MOST)
		return FSK_CORRUPT;
	hll->registers = malloc(CENSUS_HLL_REGISTERS);
	if (hll->registers == NULL)
		return FSK_NOMEM;
	memcpy(hll->registers, octets, CENSUS_HLL_REGISTERS);
	return FSK_OK;
}

static enum fsk_err
read_sparse(const uint8_t *octets, size_t count, struct census_hll *hll)
{
	enum fsk_err err = FSK_OK;
	uint32_t before = 0;

	for (size_t i = 0; err == FSK_OK && i < count; i++) {
		uint32_t entry, of;

		memcpy(&entry, octets + i * 4, sizeof(entry));
		entry = le32toh(entry);
		of = entry % (1u << ENTRY_RANK_BITS);
		if (of == 0 || of > FINE_RANK_MOST ||
		    entry >> ENTRY_RANK_BITS >> FINE_BITS != 0 ||
		    (i > 0 && entry >> ENTRY_RANK_BITS <= before >> ENTRY_RANK_BITS))
			return FSK_CORRUPT;
		before = entry;
		err = add_entry(hll, entry);
	}
	return err;
}

enum fsk_err
census_hll_read(struct span octets, struct census_hll **hll, size_t *used)
{
	uint8_t head[HEAD];
	const uint8_t *body;
	struct census_hll *made;
	enum fsk_err err;
	size_t count, len;

	if (octets.len < HEAD)
		return FSK_CORRUPT;
	memcpy(head, octets.text, HEAD);
	body = (const uint8_t *)octets.text + HEAD;
	count = head[2] | (size_t)head[3] << 8;
	len = head[0] == FORM_DENSE ? CENSUS_HLL_REGISTERS : count * 4;
	if (head[0] > FORM_DENSE || head[1] != CENSUS_HLL_BITS || octets.len - HEAD < len ||
	    count > (head[0] == FORM_DENSE ? 0 : SPARSE_MOST))
		return FSK_CORRUPT;
	err = census_hll_new(&made);
	if (err != FSK_OK)
		return err;
	err = head[0] == FORM_DENSE ? read_dense(body, made)
	                            : read_sparse(body, count, made);
	if (err != FSK_OK) {
		census_hll_free(made);
		return err;
	}
	*hll = made;
	*used = HEAD + len;
	return FSK_OK;
}
