/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/order.h"

#include "base/date.h"
#include "verdict/evidence.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* ${days}, at least 1, as an int. */
static int
whole(int64_t days)
{
	if (days < 1)
		return 1;
	return days > INT_MAX ? INT_MAX : (int)days;
}

int
order_offset(struct fsk_period period, int64_t us)
{
	int64_t second = date_second_of(us);
	int64_t day = date_day_of(second);

	if (second < period.first)
		return whole(date_day_of(period.first) - day);
	if (second > period.last)
		return -whole(day - date_day_of(period.last));
	return 0;
}

void
order_stretch_add(struct order_stretch *stretch, const struct order_stretch *other)
{
	if (other->period.first < stretch->period.first)
		stretch->period.first = other->period.first;
	if (other->period.last > stretch->period.last)
		stretch->period.last = other->period.last;
	if (other->first_us < stretch->first_us)
		stretch->first_us = other->first_us;
	if (other->last_us > stretch->last_us)
		stretch->last_us = other->last_us;
}

bool
order_stretch_moves(const struct order_stretch *stretch)
{
	return order_offset(stretch->period, stretch->first_us) !=
	       order_offset(stretch->period, stretch->last_us);
}

static int
compare_periods(struct fsk_period a, struct fsk_period b)
{
	int order = compare_numbers(a.first, b.first);

	return order != 0 ? order : compare_numbers(a.last, b.last);
}

int
order_names_by_text(const void *left, const void *right)
{
	const struct verdict_name *a = left, *b = right;
	int order = compare_numbers(a->host, b->host);

	if (order == 0)
		order = compare_numbers(a->match.generator, b->match.generator);
	if (order == 0)
		order = strcmp(a->text, b->text);
	if (order == 0)
		order = compare_numbers(abs(order_offset(a->match.period, a->first_us)),
		                        abs(order_offset(b->match.period, b->first_us)));
	if (order == 0)
		order = spot_compare(evidence_first(a), evidence_first(b));
	return order != 0 ? order : compare_periods(a->match.period, b->match.period);
}

int
order_names_by_period(const void *left, const void *right)
{
	const struct verdict_name *a = left, *b = right;
	int order = compare_periods(a->match.period, b->match.period);

	return order != 0 ? order : strcmp(a->text, b->text);
}

int
order_names_by_time(const void *left, const void *right)
{
	const struct verdict_name *a = left, *b = right;
	int order = spot_compare(evidence_first(a), evidence_first(b));

	if (order == 0)
		order = compare_periods(a->match.period, b->match.period);
	return order != 0 ? order : strcmp(a->text, b->text);
}

/* How bad each is: by word, posterior, names that count. */
static int
compare_findings(const struct verdict_finding *a, const struct verdict_finding *b)
{
	int order = compare_numbers(b->word, a->word);

	if (order == 0)
		order = (a->posterior < b->posterior) - (a->posterior > b->posterior);
	return order != 0 ? order : compare_numbers(b->found, a->found);
}

int
order_findings(const void *left, const void *right)
{
	const struct verdict_finding *a = left, *b = right;
	int order = compare_findings(a, b);

	return order != 0 ? order : compare_numbers(a->generator, b->generator);
}

int
order_hosts(const void *left, const void *right)
{
	static const struct verdict_finding none = {.found = 0};
	const struct verdict_host *a = left, *b = right;
	int order = compare_numbers(b->word, a->word);

	if (order == 0)
		order = compare_findings(a->finding_count > 0 ? a->findings : &none,
		                         b->finding_count > 0 ? b->findings : &none);
	if (order == 0)
		order = memcmp(&a->client.address, &b->client.address,
		               sizeof(a->client.address));
	return order != 0 ? order : compare_numbers(a->client.prefix, b->client.prefix);
}

int
order_requests(const void *left, const void *right)
{
	const struct verdict_request *a = left, *b = right;

	if (a->requests != b->requests)
		return a->requests > b->requests ? -1 : 1;
	return strcmp(a->fingerprint, b->fingerprint);
}
