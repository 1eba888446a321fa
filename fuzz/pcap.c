/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Captures in both formats, with all their link types and TCP streams.
 */
#include "records.h"

extern const struct log_format log_format_pcap;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	check_file(&log_format_pcap, data, len);
	return 0;
}
