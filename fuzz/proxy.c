/* SPDX-License-Identifier: BSD-2-Clause
 *
 * PROXY headers: one that is read is whole only at its length, and is written again as one
 * that says the same.
 */
#include "fuzz.h"

#include "wire/proxy.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span octets = {(const char *)data, len};
	struct wire_proxy proxy, again;
	uint8_t out[WIRE_PROXY_SIZE];
	size_t header, written;

	if (wire_proxy_read(octets, &proxy, &header) != WIRE_PROXY_READ)
		return 0;
	FUZZ_CLAIM(header <= len && header <= WIRE_PROXY_MOST);
	octets.len = header - 1;
	FUZZ_CLAIM(wire_proxy_read(octets, &again, &written) == WIRE_PROXY_MORE);
	written = wire_proxy_write(&proxy, out);
	octets = (struct span){(const char *)out, written};
	FUZZ_CLAIM(wire_proxy_read(octets, &again, &header) == WIRE_PROXY_READ);
	FUZZ_CLAIM(header == written && again.local == proxy.local);
	FUZZ_CLAIM(again.stream == proxy.stream && again.source_port == proxy.source_port);
	FUZZ_CLAIM(again.target_port == proxy.target_port);
	FUZZ_CLAIM(address_equal(&again.source, &proxy.source));
	FUZZ_CLAIM(address_equal(&again.target, &proxy.target));
	return 0;
}
