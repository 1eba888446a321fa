/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_row.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

int
sqlite_bind_address(sqlite3_stmt *statement, int place, const struct address *address)
{
	const uint8_t *o = address->octets;

	if (address_is_v4(address))
		return sqlite3_bind_int64(statement, place,
		                          (sqlite3_int64)((uint32_t)o[12] << 24 |
		                                          (uint32_t)o[13] << 16 |
		                                          (uint32_t)o[14] << 8 | o[15]));
	return sqlite3_bind_blob(statement, place, o, sizeof(address->octets),
	                         SQLITE_STATIC);
}

struct address
sqlite_read_address(sqlite3_stmt *statement, int column)
{
	struct address address = {{0}};

	if (sqlite3_column_type(statement, column) == SQLITE_INTEGER) {
		uint32_t v4 = (uint32_t)sqlite3_column_int64(statement, column);

		return address_of_v4((const uint8_t[4]){(uint8_t)(v4 >> 24),
		                                        (uint8_t)(v4 >> 16),
		                                        (uint8_t)(v4 >> 8), (uint8_t)v4});
	}
	if (sqlite3_column_type(statement, column) == SQLITE_BLOB &&
	    sqlite3_column_bytes(statement, column) == (int)sizeof(address.octets))
		memcpy(address.octets, sqlite3_column_blob(statement, column),
		       sizeof(address.octets));
	return address;
}

struct span
sqlite_read_text(sqlite3_stmt *statement, int column)
{
	const void *text = sqlite3_column_blob(statement, column);

	return (struct span){
	        text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, column)};
}

/* Values go to their columns one after the other; the first error stays. */
struct binding {
	sqlite3_stmt *statement;
	int place;
	int result;
};

static void
keep(struct binding *b, int result)
{
	if (b->result == SQLITE_OK)
		b->result = result;
}

static void
bind_number(struct binding *b, int64_t value)
{
	keep(b, sqlite3_bind_int64(b->statement, ++b->place, value));
}

/* A number of which ${none} says that there is none. */
static void
bind_known(struct binding *b, int64_t value, int64_t none)
{
	b->place++;
	if (value != none)
		keep(b, sqlite3_bind_int64(b->statement, b->place, value));
}

static void
bind_text(struct binding *b, struct span text)
{
	b->place++;
	if (text.len > 0)
		keep(b, sqlite3_bind_text(b->statement, b->place, text.text, (int)text.len,
		                          SQLITE_STATIC));
}

/* An address, unless it is ${same}. */
static void
bind_address(struct binding *b, const struct address *address, const struct address *same)
{
	b->place++;
	if (!address_equal(address, same))
		keep(b, sqlite_bind_address(b->statement, b->place, address));
}

/* What of a sighting nobody looks for, as one value: the sum of the row first, then
 * numbers, then the addresses that the flags speak of, then texts, each with its number and
 * its length. With a column each, a row would cost half as much again. */
enum flag {
	FLAG_ADDRESS = 1, /* it is not the client's */
	FLAG_PART = 2,    /* the forecast is what stands in the name behind match.offset */
	FLAG_CUT = 4
};

#define REST_SUM 4    /* octets of the sum */
#define REST_FIXED 38 /* and of the numbers */

/* All that a row holds, for its sum: what SQLite itself checks is the shape of its pages,
 * so that an octet that changed on the disk would go unseen. */
struct summed {
	struct {
		int64_t numbers[13];
		struct address client, called;
	} fixed;
	struct span texts[7];
};

static uint32_t
sum_of(const struct summed *summed)
{
	uint64_t sum = XXH3_64bits(&summed->fixed, sizeof(summed->fixed));

	for (size_t i = 0; i < sizeof(summed->texts) / sizeof(summed->texts[0]); i++)
		sum = XXH3_64bits_withSeed(summed->texts[i].text, summed->texts[i].len,
		                           sum);
	return (uint32_t)sum;
}

static uint8_t *
put_number(uint8_t *out, uint64_t value, int octets)
{
	for (int i = 0; i < octets; i++)
		out[i] = (uint8_t)(value >> (8 * i));
	return out + octets;
}

