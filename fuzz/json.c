/* SPDX-License-Identifier: BSD-2-Clause
 *
 * JSON lines: what is found lies in the line, what is solved in the scratch, and a
 * line that was read is none any more when it is cut.
 */
#include "fuzz.h"

#include "logs/json.h"

#define INSIDE(KEY) KEY("b", 1, NULL), KEY("o", JSON_NO_SLOT, NULL)
JSON_TABLE(inside, INSIDE);

#define RECORD(KEY) KEY("a", 0, NULL), KEY("id.orig_h", 2, NULL), KEY("o", 3, &inside)
JSON_TABLE(record, RECORD);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span line = {(const char *)data, len};
	struct json_value values[4];
	const char *why = NULL;
	bool whole = json_read(line, &record, values, 4, &why);

	FUZZ_CLAIM(whole || why != NULL);
	for (size_t i = 0; i < 4; i++) {
		struct log_scratch scratch = {.used = 0};
		struct span raw = values[i].raw;
		struct span text;

		FUZZ_CLAIM(raw.text >= line.text &&
		           raw.text + raw.len <= line.text + line.len);
		FUZZ_CLAIM(json_text(&values[i], &scratch, &text) || values[i].escaped);
		FUZZ_CLAIM(scratch.used <= sizeof(scratch.text));
	}
	while (whole && line.text[--line.len] != '}') /* blanks */
		;
	FUZZ_CLAIM(!whole || !json_read(line, &record, values, 4, &why));
	return 0;
}
