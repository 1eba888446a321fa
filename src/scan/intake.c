/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/date.h"
#include "scan/cut.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes that tell UTF-16. */
#define UTF16_BYTES 16

/* Bytes of a header of tar, and where its magic is. */
#define TAR_BLOCK 512
#define TAR_MAGIC 257

/* Why a pipe that nobody wrote to is not read. */
#define STOPPED "stopped before anything came"

/* Closes what is open and tells in ${file} why it is not read. */
static void
refuse(struct intake *intake, struct scan_file *file, const char *why, int error)
{
	file->format = NULL;
	file->why = why;
	file->error = error;
	intake_close(intake);
}

/* Whether the source is a regular file, which may grow and can be read again: a pipe
 * can do neither. Stores in ${status} what it is. */
static bool
is_regular(const struct intake *intake, struct stat *status)
{
	return fstat(log_source_fd(intake->source), status) == 0 &&
	       S_ISREG(status->st_mode);
}

/* The second of the date of the file, or the present for what is no file. */
static int64_t
date_of_file(const struct intake *intake)
{
	struct stat status;

	return is_regular(intake, &status) ? status.st_mtim.tv_sec : intake->setting->now;
}

/* Whether the last line of the source, a file that may grow, has no end yet. */
static bool
is_unended(const struct intake *intake)
{
	struct stat status;
	char last;

	return is_regular(intake, &status) && status.st_size > 0 &&
	       pread(log_source_fd(intake->source), &last, 1, status.st_size - 1) == 1 &&
	       last != '\n';
}

/* Looks for the first line of ${head} that asks and has a time: with a year that
 * the user said, years count from it. Stores its second in ${first}. */
static void
find_first(struct intake *intake, struct span head, int64_t *first)
{
	struct log_scratch scratch = {.used = 0};

	*first = intake->clock.newest;
	while (head.len > 0) {
		const char *lf = memchr(head.text, '\n', head.len);
		struct span line = {head.text,
		                    lf != NULL ? (size_t)(lf - head.text) : head.len};
		struct log_entry entry = {.why = NULL};
		struct log_clock clock;
		int64_t us;

		head = span_from(head, line.len + 1);
		scratch.used = 0;
		if (line.len > 0 && line.text[line.len - 1] == '\r')
			line.len--;
		if (intake->format->read(&intake->dialect, line, &scratch, &entry) !=
		    LOG_ASKED)
			continue;
		if (entry.time == LOG_TIME_YEARLESS)
			intake->clock.first = entry.us;
		log_clock_init(&clock, &intake->clock);
		if (!log_clock_utc(&clock, &entry, &us))
			continue;
		*first = date_second_of(us);
		return;
	}
}

/* Opens the source of ${file} and looks at its first bytes. */
static enum fsk_err
open_source(struct intake *intake, struct scan_file *file, struct span *head)
{
	const char *path = strcmp(file->path, "-") == 0 ? NULL : file->path;
	int stop = intake->setting->stop > 0 ? intake->setting->stop : -1;
	enum fsk_err err = log_source_open_until(path, stop, &intake->source);

	if (err == FSK_OK)
		err = log_source_head(intake->source, head);
	if (err == FSK_IO) {
		refuse(intake, file, "it cannot be read", errno);
		return FSK_OK;
	}
	if (err == FSK_STOPPED)
		refuse(intake, file, STOPPED, 0);
	return err;
}

/* Finds out of which format the source of ${file} is. */
static void
find_format(struct intake *intake, struct scan_file *file, struct span head)
{
	const struct scan_setting *setting = intake->setting;
	bool cut = head.len == LOG_SOURCE_HEAD;

	head = span_from(head, intake_bom(head));
	intake->dialect = setting->dialect;
	intake->format = setting->format;
	if (intake->format == NULL)
		intake->format = log_detect(head, cut, &intake->dialect);
	else if (intake->format->read != NULL)
		log_learn(intake->format, head, cut, &intake->dialect);
	file->format = intake->format;
	file->dialect = intake->dialect;
}