static uint64_t
get_number(const uint8_t **in, int octets)
{
	uint64_t value = 0;

	for (int i = 0; i < octets; i++)
		value |= (uint64_t)(*in)[i] << (8 * i);
	*in += octets;
	return value;
}

#define TEXTS 9

/* The texts of the rest; a number is never used for another one. */
static struct span *
text_of(struct sighting *s, size_t number)
{
	switch (number) {
	case 0:
		return &s->forecast;
	case 1:
		return &s->method;
	case 2:
		return &s->version;
	case 3:
		return &s->machine;
	case 4:
		return &s->referrer;
	case 5:
		return &s->via;
	case 6:
		return &s->forwarded;
	case 7:
		return &s->sni;
	default:
		return &s->shape;
	}
}

static uint8_t *
put_text(uint8_t *out, uint8_t number, struct span text)
{
	size_t len = text.len < SQLITE_TEXT_MOST ? text.len : SQLITE_TEXT_MOST;

	if (len == 0)
		return out;
	*out++ = number;
	out = put_number(out, len, 2);
	memcpy(out, text.text, len);
	return out + len;
}

static size_t
write_rest(const struct sighting *s, bool cut, uint8_t *rest)
{
	const struct fsk_match *match = &s->match;
	bool part = s->forecast.len > 0 && match->offset < s->name.len &&
	            span_equal(s->forecast, span_from(s->name, match->offset));
	bool other = !address_equal(&s->address, &s->client.address);
	uint8_t *out = rest + REST_SUM;

	*out++ = (uint8_t)((other ? FLAG_ADDRESS : 0) | (part ? FLAG_PART : 0) |
	                   (cut ? FLAG_CUT : 0));
	*out++ = (uint8_t)((unsigned)s->transport | (unsigned)s->by << 4);
	out = put_number(out, s->to_port, 2);
	out = put_number(out, s->qtype, 2);
	out = put_number(out, match->offset, 4);
	out = put_number(out, match->index, 4);
	out = put_number(out, (uint64_t)match->period.first, 8);
	out = put_number(out, (uint64_t)match->period.last, 8);
	out = put_number(out, s->more, 4);
	if (other) {
		memcpy(out, s->address.octets, sizeof(s->address.octets));
		out += sizeof(s->address.octets);
	}
	if (!part)
		out = put_text(out, 0, s->forecast);
	out = put_text(out, 1, s->method);
	out = put_text(out, 2, s->version);
	out = put_text(out, 3, s->machine);
	out = put_text(out, 4, s->referrer);
	out = put_text(out, 5, s->via);
	out = put_text(out, 6, s->forwarded);
	out = put_text(out, 7, s->sni);
	out = put_text(out, 8, s->shape);
	return (size_t)(out - rest);
}

/* Reads what write_rest() wrote; of what somebody else did, as much as is whole. */
static void
read_rest(struct span rest, struct sighting *s, bool *cut)
{
	const uint8_t *in = (const uint8_t *)rest.text, *end = in + rest.len;
	unsigned flags, choices;

	if (rest.len < REST_FIXED)
		return;
	in += REST_SUM;
	flags = (unsigned)get_number(&in, 1);
	choices = (unsigned)get_number(&in, 1);
	*cut = (flags & FLAG_CUT) != 0;
	if ((choices & 15) <= SIGHTING_QUIC)
		s->transport = (enum sighting_transport)(choices & 15);
	if (choices >> 4 < SIGHTING_BYS)
		s->by = (enum sighting_by)(choices >> 4);
	s->to_port = (uint16_t)get_number(&in, 2);
	s->qtype = (uint16_t)get_number(&in, 2);
	s->match.offset = (uint32_t)get_number(&in, 4);
	s->match.index = (uint32_t)get_number(&in, 4);
	s->match.period.first = (int64_t)get_number(&in, 8);
	s->match.period.last = (int64_t)get_number(&in, 8);
	s->more = (uint32_t)get_number(&in, 4);
	if ((flags & FLAG_ADDRESS) != 0 && end - in >= 16) {
		memcpy(s->address.octets, in, 16);
		in += 16;
	}
	if ((flags & FLAG_PART) != 0)
		s->forecast = span_from(s->name, s->match.offset);
	while (end - in >= 3) {
		size_t number = (size_t)get_number(&in, 1);
		size_t len = (size_t)get_number(&in, 2);

		if (len > (size_t)(end - in))
			break;
		if (number < TEXTS)
			*text_of(s, number) = (struct span){(const char *)in, len};
		in += len;
	}
}

