/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/publish_key.h"

#include "cmd/say.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of a key file that are read: one line. */
#define KEY_FILE_MAX 4096

/* Wipes what a secret key stood in. */
static void
wipe(char *text, size_t size)
{
	explicit_bzero(text, size);
}

/* Writes ${text} to ${path}, which must not exist. */
static enum status
write_new(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	size_t len = strlen(text);
	int error = 0;

	if (fd < 0) {
		say("%s: %s", path,
		    errno == EEXIST ? "it exists; no key is overwritten" : strerror(errno));
		return STATUS_SYSTEM;
	}
	errno = EIO; /* a short write has none of its own */
	if (write(fd, text, len) != (ssize_t)len || fsync(fd) != 0)
		error = errno;
	if (close(fd) != 0 && error == 0)
		error = errno;
	if (error == 0)
		return STATUS_DONE;
	unlink(path);
	say("%s: %s", path, strerror(error));
	return STATUS_SYSTEM;
}

enum status
publish_key_create(const char *path)
{
	char public_path[PATH_MAX];
	char text[PUBLISH_KEY_TEXT];
	struct publish_key key;
	enum status status;

	if (strlen(path) + sizeof(".pub") > sizeof(public_path)) {
		say("%s: %s", path, strerror(ENAMETOOLONG));
		return STATUS_SYSTEM;
	}
	snprintf(public_path, sizeof(public_path), "%s.pub", path);
	publish_key_make(&key);
	publish_key_write(&key, text);
	status = write_new(path, 0600, text);
	if (status == STATUS_DONE) {
		publish_key_write_public(&key, text);
		status = write_new(public_path, 0666, text);
		if (status != STATUS_DONE)
			unlink(path);
	}
	publish_key_fini(&key);
	wipe(text, sizeof(text));
	return status;
}

/* Reads the file ${path} into ${text}. */
static enum status
read_text(const char *path, bool secret, char text[KEY_FILE_MAX], size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t got = -1;

	if (fd >= 0 && fstat(fd, &st) == 0) {
		if (secret && S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
			say("note: %s is a secret key, and others may read it: chmod 600",
			    path);
		got = read(fd, text, KEY_FILE_MAX);
	}
	if (got < 0)
		say("%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	*len = got < 0 ? 0 : (size_t)got;
	return got < 0 ? STATUS_SYSTEM : STATUS_DONE;
}

enum status
publish_key_load(const char *path, struct publish_key *key)
{
	char text[KEY_FILE_MAX];
	size_t len;
	enum status status = read_text(path, true, text, &len);

	if (status == STATUS_DONE &&
	    publish_key_read(key, (struct span){text, len}) != FSK_OK) {
		say("%s: this is no secret key; `foresink publish --new-key' makes one",
		    path);
		status = STATUS_DATA;
	}
	wipe(text, sizeof(text));
	return status;
}

enum status
publish_key_load_public(const char *path, uint8_t key[PUBLISH_PUBLIC])
{
	char text[KEY_FILE_MAX];
	size_t len;
	enum status status = read_text(path, false, text, &len);

	if (status == STATUS_DONE &&
	    publish_key_read_public(key, (struct span){text, len}) != FSK_OK) {
		say("%s: this is no public key", path);
		status = STATUS_DATA;
	}
	wipe(text, sizeof(text));
	return status;
}
