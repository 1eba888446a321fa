/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A name is ruled as the roster (watch/roster.c) rules it, from which files and feeds are
 * made: by the first day on which any of its families could be known, and the first second
 * in which a bot of any of them asks for it.
 */
#include "guard/ground.h"

#include "base/size.h"
#include "dga/catalog.h"
#include "watch/dated.h"
#include "watch/names.h"
#include "watch/recur.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Matches of one question that are looked at: a name stands in a few lists. */
#define MATCHES 32

struct guard_lists {
	atomic_uint owners; /* besides the first */
	struct fsk_index *index;
	struct watch_rulebook *book;
	int64_t *known_from;       /* of each generator */
	struct watch_names listed; /* names of the index that are on a list of popular ones;
	                            * the number is their place in: */
	int64_t *begins; /* since when bots asked for it; INT64_MAX: only since its
	                  * period began */
	struct guard_lists_facts facts;
};

struct guard_ground {
	struct guard_lists *lists;
	struct guard_policy *policy;
};

/* The matches of one name, side by side. */
struct group {
	const struct fsk_match *matches;
	size_t count;
};

/* The first of the ${count} ${matches} that are of one name. */
static struct group
first_group(const struct fsk_match *matches, size_t count)
{
	struct group group = {matches, 0};

	while (group.count < count && matches[group.count].offset == matches->offset)
		group.count++;
	return group;
}

/* What is claimed of ${name}, which ${group} is of. */
static struct watch_claim
make_claim(const struct guard_lists *lists, struct span name, struct group group)
{
	struct watch_claim claim = {
	        .name = name, .known_from = INT64_MAX, .begins = INT64_MAX};

	for (size_t i = 0; i < group.count; i++) {
		const struct fsk_match *match = &group.matches[i];
		int64_t begins = watch_recur_begins(match->generator, match->period);
		int64_t known_from = lists->known_from[match->generator];

		if (begins < claim.begins)
			claim.begins = begins;
		if (known_from < claim.known_from)
			claim.known_from = known_from;
	}
	return claim;
}

/* Making. */

/* Names of the index that are on a list of popular names, while they are collected. */
struct doubts {
	struct guard_lists *lists;
	struct watch_rules rules;
	struct watch_recur *forecasts;
	size_t count, room;
	enum fsk_err err;
};

/* Notes that ${generator} makes ${name}, which ${ruling} calls popular. */
static enum fsk_err
add_doubt(struct doubts *doubts, struct span name, size_t generator,
          const struct watch_ruling *ruling)
{
	if (doubts->count == doubts->room) {
		size_t room = doubts->room == 0 ? 64 : size_mul(doubts->room, 2);
		struct watch_recur *grown = realloc(
		        doubts->forecasts, size_mul(room, sizeof(*doubts->forecasts)));

		if (grown == NULL)
			return FSK_NOMEM;
		doubts->forecasts = grown;
		doubts->room = room;
	}
	watch_recur_set(&doubts->forecasts[doubts->count++], name, generator, ruling);
	return FSK_OK;
}

/* Notes ${name}, on a list of popular names, which ${group} is of. */
static enum fsk_err
note_listed(struct doubts *doubts, struct span name, struct group group)
{
	struct watch_names *listed = &doubts->lists->listed;
	const struct watch_claim claim = make_claim(doubts->lists, name, group);
	struct watch_ruling ruling;
	struct watch_named there;
	uint32_t last = UINT32_MAX;
	enum fsk_err err;

	if (watch_names_find(listed, name, &there))
		return FSK_OK;
	err = watch_names_add(listed, name, (uint32_t)listed->count);
	watch_rule(&doubts->rules, &claim, &ruling);
	if (ruling.ground != WATCH_GROUND_POPULAR)
		return err;
	for (size_t i = 0; i < group.count && err == FSK_OK; i++) {
		if (group.matches[i].generator == last)
			continue;
		last = group.matches[i].generator;
		err = add_doubt(doubts, name, last, &ruling);
	}
	return err;
}

