/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A folder of lists that changes as a whole: what is current after each run, also
 * after one that was refused, or that found what an interrupted one left behind.
 * tests/cli/publish-kill.bats kills a run at each system call.
 */
#include "publish/publish.h"

#include "dga/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY INT64_C(86400)
#define JOGLI INT64_C(1236470400) /* 2009-03-08 */

static enum fsk_err
write_names(const struct publish_list *list, struct publish_file *file)
{
	struct watch_roster_cursor cursor;
	struct watch_entry entry;

	watch_roster_begin(list->roster, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		publish_put(file, entry.name);
		publish_put_text(file, "\n");
		publish_named(file);
	}
	return FSK_OK;
}

static enum fsk_err
write_serial(const struct publish_list *list, struct publish_file *file)
{
	publish_put_number(file, list->serial);
	publish_left_out(file);
	return FSK_OK;
}

static enum fsk_err
refuse(const struct publish_list *list, struct publish_file *file)
{
	(void)list;
	(void)file;
	return FSK_NOMEM;
}

static const struct publish_format format_names = {
        .name = "names",
        .parts = {{.file = "names.txt", .write = write_names},
                  {.file = "serial", .write = write_serial}},
};
static const struct publish_format format_bad = {
        .name = "bad", .parts = {{.file = "bad.txt", .write = refuse}}};
static const struct publish_format *const formats[] = {&format_names, &format_bad};

static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/foresink-publish-XXXXXX");
	return mkdtemp(folder) == NULL;
}

/* Removes ${name} below folder and everything in it. */
static void
remove_below(const char *name)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (unlink(path) == 0)
		return;
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char inner[512];

		if (entry->d_name[0] == '.' &&
		    (entry->d_name[1] == '\0' || entry->d_name[1] == '.'))
			continue;
		snprintf(inner, sizeof(inner), "%.200s/%.200s", name, entry->d_name);
		remove_below(inner);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

static int
remove_folder(void **state)
{
	(void)state;
	remove_below("");
	rmdir(folder);
	return 0;
}

