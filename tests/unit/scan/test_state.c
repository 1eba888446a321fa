/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How far files were read: which marks fit a file, what a new mark replaces, and that
 * a state file is read as it was written or not at all. Linked with --wrap for malloc,
 * calloc and realloc, which then fail on the n-th call.
 */
#include "scan/state.h"
#include "../memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TITLE "foresink-scan-state\t1\n"
#define FIELDS "#head-bytes\thead\ttail-bytes\ttail\toffset\tline\tseen\tformat\n"
#define MARK "300\t0123456789abcdef\t300\t00000000000000ff\t300\t7\t1448150400\tbind\n"
#define FARTHER "4096\tfedcba9876543210\t1024\t0000000000000001\t5000\t9\t0\tpi-hole\n"
#define WHOLE TITLE FIELDS MARK FARTHER

static struct scan_state *
make(void)
{
	struct scan_state *state = NULL;

	assert_int_equal(scan_state_new(&state), FSK_OK);
	return state;
}

/* A mark at ${offset} of the file that begins with ${head}; ${tail} tells it from
 * others. */
static struct scan_mark
mark_of(const char *head, uint64_t offset, uint64_t tail)
{
	return (struct scan_mark){
	        .offset = offset,
	        .line = 1,
	        .head_len = (uint32_t)strlen(head),
	        .head = scan_state_digest(span_of(head)),
	        .tail_len = 1,
	        .tail = tail,
	        .seen = 100,
	        .format = "bind",
	};
}

static void
keep(struct scan_state *state, struct scan_mark mark, const struct scan_mark *replaces)
{
	assert_int_equal(scan_state_keep(state, &mark, replaces), FSK_OK);
}

/* The text of what was seen since ${oldest}; for the caller to free. */
static char *
text_of(const struct scan_state *state, int64_t oldest)
{
	char *text = NULL;
	size_t len = 0;

	assert_int_equal(scan_state_write(state, oldest, &text, &len), FSK_OK);
	assert_int_equal(strlen(text), len);
	return text;
}

static size_t
count_of(const struct scan_state *state)
{
	char *text = text_of(state, 0);
	size_t lines = 0;

	for (size_t i = 0; text[i] != '\0'; i++)
		lines += text[i] == '\n';
	free(text);
	return lines - 2;
}

static void
assert_found(const struct scan_state *state, const char *head, size_t n, uint64_t tail)
{
	const struct scan_mark *mark = scan_state_find(state, span_of(head), n);

	assert_non_null(mark);
	assert_int_equal(mark->tail, tail);
}

static void
test_find(void **unused)
{
	struct scan_state *state = make();

	(void)unused;
	assert_null(scan_state_find(state, span_of("abc"), 0));
	assert_null(scan_state_find(state, (struct span){NULL, 0}, 0));
	keep(state, mark_of("abc", 10, 1), NULL);
	keep(state, mark_of("abc", 30, 2), NULL); /* two that begin alike */
	keep(state, mark_of("abcdef", 20, 3), NULL);
	keep(state, mark_of("abd", 90, 4), NULL);
	assert_found(state, "abcdefghi", 0, 2); /* the furthest first */
	assert_found(state, "abcdefghi", 1, 3);
	assert_found(state, "abcdefghi", 2, 1);
	assert_null(scan_state_find(state, span_of("abcdefghi"), 3));
	assert_null(scan_state_find(state, span_of("abcdefghi"), 4));
	/* Shorter than a head is another file; as long as it is enough. */
	assert_found(state, "abcde", 0, 2);
	assert_found(state, "abcde", 1, 1);
	assert_null(scan_state_find(state, span_of("abcde"), 2));
	assert_found(state, "abc", 1, 1);
	assert_null(scan_state_find(state, span_of("ab"), 0));
	assert_null(scan_state_find(state, span_of("xbcdefghi"), 0));
	scan_state_free(state);
	scan_state_free(NULL);
}

/* XXH3 is stable from version 0.8 on, and so must a state file be. */
static void
test_digest(void **unused)
{
	(void)unused;
	assert_int_equal(scan_state_digest(span_of("for")), UINT64_C(0x56218ac7af76b0d4));
	assert_int_equal(scan_state_digest((struct span){NULL, 0}),
	                 scan_state_digest(span_of("")));
}

/* Marks that are equally far are each told once. */
static void
test_find_equal(void **unused)
{
	struct scan_state *state = make();

	(void)unused;
	keep(state, mark_of("abc", 10, 2), NULL);
	keep(state, mark_of("abc", 10, 1), NULL);
	keep(state, mark_of("ab", 10, 3), NULL);
	assert_found(state, "abc", 0, 3);
	assert_found(state, "abc", 1, 1);
	assert_found(state, "abc", 2, 2);
	assert_null(scan_state_find(state, span_of("abc"), 3));
	scan_state_free(state);
}

