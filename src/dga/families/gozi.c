/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Gozi: twelve names for some days, put together from whole and halved words
 * of a public text.
 */
#include "base/date.h"
#include "dga/family.h"

#define ORIGIN INT64_C(1420070400) /* 2015-01-01, day 0 of its count */
#define SHORTEST 12
#define LONGEST 24

struct word {
	uint8_t len;   /* octets */
	char text[19]; /* all of it is copied, so that a copy has one size */
};

#define WORD(word) {sizeof(word) - 1, word},
static const struct word gpl_words[] = {
#include "dga/words/gozi_gpl.def"
};
static const struct word luther_words[] = {
#include "dga/words/gozi_luther.def"
};
static const struct word nasa_words[] = {
#include "dga/words/gozi_nasa.def"
};
static const struct word rfc4343_words[] = {
#include "dga/words/gozi_rfc4343.def"
};
#undef WORD

enum text { GPL, LUTHER, NASA, RFC4343 };

struct seed {
	enum text text;
	int64_t length; /* seconds of a period */
};

struct state {
	enum text text;
	uint32_t random;
	const struct dga_suffix *suffix;
};

static bool
period(const struct dga_variant *variant, int64_t instant, struct fsk_period *period)
{
	const struct seed *seed = variant->seed;

	return dga_period_steps(instant, ORIGIN, seed->length, period);
}

static void
begin(void *state, const struct dga_variant *variant, int64_t first)
{
	const struct seed *seed = variant->seed;
	struct state *s = state;

	s->text = seed->text;
	s->suffix = variant->suffixes;
	/* A flag of 1 in the upper half, and a constant of the malware. */
	s->random = (uint32_t)((first - ORIGIN) / seed->length) + 65536 - 306607824;
}

/* The generator of "Numerical Recipes", chapter 7.1. */
static inline uint32_t
draw(uint32_t *random)
{
	return *random = *random * 1664525 + 1013904223;
}

/* Spells one label in ${text} from ${words}[0..count) and returns its length.
 * ${count} is a constant where this is inlined, so that nothing is divided. */
static inline size_t
spell(uint32_t *random, char *text, const struct word *words, uint32_t count)
{
	uint32_t x = *random;
	size_t len = 0;
	size_t enough;

	draw(&x); /* one goes unused */
	enough = SHORTEST + draw(&x) % 12;
	while (len < enough) {
		const struct word *word = &words[draw(&x) % count];
		size_t part = word->len >> (draw(&x) % 3 == 0);

		/* Below LONGEST there are always ones that fit: half of a word
		 * of three letters is one letter. */
		memcpy(text + len, word->text, sizeof(word->text));
		len += len + part <= LONGEST ? part : 0;
	}
	*random = x;
	return len;
}

#define SPELL(words) spell(&s->random, name->text, words, DGA_COUNT(words))

static void
next(void *state, struct fsk_name *name)
{
	struct state *s = state;
	size_t len;

	if (s->text == GPL)
		len = SPELL(gpl_words);
	else if (s->text == LUTHER)
		len = SPELL(luther_words);
	else if (s->text == NASA)
		len = SPELL(nasa_words);
	else
		len = SPELL(rfc4343_words);
	dga_close_name(name, len, s->suffix);
}

static const struct dga_suffix com[] = {DGA_SUFFIX("com")};
static const struct dga_suffix ru[] = {DGA_SUFFIX("ru")};

#define ONE_SOURCE "single source: the output of J. Bader's program"

#define VARIANT(title, which, days, end, words, day, rank, standing, digest)               \
	{                                                                                  \
		.name = title, .about = words,                                             \
		.seed = &(const struct seed){which, days * DATE_DAY}, .count = 12,         \
		.label_min = SHORTEST, .label_max = LONGEST, .suffix_count = 1,            \
		.suffixes = end, .proof_date = day, .proof_sha256 = digest,                \
		.proof_standing = standing, .confidence = rank,                            \
	}

