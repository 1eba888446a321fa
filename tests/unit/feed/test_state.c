/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Swaps, serials and the state on the disk: what was kept is read again, and nothing that
 * is cut or altered is; a serial never goes back. Linked with --wrap for malloc, calloc
 * and realloc, which then fail on the n-th call.
 */
#include "../memory.h"
#include "feed/mark.h"
#include "scene.h"

#include "feed/serial.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static char *
state_path(void)
{
	struct fsk_name name = {.len = strlen(ZONE), .text = ZONE};

	return feed_state_path(folder, &name);
}

/* The octets of the state file, for the caller to free. */
static uint8_t *
read_state(size_t *len)
{
	char *path = state_path();
	FILE *in = fopen(path, "rb");
	uint8_t *octets = malloc(100000);

	assert_non_null(in);
	*len = fread(octets, 1, 100000, in);
	fclose(in);
	free(path);
	return octets;
}

static void
write_state(const uint8_t *octets, size_t len)
{
	char *path = state_path();
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(octets, 1, len, out), len);
	fclose(out);
	free(path);
}

static void
remove_state(void)
{
	char *path = state_path();
	char other[200];

	snprintf(other, sizeof(other), "%s.bad", path);
	unlink(path);
	unlink(other);
	snprintf(other, sizeof(other), "%s.serial", path);
	unlink(other);
	free(path);
}

static int
make_folder(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/feed.XXXXXX",
	         where != NULL ? where : "/tmp");
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	(void)state;
	remove_state();
	return rmdir(folder);
}

static const struct feed_version *
version_of(const struct scene *scene)
{
	return scene->desk.zones[0].version;
}

/* A scene with three swaps behind it, on two days. */
static void
init_swapped(struct scene *scene, uint8_t states[UNIVERSE], const char *where)
{
	scene_init(scene, where);
	memset(states, 1, UNIVERSE);
	assert_int_equal(scene_swap(scene, states, NOW), FSK_OK);
	states[3] = 0;
	states[200] = 2;
	assert_int_equal(scene_swap(scene, states, NOW + 10), FSK_OK);
	states[3] = 1;
	assert_int_equal(scene_swap(scene, states, NOW + DATE_DAY), FSK_OK);
	assert_int_equal(version_of(scene)->serial, TODAY + 100);
}

static void
test_serial_arithmetic(void **state)
{
	(void)state;
	assert_true(feed_serial_newer(1, 0));
	assert_false(feed_serial_newer(0, 0));
	assert_false(feed_serial_newer(0, 1));
	assert_true(feed_serial_newer(0, UINT32_MAX));
	assert_true(feed_serial_newer(0x7fffffff, 0));
	assert_false(feed_serial_newer(0x80000000, 0)); /* neither is */
	assert_false(feed_serial_newer(0, 0x80000000));
	assert_int_equal(feed_serial_of(NOW, 0), TODAY);
	assert_int_equal(feed_serial_after(TODAY - 1, NOW), TODAY);
	assert_int_equal(feed_serial_after(TODAY, NOW), TODAY + 1);
	assert_int_equal(feed_serial_after(TODAY + 700, NOW), TODAY + 701);
	assert_int_equal(feed_serial_after(UINT32_MAX, NOW), TODAY); /* on the circle */
	assert_int_equal(feed_serial_after(TODAY + 0x7fffffff, NOW), TODAY + 0x80000000);
}

static void
test_swaps(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];

	(void)state;
	init_swapped(&scene, states, NULL);
	assert_int_equal(version_of(&scene)->delta_count, 2);
	/* The same content changes nothing, a clock that went back neither. */
	assert_int_equal(scene_swap(&scene, states, NOW + 2 * DATE_DAY), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 100);
	states[0] = 0;
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 101);
	/* Half of the names may go, not more. */
	memset(states, 0, UNIVERSE / 2 + 1);
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_RANGE);
	memset(states, 0, sizeof(states));
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_RANGE);
	assert_int_equal(version_of(&scene)->serial, TODAY + 101);
	assert_non_null(strstr(scene.said, "refused to shrink"));
	scene.zone.may_shrink = true;
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	assert_int_equal(version_of(&scene)->image->list.count, 0);
	scene_fini(&scene);
}

