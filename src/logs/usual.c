/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/usual.h"

#include "logs/usual_kernels.h"

static const struct usual_kernels *
kernels(void)
{
#if defined(__x86_64__) || defined(__i386__)
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("bmi2"))
		return &usual_avx2;
#endif
	return &usual_plain;
}

size_t
log_usual_bind(const struct log_dialect *dialect, struct span *text,
               const struct log_scratch *scratch, struct log_usual *lines, size_t most)
{
	return kernels()->bind(dialect, text, scratch, lines, most);
}

size_t
log_usual_zeek(const struct log_dialect *dialect, struct span *text,
               const struct log_scratch *scratch, struct log_usual *lines, size_t most)
{
	return kernels()->zeek(dialect, text, scratch, lines, most);
}
