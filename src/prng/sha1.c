/* SPDX-License-Identifier: BSD-2-Clause */
#include "prng/sha1.h"

#include <string.h>

#pragma GCC diagnostic ignored "-Wpsabi" /* only this file's functions pass vectors */

/* The four lanes of one word; the compiler finds the machine's vectors. */
typedef uint32_t lanes __attribute__((vector_size(sizeof(uint32_t) * SHA1_LANES)));

static inline lanes
rotate(lanes x, unsigned bits)
{
	return x << bits | x >> (32 - bits);
}

/* FIPS 180-4 section 4.1.1; Ch and Maj in forms of one operation less. */
static inline lanes
choose(lanes x, lanes y, lanes z)
{
	return z ^ (x & (y ^ z));
}

static inline lanes
parity(lanes x, lanes y, lanes z)
{
	return x ^ y ^ z;
}

static inline lanes
majority(lanes x, lanes y, lanes z)
{
	return (x & y) | (z & (x | y));
}

/* Section 6.1.2 step 3, with the roles of the words turned instead of their
 * values moved: ${e} becomes the next a, ${b} the next c. ${mixed} is
 * f(b, c, d) + K + W. */
static inline void
step(lanes a, lanes *b, lanes *e, lanes mixed)
{
	*e += rotate(a, 5) + mixed;
	*b = rotate(*b, 30);
}

static void
expand(lanes w[80], const struct sha1_blocks *blocks)
{
	memcpy(w, blocks->word, sizeof(blocks->word));
	for (unsigned t = 16; t < 80; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
}

void
sha1_start(struct sha1_hashes *hashes)
{
	static const uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
	                                    0xc3d2e1f0};

	for (unsigned i = 0; i < 5; i++)
		for (unsigned lane = 0; lane < SHA1_LANES; lane++)
			hashes->word[i][lane] = initial[i];
}

void
sha1_compress(struct sha1_hashes *hashes, const struct sha1_blocks *blocks)
{
	lanes w[80];
	lanes h[5];
	lanes a, b, c, d, e;

	expand(w, blocks);
	memcpy(h, hashes->word, sizeof(h));
	a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
	for (const lanes *x = w; x < w + 20; x += 5) {
		step(a, &b, &e, choose(b, c, d) + 0x5a827999 + x[0]);
		step(e, &a, &d, choose(a, b, c) + 0x5a827999 + x[1]);
		step(d, &e, &c, choose(e, a, b) + 0x5a827999 + x[2]);
		step(c, &d, &b, choose(d, e, a) + 0x5a827999 + x[3]);
		step(b, &c, &a, choose(c, d, e) + 0x5a827999 + x[4]);
	}
	for (const lanes *x = w + 20; x < w + 40; x += 5) {
		step(a, &b, &e, parity(b, c, d) + 0x6ed9eba1 + x[0]);
		step(e, &a, &d, parity(a, b, c) + 0x6ed9eba1 + x[1]);
		step(d, &e, &c, parity(e, a, b) + 0x6ed9eba1 + x[2]);
		step(c, &d, &b, parity(d, e, a) + 0x6ed9eba1 + x[3]);
		step(b, &c, &a, parity(c, d, e) + 0x6ed9eba1 + x[4]);
	}
	for (const lanes *x = w + 40; x < w + 60; x += 5) {
		step(a, &b, &e, majority(b, c, d) + 0x8f1bbcdc + x[0]);
		step(e, &a, &d, majority(a, b, c) + 0x8f1bbcdc + x[1]);
		step(d, &e, &c, majority(e, a, b) + 0x8f1bbcdc + x[2]);
		step(c, &d, &b, majority(d, e, a) + 0x8f1bbcdc + x[3]);
		step(b, &c, &a, majority(c, d, e) + 0x8f1bbcdc + x[4]);
	}
	for (const lanes *x = w + 60; x < w + 80; x += 5) {
		step(a, &b, &e, parity(b, c, d) + 0xca62c1d6 + x[0]);
		step(e, &a, &d, parity(a, b, c) + 0xca62c1d6 + x[1]);
		step(d, &e, &c, parity(e, a, b) + 0xca62c1d6 + x[2]);
		step(c, &d, &b, parity(d, e, a) + 0xca62c1d6 + x[3]);
		step(b, &c, &a, parity(c, d, e) + 0xca62c1d6 + x[4]);
	}
	h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
	memcpy(hashes->word, h, sizeof(h));
}

/* Works the 64 bytes at ${bytes} into all lanes. */
static void
absorb(struct sha1_hashes *hashes, const uint8_t *bytes)
{
	struct sha1_blocks blocks;

	for (unsigned i = 0; i < 16; i++, bytes += 4) {
		uint32_t word = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
		                (uint32_t)bytes[2] << 8 | bytes[3];

		for (unsigned lane = 0; lane < SHA1_LANES; lane++)
			blocks.word[i][lane] = word;
	}
	sha1_compress(hashes, &blocks);
}

void
sha1_digest(const void *text, size_t len, uint8_t digest[SHA1_SIZE])
{
	const uint8_t *bytes = text;
	uint8_t tail[128] = {0};
	size_t rest = len % 64;
	size_t end = rest < 56 ? 64 : 128;
	struct sha1_hashes hashes;

	sha1_start(&hashes);
	for (size_t at = 0; at < len - rest; at += 64)
		absorb(&hashes, bytes + at);
	/* Section 5.1.1: a bit 1, zeros, the length in bits. */
	if (rest > 0)
		memcpy(tail, bytes + (len - rest), rest);
	tail[rest] = 0x80;
	for (unsigned i = 0; i < 8; i++)
		tail[end - 1 - i] = (uint8_t)((uint64_t)len * 8 >> 8 * i);
	for (size_t at = 0; at < end; at += 64)
		absorb(&hashes, tail + at);
	for (unsigned i = 0; i < SHA1_SIZE; i++)
		digest[i] = (uint8_t)(hashes.word[i / 4][0] >> (24 - 8 * (i % 4)));
}
