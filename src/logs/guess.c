/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/guess.h"

#include "logs/cell.h"
#include "logs/stamp.h"

#define MOST_COLUMNS 64 /* of a table that is guessed */

/* Separators that are tried, in this order: a blank may stand within a cell of the
 * others. */
static const char separators[] = {'\t', ',', ';', ' '};

/* Which of two orders runs forward from the date ${before} to ${now} of one year;
 * unknown when both or none do. */
static enum log_order
forward(const uint16_t before[3], const uint16_t now[3])
{
	int mdy = (now[0] - before[0]) * 32 + now[1] - before[1];
	int dmy = (now[1] - before[1]) * 32 + now[0] - before[0];

	if (before[2] != now[2] || (mdy < 0) == (dmy < 0))
		return LOG_ORDER_UNKNOWN;
	return mdy < 0 ? LOG_ORDER_DMY : LOG_ORDER_MDY;
}

/* Takes the three numbers of a date. */
static bool
take_date(struct span *line, uint16_t date[3])
{
	for (size_t i = 0; i < 3; i++) {
		uint64_t number;

		if (!text_number(line, 9999, &number) ||
		    !text_word(line, i < 2 ? "/" : " "))
			return false;
		date[i] = (uint16_t)number;
	}
	return true;
}

void
guess_order(struct span line, struct log_dialect *dialect, uint16_t before[3])
{
	enum log_order proof = LOG_ORDER_UNKNOWN;
	uint16_t date[3];
	struct span clock, half;

	if (dialect->order_said || dialect->order_seen || !take_date(&line, date) ||
	    !text_token(&line, &clock))
		return;
	if (date[0] > 31)
		proof = LOG_ORDER_YMD;
	else if (date[0] > 12)
		proof = LOG_ORDER_DMY;
	else if (date[1] > 12)
		proof = LOG_ORDER_MDY;
	else if (before != NULL)
		proof = forward(before, date);
	if (proof != LOG_ORDER_UNKNOWN) {
		dialect->order = proof;
		dialect->order_seen = true;
	} else if (text_token(&line, &half) && half.len == 2 && half.text[1] == 'M') {
		dialect->order = LOG_ORDER_MDY;
	} else if (dialect->order == LOG_ORDER_UNKNOWN) {
		dialect->order = LOG_ORDER_DMY;
	}
	if (before != NULL)
		memcpy(before, date, sizeof(date));
}

static bool
ends_word(struct span text)
{
	return text.len == 0 || *text.text == ' ' || *text.text == '\t';
}

bool
guess_time(struct span *text, enum log_order order, struct log_entry *entry)
{
	static bool (*const forms[])(struct span *, struct log_entry *) = {
	        stamp_epoch, stamp_any, stamp_web};
	struct span rest = *text;

	if (text_word(&rest, "[")) {
		if (!stamp_web(&rest, entry) || !text_word(&rest, "]") || !ends_word(rest))
			return false;
		*text = rest;
		return true;
	}
	for (size_t i = 0; i <= sizeof(forms) / sizeof(forms[0]); i++) {
		bool slash = i == sizeof(forms) / sizeof(forms[0]);

		rest = *text;
		if ((slash ? stamp_slash(&rest, order, entry) : forms[i](&rest, entry)) &&
		    ends_word(rest)) {
			*text = rest;
			return true;
		}
	}
	return false;
}

#define WORD(word) word, sizeof(word) - 1

/* Words for columns, in lower case. Of two words for one role the first here is
 * taken: a table with "query" and "host" asks for the query. */
