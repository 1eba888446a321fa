/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_split256.h: prng/conficker_split.h for vectors of 256 bits, for
 * the two kernels that are compiled for AVX2 or more.
 */
#ifndef PRNG_CONFICKER_SPLIT256_H
#define PRNG_CONFICKER_SPLIT256_H

#include <immintrin.h>

#define SPLIT_DAYS 4
#define PIECES __m256i
#define ISA(operation) _mm256_##operation
#define ABSOLUTE(a) _mm256_abs_epi32(a)
#define PAIR(a, b)                                                                         \
	(__m256i) _mm256_shuffle_ps((__m256)(a), (__m256)(b), _MM_SHUFFLE(2, 0, 2, 0))
#include "prng/conficker_split.h"

#endif
