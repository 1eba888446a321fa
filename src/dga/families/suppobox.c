/* SPDX-License-Identifier: BSD-2-Clause
 *
 * SuppoBox: two words of a list of 384, chosen by 15 bits of the clock, one
 * name each 512 seconds. Written from J. Geffner's paper of 2013 and J. Bader's
 * notes.
 */
#include "dga/family.h"

#define SLOT_BITS 9           /* a name holds for 2^9 seconds */
#define FIRST_BITS 7          /* the first word is one of 128 */
#define BITS (FIRST_BITS + 8) /* the second one of 256 */
#define WORDS 384

struct word {
	char text[15];
	uint8_t len; /* octets */
};

#define WORD(text) {text, sizeof(text) - 1},
static const struct word words[3][WORDS] = {
        {
#include "dga/words/suppobox_1.def"
        },
        {
#include "dga/words/suppobox_2.def"
        },
        {
#include "dga/words/suppobox_3.def"
        },
};
#undef WORD

#define WORD(text) _Static_assert(sizeof(text) <= 15, text);
#include "dga/words/suppobox_1.def"
#include "dga/words/suppobox_2.def"
#include "dga/words/suppobox_3.def"
#undef WORD

/* Where bit i of the counter goes in the 15 bits of the two numbers, counted
 * from the left (Bader; the malware's table). */
static const uint8_t place[BITS] = {3, 9, 13, 6, 2, 4, 11, 7, 14, 1, 10, 5, 8, 12, 0};

static const struct dga_suffix net = DGA_SUFFIX("net");

struct state {
	const struct word *words;
	uint32_t slot; /* of the next name: seconds since 1970 / 512 */
};

static void
begin(void *opaque, const struct dga_variant *variant, int64_t first)
{
	*(struct state *)opaque = (struct state){
	        .words = variant->seed,
	        .slot = (uint32_t)((uint64_t)first >> SLOT_BITS), /* 15 bits count */
	};
}

static void
next(void *opaque, struct fsk_name *name)
{
	struct state *state = opaque;
	uint32_t number = 0;
	const struct word *first;
	const struct word *second;

	for (unsigned i = 0; i < BITS; i++)
		number |= (state->slot >> i & 1) << (BITS - 1 - place[i]);
	first = &state->words[number >> (BITS - FIRST_BITS)];
	second = &state->words[(1 << FIRST_BITS) + (number & 0xff)];
	memcpy(name->text, first->text, sizeof(first->text));
	memcpy(name->text + first->len, second->text, sizeof(second->text));
	dga_close_name(name, (size_t)first->len + second->len, &net);
	state->slot++;
}

static uint64_t
mark(const void *opaque)
{
	return ((const struct state *)opaque)->slot;
}

static void
resume(void *opaque, const struct dga_variant *variant, int64_t first, uint32_t index,
       uint64_t kept)
{
	(void)index;
	begin(opaque, variant, first);
	((struct state *)opaque)->slot = (uint32_t)kept;
}

static bool
slot_of(const struct dga_variant *variant, int64_t instant, struct fsk_period *period)
{
	(void)variant;
	return dga_period_steps(instant, 0, 1 << SLOT_BITS, period);
}

/* The label bounds are the shortest and the longest first word plus the
 * shortest and the longest second word of each list. */
#define VARIANT(number, told, shortest, longest, date, sha256)                             \
	{                                                                                  \
		.name = "words" #number, .about = told, .seed = words[number - 1],         \
		.count = 1, .label_min = shortest, .label_max = longest,                   \
		.suffix_count = 1, .suffixes = &net, .proof_date = date,                   \
		.proof_periods = 85, .proof_sha256 = sha256,                               \
		.proof_standing = "85 consecutive names: several stand in collections "    \
		                  "drawn from the feed of 360 Netlab (chrmor, nDPI), "     \
		                  "the others are by the program of J. Bader alone",       \
		.confidence = DGA_MEDIUM                                                   \
	}

