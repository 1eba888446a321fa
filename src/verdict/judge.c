/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/judge.h"

#include "base/size.h"
#include "verdict/crowd.h"
#include "verdict/order.h"
#include "verdict/weigh.h"
#include "watch/fingerprint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the work of one judgement shares. */
struct bench {
	const struct verdict_setting *setting;
	struct evidence *evidence;
	const struct verdict_ground *ground;
	struct judgement *judgement;
	double noise; /* of clean_noise() */
	double limit;
	size_t name_count; /* taken so far */
	size_t finding_count;
	size_t request_count;
};

/* Where the names from ${start} on that are of one host and generator end. */
static size_t
end_of(const struct evidence *evidence, size_t start)
{
	const struct verdict_name *names = evidence->names;
	size_t end = start + 1;

	while (end < evidence->name_count && names[end].host == names[start].host &&
	       names[end].match.generator == names[start].match.generator)
		end++;
	return end;
}

/* Of names in the order of texts all but the first of a text are there again.
 * Returns how many texts there are. */
static size_t
mark_again(struct verdict_name *names, size_t count)
{
	size_t texts = 0;

	for (size_t i = 0; i < count; i++) {
		names[i].again = i > 0 && strcmp(names[i].text, names[i - 1].text) == 0;
		texts += !names[i].again;
	}
	return texts;
}

static struct order_stretch
stretch_of(const struct verdict_name *name)
{
	return (struct order_stretch){name->match.period, name->first_us, name->last_us};
}

/* Whether a bot would have shown more than the one name that ${names}, of one
 * text, are: see verdict_collision. */
static bool
is_telling(const struct verdict_setting *setting, const struct verdict_name *names,
           size_t count)
{
	uint32_t tries = setting->tries(names[0].match.generator);
	struct order_stretch stretch = stretch_of(&names[0]);

	if (tries == 0 || tries > VERDICT_FEW_TRIES)
		return true;
	for (size_t i = 1; i < count; i++) {
		struct order_stretch next = stretch_of(&names[i]);

		order_stretch_add(&stretch, &next);
	}
	return order_stretch_moves(&stretch);
}

/* Marks in the evidence which names do not count, and stores the collisions and
 * how many findings there will be. */
static enum fsk_err
mark(const struct bench *bench, struct crowd *crowd, size_t *findings)
{
	struct evidence *evidence = bench->evidence;
	size_t end, count = 0;

	for (size_t start = 0; start < evidence->name_count; start = end) {
		struct verdict_name *names = evidence->names + start;
		bool alone;

		end = end_of(evidence, start);
		alone = mark_again(names, end - start) == 1 &&
		        is_telling(bench->setting, names, end - start);
		for (size_t i = 0; i < end - start; i++) {
			if (names[i].again)
				continue;
			if (crowd_add(crowd, &names[i], alone) != FSK_OK)
				return FSK_NOMEM;
		}
		count++;
	}
	for (size_t i = 0; i < evidence->name_count; i++)
		evidence->names[i].collision = crowd_collides(crowd, &evidence->names[i]);
	*findings = count;
	return FSK_OK;
}

/* What the estimate ${clean} of a host may be too low by: two standard errors of its
 * virtual sketch (1.04 / sqrt(m), Flajolet et al.), which holds its share of the noise as
 * well. */
static double
margin(const struct bench *bench, double clean)
{
	const double own = 1 << CLEAN_OWN_BITS;
	double noise = bench->noise * own / (double)CLEAN_HOSTS;

	return 2 * 1.04 / sqrt(own) * (clean + noise);
}

/* Makes the findings of host number ${number}, whose names are the next. */
static void
find(struct bench *bench, uint32_t number, struct verdict_host *host)
{
	struct evidence *evidence = bench->evidence;
	struct verdict_finding *findings =
	        bench->judgement->findings + bench->finding_count;

	while (bench->name_count < evidence->name_count &&
	       evidence->names[bench->name_count].host == number) {
		size_t end = end_of(evidence, bench->name_count);
		struct verdict_name *names = evidence->names + bench->name_count;
		uint32_t generator = names[0].match.generator;
		struct weigh_scale scale = {
		        .rate = &bench->ground->rates[generator],
		        .clean = host->clean + margin(bench, host->clean),
		        .limit = bench->limit,
		        .tries = bench->setting->tries(generator),
		        .rounds = bench->setting->rounds(generator),
		        .ahead = bench->setting->ahead(generator),
		};

		findings[host->finding_count++] =
		        weigh_names(&scale, names, end - bench->name_count);
		bench->name_count = end;
	}
	bench->finding_count += host->finding_count;
	host->findings = findings;
	if (host->finding_count > 1)
		qsort(findings, host->finding_count, sizeof(*findings), order_findings);
}

/* Makes the requests of ${host}, of which ${first} is the first. */
static void
list_requests(struct bench *bench, uint32_t first, struct verdict_host *host)
{
	const struct evidence_request *kept = bench->evidence->requests;
	struct verdict_request *requests =
	        bench->judgement->requests + bench->request_count;

	for (uint32_t i = first; i != EVIDENCE_NONE; i = kept[i].next)
		requests[host->request_count++] = kept[i].said;
	bench->request_count += host->request_count;
	host->requests = requests;
	if (host->request_count > 1)
		qsort(requests, host->request_count, sizeof(*requests), order_requests);
}

