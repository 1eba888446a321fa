/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/md5.h: the digests that RFC 1321 prints, messages that end on each side
 * of a block's bounds, and lanes against single messages.
 */
#include "prng/md5.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
expect(const void *data, size_t len, const char *hex)
{
	unsigned char digest[MD5_SIZE];
	char got[2 * MD5_SIZE + 1];

	md5_of(data, len, digest);
	for (size_t i = 0; i < MD5_SIZE; i++)
		snprintf(got + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(got, hex);
}

/* RFC 1321 appendix A.5. */
static void
published_digests(void **state)
{
	static const char *const pairs[][2] = {
	        {"", "d41d8cd98f00b204e9800998ecf8427e"},
	        {"a", "0cc175b9c0f1b6a831c399e269772661"},
	        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
	        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
	        {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
	        {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	         "d174ab98d277d9f5a5611c2c9f419d9f"},
	        {"1234567890123456789012345678901234567890123456789012345678901234567890"
	         "1234567890",
	         "57edf4a22be3c955ac49da2e2107b67a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		expect(pairs[i][0], strlen(pairs[i][0]), pairs[i][1]);
	expect(NULL, 0, pairs[0][1]);
}

/* As many letters a as the length says; by md5sum of GNU coreutils. */
static void
lengths_about_the_bounds(void **state)
{
	static const struct {
		size_t len;
		const char *hex;
	} runs[] = {
	        {54, "eced9e0b81ef2bba605cbc5e2e76a1d0"},
	        {55, "ef1772b6dff9a122358552954ad0df65"},
	        {56, "3b0c8ac703f828b04c6c197006d17218"},
	        {57, "652b906d60af96844ebd21b674f35e93"},
	        {63, "b06521f39153d618550606be297466d5"},
	        {64, "014842d480b571495a4a0363793f7367"},
	        {65, "c743a45e0d2e6a95cb859adae0248435"},
	        {119, "8a7bd0732ed6a28ce75f6dabc90e1613"},
	        {120, "5f61c0ccad4cac44c75ff505e1f1e537"},
	        {121, "f6acfca2d47c87f2b14ca038234d3614"},
	        {128, "e510683b3f5ffe4093d021808bc6ff70"},
	        {1000, "cabe45dcc9ae5b66ba86600cca6b8ba8"},
	        {1000000, "7707d6ae4e027c70eea2a935c2296f21"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++) {
		char *text =
		        malloc(runs[i].len); /* exact, so that ASan sees a step outside */

		assert_non_null(text);
		memset(text, 'a', runs[i].len);
		expect(text, runs[i].len, runs[i].hex);
		free(text);
	}
}

/* Lanes of every length that fits in a block, each lane another message. */
static void
lanes_agree_with_single_messages(void **state)
{
	(void)state;
	for (size_t len = 0; len <= MD5_SHORT_MAX; len++) {
		unsigned char text[MD5_LANES][MD5_SHORT_MAX];
		struct md5_lanes lanes;
		struct md5_lanes_digest got;

		for (size_t lane = 0; lane < MD5_LANES; lane++) {
			memset(text[lane], (int)(0xf0 + lane + len), sizeof(text[lane]));
			md5_lane(&lanes, lane, text[lane], len);
		}
		md5_lanes(&lanes, &got);
		for (size_t lane = 0; lane < MD5_LANES; lane++) {
			unsigned char want[MD5_SIZE];

			md5_of(text[lane], len, want);
			for (size_t i = 0; i < MD5_SIZE; i++)
				assert_int_equal(got.word[i / 4][lane] >> (8 * (i % 4)) &
				                         0xff,
				                 want[i]);
		}
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
