/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/where.h"

#include "base/ascii.h"
#include "store/where_ranges.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Which octet of a file its answer began at, and what was read there: of a country's file
 * there are some hundred places, and to walk the map that stands there costs as much as
 * the search in the tree. */
#define PLACES 1024

struct place {
	uint64_t offset; /* and 1; 0: none was kept here */
	struct store_where where;
};

struct file {
	struct where_ranges *ranges; /* NULL: it is in MaxMind's form */
	MMDB_s mmdb;
	struct place places[PLACES];
};

/* The two may be the same one. */
struct store_where_files {
	struct file *country, *network;
};

static void
close_file(struct file *file)
{
	if (file != NULL && file->ranges == NULL)
		MMDB_close(&file->mmdb);
	if (file != NULL)
		where_ranges_free(file->ranges);
	free(file);
}

/* Reads ${size} octets of the file at ${path}; FSK_CORRUPT: there are fewer. */
static enum fsk_err
read_file(const char *path, uint8_t *octets, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;
	size_t done = 0;
	int why;

	if (fd < 0)
		return FSK_IO;
	while (done < size && got != 0) {
		got = read(fd, octets + done, size - done);
		if (got > 0)
			done += (size_t)got;
		else if (got < 0 && errno != EINTR)
			break;
	}
	why = errno;
	close(fd);
	errno = why;
	return got < 0 ? FSK_IO : done < size ? FSK_CORRUPT : FSK_OK;
}

/* Puts a copy in the place of the mapping of the file: who copies another one over it cuts
 * it first, and to read what is cut off kills the process (SIGBUS, mmap(2)). The library
 * opens files only, and unmaps what stands there when it closes. */
