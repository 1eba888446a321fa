/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Chinad: 256 names a day, each spelt from the SHA-1 of date and counter (a byte).
 */
#include "base/date.h"
#include "dga/family.h"
#include "prng/sha1.h"

#define LABEL 16 /* octets of every label */
#define TEXT 16  /* bytes that are hashed */

struct state {
	struct sha1_blocks texts;  /* of the group, padded; only the counters change */
	struct sha1_hashes hashes; /* of them, as letters but for the fifth word */
	uint32_t date;             /* year % 100, month, day, 0 as one word */
	uint32_t nr;               /* of the next name, from 0 */
	uint32_t group;            /* nr / SHA1_LANES of what hashes holds */
};

static const struct dga_suffix suffixes[] = {
        DGA_SUFFIX("com"),  DGA_SUFFIX("org"), DGA_SUFFIX("net"), DGA_SUFFIX("biz"),
        DGA_SUFFIX("info"), DGA_SUFFIX("ru"),  DGA_SUFFIX("cn"),
};

static void
begin(void *state, const struct dga_variant *variant, int64_t first)
{
	struct state *s = state;
	struct date date = date_of(first);

	(void)variant;
	memset(&s->texts, 0, sizeof(s->texts));
	for (unsigned lane = 0; lane < SHA1_LANES; lane++) {
		/* SHA-1's padding to one block */
		s->texts.word[TEXT / 4][lane] = UINT32_C(0x80000000);
		s->texts.word[15][lane] = 8 * TEXT;
	}
	s->date = (uint32_t)date.year % 100 << 24 | date.month << 16 | date.day << 8;
	s->nr = 0;
	s->group = UINT32_MAX; /* nothing yet */
}

/* ${x} modulo ${m}, of which it is less than the double. */
static inline uint8_t
reduce(uint8_t x, uint8_t m)
{
	return x < m ? x : (uint8_t)(x - m);
}

/* Turns each byte of ${words}[0..LABEL / 4) into the letter that it stands for,
 * in all lanes; in steps that the compiler can do on many bytes at once. */
static void
translate(uint32_t words[][SHA1_LANES])
{
	uint8_t byte[LABEL * SHA1_LANES];

	memcpy(byte, words, sizeof(byte));
	for (unsigned i = 0; i < sizeof(byte); i++) {
		uint8_t x = reduce(reduce(reduce(byte[i], 4 * 36), 2 * 36), 36);

		byte[i] = (uint8_t)(x + (x < 26 ? 'a' : '0' - 26));
	}
	memcpy(words, byte, sizeof(byte));
}

/* Hashes the texts of the group of names that holds the next one: the date,
 * the counter, twelve zeros. */
static void
hash(struct state *s)
{
	s->group = s->nr / SHA1_LANES;
	for (uint32_t lane = 0; lane < SHA1_LANES; lane++)
		/* The counter is one byte in the malware, so that of the 1000
		 * names that it asks for only 256 differ. */
		s->texts.word[0][lane] = s->date | ((s->group * SHA1_LANES + lane) & 0xff);
	sha1_start(&s->hashes);
	sha1_compress(&s->hashes, &s->texts);
	translate(s->hashes.word);
}

static void
next(void *state, struct fsk_name *name)
{
	struct state *s = state;
	uint32_t lane = s->nr % SHA1_LANES;

	if (s->nr / SHA1_LANES != s->group)
		hash(s);
	/* The words' bytes from the low end up: the malware reads them where
	 * they lie on a little-endian machine. */
	for (unsigned i = 0; i < LABEL / 4; i++) {
		uint32_t word = s->hashes.word[i][lane];

		name->text[4 * i] = (char)word;
		name->text[4 * i + 1] = (char)(word >> 8);
		name->text[4 * i + 2] = (char)(word >> 16);
		name->text[4 * i + 3] = (char)(word >> 24);
	}
	dga_close_name(name, LABEL,
	               &suffixes[(s->hashes.word[4][lane] & 0xff) % DGA_COUNT(suffixes)]);
	s->nr++;
}

