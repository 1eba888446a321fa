/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/verdict.h"

#include "verdict/judge.h"

#include <math.h>
#include <stdlib.h>

struct verdict {
	struct verdict_setting setting;
	struct evidence evidence;
	struct judgement judgement; /* empty unless it is of all evidence */
};

enum fsk_err
verdict_new(const struct verdict_setting *setting, struct verdict **verdict)
{
	struct verdict *made = malloc(sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*made = (struct verdict){.setting = *setting};
	/* An address that a sender of queries does not know, so that he cannot
	 * choose addresses and names whose hashes meet. */
	evidence_init(&made->evidence, clean_mix((uintptr_t)made));
	*verdict = made;
	return FSK_OK;
}

void
verdict_free(struct verdict *verdict)
{
	if (verdict == NULL)
		return;
	judge_fini(&verdict->judgement);
	evidence_fini(&verdict->evidence);
	free(verdict);
}

enum fsk_err
verdict_add(struct verdict *verdict, const struct sighting *sighting)
{
	uint32_t generator = sighting->match.generator;

	judge_fini(&verdict->judgement);
	if (generator != SIGHTING_NO_GENERATOR &&
	    generator >= verdict->setting.generator_count)
		return FSK_RANGE;
	return evidence_add(&verdict->evidence, sighting);
}

enum fsk_err
verdict_take(struct verdict *verdict, const struct sighting_cursor *cursor)
{
	struct sighting sighting;
	enum fsk_err err;

	while ((err = cursor->next(cursor->context, &sighting)) == FSK_OK) {
		err = verdict_add(verdict, &sighting);
		if (err != FSK_OK)
			return err;
	}
	return err == FSK_END ? FSK_OK : err;
}

enum fsk_err
verdict_judge(struct verdict *verdict, const struct verdict_ground *ground)
{
	judge_fini(&verdict->judgement);
	return judge_make(&verdict->setting, &verdict->evidence, ground,
	                  &verdict->judgement);
}

double
verdict_limit(double tests)
{
	return log(VERDICT_POWER / VERDICT_FALSE * (tests > 1 ? tests : 1));
}

double
verdict_judged_limit(const struct verdict *verdict)
{
	return verdict->judgement.limit;
}

size_t
verdict_host_count(const struct verdict *verdict)
{
	return verdict->judgement.host_count;
}

const struct verdict_host *
verdict_host_at(const struct verdict *verdict, size_t n)
{
	return n < verdict->judgement.host_count ? &verdict->judgement.hosts[n] : NULL;
}

size_t
verdict_collision_count(const struct verdict *verdict)
{
	return verdict->judgement.collision_count;
}

const struct verdict_collision *
verdict_collision_at(const struct verdict *verdict, size_t n)
{
	return n < verdict->judgement.collision_count ? &verdict->judgement.collisions[n]
	                                              : NULL;
}
