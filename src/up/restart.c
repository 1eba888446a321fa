/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/restart.h"

/* Whether two texts, of which each may be NULL, are the same. */
static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Whether a connection to each upstream of ${next} can be begun in the sandbox of
 * ${present}, which knows them by their ports; else the line of one that cannot. */
static bool
can_reach(const struct up_config *present, const struct up_config *next, size_t *line)
{
	const struct up_places *had = &present->guard.upstreams;

	for (size_t i = 0; i < next->guard.upstreams.count; i++) {
		size_t k = 0;

		*line = next->guard.upstreams.lines[i];
		while (k < had->count &&
		       had->at[k].port != next->guard.upstreams.at[i].port)
			k++;
		if (k == had->count)
			return false;
	}
	return true;
}

/* Whether ${a} and ${b} are the same in the same order; else in ${line} where that of ${b}
 * stands which is not, or the last one when some are gone. */
static bool
same_places(const struct up_places *a, const struct up_places *b, size_t *line)
{
	for (size_t i = 0; i < b->count; i++) {
		*line = b->lines[i];
		if (i >= a->count || a->at[i].port != b->at[i].port ||
		    !address_equal(&a->at[i].address, &b->at[i].address))
			return false;
	}
	return a->count == b->count;
}

/* Whether two say the same of what a role sinkhole cannot change; else why not, with the
 * line of ${next}, if there is one, in ${fault}. */
static bool
is_same_sinkhole(const struct up_sinkhole *present, const struct up_sinkhole *next,
                 struct fault *fault)
{
	*fault = (struct fault){.line = 0};
	if (!same_places(&present->dns, &next->dns, &fault->line) ||
	    !same_places(&present->web, &next->web, &fault->line)) {
		fault->why = "other endpoints of [sinkhole] to listen on need a restart";
	} else if (up_sinkhole_workers(present) != up_sinkhole_workers(next)) {
		fault->line = next->workers_line;
		fault->why = "more or fewer workers of [sinkhole] need a restart";
	} else if (!same(present->certificate, next->certificate)) {
		fault->line = next->certificate_line;
		fault->why = "another certificate of [sinkhole] needs a restart";
	} else if (!same(present->key, next->key)) {
		fault->line = next->key_line;
		fault->why = "another key of [sinkhole] needs a restart";
	}
	return fault->why == NULL;
}

bool
up_restart_needed(const struct up_config *present, const struct up_config *next,
                  struct fault *fault)
{
	size_t line;

	*fault = (struct fault){.line = next->user_line};
	if (present->role_count != next->role_count ||
	    memcmp(present->roles, next->roles, next->role_count * sizeof(*next->roles)) !=
	            0) {
		*fault = (struct fault){.why = "other roles need a restart"};
	} else if (!same(present->user, next->user) || !same(present->group, next->group)) {
		fault->why = "another user or group needs a restart";
	} else if (!same(present->state, next->state)) {
		*fault = (struct fault){next->state_line, 0,
		                        "another state folder needs a restart"};
	} else if (!same(present->control, next->control)) {
		*fault = (struct fault){next->control_line, 0,
		                        "another control socket needs a restart"};
	} else if (present->has_metrics != next->has_metrics ||
	           present->metrics.port != next->metrics.port ||
	           !address_equal(&present->metrics.address, &next->metrics.address)) {
		*fault = (struct fault){next->metrics_line, 0,
		                        "another endpoint of metrics needs a restart"};
	} else if (!up_alert_same(&present->alerts, &next->alerts, &line)) {
		*fault = (struct fault){line, 0, "other alerts need a restart"};
	} else if (!up_store_same(&present->store, &next->store, &line)) {
		*fault = (struct fault){line, 0, "another store needs a restart"};
	} else if (up_config_runs(next, "guard") && !can_reach(present, next, &line)) {
		*fault = (struct fault){line, 0,
		                        "an upstream at another port needs a restart"};
	}
	if (fault->why == NULL && up_config_runs(next, "sinkhole"))
		(void)is_same_sinkhole(&present->sinkhole, &next->sinkhole, fault);
	return fault->why != NULL;
}
