/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A whole sinkhole of two workers over sockets: each contact is in a journal before its
 * answer is here, and once; what is held is replaced; what cannot be listened on, kept or
 * had; memory that runs out. Linked with --wrap for malloc, calloc and realloc.
 */
#include "sinkhole/sinkhole.h"

#include "../memory.h"
#include "ground_scene.h"
#include "net/loop.h"
#include "wire/reply.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/foresink-sinkhole-XXXXXX";
static char store[64];
static struct net_endpoint dns, webs[2];
static struct sinkhole_setting setting;
static struct sinkhole *sinkhole;

static struct sinkhole_ground *
make_ground(const char *name, const char *to)
{
	const struct fsk_name names[] = {name_of(name)};
	const struct fsk_name server = name_of("ns1.sink.example"),
	                      mailbox = name_of("hostmaster.sink.example");
	const struct address address = address_of(to);
	const struct sinkhole_set_setting set = {
	        .title = "",
	        .names = names,
	        .name_count = 1,
	        .addresses = &address,
	        .address_count = 1,
	};
	const struct sinkhole_ground_setting ground = {
	        .sets = &set,
	        .set_count = 1,
	        .servers = &server,
	        .server_count = 1,
	        .mailbox = &mailbox,
	        .serial = 7,
	        .ttl = 60,
	        .answer = span_of("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n"),
	};
	struct sinkhole_ground *made;

	assert_int_equal(sinkhole_ground_new(&ground, &made), FSK_OK);
	return made;
}

static void
make_sinkhole(void)
{
	const char *why;
	size_t which;

	assert_int_equal(sinkhole_new(&setting, &which, &why, &sinkhole), FSK_OK);
	assert_int_equal(which, SIZE_MAX);
	assert_null(why);
}

static int
set_up(void **state)
{
	static unsigned count;

	(void)state;
	snprintf(store, sizeof(store), "%s/%u", folder, count++);
	if (mkdir(store, 0700) != 0)
		return 1;
	dns = (struct net_endpoint){.address = address_of("127.0.0.1")};
	webs[0] = webs[1] = dns;
	setting = (struct sinkhole_setting){
	        .dns = &dns,
	        .dns_count = 1,
	        .web = webs,
	        .web_count = 2,
	        .workers = 2,
	        .callers = 64,
	        .of_prefix = 64,
	        .keep = 100,
	        .sensor = "here",
	        .store = store,
	        .segment = STORE_SEGMENT_LEAST,
	};
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sinkhole_free(sinkhole);
	sinkhole = NULL;
	return 0;
}

/* Callers. */

/* Asks for the address of ${name} by ${type} of socket; the octets of the answer. */
static size_t
ask(const char *name, int type, uint8_t answer[512])
{
	const struct net_endpoint endpoint = sinkhole_endpoint(sinkhole, 0);
	uint8_t octets[300] = {0, 0, 0x12, 0x34, 0, 0, 0, 1};
	uint8_t *at = octets + 14;
	struct sockaddr_storage to;
	socklen_t len = net_endpoint_to(&endpoint, &to);
	int fd = socket(AF_INET, type, 0);
	size_t got = 0, head = type == SOCK_STREAM ? 2 : 0, size;

	while (*name != '\0') {
		size_t label = strcspn(name, ".");

		*at++ = (uint8_t)label;
		memcpy(at, name, label);
		at += label;
		name += label + (name[label] == '.');
	}
	memcpy(at, "\0\0\1\0\1", 5);
	size = (size_t)(at + 5 - octets);
	octets[1] = (uint8_t)(size - 2);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, len), 0);
	assert_int_equal(send(fd, octets + 2 - head, size - 2 + head, 0), size - 2 + head);
	do {
		ssize_t part = recv(fd, answer + got, 512 - got, 0);

		assert_true(part > 0);
		got += (size_t)part;
	} while (head > 0 && (got < 2 || got < 2u + answer[1]));
	close(fd);
	memmove(answer, answer + head, got - head);
	return got - head;
}

