/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define BUFFER (4 << 20) /* octets that the kernel keeps for a socket */
#define BACKLOG 4096     /* who calls by thousands waits there, and not at home */
#define SLACK 16         /* connections beyond a worker's part */

enum order { ORDER_NONE, ORDER_CHANGE, ORDER_STOP };

struct sinkhole_worker {
	struct sinkhole_post post; /* its context is the worker */
	struct sinkhole_desk desk;
	struct watch_swap *ground;
	size_t count; /* of endpoints of DNS */
	struct sinkhole_udp udp[SINKHOLE_LISTENS];
	struct sinkhole_tcp *tcp;
	struct net_batch *batch;
	struct sinkhole_tally tally;
	char sensor[STORE_TEXT_MOST + 1];
	int64_t shift_us;

	bool running;
	pthread_t thread;

	/* What the daemon's thread orders. */
	pthread_mutex_t lock;
	pthread_cond_t done;
	enum order order;
	bool gone;                              /* nobody takes orders any more */
	const struct sinkhole_setting *setting; /* of ORDER_CHANGE */
};

/* The desk: one ground and one time while it is open. */

static struct sinkhole_desk *
open_desk(struct sinkhole_post *post)
{
	struct sinkhole_worker *worker = post->context;

	worker->desk.ground = watch_swap_enter(worker->ground);
	worker->desk.us = net_clock_us() + worker->shift_us;
	worker->desk.ms = net_loop_now(post->loop);
	return &worker->desk;
}

static void
close_desk(struct sinkhole_post *post)
{
	struct sinkhole_worker *worker = post->context;

	watch_swap_leave(worker->ground);
	worker->desk.ground = NULL;
}

/* Making. */

/* A worker's part of ${whole} connections, with ${more} than that: the kernel deals them by
 * a hash of both ends, of which one worker gets a few more than another (the square root of
 * its part is what to expect), and nobody is to go before the whole is reached. */
static unsigned
share(unsigned whole, unsigned workers, unsigned more)
{
	unsigned part = whole / workers + (whole % workers > 0) + more + SLACK;

	return part < whole ? part : whole;
}

/* Connections of all, that a worker takes; and of a neighbourhood: of a few hosts with one
 * port each the dealing is more uneven than of many. */
static unsigned
share_of_all(const struct sinkhole_setting *setting)
{
	return share(setting->callers, setting->workers,
	             setting->callers / setting->workers / 4);
}

static unsigned
share_of_prefix(const struct sinkhole_setting *setting)
{
	return share(setting->of_prefix, setting->workers,
	             setting->of_prefix / setting->workers);
}

/* Takes of ${setting} what may change while it serves. */
static void
take_setting(struct sinkhole_worker *worker, const struct sinkhole_setting *setting)
{
	const char *sensor = setting->sensor != NULL ? setting->sensor : "";
	size_t len = strnlen(sensor, sizeof(worker->sensor) - 1);

	memcpy(worker->sensor, sensor, len);
	worker->sensor[len] = '\0';
	worker->desk.sensor = (struct span){worker->sensor, len};
	worker->desk.keep =
	        setting->keep < SINKHOLE_KEEP_MOST ? setting->keep : SINKHOLE_KEEP_MOST;
	if (worker->tcp != NULL)
		sinkhole_tcp_limit(worker->tcp, share_of_all(setting),
		                   share_of_prefix(setting));
}

