/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The usual lines of a log, many at once: what is read of each is what read() reads of it
 * alone, whatever octet is another one, with each set of instructions.
 */
#include "logs/format.h"
#include "logs/usual_kernels.h"
#include "wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

extern const struct log_format log_format_bind;
extern const struct log_format log_format_zeek;

#define MINUTE "10-Apr-2009 00:17:"
#define BIND_FRONT " queries: info: client @0x7f24caf0c098 "
#define BIND(second, client, name)                                                         \
	MINUTE second BIND_FRONT client " (" name "): query: " name                        \
	                                " IN A +E(0)K (10.0.0.53)\n"
#define ZEEK(time, client, name)                                                           \
	time "\tCazOhH2qDUiJTWMCY\t" client                                                \
	     "\t7840\t10.0.0.53\t53\tudp\t8555\t0.012345\t" name                           \
	     "\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t192.0.2.1\t300.0\t"        \
	     "F\n"
#define ZEEK_HEADER                                                                        \
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\t"  \
	"rtt\tquery\tqclass\tqclass_name\tqtype\tqtype_name\trcode\trcode_name\tAA\tTC\t"  \
	"RD\tRA\tZ\tanswers\tTTLs\trejected"

/* A log whose lines are usual but for one octet. */
struct trial {
	const struct log_format *format;
	log_usual_read *usual;
	struct log_dialect dialect;
	const char *line;
};

static const struct usual_kernels *
kernels(unsigned number)
{
#if defined(__x86_64__) || defined(__i386__)
	if (number == 1 && __builtin_cpu_supports("avx2") &&
	    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
		return &usual_avx2;
#endif
	return number == 0 ? &usual_plain : NULL;
}

/* Makes ${trial} of the lines of BIND, or of Zeek, with the kernels ${number}; false when
 * this machine has none such. */
static bool
begin(struct trial *trial, bool zeek, unsigned number)
{
	const struct usual_kernels *with = kernels(number);

	if (with == NULL)
		return false;
	*trial = (struct trial){
	        .format = zeek ? &log_format_zeek : &log_format_bind,
	        .usual = zeek ? with->zeek : with->bind,
	        .line = zeek ? ZEEK("1239321600.098765", "10.0.2.164", "api.wusakade.com")
	                     : BIND("34.098", "10.0.2.164#59314", "api.wusakade.com"),
	};
	if (zeek) {
		assert_true(
		        trial->format->learn(span_of("#separator \\x09"), &trial->dialect));
		assert_true(trial->format->learn(span_of("#path\tdns"), &trial->dialect));
		assert_true(trial->format->learn(span_of(ZEEK_HEADER), &trial->dialect));
	}
	return true;
}

/* Claims that ${line} is what read() makes of it. */
static void
assert_same(const struct trial *trial, const struct log_usual *line,
            struct log_scratch scratch)
{
	struct span text = {line->line, line->len};
	struct log_entry entry = {.why = NULL};
	struct fsk_name name;

	assert_int_equal(trial->format->read(&trial->dialect, text, &scratch, &entry),
	                 LOG_ASKED);
	assert_int_equal(entry.us, line->us);
	assert_int_equal(entry.time, trial->format->usual_time);
	assert_true(
	        span_equal(entry.client, (struct span){line->client, line->client_len}));
	assert_true(span_equal(entry.name, (struct span){line->name, line->name_len}));
	assert_int_equal(entry.behind.len + entry.machine.len + entry.request.target.len,
	                 0);
	assert_int_equal(wire_name_read(entry.name, &name, NULL), FSK_OK);
	assert_int_equal(name.len, line->name_len);
	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(line->dots >> i & 1,
		                 i < line->name_len && line->name[i] == '.');
}

/* Reads ${text} line by line and its usual lines at once, from memory of exactly its size.
 * Returns how many were usual. */
static size_t
compare(const struct trial *trial, struct span text)
{
	struct log_scratch scratch = {.brief = true};
	struct span rest = {malloc(text.len), text.len};
	char *copy = (char *)(uintptr_t)rest.text;
	size_t usual = 0;

	assert_non_null(copy);
	memcpy(copy, text.text, text.len);
	while (rest.len > 0) {
		struct log_usual lines[5];
		struct log_entry entry = {.why = NULL};
		const char *at = rest.text;
		size_t count = trial->usual(&trial->dialect, &rest, &scratch, lines, 5);
		const char *lf;

		assert_true(count <= 5);
		for (size_t i = 0; i < count; i++) {
			const char *end = memchr(at, '\n', text.len);

			assert_ptr_equal(lines[i].line, at);
			assert_int_equal(lines[i].len,
			                 end - at - (end > at && end[-1] == '\r'));
			assert_same(trial, &lines[i], scratch);
			at = end + 1;
		}
		assert_ptr_equal(rest.text, at);
		assert_int_equal(rest.len, copy + text.len - at);
		usual += count;
		if (count > 0)
			continue;
		lf = memchr(at, '\n', rest.len);
		assert_non_null(lf);
		scratch.used = 0;
		(void)trial->format->read(&trial->dialect,
		                          (struct span){at, (size_t)(lf - at)}, &scratch,
		                          &entry);
		rest = span_from(rest, (size_t)(lf - at) + 1);
	}
	free(copy);
	return usual;
}

/* compare() of ${line} between six lines of ${trial}. */
static size_t
compare_line(const struct trial *trial, struct span line)
{
	size_t len = strlen(trial->line);
	struct span text = {malloc(6 * len + line.len), 6 * len + line.len};
	char *to = (char *)(uintptr_t)text.text;
	size_t usual;

	assert_non_null(to);
	for (unsigned i = 0; i < 6; i++) {
		memcpy(to, trial->line, len);
		to += len;
		if (i == 2) {
			memcpy(to, line.text, line.len);
			to += line.len;
		}
	}
	usual = compare(trial, text);
	free((char *)(uintptr_t)text.text);
	return usual;
}

static void
usual_lines_are_read_at_once(void **state)
{
	static const char *const bind[] = {
	        BIND("00.000", "10.0.2.164#59314", "api.wusakade.com"),
	        BIND("59.999", "1.2.3.4#1", "a"),
	        BIND("01.020", "2001:db8:1234:5678:9abc::53#65535", "A.b.Example"),
	        BIND("07.300", "10.0.2.164#59314",
	             "abcdefghijklmnopqrstuvwxyz-0123456789.abcdefghijklmnopqrstuv.com"
	             "\r"),
	};
	static const char *const zeek[] = {
	        ZEEK("1239321600.000000", "10.0.2.164", "api.wusakade.com"),
	        ZEEK("9999999999.999999", "1.2.3.44", "a"),
	        ZEEK("1239321607.000001", "2001:db8::53", "A.b.Example"),
	        ZEEK("1239321607.100000", "192.168.100.200",
	             "abcdefghijklmnopqrstuvwxyz-0123456789.abcdefghijklmnopqrstuv.com"),
	};

	(void)state;
	for (unsigned number = 0; number < 2; number++) {
		for (unsigned i = 0; i < 4; i++) {
			struct trial trial;

			if (!begin(&trial, false, number))
				continue;
			/* The first one tells the minute; near the end none is usual. */
			assert_true(compare_line(&trial, span_of(bind[i])) >= (i < 3) + 2U);
			assert_true(begin(&trial, true, number));
			assert_true(compare_line(&trial, span_of(zeek[i])) >= 4);
		}
	}
}

static void
no_other_octet_is_missed(void **state)
{
	static const unsigned char others[] = {0,   '\t', '\n', '\r', ' ', '#', '-',
	                                       '.', '/',  '0',  '6',  '9', ':', 'A',
	                                       'a', '(',  ')',  '\\', 127, 128, 255};
	struct trial trial;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		char line[256];
		size_t len;

		if (!begin(&trial, i % 2 == 1, i / 2))
			continue;
		len = strlen(trial.line);
		assert_true(len < sizeof(line));
		for (size_t at = 0; at + 1 < len; at++) {
			memcpy(line, trial.line, len);
			for (size_t k = 0; k < sizeof(others); k++) {
				line[at] = (char)others[k];
				(void)compare_line(&trial, (struct span){line, len});
			}
			/* An octet less, and one more. */
			memcpy(line, trial.line, len);
			memmove(line + at, line + at + 1, len - at - 1);
			(void)compare_line(&trial, (struct span){line, len - 1});
			memcpy(line, trial.line, at);
			line[at] = line[at + 1] = trial.line[at];
			memcpy(line + at + 2, trial.line + at + 1, len - at - 1);
			(void)compare_line(&trial, (struct span){line, len + 1});
		}
	}
}

