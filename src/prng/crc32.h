/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/crc32.h: the checksum of Ethernet, zip and PNG, which malware uses to
 * turn a text into a seed. Short texts only: it works bit by bit, without a
 * table. Source: RFC 1952 section 8 (reflected polynomial 0xedb88320, started
 * with and finished by all ones).
 */
#ifndef PRNG_CRC32_H
#define PRNG_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The CRC-32 of the ${len} octets of ${data}, which may be NULL when ${len} is
 * 0. */
uint32_t crc32_of(const void *data, size_t len);

#endif
