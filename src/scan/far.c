/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/far.h"

#include "base/date.h"
#include "base/size.h"
#include "verdict/clean.h"
#include "wire/name.h"

#include <stdlib.h>

/* What is kept of a sighting until its group is told. */
struct far_kept {
	int64_t us;
	struct sighting_client client;
	struct address address;
	struct fsk_match match;
	enum sighting_kind kind;
	enum sighting_transport transport;
	uint64_t line;
	uint32_t file;
	uint16_t port;
	uint8_t name_len;
	size_t machine_len;
	char text[]; /* name, then machine */
};

/* A different name of a group. */
struct far_match {
	int64_t first; /* of its period */
	uint32_t index;
	uint32_t group;
};

/* Who asked for names of which generator how many days away. */
struct far_group {
	uint64_t digest;
	uint32_t count;                  /* different names */
	struct far_kept *kept[FAR_TOLD]; /* the first of them, until they are told */
};

enum fsk_err
far_init(struct far *far)
{
	*far = (struct far){.count = 0};
	return FSK_OK;
}

void
far_fini(struct far *far)
{
	if (far == NULL)
		return;
	for (size_t g = 0; g < far->group_count; g++) {
		for (size_t i = 0; i < FAR_TOLD; i++)
			free(far->groups[g].kept[i]);
	}
	free(far->groups);
	free(far->matches);
	cells_fini(&far->by_digest);
	cells_fini(&far->by_name);
	*far = (struct far){.count = 0};
}

static uint64_t
digest_of(const struct sighting *sighting)
{
	int64_t days = date_day_of(sighting->match.period.first) -
	               date_day_of(date_second_of(sighting->us));
	uint64_t words[2];
	uint64_t digest;

	memcpy(words, sighting->client.address.octets, sizeof(words));
	digest = clean_mix(words[0] + sighting->client.prefix);
	digest = clean_mix(digest ^ words[1]);
	digest = clean_mix(digest + sighting->match.generator);
	return clean_mix(digest ^ (uint64_t)days);
}

static uint64_t
hash_match(const struct far_match *match)
{
	uint64_t hash = clean_mix((uint64_t)match->first + match->group);

	return clean_mix(hash ^ ((uint64_t)match->group << 32 | match->index));
}

/* Room for one more element of ${size} bytes behind the ${count} of ${array}. */
static void *
enlarge(void *array, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room > 0 ? size_mul(*room, 2) : 64;
	void *grown;

	if (count < *room)
		return array;
	grown = reallocarray(array, wanted, size);
	if (grown != NULL)
		*room = wanted;
	return grown;
}

/* Makes room for one more group and one more match, in the arrays and the tables. */
static enum fsk_err
make_room(struct far *far)
{
	void *groups = enlarge(far->groups, far->group_count, &far->group_room,
	                       sizeof(*far->groups));
	void *matches;

	if (groups == NULL)
		return FSK_NOMEM;
	far->groups = groups;
	matches = enlarge(far->matches, far->count, &far->room, sizeof(*far->matches));
	if (matches == NULL)
		return FSK_NOMEM;
	far->matches = matches;
	if (!cells_fit(&far->by_digest, far->group_count + 1)) {
		if (cells_grow(&far->by_digest, far->group_room) != FSK_OK)
			return FSK_NOMEM;
		for (uint32_t g = 0; g < far->group_count; g++)
			cells_put(&far->by_digest, far->groups[g].digest, g);
	}
	if (!cells_fit(&far->by_name, far->count + 1)) {
		if (cells_grow(&far->by_name, far->room) != FSK_OK)
			return FSK_NOMEM;
		for (uint32_t n = 0; n < far->count; n++)
			cells_put(&far->by_name, hash_match(&far->matches[n]), n);
	}
	return FSK_OK;
}

/* The number of the group with ${digest}; that of the next one when there is none. */
static uint32_t
find_group(const struct far *far, uint64_t digest)
{
	for (uint64_t at = digest; *cells_at(&far->by_digest, at) != CELLS_FREE; at++) {
		uint32_t number = *cells_at(&far->by_digest, at);

		if (far->groups[number].digest == digest)
			return number;
	}
	return (uint32_t)far->group_count;
}

