/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The index is three parts: watch/filter.h turns most names away,
 * watch/shelf.h finds the text of the others and the number of its name, and
 * watch/lists.h says whose number that is.
 */
#include "watch/dated.h"

#include "base/size.h"
#include "dga/catalog.h"
#include "watch/dated_made.h"
#include "watch/dots.h"
#include "watch/shape.h"

#include <stdlib.h>

/* What making an index takes. */
struct maker {
	struct fsk_index *index;
	struct watch_pile pile;
};

/* Names whose places in memory are fetched at the same time. */
#define AT_ONCE 32

/* Where the first dot of ${name} is, of which 16 octets can be read; ${len} when it has
 * none. */
static inline size_t
first_dot(const char *name, size_t len)
{
	const char *dot;
	watch_lane lane;
	uint64_t dots;

	memcpy(&lane, name, sizeof(lane));
	dots = watch_lane_mask((watch_lane)(lane == '.'));
	if (len < 16)
		dots &= (UINT64_C(1) << len) - 1;
	if (__builtin_expect(dots != 0, 1))
		return (size_t)__builtin_ctzll(dots);
	dot = memchr(name, '.', len);
	return dot == NULL ? len : (size_t)(dot - name);
}

/* Puts the ${count} names at ${name}, at most AT_ONCE, whose lengths stand at ${lens}, on
 * the pile, in the filter and in the sums of the shelf. The places of all of them are
 * fetched before the first is written. Returns where the last name ends. */
static const char *
note_names(struct maker *maker, const struct watch_suffixes *suffixes, const char *name,
           const uint8_t *lens, uint32_t count)
{
	struct fsk_index *index = maker->index;
	struct watch_pile *pile = &maker->pile;
	uint32_t *bucket = pile->bucket + pile->count;
	uint64_t hash[AT_ONCE];
	uint8_t label[AT_ONCE];

	for (uint32_t i = 0; i < count; i++) {
		size_t len = lens[i];
		size_t dot = first_dot(name, len);

		if (len - dot > index->tail)
			index->tail = (unsigned)(len - dot);
		hash[i] = watch_hash(index->key, name, len);
		bucket[i] = watch_hash_place(hash[i], index->shelf.count);
		watch_filter_prefetch_write(&index->filter, hash[i]);
		watch_shelf_prefetch_start(&index->shelf, bucket[i]);
		label[i] = pile->text[watch_pile_add(pile, name, len, dot, suffixes)];
		name += len + 1;
	}
	for (uint32_t i = 0; i < count; i++) {
		watch_filter_add(&index->filter, hash[i]);
		watch_shelf_expect(&index->shelf, bucket[i], label[i]);
	}
	return name;
}

/* Notes all names of ${list}. */
static enum fsk_err
note_list(struct maker *maker, const struct dga_list *list,
          const struct watch_suffixes *suffixes)
{
	const char *name = list->text;
	enum fsk_err err = watch_pile_reserve(&maker->pile, list);

	for (uint32_t i = 0; i < list->count && err == FSK_OK; i += AT_ONCE) {
		uint32_t left = list->count - i;

		name = note_names(maker, suffixes, name, list->len + i,
		                  left < AT_ONCE ? left : AT_ONCE);
	}
	return err;
}

/* Makes the ${count} lists of an index from ${list} on, which are of one
 * generator, in the memory of ${made}. */
