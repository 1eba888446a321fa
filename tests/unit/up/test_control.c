/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The control socket: one request, one answer, whatever is sent instead; who says nothing
 * keeps nobody out. Linked with --wrap for calloc and realloc, which then fail on the
 * n-th call.
 */
#include "up/ask.h"
#include "up/control.h"
#include "up/section.h"
#include "../memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define MANY 3000 /* lines of a long answer */

struct scene {
	char folder[32], path[64];
	struct net_loop *loop;
	struct up_control *control;
	unsigned asked;
	uid_t uid;
};

/* Says who asked, or what the verb says. */
static const char *
answer(void *context, const char *verb, struct up_request *request, json_t *lines)
{
	struct scene *scene = context;

	scene->asked++;
	scene->uid = request->uid;
	if (strcmp(verb, "many") == 0) {
		for (int i = 0; i < MANY; i++)
			(void)json_array_append_new(
			        lines, json_pack("{s:i,s:s}", "n", i, "text",
			                         "a text that is not short at all, so that "
			                         "the answer is long"));
		return NULL;
	}
	if (strcmp(verb, "nothing") == 0)
		return NULL;
	if (strcmp(verb, "echo") == 0) {
		(void)json_array_append_new(lines, json_deep_copy(request->object));
		return NULL;
	}
	return "there is no such verb";
}

static enum fsk_err
open_control(struct scene *scene, struct up_control **control)
{
	struct up_control_setting setting = {.path = scene->path,
	                                     .uid = (uid_t)-1,
	                                     .gid = (gid_t)-1,
	                                     .answer = answer,
	                                     .context = scene};

	return up_control_open(&setting, scene->loop, control);
}

static void
woken(void *context)
{
	net_loop_stop(context);
}

static int
begin(void **state)
{
	struct scene *scene = __real_calloc(1, sizeof(*scene));

	assert_non_null(scene);
	memcpy(scene->folder, "/tmp/foresink-XXXXXX", sizeof("/tmp/foresink-XXXXXX"));
	assert_non_null(mkdtemp(scene->folder));
	snprintf(scene->path, sizeof(scene->path), "%s/control", scene->folder);
	assert_int_equal(net_loop_new(&scene->loop), FSK_OK);
	net_loop_on_wake(scene->loop, woken, scene->loop);
	assert_int_equal(open_control(scene, &scene->control), FSK_OK);
	*state = scene;
	return 0;
}

static int
end(void **state)
{
	struct scene *scene = *state;

	up_control_close(scene->control);
	net_loop_free(scene->loop);
	assert_int_equal(rmdir(scene->folder), 0); /* the socket is gone */
	free(scene);
	return 0;
}

/* A client that waits, in a thread of its own. */
struct asker {
	struct scene *scene;
	const char *sends; /* raw; NULL: asks for ${verb} */
	size_t send_len;
	bool shuts; /* says that there is no more */
	const char *verb;

	enum fsk_err err;
	char why[UP_ASK_WHY];
	size_t lines;
	char got[512];
	size_t got_len;
};

static void
count(const json_t *line, void *context)
{
	struct asker *asker = context;

	assert_true(json_is_object(line));
	asker->lines++;
}

static int
reach(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	return -1;
}

static void
send_raw(struct asker *asker)
{
	int fd = reach(asker->scene->path);
	ssize_t got;

	assert_true(fd >= 0);
	if (asker->send_len > 0)
		(void)!send(fd, asker->sends, asker->send_len, MSG_NOSIGNAL);
	if (asker->shuts)
		(void)shutdown(fd, SHUT_WR);
	while ((got = recv(fd, asker->got + asker->got_len,
	                   sizeof(asker->got) - 1 - asker->got_len, 0)) > 0)
		asker->got_len += (size_t)got;
	asker->got[asker->got_len] = '\0';
	close(fd);
}

static void *
ask_in_thread(void *context)
{
	struct asker *asker = context;

	if (asker->sends != NULL) {
		send_raw(asker);
	} else {
		json_t *request = json_pack("{s:s}", "verb", asker->verb);

		asker->err = up_ask(asker->scene->path, request, count, asker, asker->why);
		json_decref(request);
	}
	net_loop_wake(asker->scene->loop);
	return NULL;
}

static void
ask(struct asker *asker)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, ask_in_thread, asker), 0);
	assert_int_equal(net_loop_run(asker->scene->loop), FSK_OK);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void
