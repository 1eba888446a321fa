/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/control.h"

#include "base/size.h"
#include "up/section.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 16
#define PAUSE_MS 250 /* when nobody can be accepted, for want of descriptors */

/* What is still read of who sent too much, so that closing does not cut off the answer
 * (a stream that is closed with octets unread is reset, unix(7)). */
#define DRAIN_MOST 65536

struct client {
	struct up_control *control;
	struct net_watch watch; /* its fd is -1: nobody */
	struct net_timer timer;
	uid_t uid;
	char in[UP_CONTROL_MOST];
	size_t in_len;
	char *out; /* NULL: the request is not whole yet */
	size_t out_len, out_room, sent;
};

struct up_control {
	struct up_control_setting setting;
	struct net_loop *loop;
	struct sockaddr_un address;
	struct net_watch watch;
	struct net_timer timer;
	struct client clients[UP_CONTROL_CLIENTS];
};

/* Answers. */

static int
append(const char *octets, size_t len, void *context)
{
	struct client *client = context;
	size_t wanted = size_add(client->out_len, len);

	if (wanted > client->out_room) {
		size_t room = size_mul(wanted, 2);
		char *grown = realloc(client->out, room);

		if (grown == NULL)
			return -1;
		client->out = grown;
		client->out_room = room;
	}
	memcpy(client->out + client->out_len, octets, len);
	client->out_len = wanted;
	return 0;
}

/* Appends ${object}, which it takes, as a line; false without memory. */
static bool
append_line(struct client *client, json_t *object)
{
	bool good = object != NULL &&
	            json_dump_callback(object, append, client,
	                               JSON_COMPACT | JSON_ENSURE_ASCII |
	                                       JSON_REAL_PRECISION(15)) == 0 &&
	            append("\n", 1, client) == 0;

	json_decref(object);
	return good;
}

/* Answers the request that came; false without memory. */
static bool
compose(struct client *client)
{
	const struct up_control_setting *setting = &client->control->setting;
	json_t *object =
	        json_loadb(client->in, client->in_len, JSON_REJECT_DUPLICATES, NULL);
	const char *verb = json_string_value(json_object_get(object, "verb"));
	struct up_request request = {.object = object, .uid = client->uid};
	json_t *lines = json_array();
	const char *why = NULL;
	bool good = lines != NULL;

	if (!json_is_object(object))
		why = "the request is no object of JSON";
	else if (verb == NULL)
		why = "the request has no verb";
	else if (good)
		why = setting->answer(setting->context, verb, &request, lines);
	for (size_t i = 0; good && why == NULL && i < json_array_size(lines); i++)
		good = append_line(client, json_incref(json_array_get(lines, i)));
	if (good)
		good = append_line(
		        client, why == NULL ? json_pack("{s:b}", "ok", 1)
		                            : json_pack("{s:b,s:s}", "ok", 0, "why", why));
	json_decref(lines);
	json_decref(object);
	return good;
}

/* Clients. */

static void
drop(struct client *client)
{
	struct up_control *control = client->control;

	net_watch_end(control->loop, &client->watch);
	net_timer_end(control->loop, &client->timer);
	close(client->watch.fd);
	client->watch.fd = -1;
	free(client->out);
	client->out = NULL;
	/* There is room for one more, who may wait; without memory the next one that
	 * leaves makes it. */
	if (control->timer.place == 0)
		(void)!net_watch_change(control->loop, &control->watch, NET_READ);
}

/* Sends what is left; drops who has all, or is gone. */
static void
give(struct client *client)
{
	while (client->sent < client->out_len) {
		ssize_t sent =
		        send(client->watch.fd, client->out + client->sent,
		             client->out_len - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (sent < 0)
			break;
		client->sent += (size_t)sent;
	}
	for (size_t drained = 0; drained < DRAIN_MOST;) {
		ssize_t got = recv(client->watch.fd, client->in, sizeof(client->in),
		                   MSG_DONTWAIT);

		if (got <= 0)
			break;
		drained += (size_t)got;
	}
	drop(client);
}

/* The request is there: answers it. */
static void
answer(struct client *client)
{
	if (!compose(client) ||
	    net_watch_change(client->control->loop, &client->watch, NET_WRITE) != FSK_OK) {
		drop(client);
		return;
	}
	/* It is set: moving it never fails. */
	(void)!net_timer_set(client->control->loop, &client->timer, UP_CONTROL_MS);
	give(client);
}

static void
take(struct client *client)
{
	/* One octet more than may be would not fit: who fills it all has sent too much. */
	ssize_t got = recv(client->watch.fd, client->in + client->in_len,
	                   sizeof(client->in) - client->in_len, MSG_DONTWAIT);
	const char *end;

	if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
		return;
	if (got < 0 || (got == 0 && client->in_len == 0)) {
		drop(client);
		return;
	}
	client->in_len += (size_t)got;
	end = memchr(client->in, '\n', client->in_len);
	if (end != NULL)
		client->in_len = (size_t)(end - client->in);
	if (end != NULL || got == 0 || client->in_len == sizeof(client->in))
		answer(client);
}

static void
ready(struct net_watch *watch, unsigned what)
{
	struct client *client = watch->context;

	(void)what;
	if (client->out == NULL)
		take(client);
	else
		give(client);
}

static void
late(struct net_timer *timer)
{
	drop(timer->context);
}

/* The listener. */

static struct client *
find_place(struct up_control *control)
{
	for (size_t i = 0; i < UP_CONTROL_CLIENTS; i++) {
		if (control->clients[i].watch.fd < 0)
			return &control->clients[i];
	}
	return NULL;
}

/* Takes the connection ${fd} for ${client}, or closes it. */
static void
begin(struct client *client, int fd)
{
	struct up_control *control = client->control;
	struct ucred who;
	socklen_t len = sizeof(who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) != 0) {
		close(fd);
		return;
	}
	client->uid = who.uid;
	client->in_len = client->out_len = client->out_room = client->sent = 0;
	client->watch = (struct net_watch){.fd = fd, .ready = ready, .context = client};
	client->timer = (struct net_timer){.due = late, .context = client};
	if (net_watch_begin(control->loop, &client->watch, NET_READ) != FSK_OK) {
		close(fd);
		client->watch.fd = -1;
		return;
	}
	/* Who cannot be watched by a clock is not served. */
	if (net_timer_set(control->loop, &client->timer, UP_CONTROL_MS) != FSK_OK)
		drop(client);
}

