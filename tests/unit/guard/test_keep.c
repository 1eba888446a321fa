/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sightings for who keeps them: each hit once, also one that is let through or only logged,
 * also without anybody to be told of alerts, and what waits at the end.
 */
#include "ledger_scene.h"

static struct sighting kept;
static char kept_name[256];
static unsigned kept_count;

static void
keep(const struct sighting *sighting, void *context)
{
	assert_ptr_equal(context, &kept);
	kept = *sighting;
	snprintf(kept_name, sizeof(kept_name), "%.*s", (int)sighting->name.len,
	         sighting->name.text);
	kept_count++;
}

static void
test_keep(void **state)
{
	struct guard_ledger_setting setting = setting_of(1);
	struct guard_ledger *ledger;
	struct guard_hit hit;

	(void)state;
	setting.keep = keep;
	setting.context = &kept;
	setting.hub = NULL;
	ledger = make_ledger(&setting);
	hit = hit_named(1, "conficker/b", 5);
	hit.qtype = 28;
	put_hit(0, &hit);
	guard_ledger_step(ledger);
	assert_int_equal(kept_count, 1);
	assert_string_equal(kept_name, hit.name.text);
	assert_true(kept.us == START);
	assert_int_equal(kept.kind, SIGHTING_DNS);
	assert_int_equal(kept.by, SIGHTING_BY_NAME);
	assert_int_equal(kept.transport, SIGHTING_UDP);
	assert_int_equal(kept.qtype, 28);
	assert_int_equal(kept.port, 4711);
	assert_int_equal(kept.to_port,
	                 0); /* it was asked for, and not of the name's host */
	assert_memory_equal(&kept.client, &hit.who.client, 17);
	assert_int_equal(kept.match.index, 5);
	put_hit(0, &hit);
	hit.passed = true;
	put_hit(0, &hit);
	hit.state = WATCH_LOG_ONLY;
	put_hit(0, &hit);
	hit.state = WATCH_ALLOW;
	put_hit(0, &hit);
	guard_ledger_step(ledger);
	assert_int_equal(kept_count, 5);
	put_hit(0, &hit);
	guard_ledger_free(ledger);
	assert_int_equal(kept_count, 6);
	assert_int_equal(told_count, 0);
	assert_int_equal(sights, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_keep, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
