/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/log.h"

#include "base/ascii.h"
#include "base/date.h"
#include "net/loop.h"
#include "up/text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND INT64_C(1000000) /* microseconds */

void
up_log_time(int64_t us, char out[UP_LOG_TIME_SIZE])
{
	int64_t second = us / SECOND - (us % SECOND < 0);
	char instant[DATE_INSTANT_SIZE];

	date_write_instant(second, instant);
	/* Without its Z, which then stands behind the fraction. */
	snprintf(out, UP_LOG_TIME_SIZE, "%.19s.%06uZ", instant,
	         (unsigned)(us - second * SECOND) % 1000000u);
}

/* Whether ${octets} can stand in logfmt without quotes. */
static bool
is_plain(struct span octets)
{
	for (size_t i = 0; i < octets.len; i++) {
		char c = octets.text[i];

		if (!ascii_print(c) || c == ' ' || c == '"' || c == '=' || c == '\\')
			return false;
	}
	return octets.len > 0;
}

static void
add_logfmt(struct up_text *line, const struct up_field *field)
{
	up_text_add(line, "%s%s=", line->len > 0 ? " " : "", field->key);
	if (field->text.text == NULL) {
		up_text_add(line, "%llu", (unsigned long long)field->number);
	} else if (is_plain(field->text)) {
		up_text_escape(line, field->text, "");
	} else {
		up_text_add(line, "\"");
		up_text_escape(line, field->text, "\"\\");
		up_text_add(line, "\"");
	}
}

static void
add_json(struct up_text *line, const struct up_field *field)
{
	up_text_add(line, "%s\"%s\":", line->len > 1 ? "," : "", field->key);
	if (field->text.text == NULL)
		up_text_add(line, "%llu", (unsigned long long)field->number);
	else
		up_text_quote(line, field->text);
}

/* Adds ${field}, or nothing if it does not fit as a whole. */
static void
add(const struct up_log *log, struct up_text *line, const struct up_field *field)
{
	struct up_text before = *line;

	if (log->format == UP_JSON)
		add_json(line, field);
	else
		add_logfmt(line, field);
	if (line->cut) {
		line->len = before.len;
		line->cut = false;
	}
}

/* Writes a line without waiting; false when it is lost. A pipe that is ready takes as much
 * as UP_LOG_LINE in one piece (pipe(7)), and a file always; a socket can be asked. */
static bool
write_line(int fd, const char *octets, size_t len)
{
	struct pollfd place = {.fd = fd, .events = POLLOUT};
	ssize_t wrote;

	do
		wrote = send(fd, octets, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (wrote < 0 && errno == EINTR);
	if (wrote >= 0 || errno != ENOTSOCK)
		return wrote >= 0;
	if (poll(&place, 1, 0) != 1 || (place.revents & POLLOUT) == 0)
		return false;
	do
		wrote = write(fd, octets, len);
	while (wrote < 0 && errno == EINTR);
	return wrote >= 0;
}

/* Writes the line of ${event} at ${octets} and returns its octets. */
static size_t
compose(const struct up_log *log, enum up_level level, const char *event,
        const struct up_field *fields, char octets[UP_LOG_LINE])
{
	static const char *const levels[] = {"info", "warning", "error"};
	char time[UP_LOG_TIME_SIZE];
	struct up_text line;

	up_log_time(net_clock_us() + log->shift_us, time);
	/* Two octets are kept for the end of the line. */
	up_text_begin(&line, octets, UP_LOG_LINE - 2);
	if (log->format == UP_JSON)
		up_text_add(&line, "{");
	add(log, &line, &(struct up_field)UP_TEXT("time", time));
	add(log, &line, &(struct up_field)UP_TEXT("level", levels[level]));
	add(log, &line, &(struct up_field)UP_TEXT("event", event));
	for (; fields != NULL && fields->key != NULL; fields++)
		add(log, &line, fields);
	if (log->format == UP_JSON)
		octets[line.len++] = '}';
	octets[line.len++] = '\n';
	return line.len;
}

/* Tells how many lines were lost, if some were; false when that cannot be told. */
static bool
tell_loss(const struct up_log *log, char octets[UP_LOG_LINE])
{
	uint64_t lost = log->loss == NULL ? 0 : atomic_exchange(&log->loss->untold, 0);
	size_t len;

	if (lost == 0)
		return true;
	len = compose(log, UP_WARNING, "log-lost", UP_FIELDS(UP_NUMBER("lines", lost)),
	              octets);
	if (write_line(log->fd, octets, len))
		return true;
	atomic_fetch_add(&log->loss->untold, lost);
	return false;
}

void
up_log(const struct up_log *log, enum up_level level, const char *event,
       const struct up_field *fields)
{
	char octets[UP_LOG_LINE];

	/* A log that nobody takes is no reason to stop serving. */
	if (tell_loss(log, octets) &&
	    write_line(log->fd, octets, compose(log, level, event, fields, octets)))
		return;
	if (log->loss != NULL) {
		atomic_fetch_add(&log->loss->total, 1);
		atomic_fetch_add(&log->loss->untold, 1);
	}
}
