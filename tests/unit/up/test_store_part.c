/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The section [store]: what each key does, each refusal with its line, the secret of
 * pseudonyms, and what a reload may change.
 */
#include "store/journal.h"
#include "up/load.h"
#include "up/places.h"
#include "up/restart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A guard that keeps. Lines 1 to 5. */
#define LEAST                                                                              \
	"[foresink]\n"                                                                     \
	"roles = guard\n"                                                                  \
	"[guard]\n"                                                                        \
	"listen = 127.0.0.1\nupstream = 192.0.2.1\n"

#define SECRET "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct up_config
read_good(const char *text)
{
	struct up_config config;
	struct fault fault = {.why = NULL};

	if (up_config_read(span_of(text), &config, &fault) != FSK_OK)
		fail_msg("line %zu: %s", fault.line, fault.why);
	return config;
}

static void
assert_refused(const char *text, size_t line, const char *why)
{
	struct up_config config;
	struct fault fault = {.why = NULL};

	assert_int_equal(up_config_read(span_of(text), &config, &fault), FSK_SYNTAX);
	if (fault.line != line || strstr(fault.why, why) == NULL)
		fail_msg("%zu: %s, wanted %zu: %s", fault.line, fault.why, line, why);
}

static void
test_keys(void **state)
{
	struct up_config config = read_good(LEAST "[store]\nfolder = /var/lib/store/\n");

	(void)state;
	assert_string_equal(config.store.folder, "/var/lib/store");
	assert_int_equal(config.store.line, 7);
	assert_int_equal(config.store.keep_days, 0);
	assert_int_equal(config.store.keep_bytes, 0);
	assert_int_equal(config.store.segment, STORE_SEGMENT);
	assert_null(config.store.country);
	assert_null(config.store.network);
	assert_null(config.store.secret_path);
	assert_false(config.store.has_secret);
	assert_true(up_store_wanted(&config));
	up_config_fini(&config);
	config = read_good(LEAST "[store]\nfolder = /s\nkeep-days = 90\nkeep-size = 50G\n"
	                         "country = /c.mmdb\nnetwork = /n.mmdb\n"
	                         "pseudonyms = /p\nsegment-size = 64K\n");
	assert_int_equal(config.store.keep_days, 90);
	assert_true(config.store.keep_bytes == UINT64_C(50) << 30);
	assert_string_equal(config.store.country, "/c.mmdb");
	assert_string_equal(config.store.network, "/n.mmdb");
	assert_string_equal(config.store.secret_path, "/p");
	assert_int_equal(config.store.secret_line, 12);
	assert_int_equal(config.store.segment, STORE_SEGMENT_LEAST);
	up_config_fini(&config);
	config = read_good(LEAST "[store]\nfolder = /s\nkeep-size = 16777216\n");
	assert_int_equal(config.store.keep_bytes, 16777216);
	up_config_fini(&config);
	config = read_good(LEAST);
	assert_null(config.store.folder);
	assert_false(up_store_wanted(&config));
	up_config_fini(&config);
}

/* Nobody keeps anything where no role sees somebody. */
static void
test_unwanted(void **state)
{
	struct up_config config =
	        read_good("[foresink]\nroles = feed\n[feed]\nlisten = 127.0.0.1\n"
	                  "[zone a.example]\ntransfer = 127.0.0.1\n"
	                  "[store]\nfolder = /s\n");

	(void)state;
	assert_false(up_store_wanted(&config));
	up_config_fini(&config);
}

static void
test_refused(void **state)
{
	(void)state;
	assert_refused(LEAST "[store]\nkeep-days = 1\n", 7, "no key folder");
	assert_refused(LEAST "[store]\nfolder = store\n", 7, "absolute");
	assert_refused(LEAST "[store]\nfolder = /\n", 7, "absolute");
	assert_refused(LEAST "[store]\nfolder = /s\nkeep-days = 36501\n", 8, "36500");
	assert_refused(LEAST "[store]\nfolder = /s\nkeep-days = -1\n", 8, "36500");
	assert_refused(LEAST "[store]\nfolder = /s\nkeep-size = 15M\n", 8, "16M");
	assert_refused(LEAST "[store]\nfolder = /s\nkeep-size = G\n", 8, "16M");
	assert_refused(LEAST "[store]\nfolder = /s\nkeep-size = 50g\n", 8, "16M");
	assert_refused(LEAST "[store]\nfolder = /s\nkeep-size = 1048577T\n", 8, "16M");
	assert_refused(LEAST "[store]\nfolder = /s\nkeep-size = 18446744073709551616\n", 8,
	               "16M");
	assert_refused(LEAST "[store]\nfolder = /s\nsegment-size = 63K\n", 8, "64K");
	assert_refused(LEAST "[store]\nfolder = /s\nsegment-size = 2G\n", 8, "1G");
	assert_refused(LEAST "[store]\nfolder = /s\ncountry = c\n", 8, "absolute");
	assert_refused(LEAST "[store]\nfolder = /s\nnetwork = n\n", 8, "absolute");
	assert_refused(LEAST "[store]\nfolder = /s\npseudonyms = p\n", 8, "absolute");
	assert_refused(LEAST "[store]\nfolder = /s\nfolder = /t\n", 8, "already");
	assert_refused(LEAST "[store a]\nfolder = /s\n", 6, "no name");
}