/* A log grows from run to run: one mark is left, with a head that grew too. */
static void
test_growth(void **unused)
{
	struct scan_state *state = make();

	(void)unused;
	keep(state, mark_of("abc", 3, 1), NULL);
	keep(state, mark_of("abcdef", 6, 2), scan_state_find(state, span_of("abcdef"), 0));
	assert_int_equal(count_of(state), 1);
	assert_found(state, "abcdef", 0, 2);
	assert_null(scan_state_find(state, span_of("abcxyz"), 0));
	/* Nothing was added: it was seen again. */
	keep(state, mark_of("abcdef", 6, 2), scan_state_find(state, span_of("abcdef"), 0));
	assert_int_equal(count_of(state), 1);
	scan_state_free(state);
}

/* Two logs begin with the same bytes; each keeps its own mark. */
static void
test_twins(void **unused)
{
	struct scan_state *state = make();
	struct scan_mark old = mark_of("abc", 3, 1);

	(void)unused;
	keep(state, old, NULL);
	keep(state, mark_of("abcd", 9, 2), &old); /* the one that was read on */
	keep(state, mark_of("abce", 5, 3), NULL); /* the other, from its start */
	assert_int_equal(count_of(state), 2);
	assert_found(state, "abcd", 0, 2);
	assert_found(state, "abce", 0, 3);
	/* Who proved the old mark before it was replaced takes nobody's place. */
	keep(state, mark_of("abcf", 4, 4), &old);
	assert_int_equal(count_of(state), 3);
	scan_state_free(state);
}

/* A run that was stopped early does not throw back one that came further. */
static void
test_not_back(void **unused)
{
	struct scan_state *state = make();
	struct scan_mark far = mark_of("abc", 30, 1);
	struct scan_mark near = mark_of("abc", 20, 2);

	(void)unused;
	keep(state, far, NULL);
	near.seen = 200;
	keep(state, near, &far);
	assert_int_equal(count_of(state), 1);
	assert_found(state, "abc", 0, 1);
	assert_int_equal(scan_state_find(state, span_of("abc"), 0)->seen, 200);
	/* Of one place the later run is kept, in whatever order they come. */
	far.seen = 150;
	far.line = 9;
	keep(state, far, NULL);
	assert_int_equal(scan_state_find(state, span_of("abc"), 0)->line, 1);
	far.seen = 300;
	keep(state, far, NULL);
	assert_int_equal(scan_state_find(state, span_of("abc"), 0)->line, 9);
	assert_int_equal(count_of(state), 1);
	scan_state_free(state);
}

/* What could not be read again is not kept. */
static void
test_bounds_kept(void **unused)
{
	struct scan_state *state = make();
	const struct scan_mark good = mark_of("abc", 2000, 1);
	struct scan_mark bad[12];
	struct scan_mark edge = good;

	(void)unused;
	for (size_t i = 0; i < 12; i++)
		bad[i] = good;
	bad[0].head_len = 0;
	bad[1].head_len = SCAN_STATE_HEAD + 1;
	bad[2].tail_len = SCAN_STATE_TAIL + 1;
	bad[3].offset = 0;
	bad[4].line = 0;
	bad[5].seen = -1;
	bad[6].seen = INT64_C(253402300800);
	bad[7].format[0] = '\0';
	bad[8].format[0] = 'B';
	memset(bad[9].format, 'a', sizeof(bad[9].format));
	bad[10].tail_len = 0; /* but a digest */
	bad[11].tail_len = 1000;
	bad[11].offset = 999;
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(scan_state_keep(state, &bad[i], NULL), FSK_RANGE);
	assert_int_equal(count_of(state), 0);
	edge.head_len = SCAN_STATE_HEAD;
	edge.tail_len = SCAN_STATE_TAIL;
	edge.offset = SCAN_STATE_TAIL;
	edge.seen = INT64_C(253402300799);
	memset(edge.format, 'a', sizeof(edge.format) - 1);
	keep(state, edge, NULL);
	edge.tail_len = 0;
	edge.tail = 0;
	edge.offset = UINT64_MAX;
	edge.line = UINT64_MAX;
	keep(state, edge, NULL);
	assert_int_equal(count_of(state), 2);
	scan_state_free(state);
}

