/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fuzz/fuzz.h: what a fuzz target is: one function that takes any bytes. It
 * aborts, or a sanitizer does, when what it calls breaks its word.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Tries the ${len} bytes at ${data}; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Ends the process when ${claim} does not hold: what the parser promises. */
#define FUZZ_CLAIM(claim) ((claim) ? (void)0 : __builtin_trap())

#endif
