/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/import_contact.h"

#include "base/ascii.h"
#include "base/date.h"
#include "logs/text.h"
#include "scan/client.h"
#include "watch/fingerprint.h"
#include "wire/name.h"

/* Forecasts that one name may be; a name has few parents. */
#define MATCHES 16

#define DNS_PORT 53

void
import_contact_begin(struct import_contact *contact, const struct import_setting *setting,
                     const struct log_format *format, const struct log_clock_setting *clock)
{
	*contact = (struct import_contact){.setting = setting, .format = format};
	log_clock_init(&contact->clock, clock);
}

void
import_contact_end(struct import_contact *contact)
{
	watch_view_release(contact->setting->view, &contact->block);
	contact->block.index = NULL;
}

static bool
is_of(const struct import_contact *contact, const char *format)
{
	return strcmp(contact->format->name, format) == 0;
}

/* Whether ${line} is of a caller: it asked; or its request is none, which the format puts
 * aside (TLS at a port for HTTP, a client that said nothing); or it is the header of a
 * report, whose columns are learnt. */
static bool
is_call(struct import_contact *contact, const struct import_line *line)
{
	if (is_of(contact, "shadowserver")) {
		struct log_dialect none = {.why = NULL};

		if (shadowserver_row_header(line->text, &none, &contact->columns))
			return false;
		shadowserver_row_read(&contact->columns, line->text, contact->cells);
		return line->entry->client.len > 0;
	}
	return line->kind == LOG_ASKED ||
	       (line->entry->transport == LOG_TRANSPORT_HTTP &&
	        (line->entry->client.len > 0 || line->entry->machine.len > 0));
}

/* Makes sure that the block of ${contact} answers for ${second}. */
static enum fsk_err
find_block(struct import_contact *contact, int64_t second)
{
	struct watch_block *block = &contact->block;
	enum fsk_err err;

	if (block->index != NULL && second >= block->from && second <= block->to)
		return FSK_OK;
	watch_view_release(contact->setting->view, block);
	block->index = NULL;
	err = watch_view_at(contact->setting->view, second, block);
	if (err != FSK_OK)
		block->index = NULL;
	return err;
}

/* Whether ${text} is a domain name, and then ${sighting}'s: how that is known is ${by}. */
static bool
put_name(struct import_contact *contact, struct span text, enum sighting_by by,
         struct sighting *sighting)
{
	struct address address;

	if (address_read(text, &address) == FSK_OK ||
	    wire_name_read(text, &contact->name, NULL) != FSK_OK)
		return false;
	sighting->name = (struct span){contact->name.text, contact->name.len};
	sighting->by = by;
	return true;
}

/* Looks for the forecast that the name of ${sighting} was at its time. One contact is one
 * sighting, also where lists share a name: the first of the catalog is taken. */
static enum fsk_err
put_match(struct import_contact *contact, struct sighting *sighting)
{
	struct fsk_match matches[MATCHES];
	int64_t second = date_second_of(sighting->us);
	enum fsk_err err = find_block(contact, second);
	size_t count;

	if (err != FSK_OK)
		return err;
	count = fsk_index_find(contact->block.index, sighting->name.text,
	                       sighting->name.len, matches, MATCHES);
	for (size_t i = 0; i < count && i < MATCHES; i++) {
		if (!watch_view_holds(contact->setting->view, &matches[i], second))
			continue;
		sighting->match = matches[i];
		sighting->forecast = span_from(sighting->name, matches[i].offset);
		break;
	}
	return FSK_OK;
}