/* Opens the records of a format that is no text. */
static enum fsk_err
open_records(struct intake *intake, struct scan_file *file)
{
	const char *why = "it cannot be read";
	enum fsk_err err = intake->format->open(intake->source, &intake->records, &why);

	if (err == FSK_CORRUPT || err == FSK_IO) {
		refuse(intake, file, why, err == FSK_IO ? errno : 0);
		return FSK_OK;
	}
	if (err == FSK_STOPPED)
		refuse(intake, file, STOPPED, 0);
	return err;
}

/* Sets ${intake} to the start of its source, which is opened again. */
static enum fsk_err
start_over(struct intake *intake, struct scan_file *file, struct span *head)
{
	enum fsk_err err;

	if (intake->records != NULL)
		intake->format->close(intake->records);
	log_source_close(intake->source);
	intake->records = NULL;
	intake->source = NULL;
	intake->carried = 0;
	intake->tail_len = 0;
	intake->ended = false;
	intake->broken = false;
	intake->dropped = 0;
	intake->counted = 0;
	intake->after_long = false;
	intake->mark.offset = 0;
	intake->dialect = file->dialect;
	err = open_source(intake, file, head);
	if (err == FSK_OK && intake_is_open(intake) && intake->format->read == NULL)
		err = open_records(intake, file);
	return err;
}

/* Goes on where an earlier run ended, if the state knows the source. Nothing is passed
 * over of standard input and pipes: they cannot be read again from their start. */
static enum fsk_err
resume(struct intake *intake, struct scan_file *file, struct span *head)
{
	const struct scan_state *state = intake->setting->state;
	bool is_text = intake->format->read != NULL;
	const struct scan_mark *mark;
	struct stat status;
	enum fsk_err err = FSK_OK;

	if (state == NULL || strcmp(file->path, "-") == 0 || !is_regular(intake, &status))
		return FSK_OK;
	if (!is_text)
		err = cut_pass_records(intake, 1);
	for (size_t n = 0; err == FSK_OK && intake_is_open(intake); n++) {
		bool same = false;

		mark = scan_state_find(state, is_text ? *head : cut_first_record(intake),
		                       n);
		if (mark == NULL)
			break;
		if (!span_equal(span_of(mark->format), span_of(intake->format->name)))
			continue;
		err = cut_pass_over(intake, mark, &same);
		if (err == FSK_OK && same) {
			intake->proven = *mark;
			file->from_line = mark->line;
			return FSK_OK;
		}
		if (err == FSK_OK)
			err = start_over(intake, file, head);
	}
	/* What was read of the records to know them. */
	if (err == FSK_OK && !is_text && intake_is_open(intake))
		err = start_over(intake, file, head);
	return err;
}

/* Whether ${head} begins a tar archive (POSIX, pax, "ustar Interchange Format"; the
 * magic of GNU's goes on with blanks). The NUL behind it is in no line of text, so
 * that no client can ask for a name that hides a log. */
static bool
is_tar(struct span head)
{
	return head.len >= TAR_BLOCK && head.text[0] != '\0' &&
	       (memcmp(head.text + TAR_MAGIC, "ustar", sizeof("ustar")) == 0 ||
	        memcmp(head.text + TAR_MAGIC, "ustar  ", sizeof("ustar  ")) == 0);
}

/* Whether ${head} begins a text in UTF-16, with a byte order mark (RFC 2781) or without:
 * then every other of its first bytes is NUL. */
static bool
is_utf16(struct span head)
{
	size_t nuls = 0;

	if (head.len < UTF16_BYTES)
		return false;
	if (memcmp(head.text, "\xff\xfe", 2) == 0 || memcmp(head.text, "\xfe\xff", 2) == 0)
		return true;
	for (size_t i = 0; i < UTF16_BYTES; i += 2)
		nuls += (head.text[i] == '\0') != (head.text[i + 1] == '\0');
	return nuls == UTF16_BYTES / 2;
}

