/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A fake resolver that has a list, or none, or something between; and the drill of it.
 */
#ifndef SCENE_H
#define SCENE_H

#include "chosen.h"
#include "fake.h"

#define SERIAL 2026112200u
#define CANARY "canary.example"

/* How names are answered. */
enum style {
	WITH_NXDOMAIN, /* and an error that says why */
	WITH_NODATA,
	WITH_SINKHOLE,
	WITH_ZERO,
	WITH_REFUSED,
	WITH_REAL,
	WITH_WORLD, /* NXDOMAIN, by the zone above */
	WITH_SERVFAIL,
	WITH_NOTHING
};

/* What the fake resolver does; set before it begins. */
static struct {
	bool text;             /* it has the TXT record */
	uint32_t serial;       /* that it tells, and blocks */
	bool wildcard;         /* the canary's domain has addresses */
	enum style style;      /* of what it blocks */
	enum style canary;     /* of the canary's blocked name */
	enum style open;       /* of what it does not block */
	const char *unblock;   /* names that end so are not */
	bool refuses;          /* all */
	unsigned last;         /* question that is answered; 0: all */
	unsigned refused_from; /* question on; 0: none */
} resolver;

static struct drill_sinkholes sinkholes;
static struct drill_canary found;
static unsigned found_count;
static struct drill_told told[64];
static struct fsk_name told_names[64];
static size_t told_count;

static inline bool
ends_in(const struct fsk_name *name, const char *suffix)
{
	size_t len = strlen(suffix);

	return name->len >= len && strcmp(name->text + name->len - len, suffix) == 0;
}

static inline void
answer_in(enum style style, const struct asked *asked, struct message *answer)
{
	static const uint8_t real[4] = {198, 51, 100, 7}, sink[4] = {192, 168, 1, 9},
	                     zero[4] = {0, 0, 0, 0};

	answer->len = 0;
	if (style == WITH_NOTHING)
		return;
	answer_begin(answer, &asked->message,
	             style == WITH_NXDOMAIN || style == WITH_WORLD ? 3
	             : style == WITH_REFUSED                       ? 5
	             : style == WITH_SERVFAIL                      ? 2
	                                                           : 0);
	if (style == WITH_NXDOMAIN)
		answer_error(answer, 15, "conficker/b 2026-11-22 #1");
	if (style == WITH_WORLD)
		answer_soa(answer, strrchr(asked->name.text, '.') + 1);
	if (style == WITH_SINKHOLE || style == WITH_ZERO || style == WITH_REAL)
		answer_address(answer, asked->name.text,
		               style == WITH_REAL   ? real
		               : style == WITH_ZERO ? zero
		                                    : sink);
}

static inline void
resolve(const struct asked *asked, struct message *answer)
{
	char blocked[64], text[64];

	answer->len = 0;
	snprintf(blocked, sizeof(blocked), "s%u." CANARY, resolver.serial);
	snprintf(text, sizeof(text), "foresink serial=%u", resolver.serial);
	if (resolver.last != 0 && fake.count > resolver.last)
		return;
	if (resolver.refuses ||
	    (resolver.refused_from != 0 && fake.count >= resolver.refused_from)) {
		answer_in(WITH_REFUSED, asked, answer);
	} else if (asked->type == DRILL_TYPE_TXT && resolver.text) {
		answer_begin(answer, &asked->message, 0);
		answer_text(answer, asked->name.text, text);
	} else if (strcmp(asked->name.text, blocked) == 0) {
		answer_in(resolver.canary, asked, answer);
	} else if (ends_in(&asked->name, "." CANARY)) {
		answer_in(resolver.wildcard && asked->type == 1 ? WITH_REAL : WITH_WORLD,
		          asked, answer);
	} else if (resolver.unblock != NULL && ends_in(&asked->name, resolver.unblock)) {
		answer_in(resolver.open, asked, answer);
	} else {
		answer_in(resolver.style, asked, answer);
	}
}

static inline void
take_canary(const struct drill_canary *canary, void *context)
{
	assert_ptr_equal(context, &plan);
	found = *canary;
	found_count++;
}

static inline void
take_name(const struct drill_told *got, void *context)
{
	assert_ptr_equal(context, &plan);
	assert_true(told_count < 64);
	told_names[told_count] = *got->name;
	told[told_count++] = *got;
}

static inline struct drill_setting
setting_of(void)
{
	return (struct drill_setting){
	        .canary = {name_of(CANARY), 0, NOW, &sinkholes},
	        .plan = &plan,
	        .canary_found = take_canary,
	        .name_asked = take_name,
	        .context = &plan,
	};
}

/* Runs the drill and ends the fake resolver. */
static inline enum fsk_err
run(const struct drill_setting *setting, struct drill_counts *counts)
{
	struct drill_asker asker;
	enum fsk_err err;

	found_count = 0;
	told_count = 0;
	found = (struct drill_canary){.why = "nothing was found"};
	fake_begin(resolve);
	asker = fake_asker();
	asker.tries = 1;
	err = drill_run(&asker, setting, counts);
	fake_end();
	return err;
}

/* How many of the questions were for names of the canary's domain; the others. */
static inline size_t
canaries(void)
{
	size_t count = 0;

	for (size_t i = 0; i < fake.count; i++)
		count += ends_in(&fake.asked[i].name, "." CANARY);
	return count;
}

/* A resolver with a zone that blocks everything. */
static inline void
reset(void)
{
	memset(&resolver, 0, sizeof(resolver));
	resolver.text = true;
	resolver.serial = SERIAL;
	sinkholes.count = 0;
}

#endif
