/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The real first requests that reached a sinkhole operator on one day, as octets.
 */
#ifndef TEST_CAPTURED_H
#define TEST_CAPTURED_H

#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define CAPTURE TEST_DATA "/cli/data/conficker-sinkhole-2011-05-30.tsv"
#define CAPTURED 40

/* Octets of one, at most. */
#define CAPTURED_SIZE 1024

struct captured {
	char octets[CAPTURED_SIZE];
	size_t len;
};

/* Turns the bytes literal at ${text}, behind its b', into ${captured}. */
static inline void
read_literal(const char *text, struct captured *captured)
{
	captured->len = 0;
	while (*text != '\'') {
		char c = *text++;

		if (c == '\\') {
			c = *text++;
			if (c == 'x') {
				char digits[3] = {text[0], text[1], '\0'};

				c = (char)strtol(digits, NULL, 16);
				text += 2;
			} else {
				assert_true(c == 'r' || c == 'n');
				c = c == 'r' ? '\r' : '\n';
			}
		}
		assert_true(captured->len < CAPTURED_SIZE);
		captured->octets[captured->len++] = c;
	}
}

/* Reads all into ${captured}, which has room for CAPTURED. */
static inline void
read_captured(struct captured *captured)
{
	FILE *file = fopen(CAPTURE, "r");
	size_t size = 0, count = 0;
	char *line = NULL;

	assert_non_null(file);
	while (getline(&line, &size, file) > 0) {
		const char *literal = strstr(line, "\tb'");

		if (literal == NULL)
			continue;
		assert_true(count < CAPTURED);
		read_literal(literal + 3, &captured[count++]);
	}
	free(line);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(count, CAPTURED);
}

#endif
