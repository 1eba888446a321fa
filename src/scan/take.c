/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/take.h"

#include "base/date.h"
#include "scan/client.h"
#include "scan/suspect.h"

static const char long_line[] = "a line longer than 64 KiB";

enum fsk_err
take_init(struct take *take, const struct scan_setting *setting, struct watch_view *view)
{
	take->setting = setting;
	take->view = view;
	take->placebo = NULL;
	take->from_us = INT64_MAX;
	take->to_us = INT64_MIN;
	take->block.index = NULL;
	take->count = 0;
	take->scratch = (struct log_scratch){.used = 0};
	if (clean_init(&take->clean) != FSK_OK)
		return FSK_NOMEM;
	return far_look_init(&take->far, setting);
}

void
take_fini(struct take *take)
{
	if (take == NULL)
		return;
	if (take->view != NULL)
		watch_view_release(take->view, &take->block);
	clean_fini(&take->clean);
	far_look_fini(&take->far);
}

/* Makes sure that the block of ${take} answers for ${us}. */
static enum fsk_err
find_block(struct take *take, int64_t us)
{
	int64_t second = date_second_of(us);
	enum fsk_err err;

	watch_view_release(take->view, &take->block);
	take->block.index = NULL;
	take->from_us = INT64_MAX;
	err = watch_view_at(take->view, second, &take->block);
	if (err == FSK_OK && take->placebo == NULL)
		err = watch_view_placebo(take->view, second, &take->placebo);
	if (err == FSK_OK)
		err = watch_view_pair(take->view, &take->block, &take->pair);
	if (err != FSK_OK)
		return err;
	take->from_us = take->block.from * DATE_SECOND;
	take->to_us = (take->block.to + 1) * DATE_SECOND - 1;
	return FSK_OK;
}

static struct span
name_of(const struct log_entry *entry)
{
	struct span name = entry->name;

	if (name.len > 0 && name.text[name.len - 1] == '.')
		name.len--;
	return name;
}

/* Counts ${entry}, which asks, and stores its time in ${us}. Whether it has one. */
static bool
count_asked(struct take *take, struct part *part, const struct log_entry *entry,
            int64_t *us)
{
	if (!log_clock_utc(&take->clock, entry, us)) {
		part->timeless++;
		part_skip(part, "the line has no time");
		return false;
	}
	part->asked++;
	if (*us < part->first_us)
		part->first_us = *us;
	if (*us > part->last_us)
		part->last_us = *us;
	return true;
}

/* Turns to the day that holds ${us}, and notes it in ${part}. */
static enum fsk_err
find_day(struct take *take, struct part *part, int64_t us)
{
	int64_t second = date_second_of(us);
	int64_t *grown =
	        part_grow(part->days, part->day_count, &part->day_room, sizeof(*grown));

	if (grown == NULL)
		return FSK_NOMEM;
	take->day = date_day_of(second);
	take->day_from_us = take->day * DATE_DAY * DATE_SECOND;
	take->day_to_us = take->day_from_us + DATE_DAY * DATE_SECOND - 1;
	part->days = grown;
	grown[part->day_count++] = take->day;
	return FSK_OK;
}

/* Makes line ${i} of the batch, which has its time, ready for ${entry}; the block answers
 * for it. */
static enum fsk_err
make_ready(struct take *take, struct part *part, const struct log_entry *entry, size_t i)
{
	struct take_one *one = &take->ones[i];
	struct watch_look *look = &take->looks[i];
	struct span name = name_of(entry);
	uint64_t host = client_hash_entry(entry, take->setting->v6_bits);
	int64_t us = take->lines[i].us;

	if (__builtin_expect(us < take->day_from_us || us > take->day_to_us, 0)) {
		enum fsk_err err = find_day(take, part, us);

		if (err != FSK_OK)
			return err;
	}
	one->number = part->lines;
	one->request = entry->request.target.len > 0 && suspect_request(entry, name);
	one->known = host != 0;
	if (!one->known)
		part->clientless++;
	if (name.len == 0 && entry->request.target.len > 0)
		part->nameless++;
	watch_look_begin(take->pair, name.text, name.len, look);
	if (!one->known || !look->is_name)
		return FSK_OK;
	one->note = clean_begin(&take->clean, host, look->hash[0], take->day);
	if (take->far.archive == NULL)
		return FSK_OK;
	return far_look_up(&take->far, part,
	                   &(struct far_asked){name, look->hash[0], entry, us});
}

/* Looks at line ${i} of the batch, which may be no clean one, and whose ${entry} is NULL if
 * it is to be read again. Stores in ${clean} whether it is. */
static __attribute__((noinline)) enum fsk_err
suspect(struct take *take, struct part *part, size_t i, const struct log_entry *entry,
        bool *clean)
{
	const struct log_usual *line = &take->lines[i];
	struct log_entry again = {.why = NULL};
	struct suspect suspect = {
	        .part = part,
	        .entry = entry,
	        .line = take->ones[i].number,
	        .us = line->us,
	        .v6_bits = take->setting->v6_bits,
	        .view = take->view,
	        .index = take->block.index,
	        .placebo = take->placebo,
	        .look = &take->looks[i],
	};

	if (entry == NULL) {
		take->scratch.used = 0;
		take->scratch.brief = false;
		part->format->read(&part->dialect, (struct span){line->line, line->len},
		                   &take->scratch, &again);
		suspect.entry = &again;
	}
	suspect.name = name_of(suspect.entry);
	return suspect_take(&suspect, clean);
}

