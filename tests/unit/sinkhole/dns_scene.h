/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/sinkhole/dns_scene.h: a desk with a few held names, questions that are asked
 * there, what is answered and what was kept. For tests that are linked with --wrap for
 * store_journal_put.
 */
#ifndef TEST_SINKHOLE_DNS_SCENE_H
#define TEST_SINKHOLE_DNS_SCENE_H

#include "ground_scene.h"
#include "question.h"
#include "sinkhole/dns.h"
#include "wire/octets.h"

#include <stdio.h>

enum fsk_err __wrap_store_journal_put(struct store_journal *journal,
                                      const struct sighting *contact, int64_t now_us);

/* What was kept last, and how often; whether there is room. */
static struct sighting kept;
static char kept_name[300], kept_forecast[300], kept_forwarded[300], kept_first[1500];
static unsigned kept_count;
static bool is_full;

static inline void
hold(struct span *span, char *text)
{
	if (span->len > 0)
		memcpy(text, span->text, span->len);
	text[span->len] = '\0';
	span->text = text;
}

enum fsk_err
__wrap_store_journal_put(struct store_journal *journal, const struct sighting *contact,
                         int64_t now_us)
{
	assert_non_null(journal);
	assert_int_equal(now_us, contact->us);
	if (is_full)
		return FSK_IO;
	kept = *contact;
	hold(&kept.name, kept_name);
	hold(&kept.forecast, kept_forecast);
	hold(&kept.forwarded, kept_forwarded);
	hold(&kept.first, kept_first);
	kept_count++;
	return FSK_OK;
}

static const uint8_t secret[WIRE_COOKIE_SECRET] = "0123456789abcde";
static struct sinkhole_tally tally;
static struct sinkhole_desk desk;
static struct sinkhole_ground *ground;
static size_t number;
static struct address addresses[12];

static uint8_t asked[1500], out[SINKHOLE_DNS_MOST];
static size_t asked_len, len;

/* Sets: "held.example" with two addresses of each kind, "bare.example" without any, and of
 * "many.example" and the forecast each name has four of ten. */
static inline void
make_ground(unsigned rate)
{
	static struct fsk_name held, bare, many;
	struct watch_plan plan = plan_of(&number, 1);
	struct sinkhole_set_setting sets[] = {
	        {.names = &held,
	         .name_count = 1,
	         .addresses = addresses,
	         .address_count = 4},
	        {.names = &bare, .name_count = 1},
	        {.names = &many,
	         .name_count = 1,
	         .addresses = addresses + 2,
	         .address_count = 10,
	         .per_name = 4},
	        {.addresses = addresses, .address_count = 1},
	};
	struct sinkhole_ground_setting setting = make_setting(sets, 4);

	held = name_of("held.example");
	bare = name_of("bare.example");
	many = name_of("many.example");
	setting.plan = &plan;
	setting.rate = rate;
	sinkhole_ground_free(ground);
	assert_int_equal(sinkhole_ground_new(&setting, &ground), FSK_OK);
	desk.ground = ground;
}

static inline int
set_up(void **state)
{
	char text[20];

	(void)state;
	number = number_of("conficker/b");
	for (unsigned i = 0; i < 12; i++) {
		snprintf(text, sizeof(text), i % 2 == 0 ? "192.0.2.%u" : "2001:db8::%u", i);
		addresses[i] = address_of(text);
	}
	memset(&tally, 0, sizeof(tally));
	desk = (struct sinkhole_desk){.tally = &tally,
	                              .journal = (struct store_journal *)&kept,
	                              .sensor = span_of("here"),
	                              .secret = secret,
	                              .workers = 1,
	                              .keep = 64,
	                              .us = NOON * DATE_SECOND + 7,
	                              .ms = 1000000};
	kept_count = 0;
	is_full = false;
	make_ground(0);
	assert_int_equal(net_limits_new(1, &desk.limits), FSK_OK);
	assert_int_equal(sinkhole_recent_new(&desk.recent), FSK_OK);
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	sinkhole_ground_free(ground);
	ground = NULL;
	net_limits_free(desk.limits);
	sinkhole_recent_free(desk.recent);
	return 0;
}

/* Answers the ${count} octets that were asked, in memory of their own. */
static inline size_t
answer_octets(size_t count, bool stream)
{
	uint8_t *octets = malloc(count + (count == 0)), *to = malloc(SINKHOLE_DNS_MOST);
	struct sinkhole_call call = {
	        .octets = octets,
	        .len = count,
	        .stream = stream,
	        .peer = {.address = address_of("198.51.100.7"), .port = 4321},
	        .local = {.address = address_of("203.0.113.53"), .port = 53}};

	memcpy(octets, asked, count);
	memset(to, 0xa5, SINKHOLE_DNS_MOST);
	len = sinkhole_dns(&desk, &call, to);
	assert_true(len <= SINKHOLE_DNS_MOST);
	memcpy(out, to, SINKHOLE_DNS_MOST);
	free(octets);
	free(to);
	return len;
}

/* Asks ${question}, by TCP if ${stream}. */
static inline void
ask_by(const struct question *question, bool stream)
{
	asked_len = write_question(question, asked);
	assert_true(answer_octets(asked_len, stream) >= 12);
}

#define ASK(...) ask_by(&(struct question){__VA_ARGS__}, false)
#define ASK_STREAM(...) ask_by(&(struct question){__VA_ARGS__}, true)

static inline bool
is_at(const struct address *address, const char *text)
{
	struct address wanted = address_of(text);

	return address_equal(address, &wanted);
}

#endif
