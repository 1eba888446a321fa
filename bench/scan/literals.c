/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The peer that looks for text: bench_literals NAMES LOG. All names are compiled into
 * one database of literals of Vectorscan (or Hyperscan), which then reads the log in
 * blocks of 1 MiB that end with a line. Counts the lines of a BIND query log that ask
 * for a name or for one below it: the engine finds text anywhere, so each find is looked
 * at, which costs nothing as long as finds are rare. With --version says which engine.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hs.h>

#define BLOCK (1 << 20)

struct names {
	char *text; /* of the file */
	const char **name;
	size_t *len;
	unsigned *id;
	unsigned *flags;
	unsigned count;
};

/* One block, and what was found in it. */
struct block {
	const struct names *names;
	const char *text;
	size_t counted; /* bytes, up to the end of the last line that was counted */
	size_t len;
	unsigned long hits;
};

static void *
room(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL)
		err(71, "calloc");
	return p;
}

static size_t
fill(int fd, char *to, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t got = read(fd, to + have, size - have);

		if (got < 0)
			err(71, "read");
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return have;
}

static int
open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		err(71, "%s", path);
	return fd;
}

static void
read_names(struct names *names, const char *path)
{
	int fd = open_file(path);
	off_t size = lseek(fd, 0, SEEK_END);
	size_t most = 0;
	char *at, *end;

	if (size < 0 || lseek(fd, 0, SEEK_SET) != 0)
		err(71, "%s", path);
	names->text = room((size_t)size + 1, 1);
	if (fill(fd, names->text, (size_t)size) != (size_t)size)
		errx(71, "%s became shorter", path);
	close(fd);
	for (at = names->text; (at = strchr(at, '\n')) != NULL; at++)
		most++;
	names->name = room(most, sizeof(*names->name));
	names->len = room(most, sizeof(*names->len));
	names->id = room(most, sizeof(*names->id));
	names->flags = room(most, sizeof(*names->flags));
	for (at = names->text; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		names->name[names->count] = at;
		names->len[names->count] = (size_t)(end - at);
		names->id[names->count] = names->count;
		names->count++;
	}
}

static int
take(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
     void *context)
{
	struct block *block = context;
	size_t len = block->names->len[id];
	size_t at = (size_t)to - len;
	const char *end;

	(void)from;
	(void)flags;
	/* "query: NAME IN": the name in brackets before it is the same one. */
	if (at == 0 || at < block->counted || to >= block->len || block->text[to] != ' ' ||
	    strchr(" .", block->text[at - 1]) == NULL)
		return 0;
	end = memchr(block->text + to, '\n', block->len - (size_t)to);
	block->counted = end == NULL ? block->len : (size_t)(end - block->text);
	block->hits++;
	return 0;
}

static unsigned long
read_log(const struct names *names, const hs_database_t *database, const char *path)
{
	struct block block = {.names = names};
	hs_scratch_t *scratch = NULL;
	char *text = room(BLOCK, 1);
	int fd = open_file(path);
	size_t rest = 0;

	if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
		errx(71, "no scratch");
	for (;;) {
		size_t have = rest + fill(fd, text + rest, BLOCK - rest);
		const char *end = memrchr(text, '\n', have);

		if (end == NULL)
			break;
		block.text = text;
		block.len = (size_t)(end - text) + 1;
		block.counted = 0;
		if (hs_scan(database, text, (unsigned)block.len, 0, scratch, take,
		            &block) != HS_SUCCESS)
			errx(71, "hs_scan");
		rest = have - block.len;
		memmove(text, text + block.len, rest);
	}
	close(fd);
	free(text);
	hs_free_scratch(scratch);
	return block.hits;
}

int
main(int argc, char **argv)
{
	struct names names = {0};
	hs_database_t *database;
	hs_compile_error_t *why;

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts(hs_version()) < 0 ? 71 : 0;
	if (argc != 3)
		errx(64, "usage: bench_literals NAMES LOG | --version");
	read_names(&names, argv[1]);
	if (hs_compile_lit_multi(names.name, names.flags, names.id, names.len, names.count,
	                         HS_MODE_BLOCK, NULL, &database, &why) != HS_SUCCESS)
		errx(71, "%s", why->message);
	printf("%lu\n", read_log(&names, database, argv[2]));
	hs_free_database(database);
	free(names.text);
	free(names.name);
	free(names.len);
	free(names.id);
	free(names.flags);
	return fflush(stdout) == 0 ? 0 : 71;
}
