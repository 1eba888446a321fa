/* SPDX-License-Identifier: BSD-2-Clause */
#include "alert/record.h"

#include "base/ascii.h"
#include "base/date.h"
#include "dga/catalog.h"
#include "watch/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* An octet takes six at most: \uXXXX stands for one that is no UTF-8, and the two of them
 * that are needed above U+FFFF stand for four. Of what is not foreign text an object has
 * less than 2 KiB, and each name of an alert less than 256 octets. */
#define OCTET 6
#define REST ((size_t)2048)
_Static_assert(6 * OCTET * ALERT_TEXT_MOST + REST <= ALERT_RECORD_ROOM,
               "six foreign texts of a sighting fit");
_Static_assert(ALERT_NAMES *(2 * OCTET * ALERT_NAME_MOST + 256) +
                               2 * OCTET * ALERT_TEXT_MOST + REST <=
                       ALERT_RECORD_ROOM,
               "the names of an alert fit");

static void
put(struct alert_record *record, const char *octets, size_t len)
{
	if (len > sizeof(record->text) - record->len)
		return; /* not met: see above */
	memcpy(record->text + record->len, octets, len);
	record->len += len;
}

static void
put_words(struct alert_record *record, const char *words)
{
	put(record, words, strlen(words));
}

static void
put_unit(struct alert_record *record, uint32_t unit)
{
	char escape[OCTET + 1];

	put(record, escape,
	    (size_t)snprintf(escape, sizeof(escape), "\\u%04" PRIx32, unit));
}

/* A character outside of printable ASCII; above U+FFFF by two surrogates (RFC 8259
 * section 7). */
static void
put_point(struct alert_record *record, uint32_t point)
{
	if (point < 0x10000) {
		put_unit(record, point);
		return;
	}
	put_unit(record, 0xd800 + ((point - 0x10000) >> 10));
	put_unit(record, 0xdc00 + ((point - 0x10000) & 0x3ff));
}

/* Puts a string with its quotes, of not more than ${most} octets of ${text}. All that is
 * not the program's own goes through here. */
static void
put_string(struct alert_record *record, struct span text, size_t most)
{
	size_t octets;

	put(record, "\"", 1);
	for (size_t i = 0; i < text.len; i += octets) {
		uint32_t point = 0xfffd; /* for an octet that is not UTF-8 */

		octets = utf8_read(span_from(text, i), &point);
		if (octets == 0)
			octets = 1;
		if (octets > most - i)
			break;
		if (text.text[i] == '"' || text.text[i] == '\\')
			put(record, "\\", 1);
		if (ascii_print(text.text[i]))
			put(record, text.text + i, 1);
		else
			put_point(record, point);
	}
	put(record, "\"", 1);
}

/* Puts ,"KEY": which is a constant. */
static void
put_key(struct alert_record *record, const char *key)
{
	put(record, ",\"", 2);
	put_words(record, key);
	put(record, "\":", 2);
}

/* A text of ours, or null for NULL. */
static void
put_text(struct alert_record *record, const char *key, const char *text)
{
	put_key(record, key);
	if (text != NULL)
		put_string(record, span_of(text), ALERT_NAME_MOST);
	else
		put_words(record, "null");
}

/* A foreign text, null when there is none. */
static void
put_span(struct alert_record *record, const char *key, struct span text)
{
	put_key(record, key);
	if (text.len > 0)
		put_string(record, text, ALERT_TEXT_MOST);
	else
		put_words(record, "null");
}

static void
put_number(struct alert_record *record, const char *key, uint64_t number)
{
	char digits[24];

	put_key(record, key);
	put(record, digits, (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number));
}

/* JSON has no words for what is no number. */
static void
put_real(struct alert_record *record, const char *key, double number)
{
	char digits[32] = "null";

	put_key(record, key);
	if (isfinite(number))
		(void)snprintf(digits, sizeof(digits), "%.9g", number);
	put_words(record, digits);
}

static void
put_time(struct alert_record *record, const char *key, int64_t us)
{
	char time[ALERT_TIME_SIZE];

	put_text(record, key, alert_time_write(us, time) ? time : NULL);
}

/* The second of a period; null at the ends of time. */
static void
put_second(struct alert_record *record, const char *key, int64_t second)
{
	char instant[DATE_INSTANT_SIZE];
	int64_t day = second / DATE_DAY;

	if (day <= DATE_FIRST || day > DATE_LAST) {
		put_text(record, key, NULL);
		return;
	}
	date_write_instant(second, instant);
	put_text(record, key, instant);
}

/* An address; null for that of a host which is known by name only. */
static void
put_address(struct alert_record *record, const char *key, const struct address *address)
{
	const struct sighting_client client = {.address = *address};
	char text[ADDRESS_SIZE];

	address_write(address, text);
	put_text(record, key, sighting_is_named(&client) ? NULL : text);
}

/* Who asked: the host, and the address as it was seen. */
static void
put_client(struct alert_record *record, const struct sighting *sighting)
{
	put_address(record, "address", &sighting->client.address);
	put_number(record, "prefix", sighting->client.prefix);
	put_address(record, "seen_address", &sighting->address);
	if (sighting->port != 0)
		put_number(record, "port", sighting->port);
	else
		put_text(record, "port", NULL);
	put_span(record, "machine", sighting->machine);
}

