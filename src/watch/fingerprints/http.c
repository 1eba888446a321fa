/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Any request by HTTP: what remains when nothing else is known of it.
 */
#include "watch/request.h"

#include "base/ascii.h"

/* Whether ${method} is written as methods are: capitals, '-' and '_'. */
static bool
is_method(struct span method)
{
	for (size_t i = 0; i < method.len; i++) {
		if (!ascii_upper(method.text[i]) && method.text[i] != '-' &&
		    method.text[i] != '_')
			return false;
	}
	return method.len > 0;
}

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	if (!is_method(request->method) || request->target.len == 0)
		return false;
	*counter = -1;
	return true;
}

static const char *const sources[] = {
        "RFC 9110, HTTP Semantics, section 9, 2022",
        NULL,
};

static const struct watch_fingerprint_sample samples[] = {
        {"GET", "/", "HTTP/1.1", "blrsxvu.com", "Mozilla/5.0", NULL, true, -1, "made"},
        {"M-SEARCH", "*", "HTTP/1.1", "239.255.255.250:1900", NULL, NULL, true, -1, "made"},
        {"GET", "/search?q=3", NULL, NULL, NULL, NULL, true, -1, "made: HTTP/0.9"},
        {NULL, NULL, NULL, NULL, NULL, NULL, false, 0, "made"},
        {"GET", "", NULL, NULL, NULL, NULL, false, 0, "made"},
        {"\\x16\\x03\\x01", "\\x02", NULL, NULL, NULL, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_http = {
        .name = "http",
        .title = "a request by HTTP",
        .text = "A method in capitals and a target, and nothing that is known of bots, "
                "crawlers, scanners or researchers. At a sinkhole such requests are "
                "grouped by their shape: what is new, or grows, may be a bot that nobody "
                "knows yet.",
        .sources = sources,
        .strength = WATCH_WEAK,
        .sender = WATCH_ANYBODY,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
