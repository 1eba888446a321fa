/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/md5.h: MD5 as malware uses it, to turn a date and a counter into
 * letters. It is a generator here and no cryptography: nothing of foresink
 * trusts it. Short messages only have one block, and several of them that do
 * not depend on each other are hashed side by side. Source: RFC 1321.
 */
#ifndef PRNG_MD5_H
#define PRNG_MD5_H

#include <stddef.h>
#include <stdint.h>

#define MD5_SIZE 16 /* octets of a digest */

/* Octets of the longest message that fits in one block with its padding. */
#define MD5_SHORT_MAX 55

/* Blocks that md5_lanes() hashes at once. */
#define MD5_LANES 8

/* One block of each lane: word[i][lane] is word i, with the words read little
 * endian as RFC 1321 section 2 says. */
struct md5_lanes {
	_Alignas(16) uint32_t word[16][MD5_LANES];
};

/* The digests of the lanes: word[i][lane]. The digest's octets are the four
 * words, each little endian. */
struct md5_lanes_digest {
	_Alignas(16) uint32_t word[4][MD5_LANES];
};

/* Writes the MD5 of the ${len} octets of ${data} to ${digest}. ${len} is any
 * number; ${data} may be NULL when it is 0. */
void md5_of(const void *data, size_t len, unsigned char digest[MD5_SIZE]);

/* Writes the padded block of a message of ${len} octets of ${data}, at most
 * MD5_SHORT_MAX, to lane ${lane} of ${lanes}. */
void md5_lane(struct md5_lanes *lanes, size_t lane, const void *data, size_t len);

/* Hashes the padded blocks of all lanes, each a whole message of its own. */
void md5_lanes(const struct md5_lanes *lanes, struct md5_lanes_digest *digest);

#endif
