/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lines of tables, taken apart: what is a cell for each separator, quotes, and
 * where a line is cut.
 */
#include "logs/cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Compares the cells of ${line} with ${wanted}, which '|' parts; "!" in it says that
 * the line cannot be taken apart there. */
static void
assert_cells(const char *line, char separator, const char *wanted)
{
	struct cells row = cells_of(span_of(line), separator);
	char got[256];
	size_t used = 0;

	while (row.more) {
		struct span cell;
		bool good = cell_next(&row, &cell);

		if (!good)
			cell = span_of("!");
		assert_true(used + cell.len + 2 < sizeof(got));
		memcpy(got + used, cell.text, cell.len);
		used += cell.len;
		got[used++] = '|';
		if (!good)
			break;
	}
	got[used] = '\0';
	assert_string_equal(got, wanted);
}

static void
separators_part_cells(void **state)
{
	(void)state;
	assert_cells("a,b,c", ',', "a|b|c|");
	assert_cells("a b\tc\t", '\t', "a b|c||");
	assert_cells(",,", ',', "|||");
	assert_cells("", ',', "|");
	assert_cells("a;b,c", ';', "a|b,c|");
	assert_cells("a, b", ',', "a|b|");
}

static void
any_run_of_blanks_is_one_separator(void **state)
{
	(void)state;
	assert_cells("a  b \t c", ' ', "a|b|c|");
	assert_cells("  a b  ", ' ', "a|b|");
	assert_cells("", ' ', "");
	assert_cells("   ", ' ', "");
}

static void
quotes_keep_what_is_in_them(void **state)
{
	(void)state;
	assert_cells("\"a,b\",c", ',', "a,b|c|");
	assert_cells("\"a\", \"b\" ,\"\"", ',', "a|b||");
	assert_cells("\"a\"\"b\",c", ',', "a\"\"b|c|");
	assert_cells("\"\"\"\",c", ',', "\"\"|c|");
	assert_cells("\"a b\" c", ' ', "a b|c|");
	assert_cells("a\"b,c", ',', "a\"b|c|");
}

static void
quotes_that_do_not_close_are_refused(void **state)
{
	(void)state;
	assert_cells("\"a,b", ',', "!|");
	assert_cells("a,\"", ',', "a|!|");
	assert_cells("\"a\"b,c", ',', "!|");
	assert_cells("\"a\"\"", ',', "!|");
	assert_cells("\"a\"b c", ' ', "!|");
}

static void
doubled_quotes_are_solved(void **state)
{
	struct log_scratch scratch = {.used = 0};
	struct span cell = span_of("a\"\"b\"\"\"\"c");

	(void)state;
	assert_true(cell_solve(&cell, &scratch));
	assert_true(span_equal(cell, span_of("a\"b\"\"c")));
	assert_int_equal(scratch.used, cell.len);
	cell = span_of("plain");
	assert_true(cell_solve(&cell, &scratch));
	assert_true(span_equal(cell, span_of("plain")));
	scratch.used = sizeof(scratch.text) - 1;
	cell = span_of("\"\"a");
	assert_false(cell_solve(&cell, &scratch));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(separators_part_cells),
	        cmocka_unit_test(any_run_of_blanks_is_one_separator),
	        cmocka_unit_test(quotes_keep_what_is_in_them),
	        cmocka_unit_test(quotes_that_do_not_close_are_refused),
	        cmocka_unit_test(doubled_quotes_are_solved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
