/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who begins TLS, and is not understood further.
 */
#include "watch/request.h"

/* Type handshake, and the first octet of each version from SSL 3.0 to TLS 1.3, as octets
 * and as logs write them. */
static bool
fits(const struct watch_request *request, int64_t *counter)
{
	static const char *const greetings[] = {"\x16\x03", "\\x16\\x03"};

	for (size_t i = 0; i < WATCH_COUNT(greetings); i++) {
		struct span greeting = span_of(greetings[i]);
		struct span begin = request->method;

		if (begin.len > greeting.len)
			begin.len = greeting.len;
		if (span_equal(begin, greeting)) {
			*counter = -1;
			return true;
		}
	}
	return false;
}

static const char *const sources[] = {
        "RFC 8446, The Transport Layer Security (TLS) Protocol Version 1.3, section 5.1, "
        "2018",
        "a TLS hello at nginx 1.22.1 and Apache 2.4.71, in their logs",
        NULL,
};

static const struct watch_fingerprint_sample samples[] = {
        {"\x16\x03\x01\x02", NULL, NULL, NULL, NULL, NULL, true, -1, "made"},
        {"\\x16\\x03\\x01\\x00\\xA5", NULL, NULL, NULL, NULL, NULL, true, -1,
         "nginx 1.22.1, combined"},
        {"\x16\x02", NULL, NULL, NULL, NULL, NULL, false, 0, "made"},
        {"\x16", NULL, NULL, NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/\\x16\\x03", "HTTP/1.1", NULL, NULL, NULL, false, 0, "made"},
        {NULL, NULL, NULL, NULL, NULL, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_tls = {
        .name = "tls",
        .title = "the greeting of TLS",
        .text = "In place of a request the octets 22 and 3, with which every ClientHello "
                "from SSL 3.0 on begins, at a port with TLS or without; in logs also "
                "escaped, as \\x16\\x03. The name that the caller wants may stand in it "
                "(SNI).",
        .sources = sources,
        .strength = WATCH_WEAK,
        .sender = WATCH_ANYBODY,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