/* The value of a hexadecimal digit, or 16. */
static unsigned
hex_of(char c)
{
	if (ascii_digit(c))
		return (unsigned)(c - '0');
	c = ascii_to_lower(c);
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

/* Takes an octet off ${text}, which is not empty, as access logs write it: \xHH, and of
 * Apache also a letter or the octet itself behind a backslash. */
static char
take_octet(struct span *text)
{
	static const char letters[] = "b\bn\nr\rt\tv\v";
	char c = *text->text;
	const char *letter;

	*text = span_from(*text, 1);
	if (c != '\\' || text->len == 0)
		return c;
	c = *text->text;
	if (c == 'x' && text->len >= 3) {
		unsigned high = hex_of(text->text[1]);
		unsigned low = hex_of(text->text[2]);

		if (high < 16 && low < 16) {
			*text = span_from(*text, 3);
			return (char)(high << 4 | low);
		}
	}
	*text = span_from(*text, 1);
	for (letter = letters; *letter != '\0'; letter += 2) {
		if (*letter == c)
			return letter[1];
	}
	return c;
}

/* What the caller sent in place of a request, out of ${line} of an access log: the octets
 * between the first quotes behind the time. */
static struct span
first_of(struct import_contact *contact, struct span line)
{
	size_t len = 0;

	if (!is_of(contact, "access"))
		return (struct span){contact->first, 0};
	line = span_from(line, text_find(line, "] \"") + strlen("] \""));
	while (line.len > 0 && *line.text != '"' && len < sizeof(contact->first))
		contact->first[len++] = take_octet(&line);
	if (len == 1 && contact->first[0] == '-') /* nothing was sent */
		len = 0;
	return (struct span){contact->first, len};
}

/* Whether ${first}, or what JSON makes of it in ${line}, begins TLS. */
static bool
is_hello(struct span first, struct span line)
{
	static const char json[] = "\"\\u0016\\u0003";

	if (first.len >= 2)
		return first.text[0] == 0x16 && first.text[1] == 0x03;
	return line.len > 0 && memmem(line.text, line.len, json, sizeof(json) - 1) != NULL;
}

/* Through what the caller of ${line} came. */
static void
put_kind(struct import_contact *contact, const struct import_line *line,
         struct sighting *sighting)
{
	const struct log_entry *entry = line->entry;
	bool report = is_of(contact, "shadowserver");
	bool tls = report && contact->cells[SHADOWSERVER_CIPHER].len > 0;

	sighting->transport = client_transport(entry->transport);
	if (entry->request.target.len > 0) {
		sighting->kind = SIGHTING_HTTP;
		sighting->transport = tls ? SIGHTING_HTTPS : SIGHTING_TCP;
	} else if (entry->transport == LOG_TRANSPORT_HTTP ||
	           (report && entry->name.len == 0)) {
		sighting->first = first_of(contact, line->text);
		tls = tls || is_hello(sighting->first, line->text);
		sighting->kind = tls ? SIGHTING_HELLO : SIGHTING_RAW;
		if (tls)
			sighting->transport = SIGHTING_TLS;
	} else {
		sighting->kind = SIGHTING_DNS;
		sighting->qtype = entry->type;
	}
}

/* Who called: the one that did, and not the one that it says it stands for. */
static bool
put_client(const struct import_contact *contact, const struct log_entry *entry,
           struct sighting *sighting)
{
	struct log_entry caller = *entry;

	caller.behind.len = 0;
	if (!client_read(&caller, contact->setting->v6_bits, &sighting->client,
	                 &sighting->address))
		return false;
	sighting->port = entry->port;
	sighting->machine = entry->machine;
	sighting->forwarded = entry->behind;
	return true;
}

static void
put_request(const struct log_entry *entry, struct sighting *sighting)
{
	if (sighting->kind != SIGHTING_HTTP)
		return;
	sighting->method = entry->request.method;
	sighting->target = entry->request.target;
	sighting->version = entry->request.version;
	sighting->agent = entry->request.agent;
	sighting->referrer = entry->request.referrer;
	sighting->host = entry->name;
}

/* What a report of Shadowserver says besides. */
static void
put_report(struct import_contact *contact, struct sighting *sighting)
{
	const struct span *cells = contact->cells;
	struct span count = cells[SHADOWSERVER_COUNT];
	uint64_t number;

	if (address_read(cells[SHADOWSERVER_TO], &sighting->to) == FSK_OK)
		sighting->to_port = text_port(cells[SHADOWSERVER_TO_PORT]);
	sighting->sni = cells[SHADOWSERVER_SNI];
	if (cells[SHADOWSERVER_MACHINE].len > 0)
		sighting->machine = cells[SHADOWSERVER_MACHINE];
	if (text_number(&count, UINT32_MAX, &number) && count.len == 0 && number > 0)
		sighting->more = (uint32_t)(number - 1);
	if (sighting->sensor.len == 0)
		sighting->sensor = span_of(contact->format->name);
}

/* Which address was called, where the line does not say: the user's, or an address that is
 * none (RFC 1122 section 3.2.1.3). A question without any would be one at a resolver, whose
 * client is a host; at a sinkhole it is a resolver. */
static void
put_place(const struct import_contact *contact, struct sighting *sighting)
{
	static const struct address none;
	static const uint8_t unknown[4] = {0};

	if (!address_equal(&sighting->to, &none))
		return;
	sighting->to = contact->setting->to;
	sighting->to_port = contact->setting->to_port;
	if (sighting->kind == SIGHTING_DNS && address_equal(&sighting->to, &none)) {
		sighting->to = address_of_v4(unknown);
		sighting->to_port = DNS_PORT;
	}
}

/* What Shadowserver calls the infection, as the shape. */
static void
put_infection(struct import_contact *contact, struct span infection,
              struct sighting *sighting)
{
	char *shape = contact->shape;
	size_t len = 0;

	for (const char *word = IMPORT_SAID; *word != '\0'; word++)
		shape[len++] = *word;
	for (size_t i = 0; i < infection.len && len < WATCH_LIKENESS_SIZE - 1; i++)
		shape[len++] = ascii_print(infection.text[i])
		                       ? ascii_to_lower(infection.text[i])
		                       : '?';
	sighting->shape = (struct span){shape, len};
}

/* The shape of what anybody could have sent. */
static void
put_shape(struct import_contact *contact, struct sighting *sighting)
{
	size_t len;

	if (sighting->kind == SIGHTING_HTTP)
		len = watch_likeness_of(
		        &(struct watch_likeness){.method = sighting->method,
		                                 .target = sighting->target,
		                                 .version = sighting->version},
		        contact->shape);
	else
		len = watch_likeness_raw(sighting->first, contact->shape);
	sighting->shape = (struct span){contact->shape, len};
}

/* Who sends such. */
static void
put_fingerprint(struct import_contact *contact, struct sighting *sighting)
{
	const struct watch_request request = {
	        .method = sighting->method,
	        .target = sighting->target,
	        .version = sighting->version,
	        .host = sighting->host,
	        .agent = sighting->agent,
	        .referrer = sighting->referrer,
	};
	struct span infection = contact->cells[SHADOWSERVER_INFECTION];
	const struct watch_fingerprint *found = NULL;

	if (sighting->kind == SIGHTING_HTTP)
		found = watch_fingerprint_mark(&request, &sighting->counter);
	else if (sighting->kind != SIGHTING_DNS)
		found = watch_fingerprint_other(sighting->kind == SIGHTING_HELLO);
	if (found != NULL)
		sighting->fingerprint = found->name;
	if (infection.len > 0)
		put_infection(contact, infection, sighting);
	else if (found != NULL && found->sender == WATCH_ANYBODY)
		put_shape(contact, sighting);
}

enum fsk_err
import_contact_read(struct import_contact *contact, const struct import_line *line,
                    struct sighting *sighting, enum import_word *word, const char **why)
{
	const struct log_entry *entry = line->entry;

	*sighting = (struct sighting){.match = {.generator = SIGHTING_NO_GENERATOR},
	                              .counter = SIGHTING_NO_COUNTER,
	                              .sensor = contact->setting->sensor};
	*word = IMPORT_SKIPPED;
	if (line->kind == LOG_FOREIGN) {
		*why = entry->why;
		return FSK_OK;
	}
	if (!is_call(contact, line)) {
		*word = IMPORT_ASIDE;
		return FSK_OK;
	}
	*why = "the line has no time";
	if (!log_clock_utc(&contact->clock, entry, &sighting->us))
		return FSK_OK;
	*why = "the line does not say who called";
	if (!put_client(contact, entry, sighting))
		return FSK_OK;
	*word = IMPORT_TAKEN;
	put_kind(contact, line, sighting);
	put_request(entry, sighting);
	if (is_of(contact, "shadowserver"))
		put_report(contact, sighting);
	put_place(contact, sighting);
	put_fingerprint(contact, sighting);
	if (!put_name(contact, entry->name, SIGHTING_BY_NAME, sighting) &&
	    !put_name(contact, sighting->sni, SIGHTING_BY_SNI, sighting))
		return FSK_OK;
	return put_match(contact, sighting);
}
