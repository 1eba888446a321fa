/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/serial.h"

#include "base/draft.h"
#include "feed/serial.h"
#include "up/content.h"
#include "up/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Octets of the file: ten digits and an end of line. */
#define FILE_MOST 16

static void
say(const struct up_serial *serial, enum up_level level, const char *event, const char *why)
{
	up_log(serial->log, level, event,
	       UP_FIELDS(UP_TEXT("file", serial->path), UP_TEXT("why", why)));
}

static const char *
read_number(struct up_serial *serial, struct span text)
{
	uint64_t number;

	if (text.len > 0 && text.text[text.len - 1] == '\n')
		text.len--;
	if (!up_value_number(text, 0, UINT32_MAX, &number))
		return "not a serial";
	serial->last = (uint32_t)number;
	serial->has_last = true;
	return NULL;
}

static enum fsk_err
load(struct up_serial *serial)
{
	struct up_content content;
	enum fsk_err err = up_content_read(serial->path, FILE_MOST, &content);
	const char *why;

	if (err == FSK_NOMEM || (err == FSK_IO && errno == ENOENT))
		return err == FSK_NOMEM ? err : FSK_OK;
	if (err == FSK_OK) {
		why = read_number(serial, (struct span){content.octets, content.len});
		up_content_fini(&content);
	} else {
		why = err == FSK_IO ? strerror(errno) : fsk_strerror(err);
	}
	if (why != NULL)
		say(serial, UP_WARNING, "serial-unread", why);
	return FSK_OK;
}

enum fsk_err
up_serial_init(struct up_serial *serial, const char *state, const char *role,
               const struct up_log *log)
{
	enum fsk_err err;

	*serial = (struct up_serial){.log = log};
	if (state == NULL)
		return FSK_OK;
	if (asprintf(&serial->path, "%s/%s.serial", state, role) < 0) {
		serial->path = NULL;
		return FSK_NOMEM;
	}
	err = load(serial);
	if (err != FSK_OK)
		up_serial_fini(serial);
	return err;
}

void
up_serial_fini(struct up_serial *serial)
{
	free(serial->path);
	*serial = (struct up_serial){.log = NULL};
}

uint32_t
up_serial_next(const struct up_serial *serial, int64_t now)
{
	int64_t second = now - date_day_of(now) * DATE_DAY;

	if (serial->has_last)
		return feed_serial_after(serial->last, now);
	if (serial->path != NULL)
		return feed_serial_of(now, 0);
	return feed_serial_of(now, (unsigned)(second * 100 / DATE_DAY));
}

void
up_serial_take(struct up_serial *serial, uint32_t taken)
{
	struct draft draft;
	char text[FILE_MOST];
	enum fsk_err err;

	serial->last = taken;
	serial->has_last = true;
	if (serial->path == NULL)
		return;
	snprintf(text, sizeof(text), "%" PRIu32 "\n", taken);
	err = draft_init(&draft, serial->path);
	if (err == FSK_OK) {
		err = draft_write(&draft, 0, text, strlen(text));
		if (err == FSK_OK)
			err = draft_finish(&draft);
		draft_fini(&draft);
	}
	if (err != FSK_OK)
		say(serial, UP_ERROR, "state-not-written",
		    err == FSK_IO ? strerror(errno) : fsk_strerror(err));
}
