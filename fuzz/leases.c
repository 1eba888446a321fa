/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lease files of any form: what is found holds the address at that time, and the
 * same text again adds nothing.
 */
#include "fuzz.h"

#include "scan/leases.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int64_t instants[4] = {INT64_MIN, 0, 1438610400, INT64_MAX};
	struct span text = {(const char *)data, len};
	struct fault fault = {.why = NULL};
	struct address address;
	struct leases *leases = NULL;
	size_t skipped = 0, count;

	if (address_read(span_of("10.0.0.5"), &address) != FSK_OK ||
	    leases_new(&leases) != FSK_OK)
		return 0;
	if (leases_read(leases, text, &skipped, &fault) == FSK_OK) {
		count = leases_count(leases);
		FUZZ_CLAIM((skipped > 0) == (fault.why != NULL));
		FUZZ_CLAIM(leases_read(leases, text, &skipped, NULL) == FSK_OK);
		FUZZ_CLAIM(leases_count(leases) == count);
	} else {
		FUZZ_CLAIM(fault.why != NULL && leases_count(leases) == 0);
	}
	for (size_t i = 0; i < 4; i++) {
		const struct lease *lease = leases_find(leases, &address, instants[i]);

		FUZZ_CLAIM(lease == NULL ||
		           (address_equal(&lease->address, &address) &&
		            lease->from <= instants[i] && lease->to >= instants[i]));
	}
	leases_free(leases);
	return 0;
}
