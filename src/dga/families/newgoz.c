/* SPDX-License-Identifier: BSD-2-Clause
 *
 * newGOZ, the Gameover Zeus of July 2014: four words of an MD5 of the date and
 * a counter, in base 36. Written from J. Bader, "The DGA of newGOZ", 2014.
 */
#include "dga/family.h"

#include "base/date.h"
#include "prng/md5.h"

#define NAMES 1000
#define KEY 1, 5, 0x19, 0x35 /* 0x35190501, little endian */

enum { COM, NET, BIZ, ORG };

static const struct dga_suffix suffixes[] = {
        [COM] = DGA_SUFFIX("com"),
        [NET] = DGA_SUFFIX("net"),
        [BIZ] = DGA_SUFFIX("biz"),
        [ORG] = DGA_SUFFIX("org"),
};

/* A counter that 4 divides gives com, else 3: org, else 2: biz, else net. */
static const uint8_t suffix_of[12] = {COM, NET, BIZ, ORG, COM, NET,
                                      ORG, NET, COM, ORG, BIZ, NET};

struct state {
	struct md5_lanes lanes; /* the message, with another counter in each lane */
	struct md5_lanes_digest digest;
	uint32_t index; /* of the next name, from 0 */
};

static void
begin(void *opaque, const struct dga_variant *variant, int64_t first)
{
	struct state *state = opaque;
	struct date date = date_of(first);
	unsigned char message[22] = {0, 0, 0, 0, 0, 0, KEY, 0, 0, KEY, 0, 0, KEY};

	message[4] = (unsigned char)(date.year & 0xff);
	message[5] = (unsigned char)(date.year >> 8);
	message[10] = (unsigned char)date.month;
	message[16] = (unsigned char)date.day;
	(void)variant;
	for (size_t lane = 0; lane < MD5_LANES; lane++)
		md5_lane(&state->lanes, lane, message, sizeof(message));
	state->index = 0;
}

/* Hashes the names of the group in which the next one stands. */
static void
hash(struct state *state)
{
	uint32_t start = state->index - state->index % MD5_LANES;

	for (uint32_t lane = 0; lane < MD5_LANES; lane++)
		state->lanes.word[0][lane] = start + lane;
	md5_lanes(&state->lanes, &state->digest);
}

/* Writes ${value} in base 36, without leading zeros, to ${out}, where 8 octets
 * are overwritten; returns how many count. Two digits at a time stand in bits
 * 0, 22 and 44 of a number, where times 1821 / 2^16 is an exact division by 36;
 * then each digit gets an octet, the first the lowest. */
static size_t
write_base36(uint32_t value, char *out)
{
	uint32_t high = value / 46656; /* 36^3; 2^32 is less than 36^7 */
	uint32_t low = value % 46656;
	uint64_t pairs =
	        (uint64_t)(high / 1296) << 44 | (uint64_t)(high % 1296) << 22 | low / 36;
	uint64_t tens = pairs * 1821 >> 16 & UINT64_C(0x3f0000fc0003f);
	uint64_t ones = pairs - tens * 36;
	uint64_t digits = tens >> 44 | ones >> 44 << 8 | (tens >> 6 & 0x3f0000) |
	                  (ones << 2 & 0x3f000000) | (tens & 0x3f) << 32 |
	                  (ones & 0x3f) << 40 | (uint64_t)(low % 36) << 48;
	unsigned zeros = (unsigned)__builtin_ctzll(digits | UINT64_C(1) << 48) / 8;
	/* 10..35 are the digits that reach 0x40 when 0x36 is added. */
	uint64_t letters =
	        (digits + UINT64_C(0x3636363636363636)) >> 6 & UINT64_C(0x0101010101010101);
	uint64_t text = digits + UINT64_C(0x3030303030303030) + letters * ('a' - '0' - 10);

	text >>= 8 * zeros;
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		text = __builtin_bswap64(text);
	memcpy(out, &text, sizeof(text));
	return 7 - zeros;
}

static void
next(void *opaque, struct fsk_name *name)
{
	struct state *state = opaque;
	uint32_t lane = state->index % MD5_LANES;
	size_t len = 0;

	if (lane == 0)
		hash(state);
	for (size_t i = 0; i < 4; i++)
		len += write_base36(state->digest.word[i][lane], name->text + len);
	dga_close_name(name, len, &suffixes[suffix_of[state->index % 12]]);
	state->index++;
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
	struct state *state = opaque;

	(void)kept;
	begin(state, variant, first);
	state->index = index;
	hash(state);
}

static const struct dga_variant variants[] = {
        {.name = "default",
         .about = "key 0x35190501, 1000 names",
         .count = NAMES,
         .label_min = 4,
         .label_max = 28,
         .suffix_count = DGA_COUNT(suffixes),
         .suffixes = suffixes,
         .proof_date = "2015-08-31",
         .proof_sha256 = "0b5565f72fb119138226485da81990a2a80ed5358b5b0c9278eadc5baff7d1a7",
         .proof_standing = "equal to the list that the author of the analysis published",
         .confidence = DGA_HIGH},
};

#define LIST "list of examples of J. Bader, github.com/baderj/domain_generation_algorithms"

static const struct dga_vector vectors[] = {
        {"default", "2015-08-31", 1, "xzz3ug32bale1uo60y7xj6rge.com", LIST},
        {"default", "2015-08-31", 2, "1hyzmw3l2phycet88hzr2do34.net", LIST},
        {"default", "2015-08-31", 3, "2ppq821cfem5m1mdua46pxg7bj.biz", LIST},
        {"default", "2015-08-31", 4, "unlm9w9l8upy1kdde0kba7ktf.org", LIST},
        {"default", "2015-08-31", 10, "n3i5yn19w82vmmpxv1k1l4xrjg.org", LIST},
};

static const char *const sources[] = {
        "J. Bader: The DGA of newGOZ, 2014-12, https://bin.re/blog/the-dga-of-newgoz/",
        "D. Schwarz, D. Loftus: Five Sinkholes of newGOZ, Arbor Networks, 2014",
        "Malcovery: Breaking: GameOver Zeus Mutates, Launches Attacks, 2014-07", NULL};

const struct dga_family dga_family_newgoz = {
        .name = "newgoz",
        .title = "newGOZ (Gameover Zeus without peer-to-peer)",
        .text = "1000 names a day. For each counter c from 0 to 999 take the MD5 of 22 "
                "octets: c in four octets, the year in two, the four octets 01 05 19 35, "
                "the month in two, 01 05 19 35, the day in two, 01 05 19 35; all numbers "
                "little endian.\n\n"
                "Read the digest as four words of 32 bits, little endian. Write each in "
                "base 36 with the digits 0-9 and a-z, the highest first and no leading "
                "zeros (one 0 for the number 0), and put the four together: the label.\n\n"
                "The suffix is com when 4 divides c, else org when 3 does, else biz when "
                "2 does, else net. Another configuration, with 10000 names and the value "
                "0x52e645, was reported and is not here.",
        .sources = sources,
        .aka = {.malpedia = "Gameover DGA", .dgarchive = "gameover"},
        .first_seen = "2014-07-10",
        .life = DGA_ORPHAN,
        .life_note = "Spread from July 2014 on, weeks after the peer-to-peer botnet was "
                     "seized; no campaign is known to us after 2015.",
        .known_from = "2014-07-10",
        .known_note = "Malcovery described it and listed names in its first days; "
                      "sinkholes held computed names in the same month. The algorithm "
                      "itself was printed later in 2014.",
        .tries = NAMES,
        .tries_note = "Begins at a random counter and goes on from there, one after "
                      "another, through at most 1000 names.",
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
