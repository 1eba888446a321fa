/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every publish format: writes of the sample list what its descriptor says; what is
 * allowed is in none, and what is to be logged only blocks nowhere.
 */
#include "publish/sample.h"
#include "written.h"
#include "../memory.h"

static int left = -1; /* allocations that still succeed; negative: all do */

static struct publish_sample sample;

static int
make_sample(void **state)
{
	(void)state;
	return publish_sample_init(&sample) == FSK_OK ? 0 : -1;
}

static int
free_sample(void **state)
{
	(void)state;
	publish_sample_fini(&sample);
	return 0;
}

static void
each_writes_its_sample(void **state)
{
	(void)state;
	for (size_t i = 0; i < publish_format_count(); i++) {
		const struct publish_format *format = publish_format_at(i);
		size_t part = 0;
		char *got = NULL;
		enum fsk_err err = publish_sample_prove(&sample, format, &part, &got);

		if (err == FSK_MISMATCH)
			fail_msg("%s writes\n%s", format->parts[part].file, got);
		assert_int_equal(err, FSK_OK);
	}
}

/* The list that the proofs are made of has a name of each ground. */
static void
the_sample_has_all_grounds(void **state)
{
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	unsigned grounds = 0;
	bool twice = false;

	(void)state;
	watch_roster_begin(sample.roster, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		grounds |= 1U << entry.ruling->ground;
		twice |= entry.forecasts > 1;
	}
	assert_int_equal(grounds, (1U << (WATCH_GROUND_ALLOWED_BELOW + 1)) - 1);
	assert_true(twice);
}

/* Whether the digest of a proof would show a change. */
static void
a_wrong_sample_is_told(void **state)
{
	const struct publish_format *plain = publish_format_find(span_of("plain"));
	const struct publish_format *cdb = publish_format_find(span_of("cdb"));
	struct publish_format changed = *plain;
	size_t part = 7;
	char *got = NULL;

	(void)state;
	changed.parts[1] = changed.parts[0];
	changed.parts[1].sample = "other\n";
	assert_int_equal(publish_sample_prove(&sample, &changed, &part, &got),
	                 FSK_MISMATCH);
	assert_int_equal(part, 1);
	assert_string_equal(got, plain->parts[0].sample);
	free(got);
	changed = *cdb;
	changed.parts[0].sample_sha256 = "0";
	assert_int_equal(publish_sample_prove(&sample, &changed, &part, &got),
	                 FSK_MISMATCH);
	assert_int_equal(part, 0);
	assert_string_equal(got, cdb->parts[0].sample_sha256);
	free(got);
}

static void
check_states(const struct publish_list *list, const struct publish_format *format,
             const struct publish_part *part)
{
	struct written written = written_part(list, part);
	bool passes = strcmp(format->name, "rpz") == 0;

	/* Base64 hides a name from this test, and wire form its dots. */
	if (strcmp(part->file, "suricata.lst") == 0) {
		assert_false(has(&written, "aGV3ZWhm")); /* hewehf */
		assert_true(has(&written, "Y2N4cnVn"));  /* ccxrug */
	} else if (is_about_names(part)) {
		assert_false(has(&written, "hewehfccfqmdih")); /* allowed */
		assert_false(has(&written, "ytpikccrctafe"));  /* allowed below */
		assert_true(has(&written, "ccxrugtwplml"));
		assert_true(has(&written, "toarkxuwbhl")); /* suspicious */
		assert_int_equal(has(&written, "mjpyj"),
		                 passes || format->kind != PUBLISH_BLOCKS);
		assert_int_equal(has(&written, "aymlgpgl"),
		                 passes || format->kind != PUBLISH_BLOCKS);
		assert_int_equal(has(&written, "s2026112900"),
		                 format->kind == PUBLISH_BLOCKS);
	}
	free(written.text);
}

static void
allow_beats_block_in_each(void **state)
{
	(void)state;
	each_part(&sample.list, check_states);
}

static void
check_no_canary(const struct publish_list *list, const struct publish_format *format,
                const struct publish_part *part)
{
	struct written written = written_part(list, part);

	(void)format;
	assert_false(has(&written, "s2026112900."));
	assert_false(has(&written, "serial."));
	assert_false(has(&written, "canary"));
	free(written.text);
}

/* Without a canary there is none, nor with one that could be read as something else. */
static void
a_list_can_do_without_a_canary(void **state)
{
	static const char *const none[] = {"",   "foresink..internal", "a\"b", "a b", "a/b",
	                                   "a:b"};
	struct publish_list list = sample.list;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		list.canary = span_of(none[i]);
		each_part(&list, check_no_canary);
	}
}

/* Lets one allocation after the other fail, until the part is written. */
static void
check_memory(const struct publish_list *list, const struct publish_format *format,
             const struct publish_part *part)
{
	enum fsk_err err = FSK_NOMEM;

	(void)format;
	for (int n = 0; err == FSK_NOMEM; n++) {
		int fd;
		struct publish_file *file = written_begin(&fd);

		assert_true(n < 20);
		left = n;
		err = part->write(list, file);
		left = -1;
		free(written_read(fd, file).text);
	}
	assert_int_equal(err, FSK_OK);
}

static void
want_of_memory_is_returned(void **state)
{
	enum fsk_err err = FSK_NOMEM;

	(void)state;
	each_part(&sample.list, check_memory);
	for (int n = 0; err == FSK_NOMEM; n++) {
		struct publish_sample another;

		assert_true(n < 1000);
		left = n;
		err = publish_sample_init(&another);
		left = -1;
		if (err == FSK_OK)
			publish_sample_fini(&another);
	}
	assert_int_equal(err, FSK_OK);
}

static void
check_part(const struct publish_format *format, size_t k)
{
	const struct publish_part *part = &format->parts[k];

	assert_non_null(part->write);
	assert_true((part->sample == NULL) != (part->sample_sha256 == NULL));
	assert_true(strspn(part->file, "abcdefghijklmnopqrstuvwxyz.") ==
	            strlen(part->file));
	assert_true(part->file[0] != '.' && strlen(part->file) < 64);
	for (size_t i = 0; i < publish_format_count(); i++) {
		for (size_t j = 0; j < PUBLISH_PARTS_MAX; j++) {
			const struct publish_format *other = publish_format_at(i);

			if (other->parts[j].file != NULL && (other != format || j != k))
				assert_string_not_equal(part->file, other->parts[j].file);
		}
	}
}

static void
descriptors_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < publish_format_count(); i++) {
		const struct publish_format *format = publish_format_at(i);

		assert_ptr_equal(publish_format_find(span_of(format->name)), format);
		assert_true(strlen(format->title) > 0 && strlen(format->text) > 0);
		assert_non_null(format->sources[0]);
		assert_non_null(format->parts[0].file);
		for (size_t k = 0; k < PUBLISH_PARTS_MAX && format->parts[k].file != NULL;
		     k++)
			check_part(format, k);
		if (i > 0)
			assert_true(strcmp(publish_format_at(i - 1)->name, format->name) <
			            0);
	}
	assert_null(publish_format_at(publish_format_count()));
	assert_null(publish_format_find(span_of("no-such-format")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_writes_its_sample),
	        cmocka_unit_test(the_sample_has_all_grounds),
	        cmocka_unit_test(a_wrong_sample_is_told),
	        cmocka_unit_test(allow_beats_block_in_each),
	        cmocka_unit_test(a_list_can_do_without_a_canary),
	        cmocka_unit_test(want_of_memory_is_returned),
	        cmocka_unit_test(descriptors_are_complete),
	};

	return cmocka_run_group_tests(tests, make_sample, free_sample);
}