static bool
is_known(const struct far *far, const struct far_match *match)
{
	for (uint64_t at = hash_match(match); *cells_at(&far->by_name, at) != CELLS_FREE;
	     at++) {
		const struct far_match *other = &far->matches[*cells_at(&far->by_name, at)];

		if (other->group == match->group && other->index == match->index &&
		    other->first == match->first)
			return true;
	}
	return false;
}

/* A copy of ${sighting}; NULL when there is no memory. */
static struct far_kept *
keep(const struct sighting *sighting)
{
	struct span name = sighting->name;
	struct span machine = sighting->machine;
	struct far_kept *kept =
	        malloc(size_add(sizeof(*kept), size_add(name.len, machine.len)));

	if (kept == NULL)
		return NULL;
	*kept = (struct far_kept){
	        .us = sighting->us,
	        .client = sighting->client,
	        .address = sighting->address,
	        .match = sighting->match,
	        .kind = sighting->kind,
	        .transport = sighting->transport,
	        .line = sighting->line,
	        .file = sighting->file,
	        .port = sighting->port,
	        .name_len = (uint8_t)name.len, /* a name has 253 octets at most */
	        .machine_len = machine.len,
	};
	memcpy(kept->text, name.text, name.len);
	if (machine.len > 0)
		memcpy(kept->text + name.len, machine.text, machine.len);
	return kept;
}

/* What far_add() was given to call. */
struct teller {
	enum fsk_err (*found)(void *context, const struct sighting *sighting);
	void *context;
};

static enum fsk_err
tell_kept(const struct far_kept *kept, const struct teller *teller)
{
	struct sighting sighting = {
	        .us = kept->us,
	        .client = kept->client,
	        .address = kept->address,
	        .match = kept->match,
	        .kind = kept->kind,
	        .transport = kept->transport,
	        .port = kept->port,
	        .name = {kept->text, kept->name_len},
	        .counter = SIGHTING_NO_COUNTER,
	        .machine = {kept->text + kept->name_len, kept->machine_len},
	        .file = kept->file,
	        .line = kept->line,
	};

	sighting.forecast = span_from(sighting.name, kept->match.offset);
	return teller->found(teller->context, &sighting);
}

/* Tells what was kept of ${group}, and then ${sighting}, its newest. */
static enum fsk_err
tell(struct far_group *group, const struct sighting *sighting, const struct teller *teller)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < FAR_TOLD && group->kept[i] != NULL; i++) {
		if (err == FSK_OK)
			err = tell_kept(group->kept[i], teller);
		free(group->kept[i]);
		group->kept[i] = NULL;
	}
	return err == FSK_OK ? teller->found(teller->context, sighting) : err;
}

enum fsk_err
far_add(struct far *far, const struct sighting *sighting,
        enum fsk_err (*found)(void *context, const struct sighting *sighting),
        void *context)
{
	uint64_t digest = digest_of(sighting);
	struct far_match match = {
	        .first = sighting->match.period.first,
	        .index = sighting->match.index,
	};
	struct far_kept *kept = NULL;
	struct far_group *group;

	if (make_room(far) != FSK_OK)
		return FSK_NOMEM;
	match.group = find_group(far, digest);
	if (is_known(far, &match))
		return FSK_OK;
	if (far->count == FAR_MOST) {
		far->full = true;
		return FSK_OK;
	}
	group = &far->groups[match.group];
	if (match.group == far->group_count || group->count < FAR_TOLD) {
		kept = keep(sighting);
		if (kept == NULL)
			return FSK_NOMEM;
	}
	if (match.group == far->group_count) {
		*group = (struct far_group){.digest = digest};
		cells_put(&far->by_digest, digest, match.group);
		far->group_count++;
	}
	cells_put(&far->by_name, hash_match(&match), (uint32_t)far->count);
	far->matches[far->count++] = match;
	if (kept != NULL) {
		group->kept[group->count++] = kept;
		return FSK_OK;
	}
	group->count++;
	return tell(group, sighting, &(struct teller){found, context});
}
