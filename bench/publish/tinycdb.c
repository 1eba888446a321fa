/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The peer of the format "cdb": tinycdb NAMES FILE VALUE reads names, one a line, and
 * writes a CDB with them in wire form as its keys, and VALUE for each, with Debian's
 * libcdb. Prints the seconds that the writing took, of the processor and by the clock,
 * without reading the names.
 */
#include <cdb.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LONGEST 255

static double
seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The names of ${path}, each ended by LF, and a NUL behind them. */
static char *
read_names(const char *path)
{
	FILE *file = fopen(path, "r");
	char *names;
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		err(71, "%s", path);
	rewind(file);
	names = calloc((size_t)size + 1, 1);
	if (names == NULL || fread(names, 1, (size_t)size, file) != (size_t)size)
		err(71, "%s", path);
	fclose(file);
	return names;
}

/* Turns the ${len} octets at ${name} into wire form; its length. */
static unsigned
to_wire(const char *name, size_t len, unsigned char wire[LONGEST])
{
	size_t dot = 0;

	if (len + 2 > LONGEST)
		errx(71, "a name is too long");
	memcpy(wire + 1, name, len);
	for (size_t i = 0; i <= len; i++) {
		if (i == len || name[i] == '.') {
			wire[dot] = (unsigned char)(i - dot);
			dot = i + 1;
		}
	}
	wire[len + 1] = 0;
	return (unsigned)len + 2;
}

int
main(int argc, char **argv)
{
	struct cdb_make cdb;
	unsigned char key[LONGEST];
	char *names;
	double cpu, clock;
	int fd;

	if (argc != 4)
		errx(64, "usage: tinycdb NAMES FILE VALUE");
	names = read_names(argv[1]);
	unlink(argv[2]);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	clock = seconds(CLOCK_MONOTONIC);
	fd = open(argv[2], O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || cdb_make_start(&cdb, fd) != 0)
		err(71, "%s", argv[2]);
	for (const char *name = names; *name != '\0'; name = strchr(name, '\n') + 1) {
		unsigned len = to_wire(name, strcspn(name, "\n"), key);

		if (cdb_make_add(&cdb, key, len, argv[3], (unsigned)strlen(argv[3])) != 0)
			err(71, "%s", argv[2]);
	}
	if (cdb_make_finish(&cdb) != 0 || close(fd) != 0)
		err(71, "%s", argv[2]);
	printf("%.4f %.4f\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
	       seconds(CLOCK_MONOTONIC) - clock);
	free(names);
	return 0;
}
