/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/lease.h: what scan/leases.c and its readers, one file a form, have between
 * them. A reader is total: any bytes may come, nothing outside the text is read.
 */
#ifndef SCAN_LEASE_H
#define SCAN_LEASE_H

#include "base/ascii.h"
#include "scan/leases.h"

/* Octets of a host name or of hardware that a lease has at most; a DUID has 130
 * (RFC 8415 section 11.1), three characters each. */
#define LEASE_FIELD_MAX 400

/* Last second of the year 9999: no lease that ends is longer. */
#define LEASE_TIME_MAX INT64_C(253402300799)

/* A text while it is read. */
struct lease_text {
	struct leases *leases;
	struct span text;
	size_t skipped;
	struct fault fault; /* the first of them; why is NULL: none */
};

/* Whether ${line} shows that a file is of this form. */
bool lease_dhcpd_knows(struct span line);
bool lease_dnsmasq_knows(struct span line);
bool lease_kea_knows(struct span line);

/* Adds what ${text} says to its leases. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err lease_dhcpd_read(struct lease_text *text);
FSK_MUST_USE enum fsk_err lease_dnsmasq_read(struct lease_text *text);
FSK_MUST_USE enum fsk_err lease_kea_read(struct lease_text *text);

/* Adds ${lease}, whose spans are copied. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err leases_add(struct leases *leases, const struct lease *lease);

/* Counts a line or block of ${text} that cannot be read. */
void leases_skip(struct lease_text *text, size_t line, size_t column, const char *why);

/* Takes the next line off ${text}, without its LF or CR LF; false at the end. */
bool leases_line(struct span *text, struct span *line);

/* Reads all of ${text} as a decimal number of at most ${most} < 2^59. */
bool leases_number(struct span text, int64_t most, int64_t *number);

/* Whether the fields of ${lease} are as short as such fields are. */
static inline bool
lease_is_short(const struct lease *lease)
{
	return lease->hardware.len <= LEASE_FIELD_MAX && lease->name.len <= LEASE_FIELD_MAX;
}

#endif