test_answers(void **state)
{
	struct scene *scene = *state;
	struct asker asker = {.scene = scene, .verb = "echo"};

	ask(&asker);
	assert_int_equal(asker.err, FSK_OK);
	assert_int_equal(asker.lines, 1);
	assert_int_equal(scene->uid, getuid());
	asker = (struct asker){.scene = scene, .verb = "nothing"};
	ask(&asker);
	assert_int_equal(asker.err, FSK_OK);
	assert_int_equal(asker.lines, 0);
	asker = (struct asker){.scene = scene, .verb = "many"};
	ask(&asker);
	assert_int_equal(asker.err, FSK_OK);
	assert_int_equal(asker.lines, MANY);
	asker = (struct asker){.scene = scene, .verb = "fly"};
	ask(&asker);
	assert_int_equal(asker.err, FSK_MISMATCH);
	assert_string_equal(asker.why, "there is no such verb");
	assert_int_equal(scene->asked, 4);
}

static void
test_raw(void **state)
{
#define REFUSED(why) "{\"ok\":false,\"why\":\"" why "\"}\n"
	static const struct {
		const char *sends, *gets;
	} rows[] = {
	        {"{\"verb\":\"nothing\"}\n", "{\"ok\":true}\n"},
	        {"{\"verb\":\"nothing\"}", "{\"ok\":true}\n"}, /* and the end */
	        {"{\"verb\":\"nothing\"}\n{\"verb\":\"nothing\"}\n", "{\"ok\":true}\n"},
	        {"{\"verb\":\"echo\",\"a\":\"\\u00e4\\u0007\"}\n",
	         "{\"verb\":\"echo\",\"a\":\"\\u00E4\\u0007\"}\n{\"ok\":true}\n"},
	        {"\n", REFUSED("the request is no object of JSON")},
	        {"nothing\n", REFUSED("the request is no object of JSON")},
	        {"[]\n", REFUSED("the request is no object of JSON")},
	        {"{\"verb\":\"nothing\"", REFUSED("the request is no object of JSON")},
	        {"{\"verb\":\"a\",\"verb\":\"b\"}\n",
	         REFUSED("the request is no object of JSON")},
	        {"{\"verb\":\"\\u0000\"}\n", REFUSED("the request is no object of JSON")},
	        {"{\"verb\":\"\xff\"}\n", REFUSED("the request is no object of JSON")},
	        {"{}\n", REFUSED("the request has no verb")},
	        {"{\"verb\":1}\n", REFUSED("the request has no verb")},
	        {"", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asker asker = {.scene = *state,
		                      .sends = rows[i].sends,
		                      .send_len = strlen(rows[i].sends),
		                      .shuts = true};

		ask(&asker);
		assert_string_equal(asker.got, rows[i].gets);
	}
#undef REFUSED
}

/* A request of just as many octets as may be, and of one more. */
static void
test_long(void **state)
{
	static const char wrong[] = "{\"ok\":false,\"why\":\"the request is no object of "
	                            "JSON\"}\n";
	char text[UP_CONTROL_MOST + 2];

	for (size_t len = UP_CONTROL_MOST - 1; len <= UP_CONTROL_MOST + 1; len++) {
		struct asker asker = {.scene = *state, .sends = text, .send_len = len + 1};

		memset(text, ' ', sizeof(text));
		memcpy(text, "{\"verb\":\"nothing\"", 17);
		text[len - 1] = '}';
		text[len] = '\n';
		ask(&asker);
		assert_string_equal(asker.got,
		                    len <= UP_CONTROL_MOST ? "{\"ok\":true}\n" : wrong);
	}
	/* Brackets in brackets end somewhere. */
	memset(text, '[', sizeof(text));
	struct asker asker = {.scene = *state, .sends = text, .send_len = sizeof(text)};

	ask(&asker);
	assert_string_equal(asker.got, wrong);
}

/* Those that hold all places and say nothing go, and then another one has its turn. */
static void
test_silent(void **state)
{
	struct scene *scene = *state;
	int silent[UP_CONTROL_CLIENTS + 2];
	struct asker asker = {.scene = scene, .verb = "nothing"};
	char octet;

	for (size_t i = 0; i < UP_CONTROL_CLIENTS + 2; i++) {
		silent[i] = reach(scene->path);
		assert_true(silent[i] >= 0);
	}
	ask(&asker);
	assert_int_equal(asker.err, FSK_OK);
	for (size_t i = 0; i < UP_CONTROL_CLIENTS; i++)
		assert_int_equal(recv(silent[i], &octet, 1, MSG_DONTWAIT), 0);
	for (size_t i = 0; i < UP_CONTROL_CLIENTS + 2; i++)
		close(silent[i]);
}

/* One that goes while it is answered. */
static void
test_gone(void **state)
{
	struct scene *scene = *state;
	struct asker asker = {.scene = scene, .verb = "nothing"};

	for (size_t i = 0; i < 2 * UP_CONTROL_CLIENTS; i++) {
		int fd = reach(scene->path);

		assert_true(fd >= 0);
		assert_int_equal(send(fd, "{\"verb\":\"many\"}\n", 16, MSG_NOSIGNAL), 16);
		close(fd);
		ask(&asker);
		assert_int_equal(asker.err, FSK_OK);
	}
	assert_int_equal(scene->asked, 4 * UP_CONTROL_CLIENTS);
}

static void
test_places(void **state)
{
	struct scene *scene = *state;
	struct up_control *second = NULL;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat facts;
	mode_t before;
	int fd;

	assert_int_equal(lstat(scene->path, &facts), 0);
	assert_true(S_ISSOCK(facts.st_mode));
	assert_int_equal(facts.st_mode & 0777, 0660);
	/* Somebody listens there. */
	assert_int_equal(open_control(scene, &second), FSK_IO);
	assert_int_equal(errno, EADDRINUSE);
	assert_null(second);
	up_control_close(scene->control);
	assert_int_equal(access(scene->path, F_OK), -1);

	/* One that is left of a daemon that was killed. */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	memcpy(address.sun_path, scene->path, sizeof(scene->path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	/* Whatever the umask is; and it stays. */
	before = umask(0777);
	assert_int_equal(open_control(scene, &scene->control), FSK_OK);
	assert_int_equal(umask(before), 0777);
	assert_int_equal(lstat(scene->path, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0660);
	up_control_close(scene->control);

	/* A file of somebody's stays. */
	fd = open(scene->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(open_control(scene, &scene->control), FSK_IO);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(unlink(scene->path), 0);
	snprintf(scene->path, sizeof(scene->path), "%s/no/control", scene->folder);
	assert_int_equal(open_control(scene, &scene->control), FSK_IO);
	assert_int_equal(errno, ENOENT);
	scene->control = NULL;
	up_control_close(NULL);
}

static void
test_no_daemon(void **state)
{
	struct scene *scene = *state;
	json_t *request = json_pack("{s:s}", "verb", "x");
	char why[UP_ASK_WHY];
	char path[200];

	up_control_close(scene->control);
	scene->control = NULL;
	assert_int_equal(up_ask(scene->path, request, count, NULL, why), FSK_IO);
	assert_int_equal(errno, ENOENT);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(up_ask(path, request, count, NULL, why), FSK_IO);
	assert_int_equal(errno, ENAMETOOLONG);
	json_decref(request);
}

/* Without memory it is not opened; or who asked gets no answer, and the next one does. */
static void
test_memory(void **state)
{
	struct scene *scene = *state;
	struct up_control *second = NULL;
	struct asker asker = {.scene = scene, .sends = "{\"verb\":\"nothing\"}\n"};

	memory_left = 0;
	assert_int_equal(open_control(scene, &second), FSK_NOMEM);
	asker.send_len = strlen(asker.sends);
	memory_left = 0;
	ask(&asker);
	assert_string_equal(asker.got, "");
	memory_left = -1;
	ask(&asker);
	assert_string_equal(asker.got, "{\"ok\":true}\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_answers, begin, end),
	        cmocka_unit_test_setup_teardown(test_raw, begin, end),
	        cmocka_unit_test_setup_teardown(test_long, begin, end),
	        cmocka_unit_test_setup_teardown(test_silent, begin, end),
	        cmocka_unit_test_setup_teardown(test_gone, begin, end),
	        cmocka_unit_test_setup_teardown(test_places, begin, end),
	        cmocka_unit_test_setup_teardown(test_no_daemon, begin, end),
	        cmocka_unit_test_setup_teardown(test_memory, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
