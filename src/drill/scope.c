/* SPDX-License-Identifier: BSD-2-Clause */
#include "drill/scope.h"

struct network {
	const char *address;
	unsigned bits;
};

static bool
lies_in(const struct address *address, const struct network *networks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct address first, masked = *address;

		if (address_read(span_of(networks[i].address), &first) != FSK_OK ||
		    address_is_v4(&first) != address_is_v4(address))
			continue;
		address_mask(&masked, networks[i].bits);
		if (address_equal(&masked, &first))
			return true;
	}
	return false;
}

bool
drill_is_private(const struct address *address)
{
	static const struct network networks[] = {
	        {"127.0.0.0", 8},    {"10.0.0.0", 8},    {"172.16.0.0", 12},
	        {"192.168.0.0", 16}, {"100.64.0.0", 10}, {"169.254.0.0", 16},
	        {"::1", 128},        {"fc00::", 7},      {"fe80::", 10},
	};

	return lies_in(address, networks, sizeof(networks) / sizeof(*networks));
}

bool
drill_is_nowhere(const struct address *address)
{
	static const struct network networks[] = {
	        {"0.0.0.0", 8}, {"127.0.0.0", 8}, {"::", 128}, {"::1", 128}};

	return lies_in(address, networks, sizeof(networks) / sizeof(*networks));
}
