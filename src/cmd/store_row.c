/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_row.h"

#include "base/ascii.h"
#include "base/date.h"
#include "dga/catalog.h"
#include "watch/fingerprint.h"

#include <inttypes.h>

/* The cells in their order: first those of report_json_sighting(), of which a store keeps
 * neither file nor line. */
enum cell {
	CELL_TIME,
	CELL_ADDRESS,
	CELL_PREFIX,
	CELL_SEEN_ADDRESS,
	CELL_PORT,
	CELL_MACHINE,
	CELL_KIND,
	CELL_TRANSPORT,
	CELL_NAME,
	CELL_FORECAST,
	CELL_GENERATOR,
	CELL_FAMILY,
	CELL_INDEX,
	CELL_START,
	CELL_END,
	CELL_FINGERPRINT,
	CELL_COUNTER,
	CELL_METHOD,
	CELL_TARGET,
	CELL_AGENT,
	CELL_FILE,
	CELL_LINE,
	CELL_BY,
	CELL_TO,
	CELL_TO_PORT,
	CELL_QTYPE,
	CELL_HOST,
	CELL_VERSION,
	CELL_REFERRER,
	CELL_VIA,
	CELL_FORWARDED,
	CELL_SNI,
	CELL_FIRST,
	CELL_SHAPE,
	CELL_SENSOR,
	CELL_MORE,
	CELL_CUT
};
_Static_assert(CELL_CUT + 1 == STORE_ROW_CELLS, "each cell has its place");

static const char *const keys[STORE_ROW_CELLS] = {
        [CELL_TIME] = "time",
        [CELL_ADDRESS] = "address",
        [CELL_PREFIX] = "prefix",
        [CELL_SEEN_ADDRESS] = "seen_address",
        [CELL_PORT] = "port",
        [CELL_MACHINE] = "machine",
        [CELL_KIND] = "kind",
        [CELL_TRANSPORT] = "transport",
        [CELL_NAME] = "name",
        [CELL_FORECAST] = "forecast",
        [CELL_GENERATOR] = "generator",
        [CELL_FAMILY] = "family",
        [CELL_INDEX] = "index",
        [CELL_START] = "start",
        [CELL_END] = "end",
        [CELL_FINGERPRINT] = "fingerprint",
        [CELL_COUNTER] = "counter",
        [CELL_METHOD] = "method",
        [CELL_TARGET] = "target",
        [CELL_AGENT] = "agent",
        [CELL_FILE] = "file",
        [CELL_LINE] = "line",
        [CELL_BY] = "by",
        [CELL_TO] = "to",
        [CELL_TO_PORT] = "to_port",
        [CELL_QTYPE] = "qtype",
        [CELL_HOST] = "host",
        [CELL_VERSION] = "version",
        [CELL_REFERRER] = "referrer",
        [CELL_VIA] = "via",
        [CELL_FORWARDED] = "forwarded",
        [CELL_SNI] = "sni",
        [CELL_FIRST] = "first",
        [CELL_SHAPE] = "shape",
        [CELL_SENSOR] = "sensor",
        [CELL_MORE] = "more",
        [CELL_CUT] = "cut",
};

static void
set_text(struct store_row *row, enum cell cell, struct span text)
{
	row->cells[cell].kind = text.len > 0 ? STORE_CELL_TEXT : STORE_CELL_NONE;
	row->cells[cell].text = text;
}

/* A constant of the program's; NULL: none. */
static void
set_constant(struct store_row *row, enum cell cell, const char *text)
{
	set_text(row, cell, text != NULL ? span_of(text) : (struct span){NULL, 0});
}

/* Words, which the row keeps; "-": none. */
static void
set_words(struct store_row *row, enum cell cell, struct words words)
{
	struct words *kept = &row->words[row->word_count++];

	*kept = words;
	if (strcmp(words.text, "-") != 0)
		set_text(row, cell, span_of(kept->text));
}

static void
set_number(struct store_row *row, enum cell cell, uint64_t number)
{
	row->cells[cell].kind = STORE_CELL_NUMBER;
	row->cells[cell].number = number;
}

static void
set_port(struct store_row *row, enum cell cell, uint16_t port)
{
	if (port != 0)
		set_number(row, cell, port);
}

