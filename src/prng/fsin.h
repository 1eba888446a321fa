/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/fsin.h: the sine as the x87 instruction FSIN gives it, which is not the
 * sine: FSIN reduces its operand with a pi of 66 bits, and for operands as
 * large as Conficker's the result has nothing in common with sin() of a
 * correct library. Integers only: the same bits from every compiler, at every
 * level, on every machine.
 */
#ifndef PRNG_FSIN_H
#define PRNG_FSIN_H

/* FSIN of ${x}, stored as a double; x is a whole number and not negative. From
 * 2^63 on the instruction leaves its operand as it is, and so does this. */
double fsin_of(double x);

#endif