static void
test_restart(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];

	(void)state;
	init_swapped(&scene, states, folder);
	scene_fini(&scene);
	scene_init(&scene, folder);
	/* The clock went back: the serial does not. The history goes on. */
	states[9] = 0;
	assert_int_equal(scene_swap(&scene, states, NOW - 9 * DATE_DAY), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 101);
	assert_int_equal(version_of(&scene)->delta_count, 3);
	assert_int_equal(version_of(&scene)->deltas[0]->from, TODAY);
	scene_fini(&scene);
	/* The same names: the same serial. */
	scene_init(&scene, folder);
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 101);
	assert_int_equal(version_of(&scene)->delta_count, 3);
	scene_fini(&scene);
	/* Other records of the same names: a new serial, and no history. */
	scene_init(&scene, folder);
	scene.zone.zone.ttl = 61;
	assert_int_equal(feed_desk_set(&scene.desk, &scene.setting), FSK_OK);
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 102);
	assert_int_equal(version_of(&scene)->delta_count, 0);
	scene_fini(&scene);
	remove_state();
}

/* A setting that changes while the zone is served. */
static void
test_change(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];
	bool changed;

	(void)state;
	init_swapped(&scene, states, NULL);
	assert_int_equal(feed_desk_set(&scene.desk, &scene.setting), FSK_OK);
	assert_int_equal(feed_load_again(&scene.desk, &scene.desk.zones[0], NOW, &changed),
	                 FSK_OK);
	assert_false(changed);
	scene.zone.action = WIRE_DROP;
	assert_int_equal(feed_desk_set(&scene.desk, &scene.setting), FSK_OK);
	assert_int_equal(feed_load_again(&scene.desk, &scene.desk.zones[0], NOW, &changed),
	                 FSK_OK);
	assert_true(changed);
	assert_int_equal(version_of(&scene)->serial, TODAY + 101);
	assert_int_equal(version_of(&scene)->delta_count, 0);
	assert_int_equal(version_of(&scene)->render.action, WIRE_DROP);
	scene_fini(&scene);
}

/* A restart with another setting and a list that is not believed: the names stay, and get a
 * new serial since their records are others. No delta is ever built on the old one. */
static void
test_refused_restart(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];
	uint8_t few[UNIVERSE] = {1};
	size_t delta;

	(void)state;
	init_swapped(&scene, states, folder);
	scene_fini(&scene);
	scene_init(&scene, folder);
	scene.zone.action = WIRE_NODATA;
	assert_int_equal(feed_desk_set(&scene.desk, &scene.setting), FSK_OK);
	assert_int_equal(scene_swap(&scene, few, NOW), FSK_RANGE);
	assert_int_equal(version_of(&scene)->serial, TODAY + 101);
	assert_int_equal(version_of(&scene)->delta_count, 0);
	assert_int_equal(feed_desk_set(&scene.desk, &scene.setting), FSK_OK);
	states[0] = (uint8_t)(1 - states[0]);
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	assert_int_equal(version_of(&scene)->delta_count, 1);
	assert_false(feed_version_find(version_of(&scene), TODAY, &delta));
	assert_false(feed_version_find(version_of(&scene), TODAY + 100, &delta));
	assert_true(feed_version_find(version_of(&scene), TODAY + 101, &delta));
	scene_fini(&scene);
	remove_state();
}

/* What is stale stays so through another setting, until it has a new serial. */
static void
test_stale(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];

	(void)state;
	init_swapped(&scene, states, NULL);
	scene.desk.zones[0].stale = true;
	assert_int_equal(feed_desk_set(&scene.desk, &scene.setting), FSK_OK);
	assert_true(scene.desk.zones[0].stale);
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	assert_false(scene.desk.zones[0].stale);
	assert_int_equal(version_of(&scene)->delta_count, 0);
	scene_fini(&scene);
}

/* A state file that is cut at any octet, or has one bit altered, is refused as a whole. */
static void
test_cut_and_altered(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];
	uint8_t *octets;
	size_t len;
	struct feed_version *version = NULL;
	bool same;

	(void)state;
	init_swapped(&scene, states, folder);
	octets = read_state(&len);
	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *exact = malloc(cut > 0 ? cut : 1);
		enum fsk_err err;

		memcpy(exact, octets, cut);
		err = feed_state_parse((struct span){(char *)exact, cut},
		                       &scene.desk.zones[0].render, 9, &version, &same);
		assert_int_equal(err, FSK_CORRUPT);
		free(exact);
		octets[cut] ^= (uint8_t)(1u << cut % 8);
		err = feed_state_parse((struct span){(char *)octets, len},
		                       &scene.desk.zones[0].render, 9, &version, &same);
		assert_true(err == FSK_CORRUPT || err == FSK_VERSION);
		octets[cut] ^= (uint8_t)(1u << cut % 8);
	}
	assert_int_equal(feed_state_parse((struct span){(char *)octets, len},
	                                  &scene.desk.zones[0].render, 1, &version, &same),
	                 FSK_OK);
	assert_int_equal(version->delta_count, 1); /* of 2, as asked for */
	assert_true(same);
	feed_version_free(version);
	scene_fini(&scene);

	/* A zone that finds such a file puts it aside and jumps ahead. */
	octets[len / 2] ^= 1;
	write_state(octets, len);
	scene_init(&scene, folder);
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 50);
	assert_non_null(strstr(scene.said, "kept as *.bad"));
	scene_fini(&scene);
	free(octets);
	remove_state();
}