/* An address; none for that of a host which is known by name only, and for none. */
static void
set_address(struct store_row *row, enum cell cell, const struct address *address)
{
	static const struct address nobody;
	const struct sighting_client client = {.address = *address};

	if (!sighting_is_named(&client) && !address_equal(address, &nobody))
		set_words(row, cell, words_address(address));
}

/* The second of a period; none at the ends of time. */
static void
set_second(struct store_row *row, enum cell cell, int64_t second)
{
	int64_t day = date_day_of(second);

	if (day > DATE_FIRST && day <= DATE_LAST)
		set_words(row, cell, words_second(second * DATE_SECOND));
}

struct span
store_row_generator(const struct sighting *sighting, const struct store_said *said,
                    struct words *words)
{
	*words = (struct words){.text = "-"};
	if (sighting->match.generator != SIGHTING_NO_GENERATOR)
		*words = words_generator(sighting->match.generator);
	if (strcmp(words->text, "-") != 0)
		return span_of(words->text);
	return said->generator;
}

/* The match: of a generator that this version does not know by the name that came. */
static void
fill_match(struct store_row *row, const struct sighting *sighting,
           const struct store_said *said)
{
	struct words *words = &row->words[row->word_count++];
	struct span generator = store_row_generator(sighting, said, words);
	struct span family = generator;
	const char *slash =
	        generator.len > 0 ? memchr(generator.text, '/', generator.len) : NULL;

	if (generator.len == 0) {
		const struct watch_fingerprint *print =
		        sighting->fingerprint != NULL
		                ? watch_fingerprint_find(span_of(sighting->fingerprint))
		                : NULL;

		set_constant(row, CELL_FAMILY, print != NULL ? print->family : NULL);
		return;
	}
	if (slash != NULL)
		family.len = (size_t)(slash - generator.text);
	set_text(row, CELL_GENERATOR, generator);
	set_text(row, CELL_FAMILY, family);
	set_number(row, CELL_INDEX, sighting->match.index);
	set_second(row, CELL_START, sighting->match.period.first);
	set_second(row, CELL_END, sighting->match.period.last);
}

static void
fill_request(struct store_row *row, const struct sighting *sighting,
             const struct store_said *said)
{
	if (sighting->fingerprint != NULL)
		set_constant(row, CELL_FINGERPRINT, sighting->fingerprint);
	else
		set_text(row, CELL_FINGERPRINT, said->fingerprint);
	if (sighting->counter >= 0)
		set_number(row, CELL_COUNTER, (uint64_t)sighting->counter);
	set_text(row, CELL_METHOD, sighting->method);
	set_text(row, CELL_TARGET, sighting->target);
	set_text(row, CELL_AGENT, sighting->agent);
	set_text(row, CELL_HOST, sighting->host);
	set_text(row, CELL_VERSION, sighting->version);
	set_text(row, CELL_REFERRER, sighting->referrer);
	set_text(row, CELL_VIA, sighting->via);
	set_text(row, CELL_FORWARDED, sighting->forwarded);
	set_text(row, CELL_SNI, sighting->sni);
	set_text(row, CELL_FIRST, sighting->first);
	if (sighting->first.len > 0)
		row->cells[CELL_FIRST].kind = STORE_CELL_OCTETS;
	set_text(row, CELL_SHAPE, sighting->shape);
}

void
store_row_fill(struct store_row *row, const struct sighting *sighting,
               const struct store_said *said)
{
	memset(row->cells, 0, sizeof(row->cells));
	row->word_count = 0;
	set_words(row, CELL_TIME, words_time(sighting->us));
	if (sighting->client.prefix > 0 && !sighting_is_named(&sighting->client))
		set_words(row, CELL_ADDRESS, words_address(&sighting->client.address));
	set_number(row, CELL_PREFIX, sighting->client.prefix);
	set_address(row, CELL_SEEN_ADDRESS, &sighting->address);
	set_port(row, CELL_PORT, sighting->port);
	set_text(row, CELL_MACHINE, sighting->machine);
	set_constant(row, CELL_KIND, sighting_kind_name(sighting->kind));
	set_constant(row, CELL_TRANSPORT, sighting_transport_name(sighting->transport));
	set_text(row, CELL_NAME, sighting->name);
	set_text(row, CELL_FORECAST, sighting->forecast);
	fill_match(row, sighting, said);
	fill_request(row, sighting, said);
	if (sighting->name.len > 0)
		set_constant(row, CELL_BY, sighting_by_name(sighting->by));
	set_address(row, CELL_TO, &sighting->to);
	set_port(row, CELL_TO_PORT, sighting->to_port);
	set_port(row, CELL_QTYPE, sighting->qtype);
	set_text(row, CELL_SENSOR, sighting->sensor);
	set_number(row, CELL_MORE, sighting->more);
	row->cells[CELL_CUT].kind = STORE_CELL_TRUTH;
	row->cells[CELL_CUT].number = said->cut;
}

