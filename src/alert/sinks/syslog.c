/* SPDX-License-Identifier: BSD-2-Clause
 *
 * syslog: datagrams of RFC 5424, one a sighting or an alert, to the socket of this machine
 * or by UDP (RFC 5426) to an address. What is said stands in structured data, and again in
 * words. While nobody takes them, 64 KiB of messages are kept.
 */
#include "alert/record.h"
#include "alert/sink.h"
#include "base/ascii.h"
#include "net/socket.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

/* What every receiver should take (RFC 5424 section 6.1), and what UDP carries without
 * fragments nearly always does (RFC 5426 section 3.2) is less: ours have some 500. */
#define MESSAGE 2048
#define ROOM ((size_t)64 << 10)
#define PORT 514

/* Facility "daemon" and severities (RFC 5424 section 6.2.1). */
#define DAEMON (3 * 8)
#define WARNING 4
#define NOTICE 5
#define INFO 6

/* Our structured data: the number is the one for examples (RFC 5612), since this project
 * has none of its own. */
#define DATA_ID "foresink@32473"

/* Octets that a foreign text takes at most, escaped: a whole name of DNS, and so few that
 * none can crowd out the others. */
#define TEXT_MOST 300

/* Ticks without a failure until it is said that all is well: a log that is slow fails now
 * and then. That nobody listens at an address comes to light with the next message but
 * one, if at all. */
#define WELL 10
#define WELL_UDP 3600

struct message {
	size_t len;
	bool cut;
	char text[MESSAGE];
};

struct syslog {
	const struct alert_ground *ground;
	struct sockaddr_storage to;
	socklen_t to_len;
	int fd;           /* -1: not connected */
	bool broken;      /* it was said that messages are not taken */
	unsigned well;    /* ticks since, in which all were */
	uint64_t dropped; /* messages that were lost since */
	size_t len;       /* octets that are kept: messages, each behind its length */
	char kept[ROOM];
};

/* Puts octets, or nothing at all when they do not fit, and then nothing more. */
static void
put(struct message *message, const char *octets, size_t len)
{
	if (message->cut || len > sizeof(message->text) - message->len) {
		message->cut = true;
		return;
	}
	memcpy(message->text + message->len, octets, len);
	message->len += len;
}

__attribute__((format(printf, 2, 3))) static void
put_form(struct message *message, const char *form, ...)
{
	char words[MESSAGE + 1];
	va_list values;
	int len;

	va_start(values, form);
	len = vsnprintf(words, sizeof(words), form, values);
	va_end(values);
	put(message, words, len < 0 ? 0 : (size_t)len);
}

/* Puts foreign text: what is not printable ASCII, and the backslash itself, as \xHH; in
 * structured data the three marks behind a backslash (RFC 5424 section 6.3.3), so that
 * \xHH is \\xHH there. */
static void
put_safe(struct message *message, struct span text, bool data)
{
	size_t last = message->len + TEXT_MOST - sizeof("\\\\x00");

	for (size_t i = 0; i < text.len && message->len <= last; i++) {
		char c = text.text[i];

		if (!ascii_print(c) || c == '\\')
			put_form(message, "%s\\x%02x", data ? "\\" : "", (unsigned char)c);
		else if (data && (c == '"' || c == ']'))
			put_form(message, "\\%c", c);
		else
			put(message, &c, 1);
	}
}

/* Puts a parameter of the structured data, whole or not at all; none for an empty one. */
static void
put_param(struct message *message, const char *name, struct span value)
{
	size_t start = message->len;

	if (value.len == 0)
		return;
	put_form(message, " %s=\"", name);
	put_safe(message, value, true);
	put(message, "\"", 1);
	/* Two octets are left for what ends the data. */
	if (message->cut || message->len > sizeof(message->text) - 2) {
		message->len = start;
		message->cut = false;
	}
}

static void
put_text(struct message *message, const char *name, const char *value)
{
	if (value != NULL)
		put_param(message, name, span_of(value));
}

static void
put_number(struct message *message, const char *name, uint64_t value)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%" PRIu64, value);
	put_text(message, name, digits);
}

/* Begins a message of ${severity} and ${kind} with all in front of the parameters. */
static void
begin(const struct syslog *syslog, struct message *message, int severity, int64_t us,
      const char *kind)
{
	const char *host = syslog->ground->host;
	char time[ALERT_TIME_SIZE];

	message->len = 0;
	message->cut = false;
	put_form(message, "<%d>1 %s ", DAEMON + severity,
	         alert_time_write(us, time) ? time : "-");
	for (size_t i = 0; i < 255 && host[i] != '\0'; i++) {
		bool plain = ascii_print(host[i]) && host[i] != ' ';

		put(message, plain ? &host[i] : "?", 1);
	}
	put_form(message, "%s foresink %ld %s [" DATA_ID, host[0] != '\0' ? "" : "-",
	         (long)getpid(), kind);
}

/* Who asked, as words: the address, or the name of a machine without one. */
static void
put_client(struct message *message, const struct sighting_client *client,
           struct span machine)
{
	char text[ALERT_CLIENT_SIZE];

