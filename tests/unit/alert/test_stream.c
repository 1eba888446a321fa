/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The stream below dnstap: files that are gone on with, cut, full, emptied and moved away;
 * and a reader at a socket who is there, not there, silent, or goes away.
 */
#include "logs/frames.h"
#include "logs/source.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* How many frames the file has, which must be whole, in one stream, and of the hosts from
 * ${first} on. */
static unsigned
count_frames(const char *path, unsigned first)
{
	static const char start[] = "\0\0\0\0\0\0\0\x22\0\0\0\2";
	struct log_source *source;
	struct frames *frames;
	const char *why = "";
	struct span octets;
	unsigned count = 0;
	enum fsk_err err;
	size_t len;
	char *text;

	assert_int_equal(log_source_open(path, &source), FSK_OK);
	assert_int_equal(frames_open(source, CONTENT, &frames, &why), FSK_OK);
	while ((err = frames_next(frames, &octets, &why)) == FSK_OK) {
		struct fields fields = {.len = 0};
		char want[32];

		show_fields(&fields, (const unsigned char *)octets.text, octets.len, 14);
		snprintf(want, sizeof(want), " 4=c000%02x%02x ", (first + count) >> 8,
		         (first + count) & 255);
		assert_non_null(strstr(fields.text, want));
		count++;
	}
	assert_int_equal(err, FSK_END);
	frames_close(frames);
	log_source_close(source);
	text = scene_read(path, &len);
	assert_null(memmem(text + 1, len - 1, start, sizeof(start) - 1));
	free(text);
	return count;
}

/* A file is one stream, however often it was gone on with. */
static void
test_go_on(void **state)
{
	struct scene scene;
	struct stat facts;

	(void)state;
	scene_init(&scene);
	open_tap(&scene, scene.path);
	scene_close(&scene, 5000);
	assert_int_equal(stat(scene.path, &facts), 0);
	assert_int_equal(facts.st_size, 0);
	assert_int_equal(facts.st_mode & 0137, 0);
	for (unsigned round = 0; round < 3; round++) {
		open_tap(&scene, scene.path);
		for (unsigned i = 0; i < 100; i++)
			sight(&scene, 100 * round + i);
		scene_close(&scene, 5000);
		assert_int_equal(count_frames(scene.path, 0), 100 * round + 100);
	}
	assert_int_equal(scene.times, 0);
	scene_fini(&scene);
}

#define START_LEN 42
#define STOP_LEN 12

/* Wherever a crash cut the file: the frames that are whole stay, the rest goes. */
static void
test_cut(void **state)
{
	struct stat facts;
	struct scene scene;
	size_t len, frame;
	char *text;

	(void)state;
	scene_init(&scene);
	open_tap(&scene, scene.path);
	for (unsigned i = 0; i < 5; i++)
		sight(&scene, i);
	scene_close(&scene, 5000);
	text = scene_read(scene.path, &len);
	frame = (len - START_LEN - STOP_LEN) / 5;
	for (size_t cut = START_LEN; cut < len; cut += cut < len - 30 ? 13 : 1) {
		size_t whole = (cut - START_LEN) / frame;
		FILE *file = fopen(scene.path, "w");

		assert_non_null(file);
		assert_int_equal(fwrite(text, 1, cut, file), cut);
		fclose(file);
		open_tap(&scene, scene.path);
		scene_close(&scene, 5000);
		assert_int_equal(stat(scene.path, &facts), 0);
		assert_int_equal(facts.st_size, cut); /* nothing to say: left as it is */
		open_tap(&scene, scene.path);
		sight(&scene, whole < 5 ? (unsigned)whole : 5);
		scene_close(&scene, 5000);
		assert_int_equal(count_frames(scene.path, 0), (whole < 5 ? whole : 5) + 1);
	}
	free(text);
	assert_int_equal(scene.times, 0);
	scene_fini(&scene);
}

/* What is no stream of ours is not written to. */
static void
test_foreign_file(void **state)
{
	static const char *const texts[] = {"x", "a file of another kind, which is longer "
	                                         "than what begins a stream of frames"};
	struct alert_sink_setting sink = {.way = ALERT_DNSTAP, .sightings = true};
	struct scene scene;
	size_t which, len;
	char *text;

	(void)state;
	scene_init(&scene);
	sink.target = scene.path;
	for (size_t i = 0; i < 2; i++) {
		FILE *file = fopen(scene.path, "w");

		assert_non_null(file);
		fputs(texts[i], file);
		fclose(file);
		assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_IO);
		assert_int_equal(errno, EEXIST);
		text = scene_read(scene.path, &len);
		assert_string_equal(text, texts[i]);
		free(text);
	}
	sink.target = "/dev/null";
	assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_IO);
	sink.target = "";
	assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_SYNTAX);
	sink.target = "unix:";
	assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_SYNTAX);
	scene_fini(&scene);
}