/* A connection to endpoint ${n}, by which ${words} are sent. */
static int
call(size_t n, const char *words)
{
	const struct net_endpoint endpoint = sinkhole_endpoint(sinkhole, n);
	struct sockaddr_storage to;
	socklen_t len = net_endpoint_to(&endpoint, &to);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&to, len), 0);
	assert_int_equal(send(fd, words, strlen(words), 0), strlen(words));
	return fd;
}

/* All that comes by ${fd} until it is closed; it is closed here too. */
static void
hear(int fd, char *out, size_t room)
{
	size_t got = 0;
	ssize_t part;

	while (got + 1 < room && (part = recv(fd, out + got, room - 1 - got, 0)) > 0)
		got += (size_t)part;
	out[got] = '\0';
	close(fd);
}

/* What is in the journals. */
struct seen {
	unsigned kinds[SIGHTING_KINDS];
	unsigned of_sensor;
	char targets[200];
};

static enum fsk_err
read_segment(const char *worker, uint64_t number, void *context)
{
	struct store_segment *segment;
	struct seen *seen = context;
	uint64_t offset = 0;
	struct span record;

	assert_memory_equal(worker, "sinkhole-", 9);
	assert_int_equal(store_segment_open(store, worker, number, &segment), FSK_OK);
	while (store_segment_next(segment, &offset, &record) == FSK_OK) {
		struct sighting sighting;

		assert_int_equal(store_record_read((const uint8_t *)record.text, record.len,
		                                   &sighting, NULL),
		                 FSK_OK);
		seen->kinds[sighting.kind]++;
		seen->of_sensor += span_equal(sighting.sensor, span_of(setting.sensor));
		snprintf(seen->targets + strlen(seen->targets),
		         sizeof(seen->targets) - strlen(seen->targets), "%.*s",
		         (int)sighting.target.len, sighting.target.text);
		assert_int_not_equal(sighting.port, 0);
		assert_int_not_equal(sighting.to_port, 0);
	}
	store_segment_free(segment);
	return FSK_OK;
}

static struct seen
look(void)
{
	struct seen seen = {.of_sensor = 0};

	assert_int_equal(store_segments(store, read_segment, &seen), FSK_OK);
	return seen;
}

/* Waits until ${count} connections are open. */
static void
await_callers(uint64_t count)
{
	static const struct timespec nap = {.tv_nsec = 5000000};
	struct sinkhole_counts counts;

	for (unsigned i = 0; i < 2000; i++) {
		sinkhole_count_all(sinkhole, &counts);
		if (counts.callers == count)
			return;
		nanosleep(&nap, NULL);
	}
	fail_msg("there are %u callers", (unsigned)counts.callers);
}

static void
test_serve(void **state)
{
	struct sinkhole_counts counts;
	uint8_t answer[512];
	char heard[200];
	struct seen seen;
	size_t count, len;

	(void)state;
	make_sinkhole();
	assert_int_equal(sinkhole_workers(sinkhole), 2);
	assert_non_null(sinkhole_journals(sinkhole, &count));
	assert_int_equal(count, 2);
	assert_int_equal(sinkhole_facts(sinkhole).names, 0);
	assert_int_equal(sinkhole_swap(sinkhole, make_ground("held.example", "192.0.2.7")),
	                 FSK_OK);
	assert_int_equal(sinkhole_facts(sinkhole).names, 1);
	len = ask("www.held.example", SOCK_DGRAM, answer);
	assert_memory_equal(answer + len - 4, "\xc0\0\2\7", 4);
	assert_int_equal(look().kinds[SIGHTING_DNS], 1);
	len = ask("held.example", SOCK_STREAM, answer);
	assert_memory_equal(answer + len - 4, "\xc0\0\2\7", 4);
	(void)ask("other.example", SOCK_DGRAM, answer);
	assert_int_equal(answer[3] & 15, 5); /* REFUSED */
	hear(call(1, "GET /search?q=1 HTTP/1.0\r\nHost: held.example\r\n\r\n"), heard,
	     sizeof(heard));
	assert_memory_equal(heard, "HTTP/1.1 404 Not Found\r\n", 24);
	seen = look();
	assert_string_equal(seen.targets, "/search?q=1");
	hear(call(2, "\x01\x02\x03"), heard, sizeof(heard));
	assert_string_equal(heard, "");
	seen = look();
	assert_int_equal(seen.kinds[SIGHTING_DNS], 2);
	assert_int_equal(seen.kinds[SIGHTING_HTTP], 1);
	assert_int_equal(seen.kinds[SIGHTING_RAW], 1);
	assert_int_equal(seen.of_sensor, 4);
	sinkhole_count_all(sinkhole, &counts);
	assert_int_equal(counts.kept[SIGHTING_DNS], 2);
	assert_int_equal(counts.kept[SIGHTING_HTTP], 1);
	assert_int_equal(counts.kept[SIGHTING_RAW], 1);
	assert_int_equal(counts.lost, 0);
	assert_int_equal(counts.rejected[SINKHOLE_NOT_HELD], 1);
}

