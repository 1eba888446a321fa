/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/archive_open.c: opens an index file. The file is mapped, not read: who
 * touches a part that was cut off since then gets SIGBUS. A new index never does
 * that to anybody, since it is put in place by a rename, and the mapping keeps
 * the old one; but a file should not be written over in place.
 */
#include "watch/archive_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum fsk_err
fail(enum fsk_err err, const char **why, const char *text)
{
	*why = text;
	return err;
}

/* Maps the file ${fd}. */
static enum fsk_err
map(int fd, struct watch_archive *archive, const char **why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail(FSK_IO, why, "the file cannot be read");
	if (!S_ISREG(st.st_mode))
		return fail(FSK_SYNTAX, why,
		            "this is no index file, nor a plain file at all");
	if (st.st_size < (off_t)sizeof(ARCHIVE_MAGIC))
		return fail(FSK_SYNTAX, why, "this is no index file");
	if ((uint64_t)st.st_size > SIZE_MAX) {
		errno = EFBIG;
		return fail(FSK_IO, why, "the file is larger than this machine can map");
	}
	archive->bytes = (size_t)st.st_size;
	archive->mapping = mmap(NULL, archive->bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (archive->mapping == MAP_FAILED) {
		archive->mapping = NULL;
		return fail(errno == ENOMEM ? FSK_NOMEM : FSK_IO, why,
		            "the file cannot be mapped into memory");
	}
	/* A look-up touches three pages, far from each other. */
	(void)posix_madvise(archive->mapping, archive->bytes, POSIX_MADV_RANDOM);
	return FSK_OK;
}

/* Whether what ${header} says of places and widths follows from its numbers. */
static bool
is_laid_out(const struct archive_header *header)
{
	struct archive_header computed = *header;

	return archive_layout(&computed) == FSK_OK &&
	       memcmp(&computed, header, sizeof(computed)) == 0;
}

/* Copies the header out of the mapping. */
static enum fsk_err
take_header(struct watch_archive *archive, const char **why)
{
	if (memcmp(archive->mapping, ARCHIVE_MAGIC, sizeof(ARCHIVE_MAGIC)) != 0)
		return fail(FSK_SYNTAX, why, "this is no index file");
	if (archive->bytes < sizeof(*archive->header))
		return fail(FSK_CORRUPT, why, "the index file is cut");
	archive->header = malloc(sizeof(*archive->header));
	if (archive->header == NULL)
		return FSK_NOMEM;
	memcpy(archive->header, archive->mapping, sizeof(*archive->header));
	return FSK_OK;
}

/* Checks the header: first whether it is ours, then whether it is whole. */
static enum fsk_err
check_header(const struct watch_archive *archive, const char **why)
{
	const struct archive_header *header = archive->header;

	if (header->byte_order != ARCHIVE_BYTE_ORDER)
		return fail(FSK_VERSION, why,
		            "the index file was made on a machine of another byte order, "
		            "or is altered");
	if (header->format != ARCHIVE_FORMAT)
		return fail(FSK_VERSION, why,
		            "the index file is of another version of its form");
	if (header->header_sum != archive_header_sum(header))
		return fail(FSK_CORRUPT, why, "the header of the index file is altered");
	if (header->catalog != dga_catalog_version())
		return fail(FSK_VERSION, why,
		            "the index file was made by other versions of the generators; "
		            "build it again");
	if (!is_laid_out(header))
		return fail(FSK_CORRUPT, why,
		            "the header of the index file contradicts itself");
	if (header->file_bytes != archive->bytes)
		return fail(FSK_CORRUPT, why,
		            "the index file is cut, or something was added");
	if (header->tables_sum !=
	    archive_tables_sum((const char *)archive->mapping + ARCHIVE_PAGE,
	                       (size_t)header->states_at - ARCHIVE_PAGE))
		return fail(FSK_CORRUPT, why, "the tables of the index file are altered");
	return FSK_OK;
}

/* Copies the generators' numbers, which must rise, from ${number}. */
static enum fsk_err
take_generators(struct watch_archive *archive, const uint64_t *number)
{
	size_t count = (size_t)archive->header->generators;
	size_t known = dga_generator_count();

	archive->generators = calloc(count + 1, sizeof(*archive->generators));
	if (archive->generators == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++) {
		if (number[i] >= known || (i > 0 && number[i] <= number[i - 1]))
			return FSK_CORRUPT;
		archive->generators[i] = (size_t)number[i];
	}
	return FSK_OK;
}

/* Copies the runs from ${run}, and numbers their groups again. */
static enum fsk_err
take_runs(struct watch_archive *archive, const struct watch_run *run)
{
	const struct archive_header *header = archive->header;
	struct dga_generator generator = {.family = NULL};

	for (uint64_t i = 0; i < header->runs; i++) {
		enum fsk_err err;

		if (generator.family == NULL || generator.number != run[i].generator)
			generator = dga_generator_at((size_t)run[i].generator);
		if (generator.family == NULL || generator.variant->count == 0 ||
		    run[i].lists == 0 || run[i].group != archive->runs.groups)
			return FSK_CORRUPT;
		err = watch_runs_add(&archive->runs, generator.variant, run[i]);
		if (err != FSK_OK)
			return err == FSK_RANGE ? FSK_CORRUPT : err;
	}
	if (archive->runs.groups != header->groups || archive->runs.names != header->names)
		return FSK_CORRUPT;
	return FSK_OK;
}

/* Takes over what the checked header and tables say. */
static enum fsk_err
take(struct watch_archive *archive, const char **why)
{
	const struct archive_header *header = archive->header;
	const unsigned char *file = archive->mapping;
	const void *tables = file + ARCHIVE_PAGE;
	uint64_t parts;
	enum fsk_err err;

	archive->pages = (const void *)(file + header->states_at);
	archive->blocks = (const void *)(file + header->directory_at);
	archive->entries = file + header->entries_at;
	parts = archive_blocks(header) + archive_pages(header);
	archive->checked = calloc((size_t)(parts / 64 + 1), sizeof(*archive->checked));
	if (archive->checked == NULL)
		return FSK_NOMEM;
	err = take_generators(archive, tables);
	if (err == FSK_OK)
		err = take_runs(archive, (const void *)((const uint64_t *)tables +
		                                        header->generators));
	if (err == FSK_CORRUPT)
		*why = "the tables of the index file contradict each other";
	archive->info = (struct watch_archive_info){
	        .format = (uint32_t)header->format,
	        .catalog = header->catalog,
	        .from = header->from,
	        .to = header->to,
	        .names = header->names,
	        .bytes = header->file_bytes,
	        .generator_count = (size_t)header->generators,
	        .generators = archive->generators,
	};
	return err;
}

enum fsk_err
watch_archive_open(const char *path, struct watch_archive **archive, const char **why)
{
	struct watch_archive *made = calloc(1, sizeof(*made));
	const char *reason = NULL;
	enum fsk_err err = FSK_NOMEM;
	int error_number;
	int fd = -1;

	if (made == NULL)
		goto end;
	/* Not to hang on a pipe that nobody writes to. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	err = fd < 0 ? fail(FSK_IO, &reason, "the file cannot be opened") : FSK_OK;
	if (err == FSK_OK)
		err = map(fd, made, &reason);
	if (err == FSK_OK)
		err = take_header(made, &reason);
	if (err == FSK_OK)
		err = check_header(made, &reason);
	if (err == FSK_OK)
		err = take(made, &reason);
end:
	error_number = errno;
	if (fd >= 0)
		close(fd);
	if (err != FSK_OK) {
		watch_archive_close(made);
		if (why != NULL)
			*why = reason != NULL ? reason : fsk_strerror(err);
		errno = error_number;
		return err;
	}
	*archive = made;
	return FSK_OK;
}

void
watch_archive_close(struct watch_archive *archive)
{
	if (archive == NULL)
		return;
	if (archive->mapping != NULL)
		munmap(archive->mapping, archive->bytes);
	watch_runs_fini(&archive->runs);
	free(archive->header);
	free(archive->generators);
	free(archive->checked);
	free(archive);
}
