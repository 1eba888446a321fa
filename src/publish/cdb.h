/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/cdb.h: a constant database (CDB, https://cr.yp.to/cdb/cdb.txt) in the order of
 * its bytes: a head of 256 tables' places, the records, 256 hash tables. The caller
 * plans each record and then puts the same records in the same order. By hand,
 * because libcdb seeks back to the head, so that the digest would need the file to be
 * read again; it takes half as much time again.
 */
#ifndef PUBLISH_CDB_H
#define PUBLISH_CDB_H

#include "publish/file.h"

#define PUBLISH_CDB_TABLES 256

struct publish_cdb {
	struct publish_cdb_slot *slots; /* of the records, in their order */
	size_t most;
	size_t count;
	uint64_t end;                       /* of the records */
	uint32_t share[PUBLISH_CDB_TABLES]; /* records of each table */
};

/* Begins a database of at most ${most} records; publish_cdb_fini() frees what it
 * holds. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err publish_cdb_init(struct publish_cdb *cdb, size_t most);

/* Plans the next record. FSK_IO with EFBIG when a database of 4 GiB, the most that
 * there can be, has no room for it; FSK_RANGE when there are ${most} already. */
FSK_MUST_USE enum fsk_err publish_cdb_plan(struct publish_cdb *cdb, struct span key,
                                           struct span value);

/* Puts the head, once all records are planned; then each record (key and value of at
 * most 2000 bytes each); then the tables, of which FSK_NOMEM is returned. */
void publish_cdb_put_head(const struct publish_cdb *cdb, struct publish_file *file);
void publish_cdb_put(struct publish_file *file, struct span key, struct span value);
FSK_MUST_USE enum fsk_err publish_cdb_put_tables(const struct publish_cdb *cdb,
                                                 struct publish_file *file);

void publish_cdb_fini(struct publish_cdb *cdb);

#endif
