/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_days.h"

#include "base/date.h"

enum fsk_err
sqlite_days_add(struct sqlite_sums *days, const struct sighting *s,
                const struct sqlite_row *row)
{
	int64_t day = date_day_of(date_second_of(s->us));
	struct sqlite_key key = {.time = day * DATE_DAY,
	                         .address = s->client.address,
	                         .generator = row->generator,
	                         .prefix = s->client.prefix};
	struct sqlite_sum *sum = sqlite_sums_at(days, &key);

	if (sum == NULL)
		return FSK_NOMEM;
	hostday_marks_add_as(&sum->marks, s, (row->counted & MARK_OUTSIDE) != 0,
	                     (row->counted & MARK_ALIEN) != 0);
	if (strcmp(row->where.country, sum->where.country) > 0)
		memcpy(sum->where.country, row->where.country, sizeof(row->where.country));
	if (row->where.network > sum->where.network)
		sum->where.network = row->where.network;
	return FSK_OK;
}

/* The row at which ${rows} stands. */
static enum fsk_err
gather(sqlite3_stmt *rows, struct sqlite_sums *days)
{
	struct span country = sqlite_read_text(rows, 8);
	struct sqlite_row row = {.counted = (uint8_t)sqlite3_column_int(rows, 0),
	                         .generator = (uint32_t)sqlite3_column_int64(rows, 2),
	                         .where.network = (uint32_t)sqlite3_column_int64(rows, 9)};
	struct sighting s = {.us = sqlite3_column_int64(rows, 1),
	                     .client = {.address = sqlite_read_address(rows, 3),
	                                .prefix = (uint8_t)sqlite3_column_int(rows, 4)},
	                     .counter = sqlite3_column_type(rows, 5) == SQLITE_NULL
	                                        ? SIGHTING_NO_COUNTER
	                                        : sqlite3_column_int64(rows, 5),
	                     .more = (uint32_t)sqlite3_column_int64(rows, 10),
	                     .forecast = sqlite_row_tried(sqlite_read_text(rows, 6),
	                                                  sqlite_read_text(rows, 7))};

	if (country.len > 0 && country.len < sizeof(row.where.country))
		memcpy(row.where.country, country.text, country.len);
	return sqlite_days_add(days, &s, &row);
}

enum fsk_err
sqlite_days_gather(struct sqlite_store *store, const int64_t bounds[3],
                   struct sqlite_sums *days)
{
	static const char sql[] =
	        "SELECT counted,us,generator,client,prefix,counter,name,"
	        "rest,country,network,more FROM sighting "
	        "WHERE id>?1 AND counted AND " FORM_DAY_OF("us") "BETWEEN ?2 AND ?3";
	sqlite3_stmt *rows;
	int result = sqlite3_prepare_v2(store->db, sql, -1, &rows, NULL);
	enum fsk_err e = FSK_OK;

	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	for (int i = 0; i < 3; i++)
		sqlite3_bind_int64(rows, i + 1, bounds[i]);
	while (e == FSK_OK && (result = sqlite3_step(rows)) == SQLITE_ROW)
		e = gather(rows, days);
	if (e == FSK_OK)
		e = sqlite_err(store->db, result);
	sqlite3_finalize(rows);
	return e;
}

/* Whence days() tells: three streams, each in the order of day, generator and client; those
 * that were forgotten, of whom there is no client, before the others. */
enum { KEPT, LATE, FORGOTTEN, STREAMS };

/* What comes next of one. */
struct head {
	struct store_day day;
	uint32_t generator;
	bool any;
};

struct walk {
	struct sqlite_store *store;
	const struct store_filter *filter;
	sqlite3_stmt *kept, *forgotten;
	struct sqlite_sums late; /* of what is not in the tables yet */
	size_t late_at;
	struct head heads[STREAMS];
};

static uint64_t
whole(sqlite3_stmt *statement, int column)
{
	return (uint64_t)sqlite3_column_int64(statement, column);
}

