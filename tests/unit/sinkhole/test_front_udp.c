/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Questions that come as datagrams, on loopback: a batch is kept as a whole before the
 * first of its answers leaves, and answers leave from where they were asked. Linked with
 * --wrap for store_journal_put.
 */
#include "dns_answer.h"
#include "sinkhole/front_udp.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static struct net_loop *loop;
static struct net_batch *batch;
static struct sinkhole_udp udp;
static struct sinkhole_post post;
static bool is_open;
static unsigned rounds, kept_at_close;

static struct sinkhole_desk *
open_desk(struct sinkhole_post *which)
{
	assert_ptr_equal(which, &post);
	assert_false(is_open);
	is_open = true;
	rounds++;
	return &desk;
}

static void
close_desk(struct sinkhole_post *which)
{
	assert_ptr_equal(which, &post);
	assert_true(is_open);
	is_open = false;
	kept_at_close = kept_count;
}

/* Begins to serve ${text}. */
static void
begin(const char *text)
{
	struct net_endpoint wanted;
	int fd;

	assert_int_equal(net_endpoint_read(span_of(text), 0, &wanted), FSK_OK);
	assert_int_equal(net_share_udp(&wanted, 1 << 20, &fd, &udp.endpoint), FSK_OK);
	assert_int_equal(sinkhole_udp_begin(&udp, fd), FSK_OK);
}

static int
set_up_front(void **state)
{
	assert_int_equal(set_up(state), 0);
	assert_int_equal(net_loop_new(&loop), FSK_OK);
	assert_int_equal(net_batch_new(NET_BATCH, SINKHOLE_DNS_MOST, &batch), FSK_OK);
	post = (struct sinkhole_post){.loop = loop, .open = open_desk, .close = close_desk};
	udp = (struct sinkhole_udp){.post = &post, .batch = batch, .watch = {.fd = -1}};
	rounds = kept_at_close = 0;
	return 0;
}

static int
tear_down_front(void **state)
{
	sinkhole_udp_end(&udp);
	sinkhole_udp_end(&udp); /* once is enough */
	net_batch_free(batch);
	net_loop_free(loop);
	return tear_down(state);
}

/* A socket of a client for the front at ${text}. */
static int
reach(const char *text)
{
	struct net_endpoint peer;
	int fd;

	assert_int_equal(net_endpoint_read(span_of(text), udp.endpoint.port, &peer),
	                 FSK_OK);
	assert_int_equal(net_reach_udp(&peer, 0, &fd), FSK_OK);
	return fd;
}

static void
ask_at(int fd, const struct question *question)
{
	asked_len = write_question(question, asked);
	assert_int_equal(send(fd, asked, asked_len, 0), asked_len);
}

static void
stop(struct net_timer *timer)
{
	net_loop_stop(timer->context);
}

/* Lets the loop serve what has come. */
static void
serve(void)
{
	struct net_timer timer = {.due = stop, .context = loop};

	assert_int_equal(net_timer_set(loop, &timer, 20), FSK_OK);
	assert_int_equal(net_loop_run(loop), FSK_OK);
}

/* Receives an answer; false when there is none. */
static bool
receive(int fd)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	ssize_t got;

	if (poll(&waiting, 1, 0) != 1)
		return false;
	got = recv(fd, out, sizeof(out), 0);
	assert_true(got >= 12);
	len = (size_t)got;
	return true;
}

static void
test_answers(void **state)
{
	int fd;

	(void)state;
	begin("127.0.0.1");
	fd = reach("127.0.0.1");
	ask_at(fd, &(struct question){.name = "www.held.example"});
	serve();
	assert_true(receive(fd));
	is_answer(AUTHORITY, 2, 0, 0);
	assert_false(receive(fd));
	assert_int_equal(rounds, 1);
	assert_false(is_open);
	assert_true(is_at(&kept.to, "127.0.0.1"));
	assert_int_equal(kept.to_port, udp.endpoint.port);
	assert_true(is_at(&kept.address, "127.0.0.1"));
	assert_true(kept.port > 0);
	close(fd);
}

/* A socket of all addresses says which was asked, and answers from there. */
static void
test_any_address(void **state)
{
	int fd;

	(void)state;
	begin("0.0.0.0");
	fd = reach("127.3.2.1");
	ask_at(fd, &(struct question){.name = "www.held.example"});
	serve();
	assert_true(receive(fd)); /* connected: from elsewhere nothing comes */
	assert_true(is_at(&kept.to, "127.3.2.1"));
	close(fd);
}

static void
test_batches(void **state)
{
	enum { COUNT = 3 * NET_BATCH + 5 };
	unsigned got = 0;
	int fd;

	(void)state;
	begin("127.0.0.1");
	fd = reach("127.0.0.1");
	for (unsigned i = 0; i < COUNT; i++)
		ask_at(fd, &(struct question){.name = "held.example"});
	serve();
	while (receive(fd))
		got++;
	assert_int_equal(got, COUNT);
	assert_int_equal(kept_count, COUNT);
	assert_int_equal(kept_at_close, COUNT);
	assert_int_equal(rounds, 4);
	assert_int_equal(tally.unsent, 0);
	close(fd);
}

/* Of what is longer than a question can be nothing is answered; others are. */
static void
test_bad_datagrams(void **state)
{
	static const uint8_t big[2000];
	int fd;

	(void)state;
	begin("127.0.0.1");
	fd = reach("127.0.0.1");
	assert_int_equal(send(fd, big, sizeof(big), 0), sizeof(big));
	assert_int_equal(send(fd, big, 0, 0), 0);
	assert_int_equal(send(fd, big, 5, 0), 5);
	ask_at(fd, &(struct question){.name = "held.example"});
	serve();
	assert_true(receive(fd));
	is_answer(AUTHORITY, 2, 0, 0);
	assert_false(receive(fd));
	assert_int_equal(tally.rejected[SINKHOLE_MALFORMED], 3);
	close(fd);
}

/* Who has gone is not answered, and takes nothing from others. */
static void
test_gone(void **state)
{
	int gone, fd;

	(void)state;
	begin("127.0.0.1");
	gone = reach("127.0.0.1");
	fd = reach("127.0.0.1");
	ask_at(gone, &(struct question){.name = "held.example"});
	close(gone);
	serve();
	ask_at(fd, &(struct question){.name = "held.example"});
	serve();
	assert_true(receive(fd));
	assert_int_equal(kept_count, 2);
	close(fd);
}

static void
test_begin(void **state)
{
	(void)state;
	errno = 0;
	assert_int_equal(sinkhole_udp_begin(&udp, -1), FSK_IO);
	assert_int_equal(errno, EBADF);
	assert_int_equal(udp.watch.fd, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_answers, set_up_front,
	                                        tear_down_front),
	        cmocka_unit_test_setup_teardown(test_any_address, set_up_front,
	                                        tear_down_front),
	        cmocka_unit_test_setup_teardown(test_batches, set_up_front,
	                                        tear_down_front),
	        cmocka_unit_test_setup_teardown(test_bad_datagrams, set_up_front,
	                                        tear_down_front),
	        cmocka_unit_test_setup_teardown(test_gone, set_up_front, tear_down_front),
	        cmocka_unit_test_setup_teardown(test_begin, set_up_front, tear_down_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