/* Whose name it is, and where in which list. */
static void
put_match(struct alert_record *record, const struct fsk_match *match)
{
	struct dga_generator found = {.family = NULL};
	char name[DGA_GENERATOR_NAME_SIZE];

	if (match->generator != SIGHTING_NO_GENERATOR)
		found = dga_generator_at(match->generator);
	if (found.family == NULL) {
		put_words(record, ",\"generator\":null,\"family\":null,\"index\":null,"
		                  "\"start\":null,\"end\":null");
		return;
	}
	dga_generator_name(&found, name);
	put_text(record, "generator", name);
	put_text(record, "family", found.family->name);
	put_number(record, "index", match->index);
	put_second(record, "start", match->period.first);
	put_second(record, "end", match->period.last);
}

/* What was said besides the name. The place in a file is that of who reads logs. */
static void
put_request(struct alert_record *record, const struct sighting *sighting)
{
	put_text(record, "fingerprint", sighting->fingerprint);
	if (sighting->counter >= 0)
		put_number(record, "counter", (uint64_t)sighting->counter);
	else
		put_text(record, "counter", NULL);
	put_span(record, "method", sighting->method);
	put_span(record, "target", sighting->target);
	put_span(record, "agent", sighting->agent);
	put_words(record, ",\"file\":null,\"line\":null");
}

/* Ends the object, whose first comma is its brace. */
static struct span
finish(struct alert_record *record)
{
	put(record, "}\n", 2);
	record->text[0] = '{';
	return (struct span){record->text, record->len};
}

struct span
alert_record_sighting(struct alert_record *record, const struct alert_sighting *sighting)
{
	const struct sighting *seen = &sighting->sighting;

	record->len = 0;
	put_time(record, "time", seen->us);
	put_client(record, seen);
	put_text(record, "kind", sighting_kind_name(seen->kind));
	put_text(record, "transport", sighting_transport_name(seen->transport));
	put_span(record, "name", seen->name);
	put_span(record, "forecast", seen->forecast);
	put_match(record, &seen->match);
	put_request(record, seen);
	put_text(record, "role", sighting->role);
	put_text(record, "action", sighting->action);
	put_text(record, "state", watch_state_name(sighting->state));
	put_text(record, "reason", sighting->reason);
	put_number(record, "qtype", sighting->qtype);
	return finish(record);
}

static void
put_name(struct alert_record *record, const struct alert_name *name)
{
	size_t start = record->len;

	put_key(record, "name");
	put_string(record, name->name, ALERT_NAME_MOST);
	put_text(record, "reason", name->reason);
	put_time(record, "first", name->first_us);
	put_time(record, "last", name->last_us);
	put_number(record, "times", name->times);
	put(record, "}", 1);
	record->text[start] = '{';
}

struct span
alert_record_alert(struct alert_record *record, const struct alert *alert)
{
	char client[ALERT_CLIENT_SIZE];
	bool addressed = alert_client_write(&alert->client, client);

	record->len = 0;
	put_text(record, "kind", "alert");
	put_time(record, "time", alert->us);
	put_text(record, "role", alert->role);
	put_text(record, "client", addressed ? client : NULL);
	put_address(record, "address", &alert->address);
	put_span(record, "machine", alert->machine);
	put_text(record, "family", alert->family);
	put_text(record, "generator", alert->generator);
	put_text(record, "verdict", alert->verdict);
	put_real(record, "posterior", alert->posterior);
	put_key(record, "relay");
	put_words(record, alert->relay ? "true" : "false");
	put_number(record, "sightings", alert->sightings);
	put_number(record, "found", alert->found);
	put_time(record, "first", alert->first_us);
	put_time(record, "last", alert->last_us);
	put_text(record, "action", alert->action);
	put_key(record, "names");
	put(record, "[", 1);
	for (size_t i = 0; i < alert->name_count && i < ALERT_NAMES; i++) {
		if (i > 0)
			put(record, ",", 1);
		put_name(record, &alert->names[i]);
	}
	put(record, "]", 1);
	return finish(record);
}

bool
alert_time_write(int64_t us, char out[ALERT_TIME_SIZE])
{
	int64_t second = date_second_of(us);
	char instant[DATE_INSTANT_SIZE];
	unsigned fraction;

	if (second < DATE_FIRST * DATE_DAY || second >= (DATE_LAST + 1) * DATE_DAY)
		return false;
	date_write_instant(second, instant);
	fraction = (unsigned)(us - second * DATE_SECOND) % 1000000;
	/* Without its Z, which then stands behind the fraction. */
	(void)snprintf(out, ALERT_TIME_SIZE, "%.19s.%06uZ", instant, fraction);
	return true;
}

bool
alert_client_write(const struct sighting_client *client, char out[ALERT_CLIENT_SIZE])
{
	unsigned whole = address_is_v4(&client->address) ? 32 : 128;
	char address[ADDRESS_SIZE];

	if (sighting_is_named(client))
		return false;
	address_write(&client->address, address);
	if (client->prefix < whole)
		(void)snprintf(out, ALERT_CLIENT_SIZE, "%s/%u", address, client->prefix);
	else
		(void)snprintf(out, ALERT_CLIENT_SIZE, "%s", address);
	return true;
}
