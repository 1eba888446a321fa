/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Qakbot: 5000 names in a third of a month, from a Mersenne Twister seeded by
 * a checksum of the date. Written from J. Bader, "The DGA of Qakbot", 2016.
 */
#include "dga/family.h"

#include "base/date.h"
#include "prng/crc32.h"
#include "prng/mt19937.h"

#define NAMES 5000
#define LABEL_MIN 8
#define LABEL_MAX 25
#define LETTERS 26
#define COPY 32 /* octets of a label that are copied at once, not less than 25 */

/* The malware's table: org stands in it twice. */
static const struct dga_suffix suffixes[] = {DGA_SUFFIX("com"), DGA_SUFFIX("net"),
                                             DGA_SUFFIX("org"), DGA_SUFFIX("info"),
                                             DGA_SUFFIX("biz"), DGA_SUFFIX("org")};

struct state {
	struct mt19937 mt;
	/* What each word of mt would be as a letter, and room to copy. */
	char letter[MT19937_WORDS - LABEL_MIN + COPY];
};

/* Writes the ten days of ${date}, its month, year and ${seed} as the malware
 * writes them, "2.feb.2016.00000000"; returns the octets. */
static size_t
write_seed(struct date date, uint32_t seed, char out[20])
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	static const char digits[] = "0123456789abcdef";
	unsigned year = (unsigned)date.year;

	memcpy(out, "0.mmm.yyyy.ssssssss", 20);
	out[0] = digits[date.day < 11 ? 0 : date.day < 21 ? 1 : 2];
	memcpy(out + 2, months + (date.month - 1) * 3, 3);
	for (size_t i = 9; i >= 6; i--, year /= 10)
		out[i] = digits[year % 10];
	for (size_t i = 18; i >= 11; i--, seed >>= 4)
		out[i] = digits[seed & 15];
	return 19;
}

static void
begin(void *opaque, const struct dga_variant *variant, int64_t first)
{
	struct state *state = opaque;
	char text[20];
	size_t len = write_seed(date_of(first), *(const uint32_t *)variant->seed, text);

	mt19937_seed(&state->mt, crc32_of(text, len));
	memset(state->letter, 0, sizeof(state->letter));
}

/* ${word} as a number from 0 to ${range} - 1, at most 31. The malware takes 28
 * bits, divides by 2^28 and multiplies by the range in floating point, and cuts
 * off. The division only moves the exponent and the product has at most 33
 * bits, so nothing is rounded before the cut: integers give the same always. */
static uint32_t
scale(uint32_t word, uint32_t range)
{
	return (uint32_t)((uint64_t)(mt19937_temper(word) & 0xfffffff) * range >> 28);
}

static void
turn(struct state *state)
{
	mt19937_turn(&state->mt);
	/* 26 * x / 2^28 is 13 * x / 2^27, and that product has 32 bits. */
	for (size_t i = 0; i < MT19937_WORDS; i++) {
		uint32_t bits = mt19937_temper(state->mt.word[i]) & 0xfffffff;

		state->letter[i] = (char)('a' + (bits * (LETTERS / 2) >> 27));
	}
}

/* Takes the next word; its place in the state. */
static size_t
take(struct state *state)
{
	if (state->mt.used >= MT19937_WORDS)
		turn(state);
	return state->mt.used++;
}

static void
next(void *opaque, struct fsk_name *name)
{
	struct state *state = opaque;
	const uint32_t *word = state->mt.word;
	uint32_t suffix = scale(word[take(state)], DGA_COUNT(suffixes));
	size_t len = LABEL_MIN + scale(word[take(state)], LABEL_MAX - LABEL_MIN + 1);

	if (state->mt.used + len <= MT19937_WORDS) {
		memcpy(name->text, state->letter + state->mt.used, COPY);
		state->mt.used += len;
	} else {
		for (size_t i = 0; i < len; i++)
			name->text[i] = state->letter[take(state)];
	}
	dga_close_name(name, len, &suffixes[suffix]);
}

static unsigned
ten_days(unsigned day)
{
	return day < 11 ? 0 : day < 21 ? 1 : 2;
}

