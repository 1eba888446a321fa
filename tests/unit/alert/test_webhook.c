/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The webhook against a server on loopback that says what the test wants: batches and their
 * signature, failures that are tried again or not, a server that is dead or silent.
 */
#include "net/loop.h"
#include "net/socket.h"
#include "scene.h"

#include <jansson.h>
#include <poll.h>
#include <sodium.h>

#define SECRET "a secret of the receiver"
#define REQUESTS 16
#define BODY ((size_t)2 << 20)

/* What came in a request, and what is to be said to it. */
struct request {
	char head[2048];
	char *body;
	size_t len;
};

struct server {
	int listener;
	char url[128];
	const char *const *answers; /* status lines with headers, in turn; the last for all
	                             * that follow; NULL: none is given */
	pthread_t thread;
	atomic_bool stop;
	atomic_uint count; /* of requests that are in their places */
	struct request requests[REQUESTS];
};

/* Reads from ${fd} until ${end} is there, or the other end has gone. */
static bool
read_head(int fd, char *head, size_t room)
{
	size_t len = 0;

	while (len + 1 < room && recv(fd, head + len, 1, 0) == 1) {
		head[++len] = '\0';
		if (len >= 4 && memcmp(head + len - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

/* Takes one request of ${fd}; false when there is none any more. */
static bool
take_request(struct server *server, int fd)
{
	struct request *request = &server->requests[server->count];
	const char *const *answer = server->answers;
	const char *length;
	char text[512];

	if (server->count == REQUESTS ||
	    !read_head(fd, request->head, sizeof(request->head)))
		return false;
	length = strcasestr(request->head, "\r\nContent-Length:");
	request->len = length != NULL ? strtoul(length + 17, NULL, 10) : 0;
	request->body = calloc(1, request->len + 1);
	if (request->len >= BODY ||
	    recv(fd, request->body, request->len, MSG_WAITALL) != (ssize_t)request->len)
		abort();
	for (unsigned i = 0; i < server->count && answer[1] != NULL; i++)
		answer++;
	snprintf(text, sizeof(text), "HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nok", *answer);
	server->count++;
	return send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

static void *
serve(void *context)
{
	struct server *server = context;
	int fd = -1;

	while (!server->stop) {
		struct pollfd places[2] = {{.fd = server->listener, .events = POLLIN},
		                           {.fd = fd, .events = POLLIN}};

		(void)poll(places, 2, 10);
		if (places[0].revents != 0) {
			if (fd >= 0)
				close(fd);
			fd = accept(server->listener, NULL, NULL);
		} else if (places[1].revents != 0 && server->answers != NULL &&
		           !take_request(server, fd)) {
			close(fd);
			fd = -1;
		}
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void
server_start(struct server *server, const char *scheme, const char *const *answers)
{
	struct net_endpoint any = {.port = 0}, bound;
	char text[NET_ENDPOINT_SIZE];

	memset(server, 0, sizeof(*server));
	server->answers = answers;
	assert_int_equal(address_read(span_of("127.0.0.1"), &any.address), FSK_OK);
	assert_int_equal(net_open_tcp(&any, 5, &server->listener, &bound), FSK_OK);
	net_endpoint_write(&bound, text);
	snprintf(server->url, sizeof(server->url), "%s://%s/hook?token=abc", scheme, text);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void
server_stop(struct server *server)
{
	server->stop = true;
	pthread_join(server->thread, NULL);
	close(server->listener);
}

static void
server_free(struct server *server)
{
	for (unsigned i = 0; i < REQUESTS; i++)
		free(server->requests[i].body);
}

static void
open_hook(struct scene *scene, const struct server *server)
{
	scene_init(scene);
	scene_open(scene, &(struct alert_sink_setting){.way = ALERT_WEBHOOK,
	                                               .target = server->url,
	                                               .secret = {SECRET, strlen(SECRET)}});
}

static void
tell_many(struct scene *scene, unsigned first, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		scene_tell(scene, first + i);
}

/* The body must be an object with a list ${key} of ${count}, of clients from ${first} on.
 */
static void
assert_body(const struct request *request, const char *key, unsigned first, unsigned count)
{
	json_t *body =
	        json_loadb(request->body, request->len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *list = json_object_get(body, key);

	assert_non_null(body);
	assert_int_equal(json_object_size(body), 1);
	assert_int_equal(json_array_size(list), count);
	for (unsigned i = 0; i < count; i++) {
		const json_t *address = json_object_get(json_array_get(list, i), "address");
		char want[32];

		snprintf(want, sizeof(want), "192.0.%u.%u", (first + i) >> 8,
		         (first + i) & 255);
		assert_string_equal(json_string_value(address), want);
	}
	json_decref(body);
}

static void
assert_signed(const struct request *request)
{
	unsigned char digest[crypto_auth_hmacsha256_BYTES];
	const char *header = strstr(request->head, "\r\nForesink-Signature: t=");
	char hex[2 * sizeof(digest) + 1];
	crypto_auth_hmacsha256_state state;
	const char *digits;
	size_t len;

	assert_non_null(header);
	digits = header + strlen("\r\nForesink-Signature: t=");
	len = strspn(digits, "0123456789");
	assert_in_range(strtoll(digits, NULL, 10), net_clock() - 60, net_clock());
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)SECRET, strlen(SECRET));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)digits, len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)".", 1);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)request->body,
	                              request->len);
	crypto_auth_hmacsha256_final(&state, digest);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	assert_memory_equal(digits + len, ",v1=", 4);
	assert_memory_equal(digits + len + 4, hex, strlen(hex));
	assert_memory_equal(digits + len + 4 + strlen(hex), "\r\n", 2);
}

static void
test_batch(void **state)
{
	static const char *const answers[] = {"200 OK", NULL};
	struct server server;
	struct scene scene;

	(void)state;
	/* No proxy of the environment is asked. */
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
	server_start(&server, "http", answers);
	open_hook(&scene, &server);
	tell_many(&scene, 0, 250);
	scene_await(&scene_counts(&scene)->told, 200);
	scene_close(&scene, 5000);
	server_stop(&server);
	assert_int_equal(server.count, 3);
	for (unsigned i = 0; i < 3; i++) {
		const struct request *request = &server.requests[i];

		assert_body(request, "alerts", 100 * i, i < 2 ? 100 : 50);
		assert_signed(request);
		assert_memory_equal(request->head, "POST /hook?token=abc HTTP/1.1\r\n", 31);
		assert_non_null(
		        strstr(request->head, "\r\nContent-Type: application/json\r\n"));
		assert_non_null(
		        strstr(request->head, "\r\nUser-Agent: foresink/0.1.0\r\n"));
		assert_null(strstr(request->head, "Expect"));
	}
	assert_int_equal(scene.times, 0);
	server_free(&server);
	scene_fini(&scene);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

/* Sightings, without a secret. */
static void
test_sightings(void **state)
{
	static const char *const answers[] = {"204 No Content", NULL};
	struct alert_sink_setting sink = {.way = ALERT_WEBHOOK, .sightings = true};
	struct server server;
	struct scene scene;

	(void)state;
	server_start(&server, "http", answers);
	scene_init(&scene);
	sink.target = server.url;
	scene_open(&scene, &sink);
	for (unsigned i = 0; i < 3; i++) {
		struct alert_sighting news = scene_sighting(i);

		alert_sight(scene.hub, &news);
	}
	scene_close(&scene, 5000);
	server_stop(&server);
	assert_int_equal(server.count, 1);
	assert_body(&server.requests[0], "sightings", 0, 3);
	assert_null(strstr(server.requests[0].head, "Signature"));
	server_free(&server);
	scene_fini(&scene);
}

/* What fails is sent again as it was, with a signature of its own. */
static void
test_again(void **state)
{
	static const char *const answers[] = {"500 Oh\r\nRetry-After: 1", "200 OK", NULL};
	struct server server;
	struct scene scene;

	(void)state;
	server_start(&server, "http", answers);
	open_hook(&scene, &server);
	tell_many(&scene, 0, 100);
	scene_await(&scene_counts(&scene)->told, 100);
	assert_int_equal(scene_counts(&scene)->failed, 1);
	assert_int_equal(scene_counts(&scene)->lost, 0);
	scene_close(&scene, 5000);
	server_stop(&server);
	assert_int_equal(server.count, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_body(&server.requests[i], "alerts", 0, 100);
		assert_signed(&server.requests[i]);
	}
	assert_int_equal(scene.times, 2);
	assert_non_null(strstr(scene.said, "it is tried again: it answered 500"));
	assert_non_null(strstr(scene.said, "takes what it is told again"));
	assert_null(strstr(scene.said, "token"));
	server_free(&server);
	scene_fini(&scene);
}

/* What is refused for what it is does not stop what comes next. */
static void
test_refusal(void **state)
{
	static const char *const answers[] = {"400 Bad", "200 OK", NULL};
	struct server server;
	struct scene scene;

	(void)state;
	server_start(&server, "http", answers);
	open_hook(&scene, &server);
	tell_many(&scene, 0, 200);
	scene_await(&scene_counts(&scene)->told, 100);
	assert_int_equal(scene_counts(&scene)->lost, 100);
	scene_close(&scene, 5000);
	server_stop(&server);
	assert_body(&server.requests[1], "alerts", 100, 100);
	assert_int_equal(scene.times, 1);
	server_free(&server);
	scene_fini(&scene);
}

/* Nobody is followed to another place; at the end there is one last try. */
static void
test_redirect(void **state)
{
	static const char *const answers[] = {"307 There\r\nLocation: /there", NULL};
	struct server server;
	struct scene scene;

	(void)state;
	server_start(&server, "http", answers);
	open_hook(&scene, &server);
	tell_many(&scene, 0, 100);
	scene_await(&scene_counts(&scene)->failed, 1);
	scene_close(&scene, 5000);
	server_stop(&server);
	assert_int_equal(server.count, 2);
	for (unsigned i = 0; i < 2; i++)
		assert_memory_equal(server.requests[i].head, "POST /hook", 10);
	server_free(&server);
	scene_fini(&scene);
}

/* A server that is dead, and one that is silent: who tells does not wait, and neither does
 * the end. */
static void
test_dead(void **state)
{
	struct server server;
	struct scene scene;
	uint64_t lost;

	(void)state;
	for (int round = 0; round < 2; round++) {
		server_start(&server, "http", NULL);
		if (round == 0)
			server_stop(&server);
		open_hook(&scene, &server);
		tell_many(&scene, 0, 12000);
		lost = scene_counts(&scene)->lost;
		assert_in_range(lost, 12000 - 10000 - 100, 12000);
		assert_int_equal(scene_counts(&scene)->queued, 12000 - lost);
		if (round == 0)
			scene_await(&scene_counts(&scene)->failed, 1);
		scene_close(&scene, 50);
		if (round == 1)
			server_stop(&server);
		assert_int_equal(scene.times, 1);
		assert_non_null(strstr(scene.said, "does not take what it is told"));
		scene_fini(&scene);
	}
}

/* What is to be told with TLS is not told without. */
static void
test_tls(void **state)
{
	static const char *const answers[] = {"200 OK", NULL};
	struct server server;
	struct scene scene;

	(void)state;
	server_start(&server, "https", answers);
	open_hook(&scene, &server);
	tell_many(&scene, 0, 100);
	/* The server waits for a line of HTTP in what it does not understand. */
	scene_close(&scene, 100);
	server_stop(&server);
	assert_int_equal(server.count, 0);
	assert_int_equal(scene.times, 1);
	server_free(&server);
	scene_fini(&scene);
}

/* Without a start nothing is sent, and nothing is waited for. */
static void
test_not_started(void **state)
{
	static const char *const answers[] = {"200 OK", NULL};
	struct alert_sink_setting sink = {.way = ALERT_WEBHOOK};
	struct server server;
	struct scene scene;
	size_t which;

	(void)state;
	server_start(&server, "http", answers);
	scene_init(&scene);
	sink.target = server.url;
	assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_OK);
	tell_many(&scene, 0, 300);
	assert_int_equal(scene_counts(&scene)->queued, 300);
	scene_close(&scene, 1000);
	server_stop(&server);
	assert_int_equal(server.count, 0);
	server_free(&server);
	scene_fini(&scene);
}

static void
test_targets(void **state)
{
	static const struct {
		const char *url;
		bool good;
	} targets[] = {
	        {"https://hooks.example/a?b=c", true},
	        {"https://user:word@hooks.example:8443/", true},
	        {"HTTPS://hooks.example", true},
	        {"http://127.0.0.1:8080/a", true},
	        {"http://127.1/", true},
	        {"http://10.1.2.3/", true},
	        {"http://172.16.0.1/", true},
	        {"http://172.31.255.255/", true},
	        {"http://192.168.1.1/", true},
	        {"http://[::1]:8080/", true},
	        {"http://[fd00::1]/", true},
	        {"", false},
	        {"hooks.example", false},
	        {"//hooks.example/", false},
	        {"https://", false},
	        {"ftp://127.0.0.1/", false},
	        {"file:///etc/passwd", false},
	        {"http://localhost/", false},
	        {"http://hooks.example/", false},
	        {"http://127.0.0.1.example/", false},
	        {"http://127.0.0.1@198.51.100.1/", false},
	        {"http://198.51.100.1/", false},
	        {"http://172.32.0.1/", false},
	        {"http://172.15.0.1/", false},
	        {"http://192.169.1.1/", false},
	        {"http://169.254.169.254/", false},
	        {"http://3232235777/", true}, /* 192.168.1.1 */
	        {"http://0xc6336401/", false},
	        {"http://[2001:db8::1]/", false},
	        {"http://[::ffff:198.51.100.1]/", false},
	        {"http://[fe00::1]/", false},
	};
	struct scene scene;

	(void)state;
	scene_init(&scene);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct alert_sink_setting sink = {.way = ALERT_WEBHOOK,
		                                  .target = targets[i].url};
		size_t which;
		enum fsk_err err = scene_try(&scene, &sink, 1, &which);

		if (err != (targets[i].good ? FSK_OK : FSK_SYNTAX))
			fail_msg("%s: %d", targets[i].url, err);
		if (err == FSK_OK)
			scene_close(&scene, 0);
	}
	scene_fini(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_batch),    cmocka_unit_test(test_sightings),
	        cmocka_unit_test(test_again),    cmocka_unit_test(test_refusal),
	        cmocka_unit_test(test_redirect), cmocka_unit_test(test_dead),
	        cmocka_unit_test(test_tls),      cmocka_unit_test(test_not_started),
	        cmocka_unit_test(test_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
