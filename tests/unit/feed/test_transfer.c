/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Transfers, read by ldns: whatever serial a secondary has, what IXFR sends makes of its
 * zone exactly what AXFR sends; and the forms of RFC 1995 and RFC 5936.
 */
#include "asking.h"

#define ROUNDS 30
#define SWAPS 14

/* A zone as a secondary has it: records without the SOA, as text, in order. */
struct copy {
	char **records;
	size_t count, room;
	uint32_t serial;
};

static void
copy_fini(struct copy *copy)
{
	for (size_t i = 0; i < copy->count; i++)
		free(copy->records[i]);
	free(copy->records);
	*copy = (struct copy){.count = 0};
}

/* Where ${text} stands or would stand. */
static size_t
place_of(const struct copy *copy, const char *text, bool *found)
{
	size_t low = 0, high = copy->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(copy->records[middle], text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*found = low < copy->count && strcmp(copy->records[low], text) == 0;
	return low;
}

static void
copy_add(struct copy *copy, char *text)
{
	bool found;
	size_t place = place_of(copy, text, &found);

	assert_false(found); /* RFC 1995: nothing is added twice */
	if (copy->count == copy->room) {
		copy->room = copy->room * 2 + 64;
		copy->records = realloc(copy->records, copy->room * sizeof(char *));
	}
	memmove(copy->records + place + 1, copy->records + place,
	        (copy->count - place) * sizeof(char *));
	copy->records[place] = text;
	copy->count++;
}

static void
copy_remove(struct copy *copy, char *text)
{
	bool found;
	size_t place = place_of(copy, text, &found);

	assert_true(found); /* nothing is removed that is not there */
	free(copy->records[place]);
	free(text);
	copy->count--;
	memmove(copy->records + place, copy->records + place + 1,
	        (copy->count - place) * sizeof(char *));
}

static void
copy_of(const struct copy *from, struct copy *to)
{
	*to = (struct copy){.serial = from->serial};
	for (size_t i = 0; i < from->count; i++)
		copy_add(to, strdup(from->records[i]));
}

static void
assert_copies(const struct copy *a, const struct copy *b)
{
	assert_int_equal(a->serial, b->serial);
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_string_equal(a->records[i], b->records[i]);
}

/* All records of a transfer; the messages are checked on the way. */
static ldns_rr_list *
fetch(struct scene *scene, uint16_t type, uint32_t serial, size_t most, unsigned *messages)
{
	static struct dialogue dialogue;
	uint8_t request[512];
	size_t len = write_request(request, ZONE, type, serial);
	ldns_rr_list *all = ldns_rr_list_new();
	enum fsk_err err = FSK_OK;

	*messages = 0;
	ask(scene, &dialogue, request, len, true);
	assert_int_equal(dialogue.outcome, FEED_TRANSFER);
	while (err == FSK_OK) {
		struct wire_packer *packer = &dialogue.reply.packer;
		ldns_pkt *packet;

		packer->most = most;
		err = feed_transfer_next(&dialogue.reply.transfer, &dialogue.reply.signer,
		                         NOW, packer);
		assert_true(packer->len <= most);
		packet = parse(packer->octets, packer->len);
		assert_int_equal(ldns_pkt_id(packet), 4711);
		assert_true(ldns_pkt_qr(packet) && ldns_pkt_aa(packet));
		assert_int_equal(
		        ldns_rr_get_type(ldns_rr_list_rr(ldns_pkt_question(packet), 0)),
		        type);
		assert_true(ldns_pkt_ancount(packet) > 0);
		ldns_rr_list_push_rr_list(all, ldns_pkt_answer(packet));
		ldns_rr_list_free(ldns_pkt_answer(packet));
		ldns_pkt_set_answer(packet, ldns_rr_list_new());
		ldns_pkt_free(packet);
		++*messages;
	}
	assert_int_equal(err, FSK_END);
	feed_transfer_end(&dialogue.reply.transfer);
	return all;
}

static bool
is_soa(const ldns_rr *rr, uint32_t *serial)
{
	if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA)
		return false;
	*serial = ldns_rdf2native_int32(ldns_rr_rdf(rr, 2));
	return true;
}

/* Takes a transfer into ${copy} as a secondary does (RFC 1995 section 4); says by which
 * kind it came. */
static enum feed_transfer_kind
take(struct copy *copy, const ldns_rr_list *all)
{
	size_t count = ldns_rr_list_rr_count(all);
	uint32_t last = 0, serial = 0;
	enum feed_transfer_kind kind = FEED_ALL;
	bool removing = false;

	assert_true(count > 0 && is_soa(ldns_rr_list_rr(all, 0), &last));
	if (count == 1)
		return FEED_SINGLE;
	assert_true(is_soa(ldns_rr_list_rr(all, count - 1), &serial) && serial == last);
	if (is_soa(ldns_rr_list_rr(all, 1), &serial))
		kind = FEED_DELTAS;
	else
		copy_fini(copy);
	for (size_t i = 1; i < count - 1; i++) {
		const ldns_rr *rr = ldns_rr_list_rr(all, i);

		if (is_soa(rr, &serial)) {
			removing = !removing;
			if (removing)
				assert_int_equal(serial, copy->serial);
			copy->serial = serial;
		} else if (removing) {
			copy_remove(copy, ldns_rr2str(rr));
		} else {
			copy_add(copy, ldns_rr2str(rr));
		}
	}
	assert_true(kind == FEED_ALL || copy->serial == last);
	copy->serial = last;
	return kind;
}