	if (alert_client_write(client, text))
		put_safe(message, span_of(text), false);
	else
		put_safe(message, machine, false);
}

static void
put_reason(struct message *message, const char *reason)
{
	put_form(message, " (");
	put_safe(message, span_of(reason != NULL ? reason : "-"), false);
	put_form(message, ")");
}

static void
put_who(struct message *message, const struct sighting_client *client, struct span machine)
{
	char text[ALERT_CLIENT_SIZE];

	put_text(message, "client", alert_client_write(client, text) ? text : NULL);
	put_param(message, "machine", machine);
}

static int
severity_of(const char *verdict)
{
	if (verdict != NULL && strcmp(verdict, "infected") == 0)
		return WARNING;
	return verdict != NULL && strcmp(verdict, "likely") == 0 ? NOTICE : INFO;
}

static void
write_alert(const struct syslog *syslog, struct message *message, const struct alert *alert)
{
	const struct alert_name *name = alert->name_count > 0 ? alert->names : NULL;

	begin(syslog, message, severity_of(alert->verdict), alert->us, "alert");
	put_text(message, "family", alert->family);
	put_who(message, &alert->client, alert->machine);
	put_text(message, "verdict", alert->verdict);
	put_text(message, "reason", name != NULL ? name->reason : NULL);
	put_param(message, "name", name != NULL ? name->name : (struct span){NULL, 0});
	put_text(message, "generator", alert->generator);
	put_number(message, "found", alert->found);
	put_number(message, "sightings", alert->sightings);
	put_text(message, "relay", alert->relay ? "true" : "false");
	put_text(message, "action", alert->action);
	put_text(message, "role", alert->role);
	put(message, "] ", 2);
	put_client(message, &alert->client, alert->machine);
	put_form(message, "%s: ", alert->relay ? ", or a host behind it" : "");
	put_safe(message, span_of(alert->verdict != NULL ? alert->verdict : "-"), false);
	put_form(message, ": ");
	put_safe(message, span_of(alert->generator != NULL ? alert->generator : "-"),
	         false);
	put_form(message, "; names: %zu, sightings: %" PRIu64, alert->found,
	         alert->sightings);
	if (name != NULL) {
		put_form(message, "; first: ");
		put_safe(message, name->name, false);
		put_reason(message, name->reason);
	}
}

static void
write_sighting(const struct syslog *syslog, struct message *message,
               const struct alert_sighting *news)
{
	const struct sighting *seen = &news->sighting;
	const char *family = seen->match.generator != SIGHTING_NO_GENERATOR
	                             ? fsk_generator_family(seen->match.generator)
	                             : NULL;

	begin(syslog, message, INFO, seen->us, "sighting");
	put_text(message, "family", family);
	put_who(message, &seen->client, seen->machine);
	put_text(message, "reason", news->reason);
	put_param(message, "name", seen->name);
	put_param(message, "forecast", seen->forecast);
	if (seen->port != 0)
		put_number(message, "port", seen->port);
	put_number(message, "qtype", news->qtype);
	put_text(message, "action", news->action);
	put_text(message, "state", watch_state_name(news->state));
	put_text(message, "role", news->role);
	put(message, "] ", 2);
	put_client(message, &seen->client, seen->machine);
	put_form(message, " asked for ");
	put_safe(message, seen->name, false);
	put_reason(message, news->reason);
	put_form(message, ": ");
	put_safe(message, span_of(news->action != NULL ? news->action : "-"), false);
}

