/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/request.h: what the fingerprints ask of a request. A request at a proxy
 * has its host in the target, as a URL ("http://192.0.2.1:80/search?q=1", RFC 9112
 * section 3.2.2), one at a server beside it; here both are the same. Nothing is
 * decoded, nothing outside the spans is read.
 */
#ifndef WATCH_REQUEST_H
#define WATCH_REQUEST_H

#include "watch/fingerprint.h"

/* The host that ${request} asks: of its URL, else the one beside it, without
 * user, port and brackets; empty when it is not known. */
struct span watch_request_host(const struct watch_request *request);

/* The path with the query that ${request} asks for: of its URL, "/" if that has
 * none, else the target. */
struct span watch_request_path(const struct watch_request *request);

/* Whether ${request} is a GET by HTTP/1.0, HTTP/1.1 or a version not known. */
bool watch_request_gets(const struct watch_request *request);

/* Whether ${request} is known to have a referrer. */
bool watch_request_refers(const struct watch_request *request);

/* Whether the host of ${request} is not known, or is the address of a machine. */
bool watch_request_nameless(const struct watch_request *request);

/* Whether the host of ${request} is ${name} (lower case), in any case, also with a
 * final dot. */
bool watch_request_asks(const struct watch_request *request, const char *name);

/* Whether the agent of ${request} is known, and whether it is then an Internet
 * Explorer: "Mozilla/", and later "MSIE " and a digit. Bots that use its library
 * send what the machine's own browser would. */
bool watch_request_has_agent(const struct watch_request *request);
bool watch_request_msie(const struct watch_request *request);

/* Whether the agent of ${request} has one of ${words} (lower case, NULL ends them) where a
 * word begins: at its start, or behind what is neither letter nor digit; in any case. */
bool watch_request_says(const struct watch_request *request, const char *const *words);

/* Whether the path of ${request} begins with one of ${fronts} (lower case, NULL ends them),
 * in any case. */
bool watch_request_tries(const struct watch_request *request, const char *const *fronts);

/* Whether the path of ${request} is ${front}, a decimal number without needless
 * zeros that is at most 2^31 - 1, and ${back}, and nothing else; the number is
 * then in ${counter}. */
bool watch_request_counts(const struct watch_request *request, const char *front,
                          const char *back, int64_t *counter);

#endif
