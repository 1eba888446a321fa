/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/form.h: how a segment looks on the disk, for who writes and who reads it. Behind a
 * head of fixed size, records at offsets that are multiples of 8: one word of 8 octets,
 * then the payload, then zeros. The word holds what it is, the length and a checksum; it is
 * stored last, as a whole, so that who sees it sees the payload; where it is 0 nothing was
 * put yet. All numbers are little endian.
 */
#ifndef STORE_FORM_H
#define STORE_FORM_H

#include <endian.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FORM_MAGIC "foresink journal" /* without its NUL */
#define FORM_VERSION 1

/* Folder of the journals in that of the store; there, the file that holds the last number
 * that was given to a segment. */
#define FORM_FOLDER "journal"
#define FORM_NUMBER ".last"

/* What a segment is called: its number, and what it is. One that is being made has another
 * ending, so that no reader sees it before its writer holds it. */
#define FORM_DIGITS 19
#define FORM_SEGMENT ".segment"
#define FORM_NEW ".new"
#define FORM_DAMAGED ".damaged"
#define FORM_NAME_SIZE 32

struct form_head {
	char magic[16];
	uint32_t version;
	uint32_t first; /* offset of the first record */
	uint64_t number;
	uint64_t created; /* microseconds since 1970 */
	uint64_t size;    /* of the file */
	char worker[64];  /* padded with NULs */
	uint64_t sum;     /* of all in front of it */
	uint64_t spare;
};
#define FORM_FIRST sizeof(struct form_head)
_Static_assert(FORM_FIRST == 128, "no octet of the head depends on the compiler");

/* What a word is: never 0, and no bit alone makes nothing of it. */
#define FORM_RECORD UINT32_C(0xa5)
#define FORM_END UINT32_C(0x5a) /* nothing follows */
#define FORM_WORD 8             /* octets */

/* Octets that a record of ${len} takes. */
static inline size_t
form_room(size_t len)
{
	return FORM_WORD + ((len + 7) & ~(size_t)7);
}

static inline uint32_t
form_tag(uint64_t word)
{
	return (uint32_t)word >> 24;
}

static inline size_t
form_len(uint64_t word)
{
	return word & 0xffffff;
}

/* The word of what stands at ${offset} of segment ${number}: its checksum also says where
 * it stands, so that nothing is taken for what was written elsewhere. */
static inline uint64_t
form_word(uint64_t number, uint64_t offset, uint32_t tag, const uint8_t *payload,
          size_t len)
{
	uint64_t sum = XXH3_64bits(payload, len);

	sum ^= offset << 24 ^ len;
	sum += number * UINT64_C(0x9e3779b97f4a7c15);
	sum *= UINT64_C(0xd6e8feb86659fd93);
	return (sum ^ sum >> 32) << 32 | tag << 24 | len;
}

static inline uint64_t
form_load(const uint8_t *at)
{
	const _Atomic uint64_t *word = (const void *)at;

	return le64toh(atomic_load_explicit(word, memory_order_acquire));
}

static inline uint64_t
form_sum(const struct form_head *head)
{
	return htole64(XXH3_64bits(head, offsetof(struct form_head, sum)));
}

static inline void
form_name(uint64_t number, const char *ending, char name[FORM_NAME_SIZE])
{
	snprintf(name, FORM_NAME_SIZE, "%0*" PRIu64 "%s", FORM_DIGITS, number, ending);
}

#endif
