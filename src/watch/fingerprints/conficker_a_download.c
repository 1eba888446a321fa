/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Conficker A fetches a program from the one site whose name it carries.
 */
#include "watch/request.h"

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	if (!watch_request_gets(request) ||
	    !span_equal(watch_request_path(request),
	                span_of("/4vir/antispyware/loadadv.exe")) ||
	    (watch_request_host(request).len > 0 &&
	     !watch_request_asks(request, "trafficconverter.biz")))
		return false;
	*counter = -1;
	return true;
}

static const char *const sources[] = {
        "Porras, Saidi, Yegneswaran, An Analysis of Conficker's Logic and Rendezvous "
        "Points, SRI International, 2009",
        "requests at the sinkhole address 204.152.184.139, 2011-05-30",
        NULL,
};

#define SINKHOLE "sinkhole 204.152.184.139, 2011-05-30"
#define PATH "/4vir/antispyware/loadadv.exe"
#define HOST "trafficconverter.biz"
#define IE6 "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)"

static const struct watch_fingerprint_sample samples[] = {
        {"GET", PATH, "HTTP/1.0", HOST, IE6, NULL, true, -1, SINKHOLE},
        {"GET", PATH, "HTTP/1.1", HOST,
         "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; Trident/4.0; GTB6.6; "
         ".NET CLR 2.0.50727)",
         NULL, true, -1, SINKHOLE},
        {"GET", "http://" HOST PATH, NULL, NULL, NULL, NULL, true, -1, "made"},
        {"GET", "http://TrafficConverter.BIZ.:80" PATH, "HTTP/1.1", "-", NULL, NULL, true,
         -1, "made"},
        {"GET", PATH, "HTTP/1.0", NULL, IE6, "-", true, -1, "made"},
        {"GET", PATH, "HTTP/1.0", "www.example.com", IE6, NULL, false, 0, "made"},
        {"GET", PATH, "HTTP/1.0", "x" HOST, IE6, NULL, false, 0, "made"},
        {"GET", PATH "?", "HTTP/1.0", HOST, IE6, NULL, false, 0, "made"},
        {"GET", "/loadadv.exe", "HTTP/1.0", HOST, IE6, NULL, false, 0, "made"},
        {"HEAD", PATH, "HTTP/1.0", HOST, IE6, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_conficker_a_download = {
        .name = "conficker-a-download",
        .family = "conficker",
        .title = "Conficker A fetches loadadv.exe",
        .text = "GET for \"" PATH "\" at " HOST
                ", by HTTP/1.0 or 1.1, whatever the User-Agent "
                "is. Conficker A has this one address beside its lists of names, and sends "
                "its name in Host. A log that does not keep Host is taken to have had it: "
                "no other site is known to have such a path.",
        .sources = sources,
        .strength = WATCH_STRONG,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
