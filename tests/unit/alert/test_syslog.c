/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Messages of RFC 5424 to a socket of this test: what stands in them, what cannot break out
 * of its field, and a log that is not there, full, or started anew.
 */
#include "net/socket.h"
#include "scene.h"

#include <fcntl.h>
#include <sys/un.h>

/* Opens the log's socket at the path of ${scene}. */
static int
listen_path(const struct scene *scene)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	memcpy(at.sun_path, scene->path, strlen(scene->path));
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* Receives a message, with a NUL behind it; "" when there is none. */
static const char *
receive(int fd, char text[4096])
{
	ssize_t len = recv(fd, text, 4095, 0);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

static void
open_syslog(struct scene *scene, bool sightings)
{
	scene_open(scene, &(struct alert_sink_setting){.way = ALERT_SYSLOG,
	                                               .sightings = sightings,
	                                               .target = scene->path});
}

static void
test_messages(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	struct alert alert = scene_alert(1);
	char text[4096], want[4096];
	struct scene scene;
	int fd;

	(void)state;
	scene_init(&scene);
	fd = listen_path(&scene);
	open_syslog(&scene, false);
	alert_tell(scene.hub, &alert);
	snprintf(want, sizeof(want),
	         "<28>1 2015-08-03T01:02:03.000004Z guard1 foresink %ld alert "
	         "[foresink@32473 family=\"conficker\" client=\"192.0.0.1\" "
	         "machine=\"desk-7\" verdict=\"infected\" reason=\"" REASON "\" "
	         "name=\"jogli.com\" generator=\"conficker/b\" found=\"12\" "
	         "sightings=\"40\" relay=\"false\" action=\"nxdomain\" role=\"guard\"] "
	         "192.0.0.1: infected: conficker/b; names: 12, sightings: 40; first: "
	         "jogli.com (" REASON ")",
	         (long)getpid());
	assert_string_equal(receive(fd, text), want);
	alert.verdict = "likely";
	alert.relay = true;
	alert.name_count = 0;
	alert.client = sighting_named(7);
	alert_tell(scene.hub, &alert);
	receive(fd, text);
	assert_memory_equal(text, "<29>1 ", 6);
	assert_non_null(strstr(text, "] desk-7, or a host behind it: likely: conficker/b; "
	                             "names: 12, sightings: 40"));
	assert_null(strstr(text, "client="));
	assert_null(strstr(text, "reason="));
	assert_int_equal(scene_counts(&scene)->told, 2);
	scene_close(&scene, 0);

	open_syslog(&scene, true);
	alert_sight(scene.hub, &news);
	snprintf(want, sizeof(want),
	         "<30>1 2015-08-03T01:02:03.000004Z guard1 foresink %ld sighting "
	         "[foresink@32473 family=\"conficker\" client=\"192.0.0.1\" "
	         "reason=\"" REASON "\" name=\"www.jogli.com\" forecast=\"jogli.com\" "
	         "port=\"4000\" qtype=\"1\" action=\"nxdomain\" state=\"block\" "
	         "role=\"guard\"] 192.0.0.1 asked for www.jogli.com (" REASON "): nxdomain",
	         (long)getpid());
	assert_string_equal(receive(fd, text), want);
	scene_close(&scene, 0);
	assert_int_equal(scene.times, 0);
	close(fd);
	scene_fini(&scene);
}

/* Whatever a client says: one line of printable ASCII, and one element of data. */
static void
test_foreign(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	char text[4096], name[4] = "a?b", shown[2][16];
	struct scene scene;
	int fd;

	(void)state;
	scene_init(&scene);
	fd = listen_path(&scene);
	open_syslog(&scene, true);
	for (unsigned octet = 0; octet < 256; octet++) {
		const char *data;

		name[1] = (char)octet;
		news.sighting.name = (struct span){name, 3};
		news.sighting.machine = news.sighting.name;
		alert_sight(scene.hub, &news);
		receive(fd, text);
		for (const char *c = text; *c != '\0'; c++)
			assert_in_range(*c, 0x20, 0x7e);
		if (octet == '"' || octet == ']')
			snprintf(shown[0], sizeof(shown[0]), "\"a\\%cb\"", (char)octet);
		else if (octet < 0x20 || octet > 0x7e || octet == '\\')
			snprintf(shown[0], sizeof(shown[0]), "\"a\\\\x%02xb\"", octet);
		else
			snprintf(shown[0], sizeof(shown[0]), "\"a%cb\"", (char)octet);
		if (octet < 0x20 || octet > 0x7e || octet == '\\')
			snprintf(shown[1], sizeof(shown[1]), " a\\x%02xb (", octet);
		else
			snprintf(shown[1], sizeof(shown[1]), " a%cb (", (char)octet);
		data = strstr(text, " name=");
		assert_non_null(data);
		assert_memory_equal(data + 6, shown[0], strlen(shown[0]));
		data = strstr(text, " machine=");
		assert_non_null(data);
		assert_memory_equal(data + 9, shown[0], strlen(shown[0]));
		assert_non_null(strstr(strstr(text, "] 192."), shown[1]));
	}
	scene_close(&scene, 0);
	close(fd);
	scene_fini(&scene);
}

/* Texts that are long: the message is no longer than it may be, and its data is whole. */
static void
test_long(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	char text[4096], name[3000];
	struct scene scene;
	int fd;

	(void)state;
	memset(name, '\n', sizeof(name));
	scene_init(&scene);
	fd = listen_path(&scene);
	open_syslog(&scene, true);
	for (size_t len = 0; len < sizeof(name); len += 7) {
		news.sighting.name = news.sighting.machine = (struct span){name, len};
		alert_sight(scene.hub, &news);
		assert_in_range(strlen(receive(fd, text)), 300, 2048);
		assert_non_null(strstr(text, "\"] 192.0.0.1 asked for "));
		assert_non_null(strstr(text, "role=\"guard\""));
	}
	scene_close(&scene, 0);
	close(fd);
	scene_fini(&scene);
}

/* A log that is not there is looked for at each tick; what came meanwhile is told. */
static void
test_absent(void **state)
{
	struct scene scene;
	char text[4096];
	int fd;

	(void)state;
	scene_init(&scene);
	open_syslog(&scene, false);
	assert_int_equal(scene.times, 1);
	assert_non_null(strstr(scene.said, "takes no messages"));
	scene_tell(&scene, 1);
	alert_hub_tick(scene.hub, NOW);
	assert_int_equal(scene_counts(&scene)->queued, 1);
	fd = listen_path(&scene);
	alert_hub_tick(scene.hub, NOW);
	assert_non_null(strstr(receive(fd, text), "client=\"192.0.0.1\""));

	/* It is started anew, with another socket. */
	close(fd);
	unlink(scene.path);
	scene_tell(&scene, 2);
	assert_int_equal(scene_counts(&scene)->queued, 1);
	fd = listen_path(&scene);
	for (int i = 0; i < 12; i++)
		alert_hub_tick(scene.hub, NOW);
	assert_non_null(strstr(receive(fd, text), "client=\"192.0.0.2\""));
	assert_string_equal(receive(fd, text), "");
	assert_int_equal(scene.times, 2);
	assert_non_null(strstr(scene.said, "takes messages again; messages lost: 0"));
	scene_tell(&scene, 3);
	assert_non_null(strstr(receive(fd, text), "client=\"192.0.0.3\""));
	assert_int_equal(scene_counts(&scene)->lost, 0);
	scene_close(&scene, 0);
	close(fd);
	scene_fini(&scene);
}

/* A log that reads nothing: messages are kept, then lost, and nobody waits. */
static void
test_full(void **state)
{
	struct scene scene;
	char text[4096];
	unsigned read = 0;
	int fd;

	(void)state;
	scene_init(&scene);
	fd = listen_path(&scene);
	open_syslog(&scene, false);
	for (unsigned host = 0; host < 1000; host++)
		scene_tell(&scene, host);
	assert_true(scene_counts(&scene)->lost > 0);
	assert_true(scene_counts(&scene)->queued > 50);
	assert_int_equal(scene.times, 1);
	for (int i = 0; i < 300; i++) {
		while (*receive(fd, text) != '\0') {
			char want[32];

			snprintf(want, sizeof(want), "client=\"192.0.0.%u\"", read++);
			assert_non_null(strstr(text, want));
		}
		alert_hub_tick(scene.hub, NOW);
	}
	assert_int_equal(scene_counts(&scene)->told, read);
	assert_int_equal(scene_counts(&scene)->told + scene_counts(&scene)->lost, 1000);
	assert_int_equal(scene.times, 2);
	scene_close(&scene, 0);
	close(fd);
	scene_fini(&scene);
}

static void
test_udp(void **state)
{
	struct net_endpoint any = {.port = 0}, bound;
	struct alert_sink_setting sink = {.way = ALERT_SYSLOG};
	struct scene scene;
	char target[NET_ENDPOINT_SIZE], text[4096];
	int fd;

	(void)state;
	scene_init(&scene);
	assert_int_equal(address_read(span_of("127.0.0.1"), &any.address), FSK_OK);
	assert_int_equal(net_open_udp(&any, &fd, &bound), FSK_OK);
	assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
	net_endpoint_write(&bound, target);
	sink.target = target;
	scene_open(&scene, &sink);
	scene_tell(&scene, 1);
	assert_non_null(strstr(receive(fd, text), "client=\"192.0.0.1\""));
	/* Nobody listens any more: it is said once, and does not stop. The kernel does not
	 * say so each time. */
	close(fd);
	while (scene_counts(&scene)->failed < 3) {
		scene_tell(&scene, 1);
		alert_hub_tick(scene.hub, NOW);
		usleep(1000);
	}
	assert_int_equal(scene.times, 1);
	assert_int_equal(scene_counts(&scene)->queued, 0);
	assert_int_equal(scene_counts(&scene)->lost, 0);
	scene_close(&scene, 0);
	scene_fini(&scene);
}

static void
test_refused(void **state)
{
	static const char *const targets[] = {
	        "",
	        "log",
	        "localhost:514",
	        "127.0.0.1:0",
	        "127.0.0.1:70000",
	        "[::1]:",
	        "/a/path/that/is/longer/than/the/hundred/and/eight/octets/of/which/a/"
	        "socket/may/"
	        "be/named/in/the/file/system/of/linux",
	};
	struct scene scene;

	(void)state;
	scene_init(&scene);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct alert_sink_setting sink = {.way = ALERT_SYSLOG,
		                                  .target = targets[i]};
		size_t which = 7;

		assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_SYNTAX);
		assert_int_equal(which, 0);
	}
	scene_fini(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_messages), cmocka_unit_test(test_foreign),
	        cmocka_unit_test(test_long),     cmocka_unit_test(test_absent),
	        cmocka_unit_test(test_full),     cmocka_unit_test(test_udp),
	        cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
