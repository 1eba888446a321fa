/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The collision stage: what each kind of evidence does to a name, on each side of the
 * day from which its family could be computed and of the second in which its period
 * begins; who is heard first; and the sentences that tell it.
 */
#include "watch/ruling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAY INT64_C(86400)
#define KNOWN_FROM (1000 * DAY) /* 1972-09-27 */
#define BEGINS (2000 * DAY)     /* 1975-06-24 */

/* What the rules are made of; NULL: nothing. */
struct evidence {
	const char *allow;
	const char *popular;
	int64_t popular_taken;
	const char *registered;
	int64_t registered_taken;
};

struct fixture {
	struct watch_allow *allow;
	struct watch_known *known;
	struct watch_rules rules;
};

static void
add_list(struct watch_known *known, enum watch_known_kind kind, const char *text,
         int64_t taken)
{
	const struct watch_known_list list = {kind, span_of("list.csv"), taken};
	struct watch_known_count count;

	if (text != NULL)
		assert_int_equal(
		        watch_known_read(known, span_of(text), &list, &count, NULL),
		        FSK_OK);
}

static struct fixture
make(const struct evidence *evidence)
{
	struct fixture made = {.allow = NULL};
	const char *allow = evidence->allow != NULL ? evidence->allow : "";

	assert_int_equal(watch_allow_new(&made.allow), FSK_OK);
	assert_int_equal(
	        watch_allow_read(made.allow, span_of(allow), span_of("allow.txt"), NULL),
	        FSK_OK);
	assert_int_equal(watch_known_new(&made.known), FSK_OK);
	add_list(made.known, WATCH_POPULAR, evidence->popular, evidence->popular_taken);
	add_list(made.known, WATCH_REGISTERED, evidence->registered,
	         evidence->registered_taken);
	made.rules = (struct watch_rules){made.allow, made.known, 3000 * DAY};
	return made;
}

static void
unmake(struct fixture *made)
{
	watch_allow_free(made->allow);
	watch_known_free(made->known);
}

static void
assert_ruling(const struct evidence *evidence, int64_t begins, enum watch_state state,
              enum watch_ground ground, const char *sentence)
{
	struct fixture made = make(evidence);
	const struct watch_claim claim = {span_of("a.example"), KNOWN_FROM, begins};
	struct watch_ruling ruling;
	char text[WATCH_RULING_SIZE];

	watch_rule(&made.rules, &claim, &ruling);
	watch_ruling_write(&ruling, text);
	if (ruling.state != state || ruling.ground != ground)
		fail_msg("%s, %s: %s", watch_state_name(ruling.state),
		         watch_ground_name(ruling.ground), text);
	if (sentence != NULL)
		assert_string_equal(text, sentence);
	unmake(&made);
}

static void
test_nothing(void **state)
{
	const struct watch_rules none = {.now = 0};
	const struct watch_claim claim = {span_of("a.example"), KNOWN_FROM, BEGINS};
	struct watch_ruling ruling;

	(void)state;
	watch_rule(&none, &claim, &ruling);
	assert_int_equal(ruling.state, WATCH_BLOCK);
	assert_int_equal(ruling.ground, WATCH_GROUND_NONE);
	assert_ruling(&(struct evidence){.allow = "b.example\nb.a.examples"}, BEGINS,
	              WATCH_BLOCK, WATCH_GROUND_NONE, "");
}

