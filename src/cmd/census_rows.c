/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_rows.h"

#include "base/date.h"
#include "cmd/say.h"
#include "dga/catalog.h"
#include "logs/cell.h"
#include "logs/json.h"
#include "logs/source.h"
#include "logs/stamp.h"
#include "store/filter.h"
#include "watch/fingerprint.h"

#include <stdlib.h>
#include <xxhash.h>

#define BUFFER ((size_t)1 << 20) /* octets; the longest line */
#define COLUMNS 128              /* of a file of CSV, at most */
#define GENERATOR_MOST 64

/* What is wanted of a sighting; the others do not change how it counts. */
enum slot {
	TIME,
	ADDRESS,
	PREFIX,
	SEEN_ADDRESS,
	MACHINE,
	KIND,
	NAME,
	FORECAST,
	GENERATOR,
	FAMILY,
	INDEX,
	START,
	END,
	FINGERPRINT,
	COUNTER,
	METHOD,
	TARGET,
	AGENT,
	BY,
	TO,
	HOST,
	VERSION,
	REFERRER,
	SENSOR,
	MORE,
	COUNTRY,
	NETWORK,
	SLOTS
};

#define RECORD(KEY)                                                                        \
	KEY("time", TIME, NULL), KEY("address", ADDRESS, NULL),                            \
	        KEY("prefix", PREFIX, NULL), KEY("seen_address", SEEN_ADDRESS, NULL),      \
	        KEY("machine", MACHINE, NULL), KEY("kind", KIND, NULL),                    \
	        KEY("name", NAME, NULL), KEY("forecast", FORECAST, NULL),                  \
	        KEY("generator", GENERATOR, NULL), KEY("family", FAMILY, NULL),            \
	        KEY("index", INDEX, NULL), KEY("start", START, NULL),                      \
	        KEY("end", END, NULL), KEY("fingerprint", FINGERPRINT, NULL),              \
	        KEY("counter", COUNTER, NULL), KEY("method", METHOD, NULL),                \
	        KEY("target", TARGET, NULL), KEY("agent", AGENT, NULL),                    \
	        KEY("by", BY, NULL), KEY("to", TO, NULL), KEY("host", HOST, NULL),         \
	        KEY("version", VERSION, NULL), KEY("referrer", REFERRER, NULL),            \
	        KEY("sensor", SENSOR, NULL), KEY("more", MORE, NULL),                      \
	        KEY("country", COUNTRY, NULL), KEY("network", NETWORK, NULL)
JSON_TABLE(record, RECORD);

struct census_rows {
	struct log_source *source;
	char *text; /* BUFFER octets */
	size_t at, len;
	bool ended;
	bool csv;
	uint8_t columns[COLUMNS]; /* slot of each; SLOTS: not wanted */
	size_t column_count;
	uint64_t line;
	struct log_scratch scratch;
	struct span cells[SLOTS]; /* of the line; empty: not there */

	/* What most lines have in common with the one before. */
	char generator[GENERATOR_MOST];
	size_t generator_len;
	uint32_t number;
};

/* Reads what has room behind what is left. FSK_END: there is no more. */
static enum fsk_err
refill(struct census_rows *rows)
{
	size_t got = 0;
	enum fsk_err err;

	if (rows->ended)
		return FSK_END;
	memmove(rows->text, rows->text + rows->at, rows->len - rows->at);
	rows->len -= rows->at;
	rows->at = 0;
	err = log_source_read(rows->source, rows->text + rows->len, BUFFER - rows->len,
	                      &got);
	if (err == FSK_OK)
		rows->len += got;
	rows->ended = err == FSK_END;
	return err;
}

/* Takes the next line. FSK_SYNTAX: it was too long, and is passed over. */
static enum fsk_err
next_line(struct census_rows *rows, struct span *line)
{
	enum fsk_err err = FSK_OK;
	bool cut = false;
	size_t looked = 0;

	for (;;) {
		size_t left = rows->len - rows->at;
		char *start = rows->text + rows->at;
		char *end =
		        left > looked ? memchr(start + looked, '\n', left - looked) : NULL;

		if (end == NULL && err == FSK_END && left == 0 && !cut)
			return FSK_END;
		if (end != NULL || err == FSK_END) {
			*line = (struct span){start,
			                      end != NULL ? (size_t)(end - start) : left};
			rows->at += line->len + (end != NULL);
			rows->line++;
			if (line->len > 0 && start[line->len - 1] == '\r')
				line->len--;
			return cut ? FSK_SYNTAX : FSK_OK;
		}
		looked = left;
		if (left == BUFFER) {
			cut = true;
			rows->at = rows->len;
			looked = 0;
		}
		err = refill(rows);
		if (err != FSK_OK && err != FSK_END)
			return err;
	}
}

