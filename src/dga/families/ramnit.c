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

#define VARIANT(hex, sha256, standing)                                                     \
	{                                                                                  \
		.name = #hex, .about = "seed 0x" #hex, .seed = &(const uint32_t){0x##hex}, \
		.count = NAMES, .label_min = LABEL_MIN,                                    \
		.label_max = LABEL_MIN + LENGTHS - 1, .suffix_count = 1, .suffixes = &com, \
		.proof_date = "2014-12-21", .proof_sha256 = sha256,                        \
		.proof_standing = standing                                                 \
	}

#define NETLAB "names of it stand in collections drawn from the feed of 360 Netlab, 2018"
#define ALONE(hex, sha256) VARIANT(hex, sha256, "the program of J. Bader alone")
#define FEED(hex, sha256) VARIANT(hex, sha256, NETLAB)
#define BOTH(hex, sha256)                                                                  \
	VARIANT(hex, sha256, NETLAB "; 100 are equal to the list that J. Bader published")

static const struct dga_variant variants[] = {
        ALONE(13317EAC, "a59e953c7753d70f6c21dd6c74857f2158a50f2ab60b908e595b4b36f10168f8"),
        ALONE(14DF29DD, "f5e3a80e21482e7ff38c24a2843a222b3f1021d2d9133d16fbbf5748d5918b17"),
        FEED(16647BB4, "20911b1dc2ce5f17baded410cdc3b7940f4037a0afdd13a88c7079966a078b98"),
        ALONE(1CCEC41C, "3e269e2354b877c8951ab27c97c40f975cee8d7630a5ef765777ed24420cb960"),
        FEED(1DF640A8, "a18f566f741e51ef01f45492ab47609cda99ca57f8ba50fe3faa3bc7af93e7cc"),
        ALONE(231D9480, "79418f1e5e47c561899419ca8d25f026ab3204d6180fea36553cdec5a20d427e"),
        FEED(28488EEA, "9cb38927c16e34a3edddbbd8d42e842357cedb634f871d62aac20732c91359cc"),
        ALONE(4302C04A, "687189a9e3e7475b0a57f1b8e906b9b3926ab132700bff3a516861261503f9c9"),
        FEED(46CF1B28, "d63d05003187d60703426b57b93603625d474f9141b02dd9bddba496f080a4ea"),
        FEED(4BFCBC6A, "b29b5c50a14e80f03bb1bb3f8bcf2c200e28b908f2368f9cc68541ebb63467fd"),
        ALONE(52278648, "50f400ffa7d13a0fb80d0d4a0792a539d989123af053ad9c3d5590d0e007386c"),
        ALONE(55536A85, "f4e7d2150f0080c1893173b3f39073be784012f28034208c5ea9bb546537402e"),
        ALONE(5C39E467, "67b059d3048e5daaa16430279cf303602e4583ff5c63c02d4251e87520706440"),
        ALONE(6C36D41D, "da501a08266e40b77c84f7eb94f3c0c101eac8867fc20e7abb244fc90ed7a0db"),
        ALONE(75EA95C2, "c28935dbf61c6a9d335b9f5e212d7adfa0452b7fe0a4054e18e24b2d0d848552"),
        BOTH(79159C10, "42cb7a6e7486b993f660e8c681a35258151456950f358bbb50e78da20619db42"),
        ALONE(8222270B, "c0306eb801c4bd705023374d629ed380fa30a66dca1a498b987a630d9b5fc5ad"),
        ALONE(89547381, "0ab27efc3052346abfa66e6c5f96def9e29e18d840508b2d677f61bb1b4b488d"),
        ALONE(8A0AEC7D, "94dc1417edc6198f3ae3332e028e7510434a304efe0eede1257dac91b310d3d5"),
        FEED(92F4BE35, "fb391cd2cb0f17509cb511e0fcc2b875e6621b5f44df5086123a213a7f4dde78"),
        ALONE(9753029A, "bff6ada5070f603541ae271b9a85fa885734f2209501ea3d42b5df8910231195"),
        ALONE(A6EAB21A, "4ab3e497b0255bbec9dde4f472835aea3e009903763af7219ee89b09c183e2f9"),
        ALONE(C129388E, "d7c4323d68b8a51f42720c8360adb842b8b8a53d16359ac45e750513c970f163"),
        ALONE(D2B3C361, "9f0b7df1c1fbff0948a9b75558210cfa3d7556865bd0c01e47d5e25cf3eb6bad"),
        ALONE(DC485593, "dfd1868de8ceacec587915ef24ff9f1f2bf309081747f551436788e236e40b04"),
        ALONE(E706B455, "8d7dd9b0e7554328933c085dfee369ac2b116ab14fa66d49099ad63ec0e69a98"),
        ALONE(E7392D18, "57aa26b08baa51d270ebcf0f78197c990665f082a8fe8ef75abdc5fe544e746f"),
        FEED(EF214BBF, "f6e02c425ec0717eec8beea6dda6ea038e9618ec485f1e5e92860ece29daa8e8"),
        ALONE(F318D47D, "1756f62a111407927aee34d23ebde1195be472b18976725972cbc04a66ad469f"),
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
        .vectors = vectors,
        .vector_count = DGA_COUNT(vectors),
};
