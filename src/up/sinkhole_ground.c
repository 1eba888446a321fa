/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/sinkhole_ground.h"

#include "base/size.h"
#include "dga/catalog.h"
#include "feed/serial.h"

#include <errno.h>
#include <stdlib.h>

/* All that a ground is made of, for as long as that takes. */
struct making {
	const struct up_making *from;
	struct sinkhole_set_setting sets[SINKHOLE_SETS];
	size_t count;
	struct fsk_name *lists[SINKHOLE_SETS]; /* one a set; NULL: it has none */
	size_t *held, *known;                  /* generators */
	size_t held_count, known_count;
};

static void
finish(struct making *making)
{
	for (size_t i = 0; i < making->count; i++)
		free(making->lists[i]);
	free(making->held);
	free(making->known);
}

/* Reads the lists of ${set} into ${setting}. */
static enum fsk_err
read_lists(const struct up_set *set, struct fsk_name **all, size_t *all_count,
           struct up_trouble *trouble)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < set->name_count && err == FSK_OK; i++) {
		struct fault fault = {.why = NULL};
		struct fsk_name *names, *grown;
		size_t count;

		err = sinkhole_names_read(set->names[i].text, &names, &count, &fault);
		if (err == FSK_SYNTAX)
			up_trouble_fault(trouble, set->names[i].path, &fault);
		if (err != FSK_OK)
			break;
		grown = realloc(*all, size_mul(size_add(size_add(*all_count, count), 1),
		                               sizeof(**all)));
		if (grown != NULL) {
			*all = grown;
			if (count > 0)
				memcpy(grown + *all_count, names, count * sizeof(*names));
			*all_count += count;
		} else {
			err = FSK_NOMEM;
		}
		free(names);
	}
	return err;
}

/* Adds what ${set} says: first its lists, which are a set, then its forecast (${all}: of
 * all names that no other has), which is another, of the same addresses. */
static enum fsk_err
add_set(struct making *making, const struct up_set *set, bool all,
        struct up_trouble *trouble)
{
	struct sinkhole_set_setting setting = {
	        .title = set->title,
	        .addresses = set->addresses,
	        .address_count = set->address_count,
	        .per_name = set->per_name,
	};

	if (set->name_count > 0) {
		struct sinkhole_set_setting *lists = &making->sets[making->count];
		struct fsk_name **names = &making->lists[making->count];
		enum fsk_err err;

		*lists = setting;
		making->count++;
		err = read_lists(set, names, &lists->name_count, trouble);
		lists->names = *names;
		if (err != FSK_OK)
			return err;
	}
	if (set->generators != NULL || all) {
		setting.generators = set->generators;
		making->sets[making->count++] = setting;
	}
	return FSK_OK;
}

static enum fsk_err
add_sets(struct making *making, struct up_trouble *trouble)
{
	const struct up_sinkhole *sinkhole = &making->from->config->sinkhole;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < sinkhole->set_count && err == FSK_OK; i++)
		err = add_set(making, &sinkhole->sets[i], false, trouble);
	return err == FSK_OK ? add_set(making, &sinkhole->rest, sinkhole->forecast, trouble)
	                     : err;
}

/* Whether generator ${n} is among those of a set, or, if all are held, of [names]. */
static bool
is_held(const struct up_sinkhole *sinkhole, size_t n, bool chosen)
{
	bool held = sinkhole->forecast && chosen;

	for (size_t i = 0; i < sinkhole->set_count; i++)
		held |= sinkhole->sets[i].generators != NULL &&
		        sinkhole->sets[i].generators[n];
	return held;
}

/* Which generators are held, and by which others names of lists are known. */
static enum fsk_err
choose(struct making *making)
{
	const struct up_config *config = making->from->config;
	const struct up_choice *names = &config->names;
	size_t all = dga_generator_count(), next = 0;

	making->held = calloc(all + 1, sizeof(*making->held));
	making->known = calloc(all + 1, sizeof(*making->known));
	if (making->held == NULL || making->known == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < all; i++) {
		bool chosen = next < names->generator_count && names->generators[next] == i;

		next += chosen;
		if (dga_generator_at(i).variant->confidence < names->least)
			continue;
		if (is_held(&config->sinkhole, i, chosen))
			making->held[making->held_count++] = i;
		if (chosen)
			making->known[making->known_count++] = i;
	}
	return FSK_OK;
}

static bool
has_lists(const struct making *making)
{
	bool has = false;

	for (size_t i = 0; i < making->count; i++)
		has |= making->lists[i] != NULL;
	return has;
}