/* Opens the socket; false with errno. */
static bool
connect_socket(struct syslog *syslog)
{
	int fd = socket(syslog->to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return false;
	if (connect(fd, (const struct sockaddr *)&syslog->to, syslog->to_len) != 0) {
		error = errno;
		close(fd);
		errno = error;
		return false;
	}
	syslog->fd = fd;
	return true;
}

static void
disconnect(struct syslog *syslog)
{
	if (syslog->fd >= 0)
		close(syslog->fd);
	syslog->fd = -1;
}

/* Reads ${target}: a path, or "ADDRESS:PORT". */
static enum fsk_err
read_target(const char *target, struct sockaddr_storage *to, socklen_t *len)
{
	struct sockaddr_un path = {.sun_family = AF_UNIX};
	struct net_endpoint endpoint;

	if (target[0] != '/') {
		if (net_endpoint_read(span_of(target), PORT, &endpoint) != FSK_OK ||
		    endpoint.port == 0)
			return FSK_SYNTAX;
		*len = net_endpoint_to(&endpoint, to);
		return FSK_OK;
	}
	if (strlen(target) >= sizeof(path.sun_path))
		return FSK_SYNTAX;
	memcpy(path.sun_path, target, strlen(target));
	memcpy(to, &path, sizeof(path));
	*len = sizeof(path);
	return FSK_OK;
}

static enum fsk_err
check_syslog(const char *target)
{
	struct sockaddr_storage to;
	socklen_t len;

	return read_target(target, &to, &len);
}

/* Says why messages are not taken, once. */
static void
say_broken(struct syslog *syslog, const char *why)
{
	syslog->well = 0;
	if (!syslog->broken)
		alert_say(syslog->ground, syslog->ground->setting->target,
		          "takes no messages; up to 64 KiB are kept, the rest is lost",
		          why);
	syslog->broken = true;
}

static void
say_well(struct syslog *syslog)
{
	unsigned enough = syslog->to.ss_family == AF_UNIX ? WELL : WELL_UDP;
	char words[80];

	if (!syslog->broken || syslog->len > 0 || syslog->well++ < enough)
		return;
	(void)snprintf(words, sizeof(words),
	               "takes messages again; messages lost: %" PRIu64, syslog->dropped);
	alert_say(syslog->ground, syslog->ground->setting->target, words, NULL);
	syslog->broken = false;
	syslog->dropped = 0;
}

/* A log that is not there yet is no reason not to protect: it is said, and tried again at
 * each tick. */
static enum fsk_err
open_syslog(const struct alert_ground *ground, void **state)
{
	struct syslog *syslog = calloc(1, sizeof(*syslog));
	enum fsk_err err;

	if (syslog == NULL)
		return FSK_NOMEM;
	syslog->ground = ground;
	syslog->fd = -1;
	err = read_target(ground->setting->target, &syslog->to, &syslog->to_len);
	if (err != FSK_OK) {
		free(syslog);
		return err;
	}
	if (!connect_socket(syslog))
		say_broken(syslog, strerror(errno));
	*state = syslog;
	return FSK_OK;
}

/* Sends a message; false with errno when it is to be kept. One that is too long for the
 * socket will never be taken. */
static bool
send_message(struct syslog *syslog, const char *octets, size_t len)
{
	struct alert_counts *counts = syslog->ground->counts;
	ssize_t sent;

	do
		sent = send(syslog->fd, octets, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && errno != EMSGSIZE)
		return false;
	atomic_fetch_add(sent < 0 ? &counts->lost : &counts->told, 1);
	return true;
}

/* A message was not taken because of ${error}. A socket that is full is asked again with
 * the next; else the daemon may have been started anew, and have another socket. */
static void
note_failure(struct syslog *syslog, int error)
{
	atomic_fetch_add(&syslog->ground->counts->failed, 1);
	if (error == EAGAIN || error == ENOBUFS)
		return;
	say_broken(syslog, strerror(error));
	disconnect(syslog);
}

/* Sends what is kept, the oldest first, as far as it is taken. */
static void
send_kept(struct syslog *syslog)
{
	size_t at = 0;

	while (at < syslog->len) {
		uint16_t len;

		memcpy(&len, syslog->kept + at, sizeof(len));
		if (!send_message(syslog, syslog->kept + at + sizeof(len), len)) {
			note_failure(syslog, errno);
			break;
		}
		atomic_fetch_sub(&syslog->ground->counts->queued, 1);
		at += sizeof(len) + len;
	}
	syslog->len -= at;
	memmove(syslog->kept, syslog->kept + at, syslog->len);
}

static void
tell_syslog(void *state, const struct alert_news *news)
{
	struct syslog *syslog = state;
	struct alert_counts *counts = syslog->ground->counts;
	struct message message;
	uint16_t len;

	if (news->alert != NULL)
		write_alert(syslog, &message, news->alert);
	else
		write_sighting(syslog, &message, news->sighting);
	len = (uint16_t)message.len;
	if (sizeof(len) + len > sizeof(syslog->kept) - syslog->len) {
		atomic_fetch_add(&counts->lost, 1);
		syslog->dropped++;
		say_broken(syslog, "it is too slow");
	} else {
		memcpy(syslog->kept + syslog->len, &len, sizeof(len));
		memcpy(syslog->kept + syslog->len + sizeof(len), message.text, len);
		syslog->len += sizeof(len) + len;
		atomic_fetch_add(&counts->queued, 1);
	}
	/* One that is not there is looked for at the tick only. */
	if (syslog->fd >= 0)
		send_kept(syslog);
}

static void
tick_syslog(void *state)
{
	struct syslog *syslog = state;

	if (syslog->fd < 0 && !connect_socket(syslog)) {
		note_failure(syslog, errno);
		return;
	}
	send_kept(syslog);
	if (syslog->fd >= 0)
		say_well(syslog);
}

static void
end_syslog(void *state, int64_t until_us)
{
	(void)until_us;
	tick_syslog(state);
}

static void
close_syslog(void *state)
{
	struct syslog *syslog = state;
	struct alert_counts *counts = syslog->ground->counts;

	atomic_fetch_add(&counts->lost, atomic_exchange(&counts->queued, 0));
	disconnect(syslog);
	free(syslog);
}

const struct alert_sink alert_sink_syslog = {
        .name = "syslog",
        .way = ALERT_SYSLOG,
        .takes_alerts = true,
        .wants_lines = false,
        .check = check_syslog,
        .open = open_syslog,
        .tell = tell_syslog,
        .tick = tick_syslog,
        .end = end_syslog,
        .close = close_syslog,
};
