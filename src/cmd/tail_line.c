/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/tail_line.h"

#include "base/ascii.h"
#include "base/date.h"
#include "cmd/store_row.h"
#include "cmd/words.h"

#include <inttypes.h>

/* Columns, at least: of an IPv4 client with its port; of most generators with a day. */
#define CLIENT_COLUMNS 21
#define KIND_COLUMNS 4
#define LIST_COLUMNS 23
#define NAME_COLUMNS 20

/* A width from which on a line has all columns. Of shorter lines: of the time of day in
 * milliseconds, of an IPv4 client without port, of what is left of a name. */
#define WIDE 140
#define CLOCK_COLUMNS 12
#define HOST_COLUMNS 15
#define NAME_LEAST 8

/* Parameters of SGR (ECMA-48, 8.3.117). */
#define FAINT "2"
#define BOLD "1"
#define RED "31"

struct pen {
	FILE *out;
	bool colour;
	size_t left;    /* columns */
	size_t pending; /* blanks before the next text */
};

/* Writes ${text} as far as it has room: what is not printable ASCII as \xHH. The only way
 * by which anything reaches the line. */
static void
put(struct pen *pen, struct span text)
{
	for (; pen->pending > 0 && pen->left > 0 && text.len > 0; pen->pending--) {
		fputc(' ', pen->out);
		pen->left--;
	}
	for (size_t i = 0; i < text.len; i++) {
		size_t columns = ascii_print(text.text[i]) ? 1 : sizeof("\\x00") - 1;

		if (columns > pen->left) {
			pen->left = 0;
			return;
		}
		if (columns == 1)
			fputc(text.text[i], pen->out);
		else
			fprintf(pen->out, "\\x%02x", (unsigned char)text.text[i]);
		pen->left -= columns;
	}
}

/* Writes a cell of the ${columns} at least, and a blank behind it. */
static void
put_cell(struct pen *pen, struct span text, size_t columns, const char *colour)
{
	size_t width = words_safe_width(text);
	bool painted = pen->colour && colour != NULL && pen->left > 0;

	if (painted)
		fprintf(pen->out, "\033[%sm", colour);
	put(pen, text);
	if (painted)
		fputs("\033[0m", pen->out);
	pen->pending += (width < columns ? columns - width : 0) + 1;
}

static void
put_words(struct pen *pen, struct words words, size_t columns, const char *colour)
{
	put_cell(pen, span_of(words.text), columns, colour);
}

static struct span
fingerprint_of(const struct sighting *sighting, const struct store_said *said)
{
	return sighting->fingerprint != NULL ? span_of(sighting->fingerprint)
	                                     : said->fingerprint;
}

/* The name, in ${least} columns at least and ${most} at most: if it was not said, with how
 * it is known. Of one that has no room the front goes: its end says whose it is. */
static void
put_name(struct pen *pen, const struct sighting *sighting, size_t least, size_t most)
{
	bool known = sighting->name.len == 0 || sighting->by == SIGHTING_BY_NAME;
	struct span name = sighting->name.len > 0 ? sighting->name : span_of("-");
	size_t width = words_safe_width(name);
	struct words by = {.text = ""};
	size_t wide;

	if (!known) {
		words_add(&by, " (");
		words_add(&by, sighting_by_name(sighting->by));
		words_add(&by, ")");
	}
	wide = strlen(by.text);
	if (width + wide > most) {
		put(pen, span_of(".."));
		wide += 2;
	}
	while (name.len > 0 && width + wide > most) {
		width -= words_safe_width((struct span){name.text, 1});
		name = span_from(name, 1);
	}
	put(pen, name);
	put(pen, span_of(by.text));
	pen->pending += (width + wide < least ? least - width - wide : 0) + 1;
}

