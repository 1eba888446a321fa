/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Conficker A and B at a rendezvous, where the log tells too little, or another
 * program has changed the request on its way.
 */
#include "watch/request.h"

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	return watch_request_gets(request) &&
	       watch_request_counts(request, "/search?q=", "", counter);
}

static const char *const sources[] = {
        "Leder, Werner, Know Your Enemy: Containing Conficker, Honeynet Project, 2009",
        "requests of one infected machine, 2015-08-03",
        NULL,
};

#define MACHINE "one infected machine, 2015-08-03"

static const struct watch_fingerprint_sample samples[] = {
        {"GET", "http://221.8.69.25/search?q=1", NULL, NULL, NULL, NULL, true, 1, MACHINE},
        {"GET", "http://54.148.180.204/search?q=1", NULL, NULL, NULL, NULL, true, 1,
         MACHINE},
        {"GET", "HTTP://rduhvg.net:80/search?q=12", "HTTP/1.1", NULL, NULL, NULL, true, 12,
         "made"},
        {"GET", "/search?q=2020", "HTTP/1.1", "www.example.com", "curl/7.88.1",
         "http://www.example.com/", true, 2020, "made"},
        {"GET", "/search?q=0", "HTTP/1.0", NULL, NULL, NULL, true, 0, "made"},
        {"GET", "/search?q=00", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=-1", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=1&", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=1a", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=1#1", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/Search?q=1", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/a/search?q=1", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "https://221.8.69.25/search?q=1", NULL, NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=\\x31", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=4294967297", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {"GET", "/search?q=18446744073709551617", NULL, NULL, NULL, NULL, false, 0, "made"},
        {"get", "/search?q=1", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
        {NULL, "/search?q=1", "HTTP/1.0", NULL, NULL, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_conficker_ab_search = {
        .name = "conficker-ab-search",
        .family = "conficker",
        .title = "a search for a number, as Conficker A and B report their victims",
        .text = "GET for exactly \"/search?q=N\", N a decimal number of 31 bits, by "
                "HTTP/1.0 or 1.1, whatever else the request has. The worm sends it "
                "(conficker-ab); so does anyone who searches a site for a year or a "
                "part number. Logs of proxies often keep no more than this.",
        .sources = sources,
        .strength = WATCH_WEAK,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
