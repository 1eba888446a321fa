/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/json.h: the values of known keys in a line that is one JSON object (RFC
 * 8259), found in one pass without a tree. It is no validator: an object that
 * has no wanted key is passed over, and only its strings and brackets must be in
 * order. All else is strict: a line that is cut or out of order gives nothing.
 * Octets in strings may be any, as web servers write foreign bytes as they come.
 *
 * What stands in front of the first brace is passed over: syslog and exports
 * put a time there. Of a key that is there twice the first counts. Keys are
 * compared as they are written, without their escapes.
 */
#ifndef LOGS_JSON_H
#define LOGS_JSON_H

#include "logs/entry.h"

#define JSON_KEYS 32  /* in one table */
#define JSON_SLOTS 32 /* values of one line */
#define JSON_LEVELS 8 /* tables in tables */
#define JSON_DEPTH 64 /* brackets in brackets */
#define JSON_NAME 24  /* bytes of a key, with a NUL */
#define JSON_NO_SLOT 255

enum json_kind {
	JSON_NONE, /* the key is not there */
	JSON_STRING,
	JSON_NUMBER, /* begins as one; may be none */
	JSON_WORD    /* true, false, null, or anything like it */
};

struct json_value {
	struct span raw; /* of strings: between the quotes */
	enum json_kind kind;
	bool escaped; /* a string with a backslash in it */
};

struct json_table;

/* A wanted key. Its value goes to the slot, unless it is an object: that is read
 * by the table ${inside}, or passed over. Of an array the first element counts. */
struct json_key {
	char name[JSON_NAME];            /* with its NUL */
	const struct json_table *inside; /* or NULL */
	uint8_t slot;                    /* or JSON_NO_SLOT */
};

/* The wanted keys of one object. Made by JSON_TABLE() from a list of them:
 *
 *	#define INSTANCE(KEY) KEY("instance", MACHINE, NULL)
 *	JSON_TABLE(srcids, INSTANCE);
 */
struct json_table {
	uint8_t lens[JSON_KEYS]; /* of the names, to find one in one step */
	struct json_key keys[JSON_KEYS];
};

#define JSON_LEN(name, slot, inside) sizeof(name) - 1
#define JSON_KEY(name, slot, inside)                                                       \
	{                                                                                  \
		name, inside, slot                                                         \
	}
#define JSON_TABLE(table, list)                                                            \
	static const struct json_table table = {{list(JSON_LEN)}, {list(JSON_KEY)}}

/* Reads ${line} and stores in the ${count} elements of ${values}, by their slots,
 * what stands behind the keys of ${table}. False with ${why}, static, when the
 * line is no whole object. */
bool json_read(struct span line, const struct json_table *table, struct json_value *values,
               size_t count, const char **why);

/* The same, faster for the lines of one log, of which most have the keys of the line
 * before in the same order: they are remembered in ${scratch}. Returns NULL, or why the
 * line is no whole object. */
const char *json_read_next(struct span line, const struct json_table *table,
                           struct log_scratch *scratch, struct json_value *values,
                           size_t count);

/* Stores in ${text} what ${value} says. Escapes are solved in ${scratch} if there
 * are any: what is no escape, and half of a surrogate pair, becomes U+FFFD; "\x5C",
 * which is nginx's and not JSON's, the octet. Null and what is not there are
 * empty. False when there is no room; ${text} is raw then. */
bool json_text(const struct json_value *value, struct log_scratch *scratch,
               struct span *text);

#endif
