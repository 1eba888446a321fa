/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/sighting.h"

const char *
sighting_transport_name(enum sighting_transport transport)
{
	static const char *const names[] = {
	        [SIGHTING_UDP] = "udp",   [SIGHTING_TCP] = "tcp",
	        [SIGHTING_TLS] = "tls",   [SIGHTING_HTTPS] = "https",
	        [SIGHTING_QUIC] = "quic",
	};

	return names[transport];
}
