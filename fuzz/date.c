/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Dates and instants: what is read can be written, and reads as itself again.
 */
#include "fuzz.h"

#include "base/date.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span text = {(const char *)data, len};
	struct fault fault = {.why = NULL};
	char written[DATE_INSTANT_SIZE];
	int64_t instant, again, length, days;
	enum fsk_err err = date_parse_instant(text, &instant, &length, &fault);

	FUZZ_CLAIM((err == FSK_OK) == (fault.why == NULL));
	if (err != FSK_OK)
		return 0;
	FUZZ_CLAIM(date_parse((struct span){text.text, 10}, &days, NULL) == FSK_OK);
	FUZZ_CLAIM(days == date_day_of(instant));
	date_write_instant(instant, written);
	FUZZ_CLAIM(date_parse_instant(span_of(written), &again, &length, NULL) == FSK_OK);
	FUZZ_CLAIM(again == instant && length == 1);
	return 0;
}