/* Decides line ${i} of the batch, whose ${entry} is NULL if it is to be read again, and
 * which is ${clean} for certain or may be a sighting. */
static inline enum fsk_err
decide(struct take *take, struct part *part, size_t i, bool clean,
       const struct log_entry *entry)
{
	const struct take_one *one = &take->ones[i];
	enum fsk_err err = FSK_OK;

	if (!one->known)
		return FSK_OK;
	if (!clean)
		err = suspect(take, part, i, entry, &clean);
	if (clean && take->looks[i].is_name)
		clean_end(&take->clean, &one->note);
	return err;
}

/* Decides the lines of the batch that are ${suspects}, bit i for line i, in their order. */
static enum fsk_err
decide_suspects(struct take *take, struct part *part, uint64_t suspects)
{
	enum fsk_err err = FSK_OK;

	for (uint64_t left = suspects; left != 0; left &= left - 1) {
		const struct watch_look *look = &take->looks[__builtin_ctzll(left)];

		watch_look_fetch_more(take->block.index, look);
		watch_look_fetch_more(take->placebo, look);
	}
	for (; suspects != 0 && err == FSK_OK; suspects &= suspects - 1)
		err = decide(take, part, (size_t)__builtin_ctzll(suspects), false, NULL);
	return err;
}

/* Decides all lines that are ready. While those are counted that are clean for certain,
 * the memory comes that the others need. */
static enum fsk_err
decide_all(struct take *take, struct part *part)
{
	uint64_t suspects = watch_look_end_all(take->pair, take->looks, take->count);
	enum fsk_err err = FSK_OK;

	for (uint64_t left = suspects; left != 0; left &= left - 1) {
		const struct watch_look *look = &take->looks[__builtin_ctzll(left)];

		watch_look_fetch_again(take->block.index, look);
		watch_look_fetch_again(take->placebo, look);
	}
	for (size_t i = 0; i < take->count && err == FSK_OK; i++) {
		suspects |= (uint64_t)take->ones[i].request << i;
		if ((suspects >> i & 1) == 0)
			err = decide(take, part, i, true, NULL);
	}
	if (err == FSK_OK && suspects != 0)
		err = decide_suspects(take, part, suspects);
	take->count = 0;
	return err;
}

/* Takes a line that asks, ${entry}, into the batch. */
static enum fsk_err
take_asked(struct take *take, struct part *part, struct span line,
           const struct log_entry *entry)
{
	enum fsk_err err = FSK_OK;
	int64_t us;

	if (!count_asked(take, part, entry, &us))
		return FSK_OK;
	if (__builtin_expect(us < take->from_us || us > take->to_us, 0)) {
		err = decide_all(take, part);
		if (err == FSK_OK)
			err = find_block(take, us);
	}
	take->lines[take->count].line = line.text;
	take->lines[take->count].len = (uint32_t)line.len;
	take->lines[take->count].us = us;
	if (err == FSK_OK)
		err = make_ready(take, part, entry, take->count);
	if (err != FSK_OK)
		return err;
	take->count++;
	return take->count == TAKE_BATCH ? decide_all(take, part) : FSK_OK;
}

/* Reads one line, without LF. */
static enum fsk_err
take_line(struct take *take, struct part *part, struct span line)
{
	struct log_entry entry;

	part->lines++;
	if (line.len > PART_LINE_MAX) {
		part_skip(part, long_line);
		return FSK_OK;
	}
	if (line.len > 0 && line.text[line.len - 1] == '\r')
		line.len--;
	if (line.len == 0) {
		part->aside++;
		return FSK_OK;
	}
	log_entry_clear(&entry);
	take->scratch.used = 0;
	take->scratch.brief = true;
	switch (part->format->read(&part->dialect, line, &take->scratch, &entry)) {
	case LOG_ASKED:
		return take_asked(take, part, line, &entry);
	case LOG_ASIDE:
		part->aside++;
		break;
	case LOG_FOREIGN:
		part_skip(part, entry.why);
		break;
	}
	return FSK_OK;
}

/* Takes the next line off ${text}. */
static enum fsk_err
take_next(struct take *take, struct part *part, struct span *text)
{
	const char *lf = memchr(text->text, '\n', text->len);
	size_t len = lf != NULL ? (size_t)(lf - text->text) : text->len;
	struct span line = {text->text, len};

	*text = span_from(*text, len + 1);
	return take_line(take, part, line);
}

/* Times of the kind of the clock's, of which is known what they are in UTC, and that the
 * block and the day that are turned to answer for them. */
struct times {
	int64_t from; /* as a log says them */
	int64_t to;   /* from > to: there are none */
};

