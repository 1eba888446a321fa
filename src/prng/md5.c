/* SPDX-License-Identifier: BSD-2-Clause */
#include "prng/md5.h"

#include <string.h>

/* gcc 12's analyzer takes the width of a vector's lanes for their number. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-shift-count-overflow" /* a false alarm */
#endif

/* RFC 1321 section 3.3: the state before the first block. */
#define INIT_A 0x67452301U
#define INIT_B 0xefcdab89U
#define INIT_C 0x98badcfeU
#define INIT_D 0x10325476U

/* RFC 1321 section 3.4: the four functions, F and G in the forms that need one
 * operation less. */
#define F(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define G(x, y, z) ((y) ^ ((z) & ((x) ^ (y))))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))

#define STEP(f, a, b, c, d, word, s, t)                                                    \
	do {                                                                               \
		(a) += f((b), (c), (d)) + (word) + (t);                                    \
		(a) = (((a) << (s)) | ((a) >> (32 - (s)))) + (b);                          \
	} while (0)

/* Four steps in a row, which move every part of the state once. */
#define FOUR(f, k0, k1, k2, k3, s0, s1, s2, s3, t0, t1, t2, t3)                            \
	STEPS(f, a, b, c, d, k0, s0, t0);                                                  \
	STEPS(f, d, a, b, c, k1, s1, t1);                                                  \
	STEPS(f, c, d, a, b, k2, s2, t2);                                                  \
	STEPS(f, b, c, d, a, k3, s3, t3)

/* The 64 steps. t is floor(2^32 * |sin(i)|), i = 1..64 in radians: RFC 1321
 * section 3.4 gives the rule and its appendix the numbers. */
#define ROUNDS                                                                             \
	FOUR(F, 0, 1, 2, 3, 7, 12, 17, 22, 0xd76aa478U, 0xe8c7b756U, 0x242070dbU,          \
	     0xc1bdceeeU);                                                                 \
	FOUR(F, 4, 5, 6, 7, 7, 12, 17, 22, 0xf57c0fafU, 0x4787c62aU, 0xa8304613U,          \
	     0xfd469501U);                                                                 \
	FOUR(F, 8, 9, 10, 11, 7, 12, 17, 22, 0x698098d8U, 0x8b44f7afU, 0xffff5bb1U,        \
	     0x895cd7beU);                                                                 \
	FOUR(F, 12, 13, 14, 15, 7, 12, 17, 22, 0x6b901122U, 0xfd987193U, 0xa679438eU,      \
	     0x49b40821U);                                                                 \
	FOUR(G, 1, 6, 11, 0, 5, 9, 14, 20, 0xf61e2562U, 0xc040b340U, 0x265e5a51U,          \
	     0xe9b6c7aaU);                                                                 \
	FOUR(G, 5, 10, 15, 4, 5, 9, 14, 20, 0xd62f105dU, 0x02441453U, 0xd8a1e681U,         \
	     0xe7d3fbc8U);                                                                 \
	FOUR(G, 9, 14, 3, 8, 5, 9, 14, 20, 0x21e1cde6U, 0xc33707d6U, 0xf4d50d87U,          \
	     0x455a14edU);                                                                 \
	FOUR(G, 13, 2, 7, 12, 5, 9, 14, 20, 0xa9e3e905U, 0xfcefa3f8U, 0x676f02d9U,         \
	     0x8d2a4c8aU);                                                                 \
	FOUR(H, 5, 8, 11, 14, 4, 11, 16, 23, 0xfffa3942U, 0x8771f681U, 0x6d9d6122U,        \
	     0xfde5380cU);                                                                 \
	FOUR(H, 1, 4, 7, 10, 4, 11, 16, 23, 0xa4beea44U, 0x4bdecfa9U, 0xf6bb4b60U,         \
	     0xbebfbc70U);                                                                 \
	FOUR(H, 13, 0, 3, 6, 4, 11, 16, 23, 0x289b7ec6U, 0xeaa127faU, 0xd4ef3085U,         \
	     0x04881d05U);                                                                 \
	FOUR(H, 9, 12, 15, 2, 4, 11, 16, 23, 0xd9d4d039U, 0xe6db99e5U, 0x1fa27cf8U,        \
	     0xc4ac5665U);                                                                 \
	FOUR(I, 0, 7, 14, 5, 6, 10, 15, 21, 0xf4292244U, 0x432aff97U, 0xab9423a7U,         \
	     0xfc93a039U);                                                                 \
	FOUR(I, 12, 3, 10, 1, 6, 10, 15, 21, 0x655b59c3U, 0x8f0ccc92U, 0xffeff47dU,        \
	     0x85845dd1U);                                                                 \
	FOUR(I, 8, 15, 6, 13, 6, 10, 15, 21, 0x6fa87e4fU, 0xfe2ce6e0U, 0xa3014314U,        \
	     0x4e0811a1U);                                                                 \
	FOUR(I, 4, 11, 2, 9, 6, 10, 15, 21, 0xf7537e82U, 0xbd3af235U, 0x2ad7d2bbU,         \
	     0xeb86d391U)

