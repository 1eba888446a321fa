/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_hosts.h: the days of hosts, put together of exported sightings: what a store
 * keeps beside its own.
 */
#ifndef CMD_CENSUS_HOSTS_H
#define CMD_CENSUS_HOSTS_H

#include "cmd/census_rows.h"
#include "cmd/census_texts.h"
#include "watch/hostday.h"

/* Holds none when it is all zeros. */
struct census_hosts {
	struct hostday *hosts;
	size_t count, room;
	uint32_t *slots; /* number of a host + 1; 0: empty */
	size_t mask;     /* slots - 1 */
	struct census_texts texts;
};

/* Adds the sighting of ${row} to the day of its host, generator and country. FSK_NOMEM;
 * FSK_RANGE: more generators than are told apart. */
FSK_MUST_USE enum fsk_err census_hosts_add(struct census_hosts *hosts,
                                           const struct census_row *row);
void census_hosts_fini(struct census_hosts *hosts);

#endif
