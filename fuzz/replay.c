/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Feeds each file of the folder named on the command line to a fuzz target, in
 * ASCII order, one TAP line a file. A fault ends the process; the line of the
 * file that did it is then missing.
 */
#include "fuzz.h"

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int
shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void
replay(const char *path)
{
	FILE *in = fopen(path, "re");
	struct stat st;
	uint8_t *data;
	size_t len;

	if (in == NULL || fstat(fileno(in), &st) != 0)
		err(71, "%s", path);
	/* Exactly as large as the file, so that the first byte behind it is a fault. */
	data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	if (data == NULL)
		err(71, "%s", path);
	len = fread(data, 1, (size_t)st.st_size, in);
	if (ferror(in))
		err(71, "%s", path);
	fclose(in);
	(void)LLVMFuzzerTestOneInput(data, len);
	free(data);
}

int
main(int argc, char **argv)
{
	struct dirent **files;
	int count;

	if (argc != 2)
		errx(64, "usage: replay FOLDER");
	count = scandir(argv[1], &files, shown, alphasort);
	if (count < 0)
		err(71, "%s", argv[1]);
	if (count == 0)
		errx(65, "%s: no seeds", argv[1]);
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		char *path;

		if (asprintf(&path, "%s/%s", argv[1], files[i]->d_name) < 0)
			err(71, "asprintf");
		fflush(stdout);
		replay(path);
		printf("ok %d - %s\n", i + 1, files[i]->d_name);
		free(path);
		free(files[i]);
	}
	free(files);
	return 0;
}
