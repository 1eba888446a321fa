/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names that are let through for a while: each request that is none is refused, what is
 * in force is logged, kept over a restart, and ends by itself.
 */
#include "up/allowing.h"

#include "base/date.h"
#include "dga/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* More than there are. */
#define GENERATORS 1024

struct scene {
	char folder[32], path[64];
	struct net_loop *loop;
	struct guard *guard;
	struct up_allowing *allowing;
	struct up_log log;
	int logged; /* to read */
	struct net_timer poll;
	char text[4096]; /* that was logged */
	size_t len;
};

static void
open_guard(struct scene *scene)
{
	static const enum guard_action actions[GENERATORS];
	struct net_endpoint listen = {.port = 0}, upstream = {.port = 9};
	struct guard_setting setting = {
	        .listen = &listen,
	        .listen_count = 1,
	        .workers = 1,
	        .upstreams = &upstream,
	        .upstream_count = 1,
	        .clients = 4,
	        .clients_of_prefix = 4,
	        .idle_ms = 1000,
	        .policy = {.actions = actions},
	        .most_names = 1000,
	        .generators = 1,
	};
	struct up_allowing_setting allowing = {
	        .loop = scene->loop, .log = &scene->log, .state = scene->folder};
	size_t which;

	assert_in_range(dga_generator_count(), 1, GENERATORS);
	assert_int_equal(address_read(span_of("127.0.0.1"), &listen.address), FSK_OK);
	upstream.address = listen.address;
	assert_int_equal(guard_new(&setting, &which, &scene->guard), FSK_OK);
	allowing.guard = scene->guard;
	assert_int_equal(up_allowing_new(&allowing, &scene->allowing), FSK_OK);
}

static void
close_guard(struct scene *scene)
{
	up_allowing_free(scene->allowing);
	guard_free(scene->guard);
	scene->allowing = NULL;
	scene->guard = NULL;
}

static int
begin(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	int ends[2];

	assert_non_null(scene);
	memcpy(scene->folder, "/tmp/foresink-XXXXXX", sizeof("/tmp/foresink-XXXXXX"));
	assert_non_null(mkdtemp(scene->folder));
	snprintf(scene->path, sizeof(scene->path), "%s/passes", scene->folder);
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	scene->logged = ends[0];
	scene->log.fd = ends[1];
	assert_int_equal(net_loop_new(&scene->loop), FSK_OK);
	open_guard(scene);
	*state = scene;
	return 0;
}

static int
end(void **state)
{
	struct scene *scene = *state;

	close_guard(scene);
	net_loop_free(scene->loop);
	close(scene->logged);
	close(scene->log.fd);
	(void)unlink(scene->path);
	assert_int_equal(rmdir(scene->folder), 0);
	free(scene);
	return 0;
}

/* What was logged since. */
static const char *
logged(struct scene *scene)
{
	ssize_t got = read(scene->logged, scene->text, sizeof(scene->text) - 1);

	scene->text[got > 0 ? got : 0] = '\0';
	return scene->text;
}

static int64_t
now_of(const struct scene *scene)
{
	return date_second_of(net_clock_us() + scene->log.shift_us);
}

/* Asks with the object ${text}; ${lines}, if it is wanted, is then the caller's. */
static const char *
ask(struct scene *scene,
    const char *(*verb)(struct up_allowing *, struct up_request *, json_t *),
    const char *text, json_t **lines)
{
	struct up_request request = {
	        .object = json_loads(text, 0, NULL), .now = now_of(scene), .uid = 7};
	json_t *got = json_array();
	const char *why;

	assert_non_null(request.object);
	why = verb(scene->allowing, &request, got);
	json_decref((json_t *)(uintptr_t)request.object);
	if (lines != NULL)
		*lines = got;
	else
		json_decref(got);
	return why;
}

static const char *
text_of(const json_t *lines, size_t n, const char *key)
{
	return json_string_value(json_object_get(json_array_get(lines, n), key));
}