static const struct dga_variant variants[] = {
        VARIANT(1, "first word list", 10, 21, "2018-05-22",
                "34e6f33c697b245470613b9714565b3755dbf0143f2b193a30b6e7cf5fbc13dd"),
        VARIANT(2, "second word list", 8, 21, "2018-05-28",
                "0e7c34b147ca0210917688376f5eb7a03c0f20260109ab6ade6fd50a45142125"),
        VARIANT(3, "third word list, of given names and surnames", 17, 26, "2018-05-28",
                "a51ecbc87a09894e2dff1ee198f6c88627b28c18be4405b4b2ec078aa6b70fe4"),
};

#define WHEN "the collection gives no time; this is the slot of 2018 in which it comes"

static const struct dga_vector vectors[] = {
        {"words1", "2018-05-27T01:21:04Z", 1, "journeyvalley.net",
         "chrmor/DGA_domains_dataset; " WHEN},
        {"words1", "2018-05-23T20:24:32Z", 1, "requireprobable.net",
         "ntop/nDPI test_dga.csv; " WHEN},
        {"words2", "2018-05-28T22:17:36Z", 1, "knowsure.net",
         "chrmor/DGA_domains_dataset; " WHEN},
        {"words3", "2018-05-23T12:18:08Z", 1, "jeannetteabrahamson.net",
         "chrmor/DGA_domains_dataset; " WHEN},
        {"words3", "2018-05-22T23:04:32Z", 1, "sylvestereglantine.net",
         "ntop/nDPI test_dga.csv; " WHEN},
        {"words1", "2014-09-29T23:40:48Z", 1, "increaseinside.net",
         "program of J. Bader alone"},
};

static const char *const sources[] = {
        "J. Geffner: End-to-End Analysis of a Domain Generating Algorithm Malware Family, "
        "Black "
        "Hat USA 2013",
        "https://github.com/baderj/domain_generation_algorithms (suppobox: the word lists)",
        NULL};

const struct dga_family dga_family_suppobox = {
        .name = "suppobox",
        .title = "SuppoBox (Bayrob, Nivdort)",
        .text = "One name each 512 seconds. Divide the time in seconds since 1970 by 512; "
                "of the quotient the low 15 bits count, so each name returns after 194 "
                "days.\n\n"
                "Write the bits, the lowest first, to the places 3 9 13 6 2 4 11 7 14 1 "
                "10 5 8 12 0 of a row, counted from the left. The first 7 places, read "
                "from the left as a binary number, choose the first word out of words 0 "
                "to 127 of the list; the other 8 choose the second out of words 128 to "
                "383. The name is both words together and net.\n\n"
                "Three word lists are known. The clock is the machine's; the lists here "
                "are of UTC.",
        .sources = sources,
        .aka = {.malpedia = "SuppoBox",
                .dgarchive = "suppobox",
                .microsoft = "Win32/Nivdort",
                .symantec = "Trojan.Bayrob"},
        .first_seen = "2013-02-26",
        .life = DGA_ORPHAN,
        .life_note = "The campaign behind it ran from 2007 on. Its authors, the Bayrob "
                     "group, were arrested in September 2016 and sentenced in December "
                     "2019; its names were still in feeds in 2018.",
        .known_from = "2013-07-31",
        .known_note = "first day of Black Hat USA 2013, where J. Geffner gave the "
                      "algorithm; the second and third word lists were published later, "
                      "on a day not known to us",
        .tries = 1,
        .tries_note = "Tries the name of now, then those of the following slots, 85 names "
                      "in all: a bot may ask for a name up to 12 hours before its time.",
        .ahead = 85 << SLOT_BITS,
        .period = slot_of,
        .state_size = sizeof(struct state),
        .begin = begin,
        .next = next,
        .mark = mark,
        .resume = resume,
        .variants = variants,
        .variant_count = DGA_COUNT(variants),
        .vectors = vectors,
        .vector_count = DGA_COUNT(vectors),
};
