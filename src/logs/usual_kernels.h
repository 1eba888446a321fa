/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/usual_kernels.h: log_usual_bind() and log_usual_zeek() for a set of instructions
 * each; which one runs is decided at run time (usual.c).
 */
#ifndef LOGS_USUAL_KERNELS_H
#define LOGS_USUAL_KERNELS_H

#include "logs/usual.h"

struct usual_kernels {
	log_usual_read *bind;
	log_usual_read *zeek;
};

extern const struct usual_kernels usual_plain;
extern const struct usual_kernels usual_avx2; /* of x86 */

#endif
