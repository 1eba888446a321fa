/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/load.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Octets of a file with a secret: 128 octets in base64, with ends of lines. */
#define SECRET_FILE_MOST 512

/* The octets of a file, which are wiped when they are given back. */
struct content {
	char *octets;
	size_t room, len;
	bool exposed; /* everybody can read it */
};

static void
content_fini(struct content *content)
{
	if (content->octets != NULL)
		sodium_memzero(content->octets, content->room);
	free(content->octets);
}

/* Reads all that ${fd} gives, up to the room and not more. */
static enum fsk_err
read_all(int fd, struct content *content)
{
	while (content->len < content->room) {
		ssize_t got = read(fd, content->octets + content->len,
		                   content->room - content->len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FSK_IO;
		if (got == 0)
			return FSK_OK;
		content->len += (size_t)got;
	}
	return FSK_RANGE;
}

/* Reads the file ${path} of at most ${most} octets; FSK_RANGE when it is longer. */
static enum fsk_err
content_read(const char *path, size_t most, struct content *content)
{
	/* Whoever names a pipe shall not make the daemon wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct content got = {.room = most + 1};
	enum fsk_err err = FSK_IO;
	struct stat facts;

	if (fd < 0)
		return FSK_IO;
	got.octets = malloc(got.room);
	if (got.octets == NULL)
		err = FSK_NOMEM;
	else if (fstat(fd, &facts) == 0)
		err = read_all(fd, &got);
	close(fd);
	if (err != FSK_OK) {
		int error = errno;

		content_fini(&got);
		errno = error;
		return err;
	}
	got.exposed = (facts.st_mode & S_IROTH) != 0;
	*content = got;
	return FSK_OK;
}

/* Reads the secret of key number ${n} from its file. */
static enum fsk_err
load_secret(struct up_config *config, size_t n, struct up_trouble *trouble)
{
	const struct up_secret *secret = &config->feed.secrets[n];
	struct content content;
	const char *why;
	enum fsk_err err;

	err = content_read(secret->path, SECRET_FILE_MOST, &content);
	if (err != FSK_OK) {
		up_trouble_set(trouble, config->path, secret->line, "%s: %s", secret->path,
		               err == FSK_IO      ? strerror(errno)
		               : err == FSK_RANGE ? "not a secret: too long"
		                                  : fsk_strerror(err));
		return err == FSK_RANGE ? FSK_SYNTAX : err;
	}
	why = up_feed_secret(&config->feed.keys[n],
	                     (struct span){content.octets, content.len});
	if (content.exposed)
		config->exposed = secret->path;
	content_fini(&content);
	if (why == NULL)
		return FSK_OK;
	up_trouble_set(trouble, secret->path, 0, "%s", why);
	return FSK_SYNTAX;
}

static enum fsk_err
load_secrets(struct up_config *config, bool exposed, struct up_trouble *trouble)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < config->feed.key_count && err == FSK_OK; i++) {
		if (config->feed.secrets[i].path != NULL)
			err = load_secret(config, i, trouble);
		else if (exposed)
			config->exposed = config->path;
	}
	return err;
}

static enum fsk_err
load(const char *path, const struct content *content, struct up_config *config,
     struct up_trouble *trouble)
{
	struct up_config got;
	struct fault fault;
	enum fsk_err err;

	err = up_config_read((struct span){content->octets, content->len}, &got, &fault);
	if (err == FSK_SYNTAX)
		up_trouble_fault(trouble, path, &fault);
	if (err != FSK_OK)
		return err;
	got.path = up_arena_text(&got.arena, span_of(path));
	err = got.path != NULL ? load_secrets(&got, content->exposed, trouble) : FSK_NOMEM;
	if (err != FSK_OK) {
		up_config_fini(&got);
		return err;
	}
	*config = got;
	return FSK_OK;
}

enum fsk_err
up_load_config(const char *path, struct up_config *config, struct up_trouble *trouble)
{
	struct content content;
	enum fsk_err err;

	up_trouble_set(trouble, path, 0, "%s", fsk_strerror(FSK_NOMEM));
	err = content_read(path, UP_CONFIG_MOST, &content);
	if (err == FSK_IO)
		up_trouble_set(trouble, path, 0, "%s", strerror(errno));
	if (err == FSK_RANGE)
		up_trouble_set(trouble, path, 0, "the file is larger than 1 MiB");
	if (err != FSK_OK)
		return err == FSK_RANGE ? FSK_SYNTAX : err;
	err = load(path, &content, config, trouble);
	content_fini(&content);
	return err;
}

/* Whether all lists of ${config} are files. Who opens a pipe waits for its other end, which
 * may never come, and all reloads and midnights would wait with him; the commands, which
 * somebody sits in front of, may read one. */
static enum fsk_err
check_lists(const struct up_config *config, struct up_trouble *trouble)
{
	for (size_t i = 0; i < config->file_count; i++) {
		struct stat facts;

		if (stat(config->files[i].path, &facts) != 0) {
			up_trouble_set(trouble, config->path, config->file_lines[i],
			               "%s: %s", config->files[i].path, strerror(errno));
			return FSK_IO;
		}
		if (!S_ISREG(facts.st_mode)) {
			up_trouble_set(trouble, config->path, config->file_lines[i],
			               "%s: not a regular file", config->files[i].path);
			return FSK_SYNTAX;
		}
	}
	return FSK_OK;
}

enum fsk_err
up_load_book(const struct up_config *config, struct watch_rulebook **book,
             struct up_trouble *trouble)
{
	struct fault fault = {.why = NULL};
	size_t which = 0;
	enum fsk_err err = check_lists(config, trouble);

	if (err != FSK_OK)
		return err;
	err = watch_rulebook_new(config->files, config->file_count, book, &which, &fault);
	if (err == FSK_SYNTAX)
		up_trouble_fault(trouble, config->files[which].path, &fault);
	else if (err == FSK_IO || err == FSK_RANGE)
		up_trouble_set(trouble, config->path, config->file_lines[which], "%s: %s",
		               config->files[which].path,
		               err == FSK_IO ? strerror(errno)
		                             : "the list is larger than 1 GiB");
	else if (err != FSK_OK)
		up_trouble_set(trouble, config->path, 0, "%s", fsk_strerror(err));
	return err;
}
