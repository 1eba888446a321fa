/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/tsig.h: signatures of messages by a shared secret (RFC 8945), hmac-sha256 only. A
 * signer goes with a request: it was made of the request's own signature, and signs the
 * answer, or the messages of a transfer one after the other, each over the one before
 * (section 5.3.1).
 */
#ifndef FEED_TSIG_H
#define FEED_TSIG_H

#include <foresink/err.h>

#include "feed/feed.h"

#include <openssl/evp.h>

#define FEED_MAC 32       /* octets of hmac-sha256 */
#define FEED_MAC_LEAST 16 /* of one that was cut (section 5.2.2.1: half of it) */

/* Seconds that clocks may differ, at most: the fudge that RFC 8945 section 10 advises. */
#define FEED_FUDGE 300

/* Octets of the longest TSIG record: owner, fixed part, and the data with the time that
 * BADTIME tells. */
#define FEED_TSIG_ROOM (WIRE_NAME_OCTETS + 10 + 13 + 10 + FEED_MAC + 6 + 6)

/* A key as the messages name it. */
struct feed_secret {
	uint8_t name[WIRE_NAME_OCTETS]; /* wire form, lower case */
	size_t name_len;
	uint8_t secret[FEED_KEY_MOST];
	size_t secret_len;
	const struct feed_key *key; /* of the setting */
};

#define FEED_OTHER_MOST 16 /* octets of other data: 6 have a meaning */

/* What the TSIG record of a request says. */
struct feed_tsig {
	uint8_t name[WIRE_NAME_OCTETS]; /* of the key: wire form, lower case */
	size_t name_len;
	bool known; /* hmac-sha256 */
	uint64_t time;
	uint16_t fudge, original_id, error;
	uint8_t mac[FEED_MAC];
	size_t mac_len;
	uint8_t other[FEED_OTHER_MOST];
	size_t other_len;
};

/* RFC 8945 section 3. */
enum feed_tsig_error {
	FEED_TSIG_GOOD,
	FEED_BADSIG = 16,
	FEED_BADKEY = 17,
	FEED_BADTIME = 18,
	FEED_BADTRUNC = 22
};

struct feed_signer {
	bool active; /* messages get a TSIG record */
	bool later;  /* not the first message: the times only are signed */
	EVP_MAC *hmac;
	struct feed_secret secret; /* without a secret, the record is not signed */
	uint16_t original_id, error;
	uint64_t time; /* of the request, told back by errors */
	uint16_t fudge;
	uint8_t prior[FEED_MAC]; /* the MAC that is signed with the next message */
	size_t prior_len;
};

/* Sets ${secret} from ${key}. FSK_SYNTAX (the name), FSK_RANGE (the secret's length). */
FSK_MUST_USE enum fsk_err feed_secret_of(const struct feed_key *key,
                                         struct feed_secret *secret);

/* A request that is to be verified. */
struct feed_signed {
	const uint8_t *octets;        /* the whole message */
	size_t len;                   /* up to the TSIG record */
	const struct feed_tsig *tsig; /* what that says */
};

/* Verifies ${request} by the one of the ${count} ${secrets} that it names, at ${now}, and
 * makes ${signer}, for the answer; says what is wrong. Its hmac is the caller's. */
enum feed_tsig_error feed_tsig_verify(const struct feed_signed *request,
                                      const struct feed_secret *secrets, size_t count,
                                      int64_t now, struct feed_signer *signer);

/* The signer of a request of our own. */
void feed_signer_of(EVP_MAC *hmac, const struct feed_secret *secret,
                    struct feed_signer *signer);

/* Octets that feed_tsig_sign() appends, at most. */
static inline size_t
feed_tsig_octets(const struct feed_signer *signer)
{
	return signer->active ? signer->secret.name_len + FEED_TSIG_ROOM - WIRE_NAME_OCTETS
	                      : 0;
}

/* Appends the TSIG record to the message of ${len} octets at ${octets}, behind which
 * FEED_TSIG_ROOM are free. A signer that is not active appends nothing. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_tsig_sign(struct feed_signer *signer, uint8_t *octets,
                                         size_t *len, int64_t now);

#endif