static bool
period(const struct dga_variant *variant, int64_t instant, struct fsk_period *found)
{
	(void)variant;
	return dga_period_blocks(instant, ten_days, found);
}

#define VARIANT(number, date, sha256, rank, standing)                                      \
	{                                                                                  \
		.name = "seed" #number, .about = "seed " #number,                          \
		.seed = &(const uint32_t){number}, .count = NAMES, .label_min = LABEL_MIN, \
		.label_max = LABEL_MAX, .suffix_count = DGA_COUNT(suffixes),               \
		.suffixes = suffixes, .proof_date = date, .proof_sha256 = sha256,          \
		.proof_standing = standing, .confidence = rank                             \
	}

static const struct dga_variant variants[] = {
        VARIANT(0, "2016-02-24",
                "f04139a9fe0e640ab6e1c895d8e62f5ea5606bae80a87f5973487eb637b1d2e2",
                DGA_HIGH, "equal to the list that the author of the analysis published"),
        VARIANT(1, "2020-12-31",
                "37fd399ed43faa2edbbcaaa154ff6d6fc435708dc5472e0d56f0d527af688e24", DGA_LOW,
                "the program of J. Bader alone"),
};

static const struct dga_vector vectors[] = {
        {"seed0", "2016-02-24", 1, "bqkrtxgkmriwsiwcngtivpx.info",
         "list of examples of J. Bader"},
        {"seed0", "2016-02-24", 2, "jdtmfupdyueqeldvhsjzdvzob.net",
         "list of examples of J. Bader"},
        {"seed0", "2016-02-24", 10, "ftadkbomxlnsib.info", "list of examples of J. Bader"},
        {"seed1", "2020-12-31", 1, "smdzzmttpazfx.org", "the program of J. Bader alone"},
};

static const char *const sources[] = {
        "J. Bader: The DGA of Qakbot, 2016-02, "
        "https://johannesbader.ch/2016/02/the-dga-of-qakbot/",
        "https://github.com/baderj/domain_generation_algorithms (qakbot)",
        "US Department of Justice and FBI: Operation Duck Hunt, 2023-08-29", NULL};

const struct dga_family dga_family_qakbot = {
        .name = "qakbot",
        .title = "Qakbot (Qbot, Pinkslipbot)",
        .text = "5000 names for days 1 to 10, 11 to 20, and 21 to the end of each month. "
                "Write the text T.MMM.YYYY.SSSSSSSS: T is 0, 1 or 2 for the third of the "
                "month, MMM the month in English (jan ... dec), YYYY the year, S the seed "
                "of the sample in eight hex digits. Its CRC-32 (as of zip) seeds a "
                "Mersenne Twister MT19937, by the initialisation of 2002.\n\n"
                "A draw from a to b takes the next number, keeps the low 28 bits x, and "
                "gives a + x * (b - a + 1) / 2^28, rounded down. For each name draw the "
                "suffix from 0 to 5 out of com net org info biz org, the length from 8 to "
                "25, and then each letter from 0 (a) to 25 (z).\n\n"
                "The bot takes the date from the Date lines of well-known web sites. When "
                "it believes that it is watched it adds 1 to the CRC-32, so that an "
                "analyst sees names that nobody registers; they are not here.",
        .sources = sources,
        .aka = {.malpedia = "QakBot",
                .dgarchive = "qakbot",
                .microsoft = "Win32/Qakbot",
                .symantec = "W32.Qakbot"},
        .first_seen = "2008",
        .life = DGA_ALIVE,
        .life_note = "Taken down on 2023-08-29 (Operation Duck Hunt, 700000 machines), "
                     "new samples since December 2023. Later versions use lists of "
                     "addresses; the generator is of the versions known in 2016.",
        .known_from = "2016-02-24",
        .known_note = "the day of the list of examples; J. Bader's article is of the same "
                      "month",
        .tries = NAMES,
        .tries_note = "Draws names of the list in turn until one answers, 5000 at most.",
        .period = period,
        .state_size = sizeof(struct state),
        .begin = begin,
        .next = next,
        .variants = variants,
        .variant_count = DGA_COUNT(variants),
        .vectors = vectors,
        .vector_count = DGA_COUNT(vectors),
};
