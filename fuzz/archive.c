/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Index files: what is told is true, whatever the file says. "+" or "*" begins
 * changes to a good one (archive_sample.h); all else is a whole file.
 */
#include "archive_sample.h"

#include <sys/mman.h>

static void
check(const struct fsk_match *match, void *context)
{
	(void)context; /* jogli.com, 2009-03-08, published by SRI */
	FUZZ_CLAIM(match->index == 101 && match->period.first == 14311 * INT64_C(86400));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static size_t size; /* of the good one; 0: not made */
	static int fd;
	struct watch_archive *archive;
	struct fsk_name name = {9, "jogli.com"};
	char path[40];

	if (size == 0 && (size = make_good()) != 0)
		fd = memfd_create("index", MFD_CLOEXEC);
	if (len > 0 && (data[0] == '+' || data[0] == '*'))
		data = change(data, &len, size);
	FUZZ_CLAIM(ftruncate(fd, 0) == 0 && pwrite(fd, data, len, 0) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (watch_archive_open(path, &archive, NULL) != FSK_OK)
		return 0;
	(void)!watch_archive_find(archive, &name, check, NULL);
	(void)!watch_archive_check(archive, NULL, NULL);
	watch_archive_close(archive);
	return 0;
}
