/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A roster is made in two passes, each by all threads: the first makes all names and
 * deals them out by their first octet, the second sorts one part after the other,
 * joins equal names and rules on them. A name takes its text, an octet and 4 octets a
 * forecast; what is ruled stands apart, since nearly all names are simply blocked.
 */
#include "watch/roster.h"

#include "base/size.h"
#include "watch/crew.h"
#include "watch/recur.h"
#include "watch/roster_deal.h"
#include "watch/roster_made.h"
#include "watch/roster_sort.h"

#include <stdlib.h>
#include <xxhash.h>

/* What making and sorting a name cost, for the progress. */
#define COST_MAKE 3
#define COST_SORT 1

/* A part of the names while a roster is made. */
struct portion {
	size_t text;   /* where it begins in the roster's */
	size_t number; /* likewise */
	size_t octets; /* that it takes */
	size_t forecasts;
	size_t names;
	struct roster_stand *stands; /* first: in this portion */
	size_t stand_count;
	size_t stand_room;
};

struct build {
	const struct watch_roster_setting *setting;
	struct roster_deal deal;
	struct watch_roster *roster;
	int64_t *known_from; /* by generator: when its names could be known; NULL: nothing
	                      * is ruled */
	struct portion portion[ROSTER_PARTS];
	_Atomic uint64_t sorted; /* names */
};

static bool
tick(void *context)
{
	const struct watch_plan *plan = ((struct build *)context)->setting->plan;
	struct build *build = context;
	uint64_t made = atomic_load_explicit(&build->deal.made, memory_order_relaxed);
	uint64_t sorted = atomic_load_explicit(&build->sorted, memory_order_relaxed);
	uint64_t done = (made * COST_MAKE + sorted * COST_SORT) / (COST_MAKE + COST_SORT);

	return plan->progress == NULL ||
	       plan->progress(done, build->deal.lists.names, plan->context);
}

static enum fsk_err
run_crew(struct build *build, size_t jobs,
         enum fsk_err (*run)(void *context, unsigned worker, size_t job))
{
	struct watch_crew crew = {
	        .jobs = jobs,
	        .threads = build->deal.threads,
	        .run = run,
	        .tick = tick,
	        .context = build,
	};

	return watch_crew_run(&crew);
}

static enum fsk_err
make_names(void *context, unsigned worker, size_t job)
{
	return roster_deal_run(&((struct build *)context)->deal, worker, job);
}

/* What the rules need to know of ${name}, forecast ${count} times from ${item} on. */
static struct watch_claim
claim_of(const struct build *build, const struct roster_item *item, size_t count)
{
	struct watch_claim claim = {.name = roster_item_name(item),
	                            .known_from = INT64_MAX,
	                            .begins = INT64_MAX};

	for (size_t i = 0; i < count; i++) {
		const struct watch_list *list =
		        watch_lists_find(&build->deal.lists, roster_item_number(&item[i]));
		int64_t begins = watch_recur_begins(list->generator, list->period);
		int64_t known_from = build->known_from[list->generator];

		claim.begins = begins < claim.begins ? begins : claim.begins;
		if (known_from < claim.known_from)
			claim.known_from = known_from;
	}
	return claim;
}

static enum fsk_err
add_stand(struct portion *portion, const struct roster_stand *stand)
{
	if (portion->stand_count == portion->stand_room) {
		size_t room = size_add(size_mul(portion->stand_room, 2), 8);
		struct roster_stand *grown =
		        realloc(portion->stands, size_mul(room, sizeof(*grown)));

		if (grown == NULL)
			return FSK_NOMEM;
		portion->stands = grown;
		portion->stand_room = room;
	}
	portion->stands[portion->stand_count++] = *stand;
	return FSK_OK;
}

/* Rules on the next name of ${portion}, forecast ${count} times from ${item} on. */
static enum fsk_err
rule(const struct build *build, struct portion *portion, const struct roster_item *item,
     size_t count)
{
	struct roster_stand stand = {.first = portion->forecasts};
	struct watch_claim claim;

	if (build->known_from == NULL)
		return FSK_OK;
	claim = claim_of(build, item, count);
	stand.known_from = claim.known_from;
	stand.begins = claim.begins;
	watch_rule(&build->setting->rules, &claim, &stand.ruling);
	if (stand.ruling.state == WATCH_BLOCK && stand.ruling.ground == WATCH_GROUND_NONE)
		return FSK_OK;
	return add_stand(portion, &stand);
}

/* Writes the next name of ${portion}, forecast ${count} times from ${item} on, into
 * ${roster}. */
