/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/usual_bind.h"
#include "logs/usual_zeek.h"

const struct usual_kernels usual_avx2 = {.bind = read_bind, .zeek = read_zeek};
