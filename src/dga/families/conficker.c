/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Conficker A, B and C: names of random letters, drawn each day from a
 * generator that computes in floating point (prng/conficker.h).
 */
#include "dga/family.h"
#include "prng/conficker_text.h"

_Static_assert(CONFICKER_TEXT_MARK_STEP == DGA_MARK_STEP, "bulk() hands marks through");
_Static_assert(CONFICKER_TEXT_SLACK <= DGA_LIST_SLACK, "bulk() hands text through");

/* Leder and Werner, table 2. */
struct seed {
	uint64_t times, over, plus; /* over: 7 days (A, B) or 2 days (C) in 100 ns */
	struct conficker_reading reading;
};

static const struct seed a = {UINT64_C(0x463DA5676),
                              UINT64_C(0x58028E44000),
                              0xB46A7637,
                              {0x64236735, true, 8, 4, 5, 260}};
static const struct seed b = {UINT64_C(0x352C94565),
                              UINT64_C(0x58028E44000),
                              0xA3596526,
                              {0x53125624, true, 8, 4, 8, 104}};
static const struct seed c = {UINT64_C(0x2682D10B7),
                              UINT64_C(0x19254D38000),
                              0xF1E34A09,
                              {0x4F3D859E, false, 4, 6, 116, 4524}};

struct state {
	uint64_t key;
	const struct dga_variant *variant;
};

static uint64_t
seed_of(const struct dga_variant *variant, int64_t first)
{
	const struct seed *seed = variant->seed;
	return conficker_seed(first, seed->times, seed->over, seed->plus);
}

static void
begin(void *state, const struct dga_variant *variant, int64_t first)
{
	*(struct state *)state = (struct state){seed_of(variant, first), variant};
}

static void
next(void *state, struct fsk_name *name)
{
	struct state *s = state;
	const struct conficker_reading *how =
	        &((const struct seed *)s->variant->seed)->reading;
	uint64_t key = conficker_step(s->key, how->multiplier);
	unsigned letters = conficker_letters(how, conficker_result(key));
	for (unsigned i = 0; i < letters; i++) {
		key = conficker_step(key, how->multiplier);
		name->text[i] = conficker_letter(conficker_result(key));
	}
	s->key = conficker_step(key, how->multiplier);
	unsigned suffix = conficker_suffix(how, conficker_result(s->key));
	dga_close_name(name, letters, &s->variant->suffixes[suffix]);
}

static uint64_t
mark(const void *state)
{
	return ((const struct state *)state)->key;
}

static void
resume(void *state, const struct dga_variant *variant, int64_t first, uint32_t index,
       uint64_t mark)
{
	(void)first;
	(void)index;
	*(struct state *)state = (struct state){mark, variant};
}

static void
bulk(const struct dga_variant *variant, struct dga_list *lists, size_t count)
{
	struct conficker_tail tails[UINT8_MAX];
	const struct conficker_kind kind = {&((const struct seed *)variant->seed)->reading,
	                                    tails, variant->count};
	for (size_t i = 0; i < variant->suffix_count; i++) {
		const struct dga_suffix *suffix = &variant->suffixes[i];
		memcpy(tails[i].text, suffix->text, sizeof(tails[i].text));
		tails[i].text[suffix->len] = '\n'; /* 7 octets at most */
		tails[i].len = (uint8_t)(suffix->len + 1);
	}
	for (size_t n; count > 0; lists += n, count -= n) {
		struct conficker_list batch[CONFICKER_DAYS];
		n = conficker_text_batch(count);
		for (size_t i = 0; i < n; i++)
			batch[i] = (struct conficker_list){
			        seed_of(variant, lists[i].period.first), lists[i].text,
			        lists[i].len, lists[i].mark, 0};
		conficker_text_make(&kind, batch, n);
		for (size_t i = 0; i < n; i++) {
			lists[i].bytes = batch[i].bytes;
			lists[i].count = variant->count;
		}
	}
}

#define S DGA_SUFFIX
static const struct dga_suffix suffixes_a[] = {S("com"), S("net"), S("org"), S("info"),
                                               S("biz")};
static const struct dga_suffix suffixes_b[] = {S("cc"),  S("cn"),  S("ws"),   S("com"),
                                               S("net"), S("org"), S("info"), S("biz")};
static const struct dga_suffix suffixes_c[] = {
#include "dga/families/conficker_suffixes.def"
};

