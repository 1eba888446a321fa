/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/method.h"

#include <string.h>

#define ESTIMATOR(name) extern const struct census_method census_method_##name;
#include "census/estimators.def"
#undef ESTIMATOR

#define ESTIMATOR(name) &census_method_##name,
static const struct census_method *const methods[] = {
#include "census/estimators.def"
};
#undef ESTIMATOR

static const char *const units[] = {
        [CENSUS_ADDRESSES] = "addresses", [CENSUS_HOSTS] = "hosts",
        [CENSUS_SWEEPS] = "sweeps",       [CENSUS_LINES] = "lines",
        [CENSUS_VICTIMS] = "victims",     [CENSUS_SHARE] = "share",
};

static const char *const bounds[] = {
        [CENSUS_COUNTED] = "counted",
        [CENSUS_INTERVAL] = "interval",
        [CENSUS_AT_LEAST] = "at least",
        [CENSUS_AT_MOST] = "at most",
};

size_t
census_method_count(void)
{
	return sizeof(methods) / sizeof(methods[0]);
}

const struct census_method *
census_method_at(size_t number)
{
	return number < census_method_count() ? methods[number] : NULL;
}

const struct census_method *
census_method_find(const char *name)
{
	for (size_t i = 0; i < census_method_count(); i++) {
		if (strcmp(methods[i]->name, name) == 0)
			return methods[i];
	}
	return NULL;
}

const char *
census_unit_name(enum census_unit unit)
{
	return units[unit];
}

const char *
census_bound_name(enum census_bound bound)
{
	return bounds[bound];
}

bool
census_estimate(const struct census_method *method, const struct census_facts *facts,
                struct census_figure *figure)
{
	*figure = (struct census_figure){.from = facts->from, .to = facts->to};
	return method->estimate(facts, figure);
}
