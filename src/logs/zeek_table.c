/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/zeek_table.h"

#include "logs/lane.h"
#include "logs/text.h"

/* Columns up to which one can be wanted; a dns.log has 24, an http.log 30. */
#define COLUMNS 128

/* The dot of id.orig_h can be set to another octet (Log::default_scope_sep). */
static const struct {
	const char *name;
	enum log_role role;
	enum zeek_table_log log;
} fields[] = {
        {"ts", LOG_ROLE_TIME, ZEEK_TABLE_OTHER},
        {"id.orig_h", LOG_ROLE_CLIENT, ZEEK_TABLE_OTHER},
        {"id_orig_h", LOG_ROLE_CLIENT, ZEEK_TABLE_OTHER},
        {"id.orig_p", LOG_ROLE_PORT, ZEEK_TABLE_OTHER},
        {"id_orig_p", LOG_ROLE_PORT, ZEEK_TABLE_OTHER},
        {"proto", LOG_ROLE_TRANSPORT, ZEEK_TABLE_DNS},
        {"query", LOG_ROLE_NAME, ZEEK_TABLE_DNS},
        {"qtype", LOG_ROLE_TYPE, ZEEK_TABLE_DNS},
        {"host", LOG_ROLE_NAME, ZEEK_TABLE_HTTP},
        {"method", LOG_ROLE_METHOD, ZEEK_TABLE_HTTP},
        {"uri", LOG_ROLE_TARGET, ZEEK_TABLE_HTTP},
        {"version", LOG_ROLE_VERSION, ZEEK_TABLE_HTTP},
        {"user_agent", LOG_ROLE_AGENT, ZEEK_TABLE_HTTP},
        {"referrer", LOG_ROLE_REFERRER, ZEEK_TABLE_HTTP},
        {"proxied", LOG_ROLE_BEHIND, ZEEK_TABLE_HTTP},
};

/* Columns that a log must have. */
static const struct {
	enum zeek_table_log log;
	enum log_role role;
	const char *why;
} needed[] = {
        {ZEEK_TABLE_DNS, LOG_ROLE_TIME, "a Zeek header without the field ts"},
        {ZEEK_TABLE_DNS, LOG_ROLE_CLIENT, "a Zeek header without the field id.orig_h"},
        {ZEEK_TABLE_DNS, LOG_ROLE_NAME, "a Zeek header without the field query"},
        {ZEEK_TABLE_HTTP, LOG_ROLE_TIME, "a Zeek header without the field ts"},
        {ZEEK_TABLE_HTTP, LOG_ROLE_CLIENT, "a Zeek header without the field id.orig_h"},
        {ZEEK_TABLE_HTTP, LOG_ROLE_NAME, "a Zeek header without the field host"},
        {ZEEK_TABLE_HTTP, LOG_ROLE_TARGET, "a Zeek header without the field uri"},
};

/* Takes the name of a column off ${header}. */
static struct span
next_field(struct span *header, char separator)
{
	struct span field;

	if (!text_until(header, separator, &field)) {
		field = *header;
		*header = span_from(*header, header->len);
	}
	return field;
}

static bool
has_field(struct span header, char separator, const char *name)
{
	while (header.len > 0) {
		if (span_equal(next_field(&header, separator), span_of(name)))
			return true;
	}
	return false;
}

/* Which log has the columns of ${header}. What its path says counts only when its
 * columns do not tell: users give logs other paths. */
static enum zeek_table_log
log_of(struct span header, const struct log_dialect *dialect)
{
	if (has_field(header, dialect->separator, "query") &&
	    has_field(header, dialect->separator, "trans_id"))
		return ZEEK_TABLE_DNS;
	if (has_field(header, dialect->separator, "uri") &&
	    has_field(header, dialect->separator, "host"))
		return ZEEK_TABLE_HTTP;
	return dialect->variant == ZEEK_TABLE_NONE ? ZEEK_TABLE_OTHER
	                                           : (enum zeek_table_log)dialect->variant;
}

