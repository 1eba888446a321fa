/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who studies botnets, or asks as one who does would: with a tool, by hand.
 */
#include "watch/request.h"

/* How tools of the command line, libraries of scripts, browsers without a window and
 * services that fetch addresses for analysts name themselves. */
static const char *const words[] = {
        "aiohttp/",
        "apache-httpclient/",
        "axios/",
        "curl/",
        "go-http-client",
        "guzzlehttp/",
        "headlesschrome",
        "httpie/",
        "java/",
        "libwww-perl/",
        "lwp::simple",
        "lynx/",
        "node-fetch/",
        "okhttp/",
        "phantomjs/",
        "python-httpx/",
        "python-requests/",
        "python-urllib/",
        "ruby",
        "virustotalcloud",
        "wget/",
        NULL,
};

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	if (!watch_request_says(request, words) &&
	    !span_equal(watch_request_path(request), span_of("/.well-known/security.txt")))
		return false;
	*counter = -1;
	return true;
}

static const char *const sources[] = {
        "the programs' manuals: curl(1), wget(1), requests.readthedocs.io, pkg.go.dev/net/"
        "http",
        "RFC 9116, A File Format to Aid in Security Vulnerability Disclosure, 2022",
        NULL,
};

static const struct watch_fingerprint_sample samples[] = {
        {"GET", "/search?q=3", "HTTP/1.1", "192.0.2.1", "curl/7.88.1", NULL, true, -1,
         "made: curl 7.88.1"},
        {"GET", "/", "HTTP/1.1", "blrsxvu.com", "Wget/1.21.3", "-", true, -1,
         "made: wget 1.21.3"},
        {"GET", "/", "HTTP/1.1", "blrsxvu.com", "python-requests/2.28.1", NULL, true, -1,
         "made: requests 2.28.1"},
        {"GET", "/", "HTTP/1.1", "blrsxvu.com",
         "AppEngine-Google; (+http://code.google.com/appengine; appid: s~virustotalcloud)",
         NULL, true, -1, "made: as VirusTotal says itself in public logs"},
        {"GET", "/.well-known/security.txt", "HTTP/1.1", "192.0.2.1", "-", NULL, true, -1,
         "made"},
        {"GET", "/curl/", "HTTP/1.1", "192.0.2.1", "-", NULL, false, 0, "made"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1", "libcurl/7.88.1", NULL, false, 0, "made"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1", "Mozilla/5.0 (X11; Linux x86_64)", NULL,
         false, 0, "made"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1", NULL, NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_researcher = {
        .name = "researcher",
        .title = "who studies, or asks as one who does would",
        .text = "The User-Agent names a tool of the command line (curl, wget), the library "
                "of a script (python-requests, Java, Go's), a browser without a window, "
                "or a service that fetches addresses for analysts (VirusTotal), in any "
                "case, where a word begins; or the request is for "
                "\"/.well-known/security.txt\". Scripts of other people send the same.",
        .sources = sources,
        .strength = WATCH_WEAK,
        .sender = WATCH_RESEARCHER,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
