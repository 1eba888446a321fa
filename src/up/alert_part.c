/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/alert_part.h"

#include "base/ascii.h"
#include "net/socket.h"
#include "up/config.h"
#include "up/value.h"

/* A bot tries its names within some minutes: then it is known what it is. */
#define SETTLE_SECONDS 300
#define NAMES 200000 /* some 20 MB */
#define NAMES_LEAST 1000
#define NAMES_MOST 100000000

#define NAME_MOST 32
#define SECRET_LEAST 16 /* octets */
#define SECRET_MOST 256
#define TARGET_MOST 1000

#define SYSLOG_PORT 514

void
up_alert_begin(struct up_alerts *alerts)
{
	alerts->settle_s = SETTLE_SECONDS;
	alerts->names = NAMES;
}

/* [alerts] */

static struct up_alerts *
these(struct up_reading *reading)
{
	struct up_alerts *alerts = &reading->config->alerts;

	if (alerts->line == 0)
		alerts->line = reading->line;
	return alerts;
}

static const char *
take_settle(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, 86400, &these(reading)->settle_s);
}

static const char *
take_chance(struct up_reading *reading, struct span value)
{
	return up_value_yes(value, &these(reading)->chance) ? NULL : "yes or no is wanted";
}

static const char *
take_names(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, NAMES_LEAST, NAMES_MOST, &these(reading)->names) ==
	                       NULL
	               ? NULL
	               : "a number from 1000 to 100000000 is wanted";
}

static const struct up_key alerts_keys[] = {
        {"settle", false, take_settle},
        {"chance", false, take_chance},
        {"names", false, take_names},
};

/* [alert NAME] */

static const char *
begin_alert(struct up_reading *reading, struct span title)
{
	struct up_alerts *alerts = &reading->config->alerts;
	struct up_alert *sinks = up_arena_grow(&reading->config->arena, alerts->sinks,
	                                       alerts->count, sizeof(*sinks));

	if (sinks == NULL)
		return up_nomem;
	alerts->sinks = sinks;
	if (title.len > NAME_MOST)
		return "the name is longer than 32 octets";
	for (size_t i = 0; i < title.len; i++) {
		char c = title.text[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && c != '-' && c != '_' && c != '.')
			return "the name is made of letters, digits, and - _ .";
	}
	for (size_t i = 0; i < alerts->count; i++) {
		if (span_equal(span_of(sinks[i].name), title))
			return "there is an alert of this name already";
	}
	sinks += alerts->count;
	sinks->name = up_arena_text(&reading->config->arena, title);
	sinks->line = reading->line;
	alerts->count += sinks->name != NULL;
	return sinks->name != NULL ? NULL : up_nomem;
}

static struct up_alert *this(struct up_reading *reading)
{
	struct up_alerts *alerts = &reading->config->alerts;

	return &alerts->sinks[alerts->count - 1];
}

/* Whether http:// may be spoken with ${address}: what is sent there stays in the house. */
static bool
is_near(const struct address *address)
{
	static const struct {
		const char *text;
		unsigned bits;
	} near[] = {
	        {"127.0.0.0", 8},    {"10.0.0.0", 8}, {"172.16.0.0", 12},
	        {"192.168.0.0", 16}, {"::1", 128},    {"fc00::", 7},
	};

	for (size_t i = 0; i < UP_COUNT(near); i++) {
		struct address wanted, masked = *address;

		if (address_read(span_of(near[i].text), &wanted) != FSK_OK ||
		    address_is_v4(&wanted) != address_is_v4(address))
			continue;
		address_mask(&masked, near[i].bits);
		if (address_equal(&masked, &wanted))
			return true;
	}
	return false;
}

/* The host and port of a URL, without its brackets' meaning: "[::1]:8080". */
static struct span
authority_of(struct span rest)
{
	size_t len = 0;

	while (len < rest.len && rest.text[len] != '/' && rest.text[len] != '?' &&
	       rest.text[len] != '#')
		len++;
	return (struct span){rest.text, len};
}

/* Stores the port behind the host of ${authority} in ${port}, if there is one. */
static const char *
read_url_port(struct span authority, uint16_t *port)
{
	const char *bracket = memrchr(authority.text, ']', authority.len);
	const char *colon = memrchr(authority.text, ':', authority.len);
	uint64_t number;

	if (colon == NULL || (bracket != NULL && colon < bracket))
		return NULL;
	if (colon == authority.text ||
	    !up_value_number(span_from(authority, (size_t)(colon + 1 - authority.text)), 1,
	                     65535, &number))
		return "not the port of a URL";
	*port = (uint16_t)number;
	return NULL;
}

