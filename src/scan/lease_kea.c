/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Kea's memfile, kea-leases4.csv and kea-leases6.csv: a header with the names of
 * the columns, which differ from version to version, then a line each time that a
 * lease changes; a comma in a field is written as "&#x2c". A lease holds for
 * valid_lifetime seconds up to expire (seconds since 1970), for ever with a
 * lifetime of 2^32 - 1. A lifetime of 0 says that the lease was deleted, but not
 * when. Source: Kea Administrator Reference Manual, "Memfile - Basic Storage for
 * Leases"; Kea, src/lib/dhcpsrv/csv_lease_file4.h and csv_lease_file6.h.
 */
#include "scan/lease.h"

enum column {
	COLUMN_ADDRESS,
	COLUMN_LIFETIME,
	COLUMN_EXPIRE, /* up to here they must be there */
	COLUMN_HARDWARE,
	COLUMN_DUID,
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_TYPE,
	COLUMNS
};

static const char *const titles[COLUMNS] = {
        [COLUMN_ADDRESS] = "address", [COLUMN_LIFETIME] = "valid_lifetime",
        [COLUMN_EXPIRE] = "expire",   [COLUMN_HARDWARE] = "hwaddr",
        [COLUMN_DUID] = "duid",       [COLUMN_NAME] = "hostname",
        [COLUMN_STATE] = "state",     [COLUMN_TYPE] = "lease_type",
};

/* Of a lease for ever. */
#define LIFETIME_MAX INT64_C(0xffffffff)

/* Where each column stands, from 1; 0: it does not. */
struct header {
	size_t at[COLUMNS];
};

/* Takes the next field off ${line}, which is empty behind the last. */
static bool
take_field(struct span *line, struct span *field)
{
	const char *comma;

	if (line->text == NULL)
		return false;
	comma = line->len > 0 ? memchr(line->text, ',', line->len) : NULL;
	*field = *line;
	if (comma == NULL) {
		*line = (struct span){NULL, 0};
	} else {
		field->len = (size_t)(comma - line->text);
		*line = span_from(*line, field->len + 1);
	}
	return true;
}

/* Reads ${line} into ${header}; false when it is no header. */
static bool
read_header(struct span line, struct header *header)
{
	struct header read = {.at = {0}};
	struct span field;

	for (size_t at = 1; take_field(&line, &field); at++) {
		for (size_t i = 0; i < COLUMNS; i++) {
			if (span_equal(field, span_of(titles[i])))
				read.at[i] = at;
		}
		if (read.at[COLUMN_ADDRESS] != 1)
			return false;
	}
	if (read.at[COLUMN_LIFETIME] == 0 || read.at[COLUMN_EXPIRE] == 0)
		return false;
	*header = read;
	return true;
}

bool
lease_kea_knows(struct span line)
{
	struct header header;

	return read_header(line, &header);
}

/* A line, by columns; those that are not there are empty. */
struct row {
	struct span field[COLUMNS];
};

static struct row
read_row(const struct header *header, struct span line)
{
	struct row row;
	struct span field;

	for (size_t i = 0; i < COLUMNS; i++)
		row.field[i] = span_from(line, line.len);
	for (size_t at = 1; take_field(&line, &field); at++) {
		for (size_t i = 0; i < COLUMNS; i++) {
			if (header->at[i] == at)
				row.field[i] = field;
		}
	}
	return row;
}

/* Whether ${row} says that somebody holds an address: it was not declined (state 1),
 * not deleted, and is no prefix (IA_PD, type 2). */
static bool
is_held(const struct row *row)
{
	int64_t lifetime;

	return !span_equal(row->field[COLUMN_STATE], span_of("1")) &&
	       !span_equal(row->field[COLUMN_TYPE], span_of("2")) &&
	       (!leases_number(row->field[COLUMN_LIFETIME], LIFETIME_MAX, &lifetime) ||
	        lifetime != 0);
}

/* Reads ${row} into ${lease}; returns NULL, or why not, and in ${at} the column. */
static const char *
read_lease(const struct row *row, struct lease *lease, enum column *at)
{
	int64_t lifetime = 0, expire = 0;

	*at = COLUMN_ADDRESS;
	if (address_read(row->field[COLUMN_ADDRESS], &lease->address) != FSK_OK)
		return "not an address";
	*at = COLUMN_LIFETIME;
	if (!leases_number(row->field[COLUMN_LIFETIME], LIFETIME_MAX, &lifetime))
		return "not a lifetime in seconds";
	*at = COLUMN_EXPIRE;
	if (!leases_number(row->field[COLUMN_EXPIRE], LEASE_TIME_MAX, &expire))
		return "not a time in seconds since 1970";
	lease->from = expire - lifetime;
	lease->to = lifetime == LIFETIME_MAX ? INT64_MAX : expire - 1;
	lease->hardware = row->field[COLUMN_HARDWARE];
	if (lease->hardware.len == 0)
		lease->hardware = row->field[COLUMN_DUID];
	lease->name = row->field[COLUMN_NAME];
	*at = COLUMN_NAME;
	return lease_is_short(lease) ? NULL : "a field is too long";
}

enum fsk_err
lease_kea_read(struct lease_text *text)
{
	struct header header = {.at = {0}};
	struct span rest = text->text;
	struct span line;

	for (size_t number = 1; leases_line(&rest, &line); number++) {
		struct row row;
		struct lease lease;
		enum column at;
		const char *why;

		/* Files that were put together have several. */
		if (line.len == 0 || *line.text == '#' || read_header(line, &header))
			continue;
		row = read_row(&header, line);
		if (!is_held(&row))
			continue;
		why = read_lease(&row, &lease, &at);
		if (why != NULL)
			leases_skip(text, number,
			            (size_t)(row.field[at].text - line.text) + 1, why);
		else if (leases_add(text->leases, &lease) != FSK_OK)
			return FSK_NOMEM;
	}
	return FSK_OK;
}
