/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/usual_kernel.h: what the kernels of logs/usual_kernels.h share, for the set of
 * instructions that the file which includes it is compiled for. Where the lines end is
 * found for many of them first: to read a line then needs nothing of the one in front of
 * it, and the processor reads several at the same time.
 */
#ifndef LOGS_USUAL_KERNEL_H
#define LOGS_USUAL_KERNEL_H

#include "logs/eight.h"
#include "logs/usual_kernels.h"
#include "logs/usual_lanes.h"

/* Octets that may be looked at from the start of a line on, whatever it says. */
#define REACH 384

/* Lines of one step. */
#define MOST 32

/* What octets are compared with. */
struct octets {
	wide_lane blank;
	wide_lane hash;
	wide_lane tab;
	wide_lane dot;
	wide_lane backslash;
	wide_lane zero;
	wide_lane nine;  /* the number */
	wide_lane one;   /* the number */
	wide_lane first; /* visible one, moved up by one */
};

static inline __attribute__((always_inline)) struct octets
make_octets(void)
{
	return (struct octets){
	        .blank = wide_each(' '),
	        .hash = wide_each('#'),
	        .tab = wide_each('\t'),
	        .dot = wide_each('.'),
	        .backslash = wide_each('\\'),
	        .zero = wide_each('0'),
	        .nine = wide_each(9),
	        .one = wide_each(1),
	        .first = wide_each('!' + 1),
	};
}

/* The bits below ${bit}, 0 to 63. */
static inline uint64_t
below(unsigned bit)
{
	return (UINT64_C(1) << bit) - 1;
}

/* The number of the lowest bit of ${marks}; 63 when there is none, where there may be a
 * mark that was passed. */
static inline unsigned
lowest(uint64_t marks)
{
	return (unsigned)__builtin_ctzll(marks | UINT64_C(1) << 63);
}

/* Whether the ${len} visible octets of a name whose dots are ${dots} are a domain name
 * without a final dot: no label is empty, and none is too long where all are 63. */
static inline bool
dots_fit(uint64_t dots, unsigned len)
{
	return len > 0 && ((dots & (dots << 1 | 1)) | dots >> (len - 1)) == 0;
}

/* Stores in ${ends} where the first lines of ${text} end, at most ${most} of them, which
 * is at most MOST, and returns how many there are. */
static inline __attribute__((always_inline)) size_t
find_ends(struct span text, const char **ends, size_t most)
{
	const wide_lane lf = wide_each('\n');
	const char *at = text.text;
	size_t count = 0;

	for (; count < most && text.text + text.len - at >= 64; at += 64) {
		uint64_t marks = wide_is(wide_load(at), lf);

		ends[count] = at + lowest(marks);
		count += marks != 0;
		for (marks &= marks - 1; __builtin_expect(marks != 0 && count < most, 0);
		     marks &= marks - 1)
			ends[count++] = at + lowest(marks);
	}
	return count;
}

/* Takes the lines that end in ${text} off its front, as far as ${read} reads them. */
#define READ_LINES(read, context)                                                          \
	const struct octets octets = make_octets();                                        \
	const char *const behind = text->text + text->len;                                 \
	const char *at = text->text;                                                       \
	const char *ends[MOST + 1];                                                        \
	size_t all = find_ends(*text, ends, most < MOST ? most : MOST);                    \
	size_t count = 0;                                                                  \
                                                                                           \
	while (count < all && behind - at >= REACH &&                                      \
	       read(at, ends[count], context, octets, &lines[count]))                      \
		at = ends[count++] + 1;                                                    \
	*text = (struct span){at, (size_t)(behind - at)};                                  \
	return count

#endif
