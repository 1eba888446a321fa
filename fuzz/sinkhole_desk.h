/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fuzz/sinkhole_desk.h: a desk of a sinkhole that holds "held.example" and one day's names
 * of Conficker.B, and keeps nothing but counts. Made once.
 */
#ifndef FUZZ_SINKHOLE_DESK_H
#define FUZZ_SINKHOLE_DESK_H

#include "fuzz.h"

#include "base/date.h"
#include "dga/catalog.h"
#include "sinkhole/dns.h"

#define FUZZ_DAY INT64_C(1795305600) /* 2026-11-22 */

static inline struct address
fuzz_address(const char *text)
{
	struct address address;

	FUZZ_CLAIM(address_read(span_of(text), &address) == FSK_OK);
	return address;
}

static inline struct sinkhole_desk *
fuzz_desk(void)
{
	static const uint8_t secret[WIRE_COOKIE_SECRET] = "0123456789abcde";
	static struct sinkhole_tally tally;
	static struct sinkhole_desk desk = {
	        .tally = &tally, .secret = secret, .workers = 1, .keep = 64};
	const struct fsk_name held = {12, "held.example"}, server = {11, "ns1.example"};
	const struct address addresses[] = {
	        fuzz_address("192.0.2.1"), fuzz_address("192.0.2.2"),
	        fuzz_address("192.0.2.3"), fuzz_address("2001:db8::1"),
	        fuzz_address("2001:db8::2")};
	struct dga_generator generator;
	struct watch_plan plan = {.generators = &generator.number,
	                          .generator_count = 1,
	                          .from = FUZZ_DAY,
	                          .to = FUZZ_DAY,
	                          .threads = 1};
	const struct sinkhole_set_setting sets[] = {
	        {.names = &held,
	         .name_count = 1,
	         .addresses = addresses,
	         .address_count = 5},
	        {.addresses = addresses, .address_count = 5, .per_name = 2}};
	const struct sinkhole_ground_setting setting = {.sets = sets,
	                                                .set_count = 2,
	                                                .plan = &plan,
	                                                .servers = &server,
	                                                .server_count = 1,
	                                                .mailbox = &server,
	                                                .ttl = 60};
	struct sinkhole_ground *ground;

	if (desk.ground != NULL)
		return &desk;
	FUZZ_CLAIM(dga_generator_find(span_of("conficker/b"), &generator) == FSK_OK);
	FUZZ_CLAIM(sinkhole_ground_new(&setting, &ground) == FSK_OK);
	FUZZ_CLAIM(sinkhole_recent_new(&desk.recent) == FSK_OK);
	desk.us = FUZZ_DAY * DATE_SECOND;
	desk.ground = ground;
	return &desk;
}

/* How many messages were kept or rejected. */
static inline uint64_t
fuzz_accounted(const struct sinkhole_desk *desk)
{
	uint64_t sum = desk->tally->kept[SIGHTING_DNS] + desk->tally->lost;

	for (size_t i = 0; i < SINKHOLE_REJECTS; i++)
		sum += desk->tally->rejected[i];
	return sum;
}

#endif
