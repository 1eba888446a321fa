/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/store/mmdb.h: writes a small file in MaxMind's form (MaxMind DB File Format
 * Specification 2.0): a tree of 24-bit records over the bits of IPv6 addresses, in which
 * IPv4 lies below ::/96, then the data, then the metadata behind their mark.
 */
#ifndef TEST_STORE_MMDB_H
#define TEST_STORE_MMDB_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MMDB_NODES 2000
#define MMDB_NONE UINT32_MAX

struct mmdb {
	uint32_t nodes[MMDB_NODES][2]; /* a node, or MMDB_DATA and an offset */
	uint32_t count;
	uint32_t said; /* how many nodes the metadata say; 0: as many as there are */
	uint8_t data[2000];
	size_t len;
};

#define MMDB_DATA UINT32_C(0x80000000)

static inline void
mmdb_init(struct mmdb *db)
{
	memset(db, 0, sizeof(*db));
	db->nodes[0][0] = db->nodes[0][1] = MMDB_NONE;
	db->count = 1;
}

/* A control octet: type and size, both below what needs another octet for the size; types
 * above 7 are extended. */
static inline void
mmdb_control(struct mmdb *db, unsigned type, size_t size)
{
	db->data[db->len++] = (uint8_t)((type > 7 ? 0 : type << 5) | size);
	if (type > 7)
		db->data[db->len++] = (uint8_t)(type - 7);
}

static inline void
mmdb_map(struct mmdb *db, size_t pairs)
{
	mmdb_control(db, 7, pairs);
}

/* Of at most 28 octets, as all texts here are; "autonomous_system_number" has 24. */
static inline void
mmdb_text(struct mmdb *db, const char *text)
{
	size_t len = strlen(text);

	mmdb_control(db, 2, len);
	memcpy(db->data + db->len, text, len);
	db->len += len;
}

/* ${type} 5: 16 bits, 6: 32, 9: 64. */
static inline void
mmdb_number(struct mmdb *db, unsigned type, uint32_t value)
{
	mmdb_control(db, type, 4 - (type == 5 ? 2 : 0));
	for (int shift = type == 5 ? 8 : 24; shift >= 0; shift -= 8)
		db->data[db->len++] = (uint8_t)(value >> shift);
}

/* What stands at ${offset} of the data is said of the first ${prefix} bits of ${address},
 * of 16 octets. */
static inline void
mmdb_put(struct mmdb *db, const uint8_t address[16], unsigned prefix, size_t offset)
{
	uint32_t node = 0;

	for (unsigned i = 0; i + 1 < prefix; i++) {
		uint32_t *next = &db->nodes[node][address[i / 8] >> (7 - i % 8) & 1];

		if (*next == MMDB_NONE) {
			*next = db->count;
			db->nodes[db->count][0] = MMDB_NONE;
			db->nodes[db->count++][1] = MMDB_NONE;
		}
		node = *next;
	}
	prefix--;
	db->nodes[node][address[prefix / 8] >> (7 - prefix % 8) & 1] =
	        MMDB_DATA | (uint32_t)offset;
}

static inline void
mmdb_write_record(const struct mmdb *db, uint32_t record, FILE *out)
{
	/* Data begin 16 octets behind the tree, and are counted behind the nodes. */
	uint32_t value = record == MMDB_NONE    ? db->count
	                 : (record & MMDB_DATA) ? db->count + 16 + (record & ~MMDB_DATA)
	                                        : record;

	putc((int)(value >> 16 & 255), out);
	putc((int)(value >> 8 & 255), out);
	putc((int)(value & 255), out);
}

/* Writes ${db} to ${path}, and its metadata, which it appends to the data first. */
static inline void
mmdb_write(struct mmdb *db, const char *path)
{
	static const char *const numbers[] = {"node_count", "record_size", "ip_version",
	                                      "binary_format_major_version",
	                                      "binary_format_minor_version"};
	const uint32_t values[] = {db->said != 0 ? db->said : db->count, 24, 6, 2, 0};
	FILE *out = fopen(path, "wb");
	size_t data = db->len;

	for (uint32_t i = 0; i < db->count; i++) {
		mmdb_write_record(db, db->nodes[i][0], out);
		mmdb_write_record(db, db->nodes[i][1], out);
	}
	for (int i = 0; i < 16; i++)
		putc(0, out);
	mmdb_map(db, 9);
	for (size_t i = 0; i < 5; i++) {
		mmdb_text(db, numbers[i]);
		mmdb_number(db, i == 0 ? 6 : 5, values[i]);
	}
	mmdb_text(db, "database_type");
	mmdb_text(db, "Test");
	mmdb_text(db, "languages");
	mmdb_control(db, 11, 0);
	mmdb_text(db, "build_epoch");
	mmdb_number(db, 9, 1235520000);
	mmdb_text(db, "description");
	mmdb_map(db, 0);
	fwrite(db->data, 1, data, out);
	fwrite("\xab\xcd\xefMaxMind.com", 1, 14, out);
	fwrite(db->data + data, 1, db->len - data, out);
	fclose(out);
	db->len = data;
}

/* An address of IPv4 as it lies in the tree. */
#define MMDB_V4(a, b, c, d)                                                                \
	(const uint8_t[16])                                                                \
	{                                                                                  \
		[12] = a, b, c, d                                                          \
	}

#endif
