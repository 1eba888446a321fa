/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_text.c: from states to text. A kernel fills a block of results
 * of all days; then each day is read on as far as whole names go. The results
 * of a name that may not be complete move before the next block.
 */
#include "prng/conficker_text.h"

#include <string.h>

/* Calls of the longest name: 11 letters, length and suffix. */
#define LONGEST 13

_Static_assert(LONGEST <= CONFICKER_CARRY, "what is left over must be carried");

/* A name that begins here or before ends in the block. */
#define LAST (CONFICKER_CARRY + CONFICKER_STEPS - LONGEST)

/* Names in a block, of at least 6 calls each, and the start of the next. */
#define STARTS_MAX ((CONFICKER_CARRY + CONFICKER_STEPS) / 6 + 2)

#define FOLLOW 4 /* days whose names are looked for side by side */

/* How far the reading of one day has come. */
struct place {
	uint32_t name;
	size_t at; /* its first result in the block's row */
	char *out;
};

struct work {
	const struct conficker_kind *kind;
	struct conficker_list *lists;
	struct place places[CONFICKER_DAYS];

	/* What each residue means, worked out once. */
	uint8_t letters[CONFICKER_RESIDUES];
	uint8_t suffix[CONFICKER_RESIDUES];

	/* Where the names of some days begin. */
	uint16_t starts[FOLLOW][STARTS_MAX];

	struct conficker_block block;
};

static void
work_out(struct work *work, const struct conficker_reading *reading)
{
	for (int32_t i = 0; i < reading->modulus; i++) {
		work->letters[i] = (uint8_t)conficker_letters(reading, i);
		work->suffix[i] = (uint8_t)conficker_suffix(reading, i);
		if (!reading->sign)
			continue;
		/* A negative number of this magnitude; not -i, as 0 has no sign. */
		int32_t minus = -i - reading->modulus;
		size_t at = (size_t)reading->modulus + (size_t)i;
		work->letters[at] = (uint8_t)conficker_letters(reading, minus);
		work->suffix[at] = (uint8_t)conficker_suffix(reading, minus);
	}
}

static void
prepare(struct conficker_block *block, const struct conficker_reading *reading,
        const struct conficker_list *lists, size_t count)
{
	unsigned bits = 0;
	while (reading->modulus >> (bits + 1))
		bits++;
	block->multiplier = reading->multiplier;
	block->modulus = reading->modulus;
	block->shift = 32 + bits;
	block->reciprocal =
	        (uint32_t)((UINT64_C(1) << block->shift) / reading->modulus + 1);
	block->sign = reading->sign;
	/* Lanes without a list repeat the first one. */
	for (size_t day = 0; day < CONFICKER_DAYS; day++)
		block->key[CONFICKER_BEGIN][day] = lists[day < count ? day : 0].key;
}

/* Goes on along the names of ${day} that end in the block: from name ${n}, which
 * begins at ${starts}[n], to the next beginnings. Returns how many names there
 * are; behind the last one the next one's beginning stands. */
static size_t
follow(const struct work *work, size_t day, uint16_t *starts, size_t n)
{
	const uint16_t *residue = work->block.residue[day];
	size_t at = starts[n];
	while (at <= LAST) {
		at += (size_t)work->letters[residue[at]] + 2;
		starts[++n] = (uint16_t)at;
	}
	return n;
}

/* The same of FOLLOW days from ${day} on, as far as all of them go: from a name to
 * the next are two reads from memory that wait for each other, so they go side by
 * side. */
static size_t
follow_together(struct work *work, size_t day)
{
	const uint16_t *of_a = work->block.residue[day];
	const uint16_t *of_b = work->block.residue[day + 1];
	const uint16_t *of_c = work->block.residue[day + 2];
	const uint16_t *of_d = work->block.residue[day + 3];
	const uint8_t *letters = work->letters;
	uint16_t(*starts)[STARTS_MAX] = work->starts;
	size_t a = starts[0][0], b = starts[1][0], c = starts[2][0], d = starts[3][0];
	size_t n = 0;
	while (a <= LAST && b <= LAST && c <= LAST && d <= LAST) {
		a += (size_t)letters[of_a[a]] + 2;
		b += (size_t)letters[of_b[b]] + 2;
		c += (size_t)letters[of_c[c]] + 2;
		d += (size_t)letters[of_d[d]] + 2;
		n++;
		starts[0][n] = (uint16_t)a;
		starts[1][n] = (uint16_t)b;
		starts[2][n] = (uint16_t)c;
		starts[3][n] = (uint16_t)d;
	}
	return n;
}

/* Writes the marks of those of the next ${count} names of ${day}, which begin at
 * ${starts}, that have one. */
static void
write_marks(const struct work *work, size_t day, const uint16_t *starts, size_t count)
{
	const struct conficker_block *block = &work->block;
	uint32_t name = work->places[day].name;
	size_t i = -name % CONFICKER_TEXT_MARK_STEP;
	for (; i < count; i += CONFICKER_TEXT_MARK_STEP) {
		uint64_t key = block->key[starts[i] / CONFICKER_TILE][day];
		for (unsigned n = starts[i] % CONFICKER_TILE; n > 0; n--)
			key = conficker_step(key, block->multiplier);
		work->lists[day].mark[(name + i) / CONFICKER_TEXT_MARK_STEP] = key;
	}
}