static void
test_refused(void **state)
{
#define REST "\"reason\":\"r\",\"for_s\":1}"
	static const struct {
		const char *text, *why;
	} rows[] = {
	        {"{" REST, "domain name"},
	        {"{\"name\":7," REST, "domain name"},
	        {"{\"name\":\"\"," REST, "domain name"},
	        {"{\"name\":\"a..b\"," REST, "domain name"},
	        {"{\"name\":\"com\"," REST, "top-level"},
	        {"{\"name\":\"com.\"," REST, "top-level"},
	        {"{\"name\":\"a.b\",\"client\":\"\"," REST, "prefix"},
	        {"{\"name\":\"a.b\",\"client\":1," REST, "prefix"},
	        {"{\"name\":\"a.b\",\"client\":\"192.0.2.1/24\"," REST, "prefix"},
	        {"{\"name\":\"a.b\",\"for_s\":1}", "reason is wanted"},
	        {"{\"name\":\"a.b\",\"for_s\":1,\"reason\":\"  \"}", "reason is wanted"},
	        {"{\"name\":\"a.b\",\"for_s\":1,\"reason\":\"a\\nb\"}", "one line"},
	        {"{\"name\":\"a.b\",\"for_s\":1,\"reason\":\"a\\u001b[2J\"}", "one line"},
	        {"{\"name\":\"a.b\",\"for_s\":1,\"reason\":\"a\\u009b2J\"}", "one line"},
	        {"{\"name\":\"a.b\",\"for_s\":1,\"reason\":\"a\\u007f\"}", "one line"},
	        {"{\"name\":\"a.b\",\"for_s\":1,\"reason\":\"a\\u2028b\"}", "one line"},
	        {"{\"name\":\"a.b\",\"for_s\":1,\"reason\":\"a\\u2029\"}", "one line"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\"}", "one of for_s and until"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"for_s\":1,\"until\":\"2030-01-01\"}",
	         "one of for_s and until"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"for_s\":0}", "for_s"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"for_s\":-1}", "for_s"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"for_s\":\"1\"}", "for_s"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"for_s\":2592001}", "for_s"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"until\":\"2009-01-01\"}",
	         "no instant"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"until\":1}", "no instant"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"until\":\"2009-01-01T00:00:00Z\"}",
	         "has passed"},
	        {"{\"name\":\"a.b\",\"reason\":\"r\",\"until\":\"9999-12-31T23:59:59Z\"}",
	         "30 days"},
	};
#undef REST
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why = ask(scene, up_allowing_allow, rows[i].text, NULL);

		if (why == NULL || strstr(why, rows[i].why) == NULL)
			fail_msg("%s: %s", rows[i].text, why != NULL ? why : "taken");
	}
	assert_non_null(ask(scene, up_allowing_end, "{\"name\":\"a.b\"}", NULL));
	assert_non_null(ask(scene, up_allowing_end, "{}", NULL));
	assert_int_equal(guard_passes_count(guard_passes(scene->guard)), 0);
	assert_string_equal(logged(scene), "");
	assert_int_equal(access(scene->path, F_OK), -1);
}

/* The longest reason is taken, and one octet more is not. */
static void
test_reason(void **state)
{
	char text[512], reason[GUARD_PASS_REASON + 2];

	for (size_t len = GUARD_PASS_REASON; len <= GUARD_PASS_REASON + 1; len++) {
		const char *why;

		memset(reason, 'x', len);
		reason[len] = '\0';
		snprintf(text, sizeof(text),
		         "{\"name\":\"a.b\",\"for_s\":60,\"reason\":\" %s \"}", reason);
		why = ask(*state, up_allowing_allow, text, NULL);
		assert_int_equal(why == NULL, len == GUARD_PASS_REASON);
	}
}

