/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink drill: does my resolver block what it is to block?
 */
#include "cmd/drill_options.h"
#include "cmd/drill_tell.h"
#include "cmd/say.h"
#include "net/loop.h"

#include <errno.h>
#include <string.h>

/* A resolver that blocks answers at once; one that does not is given some time, since it
 * asks far away (stubs wait 5 s, resolv.conf(5)). */
#define TRIES 3
#define WAIT_MS 1500

#define PACE_MS 20 /* 50 questions a second: no resolver limits a client below that */
#define SECOND_US INT64_C(1000000)

struct drill {
	struct drill_options ask;
	struct selection selection;
	struct watch_rulebook *book;
	struct drill_plan plan;
	struct output output;
};

static enum status
make_plan(struct drill *drill)
{
	struct drill_plan_setting setting = {.least = drill->ask.least,
	                                     .now = drill->ask.now};
	enum status status = options_select(&drill->ask.common, &drill->selection);

	if (status == STATUS_DONE)
		status = collision_load(&drill->ask.collision, &drill->book);
	if (status != STATUS_DONE)
		return status;
	setting.generators = drill->selection.generators;
	setting.generator_count = drill->selection.count;
	setting.rules = watch_rulebook_rules(drill->book, drill->ask.now);
	if (drill_plan_init(&drill->plan, &setting) == FSK_OK)
		return STATUS_DONE;
	say("out of memory");
	return STATUS_SYSTEM;
}

/* Says why the drill of ${resolver} came to no end. */
static enum status
say_failure(const char *resolver, enum fsk_err err)
{
	if (err == FSK_STOPPED)
		return STATUS_SYSTEM;
	if (err == FSK_END)
		say("%s does not answer", resolver);
	else
		say("%s: %s", resolver,
		    err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return STATUS_SYSTEM;
}

static enum status
judge(const char *resolver, enum fsk_err err, const struct drill_counts *counts)
{
	if (err != FSK_OK && err != FSK_MISMATCH)
		return say_failure(resolver, err);
	/* Who asked for nothing has proven nothing. */
	if (err == FSK_OK && counts->asked[DRILL_BLOCKED] > 0 &&
	    counts->asked[DRILL_PASSES] == 0 && counts->asked[DRILL_UNCLEAR] == 0 &&
	    counts->left == 0 && counts->stopping == 0)
		return STATUS_DONE;
	return STATUS_FOUND;
}

/* Whether more can be ruled out than the user did: what passes may be no fault then. */
static bool
rules_little(const struct drill_options *ask)
{
	return ask->least == DGA_LOW || ask->collision.count == 0;
}

/* The drill of one resolver. */
static enum status
drill_one(struct drill *drill, const struct net_endpoint *resolver)
{
	const struct drill_options *ask = &drill->ask;
	char name[NET_ENDPOINT_SIZE];
	struct drill_teller teller = {
	        .output = &drill->output,
	        .json = ask->json,
	        .resolver = name,
	        .now = ask->now,
	        .plan = &drill->plan,
	        .rules_little = rules_little(ask),
	};
	int stop = say_stop_descriptor();
	struct drill_asker asker = {
	        .resolver = *resolver,
	        .tcp = ask->tcp,
	        .stop = stop > 0 ? stop : -1,
	        .until_us = net_monotonic_us() + (int64_t)ask->timeout_s * SECOND_US,
	        .tries = TRIES,
	        .wait_ms = WAIT_MS,
	        .pace_ms = PACE_MS,
	};
	struct drill_setting setting = {
	        .canary = {ask->canary, ask->serial, ask->now, &ask->sinkholes},
	        .plan = &drill->plan,
	        .passing = ask->passing,
	        .passing_count = ask->passing_count,
	        .keep_going = ask->keep_going,
	        .canary_found = drill_tell_canary,
	        .name_asked = drill_tell_name,
	        .context = &teller,
	};
	struct drill_counts counts;
	enum fsk_err err;
	int error;

	net_endpoint_write(resolver, name);
	err = drill_run(&asker, &setting, &counts);
	error = errno;
	drill_tell_end(&teller, err, &counts);
	errno = error;
	return judge(name, err, &counts);
}

/* The worst of all resolvers is what counts. */
static enum status
drill_all(struct drill *drill)
{
	enum status worst = STATUS_DONE;

	for (size_t i = 0; i < drill->ask.resolver_count && !say_stopped(); i++) {
		enum status status = drill_one(drill, &drill->ask.resolvers[i]);

		worst = status > worst ? status : worst;
	}
	return worst;
}

static enum status
work(struct drill *drill)
{
	struct drill_teller teller = {
	        .output = &drill->output,
	        .json = drill->ask.json,
	        .plan = &drill->plan,
	};
	enum status status = make_plan(drill);

	if (status == STATUS_DONE)
		status = output_open(&drill->output, NULL);
	if (status != STATUS_DONE)
		return status;
	if (drill->ask.dry_run)
		drill_tell_plan(&teller);
	else
		status = drill_all(drill);
	return output_close(&drill->output, status);
}

static enum status
run(int argc, char **argv)
{
	struct drill drill = {.plan = {.count = 0}};
	enum status status = drill_options_read(&drill.ask, argc, argv);

	if (status == STATUS_DONE)
		status = work(&drill);
	drill_plan_fini(&drill.plan);
	selection_fini(&drill.selection);
	watch_rulebook_free(drill.book);
	drill_options_fini(&drill.ask);
	return status;
}

const struct command command_drill = {
        .name = "drill",
        .summary = "check that a resolver blocks what it is to block",
        .run = run,
};
