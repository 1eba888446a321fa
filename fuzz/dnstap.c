/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Files of dnstap frames.
 */
#include "records.h"

extern const struct log_format log_format_dnstap;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	check_file(&log_format_dnstap, data, len);
	return 0;
}
