/* SPDX-License-Identifier: BSD-2-Clause
 *
 * CryptoLocker: 1000 names a day from the three registers of taus88, which are
 * seeded with the day, the month and the year plus the name's index.
 */
#include "base/date.h"
#include "dga/family.h"
#include "prng/taus88.h"

#define SPREAD UINT32_C(0x10001) /* copies a half word into both halves */
#define SHORTEST 12
#define LONGEST 15

struct state {
	uint32_t key[LONGEST]; /* the day's and the month's part of each letter */
	uint32_t day;          /* as it seeds the first register */
	uint32_t year;         /* plus the index of the next name, from 0 */
	uint32_t turn;         /* the index modulo the number of suffixes */
};

static const struct dga_suffix suffixes[] = {
        DGA_SUFFIX("com"), DGA_SUFFIX("net"),   DGA_SUFFIX("biz"),  DGA_SUFFIX("ru"),
        DGA_SUFFIX("org"), DGA_SUFFIX("co.uk"), DGA_SUFFIX("info"),
};

static void
begin(void *state, const struct dga_variant *variant, int64_t first)
{
	struct state *s = state;
	struct date date = date_of(first);
	uint32_t day = date.day * SPREAD;
	uint32_t month = date.month * SPREAD;

	(void)variant;
	s->day = day;
	s->year = (uint32_t)date.year;
	s->turn = 0;
	/* These two registers start alike for all names of the day. */
	for (unsigned i = 0; i < LONGEST; i++) {
		day = taus88_first(day);
		month = taus88_second(month);
		s->key[i] = day ^ month;
	}
}

static void
next(void *state, struct fsk_name *name)
{
	struct state *s = state;
	uint32_t year = s->year++ * SPREAD;
	size_t len = SHORTEST + ((s->day >> 3 ^ year >> 8 ^ year >> 11) & 3);

	/* All that a label can have, so that the loop has no end to guess; the
	 * suffix then covers those that it has not. */
	for (unsigned i = 0; i < LONGEST; i++) {
		year = taus88_third(year);
		/* 25 letters, never z: so in the malware. */
		name->text[i] = (char)('a' + (year ^ s->key[i]) % 25);
	}
	dga_close_name(name, len, &suffixes[s->turn]);
	s->turn = s->turn == DGA_COUNT(suffixes) - 1 ? 0 : s->turn + 1;
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
	s->year += index;
	s->turn = index % DGA_COUNT(suffixes);
}

static const struct dga_variant variants[] = {
        {
                .name = "default",
                .about = "the form of all samples since September 2013",
                .count = 1000,
                .label_min = SHORTEST,
                .label_max = LONGEST,
                .suffix_count = DGA_COUNT(suffixes),
                .suffixes = suffixes,
                .proof_date = "2014-10-07",
                .proof_sha256 =
                        "a0f04c89b73d3dee5937d4e8b6edd5936422c80e37b1c42f523670028c2b0599",
                .proof_standing =
                        "cross-checked: equal to the first 1000 names of the list in A. "
                        "Abakumov's collection, github.com/andrewaeva/DGA; on other days, "
                        "names of Netlab's feed agree",
                .confidence = DGA_HIGH,
        },
};

#define ANALYSIS "names met in reverse engineering, P. Chaignon, dga-collection, tests"
#define COLLECTION "A. Abakumov, github.com/andrewaeva/DGA, cryptolocker.txt"

static const struct dga_vector vectors[] = {
        {"default", "2013-12-19", 253, "vxagtvsyqxtrfcm.com", ANALYSIS},
        {"default", "2013-12-19", 254, "wxphewjnfhlyyjj.net", ANALYSIS},
        {"default", "2013-12-19", 255, "xckjffnjivafxen.biz", ANALYSIS},
        {"default", "2013-12-19", 256, "sljjjupfgagolpg.ru", ANALYSIS},
        {"default", "2014-10-07", 1, "ofdhiydrrttpblp.com", COLLECTION},
        {"default", "2014-10-07", 2, "puciftnfkplcbhp.net", COLLECTION},
        {"default", "2014-10-07", 3, "bowjjxxnhkyvygk.biz", COLLECTION},
        {"default", "2014-10-07", 1000, "kxntidohnnlahn.co.uk", COLLECTION},
};

static const char *const sources[] = {
        "S. Yazdi, M. Joven, A Closer Look at Cryptolocker's DGA, Fortinet, 2014-01-16",
        "M. Rivero Lopez, DGA-scripts, 2013-11-04, github.com/seifreed/DGA-scripts",
        "R. Stoica, Cryptolocker weekly haul, Bitdefender Labs, November 2013",
        "F. Denis, Getting prepared for the next Cryptolocker DGA, 2013-11-05, 00f.net",
        NULL,
};

const struct dga_family dga_family_cryptolocker = {
        .name = "cryptolocker",
        .title = "CryptoLocker",
        .text = "A list of 1000 names a day (UTC) from the date and the index i of the "
                "name, counted from 0. All numbers have 32 bits. Three registers are set "
                "to d = day, m = month, y = year + i, each times 65537.\n\nThe label has "
                "12 + ((d >> 3 ^ y >> 8 ^ y >> 11) & 3) letters. For each letter all three "
                "registers step once, as those of the generator taus88: d = (d & ~1) << 12 "
                "^ (d << 13 ^ d) >> 19; m = (m & ~7) << 4 ^ (m << 2 ^ m) >> 25; y = (y & "
                "~15) << 17 ^ (y << 3 ^ y) >> 11. The letter is number (d ^ m ^ y) mod 25 "
                "of the alphabet, a being 0; z never comes.\n\nThe suffix is number i mod "
                "7 of com, net, biz, ru, org, co.uk, info. Since only year + i goes in, "
                "name i of one year has the label of name i - 1 of the same day a year "
                "later, under another suffix.",
        .sources = sources,
        .aka = {.malpedia = "CryptoLocker",
                .dgarchive = "cryptolocker",
                .microsoft = "Ransom:Win32/Crilock",
                .symantec = "Trojan.Cryptolocker"},
        .first_seen = "2013-09-05",
        .last_seen = "2014-06",
        .life = DGA_ORPHAN,
        .life_note =
                "its servers were taken in Operation Tovar, made public on 2014-06-02; "
                "what calls since then is left-over infections and sandboxes",
        .known_from = "2013-10-27",
        .known_note = "Bitdefender had reversed the algorithm and sinkholed its names from "
                      "this day on; a public program followed on 2013-11-04",
        .tries = 1000,
        .tries_note = "the whole list of the day until a server answers; order and pace "
                      "not known",
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
