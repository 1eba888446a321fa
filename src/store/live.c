/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE ((size_t)4096)

/* flock(2) and posix_fallocate(3), which signals interrupt. */
static bool
lock(int fd)
{
	int result;

	do
		result = flock(fd, LOCK_EX);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

static bool
take_room(int fd, size_t size)
{
	int why;

	do
		why = posix_fallocate(fd, 0, (off_t)size);
	while (why == EINTR);
	errno = why;
	return why == 0;
}

static void
write_head(const struct store_live *live, const struct store_live_setting *setting)
{
	struct form_head head = {
	        .version = htole32(FORM_VERSION),
	        .first = htole32(FORM_FIRST),
	        .number = htole64(setting->number),
	        .created = htole64((uint64_t)setting->created_us),
	        .size = htole64(setting->size),
	};

	memcpy(head.magic, FORM_MAGIC, sizeof(head.magic));
	memcpy(head.worker, setting->worker, strlen(setting->worker));
	head.sum = form_sum(&head);
	memcpy(live->octets, &head, sizeof(head));
}

bool
store_live_give(int fd, int like)
{
	struct stat owner, is;

	if (geteuid() != 0)
		return true;
	if (fstat(like, &owner) != 0 || fstat(fd, &is) != 0)
		return false;
	if (is.st_uid == owner.st_uid && is.st_gid == owner.st_gid)
		return true;
	/* The daemon forbids itself the call, and moves itself what it writes. */
	return fchown(fd, owner.st_uid, owner.st_gid) == 0 || errno == ENOSYS;
}

/* Makes file ${name}, which is ${live->fd} from then on. */
static enum fsk_err
make_file(struct store_live *live, const struct store_live_setting *setting,
          const char *name)
{
	void *octets;

	live->fd = openat(setting->folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
	                  S_IRUSR | S_IWUSR);
	if (live->fd < 0)
		return FSK_IO;
	if (!store_live_give(live->fd, setting->folder) || !lock(live->fd) ||
	    !take_room(live->fd, setting->size))
		return FSK_IO;
	octets = mmap(NULL, setting->size, PROT_READ | PROT_WRITE, MAP_SHARED, live->fd, 0);
	if (octets == MAP_FAILED)
		return errno == ENOMEM ? FSK_NOMEM : FSK_IO;
	live->octets = octets;
	write_head(live, setting);
	return FSK_OK;
}

/* Gives ${name} the name of a segment, unless there is one of its number. */
static enum fsk_err
publish(const struct store_live *live, int folder, const char *name)
{
	char final[FORM_NAME_SIZE];

	/* Who makes a segment of this number holds ${name}: nothing comes between. */
	form_name(live->number, FORM_SEGMENT, final);
	if (faccessat(folder, final, F_OK, 0) == 0) {
		errno = EEXIST;
		return FSK_IO;
	}
	return renameat(folder, name, folder, final) == 0 ? FSK_OK : FSK_IO;
}

enum fsk_err
store_live_new(const struct store_live_setting *setting, struct store_live **live)
{
	struct store_live *made = calloc(1, sizeof(*made));
	char name[FORM_NAME_SIZE];
	enum fsk_err err;
	int why;

	if (made == NULL)
		return FSK_NOMEM;
	made->fd = -1;
	made->size = setting->size;
	made->number = setting->number;
	made->synced = FORM_FIRST;
	atomic_store(&made->used, FORM_FIRST);
	form_name(setting->number, FORM_NEW, name);
	err = make_file(made, setting, name);
	if (err == FSK_OK)
		err = publish(made, setting->folder, name);
	if (err == FSK_OK) {
		*live = made;
		return FSK_OK;
	}
	why = errno;
	if (made->fd >= 0)
		unlinkat(setting->folder, name, 0);
	store_live_free(made);
	errno = why;
	return err;
}

/* Stores the word of what was written at ${at}: the last of its octets that are seen. */
static void
store_word(const struct store_live *live, size_t at, uint32_t tag, size_t len)
{
	_Atomic uint64_t *word = (void *)(live->octets + at);
	uint64_t value =
	        form_word(live->number, at, tag, live->octets + at + FORM_WORD, len);

	atomic_store_explicit(word, htole64(value), memory_order_release);
}

size_t
store_live_put(struct store_live *live, const struct sighting *sighting)
{
	size_t at = atomic_load_explicit(&live->used, memory_order_relaxed);
	size_t len = store_record_write(sighting, live->octets + at + FORM_WORD);

	store_word(live, at, FORM_RECORD, len);
	atomic_store_explicit(&live->used, at + form_room(len), memory_order_release);
	return form_room(len);
}

void
store_live_end(struct store_live *live)
{
	store_word(live, atomic_load(&live->used), FORM_END, 0);
}

enum fsk_err
store_live_sync(struct store_live *live)
{
	size_t used = atomic_load_explicit(&live->used, memory_order_acquire);

	if (live->failed != 0) {
		errno = live->failed;
		return FSK_IO;
	}
	if (fdatasync(live->fd) != 0) {
		live->failed = errno;
		return FSK_IO;
	}
	live->synced = used;
	return FSK_OK;
}

static bool
write_all(int fd, const uint8_t *octets, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t wrote = pwrite(fd, octets + done, len - done, (off_t)done);

		if (wrote < 0 && errno != EINTR)
			return false;
		if (wrote > 0)
			done += (size_t)wrote;
	}
	return true;
}

enum fsk_err
store_live_copy(struct store_live *live, int folder)
{
	size_t len = atomic_load(&live->used) + FORM_WORD;
	char name[FORM_NAME_SIZE], final[FORM_NAME_SIZE];
	bool done;
	int why;
	int fd;

	form_name(live->number, FORM_NEW, name);
	form_name(live->number, FORM_SEGMENT, final);
	if (faccessat(folder, final, F_OK, 0) != 0)
		return errno == ENOENT ? FSK_OK : FSK_IO;
	fd = openat(folder, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
	            S_IRUSR | S_IWUSR);
	if (fd < 0)
		return FSK_IO;
	done = store_live_give(fd, folder) && write_all(fd, live->octets, len) &&
	       fdatasync(fd) == 0 && renameat(folder, name, folder, final) == 0;
	why = errno;
	if (!done)
		unlinkat(folder, name, 0);
	close(fd);
	errno = why;
	return done ? FSK_OK : FSK_IO;
}

void
store_live_prepare(struct store_live *live, size_t ahead)
{
#ifdef MADV_POPULATE_WRITE
	size_t used = atomic_load(&live->used);
	size_t from = used & ~(PAGE - 1);
	size_t to = ahead < live->size - used ? used + ahead : live->size;

	/* An older system knows no such advice, and has the faults. */
	if (to > from)
		(void)madvise(live->octets + from, to - from, MADV_POPULATE_WRITE);
#else
	(void)live;
	(void)ahead;
#endif
}

void
store_live_free(struct store_live *live)
{
	if (live == NULL)
		return;
	if (live->octets != NULL)
		munmap(live->octets, live->size);
	if (live->fd >= 0)
		close(live->fd);
	free(live);
}
