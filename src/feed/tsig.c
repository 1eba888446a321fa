/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/tsig.h"

#include "wire/name.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#define TYPE_TSIG 250 /* RFC 8945 section 4.2 */
#define ALGORITHM "\13hmac-sha256"

/* Octets of the variables that are signed with a message: owner, class, TTL, algorithm,
 * times, error, other data. */
#define VARIABLES (WIRE_NAME_OCTETS + 6 + sizeof(ALGORITHM) + 8 + 4 + FEED_OTHER_MOST)

/* Octets that are being gathered; the caller knows that there is room. */
struct pen {
	uint8_t *at;
};

static void
put(struct pen *pen, const void *octets, size_t len)
{
	if (len > 0)
		memcpy(pen->at, octets, len);
	pen->at += len;
}

static void
put_number(struct pen *pen, uint64_t number, unsigned octets)
{
	for (unsigned i = octets; i > 0; i--)
		*pen->at++ = (uint8_t)(number >> 8 * (i - 1));
}

enum fsk_err
feed_secret_of(const struct feed_key *key, struct feed_secret *secret)
{
	struct fsk_name name;
	enum fsk_err err = wire_name_read(key->name, &name, NULL);
	size_t label = 0;

	if (err != FSK_OK)
		return err;
	if (key->secret_len < FEED_KEY_LEAST || key->secret_len > FEED_KEY_MOST)
		return FSK_RANGE;
	memset(secret, 0, sizeof(*secret));
	for (size_t i = 0; i < name.len; i++) {
		if (name.text[i] == '.') {
			label = i + 1;
			continue;
		}
		secret->name[i + 1] = (uint8_t)name.text[i];
		secret->name[label]++;
	}
	secret->name_len = name.len + 2u;
	memcpy(secret->secret, key->secret, key->secret_len);
	secret->secret_len = key->secret_len;
	secret->key = key;
	return FSK_OK;
}

/* Hashes what ${pieces} hold. */
static bool
hash(const struct feed_signer *signer, const struct span *pieces, size_t count,
     uint8_t mac[FEED_MAC])
{
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
	        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
	        OSSL_PARAM_construct_end()};
	EVP_MAC_CTX *context = EVP_MAC_CTX_new(signer->hmac);
	size_t len = 0;
	bool done = context != NULL && EVP_MAC_init(context, signer->secret.secret,
	                                            signer->secret.secret_len, params) == 1;

	for (size_t i = 0; i < count && done; i++)
		done = pieces[i].len == 0 ||
		       EVP_MAC_update(context, (const unsigned char *)pieces[i].text,
		                      pieces[i].len) == 1;
	done = done && EVP_MAC_final(context, mac, &len, FEED_MAC) == 1 && len == FEED_MAC;
	EVP_MAC_CTX_free(context);
	return done;
}

/* Gathers the variables of a record with the times and errors of ${tsig} (RFC 8945
 * section 4.3.3); of a later message the times only (5.3.1). */
static struct span
gather(const struct feed_signer *signer, const struct feed_tsig *tsig,
       uint8_t room[VARIABLES])
{
	struct pen pen = {room};

	if (!signer->later) {
		put(&pen, signer->secret.name, signer->secret.name_len);
		put_number(&pen, WIRE_CLASS_ANY, 2);
		put_number(&pen, 0, 4);
		put(&pen, ALGORITHM, sizeof(ALGORITHM));
	}
	put_number(&pen, tsig->time, 6);
	put_number(&pen, tsig->fudge, 2);
	if (!signer->later) {
		put_number(&pen, tsig->error, 2);
		put_number(&pen, tsig->other_len, 2);
		put(&pen, tsig->other, tsig->other_len);
	}
	return (struct span){(const char *)room, (size_t)(pen.at - room)};
}

static const struct feed_secret *
find_secret(const struct feed_secret *secrets, size_t count, const struct feed_tsig *tsig)
{
	for (size_t i = 0; i < count && tsig->known; i++)
		if (secrets[i].name_len == tsig->name_len &&
		    memcmp(secrets[i].name, tsig->name, tsig->name_len) == 0)
			return &secrets[i];
	return NULL;
}

/* Whether the MAC of ${request} is the one that ${signer}'s secret makes of it: over the
 * message as it was before it was signed, with its first id (RFC 8945 section 5.2). */
static bool
is_signed(const struct feed_signed *request, const struct feed_signer *signer)
{
	uint8_t header[WIRE_HEADER], room[VARIABLES], mac[FEED_MAC];
	struct pen pen = {header};
	const uint8_t *octets = request->octets;
	struct span pieces[3];

	memcpy(header, octets, sizeof(header));
	put_number(&pen, request->tsig->original_id, 2);
	pen.at = header + 10; /* ARCOUNT */
	put_number(&pen, (uint64_t)(octets[10] << 8 | octets[11]) - 1, 2);
	pieces[0] = (struct span){(const char *)header, sizeof(header)};
	pieces[1] = (struct span){(const char *)octets + WIRE_HEADER,
	                          request->len - WIRE_HEADER};
	pieces[2] = gather(signer, request->tsig, room);
	return hash(signer, pieces, 3, mac) &&
	       CRYPTO_memcmp(mac, request->tsig->mac, request->tsig->mac_len) == 0;
}

