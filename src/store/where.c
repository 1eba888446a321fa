/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/where.h"

#include "base/ascii.h"

#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>

/* Which octet of a file its answer began at, and what was read there: of a country's file
 * there are some hundred places, and to walk the map that stands there costs as much as
 * the search in the tree. */
#define PLACES 1024

struct place {
	uint64_t offset; /* and 1; 0: none was kept here */
	struct store_where where;
};

struct file {
	MMDB_s mmdb;
	struct place places[PLACES];
};

/* The two may be the same one. */
struct store_where_files {
	struct file *country, *network;
};

static enum fsk_err
open_file(const char *path, struct file **file, struct fault *fault)
{
	struct file *opened = calloc(1, sizeof(*opened));
	int result;

	if (opened == NULL)
		return FSK_NOMEM;
	result = MMDB_open(path, MMDB_MODE_MMAP, &opened->mmdb);
	if (result == MMDB_SUCCESS) {
		*file = opened;
		return FSK_OK;
	}
	free(opened);
	if (result == MMDB_OUT_OF_MEMORY_ERROR)
		return FSK_NOMEM;
	if (fault != NULL)
		*fault = (struct fault){.why = MMDB_strerror(result)};
	return result == MMDB_FILE_OPEN_ERROR || result == MMDB_IO_ERROR ? FSK_IO
	                                                                 : FSK_CORRUPT;
}

static void
close_file(struct file *file)
{
	if (file != NULL)
		MMDB_close(&file->mmdb);
	free(file);
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
	struct place *place;
	int error;

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
