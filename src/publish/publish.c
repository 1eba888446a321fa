/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/publish.h"

#include "base/date.h"
#include "dga/catalog.h"
#include "publish/check.h"
#include "publish/folder.h"
#include "publish/manifest_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

struct run {
	const struct publish_setting *setting;
	struct publish_report *report;
	struct publish_folder folder;
	struct publish_list list;
	struct publish_record record; /* of the publication before */
	uint32_t previous;            /* its serial; 0: there was none */
	int64_t made;                 /* when it was; long ago: there was none */
	bool is_damaged;              /* it is not what its manifest says */
	bool is_unsigned;             /* the last one, by the key that is to sign */
	uint64_t content;
	uint64_t done; /* names that were written */
	uint64_t whole;
};

/* Says which file an error is of. */
static enum fsk_err
blame(struct run *run, const char *file, enum fsk_err err)
{
	if (err != FSK_OK)
		snprintf(run->report->file, sizeof(run->report->file), "%s", file);
	return err;
}

static enum fsk_err
refuse(struct run *run, enum fsk_err err, const char *why)
{
	run->report->why = why;
	return err;
}

static void
digest_span(XXH64_state_t *state, struct span text)
{
	uint64_t len = text.len;

	XXH64_update(state, &len, sizeof(len));
	if (text.len > 0)
		XXH64_update(state, text.text, text.len);
}

/* What the manifest tells of the selection. */
static void
digest_selection(XXH64_state_t *state, const struct publish_selection *selection)
{
	const uint64_t said[] = {selection->family_count, selection->suffix_count,
	                         selection->least};

	XXH64_update(state, said, sizeof(said));
	for (size_t i = 0; i < selection->family_count; i++)
		digest_span(state, span_of(selection->families[i]));
	for (size_t i = 0; i < selection->suffix_count; i++)
		digest_span(state, selection->suffixes[i]);
}

/* Makes the number by which a publication that would say nothing new is known. */
static enum fsk_err
number_content(struct run *run)
{
	const struct publish_setting *setting = run->setting;
	XXH64_state_t *state = XXH64_createState();
	uint64_t said[] = {watch_roster_digest(setting->roster), dga_catalog_version(),
	                   (uint64_t)setting->window.first, (uint64_t)setting->window.last,
	                   setting->ttl};

	if (state == NULL)
		return FSK_NOMEM;
	XXH64_reset(state, 0);
	XXH64_update(state, said, sizeof(said));
	digest_span(state, span_of(fsk_version()));
	digest_span(state, setting->origin);
	digest_span(state, setting->canary);
	digest_selection(state, &setting->selection);
	if (setting->key != NULL)
		XXH64_update(state, setting->key->public_key, PUBLISH_PUBLIC);
	for (size_t i = 0; i < setting->format_count; i++)
		digest_span(state, span_of(setting->formats[i]->name));
	run->content = XXH64_digest(state);
	XXH64_freeState(state);
	return FSK_OK;
}

/* Finds out whether the key signed the publication in ${fd}. One whose signature was lost
 * or altered is no reason to stop, as altered files are: a new one mends it. */
static enum fsk_err
read_signature(struct run *run, int fd)
{
	const struct publish_key *key = run->setting->key;
	struct publish_verdict verdict;
	enum fsk_err err = FSK_OK;

	if (key != NULL)
		err = publish_check_signature(fd, key->public_key, &verdict);
	run->is_unsigned = err == FSK_MISMATCH;
	return err == FSK_MISMATCH ? FSK_OK : err;
}

/* The current publication is not what it was, for the reason ${why}: that is an error
 * unless it may be replaced. */
static enum fsk_err
find_damage(struct run *run, const char *file, const char *why)
{
	run->is_damaged = true;
	if (run->setting->may_replace)
		return FSK_OK;
	run->report->damaged = true;
	(void)refuse(run, FSK_CORRUPT, why);
	return blame(run, file, FSK_CORRUPT);
}

/* Reads the current publication, if there is one, and sees that it is what it should
 * be. */