/* Writes ${text} so that each octet can be had again. ${quote}: what a quotation mark
 * becomes; ${also} is escaped too, '\0': nothing. */
static void
write_octets(FILE *out, struct span text, const char *quote, const char *escape, char also)
{
	size_t plain = 0; /* octets that wait to be written as they are */

	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];

		if (ascii_print(c) && c != '"' && c != '\\' &&
		    (c != also || also == '\0')) {
			plain++;
			continue;
		}
		if (plain > 0)
			fwrite(text.text + i - plain, 1, plain, out);
		plain = 0;
		if (c == '"')
			fputs(quote, out);
		else
			fprintf(out, "%s%02x", escape, (unsigned char)c);
	}
	if (plain > 0)
		fwrite(text.text + text.len - plain, 1, plain, out);
}

void
store_row_json(struct output *output, const struct store_row *row)
{
	FILE *out = output->file;

	for (size_t i = 0; i < STORE_ROW_CELLS; i++) {
		const struct store_cell *cell = &row->cells[i];

		fprintf(out, "%c\"%s\":", i == 0 ? '{' : ',', keys[i]);
		switch (cell->kind) {
		case STORE_CELL_NONE:
			fputs("null", out);
			break;
		case STORE_CELL_TEXT:
			output_json(output, cell->text.text, cell->text.len);
			break;
		case STORE_CELL_OCTETS:
			fputc('"', out);
			write_octets(out, cell->text, "\\\"", "\\\\x", '\0');
			fputc('"', out);
			break;
		case STORE_CELL_NUMBER:
			fprintf(out, "%" PRIu64, cell->number);
			break;
		case STORE_CELL_TRUTH:
			fputs(cell->number != 0 ? "true" : "false", out);
			break;
		}
	}
	fputs("}\n", out);
}

void
store_row_csv_head(struct output *output)
{
	for (size_t i = 0; i < STORE_ROW_CELLS; i++)
		fprintf(output->file, "%s%s", i == 0 ? "" : ",", keys[i]);
	fputc('\n', output->file);
}

static bool
begins_formula(struct span text)
{
	char c = text.len > 0 ? text.text[0] : '\0';

	return c == '=' || c == '+' || c == '-' || c == '@';
}

static void
write_cell(FILE *out, struct span text, bool spreadsheet)
{
	bool formula = spreadsheet && begins_formula(text);
	bool quoted = text.len > 0 && (memchr(text.text, ',', text.len) != NULL ||
	                               memchr(text.text, '"', text.len) != NULL);

	if (quoted)
		fputc('"', out);
	if (formula)
		fputc('\'', out);
	write_octets(out, text, "\"\"", "\\x", spreadsheet ? ';' : '\0');
	if (quoted)
		fputc('"', out);
}

void
store_row_csv(struct output *output, const struct store_row *row, bool spreadsheet)
{
	FILE *out = output->file;

	for (size_t i = 0; i < STORE_ROW_CELLS; i++) {
		const struct store_cell *cell = &row->cells[i];

		if (i > 0)
			fputc(',', out);
		if (cell->kind == STORE_CELL_NUMBER)
			fprintf(out, "%" PRIu64, cell->number);
		else if (cell->kind == STORE_CELL_TRUTH)
			fputs(cell->number != 0 ? "true" : "false", out);
		else
			write_cell(out, cell->text, spreadsheet);
	}
	fputc('\n', out);
}
