/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/zeek_row.h"

#include "logs/stamp.h"
#include "logs/text.h"

/* "1.1" as it stands in a request. */
static struct span
version_of(struct span number)
{
	static const char *const versions[] = {"HTTP/0.9", "HTTP/1.0", "HTTP/1.1",
	                                       "HTTP/2"};

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (span_equal(number, span_of(versions[i] + strlen("HTTP/"))))
			return span_of(versions[i]);
	}
	return number;
}

/* "X-FORWARDED-FOR -> 10.0.0.7", the first of a set. */
static struct span
behind_of(struct span proxied)
{
	if (text_word(&proxied, "X-FORWARDED-FOR -> ")) {
		for (size_t i = 0; i < proxied.len; i++) {
			if (proxied.text[i] == ',')
				proxied.len = i;
		}
		if (text_looks_like_address(proxied))
			return proxied;
	}
	return (struct span){proxied.text, 0};
}

static enum log_kind
read_http(const struct span columns[LOG_ROLES], struct log_entry *entry)
{
	entry->transport = LOG_TRANSPORT_HTTP;
	entry->request =
	        (struct log_request){.method = columns[LOG_ROLE_METHOD],
	                             .target = columns[LOG_ROLE_TARGET],
	                             .version = version_of(columns[LOG_ROLE_VERSION]),
	                             .agent = columns[LOG_ROLE_AGENT],
	                             .referrer = columns[LOG_ROLE_REFERRER]};
	entry->behind = behind_of(columns[LOG_ROLE_BEHIND]);
	entry->name = columns[LOG_ROLE_NAME].len > 0
	                      ? text_url_host(columns[LOG_ROLE_NAME], true)
	                      : text_url_host(columns[LOG_ROLE_TARGET], false);
	return entry->name.len > 0 || entry->request.target.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

/* The eight octets at ${text}, the first one lowest. */
static uint64_t
eight(const char *text)
{
	uint64_t octets = 0;

	for (unsigned i = 0; i < 8; i++)
		octets |= (uint64_t)(unsigned char)text[i] << (8 * i);
	return octets;
}

#define EACH UINT64_C(0x0101010101010101) /* octet of eight */

/* Whether each of eight octets lies in ${low} to ${high}, which are ASCII. */
static bool
all_within(uint64_t octets, unsigned char low, unsigned char high)
{
	/* Of an octet that does not, one of the two sums has its highest bit set. The
	 * lowest such octet is seen in any case; what it carries over does not matter
	 * then. */
	return (((octets - EACH * low) | (octets + EACH * (0x7fU - high)) | octets) &
	        EACH * 0x80) == 0;
}

/* The number that eight digits are: pairs are put together, then pairs of them. */
static uint64_t
number_of(uint64_t digits)
{
	digits -= EACH * '0';
	digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (digits * 10000 + (digits >> 32)) & UINT64_C(0xffffffff);
}

/* Reads "1591367999.306059", which is how Zeek writes all times from 2001 to 2286:
 * eight, two and six digits. The general way takes a third of the time of a row. */
static bool
quick_time(struct span text, struct log_entry *entry)
{
	uint64_t first, last;

	if (text.len != 17 || text.text[10] != '.')
		return false;
	first = eight(text.text);
	last = eight(text.text + 9); /* from the last digit of the seconds on */
	last = (last & ~UINT64_C(0xffff)) | UINT64_C(0x3030); /* "00" and six digits */
	if (!all_within(first, '0', '9') || !all_within(last, '0', '9') ||
	    !ascii_digit(text.text[8]) || !ascii_digit(text.text[9]))
		return false;
	entry->us = (int64_t)(number_of(first) * 100 + (uint64_t)(text.text[8] - '0') * 10 +
	                      (uint64_t)(text.text[9] - '0')) *
	                    1000000 +
	            (int64_t)number_of(last);
	entry->time = LOG_TIME_UTC;
	return true;
}

static bool
read_time(struct span text, struct log_entry *entry)
{
	if (quick_time(text, entry))
		return true;
	return (stamp_iso(&text, entry) || stamp_epoch(&text, entry)) && text.len == 0;
}

/* Nothing but digits and dots, of the length of an IPv4 address, is seen at once. */
static bool
is_address(struct span text)
{
	if (text.len >= 8 && text.len <= 15 && all_within(eight(text.text), '.', '9') &&
	    all_within(eight(text.text + text.len - 8), '.', '9'))
		return true;
	return text_looks_like_address(text);
}

enum log_kind
zeek_row_read(const struct span columns[LOG_ROLES], enum zeek_table_log log,
              struct log_entry *entry)
{
	if (!read_time(columns[LOG_ROLE_TIME], entry)) {
		entry->why = "a time that cannot be read";
		return LOG_FOREIGN;
	}
	if (!is_address(columns[LOG_ROLE_CLIENT])) {
		entry->why = "a client that is no address";
		return LOG_FOREIGN;
	}
	entry->client = columns[LOG_ROLE_CLIENT];
	entry->port = text_port(columns[LOG_ROLE_PORT]);
	if (log == ZEEK_TABLE_HTTP)
		return read_http(columns, entry);
	entry->name = columns[LOG_ROLE_NAME];
	entry->type = text_port(columns[LOG_ROLE_TYPE]);
	entry->transport = text_transport(columns[LOG_ROLE_TRANSPORT]);
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE;
}
