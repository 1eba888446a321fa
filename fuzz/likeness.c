/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Shapes: the input is method, target, version and header of a request, parted by NUL.
 * What comes out is printable and bounded, and begins as its method does.
 */
#include "fuzz.h"

#include "base/ascii.h"
#include "watch/likeness.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span part[4], rest = {(const char *)data, len};
	char text[WATCH_LIKENESS_SIZE], again[WATCH_LIKENESS_SIZE],
	        raw[WATCH_LIKENESS_SIZE];
	struct watch_likeness request;
	size_t written;

	for (size_t i = 0; i < 4; i++) {
		const char *end = rest.len > 0 ? memchr(rest.text, '\0', rest.len) : NULL;

		part[i] = rest;
		part[i].len = end != NULL && i < 3 ? (size_t)(end - rest.text) : rest.len;
		rest = span_from(rest, part[i].len + 1);
	}
	request = (struct watch_likeness){part[0], part[1], part[2], part[3]};
	written = watch_likeness_of(&request, text);
	FUZZ_CLAIM(written < sizeof(text) && strlen(text) == written);
	for (size_t i = 0; i < written; i++)
		FUZZ_CLAIM(ascii_print(text[i]));
	request.version = (struct span){"HTTP/1.1", part[2].len > 0 ? 8 : 0};
	(void)watch_likeness_of(&request, again);
	FUZZ_CLAIM(part[2].len == 0 ? strcmp(text, again) == 0 : again[0] == text[0]);
	FUZZ_CLAIM(watch_likeness_raw(part[3], raw) == strlen(raw));
	return 0;
}