static enum fsk_err
add_lists(struct maker *maker, const struct watch_list *list, struct dga_list *made,
          uint32_t count)
{
	const struct dga_family *family = dga_generator_at(list->generator).family;
	struct watch_suffixes suffixes;

	watch_suffixes_init(&suffixes, list->variant);
	for (uint32_t i = 0; i < count; i++)
		made[i].period = list[i].period;
	dga_list_make(family, list->variant, made, count);
	for (uint32_t i = 0; i < count; i++) {
		enum fsk_err err;

		watch_shape_lower(made[i].text, made[i].bytes);
		err = note_list(maker, &made[i], &suffixes);
		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}

/* Adds the ${count} lists of an index from ${list} on, all of one generator. */
static enum fsk_err
add_generator(struct maker *maker, const struct watch_list *list, uint32_t count)
{
	const struct dga_family *family = dga_generator_at(list->generator).family;
	struct dga_list made[DGA_LIST_BATCH] = {{.count = 0}};
	uint32_t batch = family->bulk != NULL ? DGA_LIST_BATCH : 1;
	enum fsk_err err = FSK_OK;

	for (uint32_t i = 0; i < batch && i < count && err == FSK_OK; i++)
		err = dga_list_init(&made[i], list->variant, false);
	while (count > 0 && err == FSK_OK) {
		uint32_t n = count < batch ? count : batch;

		err = add_lists(maker, list, made, n);
		list += n;
		count -= n;
	}
	for (uint32_t i = 0; i < batch; i++)
		dga_list_fini(&made[i]);
	return err;
}

/* Makes the names of all lists, then their shelf. */
static enum fsk_err
fill(struct maker *maker)
{
	const struct watch_list *list = maker->index->lists.list;
	const struct watch_list *end = list + maker->index->lists.count;

	while (list < end) {
		uint32_t count = 1;
		enum fsk_err err;

		while (list + count < end && list[count].generator == list->generator)
			count++;
		err = add_generator(maker, list, count);
		if (err != FSK_OK)
			return err;
		list += count;
	}
	return watch_shelf_fill(&maker->index->shelf, &maker->pile);
}

enum fsk_err
watch_dated_new(const struct watch_plan *plan, uint64_t key, struct fsk_index **index)
{
	struct fsk_index *made = calloc(1, sizeof(*made));
	struct maker maker = {.index = made};
	const struct watch_lists *lists;
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	made->key = key;
	lists = &made->lists;
	err = watch_lists_init(&made->lists, plan);
	if (err == FSK_OK)
		err = watch_filter_init(&made->filter, lists->names);
	if (err == FSK_OK)
		err = watch_pile_init(&maker.pile, lists->names,
		                      size_add(lists->labels, size_mul(lists->names, 2)));
	if (err == FSK_OK)
		err = watch_shelf_init(&made->shelf, lists->names);
	if (err == FSK_OK)
		err = fill(&maker);
	watch_pile_fini(&maker.pile);
	if (err != FSK_OK) {
		fsk_index_free(made);
		return err;
	}
	*index = made;
	return FSK_OK;
}

/* Stores those of all ${all} numbers that ${wanted} lists, or all if ${count} is
 * FSK_ALL_GENERATORS, in ${numbers}, rising and each once, and returns how many they are.
 */
static size_t
choose(const size_t *wanted, size_t count, size_t all, size_t *numbers)
{
	size_t chosen = 0;

	for (size_t number = 0; number < all; number++) {
		bool listed = count == FSK_ALL_GENERATORS;

		for (size_t i = 0; i < count && !listed; i++)
			listed = wanted[i] == number;
		if (listed)
			numbers[chosen++] = number;
	}
	return chosen;
}

enum fsk_err
fsk_index_new(const size_t *generators, size_t count, int64_t from, int64_t to,
              struct fsk_index **index)
{
	size_t all = dga_generator_count();
	struct watch_plan plan = {.from = from, .to = to, .threads = 1};
	size_t *numbers;
	enum fsk_err err;

	for (size_t i = 0; count != FSK_ALL_GENERATORS && i < count; i++) {
		if (generators == NULL || generators[i] >= all)
			return FSK_UNKNOWN;
	}
	numbers = calloc(all + 1, sizeof(*numbers));
	if (numbers == NULL)
		return FSK_NOMEM;
	plan.generators = numbers;
	plan.generator_count = choose(generators, count, all, numbers);
	err = watch_dated_new(&plan, WATCH_DATED_KEY, index);
	free(numbers);
	return err;
}

/* Where matches go, and how many there are. */
struct found {
	struct fsk_match *matches;
	size_t capacity;
	size_t count;
};

/* Notes the name number ${number}, which is of ${list} and was found ${offset}
 * octets behind the start of the asked name. */
static void
note(struct found *found, const struct watch_list *list, uint32_t number, unsigned offset)
{
	if (found->count < found->capacity)
		found->matches[found->count] = (struct fsk_match){
		        .period = list->period,
		        .generator = list->generator,
		        .index = number - list->first + 1,
		        .offset = offset,
		};
	found->count++;
}

/* Whether ${label} begins ${name} and ends at a dot of it, or where it does. Most labels
 * of a bucket differ in their first octet or their length. */
static inline bool
begins(struct span label, struct span name)
{
	return label.len <= name.len && (label.len == 0 || label.text[0] == name.text[0]) &&
	       (label.len == name.len || name.text[label.len] == '.') &&
	       memcmp(label.text, name.text, label.len) == 0;
}

/* Notes each name of the index that is ${name}, in lower case, which has ${hash}
 * and stands ${offset} octets behind the start of the asked name. */
static void
collect(const struct fsk_index *index, struct span name, unsigned offset, uint64_t hash,
        struct found *found)
{
	const struct watch_shelf *shelf = &index->shelf;
	uint32_t bucket = watch_hash_place(hash, shelf->count);
	const unsigned char *record = shelf->records + shelf->starts[bucket];
	const unsigned char *end = shelf->records + shelf->starts[bucket + 1];

	for (; record < end; record = watch_shelf_next(record)) {
		const struct watch_list *list;
		uint32_t number;

		if (!begins(watch_shelf_label(record), name))
			continue;
		number = watch_shelf_number(record);
		list = watch_lists_find(&index->lists, number);
		if (watch_suffix_is(list->variant, watch_shelf_suffix(record),
		                    span_from(name, *record)))
			note(found, list, number, offset);
	}
}

/* Looks up ${name} from octet ${start} on, if it may be in the index. */
static void
look_up(const struct fsk_index *index, const struct fsk_name *name, unsigned start,
        struct found *found)
{
	struct span asked = {name->text + start, name->len - start};
	uint64_t hash = watch_hash(index->key, asked.text, asked.len);

	if (watch_filter_passes(&index->filter, hash))
		collect(index, asked, start, hash, found);
}

/* fsk_index_find() of a name that is longer than WATCH_DOTS_MAX. */
static __attribute__((noinline)) size_t
find(const struct fsk_index *index, struct span text, struct found found)
{
	struct fsk_name name;
	unsigned start = 0;

	if (wire_name_read(text, &name, NULL) != FSK_OK)
		return 0;
	for (unsigned i = 0; i < name.len; i++) {
		if (name.text[i] != '.')
			continue;
		if (name.len - i <= index->tail)
			look_up(index, &name, start, &found);
		start = i + 1;
	}
	if (start == 0) /* one label */
		look_up(index, &name, 0, &found);
	return found.count;
}

/* Writes the ${len} octets at ${name} into ${text} in lower case, at most WATCH_DOTS_MAX.
 */
static inline void
lower(const char *name, size_t len, char text[WATCH_DOTS_MAX + 1])
{
	watch_lane lanes[(WATCH_DOTS_MAX + 1) / sizeof(watch_lane)] = {{0}};

	memcpy(lanes, name, len);
	for (size_t i = 0; i < sizeof(lanes) / sizeof(*lanes); i++)
		lanes[i] += (watch_lane)((watch_lane)(lanes[i] - 'A') < 'Z' - 'A' + 1) &
		            ('a' - 'A');
	memcpy(text, lanes, sizeof(lanes));
}

/* Nearly all names that pass by are clean. They are turned away with nothing but
 * registers; the others are copied in lower case.
 *
 * A name of the index has one label in front of at most ${tail} octets, so of
 * the asked name and its parents only those are looked up whose first dot
 * stands so near the end: for "www.example.com" the parent alone. */
size_t
fsk_index_find(const struct fsk_index *index, const char *name, size_t len,
               struct fsk_match *matches, size_t capacity)
{
	size_t bare = len - (len > 0 && name[len - 1] == '.');
	struct found found = {.matches = matches, .capacity = capacity};
	char text[WATCH_DOTS_MAX + 1];
	bool copied = false;
	uint64_t dots, near;

	if (__builtin_expect(bare > WATCH_DOTS_MAX, 0))
		return find(index, (struct span){name, len}, found);
	if (!watch_dots_read(name, bare, &dots))
		return 0;
	near = dots;
	if (bare > index->tail)
		near &= UINT64_MAX << (bare - index->tail);
	if (dots == 0)
		near = UINT64_C(1) << bare; /* one label ends where the name does */
	for (; near != 0; near &= near - 1) {
		unsigned start = watch_dots_label(dots, near);
		uint64_t hash = watch_hash(index->key, name + start, bare - start);

		if (__builtin_expect(!watch_filter_passes(&index->filter, hash), 1))
			continue;
		if (!copied)
			lower(name, bare, text);
		copied = true;
		collect(index, (struct span){text + start, bare - start}, start, hash,
		        &found);
	}
	return found.count;
}

size_t
fsk_index_names(const struct fsk_index *index)
{
	return index->lists.names;
}

size_t
fsk_index_bytes(const struct fsk_index *index)
{
	return sizeof(*index) + watch_filter_bytes(&index->filter) +
	       watch_shelf_bytes(&index->shelf) + watch_lists_bytes(&index->lists);
}

void
fsk_index_free(struct fsk_index *index)
{
	if (index == NULL)
		return;
	watch_filter_fini(&index->filter);
	watch_shelf_fini(&index->shelf);
	watch_lists_fini(&index->lists);
	free(index);
}