static const char *
check_url(struct span url, uint16_t *port)
{
	static const char secure[] = "https://", plain[] = "http://";
	bool is_secure =
	        url.len >= strlen(secure) && memcmp(url.text, secure, strlen(secure)) == 0;
	size_t begins = is_secure ? strlen(secure) : strlen(plain);
	struct net_endpoint endpoint;
	struct span authority;

	if (!is_secure && (url.len < begins || memcmp(url.text, plain, strlen(plain)) != 0))
		return "a URL that begins with https:// is wanted";
	for (size_t i = 0; i < url.len; i++) {
		if (!ascii_print(url.text[i]) || url.text[i] == ' ')
			return "a URL has no blanks and no octets that are not ASCII";
	}
	authority = authority_of(span_from(url, begins));
	if (authority.len == 0)
		return "the URL has no host";
	if (memchr(authority.text, '@', authority.len) != NULL)
		return "no user stands in this URL: secret signs what is sent";
	for (size_t i = 0; i < authority.len; i++) {
		char c = authority.text[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && strchr("-._:[]", c) == NULL)
			return "not the host of a URL";
	}
	*port = is_secure ? 443 : 80;
	if (!is_secure && (net_endpoint_read(authority, *port, &endpoint) != FSK_OK ||
	                   !is_near(&endpoint.address)))
		return "http:// is for a loopback or private address; else https://";
	return read_url_port(authority, port);
}

static const char *
check_target(enum alert_way way, struct span target, uint16_t *port)
{
	static const char unix_socket[] = "unix:";
	struct net_endpoint endpoint;

	switch (way) {
	case ALERT_SYSLOG:
		if (up_value_path(target) ||
		    (net_endpoint_read(target, SYSLOG_PORT, &endpoint) == FSK_OK &&
		     endpoint.port != 0))
			return NULL;
		return "the absolute path of a socket, or ADDRESS:PORT, is wanted";
	case ALERT_WEBHOOK:
		return check_url(target, port);
	case ALERT_DNSTAP:
		if (target.len > strlen(unix_socket) &&
		    memcmp(target.text, unix_socket, strlen(unix_socket)) == 0)
			target = span_from(target, strlen(unix_socket));
		break;
	case ALERT_FILE:
	default:
		break;
	}
	return up_value_path(target) ? NULL : "an absolute path is wanted";
}

static const char *
take_to(struct up_reading *reading, struct span value)
{
	static const char *const words[] = {"file", "syslog", "dnstap", "webhook"};
	static const enum alert_way ways[] = {ALERT_FILE, ALERT_SYSLOG, ALERT_DNSTAP,
	                                      ALERT_WEBHOOK};
	struct up_alert *sink = this(reading);
	const char *why;
	enum fsk_err err;
	struct span way;
	size_t which;

	(void)up_value_part(&value, &way);
	if (!up_value_choice(way, words, UP_COUNT(words), &which))
		return "file, syslog, dnstap or webhook, and where, are wanted";
	while (value.len > 0 && (value.text[0] == ' ' || value.text[0] == '\t'))
		value = span_from(value, 1);
	if (value.len > TARGET_MOST)
		return "this is longer than 1000 octets";
	why = check_target(ways[which], value, &sink->port);
	if (why != NULL)
		return why;
	sink->to_line = reading->line;
	sink->setting.way = ways[which];
	sink->setting.target = up_arena_text(&reading->config->arena, value);
	if (sink->setting.target == NULL)
		return up_nomem;
	err = alert_target_check(sink->setting.way, sink->setting.target);
	if (err == FSK_NOMEM)
		return up_nomem;
	return err == FSK_OK ? NULL : "this is no place that could be told";
}

static const char *
take_what(struct up_reading *reading, struct span value)
{
	static const char *const words[] = {"alerts", "sightings"};
	size_t which;

	if (!up_value_choice(value, words, UP_COUNT(words), &which))
		return "alerts or sightings is wanted";
	this(reading)->has_what = true;
	this(reading)->setting.sightings = which == 1;
	return NULL;
}

const char *
up_alert_secret(struct up_config *config, size_t n, struct span text)
{
	char *copy;

	while (text.len > 0 && ascii_space(text.text[0]))
		text = span_from(text, 1);
	while (text.len > 0 && ascii_space(text.text[text.len - 1]))
		text.len--;
	if (text.len < SECRET_LEAST || text.len > SECRET_MOST)
		return "a secret has 16 to 256 octets";
	copy = up_arena_text(&config->arena, text);
	if (copy == NULL)
		return up_nomem;
	config->alerts.sinks[n].setting.secret = (struct span){copy, text.len};
	if (config->alerts.settings != NULL)
		config->alerts.settings[n].secret = (struct span){copy, text.len};
	return NULL;
}

static const char *
take_secret(struct up_reading *reading, struct span value)
{
	struct up_alert *sink = this(reading);

	if (sink->secret_line != 0)
		return "there is a secret-file already";
	sink->secret_line = reading->line;
	return up_alert_secret(reading->config, reading->config->alerts.count - 1, value);
}

