/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/midnight.h"

#include "base/date.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "day"
#define NEW_NAME "day.new"
#define WEEK 7

/* "2009-03-08" and a newline. */
#define LINE 11

static bool
path_of(const struct store_midnight *midnight, const char *name, char path[PATH_MAX])
{
	int len = snprintf(path, PATH_MAX, "%s/%s", midnight->folder, name);

	return len > 0 && len < PATH_MAX;
}

static bool
read_told(struct store_midnight *midnight)
{
	char path[PATH_MAX], line[LINE];
	ssize_t len;
	int fd;

	if (!path_of(midnight, FILE_NAME, path))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	len = read(fd, line, sizeof(line));
	close(fd);
	return len == LINE &&
	       date_parse((struct span){line, LINE - 1}, &midnight->told, NULL) == FSK_OK;
}

/* Without room for it, what was told is known as long as this process lives. */
static void
write_told(const struct store_midnight *midnight)
{
	char path[PATH_MAX], new[PATH_MAX], line[DATE_INSTANT_SIZE];
	bool done;
	int fd;

	if (!path_of(midnight, FILE_NAME, path) || !path_of(midnight, NEW_NAME, new))
		return;
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return;
	date_write_day(midnight->told * DATE_DAY, line);
	line[LINE - 1] = '\n';
	done = write(fd, line, LINE) == LINE;
	close(fd);
	if (!done || rename(new, path) != 0)
		unlink(new);
}

/* Finds out what was told last. That is never today: who says so had a clock that was put
 * back since, a little, and waits; or one that was far ahead, and does not count. */
static void
find_told(struct store_midnight *midnight, int64_t today)
{
	bool known = midnight->read || read_told(midnight);

	midnight->read = true;
	if (!known || midnight->told > today + 1) {
		midnight->told = today - 1;
		write_told(midnight);
	}
	if (midnight->told < today - 1 - WEEK)
		midnight->told = today - 1 - WEEK;
}

bool
store_midnight_next(struct store_midnight *midnight, int64_t today, int64_t *day)
{
	if (today <= DATE_FIRST + WEEK || today > DATE_LAST)
		return false;
	find_told(midnight, today);
	if (midnight->told >= today - 1)
		return false;
	*day = ++midnight->told;
	write_told(midnight);
	return true;
}
