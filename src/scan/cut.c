/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/cut.h"

#include <errno.h>

/* Records of a piece of a format that is no text. */
#define PART_RECORDS 8192

/* What stands for the head of a source that is no text. */
struct span
cut_first_record(const struct intake *intake)
{
	return (struct span){(const char *)&intake->first_record,
	                     sizeof(intake->first_record)};
}

void
cut_set_head(struct scan_mark *mark, struct span head)
{
	mark->head_len =
	        (uint32_t)(head.len < SCAN_STATE_HEAD ? head.len : SCAN_STATE_HEAD);
	mark->head = scan_state_digest((struct span){head.text, mark->head_len});
}

/* Keeps the last bytes of ${text}, which was handed out. */
static void
keep_tail(struct intake *intake, struct span text)
{
	size_t room = sizeof(intake->tail);
	size_t old;

	if (text.len >= room) {
		memcpy(intake->tail, text.text + text.len - room, room);
		intake->tail_len = room;
		return;
	}
	old = intake->tail_len < room - text.len ? intake->tail_len : room - text.len;
	memmove(intake->tail, intake->tail + intake->tail_len - old, old);
	if (text.len > 0)
		memcpy(intake->tail + old, text.text, text.len);
	intake->tail_len = old + text.len;
}

/* Brings the mark of ${intake} to where reading stands. */
static void
move_mark(struct intake *intake, uint64_t bytes)
{
	struct scan_mark *mark = &intake->mark;

	mark->offset += bytes;
	mark->tail_len = (uint32_t)intake->tail_len;
	mark->tail = scan_state_digest((struct span){intake->tail, intake->tail_len});
}

/* Fills ${to}, which has ${room} bytes and holds ${len} of them, as far as the
 * source gives. A source that is broken says so in ${part}. */
static enum fsk_err
fill(struct intake *intake, struct part *part, char *to, size_t room, size_t *len)
{
	while (*len < room && !intake->ended) {
		size_t got = 0;
		enum fsk_err err =
		        log_source_read(intake->source, to + *len, room - *len, &got);

		if (err == FSK_NOMEM)
			return err;
		if (err == FSK_CORRUPT)
			part->why = log_source_why(intake->source);
		if (err == FSK_IO) {
			part->why = "it cannot be read to its end";
			part->error = errno;
		}
		intake->ended = err != FSK_OK;
		intake->broken = intake->ended && err != FSK_END;
		*len += got;
	}
	return FSK_OK;
}

/* Whether the source has ended for good: its last line needs no LF then. What is left
 * in front of damage, or when the reading was stopped, is no line. */
static bool
is_over(const struct intake *intake)
{
	return intake->ended && !intake->broken && !intake->grows && !intake->follows;
}

/* Passes over the rest of a line that is too long. Returns how many of the ${len}
 * bytes of ${text} belong to it. The mark stays in front of the line until its end is
 * there, so that another run counts it if this one cannot. */
static size_t
drop(struct intake *intake, const char *text, size_t len)
{
	const char *lf = len > 0 ? memchr(text, '\n', len) : NULL;
	size_t end = lf != NULL ? (size_t)(lf - text) + 1 : len;

	keep_tail(intake, (struct span){text, end});
	intake->dropped += end;
	if (lf == NULL && !is_over(intake))
		return end;
	move_mark(intake, intake->dropped);
	intake->dropped = 0;
	intake->after_long = true;
	return end;
}

/* How many of the ${len} bytes at ${text} are whole lines. */
static size_t
whole_lines(struct intake *intake, const char *text, size_t len)
{
	const char *lf = len > 0 ? memrchr(text, '\n', len) : NULL;

	if (is_over(intake))
		return len;
	return lf != NULL ? (size_t)(lf - text) + 1 : 0;
}

/* Learns what the line at the start of the ${len} bytes at ${text} says of those behind
 * it. Returns how long it is, with its end. */
static size_t
learn_line(const struct intake *intake, const char *text, size_t len,
           struct log_dialect *dialect)
{
	const char *lf = memchr(text, '\n', len);
	size_t end = lf != NULL ? (size_t)(lf - text) : len;
	size_t cut = end > 0 && text[end - 1] == '\r';

	intake->format->learn((struct span){text, end - cut}, dialect);
	return lf != NULL ? end + 1 : end;
}

