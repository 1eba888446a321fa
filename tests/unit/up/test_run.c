/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The daemon while it serves, without its sockets: a rollover that cannot be made is
 * counted, told, and tried again after a minute, not at once; a reload that cannot be
 * made leaves what was in force.
 */
#include "up/run.h"

#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT                                                                               \
	"[foresink]\nroles = feed\n[names]\nfamily = gozi\n[feed]\nlisten = ::1\n"         \
	"[zone z]\ntransfer = ::1\n"

/* No thread can be started here. */
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*begin)(void *), void *context);

int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                      void *(*begin)(void *), void *context)
{
	(void)thread;
	(void)attributes;
	(void)begin;
	(void)context;
	return EAGAIN;
}

/* Roles that do as the test says, instead of those that there are. */
static struct fake {
	bool used;
	enum fsk_err change[2], swap[2];
	const struct up_config *configs[2];
	const char *refuses[2];
	unsigned asked, reopened;
	int64_t now;
} fake;

static enum fsk_err
change_fake(void *state, const struct up_config *config, struct up_trouble *trouble)
{
	size_t n = *(const size_t *)state;

	up_trouble_set(trouble, NULL, 0, "fake");
	if (fake.change[n] == FSK_OK)
		fake.configs[n] = config;
	return fake.change[n];
}

static enum fsk_err
swap_fake(void *state, void *made, int64_t now)
{
	(void)made;
	(void)now;
	return fake.swap[*(const size_t *)state];
}

static void
reopen_fake(void *state)
{
	(void)state;
	fake.reopened++;
}

static const char *
answer_fake(void *state, struct up_request *request, json_t *lines)
{
	size_t n = *(const size_t *)state;

	fake.asked++;
	fake.now = request->now;
	(void)json_array_append_new(lines, json_integer((json_int_t)n));
	return fake.refuses[n];
}

static const char *const fly_keys[] = {"where", NULL};
static const char *const land_keys[] = {NULL};
static const struct up_verb fake_verbs[] = {{"fly", answer_fake, fly_keys},
                                            {"land", answer_fake, land_keys}};

const struct up_role *__real_up_role_at(size_t n);
const struct up_role *__wrap_up_role_at(size_t n);

const struct up_role *
__wrap_up_role_at(size_t n)
{
	static const struct up_role role = {.change = change_fake,
	                                    .swap = swap_fake,
	                                    .reopen = reopen_fake,
	                                    .verbs = fake_verbs,
	                                    .verb_count = 2};

	return fake.used ? &role : __real_up_role_at(n);
}

struct scene {
	struct up_run run;
	struct up_setting setting;
	struct net_timer end;
	char path[32];
	int log; /* to read */
};

static void
stop(struct net_timer *timer)
{
	net_loop_stop(timer->context);
}

static int
begin(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct watch_rulebook *book;
	int ends[2], fd;

	assert_non_null(scene);
	memcpy(scene->path, "/tmp/foresink-XXXXXX", sizeof("/tmp/foresink-XXXXXX"));
	fd = mkstemp(scene->path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, TEXT, strlen(TEXT)), strlen(TEXT));
	close(fd);
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	scene->log = ends[0];
	scene->setting = (struct up_setting){.path = scene->path, .version = "0"};
	scene->run = (struct up_run){
	        .setting = &scene->setting,
	        .log = {.fd = ends[1]},
	        .notify = -1,
	        .serving = true,
	};
	assert_int_equal(net_loop_new(&scene->run.loop), FSK_OK);
	scene->run.config = calloc(1, sizeof(*scene->run.config));
	assert_non_null(scene->run.config);
	assert_int_equal(up_config_read(span_of(TEXT), scene->run.config, NULL), FSK_OK);
	assert_int_equal(watch_rulebook_new(NULL, 0, &book, NULL, NULL), FSK_OK);
	scene->run.book = book;
	scene->run.day = date_day_of(up_run_now(&scene->run));
	scene->end = (struct net_timer){.due = stop, .context = scene->run.loop};
	*state = scene;
	return 0;
}

static int
end(void **state)
{
	struct scene *scene = *state;

	net_loop_free(scene->run.loop);
	watch_rulebook_free(scene->run.book);
	up_config_fini(scene->run.config);
	free(scene->run.config);
	close(scene->run.log.fd);
	close(scene->log);
	(void)unlink(scene->path);
	free(scene);
	return 0;
}

/* Runs the loop for ${ms}. */
static void
run(struct scene *scene, int64_t ms)
{
	assert_int_equal(net_timer_set(scene->run.loop, &scene->end, ms), FSK_OK);
	assert_int_equal(net_loop_run(scene->run.loop), FSK_OK);
}

