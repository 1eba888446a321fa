/* SPDX-License-Identifier: BSD-2-Clause */
#include "prng/longmix.h"

/* gcc 12's analyzer takes the width of a vector's lanes for their number. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-shift-count-overflow" /* a false alarm */
#endif

#define LEAST 21    /* steps */
#define CHOICE 0x7f /* which bits of the value add steps */
#define KINDS (CHOICE + 1)

#define LENGTHS (LONGMIX_WORD_MAX - LONGMIX_WORD_MIN + 1)
#define LETTERS 25
#define LETTER_ADD 0xabbedf /* between the two mixings of a letter */

/* Four values in one register where there are such, and four of these in turn,
 * because the operations of a step wait for each other. */
#define LANES 16

typedef uint64_t quad __attribute__((vector_size(32), may_alias));

/* Values that run side by side. */
struct lanes {
	quad value[LANES / 4];
	quad eight_steps[LANES / 4]; /* 8 * how many each of them takes */
	unsigned least;              /* steps */
	unsigned most;
};

static inline unsigned
steps_of(uint64_t value)
{
	return LEAST + (unsigned)(value & CHOICE);
}

/* What step i, where ${eight_i} is 8 * i, adds to ${value}. */
#define STEP(value, eight_i)                                                               \
	(((((value) << 3) - (value)) ^ ((value) << 15)) + ((eight_i) - ((value) >> 5)))

/* All steps of ${lanes}: together as many as all take, then those that some of
 * them still need. A macro, since the compiler chooses the registers of a
 * vector before it inlines a function. */
#define RUN(lanes)                                                                         \
	do {                                                                               \
		const quad *end = (lanes)->eight_steps;                                    \
		quad a = (lanes)->value[0], b = (lanes)->value[1];                         \
		quad c = (lanes)->value[2], d = (lanes)->value[3];                         \
		quad eight_i = {0, 0, 0, 0};                                               \
		unsigned i;                                                                \
                                                                                           \
		for (i = 0; i < (lanes)->least; i++) {                                     \
			a += STEP(a, eight_i);                                             \
			b += STEP(b, eight_i);                                             \
			c += STEP(c, eight_i);                                             \
			d += STEP(d, eight_i);                                             \
			eight_i += 8;                                                      \
		}                                                                          \
		for (; i < (lanes)->most; i++) {                                           \
			a += STEP(a, eight_i) & (quad)(end[0] > eight_i);                  \
			b += STEP(b, eight_i) & (quad)(end[1] > eight_i);                  \
			c += STEP(c, eight_i) & (quad)(end[2] > eight_i);                  \
			d += STEP(d, eight_i) & (quad)(end[3] > eight_i);                  \
			eight_i += 8;                                                      \
		}                                                                          \
		(lanes)->value[0] = a;                                                     \
		(lanes)->value[1] = b;                                                     \
		(lanes)->value[2] = c;                                                     \
		(lanes)->value[3] = d;                                                     \
	} while (0)

static void
run(struct lanes *lanes)
{
	RUN(lanes);
}

#if defined(__x86_64__)
#define LONG_VECTORS() __builtin_cpu_supports("avx2")

__attribute__((target("avx2"))) static void
run_long(struct lanes *lanes)
{
	RUN(lanes);
}
#else
#define LONG_VECTORS() 0
#define run_long run
#endif

uint64_t
longmix(uint64_t value)
{
	unsigned steps = steps_of(value);

	for (uint64_t i = 0; i < steps; i++)
		value += STEP(value, 8 * i);
	return value;
}

/* Stores in ${order} the places of ${values} in the order of their steps. */
static void
sort(const uint64_t *values, size_t count, uint16_t *order)
{
	uint16_t end[KINDS + 1] = {0};

	for (size_t i = 0; i < count; i++)
		end[(values[i] & CHOICE) + 1]++;
	for (size_t kind = 1; kind < KINDS; kind++)
		end[kind] = (uint16_t)(end[kind] + end[kind - 1]);
	for (size_t i = 0; i < count; i++)
		order[end[values[i] & CHOICE]++] = (uint16_t)i;
}

/* Runs the values of ${values} whose places are ${order}[0..count), at most
 * LANES of them; lanes that are left over repeat the last one. */
static void
run_some(uint64_t *values, const uint16_t *order, size_t count,
         void (*together)(struct lanes *))
{
	struct lanes lanes;

	for (size_t i = 0; i < LANES; i++) {
		uint64_t value = values[order[i < count ? i : count - 1]];

		lanes.value[i / 4][i % 4] = value;
		lanes.eight_steps[i / 4][i % 4] = (uint64_t)8 * steps_of(value);
	}
	lanes.least = steps_of(values[order[0]]);
	lanes.most = steps_of(values[order[count - 1]]);
	together(&lanes);
	for (size_t i = 0; i < count; i++)
		values[order[i]] = lanes.value[i / 4][i % 4];
}

void
longmix_many(uint64_t *values, size_t count)
{
	void (*together)(struct lanes *) = LONG_VECTORS() ? run_long : run;
	uint16_t order[LONGMIX_MANY];

	sort(values, count, order);
	for (size_t at = 0; at < count; at += LANES)
		run_some(values, order + at, count - at < LANES ? count - at : LANES,
		         together);
}

static size_t
length_of(uint64_t value)
{
	return LONGMIX_WORD_MIN + (size_t)(value % LENGTHS);
}

size_t
longmix_word(uint64_t *value, char out[LONGMIX_WORD_MAX])
{
	uint64_t mixed = *value;
	size_t len = length_of(mixed);

	for (size_t i = 0; i < len; i++) {
		mixed = longmix(mixed + i);
		out[i] = (char)('a' + mixed % LETTERS);
		mixed = longmix(mixed + LETTER_ADD);
	}
	*value = mixed;
	return len;
}

void
longmix_words(struct longmix_words *words)
{
	uint64_t grown[LONGMIX_MANY];
	uint16_t who[LONGMIX_MANY];

	for (size_t i = 0; i < LONGMIX_MANY; i++)
		words->len[i] = (uint8_t)length_of(words->value[i]);
	for (size_t letter = 0; letter < LONGMIX_WORD_MAX; letter++) {
		size_t count = 0;

		for (size_t i = 0; i < LONGMIX_MANY; i++) {
			grown[count] = words->value[i] + letter;
			who[count] = (uint16_t)i;
			count += words->len[i] > letter;
		}
		longmix_many(grown, count);
		for (size_t k = 0; k < count; k++) {
			words->text[who[k]][letter] = (char)('a' + grown[k] % LETTERS);
			grown[k] += LETTER_ADD;
		}
		longmix_many(grown, count);
		for (size_t k = 0; k < count; k++)
			words->value[who[k]] = grown[k];
	}
}