/* Puts the sum of the row in front of its rest, of ${len} octets. */
static void
put_sum(const struct sighting *s, const struct sqlite_row *row, uint8_t *rest, size_t len)
{
	struct summed summed = {
	        .fixed = {.numbers = {s->us, row->segment, (int64_t)row->offset, s->kind,
	                              row->counted, row->generator, row->fingerprint,
	                              s->client.prefix, row->where.network, s->counter,
	                              s->more, s->port, row->sensor},
	                  .client = s->client.address,
	                  .called = s->to},
	        .texts = {{row->where.country, strlen(row->where.country)},
	                  s->name,
	                  s->target,
	                  s->host,
	                  s->agent,
	                  s->first,
	                  {(const char *)rest + REST_SUM, len - REST_SUM}}};

	put_number(rest, sum_of(&summed), REST_SUM);
}

int
sqlite_row_bind(sqlite3_stmt *statement, size_t n, const struct sighting *s,
                const struct sqlite_row *row, uint8_t *rest)
{
	size_t len = write_rest(s, row->cut, rest);
	static const struct address zero;
	struct binding b = {.statement = statement,
	                    .place = (int)n * SQLITE_VALUES,
	                    .result = SQLITE_OK};

	bind_number(&b, s->us);
	bind_number(&b, row->segment);
	bind_number(&b, (int64_t)row->offset);
	bind_number(&b, s->kind);
	bind_number(&b, row->counted);
	bind_number(&b, row->generator);
	bind_number(&b, row->fingerprint);
	keep(&b, sqlite_bind_address(statement, ++b.place, &s->client.address));
	bind_number(&b, s->client.prefix);
	bind_text(&b, (struct span){row->where.country, strlen(row->where.country)});
	bind_known(&b, row->where.network, 0);
	bind_known(&b, s->counter, SIGHTING_NO_COUNTER);
	bind_known(&b, s->more, 0);
	bind_known(&b, s->port, 0);
	bind_address(&b, &s->to, &zero);
	bind_number(&b, row->sensor);
	bind_text(&b, s->name);
	bind_text(&b, s->target);
	bind_text(&b, s->host);
	bind_text(&b, s->agent);
	b.place++;
	if (s->first.len > 0)
		keep(&b, sqlite3_bind_blob(statement, b.place, s->first.text,
		                           (int)s->first.len, SQLITE_STATIC));
	put_sum(s, row, rest, len);
	keep(&b, sqlite3_bind_blob(statement, ++b.place, rest, (int)len, SQLITE_STATIC));
	return b.result;
}

#define COLUMNS                                                                            \
	"us,kind,generator,fingerprint,client,prefix,counter,port,called,sensor,name,"     \
	"target,host,agent,octets,rest"

const char sqlite_row_columns[] = COLUMNS;
const char sqlite_row_all[] =
        "SELECT " COLUMNS ",segment,place,counted,country,network,more FROM sighting";
const char sqlite_row_counted[] =
        "SELECT " COLUMNS ",segment,place,counted,country,network,more,id FROM sighting "
        "WHERE counted ORDER BY id";

/* Their places. */
enum column {
	US,
	KIND,
	GENERATOR,
	FINGERPRINT,
	CLIENT,
	PREFIX,
	COUNTER,
	PORT,
	CALLED,
	SENSOR,
	NAME,
	TARGET,
	HOST,
	AGENT,
	OCTETS,
	REST,
	SEGMENT, /* from here on in sqlite_row_all alone */
	PLACE,
	COUNTED,
	COUNTRY,
	NETWORK,
	MORE
};

static bool
is_null(sqlite3_stmt *statement, enum column column)
{
	return sqlite3_column_type(statement, (int)column) == SQLITE_NULL;
}

static int64_t
number(sqlite3_stmt *statement, enum column column)
{
	return sqlite3_column_int64(statement, (int)column);
}

static void
read_words(sqlite3_stmt *statement, const struct sqlite_words *words, struct sighting *s,
           struct store_said *said)
{
	const struct sqlite_word *word;

