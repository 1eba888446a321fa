/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/engines/sqlite_words.h: names that come again and again (of generators,
 * fingerprints, sensors), which stand in a row as a number.
 */
#ifndef STORE_ENGINES_SQLITE_WORDS_H
#define STORE_ENGINES_SQLITE_WORDS_H

#include <foresink/err.h>

#include "base/span.h"

#include <stdint.h>

struct sqlite_store;
struct watch_fingerprint;

/* A family stands in place of a generator that is not known, when the fingerprint says
 * whose it is. */
enum sqlite_word_kind { WORD_GENERATOR, WORD_FINGERPRINT, WORD_SENSOR, WORD_FAMILY };

struct sqlite_word {
	struct span text;
	char *own;       /* where that lies */
	uint32_t number; /* in the file; 0: of the empty text, which is not in it */
	enum sqlite_word_kind kind;
	uint32_t generator; /* of a generator, by the catalog, or SIGHTING_NO_GENERATOR */
	const struct watch_fingerprint *fingerprint; /* by the catalog, or NULL */
};

struct sqlite_words {
	struct sqlite_word *items;
	size_t count, room;
	uint32_t *slots; /* place in items and 1, by hash of the text; 0: free */
	size_t slot_count;
};

/* Reads all words of the file. */
FSK_MUST_USE enum fsk_err sqlite_words_load(struct sqlite_store *store);
void sqlite_words_free(struct sqlite_words *words);

/* The word of ${text}, which is added if there is none; ${*word} is valid until the next
 * call. */
FSK_MUST_USE enum fsk_err sqlite_word(struct sqlite_store *store,
                                      enum sqlite_word_kind kind, struct span text,
                                      const struct sqlite_word **word);

/* That of ${number}; the empty one for a number that no word has. */
const struct sqlite_word *sqlite_word_at(const struct sqlite_words *words, uint32_t number);

#endif
