/* SPDX-License-Identifier: BSD-2-Clause */
#include "drill/drill.h"

#include <stdlib.h>

struct run {
	struct drill_asker *asker;
	const struct drill_setting *setting;
	struct drill_counts *counts;
	struct drill_sinkholes sinkholes; /* with those of the canary */
	bool *open; /* by family of the plan: a name of it is not blocked */
	unsigned open_count;
};

/* Asks for the name of ${told} and judges the answer. */
static enum fsk_err
ask(struct run *run, struct drill_told *told)
{
	enum fsk_err err = drill_ask(run->asker, told->name, DRILL_TYPE_A, &told->answer);

	if (err != FSK_OK && err != FSK_END)
		return err;
	told->answered = err == FSK_OK;
	told->judgement = drill_judge(told->answered ? &told->answer : NULL, told->name,
	                              &run->sinkholes);
	return FSK_OK;
}

/* Asks for ${forecast}; stored in ${blocked} is whether it is. */
static enum fsk_err
ask_forecast(struct run *run, const struct drill_name *forecast, bool *blocked)
{
	struct drill_told told = {.name = &forecast->name, .forecast = forecast};
	enum fsk_err err = ask(run, &told);

	if (err != FSK_OK)
		return err;
	told.good = *blocked = told.judgement.word == DRILL_BLOCKED;
	run->counts->asked[told.judgement.word]++;
	run->counts->left--;
	run->setting->name_asked(&told, run->setting->context);
	return FSK_OK;
}

/* Whether no further name of a bot may be asked for. */
static bool
is_over(struct run *run)
{
	if (run->open_count >= DRILL_PATIENCE && !run->setting->keep_going &&
	    run->counts->left > 0)
		run->counts->impatient = true;
	if (drill_ask_late(run->asker))
		run->counts->late = true;
	return run->counts->impatient || run->counts->late;
}

/* Asks for the names of the plan, a round for each one that a family may have. */
static enum fsk_err
ask_plan(struct run *run)
{
	const struct drill_plan *plan = run->setting->plan;

	for (size_t round = 0; round < DRILL_NAMES; round++)
		for (size_t i = 0; i < plan->count && !is_over(run); i++) {
			const struct drill_family *family = &plan->families[i];
			bool blocked = false;
			enum fsk_err err;

			if (round >= family->count || run->open[i])
				continue;
			err = ask_forecast(run, &family->names[round], &blocked);
			if (err != FSK_OK)
				return err;
			run->open[i] = !blocked;
			run->open_count += !blocked;
		}
	return FSK_OK;
}

/* Asks for the names that have to pass. */
static enum fsk_err
ask_passing(struct run *run)
{
	for (size_t i = 0; i < run->setting->passing_count; i++) {
		struct drill_told told = {.name = &run->setting->passing[i]};
		enum fsk_err err = ask(run, &told);

		if (err != FSK_OK)
			return err;
		/* That a name does not exist is what a blocked one looks like. */
		told.good = told.answered && told.judgement.how == DRILL_DATA &&
		            told.judgement.word == DRILL_PASSES;
		if (told.good)
			run->counts->passing++;
		else
			run->counts->stopping++;
		run->setting->name_asked(&told, run->setting->context);
	}
	return FSK_OK;
}

static enum fsk_err
find_canary(struct run *run)
{
	const struct drill_setting *setting = run->setting;
	struct drill_canary canary;
	enum fsk_err err = drill_canary_find(run->asker, &setting->canary, &canary);

	if (err != FSK_OK)
		return err;
	setting->canary_found(&canary, setting->context);
	for (size_t i = 0; i < canary.learnt.count; i++)
		if (run->sinkholes.count < DRILL_ADDRESSES)
			run->sinkholes.addresses[run->sinkholes.count++] =
			        canary.learnt.addresses[i];
	return canary.proof != DRILL_NO_PROOF ? FSK_OK : FSK_MISMATCH;
}

enum fsk_err
drill_run(struct drill_asker *asker, const struct drill_setting *setting,
          struct drill_counts *counts)
{
	struct run run = {.asker = asker,
	                  .setting = setting,
	                  .counts = counts,
	                  .sinkholes = *setting->canary.sinkholes};
	enum fsk_err err;

	*counts = (struct drill_counts){.left = 0};
	for (size_t i = 0; i < setting->plan->count; i++)
		counts->left += (unsigned)setting->plan->families[i].count;
	run.open = calloc(setting->plan->count + 1, sizeof(*run.open));
	if (run.open == NULL)
		return FSK_NOMEM;
	err = find_canary(&run);
	if (err == FSK_OK)
		err = ask_passing(&run);
	if (err == FSK_OK)
		err = ask_plan(&run);
	free(run.open);
	return err;
}