/* The path of ${name} in the folder; until the next call. */
static const char *
at(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static bool
stands(const char *name)
{
	struct stat st;

	return lstat(at(name), &st) == 0;
}

static void
put_file(const char *name, const char *text)
{
	FILE *file = fopen(at(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* The names of a generator, "conficker/a" or "", on ${days} days from JOGLI on. */
static struct watch_roster *
roster_of(const char *name, int days)
{
	struct dga_generator generator;
	struct watch_plan plan = {.generators = &generator.number,
	                          .generator_count = 0,
	                          .from = JOGLI,
	                          .to = JOGLI + days * DAY - 1,
	                          .threads = 1};
	struct watch_roster_setting setting = {.plan = &plan};
	struct watch_roster *roster = NULL;

	if (name[0] != '\0') {
		assert_int_equal(dga_generator_find(span_of(name), &generator), FSK_OK);
		plan.generator_count = 1;
	}
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
	return roster;
}

static struct publish_setting
setting_of(const struct watch_roster *roster)
{
	return (struct publish_setting){
	        .folder = folder,
	        .roster = roster,
	        .window = {JOGLI, JOGLI + DAY - 1},
	        .now = JOGLI + 3600,
	        .formats = formats,
	        .format_count = 1,
	        .origin = span_of("rpz.foresink.internal"),
	        .canary = span_of("foresink.internal"),
	        .ttl = 60,
	};
}

/* Publishes ${setting}; what is current then, of ${serial} if it is not 0, is good. */
static enum fsk_err
publish(const struct publish_setting *setting, struct publish_report *report,
        uint32_t serial)
{
	enum fsk_err err = publish_run(setting, report);
	int error = errno;
	struct publish_verdict verdict;

	if (serial != 0) {
		assert_int_equal(publish_verify(folder, NULL, &verdict), FSK_OK);
		assert_int_equal(verdict.serial, serial);
	}
	assert_false(stands(".foresink-publish-draft"));
	assert_false(stands(".foresink-publish-link"));
	assert_false(stands(".foresink-publish-old"));
	errno = error;
	return err;
}

static void
test_rolls(void **state)
{
	struct watch_roster *a = roster_of("conficker/a", 1);
	struct watch_roster *b = roster_of("conficker/b", 1);
	struct publish_setting setting = setting_of(a);
	struct publish_report report;

	(void)state;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_NEW);
	assert_int_equal(report.serial, 2009030800);
	assert_int_equal(report.names, 250);
	assert_int_equal(report.before, 0);
	assert_int_equal(report.files, 2);
	assert_string_equal(report.written[0].file, "names.txt");
	assert_int_equal(report.written[0].facts.names, 250);
	assert_int_equal(report.written[1].facts.left_out, 1);
	assert_int_equal(report.written[1].facts.bytes, 10);

	setting.now += DAY; /* nothing new to say */
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_UNCHANGED);
	assert_int_equal(report.serial, 2009030800);

	setting.roster = b;
	assert_int_equal(publish(&setting, &report, 2009030900), FSK_OK);
	assert_int_equal(report.before, 250);
	assert_true(stands("2009030800/names.txt")); /* for readers in the middle of it */
	setting.roster = a;
	assert_int_equal(publish(&setting, &report, 2009030901), FSK_OK);
	assert_false(stands("2009030800"));
	assert_true(stands("2009030900"));
	setting.now -= 7 * DAY; /* the clock was set back: serials rise */
	setting.ttl = 61;
	assert_int_equal(publish(&setting, &report, 2009030901), FSK_RANGE);
	assert_true(report.goes_back);
	setting.may_go_back = true;
	assert_int_equal(publish(&setting, &report, 2009030902), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_NEW);
	watch_roster_free(a);
	watch_roster_free(b);
}

/* Whatever a reader would see differently is a new publication. */
static void
test_content(void **state)
{
	struct watch_roster *a = roster_of("conficker/a", 1);
	struct publish_setting setting = setting_of(a);
	struct publish_report report;
	struct publish_key key;

	(void)state;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	setting.origin = span_of("rpz.example");
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_OK);
	setting.canary = span_of("");
	assert_int_equal(publish(&setting, &report, 2009030802), FSK_OK);
	setting.window.last++;
	assert_int_equal(publish(&setting, &report, 2009030803), FSK_OK);
	publish_key_make(&key);
	setting.key = &key;
	assert_int_equal(publish(&setting, &report, 2009030804), FSK_OK);
	assert_true(stands("current/manifest.json.sig"));
	setting.notes = (const char *const[]){"another word about the same", NULL};
	assert_int_equal(publish(&setting, &report, 2009030804), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_UNCHANGED);
	publish_key_fini(&key);
	watch_roster_free(a);
}

static void
test_shrinks(void **state)
{
	struct watch_roster *two = roster_of("conficker/a", 2);
	struct watch_roster *one = roster_of("conficker/a", 1);
	struct watch_roster *none = roster_of("", 1);
	struct publish_setting setting = setting_of(none);
	struct publish_report report;

	(void)state;
	assert_int_equal(publish(&setting, &report, 0), FSK_RANGE);
	assert_false(stands("current"));
	setting.roster = two;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	assert_int_equal(report.names, 500);
	setting.roster = one; /* just the half */
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_OK);
	setting.roster = none;
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_RANGE);
	assert_non_null(report.why);
	assert_int_equal(report.before, 250);
	assert_int_equal(report.names, 0);
	setting.may_shrink = true;
	assert_int_equal(publish(&setting, &report, 2009030802), FSK_OK);
	watch_roster_free(one);
	watch_roster_free(two);
	two = roster_of("conficker/c", 1);
	one = roster_of("conficker/b", 99);
	setting.may_shrink = false;
	setting.roster = two;
	assert_int_equal(publish(&setting, &report, 2009030803), FSK_OK);
	setting.roster = one; /* less than the half */
	assert_int_equal(publish(&setting, &report, 2009030803), FSK_RANGE);
	watch_roster_free(one);
	watch_roster_free(two);
	watch_roster_free(none);
}

/* A signature that was lost or altered comes back. */
static void
test_signature(void **state)
{
	struct watch_roster *a = roster_of("conficker/a", 1);
	struct publish_setting setting = setting_of(a);
	struct publish_verdict verdict;
	struct publish_report report;
	struct publish_key key;

	(void)state;
	publish_key_make(&key);
	setting.key = &key;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	assert_int_equal(unlink(at("current/manifest.json.sig")), 0);
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_NEW);
	assert_int_equal(publish_verify(folder, key.public_key, &verdict), FSK_OK);
	put_file("current/manifest.json.sig", "AAAA");
	assert_int_equal(publish(&setting, &report, 2009030802), FSK_OK);
	assert_int_equal(publish_verify(folder, key.public_key, &verdict), FSK_OK);
	assert_int_equal(publish(&setting, &report, 2009030802), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_UNCHANGED);
	publish_key_fini(&key);
	watch_roster_free(a);
}

