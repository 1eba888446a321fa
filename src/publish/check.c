/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/check.h"

#include "base/size.h"
#include "publish/folder.h"
#include "publish/manifest_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of a manifest that are read: one with a million names left out has less. */
#define MANIFEST_MAX ((off_t)512 << 20)

#define READ_SIZE ((size_t)256 * 1024)

/* Sets why ${verdict} is bad, and of which file. */
static enum fsk_err
blame(struct publish_verdict *verdict, const char *file, const char *why)
{
	snprintf(verdict->file, sizeof(verdict->file), "%.63s", file);
	verdict->why = why;
	return FSK_MISMATCH;
}

/* The same of a system call that failed; a file that is not there is a mismatch. */
static enum fsk_err
blame_system(struct publish_verdict *verdict, const char *file)
{
	int error = errno;

	if (error == ENOENT)
		return blame(verdict, file, "the file is missing");
	if (error == ELOOP)
		return blame(verdict, file, "the file is a symbolic link");
	(void)blame(verdict, file, "the file cannot be read");
	errno = error;
	return FSK_IO;
}

/* Closes ${fd} and keeps errno. */
static void
shut(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

/* Opens ${file} of ${folder}, which must be a regular file of ${bytes} bytes at most. A
 * pipe that lies there does not make anybody wait. */
static enum fsk_err
open_file(int folder, const char *file, struct publish_verdict *verdict, int *fd,
          off_t *bytes)
{
	struct stat st;

	*fd = openat(folder, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0)
		return blame_system(verdict, file);
	if (fstat(*fd, &st) != 0) {
		shut(*fd);
		return blame_system(verdict, file);
	}
	if (!S_ISREG(st.st_mode)) {
		close(*fd);
		return blame(verdict, file, "this is no regular file");
	}
	*bytes = st.st_size;
	return FSK_OK;
}

/* Reads up to ${size} bytes of ${fd} to ${buffer}; how many there were in ${got}, fewer
 * only at the end of the file. */
static enum fsk_err
read_all(int fd, char *buffer, size_t size, size_t *got)
{
	for (*got = 0; *got < size;) {
		ssize_t part = read(fd, buffer + *got, size - *got);

		if (part < 0 && errno == EINTR)
			continue;
		if (part < 0)
			return FSK_IO;
		if (part == 0)
			break;
		*got += (size_t)part;
	}
	return FSK_OK;
}

/* Reads ${file} of ${folder} into ${text}, which the caller frees. */
static enum fsk_err
read_file(int folder, const char *file, struct publish_verdict *verdict, char **text,
          size_t *len)
{
	enum fsk_err err;
	off_t bytes = 0;
	int fd = -1;

	err = open_file(folder, file, verdict, &fd, &bytes);
	if (err != FSK_OK)
		return err;
	*text = NULL;
	if (bytes > MANIFEST_MAX)
		err = blame(verdict, file, "the file is too long");
	else
		*text = malloc(size_add((size_t)bytes, 1));
	if (err == FSK_OK && *text == NULL)
		err = FSK_NOMEM;
	if (err == FSK_OK && read_all(fd, *text, (size_t)bytes, len) != FSK_OK)
		err = blame_system(verdict, file);
	shut(fd);
	if (err != FSK_OK) {
		free(*text);
		*text = NULL;
	}
	return err;
}

/* The SHA-256 of what ${fd} still has, with ${buffer} of READ_SIZE, and how many bytes
 * that is. FSK_IO with errno. */
static enum fsk_err
digest_rest(int fd, EVP_MD_CTX *digest, char *buffer, uint64_t *bytes, uint8_t *sha256)
{
	enum fsk_err err = FSK_OK;
	size_t got = READ_SIZE;

	if (EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
		return FSK_NOMEM;
	for (*bytes = 0; err == FSK_OK && got == READ_SIZE; *bytes += got) {
		err = read_all(fd, buffer, READ_SIZE, &got);
		if (err == FSK_OK && EVP_DigestUpdate(digest, buffer, got) != 1)
			err = FSK_NOMEM;
	}
	if (err == FSK_OK && EVP_DigestFinal_ex(digest, sha256, NULL) != 1)
		err = FSK_NOMEM;
	return err;
}

/* Whether what ${fd} has is what ${stated} says. */
static enum fsk_err
check_bytes(int fd, const struct publish_stated_file *stated,
            struct publish_verdict *verdict)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	char *buffer = malloc(READ_SIZE);
	uint8_t sha256[PUBLISH_SHA256] = {0};
	enum fsk_err err = FSK_NOMEM;
	uint64_t bytes = 0;

	if (digest != NULL && buffer != NULL)
		err = digest_rest(fd, digest, buffer, &bytes, sha256);
	if (err == FSK_IO)
		err = blame_system(verdict, stated->file);
	if (err == FSK_OK &&
	    (bytes != stated->bytes || memcmp(sha256, stated->sha256, sizeof(sha256)) != 0))
		err = blame(verdict, stated->file,
		            "the file is not what the manifest says");
	free(buffer);
	EVP_MD_CTX_free(digest);
	return err;
}

static enum fsk_err
check_file(int folder, const struct publish_stated_file *stated,
           struct publish_verdict *verdict)
{
	enum fsk_err err;
	off_t bytes = 0;
	int fd = -1;

	err = open_file(folder, stated->file, verdict, &fd, &bytes);
	if (err != FSK_OK)
		return err;
	if ((uint64_t)bytes != stated->bytes)
		err = blame(verdict, stated->file,
		            "the file has another length than the manifest says");
	else
		err = check_bytes(fd, stated, verdict);
	shut(fd);
	return err;
}

/* Whether the manifest speaks of ${name}, or it is the manifest's own. */
static bool
is_stated(const struct publish_stated *stated, const char *name)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, PUBLISH_MANIFEST) == 0 ||
	    strcmp(name, PUBLISH_MANIFEST_SIGNATURE) == 0)
		return true;
	for (size_t i = 0; i < publish_stated_count(stated); i++) {
		if (strcmp(name, publish_stated_at(stated, i)->file) == 0)
			return true;
	}
	return false;
}

