/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Necurs, the dated names of its third stage: 2048 in four days, each made by
 * a mixer that runs thousands of steps. Written from J. Bader, "The DGAs of
 * Necurs", 2015.
 */
#include "dga/family.h"

#include "base/date.h"
#include "prng/longmix.h"

#define NAMES 2048
#define MONTH_ADD 0xaaaa /* goes with the month */

#define T(tld) DGA_SUFFIX(#tld)
static const struct dga_suffix suffixes[] = {
        T(tj), T(in), T(jp), T(tw),  T(ac),  T(cm),  T(la),  T(mn),  T(so),  T(sh), T(sc),
        T(nu), T(nf), T(mu), T(ms),  T(mx),  T(ki),  T(im),  T(cx),  T(cc),  T(tv), T(bz),
        T(me), T(eu), T(de), T(ru),  T(co),  T(su),  T(pw),  T(kz),  T(sx),  T(us), T(ug),
        T(ir), T(to), T(ga), T(com), T(net), T(org), T(biz), T(xxx), T(pro), T(bit)};
#undef T

struct state {
	uint64_t period; /* the mixed date */
	uint64_t magic;
	uint32_t index; /* of the next name, from 0 */
};

static void
begin(void *opaque, const struct dga_variant *variant, int64_t first)
{
	struct state *state = opaque;
	struct date date = date_of(first);
	uint64_t mixed = longmix((uint64_t)date.year);

	mixed = longmix(mixed + date.month + MONTH_ADD);
	*state = (struct state){.period = longmix(mixed + (date.day >> 2)),
	                        .magic = *(const uint64_t *)variant->seed};
}

