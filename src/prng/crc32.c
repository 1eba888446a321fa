/* SPDX-License-Identifier: BSD-2-Clause */
#include "prng/crc32.h"

#define POLYNOMIAL 0xedb88320U /* RFC 1952 section 8, lowest bit first */

uint32_t
crc32_of(const void *data, size_t len)
{
	const unsigned char *octet = data;
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= octet[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (POLYNOMIAL & (0U - (crc & 1)));
	}
	return ~crc;
}
