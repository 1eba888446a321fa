/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Ramnit: one list for ever and seed, from a broken Park-Miller generator.
 * Written from J. Bader, "The DGA of Ramnit", 2014.
 */
#include "dga/family.h"

#include "prng/schrage.h"

#define NAMES 1000
#define LABEL_MIN 8
#define LENGTHS 12
#define LETTERS 25 /* never a z */

static const struct dga_suffix com = DGA_SUFFIX("com");

struct state {
	uint32_t seed; /* of the next name */
};

static void
begin(void *opaque, const struct dga_variant *variant, int64_t first)
{
	(void)first;
	((struct state *)opaque)->seed = *(const uint32_t *)variant->seed;
}

static void
next(void *opaque, struct fsk_name *name)
{
	struct state *state = opaque;
	uint32_t random = schrage_step(state->seed);
	size_t len = LABEL_MIN + random % LENGTHS;
	/* The malware multiplies the seed of this name by the number after it and
	 * adds the two halves of the product: the seed of the next name. */
	uint64_t product = (uint64_t)state->seed * random;

	state->seed = (uint32_t)product + (uint32_t)(product >> 32);
	for (size_t i = 0; i < len; i++) {
		random = schrage_step(random);
		name->text[i] = (char)('a' + random % LETTERS);
	}
	dga_close_name(name, len, &com);
}

static uint64_t
mark(const void *opaque)
{
	return ((const struct state *)opaque)->seed;
}

static void
resume(void *opaque, const struct dga_variant *variant, int64_t first, uint32_t index,
       uint64_t kept)
{
	(void)variant;
	(void)first;
	(void)index;
	((struct state *)opaque)->seed = (uint32_t)kept;
}

#define VARIANT(hex, sha256, rank, standing)                                               \
	{                                                                                  \
		.name = #hex, .about = "seed 0x" #hex, .seed = &(const uint32_t){0x##hex}, \
		.count = NAMES, .label_min = LABEL_MIN,                                    \
		.label_max = LABEL_MIN + LENGTHS - 1, .suffix_count = 1, .suffixes = &com, \
		.proof_date = "2014-12-21", .proof_sha256 = sha256,                        \
		.proof_standing = standing, .confidence = rank                             \
	}

#define NETLAB "names of it stand in collections drawn from the feed of 360 Netlab, 2018"
#define ALONE(hex, sha256) VARIANT(hex, sha256, DGA_LOW, "the program of J. Bader alone"),
#define FEED(hex, sha256) VARIANT(hex, sha256, DGA_MEDIUM, NETLAB),
#define BOTH(hex, sha256)                                                                  \
	VARIANT(hex, sha256, DGA_MEDIUM,                                                   \
	        NETLAB "; 100 are equal to the list that J. Bader published"),

static const struct dga_variant variants[] = {
#include "dga/families/ramnit_seeds.def"
};
#undef ALONE
#undef FEED
#undef BOTH

/* Seeds with all bits turned round: none of them is in the table. */
#define ALONE(hex, sha256)                                                                 \
	{.name = #hex,                                                                     \
	 .seed = &(const uint32_t){~0x##hex##u},                                           \
	 .count = NAMES,                                                                   \
	 .label_min = LABEL_MIN,                                                           \
	 .label_max = LABEL_MIN + LENGTHS - 1,                                             \
	 .suffix_count = 1,                                                                \
	 .suffixes = &com},
#define FEED ALONE
#define BOTH ALONE

static const struct dga_variant placebos[] = {
#include "dga/families/ramnit_seeds.def"
};

#define PUBLISHED                                                                          \
	"list of examples of J. Bader, github.com/baderj/domain_generation_algorithms"

static const struct dga_vector vectors[] = {
        {"79159C10", "2014-12-21", 1, "knpqxlxcwtlvgrdyhd.com", PUBLISHED},
        {"79159C10", "2014-12-21", 2, "nvlyffua.com", PUBLISHED},
        {"79159C10", "2014-12-21", 10, "ppyblaohb.com", PUBLISHED},
        {"92F4BE35", "2018-04-24", 7, "vrnixstxftvpfo.com", "chrmor/DGA_domains_dataset"},
        {"4BFCBC6A", "2018-04-24", 132, "jpxxebircyyjhxgfe.com", "ntop/nDPI test_dga.csv"},
        {"EF214BBF", "2018-04-24", 11, "bfmbrrihwsfkqy.com", "ntop/nDPI test_dga.csv"},
        {"EF214BBF", "2018-04-24", 279, "byoqlnqqdmxsr.com", "ntop/nDPI test_dga.csv"},
};

static const char *const sources[] = {
        "J. Bader: The DGA of Ramnit, 2014-12-21, https://bin.re/blog/the-dga-of-ramnit/",
        "https://github.com/baderj/domain_generation_algorithms (ramnit: more seeds)",
        "Europol: Operation Rubly (Ramnit), 2015-02-24", NULL};

const struct dga_family dga_family_ramnit = {
        .name = "ramnit",
        .title = "Ramnit (Nimnul)",
        .text = "One list for ever, made from a seed of 32 bits that stands in the "
                "sample. All numbers are of 32 bits and wrap.\n\n"
                "The generator turns x into 16807 * (x mod 127773) - 2836 * (x / 127773), "
                "with the quotient rounded down; unlike Park and Miller's it adds nothing "
                "when the difference is negative, it only wraps.\n\n"
                "For a name with seed s: step s to get b; the label has 8 + b mod 12 "
                "letters. For each letter step on and take a + x mod 25. The suffix is "
                "com. The seed of the next name is the lower half of the 64-bit product s "
                "* b plus its upper half.\n\n"
                "How many names a sample uses stands in the sample; the lists here go on "
                "to 1000. Later samples with other suffixes (bid, eu, click) are not here.",
        .sources = sources,
        .aka = {.malpedia = "Ramnit",
                .dgarchive = "ramnit",
                .microsoft = "Win32/Ramnit",
                .symantec = "W32.Ramnit"},
        .first_seen = "2010",
        .life = DGA_ALIVE,
        .life_note = "Its servers were seized on 2015-02-24 (Europol, 300 names "
                     "redirected), it came back, and Talos still counted it among the "
                     "most prevalent threats in June 2023.",
        .known_from = "2014-12-21",
        .known_note = "J. Bader's article, the first public description known to us; "
                      "seeds that are not in it became known with their samples, later",
        .tries = 0,
        .tries_note = "In the order of the list, in rapid succession; the number is a "
                      "constant of the sample.",
        .period = dga_period_always,
        .state_size = sizeof(struct state),
        .begin = begin,
        .next = next,
        .mark = mark,
        .resume = resume,
        .variants = variants,
        .variant_count = DGA_COUNT(variants),
        .placebos = placebos,
        .vectors = vectors,
        .vector_count = DGA_COUNT(vectors),
};
