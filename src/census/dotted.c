/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A line of four numbers has 81 shapes. Where its dots and its end are, as bits, tells
 * which; an instruction puts the digits of that shape where those of all shapes are, two
 * more make four numbers of them (as in Mula's and Lemire's work on reading numbers with
 * vectors). No step depends on how long a number is, which a processor would guess wrongly.
 */
#include "census/dotted.h"

/* Makes of the bits of each shape another number of 8 bits; found by trying. */
#define SPREAD UINT32_C(0x9efb2d29)

static inline uint32_t
slot(uint32_t places)
{
	return places * SPREAD >> 24;
}

static void
add_shape(struct census_dotted *dotted, const uint32_t digits[4])
{
	static const uint32_t least[4] = {0, 0, 10, 100};
	uint8_t order[16];
	uint32_t places = 0, at = 0, here;

	/* An octet whose upper bit is set becomes 0. */
	memset(order, 0x80, sizeof(order));
	for (uint32_t i = 0; i < 4; i++) {
		for (uint32_t k = 0; k < digits[i]; k++)
			order[4 * i + 4 - digits[i] + k] = (uint8_t)at++;
		places |= UINT32_C(1) << at++;
	}
	here = slot(places);
	memcpy(dotted->shapes[here].order, order, sizeof(order));
	for (size_t i = 0; i < 4; i++) {
		dotted->shapes[here].least[i] = least[digits[i]];
		dotted->shapes[here].places[i] = places;
	}
}

#if defined(__x86_64__)
#include <immintrin.h>

#define STEP 32

static bool
is_able(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

/* Reads the line at ${at}, where 16 octets can be read and whose LF is behind ${len} of
 * them, fewer than 16; false: it is of another form. */
__attribute__((target("avx2,bmi"))) static inline bool
read_line(const struct census_dotted *dotted, const char *at, uint32_t len, uint32_t *value)
{
	__m128i line = _mm_loadu_si128((const __m128i *)(const void *)at), digits, numbers,
	        wrong;
	uint32_t end = UINT32_C(1) << len, places, here;

	places = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(line, _mm_set1_epi8('.')));
	places = (places & (end - 1)) | end;
	here = slot(places);
	if (places != dotted->shapes[here].places[0])
		return false;
	digits = _mm_shuffle_epi8(
	        _mm_sub_epi8(line, _mm_set1_epi8('0')),
	        _mm_loadu_si128((const __m128i *)(const void *)dotted->shapes[here].order));
	numbers = _mm_madd_epi16(_mm_maddubs_epi16(_mm_set1_epi32(0x010a6400), digits),
	                         _mm_set1_epi16(1));
	wrong = _mm_subs_epu8(digits, _mm_set1_epi8(9));
	wrong = _mm_or_si128(wrong, _mm_cmpgt_epi32(numbers, _mm_set1_epi32(255)));
	wrong = _mm_or_si128(
	        wrong,
	        _mm_cmpgt_epi32(
	                _mm_loadu_si128(
	                        (const __m128i *)(const void *)dotted->shapes[here].least),
	                numbers));
	numbers = _mm_packus_epi32(numbers, numbers);
	numbers = _mm_packus_epi16(numbers, numbers);
	*value = __builtin_bswap32((uint32_t)_mm_cvtsi128_si32(numbers));
	return _mm_testz_si128(wrong, wrong) != 0;
}

__attribute__((target("avx2,bmi"))) static size_t
read_lines(const struct census_dotted *dotted, struct span text, uint32_t *values,
           size_t *count)
{
	size_t start = 0, made = 0;

	/* All octets that a line is read of are there: those of its end, and 15 more. */
	for (size_t at = 0; at + STEP + 16 <= text.len && made + STEP <= CENSUS_DOTTED_MOST;
	     at += STEP) {
		__m256i octets =
		        _mm256_loadu_si256((const __m256i *)(const void *)(text.text + at));
		uint32_t ends = (uint32_t)_mm256_movemask_epi8(
		        _mm256_cmpeq_epi8(octets, _mm256_set1_epi8('\n')));

		for (; ends != 0; ends &= ends - 1) {
			size_t end = at + (size_t)__builtin_ctz(ends);

			size_t len = end - start;

			if (len > 0 && text.text[end - 1] == '\r')
				len--;
			if (len > 15 || !read_line(dotted, text.text + start, (uint32_t)len,
			                           &values[made]))
				goto done;
			made++;
			start = end + 1;
		}
	}
done:
	*count = made;
	return start;
}
#else
static bool
is_able(void)
{
	return false;
}

static size_t
read_lines(const struct census_dotted *dotted, struct span text, uint32_t *values,
           size_t *count)
{
	(void)dotted;
	(void)text;
	(void)values;
	*count = 0;
	return 0;
}
#endif

void
census_dotted_init(struct census_dotted *dotted)
{
	uint32_t digits[4];

	memset(dotted, 0, sizeof(*dotted));
	for (uint32_t shape = 0; shape < 81; shape++) {
		for (uint32_t i = 0, left = shape; i < 4; i++, left /= 3)
			digits[i] = left % 3 + 1;
		add_shape(dotted, digits);
	}
	dotted->able = is_able();
}

size_t
census_dotted_read(const struct census_dotted *dotted, struct span text,
                   uint32_t values[CENSUS_DOTTED_MOST], size_t *count)
{
	*count = 0;
	return dotted->able ? read_lines(dotted, text, values, count) : 0;
}