static void
accept_one(struct net_watch *watch, unsigned what)
{
	struct up_control *control = watch->context;
	struct client *client = find_place(control);
	enum fsk_err err;
	int fd;

	(void)what;
	if (client == NULL) {
		/* All places are taken; who leaves one opens the door again. */
		(void)!net_watch_change(control->loop, watch, 0);
		return;
	}
	err = net_accept(watch->fd, &fd, NULL);
	if (err == FSK_OK)
		begin(client, fd);
	if (err != FSK_IO)
		return;
	if (!net_is_exhausted(errno) && errno != ENOBUFS && errno != ENOMEM)
		return;
	if (net_timer_set(control->loop, &control->timer, PAUSE_MS) == FSK_OK)
		(void)!net_watch_change(control->loop, watch, 0);
}

static void
resume(struct net_timer *timer)
{
	struct up_control *control = timer->context;

	(void)!net_watch_change(control->loop, &control->watch, NET_READ);
}

/* Whether nobody listens on the socket ${address} any more: what is left of a daemon that
 * could not remove it. */
static bool
is_left(const struct sockaddr_un *address)
{
	struct stat facts;
	bool left;
	int fd;

	if (lstat(address->sun_path, &facts) != 0 || !S_ISSOCK(facts.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	left = connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
	       errno == ECONNREFUSED;
	close(fd);
	return left;
}

/* Binds ${fd}, which is a socket for its owner and group from the first moment on. */
static bool
bind_once(const struct sockaddr_un *address, int fd)
{
	mode_t before = umask(0117);
	bool bound = bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
	int error = errno;

	umask(before);
	errno = error;
	return bound;
}

static bool
bind_again(const struct sockaddr_un *address, int fd)
{
	if (bind_once(address, fd))
		return true;
	if (errno != EADDRINUSE)
		return false;
	if (is_left(address) && unlink(address->sun_path) == 0)
		return bind_once(address, fd);
	errno = EADDRINUSE;
	return false;
}

/* Gives the socket to who is to own it. Who may write in its folder could have put a link
 * in its place, to a file that is not for him: it is a socket that is given, or nothing. */
static bool
give_away(const struct up_control *control)
{
	const struct up_control_setting *setting = &control->setting;
	struct stat facts;
	bool given;
	int fd, error;

	if (setting->uid == (uid_t)-1 && setting->gid == (gid_t)-1)
		return true;
	fd = open(control->address.sun_path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	errno = ENOTSOCK;
	given = fstat(fd, &facts) == 0 && S_ISSOCK(facts.st_mode) &&
	        fchownat(fd, "", setting->uid, setting->gid, AT_EMPTY_PATH) == 0;
	error = errno;
	close(fd);
	errno = error;
	return given;
}

/* Nobody can connect before it listens. */
static bool
bind_all(const struct up_control *control, int fd)
{
	return bind_again(&control->address, fd) && give_away(control) &&
	       listen(fd, BACKLOG) == 0;
}

static enum fsk_err
listen_on(struct up_control *control)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	enum fsk_err err = FSK_IO;

	if (fd < 0)
		return FSK_IO;
	control->watch =
	        (struct net_watch){.fd = fd, .ready = accept_one, .context = control};
	if (bind_all(control, fd))
		err = net_watch_begin(control->loop, &control->watch, NET_READ);
	if (err != FSK_OK) {
		int error = errno;

		close(fd);
		errno = error;
	}
	return err;
}

enum fsk_err
up_control_open(const struct up_control_setting *setting, struct net_loop *loop,
                struct up_control **control)
{
	struct up_control *made = calloc(1, sizeof(*made));
	size_t len = strlen(setting->path);
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	if (len >= sizeof(made->address.sun_path)) {
		free(made);
		errno = ENAMETOOLONG;
		return FSK_IO;
	}
	/* Its hashes begin with chance from a device, which the sandbox hides. */
	json_object_seed(0);
	made->setting = *setting;
	made->loop = loop;
	made->address.sun_family = AF_UNIX;
	memcpy(made->address.sun_path, setting->path, len);
	made->setting.path = made->address.sun_path;
	made->timer = (struct net_timer){.due = resume, .context = made};
	for (size_t i = 0; i < UP_CONTROL_CLIENTS; i++) {
		made->clients[i].control = made;
		made->clients[i].watch.fd = -1;
	}
	err = listen_on(made);
	if (err != FSK_OK) {
		int error = errno;

		free(made);
		errno = error;
		return err;
	}
	*control = made;
	return FSK_OK;
}

void
up_control_close(struct up_control *control)
{
	if (control == NULL)
		return;
	for (size_t i = 0; i < UP_CONTROL_CLIENTS; i++) {
		if (control->clients[i].watch.fd >= 0)
			drop(&control->clients[i]);
	}
	net_watch_end(control->loop, &control->watch);
	net_timer_end(control->loop, &control->timer);
	close(control->watch.fd);
	/* What stays is known for what it is at the next start. */
	(void)!unlink(control->address.sun_path);
	free(control);
}