#define KEPT_COLUMNS                                                                       \
	"generator,day,client,prefix,contacts,first_us,last_us,counter,country,network,"   \
	"hours,names,sixteenth,outside,alien"

static void
read_kept(sqlite3_stmt *rows, struct hostday *host)
{
	struct hostday_marks *marks = &host->marks;

	host->day = sqlite3_column_int64(rows, 1);
	host->client.address = sqlite_read_address(rows, 2);
	host->client.prefix = (uint8_t)sqlite3_column_int(rows, 3);
	marks->contacts = whole(rows, 4);
	marks->first_us = sqlite3_column_int64(rows, 5);
	marks->last_us = sqlite3_column_int64(rows, 6);
	marks->counter = sqlite3_column_type(rows, 7) == SQLITE_NULL
	                         ? SIGHTING_NO_COUNTER
	                         : sqlite3_column_int64(rows, 7);
	host->country = sqlite_read_text(rows, 8);
	host->network = (uint32_t)sqlite3_column_int64(rows, 9);
	marks->hours = (uint32_t)sqlite3_column_int64(rows, 10);
	marks->names[0] = whole(rows, 11);
	marks->names[1] = whole(rows, 12);
	marks->outside = whole(rows, 13);
	marks->alien = whole(rows, 14);
}

#define FORGOTTEN_COLUMNS "generator,day,contacts,first_us,last_us,country,hosts"

static void
read_forgotten(sqlite3_stmt *rows, struct store_day *day)
{
	*day = (struct store_day){
	        .host = {.day = sqlite3_column_int64(rows, 1),
	                 .generator = day->host.generator,
	                 .marks = {.contacts = whole(rows, 2),
	                           .first_us = sqlite3_column_int64(rows, 3),
	                           .last_us = sqlite3_column_int64(rows, 4),
	                           .counter = SIGHTING_NO_COUNTER},
	                 .country = sqlite_read_text(rows, 5)},
	        .forgotten = whole(rows, 6)};
}

/* Whether ${generator}, a number of a word, is wanted; its text in ${head}. */
static bool
is_wanted(const struct walk *walk, uint32_t generator, struct head *head)
{
	const struct sqlite_word *word = sqlite_word_at(&walk->store->words, generator);

	head->generator = generator;
	head->day.host.generator = word->text;
	return sqlite_wants(walk->filter, word);
}

/* The next row of a table that is wanted. */
static enum fsk_err
step(struct walk *walk, sqlite3_stmt *rows, struct head *head)
{
	int result;

	do {
		result = sqlite3_step(rows);
	} while (result == SQLITE_ROW &&
	         !is_wanted(walk, (uint32_t)sqlite3_column_int64(rows, 0), head));
	head->any = result == SQLITE_ROW;
	if (head->any && rows == walk->kept)
		read_kept(rows, &head->day.host);
	else if (head->any)
		read_forgotten(rows, &head->day);
	return sqlite_err(walk->store->db, result);
}

static void
step_late(struct walk *walk, struct head *head)
{
	const struct sqlite_sum *sum;

	head->any = false;
	while (!head->any && walk->late_at < walk->late.count) {
		sum = &walk->late.items[walk->late_at++];
		head->any = is_wanted(walk, sum->key.generator, head);
		if (!head->any)
			continue;
		head->day.host.day = sum->key.time;
		head->day.host.client =
		        (struct sighting_client){sum->key.address, sum->key.prefix};
		head->day.host.country = span_of(sum->where.country);
		head->day.host.network = sum->where.network;
		head->day.host.marks = sum->marks;
	}
}

static enum fsk_err
go_on(struct walk *walk, int stream)
{
	struct head *head = &walk->heads[stream];

	if (stream != LATE)
		return step(walk, stream == KEPT ? walk->kept : walk->forgotten, head);
	step_late(walk, head);
	return FSK_OK;
}