static void
limit(rlim_t octets)
{
	struct rlimit limits;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limits), 0);
	limits.rlim_cur = octets < limits.rlim_max ? octets : limits.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limits), 0);
}

/* A disk that is full in the middle of a frame: the frame comes when there is room. */
static void
test_full(void **state)
{
	struct scene scene;

	(void)state;
	for (rlim_t room = 20; room < 400; room += 230) {
		scene_init(&scene);
		limit(room);
		open_tap(&scene, scene.path);
		for (unsigned i = 0; i < 3; i++)
			sight(&scene, i);
		scene_await(&scene_counts(&scene)->failed, 1);
		limit(RLIM_INFINITY);
		scene_await(&scene_counts(&scene)->told, 3);
		sight(&scene, 3);
		scene_close(&scene, 5000);
		assert_int_equal(count_frames(scene.path, 0), 4);
		assert_int_equal(scene.times, 2);
		assert_non_null(strstr(scene.said, "takes no frames"));
		assert_non_null(strstr(scene.said, "takes frames again"));
		scene_fini(&scene);
	}
}

/* Full to the end: the frames are counted as lost, and what is in the file is whole. */
static void
test_full_at_end(void **state)
{
	struct scene scene;
	size_t len;

	(void)state;
	scene_init(&scene);
	limit(100);
	open_tap(&scene, scene.path);
	sight(&scene, 1);
	scene_await(&scene_counts(&scene)->failed, 1);
	assert_int_equal(scene_counts(&scene)->queued, 1);
	scene_close(&scene, 100);
	limit(RLIM_INFINITY);
	free(scene_read(scene.path, &len));
	assert_int_equal(len, START_LEN);
	scene_fini(&scene);
}

static void
test_rotation(void **state)
{
	struct scene scene;
	char old[160];

	(void)state;
	scene_init(&scene);
	snprintf(old, sizeof(old), "%s.1", scene.path);
	open_tap(&scene, scene.path);
	sight(&scene, 0);
	scene_await(&scene_counts(&scene)->told, 1);
	/* The same file is gone on with. */
	alert_hub_reopen(scene.hub);
	while (access(scene.path, F_OK) != 0)
		usleep(1000);
	sight(&scene, 1);
	scene_await(&scene_counts(&scene)->told, 2);
	assert_int_equal(rename(scene.path, old), 0);
	alert_hub_reopen(scene.hub);
	while (access(scene.path, F_OK) != 0)
		usleep(1000);
	sight(&scene, 2);
	scene_await(&scene_counts(&scene)->told, 3);
	assert_int_equal(count_frames(old, 0), 2);
	/* Somebody empties it: it begins anew. */
	assert_int_equal(truncate(scene.path, 0), 0);
	sight(&scene, 3);
	scene_await(&scene_counts(&scene)->told, 4);
	assert_int_equal(scene.times, 2);
	/* It cannot be opened anew. */
	assert_int_equal(unlink(scene.path), 0);
	assert_int_equal(mkdir(scene.path, 0700), 0);
	alert_hub_reopen(scene.hub);
	while (scene_times(&scene) < 3)
		usleep(1000);
	sight(&scene, 4);
	scene_close(&scene, 5000);
	assert_non_null(strstr(scene.said, "the old file is written on"));
	assert_int_equal(rmdir(scene.path), 0);
	scene_fini(&scene);
}

/* Who reads at a socket. */
struct reader {
	int listener;
	unsigned frames;  /* that it got */
	bool stopped;     /* the stream was ended as it should be */
	unsigned stop_at; /* it goes away after so many frames; 0: never */
};

static void
listen_path(struct reader *reader, const struct scene *scene)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	memcpy(at.sun_path, scene->path, strlen(scene->path));
	reader->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(reader->listener >= 0);
	assert_int_equal(bind(reader->listener, (const struct sockaddr *)&at, sizeof(at)),
	                 0);
	assert_int_equal(listen(reader->listener, 5), 0);
}

static bool
get_octets(int fd, unsigned char *octets, size_t len)
{
	return recv(fd, octets, len, MSG_WAITALL) == (ssize_t)len;
}

static uint32_t
get_number(int fd)
{
	unsigned char octets[4] = {0};

	if (!get_octets(fd, octets, 4))
		return UINT32_MAX;
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	       (uint32_t)octets[2] << 8 | octets[3];
}