/* Names and clients of each length. */
static void
no_length_is_missed(void **state)
{
	static const char client[] = "2001:db8:1234:5678:9abc:def0:1234:5678:9abc:1234";
	char name[81];
	struct trial trial;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[9] = name[17] = name[60] = '.';
	for (unsigned i = 0; i < 4; i++) {
		if (!begin(&trial, i % 2 == 1, i / 2))
			continue;
		for (int len = 0; len < 80; len++) {
			char line[512];
			int size;

			if (i % 2 == 1)
				size = snprintf(line, sizeof(line),
				                ZEEK("1239321600.098765", "%.*s", "%.*s"),
				                len, client, len, name);
			else
				size = snprintf(line, sizeof(line),
				                BIND("34.098", "%.*s#5", "%.*s"), len,
				                client, len, name, len, name);
			assert_in_range(size, 1, sizeof(line) - 1);
			(void)compare_line(&trial, (struct span){line, (size_t)size});
		}
	}
}

/* Rows that lack some columns in front of the name, and so more where it would be: a tab
 * that is the last octet of those that are looked at in one step, and not the wanted one.
 */
static void
no_lacking_column_is_missed(void **state)
{
	char port[81];
	struct trial trial;

	(void)state;
	memset(port, '1', sizeof(port));
	for (unsigned i = 0; i < 2 * 3 * 80; i++) {
		static const char *const fields[] = {"\t10.0.0.53\t53", "\t10.0.0.53", ""};
		char line[512];
		int size;

		if (!begin(&trial, true, i % 2))
			continue;
		size = snprintf(line, sizeof(line),
		                "1239321600.098765\tC\t10.0.2.164\t%.*s%s\tudp\t8555\t0.1\t"
		                "a.example\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\n",
		                (int)(i / 6), port, fields[i / 2 % 3]);
		assert_in_range(size, 1, sizeof(line) - 1);
		(void)compare_line(&trial, (struct span){line, (size_t)size});
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(usual_lines_are_read_at_once),
	        cmocka_unit_test(no_other_octet_is_missed),
	        cmocka_unit_test(no_length_is_missed),
	        cmocka_unit_test(no_lacking_column_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