/* A list whose octets are not what its names would be today is refused, whatever the sum
 * of the file says. */
static void
test_lists(void **state)
{
	struct feed_list list;
	struct feed_list_writer writer = {.room = 0};
	uint8_t states[UNIVERSE];
	char longest[254];
	bool log_only;

	(void)state;
	memset(states, 2, sizeof(states));
	make_list(states, &list);
	for (size_t at = 0; at < list.len; at++) {
		uint8_t *copy = malloc(list.len);
		struct feed_list taken;
		struct feed_cursor cursor;
		size_t names = 0;

		memcpy(copy, list.octets, list.len);
		copy[at] ^= (uint8_t)(1u << at % 8);
		if (feed_list_take(copy, list.len, list.count, &taken) != FSK_OK) {
			free(copy);
			continue;
		}
		/* Another name in the same place: as good as the first. */
		feed_list_begin(&taken, &cursor);
		while (feed_list_next(&cursor)) {
			names++;
			assert_true(feed_list_find(&taken, feed_cursor_name(&cursor),
			                           &log_only));
		}
		assert_int_equal(names, list.count);
		feed_list_fini(&taken);
	}
	assert_false(feed_list_find(&list, span_of("a"), &log_only));
	assert_false(feed_list_find(&list, span_of("zzz"), &log_only));
	assert_false(feed_list_find(&list, span_of(""), &log_only));
	feed_list_fini(&list);

	/* Names of all lengths that share all they can. */
	for (size_t len = 1; len <= 253; len++) {
		longest[len - 1] = len % 60 == 0 && len < 253 ? '.' : 'a';
		if (longest[len - 1] != '.')
			assert_int_equal(feed_list_add(&writer, (struct span){longest, len},
			                               len % 2 == 0),
			                 FSK_OK);
	}
	assert_int_equal(feed_list_add(&writer, (struct span){longest, 253}, false),
	                 FSK_RANGE); /* twice */
	assert_int_equal(feed_list_add(&writer, span_of("a"), false), FSK_RANGE);
	assert_int_equal(feed_list_add(&writer, span_of(""), false), FSK_RANGE);
	feed_list_end(&writer, &list);
	for (size_t len = 1; len <= 253; len++)
		if (longest[len - 1] != '.') {
			assert_true(feed_list_find(&list, (struct span){longest, len},
			                           &log_only));
			assert_int_equal(log_only, len % 2 == 0);
		}
	feed_list_fini(&list);
}

/* Without memory what is served stays, and the next swap succeeds. */
static void
test_memory(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];
	unsigned failures = 0;

	(void)state;
	init_swapped(&scene, states, folder);
	states[77] = 0;
	for (int calls = 0;; calls++) {
		struct feed_image *image = make_image(ZONE, states);
		uint32_t serial = version_of(&scene)->serial;
		bool changed;
		enum fsk_err err;

		memory_left = calls;
		err = feed_load(&scene.desk, &scene.desk.zones[0], image, NOW, &changed);
		if (memory_left >= 0) { /* it had enough */
			memory_left = -1;
			assert_int_equal(err, FSK_OK);
			break;
		}
		memory_left = -1;
		/* A list that could not be made smaller is no failure. */
		if (err == FSK_OK) {
			assert_int_equal(version_of(&scene)->serial, serial + 1);
			states[77] = (uint8_t)(1 - states[77]);
			continue;
		}
		failures++;
		assert_int_equal(err, FSK_NOMEM);
		assert_int_equal(version_of(&scene)->serial, serial);
	}
	assert_true(failures > 3);
	scene_fini(&scene);
	remove_state();
}

/* A folder that cannot be written to: told, and served all the same. */
static void
test_no_folder(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];

	(void)state;
	memset(states, 1, sizeof(states));
	scene_init(&scene, "/nowhere/at/all");
	assert_int_equal(scene_swap(&scene, states, NOW), FSK_IO);
	assert_int_equal(version_of(&scene)->serial, TODAY);
	assert_non_null(strstr(scene.said, "was not kept"));
	scene_fini(&scene);
}

