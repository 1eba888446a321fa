/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The front page of the site from which Conficker A fetches a program.
 */
#include "watch/request.h"

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	if (!watch_request_gets(request) || watch_request_refers(request) ||
	    (watch_request_has_agent(request) && !watch_request_msie(request)) ||
	    !watch_request_asks(request, "trafficconverter.biz") ||
	    !span_equal(watch_request_path(request), span_of("/")))
		return false;
	*counter = -1;
	return true;
}

static const char *const sources[] = {
        "requests at the sinkhole address 204.152.184.139, 2011-05-30",
        NULL,
};

#define SINKHOLE "sinkhole 204.152.184.139, 2011-05-30"
#define HOST "trafficconverter.biz"
#define IE6 "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)"

static const struct watch_fingerprint_sample samples[] = {
        {"GET", "/", "HTTP/1.0", HOST, IE6, NULL, true, -1, SINKHOLE},
        {"GET", "/", "HTTP/1.1", HOST,
         "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; Trident/4.0)", NULL, true, -1,
         SINKHOLE},
        {"GET", "http://" HOST "/", "HTTP/1.1", NULL, NULL, "-", true, -1, "made"},
        {"GET", "http://" HOST, NULL, NULL, NULL, NULL, true, -1, "made"},
        {"GET", "/", "HTTP/1.0", NULL, IE6, NULL, false, 0, "made"},
        {"GET", "/", "HTTP/1.0", "204.152.184.139", IE6, NULL, false, 0, "made"},
        {"GET", "/", "HTTP/1.1", "www." HOST, IE6, NULL, false, 0, "made"},
        {"GET", "/", "HTTP/1.1", HOST, "Mozilla/5.0 (compatible; ExampleBot/1.0)", NULL,
         false, 0, "made"},
        {"GET", "/", "HTTP/1.1", HOST, IE6, "http://www.example.com/", false, 0, "made"},
        {"GET", "/index.html", "HTTP/1.1", HOST, IE6, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_conficker_a_front = {
        .name = "conficker-a-front",
        .family = "conficker",
        .title = "the front page of Conficker A's download site",
        .text = "GET for \"/\" at " HOST ", by HTTP/1.0 or 1.1, without Referer, with the "
                "User-Agent of an Internet Explorer or, in logs that do not keep it, any. "
                "Of 23 requests at a sinkhole for that name 16 were of this form, and 7 "
                "were conficker-a-download. Browsers and crawlers ask for front pages too.",
        .sources = sources,
        .strength = WATCH_WEAK,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
