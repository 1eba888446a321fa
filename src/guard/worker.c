/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/worker.h"

#include "guard/front_tcp.h"
#include "guard/front_udp.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define WAITS 16384      /* clients that wait for the relay, at most */
#define UNDER_WAY 8192   /* questions that the relay asks, at most */
#define ATTEMPT_MS 1000  /* until another upstream is asked */
#define TOTAL_MS 4500    /* before stub resolvers give up, which they do after 5 s */
#define HITS 16384       /* that wait for the ledger, a power of 2 */
#define BUFFER (4 << 20) /* octets that the kernel keeps for a socket */
#define BACKLOG 1024
#define TICK_MS 1000

enum order { ORDER_NONE, ORDER_CHANGE, ORDER_STOP };

struct guard_worker {
	struct guard_post post;
	size_t count; /* of listeners */
	struct guard_udp udp[GUARD_LISTENS];
	struct guard_tcp_listener listeners[GUARD_LISTENS];
	struct guard_tcp tcp;
	struct net_batch *batch;
	struct net_outbox *outbox;
	struct guard_wait *answered; /* whose answers are in the outbox */
	struct guard_tally tally;
	struct net_timer tick;
	uint8_t secret[WIRE_COOKIE_SECRET];

	bool running;
	pthread_t thread;

	/* What the daemon's thread orders. */
	pthread_mutex_t lock;
	pthread_cond_t done;
	enum order order;
	bool gone;                           /* nobody takes orders any more */
	const struct guard_setting *setting; /* of ORDER_CHANGE */
	const uint8_t *new_secret;
	enum fsk_err err;
	int error; /* errno */
};

/* Answers of the relay. */

static void
relay_answer(void *context, const struct guard_asker *asker, uint8_t *octets, size_t len,
             size_t room)
{
	struct guard_worker *worker = context;
	struct guard_wait *wait = guard_waits_of(worker->post.waits, asker);

	if (wait == NULL)
		return;
	len = octets == NULL ? 0 : guard_fit(&wait->back, octets, len, room);
	if (len == 0) {
		octets = wait->gist;
		len = guard_failed(octets, wait->len, &wait->back, octets);
	}
	if (wait->back.stream) {
		guard_tcp_answer(&worker->tcp, wait, octets, len);
		guard_waits_give(worker->post.waits, wait);
		return;
	}
	if (len > 0)
		guard_udp_answer(&worker->udp[wait->listener], wait, worker->outbox, octets,
		                 len);
	/* The gist may be what is sent. */
	wait->next_answered = worker->answered;
	worker->answered = wait;
}

static void
relay_done(void *context)
{
	struct guard_worker *worker = context;

	guard_tally_add(&worker->tally.dropped, net_outbox_send(worker->outbox));
	while (worker->answered != NULL) {
		struct guard_wait *wait = worker->answered;

		worker->answered = wait->next_answered;
		guard_waits_give(worker->post.waits, wait);
	}
	guard_tcp_send(&worker->tcp);
}

static struct guard_relay_setting
relay_setting(struct guard_worker *worker, const struct guard_setting *setting)
{
	return (struct guard_relay_setting){
	        .upstreams = setting->upstreams,
	        .upstream_count = setting->upstream_count,
	        .tell = setting->tell,
	        .most = UNDER_WAY,
	        .attempt_ms = ATTEMPT_MS,
	        .total_ms = TOTAL_MS,
	        .mixed_case = true,
	        .answer = relay_answer,
	        .done = relay_done,
	        .context = worker,
	};
}

/* Making. */

/* A worker's part of ${whole}: connections are dealt to workers by the kernel. */
static unsigned
share(unsigned whole, unsigned workers)
{
	return whole / workers > 0 ? whole / workers : 1;
}

static void
set_limits(struct guard_worker *worker, const struct guard_setting *setting)
{
	worker->tcp.most = share(setting->clients, setting->workers);
	worker->tcp.most_of_prefix = share(setting->clients_of_prefix, setting->workers);
	worker->tcp.idle_ms = setting->idle_ms;
}