static uint16_t
last_place(const struct log_dialect *dialect)
{
	uint16_t last = 0;

	for (unsigned i = 0; i < LOG_ROLES; i++) {
		if (dialect->place[i] > last)
			last = dialect->place[i];
	}
	return last;
}

static void
learn_fields(struct span header, struct log_dialect *dialect)
{
	enum zeek_table_log log = log_of(header, dialect);
	uint16_t column = 0;

	memset(dialect->place, 0, sizeof(dialect->place));
	dialect->variant = (uint8_t)log;
	dialect->why = NULL;
	while (header.len > 0 && column < COLUMNS) {
		struct span field = next_field(&header, dialect->separator);

		column++;
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
			if ((fields[i].log == log || fields[i].log == ZEEK_TABLE_OTHER) &&
			    span_equal(field, span_of(fields[i].name)))
				dialect->place[fields[i].role] = column;
		}
	}
	dialect->width = last_place(dialect);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (needed[i].log == log && dialect->place[needed[i].role] == 0 &&
		    dialect->why == NULL)
			dialect->why = needed[i].why;
	}
}

/* The log that a path names: "dns", "dns_internal", "http.2". */
static enum zeek_table_log
log_of_path(struct span path)
{
	enum zeek_table_log log = ZEEK_TABLE_OTHER;

	if (text_word(&path, "dns"))
		log = ZEEK_TABLE_DNS;
	else if (text_word(&path, "http"))
		log = ZEEK_TABLE_HTTP;
	return path.len > 0 && ascii_alpha(*path.text) ? ZEEK_TABLE_OTHER : log;
}

bool
zeek_table_learn(struct span line, struct log_dialect *dialect)
{
	static const char *const others[] = {"#set_separator", "#empty_field",
	                                     "#unset_field",   "#open",
	                                     "#close",         "#types"};
	struct span rest = line;

	if (text_word(&rest, "#separator ")) { /* the header begins */
		dialect->variant = ZEEK_TABLE_NONE;
		dialect->why = NULL;
		return true;
	}
	if (text_word(&rest, "#path") && rest.len > 0) {
		dialect->variant = (uint8_t)log_of_path(span_from(rest, 1));
		return true;
	}
	if (text_word(&rest, "#fields") && rest.len > 0) {
		dialect->separator = *rest.text;
		learn_fields(span_from(rest, 1), dialect);
		return true;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (text_word(&rest, others[i]))
			return true;
	}
	return false;
}

static inline lane
is_tab(lane octets)
{
	return (lane)(octets == '\t');
}

/* Stores in ${ends} where each of the first ${wanted} columns ends, and perhaps up to 63
 * more, and returns how many there are. */
static unsigned
cut_at_tabs(struct span line, unsigned wanted, const char **ends)
{
	const char *end = line.text + line.len;
	const char *at = line.text;
	unsigned count = 0;

	while (count < wanted && at < end) {
		struct lanes seen = lanes_look(line, at, is_tab);
		uint64_t tabs = seen.fit >> (at - seen.base);

		for (; tabs != 0; tabs &= tabs - 1)
			ends[count++] = at + __builtin_ctzll(tabs);
		at = seen.base + LANES_SIZE;
	}
	if (count < wanted)
		ends[count++] = end;
	return count;
}

/* Takes the column ${ahead} tabs further on than ${start}, the start of another one, which
 * is not the last of the line; moves ${start} to the one behind it. */
static inline __attribute__((always_inline)) bool
take_column(struct marks *tabs, unsigned ahead, const char **start, struct span *column)
{
	const char *end = tabs->line.text + tabs->line.len;
	const char *tab;

	if (ahead > 0)
		*start = marks_pass(tabs, ahead, is_tab) + 1;
	tab = marks_pass(tabs, 1, is_tab);
	if (tab == end)
		return false;
	*column = (struct span){*start, (size_t)(tab - *start)};
	if (column->len == 1 && **start == '-')
		column->len = 0;
	*start = tab + 1;
	return true;
}

/* Cuts a row of DNS of which only time, client and name are wanted, in this order, as Zeek
 * has them; each tab up to the last wanted column is counted, and nothing more is done
 * with it. False when it is another order or the line has too few columns, which
 * zeek_table_cut() finds out. */