static void
test_kept(void **state)
{
	struct scene *scene = *state;
	json_t *lines;

	assert_null(ask(scene, up_allowing_allow,
	                "{\"name\":\"Shop.Example.\",\"for_s\":7200,"
	                "\"reason\":\"a sh\\u00f6p \\\"x\\\"\"}",
	                &lines));
	assert_string_equal(text_of(lines, 0, "name"), "shop.example");
	assert_true(json_is_null(json_object_get(json_array_get(lines, 0), "client")));
	assert_true(json_is_true(json_object_get(json_array_get(lines, 0), "kept")));
	json_decref(lines);
	assert_non_null(
	        strstr(logged(scene), " event=allow name=shop.example client=- until="));
	assert_non_null(
	        strstr(scene->text, " reason=\"a sh\\xc3\\xb6p \\\"x\\\"\" uid=7\n"));
	assert_null(ask(scene, up_allowing_allow,
	                "{\"name\":\"shop.example\",\"client\":\"192.0.2.0/24\","
	                "\"for_s\":60,\"reason\":\"b\"}",
	                NULL));

	/* Another daemon goes on with them. */
	close_guard(scene);
	(void)logged(scene);
	open_guard(scene);
	assert_non_null(strstr(logged(scene), "event=passes number=2"));
	assert_null(ask(scene, up_allowing_list, "{}", &lines));
	assert_int_equal(json_array_size(lines), 2);
	json_decref(lines);

	/* The one of a client ends, and the other one stays. */
	assert_null(ask(scene, up_allowing_end,
	                "{\"name\":\"shop.example\",\"client\":\"192.0.2.0/24\"}", &lines));
	assert_int_equal(json_array_size(lines), 1);
	assert_string_equal(text_of(lines, 0, "client"), "192.0.2.0/24");
	json_decref(lines);
	assert_non_null(strstr(logged(scene), "event=allow-ended name=shop.example "
	                                      "client=192.0.2.0/24 until="));
	assert_non_null(strstr(scene->text, "uid=7"));
	assert_null(ask(scene, up_allowing_list, "{}", &lines));
	assert_int_equal(json_array_size(lines), 1);
	assert_string_equal(text_of(lines, 0, "reason"), "a sh\xc3\xb6p \"x\"");
	json_decref(lines);

	/* An hour later it is there, two hours later not. */
	close_guard(scene);
	scene->log.shift_us += INT64_C(3600000000);
	open_guard(scene);
	assert_int_equal(guard_passes_count(guard_passes(scene->guard)), 1);
	close_guard(scene);
	scene->log.shift_us += INT64_C(3601000000);
	open_guard(scene);
	assert_int_equal(guard_passes_count(guard_passes(scene->guard)), 0);
}

/* Whatever is taken can be read again: one that could not would end all others with the
 * next restart. */
static void
test_read_again(void **state)
{
	static const char *const rests[] = {
	        "\"name\":\"*.a.b\",\"reason\":\"- - -\"",
	        "\"name\":\"\\\"a.-_b\",\"reason\":\"\\u00a0\\u202e\\ud83d\\ude00\"",
	        "\"name\":\"a.c\",\"reason\":\"r\",\"client\":\"0.0.0.0/0\"",
	        "\"name\":\"a.d\",\"reason\":\"r\",\"client\":\"::/0\"",
	        "\"name\":\"a.e\",\"reason\":\"r\",\"client\":\"::ffff:192.0.2.1\"",
	        "\"name\":\"a.f\",\"reason\":\"r\",\"client\":\"fe80::/10\"",
	        "\"name\":\"a.g\",\"reason\":\"r\",\"client\":\"fe80::1%lo\"",
	        "\"name\":\"a.h\",\"reason\":\"\\u0085\"",
	        "\"name\":\"a.i\",\"reason\":\"a  b\"",
	};
	struct scene *scene = *state;
	size_t taken = 0;
	char text[256];

	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		snprintf(text, sizeof(text), "{\"for_s\":60,%s}", rests[i]);
		taken += ask(scene, up_allowing_allow, text, NULL) == NULL;
	}
	assert_in_range(taken, 5, 8);
	close_guard(scene);
	open_guard(scene);
	assert_int_equal(guard_passes_count(guard_passes(scene->guard)), taken);
}