static void
next(void *opaque, struct fsk_name *name)
{
	struct state *state = opaque;
	uint64_t value = longmix(longmix(state->period + state->index++) + state->magic);
	size_t len = longmix_word(&value, name->text);

	dga_close_name(name, len, &suffixes[value % DGA_COUNT(suffixes)]);
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

/* Appends ${words} with their suffixes to the text of ${list}. */
static void
append(struct dga_list *list, const struct longmix_words *words)
{
	for (size_t i = 0; i < LONGMIX_MANY; i++) {
		const struct dga_suffix *suffix =
		        &suffixes[words->value[i] % DGA_COUNT(suffixes)];
		char *out = list->text + list->bytes;
		size_t len = words->len[i];

		memcpy(out, words->text[i], sizeof(words->text[i]));
		memcpy(out + len, suffix->text, sizeof(suffix->text));
		len += suffix->len;
		out[len] = '\n';
		list->len[list->count++] = (uint8_t)len;
		list->bytes += len + 1;
	}
}

static void
bulk(const struct dga_variant *variant, struct dga_list *lists, size_t count)
{
	for (struct dga_list *list = lists; list < lists + count; list++) {
		struct longmix_words words;
		struct state state;

		begin(&state, variant, list->period.first);
		list->bytes = 0;
		list->count = 0;
		while (list->count < NAMES) {
			for (uint32_t i = 0; i < LONGMIX_MANY; i++)
				words.value[i] = state.period + list->count + i;
			longmix_many(words.value, LONGMIX_MANY);
			for (uint32_t i = 0; i < LONGMIX_MANY; i++)
				words.value[i] += state.magic;
			longmix_many(words.value, LONGMIX_MANY);
			longmix_words(&words);
			append(list, &words);
		}
		for (uint32_t k = 0; list->mark != NULL && k < NAMES; k += DGA_MARK_STEP)
			list->mark[k / DGA_MARK_STEP] = k;
	}
}

_Static_assert(NAMES % LONGMIX_MANY == 0, "bulk makes LONGMIX_MANY names at a time");

static unsigned
four_days(unsigned day)
{
	return day >> 2;
}

static bool
period(const struct dga_variant *variant, int64_t instant, struct fsk_period *found)
{
	(void)variant;
	return dga_period_blocks(instant, four_days, found);
}

static const struct dga_variant variants[] = {
        {.name = "magic9",
         .about = "magic number 9",
         .seed = &(const uint64_t){9},
         .count = NAMES,
         .label_min = LONGMIX_WORD_MIN,
         .label_max = LONGMIX_WORD_MAX,
         .suffix_count = DGA_COUNT(suffixes),
         .suffixes = suffixes,
         .proof_date = "2015-08-31",
         .proof_sha256 = "95306ab370f26dad7591a0754e3f7de150c60684e984805fd160c48900989c34",
         .proof_standing = "two programs agree (J. Bader, P. Chaignon) with the published "
                           "list; 240 names of other days stand in collections from 360 "
                           "Netlab",
         .confidence = DGA_HIGH},
};

static const struct dga_vector vectors[] = {
        {"magic9", "2015-08-31", 1, "nccojqvabqvkiwhj.mx", "list of examples of J. Bader"},
        {"magic9", "2015-08-31", 10, "nhysbiomr.ir", "list of examples of J. Bader"},
        {"magic9", "2018-04-24", 523, "xvctydfxovhxfjkotaii.xxx",
         "chrmor/DGA_domains_dataset"},
        {"magic9", "2018-04-24", 2028, "vudjwovirssqqayfi.ac", "ntop/nDPI test_dga.csv"},
};

static const char *const sources[] = {
        "J. Bader: The DGAs of Necurs, 2015-02-20, https://bin.re/blog/the-dgas-of-necurs/",
        "P. Ferrie: The Curse of Necurs, Virus Bulletin, 2014",
        "Microsoft: New action to disrupt world's largest online criminal network, "
        "2020-03-10",
        NULL};

const struct dga_family dga_family_necurs = {
        .name = "necurs",
        .title = "Necurs",
        .text = "2048 names in four days, under 43 suffixes. All numbers have 64 bits and "
                "wrap.\n\n"
                "The mixer takes v and repeats for i = 0, 1, ... n - 1, where n is 21 "
                "plus the low seven bits of the first v: add to v the sum of (7v xor (v "
                "shifted left by 15)) and 8i, minus (v shifted right by 5).\n\n"
                "Mix the year; add the month and 43690, mix; add the day of the month "
                "shifted right by 2, mix. For name k from 0 to 2047 add k to this, mix; "
                "add the magic number of the sample (9 in those published), mix. The "
                "label has 7 + v mod 15 letters. For letter i from 0: add i, mix, the "
                "letter is a + v mod 25; add 0xabbedf, mix. After the last letter v mod "
                "43 chooses the suffix.\n\n"
                "The list changes on days 1, 4, 8, 12, ... 28. Names under bit are of "
                "Namecoin, not of the DNS. An earlier stage tries four unpredictable "
                "names to see whether it is watched; they are not here.",
        .sources = sources,
        .aka = {.malpedia = "Necurs",
                .dgarchive = "necurs",
                .microsoft = "Win32/Necurs",
                .symantec = "Backdoor.Necurs"},
        .first_seen = "2012",
        .last_seen = "2020-03",
        .life = DGA_ORPHAN,
        .life_note = "On 2020-03-10 Microsoft and partners took its names away, more than "
                     "6 million for 25 months ahead; no return is known to us.",
        .known_from = "2015-02-20",
        .known_note = "J. Bader's article with the complete algorithm",
        .tries = NAMES,
        .tries_note = "Asks the time of NTP pools first, then tries the whole list, about "
                      "2048 names in one to two minutes.",
        .period = period,
        .state_size = sizeof(struct state),
        .begin = begin,
        .next = next,
        .mark = mark,
        .resume = resume,
        .bulk = bulk,
        .variants = variants,
        .variant_count = DGA_COUNT(variants),
        .vectors = vectors,
        .vector_count = DGA_COUNT(vectors),
};
