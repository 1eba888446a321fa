/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names in text form: every limit of RFC 1035 from both sides, and what is no
 * name.
 */
#include "wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static enum fsk_err
read_text(const char *text, struct fsk_name *name, struct fault *fault)
{
	return wire_name_read(span_of(text), name, fault);
}

static void
assert_reads(const char *text, const char *wanted)
{
	struct fsk_name name;

	assert_int_equal(read_text(text, &name, NULL), FSK_OK);
	assert_string_equal(name.text, wanted);
	assert_int_equal(name.len, strlen(wanted));
}

static void
assert_refused(struct span text, size_t octet)
{
	struct fsk_name name = {.len = 7};
	struct fault fault = {0};

	assert_int_equal(wire_name_read(text, &name, &fault), FSK_SYNTAX);
	assert_int_equal(fault.column, octet);
	assert_non_null(fault.why);
	assert_int_equal(name.len, 7); /* written on success only */
}

static void
test_forms(void **state)
{
	(void)state;
	assert_reads("jogli.com", "jogli.com");
	assert_reads("JoGLi.cOM.", "jogli.com");
	assert_reads("com", "com");
	assert_reads("a:b+c_d-.x", "a:b+c_d-.x"); /* bots make such names */
	assert_reads("xn--bcher-kva.example", "xn--bcher-kva.example");
}

static void
test_refusals(void **state)
{
	(void)state;
	assert_refused(span_of(""), 1);
	assert_refused(span_of("."), 1);
	assert_refused(span_of(".."), 1);
	assert_refused(span_of(".com"), 1);
	assert_refused(span_of("a..b"), 3);
	assert_refused(span_of("a.."), 3);
	assert_refused(span_of("a b.com"), 2);
	assert_refused((struct span){"a\0b.com", 7}, 2);
	assert_refused(span_of("a\x7f.com"), 2);
	assert_refused(span_of("\xc3\xa4.com"), 1);
	assert_refused(span_of("a\nb.com"), 2);
}

/* A label of ${label} octets behind labels of 63, ${whole} octets in all. */
static void
fill(char *text, size_t whole)
{
	for (size_t i = 0; i < whole; i++)
		text[i] = i % 64 == 63 ? '.' : 'a';
	text[whole] = '\0';
}

static void
test_bounds(void **state)
{
	char text[300];
	struct fsk_name name;

	(void)state;
	fill(text, 63);
	assert_reads(text, text);
	memset(text, 'a', 64);
	text[64] = '\0';
	assert_refused(span_of(text), 64);
	for (size_t whole = 250; whole <= 253; whole++) {
		fill(text, whole);
		assert_reads(text, text);
		memcpy(text + whole, ".", 2); /* the final dot does not count */
		assert_int_equal(read_text(text, &name, NULL), FSK_OK);
		assert_int_equal(name.len, whole);
	}
	fill(text, 254);
	assert_refused(span_of(text), 254);
	for (size_t cut = 1; cut <= 9; cut++)
		assert_int_equal(
		        wire_name_read((struct span){"jogli.com", cut}, &name, NULL),
		        FSK_OK); /* "jogli." ends in a final dot */
}

static void
test_parents(void **state)
{
	struct fsk_name name;

	(void)state;
	assert_int_equal(read_text("a.bc.def", &name, NULL), FSK_OK);
	assert_int_equal(wire_name_labels(&name), 3);
	assert_true(wire_name_parent(&name, &name));
	assert_string_equal(name.text, "bc.def");
	assert_true(wire_name_parent(&name, &name));
	assert_string_equal(name.text, "def");
	assert_int_equal(name.len, 3);
	assert_int_equal(wire_name_labels(&name), 1);
	assert_false(wire_name_parent(&name, &name));
	assert_string_equal(name.text, "def");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_forms),
	        cmocka_unit_test(test_refusals),
	        cmocka_unit_test(test_bounds),
	        cmocka_unit_test(test_parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