/* Writes the next ${count} names of ${day}, which begin at ${starts}. */
static void
write_names(struct work *work, size_t day, const uint16_t *starts, size_t count)
{
	const struct conficker_tail *tails = work->kind->tails;
	const uint8_t *suffix = work->suffix;
	const uint16_t *residue = work->block.residue[day];
	const char *letter = work->block.letter[day];
	struct place *place = &work->places[day];
	uint8_t *len = work->lists[day].len + place->name;
	char *out = place->out;
	for (size_t i = 0; i < count; i++) {
		size_t label = (size_t)starts[i + 1] - starts[i] - 2;
		const struct conficker_tail *tail =
		        &tails[suffix[residue[starts[i + 1] - 1]]];
		memcpy(out, letter + starts[i] + 1, 16);
		memcpy(out + label, tail->text, sizeof(tail->text));
		label += tail->len;
		len[i] = (uint8_t)(label - 1);
		out += label;
	}
	if (work->lists[day].mark)
		write_marks(work, day, starts, count);
	place->out = out;
	place->name += (uint32_t)count;
}

/* Reads the names that begin and end in the block of the ${days} days (at most
 * FOLLOW) from ${day} on. Returns how many of these lists are whole. */
static size_t
read_days(struct work *work, size_t day, size_t days)
{
	size_t n = 0, whole = 0;
	for (size_t i = 0; i < days; i++)
		work->starts[i][0] = (uint16_t)work->places[day + i].at;
	if (days == FOLLOW)
		n = follow_together(work, day);
	for (size_t i = 0; i < days; i++) {
		struct place *place = &work->places[day + i];
		uint16_t *starts = work->starts[i];
		size_t count = follow(work, day + i, starts, n);
		place->at = starts[count] - (size_t)CONFICKER_STEPS;
		if (count > work->kind->names - place->name)
			count = work->kind->names - place->name;
		write_names(work, day + i, starts, count);
		whole += place->name == work->kind->names;
	}
	return whole;
}

/* Puts the end of the block before the next one. */
static void
turn(struct conficker_block *block, size_t count)
{
	memcpy(block->key[0], block->key[CONFICKER_STEPS / CONFICKER_TILE],
	       (CONFICKER_BEGIN + 1) * sizeof(block->key[0]));
	for (size_t day = 0; day < count; day++) {
		memcpy(block->residue[day], block->residue[day] + CONFICKER_STEPS,
		       CONFICKER_CARRY * sizeof(block->residue[day][0]));
		memcpy(block->letter[day], block->letter[day] + CONFICKER_STEPS,
		       CONFICKER_CARRY);
	}
}

void
conficker_text_make_with(const struct conficker_kernel *kernel,
                         const struct conficker_kind *kind, struct conficker_list *lists,
                         size_t count)
{
	struct work work;
	size_t whole = 0;

	work.kind = kind;
	work.lists = lists;
	work_out(&work, kind->reading);
	prepare(&work.block, kind->reading, lists, count);
	for (size_t day = 0; day < count; day++)
		work.places[day] = (struct place){0, CONFICKER_CARRY, lists[day].text};
	while (whole < count) {
		kernel->fill(&work.block, count);
		whole = 0;
		for (size_t day = 0; day < count; day += FOLLOW)
			whole += read_days(&work, day,
			                   count - day < FOLLOW ? count - day : FOLLOW);
		turn(&work.block, count);
	}
	for (size_t day = 0; day < count; day++)
		lists[day].bytes = (size_t)(work.places[day].out - lists[day].text);
}

void
conficker_text_make_one(const struct conficker_kind *kind, struct conficker_list *list)
{
	const struct conficker_reading *reading = kind->reading;
	uint64_t key = list->key;
	char *out = list->text;
	for (uint32_t i = 0; i < kind->names; i++) {
		if (i % CONFICKER_TEXT_MARK_STEP == 0 && list->mark)
			list->mark[i / CONFICKER_TEXT_MARK_STEP] = key;
		key = conficker_step(key, reading->multiplier);
		unsigned letters = conficker_letters(reading, conficker_result(key));
		for (unsigned j = 0; j < letters; j++) {
			key = conficker_step(key, reading->multiplier);
			*out++ = conficker_letter(conficker_result(key));
		}
		key = conficker_step(key, reading->multiplier);
		const struct conficker_tail *tail =
		        &kind->tails[conficker_suffix(reading, conficker_result(key))];
		memcpy(out, tail->text, sizeof(tail->text));
		out += tail->len;
		list->len[i] = (uint8_t)(letters + tail->len - 1);
	}
	list->bytes = (size_t)(out - list->text);
}

static bool
always(void)
{
	return true;
}

#if defined(__x86_64__) || defined(__i386__)
static bool
has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

static bool
has_avx512(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512dq");
}
#endif

const struct conficker_kernel conficker_text_kernels[] = {
#if defined(__x86_64__) || defined(__i386__)
        {"avx512", has_avx512, conficker_avx512_fill},
        {"avx2", has_avx2, conficker_avx2_fill},
        {"sse2", always, conficker_sse2_fill},
#endif
        {"plain", always, conficker_plain_fill},
};

const size_t conficker_text_kernel_count =
        sizeof(conficker_text_kernels) / sizeof(conficker_text_kernels[0]);

void
conficker_text_make(const struct conficker_kind *kind, struct conficker_list *lists,
                    size_t count)
{
	const struct conficker_kernel *kernel = conficker_text_kernels;
	if (count == 1) {
		conficker_text_make_one(kind, lists);
		return;
	}
	while (!kernel->usable())
		kernel++;
	conficker_text_make_with(kernel, kind, lists, count);
}

size_t
conficker_text_batch(size_t count)
{
	size_t batches = (count + CONFICKER_DAYS - 1) / CONFICKER_DAYS;
	return batches > 0 ? (count + batches - 1) / batches : 0;
}
