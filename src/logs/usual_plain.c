/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/usual_bind.h"
#include "logs/usual_zeek.h"

const struct usual_kernels usual_plain = {.bind = read_bind, .zeek = read_zeek};