static void
settle(struct watch_roster *roster, struct portion *portion, const struct roster_item *item,
       size_t count)
{
	unsigned char *text = roster->text + portion->text + portion->octets;
	uint32_t *number = roster->number + portion->number + portion->forecasts;
	const struct span name = roster_item_name(item);

	*text = (unsigned char)name.len;
	memcpy(text + 1, name.text, name.len);
	for (size_t i = 0; i < count; i++)
		number[i] = roster_item_number(&item[i]) | (i > 0 ? ROSTER_MORE : 0);
	portion->octets += 1 + name.len;
	portion->forecasts += count;
	portion->names++;
}

/* How many of the ${count} names from ${item} on are the first one. */
static size_t
equals(const struct roster_item *item, size_t count)
{
	size_t n = 1;

	while (n < count && item[n].key == item[0].key &&
	       span_equal(roster_item_name(&item[n]), roster_item_name(&item[0])))
		n++;
	return n;
}

/* Sorts part ${job}, and puts it into the roster. */
static enum fsk_err
sort_part(void *context, unsigned worker, size_t job)
{
	struct build *build = context;
	struct portion *portion = &build->portion[job];
	struct roster_item *items;
	enum fsk_err err = FSK_OK;
	size_t count = 0;

	(void)worker;
	for (unsigned i = 0; i < build->deal.threads; i++)
		count += build->deal.dealers[i].part[job].names;
	if (count == 0)
		return FSK_OK;
	items = malloc(size_mul(count, sizeof(*items)));
	if (items == NULL)
		return FSK_NOMEM;
	for (size_t i = 0, at = 0; i < build->deal.threads; i++) {
		roster_sort_gather(&build->deal.dealers[i].part[job], items + at);
		at += build->deal.dealers[i].part[job].names;
	}
	roster_sort(items, count);
	for (size_t i = 0, n; i < count && err == FSK_OK; i += n) {
		n = equals(items + i, count - i);
		err = rule(build, portion, items + i, n);
		settle(build->roster, portion, items + i, n);
	}
	free(items);
	roster_deal_drop(&build->deal, job);
	atomic_fetch_add_explicit(&build->sorted, count, memory_order_relaxed);
	return err;
}

/* Gets memory for the names that were made, and says where each part of them goes. */
static enum fsk_err
reserve(struct build *build)
{
	struct watch_roster *roster = build->roster;
	size_t octets = 0;
	size_t forecasts = 0;

	for (size_t part = 0; part < ROSTER_PARTS; part++) {
		build->portion[part].text = octets;
		build->portion[part].number = forecasts;
		for (unsigned i = 0; i < build->deal.threads; i++) {
			octets += build->deal.dealers[i].part[part].octets;
			forecasts += build->deal.dealers[i].part[part].names;
		}
	}
	roster->text = malloc(size_add(octets, 1));
	roster->number = malloc(size_mul(size_add(forecasts, 1), sizeof(*roster->number)));
	return roster->text != NULL && roster->number != NULL ? FSK_OK : FSK_NOMEM;
}

/* Counts the names of ${portion}, and moves its stands behind the ${count} of
 * ${roster}. */
static void
count_portion(struct watch_roster *roster, const struct portion *portion, size_t *count)
{
	struct watch_roster_counts *counts = &roster->counts;

	counts->names[WATCH_BLOCK] += portion->names - portion->stand_count;
	for (size_t i = 0; i < portion->stand_count; i++) {
		struct roster_stand *stand = &roster->stands[(*count)++];

		*stand = portion->stands[i];
		stand->first += roster->forecasts;
		counts->names[stand->ruling.state]++;
		counts->suspicious += stand->ruling.ground == WATCH_GROUND_SUSPICIOUS;
	}
}

/* Closes the gaps that equal names left between the parts. */
static enum fsk_err
join(struct build *build)
{
	struct watch_roster *roster = build->roster;
	size_t count = 0;

	for (size_t i = 0; i < ROSTER_PARTS; i++)
		count += build->portion[i].stand_count;
	roster->stands = malloc(size_mul(count + 1, sizeof(*roster->stands)));
	if (roster->stands == NULL)
		return FSK_NOMEM;
	count = 0;
	for (size_t i = 0; i < ROSTER_PARTS; i++) {
		const struct portion *portion = &build->portion[i];

		memmove(roster->text + roster->octets, roster->text + portion->text,
		        portion->octets);
		memmove(roster->number + roster->forecasts,
		        roster->number + portion->number,
		        portion->forecasts * sizeof(*roster->number));
		count_portion(roster, portion, &count);
		roster->octets += portion->octets;
		roster->forecasts += portion->forecasts;
	}
	roster->stands[count] = (struct roster_stand){.first = SIZE_MAX};
	roster->number[roster->forecasts] = 0;
	roster->counts.forecasts = roster->forecasts;
	return FSK_OK;
}