static enum fsk_err
make_own(const char *path, const MMDB_s *mmdb)
{
	union {
		const uint8_t *mapped;
		void *own;
	} octets = {.mapped = mmdb->file_content};
	size_t size = (size_t)mmdb->file_size;
	enum fsk_err err;

	/* cppcheck-suppress leakReturnValNotUsed ; it stands where it was asked for */
	if (mmap(octets.own, size, PROT_READ | PROT_WRITE,
	         /* cppcheck-suppress invalidFunctionArg ; this memory has no file */
	         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		return errno == ENOMEM ? FSK_NOMEM : FSK_IO;
	err = read_file(path, octets.own, size);
	if (err == FSK_OK && mprotect(octets.own, size, PROT_READ) != 0)
		err = FSK_IO;
	return err;
}

/* Whether the tree, and the 16 octets behind it, end in the file. The library (1.7.1)
 * counts in 32 bits, in which so many nodes may be few octets; a search would then read far
 * behind the end. */
static bool
holds_tree(const MMDB_s *mmdb)
{
	uint64_t nodes = mmdb->metadata.node_count;

	return nodes * mmdb->full_record_byte_size + 16 <= (uint64_t)mmdb->file_size;
}

static enum fsk_err
open_mapped(const char *path, MMDB_s *mmdb, struct fault *fault)
{
	int result = MMDB_open(path, MMDB_MODE_MMAP, mmdb);
	enum fsk_err err;
	int why;

	if (result == MMDB_OUT_OF_MEMORY_ERROR)
		return FSK_NOMEM;
	if (result != MMDB_SUCCESS) {
		*fault = (struct fault){.why = MMDB_strerror(result)};
		return result == MMDB_FILE_OPEN_ERROR || result == MMDB_IO_ERROR
		               ? FSK_IO
		               : FSK_CORRUPT;
	}
	err = holds_tree(mmdb) ? make_own(path, mmdb) : FSK_CORRUPT;
	if (err == FSK_OK)
		return FSK_OK;
	why = errno;
	if (err != FSK_NOMEM)
		*fault = (struct fault){.why = "it cannot be read whole"};
	MMDB_close(mmdb);
	errno = why;
	return err;
}

/* Opens it as what it begins like. */
static enum fsk_err
open_as(const char *path, struct file *file, struct fault *fault)
{
	struct log_source *source = NULL;
	enum fsk_err err = log_source_open(path, &source);
	struct span head = {"", 0};
	bool text = false;
	int why;

	if (err == FSK_OK)
		err = log_source_head(source, &head);
	if (err == FSK_OK && head.len == 0) {
		err = FSK_CORRUPT;
		*fault = (struct fault){.why = "it is empty"};
	} else if (err == FSK_OK) {
		text = where_ranges_may_be(head);
		if (text)
			err = where_ranges_read(source, &file->ranges, fault);
	} else if (err != FSK_NOMEM) {
		*fault = (struct fault){.why = "it cannot be read"};
	}
	why = errno;
	log_source_close(source);
	errno = why;
	return err != FSK_OK || text ? err : open_mapped(path, &file->mmdb, fault);
}

static enum fsk_err
open_file(const char *path, struct file **file, struct fault *fault)
{
	struct file *opened = calloc(1, sizeof(*opened));
	struct fault ignored;
	enum fsk_err err;
	int why;

	if (opened == NULL)
		return FSK_NOMEM;
	err = open_as(path, opened, fault != NULL ? fault : &ignored);
	if (err == FSK_OK) {
		*file = opened;
		return FSK_OK;
	}
	why = errno;
	free(opened);
	errno = why;
	return err;
}

enum fsk_err
store_where_open(const char *country, const char *network, struct store_where_files **files,
                 struct fault *fault)
{
	struct store_where_files *opened = calloc(1, sizeof(*opened));
	enum fsk_err e = opened == NULL ? FSK_NOMEM : FSK_OK;

	if (e == FSK_OK && country != NULL)
		e = open_file(country, &opened->country, fault);
	if (e == FSK_OK && network != NULL) {
		if (country != NULL && strcmp(country, network) == 0)
			opened->network = opened->country;
		else
			e = open_file(network, &opened->network, fault);
	}
	if (e != FSK_OK) {
		int why = errno;

		store_where_close(opened);
		errno = why;
		return e;
	}
	*files = opened;
	return FSK_OK;
}

/* The country at ${entry}: that in which the address is used, else that in which it is
 * registered. */
static void
read_country(MMDB_entry_s *entry, struct store_where *where)
{
	static const char *const keys[] = {"country", "registered_country"};

	for (size_t i = 0; i < 2; i++) {
		MMDB_entry_data_s data;

		if (MMDB_get_value(entry, &data, keys[i], "iso_code", NULL) !=
		            MMDB_SUCCESS ||
		    !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING ||
		    data.data_size != 2)
			continue;
		if (!ascii_alpha(data.utf8_string[0]) || !ascii_alpha(data.utf8_string[1]))
			continue;
		where->country[0] = (char)(data.utf8_string[0] & ~0x20);
		where->country[1] = (char)(data.utf8_string[1] & ~0x20);
		return;
	}
}

static void
read_network(MMDB_entry_s *entry, struct store_where *where)
{
	MMDB_entry_data_s data;

	if (MMDB_get_value(entry, &data, "autonomous_system_number", NULL) !=
	            MMDB_SUCCESS ||
	    !data.has_data)
		return;
	if (data.type == MMDB_DATA_TYPE_UINT32)
		where->network = data.uint32;
	else if (data.type == MMDB_DATA_TYPE_UINT16)
		where->network = data.uint16;
}

/* What ${file} says of ${address}, of both questions. */
static struct store_where
ask(struct file *file, const struct address *address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	const struct sockaddr *asked = (const struct sockaddr *)&v6;
	MMDB_lookup_result_s found;
	struct store_where where;
	struct place *place;
	int error;

	if (file->ranges != NULL) {
		where_ranges_find(file->ranges, address, &where);
		return where;
	}
	if (address_is_v4(address)) {
		memcpy(&v4.sin_addr, address->octets + 12, 4);
		asked = (const struct sockaddr *)&v4;
	} else {
		memcpy(&v6.sin6_addr, address->octets, 16);
	}
	found = MMDB_lookup_sockaddr(&file->mmdb, asked, &error);
	if (error != MMDB_SUCCESS || !found.found_entry)
		return (struct store_where){.network = 0};
	place = &file->places[found.entry.offset % PLACES];
	if (place->offset != (uint64_t)found.entry.offset + 1) {
		*place = (struct place){.offset = (uint64_t)found.entry.offset + 1};
		read_country(&found.entry, &place->where);
		read_network(&found.entry, &place->where);
	}
	return place->where;
}

void
store_where_find(struct store_where_files *files, const struct address *address,
                 struct store_where *where)
{
	struct store_where country = {.network = 0}, network = country;

	if (files != NULL && files->country != NULL)
		country = ask(files->country, address);
	if (files != NULL && files->network == files->country)
		network = country;
	else if (files != NULL && files->network != NULL)
		network = ask(files->network, address);
	*where = country;
	where->network = network.network;
}

void
store_where_close(struct store_where_files *files)
{
	if (files != NULL) {
		if (files->network != files->country)
			close_file(files->network);
		close_file(files->country);
	}
	free(files);
}
