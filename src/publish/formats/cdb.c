/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A constant database (CDB) as dnsdist reads it: names in wire form, and who makes them.
 */
#include "publish/cdb.h"
#include "base/size.h"
#include "publish/canary.h"
#include "publish/walk.h"

#include <stdlib.h>

/* Octets of a key: each label has its length in front, the root at the end. */
#define KEY_MAX (FSK_NAME_MAX + 2)

/* "FAMILY/VARIANT" of a generator. */
struct value {
	size_t len;
	char text[DGA_GENERATOR_NAME_SIZE];
};

/* A name, and which generator makes it. */
struct record {
	const char *name;
	uint32_t generator;
	uint8_t len;
};

/* The names that are written: the canary first, of a generator that does not exist. */
struct records {
	struct record *records;
	size_t count;
	struct value *values; /* by number of generator, then the canary's */
	struct fsk_name canary;
};

static struct value *
make_values(void)
{
	size_t count = dga_generator_count();
	struct value *values = calloc(count + 1, sizeof(*values));

	for (size_t i = 0; values != NULL && i < count; i++) {
		struct dga_generator generator = dga_generator_at(i);

		dga_generator_name(&generator, values[i].text);
		values[i].len = strlen(values[i].text);
	}
	if (values != NULL)
		values[count] = (struct value){strlen("canary"), "canary"};
	return values;
}

/* Writes ${name} in wire form (RFC 1035 section 3.1). */
static struct span
make_key(char key[KEY_MAX], struct span name)
{
	size_t label = 0; /* where its length belongs */

	memcpy(key + 1, name.text, name.len);
	for (size_t i = 1; i <= name.len; i++) {
		if (key[i] == '.') {
			key[label] = (char)(i - label - 1);
			label = i;
		}
	}
	key[label] = (char)(name.len - label);
	key[name.len + 1] = '\0';
	return (struct span){key, name.len + 2};
}

static void
collect(struct records *records, const struct publish_list *list, struct publish_file *file)
{
	struct publish_walk walk = {.list = list, .file = file, .octets = PUBLISH_ANY};

	if (publish_canary_blocked(list, &records->canary))
		records->records[records->count++] =
		        (struct record){.name = records->canary.text,
		                        .len = records->canary.len,
		                        .generator = (uint32_t)dga_generator_count()};
	while (publish_walk_next(&walk))
		records->records[records->count++] = (struct record){
		        .name = walk.entry.name.text,
		        .len = (uint8_t)walk.entry.name.len,
		        .generator = watch_roster_forecast(list->roster, &walk.entry, 0)
		                             .generator};
}

/* Makes the key and the value of record ${n}. */
static void
make_record(const struct records *records, size_t n, char room[KEY_MAX], struct span *key,
            struct span *value)
{
	const struct record *record = &records->records[n];
	const struct value *made = &records->values[record->generator];

	*key = make_key(room, (struct span){record->name, record->len});
	*value = (struct span){made->text, made->len};
}

static enum fsk_err
write_records(struct publish_cdb *cdb, const struct records *records,
              struct publish_file *file)
{
	char room[KEY_MAX];
	struct span key, value;

	for (size_t i = 0; i < records->count; i++) {
		enum fsk_err err;

		make_record(records, i, room, &key, &value);
		err = publish_cdb_plan(cdb, key, value);
		if (err != FSK_OK)
			return err;
	}
	publish_cdb_put_head(cdb, file);
	for (size_t i = 0; i < records->count; i++) {
		make_record(records, i, room, &key, &value);
		publish_cdb_put(file, key, value);
	}
	return publish_cdb_put_tables(cdb, file);
}

static enum fsk_err
write_database(const struct publish_list *list, struct publish_file *file)
{
	struct records records = {.values = make_values()};
	struct watch_roster_counts counts;
	struct publish_cdb cdb;
	enum fsk_err err = FSK_NOMEM;

	watch_roster_count(list->roster, &counts);
	counts.names[WATCH_BLOCK] = size_add(counts.names[WATCH_BLOCK], 1);
	records.records =
	        malloc(size_mul(counts.names[WATCH_BLOCK], sizeof(*records.records)));
	if (records.values != NULL && records.records != NULL)
		err = publish_cdb_init(&cdb, counts.names[WATCH_BLOCK]);
	if (err == FSK_OK) {
		collect(&records, list, file);
		err = write_records(&cdb, &records, file);
		publish_cdb_fini(&cdb);
	}
	free(records.records);
	free(records.values);
	return err;
}

static const char *const sources[] = {
        "dnsdist documentation, Key Value Store functions and objects, "
        "https://dnsdist.org/reference/kvs.html",
        "D. J. Bernstein: cdb, https://cr.yp.to/cdb/cdb.txt",
        "dnsdist 1.7.3 on loopback",
        NULL,
};

const struct publish_format publish_format_cdb = {
        .name = "cdb",
        .title = "CDB for dnsdist",
        .text = "A constant database: the key is a blocked name in lower case and wire "
                "form, the value the generator that makes it (\"conficker/b\"; of the "
                "canary \"canary\"). With KeyValueLookupKeySuffix all names below a name "
                "are found, too.\n\n"
                "Load it in dnsdist.conf with kvs = newCDBKVStore(\"DIR/current/"
                "names.cdb\", 10), addAction(KeyValueStoreLookupRule(kvs, "
                "KeyValueLookupKeySuffix(2)), RCodeAction(DNSRCode.NXDOMAIN)); dnsdist "
                "looks for a new one every 10 seconds by itself. \"cdb -d names.cdb\" "
                "(package tinycdb) shows what is in it.",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = true,
        .parts = {{.file = "names.cdb",
                   .write = write_database,
                   .sample_sha256 = "878c22e9fc6cd406faee2d3f0c13174404a38ce013be9c0fdcb10d"
                                    "75adb62578"}},
};