static enum fsk_err
make_desk(struct sinkhole_worker *worker, const struct sinkhole_setting *setting,
          const struct sinkhole_shared *shared)
{
	struct sinkhole_desk *desk = &worker->desk;
	uint64_t key;

	if (getrandom(&key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return FSK_IO;
	desk->recent = shared->recent;
	desk->tally = &worker->tally;
	desk->secret = shared->secret;
	desk->workers = setting->workers;
	return net_limits_new(key, &desk->limits);
}

static enum fsk_err
make_fronts(struct sinkhole_worker *worker, const struct sinkhole_setting *setting,
            const struct sinkhole_shared *shared)
{
	const struct sinkhole_tcp_setting tcp = {
	        .post = &worker->post,
	        .most = share_of_all(setting),
	        .most_of_prefix = share_of_prefix(setting),
	        .tls = shared->tls,
	};
	enum fsk_err err;

	worker->post.open = open_desk;
	worker->post.close = close_desk;
	worker->post.context = worker;
	err = net_loop_new(&worker->post.loop);
	if (err == FSK_OK)
		err = net_batch_new(NET_BATCH, SINKHOLE_DNS_MOST, &worker->batch);
	if (err == FSK_OK)
		err = sinkhole_tcp_new(&tcp, &worker->tcp);
	return err;
}

/* Lets ${fd}, of ${endpoint}, be served; it is closed when that fails. */
static enum fsk_err
listen_tcp(struct sinkhole_worker *worker, int fd, const struct net_endpoint *endpoint,
           enum sinkhole_port kind)
{
	enum fsk_err err = sinkhole_tcp_listen(worker->tcp, fd, endpoint, kind);
	int error = errno;

	if (err != FSK_OK)
		close(fd);
	errno = error;
	return err;
}

/* Binds endpoint ${n} of DNS. */
static enum fsk_err
bind_dns(struct sinkhole_worker *worker, struct net_endpoint *endpoint, size_t n)
{
	struct sinkhole_udp *udp = &worker->udp[n];
	int fds[2], error;
	enum fsk_err err = net_share_both(endpoint, BUFFER, BACKLOG, fds);

	if (err != FSK_OK)
		return err;
	udp->post = &worker->post;
	udp->batch = worker->batch;
	udp->endpoint = *endpoint;
	err = sinkhole_udp_begin(udp, fds[0]);
	if (err == FSK_OK)
		return listen_tcp(worker, fds[1], endpoint, SINKHOLE_PORT_DNS);
	error = errno;
	close(fds[0]);
	close(fds[1]);
	errno = error;
	return err;
}

static enum fsk_err
bind_web(struct sinkhole_worker *worker, struct net_endpoint *endpoint)
{
	struct net_endpoint bound = *endpoint;
	int fd;
	enum fsk_err err = net_share_tcp(endpoint, BACKLOG, &fd, &bound);

	if (err != FSK_OK)
		return err;
	*endpoint = bound;
	return listen_tcp(worker, fd, endpoint, SINKHOLE_PORT_WEB);
}

static enum fsk_err
bind_all(struct sinkhole_worker *worker, const struct sinkhole_setting *setting,
         struct net_endpoint *endpoints, size_t *which)
{
	size_t count = setting->dns_count + setting->web_count;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < count && err == FSK_OK; i++) {
		err = i < setting->dns_count ? bind_dns(worker, &endpoints[i], i)
		                             : bind_web(worker, &endpoints[i]);
		if (err != FSK_OK)
			*which = i;
	}
	return err;
}

/* Work. */

/* Does what the daemon's thread ordered. */
static void
woken(void *context)
{
	struct sinkhole_worker *worker = context;
	enum order order;

	pthread_mutex_lock(&worker->lock);
	order = worker->order;
	if (order == ORDER_CHANGE)
		take_setting(worker, worker->setting);
	worker->order = ORDER_NONE;
	pthread_cond_signal(&worker->done);
	pthread_mutex_unlock(&worker->lock);
	if (order == ORDER_STOP)
		net_loop_stop(worker->post.loop);
}

static void *
run(void *context)
{
	struct sinkhole_worker *worker = context;

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
give_order(struct sinkhole_worker *worker, enum order order)
{
	pthread_mutex_lock(&worker->lock);
	worker->order = order;
	net_loop_wake(worker->post.loop);
	while (worker->order != ORDER_NONE && !worker->gone)
		pthread_cond_wait(&worker->done, &worker->lock);
	pthread_mutex_unlock(&worker->lock);
}

enum fsk_err
sinkhole_worker_new(const struct sinkhole_setting *setting,
                    const struct sinkhole_shared *shared, size_t *which,
                    struct sinkhole_worker **worker)
{
	struct sinkhole_worker *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->done, NULL);
	made->ground = shared->ground;
	made->shift_us = setting->shift_us;
	made->count = setting->dns_count;
	for (size_t i = 0; i < made->count; i++)
		made->udp[i].watch.fd = -1;
	err = make_desk(made, setting, shared);
	if (err == FSK_OK)
		err = make_fronts(made, setting, shared);
	if (err == FSK_OK)
		err = bind_all(made, setting, shared->endpoints, which);
	if (err != FSK_OK) {
		int error = errno;

		sinkhole_worker_free(made);
		errno = error;
		return err;
	}
	take_setting(made, setting);
	net_loop_on_wake(made->post.loop, woken, made);
	*worker = made;
	return FSK_OK;
}

void
sinkhole_worker_keep(struct sinkhole_worker *worker, struct store_journal *journal)
{
	worker->desk.journal = journal;
}

enum fsk_err
sinkhole_worker_start(struct sinkhole_worker *worker)
{
	sigset_t all, before;
	int error;

	/* Signals are for the first thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&worker->thread, NULL, run, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	worker->running = error == 0;
	errno = error;
	return error == 0 ? FSK_OK : FSK_IO;
}

void
sinkhole_worker_change(struct sinkhole_worker *worker,
                       const struct sinkhole_setting *setting)
{
	if (!worker->running) {
		take_setting(worker, setting);
		return;
	}
	worker->setting = setting;
	give_order(worker, ORDER_CHANGE);
}

const struct sinkhole_tally *
sinkhole_worker_tally(const struct sinkhole_worker *worker)
{
	return &worker->tally;
}

void
sinkhole_worker_stop(struct sinkhole_worker *worker)
{
	if (!worker->running)
		return;
	give_order(worker, ORDER_STOP);
	pthread_join(worker->thread, NULL);
	worker->running = false;
	worker->gone = false; /* it may be begun once more */
}

void
sinkhole_worker_free(struct sinkhole_worker *worker)
{
	if (worker == NULL)
		return;
	sinkhole_worker_stop(worker);
	if (worker->post.loop != NULL) {
		sinkhole_tcp_free(worker->tcp);
		for (size_t i = 0; i < worker->count; i++)
			sinkhole_udp_end(&worker->udp[i]);
	}
	net_batch_free(worker->batch);
	net_limits_free(worker->desk.limits);
	net_loop_free(worker->post.loop);
	pthread_mutex_destroy(&worker->lock);
	pthread_cond_destroy(&worker->done);
	free(worker);
}
