/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/sha1.h: SHA-1 (FIPS 180-4 section 6.1) as malware uses it, to draw
 * names from short texts; not for security. The compression function works on
 * SHA1_LANES blocks side by side, because such texts come in series that
 * differ by a counter.
 */
#ifndef PRNG_SHA1_H
#define PRNG_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_SIZE 20 /* bytes of a digest */
#define SHA1_LANES 4 /* blocks that are compressed at once */

/* One word of every lane: word[i][lane]. Words are in the host's byte order; a
 * text's bytes fill a block's words from their high ends. */
struct sha1_blocks {
	_Alignas(16) uint32_t word[16][SHA1_LANES];
};

struct sha1_hashes {
	_Alignas(16) uint32_t word[5][SHA1_LANES];
};

/* Sets every lane of ${hashes} to the initial hash value. */
void sha1_start(struct sha1_hashes *hashes);

/* Works one block into each lane of ${hashes}. Padding is the caller's. */
void sha1_compress(struct sha1_hashes *hashes, const struct sha1_blocks *blocks);

/* Writes the digest of ${text}[0..len) in ${digest}; ${text} may be NULL when
 * ${len} is 0. */
void sha1_digest(const void *text, size_t len, uint8_t digest[SHA1_SIZE]);

#endif
