/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Conficker's report with a second parameter, which rules of intrusion detection
 * know and no request that we could see has.
 */
#include "watch/request.h"

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	return watch_request_gets(request) &&
	       watch_request_counts(request, "/search?q=", "&aq=7", counter);
}

static const char *const sources[] = {
        "Emerging Threats, rule 2009024 (Downadup/Conficker A or B Worm reporting), 2009",
        NULL,
};

static const struct watch_fingerprint_sample samples[] = {
        {"GET", "/search?q=12&aq=7", "HTTP/1.0", "192.0.2.1", NULL, NULL, true, 12, "made"},
        {"GET", "http://192.0.2.1/search?q=0&aq=7", NULL, NULL, NULL, NULL, true, 0,
         "made"},
        {"GET", "/search?q=12&aq=77", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=12&aq=", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=12&aq=f", "HTTP/1.1", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?aq=7&q=12", "HTTP/1.1", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=&aq=7", "HTTP/1.1", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=12", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_conficker_aq = {
        .name = "conficker-aq",
        .family = "conficker",
        .title = "Conficker's report of its victims with aq=7",
        .text = "GET for exactly \"/search?q=N&aq=7\", N as in conficker-ab, by HTTP/1.0 "
                "or "
                "1.1. A weak hint: the form is known from a published rule alone, and "
                "search engines had a parameter aq with a digit of their own.",
        .sources = sources,
        .strength = WATCH_WEAK,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
