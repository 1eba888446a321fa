/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which names are asked for: today's, two of a family, none that somebody has.
 */
#include "drill/plan.h"

#include "base/date.h"
#include "watch/rulebook.h"
#include "wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW INT64_C(1236513600) /* 2009-03-08T12:00:00Z */

/* The numbers of all generators, or of those of ${family}; how many there are. */
static size_t
generators_of(const char *family, size_t numbers[512])
{
	size_t count = 0;

	for (size_t i = 0; i < dga_generator_count(); i++)
		if (family == NULL ||
		    strcmp(dga_generator_at(i).family->name, family) == 0) {
			assert_true(count < 512);
			numbers[count++] = i;
		}
	return count;
}

static struct drill_plan
plan_of(const char *family, const struct watch_rules *rules, enum dga_confidence least)
{
	size_t numbers[512];
	struct drill_plan_setting setting = {.generators = numbers,
	                                     .generator_count =
	                                             generators_of(family, numbers),
	                                     .least = least,
	                                     .now = NOW};
	struct drill_plan plan;

	if (rules != NULL)
		setting.rules = *rules;
	assert_int_equal(drill_plan_init(&plan, &setting), FSK_OK);
	return plan;
}

/* Each name is found in the dated index, as what it is said to be. */
static void
names_of_today(void **state)
{
	struct drill_plan plan = plan_of(NULL, NULL, DGA_LOW);
	struct fsk_index *index = NULL;

	(void)state;
	assert_int_equal(plan.count, dga_family_count());
	assert_int_equal(fsk_index_new(NULL, FSK_ALL_GENERATORS, NOW, NOW, &index), FSK_OK);
	for (size_t i = 0; i < plan.count; i++) {
		const struct drill_family *family = &plan.families[i];

		assert_ptr_equal(family->family, dga_family_at(i));
		assert_true(family->count <= DRILL_NAMES);
		assert_false(family->ruled);
		for (size_t k = 0; k < family->count; k++) {
			const struct drill_name *name = &family->names[k];
			struct fsk_match match[64];
			size_t found = fsk_index_find(index, name->name.text,
			                              name->name.len, match, 64);
			bool told = false;

			assert_true(name->match.period.first <= NOW);
			assert_true(name->match.period.last >= NOW);
			for (size_t n = 0; n < found && n < 64; n++)
				told |= match[n].generator == name->match.generator &&
				        match[n].index == name->match.index &&
				        match[n].offset == 0 &&
				        match[n].period.first == name->match.period.first;
			assert_true(told);
			assert_ptr_equal(dga_generator_at(name->match.generator).family,
			                 family->family);
		}
		if (family->count == 2)
			assert_string_not_equal(family->names[0].name.text,
			                        family->names[1].name.text);
	}
	fsk_index_free(index);
	drill_plan_fini(&plan);
}

/* Of a family with several lists two are seen; of one list more than its begin. */
static void
two_places(void **state)
{
	struct drill_plan plan = plan_of("conficker", NULL, DGA_LOW);

	(void)state;
	assert_int_equal(plan.count, 1);
	assert_int_equal(plan.families[0].count, 2);
	assert_int_not_equal(plan.families[0].names[0].match.generator,
	                     plan.families[0].names[1].match.generator);
	assert_int_equal(plan.families[0].names[0].match.index, 1);
	assert_int_equal(plan.families[0].names[1].match.index, 1);
	drill_plan_fini(&plan);

	plan = plan_of("newgoz", NULL, DGA_LOW);
	assert_int_equal(plan.families[0].count, 2);
	assert_int_equal(plan.families[0].names[0].match.index, 1);
	assert_int_equal(plan.families[0].names[1].match.index, 501);
	drill_plan_fini(&plan);
}

/* A family of which no list is certain enough has no name. */
static void
none_now(void **state)
{
	struct drill_plan plan = plan_of("newgoz", NULL, DGA_HIGH + 1);

	(void)state;
	assert_int_equal(plan.count, 1);
	assert_int_equal(plan.families[0].count, 0);
	assert_false(plan.families[0].ruled);
	drill_plan_fini(&plan);
	drill_plan_fini(&plan);
	drill_plan_fini(NULL);
}

/* Writes ${text} to a file of its own, whose path is stored in ${path}. */
static void
write_file(char path[64], const char *text)
{
	int fd;

	snprintf(path, 64, "/tmp/foresink-plan-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* What is allowed, only logged, or suspicious is passed over. */
static void
ruled_out(void **state)
{
	struct drill_plan first = plan_of("newgoz", NULL, DGA_LOW), second;
	char allow[64], registered[64], text[2][300];
	struct watch_rulebook_file files[] = {{WATCH_RULEBOOK_ALLOW, allow, 0},
	                                      {WATCH_RULEBOOK_REGISTERED, registered, NOW}};
	struct watch_rulebook *book = NULL;
	struct watch_rules rules;
	size_t which;

	(void)state;
	snprintf(text[0], sizeof(text[0]), "%s - ours\n",
	         first.families[0].names[0].name.text);
	/* Registered since its names can be computed: suspicious. */
	snprintf(text[1], sizeof(text[1]), "%s,2014-12-01\n",
	         first.families[0].names[1].name.text);
	write_file(allow, text[0]);
	write_file(registered, text[1]);
	assert_int_equal(watch_rulebook_new(files, 2, &book, &which, NULL), FSK_OK);
	rules = watch_rulebook_rules(book, NOW);
	second = plan_of("newgoz", &rules, DGA_LOW);
	assert_int_equal(second.families[0].count, 2);
	assert_true(second.families[0].ruled);
	assert_int_equal(second.families[0].names[0].match.index, 2);
	assert_int_equal(second.families[0].names[1].match.index, 502);
	drill_plan_fini(&first);
	drill_plan_fini(&second);
	watch_rulebook_free(book);

	/* A suffix is no site and cannot be allowed, so that all of a list takes its names.
	 */
	unlink(allow);
	unlink(registered);
}

/* The last name of a list may be all that is left; then the search begins anew before the
 * middle, and may find nothing. */
static void
all_but_one(void **state)
{
	struct drill_plan plan;
	struct watch_rulebook_file file = {WATCH_RULEBOOK_ALLOW, NULL, 0};
	struct watch_rulebook *book = NULL;
	struct watch_rules rules;
	struct fsk_cursor *cursor = NULL;
	struct fsk_name name;
	size_t generator, which;
	char *text = NULL, path[64];
	uint32_t index;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	assert_int_equal(fsk_generator_find("newgoz/default", &generator), FSK_OK);
	assert_int_equal(fsk_cursor_open(generator, NOW, &cursor), FSK_OK);
	while (fsk_cursor_next(cursor, &name, &index) == FSK_OK)
		if (index != 30)
			fprintf(out, "%s - ours\n", name.text);
	fsk_cursor_close(cursor);
	fclose(out);
	write_file(path, text);
	free(text);
	file.path = path;
	assert_int_equal(watch_rulebook_new(&file, 1, &book, &which, NULL), FSK_OK);
	rules = watch_rulebook_rules(book, NOW);
	plan = plan_of("newgoz", &rules, DGA_LOW);
	assert_int_equal(plan.families[0].count, 1);
	assert_int_equal(plan.families[0].names[0].match.index, 30);
	drill_plan_fini(&plan);
	watch_rulebook_free(book);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names_of_today), cmocka_unit_test(two_places),
	        cmocka_unit_test(none_now),       cmocka_unit_test(ruled_out),
	        cmocka_unit_test(all_but_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