/* Binds listener ${n}. */
static enum fsk_err
bind_one(struct guard_worker *worker, struct net_endpoint *endpoint, size_t n)
{
	struct guard_udp *udp = &worker->udp[n];
	int fds[2];
	enum fsk_err err = net_share_both(endpoint, BUFFER, BACKLOG, fds);

	if (err != FSK_OK)
		return err;
	udp->post = &worker->post;
	udp->batch = worker->batch;
	udp->endpoint = *endpoint;
	udp->number = (uint32_t)n;
	worker->tcp.listeners[n].endpoint = *endpoint;
	err = guard_udp_begin(udp, fds[0]);
	if (err != FSK_OK) {
		close(fds[0]);
		close(fds[1]);
		return err;
	}
	err = guard_tcp_begin(&worker->tcp, n, fds[1]);
	if (err != FSK_OK)
		close(fds[1]);
	return err;
}

/* Makes ${count} listeners, which are closed. */
static void
make_listeners(struct guard_worker *worker, size_t count)
{
	for (size_t i = 0; i < count; i++)
		worker->udp[i].watch.fd = worker->listeners[i].watch.fd = -1;
	worker->count = worker->tcp.listener_count = count;
	worker->tcp.listeners = worker->listeners;
	worker->tcp.post = &worker->post;
}

