/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker.h: the generator of random numbers that the worm Conficker
 * brings along for its domain names. Its whole state is 64 bits, and it is a
 * chain: a number is multiplied as an integer and as a floating-point number in
 * turn, and the bits of the product are the next number. The same bits come
 * out of every compiler and machine. How results become names is
 * prng/conficker_text.h.
 */
#ifndef PRNG_CONFICKER_H
#define PRNG_CONFICKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How a variant computes and reads results. A name is one call for the number of
 * its letters, one for each letter, and one for its suffix. */
struct conficker_reading {
	uint32_t multiplier; /* of the integers in each step */
	bool sign;           /* A, B: results count with their sign; C: without */
	uint8_t letters;     /* of a name: this number, and the remainder of a */
	uint8_t range;       /* result by this one */
	uint8_t suffixes;
	uint16_t modulus; /* the least multiple of 26, ${range} and ${suffixes}:
	                   * what is read in a result depends on its sign and on
	                   * its magnitude modulo this only */
};

/* Below this product of the integers conficker_step_rare() is asked. It needs
 * the sine below 2^54 only; conficker_step() cannot convert below 2^55. */
#define CONFICKER_RARE (UINT64_C(1) << 55)

/* The state before the first call on the day that begins ${first} seconds after
 * 1970-01-01 (from 1601-01-01 on), made with the variant's three constants. */
static inline uint64_t
conficker_seed(int64_t first, uint64_t times, uint64_t over, uint64_t plus)
{
	/* FILETIME: units of 100 ns since 1601-01-01, 134774 days before 1970. */
	uint64_t filetime = (uint64_t)(first + INT64_C(134774) * 86400) * 10000000;
	return filetime * times / over + plus;
}

/* The state after ${key}, for all keys and with the sine where it counts;
 * ${product} is ${key} times the variant's multiplier, modulo 2^64. */
uint64_t conficker_step_rare(uint64_t key, uint64_t product);

/* For kernels: makes those of the states ${after} again that do not follow from
 * ${before} without the sine; both of ${days} days. */
void conficker_mend(const uint64_t *before, uint64_t *after, size_t days,
                    uint32_t multiplier);

/* The state after ${key}; ${multiplier} is the variant's. */
static inline uint64_t
conficker_step(uint64_t key, uint32_t multiplier)
{
	uint64_t product = key * multiplier;
	if (__builtin_expect(product < CONFICKER_RARE, 0))
		return conficker_step_rare(key, product);
	/* Half of the product, with the bit that falls out kept in the last
	 * place, fits a signed number, which processors convert in one go, and
	 * rounds as the whole does: 55 bits or more are left, so that the last
	 * one is below the bit that decides. Doubling x instead is exact. */
	double half = (double)(int64_t)(product >> 1 | (product & 1));
	double x = (double)(int64_t)key; /* below 2^63: see conficker.c */
	double r = half * (x + x) * x;
	memcpy(&key, &r, sizeof(key));
	return key;
}

/* The result of the call that left ${key}: rand() in the worm's code. */
static inline int32_t
conficker_result(uint64_t key)
{
	return (int32_t)(uint32_t)key;
}

/* The magnitude of ${result}. The worm's labs() of the smallest number is taken
 * as 2^31 here: in the lists of 2008-11-25 to 2026-12-31 this matters once (C,
 * 2018-05-13, name 49,863, first letter); with labs() of 32 bits the worm would
 * have made an "I" there instead of a "y". Which one it was is not known. */
static inline uint32_t
conficker_magnitude(int32_t result)
{
	uint32_t minus = 0u - (result < 0); /* no branch: the sign is random */
	return ((uint32_t)result ^ minus) - minus;
}

/* The letter that ${result} stands for. */
static inline char
conficker_letter(int32_t result)
{
	return (char)('a' + (char)(conficker_magnitude(result) % 26));
}

/* The number of letters that ${result} stands for. A and B take the remainder as
 * C does, with the sign of the result: -3..3, so that names have 5 to 11 letters,
 * where published analyses say 8 to 11. Infected hosts asked for names with five
 * (tivet.org). */
static inline unsigned
conficker_letters(const struct conficker_reading *reading, int32_t result)
{
	if (reading->sign)
		return (unsigned)(reading->letters + result % reading->range);
	return reading->letters + conficker_magnitude(result) % reading->range;
}

/* The suffix that ${result} stands for, from 0. A and B take all 32 bits as an
 * unsigned number. */
static inline unsigned
conficker_suffix(const struct conficker_reading *reading, int32_t result)
{
	uint32_t number = reading->sign ? (uint32_t)result : conficker_magnitude(result);
	return number % reading->suffixes;
}

#endif