/* A serial that was served and could not be kept is not served again with other names,
 * though the disk is as it was before it. */
static void
test_unkept(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];
	char *path = state_path();
	uint8_t *octets;
	size_t len;

	(void)state;
	init_swapped(&scene, states, folder);
	octets = read_state(&len);
	/* A folder in the place of the file: nothing can be put there. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	states[5] = 0;
	assert_int_equal(scene_swap(&scene, states, NOW + DATE_DAY), FSK_IO);
	assert_int_equal(version_of(&scene)->serial, TODAY + 101);
	assert_true(scene.desk.zones[0].unkept);
	assert_false(feed_load_keep(&scene.desk, &scene.desk.zones[0]));
	assert_null(strstr(scene.said, "again"));
	scene_fini(&scene);

	assert_int_equal(rmdir(path), 0);
	write_state(octets, len);
	scene_init(&scene, folder);
	states[5] = 1;
	assert_int_equal(scene_swap(&scene, states, NOW + DATE_DAY), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 102);
	assert_int_equal(version_of(&scene)->delta_count, 0);
	scene_fini(&scene);

	/* Also when there is no state at all. */
	assert_int_equal(unlink(path), 0);
	scene_init(&scene, folder);
	assert_int_equal(scene_swap(&scene, states, NOW + DATE_DAY), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 102);

	/* What could not be kept is kept later. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	states[5] = 0;
	assert_int_equal(scene_swap(&scene, states, NOW + DATE_DAY), FSK_IO);
	assert_int_equal(rmdir(path), 0);
	assert_true(feed_load_keep(&scene.desk, &scene.desk.zones[0]));
	assert_non_null(strstr(scene.said, "2026112303 is kept now"));
	scene_fini(&scene);
	free(octets);
	free(path);
	remove_state();
}

/* A mark that is none says nothing. */
static void
test_mark(void **state)
{
	static const char *const wrong[] = {"",
	                                    "2026112300",
	                                    "4294967296\n",
	                                    "202611230x\n",
	                                    "\n2026112300",
	                                    "-000000001\n"};
	char *path, *mark;

	(void)state;
	path = state_path();
	mark = feed_mark_path(path);
	assert_int_equal(feed_mark_write(mark, 1), FSK_IO); /* it makes none */
	assert_int_equal(feed_mark_read(mark), 0);
	assert_int_equal(feed_mark_make(mark), FSK_OK);
	assert_int_equal(feed_mark_read(mark), 0);
	assert_int_equal(feed_mark_write(mark, UINT32_MAX), FSK_OK);
	assert_int_equal(feed_mark_make(mark), FSK_OK);
	assert_int_equal(feed_mark_read(mark), UINT32_MAX);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		FILE *out = fopen(mark, "w");

		assert_non_null(out);
		fputs(wrong[i], out);
		fclose(out);
		assert_int_equal(feed_mark_read(mark), 0);
	}
	free(mark);
	free(path);
	remove_state();
}

/* Without a state a restart on the same day begins above what was served before it. */
static void
test_no_state(void **state)
{
	static struct scene scene;
	uint8_t states[UNIVERSE];

	(void)state;
	memset(states, 1, sizeof(states));
	for (int64_t second = 0; second < DATE_DAY; second += 21600) {
		scene_init(&scene, NULL);
		assert_int_equal(scene_swap(&scene, states, NOW + second), FSK_OK);
		assert_int_equal(version_of(&scene)->serial, TODAY + second / 864);
		scene_fini(&scene);
	}
	scene_init(&scene, NULL);
	assert_int_equal(scene_swap(&scene, states, NOW + DATE_DAY - 1), FSK_OK);
	assert_int_equal(version_of(&scene)->serial, TODAY + 99);
	scene_fini(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_serial_arithmetic),
	        cmocka_unit_test(test_swaps),
	        cmocka_unit_test(test_restart),
	        cmocka_unit_test(test_change),
	        cmocka_unit_test(test_refused_restart),
	        cmocka_unit_test(test_stale),
	        cmocka_unit_test(test_cut_and_altered),
	        cmocka_unit_test(test_lists),
	        cmocka_unit_test(test_memory),
	        cmocka_unit_test(test_no_folder),
	        cmocka_unit_test(test_unkept),
	        cmocka_unit_test(test_mark),
	        cmocka_unit_test(test_no_state),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