static const struct dga_variant variants[] = {
        VARIANT("gpl", GPL, 5, ru, "words of the GNU General Public License; five days",
                "2020-12-31", DGA_LOW, ONE_SOURCE,
                "2babde6667c16030228726548d966bb51de7906dd389b725aec20ac33ea1c787"),
        VARIANT("luther", LUTHER, 4, com, "words of Luther's theses, in Latin; four days",
                "2016-03-29", DGA_HIGH,
                "cross-checked: equal to the list J. Bader published; on 2018-05-25 two "
                "names of Netlab's feed agree",
                "48b6baffd7a69b6c849606b15ec4dde3e1e2a0fc20946cc614124cfc490715dd"),
        VARIANT("nasa", NASA, 5, com, "words of a NASA press release; five days",
                "2020-12-31", DGA_LOW, ONE_SOURCE,
                "cbb37cc590be026d951fc4026fdd26f3e5699e4cf24d87c9aa642d8c372a3166"),
        VARIANT("rfc4343", RFC4343, 3, com, "words of RFC 4343; three days", "2016-02-29",
                DGA_LOW, ONE_SOURCE,
                "170ee7bef0df34f60330faabd656fb9b7bbbf5ebbbe0f9ee5f55a1cf9270c5a5"),
};

#define LIST "J. Bader, domain_generation_algorithms, gozi/example_domains.txt"

static const struct dga_vector vectors[] = {
        {"luther", "2016-03-29", 1, "quodpresidentemaxsagit.com", LIST},
        {"luther", "2016-03-29", 12, "christianaenimdocent.com", LIST},
        {"luther", "2016-02-29", 1, "basicistamtenentur.com", ONE_SOURCE}, /* a first day */
        {"luther", "2020-12-31", 1, "quilibetpopulumerr.com", ONE_SOURCE}, /* a last day */
        {"gpl", "2020-12-31", 1, "thoseconvsectionpubparty.ru", ONE_SOURCE},
        {"nasa", "2020-12-31", 1, "othernascientificspace.com", ONE_SOURCE},
        {"rfc4343", "2016-02-29", 1, "thnapreservedintocommth.com", ONE_SOURCE},
};

static const char *const sources[] = {
        "J. Bader, domain_generation_algorithms, gozi (2016-03-29), with the word lists",
        "360 Netlab, feed of DGA names (2018)", NULL};

const struct dga_family dga_family_gozi = {
        .name = "gozi",
        .title = "Gozi, also Ursnif, ISFB",
        .text = "Twelve names for each block of N days, counted from 2015-01-01 (UTC). All "
                "numbers have 32 bits and wrap. The generator is x = 1664525 x + "
                "1013904223, and gives x; it starts at 65536 + (days since 2015-01-01) / N "
                "- 306607824.\n\nFor each name one number is drawn and thrown away; the "
                "next, modulo 12, plus 12 is the length to reach. Until the label has it: "
                "draw a number, which modulo the number of words in the sample's list "
                "chooses a word; draw another, and if 3 divides it keep only the first "
                "half of the word (rounded down); append that, unless the label would "
                "become longer than 24 letters.\n\nThe list of words is a public text with "
                "its repetitions, cut into words; N and the suffix "
                "belong to it: gpl five and .ru; luther four, nasa five, rfc4343 three, "
                ".com.",
        .sources = sources,
        .aka = {.malpedia = "Gozi",
                .dgarchive = "gozi",
                .microsoft = "Win32/Ursnif",
                .symantec = "Trojan.Snifula"},
        .first_seen = "2016-03",
        .life = DGA_ALIVE,
        .life_note = "descendants with other lists or fixed names were met until 2022; of "
                     "these lists nothing newer than 2018 is known",
        .known_from = "2016-03-29",
        .known_note = "the day of the first published list, luther; the others followed",
        .tries = 12,
        .tries_note = "order and pace not known; the published configuration speaks of 10 "
                      "names for gpl and rfc4343, the program makes 12 for all",
        .period = period,
        .state_size = sizeof(struct state),
        .begin = begin,
        .next = next,
        .variants = variants,
        .variant_count = DGA_COUNT(variants),
        .vectors = vectors,
        .vector_count = DGA_COUNT(vectors),
};