/* Notes what of ${name}, on a list of popular names, is in the index. */
static bool
take_popular(struct span name, void *context)
{
	struct doubts *doubts = context;
	struct fsk_match matches[MATCHES];
	size_t count =
	        fsk_index_find(doubts->lists->index, name.text, name.len, matches, MATCHES);

	count = count < MATCHES ? count : MATCHES;
	for (size_t i = 0; i < count && doubts->err == FSK_OK;) {
		struct group group = first_group(matches + i, count - i);

		doubts->err =
		        note_listed(doubts, span_from(name, matches[i].offset), group);
		i += group.count;
	}
	return doubts->err == FSK_OK;
}

/* Stores when bots began to ask for what is popular. */
static enum fsk_err
settle(struct guard_lists *lists, const struct doubts *doubts)
{
	lists->begins = calloc(lists->listed.count + 1, sizeof(*lists->begins));
	if (lists->begins == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < lists->listed.count; i++)
		lists->begins[i] = INT64_MAX;
	for (size_t i = 0; i < doubts->count; i++) {
		const struct watch_recur *forecast = &doubts->forecasts[i];
		struct span name = {forecast->name.text, forecast->name.len};
		struct watch_named named;

		if (watch_names_find(&lists->listed, name, &named) &&
		    forecast->begins < lists->begins[named.number])
			lists->begins[named.number] = forecast->begins;
	}
	return FSK_OK;
}

/* Finds those of the index that are popular, and whether bots made them so. */
static enum fsk_err
find_popular(struct guard_lists *lists, const struct watch_plan *plan)
{
	/* Whether it is allowed changes with the time, and counts when it is asked for. */
	struct doubts doubts = {
	        .lists = lists,
	        .rules = {.known = watch_rulebook_rules(lists->book, 0).known},
	};
	enum fsk_err err = FSK_OK;

	if (doubts.rules.known != NULL)
		watch_known_each(doubts.rules.known, WATCH_POPULAR, take_popular, &doubts);
	err = doubts.err;
	if (err == FSK_OK && doubts.count > 0)
		err = watch_recur_find(doubts.forecasts, doubts.count, plan);
	if (err == FSK_OK)
		err = settle(lists, &doubts);
	free(doubts.forecasts);
	return err;
}

/* Whether the plan's progress says to stop. */
static bool
is_stopped(const struct watch_plan *plan)
{
	return plan->progress != NULL && !plan->progress(0, 1, plan->context);
}

static enum fsk_err
fill(struct guard_lists *lists, const struct watch_plan *plan)
{
	size_t count = dga_generator_count();
	enum fsk_err err;

	lists->known_from = calloc(count + 1, sizeof(*lists->known_from));
	if (lists->known_from == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++)
		lists->known_from[i] = dga_known_from(dga_generator_at(i).family);
	if (is_stopped(plan))
		return FSK_STOPPED;
	err = watch_dated_new(plan, WATCH_DATED_KEY, &lists->index);
	if (err != FSK_OK)
		return err;
	if (is_stopped(plan))
		return FSK_STOPPED;
	return lists->book == NULL ? FSK_OK : find_popular(lists, plan);
}

enum fsk_err
guard_lists_new(const struct watch_plan *plan, struct watch_rulebook *book, uint32_t serial,
                struct guard_lists **lists)
{
	struct guard_lists *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	made->book = watch_rulebook_keep(book);
	made->listed.key = WATCH_DATED_KEY;
	err = fill(made, plan);
	if (err != FSK_OK) {
		guard_lists_free(made);
		return err;
	}
	made->facts = (struct guard_lists_facts){
	        .names = fsk_index_names(made->index),
	        .bytes = fsk_index_bytes(made->index),
	        .popular = made->listed.count,
	        .serial = serial,
	        .from = plan->from,
	        .to = plan->to,
	};
	*lists = made;
	return FSK_OK;
}

struct guard_lists *
guard_lists_keep(struct guard_lists *lists)
{
	if (lists != NULL)
		atomic_fetch_add(&lists->owners, 1);
	return lists;
}

void
guard_lists_free(struct guard_lists *lists)
{
	if (lists == NULL || atomic_fetch_sub(&lists->owners, 1) > 0)
		return;
	fsk_index_free(lists->index);
	watch_rulebook_free(lists->book);
	watch_names_fini(&lists->listed);
	free(lists->known_from);
	free(lists->begins);
	free(lists);
}

