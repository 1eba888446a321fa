/* SPDX-License-Identifier: BSD-2-Clause
 *
 * FluBot (Android): 5000 names a month from java.util.Random, seeded with the
 * year, the month and a number for the country.
 */
#include "base/date.h"
#include "dga/family.h"
#include "prng/javarand.h"

#define LABEL 15 /* octets of every label */

struct state {
	struct javarand random;
	const struct dga_suffix *suffixes; /* three */
	uint32_t turn;                     /* index of the next name, from 0, modulo 6 */
};

static void
begin(void *state, const struct dga_variant *variant, int64_t first)
{
	struct state *s = state;
	struct date date = date_of(first);
	uint64_t year = (uint64_t)date.year;
	uint64_t month = date.month - 1; /* java.util.Calendar counts from 0 */
	uint64_t x = year ^ month;
	const uint32_t *country = variant->seed;

	/* Java's long: 64 bits that wrap. The lists published by PRODAFT need
	 * month - 1, which one of its own programs omits. */
	x *= 2;
	x *= year ^ x;
	x *= month ^ x;
	x *= x;
	javarand_seed(&s->random, x + *country);
	s->suffixes = variant->suffixes;
	s->turn = 0;
}

static void
next(void *state, struct fsk_name *name)
{
	/* i mod 3 = 0: the first; else i even: the second; else the third. */
	static const uint8_t choice[6] = {0, 2, 1, 0, 1, 2};
	struct state *s = state;
	struct javarand random = s->random;

	for (unsigned i = 0; i < LABEL; i++)
		/* 25 letters, never z: so in the malware. */
		name->text[i] = (char)('a' + javarand_below(&random, 25));
	s->random = random;
	dga_close_name(name, LABEL, &s->suffixes[choice[s->turn]]);
	s->turn = s->turn == 5 ? 0 : s->turn + 1;
}

static uint64_t
mark(const void *state)
{
	const struct state *s = state;

	return s->random.state;
}

static void
resume(void *state, const struct dga_variant *variant, int64_t first, uint32_t index,
       uint64_t mark)
{
	struct state *s = state;

	(void)first;
	s->random.state = mark;
	s->suffixes = variant->suffixes;
	s->turn = index % 6;
}

static const struct dga_suffix ru_com_cn[] = {DGA_SUFFIX("ru"), DGA_SUFFIX("com"),
                                              DGA_SUFFIX("cn")};
static const struct dga_suffix ru_su_cn[] = {DGA_SUFFIX("ru"), DGA_SUFFIX("su"),
                                             DGA_SUFFIX("cn")};

#define PRODAFT "PRODAFT, github.com/prodaft/malware-ioc, FluBot/"
#define EQUAL "cross-checked: equal to a list of PRODAFT's, " PRODAFT

#define VARIANT(nr, end, words, day, rank, standing, digest)                               \
	{                                                                                  \
		.name = #nr "-" #end, .about = words, .seed = &(const uint32_t){nr},       \
		.count = 5000, .label_min = LABEL, .label_max = LABEL, .suffix_count = 3,  \
		.suffixes = ru_##end##_cn, .proof_date = day, .proof_sha256 = digest,      \
		.proof_standing = standing, .confidence = rank,                            \
	}

static const struct dga_variant variants[] = {
        VARIANT(1136, com, "Spain, until version 3.7", "2021-03-01", DGA_MEDIUM,
                "cross-checked: holds the two names registered in March 2021, " PRODAFT
                "README",
                "1fc8092b23610d293742e4b4e395bea6aa15d6bb09cefcf9c40df1a34e15dfe2"),
        VARIANT(1136, su, "Spain, from version 3.8 on", "2021-04-01", DGA_HIGH,
                EQUAL "v3.8_domains.txt",
                "da55c7b50368d4cc0adc1f054f19d876662806529d176a63f9ff018efad90436"),
        VARIANT(1642, su, "United Kingdom", "2021-04-01", DGA_HIGH, EQUAL "v4.0_uk.txt",
                "17b03ac8736132873a1250f266f377d96fcca43c15c2835faf4b4a8908ba8674"),
        VARIANT(1813, su, "Italy", "2021-05-01", DGA_HIGH, EQUAL "v3.9_italy.txt",
                "5706be408774f80059eace6b0ecd6f6b98dd06014d8b7c02b573eb74f95e652f"),
        VARIANT(1905, su, "a country that was not named", "2021-04-01", DGA_HIGH,
                EQUAL "all_dga_domains.txt, third part",
                "68e383d86c92ad408b62e4505105115df96f5e82d30e9da83f9be986786e293e"),
        VARIANT(1945, su, "Germany", "2021-05-01", DGA_HIGH, EQUAL "v3.7_germany.txt",
                "ed801a0eb0708075b117ba6b9540af331f8f5f266910ed1488d87c7091e3b401"),
        VARIANT(1949, com, "Hungary", "2021-03-01", DGA_HIGH, EQUAL "v3.7_5000_domain.txt",
                "6b6e614c2604a09e5d57930a5a88619134bd6f435d54fda51e9cd8e9b72c9e88"),
};

