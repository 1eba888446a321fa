/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/schrage.h: the step of the "minimal standard" generator, x * 16807 mod
 * 2^31 - 1, in Schrage's form as malware wrote it: 32-bit words that wrap, and
 * nothing is added when the difference falls below 0. So it departs from the
 * standard generator at the first such step, and it also takes seeds of 2^31
 * and above. Sources: Park and Miller, CACM 31(10), 1988; Schrage, ACM TOMS
 * 5(2), 1979; the missing correction: J. Bader, "The DGA of Ramnit", 2014.
 */
#ifndef PRNG_SCHRAGE_H
#define PRNG_SCHRAGE_H

#include <stdint.h>

#define SCHRAGE_A 16807U
#define SCHRAGE_Q 127773U /* (2^31 - 1) / A */
#define SCHRAGE_R 2836U   /* (2^31 - 1) mod A */

/* A * (x mod Q) - R * (x / Q) modulo 2^32. Since x mod Q is x - Q * (x / Q),
 * this is A * x - (A * Q + R) * (x / Q), and A * Q + R is 2^31 - 1: the form
 * below, whose chain of dependent operations is shorter. */
static inline uint32_t
schrage_step(uint32_t x)
{
	uint32_t quotient = x / SCHRAGE_Q;

	return SCHRAGE_A * x - (SCHRAGE_A * SCHRAGE_Q + SCHRAGE_R) * quotient;
}

#endif