/* Who: address and port, or the name of the machine if no more is known. */
static void
put_client(struct pen *pen, const struct sighting *sighting, size_t columns)
{
	struct words words = words_client(&sighting->client);
	struct words seen = words_address(&sighting->address);
	bool v4 = address_is_v4(&sighting->address);
	char port[16];

	if (sighting_is_named(&sighting->client)) {
		put_cell(pen, sighting->machine.len > 0 ? sighting->machine : span_of("-"),
		         columns, BOLD);
		return;
	}
	if (sighting->port != 0) {
		words = (struct words){.text = ""};
		words_add(&words, v4 ? "" : "[");
		words_add(&words, seen.text);
		(void)snprintf(port, sizeof(port), "%s:%u", v4 ? "" : "]",
		               (unsigned)sighting->port);
		words_add(&words, port);
	}
	put_words(pen, words, columns, BOLD);
}

static void
put_country(struct pen *pen, const struct tail_look *look, const struct sighting *sighting)
{
	struct store_where where = {.country = ""};

	if (look->where == NULL)
		return;
	store_where_find(look->where, &sighting->client.address, &where);
	put_cell(pen, where.country[0] != '\0' ? span_of(where.country) : span_of("-"), 2,
	         NULL);
}

static const char *
colour_of(enum sighting_kind kind)
{
	static const char *const colours[SIGHTING_KINDS] = {
	        [SIGHTING_DNS] = "36",
	        [SIGHTING_HTTP] = "32",
	        [SIGHTING_HELLO] = "35",
	        [SIGHTING_RAW] = "33",
	};

	return colours[kind];
}

/* Of which list the name is, and that list's day. */
static void
put_list(struct pen *pen, const struct sighting *sighting, const struct store_said *said)
{
	struct words kept;
	struct span generator = store_row_generator(sighting, said, &kept);
	int64_t day = date_day_of(sighting->match.period.first);
	struct words words = {.text = ""};

	if (generator.len == 0) {
		put_cell(pen, span_of("-"), LIST_COLUMNS, NULL);
		return;
	}
	if (day > DATE_FIRST && day <= DATE_LAST) {
		words = words_second(sighting->match.period.first * DATE_SECOND);
		words.text[sizeof("2026-11-22") - 1] = '\0';
	}
	put_cell(pen, generator, 0, RED);
	put_words(pen, words,
	          generator.len + 1 < LIST_COLUMNS ? LIST_COLUMNS - generator.len - 1 : 0,
	          NULL);
}

/* What bots send: the counter, and which fingerprint it is. */
static void
put_marks(struct pen *pen, const struct sighting *sighting, const struct store_said *said)
{
	struct span fingerprint = fingerprint_of(sighting, said);
	char counter[32];

	if (fingerprint.len > 0)
		put_cell(pen, fingerprint, 0, NULL);
	if (sighting->counter < 0)
		return;
	(void)snprintf(counter, sizeof(counter), "counter=%" PRId64, sighting->counter);
	put_cell(pen, span_of(counter), 0, NULL);
}

/* The type that was asked for: those that callers ask for by name. */
static void
put_type(struct pen *pen, uint16_t type)
{
	static const struct {
		uint16_t type;
		const char *name;
	} known[] = {{1, "A"},   {2, "NS"},      {5, "CNAME"},  {6, "SOA"},
	             {15, "MX"}, {16, "TXT"},    {28, "AAAA"},  {33, "SRV"},
	             {43, "DS"}, {48, "DNSKEY"}, {65, "HTTPS"}, {255, "ANY"}};
	char text[16];

	if (type == 0)
		return;
	(void)snprintf(text, sizeof(text), "TYPE%u", (unsigned)type);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].type == type)
			(void)snprintf(text, sizeof(text), "%s", known[i].name);
	}
	put_cell(pen, span_of(text), 0, NULL);
}

static void
put_some(struct pen *pen, struct span text)
{
	if (text.len > 0)
		put_cell(pen, text, 0, NULL);
}