/* Whether nothing lies in ${folder} of which the manifest does not speak. */
static enum fsk_err
check_others(int folder, const struct publish_stated *stated,
             struct publish_verdict *verdict)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	enum fsk_err err = FSK_OK;
	const struct dirent *entry;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return blame_system(verdict, "");
	}
	while (err == FSK_OK && (entry = readdir(dir)) != NULL) {
		if (!is_stated(stated, entry->d_name))
			err = blame(verdict, entry->d_name,
			            "the manifest does not name this file");
	}
	closedir(dir);
	return err;
}

/* Whether ${public_key} signed the ${len} octets of ${manifest}. */
static enum fsk_err
check_signature(int folder, const uint8_t public_key[PUBLISH_PUBLIC], struct span manifest,
                struct publish_verdict *verdict)
{
	uint8_t signature[PUBLISH_SIGNATURE];
	const char *file = PUBLISH_MANIFEST_SIGNATURE;
	size_t octets = 0;
	size_t len = 0;
	char *text;
	enum fsk_err err;

	if (faccessat(folder, file, F_OK, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
		return blame(verdict, file, "the publication is not signed");
	err = read_file(folder, file, verdict, &text, &len);
	if (err != FSK_OK)
		return err;
	if (sodium_base642bin(signature, sizeof(signature), text, len, "\r\n", &octets,
	                      NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    octets != sizeof(signature))
		err = blame(verdict, file, "this is no signature");
	else if (crypto_sign_verify_detached(signature,
	                                     (const unsigned char *)manifest.text,
	                                     manifest.len, public_key) != 0)
		err = blame(verdict, file, "the signature is not of this key and manifest");
	free(text);
	if (err == FSK_OK)
		verdict->is_signed = true;
	return err;
}

enum fsk_err
publish_check_signature(int folder, const uint8_t public_key[PUBLISH_PUBLIC],
                        struct publish_verdict *verdict)
{
	size_t len = 0;
	char *text;
	enum fsk_err err;

	*verdict = (struct publish_verdict){.serial = 0};
	err = read_file(folder, PUBLISH_MANIFEST, verdict, &text, &len);
	if (err != FSK_OK)
		return err;
	err = check_signature(folder, public_key, (struct span){text, len}, verdict);
	free(text);
	return err;
}

/* The manifest is none: nothing of what was read of it counts. */
static void
spoil(struct publish_verdict *verdict, struct publish_record *record)
{
	const char *why = verdict->why;

	*record = (struct publish_record){.previous = 0};
	*verdict = (struct publish_verdict){.why = why, .file = PUBLISH_MANIFEST};
}

/* A file that the manifest does not name is only recorded. */
static enum fsk_err
excuse(struct publish_verdict *verdict, struct publish_record *record)
{
	memcpy(record->stray, verdict->file, sizeof(record->stray));
	verdict->file[0] = '\0';
	verdict->why = NULL;
	return FSK_OK;
}

enum fsk_err
publish_check(int folder, const uint8_t public_key[PUBLISH_PUBLIC],
              struct publish_verdict *verdict, struct publish_record *record)
{
	struct publish_stated *stated = NULL;
	struct publish_record unused = {.previous = 0};
	bool strays = record != NULL; /* are allowed */
	size_t len = 0;
	char *text;
	enum fsk_err err;

	record = record != NULL ? record : &unused;
	*record = (struct publish_record){.previous = 0};
	*verdict = (struct publish_verdict){.serial = 0};
	err = read_file(folder, PUBLISH_MANIFEST, verdict, &text, &len);
	if (err != FSK_OK)
		return err;
	if (public_key != NULL)
		err = check_signature(folder, public_key, (struct span){text, len},
		                      verdict);
	if (err == FSK_OK) {
		err = publish_stated_read((struct span){text, len}, &stated, verdict,
		                          record);
		if (err == FSK_SYNTAX)
			spoil(verdict, record);
	}
	free(text);
	for (size_t i = 0; err == FSK_OK && i < publish_stated_count(stated); i++) {
		err = check_file(folder, publish_stated_at(stated, i), verdict);
		if (err == FSK_OK)
			verdict->files++;
	}
	if (err == FSK_OK)
		err = check_others(folder, stated, verdict);
	if (err == FSK_MISMATCH && strays && stated != NULL &&
	    verdict->files == publish_stated_count(stated))
		err = excuse(verdict, record);
	publish_stated_free(stated);
	return err;
}

/* Opens what is current in the folder ${dir}: by its name, so that the link, of which the
 * ${serial} is stored, cannot lead elsewhere meanwhile. */
static enum fsk_err
open_current(int dir, struct publish_verdict *verdict, uint32_t *serial, int *fd)
{
	char target[16] = "";
	ssize_t len = readlinkat(dir, "current", target, sizeof(target) - 1);

	if (len < 0 && errno != EINVAL)
		return blame_system(verdict, "current");
	*serial = publish_folder_serial(target);
	if (*serial == 0)
		return blame(verdict, "current", "this is no link to a publication");
	*fd = openat(dir, target, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *fd >= 0 ? FSK_OK : blame_system(verdict, target);
}

/* Opens the publication that ${dir} has or, a copy, is. What has a manifest and a current
 * publication would be one thing to who looks at it and another to us. */
static enum fsk_err
open_publication(int dir, struct publish_verdict *verdict, uint32_t *serial, int *fd)
{
	bool is_copy = faccessat(dir, PUBLISH_MANIFEST, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	bool is_folder = faccessat(dir, "current", F_OK, AT_SYMLINK_NOFOLLOW) == 0;

	*serial = 0;
	if (is_copy && is_folder)
		return blame(verdict, "current",
		             "it stands beside a manifest: which of both is meant?");
	if (is_folder)
		return open_current(dir, verdict, serial, fd);
	verdict->why = "nothing is published there";
	*fd = -1;
	errno = ENOENT;
	if (is_copy)
		*fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd >= 0 ? FSK_OK : FSK_IO;
}

enum fsk_err
publish_verify(const char *folder, const uint8_t public_key[PUBLISH_PUBLIC],
               struct publish_verdict *verdict)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum fsk_err err;
	uint32_t serial;
	int fd = -1;

	*verdict = (struct publish_verdict){.why = "the folder cannot be opened"};
	if (dir < 0)
		return FSK_IO;
	err = open_publication(dir, verdict, &serial, &fd);
	if (err != FSK_OK) {
		shut(dir);
		return err;
	}
	err = publish_check(fd, public_key, verdict, NULL);
	if (err == FSK_OK && serial != 0 && verdict->serial != serial)
		err = blame(verdict, "current", "the manifest is of another serial");
	shut(fd);
	shut(dir);
	return err;
}
