/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/fsin.c: FSIN of whole numbers.
 *
 * The instruction replaces pi by 0xC90FDAA22168C234C * 2^-66 (66 significant
 * bits; Intel, Software Developer's Manual, volume 1, section 8.3.8,
 * "Approximation of Pi"), takes the nearest multiple n of half of it from x,
 * and gives the sine or cosine of the rest t, rounded to the 64 bits of a
 * register. Stored as a double that is rounded once more, to 53 bits. Of 400,000
 * operands of Conficker's size, one rounding instead of two differs from an AMD
 * processor 102 times; two roundings differ from it in the last bit 10 times in
 * 2,000,000, where its own 64 bits are not the nearest. What a last bit of the
 * sine does to a list is told in prng/conficker.c: nothing.
 */
#include "prng/fsin.h"

#include "prng/wide.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__FAST_MATH__)
#error "foresink cannot be built with -ffast-math: the lists need exact arithmetic"
#endif

/* Half of FSIN's pi in units of 2^-67: HALF_PI_HI * 2^64 + HALF_PI_LO. */
#define HALF_PI_HI 0xCu
#define HALF_PI_LO UINT64_C(0x90FDAA22168C234C)

/* 2 / pi in units of 2^-64. */
#define TWO_OVER_PI UINT64_C(0xA2F9836E4E441529)

/* inverse_factorial[n] is 1 / n! in units of 2^-127, rounded down. In Python:
 * (1 << 127) // math.factorial(n). The series ends where its next term is
 * below 2^-77: t is at most pi / 4, and (pi / 4)^22 / 22! is less. */
#define LAST_ODD 21
#define LAST_EVEN 20
static const struct wide inverse_factorial[LAST_ODD + 1] = {
        {0x8000000000000000, 0x0000000000000000}, {0x8000000000000000, 0x0000000000000000},
        {0x4000000000000000, 0x0000000000000000}, {0x1555555555555555, 0x5555555555555555},
        {0x0555555555555555, 0x5555555555555555}, {0x0111111111111111, 0x1111111111111111},
        {0x002d82d82d82d82d, 0x82d82d82d82d82d8}, {0x0006806806806806, 0x8068068068068068},
        {0x0000d00d00d00d00, 0xd00d00d00d00d00d}, {0x0000171de3a556c7, 0x338faac1c88e5001},
        {0x0000024fc9f6ef13, 0xeb8e5de02da7d4cc}, {0x00000035cc8acfea, 0x89c71fce8fc9706f},
        {0x000000047bb63bfe, 0x3625ed5136a61eb3}, {0x000000005849184e, 0xa1b425f28e0cc748},
        {0x00000000064e5d2a, 0x301f27482eb7c517}, {0x00000000006b9fcf, 0x9ccee07c476195ac},
        {0x000000000006b9fc, 0xf9ccee07c476195a}, {0x000000000000654b, 0x1dc0c2b529ac9814},
        {0x00000000000005a0, 0x9e18ee5f65deec01}, {0x000000000000004b, 0xd26d1a05055c9328},
        {0x0000000000000003, 0xca8574804044a0f5}, {0x0000000000000000, 0x2e371dedb9eae317},
};

/* The distance of a whole number from the nearest multiple of half of pi. */
struct rest {
	struct wide size; /* in units of 2^-67; at most pi / 4, so 67 bits */
	bool negative;
	unsigned quadrant; /* that multiple, modulo 4 */
};

/* ${x} is below 2^63. The multiple is found from the upper half of a product
 * and may be one off; the rest, computed modulo 2^128, is exact, and tells. No
 * ${x} lies in the middle between two multiples: that would need 2^66 to
 * divide an odd number. */
static struct rest
reduce(uint64_t x)
{
	const struct wide half_pi = {HALF_PI_HI, HALF_PI_LO};
	const struct wide quarter_pi = {HALF_PI_HI / 2, HALF_PI_LO / 2};
	struct wide turns = wide_product(x, TWO_OVER_PI);
	uint64_t n = turns.hi + (turns.lo >> 63);
	struct wide whole = wide_product(n, HALF_PI_LO);
	whole.hi += n * HALF_PI_HI;
	struct rest rest = {wide_difference((struct wide){x << 3, 0}, whole), false, 0};
	if (rest.size.hi >> 63) {
		rest.size = wide_difference((struct wide){0, 0}, rest.size);
		rest.negative = true;
	}
	if (wide_less(quarter_pi, rest.size)) {
		rest.size = wide_difference(half_pi, rest.size);
		n += rest.negative ? UINT64_MAX : 1;
		rest.negative = !rest.negative;
	}
	rest.quadrant = n & 3;
	return rest;
}

/* 1/k! - u/(k+2)! + u^2/(k+4)! - ... to u^m/n! with k = ${first}, n = ${last},
 * in units of 2^-127; ${u} is in units of 2^-128. Each step adds an error of at
 * most 4 * 2^-127, which the next one multiplies by u < 0.62. */
static struct wide
series(unsigned first, unsigned last, struct wide u)
{
	struct wide sum = inverse_factorial[last];
	for (unsigned n = last; n > first; n -= 2)
		sum = wide_difference(inverse_factorial[n - 2], wide_upper(sum, u));
	return sum;
}

/* Moves ${value}, which is not 0, left until its first bit is set, and returns by
 * how many bits. */
static int
normalise(struct wide *value)
{
	int moved = 0;
	if (value->hi == 0) {
		*value = (struct wide){value->lo, 0};
		moved = 64;
	}
	int zeros = __builtin_clzll(value->hi);
	if (zeros > 0)
		*value = wide_left(*value, (unsigned)zeros);
	return moved + zeros;
}

/* ${value} * 2^${exponent} as a double, rounded to 64 bits and then to 53,
 * both times to the nearest and to even in the middle; the value is not 0. */
static uint64_t
round_twice(struct wide value, int exponent)
{
	exponent -= normalise(&value);
	uint64_t m = value.hi;
	if (value.lo > UINT64_C(1) << 63 || (value.lo == UINT64_C(1) << 63 && (m & 1))) {
		if (++m == 0) {
			m = UINT64_C(1) << 63;
			exponent++;
		}
	}
	uint64_t tail = m & 0x7FF; /* the 11 bits that a double has not */
	m >>= 11;
	if (tail > 0x400 || (tail == 0x400 && (m & 1)))
		m++;
	/* m's own leading bit counts as one of the exponent, and so does the
	 * carry when m has become 2^53. */
	return m + ((uint64_t)(exponent + 127 + 1022) << 52);
}

double
fsin_of(double x)
{
	if (x >= 0x1p63)
		return x;
	struct rest rest = reduce((uint64_t)(int64_t)x);
	if (rest.size.hi == 0 && rest.size.lo == 0)
		return 0;                         /* only of 0 */
	struct wide t = wide_left(rest.size, 61); /* units of 2^-128 */
	struct wide u = wide_upper(t, t);
	uint64_t bits;
	if (rest.quadrant & 1) {
		bits = round_twice(series(0, LAST_EVEN, u), -127);
	} else {
		/* A small t keeps all its bits: it is moved to the left end of
		 * its 128 bits before it is multiplied. */
		int exponent = -127 - normalise(&t);
		bits = round_twice(wide_upper(t, series(1, LAST_ODD, u)), exponent);
	}
	if ((rest.quadrant >> 1) ^ (rest.negative && !(rest.quadrant & 1)))
		bits |= UINT64_C(1) << 63;
	double result;
	memcpy(&result, &bits, sizeof(result));
	return result;
}