	word = sqlite_word_at(words, (uint32_t)number(statement, GENERATOR));
	s->match.generator = word->generator;
	if (word->kind == WORD_GENERATOR)
		said->generator = word->text;
	word = sqlite_word_at(words, (uint32_t)number(statement, FINGERPRINT));
	s->fingerprint = word->fingerprint != NULL ? word->fingerprint->name : NULL;
	said->fingerprint = word->text;
	s->sensor = sqlite_word_at(words, (uint32_t)number(statement, SENSOR))->text;
}

void
sqlite_row_read(sqlite3_stmt *statement, const struct sqlite_words *words,
                struct sighting *s, struct store_said *said)
{
	int64_t kind = number(statement, KIND);

	*s = (struct sighting){.us = number(statement, US)};
	*said = (struct store_said){.cut = false};
	s->kind = kind >= 0 && kind < SIGHTING_KINDS ? (enum sighting_kind)kind
	                                             : SIGHTING_RAW;
	s->client.address = sqlite_read_address(statement, CLIENT);
	s->client.prefix = (uint8_t)number(statement, PREFIX);
	s->address = s->client.address;
	s->port = (uint16_t)number(statement, PORT);
	if (!is_null(statement, CALLED))
		s->to = sqlite_read_address(statement, CALLED);
	s->counter = is_null(statement, COUNTER) ? SIGHTING_NO_COUNTER
	                                         : number(statement, COUNTER);
	s->name = sqlite_read_text(statement, NAME);
	s->target = sqlite_read_text(statement, TARGET);
	s->host = sqlite_read_text(statement, HOST);
	s->agent = sqlite_read_text(statement, AGENT);
	s->first = sqlite_read_text(statement, OCTETS);
	read_rest(sqlite_read_text(statement, REST), s, &said->cut);
	read_words(statement, words, s, said);
}

/* All of a row but its counted, which is ${counted}; ${rest}: what its sum stands in front
 * of. */
static uint32_t
sum_row(sqlite3_stmt *statement, int64_t counted, struct span rest)
{
	static const enum column numbers[] = {
	        US,     SEGMENT, PLACE,   KIND, COUNTED, GENERATOR, FINGERPRINT,
	        PREFIX, NETWORK, COUNTER, MORE, PORT,    SENSOR};
	static const enum column texts[] = {COUNTRY, NAME, TARGET, HOST, AGENT, OCTETS};
	struct summed summed = {.texts = {{0}}};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int64_t *to = &summed.fixed.numbers[i];

		if (numbers[i] == COUNTED)
			*to = counted;
		else if (numbers[i] == COUNTER && is_null(statement, COUNTER))
			*to = SIGHTING_NO_COUNTER;
		else
			*to = number(statement, numbers[i]);
	}
	summed.fixed.client = sqlite_read_address(statement, CLIENT);
	if (!is_null(statement, CALLED))
		summed.fixed.called = sqlite_read_address(statement, CALLED);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		summed.texts[i] = sqlite_read_text(statement, (int)texts[i]);
	summed.texts[6] = rest;
	return sum_of(&summed);
}

bool
sqlite_row_is_whole(sqlite3_stmt *statement)
{
	struct span rest = sqlite_read_text(statement, REST);
	const uint8_t *in = (const uint8_t *)rest.text;

	return rest.len >= REST_FIXED &&
	       get_number(&in, REST_SUM) == sum_row(statement, number(statement, COUNTED),
	                                            span_from(rest, REST_SUM));
}

uint32_t
sqlite_row_sum(sqlite3_stmt *statement, uint8_t counted)
{
	return sum_row(statement, counted,
	               span_from(sqlite_read_text(statement, REST), REST_SUM));
}

uint8_t
sqlite_row_marks(const struct sighting *sighting)
{
	return (uint8_t)(MARK_COUNTED | (hostday_is_outside(sighting) ? MARK_OUTSIDE : 0) |
	                 (hostday_is_alien(sighting) ? MARK_ALIEN : 0));
}

struct span
sqlite_row_tried(struct span name, struct span rest)
{
	struct sighting s = {.name = name};
	bool cut;

	read_rest(rest, &s, &cut);
	return s.forecast.len > 0 ? s.forecast : s.name;
}