static void
test_allowed(void **state)
{
	(void)state;
	assert_ruling(&(struct evidence){.allow = "a.example - our shop"}, BEGINS,
	              WATCH_ALLOW, WATCH_GROUND_ALLOWED,
	              "a.example is allowed by allow.txt, line 1: our shop");
	assert_ruling(&(struct evidence){.allow = "\nwww.a.example 1978-03-20"}, BEGINS,
	              WATCH_ALLOW, WATCH_GROUND_ALLOWED_BELOW,
	              "www.a.example, below it, is allowed by allow.txt, line 2, until "
	              "1978-03-20: no reason given");
	/* Its last second is over by day 3000, 1978-03-20. */
	assert_ruling(&(struct evidence){.allow = "a.example 1978-03-19"}, BEGINS,
	              WATCH_BLOCK, WATCH_GROUND_NONE, NULL);
	/* Allow beats all else; the name itself is told before what lies below. */
	assert_ruling(&(struct evidence){.allow = "www.a.example\na.example",
	                                 .popular = "a.example",
	                                 .registered = "a.example,1970-01-02"},
	              BEGINS, WATCH_ALLOW, WATCH_GROUND_ALLOWED, NULL);
}

static void
test_registered(void **state)
{
	(void)state;
	assert_ruling(&(struct evidence){.registered = "a.example,1972-09-26",
	                                 .registered_taken = 2500 * DAY},
	              BEGINS, WATCH_LOG_ONLY, WATCH_GROUND_REGISTERED,
	              "registered on 1972-09-26, before the family's names could be known "
	              "(list list.csv of 1976-11-05)");
	assert_ruling(&(struct evidence){.registered = "a.example,1972-09-27",
	                                 .registered_taken = 2500 * DAY},
	              BEGINS, WATCH_BLOCK, WATCH_GROUND_SUSPICIOUS,
	              "registered on 1972-09-27, when the family's names could be known: "
	              "whoever did it may have known them (list list.csv of 1976-11-05)");
	/* Without a day, the list's own counts. */
	assert_ruling(&(struct evidence){.registered = "a.example",
	                                 .registered_taken = KNOWN_FROM - 1},
	              BEGINS, WATCH_LOG_ONLY, WATCH_GROUND_REGISTERED,
	              "registered by 1972-09-26, before the family's names could be known "
	              "(list list.csv of 1972-09-26)");
	assert_ruling(
	        &(struct evidence){.registered = "a.example",
	                           .registered_taken = KNOWN_FROM},
	        BEGINS, WATCH_BLOCK, WATCH_GROUND_SUSPICIOUS,
	        "registered, but nobody says since when, and the family's names could "
	        "be known already (list list.csv of 1972-09-27)");
	/* What lies below it is not it. */
	assert_ruling(&(struct evidence){.registered = "www.a.example,1970-01-02"}, BEGINS,
	              WATCH_BLOCK, WATCH_GROUND_NONE, NULL);
}

static void
test_popular(void **state)
{
	(void)state;
	assert_ruling(&(struct evidence){.popular = "512,www.a.example",
	                                 .popular_taken = BEGINS - 1},
	              BEGINS, WATCH_LOG_ONLY, WATCH_GROUND_POPULAR,
	              "popular on 1975-06-23, before a bot could ask for it: www.a.example "
	              "has rank 512 in list.csv");
	assert_ruling(
	        &(struct evidence){.popular = "{\"list\":[\"a.example\"]}",
	                           .popular_taken = BEGINS - 1},
	        BEGINS, WATCH_LOG_ONLY, WATCH_GROUND_POPULAR,
	        "popular on 1975-06-23, before a bot could ask for it: a.example is in "
	        "list.csv");
	/* A rank that bots may have made is none. */
	assert_ruling(&(struct evidence){.popular = "1,a.example", .popular_taken = BEGINS},
	              BEGINS, WATCH_BLOCK, WATCH_GROUND_NONE, NULL);
	/* A list that holds for ever: the bots began when the family was known. */
	assert_ruling(&(struct evidence){.popular = "1,a.example",
	                                 .popular_taken = KNOWN_FROM - 1},
	              INT64_MIN, WATCH_LOG_ONLY, WATCH_GROUND_POPULAR, NULL);
	assert_ruling(
	        &(struct evidence){.popular = "1,a.example", .popular_taken = KNOWN_FROM},
	        INT64_MIN, WATCH_BLOCK, WATCH_GROUND_NONE, NULL);
}