static struct times
known_times(const struct take *take)
{
	const struct log_clock *clock = &take->clock;
	struct times times = {take->from_us, take->to_us};

	if (take->from_us > take->to_us || take->day_from_us > take->day_to_us)
		return (struct times){INT64_MAX, INT64_MIN};
	if (times.from < take->day_from_us)
		times.from = take->day_from_us;
	if (times.to > take->day_to_us)
		times.to = take->day_to_us;
	times.from += clock->ahead;
	times.to += clock->ahead;
	if (times.from < clock->from)
		times.from = clock->from;
	if (times.to > clock->to)
		times.to = clock->to;
	return times;
}

/* count_asked() and make_ready() of the ${count} usual lines behind those of the batch,
 * whose times, as the log says them, are known. */
static void
ready_usual(struct take *take, struct part *part, size_t count)
{
	struct log_usual *lines = take->lines + take->count;
	struct take_one *ones = take->ones + take->count;
	const struct watch_look *looks = take->looks + take->count;
	struct watch_asked *asked = take->asked;
	uint64_t hosts[TAKE_BATCH];
	const int64_t ahead = take->clock.ahead;
	const unsigned v6_bits = take->setting->v6_bits;
	int64_t first = part->first_us, last = part->last_us;
	uint64_t clientless = 0;

	for (size_t i = 0; i < count; i++) {
		struct log_usual *line = &lines[i];

		line->us -= ahead;
		first = line->us < first ? line->us : first;
		last = line->us > last ? line->us : last;
		asked[i] = (struct watch_asked){line->name, line->name_len, line->dots};
		hosts[i] = client_hash_text((struct span){line->client, line->client_len},
		                            v6_bits);
		clientless += hosts[i] == 0;
	}
	watch_look_begin_all(take->pair, asked, count, take->looks + take->count);
	for (size_t i = 0; i < count; i++) {
		ones[i].number = part->lines + i + 1;
		ones[i].request = false;
		ones[i].known = hosts[i] != 0;
		ones[i].note =
		        clean_begin(&take->clean, hosts[i], looks[i].hash[0], take->day);
	}
	part->first_us = first;
	part->last_us = last;
	part->clientless += clientless;
	part->lines += count;
	part->asked += count;
	take->count += count;
}

/* Takes usual lines off the front of ${text} into the batch, up to the first one whose
 * time wants more than that. */
static enum fsk_err
take_usual(struct take *take, struct part *part, struct span *text)
{
	const struct log_usual *lines = take->lines + take->count;
	struct times times = known_times(take);
	size_t count, known = 0;

	if (times.from > times.to || take->clock.time != part->format->usual_time ||
	    take->far.archive != NULL)
		return FSK_OK;
	count = part->format->usual(&part->dialect, text, &take->scratch,
	                            take->lines + take->count, TAKE_BATCH - take->count);
	while (known < count && lines[known].us >= times.from &&
	       lines[known].us <= times.to)
		known++;
	if (known < count) {
		text->len += (size_t)(text->text - lines[known].line);
		text->text = lines[known].line;
	}
	ready_usual(take, part, known);
	return take->count == TAKE_BATCH ? decide_all(take, part) : FSK_OK;
}

enum fsk_err
take_lines(struct take *take, struct part *part)
{
	struct span text = {part->text, part->bytes};
	enum fsk_err err = FSK_OK;

	take_begin(take, part);
	if (part->after_long) {
		part->lines++;
		part_skip(part, long_line);
	}
	while (text.len > 0 && err == FSK_OK) {
		const char *start = text.text;

		if (part->format->usual != NULL)
			err = take_usual(take, part, &text);
		if (text.text == start) /* nothing was usual */
			err = take_next(take, part, &text);
	}
	if (err == FSK_OK)
		err = decide_all(take, part);
	take_end(take, part);
	return err;
}

void
take_begin(struct take *take, const struct part *part)
{
	log_clock_init(&take->clock, &part->clock);
	take->day_from_us = INT64_MAX;
	take->day_to_us = INT64_MIN;
	take->count = 0;
}

enum fsk_err
take_record(struct take *take, struct part *part, enum log_kind kind,
            const struct log_entry *entry)
{
	enum fsk_err err = FSK_OK;
	int64_t us;

	part->lines++;
	if (kind == LOG_ASIDE)
		part->aside++;
	if (kind == LOG_FOREIGN)
		part_skip(part, entry->why);
	if (kind != LOG_ASKED || !count_asked(take, part, entry, &us))
		return FSK_OK;
	if (us < take->from_us || us > take->to_us)
		err = find_block(take, us);
	/* No line is in the batch, so that its first place is free. */
	take->lines[0].us = us;
	if (err == FSK_OK)
		err = make_ready(take, part, entry, 0);
	if (err != FSK_OK)
		return err;
	return decide(take, part, 0,
	              !take->ones[0].request &&
	                      !watch_look_end(take->pair, &take->looks[0]),
	              entry);
}

void
take_end(const struct take *take, struct part *part)
{
	part->assumed_zone = take->clock.assumed_zone;
	part->assumed_year = take->clock.assumed_year;
}