/* Learns what the lines at the start of the ${len} bytes at ${text} say of those
 * behind them, and returns where the next line begins that says something else: a
 * piece ends there. Lines that say what is known do not end it: a log may be full of
 * them. */
static size_t
learn_marks(struct intake *intake, const char *text, size_t len)
{
	char mark = intake->format->mark;
	size_t at = 0;

	while (at < len && text[at] == mark)
		at += learn_line(intake, text + at, len - at, &intake->dialect);
	while (at < len) {
		const char *found = memchr(text + at, mark, len - at);
		struct log_dialect learnt;

		if (found == NULL)
			return len;
		at = (size_t)(found - text);
		if (found[-1] != '\n') {
			at++;
			continue;
		}
		learnt = intake->dialect;
		at += learn_line(intake, found, len - at, &learnt);
		if (!log_dialect_equal(&learnt, &intake->dialect))
			return (size_t)(found - text);
	}
	return len;
}

/* How many bytes to read behind ${len} that were carried, into ${room}: whole pages, if
 * that leaves any. */
static size_t
whole_pages(size_t room, size_t len)
{
	size_t left = room > len ? room - len : 0;

	return left > PART_PAGE ? left - left % PART_PAGE : left;
}

/* Cuts the next piece, up to ${room} bytes of it. What was carried stands in front of the
 * middle of the buffer, so that the system copies whole pages to whole pages: from and to
 * any other place that takes up to twice as long. */
static enum fsk_err
next_lines(struct intake *intake, struct part *part, size_t room)
{
	size_t len = intake->carried;
	size_t start = 0;
	size_t taken = 0;
	size_t bom = 0; /* in front of the first line */
	char *text = part->buffer + PART_BYTES - len;
	enum fsk_err err;

	memcpy(text, intake->carry, len);
	err = fill(intake, part, text, len + whole_pages(room, len), &len);
	if (err != FSK_OK)
		return err;
	if (intake->dropped > 0)
		start = drop(intake, text, len);
	if (intake->dropped == 0) {
		taken = whole_lines(intake, text + start, len - start);
		if (taken == 0 && len - start == PART_BYTES)
			start = drop(intake, text, len);
	}
	if (taken > 0 && start == 0 && intake->mark.offset == 0)
		bom = intake_bom((struct span){text, taken});
	if (taken > bom && intake->format->mark != 0)
		taken = bom + learn_marks(intake, text + start + bom, taken - bom);
	if (taken > 0) {
		keep_tail(intake, (struct span){text + start, taken});
		move_mark(intake, taken);
	}
	intake->carried = len - start - taken;
	memcpy(intake->carry, text + start + taken, intake->carried);
	part->text = text + start + bom;
	part->bytes = taken - bom;
	part->after_long = intake->after_long;
	intake->after_long = false;
	part->last = intake->ended && (intake->carried == 0 || taken == 0);
	return FSK_OK;
}

/* A digest of what ${entry} says, behind ${before}. */
static uint64_t
digest_entry(uint64_t before, const struct log_entry *entry)
{
	const uint64_t said[] = {
	        before,
	        (uint64_t)entry->us,
	        scan_state_digest(entry->client),
	        scan_state_digest(entry->name),
	        entry->port,
	};

	return scan_state_digest((struct span){(const char *)said, sizeof(said)});
}

/* Reads the next record, of a format that is no text, and moves the mark behind it. Only
 * what asks is digested at the tail: nothing else is lost when it is passed over. */
static enum fsk_err
next_record(struct intake *intake, struct log_scratch *scratch, struct log_entry *entry,
            enum log_kind *kind)
{
	struct scan_mark *mark = &intake->mark;
	enum fsk_err err;

	*entry = (struct log_entry){.why = NULL};
	*kind = LOG_ASIDE;
	scratch->used = 0;
	err = intake->format->next(intake->records, scratch, entry, kind);
	if (err != FSK_OK)
		return err;
	mark->tail_len = 1;
	if (mark->offset++ == 0) {
		mark->tail = 0;
		intake->first_record = digest_entry(*kind, entry);
		cut_set_head(mark, cut_first_record(intake));
	}
	if (*kind == LOG_ASKED)
		mark->tail = digest_entry(mark->tail ^ mark->offset, entry);
	return FSK_OK;
}

/* Counts in ${part} the bytes that its records took. A data base is not read through
 * its source: it counts whole in the end. */