static void
test_round_trip(void **unused)
{
	struct scan_state *state = make();
	struct scan_state *again = make();
	char *text;

	(void)unused;
	assert_int_equal(scan_state_read(state, span_of(WHOLE), NULL), FSK_OK);
	text = text_of(state, 0);
	assert_string_equal(text, WHOLE);
	free(text);
	text = text_of(state, 1); /* FARTHER was seen in 1970 */
	assert_string_equal(text, TITLE FIELDS MARK);
	assert_int_equal(scan_state_read(again, span_of(text), NULL), FSK_OK);
	free(text);
	text = text_of(state, INT64_MAX);
	assert_string_equal(text, TITLE FIELDS);
	free(text);
	/* Marks are added, each place once. */
	assert_int_equal(scan_state_read(again, span_of(WHOLE), NULL), FSK_OK);
	text = text_of(again, INT64_MIN);
	assert_string_equal(text, WHOLE);
	free(text);
	scan_state_free(state);
	scan_state_free(again);
}

/* The order in which marks come does not show; all fields come back. */
static void
test_order(void **unused)
{
	static const char heads[] = "abcdefghi";
	struct scan_state *one = make();
	struct scan_state *other = make();
	struct scan_mark full = mark_of("abc", UINT64_MAX, UINT64_MAX);
	const struct scan_mark *read;
	char *text;
	char *reversed;

	(void)unused;
	full.line = UINT64_MAX;
	full.seen = INT64_C(253402300799);
	memset(full.format, '-', sizeof(full.format) - 1);
	for (uint64_t i = 1; i <= 100; i++) {
		keep(one, mark_of(&heads[i % 9], i, i * 77), NULL);
		keep(other, mark_of(&heads[(101 - i) % 9], 101 - i, (101 - i) * 77), NULL);
	}
	keep(one, full, NULL);
	keep(other, full, NULL);
	text = text_of(one, 0);
	reversed = text_of(other, 0);
	assert_string_equal(text, reversed);
	scan_state_free(other);
	other = make();
	assert_int_equal(scan_state_read(other, span_of(text), NULL), FSK_OK);
	read = scan_state_find(other, span_of("abc"), 0);
	assert_non_null(read);
	assert_int_equal(read->offset, full.offset);
	assert_int_equal(read->line, full.line);
	assert_int_equal(read->head_len, full.head_len);
	assert_int_equal(read->head, full.head);
	assert_int_equal(read->tail_len, full.tail_len);
	assert_int_equal(read->tail, full.tail);
	assert_int_equal(read->seen, full.seen);
	assert_string_equal(read->format, full.format);
	free(text);
	free(reversed);
	scan_state_free(one);
	scan_state_free(other);
}

static void
assert_refused(struct span text, size_t line, size_t column)
{
	struct scan_state *state = make();
	struct fault fault = {0};
	enum fsk_err err = scan_state_read(state, text, &fault);

	assert_true(err == FSK_SYNTAX || err == FSK_VERSION);
	assert_int_equal(fault.line, line);
	assert_int_equal(fault.column, column);
	assert_non_null(fault.why);
	assert_int_equal(count_of(state), 0);
	assert_int_not_equal(scan_state_read(state, text, NULL), FSK_OK);
	scan_state_free(state);
}

static void
assert_line_refused(const char *line, size_t column)
{
	char text[1000];

	snprintf(text, sizeof(text), "%s%s\n", TITLE FIELDS MARK, line);
	assert_refused(span_of(text), 4, column);
}

static void
test_titles(void **unused)
{
	struct scan_state *state = make();
	struct fault fault = {0};

	(void)unused;
	assert_refused(span_of(""), 1, 1);
	assert_refused((struct span){NULL, 0}, 1, 1);
	assert_refused(span_of("\n"), 1, 1);
	assert_refused(span_of("some other file\n"), 1, 1);
	assert_refused(span_of("Foresink-scan-state\t1\n" FIELDS), 1, 1);
	assert_refused(span_of("foresink-scan-state\t1"), 1, 1);
	assert_refused(span_of("foresink-scan-state\t1\r\n" FIELDS), 1, 1);
	assert_refused(span_of(TITLE), 2, 1);
	assert_refused(span_of(TITLE MARK), 2, 1);
	assert_int_equal(
	        scan_state_read(state, span_of("foresink-scan-state\t2\n"), &fault),
	        FSK_VERSION);
	assert_int_equal(fault.line, 1);
	assert_int_equal(fault.column, 21);
	assert_int_equal(scan_state_read(state, span_of("foresink-scan-state\t\n"), &fault),
	                 FSK_VERSION);
	assert_int_equal(scan_state_read(state, span_of(TITLE FIELDS), NULL), FSK_OK);
	assert_int_equal(count_of(state), 0);
	scan_state_free(state);
}

#define A "\t0123456789abcdef\t"
#define REST A "300" A "300\t7\t1\tbind"

static void
test_lines(void **unused)
{
	(void)unused;
	assert_line_refused("", 1);
	assert_line_refused("4000" REST "\r", 1);
	assert_line_refused("4000" REST "\tmore", 52);
	assert_line_refused("# a comment", 1);
	assert_refused(span_of(TITLE FIELDS MARK "\n"), 4, 1); /* a blank line */
	assert_refused(span_of(TITLE FIELDS MARK "\n" FARTHER), 4, 1);
}

