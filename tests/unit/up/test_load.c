/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Files of the daemon: what is wrong in one is told by its place, secrets come from
 * where they are said to be, and who else can read them is noticed.
 */
#include "up/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SECRET "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" /* 32 octets */
#define BEGIN "[foresink]\nroles = feed\n[feed]\nlisten = ::1\n[zone z]\ntransfer = ::1\n"

/* A folder, and the paths of two files in it. */
struct scene {
	char folder[32];
	char conf[64], other[64];
};

static int
begin(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	memcpy(scene->folder, "/tmp/foresink-XXXXXX", sizeof("/tmp/foresink-XXXXXX"));
	assert_non_null(mkdtemp(scene->folder));
	snprintf(scene->conf, sizeof(scene->conf), "%s/conf", scene->folder);
	snprintf(scene->other, sizeof(scene->other), "%s/other", scene->folder);
	*state = scene;
	return 0;
}

static int
end(void **state)
{
	struct scene *scene = *state;

	(void)unlink(scene->conf);
	(void)unlink(scene->other);
	assert_int_equal(rmdir(scene->folder), 0);
	free(scene);
	return 0;
}

/* Writes ${format} with the path of the other file to ${path}. */
static void
put(const struct scene *scene, const char *path, mode_t mode, const char *format)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fprintf(file, "%s", format) >= 0);
	if (path == scene->conf)
		assert_true(fprintf(file, "%s\n", scene->other) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
test_secret_file(void **state)
{
	struct scene *scene = *state;
	struct up_trouble trouble;
	struct up_config config;

	put(scene, scene->conf, 0644, BEGIN "[key k]\nsecret-file = ");
	put(scene, scene->other, 0600, " " SECRET "\n");
	assert_int_equal(up_load_config(scene->conf, &config, &trouble), FSK_OK);
	assert_string_equal(config.path, scene->conf);
	assert_int_equal(config.feed.keys[0].secret_len, 32);
	assert_memory_equal(config.feed.keys[0].secret, "0123456789abcdef", 16);
	assert_null(config.exposed); /* the secret is not in the file that all can read */
	up_config_fini(&config);

	assert_int_equal(chmod(scene->other, 0604), 0);
	assert_int_equal(up_load_config(scene->conf, &config, &trouble), FSK_OK);
	assert_string_equal(config.exposed, scene->other);
	up_config_fini(&config);
}

static void
test_secret_inside(void **state)
{
	struct scene *scene = *state;
	struct up_trouble trouble;
	struct up_config config;

	put(scene, scene->conf, 0600, BEGIN "[key k]\nsecret = " SECRET "\n# ");
	assert_int_equal(up_load_config(scene->conf, &config, &trouble), FSK_OK);
	assert_null(config.exposed);
	up_config_fini(&config);
	assert_int_equal(chmod(scene->conf, 0644), 0);
	assert_int_equal(up_load_config(scene->conf, &config, &trouble), FSK_OK);
	assert_string_equal(config.exposed, scene->conf);
	up_config_fini(&config);
}

static void
assert_trouble(const struct scene *scene, enum fsk_err err, const char *file, size_t line,
               const char *why)
{
	struct up_trouble trouble;
	struct up_config config;

	assert_int_equal(up_load_config(scene->conf, &config, &trouble), err);
	assert_string_equal(trouble.file, file);
	assert_int_equal(trouble.line, line);
	assert_non_null(strstr(trouble.why, why));
}

static void
test_refused(void **state)
{
	struct scene *scene = *state;
	char large[1000];

	assert_trouble(scene, FSK_IO, scene->conf, 0, "No such file");
	put(scene, scene->conf, 0600, BEGIN "x = ");
	assert_trouble(scene, FSK_SYNTAX, scene->conf, 7, "no such key in this section: x");
	put(scene, scene->conf, 0600, BEGIN "[x\xc2\x9b y]\n");
	assert_trouble(scene, FSK_SYNTAX, scene->conf, 7,
	               "no such section: [x\\xc2\\x9b y]");
	put(scene, scene->conf, 0600, BEGIN "[key k]\nsecret-file = ");
	assert_trouble(scene, FSK_IO, scene->conf, 8, "No such file");
	put(scene, scene->other, 0600, "");
	assert_trouble(scene, FSK_SYNTAX, scene->other, 0, "too short");
	put(scene, scene->other, 0600, SECRET "\n" SECRET "\n");
	assert_trouble(scene, FSK_SYNTAX, scene->other, 0, "base64");
	memset(large, 'A', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	put(scene, scene->other, 0600, large);
	assert_trouble(scene, FSK_SYNTAX, scene->conf, 8, "too long");
	assert_int_equal(unlink(scene->other), 0);
	assert_int_equal(mkfifo(scene->other, 0600), 0);
	assert_trouble(scene, FSK_SYNTAX, scene->other, 0, "too short"); /* no waiting */
}

static void
test_large_file(void **state)
{
	struct scene *scene = *state;

	put(scene, scene->conf, 0600, BEGIN "# ");
	assert_int_equal(truncate(scene->conf, UP_CONFIG_MOST + 1), 0);
	assert_trouble(scene, FSK_SYNTAX, scene->conf, 0, "1 MiB");
	assert_int_equal(truncate(scene->conf, UP_CONFIG_MOST), 0);
	assert_trouble(scene, FSK_SYNTAX, scene->conf, 8, "of over 4000 octets");
}

static void
test_lists(void **state)
{
	struct scene *scene = *state;
	struct watch_rulebook *book = NULL;
	struct up_trouble trouble;
	struct up_config config;

	put(scene, scene->conf, 0600, BEGIN "[collision]\nallow = ");
	assert_int_equal(up_load_config(scene->conf, &config, &trouble), FSK_OK);
	assert_int_equal(up_load_book(&config, &book, &trouble), FSK_IO);
	assert_string_equal(trouble.file, scene->conf);
	assert_int_equal(trouble.line, 8);
	put(scene, scene->other, 0600, "good.example\n\ncom\n");
	assert_int_equal(up_load_book(&config, &book, &trouble), FSK_SYNTAX);
	assert_string_equal(trouble.file, scene->other);
	assert_int_equal(trouble.line, 3);
	put(scene, scene->other, 0600, "good.example\n");
	assert_int_equal(up_load_book(&config, &book, &trouble), FSK_OK);
	assert_int_equal(watch_rulebook_read_of(book, 0)->names, 1);
	watch_rulebook_free(book);
	/* A pipe is not waited for. */
	assert_int_equal(unlink(scene->other), 0);
	assert_int_equal(mkfifo(scene->other, 0600), 0);
	assert_int_equal(up_load_book(&config, &book, &trouble), FSK_SYNTAX);
	assert_string_equal(trouble.file, scene->conf);
	assert_int_equal(trouble.line, 8);
	assert_non_null(strstr(trouble.why, "not a regular file"));
	up_config_fini(&config);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_secret_file, begin, end),
	        cmocka_unit_test_setup_teardown(test_secret_inside, begin, end),
	        cmocka_unit_test_setup_teardown(test_refused, begin, end),
	        cmocka_unit_test_setup_teardown(test_large_file, begin, end),
	        cmocka_unit_test_setup_teardown(test_lists, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