/* ${value} between the order of this machine and little endian. */
static inline uint32_t
le32(uint32_t value)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap32(value) : value;
}

static void
mix(uint32_t state[4], const unsigned char block[64])
{
	uint32_t word[16];
	uint32_t a = state[0];
	uint32_t b = state[1];
	uint32_t c = state[2];
	uint32_t d = state[3];

	memcpy(word, block, sizeof(word));
	for (size_t i = 0; i < 16; i++)
		word[i] = le32(word[i]);
#define STEPS(f, a, b, c, d, k, s, t) STEP(f, a, b, c, d, word[k], s, t)
	ROUNDS;
#undef STEPS
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

/* Writes the last octets of a message, ${rest} < 64 of them from ${data}, with
 * its padding (RFC 1321 sections 3.1 and 3.2) to ${out}; the message has ${len}
 * octets in all. Returns the octets written, 64 or 128. */
static size_t
pad(const unsigned char *data, size_t rest, uint64_t len, unsigned char out[128])
{
	size_t size = rest > MD5_SHORT_MAX ? 128 : 64;

	memset(out, 0, 128);
	if (data != NULL)
		memcpy(out, data, rest);
	out[rest] = 0x80;
	for (unsigned i = 0; i < 8; i++)
		out[size - 8 + i] = (unsigned char)(len * 8 >> (8 * i));
	return size;
}

void
md5_of(const void *data, size_t len, unsigned char digest[MD5_SIZE])
{
	uint32_t state[4] = {INIT_A, INIT_B, INIT_C, INIT_D};
	const unsigned char *octets = data;
	unsigned char last[128];
	size_t size;
	size_t at;

	for (at = 0; len - at >= 64; at += 64)
		mix(state, octets + at);
	size = pad(len > at ? octets + at : NULL, len - at, len, last);
	for (at = 0; at < size; at += 64)
		mix(state, last + at);
	for (size_t i = 0; i < 4; i++)
		state[i] = le32(state[i]);
	memcpy(digest, state, MD5_SIZE);
}

void
md5_lane(struct md5_lanes *lanes, size_t lane, const void *data, size_t len)
{
	unsigned char block[128];
	uint32_t word[16];

	(void)pad(data, len, len, block);
	memcpy(word, block, sizeof(word));
	for (size_t i = 0; i < 16; i++)
		lanes->word[i][lane] = le32(word[i]);
}

/* Four lanes in one register, and two registers in turn, because a chain of
 * steps waits for itself. */
typedef uint32_t quad __attribute__((vector_size(16), may_alias));

void
md5_lanes(const struct md5_lanes *lanes, struct md5_lanes_digest *digest)
{
	const quad *word = (const quad *)(const void *)lanes->word;
	quad *out = (quad *)(void *)digest->word;
	quad a0 = (quad){0} + INIT_A, a1 = a0;
	quad b0 = (quad){0} + INIT_B, b1 = b0;
	quad c0 = (quad){0} + INIT_C, c1 = c0;
	quad d0 = (quad){0} + INIT_D, d1 = d0;

#define STEPS(f, a, b, c, d, k, s, t)                                                      \
	STEP(f, a##0, b##0, c##0, d##0, word[2 * (k)], s, t);                              \
	STEP(f, a##1, b##1, c##1, d##1, word[2 * (k) + 1], s, t)
	ROUNDS;
#undef STEPS
	out[0] = a0 + INIT_A;
	out[1] = a1 + INIT_A;
	out[2] = b0 + INIT_B;
	out[3] = b1 + INIT_B;
	out[4] = c0 + INIT_C;
	out[5] = c1 + INIT_C;
	out[6] = d0 + INIT_D;
	out[7] = d1 + INIT_D;
}
