/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_avx512.c: Conficker's generator for processors with AVX-512 F
 * and DQ: eight days in a vector of 512 bits, whose products and conversions of
 * 64 bits are single instructions (vpmullq, vcvtuqq2pd). Compiled with
 * -mavx512f -mavx512dq -mavx2; called only where the processor has all three.
 */
#include "prng/conficker_split256.h"

#define LANES 8
#define FILL conficker_avx512_fill
#define SPLIT split
#define NEGATIVE(a) (_mm512_movepi64_mask((__m512i)(a)) != 0)

#include "prng/conficker_lanes.h"