static const struct {
	const char *word;
	size_t len;
	enum log_role role;
} words[] = {
        {WORD("time"), LOG_ROLE_TIME},
        {WORD("timestamp"), LOG_ROLE_TIME},
        {WORD("_time"), LOG_ROLE_TIME},
        {WORD("@timestamp"), LOG_ROLE_TIME},
        {WORD("ts"), LOG_ROLE_TIME},
        {WORD("datetime"), LOG_ROLE_TIME},
        {WORD("date_time"), LOG_ROLE_TIME},
        {WORD("date"), LOG_ROLE_DATE},
        {WORD("client"), LOG_ROLE_CLIENT},
        {WORD("client_ip"), LOG_ROLE_CLIENT},
        {WORD("clientip"), LOG_ROLE_CLIENT},
        {WORD("src_ip"), LOG_ROLE_CLIENT},
        {WORD("srcip"), LOG_ROLE_CLIENT},
        {WORD("src"), LOG_ROLE_CLIENT},
        {WORD("source_ip"), LOG_ROLE_CLIENT},
        {WORD("source"), LOG_ROLE_CLIENT},
        {WORD("ip"), LOG_ROLE_CLIENT},
        {WORD("client_port"), LOG_ROLE_PORT},
        {WORD("src_port"), LOG_ROLE_PORT},
        {WORD("srcport"), LOG_ROLE_PORT},
        {WORD("source_port"), LOG_ROLE_PORT},
        {WORD("port"), LOG_ROLE_PORT},
        {WORD("query"), LOG_ROLE_NAME},
        {WORD("qname"), LOG_ROLE_NAME},
        {WORD("query_name"), LOG_ROLE_NAME},
        {WORD("question"), LOG_ROLE_NAME},
        {WORD("domain"), LOG_ROLE_NAME},
        {WORD("name"), LOG_ROLE_NAME},
        {WORD("fqdn"), LOG_ROLE_NAME},
        {WORD("host"), LOG_ROLE_NAME},
        {WORD("qtype"), LOG_ROLE_TYPE},
        {WORD("query_type"), LOG_ROLE_TYPE},
        {WORD("type"), LOG_ROLE_TYPE},
        {WORD("transport"), LOG_ROLE_TRANSPORT},
        {WORD("protocol"), LOG_ROLE_TRANSPORT},
        {WORD("proto"), LOG_ROLE_TRANSPORT},
};

/* Whether ${cell} is the word number ${number}, in any case. */
static bool
is_word(struct span cell, size_t number)
{
	const char *word = words[number].word;

	if (cell.len != words[number].len)
		return false;
	for (size_t i = 0; i < cell.len; i++)
		if (ascii_to_lower(cell.text[i]) != word[i])
			return false;
	return true;
}

/* Takes the cells of ${line}; 0: there are too many, or quotes do not close. */
static uint16_t
split(struct span line, char separator, struct span cells[MOST_COLUMNS])
{
	struct cells row = cells_of(line, separator);
	uint16_t n = 0;

	while (row.more) {
		if (n == MOST_COLUMNS || !cell_next(&row, &cells[n]))
			return 0;
		n++;
	}
	return n;
}

/* Whether the roles that a line cannot do without have their places. */
static bool
is_whole(const struct log_dialect *dialect)
{
	return dialect->place[LOG_ROLE_TIME] > 0 && dialect->place[LOG_ROLE_CLIENT] > 0 &&
	       dialect->place[LOG_ROLE_NAME] > 0;
}

static bool
header_of(struct span line, char separator, struct log_dialect *dialect)
{
	struct span cells[MOST_COLUMNS];
	uint16_t width = split(line, separator, cells);
	uint16_t known = 0;

	if (width < 3) /* time, client and name */
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (uint16_t n = 0; n < width; n++) {
			if (!is_word(cells[n], i))
				continue;
			known++;
			if (dialect->place[words[i].role] == 0)
				dialect->place[words[i].role] = (uint16_t)(n + 1);
		}
	}
	if (dialect->place[LOG_ROLE_TIME] == 0) { /* "date" may hold both */
		dialect->place[LOG_ROLE_TIME] = dialect->place[LOG_ROLE_DATE];
		dialect->place[LOG_ROLE_DATE] = 0;
	}
	dialect->separator = separator;
	dialect->width = width;
	/* A sentence has blanks too, and some of these words. */
	return is_whole(dialect) && (separator != ' ' || known == width);
}