/* Makes what the desk decides by. */
static enum fsk_err
make_desk(struct guard_worker *worker, const struct guard_setting *setting,
          const struct guard_shared *shared)
{
	struct guard_desk *desk = &worker->post.desk;
	uint64_t key;
	enum fsk_err err;

	if (getrandom(&key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return FSK_IO;
	err = net_limits_new(key, &desk->limits);
	if (err == FSK_OK)
		err = guard_habits_new(&desk->habits);
	if (err == FSK_OK)
		err = guard_hits_new(HITS, &desk->hits);
	memcpy(worker->secret, shared->secret, sizeof(worker->secret));
	desk->secret = worker->secret;
	desk->suspects = shared->suspects;
	desk->tally = &worker->tally;
	desk->workers = setting->workers;
	return err;
}

static enum fsk_err
make_post(struct guard_worker *worker, const struct guard_setting *setting,
          const struct guard_shared *shared)
{
	const struct guard_relay_setting relay = relay_setting(worker, setting);
	struct guard_post *post = &worker->post;
	enum fsk_err err;

	post->ground = shared->ground;
	post->passes = shared->passes;
	post->shift_us = setting->shift_us;
	err = net_loop_new(&post->loop);
	if (err == FSK_OK)
		err = guard_waits_new(WAITS, &post->waits);
	if (err == FSK_OK)
		err = net_batch_new(NET_BATCH, GUARD_DATAGRAM, &worker->batch);
	if (err == FSK_OK)
		err = net_outbox_new(&worker->outbox);
	if (err == FSK_OK)
		err = guard_relay_new(&relay, post->loop, &post->relay);
	return err;
}

/* Work. */

static void
tick(struct net_timer *timer)
{
	struct guard_worker *worker = timer->context;

	guard_habits_tick(worker->post.desk.habits, guard_post_now(&worker->post));
	/* It was set a moment ago, so there is room for it. */
	(void)!net_timer_set(worker->post.loop, timer, TICK_MS);
}

static enum fsk_err
change(struct guard_worker *worker, const struct guard_setting *setting,
       const uint8_t *secret)
{
	const struct guard_relay_setting relay = relay_setting(worker, setting);
	enum fsk_err err = guard_relay_change(worker->post.relay, &relay);

	if (err != FSK_OK)
		return err;
	set_limits(worker, setting);
	memcpy(worker->secret, secret, sizeof(worker->secret));
	return FSK_OK;
}

/* Does what the daemon's thread ordered. */
static void
woken(void *context)
{
	struct guard_worker *worker = context;
	enum order order;

	pthread_mutex_lock(&worker->lock);
	order = worker->order;
	if (order == ORDER_CHANGE) {
		worker->err = change(worker, worker->setting, worker->new_secret);
		worker->error = errno;
	}
	worker->order = ORDER_NONE;
	pthread_cond_signal(&worker->done);
	pthread_mutex_unlock(&worker->lock);
	if (order == ORDER_STOP)
		net_loop_stop(worker->post.loop);
}

static void *
run(void *context)
{
	struct guard_worker *worker = context;

	/* It fails only with the loop's own descriptor; then nothing comes in any more. */
	(void)!net_loop_run(worker->post.loop);
	pthread_mutex_lock(&worker->lock);
	worker->gone = true;
	pthread_cond_signal(&worker->done);
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

/* Gives ${order}, and waits until it is done. */
static void
give_order(struct guard_worker *worker, enum order order)
{
	pthread_mutex_lock(&worker->lock);
	worker->order = order;
	worker->err = FSK_IO;
	worker->error = ECANCELED;
	net_loop_wake(worker->post.loop);
	while (worker->order != ORDER_NONE && !worker->gone)
		pthread_cond_wait(&worker->done, &worker->lock);
	pthread_mutex_unlock(&worker->lock);
}

enum fsk_err
guard_worker_new(const struct guard_setting *setting, const struct guard_shared *shared,
                 size_t *which, struct guard_worker **worker)
{
	struct guard_worker *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->done, NULL);
	make_listeners(made, setting->listen_count);
	err = make_desk(made, setting, shared);
	if (err == FSK_OK)
		err = make_post(made, setting, shared);
	set_limits(made, setting);
	for (size_t i = 0; i < made->count && err == FSK_OK; i++) {
		err = bind_one(made, &shared->endpoints[i], i);
		if (err != FSK_OK && which != NULL)
			*which = i;
	}
	made->tick = (struct net_timer){.due = tick, .context = made};
	if (err == FSK_OK)
		err = net_timer_set(made->post.loop, &made->tick, 0);
	if (err != FSK_OK) {
		int error = errno;

		guard_worker_free(made);
		errno = error;
		return err;
	}
	net_loop_on_wake(made->post.loop, woken, made);
	*worker = made;
	return FSK_OK;
}

struct guard_hits *
guard_worker_hits(struct guard_worker *worker)
{
	return worker->post.desk.hits;
}

enum fsk_err
guard_worker_start(struct guard_worker *worker, struct guard_ledger *ledger)
{
	sigset_t all, before;
	int error;

	worker->post.ledger = ledger;
	/* Signals are for the first thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&worker->thread, NULL, run, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	worker->running = error == 0;
	errno = error;
	return error == 0 ? FSK_OK : FSK_IO;
}

enum fsk_err
guard_worker_change(struct guard_worker *worker, const struct guard_setting *setting,
                    const uint8_t *secret)
{
	if (!worker->running)
		return change(worker, setting, secret);
	worker->setting = setting;
	worker->new_secret = secret;
	give_order(worker, ORDER_CHANGE);
	errno = worker->error;
	return worker->err;
}

const struct guard_tally *
guard_worker_tally(const struct guard_worker *worker)
{
	return &worker->tally;
}

const struct guard_relay *
guard_worker_relay(const struct guard_worker *worker)
{
	return worker->post.relay;
}

struct guard_habits *
guard_worker_habits(struct guard_worker *worker)
{
	return worker->post.desk.habits;
}

void
guard_worker_stop(struct guard_worker *worker)
{
	if (!worker->running)
		return;
	give_order(worker, ORDER_STOP);
	pthread_join(worker->thread, NULL);
	worker->running = false;
}

void
guard_worker_free(struct guard_worker *worker)
{
	if (worker == NULL)
		return;
	guard_worker_stop(worker);
	if (worker->post.loop != NULL) {
		guard_tcp_end(&worker->tcp);
		for (size_t i = 0; i < worker->count; i++)
			guard_udp_end(&worker->udp[i]);
		net_timer_end(worker->post.loop, &worker->tick);
	}
	guard_relay_free(worker->post.relay);
	guard_waits_free(worker->post.waits);
	net_outbox_free(worker->outbox);
	net_batch_free(worker->batch);
	guard_hits_free(worker->post.desk.hits);
	guard_habits_free(worker->post.desk.habits);
	net_limits_free(worker->post.desk.limits);
	net_loop_free(worker->post.loop);
	pthread_mutex_destroy(&worker->lock);
	pthread_cond_destroy(&worker->done);
	free(worker);
}