#define VARIANT(letter, names, least, most, day, digest, words, rank, standing)            \
	{                                                                                  \
		.name = #letter, .about = words, .seed = &letter, .count = names,          \
		.label_min = least, .label_max = most,                                     \
		.suffix_count = DGA_COUNT(suffixes_##letter),                              \
		.suffixes = suffixes_##letter, .proof_date = day, .proof_sha256 = digest,  \
		.proof_standing = standing, .confidence = rank                             \
	}

static const struct dga_variant variants[] = {
        VARIANT(a, 250, 5, 11, "2020-03-04",
                "f1aeb627633e356d569f7bd30ca9b0e65dab76a1c2c60ccb99d07d03628ee0d6",
                "Conficker.A, of 2008-11-21", DGA_HIGH,
                "equal to the published list of an independent tool; the day needs FSIN"),
        VARIANT(b, 250, 5, 11, "2014-11-21",
                "dedcfa2f273d1cc9b824fd576ccafa91d8402682add32f06e678d140e85aaeea",
                "Conficker.B, of 2008-12-29, and B++ (Microsoft's Conficker.C)", DGA_HIGH,
                "equal to the published list of an independent program"),
        VARIANT(c, 50000, 4, 9, "2014-11-23",
                "195336b102a8ec4b03fbe2110e266e679494d7016aef8f296bffeb993cb7ce11",
                "Conficker.C, of 2009-03-04 (Microsoft's Conficker.D)", DGA_MEDIUM,
                "holds 81 names that 360 Netlab published; no whole list was published"),
};

static const struct dga_vector vectors[] = {
#include "dga/families/conficker_vectors.def"
};

static const char *const sources[] = {
        "F. Leder, T. Werner, Know Your Enemy: Containing Conficker, Honeynet Project 2009",
        "D. Piscitello, Conficker Summary and Review, ICANN 2010",
        NULL,
};

const struct dga_family dga_family_conficker = {
        .name = "conficker",
        .title = "Conficker, also Downadup, Kido",
        .text = "One list a day, of the UTC date that the bot reads from the Date header "
                "of a popular web site. K begins as F * M / D + N, where F is that "
                "midnight as Windows FILETIME (100 ns since 1601-01-01), integers have 64 "
                "bits and wrap round, and M, D, N are 0x463DA5676, 0x58028E44000, "
                "0xB46A7637 for A, 0x352C94565, 0x58028E44000, 0xA3596526 for B, "
                "0x2682D10B7, 0x19254D38000, 0xF1E34A09 for C.\n\nA call: x is K, and p is "
                "K * R, as the nearest doubles, where R is 0x64236735, 0x53125624, "
                "0x4F3D859E; r = (p + sin x) * x * x, each operation rounded to double; K "
                "becomes the bits of r, and the result is its lower 32 bits as a signed "
                "number. The malware adds more, which never changes r. The sine is the x87 "
                "instruction FSIN's, whose pi is 0xC90FDAA22168C234C / 2^66; it counts "
                "only when p is below 2^54, and a correct one spoils most lists of C.\n\nA "
                "name: a call for the number of letters, one for each letter, one for the "
                "suffix; K runs on over the list. Letters: 8 + result % 4 (A, B; signed as "
                "in C, so 5 to 11) or 4 + |result| % 6 (C). Letter: number |result| % 26 "
                "of the alphabet. Suffix: number result % 5 (A) or % 8 (B) of the table, "
                "result as unsigned, or |result| % 116 (C). 250 names (A, B) or 50000 (C), "
                "of which some come twice.",
        .sources = sources,
        .aka = {.malpedia = "Conficker",
                .dgarchive = "conficker",
                .microsoft = "Win32/Conficker",
                .symantec = "W32.Downadup"},
        .first_seen = "2008-11-21",
        .life = DGA_ORPHAN,
        .life_note = "nobody has commanded it since 2009; estimates of infected machines "
                     "were 400,000 in 2015 and 500,000 in 2019",
        .known_from = "2008-11-21",
        .known_note = "A was caught on this day, and a sample is enough; the first lists "
                      "known to be public are F-Secure's of January 2009. B was caught on "
                      "2008-12-29, C on 2009-03-04",
        .tries = 500,
        .tries_note = "A and B all 250, in random order, every few hours; C, since "
                      "2009-04-01, 500 that it draws each day, 40 to 50 s apart",
        .rounds = 12, /* B, every two hours; A every three, C once a day */
        .period = dga_period_day,
        .state_size = sizeof(struct state),
        .begin = begin,
        .next = next,
        .mark = mark,
        .resume = resume,
        .bulk = bulk,
        .variants = variants,
        .variant_count = DGA_COUNT(variants),
        .vectors = vectors,
        .vector_count = DGA_COUNT(vectors),
};