static void
test_fields(void **unused)
{
	(void)unused;
	assert_line_refused(REST, 1);         /* no head_len */
	assert_line_refused("04000" REST, 1); /* zeros in front */
	assert_line_refused("-1" REST, 1);
	assert_line_refused("+1" REST, 1);
	assert_line_refused("0x10" REST, 1);
	assert_line_refused(" 4000" REST, 1);
	assert_line_refused("4294967296" REST, 1);
	assert_line_refused("4097" REST, 0); /* well-formed and wrong */
	assert_line_refused("0" REST, 0);
	assert_line_refused("4000\t0123456789abcde\t300" A "300\t7\t1\tbind", 6);
	assert_line_refused("4000\t0123456789abcdef0\t300" A "300\t7\t1\tbind", 6);
	assert_line_refused("4000\t0123456789ABCDEF\t300" A "300\t7\t1\tbind", 6);
	assert_line_refused("4000\t0123456789abcdeg\t300" A "300\t7\t1\tbind", 6);
	assert_line_refused("4000" A "1025" A "3000\t7\t1\tbind", 0);
	assert_line_refused("4000" A "300" A "299\t7\t1\tbind", 0);
	assert_line_refused("4000" A "0" A "300\t7\t1\tbind", 0);
	assert_line_refused("4000" A "300" A "18446744073709551616\t7\t1\tbind", 44);
	assert_line_refused("4000" A "300" A "18446744073709551615\t0\t1\tbind", 0);
	assert_line_refused("4000" A "300" A "300\t7\t9223372036854775808\tbind", 50);
	assert_line_refused("4000" A "300" A "300\t7\t253402300800\tbind", 0);
	assert_line_refused("4000" A "300" A "300\t7\t1\t", 52);
	assert_line_refused("4000" A "300" A "300\t7\t1\tBIND", 52);
	assert_line_refused("4000" A "300" A "300\t7\t1\tbind ", 52);
	assert_line_refused("4000" A "300" A "300\t7\t1\tabcdefghijklmnopqrstuvwx", 52);
	assert_line_refused("4000" A "300" A "300\t7\t1", 50);
	assert_line_refused("300\t0123456789abcdef\t300\t00000000000000ff\t300\t7\t9\tbind",
	                    0);             /* MARK, seen at another time */
	assert_line_refused("200" REST, 0); /* before MARK */
}

/* Cut at each byte: it is read at the ends of lines, and refused elsewhere. */
static void
test_cuts(void **unused)
{
	static const char text[] = WHOLE;
	size_t ends = 0;

	(void)unused;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct scan_state *state = make();
		char *exact = malloc(len > 0 ? len : 1);
		enum fsk_err err;

		memcpy(exact, text, len);
		err = scan_state_read(state, (struct span){exact, len}, NULL);
		if (err == FSK_OK)
			ends++;
		else
			assert_int_equal(err, FSK_SYNTAX);
		assert_true(err != FSK_OK || text[len - 1] == '\n');
		free(exact);
		scan_state_free(state);
	}
	assert_int_equal(ends, 3);
}

static void
test_memory(void **unused)
{
	struct scan_state *state = NULL;
	const struct scan_mark mark = mark_of("abc", 10, 1);
	struct fault fault = {.line = 4711};
	char *text = NULL;
	size_t len = 0;

	(void)unused;
	memory_left = 0;
	assert_int_equal(scan_state_new(&state), FSK_NOMEM);
	assert_null(state);
	memory_left = -1;
	state = make();
	for (int n = 0; n < 3; n++) {
		memory_left = n;
		assert_int_equal(scan_state_read(state, span_of(WHOLE), &fault), FSK_NOMEM);
		memory_left = -1;
		assert_int_equal(fault.line, 4711);
		assert_int_equal(count_of(state), 0);
	}
	memory_left = 0;
	assert_int_equal(scan_state_keep(state, &mark, NULL), FSK_NOMEM);
	memory_left = 0;
	assert_int_equal(scan_state_write(state, 0, &text, &len), FSK_NOMEM);
	assert_null(text);
	memory_left = -1;
	assert_int_equal(count_of(state), 0);
	scan_state_free(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_find),       cmocka_unit_test(test_find_equal),
	        cmocka_unit_test(test_growth),     cmocka_unit_test(test_twins),
	        cmocka_unit_test(test_not_back),   cmocka_unit_test(test_bounds_kept),
	        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_order),
	        cmocka_unit_test(test_titles),     cmocka_unit_test(test_lines),
	        cmocka_unit_test(test_fields),     cmocka_unit_test(test_cuts),
	        cmocka_unit_test(test_memory),     cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
