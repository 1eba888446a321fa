/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/metrics.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Who scrapes comes every few seconds and is quick. */
#define CONNECTIONS 16
#define SECONDS 10
#define AGAIN_MS 1000
#define PAUSE_MS 250 /* when there is something to do that cannot be done */
#define VAIN_MOST 16
#define MEMORY 8192 /* octets of a connection: its request, and the head of the answer */

#define PAGE 16384 /* octets; doubled until the page fits */
#define PAGE_MOST (1u << 24)

struct up_metrics {
	struct MHD_Daemon *daemon;
	void (*write)(struct up_text *text, void *context);
	void *context;
	struct net_loop *loop; /* NULL: not served yet */
	struct net_watch watch;
	struct net_timer timer;
	uint64_t requests; /* that were answered */
	unsigned vain;     /* runs in a row after which nothing was different */
};

/* The page, which the caller frees; NULL: no memory. */
static char *
make_page(const struct up_metrics *metrics, size_t *len)
{
	struct up_text text;
	char *page = NULL;

	for (size_t room = PAGE; room <= PAGE_MOST; room *= 2) {
		free(page);
		page = malloc(room);
		if (page == NULL)
			return NULL;
		up_text_begin(&text, page, room);
		metrics->write(&text, metrics->context);
		if (!text.cut)
			break;
	}
	*len = text.len;
	return page;
}

/* Queues the answer ${status} with ${page} (NULL: none), which it frees. */
static enum MHD_Result
answer(struct MHD_Connection *connection, unsigned status, char *page, size_t len)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	        len, page, page != NULL ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (response == NULL) {
		free(page);
		return MHD_NO;
	}
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
	                              "text/plain; version=0.0.4");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
take_request(void *context, struct MHD_Connection *connection, const char *url,
             const char *method, const char *version, const char *upload,
             size_t *upload_len, void **request)
{
	struct up_metrics *metrics = context;
	char *page;
	size_t len;

	(void)version;
	(void)upload;
	(void)upload_len;
	(void)request;
	metrics->requests++;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, NULL, 0);
	if (strcmp(url, "/metrics") != 0)
		return answer(connection, MHD_HTTP_NOT_FOUND, NULL, 0);
	page = make_page(metrics, &len);
	return page != NULL ? answer(connection, MHD_HTTP_OK, page, len) : MHD_NO;
}

enum fsk_err
up_metrics_open(const struct net_endpoint *endpoint,
                void (*write)(struct up_text *text, void *context), void *context,
                struct net_endpoint *bound, struct up_metrics **metrics)
{
	struct up_metrics *made = calloc(1, sizeof(*made));
	struct net_endpoint got;
	enum fsk_err err;
	int fd;

	if (made == NULL)
		return FSK_NOMEM;
	err = net_open_tcp(endpoint, CONNECTIONS, &fd, &got);
	if (err != FSK_OK) {
		free(made);
		return err;
	}
	made->write = write;
	made->context = context;
	made->daemon = MHD_start_daemon(
	        MHD_USE_EPOLL, 0, NULL, NULL, take_request, made, MHD_OPTION_LISTEN_SOCKET,
	        fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS,
	        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
	        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
	if (made->daemon == NULL) {
		close(fd);
		free(made);
		errno = ENOSYS;
		return FSK_IO;
	}
	*bound = got;
	*metrics = made;
	return FSK_OK;
}

static unsigned
count_clients(const struct up_metrics *metrics)
{
	const union MHD_DaemonInfo *info =
	        MHD_get_daemon_info(metrics->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info != NULL ? info->num_connections : 0;
}

/* Whether libmicrohttpd still has something to do. */
static bool
is_ready(const struct up_metrics *metrics)
{
	struct pollfd events = {.fd = metrics->watch.fd, .events = POLLIN};

	return poll(&events, 1, 0) == 1;
}

/* Lets libmicrohttpd do what there is to do, and calls it again soon when there are
 * clients or were: to end who is too slow, and because after its limit of connections it
 * listens again only when it is called once more, though nothing happens then. */
static void
serve(struct up_metrics *metrics)
{
	unsigned clients = count_clients(metrics);
	uint64_t requests = metrics->requests;
	MHD_UNSIGNED_LONG_LONG after_ms;
	bool stuck;

	(void)MHD_run(metrics->daemon);
	if (clients == count_clients(metrics) && requests == metrics->requests &&
	    is_ready(metrics))
		metrics->vain++;
	else
		metrics->vain = 0;
	stuck = metrics->vain >= VAIN_MOST;
	/* Nothing changes and there still is something to do: who cannot be accepted,
	 * for want of descriptors, would be tried again and again. */
	if (net_watch_change(metrics->loop, &metrics->watch, stuck ? 0 : NET_READ) !=
	    FSK_OK)
		stuck = true;
	net_timer_end(metrics->loop, &metrics->timer);
	if (stuck) {
		(void)!net_timer_set(metrics->loop, &metrics->timer, PAUSE_MS);
		return;
	}
	if (clients == 0 && count_clients(metrics) == 0)
		return;
	if (MHD_get_timeout(metrics->daemon, &after_ms) != MHD_YES || after_ms > AGAIN_MS)
		after_ms = AGAIN_MS;
	/* Without memory for the timer, the next that comes makes it run again. */
	(void)!net_timer_set(metrics->loop, &metrics->timer, (int64_t)after_ms);
}

static void
ready(struct net_watch *watch, unsigned what)
{
	(void)what;
	serve(watch->context);
}

static void
due(struct net_timer *timer)
{
	serve(timer->context);
}

enum fsk_err
up_metrics_serve(struct up_metrics *metrics, struct net_loop *loop)
{
	const union MHD_DaemonInfo *info =
	        MHD_get_daemon_info(metrics->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	enum fsk_err err;

	if (info == NULL) {
		errno = ENOSYS;
		return FSK_IO;
	}
	metrics->watch = (struct net_watch){
	        .fd = info->epoll_fd, .ready = ready, .context = metrics};
	metrics->timer = (struct net_timer){.due = due, .context = metrics};
	err = net_watch_begin(loop, &metrics->watch, NET_READ);
	if (err == FSK_OK)
		metrics->loop = loop;
	return err;
}

void
up_metrics_close(struct up_metrics *metrics)
{
	if (metrics == NULL)
		return;
	if (metrics->loop != NULL) {
		net_watch_end(metrics->loop, &metrics->watch);
		net_timer_end(metrics->loop, &metrics->timer);
	}
	MHD_stop_daemon(metrics->daemon);
	free(metrics);
}