static enum fsk_err
make_ground(struct making *making, struct sinkhole_ground **ground)
{
	const struct up_config *config = making->from->config;
	const struct up_sinkhole *sinkhole = &config->sinkhole;
	struct watch_plan plan = {
	        .generators = making->held,
	        .generator_count = making->held_count,
	        .threads = up_role_threads(config),
	        .progress = up_role_go_on,
	        .context = making->from->stop,
	};
	struct watch_plan known = plan;
	struct sinkhole_ground_setting setting = {
	        .sets = making->sets,
	        .set_count = making->count,
	        .plan = up_sinkhole_foresees(sinkhole) ? &plan : NULL,
	        .servers = sinkhole->servers,
	        .server_count = sinkhole->server_count,
	        .mailbox = &sinkhole->mailbox,
	        .serial = feed_serial_of(making->from->now, 0), /* until it is in force */
	        .ttl = sinkhole->ttl,
	        .rate = sinkhole->rate,
	        .answer = sinkhole->answer,
	};

	up_config_window(config, making->from->now, &plan.from, &plan.to);
	known.from = plan.from;
	known.to = plan.to;
	known.generators = making->known;
	known.generator_count = making->known_count;
	if (!sinkhole->forecast && has_lists(making))
		setting.known = &known;
	return sinkhole_ground_new(&setting, ground);
}

/* A name of two sets. */

/* A name of the lists of ${set}, which is the ${order}th. */
struct stand {
	const struct fsk_name *name;
	const struct up_set *set;
	size_t order;
};

static int
by_name(const void *a, const void *b)
{
	const struct stand *one = a, *other = b;
	int sign = strcmp(one->name->text, other->name->text);

	return sign != 0 ? sign : (one->order > other->order) - (one->order < other->order);
}

/* The list of ${set} in which ${name} stands, and its ${line}; NULL: none, or no memory. */
static const struct up_names *
find_line(const struct up_set *set, const struct fsk_name *name, size_t *line)
{
	for (size_t i = 0; i < set->name_count; i++) {
		struct span text = set->names[i].text;

		for (*line = 1; text.len > 0; ++*line) {
			const char *end = memchr(text.text, '\n', text.len);
			size_t len = end == NULL ? text.len : (size_t)(end - text.text);
			struct fsk_name *names;
			size_t count;
			bool found;

			if (sinkhole_names_read((struct span){text.text, len}, &names,
			                        &count, NULL) != FSK_OK)
				return NULL;
			found = count == 1 && strcmp(names->text, name->text) == 0;
			free(names);
			if (found)
				return &set->names[i];
			text = span_from(text, len + (end != NULL));
		}
	}
	return NULL;
}

/* Gathers the names of all lists in ${stands}, which has room for them. */
static size_t
gather(const struct making *making, struct stand *stands)
{
	const struct up_sinkhole *sinkhole = &making->from->config->sinkhole;
	size_t count = 0, list = 0;

	for (size_t i = 0; i <= sinkhole->set_count; i++) {
		const struct up_set *set =
		        i < sinkhole->set_count ? &sinkhole->sets[i] : &sinkhole->rest;

		if (set->name_count == 0)
			continue;
		while (making->lists[list] == NULL)
			list++;
		for (size_t k = 0; k < making->sets[list].name_count; k++)
			stands[count++] = (struct stand){&making->lists[list][k], set, i};
		list++;
	}
	return count;
}

/* Says where a name stands that two sets have; false: there is none that can be told. */
static bool
tell_twice(const struct making *making, struct up_trouble *trouble)
{
	struct stand *stands;
	const struct up_names *here = NULL, *there = NULL;
	size_t count = 0, line = 0, other = 0, i = 1;

	for (size_t k = 0; k < making->count; k++)
		count = size_add(count, making->sets[k].name_count);
	stands = malloc(size_mul(size_add(count, 1), sizeof(*stands)));
	if (stands == NULL)
		return false;
	count = gather(making, stands);
	qsort(stands, count, sizeof(*stands), by_name);
	while (i < count && (stands[i - 1].order == stands[i].order ||
	                     strcmp(stands[i - 1].name->text, stands[i].name->text) != 0))
		i++;
	if (i < count) {
		here = find_line(stands[i].set, stands[i].name, &line);
		there = find_line(stands[i - 1].set, stands[i].name, &other);
	}
	if (here != NULL && there != NULL)
		up_trouble_set(trouble, here->path, line,
		               "%s stands in the lists of two sets: see %s:%zu",
		               stands[i].name->text, there->path, other);
	free(stands);
	return here != NULL && there != NULL;
}

enum fsk_err
up_sinkhole_ground(const struct up_making *from, struct sinkhole_ground **ground,
                   struct up_trouble *trouble)
{
	struct making *making = calloc(1, sizeof(*making));
	enum fsk_err err;

	if (making == NULL)
		return FSK_NOMEM;
	making->from = from;
	up_trouble_set(trouble, from->config->path, 0, "%s", fsk_strerror(FSK_NOMEM));
	err = add_sets(making, trouble);
	if (err == FSK_OK)
		err = choose(making);
	if (err == FSK_OK) {
		errno = 0;
		err = make_ground(making, ground);
		if (err != FSK_OK && (err != FSK_RANGE || !tell_twice(making, trouble)))
			up_trouble_set(trouble, from->config->path, 0,
			               "the names of sinkhole cannot be held: %s",
			               err == FSK_RANGE ? "a name stands in the lists of "
			                                  "two sets, or the names of the "
			                                  "servers are too long"
			               : err == FSK_IO  ? strerror(errno)
			                                : fsk_strerror(err));
	}
	finish(making);
	free(making);
	/* It is what a file says that is wrong. */
	return err == FSK_RANGE ? FSK_SYNTAX : err;
}
