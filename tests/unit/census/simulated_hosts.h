/* SPDX-License-Identifier: BSD-2-Clause
 *
 * simulated_hosts.h: hosts and lines of a simulated botnet: addresses that change, hours
 * on line, counters.
 */
#ifndef SIMULATED_HOSTS_H
#define SIMULATED_HOSTS_H

#include "simulated_world.h"

/* An address that nobody had: all different, and not in a row. */
static inline uint32_t
simulated_fresh(struct simulated *world)
{
	return ++world->fresh * UINT32_C(0x9e3779b1);
}

/* Another one of the pool in place of ${old} (its number there + 1; 0: none). */
static inline uint32_t
simulated_of_pool(struct simulated *world, uint32_t old)
{
	size_t place;

	do
		place = (size_t)(simulated_draw(world) * (double)world->pool);
	while (world->taken[place]);
	world->taken[place] = 1;
	if (old > 0)
		world->taken[old - 1] = 0;
	return (uint32_t)place + 1;
}

static inline uint32_t
simulated_next_address(struct simulated *world, uint32_t old)
{
	if (world->pool > 0)
		return simulated_of_pool(world, old);
	return simulated_fresh(world);
}

static inline void
simulated_settle(struct simulated *world)
{
	const struct simulated_setting *setting = &world->setting;

	for (size_t i = 0; i < setting->hosts;) {
		double draw = simulated_draw(world);
		size_t many =
		        draw < setting->nat ? 2 + (size_t)(3 * draw / setting->nat) : 1;

		if (setting->one_line)
			many = setting->hosts;
		for (size_t k = 0; k < many && i < setting->hosts; k++, i++)
			world->hosts[i] = (struct simulated_host){
			        .line = (uint32_t)world->line_count,
			        .always = simulated_happens(world, setting->always),
			        .zero = simulated_happens(world, setting->zeros),
			        .counter = (int32_t)(-40 * log1p(-simulated_draw(world))),
			        .region = (uint8_t)(3 * simulated_draw(world)),
			        .active = simulated_happens(world, setting->seldom)
			                          ? setting->active / 4
			                          : setting->active,
			};
		world->line_count++;
	}
	if (setting->reuse > 0)
		world->pool = (size_t)((double)world->line_count / setting->reuse);
	world->taken = simulated_room(world->pool, 1);
	for (size_t i = 0; i < world->line_count; i++) {
		world->lines[i].fixed = simulated_happens(world, setting->fixed);
		world->lines[i].after = simulated_next_address(world, 0);
	}
}

static inline void
simulated_change(struct simulated *world, struct simulated_line *line)
{
	line->before = line->after;
	line->change = SIMULATED_DAY;
	if (line->fixed || !simulated_happens(world, world->setting.churn))
		return;
	line->after = simulated_next_address(world, line->before);
	line->change =
	        world->setting.at_midnight ? 0 : simulated_between(world, 0, SIMULATED_DAY);
}

/* When ${host} is on line today, in whole hours: of three regions one each that is up from
 * 0, from 6 and from 13 on. */
static inline void
simulated_wake(struct simulated *world, struct simulated_host *host, size_t day)
{
	static const double mornings[] = {0, 6, 13};
	double first, end;

	host->first = host->end = 0;
	if (!host->always && !simulated_happens(world, host->active))
		return;
	first = host->always ? 0
	                     : floor(mornings[host->region] + 3 * simulated_draw(world));
	end = host->always ? 24 : fmin(24, first + 2 + floor(9 * simulated_draw(world)));
	host->first = (int64_t)first * SIMULATED_HOUR;
	host->end = (int64_t)end * SIMULATED_HOUR;
	for (size_t hour = (size_t)first; hour < (size_t)end; hour++)
		world->online[day * 24 + hour]++;
}

static inline uint32_t
simulated_address(const struct simulated *world, const struct simulated_host *host,
                  int64_t us)
{
	const struct simulated_line *line = &world->lines[host->line];

	return us < line->change ? line->before : line->after;
}

/* What ${host} sends as its counter; it grows and starts anew by the hour. */
static inline int32_t
simulated_counter(const struct simulated *world, const struct simulated_host *host)
{
	if (!world->setting.counters)
		return -1;
	return host->zero ? 0 : host->counter;
}

static inline void
simulated_age(struct simulated *world, struct simulated_host *host)
{
	if (simulated_happens(world, world->setting.resets))
		host->counter = 0;
	else if (simulated_happens(world, 0.2))
		host->counter++;
}

#endif
