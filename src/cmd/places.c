/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/places.h"

#include "base/ascii.h"
#include "base/span.h"
#include "cmd/say.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES 128 /* of a file, enough to know our own */
#define OUTPUTS 3

/* What an option says, and where that is. */
struct place {
	const char *option;
	const char *path; /* NULL: it was not said */
	bool stands;      /* there is a regular file */
	bool can_be;      /* there is none, but its folder */
	dev_t device;     /* of the file, or else of its folder */
	ino_t inode;
	const char *name; /* in its folder */
};

static struct place
look(const char *option, const char *path)
{
	struct place place = {.option = option, .path = path, .name = ""};
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;
	char folder[PATH_MAX] = ".";
	struct stat status;

	if (path == NULL)
		return place;
	place.name = slash != NULL ? slash + 1 : path;
	if (stat(path, &status) == 0) {
		place.stands = S_ISREG(status.st_mode);
	} else {
		size_t len = (size_t)(place.name - path);

		if (len >= sizeof(folder))
			return place;
		if (len > 0) {
			memcpy(folder, path, len);
			folder[len] = '\0';
		}
		place.can_be = stat(folder, &status) == 0;
	}
	if (place.stands || place.can_be) {
		place.device = status.st_dev;
		place.inode = status.st_ino;
	}
	return place;
}

/* Whether ${a} and ${b} are the same file. Devices are nobody's. */
static bool
is_same(const struct place *a, const struct place *b)
{
	if (a->stands != b->stands || a->can_be != b->can_be || (!a->stands && !a->can_be))
		return false;
	return a->device == b->device && a->inode == b->inode &&
	       (a->stands || strcmp(a->name, b->name) == 0);
}

/* Whether ${place} is standard input, and that is read. */
static bool
is_input(const struct place *place, const struct review_ask *ask)
{
	struct stat status;

	for (size_t i = 0; i < ask->path_count; i++) {
		if (strcmp(ask->paths[i], "-") == 0)
			return fstat(STDIN_FILENO, &status) == 0 &&
			       status.st_dev == place->device &&
			       status.st_ino == place->inode;
	}
	return false;
}

/* The option that reads ${place}; NULL: none does. */
static const char *
reader_of(const struct place *place, const struct review_ask *ask)
{
	struct place index = look("--index", ask->index);
	struct place other;

	for (size_t i = 0; i < ask->lease_count; i++) {
		other = look("--leases", ask->leases[i]);
		if (is_same(place, &other))
			return other.option;
	}
	for (size_t i = 0; i < ask->allow_count; i++) {
		other = look("--allow", ask->allow[i]);
		if (is_same(place, &other))
			return other.option;
	}
	return is_same(place, &index) ? index.option : NULL;
}

/* Refuses what would be written over a file that is read. */
static enum status
check_inputs(const struct place *place, const struct review_ask *ask,
             const struct scan *scan)
{
	const char *reader;
	const char *path;

	if (!place->stands)
		return STATUS_DONE;
	path = scan_finds(scan, (uint64_t)place->device, (uint64_t)place->inode);
	if (path == NULL && is_input(place, ask))
		path = "standard input";
	if (path != NULL) {
		say("scan: %s %s would be written over a log that is read (%s)",
		    place->option, place->path, path);
		return STATUS_USAGE;
	}
	reader = reader_of(place, ask);
	if (reader == NULL)
		return STATUS_DONE;
	say("scan: %s %s would be written over the file of %s", place->option, place->path,
	    reader);
	return STATUS_USAGE;
}

/* Whether a report of ours begins with ${head}. */
static bool
is_report(struct span head)
{
	/* The labels of cmd/report_facts.c, and the members of cmd/report_json.c. */
	static const char *const begins[] = {"Read    ", "INCOMPLETE  ", "{\"address\":"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		size_t len = strlen(begins[i]);

		if (head.len >= len && memcmp(head.text, begins[i], len) == 0)
			return true;
	}
	return memmem(head.text, head.len, "{\"time\":\"", 9) == head.text &&
	       memmem(head.text, head.len, ",\"address\":", 11) != NULL;
}

/* Whether a page begins with ${head}: in any case (HTML, section 13.1.1). */
static bool
is_page(struct span head)
{
	static const char begin[] = "<!doctype";

	if (head.len < sizeof(begin) - 1)
		return false;
	for (size_t i = 0; begin[i] != '\0'; i++) {
		if (ascii_to_lower(head.text[i]) != begin[i])
			return false;
	}
	return true;
}

/* Refuses to replace what stands at ${place} unless ${is_ours} knows it, or it is
 * empty. What cannot be read is left to those who write. */
static enum status
check_old(const struct place *place, bool (*is_ours)(struct span head), const char *what)
{
	char head[HEAD_BYTES];
	int fd = place->stands ? open(place->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	ssize_t len = fd >= 0 ? read(fd, head, sizeof(head)) : 0;

	if (fd >= 0)
		close(fd);
	if (len <= 0 || is_ours((struct span){head, (size_t)len}))
		return STATUS_DONE;
	say("scan: %s %s: this file exists and is no %s; it is not replaced (remove it, or "
	    "name another)",
	    place->option, place->path, what);
	return STATUS_USAGE;
}

enum status
places_check(const struct review_ask *ask, const struct scan *scan)
{
	const struct place outputs[OUTPUTS] = {
	        look("-o", ask->common.output),
	        look("--html", ask->html),
	        look("--state", ask->state),
	};
	enum status status = STATUS_DONE;

	for (size_t i = 0; i < OUTPUTS && status == STATUS_DONE; i++) {
		status = check_inputs(&outputs[i], ask, scan);
		for (size_t j = 0; j < i && status == STATUS_DONE; j++) {
			if (!is_same(&outputs[i], &outputs[j]))
				continue;
			say("scan: %s and %s are the same file: %s", outputs[j].option,
			    outputs[i].option, outputs[i].path);
			status = STATUS_USAGE;
		}
	}
	if (status == STATUS_DONE)
		status = check_old(&outputs[0], is_report, "report of scan");
	if (status == STATUS_DONE)
		status = check_old(&outputs[1], is_page, "page");
	return status;
}
