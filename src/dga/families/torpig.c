/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Torpig, the daily name: six letters from the date, three from the month.
 * Written from Stone-Gross et al., "Your Botnet is My Botnet", CCS 2009.
 */
#include "dga/family.h"

#include "base/date.h"

#define FIRST_YEAR 2007 /* an older clock counts as this year */
#define PACE 8          /* the parameter of the daily name */

static const char endings[12][4] = {"anj", "ebf", "arm", "pra", "aym", "unj",
                                    "ulj", "uag", "esp", "kot", "onv", "edc"};

static const struct dga_suffix suffixes[] = {DGA_SUFFIX("com"), DGA_SUFFIX("net"),
                                             DGA_SUFFIX("biz")};

struct state {
	char label[16]; /* 9 octets are used */
	uint32_t index; /* of the next name, from 0 */
};

static void
begin(void *opaque, const struct dga_variant *variant, int64_t first)
{
	struct state *state = opaque;
	struct date date = date_of(first);
	unsigned year = date.year < FIRST_YEAR ? FIRST_YEAR : (unsigned)date.year;
	unsigned sum = ((date.month ^ date.day) + date.day) * PACE + date.day + year;

	(void)variant;
	*state = (struct state){.index = 0};
	state->label[0] = (char)('a' + ((year >> 2 & 0x3fc0) + sum) % 25);
	state->label[1] = 'h';
	state->label[2] = (char)('a' + (date.month + sum) % 10);
	state->label[3] = (char)('a' + ((year & 0xff) + sum) % 25);
	state->label[4] = 'x';
	/* The published code asks whether twice the day is below the letter '0'
	 * or below '9', so days 1..28 make a letter and 29..31 a digit. On the
	 * 29th that "digit" is '9' + 1, a colon: no such name can exist. */
	state->label[5] =
	        (char)(date.day * 2 < '9' ? 'a' + date.day * 2 % 25 : '1' + date.day % 10);
	memcpy(state->label + 6, endings[date.month - 1], 3);
}

static void
next(void *opaque, struct fsk_name *name)
{
	struct state *state = opaque;

	memcpy(name->text, state->label, sizeof(state->label));
	dga_close_name(name, 9, &suffixes[state->index++ % DGA_COUNT(suffixes)]);
}

static uint64_t
mark(const void *opaque)
{
	return ((const struct state *)opaque)->index;
}

static void
resume(void *opaque, const struct dga_variant *variant, int64_t first, uint32_t index,
       uint64_t kept)
{
	(void)kept;
	begin(opaque, variant, first);
	((struct state *)opaque)->index = index;
}

static const struct dga_variant variants[] = {
        {.name = "daily",
         .about = "the daily name under three suffixes",
         .count = 3,
         .label_min = 9,
         .label_max = 9,
         .suffix_count = DGA_COUNT(suffixes),
         .suffixes = suffixes,
         .proof_date = "2016-02-29",
         .proof_sha256 = "f0340aef5869603c92a0b116cc74166eb118bd38ecfd2ab2c02c4a97b38a850e",
         .proof_standing = "one program alone (pchaigno/dga-collection), which follows "
                           "the formula printed in the paper of 2009",
         .confidence = DGA_LOW},
};

static const struct dga_vector vectors[] = {
        {"daily", "2020-12-31", 1, "yhdex2edc.com",
         "pchaigno/dga-collection, one program alone"},
        {"daily", "2016-02-29", 3, "xhhyx:ebf.biz",
         "pchaigno/dga-collection, one program alone"},
};

static const char *const sources[] = {
        "B. Stone-Gross, M. Cova, L. Cavallaro, B. Gilbert, M. Szydlowski, R. Kemmerer, "
        "C. Kruegel, G. Vigna: Your Botnet is My Botnet: Analysis of a Botnet Takeover, "
        "ACM "
        "CCS 2009",
        "B. Stone-Gross et al.: Analysis of a Botnet Takeover, IEEE Security & Privacy "
        "9(1), "
        "2011",
        "https://github.com/pchaigno/dga-collection (Torpig.py)", NULL};

const struct dga_family dga_family_torpig = {
        .name = "torpig",
        .title = "Torpig (Sinowal, Anserin)",
        .text = "A new label each day. Let d, m and y be day, month and year of the local "
                "date; a year before 2007 counts as 2007. Let s = ((m xor d) + d) * 8 + d "
                "+ y.\n\n"
                "The label is nine characters: a + (((y shifted right by 2) and 0x3fc0) + "
                "s) mod 25; h; a + (m + s) mod 10; a + ((y and 0xff) + s) mod 25; x; then "
                "a + 2d mod 25 on days 1 to 28, or 1 + d mod 10 counted on from the "
                "character '1' on days 29 to 31; and three letters for the month: anj ebf "
                "arm pra aym unj ulj uag esp kot onv edc. It is tried under com, net and "
                "biz, in this order.\n\n"
                "On the 29th the sixth character is a colon, which no host name can have. "
                "The bot reads local time, the lists here are of UTC. It also tries a "
                "weekly name, whose formula was not printed and which is not here.",
        .sources = sources,
        .aka = {.malpedia = "Sinowal",
                .dgarchive = "torpig",
                .microsoft = "Win32/Sinowal",
                .symantec = "Trojan.Anserin"},
        .first_seen = "2006-02",
        .last_seen = "2009-02-04",
        .life = DGA_DEAD,
        .life_note = "On 2009-02-04 its masters gave the bots another generator, later "
                     "one fed by Twitter's trends, which nobody can forecast; no use of "
                     "this one is known since.",
        .known_from = "2009-01-25",
        .known_note = "the day from which the UCSB group held names that it had computed; "
                      "the formula was printed with the paper in 2009",
        .tries = 3,
        .tries_note = "com, net, biz of the weekly name, then of the daily name, each "
                      "only when the one before fails; then names from its configuration.",
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