static const struct dga_vector vectors[] = {
        {"1136-com", "2021-03-01", 1, "aogedvhwqhuokpd.ru", PRODAFT "README.md"},
        {"1136-com", "2021-03-01", 3, "nfiuerwtftasnuk.com",
         PRODAFT "README.md: registered"},
        {"1136-com", "2021-03-01", 7, "xjnwqdospderqtk.ru",
         PRODAFT "README.md: registered"},
        {"1136-su", "2021-04-01", 5000, "oggdyetnoerfkdu.cn", PRODAFT "v3.8_domains.txt"},
        {"1642-su", "2021-04-01", 5000, "rsqhedmwhciufqf.cn", PRODAFT "v4.0_uk.txt"},
        {"1813-su", "2021-05-01", 5000, "rgkhjglxcolieve.cn", PRODAFT "v3.9_italy.txt"},
        {"1905-su", "2021-04-01", 1, "ulovwdmulhanvrp.ru", PRODAFT "all_dga_domains.txt"},
        {"1945-su", "2021-05-01", 5000, "muxctohdtkgtejp.cn", PRODAFT "v3.7_germany.txt"},
        {"1949-com", "2021-03-01", 5000, "alrejjqyyinvtlq.cn",
         PRODAFT "v3.7_5000_domain.txt"},
};

static const char *const sources[] = {
        "PRODAFT, FluBot: report and indicators, March 2021, "
        "github.com/prodaft/malware-ioc",
        "A. Segura, M. Koomen, Flubot: the evolution of a notorious Android Banking "
        "Malware, Fox-IT, 2022",
        "A. Tavares, FluBot Malware Persists, BitSight, 2022-02-04",
        NULL,
};

const struct dga_family dga_family_flubot = {
        .name = "flubot",
        .title = "FluBot, also Cabassous, on Android",
        .text = "A list of 5000 names a calendar month, from the year, the month counted "
                "from 0 (January is 0) and a number that stands for the country. All "
                "numbers are 64-bit integers that wrap: x = 2 * (year ^ month); x = x * "
                "(year ^ x); x = x * (month ^ x); x = x * x; the seed is x + the country's "
                "number.\n\njava.util.Random is seeded with it once. Each label is 15 "
                "letters, each the number that nextInt(25) gives in the alphabet, a being "
                "0; z never comes.\n\nName i, counted from 0, ends in .ru when 3 divides "
                "i, else in the second suffix when i is even, else in .cn. The second "
                "suffix was .com until about version 3.7 and .su from then on.\n\nThe "
                "phone's own clock and time zone say which month it is: around midnight of "
                "the first a phone may be some hours ahead or behind.",
        .sources = sources,
        .aka = {.malpedia = "FluBot", .dgarchive = "flubot"},
        .first_seen = "2020-12",
        .last_seen = "2022-05",
        .life = DGA_ORPHAN,
        .life_note = "the servers were taken by the Dutch police in May 2022; before that, "
                     "version 5 (around the turn of 2022) moved to DNS tunnels and other "
                     "suffixes",
        .known_from = "2021-03-01",
        .known_note = "March 2021, the month of PRODAFT's report and program; the day is "
                      "not at hand",
        .tries = 5000,
        .tries_note = "the whole list until a server answers; order and pace not known",
        .period = dga_period_month,
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
