/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Each generator makes its published lists, name by name, and each file is the
 * one whose count and SHA-256 stand in lists/index.tsv. One TAP line a file,
 * one a generator that has none, one a row of the index that has none.
 */
#include "vectors/compare.h"

#include <err.h>
#include <sodium/crypto_hash_sha256.h>
#include <stdio.h>
#include <stdlib.h>

#define LISTS TEST_DATA "/vectors/lists"

/* A row of index.tsv. */
struct row {
	struct row *next;
	bool seen; /* its file is there */
	unsigned long count;
	char sha256[65];
	char file[1]; /* NUL-terminated */
};

struct run {
	struct row *rows;
	bool *proven; /* by the generator's number: it has a list */
	unsigned tests;
	unsigned failed;
};

static void
tell(struct run *run, bool ok, const char *what, const char *why)
{
	run->tests++;
	run->failed += !ok;
	printf("%s %u - %s%s%s\n", ok ? "ok" : "not ok", run->tests, what,
	       why[0] != '\0' ? ": " : "", why);
}

/* Which column of ${header} (fields parted by tabs) is called ${name}. */
static int
column(const char *header, const char *name)
{
	size_t len = strlen(name);

	for (int i = 0;; i++) {
		if (strcspn(header, "\t\n") == len && memcmp(header, name, len) == 0)
			return i;
		header = strchr(header, '\t');
		if (header == NULL)
			errx(65, "index.tsv has no column `%s'", name);
		header++;
	}
}

static struct span
field(const char *line, int column)
{
	for (; column > 0 && line != NULL; column--) {
		line = strchr(line, '\t');
		line = line != NULL ? line + 1 : NULL;
	}
	if (line == NULL)
		errx(65, "index.tsv: a row is too short");
	return (struct span){line, strcspn(line, "\t\n")};
}

static struct row *
read_index(void)
{
	FILE *in = fopen(LISTS "/index.tsv", "re");
	struct row *rows = NULL;
	char *line = NULL;
	size_t room = 0;
	int file, count, sha256;

	if (in == NULL || getline(&line, &room, in) < 0)
		err(71, LISTS "/index.tsv");
	file = column(line, "file");
	count = column(line, "count");
	sha256 = column(line, "sha256");
	while (getline(&line, &room, in) > 0) {
		struct span path = field(line, file);
		struct span sha = field(line, sha256);
		struct row *row = calloc(1, sizeof(*row) + path.len);

		if (row == NULL)
			err(71, "calloc");
		row->next = rows;
		row->count = strtoul(field(line, count).text, NULL, 10);
		memcpy(row->file, path.text, path.len);
		memcpy(row->sha256, sha.text, sha.len < 64 ? sha.len : 64);
		rows = row;
	}
	free(line);
	fclose(in);
	return rows;
}

/* What stands in the index against ${file}; "" when nothing does. */
static const char *
check_index(struct run *run, const struct walk_file *file)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(digest) + 1];
	unsigned long names = 0;
	struct row *row = run->rows;

	while (row != NULL && strcmp(row->file, file->path) != 0)
		row = row->next;
	if (row == NULL)
		return "it is not in index.tsv";
	row->seen = true;
	for (size_t i = 0; i < file->len; i++)
		names += file->text[i] == '\n';
	if (names != row->count)
		return "index.tsv says another count";
	crypto_hash_sha256(digest, (const unsigned char *)file->text, file->len);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return strcmp(hex, row->sha256) == 0 ? "" : "index.tsv says another SHA-256";
}

static void
visit(const struct walk_file *file, const char *why, void *context)
{
	struct run *run = context;
	const char *index = check_index(run, file);
	char differs[COMPARE_WHY];

	if (why[0] == '\0') {
		run->proven[file->generator.number] = true;
		if (!compare(file, differs))
			why = differs;
	}
	tell(run, why[0] == '\0' && index[0] == '\0', file->path,
	     why[0] != '\0' ? why : index);
}

int
main(void)
{
	struct run run = {.rows = read_index()};
	size_t files;

	run.proven = calloc(dga_generator_count() + 1, sizeof(*run.proven));
	if (run.proven == NULL)
		err(71, "calloc");
	files = walk(LISTS, visit, &run);
	tell(&run, files > 0, "there are lists", "");
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator g = dga_generator_at(i);
		char name[256];

		if (run.proven[i])
			continue;
		snprintf(name, sizeof(name), "%s/%s", g.family->name, g.variant->name);
		tell(&run, false, name, "the generator has no list");
	}
	while (run.rows != NULL) {
		struct row *row = run.rows;

		if (!row->seen)
			tell(&run, false, row->file,
			     "index.tsv has it, the folder has not");
		run.rows = row->next;
		free(row);
	}
	free(run.proven);
	printf("1..%u\n", run.tests);
	return run.failed > 0;
}
