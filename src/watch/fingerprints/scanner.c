/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who looks at all addresses of the Internet, and who tries doors.
 */
#include "watch/request.h"

/* How programs that do so name themselves. */
static const char *const words[] = {
        "censysinspect",
        "expanse",
        "internetmeasurement",
        "l9explore",
        "leakix",
        "masscan",
        "nessus",
        "netcraftsurveyagent",
        "nikto",
        "nmap",
        "nuclei",
        "onyphe",
        "sqlmap",
        "whatweb",
        "wpscan",
        "zgrab",
        "zmeu",
        "gobuster",
        "dirbuster",
        "acunetix",
        "openvas",
        NULL,
};

/* Paths of programs with holes, and of files that tell secrets. */
static const char *const doors[] = {
        "/.aws/",    "/.env",         "/.git/",       "/.svn/",     "/_ignition/",
        "/actuator", "/boaform/",     "/cgi-bin/",    "/gponform/", "/hnap1",
        "/jenkins",  "/manager/html", "/phpmyadmin",  "/pma/",      "/setup.cgi",
        "/shell?",   "/solr/",        "/vendor/php",  "/w00tw00t",  "/wp-admin",
        "/wp-login", "/xmlrpc.php",   "/server-info", NULL,
};

/* The library of Go says its own name when its user says none; for the front page of an
 * address that is who counts servers. */
static bool
counts_servers(const struct watch_request *request)
{
	static const char *const library[] = {"go-http-client/", NULL};

	return watch_request_says(request, library) && watch_request_nameless(request) &&
	       span_equal(watch_request_path(request), span_of("/"));
}

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	if (!watch_request_says(request, words) && !watch_request_tries(request, doors) &&
	    !span_equal(request->method, span_of("CONNECT")) && !counts_servers(request))
		return false;
	*counter = -1;
	return true;
}

static const char *const sources[] = {
        "the programs' pages: support.censys.io (CensysInspect), github.com/zmap/zgrab2, "
        "github.com/robertdavidgraham/masscan, nmap.org/book/nse.html, "
        "github.com/sullo/nikto, github.com/projectdiscovery/nuclei",
        "SANS Internet Storm Center, paths that web honeypots are asked for",
        NULL,
};

static const struct watch_fingerprint_sample samples[] = {
        {"GET", "/", "HTTP/1.1", "192.0.2.1",
         "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)", NULL,
         true, -1, "support.censys.io"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1", "Mozilla/5.0 zgrab/0.x", NULL, true, -1,
         "github.com/zmap/zgrab2"},
        {"GET", "/", "HTTP/1.0", NULL,
         "masscan/1.0 (https://github.com/robertdavidgraham/masscan)", NULL, true, -1,
         "github.com/robertdavidgraham/masscan"},
        {"OPTIONS", "/", "HTTP/1.1", "192.0.2.1",
         "Mozilla/5.0 (compatible; Nmap Scripting Engine; "
         "https://nmap.org/book/nse.html)",
         NULL, true, -1, "nmap.org/book/nse.html"},
        {"GET", "/.env", "HTTP/1.1", "192.0.2.1", "curl/7.88.1", NULL, true, -1, "made"},
        {"POST", "/GponForm/diag_Form?images/", "HTTP/1.1", NULL, "-", NULL, true, -1,
         "made"},
        {"CONNECT", "www.example.com:443", "HTTP/1.1", NULL, NULL, NULL, true, -1, "made"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1:80", "Go-http-client/1.1", NULL, false, 0,
         "made: a port is no part of host"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1", "Go-http-client/1.1", NULL, true, -1, "made"},
        {"GET", "/", "HTTP/1.1", "blrsxvu.com", "Go-http-client/1.1", NULL, false, 0,
         "made"},
        {"GET", "/search?q=3", "HTTP/1.1", "192.0.2.1", "Go-http-client/1.1", NULL, false,
         0, "made"},
        {"GET", "/a/.env", "HTTP/1.1", "192.0.2.1", NULL, NULL, false, 0, "made"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1", "Mozilla/5.0", NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_scanner = {
        .name = "scanner",
        .title = "who looks at all addresses, or tries doors",
        .text = "One of these. The User-Agent names a program that scans (CensysInspect, "
                "zgrab, masscan, Nmap, Nikto, nuclei and others), in any case, where a "
                "word begins. The path begins with that of a program with holes or of a "
                "file with secrets (\"/.env\", \"/wp-login\", \"/cgi-bin/\", "
                "\"/phpmyadmin\" and others). The method is CONNECT: it looks for an open "
                "proxy. Or Go's library, under its own name, asks an address without a "
                "name for \"/\". Shodan and many others send a browser's words, and are "
                "not told apart here.",
        .sources = sources,
        .strength = WATCH_WEAK,
        .sender = WATCH_SCANNER,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
