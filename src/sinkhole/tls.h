/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/tls.h: TLS 1.0 to 1.3 as far as a bot speaks it, with OpenSSL, memory to memory:
 * what it sends is fed, what is to be sent is taken, what it says comes out. One
 * certificate for whatever name; a caller's is not asked for; no session is kept.
 */
#ifndef SINKHOLE_TLS_H
#define SINKHOLE_TLS_H

#include <foresink/err.h>

#include "base/span.h"

#include <stdint.h>

struct sinkhole_tls;

/* Reads a chain of certificates and its key, PEM. FSK_IO with errno, FSK_SYNTAX with
 * ${why}, a static text: no certificate, no key, they do not belong together. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_tls_new(const char *certificate, const char *key,
                                           struct sinkhole_tls **tls, const char **why);
void sinkhole_tls_free(struct sinkhole_tls *tls);

struct sinkhole_session;
FSK_MUST_USE enum fsk_err sinkhole_session_new(struct sinkhole_tls *tls,
                                               struct sinkhole_session **session);
void sinkhole_session_free(struct sinkhole_session *session);

/* Feeds ${octets}. FSK_SYNTAX: it is no TLS any more; what is to be sent (an alert) can
 * still be taken. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_session_feed(struct sinkhole_session *session,
                                                struct span octets);
/* Whether both have agreed: before that nothing is said. */
bool sinkhole_session_agreed(const struct sinkhole_session *session);

/* Octets that were fed in all. */
size_t sinkhole_session_fed(const struct sinkhole_session *session);

/* Octets of memory: what a session takes, and of what was fed that which it may still hold.
 * Until both have agreed that is all. */
size_t sinkhole_session_bytes(const struct sinkhole_session *session);

/* Takes up to ${room} octets of what the caller said, or of what is to be sent; how many.
 */
size_t sinkhole_session_said(struct sinkhole_session *session, char *out, size_t room);
size_t sinkhole_session_take(struct sinkhole_session *session, uint8_t *out, size_t room);
/* Says ${words}, and the end. */
FSK_MUST_USE enum fsk_err sinkhole_session_say(struct sinkhole_session *session,
                                               struct span words);

#endif