static const char *
take_secret_file(struct up_reading *reading, struct span value)
{
	struct up_alert *sink = this(reading);

	if (sink->secret_line != 0)
		return "there is a secret already";
	if (!up_value_path(value))
		return "an absolute path is wanted";
	sink->secret_line = reading->line;
	sink->secret_path = up_arena_text(&reading->config->arena, value);
	return sink->secret_path != NULL ? NULL : up_nomem;
}

static const char *
take_authorities(struct up_reading *reading, struct span value)
{
	struct up_alert *sink = this(reading);

	if (!up_value_path(value))
		return "an absolute path is wanted";
	sink->authorities_line = reading->line;
	sink->setting.authorities = up_arena_text(&reading->config->arena, value);
	return sink->setting.authorities != NULL ? NULL : up_nomem;
}

static const struct up_key alert_keys[] = {
        {"to", false, take_to},
        {"what", false, take_what},
        {"secret", false, take_secret},
        {"secret-file", false, take_secret_file},
        {"authorities", false, take_authorities},
};

const struct up_section up_alert_sections[] = {
        {"alerts", NULL, alerts_keys, UP_COUNT(alerts_keys)},
        {"alert", begin_alert, alert_keys, UP_COUNT(alert_keys)},
};
const size_t up_alert_section_count = UP_COUNT(up_alert_sections);

/* When all is read. */

static enum fsk_err
refuse(struct fault *fault, size_t line, const char *why)
{
	if (fault != NULL)
		*fault = (struct fault){line, 0, why};
	return FSK_SYNTAX;
}

static enum fsk_err
settle_sink(struct up_alert *sink, struct fault *fault)
{
	if (sink->to_line == 0)
		return refuse(fault, sink->line, "the alert has no key to");
	/* Its records are messages of DNS, and an alert is none. */
	if (sink->setting.way == ALERT_DNSTAP && sink->has_what && !sink->setting.sightings)
		return refuse(fault, sink->to_line, "dnstap takes sightings only");
	if (sink->setting.way == ALERT_DNSTAP)
		sink->setting.sightings = true;
	if (sink->setting.way != ALERT_WEBHOOK && sink->secret_line != 0)
		return refuse(fault, sink->secret_line, "only a webhook is signed");
	if (sink->setting.way != ALERT_WEBHOOK && sink->authorities_line != 0)
		return refuse(fault, sink->authorities_line,
		              "only a webhook has to be certified");
	return FSK_OK;
}

/* Two who write one file would each cut off what the other wrote of a line. */
static bool
is_twice(const struct up_alerts *alerts, size_t n)
{
	bool writes, other;
	const char *path = up_alert_path(&alerts->sinks[n], &writes);

	for (size_t i = 0; writes && i < n; i++) {
		const char *before = up_alert_path(&alerts->sinks[i], &other);

		if (other && strcmp(path, before) == 0)
			return true;
	}
	return false;
}

enum fsk_err
up_alert_settle(struct up_config *config, struct fault *fault)
{
	struct up_alerts *alerts = &config->alerts;

	alerts->settings =
	        up_arena_take(&config->arena, alerts->count, sizeof(*alerts->settings));
	if (alerts->settings == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < alerts->count; i++) {
		enum fsk_err err = settle_sink(&alerts->sinks[i], fault);

		if (err != FSK_OK)
			return err;
		if (is_twice(alerts, i))
			return refuse(fault, alerts->sinks[i].to_line,
			              "another alert writes this file");
		alerts->settings[i] = alerts->sinks[i].setting;
	}
	return FSK_OK;
}

const char *
up_alert_path(const struct up_alert *sink, bool *writes)
{
	const char *target = sink->setting.target;

	*writes = false;
	if (sink->setting.way == ALERT_DNSTAP && target[0] != '/')
		return strchr(target, '/');
	if (target[0] != '/')
		return NULL;
	*writes = sink->setting.way != ALERT_SYSLOG;
	return target;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
up_alert_same(const struct up_alerts *present, const struct up_alerts *next, size_t *line)
{
	*line = next->line;
	if (present->names != next->names)
		return false;
	for (size_t i = 0; i < next->count && i < present->count; i++) {
		const struct alert_sink_setting *a = &present->settings[i];
		const struct alert_sink_setting *b = &next->settings[i];

		*line = next->sinks[i].line;
		if (a->way != b->way || a->sightings != b->sightings ||
		    !span_equal(a->secret, b->secret) || !same_text(a->target, b->target) ||
		    !same_text(a->authorities, b->authorities) ||
		    !same_text(present->sinks[i].name, next->sinks[i].name))
			return false;
	}
	*line = next->count > present->count ? next->sinks[present->count].line : 0;
	return present->count == next->count;
}