/* Other names, other limits, another sensor, while it serves. */
static void
test_change(void **state)
{
	struct net_endpoint other = {.address = address_of("127.0.0.1"), .port = 1};
	struct sinkhole_setting next;
	uint8_t answer[512];
	char heard[200];

	(void)state;
	make_sinkhole();
	assert_int_equal(sinkhole_change(sinkhole, &setting), FSK_OK);
	assert_int_equal(sinkhole_swap(sinkhole, make_ground("held.example", "192.0.2.7")),
	                 FSK_OK);
	assert_int_equal(sinkhole_swap(sinkhole, make_ground("b.example", "192.0.2.8")),
	                 FSK_OK);
	(void)ask("held.example", SOCK_DGRAM, answer);
	assert_int_equal(answer[3] & 15, 5);
	(void)ask("b.example", SOCK_DGRAM, answer);
	assert_int_equal(answer[3] & 15, 0);
	next = setting;
	next.workers = 1;
	assert_int_equal(sinkhole_change(sinkhole, &next), FSK_RANGE);
	next = setting;
	next.web = &other;
	next.web_count = 1;
	assert_int_equal(sinkhole_change(sinkhole, &next), FSK_RANGE);
	next = setting;
	next.dns = &other;
	assert_int_equal(sinkhole_change(sinkhole, &next), FSK_RANGE);
	next = setting;
	next.store = NULL;
	assert_int_equal(sinkhole_change(sinkhole, &next), FSK_RANGE);
	next = setting;
	next.certificate = next.key = "/none";
	assert_int_equal(sinkhole_change(sinkhole, &next), FSK_RANGE);
	setting.sensor = "there";
	setting.keep = 3;
	assert_int_equal(sinkhole_change(sinkhole, &setting), FSK_OK);
	hear(call(1, "GET / HTTP/1.0\r\n\r\n"), heard, sizeof(heard));
	assert_int_equal(look().of_sensor, 1);
}

/* Who has said nothing yet at the end was there all the same. */
static void
test_end(void **state)
{
	int fds[3];

	(void)state;
	make_sinkhole();
	assert_int_equal(sinkhole_swap(sinkhole, make_ground("held.example", "192.0.2.7")),
	                 FSK_OK);
	fds[0] = call(1, "");
	fds[1] = call(1, "GET /half");
	fds[2] = call(2, "GET / HTTP/1.0\r\nHost: held");
	await_callers(3);
	sinkhole_free(sinkhole);
	sinkhole = NULL;
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
	assert_int_equal(look().of_sensor, 3);
}

/* Journals of somebody else's, which live longer. */
static void
test_keep_in(void **state)
{
	struct store_journal *journals[2];
	uint8_t answer[512];
	size_t count;

	(void)state;
	setting.store = NULL;
	make_sinkhole();
	(void)sinkhole_journals(sinkhole, &count);
	assert_int_equal(count, 0);
	for (unsigned i = 0; i < 2; i++) {
		char worker[STORE_WORKER_SIZE];
		const struct store_journal_setting journal = {
		        .store = store,
		        .worker = worker,
		        .segment = STORE_SEGMENT_LEAST,
		        .now_us = net_clock_us(),
		};

		snprintf(worker, sizeof(worker), "sinkhole-%u", i);
		assert_int_equal(store_journal_open(&journal, &journals[i]), FSK_OK);
	}
	sinkhole_keep_in(sinkhole, journals);
	assert_ptr_equal(sinkhole_journals(sinkhole, &count)[1], journals[1]);
	assert_int_equal(count, 2);
	assert_int_equal(sinkhole_swap(sinkhole, make_ground("held.example", "192.0.2.7")),
	                 FSK_OK);
	(void)ask("held.example", SOCK_DGRAM, answer);
	sinkhole_free(sinkhole);
	sinkhole = NULL;
	store_journal_free(journals[0]);
	store_journal_free(journals[1]);
	assert_int_equal(look().kinds[SIGHTING_DNS], 1);
}