/* Reads one stream: READY, ACCEPT, START, frames, STOP, FINISH. */
static void *
read_stream(void *context)
{
	static const char accept_frame[] =
	        "\0\0\0\0\0\0\0\x22\0\0\0\1\0\0\0\1\0\0\0\x16" CONTENT;
	static const char finish[] = "\0\0\0\0\0\0\0\4\0\0\0\5";
	struct reader *reader = context;
	int fd = accept(reader->listener, NULL, NULL);
	static unsigned char octets[200000];

	for (;;) {
		uint32_t len = get_number(fd), type;

		if (len > 0) {
			if (len > sizeof(octets) || !get_octets(fd, octets, len))
				break;
			if (++reader->frames == reader->stop_at)
				break;
			continue;
		}
		len = get_number(fd);
		if (len < 4 || len > 100 || !get_octets(fd, octets, len))
			break;
		type = octets[3];
		if (type == 4) /* READY */
			(void)send(fd, accept_frame, sizeof(accept_frame) - 1,
			           MSG_NOSIGNAL);
		if (type != 3)
			continue;
		reader->stopped = true;
		(void)send(fd, finish, sizeof(finish) - 1, MSG_NOSIGNAL);
		break;
	}
	close(fd);
	return NULL;
}

static void
test_socket(void **state)
{
	struct reader reader = {.stop_at = 0};
	struct scene scene;
	pthread_t thread;
	char target[160];

	(void)state;
	scene_init(&scene);
	snprintf(target, sizeof(target), "unix:%s", scene.path);
	listen_path(&reader, &scene);
	open_tap(&scene, target);
	assert_int_equal(pthread_create(&thread, NULL, read_stream, &reader), 0);
	for (unsigned i = 0; i < 500; i++)
		sight(&scene, i);
	alert_hub_reopen(scene.hub); /* says nothing to a socket */
	scene_close(&scene, 5000);
	pthread_join(thread, NULL);
	assert_int_equal(reader.frames, 500);
	assert_true(reader.stopped);
	assert_int_equal(scene.times, 0);
	close(reader.listener);
	scene_fini(&scene);
}

/* A reader that is not there, or never answers, keeps nobody waiting: what has no room is
 * lost, and the end comes when it is wanted. */
static void
test_silent(void **state)
{
	struct reader reader = {.stop_at = 0};
	struct scene scene;
	char target[160];
	uint64_t lost;

	(void)state;
	for (int round = 0; round < 2; round++) {
		scene_init(&scene);
		snprintf(target, sizeof(target), "unix:%s", scene.path);
		if (round == 1)
			listen_path(&reader, &scene);
		open_tap(&scene, target);
		for (unsigned i = 0; i < 20000; i++)
			sight(&scene, i);
		lost = scene_counts(&scene)->lost;
		assert_true(lost >= 20000 - 16384 - 64);
		assert_int_equal(scene_counts(&scene)->queued, 20000 - lost);
		scene_close(&scene, 50);
		assert_int_equal(scene.times, 1);
		assert_non_null(strstr(scene.said, "takes no frames"));
		if (round == 1)
			close(reader.listener);
		scene_fini(&scene);
	}
}

/* A reader that goes away: what it did not get is kept for the next. */
static void
test_lost_reader(void **state)
{
	struct reader reader = {.stop_at = 10};
	struct scene scene;
	pthread_t thread;
	char target[160];

	(void)state;
	scene_init(&scene);
	snprintf(target, sizeof(target), "unix:%s", scene.path);
	listen_path(&reader, &scene);
	open_tap(&scene, target);
	assert_int_equal(pthread_create(&thread, NULL, read_stream, &reader), 0);
	for (unsigned i = 0; i < 10; i++)
		sight(&scene, i);
	pthread_join(thread, NULL);
	scene_await(&scene_counts(&scene)->told, 10);
	sight(&scene, 10);
	scene_await(&scene_counts(&scene)->failed, 1);
	assert_int_equal(scene_counts(&scene)->queued, 1);
	reader.stop_at = 0;
	assert_int_equal(pthread_create(&thread, NULL, read_stream, &reader), 0);
	scene_close(&scene, 5000);
	pthread_join(thread, NULL);
	assert_int_equal(reader.frames, 11);
	assert_true(reader.stopped);
	assert_int_equal(scene.times, 2);
	close(reader.listener);
	scene_fini(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_go_on),        cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_foreign_file), cmocka_unit_test(test_full),
	        cmocka_unit_test(test_full_at_end),  cmocka_unit_test(test_rotation),
	        cmocka_unit_test(test_socket),       cmocka_unit_test(test_silent),
	        cmocka_unit_test(test_lost_reader),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