enum feed_tsig_error
feed_tsig_verify(const struct feed_signed *request, const struct feed_secret *secrets,
                 size_t count, int64_t now, struct feed_signer *signer)
{
	const struct feed_tsig *tsig = request->tsig;
	const struct feed_secret *found = find_secret(secrets, count, tsig);
	uint64_t apart = tsig->time > (uint64_t)now ? tsig->time - (uint64_t)now
	                                            : (uint64_t)now - tsig->time;
	uint16_t fudge = tsig->fudge < FEED_FUDGE ? tsig->fudge : FEED_FUDGE;

	/* The answer's MAC covers the id that it goes out with, which is therefore the
	 * original one of the answer: a forwarder that changed the request's changes
	 * this one's too (RFC 8945 section 5.3). */
	*signer = (struct feed_signer){
	        .active = true,
	        .hmac = signer->hmac,
	        .original_id = (uint16_t)(request->octets[0] << 8 | request->octets[1]),
	        .time = tsig->time,
	        .fudge = tsig->fudge};
	memcpy(signer->prior, tsig->mac, tsig->mac_len);
	signer->prior_len = tsig->mac_len;
	if (found != NULL)
		signer->secret = *found;
	if (found == NULL || tsig->mac_len < FEED_MAC_LEAST ||
	    !is_signed(request, signer)) {
		/* The error is told without a signature: section 5.3.2. */
		memcpy(signer->secret.name, tsig->name, tsig->name_len);
		signer->secret.name_len = tsig->name_len;
		signer->secret.secret_len = 0;
		signer->error = found == NULL ? FEED_BADKEY : FEED_BADSIG;
	} else if (apart > fudge) {
		signer->error = FEED_BADTIME;
	} else if (tsig->mac_len < FEED_MAC) {
		signer->error = FEED_BADTRUNC;
	}
	return (enum feed_tsig_error)signer->error;
}

void
feed_signer_of(EVP_MAC *hmac, const struct feed_secret *secret, struct feed_signer *signer)
{
	*signer = (struct feed_signer){.active = true, .hmac = hmac, .secret = *secret};
}

/* Writes the record of ${tsig}. */
static size_t
put_record(const struct feed_signer *signer, const struct feed_tsig *tsig, uint8_t *out)
{
	struct pen pen = {out};

	put(&pen, signer->secret.name, signer->secret.name_len);
	put_number(&pen, TYPE_TSIG, 2);
	put_number(&pen, WIRE_CLASS_ANY, 2);
	put_number(&pen, 0, 4);
	put_number(&pen, sizeof(ALGORITHM) + 16 + tsig->mac_len + tsig->other_len, 2);
	put(&pen, ALGORITHM, sizeof(ALGORITHM));
	put_number(&pen, tsig->time, 6);
	put_number(&pen, tsig->fudge, 2);
	put_number(&pen, tsig->mac_len, 2);
	put(&pen, tsig->mac, tsig->mac_len);
	put_number(&pen, tsig->original_id, 2);
	put_number(&pen, tsig->error, 2);
	put_number(&pen, tsig->other_len, 2);
	put(&pen, tsig->other, tsig->other_len);
	return (size_t)(pen.at - out);
}

/* Computes the MAC of ${tsig} over the message. */
static bool
compute(const struct feed_signer *signer, struct feed_tsig *tsig, struct span message)
{
	uint8_t length[2], room[VARIABLES];
	struct pen pen = {length};
	struct span pieces[] = {{(const char *)length, signer->prior_len > 0 ? 2 : 0},
	                        {(const char *)signer->prior, signer->prior_len},
	                        message,
	                        gather(signer, tsig, room)};

	put_number(&pen, signer->prior_len, 2);
	tsig->mac_len = FEED_MAC;
	return hash(signer, pieces, 4, tsig->mac);
}

enum fsk_err
feed_tsig_sign(struct feed_signer *signer, uint8_t *octets, size_t *len, int64_t now)
{
	struct feed_tsig tsig = {.time = (uint64_t)now,
	                         .fudge = FEED_FUDGE,
	                         .original_id = signer->original_id,
	                         .error = signer->error};
	struct pen pen = {tsig.other};
	unsigned records;

	if (!signer->active)
		return FSK_OK;
	/* A client whose clock is wrong verifies by its own time, and is told ours
	 * (RFC 8945 section 5.2.3). */
	if (signer->error != FEED_TSIG_GOOD) {
		tsig.time = signer->time;
		tsig.fudge = signer->fudge;
	}
	if (signer->error == FEED_BADTIME) {
		put_number(&pen, (uint64_t)now, 6);
		tsig.other_len = 6;
	}
	if (signer->secret.secret_len > 0 &&
	    !compute(signer, &tsig, (struct span){(const char *)octets, *len}))
		return FSK_NOMEM;
	memcpy(signer->prior, tsig.mac, tsig.mac_len);
	signer->prior_len = tsig.mac_len;
	signer->later = true;
	*len += put_record(signer, &tsig, octets + *len);
	records = (unsigned)(octets[10] << 8 | octets[11]) + 1;
	pen.at = octets + 10;
	put_number(&pen, records, 2);
	return FSK_OK;
}