bool
guess_header(struct span line, struct log_dialect *dialect)
{
	text_word(&line, "#");
	for (size_t i = 0; i < sizeof(separators); i++) {
		struct log_dialect tried = *dialect;

		memset(tried.place, 0, sizeof(tried.place));
		if (header_of(line, separators[i], &tried)) {
			*dialect = tried;
			return true;
		}
	}
	return false;
}

/* Whether ${cell} is an address for certain: colons alone are also in times and in
 * hardware addresses, which have neither seven of them nor two in a row. */
static bool
is_address(struct span cell)
{
	size_t colons = 0;

	for (size_t i = 0; i < cell.len; i++)
		colons += cell.text[i] == ':';
	return text_looks_like_address(cell) &&
	       (colons == 0 || colons == 7 || text_find(cell, "::") < cell.len);
}

/* Whether ${cell} has the form of a domain name with at least one dot. */
static bool
is_name(struct span cell)
{
	bool letter = false;
	bool dot = false;

	for (size_t i = 0; i < cell.len; i++) {
		char c = cell.text[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && c != '-' && c != '_' && c != '.')
			return false;
		letter |= ascii_alpha(c);
		dot |= c == '.' && i > 0 && i + 1 < cell.len;
	}
	return letter && dot;
}

static bool
is_date(struct span cell)
{
	return cell.len == 10 && cell.text[4] == '-' && cell.text[7] == '-';
}

/* Takes a time that nobody takes for a count or a code: an instant of 1970 is
 * none. */
static bool
take_time(struct span *text, enum log_order order)
{
	struct log_entry entry;
	struct span rest = *text;

	if (!guess_time(&rest, order, &entry) || text->len - rest.len < 9)
		return false;
	*text = rest;
	return true;
}

/* The role that ${cell} has by its content; LOG_ROLES: none. ${behind} is that of
 * the column in front of it. */
static enum log_role
role_of(struct span cell, enum log_role behind)
{
	struct span rest = cell;

	if (behind == LOG_ROLE_CLIENT && text_port(cell) > 0)
		return LOG_ROLE_PORT;
	if (behind == LOG_ROLE_DATE)
		return memchr(cell.text, ':', cell.len) != NULL ? LOG_ROLE_TIME : LOG_ROLES;
	if (is_date(cell))
		return LOG_ROLE_DATE;
	if (take_time(&rest, LOG_ORDER_UNKNOWN) && rest.len == 0)
		return LOG_ROLE_TIME;
	if (is_address(cell))
		return LOG_ROLE_CLIENT;
	if (text_transport(cell) != LOG_TRANSPORT_UNKNOWN)
		return LOG_ROLE_TRANSPORT;
	if (!ascii_digit(*cell.text) && text_type(cell) > 0)
		return LOG_ROLE_TYPE;
	return is_name(cell) ? LOG_ROLE_NAME : LOG_ROLES;
}

static bool
columns_of(struct span line, char separator, struct log_dialect *dialect)
{
	struct cells row = cells_of(line, separator);
	enum log_role role = LOG_ROLES;
	uint16_t n = 0;

	while (row.more) {
		struct span cell;
		/* Between blanks a time may be of several words. */
		bool taken = separator == ' ' && take_time(&row.rest, dialect->order);

		if (taken && !cell_end(&row))
			return false;
		if (!taken && (!cell_next(&row, &cell) || cell.len == 0))
			return false;
		role = taken ? LOG_ROLE_TIME : role_of(cell, role);
		if (role == LOG_ROLES || dialect->place[role] > 0)
			return false;
		dialect->place[role] = ++n;
	}
	dialect->separator = separator;
	dialect->width = n;
	return is_whole(dialect);
}

bool
guess_columns(struct span line, struct log_dialect *dialect)
{
	for (size_t i = 0; i < sizeof(separators); i++) {
		struct log_dialect tried = *dialect;

		memset(tried.place, 0, sizeof(tried.place));
		if (columns_of(line, separators[i], &tried)) {
			*dialect = tried;
			return true;
		}
	}
	return false;
}
