/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_row.h"

#include "base/size.h"
#include "watch/fingerprint.h"

#include <stdlib.h>
#include <xxhash.h>

/* The number of the catalog's generator that is called ${name}. */
static uint32_t
generator_of(struct span name)
{
	char text[128];
	size_t number;

	if (name.len >= sizeof(text) || memchr(name.text, 0, name.len) != NULL)
		return SIGHTING_NO_GENERATOR;
	memcpy(text, name.text, name.len);
	text[name.len] = '\0';
	return fsk_generator_find(text, &number) == FSK_OK ? (uint32_t)number
	                                                   : SIGHTING_NO_GENERATOR;
}

/* What the catalogs of this version know of ${word}. */
static void
describe(struct sqlite_word *word)
{
	word->generator = SIGHTING_NO_GENERATOR;
	if (word->kind == WORD_GENERATOR)
		word->generator = generator_of(word->text);
	if (word->kind == WORD_FINGERPRINT)
		word->fingerprint = watch_fingerprint_find(word->text);
}

/* The slot of a word, or the free one where it belongs. */
static uint32_t *
slot_of(const struct sqlite_words *words, enum sqlite_word_kind kind, struct span text)
{
	size_t mask = words->slot_count - 1;
	size_t at = XXH3_64bits_withSeed(text.text, text.len, kind) & mask;

	for (;; at = (at + 1) & mask) {
		uint32_t *slot = &words->slots[at];

		if (*slot == 0 || (words->items[*slot - 1].kind == kind &&
		                   span_equal(words->items[*slot - 1].text, text)))
			return slot;
	}
}

/* Room for another one: slots are twice as many as words, at least. */
static enum fsk_err
grow(struct sqlite_words *words)
{
	size_t room = words->room == 0 ? 64 : words->room * 2;
	struct sqlite_word *items;
	uint32_t *slots;

	if (words->count < words->room)
		return FSK_OK;
	items = realloc(words->items, size_mul(room, sizeof(*items)));
	if (items == NULL)
		return FSK_NOMEM;
	words->items = items;
	slots = calloc(size_mul(room, 2), sizeof(*slots));
	if (slots == NULL)
		return FSK_NOMEM;
	free(words->slots);
	words->slots = slots;
	words->slot_count = room * 2;
	words->room = room;
	for (size_t i = 0; i < words->count; i++)
		*slot_of(words, items[i].kind, items[i].text) = (uint32_t)i + 1;
	return FSK_OK;
}

static enum fsk_err
add(struct sqlite_words *words, const struct sqlite_word *word)
{
	struct sqlite_word added = *word;
	enum fsk_err e = grow(words);

	if (e != FSK_OK)
		return e;
	added.own = malloc(size_add(word->text.len, 1));
	if (added.own == NULL)
		return FSK_NOMEM;
	memcpy(added.own, word->text.text, word->text.len);
	added.own[word->text.len] = '\0';
	added.text.text = added.own;
	describe(&added);
	*slot_of(words, word->kind, word->text) = (uint32_t)words->count + 1;
	words->items[words->count++] = added;
	return FSK_OK;
}

enum fsk_err
sqlite_words_load(struct sqlite_store *store)
{
	static const char sql[] = "SELECT number,kind,text FROM word ORDER BY number";
	struct sqlite_words words = {.count = 0};
	enum fsk_err e = FSK_OK;
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	while (e == FSK_OK && (result = sqlite3_step(statement)) == SQLITE_ROW)
		e = add(&words,
		        &(struct sqlite_word){
		                .number = (uint32_t)sqlite3_column_int64(statement, 0),
		                .kind = (enum sqlite_word_kind)sqlite3_column_int(statement,
		                                                                  1),
		                .text = sqlite_read_text(statement, 2)});
	if (e == FSK_OK && result != SQLITE_DONE)
		e = sqlite_err(store->db, result);
	sqlite3_finalize(statement);
	if (e != FSK_OK) {
		sqlite_words_free(&words);
		return e;
	}
	sqlite_words_free(&store->words);
	store->words = words;
	return FSK_OK;
}

void
sqlite_words_free(struct sqlite_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i].own);
	free(words->items);
	free(words->slots);
	*words = (struct sqlite_words){.count = 0};
}

static const struct sqlite_word nothing = {.text = {"", 0},
                                           .generator = SIGHTING_NO_GENERATOR};

/* The place of a word and 1; 0: it is not there. */
static uint32_t
find(const struct sqlite_words *words, enum sqlite_word_kind kind, struct span text)
{
	return words->count == 0 ? 0 : *slot_of(words, kind, text);
}

/* Writes a word that is not there. */
static enum fsk_err
write_word(struct sqlite_store *store, enum sqlite_word_kind kind, struct span text)
{
	sqlite3_stmt *statement;
	struct sqlite_word word = {.text = text, .kind = kind};
	enum fsk_err e = sqlite_get(store, DO_ADD_WORD, &statement);

	if (e != FSK_OK)
		return e;
	sqlite3_bind_int(statement, 1, (int)kind);
	sqlite3_bind_text(statement, 2, text.text, (int)text.len, SQLITE_STATIC);
	e = sqlite_do(store, statement);
	word.number = (uint32_t)sqlite3_last_insert_rowid(store->db);
	return e == FSK_OK ? add(&store->words, &word) : e;
}

enum fsk_err
sqlite_word(struct sqlite_store *store, enum sqlite_word_kind kind, struct span text,
            const struct sqlite_word **word)
{
	uint32_t place;
	enum fsk_err e;

	if (text.len == 0) {
		*word = &nothing;
		return FSK_OK;
	}
	place = find(&store->words, kind, text);
	if (place == 0 && store->words.count >= SQLITE_WORDS_MOST) {
		text = span_of(SQLITE_MORE);
		place = find(&store->words, kind, text);
	}
	if (place == 0) {
		e = write_word(store, kind, text);
		if (e != FSK_OK)
			return e;
		place = (uint32_t)store->words.count;
	}
	*word = &store->words.items[place - 1];
	return FSK_OK;
}

const struct sqlite_word *
sqlite_word_at(const struct sqlite_words *words, uint32_t number)
{
	size_t low = 0, high = words->count;

	if (number != 0 && number <= words->count &&
	    words->items[number - 1].number == number)
		return &words->items[number - 1];
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (words->items[middle].number == number)
			return &words->items[middle];
		if (words->items[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return &nothing;
}