void
guard_lists_number(struct guard_lists *lists, uint32_t serial)
{
	lists->facts.serial = serial;
}

struct guard_lists_facts
guard_lists_facts(const struct guard_lists *lists)
{
	return lists->facts;
}

enum fsk_err
guard_ground_new(struct guard_lists *lists, struct guard_policy *policy,
                 struct guard_ground **ground)
{
	struct guard_ground *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->lists = guard_lists_keep(lists);
	made->policy = guard_policy_keep(policy);
	*ground = made;
	return FSK_OK;
}

void
guard_ground_free(void *ground)
{
	struct guard_ground *used = ground;

	if (used == NULL)
		return;
	guard_lists_free(used->lists);
	guard_policy_free(used->policy);
	free(used);
}

const struct guard_policy_setting *
guard_ground_policy(const struct guard_ground *ground)
{
	return guard_policy_of(ground->policy);
}

bool
guard_ground_ready(const struct guard_ground *ground)
{
	return ground->lists != NULL;
}

uint32_t
guard_ground_serial(const struct guard_ground *ground)
{
	return ground->lists == NULL ? 0 : ground->lists->facts.serial;
}

int64_t
guard_ground_until(const struct guard_ground *ground)
{
	return ground->lists == NULL ? INT64_MIN : ground->lists->facts.to;
}

/* Finding. */

void
guard_ground_fetch(const struct guard_ground *ground, struct span name,
                   struct watch_look *look)
{
	look->count = 0;
	if (ground->lists != NULL)
		watch_look_fetch(ground->lists->index, name.text, name.len, look);
}

void
guard_ground_fetch_more(const struct guard_ground *ground, const struct watch_look *look)
{
	if (ground->lists != NULL)
		watch_look_fetch_more(ground->lists->index, look);
}

/* Seconds between ${now} and ${period}; 0 inside of it. Of periods without an end the
 * difference may be all that there is. */
static uint64_t
distance(int64_t now, const struct fsk_period *period)
{
	if (now < period->first)
		return (uint64_t)period->first - (uint64_t)now;
	if (now > period->last)
		return (uint64_t)now - (uint64_t)period->last;
	return 0;
}

static const struct fsk_match *
nearest(struct group group, int64_t now)
{
	const struct fsk_match *best = group.matches;

	for (size_t i = 1; i < group.count; i++)
		if (distance(now, &group.matches[i].period) < distance(now, &best->period))
			best = &group.matches[i];
	return best;
}

/* Rules on ${name}, which ${group} is of. */
static struct watch_ruling
rule(const struct guard_lists *lists, struct span name, struct group group, int64_t now)
{
	struct watch_claim claim = make_claim(lists, name, group);
	struct watch_rules rules = watch_rulebook_rules(lists->book, now);
	struct watch_ruling ruling;
	struct watch_named named;

	if (watch_names_find(&lists->listed, name, &named) &&
	    lists->begins[named.number] < claim.begins)
		claim.begins = lists->begins[named.number];
	watch_rule(&rules, &claim, &ruling);
	return ruling;
}

bool
guard_ground_find(const struct guard_ground *ground, const char *name, size_t len,
                  int64_t now, struct guard_finding *finding)
{
	const struct guard_lists *lists = ground->lists;
	struct fsk_match matches[MATCHES];
	size_t count = fsk_index_find(lists->index, name, len, matches, MATCHES);

	count = count < MATCHES ? count : MATCHES;
	for (size_t i = 0; i < count;) {
		struct group group = first_group(matches + i, count - i);
		struct span asked = {name, len};
		struct watch_ruling ruling = {.state = WATCH_BLOCK};

		if (lists->book != NULL)
			ruling = rule(lists, span_from(asked, matches[i].offset), group,
			              now);
		if (i == 0 || ruling.state != WATCH_ALLOW)
			*finding = (struct guard_finding){*nearest(group, now),
			                                  ruling.state, ruling.ground};
		if (ruling.state != WATCH_ALLOW)
			break;
		i += group.count;
	}
	return count > 0;
}