/* The last that was logged; empty: nothing since. */
static const char *
logged(const struct scene *scene, char text[UP_LOG_LINE + 1])
{
	ssize_t got = read(scene->log, text, UP_LOG_LINE);

	text[got > 0 ? got : 0] = '\0';
	return text;
}

static void
test_same_day(void **state)
{
	struct scene *scene = *state;
	char text[UP_LOG_LINE + 1];

	assert_int_equal(up_run_calendar(&scene->run), FSK_OK);
	run(scene, 5);
	assert_int_equal(scene->run.counts.failed_rollovers, 0);
	assert_string_equal(logged(scene, text), "");
	/* The next look is at midnight, or in a minute. */
	assert_true(scene->run.calendar.place != 0);
	assert_in_range(scene->run.calendar.at_ms - net_loop_now(scene->run.loop), 0,
	                60000);
}

static void
test_failed_rollover(void **state)
{
	struct scene *scene = *state;
	struct up_run *running = &scene->run;
	char text[UP_LOG_LINE + 1];

	running->day--;
	assert_int_equal(up_run_calendar(running), FSK_OK);
	run(scene, 5);
	assert_int_equal(running->counts.failed_rollovers, 1);
	assert_non_null(strstr(logged(scene, text), "level=error event=rollover-failed"));
	assert_non_null(strstr(text, "Resource temporarily unavailable"));
	assert_in_range(running->retry_ms - net_loop_now(running->loop), 59000, 60000);

	/* Looked at again before the minute is over: not tried. After it: once more. */
	assert_int_equal(net_timer_set(running->loop, &running->calendar, 0), FSK_OK);
	run(scene, 5);
	assert_int_equal(running->counts.failed_rollovers, 1);
	running->retry_ms = net_loop_now(running->loop);
	assert_int_equal(net_timer_set(running->loop, &running->calendar, 0), FSK_OK);
	run(scene, 5);
	assert_int_equal(running->counts.failed_rollovers, 2);
	assert_null(running->renewal);
}

static void
test_failed_reload(void **state)
{
	struct scene *scene = *state;
	struct up_run *running = &scene->run;
	const struct up_config *before = running->config;
	char text[UP_LOG_LINE + 1];

	up_run_reload(running);
	assert_non_null(strstr(logged(scene, text), "event=reload-refused"));
	assert_non_null(strstr(text, "Resource temporarily unavailable"));
	assert_int_equal(unlink(scene->path), 0);
	up_run_reload(running);
	assert_non_null(strstr(logged(scene, text), "No such file"));
	assert_int_equal(running->counts.failed_reloads, 2);
	assert_int_equal(running->counts.reloads, 0);
	assert_ptr_equal(running->config, before);
	assert_null(running->next);
	assert_null(running->renewal);
}

/* While something is made, a reload is remembered, and its file is not read. */
static void
test_reload_remembered(void **state)
{
	struct scene *scene = *state;
	struct up_renewal renewal = {.config = scene->run.config};
	char text[UP_LOG_LINE + 1];

	scene->run.renewal = &renewal;
	up_run_reload(&scene->run);
	assert_true(scene->run.reload_wanted);
	assert_string_equal(logged(scene, text), "");
	up_run_take(&scene->run); /* it has not ended: nothing happens */
	assert_ptr_equal(scene->run.renewal, &renewal);
	scene->run.renewal = NULL;
	scene->run.serving = false; /* nor at the start */
	scene->run.reload_wanted = false;
	up_run_reload(&scene->run);
	assert_true(scene->run.reload_wanted);
	assert_null(scene->run.next);
}

/* Makes two roles of the daemon's one. */
static void
begin_fakes(struct scene *scene)
{
	static size_t numbers[] = {0, 1};

	memset(&fake, 0, sizeof(fake));
	fake.used = true;
	scene->run.config->roles = numbers;
	scene->run.config->role_count = 2;
	for (size_t i = 0; i < 2; i++) {
		scene->run.states[i] = &numbers[i];
		fake.configs[i] = scene->run.config;
	}
}

/* A renewal of the next configuration that has ended. */
static void
end_next(struct scene *scene)
{
	struct up_renewal *renewal = calloc(1, sizeof(*renewal));

	scene->run.next = calloc(1, sizeof(*scene->run.next));
	assert_non_null(scene->run.next);
	assert_non_null(renewal);
	fake.used = false;
	assert_int_equal(up_config_read(span_of(TEXT), scene->run.next, NULL), FSK_OK);
	fake.used = true;
	renewal->config = scene->run.next;
	renewal->ended = true;
	scene->run.renewal = renewal;
}

