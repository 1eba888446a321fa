/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/taus88.h: the three shift registers of L'Ecuyer's combined Tausworthe
 * generator taus88 ("Maximally Equidistributed Combined Tausworthe
 * Generators", Mathematics of Computation 65, 1996). The generator's output is
 * the exclusive or of the three; they are given one by one because malware
 * seeds each with a part of the date. No state: each function maps a register
 * to its next value.
 */
#ifndef PRNG_TAUS88_H
#define PRNG_TAUS88_H

#include <stdint.h>

static inline uint32_t
taus88_first(uint32_t s)
{
	return (s & ~UINT32_C(1)) << 12 ^ (s << 13 ^ s) >> 19;
}

static inline uint32_t
taus88_second(uint32_t s)
{
	return (s & ~UINT32_C(7)) << 4 ^ (s << 2 ^ s) >> 25;
}

static inline uint32_t
taus88_third(uint32_t s)
{
	return (s & ~UINT32_C(15)) << 17 ^ (s << 3 ^ s) >> 11;
}

#endif
