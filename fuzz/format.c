/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The parser FORMAT of a text format (-DFORMAT=log_format_NAME): what it says of each
 * line of a file, once it has learnt them all, lies in the line or in the scratch,
 * and who is refused hears why.
 */
#include "fuzz.h"

#include "fuzz_lines.h"
#include "logs/format.h"

extern const struct log_format FORMAT;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct log_dialect dialect = {.why = NULL};
	struct span lines = {(const char *)data, len};
	struct span rest = lines;
	struct span line;

	while (FORMAT.learn != NULL && fuzz_line(&rest, &line))
		(void)FORMAT.learn(line, &dialect);
	while (fuzz_line(&lines, &line)) {
		struct log_scratch scratch = {.used = 0};
		struct log_entry entry = {.why = NULL};
		enum log_kind kind = FORMAT.read(&dialect, line, &scratch, &entry);

		FUZZ_CLAIM(kind != LOG_FOREIGN || entry.why != NULL);
		if (kind == LOG_ASKED)
			fuzz_entry(&entry, line, &scratch);
	}
	return 0;
}
