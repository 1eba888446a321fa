/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Locky: 8 or 12 names for two days, from one mixing step (multiply, rotate)
 * over the date, the index and a seed of the campaign.
 */
#include "base/date.h"
#include "dga/family.h"

#define FACTOR UINT32_C(0xb11924e1)
#define ADDEND UINT32_C(0x27100001)
#define NAMES_MAX 12

struct seed {
	uint32_t number;
	unsigned shift;
	uint32_t modulus; /* of the index; 0: the third form, which has none */
};

struct state {
	uint32_t key[NAMES_MAX]; /* of each name */
	const struct dga_variant *variant;
	uint32_t nr; /* of the next name, from 0 */
};

static unsigned
block(unsigned day)
{
	return day / 2; /* the malware's: the 1st stands alone */
}

static bool
period(const struct dga_variant *variant, int64_t instant, struct fsk_period *period)
{
	(void)variant;
	return dga_period_blocks(instant, block, period);
}

static inline uint32_t
left(uint32_t x, unsigned bits)
{
	return x << bits | x >> (-bits & 31);
}

static inline uint32_t
mix(uint32_t x, unsigned shift)
{
	x *= FACTOR;
	return x >> shift | x << (-shift & 31);
}

/* The keys of the second form, and of the first: the same without a seed. */
static void
key_second(struct state *s, const struct seed *seed, struct date date)
{
	uint32_t x = mix((uint32_t)date.year + 0x1bf5, seed->shift);

	if (seed->number != 0)
		x = mix(x + seed->number + ADDEND, seed->shift);
	x = mix(x + block(date.day) + ADDEND, seed->shift);
	x = mix(x + date.month + 0x2709a354, seed->shift);
	x += left(seed->number, 17) + ADDEND;
	for (uint32_t i = 0; i < s->variant->count; i++)
		s->key[i] = mix(x + left(i % seed->modulus, 21), seed->shift) + ADDEND;
}

/* The keys of the third form: seven rounds over seven years. All names in each
 * round, because the chain of one is long and those of twelve run abreast. */
static void
key_third(struct state *s, const struct seed *seed, struct date date)
{
	uint32_t year = (uint32_t)date.year + 0x1bf5;

	for (uint32_t last = year + 6; year <= last; year++)
		for (uint32_t i = 0; i < NAMES_MAX; i++) {
			uint32_t k = s->key[i];
			uint32_t x = (mix(year + k, 7) + ADDEND) ^ k;
			uint32_t y = (mix(x + seed->number, 7) + ADDEND) ^ x;

			x = y - ADDEND - mix(block(date.day) + y, 7);
			x += mix(x + date.month - 0x65cad, 7) + ADDEND;
			y = mix(x + left(seed->number, 17) + left(i, 21), 7) + ADDEND;
			s->key[i] = x ^ y;
		}
}

static void
begin(void *state, const struct dga_variant *variant, int64_t first)
{
	const struct seed *seed = variant->seed;
	struct state *s = state;

	*s = (struct state){.variant = variant};
	(seed->modulus != 0 ? key_second : key_third)(s, seed, date_of(first));
}

static void
next(void *state, struct fsk_name *name)
{
	struct state *s = state;
	const struct dga_variant *variant = s->variant;
	unsigned shift = ((const struct seed *)variant->seed)->shift;
	uint32_t key = s->key[s->nr++];
	size_t len = key % 11 + variant->label_min;

	for (unsigned i = 0; i < len; i++) {
		key = mix(left(key, i), shift) + ADDEND;
		name->text[i] = (char)('a' + key % 25); /* never z */
	}
	key = mix(key, shift) + ADDEND;
	dga_close_name(name, len, &variant->suffixes[key % variant->suffix_count]);
}

static const struct dga_suffix second[] = {
        DGA_SUFFIX("ru"), DGA_SUFFIX("pw"), DGA_SUFFIX("eu"), DGA_SUFFIX("in"),
        DGA_SUFFIX("yt"), DGA_SUFFIX("pm"), DGA_SUFFIX("us"), DGA_SUFFIX("fr"),
        DGA_SUFFIX("de"), DGA_SUFFIX("it"), DGA_SUFFIX("be"), DGA_SUFFIX("uk"),
        DGA_SUFFIX("nl"), DGA_SUFFIX("tf")};
static const struct dga_suffix third[] = {
        DGA_SUFFIX("ru"), DGA_SUFFIX("info"), DGA_SUFFIX("biz"), DGA_SUFFIX("click"),
        DGA_SUFFIX("su"), DGA_SUFFIX("work"), DGA_SUFFIX("pl"),  DGA_SUFFIX("org"),
        DGA_SUFFIX("pw"), DGA_SUFFIX("xyz")};