static enum fsk_err
read_current(struct run *run)
{
	struct publish_report *report = run->report;
	struct publish_verdict verdict;
	enum fsk_err err;
	int fd;

	run->previous = run->folder.highest;
	if (run->folder.current == 0)
		return FSK_OK;
	run->previous = run->folder.current;
	err = publish_folder_current(&run->folder, &fd);
	if (err != FSK_OK)
		return errno == ENOENT || errno == ENOTDIR
		               ? find_damage(run, "", "`current' there leads to nothing")
		               : err;
	err = publish_check(fd, NULL, &verdict, &run->record);
	if (err == FSK_OK)
		err = read_signature(run, fd);
	close(fd);
	report->serial = verdict.serial;
	report->before = verdict.blocked;
	memcpy(report->stray, run->record.stray, sizeof(report->stray));
	if (verdict.serial != 0)
		run->made = verdict.made;
	if (err == FSK_MISMATCH || err == FSK_SYNTAX)
		return find_damage(run, verdict.file, verdict.why);
	if (err == FSK_OK && verdict.serial != run->folder.current)
		return find_damage(run, "", "the manifest is of another serial");
	return err;
}

/* How far back the clock may stand behind the last publication: it was set, no more. */
#define BACK_MOST DATE_DAY

/* Whether the clock can be right: where it has lost its time, the window is one of years
 * ago, and the names of now would be free. */
static enum fsk_err
guard_clock(struct run *run)
{
	if (run->setting->may_go_back || run->setting->now >= run->made - BACK_MOST)
		return FSK_OK;
	run->report->goes_back = true;
	return refuse(run, FSK_RANGE,
	              "the clock is more than a day behind the last publication");
}

static enum fsk_err
refuse_shrink(struct run *run, const char *why)
{
	run->report->shrinks = true;
	return refuse(run, FSK_RANGE, why);
}

/* Whether ${now} is less than half of ${before}. */
static bool
is_shrunk(uint64_t before, uint64_t now)
{
	return now < before / 2 + before % 2;
}

/* Whether the new list may take the place of the last one. */
static enum fsk_err
guard(struct run *run)
{
	const struct publish_report *report = run->report;

	if (run->setting->may_shrink)
		return FSK_OK;
	if (report->names == 0)
		return refuse_shrink(run, "the list would block nothing");
	if (is_shrunk(report->before, report->names))
		return refuse_shrink(
		        run, "the list would shrink to less than half of the last one");
	return FSK_OK;
}

/* What was written under the name ${file}; NULL: nothing. */
static const struct publish_written *
find_written(const struct publish_report *report, const char *file)
{
	for (size_t i = 0; i < report->files; i++) {
		if (strcmp(report->written[i].file, file) == 0)
			return &report->written[i];
	}
	return NULL;
}

/* Whether the new files may take the place of the last ones. The list as a whole says
 * nothing of one reader's file: that goes with a format that is no longer asked for, and
 * shrinks when names have no room in it any more (behind a long origin). */
static enum fsk_err
guard_files(struct run *run)
{
	const struct publish_record *record = &run->record;

	if (run->setting->may_shrink)
		return FSK_OK;
	for (size_t i = 0; i < record->files; i++) {
		const struct publish_record_file *before = &record->file[i];
		const struct publish_written *now = find_written(run->report, before->file);
		const char *why = NULL;

		if (now == NULL)
			why = "this file of the last publication would vanish";
		else if (is_shrunk(before->names, now->facts.names))
			why = "this file would shrink to less than half of the last one";
		if (why != NULL)
			return blame(run, before->file, refuse_shrink(run, why));
	}
	return FSK_OK;
}

/* Numbers the new publication. */
static enum fsk_err
number(struct run *run)
{
	struct date date = date_of(run->setting->now);
	uint64_t today = ((uint64_t)date.year * 10000 + date.month * 100u + date.day) * 100;
	uint64_t last = run->folder.highest > run->folder.current ? run->folder.highest
	                                                          : run->folder.current;
	uint64_t serial = today > last ? today : last + 1;

	while (serial <= UINT32_MAX &&
	       !publish_folder_is_free(&run->folder, (uint32_t)serial))
		serial++;
	if (serial > UINT32_MAX)
		return refuse(run, FSK_RANGE, "serials end with 4294967295");
	run->list.serial = (uint32_t)serial;
	return FSK_OK;
}

/* Whether to go on. */
static enum fsk_err
ask(struct run *run)
{
	const struct publish_setting *setting = run->setting;

	if (setting->progress != NULL &&
	    !setting->progress(run->done, run->whole, setting->context))
		return FSK_STOPPED;
	return FSK_OK;
}

