/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Any octets, alone or in front of a name of the dated index: it is found when it
 * is the name asked for or a parent of it, else not.
 */
#include "fuzz.h"

#include "wire/name.h"
#include <foresink/watch.h>
#define DAY (INT64_C(17000) * 86400) /* 2016-07-18: three names of two labels */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct fsk_index *index;
	struct fsk_name name, made;
	struct fsk_cursor *cursor;
	char text[400 + FSK_NAME_MAX];
	size_t torpig;

	FUZZ_CLAIM(fsk_generator_find("torpig/daily", &torpig) == FSK_OK);
	FUZZ_CLAIM(index || fsk_index_new(&torpig, 1, DAY, DAY, &index) == FSK_OK);
	FUZZ_CLAIM(fsk_cursor_open(torpig, DAY, &cursor) == FSK_OK);
	memcpy(text, data, len = len < 400 ? len : 400);
	for (uint32_t i = 1; fsk_cursor_next(cursor, &made, NULL) == FSK_OK; i++) {
		struct span asked = {text, len + len % 2 * made.len};
		struct fsk_match match = {.index = 0};
		bool same = false;

		memcpy(text + len, made.text, made.len);
		FUZZ_CLAIM(fsk_index_find(index, text, asked.len, &match, 1) <= 1);
		bool more = wire_name_read(asked, &name, NULL) == FSK_OK;
		for (; more && !same; more = wire_name_parent(&name, &name))
			same = strcmp(name.text, made.text) == 0;
		FUZZ_CLAIM((match.index == i) == same);
	}
	fsk_cursor_close(cursor);
	return 0;
}
