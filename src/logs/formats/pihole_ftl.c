/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The long-term database of Pi-hole's resolver FTL: one row a question.
 */
#include "logs/database.h"
#include "logs/format.h"
#include "logs/question.h"
#include "logs/text.h"

/* In Pi-hole 5 and 6 a view with this name hides how texts are stored; before, it was
 * the table itself. */
#define QUERY "SELECT timestamp, type, status, domain, client FROM queries ORDER BY id"

enum { COLUMN_TIME, COLUMN_TYPE, COLUMN_STATUS, COLUMN_NAME, COLUMN_CLIENT };

/* A question that FTL asks again by itself, or that was asked again and is ignored. */
#define STATUS_RETRIED 12
#define STATUS_IGNORED 13

/* What stands for a name and for a client at the higher privacy levels. */
#define HIDDEN_NAME "hidden"
#define HIDDEN_CLIENT "0.0.0.0"

/* DNS types by Pi-hole's number for them; 0: none, or not said. All others have
 * their own number and TYPE_OFFSET. */
static const uint16_t types[] = {0,  1,  28, 255, 33, 6, 12, 16, 35,
                                 15, 43, 46, 48,  2,  0, 64, 65};
#define TYPE_OFFSET 100

static enum log_kind
foreign(struct log_entry *entry, const char *why)
{
	entry->why = why;
	return LOG_FOREIGN;
}

static uint16_t
read_type(int64_t number)
{
	if (number >= 0 && number < (int64_t)LOG_COUNT(types))
		return types[number];
	if (number > TYPE_OFFSET && number <= TYPE_OFFSET + UINT16_MAX)
		return (uint16_t)(number - TYPE_OFFSET);
	return 0;
}

/* Seconds since 1970, whole or with a fraction. */
static bool
read_time(const struct database *row, struct log_entry *entry)
{
	double seconds;

	/* Written so that what is no number is refused as well. */
	if (!database_real(row, COLUMN_TIME, &seconds) ||
	    !(seconds >= 0 && seconds < 1e12)) {
		entry->why = "a time that cannot be";
		return false;
	}
	return question_time((uint64_t)(seconds * 1e6 + 0.5) / 1000000,
	                     (uint64_t)(seconds * 1e6 + 0.5) % 1000000, entry);
}

/* The address of the client, as we write addresses; none if it is hidden. */
static bool
read_client(const struct database *row, struct log_scratch *scratch,
            struct log_entry *entry)
{
	struct address address;
	struct span text;

	if (!database_text(row, COLUMN_CLIENT, &text) ||
	    address_read(text, &address) != FSK_OK ||
	    !question_address(&address, scratch, &entry->client)) {
		entry->why = "a client that is no address";
		return false;
	}
	if (span_equal(entry->client, span_of(HIDDEN_CLIENT)))
		entry->client = (struct span){NULL, 0};
	return true;
}

static enum log_kind
read_row(const struct database *row, struct log_scratch *scratch, struct log_entry *entry)
{
	struct span name;
	int64_t number;

	if (!database_whole(row, COLUMN_STATUS, &number))
		return foreign(entry, "a status that is no number");
	if (number == STATUS_RETRIED || number == STATUS_IGNORED)
		return LOG_ASIDE;
	if (!database_text(row, COLUMN_NAME, &name) || name.len == 0)
		return foreign(entry, "no name in the row");
	if (span_equal(name, span_of(HIDDEN_NAME)))
		return LOG_ASIDE;
	if (!text_keep(scratch, name.text, name.len, &entry->name))
		return foreign(entry, "a name that is longer than names can be");
	if (!read_time(row, entry) || !read_client(row, scratch, entry))
		return LOG_FOREIGN;
	if (database_whole(row, COLUMN_TYPE, &number))
		entry->type = read_type(number);
	return LOG_ASKED;
}

static enum fsk_err
open_rows(struct log_source *source, void **state, const char **why)
{
	struct database *rows;
	enum fsk_err err = database_open(source, QUERY,
	                                 "an SQLite database, but without the queries of "
	                                 "Pi-hole",
	                                 &rows, why);

	if (err == FSK_OK)
		*state = rows;
	return err;
}

static enum fsk_err
next_row(void *state, struct log_scratch *scratch, struct log_entry *entry,
         enum log_kind *kind)
{
	enum fsk_err err = database_next(state, &entry->why);

	if (err == FSK_OK)
		*kind = read_row(state, scratch, entry);
	return err;
}

static void
close_rows(void *state)
{
	database_close(state);
}

static const char *const sources[] = {
        "https://docs.pi-hole.net/database/query-database/",
        "https://www.sqlite.org/fileformat.html",
        NULL,
};

const struct log_format log_format_pihole_ftl = {
        .name = "pihole-ftl",
        .title = "Pi-hole's long-term database (pihole-FTL.db)",
        .text = "What Pi-hole's resolver FTL keeps of each question, for a year if it "
                "is not told otherwise: time in UTC, client, name, type, and what was "
                "done with it. Every question counts as asked, whether it was blocked, "
                "forwarded or answered from the cache, except those that were asked "
                "again (status 12 and 13 in Pi-hole's documentation). Ports, transports "
                "and clients behind a forwarder are not in it. Questions whose name is "
                "hidden by the privacy level are set aside; a client that is hidden "
                "(0.0.0.0) is taken for not said.\n\n"
                "The database is opened by its path and never written to, so it can be "
                "read neither from standard input nor compressed. FTL saves its "
                "questions once a minute and may have the file locked then: a copy is "
                "safer. If the file is copied by hand while FTL runs, its -wal and "
                "-shm files belong to it; without them the newest questions, or all, "
                "cannot be read.\n\n"
                "To make a copy: sqlite3 /etc/pihole/pihole-FTL.db \".backup FILE\"",
        .sources = sources,
        .knows = database_known,
        .open = open_rows,
        .next = next_row,
        .close = close_rows,
};