/* Finds the columns in the line of keys; which those are without which nothing counts is
 * found in each line. */
static bool
read_head(struct census_rows *rows, struct span line)
{
	struct cells cells = cells_of(line, ',');
	struct span cell;
	bool time = false, who = false;

	while (rows->column_count < COLUMNS && cell_next(&cells, &cell)) {
		uint8_t slot = SLOTS;

		for (size_t i = 0; i < SLOTS; i++)
			if (span_equal(cell, span_of(record.keys[i].name)))
				slot = record.keys[i].slot;
		time = time || slot == TIME;
		who = who || slot == ADDRESS || slot == MACHINE;
		rows->columns[rows->column_count++] = slot;
	}
	return time && who && !cells.more;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Finds out of which form the file is. */
static enum fsk_err
begin(struct census_rows *rows, struct fault *fault)
{
	struct span line = {NULL, 0};
	enum fsk_err err = refill(rows);
	size_t skip = 0;

	if (err == FSK_END)
		return FSK_OK;
	if (err != FSK_OK)
		return err;
	while (rows->len < 3 && (err = refill(rows)) == FSK_OK)
		continue;
	if (err != FSK_OK && err != FSK_END)
		return err;
	if (rows->len >= 3 && memcmp(rows->text, "\xef\xbb\xbf", 3) == 0)
		rows->at = 3; /* a byte order mark, which programs on Windows write */
	while (rows->at + skip < rows->len && is_blank(rows->text[rows->at + skip]))
		skip++;
	if (rows->at + skip < rows->len && rows->text[rows->at + skip] == '{')
		return FSK_OK;
	do {
		err = next_line(rows, &line);
	} while (err == FSK_OK && line.len == 0);
	if (err == FSK_END)
		return FSK_OK;
	rows->csv = true;
	if (err == FSK_OK && read_head(rows, line))
		return FSK_OK;
	if (err != FSK_OK && err != FSK_SYNTAX)
		return err;
	*fault = (struct fault){
	        .line = rows->line,
	        .why = "neither JSON Lines nor CSV of sightings with a line "
	               "of keys (time, address, ...): a log is taken in with "
	               "`foresink store import' or `foresink scan --store'"};
	return FSK_SYNTAX;
}

/* Says why the source could not be read. */
static enum fsk_err
note_source(const struct census_rows *rows, enum fsk_err err, struct fault *fault)
{
	if (err != FSK_CORRUPT)
		return err;
	*fault = (struct fault){.line = rows->line + 1};
	fault->why = log_source_why(rows->source);
	if (fault->why == NULL)
		fault->why = fsk_strerror(err);
	return err;
}

enum fsk_err
census_rows_open(const char *path, struct census_rows **rows, struct fault *fault)
{
	struct census_rows *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	made->number = SIGHTING_NO_GENERATOR;
	made->text = malloc(BUFFER);
	err = made->text != NULL
	              ? log_source_open_until(
	                        path,
	                        say_stop_descriptor() > 0 ? say_stop_descriptor() : -1,
	                        &made->source)
	              : FSK_NOMEM;
	if (err == FSK_OK)
		err = note_source(made, begin(made, fault), fault);
	if (err == FSK_OK)
		*rows = made;
	else
		census_rows_close(made);
	return err;
}

void
census_rows_close(struct census_rows *rows)
{
	if (rows == NULL)
		return;
	log_source_close(rows->source);
	free(rows->text);
	free(rows);
}

uint64_t
census_rows_done(const struct census_rows *rows)
{
	return log_source_done(rows->source);
}

/* The value of a digit of \xHH; 16: it is none. */
static unsigned
digit_of(char c)
{
	if (ascii_digit(c))
		return (unsigned)(c - '0');
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

/* Solves \xHH, which stands for what is not printable in CSV. */
static void
solve(struct census_rows *rows, struct span *cell)
{
	size_t start = rows->scratch.used;
	struct span part;

	if (cell->len == 0 || memchr(cell->text, '\\', cell->len) == NULL)
		return;
	for (size_t i = 0; i < cell->len; i++) {
		const char *at = cell->text + i;
		char c = *at;

		if (c == '\\' && i + 3 < cell->len && at[1] == 'x' &&
		    digit_of(at[2]) < 16 && digit_of(at[3]) < 16) {
			c = (char)(digit_of(at[2]) << 4 | digit_of(at[3]));
			i += 3;
		}
		if (!text_keep(&rows->scratch, &c, 1, &part))
			return;
	}
	*cell = (struct span){rows->scratch.text + start, rows->scratch.used - start};
}

static const char *
split_csv(struct census_rows *rows, struct span line)
{
	struct cells cells = cells_of(line, ',');
	struct span cell;

	for (size_t n = 0; n < rows->column_count; n++) {
		if (!cell_next(&cells, &cell))
			return "fewer cells than the line of keys has, or quotes that do "
			       "not "
			       "close";
		if (rows->columns[n] == SLOTS)
			continue;
		(void)cell_solve(&cell, &rows->scratch);
		solve(rows, &cell);
		rows->cells[rows->columns[n]] = cell;
	}
	return cells.more ? "more cells than the line of keys has" : NULL;
}

static const char *
split_json(struct census_rows *rows, struct span line)
{
	struct json_value values[SLOTS];
	const char *why = NULL;

	if (line.text[0] != '{' && line.text[0] != ' ')
		return "this is no JSON object";
	why = json_read_next(line, &record, &rows->scratch, values, SLOTS);
	for (size_t i = 0; i < SLOTS && why == NULL; i++) {
		struct span text = {NULL, 0};

		if (values[i].kind == JSON_STRING || values[i].kind == JSON_NUMBER)
			(void)json_text(&values[i], &rows->scratch, &text);
		rows->cells[i] = text;
	}
	return why;
}

/* Reads the number in ${slot}, 0 to ${most}; ${number} stays when there is none. False
 * when it is none. */
static bool
read_number(const struct census_rows *rows, enum slot slot, uint64_t most, uint64_t *number)
{
	struct span text = rows->cells[slot];

	return text.len == 0 || (text_number(&text, most, number) && text.len == 0);
}

/* Reads an instant of a period; ${otherwise} when there is none. */
static int64_t
read_instant(struct span text, int64_t otherwise)
{
	int64_t instant, length;

	return text.len > 0 && date_parse_instant(text, &instant, &length, NULL) == FSK_OK
	               ? instant
	               : otherwise;
}

static const char *
read_time(struct census_rows *rows, struct sighting *sighting)
{
	struct log_entry entry = {.time = LOG_TIME_NONE};
	struct span text = rows->cells[TIME];

	if (!stamp_iso_next(&text, &rows->scratch, &entry) || text.len > 0 ||
	    entry.time != LOG_TIME_UTC)
		return "time is no instant of RFC 3339 with its zone";
	sighting->us = entry.us;
	return NULL;
}

static const char *
read_client(struct census_rows *rows, struct sighting *sighting)
{
	static const char wrong[] = "neither address nor machine says who it was";
	struct span address = rows->cells[ADDRESS];
	struct span machine = rows->cells[MACHINE];
	uint64_t prefix = 128;
	unsigned bits;

	if (address.len == 0 && machine.len > 0) {
		sighting->client = sighting_named(XXH3_64bits(machine.text, machine.len));
		return NULL;
	}
	if (address.len == 0 || address_read(address, &sighting->client.address) != FSK_OK)
		return wrong;
	bits = address_is_v4(&sighting->client.address) ? 32 : 128;
	if (!read_number(rows, PREFIX, bits, &prefix))
		return "prefix is no number of bits of such an address";
	sighting->client.prefix = (uint8_t)(prefix < bits ? prefix : bits);
	address_mask(&sighting->client.address, sighting->client.prefix);
	return NULL;
}

/* Whether ${text} may be the name of a generator, ours or a later version's. */
static bool
names_generator(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_print(text.text[i]) || text.text[i] == ' ')
			return false;
	return text.len < GENERATOR_MOST;
}

static const char *
read_generator(struct census_rows *rows, struct census_row *row)
{
	struct sighting *sighting = &row->sighting;
	struct span text = rows->cells[GENERATOR];
	struct dga_generator found;
	uint64_t index = 0;

	if (!names_generator(text) || !names_generator(rows->cells[FAMILY]))
		return "generator is none";
	if (!span_equal(text, (struct span){rows->generator, rows->generator_len})) {
		if (text.len > 0)
			memcpy(rows->generator, text.text, text.len);
		rows->generator_len = text.len;
		rows->number = SIGHTING_NO_GENERATOR;
		if (dga_generator_find(text, &found) == FSK_OK)
			rows->number = (uint32_t)found.number;
	}
	row->generator = (struct span){rows->generator, rows->generator_len};
	sighting->match.generator =
	        rows->generator_len > 0 ? rows->number : SIGHTING_NO_GENERATOR;
	if (!read_number(rows, INDEX, UINT32_MAX, &index))
		return "index is no number";
	sighting->match.index = (uint32_t)index;
	sighting->match.period.first = read_instant(rows->cells[START], INT64_MIN);
	sighting->match.period.last = read_instant(rows->cells[END], INT64_MAX);
	return NULL;
}

static const char *
read_request(struct census_rows *rows, struct sighting *sighting)
{
	uint64_t counter = UINT64_MAX, more = 0;

	if (!read_number(rows, COUNTER, INT64_MAX, &counter))
		return "counter is no number";
	if (!read_number(rows, MORE, UINT32_MAX, &more))
		return "more is no number";
	sighting->counter = counter != UINT64_MAX ? (int64_t)counter : SIGHTING_NO_COUNTER;
	sighting->more = (uint32_t)more;
	sighting->method = rows->cells[METHOD];
	sighting->target = rows->cells[TARGET];
	sighting->agent = rows->cells[AGENT];
	sighting->host = rows->cells[HOST];
	sighting->version = rows->cells[VERSION];
	sighting->referrer = rows->cells[REFERRER];
	sighting->machine = rows->cells[MACHINE];
	sighting->sensor = rows->cells[SENSOR];
	sighting->name = rows->cells[NAME];
	sighting->forecast = rows->cells[FORECAST];
	if (sighting->name.len > sighting->forecast.len)
		sighting->match.offset =
		        (uint32_t)(sighting->name.len - sighting->forecast.len);
	return NULL;
}

static const char *
read_kind(struct census_rows *rows, struct sighting *sighting)
{
	struct span to = rows->cells[TO];

	if (!sighting_kind_find(rows->cells[KIND], &sighting->kind))
		return "kind is not dns, http, tls or raw";
	if (rows->cells[BY].len > 0 && !sighting_by_find(rows->cells[BY], &sighting->by))
		return "by is not one of the words that it may be";
	if (to.len > 0 && address_read(to, &sighting->to) != FSK_OK)
		return "to is no address";
	if (rows->cells[SEEN_ADDRESS].len == 0 ||
	    address_read(rows->cells[SEEN_ADDRESS], &sighting->address) != FSK_OK)
		sighting->address = sighting->client.address;
	return NULL;
}

/* Whether ${text} is a code of ISO 3166. */
static bool
is_country(struct span text)
{
	return text.len == 2 && text.text[0] >= 'A' && text.text[0] <= 'Z' &&
	       text.text[1] >= 'A' && text.text[1] <= 'Z';
}

static const char *
read_where(struct census_rows *rows, struct census_row *row)
{
	uint64_t network = 0;

	if (rows->cells[COUNTRY].len > 0 && !is_country(rows->cells[COUNTRY]))
		return "country is no code of ISO 3166";
	if (!read_number(rows, NETWORK, UINT32_MAX, &network))
		return "network is no number";
	row->country = rows->cells[COUNTRY];
	row->network = (uint32_t)network;
	return NULL;
}

/* Whether anything is said of a request. If not, who sent it must not be taken for one who
 * sent what no bot sends (hostday_is_alien()): it counts as one that could not be read. */
static bool
says_request(const struct census_rows *rows)
{
	return rows->cells[FINGERPRINT].len > 0 || rows->cells[METHOD].len > 0 ||
	       rows->cells[TARGET].len > 0 || rows->cells[AGENT].len > 0;
}

/* Makes the row of the cells. NULL, or what is wrong with it. */
static const char *
fill(struct census_rows *rows, struct census_row *row)
{
	const struct watch_fingerprint *print = NULL;
	const char *why = read_time(rows, &row->sighting);

	if (why == NULL)
		why = read_client(rows, &row->sighting);
	if (why == NULL)
		why = read_generator(rows, row);
	if (why == NULL)
		why = read_kind(rows, &row->sighting);
	if (why == NULL)
		why = read_request(rows, &row->sighting);
	if (why == NULL)
		why = read_where(rows, row);
	if (why != NULL)
		return why;
	if (rows->cells[FINGERPRINT].len > 0)
		print = watch_fingerprint_find(rows->cells[FINGERPRINT]);
	row->sighting.fingerprint = print != NULL ? print->name : NULL;
	if (row->sighting.kind == SIGHTING_HTTP && !says_request(rows))
		row->sighting.kind = SIGHTING_HELLO;
	if (row->generator.len == 0 && print != NULL && print->family != NULL)
		row->generator = span_of(print->family);
	row->counts = store_speaks_of_host(&row->sighting, print);
	return NULL;
}

enum fsk_err
census_rows_next(struct census_rows *rows, struct census_row *row, struct fault *fault)
{
	struct span line = {NULL, 0};
	enum fsk_err err;

	do {
		err = next_line(rows, &line);
	} while (err == FSK_OK && line.len == 0);
	*fault = (struct fault){.line = rows->line};
	if (err == FSK_SYNTAX)
		fault->why = "this line is too long";
	if (err != FSK_OK)
		return note_source(rows, err, fault);
	*row = (struct census_row){.network = 0};
	memset(rows->cells, 0, sizeof(rows->cells));
	rows->scratch.used = 0;
	fault->why = rows->csv ? split_csv(rows, line) : split_json(rows, line);
	if (fault->why == NULL)
		fault->why = fill(rows, row);
	return fault->why == NULL ? FSK_OK : FSK_SYNTAX;
}