/* Fails to begin with ${err}, and says ${which}. */
static void
assert_fails(enum fsk_err err, size_t which, bool has_why)
{
	const char *why;
	size_t got;

	assert_int_equal(sinkhole_new(&setting, &got, &why, &sinkhole), err);
	assert_null(sinkhole);
	assert_int_equal(got, which);
	assert_int_equal(why != NULL, has_why);
}

static void
test_refused(void **state)
{
	struct net_endpoint bound, wanted = {.address = address_of("127.0.0.1")};
	int fd;

	(void)state;
	assert_int_equal(net_open_tcp(&wanted, 1, &fd, &bound), FSK_OK);
	webs[1].port = bound.port;
	assert_fails(FSK_IO, 2, false);
	webs[1].port = 0;
	dns.port = bound.port;
	assert_fails(FSK_IO, 0, false);
	dns.port = 0;
	close(fd);
	setting.store = "/nowhere/at/all";
	errno = 0;
	assert_fails(FSK_IO, SIZE_MAX, false);
	assert_int_equal(errno, ENOENT);
	setting.store = store;
	setting.certificate = setting.key = "/nowhere/at/all";
	assert_fails(FSK_IO, SIZE_MAX, true);
	setting.certificate = setting.key = NULL;
	setting.workers = 0;
	assert_fails(FSK_RANGE, SIZE_MAX, false);
	setting.workers = SINKHOLE_WORKERS + 1;
	assert_fails(FSK_RANGE, SIZE_MAX, false);
	setting.workers = 1;
	setting.web_count = SINKHOLE_LISTENS + 1;
	assert_fails(FSK_RANGE, SIZE_MAX, false);
}

/* The kernel deals connections as it likes: a neighbourhood has all that it may, however
 * many of them one worker got. */
static void
test_shares(void **state)
{
	struct sinkhole_counts counts;
	int fds[40];

	(void)state;
	setting.workers = 8;
	setting.of_prefix = setting.callers = 40;
	make_sinkhole();
	assert_int_equal(sinkhole_swap(sinkhole, make_ground("held.example", "192.0.2.7")),
	                 FSK_OK);
	for (size_t i = 0; i < 40; i++)
		fds[i] = call(1, "G");
	await_callers(40);
	sinkhole_count_all(sinkhole, &counts);
	assert_int_equal(counts.evicted, 0);
	assert_int_equal(counts.rejected[SINKHOLE_CROWD], 0);
	for (size_t i = 0; i < 40; i++)
		close(fds[i]);
	await_callers(0);
	assert_int_equal(look().kinds[SIGHTING_HTTP] + look().kinds[SIGHTING_RAW], 40);
}

/* Each call for memory in turn fails. */
static void
test_memory(void **state)
{
	enum fsk_err err = FSK_NOMEM;
	int calls = 0;

	(void)state;
	setting.workers = 1;
	for (; err != FSK_OK && calls < 500; calls++) {
		const char *why;
		size_t which;

		memory_left = calls;
		err = sinkhole_new(&setting, &which, &why, &sinkhole);
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
		assert_true((err == FSK_OK) == (sinkhole != NULL));
	}
	assert_in_range(calls, 10, 499);
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

#define SINKHOLE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        SINKHOLE_TEST(test_serve),   SINKHOLE_TEST(test_change),
	        SINKHOLE_TEST(test_end),     SINKHOLE_TEST(test_keep_in),
	        SINKHOLE_TEST(test_refused), SINKHOLE_TEST(test_memory),
	        SINKHOLE_TEST(test_shares),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
