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

static bool
read_time(struct span text, struct log_scratch *scratch, struct log_entry *entry)
{
	/* In JSON it may be of ISO 8601, whose first four digits are seconds too. */
	if (text.len > 4 && text.text[4] == '-')
		return stamp_iso_next(&text, scratch, entry) && text.len == 0;
	return stamp_epoch_next(&text, scratch, entry) && text.len == 0;
}

enum log_kind
zeek_row_read(const struct span columns[LOG_ROLES], enum zeek_table_log log,
              struct log_scratch *scratch, struct log_entry *entry)
{
	if (!read_time(columns[LOG_ROLE_TIME], scratch, entry)) {
		entry->why = "a time that cannot be read";
		return LOG_FOREIGN;
	}
	if (!text_looks_like_address(columns[LOG_ROLE_CLIENT])) {
		entry->why = "a client that is no address";
		return LOG_FOREIGN;
	}
	entry->client = columns[LOG_ROLE_CLIENT];
	if (!scratch->brief)
		entry->port = text_port(columns[LOG_ROLE_PORT]);
	if (log == ZEEK_TABLE_HTTP)
		return read_http(columns, entry);
	entry->name = columns[LOG_ROLE_NAME];
	if (!scratch->brief) {
		entry->type = text_port(columns[LOG_ROLE_TYPE]);
		entry->transport = text_transport(columns[LOG_ROLE_TRANSPORT]);
	}
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE;
}