/* Half of the names, once ${few} is set. */
static bool few;

static enum fsk_err
write_some(const struct publish_list *list, struct publish_file *file)
{
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	bool even = false;

	watch_roster_begin(list->roster, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		even = !even;
		if (few && (even || entry.name.text[0] == 'b'))
			continue;
		publish_put(file, entry.name);
		publish_put_text(file, "\n");
		publish_named(file);
	}
	return FSK_OK;
}

/* A file that vanishes or loses its names is guarded, however large the list stays. */
static void
test_files_shrink(void **state)
{
	static const struct publish_format some = {
	        .name = "some", .parts = {{.file = "some.txt", .write = write_some}}};
	static const struct publish_format *const both[] = {&format_names, &some};
	struct watch_roster *a = roster_of("conficker/a", 1);
	struct publish_setting setting = setting_of(a);
	struct publish_report report;

	(void)state;
	setting.formats = both;
	setting.format_count = 2;
	few = false;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	setting.format_count = 1;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_RANGE);
	assert_string_equal(report.file, "some.txt");
	assert_true(report.shrinks);
	assert_non_null(report.why);
	setting.format_count = 2;
	setting.ttl++;
	few = true;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_RANGE);
	assert_string_equal(report.file, "some.txt");
	setting.may_shrink = true;
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_OK);
	setting.format_count = 1;
	assert_int_equal(publish(&setting, &report, 2009030802), FSK_OK);
	watch_roster_free(a);
}

static bool
stop(uint64_t done, uint64_t whole, void *context)
{
	uint64_t *left = context;

	assert_true(done <= whole);
	return (*left)-- > 0;
}

static void
test_errors(void **state)
{
	struct watch_roster *a = roster_of("conficker/a", 1);
	struct watch_roster *b = roster_of("conficker/b", 1);
	struct publish_setting setting = setting_of(a);
	struct publish_report report;
	struct publish_verdict verdict;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	setting.roster = b;
	setting.format_count = 2; /* the second fails */
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_NOMEM);
	assert_string_equal(report.file, "bad.txt");
	setting.format_count = 1;
	setting.progress = stop;
	for (uint64_t steps = 0, left = 0;; left = ++steps) {
		enum fsk_err err;

		setting.context = &left;
		err = publish(&setting, &report, 0);
		if (err == FSK_OK)
			break;
		assert_int_equal(err, FSK_STOPPED);
		assert_int_equal(publish_verify(folder, NULL, &verdict), FSK_OK);
		assert_int_equal(verdict.serial, 2009030800);
		assert_true(steps < 100);
	}
	fd = open(folder, O_RDONLY | O_DIRECTORY); /* all may do that */
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_OK);
	close(fd);
	assert_int_equal(stat(at(".foresink-publish-lock"), &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	fd = open(at(".foresink-publish-lock"), O_RDWR);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_IO);
	assert_int_equal(errno, EWOULDBLOCK);
	close(fd);
	setting.folder = at("no/such/folder");
	assert_int_equal(publish_run(&setting, &report), FSK_IO);
	assert_int_equal(errno, ENOENT);
	watch_roster_free(a);
	watch_roster_free(b);
}

/* What killed runs leave behind goes, what others put there stays. */
static void
test_leftovers(void **state)
{
	struct watch_roster *a = roster_of("conficker/a", 1);
	struct publish_setting setting = setting_of(a);
	struct publish_report report;

	(void)state;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	assert_int_equal(mkdir(at(".foresink-publish-draft"), 0777), 0);
	put_file(".foresink-publish-draft/names.txt", "half a li");
	assert_int_equal(mkdir(at(".foresink-publish-old"), 0777), 0);
	put_file(".foresink-publish-old/names.txt", "");
	assert_int_equal(symlink("2009030801", at(".foresink-publish-link")), 0);
	assert_int_equal(mkdir(at("2009030801"), 0777), 0); /* renamed, not yet linked */
	put_file("2009030801/manifest.json", "{}");
	assert_int_equal(mkdir(at("2009030899"), 0777), 0); /* not ours */
	put_file("README", "mine");
	setting.ttl++;
	assert_int_equal(publish(&setting, &report, 2009030802), FSK_OK);
	assert_false(stands("2009030801"));
	assert_true(stands("2009030800"));
	assert_true(stands("2009030899"));
	assert_true(stands("README"));
	/* The user took the link away: serials go on from what stands there. */
	assert_int_equal(unlink(at("current")), 0);
	setting.now -= DAY;
	assert_int_equal(publish(&setting, &report, 2009030803), FSK_OK);
	assert_true(stands("2009030802"));
	/* What has the next name stays too, and what is in the way is named. */
	assert_int_equal(mkdir(at("2009030804"), 0777), 0);
	put_file("2009030805", "mine");
	setting.ttl++;
	assert_int_equal(publish(&setting, &report, 2009030806), FSK_OK);
	setting.ttl++;
	assert_int_equal(mkdir(at(".foresink-publish-link"), 0777), 0);
	assert_int_equal(publish_run(&setting, &report), FSK_IO);
	assert_string_equal(report.file, ".foresink-publish-link");
	assert_int_equal(rmdir(at(".foresink-publish-link")), 0);
	put_file(".foresink-publish-draft", "what is this?");
	assert_int_equal(publish_run(&setting, &report), FSK_IO);
	assert_int_equal(errno, EEXIST);
	assert_string_equal(report.file, ".foresink-publish-draft");
	assert_int_equal(unlink(at(".foresink-publish-draft")), 0);
	assert_int_equal(publish(&setting, &report, 2009030807), FSK_OK);
	watch_roster_free(a);
}

