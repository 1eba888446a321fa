/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who connects and sends no request.
 */
#include "watch/request.h"

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	if (request->method.len > 0 || request->target.len > 0)
		return false;
	*counter = -1;
	return true;
}

static const char *const sources[] = {
        "made: it says only what a contact is not",
        NULL,
};

static const struct watch_fingerprint_sample samples[] = {
        {NULL, NULL, NULL, NULL, NULL, NULL, true, -1, "made"},
        {"", "", "", "192.0.2.1", NULL, NULL, true, -1, "made"},
        {"GET", "/", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {NULL, "/", NULL, NULL, NULL, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_unknown = {
        .name = "unknown",
        .title = "a contact without a request",
        .text = "Octets that are neither a request by HTTP nor the greeting of TLS, or "
                "none at all: another protocol, a scanner of ports, or a bot that speaks "
                "its own. Such contacts are grouped by their first octets.",
        .sources = sources,
        .strength = WATCH_WEAK,
        .sender = WATCH_ANYBODY,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