#define PUBLISHED "published list, by the author of the analysis"
#define ONE_SOURCE "single source: the output of J. Bader's program"
#define OBSERVED ONE_SOURCE "; with another seed, names met by Nominum agree"

#define VARIANT(form, title, seed_nr, shift, cycle, names, least, day, hash, rank, words)  \
	{                                                                                  \
		.name = title, .about = #form " form, seed " #seed_nr,                     \
		.seed = &(const struct seed){seed_nr, shift, cycle}, .count = names,       \
		.label_min = least, .label_max = least + 10,                               \
		.suffix_count = DGA_COUNT(form), .suffixes = form, .proof_date = day,      \
		.proof_sha256 = hash, .proof_standing = words, .confidence = rank          \
	}
#define SECOND(nr, seed, shift, cycle, day, hash, rank, words)                             \
	VARIANT(second, "v2-cfg" #nr, seed, shift, cycle, 8, 5, day, hash, rank, words)
#define THIRD(nr, seed, day, hash)                                                         \
	VARIANT(third, "v3-cfg" #nr, seed, 7, 0, NAMES_MAX, 7, day, hash, DGA_LOW, OBSERVED)

static const struct dga_variant variants[] = {
#include "dga/families/locky_seeds.def"
};

#define LIST "J. Bader, domain_generation_algorithms, locky/example_domains.txt"

static const struct dga_vector vectors[] = {
        {"v2-cfg1", "2016-02-29", 1, "gegjiimqmlgtdmk.tf", LIST},
        {"v2-cfg1", "2016-02-29", 8, "cscffbwbhs.uk", LIST},
        {"v3-cfg1", "2024-01-01", 1, "yaochykossjcyjla.pw", ONE_SOURCE},
        {"v3-cfg20", "2024-01-01", 1, "hwabppa.info", ONE_SOURCE},
};

static const char *const sources[] = {
        "N. Griffin, Locky's New DGA - Seeding the New Domains, Forcepoint, 2016-02-25",
        "J. Bader, domain_generation_algorithms, locky (2016)",
        "The Comings and Goings (and Comings) of Locky, Nominum, May 2017", NULL};

const struct dga_family dga_family_locky = {
        .name = "locky",
        .title = "Locky",
        .text = "A list for each value of b = day / 2, rounded down, in a month: the 1st; "
                "the 2nd and 3rd; and so on. All numbers have 32 bits and wrap. F(x) is x "
                "times 0xb11924e1, rotated right by 7; L(x, n) is x rotated left by n; C "
                "is 0x27100001; s is the seed; i counts the names from 0.\n\n"
                "Second form: t = F(year + 0x1bf5); t = F(t + s + C); t = F(t + b + C); t "
                "= F(t + month + 0x2709a354); k = F(t + C + L(s, 17) + L(i, 21)) + C. The "
                "label has 5 + k mod 11 letters. The first form is this with s = 0, "
                "without the step for s, with 5 for 7 in F and i mod 6 for i.\n\n"
                "Third form: k = 0; for each year Y from this to the sixth after it: x = "
                "(F(Y + k + 0x1bf5) + C) ^ k; y = (F(x + s) + C) ^ x; x = y - C - F(b + "
                "y); x = x + C + F(x + month - 0x65cad); k = (F(x + L(s, 17) + L(i, 21)) + "
                "C) ^ x. The label has 7 + k mod 11 letters.\n\n"
                "For letter j = 0, 1, ...: k = F(L(k, j)) + C; k mod 25 is its place in "
                "the alphabet, a being 0. At last F(k) + C, modulo their number, chooses "
                "among ru pw eu in yt pm us fr de it be uk nl tf, in the third form ru "
                "info biz click su work pl org pw xyz.",
        .sources = sources,
        .aka = {.malpedia = "Locky",
                .dgarchive = "locky",
                .microsoft = "Ransom:Win32/Locky",
                .symantec = "Trojan.Cryptolocker.AF"},
        .first_seen = "2016-02-16",
        .last_seen = "2017-05",
        .life = DGA_DEAD,
        .life_note = "new seeds came until May 2017; ransomware works once, then is gone",
        .known_from = "2016-02-25",
        .known_note =
                "Forcepoint's program for the seeded form; the first form came days before",
        .tries = NAMES_MAX,
        .tries_note =
                "12 in the third form, 8 in the second, 6 in the first; pace not known",
        .period = period,
        .state_size = sizeof(struct state),
        .begin = begin,
        .next = next,
        .variants = variants,
        .variant_count = DGA_COUNT(variants),
        .vectors = vectors,
        .vector_count = DGA_COUNT(vectors),
};