static void
count_bytes(struct intake *intake, struct part *part)
{
	uint64_t bytes = log_source_offset(intake->source);

	if (bytes == 0 && part->last)
		bytes = log_source_whole(intake->source);
	part->bytes = bytes - intake->counted;
	intake->counted = bytes;
}

/* Reads records into ${part}. */
static enum fsk_err
next_records(struct intake *intake, struct take *take, struct part *part)
{
	enum fsk_err err = FSK_OK;

	take_begin(take, part);
	for (unsigned i = 0; i < PART_RECORDS && err == FSK_OK; i++) {
		struct log_entry entry;
		enum log_kind kind;

		err = next_record(intake, &take->scratch, &entry, &kind);
		if (err == FSK_CORRUPT)
			part->why = entry.why;
		if (err == FSK_IO) {
			part->why = "it cannot be read to its end";
			part->error = errno;
		}
		if (err == FSK_OK)
			err = take_record(take, part, kind, &entry);
	}
	take_end(take, part);
	if (err == FSK_NOMEM || err == FSK_RANGE)
		return err;
	intake->ended = err != FSK_OK;
	part->last = intake->ended;
	count_bytes(intake, part);
	return FSK_OK;
}

enum fsk_err
cut_next(struct intake *intake, struct take *take, struct part *part)
{
	enum fsk_err err;

	part_clear(part);
	if (!intake_is_open(intake) || (intake->ended && intake->carried == 0))
		return FSK_END;
	part->file = intake->file;
	part->format = intake->format;
	part->clock = intake->clock;
	if (intake->format->read == NULL)
		err = next_records(intake, take, part);
	else
		err = next_lines(intake, part, PART_BYTES);
	part->dialect = intake->dialect;
	part->mark = intake->mark;
	part->disk = log_source_done(intake->source);
	if (part->last && !intake->follows)
		intake->carried = 0;
	return err;
}

/* Takes what is left in front of an earlier run's mark: a line without an end, which
 * that run took because its source had ended. */
static void
take_rest(struct intake *intake)
{
	if (intake->carried > 0 && intake->format->mark != 0)
		(void)learn_marks(intake, intake->carry, intake->carried);
	keep_tail(intake, (struct span){intake->carry, intake->carried});
	move_mark(intake, intake->dropped + intake->carried);
	intake->dropped = 0;
	intake->carried = 0;
}

/* Passes over the lines that an earlier run read, up to ${mark}. Stores in ${same}
 * whether they are what that run read. */
static enum fsk_err
pass_lines(struct intake *intake, const struct scan_mark *mark, bool *same)
{
	struct part part;
	enum fsk_err err = part_init(&part);
	uint64_t left = mark->offset;

	*same = false;
	while (err == FSK_OK && left > intake->carried && !intake->ended) {
		uint64_t before = left;
		size_t carried = intake->carried;

		err = next_lines(intake, &part,
		                 left < PART_BYTES ? (size_t)left : PART_BYTES);
		left = mark->offset - intake->mark.offset - intake->dropped;
		if (left == before && intake->carried == carried)
			break; /* never for ever, whatever was written there */
	}
	part_fini(&part);
	if (err != FSK_OK || left != intake->carried)
		return err;
	take_rest(intake);
	*same = intake->tail_len >= mark->tail_len &&
	        scan_state_digest(
	                (struct span){intake->tail + intake->tail_len - mark->tail_len,
	                              mark->tail_len}) == mark->tail;
	return FSK_OK;
}

/* Reads records up to number ${count}, or as many as there are. */
enum fsk_err
cut_pass_records(struct intake *intake, uint64_t count)
{
	struct log_scratch scratch = {.used = 0};
	struct log_entry entry;
	enum log_kind kind;
	enum fsk_err err = FSK_OK;

	while (err == FSK_OK && intake->mark.offset < count)
		err = next_record(intake, &scratch, &entry, &kind);
	return err == FSK_NOMEM ? err : FSK_OK;
}

/* The same for both. */
enum fsk_err
cut_pass_over(struct intake *intake, const struct scan_mark *mark, bool *same)
{
	enum fsk_err err;

	if (intake->format->read != NULL)
		return pass_lines(intake, mark, same);
	err = cut_pass_records(intake, mark->offset);
	*same = intake->mark.offset == mark->offset &&
	        intake->mark.tail_len == mark->tail_len && intake->mark.tail == mark->tail;
	return err;
}