/* Why a source with this ${head} cannot be read; NULL: it can. */
static const char *
why_unread(const struct intake *intake, struct span head)
{
	const char *why = log_source_why(intake->source);

	if (head.len == 0 && why == NULL)
		return "it is empty";
	if ((intake->format == NULL || intake->format->read != NULL) && is_tar(head))
		return "a tar archive: unpack it first";
	if ((intake->format == NULL || intake->format->read != NULL) && is_utf16(head))
		return "it looks like UTF-16: make it UTF-8 first, with iconv -f UTF-16";
	if (intake->format != NULL)
		return NULL;
	return head.len == 0 ? why : "no log format that is known reads its lines";
}

/* Finds out whether the source may grow: what its last line is then comes later. */
static void
expect_growth(struct intake *intake, struct scan_file *file)
{
	const struct scan_setting *setting = intake->setting;
	struct stat status;
	bool may_grow = log_source_is_plain(intake->source) && is_regular(intake, &status);

	intake->grows = (setting->state != NULL || setting->follow) && may_grow;
	file->left = intake->format->read == NULL || !may_grow;
	if (intake->grows && !setting->follow && intake->format->read != NULL)
		file->unended = is_unended(intake);
}

static enum fsk_err
prepare(struct intake *intake, struct scan_file *file, int64_t *first)
{
	struct span head;
	struct stat status;
	const char *why;
	enum fsk_err err = open_source(intake, file, &head);

	if (err != FSK_OK || !intake_is_open(intake))
		return err;
	find_format(intake, file, head);
	why = why_unread(intake, head);
	if (why != NULL) {
		file->empty = head.len == 0 && log_source_why(intake->source) == NULL &&
		              is_regular(intake, &status);
		refuse(intake, file, why, 0);
		return FSK_OK;
	}
	intake->carry = malloc(PART_BYTES);
	if (intake->carry == NULL)
		return FSK_NOMEM;
	intake->clock = (struct log_clock_setting){
	        .utc = intake->setting->utc,
	        .year = intake->setting->year,
	        .newest = date_of_file(intake),
	};
	file->undated = !is_regular(intake, &status);
	*first = intake->clock.newest;
	memcpy(intake->mark.format, intake->format->name, strlen(intake->format->name) + 1);
	if (intake->format->read != NULL) {
		cut_set_head(&intake->mark, head);
		find_first(intake, span_from(head, intake_bom(head)), first);
	} else {
		err = open_records(intake, file);
	}
	if (err == FSK_OK && intake_is_open(intake))
		err = resume(intake, file, &head);
	if (err == FSK_OK && intake_is_open(intake))
		expect_growth(intake, file);
	return err;
}

enum fsk_err
intake_open(struct intake *intake, const struct scan_setting *setting, uint32_t number,
            struct scan_file *file, int64_t *first)
{
	enum fsk_err err;

	*intake = (struct intake){.setting = setting, .file = number};
	*first = setting->now;
	err = prepare(intake, file, first);
	if (err != FSK_OK)
		intake_close(intake);
	return err;
}

enum fsk_err
intake_follow(struct intake *intake, const struct scan_setting *setting, uint32_t number,
              struct scan_file *file, const struct scan_mark *mark)
{
	struct scan_setting plain = *setting;
	uint64_t from_line = file->from_line;
	bool same = false;
	int64_t first;
	enum fsk_err err;

	/* Where to go on is said by the mark, not by the state. */
	plain.state = NULL;
	err = intake_open(intake, &plain, number, file, &first);
	if (err != FSK_OK || !intake_is_open(intake))
		return err;
	intake->setting = setting;
	intake->follows = true;
	file->from_line = from_line;
	if (intake->format->read != NULL && log_source_is_plain(intake->source))
		err = cut_pass_over(intake, mark, &same);
	if (err != FSK_OK || !same)
		intake_close(intake);
	return err;
}

void
intake_close(struct intake *intake)
{
	if (intake == NULL)
		return;
	if (intake->records != NULL)
		intake->format->close(intake->records);
	log_source_close(intake->source);
	free(intake->carry);
	intake->records = NULL;
	intake->source = NULL;
	intake->carry = NULL;
}
