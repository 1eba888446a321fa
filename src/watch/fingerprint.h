/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/fingerprint.h: what the requests of bots look like, whatever host they
 * are sent to; and at a sinkhole, where others call too, those of its visitors. A
 * fingerprint is one file under fingerprints/ that ends in its
 * constant descriptor, and one line in fingerprints.def. A request that fits
 * is a hint, never a proof: anyone can send it. Logs that escape what a client
 * sent (nginx writes \x22) are compared as they stand.
 */
#ifndef WATCH_FINGERPRINT_H
#define WATCH_FINGERPRINT_H

#include "base/span.h"

#include <stddef.h>
#include <stdint.h>

/* A request as it came or as a log wrote it. What is not known is empty or "-". */
struct watch_request {
	struct span method;  /* "GET" */
	struct span target;  /* path with query; of a proxy also a URL */
	struct span version; /* "HTTP/1.0" */
	struct span host;    /* without port; that of a URL goes before it */
	struct span agent;
	struct span referrer;
};

/* How strong the hint is that a machine is infected. What visitors say of themselves is
 * always weak. */
enum watch_strength {
	WATCH_WEAK,  /* ordinary programs send such requests too */
	WATCH_STRONG /* nothing else is known to send it */
};

/* Who sends such requests. */
enum watch_sender {
	WATCH_BOT,        /* a bot, alone or among others */
	WATCH_CRAWLER,    /* a search engine's and its like: it says who it is */
	WATCH_SCANNER,    /* who looks at all addresses, or tries doors */
	WATCH_RESEARCHER, /* who studies botnets, or asks as one who does would */
	WATCH_ANYBODY     /* no more is known than what kind of contact it was */
};

/* "bot", "crawler", "scanner", "researcher", "anybody". */
const char *watch_sender_name(enum watch_sender sender);

/* A request and whether it fits; NULL: not known. */
struct watch_fingerprint_sample {
	const char *method;
	const char *target;
	const char *version;
	const char *host;
	const char *agent;
	const char *referrer;
	bool fits;
	int64_t counter;    /* -1: none */
	const char *source; /* where the request was seen; "made": against it */
};

struct watch_fingerprint {
	const char *name;   /* "conficker-ab": lower case letters, digits, '-'; as in
	                     * fingerprints.def with '_' for '-' */
	const char *family; /* of dga/families.def; NULL: of none there */
	const char *title;
	const char *text;           /* in words from which a stranger could program it */
	const char *const *sources; /* NULL ends them */
	enum watch_strength strength;
	enum watch_sender sender;

	/* Whether ${request} fits; then the number that the bot reports about
	 * itself is in ${counter}, -1 if there is none. */
	bool (*fits)(const struct watch_request *request, int64_t *counter);

	const struct watch_fingerprint_sample *samples;
	size_t sample_count;
};

#define WATCH_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* How many there are, and fingerprint ${n}, from 0; NULL behind the last. */
size_t watch_fingerprint_count(void);
const struct watch_fingerprint *watch_fingerprint_at(size_t n);

/* That called ${name}; NULL: none. */
const struct watch_fingerprint *watch_fingerprint_find(struct span name);

/* The first of a bot that fits ${request}, the stronger before the weaker, or NULL; its
 * counter in ${counter}. */
const struct watch_fingerprint *watch_fingerprint_of(const struct watch_request *request,
                                                     int64_t *counter);

/* Who sent a contact at a sinkhole, where everything is kept: a strong one of a bot, else
 * one of a visitor (scanner, crawler, researcher, in this order), else a weak one of a bot,
 * else that of anybody's requests, "http"; never NULL. Its counter in ${counter}, -1 if
 * there is none. */
const struct watch_fingerprint *watch_fingerprint_mark(const struct watch_request *request,
                                                       int64_t *counter);

/* That of what is no request: "tls", or "unknown". */
const struct watch_fingerprint *watch_fingerprint_other(bool tls);

#endif