static void
test_both(void **state)
{
	struct evidence both = {.popular = "1,a.example",
	                        .popular_taken = BEGINS - 1,
	                        .registered = "a.example,1970-01-02"};

	(void)state;
	assert_ruling(&both, BEGINS, WATCH_LOG_ONLY, WATCH_GROUND_REGISTERED, NULL);
	/* Bought late, but many go there before any bot does. */
	both.registered = "a.example,1974-01-01";
	assert_ruling(&both, BEGINS, WATCH_LOG_ONLY, WATCH_GROUND_POPULAR, NULL);
	both.popular_taken = BEGINS;
	assert_ruling(&both, BEGINS, WATCH_BLOCK, WATCH_GROUND_SUSPICIOUS, NULL);
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(watch_state_name(WATCH_BLOCK), "block");
	assert_string_equal(watch_state_name(WATCH_LOG_ONLY), "log-only");
	assert_string_equal(watch_state_name(WATCH_ALLOW), "allow");
	assert_string_equal(watch_ground_name(WATCH_GROUND_NONE), "none");
	assert_string_equal(watch_ground_name(WATCH_GROUND_SUSPICIOUS), "suspicious");
	assert_string_equal(watch_ground_name(WATCH_GROUND_REGISTERED), "registered");
	assert_string_equal(watch_ground_name(WATCH_GROUND_POPULAR), "popular");
	assert_string_equal(watch_ground_name(WATCH_GROUND_ALLOWED), "allowed");
	assert_string_equal(watch_ground_name(WATCH_GROUND_ALLOWED_BELOW), "allowed-below");
}

/* A reason of any length is cut at the end of a character, and never overflows. */
static void
test_long(void **state)
{
	char reason[3000];

	(void)state;
	for (size_t len = 900; len < 1100; len++) {
		struct watch_ruling ruling = {
		        .state = WATCH_ALLOW,
		        .ground = WATCH_GROUND_ALLOWED,
		        .allowed = {.name = span_of("a.example"),
		                    .until = INT64_MAX,
		                    .file = span_of("f"),
		                    .line = 7},
		};
		const char *begin = "a.example is allowed by f, line 7: ";
		char text[WATCH_RULING_SIZE];
		size_t wanted;

		for (size_t i = 0; i < len * 2; i++)
			reason[i] = i % 2 == 0 ? '\xc3' : '\xa9';
		ruling.allowed.reason = (struct span){reason, len};
		watch_ruling_write(&ruling, text);
		assert_memory_equal(text, begin, strlen(begin));
		wanted = strlen(begin) + len;
		if (wanted <= WATCH_RULING_SIZE - 1) {
			assert_int_equal(strlen(text), wanted);
			continue;
		}
		assert_true(strlen(text) >= WATCH_RULING_SIZE - 2);
		assert_string_equal(text + strlen(text) - 5, "\xc3\xa9...");
	}
}

/* A path of any length, and times out of the calendar. */
static void
test_odd(void **state)
{
	char path[1000];
	const struct watch_known_list list = {
	        WATCH_REGISTERED, {path, sizeof(path)}, INT64_MAX};
	struct watch_ruling ruling = {
	        .state = WATCH_LOG_ONLY,
	        .ground = WATCH_GROUND_REGISTERED,
	        .known = {.list = &list, .number = WATCH_KNOWN_NO_DAY},
	};
	char text[WATCH_RULING_SIZE];

	(void)state;
	memset(path, 'p', sizeof(path));
	watch_ruling_write(&ruling, text);
	assert_non_null(strstr(text, "registered by a day out of the calendar, "));
	assert_non_null(strstr(text, "ppp... of a day out of the calendar)"));
	assert_true(strlen(text) < 450);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_nothing),    cmocka_unit_test(test_allowed),
	        cmocka_unit_test(test_registered), cmocka_unit_test(test_popular),
	        cmocka_unit_test(test_both),       cmocka_unit_test(test_words),
	        cmocka_unit_test(test_long),       cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