static bool
cut_brief(const struct log_dialect *dialect, struct span line,
          struct span columns[LOG_ROLES])
{
	unsigned time = dialect->place[LOG_ROLE_TIME];
	unsigned client = dialect->place[LOG_ROLE_CLIENT];
	unsigned name = dialect->place[LOG_ROLE_NAME];
	unsigned behind = dialect->width - name;
	struct marks tabs = marks_of(line, line.text, is_tab);
	const char *start = line.text;

	if (time == 0 || client <= time || name <= client || behind == 0)
		return false;
	return take_column(&tabs, time - 1, &start, &columns[LOG_ROLE_TIME]) &&
	       take_column(&tabs, client - time - 1, &start, &columns[LOG_ROLE_CLIENT]) &&
	       take_column(&tabs, name - client - 1, &start, &columns[LOG_ROLE_NAME]) &&
	       (behind == 1 ||
	        marks_pass(&tabs, behind - 1, is_tab) < line.text + line.len);
}

/* The same with any separator, which is rare. */
static unsigned
cut_at(char separator, struct span line, unsigned wanted, const char **ends)
{
	struct span rest = line;
	unsigned count = 0;

	while (count < wanted) {
		struct span field = next_field(&rest, separator);
		bool last = field.text + field.len == line.text + line.len;

		ends[count++] = field.text + field.len;
		if (last)
			break;
	}
	return count;
}

/* The column of ${role}, if there is one. */
static inline struct span
column_of(const struct log_dialect *dialect, struct span line, const char *const *ends,
          enum log_role role)
{
	unsigned place = dialect->place[role];
	const char *start = place > 1 ? ends[place - 2] + 1 : line.text;
	size_t len = place > 0 ? (size_t)(ends[place - 1] - start) : 0;

	if (len == 1 && *start == '-')
		len = 0;
	return (struct span){start, len};
}

bool
zeek_table_cut(const struct log_dialect *dialect, struct span line, bool brief,
               struct span columns[LOG_ROLES])
{
	static const enum log_role of_http[] = {LOG_ROLE_METHOD,   LOG_ROLE_TARGET,
	                                        LOG_ROLE_VERSION,  LOG_ROLE_AGENT,
	                                        LOG_ROLE_REFERRER, LOG_ROLE_BEHIND};
	const char *ends[COLUMNS + LANES_SIZE];
	unsigned wanted = dialect->width;
	unsigned count;

	if (wanted == 0 || wanted > COLUMNS)
		return false;
	if (brief && dialect->variant == ZEEK_TABLE_DNS && dialect->separator == '\t' &&
	    cut_brief(dialect, line, columns))
		return true;
	count = dialect->separator == '\t' ? cut_at_tabs(line, wanted, ends)
	                                   : cut_at(dialect->separator, line, wanted, ends);
	if (count < wanted)
		return false;
	columns[LOG_ROLE_TIME] = column_of(dialect, line, ends, LOG_ROLE_TIME);
	columns[LOG_ROLE_CLIENT] = column_of(dialect, line, ends, LOG_ROLE_CLIENT);
	columns[LOG_ROLE_NAME] = column_of(dialect, line, ends, LOG_ROLE_NAME);
	if (brief && dialect->variant == ZEEK_TABLE_DNS)
		return true;
	columns[LOG_ROLE_PORT] = column_of(dialect, line, ends, LOG_ROLE_PORT);
	if (dialect->variant == ZEEK_TABLE_DNS) {
		columns[LOG_ROLE_TYPE] = column_of(dialect, line, ends, LOG_ROLE_TYPE);
		columns[LOG_ROLE_TRANSPORT] =
		        column_of(dialect, line, ends, LOG_ROLE_TRANSPORT);
		return true;
	}
	for (size_t i = 0; i < sizeof(of_http) / sizeof(of_http[0]); i++)
		columns[of_http[i]] = column_of(dialect, line, ends, of_http[i]);
	return true;
}
