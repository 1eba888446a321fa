/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/manifest.h"

#include "base/ascii.h"

#include <sodium.h>
#include <stdio.h>

#define SECRET "foresink-secret-key "
#define PUBLIC "foresink-public-key "

_Static_assert(PUBLISH_SEED == crypto_sign_SEEDBYTES, "the seed of RFC 8032");
_Static_assert(PUBLISH_PUBLIC == crypto_sign_PUBLICKEYBYTES, "likewise");
_Static_assert(PUBLISH_SIGNATURE == crypto_sign_BYTES, "likewise");

/* Sets the public half of ${key}. */
static void
derive(struct publish_key *key)
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(key->public_key, secret, key->seed);
	sodium_memzero(secret, sizeof(secret));
}

void
publish_key_make(struct publish_key *key)
{
	randombytes_buf(key->seed, sizeof(key->seed));
	derive(key);
}

/* Reads "${word}BASE64", with blanks and an end of line behind it. */
static enum fsk_err
read_line(struct span text, const char *word, uint8_t key[32])
{
	size_t len = strlen(word);
	uint8_t read[32];
	size_t octets;

	while (text.len > 0 && ascii_space(text.text[text.len - 1]))
		text.len--;
	if (text.len <= len || memcmp(text.text, word, len) != 0)
		return FSK_SYNTAX;
	text = span_from(text, len);
	if (sodium_base642bin(read, sizeof(read), text.text, text.len, NULL, &octets, NULL,
	                      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    octets != sizeof(read)) {
		sodium_memzero(read, sizeof(read));
		return FSK_SYNTAX;
	}
	memcpy(key, read, sizeof(read));
	sodium_memzero(read, sizeof(read));
	return FSK_OK;
}

enum fsk_err
publish_key_read(struct publish_key *key, struct span text)
{
	enum fsk_err err = read_line(text, SECRET, key->seed);

	if (err == FSK_OK)
		derive(key);
	return err;
}

enum fsk_err
publish_key_read_public(uint8_t public_key[PUBLISH_PUBLIC], struct span text)
{
	return read_line(text, PUBLIC, public_key);
}

static void
write_line(const char *word, const uint8_t octets[32], char text[PUBLISH_KEY_TEXT])
{
	char base64[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];

	_Static_assert(sizeof(SECRET) + sizeof(base64) + 1 <= PUBLISH_KEY_TEXT, "must fit");
	sodium_bin2base64(base64, sizeof(base64), octets, 32,
	                  sodium_base64_VARIANT_ORIGINAL);
	snprintf(text, PUBLISH_KEY_TEXT, "%s%s\n", word, base64);
	sodium_memzero(base64, sizeof(base64));
}

void
publish_key_write(const struct publish_key *key, char text[PUBLISH_KEY_TEXT])
{
	write_line(SECRET, key->seed, text);
}

void
publish_key_write_public(const struct publish_key *key, char text[PUBLISH_KEY_TEXT])
{
	write_line(PUBLIC, key->public_key, text);
}

void
publish_key_fini(struct publish_key *key)
{
	if (key != NULL)
		sodium_memzero(key, sizeof(*key));
}
