/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/entry.h: what one line or record of a log says: at what time who asked
 * for which name. An entry owns nothing: its spans point into the line, into
 * the scratch of the call, or at constants, and are valid until the next entry
 * is read. Everything in it is foreign text.
 */
#ifndef LOGS_ENTRY_H
#define LOGS_ENTRY_H

#include "base/span.h"

#include <stdint.h>
#include <string.h>

/* What a line is to a format. */
enum log_kind {
	LOG_FOREIGN, /* not of this format, or broken; entry->why says what is wrong */
	LOG_ASIDE,   /* of this format, but nobody asked: an answer, a question to an
	              * upstream server, a note of the program */
	LOG_ASKED    /* a client asked for a name */
};

/* How much of the time the log itself says. */
enum log_time {
	LOG_TIME_NONE,    /* nothing */
	LOG_TIME_UTC,     /* all: us is UTC */
	LOG_TIME_LOCAL,   /* not the zone: us is what the clock on the wall showed */
	LOG_TIME_YEARLESS /* neither zone nor year: us is the time in the year 2000,
	                   * which is a leap year */
};

enum log_transport {
	LOG_TRANSPORT_UNKNOWN,
	LOG_TRANSPORT_UDP,
	LOG_TRANSPORT_TCP,
	LOG_TRANSPORT_TLS,   /* DNS over TLS */
	LOG_TRANSPORT_HTTPS, /* DNS over HTTPS */
	LOG_TRANSPORT_QUIC,
	LOG_TRANSPORT_HTTP /* a web or proxy log: the name is the host of a request */
};

/* A request of a web or proxy log, as the log writes it: its escapes stand. */
struct log_request {
	struct span method;
	struct span target;   /* path with query, or a URL; empty: none */
	struct span version;  /* "HTTP/1.0" */
	struct span agent;    /* User-Agent; empty: not said */
	struct span referrer; /* empty: none or not said */
};

struct log_entry {
	int64_t us; /* microseconds since 1970-01-01T00:00:00, see time */
	enum log_time time;
	enum log_transport transport;
	struct span name;    /* that was asked for: escapes solved, any case, with or
	                      * without a final dot; empty in a web log without a host */
	struct span client;  /* address as text, without port and brackets; empty:
	                      * the log does not say */
	struct span behind;  /* address of the client for which client asked (ECS,
	                      * X-Forwarded-For); empty: not said */
	struct span machine; /* the name that the log has for the client: an
	                      * instance, a user, a process; empty: none */
	uint8_t behind_bits; /* of behind that count, if it is a network; 0: all */
	uint16_t port;       /* of the client; 0: not said */
	uint16_t type;       /* of the question (RFC 1035 section 3.2.2); 0: not said */
	struct log_request request;
	const char *why; /* static, lower case, no full stop; of LOG_FOREIGN */
};

/* Empties ${entry}, which a format is then to fill: member by member, since what a
 * compiler makes of the whole (rep stos) takes as long as the rest of a line. */
static inline void
log_entry_clear(struct log_entry *entry)
{
	static const struct span none = {NULL, 0};

	entry->us = 0;
	entry->time = LOG_TIME_NONE;
	entry->transport = LOG_TRANSPORT_UNKNOWN;
	entry->name = none;
	entry->client = none;
	entry->behind = none;
	entry->machine = none;
	entry->behind_bits = 0;
	entry->port = 0;
	entry->type = 0;
	entry->request.method = none;
	entry->request.target = none;
	entry->request.version = none;
	entry->request.agent = none;
	entry->request.referrer = none;
	entry->why = NULL;
}

struct json_table;
struct json_key;

/* A member of JSON as a line had it: its key with its quotes, the colon and the blanks up
 * to its value, and which it is of its table; none: table is NULL. When it is so short
 * that it lies in text up to the quote of the next key, all of it is known again. */
struct log_key {
	char text[32];
	uint32_t mask;    /* bit i is set when octet i of text is one of the key's */
	uint32_t whole;   /* the same of all of it and the next quote; 0: it is longer */
	uint8_t len;      /* of the key */
	uint8_t next;     /* where the next quote is, if whole */
	uint8_t value_at; /* where its value is, if whole, without quotes */
	uint8_t value_len;
	uint8_t kind; /* enum json_kind */
	const struct json_table *table;
	const struct json_key *key; /* NULL: not wanted */
};

#define LOG_KEYS 32 /* of one line */

/* Where a format puts what it had to decode: used is 0 at the start of each line. And
 * what formats remember from line to line, so that the same date and the same keys are
 * not read a million times; it changes no result. Zeroed before the first line. */
struct log_scratch {
	size_t used;
	bool brief; /* only time, client, behind, machine, name and request are wanted: the
	             * rest of the entry may be left empty, whether read or not */
	char date[12]; /* of stamp_iso_next() and the like */
	int64_t date_us;
	char instant[20]; /* of stamp_iso_next(): up to the point, and the zone */
	uint64_t zone;
	int64_t instant_us;
	uint8_t instant_len; /* of all of it */
	enum log_time instant_time;
	char minute[18]; /* of bind_line_read() */
	int64_t minute_us;
	struct log_key keys[LOG_KEYS]; /* of json_read_next() */
	char text[2048];
};

/* A column of a table, or a field of a record. */
enum log_role {
	LOG_ROLE_TIME,
	LOG_ROLE_DATE, /* when date and time of day are two columns: TIME is the
	                * time of day then */
	LOG_ROLE_CLIENT,
	LOG_ROLE_PORT,
	LOG_ROLE_NAME, /* of DNS, or the host of a request */
	LOG_ROLE_TYPE,
	LOG_ROLE_TRANSPORT,
	LOG_ROLE_METHOD,
	LOG_ROLE_TARGET,
	LOG_ROLE_VERSION,
	LOG_ROLE_AGENT,
	LOG_ROLE_REFERRER,
	LOG_ROLE_BEHIND,
	LOG_ROLES
};

/* The order of the numbers of a date with slashes. */
enum log_order { LOG_ORDER_UNKNOWN, LOG_ORDER_MDY, LOG_ORDER_DMY, LOG_ORDER_YMD };

/* What was learnt of one file, or said by the user, before its lines can be
 * read. A value: it is copied, so that parts of a file can be read at the same
 * time. Zeroed: nothing is known. */
struct log_dialect {
	enum log_order order;
	bool order_said; /* by the user: do not learn it */
	bool order_seen; /* the file proves it; else it is assumed */
	char separator;  /* between columns; ' ' is any run of blanks; 0: unknown */
	uint16_t place[LOG_ROLES]; /* column of each role, from 1; 0: there is none */
	uint16_t width;            /* columns of a line; 0: not known */
	bool columns_said;         /* by the user */
	uint8_t variant;           /* for the format's own use */
	const char *why;           /* static; not NULL: the table cannot be read, because */
};

/* Whether two dialects say the same. */
static inline bool
log_dialect_equal(const struct log_dialect *a, const struct log_dialect *b)
{
	return a->order == b->order && a->order_said == b->order_said &&
	       a->order_seen == b->order_seen && a->separator == b->separator &&
	       memcmp(a->place, b->place, sizeof(a->place)) == 0 && a->width == b->width &&
	       a->columns_said == b->columns_said && a->variant == b->variant &&
	       a->why == b->why;
}

#endif
