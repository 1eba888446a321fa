/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Banjori: a chain of names in which each is the one before with its first
 * four letters changed.
 */
#include "dga/family.h"

#define LABEL_MAX 31

struct state {
	char label[LABEL_MAX + 1]; /* of every name but for its first four letters */
	size_t len;                /* octets of it */
	uint32_t letter[4];        /* places of those in the alphabet, a is 0 */
};

static const struct dga_suffix suffixes[] = {DGA_SUFFIX("com")};

static void
begin(void *state, const struct dga_variant *variant, int64_t first)
{
	struct state *s = state;

	(void)first;
	s->len = strlen(variant->seed);
	memset(s->label, 0, sizeof(s->label));
	memcpy(s->label, variant->seed, s->len);
	for (unsigned i = 0; i < 4; i++)
		s->letter[i] = (uint32_t)(s->label[i] - 'a');
}

static void
next(void *state, struct fsk_name *name)
{
	struct state *s = state;
	uint32_t a = s->letter[0];
	uint32_t b = s->letter[1];
	uint32_t c = s->letter[2];
	uint32_t d = s->letter[3];

	memcpy(name->text, s->label, sizeof(s->label));
	name->text[0] = (char)('a' + a);
	name->text[1] = (char)('a' + b);
	name->text[2] = (char)('a' + c);
	name->text[3] = (char)('a' + d);
	dga_close_name(name, s->len, suffixes);

	/* The malware adds the letters' codes and takes the code of a off only
	 * once; what is left of the other 97s modulo 26 is 19, 12, 18 and 12. */
	a = (a + d + 19) % 26;
	b = (a + 2 * b + 12) % 26;
	c = (a + c + 18) % 26;
	d = (b + c + d + 12) % 26;
	s->letter[0] = a;
	s->letter[1] = b;
	s->letter[2] = c;
	s->letter[3] = d;
}

/* The four letters that change. */
static uint64_t
mark(const void *state)
{
	const struct state *s = state;
	uint64_t packed = 0;

	for (unsigned i = 0; i < 4; i++)
		packed |= (uint64_t)s->letter[i] << 8 * i;
	return packed;
}

static void
resume(void *state, const struct dga_variant *variant, int64_t first, uint32_t index,
       uint64_t mark)
{
	struct state *s = state;

	(void)index;
	begin(s, variant, first);
	for (unsigned i = 0; i < 4; i++)
		s->letter[i] = (uint32_t)(mark >> 8 * i & 0xff);
}

#define SEED "seed-earnestnessbiophysicalohax"

static const struct dga_variant variants[] = {
        {
                .name = SEED,
                .about = "the chain that begins with earnestnessbiophysicalohax.com",
                .seed = "earnestnessbiophysicalohax",
                .count = 1000,
                .label_min = 26,
                .label_max = 26,
                .suffix_count = DGA_COUNT(suffixes),
                .suffixes = suffixes,
                .proof_date = "2015-02-10",
                .proof_sha256 =
                        "62ee3c0eaf0f68a4a245083abde5463c2bf571e74bddf19c346b445f7252bcd1",
                .proof_standing = "published list, by the author of the analysis",
                .confidence = DGA_HIGH,
        },
};

static const struct dga_variant placebos[] = {
        {
                .name = SEED,
                .seed = "meadowlarkrusticatedhumsob",
                .count = 1000,
                .label_min = 26,
                .label_max = 26,
                .suffix_count = DGA_COUNT(suffixes),
                .suffixes = suffixes,
        },
};

#define LIST "J. Bader, domain_generation_algorithms, banjori/example_domains.txt"

static const struct dga_vector vectors[] = {
        {SEED, "2015-02-10", 1, "earnestnessbiophysicalohax.com", LIST},
        {SEED, "2015-02-10", 2, "kwtoestnessbiophysicalohax.com", LIST},
        {SEED, "2015-02-10", 3, "rvcxestnessbiophysicalohax.com", LIST},
        {SEED, "2015-02-10", 1000, "moskestnessbiophysicalohax.com", LIST},
};

static const char *const sources[] = {
        "J. Bader, The DGA of Banjori, 2015-02-10, johannesbader.ch",
        "P. Kleissner, notes on MultiBanker 2 and its seeds, blog.kleissner.org/?p=192",
        NULL,
};

const struct dga_family dga_family_banjori = {
        .name = "banjori",
        .title = "Banjori, also MultiBanker 2, BankPatch, BackPatcher",
        .text = "The sample carries one domain name of lower-case letters under .com; it "
                "is the first of the list. Each further name is made from the one before "
                "by replacing its first four letters; the rest of the label never "
                "changes.\n\nLet p, q, r, s be the codes of the four letters (a is 97) and "
                "let f(x) be 97 + (x - 97) mod 26. One after the other, each new value "
                "used at once: p = f(p + s); q = f(p + 2q); r = f(p + r - 1); s = f(q + r "
                "+ s).\n\nNo date goes in: a sample has the same list for ever. The chain "
                "of this seed returns to an earlier name after some 15000 steps; the list "
                "here is its first 1000 names, the part that was published. Other samples "
                "carry other first names, which are not here.",
        .sources = sources,
        .aka = {.malpedia = "Banjori",
                .dgarchive = "banjori",
                .symantec = "Trojan.Bankpatch"},
        .first_seen = "2013-04",
        .last_seen = "2013-11",
        .life = DGA_ORPHAN,
        .life_note = "most seeds are from samples of April to November 2013; no newer "
                     "campaign was described up to the analysis of 2015",
        .known_from = "2015-02-10",
        .known_note = "the first complete description; notes on seeds, by P. Kleissner, "
                      "are older, so that single experts knew the names before",
        .tries = 1000,
        .tries_note = "in the order of the chain until a server answers with \"chek\", and "
                      "on behind the 1000th; between two names the bot waits, in steps of "
                      "five seconds, until www.google.de can be resolved",
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