/* Who asked for what is nobody else's business, whatever the umask. */
static void
test_mode(void **state)
{
	struct scene *scene = *state;
	mode_t before = umask(0);
	struct stat facts;

	assert_null(ask(scene, up_allowing_allow,
	                "{\"name\":\"a.b\",\"for_s\":60,\"reason\":\"r\"}", NULL));
	umask(before);
	assert_int_equal(stat(scene->path, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0640);
}

/* One end for all clients. */
static void
test_end_all(void **state)
{
	struct scene *scene = *state;
	json_t *lines;

	assert_null(
	        ask(scene, up_allowing_allow,
	            "{\"name\":\"a.b\",\"client\":\"::1\",\"for_s\":60,\"reason\":\"r\"}",
	            NULL));
	assert_null(ask(scene, up_allowing_allow,
	                "{\"name\":\"a.b\",\"for_s\":60,\"reason\":\"r\"}", NULL));
	assert_null(ask(scene, up_allowing_allow,
	                "{\"name\":\"x.a.b\",\"for_s\":60,\"reason\":\"r\"}", NULL));
	assert_null(
	        ask(scene, up_allowing_end, "{\"name\":\"A.B\",\"client\":null}", &lines));
	assert_int_equal(json_array_size(lines), 2);
	json_decref(lines);
	assert_int_equal(guard_passes_count(guard_passes(scene->guard)), 1);
}

static void
look(struct net_timer *timer)
{
	struct scene *scene = timer->context;

	if (strstr(logged(scene), "event=allow-ended") != NULL)
		net_loop_stop(scene->loop);
	else
		assert_int_equal(net_timer_set(scene->loop, timer, 20), FSK_OK);
}

/* Nobody asks any more, and it ends, and says so. */
static void
test_ends_by_itself(void **state)
{
	struct scene *scene = *state;
	char line[GUARD_PASS_LINE];

	assert_null(ask(scene, up_allowing_allow,
	                "{\"name\":\"a.b\",\"for_s\":1,\"reason\":\"short\"}", NULL));
	(void)logged(scene);
	scene->poll = (struct net_timer){.due = look, .context = scene};
	assert_int_equal(net_timer_set(scene->loop, &scene->poll, 0), FSK_OK);
	assert_int_equal(net_loop_run(scene->loop), FSK_OK);
	assert_non_null(strstr(scene->text, "name=a.b client=- until="));
	assert_non_null(strstr(scene->text, "reason=short\n")); /* and nobody's uid */
	assert_int_equal(guard_passes_count(guard_passes(scene->guard)), 0);
	FILE *file = fopen(scene->path, "re");

	assert_non_null(file);
	assert_null(fgets(line, sizeof(line), file));
	fclose(file);
}

/* A file that is broken, and one that cannot be written. */
static void
test_broken(void **state)
{
	struct scene *scene = *state;
	FILE *file;
	json_t *lines;

	close_guard(scene);
	file = fopen(scene->path, "we");
	assert_non_null(file);
	assert_true(fputs("a.b 2009\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	open_guard(scene);
	assert_non_null(strstr(logged(scene), "level=warning event=passes-unread"));
	assert_non_null(strstr(scene->text, "line=1"));
	assert_int_equal(guard_passes_count(guard_passes(scene->guard)), 0);

	/* A folder stands in its place. */
	assert_int_equal(unlink(scene->path), 0);
	assert_int_equal(mkdir(scene->path, 0700), 0);
	assert_null(ask(scene, up_allowing_allow,
	                "{\"name\":\"a.b\",\"for_s\":60,\"reason\":\"r\"}", &lines));
	assert_true(json_is_false(json_object_get(json_array_get(lines, 0), "kept")));
	json_decref(lines);
	assert_non_null(strstr(logged(scene), "event=state-not-written"));
	assert_int_equal(guard_passes_count(guard_passes(scene->guard)), 1);
	assert_int_equal(rmdir(scene->path), 0);
	up_allowing_free(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_refused, begin, end),
	        cmocka_unit_test_setup_teardown(test_reason, begin, end),
	        cmocka_unit_test_setup_teardown(test_kept, begin, end),
	        cmocka_unit_test_setup_teardown(test_read_again, begin, end),
	        cmocka_unit_test_setup_teardown(test_mode, begin, end),
	        cmocka_unit_test_setup_teardown(test_end_all, begin, end),
	        cmocka_unit_test_setup_teardown(test_ends_by_itself, begin, end),
	        cmocka_unit_test_setup_teardown(test_broken, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