/* What was said, last, since it may be long. */
static void
put_request(struct pen *pen, const struct sighting *sighting)
{
	char more[24];

	put_type(pen, sighting->kind == SIGHTING_DNS ? sighting->qtype : 0);
	put_some(pen, sighting->method);
	put_some(pen, sighting->target);
	put_some(pen, sighting->version);
	if (sighting->target.len == 0)
		put_some(pen, sighting->sni.len > 0 ? sighting->sni : sighting->first);
	if (sighting->more > 0) {
		(void)snprintf(more, sizeof(more), "(and %" PRIu32 " more)",
		               sighting->more);
		put_some(pen, span_of(more));
	}
}

/* Without date and port; name and fingerprint, or the list, have their room before others
 * do. */
static void
write_short(struct pen *pen, const struct tail_look *look, const struct sighting *sighting,
            const struct store_said *said)
{
	struct words time = words_time(sighting->us);
	struct span clock = span_from(span_of(time.text), sizeof("2026-11-22T") - 1);
	struct sighting portless = *sighting;
	struct span fingerprint = fingerprint_of(sighting, said);
	struct words kept;
	struct span generator = store_row_generator(sighting, said, &kept);
	size_t wanted = fingerprint.len > 0 ? words_safe_width(fingerprint)
	                                    : words_safe_width(generator);
	size_t most;

	clock.len = clock.len > CLOCK_COLUMNS ? CLOCK_COLUMNS : clock.len;
	portless.port = 0;
	put_cell(pen, clock, CLOCK_COLUMNS, FAINT);
	put_client(pen, &portless, HOST_COLUMNS);
	put_country(pen, look, sighting);
	put_cell(pen, span_of(sighting_kind_name(sighting->kind)), KIND_COLUMNS,
	         colour_of(sighting->kind));
	most = pen->left > pen->pending + wanted + 1 ? pen->left - pen->pending - wanted - 1
	                                             : 0;
	most = most < NAME_LEAST ? NAME_LEAST : most;
	put_name(pen, sighting, most < NAME_COLUMNS ? most : NAME_COLUMNS, most);
	put_marks(pen, sighting, said);
	if (generator.len > 0)
		put_cell(pen, generator, 0, RED);
}

static void
write_wide(struct pen *pen, const struct tail_look *look, const struct sighting *sighting,
           const struct store_said *said)
{
	put_words(pen, words_time(sighting->us), 0, FAINT);
	put_client(pen, sighting, CLIENT_COLUMNS);
	put_country(pen, look, sighting);
	put_cell(pen, span_of(sighting_kind_name(sighting->kind)), KIND_COLUMNS,
	         colour_of(sighting->kind));
	put_list(pen, sighting, said);
	put_name(pen, sighting, NAME_COLUMNS, SIZE_MAX);
	put_marks(pen, sighting, said);
}

static bool
is_short(const struct tail_look *look)
{
	return look->width > 0 && look->width < WIDE && !look->json;
}

static struct pen
pen_of(const struct output *output, const struct tail_look *look)
{
	return (struct pen){.out = output->file,
	                    .colour = look->colour,
	                    .left = look->width > 0 ? look->width : SIZE_MAX};
}

void
tail_line_day(struct output *output, struct tail_look *look, int64_t us)
{
	struct pen pen = pen_of(output, look);
	struct words words = words_time(us);
	int64_t day = date_day_of(date_second_of(us));

	if (!is_short(look) || day == look->day)
		return;
	look->day = day;
	words.text[sizeof("2026-11-22") - 1] = '\0';
	put_words(&pen, words, 0, FAINT);
	fputc('\n', output->file);
}

void
tail_line_write(struct output *output, const struct tail_look *look,
                const struct sighting *sighting, const struct store_said *said)
{
	struct pen pen = pen_of(output, look);
	struct store_row row;

	if (look->json) {
		store_row_fill(&row, sighting, said);
		store_row_json(output, &row);
		return;
	}
	if (is_short(look))
		write_short(&pen, look, sighting, said);
	else
		write_wide(&pen, look, sighting, said);
	if (look->shape)
		put_some(&pen, sighting->shape);
	put_request(&pen, sighting);
	fputc('\n', output->file);
}