/* As the tables have it, and sqlite_sums_sort(): numbers, which are IPv4, before others. */
static int
compare(const struct head *a, const struct head *b)
{
	const struct sighting_client *x = &a->day.host.client, *y = &b->day.host.client;
	bool v4 = address_is_v4(&x->address);
	int order;

	if (a->day.host.day != b->day.host.day)
		return a->day.host.day < b->day.host.day ? -1 : 1;
	if (a->generator != b->generator)
		return a->generator < b->generator ? -1 : 1;
	if ((a->day.forgotten > 0) != (b->day.forgotten > 0))
		return a->day.forgotten > 0 ? -1 : 1;
	if (v4 != address_is_v4(&y->address))
		return v4 ? -1 : 1;
	order = memcmp(&x->address, &y->address, sizeof(x->address));
	return order != 0 ? order : x->prefix - y->prefix;
}

/* Adds what came late to what is kept of the same host. */
static void
merge(struct hostday *kept, const struct hostday *late)
{
	bool known = kept->marks.hours != 0;

	hostday_marks_merge(&kept->marks, &late->marks);
	if (!known)
		kept->marks.hours = 0;
	if (kept->country.len == 0)
		kept->country = late->country;
	if (kept->network == 0)
		kept->network = late->network;
}

/* What comes first; NULL: nothing is left. */
static struct head *
first_of(struct walk *walk)
{
	struct head *first = NULL;

	for (int i = 0; i < STREAMS; i++) {
		struct head *head = &walk->heads[i];

		if (head->any && (first == NULL || compare(head, first) < 0))
			first = head;
	}
	return first;
}

/* Tells ${first}, and goes on behind it. */
static enum fsk_err
tell_first(struct walk *walk, struct head *first,
           enum fsk_err (*tell)(const struct store_day *, void *), void *context)
{
	struct head *late = &walk->heads[LATE];
	bool both;
	enum fsk_err e;

	both = first == &walk->heads[KEPT] && late->any && compare(first, late) == 0;
	if (both)
		merge(&first->day.host, &late->day.host);
	e = tell(&first->day, context);
	if (e == FSK_OK && both)
		e = go_on(walk, LATE);
	return e == FSK_OK ? go_on(walk, (int)(first - walk->heads)) : e;
}

/* What is not in the tables yet. */
static enum fsk_err
gather_late(struct walk *walk)
{
	int64_t bounds[3] = {0}; /* "summed", and from which day to which */
	enum fsk_err e = sqlite_number(walk->store, "summed", &bounds[0]);

	sqlite_time_of(walk->filter, DATE_DAY, &bounds[1]);
	if (e == FSK_OK)
		e = sqlite_days_gather(walk->store, bounds, &walk->late);
	sqlite_sums_sort(&walk->late);
	return e;
}

enum fsk_err
sqlite_days(void *state, const struct store_filter *filter,
            enum fsk_err (*tell)(const struct store_day *, void *), void *context)
{
	static const char kept[] =
	        "SELECT " KEPT_COLUMNS " FROM host_day WHERE day>=?1 AND "
	        "day<=?2 ORDER BY day,generator,client,prefix";
	static const char forgotten[] =
	        "SELECT " FORGOTTEN_COLUMNS " FROM day_hosts WHERE day>=?1 "
	        "AND day<=?2 ORDER BY day,generator,country";
	struct walk walk = {.store = state, .filter = filter};
	enum fsk_err e = sqlite_enter(state, kept, &walk.kept);
	struct head *first;
	int result;

	if (e != FSK_OK)
		return e;
	result = sqlite3_prepare_v2(walk.store->db, forgotten, -1, &walk.forgotten, NULL);
	e = sqlite_err(walk.store->db, result);
	sqlite_bind_time(walk.kept, filter, DATE_DAY);
	sqlite_bind_time(walk.forgotten, filter, DATE_DAY);
	if (e == FSK_OK)
		e = gather_late(&walk);
	for (int i = 0; e == FSK_OK && i < STREAMS; i++)
		e = go_on(&walk, i);
	while (e == FSK_OK && (first = first_of(&walk)) != NULL)
		e = tell_first(&walk, first, tell, context);
	sqlite3_finalize(walk.forgotten);
	sqlite_sums_free(&walk.late);
	return sqlite_leave(state, walk.kept, e);
}
