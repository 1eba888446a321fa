/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dnsmasq.leases: a line a lease, with blanks between its fields. Of IPv4: when it
 * ends (seconds since 1970; 0: never), the hardware address, the address, the host
 * name, the client's identifier; of IPv6: when it ends, the IAID (with T in front
 * for a temporary address), the address, the host name, the DUID. "*" is none. In
 * front of those of IPv6 a line "duid ..." is the server's own. Source: N.
 * Cavallari and S. Kelley on dnsmasq-discuss, June 2016 and June 2014.
 */
#include "scan/lease.h"

#define FIELDS 5

struct fields {
	struct span field[FIELDS];
	size_t count; /* of those that are there, at most FIELDS */
};

static struct fields
split(struct span line)
{
	struct fields fields = {.count = 0};

	while (fields.count < FIELDS) {
		size_t len = 0;

		while (line.len > 0 && ascii_space(*line.text))
			line = span_from(line, 1);
		while (len < line.len && !ascii_space(line.text[len]))
			len++;
		if (len == 0)
			break;
		fields.field[fields.count++] = (struct span){line.text, len};
		line = span_from(line, len);
	}
	return fields;
}

static struct span
or_none(struct span field)
{
	return span_equal(field, span_of("*")) ? span_of("") : field;
}

/* Reads ${fields} into ${lease}; returns NULL, or why not, and in ${at} the field. */
static const char *
read_lease(const struct fields *fields, struct lease *lease, size_t *at)
{
	int64_t end = 0;

	*at = 0;
	if (fields->count < FIELDS - 1)
		return "a lease has five fields";
	if (!leases_number(fields->field[0], LEASE_TIME_MAX, &end))
		return "not a time in seconds since 1970";
	*at = 2;
	if (address_read(fields->field[2], &lease->address) != FSK_OK)
		return "not an address";
	lease->from = INT64_MIN;
	lease->to = end == 0 ? INT64_MAX : end - 1;
	lease->name = or_none(fields->field[3]);
	lease->hardware = span_of("");
	if (address_is_v4(&lease->address))
		lease->hardware = or_none(fields->field[1]);
	else if (fields->count == FIELDS)
		lease->hardware = or_none(fields->field[4]);
	*at = 3;
	return lease_is_short(lease) ? NULL : "a field is too long";
}

/* Whether the line is the server's DUID. */
static bool
is_server(const struct fields *fields)
{
	return fields->count == 2 && span_equal(fields->field[0], span_of("duid"));
}

bool
lease_dnsmasq_knows(struct span line)
{
	struct fields fields = split(line);
	struct lease lease;
	size_t at;

	return is_server(&fields) || read_lease(&fields, &lease, &at) == NULL;
}

enum fsk_err
lease_dnsmasq_read(struct lease_text *text)
{
	struct span rest = text->text;
	struct span line;

	for (size_t number = 1; leases_line(&rest, &line); number++) {
		struct fields fields = split(line);
		struct lease lease;
		const char *why;
		size_t at;

		if (fields.count == 0 || is_server(&fields))
			continue;
		why = read_lease(&fields, &lease, &at);
		if (why != NULL)
			leases_skip(text, number,
			            (size_t)(fields.field[at].text - line.text) + 1, why);
		else if (leases_add(text->leases, &lease) != FSK_OK)
			return FSK_NOMEM;
	}
	return FSK_OK;
}