static uint64_t
mark(const void *state)
{
	(void)state;
	return 0; /* the index is enough */
}

static void
resume(void *state, const struct dga_variant *variant, int64_t first, uint32_t index,
       uint64_t mark)
{
	struct state *s = state;

	(void)mark;
	begin(s, variant, first);
	s->nr = index;
}

static const struct dga_variant variants[] = {
        {
                .name = "default",
                .about = "the only form known",
                .count = 256,
                .label_min = LABEL,
                .label_max = LABEL,
                .suffix_count = DGA_COUNT(suffixes),
                .suffixes = suffixes,
                .proof_date = "2016-10-24",
                .proof_sha256 =
                        "b6ee1651d1856204d393325ea83ec2ef586be80147572620988eda60da9165d6",
                .proof_standing = "cross-checked: equal to the list that 360 Netlab "
                                  "published for this day; names that Netlab saw in DNS on "
                                  "2016-08-07 are in the list of that day",
                .confidence = DGA_HIGH,
        },
};

#define FEED "360 Netlab, github.com/360netlab/DGA issue 1: seen in DNS that day"
#define NETLAB "360 Netlab, github.com/360netlab/DGA, code/chinad/examples.txt"
#define BADER "J. Bader, domain_generation_algorithms, chinad/example_domains.txt"

static const struct dga_vector vectors[] = {
        {"default", "2016-08-07", 90, "fqtk3dzc23momnpg.org", FEED},
        {"default", "2016-08-07", 163, "53ptxfec6a4mwbrl.org", FEED},
        {"default", "2016-08-07", 180, "4w30kxhvkfel0oup.net", FEED},
        {"default", "2016-08-07", 253, "ou16nagv4pashauc.ru", FEED},
        {"default", "2016-10-24", 1, "fgkxhd41nvcwcfks.ru", NETLAB},
        {"default", "2016-10-24", 256, "83e4gw55sopp2m7h.com", NETLAB},
        {"default", "2017-01-13", 1, "8f6bacmw30xxv6sc.cn", BADER},
        {"default", "2020-12-31", 7, "toglfui8zcleelhe.net",
         "J. Bader's program, for a year of another decade"},
};

static const char *const sources[] = {
        "360 Netlab, github.com/360netlab/DGA issue 1 (2016-08-09) and code/chinad",
        "J. Bader, domain_generation_algorithms, chinad (2017-01-13)",
        "Unusual Exploit Kit Targets Chinese Users, Malwarebytes, June 2015",
        NULL,
};

const struct dga_family dga_family_chinad = {
        .name = "chinad",
        .title = "Chinad",
        .text = "A list of 256 names a day (UTC). For each counter n from 0 to 255 a text "
                "of 16 bytes is hashed with SHA-1: the year modulo 100, the month, the "
                "day, n, each as one byte, and twelve bytes of 0.\n\nThe digest is taken "
                "as five 32-bit words, and each word is read from its lowest byte up. The "
                "first sixteen bytes so read give the label: each, modulo 36, is the place "
                "in a to z followed by 0 to 9. The next byte (the lowest of the fifth "
                "word), modulo 7, chooses among com, org, net, biz, info, ru, cn.\n\nThe "
                "malware makes 1000 names, but its counter has one byte, so that the list "
                "repeats after 256.",
        .sources = sources,
        .aka = {.malpedia = "Chinad", .dgarchive = "chinad"},
        .first_seen = "2015-06",
        .life = DGA_ORPHAN,
        .life_note = "met in an exploit kit of June 2015; its names were in passive DNS in "
                     "August 2016; no later campaign was described",
        .known_from = "2016-10-24",
        .known_note =
                "the day of the list that 360 Netlab published with the first public "
                "program; in August 2016 Netlab still asked for somebody to reverse it",
        .tries = 256,
        .tries_note = "1000 tries run through the 256 names again and again; order and "
                      "pace not known",
        .rounds = 4,
        .period = dga_period_day,
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