/* What somebody put beside the files stops nothing. */
static void
test_stray(void **state)
{
	struct watch_roster *a = roster_of("conficker/a", 1);
	struct publish_setting setting = setting_of(a);
	struct publish_verdict verdict;
	struct publish_report report;

	(void)state;
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	assert_string_equal(report.stray, "");
	put_file("current/names.txt.swp", "");
	assert_int_equal(publish(&setting, &report, 0), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_UNCHANGED);
	assert_string_equal(report.stray, "names.txt.swp");
	assert_int_equal(publish_verify(folder, NULL, &verdict), FSK_MISMATCH);
	setting.ttl++;
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_OK);
	assert_string_equal(report.stray, "names.txt.swp");
	watch_roster_free(a);
}

/* A current publication that is not what it was is shown to the user. */
static void
test_corrupt(void **state)
{
	struct watch_roster *a = roster_of("conficker/a", 1);
	struct publish_setting setting = setting_of(a);
	struct publish_report report;
	struct watch_roster *b;
	char old[80];

	(void)state;
	snprintf(old, sizeof(old), "%s/old", folder);
	put_file("current", "what is this?");
	assert_int_equal(publish(&setting, &report, 0), FSK_CORRUPT);
	assert_int_equal(unlink(at("current")), 0);
	assert_int_equal(symlink("/etc", at("current")), 0);
	assert_int_equal(publish(&setting, &report, 0), FSK_CORRUPT);
	assert_int_equal(unlink(at("current")), 0);
	assert_int_equal(symlink("2009030700", at("current")), 0);
	assert_int_equal(publish(&setting, &report, 0), FSK_CORRUPT);
	assert_int_equal(unlink(at("current")), 0);
	assert_int_equal(publish(&setting, &report, 2009030800), FSK_OK);
	put_file("current/names.txt", "jogli.com\n");
	assert_int_equal(publish(&setting, &report, 0), FSK_CORRUPT);
	assert_string_equal(report.file, "names.txt");
	assert_non_null(report.why);
	/* If it may be replaced, that it must not shrink holds still. */
	setting.may_replace = true;
	b = roster_of("", 1);
	setting.roster = b;
	assert_int_equal(publish(&setting, &report, 0), FSK_RANGE);
	assert_int_equal(report.before, 250);
	setting.roster = a;
	assert_int_equal(publish(&setting, &report, 2009030801), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_NEW);
	put_file("current/manifest.json", "[]");
	assert_int_equal(publish(&setting, &report, 2009030802), FSK_OK);
	assert_int_equal(report.before, 0);
	assert_int_equal(rename(at("2009030802"), old), 0); /* leads to nothing */
	assert_int_equal(publish(&setting, &report, 2009030803), FSK_OK);
	assert_int_equal(publish(&setting, &report, 2009030803), FSK_OK);
	assert_int_equal(report.outcome, PUBLISH_UNCHANGED);
	setting.may_replace = false;
	put_file("current/manifest.json", "[]");
	assert_int_equal(publish(&setting, &report, 0), FSK_CORRUPT);
	assert_string_equal(report.file, "manifest.json");
	assert_true(report.damaged);
	watch_roster_free(a);
	watch_roster_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_rolls, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_content, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_signature, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_shrinks, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_files_shrink, make_folder,
	                                        remove_folder),
	        cmocka_unit_test_setup_teardown(test_errors, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_leftovers, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_stray, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_corrupt, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
