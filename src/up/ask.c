/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/ask.h"

#include "base/size.h"
#include "base/span.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_SECONDS 5
/* Octets: as many lines as there can be passes, and the longest of each. */
#define ANSWER_MOST (8u << 20)

/* A connection to ${path}, which waits no longer than it should; -1 with errno. */
static int
reach(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval wait = {.tv_sec = WAIT_SECONDS};
	size_t len = strlen(path);
	int fd, error;

	if (len >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, len);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	error = errno == EAGAIN ? ETIMEDOUT : errno;
	close(fd);
	errno = error;
	return -1;
}

static int
put(const char *octets, size_t len, void *context)
{
	int fd = *(const int *)context;

	while (len > 0) {
		ssize_t sent = send(fd, octets, len, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -1;
		octets += sent;
		len -= (size_t)sent;
	}
	return 0;
}

/* Sends ${request} and receives all that is answered into ${out}, for the caller to free
 * in any case. */
static enum fsk_err
exchange(int fd, const json_t *request, char **out, size_t *len)
{
	size_t room = 0;

	errno = 0;
	if (json_dump_callback(request, put, &fd, JSON_COMPACT | JSON_ENSURE_ASCII) != 0)
		return errno != 0 ? FSK_IO : FSK_NOMEM;
	if (put("\n", 1, &fd) != 0)
		return FSK_IO;
	for (;;) {
		ssize_t got;

		if (*len == room) {
			char *grown;

			room = room == 0 ? 4096 : size_mul(room, 2);
			grown = room <= ANSWER_MOST ? realloc(*out, room) : NULL;
			if (grown == NULL)
				return room <= ANSWER_MOST ? FSK_NOMEM : FSK_CORRUPT;
			*out = grown;
		}
		got = recv(fd, *out + *len, room - *len, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			errno = errno == EAGAIN ? ETIMEDOUT : errno;
			return FSK_IO;
		}
		if (got == 0)
			return FSK_OK;
		*len += (size_t)got;
	}
}

/* Reads the lines of ${rest}; the last one says how it went. */
static enum fsk_err
read_answer(struct span rest, void (*take)(const json_t *line, void *context),
            void *context, char why[UP_ASK_WHY])
{
	while (rest.len > 0) {
		const char *end = memchr(rest.text, '\n', rest.len);
		size_t len = end != NULL ? (size_t)(end - rest.text) : rest.len;
		json_t *line = json_loadb(rest.text, len, JSON_REJECT_DUPLICATES, NULL);
		const json_t *ok = json_object_get(line, "ok");
		const char *said = json_string_value(json_object_get(line, "why"));
		enum fsk_err err = FSK_OK;

		rest = span_from(rest, len + 1);
		if (end == NULL || !json_is_object(line) ||
		    (ok != NULL && !json_is_boolean(ok)))
			err = FSK_CORRUPT;
		else if (json_is_false(ok))
			err = FSK_MISMATCH;
		else if (ok == NULL)
			take(line, context);
		if (err == FSK_MISMATCH)
			snprintf(why, UP_ASK_WHY, "%s", said != NULL ? said : "");
		json_decref(line);
		if (err != FSK_OK || ok != NULL)
			return err;
	}
	return FSK_CORRUPT;
}

enum fsk_err
up_ask(const char *path, const json_t *request,
       void (*take)(const json_t *line, void *context), void *context, char why[UP_ASK_WHY])
{
	int fd = reach(path);
	char *octets = NULL;
	enum fsk_err err;
	size_t len = 0;
	int error;

	if (fd < 0)
		return FSK_IO;
	err = exchange(fd, request, &octets, &len);
	error = errno;
	close(fd);
	if (err == FSK_OK)
		err = read_answer((struct span){octets, len}, take, context, why);
	free(octets);
	errno = error;
	return err;
}
