/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/sha1.h: the digests that NIST prints for FIPS 180-4, messages that end
 * on each side of a block's bounds, and lanes against single messages.
 */
#include "prng/sha1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
expect(const void *text, size_t len, const char *hex)
{
	uint8_t digest[SHA1_SIZE];
	char got[2 * SHA1_SIZE + 1];

	sha1_digest(text, len, digest);
	for (size_t i = 0; i < SHA1_SIZE; i++)
		snprintf(got + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(got, hex);
}

/* NIST, "Examples with Intermediate Values", SHA-1, and the empty message. */
static void
published_digests(void **state)
{
	static const char *const pairs[][2] = {
	        {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
	        {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
	        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	         "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
	        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	         "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
	         "a49b2446a02c645bf419f995b67091253a04a259"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		expect(pairs[i][0], strlen(pairs[i][0]), pairs[i][1]);
	expect(NULL, 0, pairs[0][1]);
}

/* As many letters a as the length says; by sha1sum of GNU coreutils (the
 * million is NIST's too). */
static void
lengths_about_the_bounds(void **state)
{
	static const struct {
		size_t len;
		const char *hex;
	} runs[] = {
	        {55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"},
	        {56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"},
	        {57, "f08f24908d682555111be7ff6f004e78283d989a"},
	        {63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"},
	        {64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
	        {65, "11655326c708d70319be2610e8a57d9a5b959d3b"},
	        {119, "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"},
	        {120, "f34c1488385346a55709ba056ddd08280dd4c6d6"},
	        {121, "fa6b5a6f8ac27182f838fe7841ec6d2aef3ade29"},
	        {128, "ad5b3fdbcb526778c2839d2f151ea753995e26a0"},
	        {1000, "291e9a6c66994949b57ba5e650361e98fc36b1ba"},
	        {1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++) {
		/* exact, so that ASan sees a step outside */
		char *text = malloc(runs[i].len);

		assert_non_null(text);
		memset(text, 'a', runs[i].len);
		expect(text, runs[i].len, runs[i].hex);
		free(text);
	}
}

/* Texts of one word, another in each lane, over two blocks of work. */
static void
lanes_agree_with_single_messages(void **state)
{
	struct sha1_blocks texts = {.word = {{0}}};
	struct sha1_blocks tails = {.word = {{0}}};
	struct sha1_hashes hashes;

	(void)state;
	for (unsigned lane = 0; lane < SHA1_LANES; lane++) {
		for (unsigned i = 0; i < 16; i++)
			texts.word[i][lane] = UINT32_C(0x01020304) * (lane + 1) + i;
		tails.word[0][lane] = UINT32_C(0x80000000);
		tails.word[15][lane] = 512;
	}
	sha1_start(&hashes);
	sha1_compress(&hashes, &texts);
	sha1_compress(&hashes, &tails);
	for (unsigned lane = 0; lane < SHA1_LANES; lane++) {
		uint8_t text[64];
		uint8_t want[SHA1_SIZE];

		for (unsigned i = 0; i < sizeof(text); i++)
			text[i] = (uint8_t)(texts.word[i / 4][lane] >> (24 - 8 * (i % 4)));
		sha1_digest(text, sizeof(text), want);
		for (unsigned i = 0; i < SHA1_SIZE; i++)
			assert_int_equal(hashes.word[i / 4][lane] >> (24 - 8 * (i % 4)) &
			                         0xff,
			                 want[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(published_digests),
	        cmocka_unit_test(lengths_about_the_bounds),
	        cmocka_unit_test(lanes_agree_with_single_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
