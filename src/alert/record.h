/* SPDX-License-Identifier: BSD-2-Clause
 *
 * alert/record.h: sightings and alerts as objects of JSON, one a line. What comes out is
 * printable ASCII and the LF at the end, whatever a client said: all else is \uXXXX, UTF-8
 * by its characters, and an octet that is no UTF-8 as U+FFFD, as `foresink scan' writes it.
 * Sightings have the keys of `foresink scan --sightings' and more.
 */
#ifndef ALERT_RECORD_H
#define ALERT_RECORD_H

#include "alert/alert.h"

/* Octets of foreign text that are told; what is longer is cut there, at a character. Names
 * and reasons are shorter by far. */
#define ALERT_TEXT_MOST ((size_t)4096)
#define ALERT_NAME_MOST ((size_t)256)

/* Octets of the longest line, see record.c. */
#define ALERT_RECORD_ROOM ((size_t)256 << 10)

struct alert_record {
	size_t len;
	char text[ALERT_RECORD_ROOM];
};

/* Writes the line of ${sighting}, or of ${alert}, to ${record}, and returns it. */
struct span alert_record_sighting(struct alert_record *record,
                                  const struct alert_sighting *sighting);
struct span alert_record_alert(struct alert_record *record, const struct alert *alert);

/* Octets of "2015-08-03T01:02:03.000000Z" and its NUL. */
#define ALERT_TIME_SIZE 28

/* Writes the microsecond ${us} since 1970 in RFC 3339; false when no calendar has it. */
bool alert_time_write(int64_t us, char out[ALERT_TIME_SIZE]);

/* Octets of the longest client: an address with its prefix, and NUL. */
#define ALERT_CLIENT_SIZE (ADDRESS_SIZE + 4)

/* Writes ${client}: its address, with "/PREFIX" when it is a network; false when it is
 * known by name only (sighting_named()). */
bool alert_client_write(const struct sighting_client *client, char out[ALERT_CLIENT_SIZE]);

#endif