/* Fetches and takes. */
static enum feed_transfer_kind
update(struct scene *scene, struct copy *copy, uint16_t type, size_t most)
{
	unsigned messages;
	ldns_rr_list *all = fetch(scene, type, copy->serial, most, &messages);
	enum feed_transfer_kind kind = take(copy, all);

	ldns_rr_list_deep_free(all);
	return kind;
}

/* From each serial of a random history, kept or not. */
static void
one_history(uint64_t seed, unsigned kinds[3])
{
	static struct scene scene;
	uint64_t state = seed;
	uint8_t states[UNIVERSE] = {0};
	struct copy copies[SWAPS] = {0};
	size_t most = 512 + chance(&state) % (WIRE_RPZ_MOST - 511);
	unsigned often = 2 + chance(&state) % 60;

	scene_init(&scene, NULL);
	scene.zone.history = 1 + chance(&state) % SWAPS;
	scene.zone.may_shrink = true;
	scene.zone.action = (enum wire_action)(chance(&state) % 4);
	if (chance(&state) % 4 == 0)
		scene.zone.canary = span_of("");
	assert_int_equal(feed_desk_set(&scene.desk, &scene.setting), FSK_OK);
	change_states(states, &state, 2);
	for (unsigned i = 0; i < SWAPS; i++) {
		assert_int_equal(scene_swap(&scene, states, NOW + (int64_t)i * 40000),
		                 FSK_OK);
		assert_int_equal(update(&scene, &copies[i], LDNS_RR_TYPE_AXFR, most),
		                 FEED_ALL);
		for (unsigned from = 0; from <= i; from++) {
			struct copy copy;

			copy_of(&copies[from], &copy);
			kinds[update(&scene, &copy, LDNS_RR_TYPE_IXFR, most)]++;
			assert_copies(&copy, &copies[i]);
			copy_fini(&copy);
		}
		if (chance(&state) % 5 != 0) /* else the same comes again */
			change_states(states, &state, often);
	}
	for (unsigned i = 0; i < SWAPS; i++)
		copy_fini(&copies[i]);
	scene_fini(&scene);
}

static void
test_ixfr_is_axfr(void **state)
{
	unsigned kinds[3] = {0};

	(void)state;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++)
		one_history(seed, kinds);
	/* Each kind was met, often enough to mean something. */
	for (unsigned i = 0; i < 3; i++)
		assert_true(kinds[i] > 100);
}

/* A transfer goes on with its own image while others take its place. */
static void
test_swap_in_the_middle(void **state)
{
	static struct scene scene;
	static struct dialogue dialogue;
	uint8_t request[512], states[UNIVERSE];
	struct copy before = {0}, copy = {0};
	size_t len;
	ldns_rr_list *all = ldns_rr_list_new();
	enum fsk_err err = FSK_OK;

	(void)state;
	memset(states, 1, sizeof(states));
	scene_init(&scene, NULL);
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	update(&scene, &before, LDNS_RR_TYPE_AXFR, 1000);
	len = write_request(request, ZONE, LDNS_RR_TYPE_AXFR, 0);
	ask(&scene, &dialogue, request, len, true);
	for (unsigned i = 0; err == FSK_OK; i++) {
		ldns_pkt *packet;

		dialogue.reply.packer.most = 1000;
		err = feed_transfer_next(&dialogue.reply.transfer, &dialogue.reply.signer,
		                         NOW, &dialogue.reply.packer);
		packet = parse(dialogue.octets, dialogue.reply.packer.len);
		ldns_rr_list_push_rr_list(all, ldns_pkt_answer(packet));
		ldns_rr_list_free(ldns_pkt_answer(packet));
		ldns_pkt_set_answer(packet, ldns_rr_list_new());
		ldns_pkt_free(packet);
		states[i % UNIVERSE] ^= 3;
		assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	}
	assert_int_equal(take(&copy, all), FEED_ALL);
	assert_copies(&copy, &before);
	feed_transfer_end(&dialogue.reply.transfer);
	ldns_rr_list_deep_free(all);
	copy_fini(&copy);
	copy_fini(&before);
	scene_fini(&scene);
}

/* Serials that are unknown, of the future, and beyond the turn of the circle. */
static void
test_serials(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];
	const struct {
		uint32_t serial;
		enum feed_transfer_kind kind;
	} cases[] = {{TODAY, FEED_DELTAS},
	             {TODAY + 1, FEED_SINGLE},
	             {TODAY + 2, FEED_SINGLE},
	             {TODAY - 1, FEED_ALL},
	             {0, FEED_ALL},
	             {TODAY + UINT32_C(0x7fffffff), FEED_SINGLE},
	             {TODAY + UINT32_C(0x80000002), FEED_ALL}};

	(void)state;
	memset(states, 1, sizeof(states));
	scene_init(&scene, NULL);
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	states[7] = 2; /* changes its state: removed and added */
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned messages;
		ldns_rr_list *all = fetch(&scene, LDNS_RR_TYPE_IXFR, cases[i].serial,
		                          WIRE_RPZ_MOST, &messages);
		size_t count = ldns_rr_list_rr_count(all);
		uint32_t serial;

		assert_true(is_soa(ldns_rr_list_rr(all, 0), &serial));
		assert_int_equal(serial, TODAY + 1);
		assert_true(cases[i].kind == FEED_SINGLE ? count == 1
		            : cases[i].kind == FEED_DELTAS
		                    ? count == 14 /* 4 SOA, 2 canaries of 3, 2 rules of 2 */
		                    : count > 2 * UNIVERSE);
		ldns_rr_list_deep_free(all);
	}
	scene_fini(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_ixfr_is_axfr),
	        cmocka_unit_test(test_swap_in_the_middle),
	        cmocka_unit_test(test_serials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