static bool
is_strong(const char *fingerprint)
{
	const struct watch_fingerprint *at;

	for (size_t i = 0; (at = watch_fingerprint_at(i)) != NULL; i++) {
		if (strcmp(at->name, fingerprint) == 0)
			return at->strength == WATCH_STRONG;
	}
	return false;
}

/* Whether the findings of ${host} that are more than chance are of
 * VERDICT_RELAY_MANY families. */
static bool
has_many_families(const struct verdict_setting *setting, const struct verdict_host *host)
{
	uint32_t families[VERDICT_RELAY_MANY];
	size_t count = 0;

	for (size_t i = 0; i < host->finding_count && count < VERDICT_RELAY_MANY; i++) {
		uint32_t family = setting->family(host->findings[i].generator);
		size_t k = 0;

		if (host->findings[i].word < VERDICT_LIKELY) /* the worst come first */
			break;
		while (k < count && families[k] != family)
			k++;
		if (k == count)
			families[count++] = family;
	}
	return count == VERDICT_RELAY_MANY;
}

static void
widen_span(struct verdict_host *host, int64_t first_us, int64_t last_us)
{
	if (first_us < host->first_us)
		host->first_us = first_us;
	if (last_us > host->last_us)
		host->last_us = last_us;
}

/* What the findings and requests of ${host} say together. */
static void
sum_up(const struct bench *bench, struct verdict_host *host)
{
	host->first_us = INT64_MAX;
	host->last_us = INT64_MIN;
	for (size_t i = 0; i < host->finding_count; i++) {
		const struct verdict_finding *finding = &host->findings[i];

		if (finding->word > host->word)
			host->word = finding->word;
		host->relay |= finding->relay;
		widen_span(host, finding->first_us, finding->last_us);
	}
	for (size_t i = 0; i < host->request_count; i++) {
		const struct verdict_request *request = &host->requests[i];

		if (host->word < VERDICT_LIKELY && is_strong(request->fingerprint))
			host->word = VERDICT_LIKELY;
		widen_span(host, request->first_us, request->last_us);
	}
	if (host->clean > VERDICT_RELAY_NAMES * bench->ground->days)
		host->relay |= VERDICT_RELAY_CLEAN;
	if (has_many_families(bench->setting, host))
		host->relay |= VERDICT_RELAY_FAMILIES;
}

static void
judge_hosts(struct bench *bench)
{
	const struct evidence *evidence = bench->evidence;
	struct judgement *judgement = bench->judgement;

	for (uint32_t i = 0; i < evidence->host_count; i++) {
		const struct evidence_host *kept = &evidence->hosts[i];
		struct verdict_host host = {.client = kept->client};

		host.machine = kept->machine.name != NULL ? kept->machine.name : "";
		host.clean = clean_names_among(bench->ground->clean,
		                               bench->ground->host_hash(&kept->client),
		                               bench->noise);
		find(bench, i, &host);
		list_requests(bench, kept->request, &host);
		if (host.finding_count == 0 && host.request_count == 0)
			continue; /* what it did could not be kept */
		sum_up(bench, &host);
		judgement->hosts[judgement->host_count++] = host;
	}
	if (judgement->host_count > 0)
		qsort(judgement->hosts, judgement->host_count, sizeof(*judgement->hosts),
		      order_hosts);
}

/* Memory for ${count} things of ${size} bytes, also for none. */
static void *
make_room(size_t count, size_t size)
{
	return malloc(size_mul(size_add(count, 1), size));
}

static enum fsk_err
make_rooms(struct judgement *judgement, const struct evidence *evidence, size_t findings)
{
	judgement->hosts = make_room(evidence->host_count, sizeof(*judgement->hosts));
	judgement->findings = make_room(findings, sizeof(*judgement->findings));
	judgement->requests =
	        make_room(evidence->request_count, sizeof(*judgement->requests));
	if (judgement->hosts == NULL || judgement->findings == NULL ||
	    judgement->requests == NULL)
		return FSK_NOMEM;
	return FSK_OK;
}

enum fsk_err
judge_make(const struct verdict_setting *setting, struct evidence *evidence,
           const struct verdict_ground *ground, struct judgement *judgement)
{
	struct judgement made = {.host_count = 0};
	struct crowd crowd = {.key = evidence->key};
	struct bench bench = {.setting = setting,
	                      .evidence = evidence,
	                      .ground = ground,
	                      .judgement = &made,
	                      .noise = clean_noise(ground->clean)};
	double hosts = clean_hosts(ground->clean);
	size_t findings = 0;
	enum fsk_err err;

	if (evidence->name_count > 0)
		qsort(evidence->names, evidence->name_count, sizeof(*evidence->names),
		      order_names_by_text);
	if (hosts < (double)evidence->host_count)
		hosts = (double)evidence->host_count;
	made.limit = verdict_limit(hosts * (double)ground->generators);
	bench.limit = made.limit;
	err = mark(&bench, &crowd, &findings);
	if (err == FSK_OK)
		err = make_rooms(&made, evidence, findings);
	if (err == FSK_OK) {
		judge_hosts(&bench);
		crowd_settle(&crowd);
		made.collisions = crowd.names;
		made.collision_count = crowd.count;
		crowd.names = NULL;
		*judgement = made;
	} else {
		judge_fini(&made);
	}
	crowd_fini(&crowd);
	evidence_settle(evidence);
	return err;
}

void
judge_fini(struct judgement *judgement)
{
	free(judgement->hosts);
	free(judgement->findings);
	free(judgement->requests);
	free(judgement->collisions);
	*judgement = (struct judgement){.host_count = 0};
}