static void
test_secret(void **state)
{
	struct up_store store = {.folder = NULL};

	(void)state;
	assert_null(up_store_secret(&store, span_of(SECRET "\n")));
	assert_true(store.has_secret);
	assert_int_equal(store.secret[0], 0);
	assert_int_equal(store.secret[31], 0xff);
	assert_non_null(up_store_secret(&store, span_of("0011")));
	assert_false(store.has_secret);
	assert_non_null(up_store_secret(&store, span_of(SECRET "00")));
	assert_non_null(up_store_secret(&store, span_of("")));
	assert_non_null(up_store_secret(&store, (struct span){SECRET, 63}));
}

/* What changes only for how long is kept needs no restart. */
static void
test_same(void **state)
{
	static const struct {
		const char *next;
		size_t line; /* 0: it is the same */
	} rows[] = {
	        {"folder = /s\nkeep-days = 3\nkeep-size = 20M\ncountry = /c\n", 0},
	        {"folder = /t\ncountry = /c\n", 7},
	        {"folder = /s\ncountry = /d\n", 8},
	        {"folder = /s\ncountry = /c\nnetwork = /n\n", 9},
	        {"folder = /s\ncountry = /c\nsegment-size = 1M\n", 7},
	};
	struct up_config present =
	        read_good(LEAST "[store]\nfolder = /s\nkeep-days = 2\ncountry = /c\n");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[500];
		struct up_config next;
		struct fault fault;

		snprintf(text, sizeof(text), LEAST "[store]\n%s", rows[i].next);
		next = read_good(text);
		assert_int_equal(up_restart_needed(&present, &next, &fault),
		                 rows[i].line != 0);
		if (rows[i].line != 0) {
			assert_int_equal(fault.line, rows[i].line);
			assert_string_equal(fault.why, "another store needs a restart");
		}
		up_config_fini(&next);
	}
	assert_null(up_store_secret(&present.store, span_of(SECRET)));
	up_config_fini(&present);
}

/* Files. */

static char folder[] = "/tmp/foresink-store-XXXXXX";

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static enum fsk_err
load(struct up_config *config, struct up_trouble *trouble)
{
	char path[200], text[800];

	snprintf(text, sizeof(text),
	         LEAST "[store]\nfolder = %s/a/store\npseudonyms = %s/p\n", folder, folder);
	write_file("conf", text, 0600);
	snprintf(path, sizeof(path), "%s/conf", folder);
	return up_load_config(path, config, trouble);
}

static void
test_files(void **state)
{
	struct up_config config;
	struct up_trouble trouble;
	char path[200];

	(void)state;
	write_file("p", SECRET "\n", 0600);
	assert_int_equal(load(&config, &trouble), FSK_OK);
	assert_true(config.store.has_secret);
	assert_null(config.exposed);
	/* The folder above is missing, then there: that of the store is made later. */
	assert_int_equal(up_places_check(&config, &trouble), FSK_IO);
	assert_int_equal(trouble.line, 7);
	assert_non_null(strstr(trouble.why, "No such file"));
	snprintf(path, sizeof(path), "%s/a", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(up_places_check(&config, &trouble), FSK_OK);
	write_file("a/store", "", 0600);
	assert_int_equal(up_places_check(&config, &trouble), FSK_IO);
	assert_non_null(strstr(trouble.why, "Not a directory"));
	up_config_fini(&config);
	write_file("p", SECRET "\n", 0644);
	assert_int_equal(load(&config, &trouble), FSK_SYNTAX);
	assert_int_equal(trouble.line, 8);
	assert_non_null(strstr(trouble.why, "everybody can read it"));
	write_file("p", "secret\n", 0600);
	assert_int_equal(load(&config, &trouble), FSK_SYNTAX);
	assert_non_null(strstr(trouble.why, "64 hexadecimal digits"));
	assert_non_null(strstr(trouble.file, "/p"));
	snprintf(path, sizeof(path), "%s/p", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(load(&config, &trouble), FSK_IO);
	assert_int_equal(trouble.line, 8);
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	char command[200];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_keys),
	        cmocka_unit_test(test_unwanted),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_secret),
	        cmocka_unit_test(test_same),
	        cmocka_unit_test_setup_teardown(test_files, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
