/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Conficker A and B at a rendezvous: the report of how many machines this one
 * has infected, in the form that only the worm sends it in.
 */
#include "watch/request.h"

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	return watch_request_gets(request) && !watch_request_refers(request) &&
	       watch_request_msie(request) && watch_request_nameless(request) &&
	       watch_request_counts(request, "/search?q=", "", counter);
}

static const char *const sources[] = {
        "Leder, Werner, Know Your Enemy: Containing Conficker, Honeynet Project, 2009",
        "F-Secure, Calculating the Size of the Downadup Outbreak, January 2009",
        "requests at the sinkhole addresses 149.20.56.34 and 204.152.184.139, 2011-05-30",
        NULL,
};

#define SINKHOLE "sinkhole 149.20.56.34, 2011-05-30"
#define IE6 "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)"
#define IE7                                                                                \
	"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; Trident/4.0; "                 \
	".NET CLR 1.1.4322)"

static const struct watch_fingerprint_sample samples[] = {
        {"GET", "/search?q=3", "HTTP/1.0", "149.20.56.34", IE6, NULL, true, 3, SINKHOLE},
        {"GET", "/search?q=0", "HTTP/1.1", "149.20.56.34", IE7, NULL, true, 0, SINKHOLE},
        {"GET", "/search?q=0", "HTTP/1.1", NULL, IE7, "-", true, 0, "made"},
        {"GET", "/search?q=0", "HTTP/1.1", "-", IE7, "", true, 0, "made"},
        {"GET", "http://221.8.69.25/search?q=1", NULL, NULL, IE6, NULL, true, 1, "made"},
        {"GET", "http://[2001:db8::1]:80/search?q=1", NULL, "x.example", IE6, NULL, true, 1,
         "made"},
        {"GET", "/search?q=2147483647", "HTTP/1.0", NULL, IE6, NULL, true, 2147483647,
         "made"},
        {"GET", "/search?q=7", "HTTP/1.1", NULL,
         "Mozilla/4.0+(compatible;+MSIE+6.0;+Windows+NT+5.1)", "-", true, 7, "made"},
        {"GET", "/search?q=2147483648", "HTTP/1.0", NULL, IE6, NULL, false, 0, "made"},
        {"GET", "/search?q=2020", "HTTP/1.1", "www.example.com", IE7, NULL, false, 0,
         "made"},
        {"GET", "http://www.example.com/search?q=2020", NULL, "192.0.2.1", IE7, NULL, false,
         0, "made"},
        {"GET", "/search?q=2020", "HTTP/1.1", NULL, IE7, "http://192.0.2.1/", false, 0,
         "made"},
        {"GET", "/search?q=3", "HTTP/1.1", "192.0.2.1", "curl/7.88.1", NULL, false, 0,
         "made"},
        {"GET", "/search?q=3", "HTTP/1.1", "192.0.2.1", "-", NULL, false, 0, "made"},
        {"GET", "/search?q=3", "HTTP/2.0", "192.0.2.1", IE7, NULL, false, 0, "made"},
        {"POST", "/search?q=3", "HTTP/1.0", "192.0.2.1", IE6, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_conficker_ab = {
        .name = "conficker-ab",
        .family = "conficker",
        .title = "Conficker A or B reports its victims",
        .text = "The worm resolves a name of its list and asks the address for "
                "\"/search?q=N\", and for nothing else: GET, HTTP/1.0 or 1.1, in Host the "
                "address and not the name, no Referer, as User-Agent that of the "
                "machine's Internet Explorer. N is the decimal number of machines that "
                "it has infected since it was started; it counts in 32 bits.\n\n"
                "Since sites have searches for numbers, all of this must be so: with a "
                "name in Host, with a Referer or with another User-Agent the request is "
                "conficker-ab-search at most. A log that does not keep Host or Referer "
                "is taken to have had none; one without User-Agent cannot tell.",
        .sources = sources,
        .strength = WATCH_STRONG,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
