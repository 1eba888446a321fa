/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is fetched for a message before it is decided on: the places of the name and its
 * parents, of any message that is as most are; of all others nothing.
 */
#include "guard/foresee.h"

#include "base/ascii.h"
#include "desk.h"

static size_t generator;
static struct fsk_index *same; /* what the ground has, which it does not show */

static int
set_up(void **state)
{
	(void)state;
	generator = number_of("conficker/b");
	open_desk(&generator, 1, NULL);
	return fsk_index_new(&generator, 1, MIDNIGHT, MIDNIGHT + DATE_DAY - 1, &same) !=
	       FSK_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	fsk_index_free(same);
	close_desk();
	return 0;
}

/* What is fetched for the first ${len} octets of the question. */
static struct watch_look
foresee(size_t len)
{
	uint8_t *octets = malloc(len + (len == 0));
	struct watch_look look = {.count = WATCH_LOOK_HASHES + 1};

	memcpy(octets, asked, len);
	guard_foresee(desk.ground, octets, len, &look);
	guard_ground_fetch_more(desk.ground, &look);
	free(octets);
	assert_true(look.count <= WATCH_LOOK_HASHES);
	return look;
}

static struct watch_look
foresee_name(const char *name)
{
	asked_len = write_question(&(struct question){.name = name}, asked);
	return foresee(asked_len);
}

/* Whether the index holds the places that are fetched for ${name}. */
static bool
is_found(const char *name)
{
	struct watch_look look = foresee_name(name);

	return look.count > 0 && watch_look_end_one(same, &look);
}

static void
test_listed(void **state)
{
	struct fsk_name bot = name_of("conficker/b");
	char below[FSK_NAME_MAX + 10];

	(void)state;
	assert_true(is_found(bot.text));
	snprintf(below, sizeof(below), "www.%s", bot.text);
	assert_true(is_found(below));
	for (size_t i = 0; below[i] != '\0'; i++)
		below[i] = (char)(ascii_lower(below[i]) ? below[i] - 'a' + 'A' : below[i]);
	assert_true(is_found(below));
	assert_false(is_found("shop.org"));
}

/* Names of each length: those that are too long for it are left to others. */
static void
test_lengths(void **state)
{
	char name[80];

	(void)state;
	assert_int_equal(foresee_name("localhost").count, 1);
	for (size_t len = 5; len < 75; len++) {
		memset(name, 'a', len);
		for (size_t i = len % 7 + 1; i + 4 < len; i += 20)
			name[i] = '.';
		memcpy(name + len - 4, ".org", 5);
		assert_int_equal(foresee_name(name).count > 0, len <= 63);
	}
}

/* A message that ends anywhere, or is none. */
static void
test_cut(void **state)
{
	size_t end;

	(void)state;
	assert_true(foresee_name("www.shop.org").count > 0);
	end = 12 + strlen("www.shop.org") + 2; /* lengths, and the root */
	for (size_t len = 0; len < asked_len; len++)
		assert_int_equal(foresee(len).count > 0, len >= end);
	asked[12] = 0; /* the root */
	assert_int_equal(foresee(asked_len).count, 0);
	asked[12] = 0xc0; /* a pointer */
	assert_int_equal(foresee(asked_len).count, 0);
	asked[12] = 64;
	assert_int_equal(foresee(asked_len).count, 0);
}

/* Lists that are not made yet have nothing to fetch. */
static void
test_not_ready(void **state)
{
	struct guard_policy *made;
	struct guard_ground *bare;

	(void)state;
	assert_true(foresee_name("shop.org").count > 0);
	assert_int_equal(guard_policy_new(&policy, &made), FSK_OK);
	assert_int_equal(guard_ground_new(NULL, made, &bare), FSK_OK);
	desk.ground = bare;
	assert_int_equal(foresee_name("shop.org").count, 0);
	desk.ground = ground;
	guard_ground_free(bare);
	guard_policy_free(made);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_listed),
	        cmocka_unit_test(test_lengths),
	        cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_not_ready),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