static void
digest_stands(const struct watch_roster *roster, XXH64_state_t *state)
{
	for (const struct roster_stand *s = roster->stands; s->first != SIZE_MAX; s++) {
		uint64_t said[] = {s->first, s->ruling.state, s->ruling.ground};
		char why[WATCH_RULING_SIZE];

		if (s->ruling.ground == WATCH_GROUND_NONE)
			continue; /* as if nothing had been looked up */
		XXH64_update(state, said, sizeof(said));
		/* The reason, the list and its date are told too: with its NUL. */
		watch_ruling_write(&s->ruling, why);
		XXH64_update(state, why, strlen(why) + 1);
	}
}

static enum fsk_err
digest(struct watch_roster *roster)
{
	XXH64_state_t *state = XXH64_createState();

	if (state == NULL)
		return FSK_NOMEM;
	XXH64_reset(state, 0);
	XXH64_update(state, roster->text, roster->octets);
	XXH64_update(state, roster->number, roster->forecasts * sizeof(*roster->number));
	for (uint32_t i = 0; i < roster->lists.count; i++) {
		const struct watch_list *list = &roster->lists.list[i];
		int64_t said[] = {list->period.first, list->period.last, list->generator,
		                  list->first};

		XXH64_update(state, said, sizeof(said));
	}
	digest_stands(roster, state);
	roster->digest = XXH64_digest(state);
	XXH64_freeState(state);
	return FSK_OK;
}

/* Looks up what the rules need to know of all generators, if there is any rule. */
static enum fsk_err
find_origins(struct build *build)
{
	size_t count = dga_generator_count();

	if (build->setting->rules.allow == NULL && build->setting->rules.known == NULL)
		return FSK_OK;
	build->known_from = calloc(count, sizeof(*build->known_from));
	if (build->known_from == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++)
		build->known_from[i] = dga_known_from(dga_generator_at(i).family);
	return FSK_OK;
}

/* The lists are the roster's from now on. */
static void
finish(struct build *build)
{
	struct watch_roster *roster = build->roster;
	unsigned char *text = realloc(roster->text, roster->octets + 1);
	uint32_t *number =
	        realloc(roster->number, (roster->forecasts + 1) * sizeof(*roster->number));

	roster->text = text != NULL ? text : roster->text;
	roster->number = number != NULL ? number : roster->number;
	roster->lists = build->deal.lists;
	build->deal.lists = (struct watch_lists){.count = 0};
	roster->counts.left_out = build->deal.left_out;
	for (unsigned i = 0; i < build->deal.threads; i++)
		roster->counts.left_out += build->deal.dealers[i].left_out;
}

/* Makes the guide to the lists. */
static enum fsk_err
make_guide(struct watch_roster *roster)
{
	size_t count = (size_t)roster->lists.names / ROSTER_GUIDE + 2;
	uint32_t list = 0;

	roster->guide = malloc(count * sizeof(*roster->guide));
	if (roster->guide == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++) {
		while (list + 1 < roster->lists.count &&
		       roster->lists.list[list + 1].first <= i * ROSTER_GUIDE)
			list++;
		roster->guide[i] = list;
	}
	return FSK_OK;
}

static enum fsk_err
make(struct build *build)
{
	enum fsk_err err = roster_deal_init(&build->deal, build->setting);

	if (err == FSK_OK)
		err = find_origins(build);
	if (err == FSK_OK)
		err = run_crew(build, build->deal.jobs.count, make_names);
	if (err == FSK_OK) {
		roster_deal_rest(&build->deal);
		err = reserve(build);
	}
	if (err == FSK_OK)
		err = run_crew(build, ROSTER_PARTS, sort_part);
	if (err == FSK_OK)
		err = join(build);
	if (err == FSK_OK) {
		finish(build);
		err = make_guide(build->roster);
	}
	if (err == FSK_OK)
		err = roster_doubt(build->roster, build->setting);
	if (err == FSK_OK)
		err = digest(build->roster);
	return err;
}

enum fsk_err
watch_roster_new(const struct watch_roster_setting *setting, struct watch_roster **roster)
{
	struct build *build = calloc(1, sizeof(*build));
	struct watch_roster *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_NOMEM;

	if (build != NULL && made != NULL) {
		build->setting = setting;
		build->roster = made;
		err = make(build);
		roster_deal_fini(&build->deal);
		free(build->known_from);
		for (size_t i = 0; i < ROSTER_PARTS; i++)
			free(build->portion[i].stands);
	}
	free(build);
	if (err != FSK_OK) {
		watch_roster_free(made);
		return err;
	}
	*roster = made;
	return FSK_OK;
}