/* The second role refuses: the first gets its old configuration back. */
static void
test_second_refuses(void **state)
{
	struct scene *scene = *state;
	struct up_run *running = &scene->run;
	const struct up_config *before = running->config;

	begin_fakes(scene);
	fake.change[1] = FSK_NOMEM;
	end_next(scene);
	up_run_take(running);
	assert_ptr_equal(running->config, before);
	assert_ptr_equal(fake.configs[0], before);
	assert_null(running->next);
	assert_null(running->half);
	assert_int_equal(running->counts.failed_reloads, 1);
	fake.used = false;
}

/* Without memory for a new day, it is made again in a minute; what is refused is not. */
static void
test_swap_again(void **state)
{
	struct scene *scene = *state;
	struct up_run *running = &scene->run;
	struct up_renewal renewal = {.config = running->config, .now = up_run_now(running)};

	begin_fakes(scene);
	running->day = 0;
	fake.swap[0] = FSK_RANGE;
	assert_int_equal(up_run_swap(running, &renewal), FSK_RANGE);
	assert_int_equal(running->day, date_day_of(renewal.now));
	fake.swap[1] = FSK_NOMEM;
	assert_int_equal(up_run_swap(running, &renewal), FSK_NOMEM);
	assert_int_not_equal(running->day, date_day_of(renewal.now));
	assert_in_range(running->retry_ms - net_loop_now(running->loop), 59000, 60000);
	fake.used = false;
}

/* Each role that knows the verb is asked, until one refuses. */
static void
test_answer(void **state)
{
	struct scene *scene = *state;
	struct up_request request = {.now = 0};
	json_t *lines = json_array();

	assert_string_equal(up_run_answer(&scene->run, "fly", &request, lines),
	                    "there is no such verb"); /* the role feed has none */
	begin_fakes(scene);
	assert_null(up_run_answer(&scene->run, "land", &request, lines));
	assert_int_equal(json_array_size(lines), 2);
	assert_int_equal(json_integer_value(json_array_get(lines, 1)), 1);
	assert_true(fake.now > 0 && fake.now <= up_run_now(&scene->run));
	assert_non_null(up_run_answer(&scene->run, "flyer", &request, lines));
	fake.refuses[0] = "no";
	assert_string_equal(up_run_answer(&scene->run, "fly", &request, lines), "no");
	assert_int_equal(fake.asked, 3);
	scene->run.serving = false;
	assert_non_null(up_run_answer(&scene->run, "land", &request, lines));
	assert_int_equal(fake.asked, 3);
	json_decref(lines);
	fake.used = false;
}

/* A key that the verb does not know is refused by its name, and nobody is asked. */
static void
test_keys(void **state)
{
	struct scene *scene = *state;
	json_t *object = json_pack("{s:s,s:s}", "verb", "fly", "where", "home");
	struct up_request request = {.object = object};
	json_t *lines = json_array();

	begin_fakes(scene);
	assert_null(up_run_answer(&scene->run, "fly", &request, lines));
	assert_int_equal(fake.asked, 2);
	assert_string_equal(up_run_answer(&scene->run, "land", &request, lines),
	                    "land has no key where");
	assert_int_equal(json_object_set_new(object, "wh\u00e9re\n", json_true()), 0);
	assert_string_equal(up_run_answer(&scene->run, "fly", &request, lines),
	                    "fly has no key wh\\xc3\\xa9re\\x0a");
	assert_int_equal(fake.asked, 2);
	json_decref(lines);
	json_decref(object);
	fake.used = false;
}

static void
test_reopen(void **state)
{
	struct scene *scene = *state;

	up_run_reopen(&scene->run); /* the role feed has nothing to open */
	begin_fakes(scene);
	up_run_reopen(&scene->run);
	assert_int_equal(fake.reopened, 2);
	fake.used = false;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_same_day, begin, end),
	        cmocka_unit_test_setup_teardown(test_failed_rollover, begin, end),
	        cmocka_unit_test_setup_teardown(test_failed_reload, begin, end),
	        cmocka_unit_test_setup_teardown(test_reload_remembered, begin, end),
	        cmocka_unit_test_setup_teardown(test_second_refuses, begin, end),
	        cmocka_unit_test_setup_teardown(test_swap_again, begin, end),
	        cmocka_unit_test_setup_teardown(test_answer, begin, end),
	        cmocka_unit_test_setup_teardown(test_keys, begin, end),
	        cmocka_unit_test_setup_teardown(test_reopen, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