/* Brings ${fd} to the disk and closes it. */
static enum fsk_err
settle(int fd, enum fsk_err err)
{
	int error;

	if (err == FSK_OK && fsync(fd) != 0)
		err = FSK_IO;
	error = errno;
	/* Some file systems tell of a failed write only here. */
	if (close(fd) != 0 && err == FSK_OK)
		return FSK_IO;
	errno = error;
	return err;
}

/* Writes ${fd} as part ${part} of ${format}. */
static enum fsk_err
fill(const struct run *run, const struct publish_part *part, int fd,
     struct publish_file_facts *facts)
{
	struct publish_file *file;
	enum fsk_err err = publish_file_new(fd, &file);

	if (err != FSK_OK)
		return err;
	err = part->write(&run->list, file);
	if (err == FSK_OK)
		err = publish_file_finish(file, facts);
	publish_file_free(file);
	return err;
}

/* Writes part ${part} of ${format}. Its descriptor goes to ${fd}: the disk is waited for
 * when all is written. */
static enum fsk_err
write_part(struct run *run, const struct publish_format *format,
           const struct publish_part *part, int *fd)
{
	struct publish_written *written = &run->report->written[run->report->files];
	struct watch_roster_counts counts;
	enum fsk_err err = publish_folder_create(&run->folder, part->file, fd);

	if (err != FSK_OK)
		return blame(run, part->file, err);
	run->report->files++;
	*written = (struct publish_written){.format = format, .file = part->file};
	err = fill(run, part, *fd, &written->facts);
	if (err != FSK_OK)
		return blame(run, part->file, err);
	/* Let the disk begin now; failures are told by fsync(). */
	(void)sync_file_range(*fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	watch_roster_count(run->setting->roster, &counts);
	run->done += counts.names[WATCH_BLOCK];
	return ask(run);
}

/* How many files ${setting} has. */
static size_t
count_parts(const struct publish_setting *setting)
{
	size_t count = 0;

	for (size_t i = 0; i < setting->format_count; i++) {
		for (size_t k = 0; k < PUBLISH_PARTS_MAX; k++)
			count += setting->formats[i]->parts[k].file != NULL;
	}
	return count;
}

/* Writes the files of all formats. */
static enum fsk_err
write_formats(struct run *run)
{
	const struct publish_setting *setting = run->setting;
	enum fsk_err err = ask(run);
	int fd[PUBLISH_FILES_MAX] = {0};

	for (size_t i = 0; err == FSK_OK && i < setting->format_count; i++) {
		const struct publish_format *format = setting->formats[i];

		for (size_t k = 0; err == FSK_OK && k < PUBLISH_PARTS_MAX; k++) {
			if (format->parts[k].file != NULL)
				err = write_part(run, format, &format->parts[k],
				                 &fd[run->report->files]);
		}
	}
	for (size_t i = 0; i < run->report->files; i++) {
		bool was_well = err == FSK_OK;

		err = settle(fd[i], err);
		if (was_well)
			err = blame(run, run->report->written[i].file, err);
	}
	return err;
}

/* Signs the ${bytes} bytes that ${fd} has. */
static enum fsk_err
sign(struct run *run, int fd, uint64_t bytes)
{
	char text[PUBLISH_SIGNATURE_TEXT];
	size_t len;
	enum fsk_err err;
	void *manifest =
	        mmap(NULL, (size_t)bytes, PROT_READ, MAP_SHARED, fd, 0); /* bytes > 0 */

	if (manifest == MAP_FAILED)
		return FSK_NOMEM;
	publish_manifest_sign(run->setting->key, (struct span){manifest, (size_t)bytes},
	                      text);
	munmap(manifest, (size_t)bytes);
	err = publish_folder_create(&run->folder, PUBLISH_MANIFEST_SIGNATURE, &fd);
	if (err != FSK_OK)
		return err;
	len = strlen(text);
	errno = EIO; /* a short write has none of its own */
	if (write(fd, text, len) != (ssize_t)len)
		err = FSK_IO;
	return settle(fd, err);
}

/* Writes the manifest, and what signs it. */
static enum fsk_err
write_manifest(struct run *run)
{
	const struct publish_manifest manifest = {
	        .list = &run->list,
	        .previous = run->previous,
	        .content = run->content,
	        .selection = &run->setting->selection,
	        .notes = run->setting->notes,
	        .files = run->report->written,
	        .file_count = run->report->files,
	        .key = run->setting->key,
	};
	struct publish_file_facts facts = {.bytes = 0};
	struct publish_file *file;
	enum fsk_err err;
	int fd;

	err = publish_folder_create(&run->folder, PUBLISH_MANIFEST, &fd);
	if (err != FSK_OK)
		return blame(run, PUBLISH_MANIFEST, err);
	err = publish_file_new(fd, &file);
	if (err == FSK_OK) {
		err = publish_manifest_write(&manifest, file);
		if (err == FSK_OK)
			err = publish_file_finish(file, &facts);
		publish_file_free(file);
	}
	if (err == FSK_OK && run->setting->key != NULL)
		err = sign(run, fd, facts.bytes);
	return blame(run, PUBLISH_MANIFEST, settle(fd, err));
}

/* Reads all that was written again, as a reader will. */
static enum fsk_err
read_again(struct run *run)
{
	const struct publish_key *key = run->setting->key;
	struct publish_verdict verdict;
	enum fsk_err err = publish_check(
	        run->folder.draft, key != NULL ? key->public_key : NULL, &verdict, NULL);

	if (err == FSK_SYNTAX)
		err = FSK_MISMATCH;
	if (err == FSK_MISMATCH)
		run->report->why = verdict.why;
	return blame(run, verdict.file, err);
}

/* Writes the new publication, and makes it current. */
static enum fsk_err
renew(struct run *run)
{
	enum fsk_err err = guard_clock(run);

	if (err == FSK_OK)
		err = guard(run);
	if (err == FSK_OK)
		err = number(run);
	if (err == FSK_OK)
		err = blame(run, PUBLISH_FOLDER_DRAFT, publish_folder_begin(&run->folder));
	if (err == FSK_OK)
		err = write_formats(run);
	if (err == FSK_OK)
		err = guard_files(run);
	if (err == FSK_OK)
		err = write_manifest(run);
	if (err == FSK_OK)
		err = read_again(run);
	if (err == FSK_OK)
		err = ask(run);
	if (err == FSK_OK)
		err = publish_folder_install(&run->folder, run->list.serial);
	if (err == FSK_IO && errno == EEXIST && run->report->file[0] == '\0')
		err = blame(run, PUBLISH_FOLDER_LINK, err); /* all else has a new name */
	if (err == FSK_OK) {
		publish_folder_clean(&run->folder, run->previous);
		run->report->outcome = PUBLISH_NEW;
		run->report->serial = run->list.serial;
	}
	return err;
}

static enum fsk_err
work(struct run *run)
{
	enum fsk_err err = read_current(run);

	if (err == FSK_OK)
		err = number_content(run);
	if (err != FSK_OK)
		return err;
	if (run->is_damaged)
		/* The one before it may be the only good one: it stays until there is
		 * another. */
		publish_folder_sweep(&run->folder);
	else
		publish_folder_clean(&run->folder, run->record.previous);
	if (run->folder.current == 0 || run->record.content != run->content ||
	    run->is_unsigned || run->is_damaged)
		return renew(run);
	run->report->outcome = PUBLISH_UNCHANGED;
	return FSK_OK;
}

enum fsk_err
publish_run(const struct publish_setting *setting, struct publish_report *report)
{
	struct watch_roster_counts counts;
	size_t parts = count_parts(setting);
	struct run run = {
	        .setting = setting,
	        .report = report,
	        .made = DATE_FIRST * DATE_DAY,
	        .list = {.roster = setting->roster,
	                 .window = setting->window,
	                 .made = setting->now,
	                 .origin = setting->origin,
	                 .canary = setting->canary,
	                 .ttl = setting->ttl,
	                 .version = span_of(fsk_version())},
	};
	enum fsk_err err;

	watch_roster_count(setting->roster, &counts);
	*report = (struct publish_report){.names = counts.names[WATCH_BLOCK]};
	run.whole = counts.names[WATCH_BLOCK] * parts;
	if (parts > PUBLISH_FILES_MAX)
		return refuse(&run, FSK_RANGE, "these are too many formats");
	err = publish_folder_open(&run.folder, setting->folder, &report->why);
	if (err != FSK_OK)
		return err;
	err = work(&run);
	publish_folder_close(&run.folder);
	return err;
}
