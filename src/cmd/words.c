/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/words.h"

#include "base/ascii.h"
#include "base/date.h"
#include "dga/catalog.h"

#include <inttypes.h>
#include <math.h>

struct words
words_count(uint64_t number)
{
	char digits[24];
	struct words words = {.text = ""};
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			words.text[used++] = ',';
		words.text[used++] = digits[i];
	}
	words.text[used] = '\0';
	return words;
}

struct words
words_about(double number)
{
	if (!(number > 0))
		return words_count(0);
	return words_count(number < 1e18 ? (uint64_t)(number + 0.5) : UINT64_MAX);
}

struct words
words_share(double share)
{
	struct words words = {.text = ""};
	int exponent = 0;
	double mantissa = share;

	if (!(share > 0) || !isfinite(share)) {
		snprintf(words.text, sizeof(words.text), "0");
		return words;
	}
	while (mantissa < 0.9995 && exponent > -320) {
		mantissa *= 10;
		exponent--;
	}
	if (exponent == 0)
		snprintf(words.text, sizeof(words.text), "%.2g", share);
	else
		snprintf(words.text, sizeof(words.text), "%.2ge%d", mantissa, exponent);
	return words;
}

struct words
words_probability(double probability)
{
	struct words words = {.text = ""};

	if (probability >= 0.99995)
		snprintf(words.text, sizeof(words.text), "> 0.9999");
	else if (probability >= 0.0001)
		snprintf(words.text, sizeof(words.text), "%.4f", probability);
	else
		snprintf(words.text, sizeof(words.text), "< 0.0001");
	return words;
}

/* Writes the second that holds ${us}; false, and "-", when no calendar has it. */
static bool
write_second(int64_t us, struct words *words)
{
	int64_t second = date_second_of(us);

	if (second < DATE_FIRST * DATE_DAY || second >= (DATE_LAST + 1) * DATE_DAY) {
		snprintf(words->text, sizeof(words->text), "-");
		return false;
	}
	date_write_instant(second, words->text);
	return true;
}

struct words
words_second(int64_t us)
{
	struct words words = {.text = ""};

	(void)write_second(us, &words);
	return words;
}

struct words
words_time(int64_t us)
{
	struct words words = {.text = ""};
	int fraction = (int)(us % DATE_SECOND);

	if (!write_second(us, &words))
		return words;
	if (fraction < 0)
		fraction += (int)DATE_SECOND;
	snprintf(words.text + DATE_INSTANT_SIZE - 2, 16, ".%06dZ", fraction);
	return words;
}

struct words
words_address(const struct address *address)
{
	struct words words = {.text = ""};

	address_write(address, words.text);
	return words;
}

struct words
words_client(const struct sighting_client *client)
{
	struct words words = words_address(&client->address);
	unsigned whole = address_is_v4(&client->address) ? 32 : 128;
	size_t len = strlen(words.text);

	if (client->prefix < whole)
		snprintf(words.text + len, sizeof(words.text) - len, "/%u", client->prefix);
	return words;
}

struct words
words_generator(uint32_t generator)
{
	struct dga_generator found = dga_generator_at(generator);
	struct words words = {.text = "-"};

	_Static_assert(sizeof(words.text) >= DGA_GENERATOR_NAME_SIZE, "a name fits");
	if (found.family != NULL)
		dga_generator_name(&found, words.text);
	return words;
}

struct words
words_things(uint64_t number, const char *thing)
{
	struct words words = words_count(number);

	words_add(&words, " ");
	words_add(&words, thing);
	words_add(&words, number == 1 ? "" : "s");
	return words;
}

void
words_add(struct words *words, const char *text)
{
	size_t used = strlen(words->text);
	size_t len = strnlen(text, sizeof(words->text) - 1 - used);

	memcpy(words->text + used, text, len);
	words->text[used + len] = '\0';
}

void
words_safe(FILE *out, struct span text, size_t width)
{
	size_t taken = words_safe_width(text);

	for (size_t i = 0; i < text.len; i++) {
		if (ascii_print(text.text[i]))
			fputc(text.text[i], out);
		else
			fprintf(out, "\\x%02x", (unsigned char)text.text[i]);
	}
	for (; taken < width; taken++)
		fputc(' ', out);
}

size_t
words_safe_width(struct span text)
{
	size_t width = 0;

	for (size_t i = 0; i < text.len; i++)
		width += ascii_print(text.text[i]) ? 1 : sizeof("\\x00") - 1;
	return width;
}
